"""The browsers that look at a site while it is served: which pages they show, and when they are to reload.

mkdocs has them wait until the whole site is built. But who edits a digest looks at its page, or at that of a leader
whom it names. These are made first and shown at once, while the other pages are still as they were. When the rest
has caught up, browsers reload once more if they were given any other page meanwhile.

mkdocs counts the states of a site as *epochs*: a browser waits while the visible epoch is not the wanted one, and
reloads if its page is of an earlier epoch than the visible one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from threading import Lock
from typing import Any

from mkdocs.livereload import LiveReloadServer

from generator.adapter.rendering import RenderedPage, Renderer
from generator.composing.pages import Page

log = logging.getLogger("mkdocs.plugins.briefing")

_MOST = 4  # pages that are looked at: a window or two, each with a page to go back to


class Browsers:
    """The browsers of a server."""

    def __init__(self, server: LiveReloadServer) -> None:
        self._server = server
        self._asked: dict[str, int] = {}  # files of pages, by when they were asked for; and in which epoch that was
        self._asking = Lock()  # of the threads that answer browsers
        self._ahead: set[str] | None = None  # the files that were shown ahead of the others
        server.set_app(self._answer)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Have the server answer, and note which file of a page it was asked for."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        file = path.removeprefix(self._server.mount_path) + ("index.html" if path.endswith("/") else "")
        if file.endswith(".html"):
            with self._asking:
                self._asked.pop(file, None)
                self._asked[file] = self._server._wanted_epoch
        return self._server.serve_request(environ, start_response)

    def render(self, renderer: Renderer, pages: Collection[Page]) -> Iterator[RenderedPage]:
        """Yield pages once they are in their place. Those that are looked at come first, and are shown at once."""
        with self._asking:
            looked_at = set(list(self._asked)[-_MOST:])
        done = list(renderer.render(page for page in pages if renderer.output(page.path) in looked_at))
        yield from done
        if new := [renderer.output(page.path) for page in done if page.ids is not None]:
            renderer.staging.show(new)
            self._reload(new)
            log.info(f"shown already: {', '.join(new)}; the rest of the site follows")
        ready = {page.path for page in done}
        yield from renderer.render(page for page in pages if page.path not in ready)

    def settled(self, build: Callable[[], object]) -> None:
        """Build, and have browsers reload once more if they were given pages that are not what they are now."""
        try:
            build()
        except BaseException:
            self._settle(failed=True)  # which has taken back what was shown ahead
            raise
        self._settle()

    def _reload(self, ahead: Iterable[str]) -> None:
        """Have browsers reload: the files `ahead` are what they will be, others are still as they were."""
        self._ahead = set(ahead)
        with self._server._epoch_cond:
            self._server._visible_epoch = self._server._wanted_epoch
            self._server._epoch_cond.notify_all()

    def _settle(self, failed: bool = False) -> None:
        ahead, self._ahead, epoch = self._ahead, None, self._server._wanted_epoch
        if ahead is None:
            return
        with self._asking:
            others = any(asked == epoch and file not in ahead for file, asked in self._asked.items())
        if failed or others:
            self._server._wanted_epoch = epoch + 1  # which mkdocs makes visible next
