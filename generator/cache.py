"""Remembers what was made of what, from one build to the next."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

V = TypeVar("V")


class Cache:
    """What was made before, by all that it was made from. `made` counts what the present build had to make."""

    def __init__(self) -> None:
        self.made = 0
        self._basis: object = None
        self._known: dict[Hashable, Any] = {}
        self._used: dict[Hashable, Any] = {}

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        """Return what was made under this key, or make it."""
        if key not in self._used:
            if key not in self._known:
                self._known[key] = make()
                self.made += 1
            self._used[key] = self._known[key]
        found: V = self._used[key]
        return found

    def begin(self, basis: object) -> None:
        """Begin a build: keep what the last one asked for, and nothing if it was made on another basis."""
        self._known = self._used if basis == self._basis else {}
        self._basis, self._used, self.made = basis, {}, 0
