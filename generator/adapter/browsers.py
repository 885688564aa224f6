"""The browsers that look at a site while it is served: which pages they show, and when they are to reload.

mkdocs has them wait until the whole site is built. But who edits a digest looks at its page, or at that of a leader
whom it names. These are shown ahead (`serving`), while the other pages are still as they were. When the rest has
caught up, browsers reload once more if they were given a file meanwhile that has changed since.

mkdocs counts the states of a site as *epochs*: a browser waits while the visible epoch is not the wanted one, and
reloads if its page is of an earlier epoch than the visible one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from mkdocs.livereload import LiveReloadServer

_MOST = 4  # pages that are looked at: a window or two, each with a page to go back to


class Browsers:
    """The browsers of a server."""

    def __init__(self, server: LiveReloadServer) -> None:
        self._server = server
        self._lock = Lock()  # of the threads that answer browsers
        self._looked_at: list[str] = []  # the files of the pages that were asked for last
        self._given: dict[str, object] = {}  # files that browsers were given since they reloaded, as these were first
        self._reloaded = False  # whether they have reloaded while a build goes on
        server.set_app(self._answer)

    def looked_at(self) -> list[str]:
        """Return the paths of the files of pages that are looked at."""
        with self._lock:
            return list(self._looked_at)

    def reload(self) -> None:
        """Have browsers reload while a build goes on."""
        with self._lock:
            self._reloaded = True
        self._show(self._server._wanted_epoch)

    def hold(self) -> None:
        """Have browsers wait again while files are replaced, as they do if nothing was shown ahead."""
        if self._reloaded:
            self._server._wanted_epoch += 1

    def settled(self, build: Callable[[], object]) -> None:
        """Build, and have browsers reload once more if they were given files that are not what they are now.

        A build that fails has taken back what was shown ahead.
        """
        try:
            build()
        finally:
            if self._reloaded:
                self._settle()

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Have the server answer, and note which file it was asked for."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "ignore")
        if path.startswith(self._server.mount_path) and not path.startswith("/livereload/"):
            self._note(path.removeprefix(self._server.mount_path) + ("index.html" if path.endswith("/") else ""))
        return self._server.serve_request(environ, start_response)

    def _note(self, file: str) -> None:
        server = self._server
        if file.endswith(".html"):
            with self._lock:
                others = [other for other in self._looked_at if other != file]
                self._looked_at = [*others, file][-_MOST:]
        with server._epoch_cond:  # as the server does before it answers
            server._epoch_cond.wait_for(lambda: server._visible_epoch == server._wanted_epoch)
        with self._lock:
            if self._reloaded:
                self._given.setdefault(file, self._state(file))

    def _state(self, file: str) -> object:
        """Return what is different once another file is shown at an address, where there may be none."""
        with suppress(OSError, ValueError):
            stat = Path(self._server.root, file).stat()
            return stat.st_mtime_ns, stat.st_size
        return None

    def _settle(self) -> None:
        with self._lock:
            changed = any(state != self._state(file) for file, state in self._given.items())
            self._reloaded, self._given = False, {}
        shown = self._server._visible_epoch
        self._show(shown + 1 if changed else shown)

    def _show(self, epoch: int) -> None:
        with self._server._epoch_cond:
            self._server._visible_epoch = self._server._wanted_epoch = epoch
            self._server._epoch_cond.notify_all()
