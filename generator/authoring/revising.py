"""A content file changed as text: what a change is not about stays as the editor wrote it, to the character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.core.errors import GeneratorError, Location
from generator.reading import frontmatter
from generator.reading.frontmatter import Node

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BLANK_OR_COMMENT = re.compile(r"\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class Block:
    """A key of front matter with all of its lines, and the comments above it. Lines keep their ends."""

    key: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A content file whose front matter is cut into blocks: what stands before them, and what after."""

    opening: str
    blocks: tuple[Block, ...]
    rest: str
    front: Node

    @property
    def text(self) -> str:
        """Return the whole file."""
        return "".join([self.opening, *("".join(block.lines) for block in self.blocks), self.rest])

    @property
    def body(self) -> str:
        """Return what stands after the line that closes the front matter."""
        return "".join(lines_of(self.rest)[1:])

    def block(self, key: str) -> Block | None:
        """Return the block of a key, if the front matter has it."""
        return next((block for block in self.blocks if block.key == key), None)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends, counted as `generator.reading.decoding` counts them."""
    return _LINE.findall(text)


def cut(text: str, shown_as: str) -> Source:
    """Cut a file that can be read. Raises GeneratorError where its front matter is no list of keys, one a line."""
    lines = lines_of(text)
    parts = frontmatter.split("\n".join(line.rstrip("\r\n") for line in lines), shown_as)
    end = parts.body_line - 2  # the line that closes the front matter, counted from 0
    starts = [place.line - 1 for _, place in parts.front.keys] if parts.front else []
    one_a_line = all(re.match(r"[\w\"']", lines[start]) for start in starts) and len(set(starts)) == len(starts)
    if parts.front is None or parts.problems or not starts or not one_a_line:
        raise GeneratorError(
            f"{shown_as}: to change this file, its front matter must have each key on a line of its own"
        )
    for at, start in enumerate(starts):
        floor = starts[at - 1] + 1 if at else 1
        while start > floor and lines[start - 1].startswith("#"):
            start -= 1
        starts[at] = start
    edges = [*starts, end]
    blocks = [
        Block(key, tuple(lines[low:high]))
        for (key, _), low, high in zip(parts.front.keys, edges, edges[1:], strict=False)
    ]
    return Source("".join(lines[: starts[0]]), tuple(blocks), "".join(lines[end:]), parts.front)


def with_block(source: Source, block: Block, order: Sequence[str]) -> Source:
    """Put a block in the place of that of its key, or where its key belongs in `order`."""
    kept = [found for found in source.blocks if found.key != block.key]
    if len(kept) < len(source.blocks):
        at = next(number for number, found in enumerate(source.blocks) if found.key == block.key)
    else:
        later = set(order[order.index(block.key) + 1 :])
        at = next((number for number, found in enumerate(kept) if found.key in later), len(kept))
    blocks = (*kept[:at], block, *kept[at:])
    return Source(source.opening, blocks, source.rest, source.front)


def with_list(source: Source, key: str, values: Iterable[str], order: Sequence[str]) -> Source:
    """Give a key a list of texts, on one line."""
    end = re.search(r"[\r\n]*$", source.opening)
    line = f"{key}: {frontmatter.inline(list(values))}{end[0] if end else ''}"
    old = source.block(key)
    above = [found for found in old.lines if _BLANK_OR_COMMENT.match(found)] if old else []
    return with_block(source, Block(key, (*above, line)), order)


@dataclass(frozen=True, slots=True)
class Replacement:
    """One word of a file put in the place of another: `old` stands in the line of `place`, from its column on."""

    place: Location
    old: str
    new: str


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """Return a text with words replaced. Raises GeneratorError where a word does not stand where it should."""
    lines = lines_of(text)
    for one in sorted(set(replacements), key=lambda found: found.place, reverse=True):
        line = lines[one.place.line - 1]
        at = line.find(one.old, one.place.column - 1)
        if at < 0:
            raise GeneratorError(f"{one.place}: `{one.old}` was expected here; the file was not changed")
        lines[one.place.line - 1] = line[:at] + one.new + line[at + len(one.old) :]
    return "".join(lines)
