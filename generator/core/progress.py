"""How far long work has come, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], object]
"""Is told a stage in words ("pages"), how much of it is done, and how much there is; finally that all is done."""


def nobody(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def in_lines(say: Callable[[str], object]) -> Progress:
    """Return a progress that says one line about each stage once it is over."""

    def tell(stage: str, done: int, total: int) -> None:
        if done == total and total:
            say(f"{stage}: {total:,}")

    return tell
