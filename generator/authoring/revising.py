"""Changes a content file as text: all that a change does not concern stays as the editor wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

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
class CutFile:
    """A content file whose front matter is cut into blocks: what stands before them, and what after.

    `front` is the front matter as it was when the file was cut.
    """

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

    @property
    def line_end(self) -> str:
        """Return the line end of the file: that of its first line."""
        first = lines_of(self.opening)[0]
        return first[len(first.rstrip("\r\n")) :]

    def block(self, key: str) -> Block | None:
        """Return the block of a key, if the front matter has it."""
        return next((block for block in self.blocks if block.key == key), None)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends, counted as `generator.reading.decoding` counts them."""
    return _LINE.findall(text)


def cut(text: str, shown_as: str) -> CutFile:
    """Cut a file. Raises GeneratorError unless its front matter can be read and has one `key: value` a line."""
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
    return CutFile("".join(lines[: starts[0]]), tuple(blocks), "".join(lines[end:]), parts.front)


def with_block(source: CutFile, block: Block, order: Sequence[str]) -> CutFile:
    """Put a block in place of the one with its key, or where its key belongs in `order`."""
    keys = [found.key for found in source.blocks]
    if block.key in keys:
        return replace(source, blocks=tuple(block if found.key == block.key else found for found in source.blocks))
    later = set(order[order.index(block.key) + 1 :])
    at = next((at for at, key in enumerate(keys) if key in later), len(keys))
    return replace(source, blocks=(*source.blocks[:at], block, *source.blocks[at:]))


def with_list(source: CutFile, key: str, values: Iterable[str], order: Sequence[str]) -> CutFile:
    """Give a key a list of texts, on one line."""
    line = f"{key}: {frontmatter.inline(list(values))}{source.line_end}"
    old = source.block(key)
    above = filter(_BLANK_OR_COMMENT.match, old.lines) if old else ()
    return with_block(source, Block(key, (*above, line)), order)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A word to be replaced: the first `old` in the line of `place` at its column or after."""

    place: Location
    old: str
    new: str


def replaced(text: str, replacements: Iterable[Replacement]) -> str:
    """Return a text with words replaced. Raises GeneratorError where a word is not in its place."""
    lines = lines_of(text)
    for one in sorted(set(replacements), key=lambda found: found.place, reverse=True):
        line = lines[one.place.line - 1]
        at = line.find(one.old, one.place.column - 1)
        if at < 0:
            raise GeneratorError(f"{one.place}: `{one.old}` was expected here; the file was not changed")
        lines[one.place.line - 1] = line[:at] + one.new + line[at + len(one.old) :]
    return "".join(lines)
