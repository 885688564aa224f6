"""Reads a body: its blocks, and its text with the references in it, each with its place in the file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from generator.content.cutting import merged, pieces, strip
from generator.content.model import Span, Text
from generator.content.quoting import quotations
from generator.core.errors import Location
from generator.reading.inline import Recorder, parse

_CLOSED_BLOCKS = ("heading", "blockquote", "fence", "code_block", "html_block")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a body: a paragraph, heading, list, list item, quote or piece of HTML.

    `kind` is markdown-it's name for it; it takes up the lines from `start` up to `end`, counted from 0. `words` are
    those of a heading, `tag` its HTML element.
    """

    kind: str
    level: int
    start: int
    end: int
    tag: str = ""
    words: str = ""

    @property
    def is_section_heading(self) -> bool:
        """Tell whether this is a heading of the body itself, not of a list or quote in it."""
        return self.kind == "heading" and self.level == 0


@dataclass(frozen=True, slots=True)
class Link:
    """An ordinary link or picture of Markdown: its target, and where that is written."""

    target: str
    location: Location
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """A body as the parser sees it: its blocks, its lines with their offsets, and the whole text with its references.

    `unread` are the lines of paragraphs that are too long to be searched for references, `unclosed` the offsets of
    comments that have no end.
    """

    blocks: tuple[Block, ...]
    lines: tuple[str, ...]
    offsets: tuple[int, ...]
    text: Text
    first_line: int
    path: str
    links: tuple[Link, ...]
    unread: tuple[int, ...]
    unclosed: tuple[int, ...]

    def location(self, line: int, column: int = 0, width: int = 1) -> Location:
        """Return the place in the file of a line and column of the body, both counted from 0."""
        return Location(self.path, line + self.first_line, column + 1, width)

    def whole_line(self, line: int) -> Location:
        """Return the place in the file of all of a line of the body, counted from 0."""
        return self.location(line, 0, len(self.lines[line]))

    def place(self, offset: int) -> Location:
        """Return the place in the file of an offset in the body."""
        line = bisect_right(self.offsets, offset) - 1
        return self.location(line, offset - self.offsets[line])

    def cut(self, start: int, end: int, prefix: re.Pattern[str] | None = None) -> Text:
        """Return the lines from `start` up to `end` as a text of their own, each without the `prefix` it matches."""
        keep: list[Span] = []
        for line, offset in zip(self.lines[start:end], self.offsets[start:end], strict=True):
            match = prefix.match(line) if prefix else None
            keep.append((offset + (match.end() if match else 0), offset + len(line) + 1))
        return strip(pieces(self.text, merged(keep)))

    def is_comment(self, block: Block) -> bool:
        """Tell whether a block is HTML of which nothing is shown."""
        if block.kind != "html_block":
            return False
        escapes, low, high = self.text.escapes, self.offsets[block.start], self.offsets[block.end]
        return bisect_left(escapes, (low, 0)) == bisect_left(escapes, (high, 0))


def scan(source: str, path: str, first_line: int) -> Scan:
    """Read a body. `path` is that of its file, `first_line` the line of the file on which the body begins."""
    tokens, found = parse(source, first_line)
    blocks = tuple(_blocks(tokens))
    closed = [
        *((found.offsets[block.start], found.offsets[block.end]) for block in blocks if block.kind in _CLOSED_BLOCKS),
        *found.closed,
        *found.escapes,
        *found.comments,
        *quotations(source),
    ]
    text = Text(
        source,
        tuple(sorted(found.references, key=lambda ref: ref.start)),
        tuple(sorted(found.escapes)),
        tuple(sorted(found.comments)),
        tuple(merged(closed)),
    )
    return Scan(
        blocks=blocks,
        lines=tuple(found.lines),
        offsets=tuple(found.offsets),
        text=text,
        first_line=first_line,
        path=path,
        links=tuple(_links(tokens, found, path)),
        unread=tuple(found.unread),
        unclosed=tuple(found.unclosed),
    )


def beginning_between(blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    """Return the `blocks`, which are in order, that begin on line `start` or later, and before line `end`."""
    low, high = (bisect_left(blocks, line, key=lambda block: block.start) for line in (start, end))
    return blocks[low:high]


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    for index, token in enumerate(tokens):
        if token.map and token.nesting >= 0 and token.type != "inline":
            kind = token.type.removesuffix("_open")
            words = tokens[index + 1].content.strip() if kind == "heading" else ""
            start, end = token.map
            yield Block(kind, token.level, start, end, token.tag, words)


def _links(tokens: Sequence[Token], found: Recorder, path: str) -> Iterator[Link]:
    for token in tokens:
        for child in token.children or ():
            target = str(child.attrGet("href") or child.attrGet("src") or "")
            if target:
                first, last = token.map or [0, 1]
                number = next((n for n in range(first, last) if target in found.lines[n]), first)
                column = max(0, found.lines[number].find(target))
                place = Location(path, number + found.first_line, column + 1, len(target))
                yield Link(target, place, child.type == "image")
