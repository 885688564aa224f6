"""When Python's cyclic garbage collector runs: not while a site is made, and not while an editor waits for a server.

By itself it runs whenever many values were made: again and again while a site is read, though all of them stay, and
just when it has been built, before the browser is told of it. Pages and files of mkdocs refer to each other, so
nothing else finds what a build of a server leaves behind.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

_QUIET = 3.0  # seconds without work, after which nobody is expected to wait
# How many new values there have to be for a collection, in multiples of those that stayed after the last one:
_WORTH = 0.1  # in a quiet time
_MOST = 2.0  # at once, after work


@contextmanager
def collection_paused(to_the_end: bool = False) -> Iterator[None]:
    """Pause garbage collection while many values are made that stay.

    With `to_the_end`, later collections skip all values that are there at the end, for with a million values each
    collection takes as long as making them did. A server must not ask for this: it would never free what it has made
    before.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if to_the_end:
            gc.freeze()
        if was:
            gc.enable()


class Tidied:
    """Work that is done again and again. Its garbage is collected after `quiet` seconds without work.

    Once there is such an object, Python does not collect by itself any more.
    """

    def __init__(self, work: Callable[[], object], quiet: float = _QUIET) -> None:
        gc.disable()
        self._work, self._quiet, self._stay = work, quiet, len(gc.get_objects())
        self._timer = self._wait()

    def __call__(self) -> None:
        """Do the work."""
        self._timer.cancel()
        try:
            self._work()
        finally:
            self._tidy(_MOST)
            self._timer = self._wait()

    def _wait(self) -> Timer:
        timer = Timer(self._quiet, self._tidy, (_WORTH,))
        timer.daemon = True
        timer.start()
        return timer

    def _tidy(self, most: float) -> None:
        """Collect garbage, if there are more new values than `most` times those that stayed before."""
        if gc.get_count()[0] > most * self._stay:  # Python counts them, also while it does not look
            gc.collect()
            self._stay = len(gc.get_objects())
