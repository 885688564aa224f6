"""Has a server go on, whatever is wrong.

mkdocs ends where its first build fails, and where a later one does, it lets every browser wait. A browser on a page
that is gone would never reload.
"""

from __future__ import annotations

import html
import logging
import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.utils import CountHandler

from generator import PACKAGE
from generator.core.errors import GeneratorError

log = logging.getLogger("mkdocs.plugins.briefing")

_MISSING = "404.html"  # what mkdocs shows at each address that has no page
_HEARD = ("serve", "shutdown", "build_error")  # events that plugins still get while there is no site
_PLACE = re.compile(r'^ *File "(.+)", line (\d+)', re.MULTILINE)  # in a traceback
_PAGE = """\
<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The site cannot be shown yet</title>
<body style="font-family: sans-serif; margin: 2rem; line-height: 1.5">
<h1>The site cannot be shown yet</h1>
<p>It appears here by itself when this is fixed and the file is saved.</p>
<pre style="overflow-x: auto">{}</pre>
</body>
</html>
"""


def counting(serving: bool) -> CountHandler:
    """Return a handler that counts what mkdocs warns of from now on.

    While `serving`, mkdocs itself is kept from counting: a strict build that is aborted would leave the server stuck.
    """
    logger, handler = logging.getLogger("mkdocs"), CountHandler()
    for counter in [found for found in logger.handlers if serving and isinstance(found, CountHandler)]:
        logger.removeHandler(counter)
    handler.setLevel(logging.WARNING)
    logger.addHandler(handler)
    return handler


def show_instead(text: str, config: MkDocsConfig) -> None:
    """Have the build that has just begun make a site that shows a text at every address, and nothing else.

    No plugin gets an event of the rest of that build. The next build reads the configuration anew.
    """
    page = _PAGE.format(html.escape(text))
    made = Files([File.generated(config, _MISSING, content=page, inclusion=InclusionLevel.INCLUDED)])
    config.nav, config.extra_templates, config.theme.static_templates = None, [], set()
    events = config.plugins.events
    events.update({name: [] for name in events if name not in _HEARD}, files=[lambda *_, **__: made])


def reload_missing(server: LiveReloadServer) -> None:
    """Have browsers also reload the page that a server shows at an address without a page."""
    missing = server.error_handler

    def with_script(code: int) -> bytes | None:
        built = server._visible_epoch
        page = missing(code)
        return page and server._inject_js_into_html(page, built)

    server.error_handler = with_script


def carry_on(build: Callable[[], object], folder: Path) -> None:
    """Build, and log an expected error, such as a configuration that cannot be read. The last site stays then.

    A template or hook in the `folder` of the site that fails is an expected error as well.
    """
    try:
        with own_faults(folder):
            build()
    except (MkDocsException, GeneratorError, OSError) as error:
        log.error(f"the last good pages stay: {error}")


@contextmanager
def own_faults(folder: Path) -> Iterator[None]:
    """Raise GeneratorError with the place for what goes wrong in a template or hook that lies in a `folder`."""
    try:
        yield
    except (MkDocsException, GeneratorError):
        raise
    except Exception as error:
        if place := _own_place(error, folder.resolve()):
            raise GeneratorError(f"{place}: this file of the site fails: {type(error).__name__}: {error}") from error
        raise


def _own_place(error: Exception, folder: Path) -> str:
    """Return the last place in a folder that a traceback names, be it from another process; not in a library."""
    found = ""
    for name, line in _PLACE.findall("".join(traceback.format_exception(error))):
        path = Path(name)
        if path.is_relative_to(folder) and not path.is_relative_to(PACKAGE) and "site-packages" not in path.parts:
            found = f"{path.relative_to(folder).as_posix()}:{line}"
    return found
