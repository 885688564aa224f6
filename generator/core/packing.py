"""Values that are sent and kept: how a frozen dataclass with slots is pickled, and a member of an enumeration.

What `dataclasses` brings for that asks each value anew which fields it has, and that took most of the time in which
documents are made of what is remembered of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def stateless(cls: type[T]) -> type[T]:
    """Have no state set of a value that is unpickled: a pickle could set one of the class itself, for all values."""

    def refuse(_value: T, _state: object) -> None:
        raise TypeError(f"{cls.__name__} has no state")

    cls.__setstate__ = refuse  # type: ignore[attr-defined]
    return cls


@stateless
class Word(StrEnum):
    """An enumeration of words of which each is pickled as itself. Python before 3.11.5 asks `getattr` for it."""

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        return type(self), (self.value,)


def packed(cls: type[T]) -> type[T]:
    """Have values of a frozen dataclass with slots pickled as a tuple of their fields, in order."""
    names = [item.name for item in fields(cls)]  # type: ignore[arg-type]  # it is a dataclass
    take = attrgetter(*names, names[0])  # of one name alone it would give no tuple
    places = [getattr(cls, name).__set__ for name in names]  # a slot's own way in, as the class has none

    def state(value: T) -> tuple[Any, ...]:
        found: tuple[Any, ...] = take(value)
        return found[:-1]

    def restore(value: T, state: Sequence[Any]) -> None:
        for put, part in zip(places, state, strict=False):
            put(value, part)

    cls.__getstate__ = state  # type: ignore[method-assign, assignment]
    cls.__setstate__ = restore  # type: ignore[attr-defined]
    return cls
