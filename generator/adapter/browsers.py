"""The browsers that look at a site while it is served: which pages they show, and when they are to reload.

mkdocs has them wait until the whole site is built. But who edits a digest looks at its page, or at that of a leader
whom it names. These are made first and shown at once, while the other pages are still as they were. When the rest
has caught up, browsers reload once more if they were given a file meanwhile that has changed since.

mkdocs counts the states of a site as *epochs*: a browser waits while the visible epoch is not the wanted one, and
reloads if its page is of an earlier epoch than the visible one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

from mkdocs.livereload import LiveReloadServer

from generator.adapter.rendering import RenderedPage, Renderer
from generator.output.store import PageFacts

log = logging.getLogger("mkdocs.plugins.briefing")

_MOST = 4  # pages that are looked at: a window or two, each with a page to go back to


class Browsers:
    """The browsers of a server."""

    def __init__(self, server: LiveReloadServer) -> None:
        self._server = server
        self._asked: dict[str, tuple[int, object]] = {}  # files as they were asked for: in which epoch, and its state
        self._asking = Lock()  # of the threads that answer browsers
        self._reloaded = False  # whether browsers show what was made ahead of the others
        server.set_app(self._answer)

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Have the server answer, and note which file it was asked for."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if not path.startswith("/livereload/"):
            file = path.removeprefix(self._server.mount_path) + ("index.html" if path.endswith("/") else "")
            with self._asking:
                self._asked.pop(file, None)
                self._asked[file] = self._server._wanted_epoch, self._state(file)
        return self._server.serve_request(environ, start_response)

    def _state(self, file: str) -> object:
        """Return what is different once another file is shown at an address, where there may be none."""
        with suppress(OSError, ValueError):
            stat = Path(self._server.root, file).stat()
            return stat.st_mtime_ns, stat.st_size
        return None

    def show(self, renderer: Renderer, kept: Mapping[str, PageFacts]) -> dict[str, RenderedPage]:
        """Render and show the pages that are looked at and will change, and return them by path.

        `kept` are the facts of the pages that are shown.
        """
        with self._asking:
            looked_at = [file for file in self._asked if file.endswith(".html")][-_MOST:]
        pages = [page for page in renderer.site.by_path.values() if renderer.output(page.path) in looked_at]
        stale = [page for page in pages if page.path not in kept or kept[page.path].fingerprint != page.fingerprint]
        done = {page.path: page for page in renderer.made(stale)}
        if new := [renderer.output(path) for path in done]:
            renderer.staging.show(new)
            self._reload()
            log.info(f"shown already: {', '.join(new)}; the rest of the site follows")
        return {path: replace(page, ids=None) for path, page in done.items()}  # they are read where it is shown

    def settled(self, build: Callable[[], object]) -> None:
        """Build, and have browsers reload once more if they were given files that are not what they are now.

        A build that fails has taken back what was shown ahead.
        """
        self._reloaded = False
        try:
            build()
        finally:
            self._settle()

    def _reload(self) -> None:
        """Have browsers reload while the build goes on."""
        self._reloaded = True
        with self._server._epoch_cond:
            self._server._visible_epoch = self._server._wanted_epoch
            self._server._epoch_cond.notify_all()

    def _settle(self) -> None:
        epoch = self._server._wanted_epoch
        with self._asking:
            asked = [(file, state) for file, (when, state) in self._asked.items() if when == epoch]
        if self._reloaded and any(state != self._state(file) for file, state in asked):
            self._server._wanted_epoch = epoch + 1  # which mkdocs makes visible next
