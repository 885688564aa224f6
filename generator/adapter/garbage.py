"""Has a server look for values that nobody needs any more while its editor reads, and not while he waits.

Pages and files of mkdocs refer to each other, so that Python's collector alone finds what a build leaves behind. By
itself that looks once many values were made: just when a site has been built, before the browser is told of it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from threading import Timer

_QUIET = 3.0  # seconds without work, after which nobody is expected to wait
_WORTH = 0.1  # of the values that stay: fewer that may be of no use are not looked for
_MOST = 2.0  # times the values that stay: for more, it is looked at once


class Tidied:
    """Work that is done again and again, after which it is looked for what is not needed any more, in a `quiet` time.

    From then on, Python does not look for it by itself.
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
        """Look for what is not needed any more, if more values came than so many times those that stayed before."""
        if gc.get_count()[0] > most * self._stay:  # Python counts them, also while it does not look
            gc.collect()
            self._stay = len(gc.get_objects())
