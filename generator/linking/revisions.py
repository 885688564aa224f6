"""What differs between two versions of a document, as a reader would see it: values and words, not lines.

Keys in another order, a text wrapped at other places, and a block that was moved are no differences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from generator.reading.frontmatter import split

_MARKUP = re.compile(
    r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|\s*\[\^[^\]]*\]|(?<!\S)#[a-z][\w-]*|\*\*|^[-*+>] +", re.MULTILINE
)
# A block ends at a blank line, and where a heading or an item of a list begins (CommonMark, sections 4 and 5).
_BLOCK = re.compile(r"\n(?:[ \t]*\n)+|\n(?=(?:[-*+]|\d{1,9}[.)]|#{1,6})[ \t])")
_ALIKE = 0.4  # share of words that two blocks have in common if one became the other


class Mark(StrEnum):
    """What became of words."""

    SAME = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive words that were all kept, all removed or all added."""

    mark: Mark
    words: str


def compare(old: str, new: str) -> Iterator[tuple[Piece, ...]]:
    """Yield each place in which two versions of a content file differ: a value of front matter, or a whole block."""
    before, after = split(old, ""), split(new, "")
    if before.front and after.front:
        yield from _front(before.front.plain(), after.front.plain())
    yield from _blocks(_texts(before.body), _texts(after.body))


def _front(old: Any, new: Any) -> Iterator[tuple[Piece, ...]]:
    """Yield the keys whose values differ, each with its name."""
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = _plain(old.get(key)), _plain(new.get(key))
        if was != now:
            yield Piece(Mark.SAME, f"{key.replace('_', ' ').capitalize()}:"), *_words(was, now)


def _plain(value: Any) -> str:
    """Return a value of front matter as words on one line."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return "; ".join(map(_plain, value))
    return " ".join((value or "").split())


def _texts(body: str) -> list[str]:
    """Return the blocks of a body without their markup, each on one line."""
    found = (" ".join(_MARKUP.sub(r"\1", block).split()) for block in _BLOCK.split(body))
    return [text for text in found if text]


def _blocks(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Yield the blocks that were changed or added, in order, and then those that were removed."""
    before, after = Counter(old), Counter(new)
    gone = {text: Counter(text.split()) for text in before - after}
    for text in (after - before).elements():
        words = Counter(text.split())
        former = max(gone, key=lambda other: _likeness(gone[other], words), default="")
        if former and _likeness(gone[former], words) >= _ALIKE:
            del gone[former]
            yield tuple(_words(former, text))
        else:
            yield (Piece(Mark.ADDED, text),)
    yield from ((Piece(Mark.REMOVED, text),) for text in gone)


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words that two texts have in common, wherever they stand."""
    return 2 * (one & other).total() / (one.total() + other.total())


def _words(old: str, new: str) -> Iterator[Piece]:
    """Yield the words of two versions of a text in pieces: kept, removed or added."""
    was, now = old.split(), new.split()
    for change, start, end, start_now, end_now in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if change == "equal":
            yield Piece(Mark.SAME, " ".join(was[start:end]))
            continue
        if removed := was[start:end]:
            yield Piece(Mark.REMOVED, " ".join(removed))
        if added := now[start_now:end_now]:
            yield Piece(Mark.ADDED, " ".join(added))
