"""How frozen dataclasses with slots and enumerations are pickled, to be sent to another process or kept in a file.

By itself, `dataclasses` looks up the fields anew for each value that is pickled, which took most of the time of
unpickling remembered documents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")


def stateless(cls: type[T]) -> type[T]:
    """Refuse the state of an unpickled value: a pickle could set attributes of the class itself, for all values."""

    def refuse(_value: T, _state: object) -> None:
        raise TypeError(f"{cls.__name__} has no state")

    cls.__setstate__ = refuse  # type: ignore[attr-defined]
    return cls


@stateless
class Word(StrEnum):
    """An enumeration of words, pickled by value. Python before 3.11.5 pickles a call of `getattr`."""

    def __reduce_ex__(self, _protocol: Any) -> tuple[Any, ...]:
        return type(self), (self.value,)


def packed(cls: type[T]) -> type[T]:
    """Pickle values of a frozen dataclass with slots as a tuple of their fields, in order."""
    names = [item.name for item in fields(cls)]  # type: ignore[arg-type]  # it is a dataclass
    take = attrgetter(*names, names[0])  # for a single name it would give no tuple
    places = [getattr(cls, name).__set__ for name in names]  # past the `__setattr__` of a frozen class

    def state(value: T) -> tuple[Any, ...]:
        found: tuple[Any, ...] = take(value)
        return found[:-1]

    def restore(value: T, state: Sequence[Any]) -> None:
        for put, part in zip(places, state, strict=False):
            put(value, part)

    cls.__getstate__ = state  # type: ignore[method-assign, assignment]
    cls.__setstate__ = restore  # type: ignore[attr-defined]
    return cls
