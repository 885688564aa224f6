"""Reads a body: its blocks, and the references in its text, each with its place in the file.

The dialect is CommonMark with tables and strikethrough, and inline forms of our own: `[[slug|label]]`, `#slug`,
`[^slug]`, and `{.nolink}` after a name. markdown-it does the parsing; what it does not tell, where an inline form
stands, is worked out here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from sys import intern
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

from generator.content.cutting import merged, pieces, strip
from generator.content.model import Reference, ReferenceKind, Span, Text
from generator.core.errors import Location

_WIKILINK = re.compile(r"\[\[([^\[\]|\\\n]+?)(?:\\?\|([^\[\]\n]+))?\]\]")
_CITATION = re.compile(r"\[\^([^\[\]\s]+)\]")
_TAG = re.compile(r"#(?=[a-z0-9-]*[a-z])([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w-])")
_NO_LINK = re.compile(r"(?<=\S)\{\.nolink\}")
# Words between quotation marks; none goes on from one paragraph to the next.
QUOTATION = re.compile(
    "|".join(rf"{a}(?:[^{a}{b}\n]|\n(?!\s*\n))*{b}" for a, b in ("“”", "„“", "«»", "「」", "『』", '""'))
)
LONGEST = 8000  # characters of a paragraph; the time that its links take to find can grow with their square
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
    """An ordinary link or picture of Markdown: where it leads, and where that is written."""

    target: str
    location: Location
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Scan:
    """A body as the parser sees it: its blocks, its lines with their offsets, and the whole text with its references.

    `unread` are the lines of paragraphs that are too long to look for references in them, `unclosed` the offsets of
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
    recorder = _Recorder(source, path, first_line)
    tokens = _reader().parse(source, {"recorder": recorder})
    for token in tokens:
        if token.type == "html_block" and token.map:
            recorder.html_block(*token.map)
    blocks = tuple(_blocks(tokens))
    closed = [(recorder.offsets[b.start], recorder.offsets[b.end]) for b in blocks if b.kind in _CLOSED_BLOCKS]
    closed += [
        *recorder.closed,
        *recorder.escapes,
        *recorder.comments,
        *(match.span() for match in QUOTATION.finditer(source)),
    ]
    text = Text(
        source,
        tuple(sorted(recorder.references, key=lambda ref: ref.start)),
        tuple(sorted(recorder.escapes)),
        tuple(sorted(recorder.comments)),
        tuple(merged(closed)),
    )
    return Scan(
        blocks=blocks,
        lines=tuple(recorder.lines),
        offsets=tuple(recorder.offsets),
        text=text,
        first_line=first_line,
        path=path,
        links=tuple(recorder.links(tokens)),
        unread=tuple(recorder.unread),
        unclosed=tuple(recorder.unclosed),
    )


def beginning_between(blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    """Return those of `blocks`, which are in order, that begin from line `start` on and before `end`."""
    low, high = (bisect_left(blocks, line, key=lambda block: block.start) for line in (start, end))
    return blocks[low:high]


def _blocks(tokens: Sequence[Token]) -> Iterator[Block]:
    for index, token in enumerate(tokens):
        if token.map and token.nesting >= 0 and token.type != "inline":
            kind = token.type.removesuffix("_open")
            words = tokens[index + 1].content.strip() if kind == "heading" else ""
            start, end = token.map
            yield Block(kind, token.level, start, end, token.tag, words)


@dataclass
class _Recorder:
    """Notes where in the source the inline rules found something.

    markdown-it gives inline tokens no positions. A rule knows its position within the content of one block, and
    that content is made of the block's lines with their markers taken off: looking for it there gives the offset.
    """

    source: str
    path: str
    first_line: int
    lines: list[str] = field(init=False)
    offsets: list[int] = field(init=False)
    references: list[Reference] = field(default_factory=list)
    escapes: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    closed: list[Span] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    content: str = ""
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    used: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = self.source.split("\n")
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line) + 1)

    def enter(self, token: Token) -> None:
        """Begin the inline content of a block: work out where each of its lines stands in the source."""
        self.content, self.columns = token.content, []
        first, start = (token.map or [0])[0], 0
        for number, piece in enumerate(token.content.split("\n"), first):
            line = self.lines[number] if number < len(self.lines) else ""
            low, written = self.used.get(number, 0), piece.strip()
            column = line.find(written, low)
            if column < 0:  # a table cell: pipes within it are escaped in the source
                written = written.replace("|", "\\|")
                column = max(low, line.find(written, low))
            self.used[number] = column + len(written)  # the next cell of a row may hold the same words
            column -= len(piece) - len(piece.lstrip())
            self.columns.append((start, number, column))
            start += len(piece) + 1

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column (from 0) of a position in the current content."""
        start, number, column = self.columns[bisect_right(self.columns, (position, len(self.lines), 0)) - 1]
        line, at = self.lines[number], column + position - start
        # Each pipe before the position that is escaped in the source is one character longer there.
        if "\\|" in line[column:] and "\\|" not in self.content:
            at += self.content[start:position].count("|")
        return number, at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the source of a span of the current content."""
        (first, low), (last, high) = self.place(start), self.place(end)
        return self.offsets[first] + low, self.offsets[last] + high

    def reference(self, kind: ReferenceKind, match: re.Match[str], label: str = "") -> None:
        line, column = self.place(match.start())
        start, end = self.span(match.start(), match.end())
        slug = intern(match[1].strip())  # the same slugs stand everywhere, and each needs to be there once
        self.references.append(Reference(kind, slug, start, end, line + self.first_line, column + 1, label.strip()))

    def html(self, start: int, end: int, raw: str) -> None:
        (self.comments if raw.startswith("<!--") else self.escapes).append(self.span(start, end))

    def comment(self, start: int, end: int) -> None:
        self.comments.append(self.span(start, end))

    def close(self, start: int, end: int) -> None:
        self.closed.append(self.span(start, end))

    def html_block(self, first: int, end: int) -> None:
        low, high = self.offsets[first], min(self.offsets[end], len(self.source))
        while (start := self.source.find("<!--", low, high)) >= 0:
            end = self.source.find("-->", start + 4, high) + 3
            if end < 3:
                self.unclosed.append(start)
                end = high  # all of it was meant to be left out
            self.comments.append((start, end))
            self.shown(low, start)
            low = end
        self.shown(low, high)

    def shown(self, low: int, high: int) -> None:
        if self.source[low:high].strip():
            self.escapes.append((low, high))

    def links(self, tokens: Sequence[Token]) -> Iterator[Link]:
        for token in tokens:
            for child in token.children or ():
                target = str(child.attrGet("href") or child.attrGet("src") or "")
                if target:
                    first, last = token.map or [0, 1]
                    number = next((n for n in range(first, last) if target in self.lines[n]), first)
                    column = max(0, self.lines[number].find(target))
                    place = Location(self.path, number + self.first_line, column + 1, len(target))
                    yield Link(target, place, child.type == "image")


def _rule(pattern: re.Pattern[str], kind: ReferenceKind) -> Callable[[StateInline, bool], bool]:
    """Make an inline rule that records a reference."""

    def rule(state: StateInline, silent: bool) -> bool:
        match = pattern.match(state.src, state.pos, state.posMax)
        before = state.src[state.pos - 1 : state.pos]
        if not match or state.linkLevel or (kind is ReferenceKind.TAG and before not in ("", " ", "\n", "\t", "(")):
            return False
        if (
            kind is ReferenceKind.CITATION
            and before in ("", "\n")
            and state.src[match.end() : match.end() + 1] == ":"
        ):
            return False  # a footnote's own text, which is reported elsewhere
        recorder: _Recorder = state.env["recorder"]
        if not silent and state.src == recorder.content:
            recorder.reference(kind, match, (match[2] or "") if kind is ReferenceKind.LINK else "")
            state.push("reference", "", 0).meta = {"kind": kind}
        state.pos = match.end()
        return True

    return rule


def _noting(
    rule: Callable[[StateInline, bool], bool], note: Callable[[_Recorder, int, int, str], None]
) -> Callable[[StateInline, bool], bool]:
    """Make an inline rule of CommonMark note where it found something."""

    def noting(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        recorder: _Recorder = state.env["recorder"]
        if found and not silent and state.src == recorder.content:
            note(recorder, start, state.pos, state.src[start : state.pos])
        return found

    return noting


def _literal(state: StateInline, silent: bool) -> bool:
    """Note a `<` that is none of markup: what is done to the text around it could otherwise make it some."""
    if state.src[state.pos] != "<":
        return False
    recorder: _Recorder = state.env["recorder"]
    if not silent and state.src == recorder.content:
        start, end = recorder.span(state.pos, state.pos + 1)
        recorder.escapes.append((start, end))
        if state.src.startswith("<!--", state.pos):
            recorder.unclosed.append(start)
    state.pending += "" if silent else "<"
    state.pos += 1
    return True


def _no_link(state: StateInline, _silent: bool) -> bool:
    match = _NO_LINK.match(state.src, state.pos, state.posMax)
    if match:
        state.pos = match.end()
    return bool(match)


@cache
def _reader() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for name, pattern, kind in (
        ("wikilink", _WIKILINK, ReferenceKind.LINK),
        ("citation", _CITATION, ReferenceKind.CITATION),
        ("tag", _TAG, ReferenceKind.TAG),
    ):
        md.inline.ruler.before("link", name, _rule(pattern, kind))
    md.inline.ruler.at("html_inline", _noting(html_inline, _Recorder.html))
    md.inline.ruler.before("link", "nolink", _noting(_no_link, lambda recorder, a, b, _: recorder.comment(a, b)))
    for name, rule in (("link", link), ("image", image), ("autolink", autolink), ("backticks", backtick)):
        md.inline.ruler.at(name, _noting(rule, lambda recorder, a, b, _: recorder.close(a, b)))

    md.inline.ruler.push("literal", _literal)

    def inline(state: Any) -> None:
        for token in state.tokens:
            if token.type == "inline" and len(token.content) > LONGEST:
                state.env["recorder"].unread.append(token.map[0])
                token.children = []
            elif token.type == "inline":
                state.env["recorder"].enter(token)
                token.children = []
                md.inline.parse(token.content, md, state.env, token.children)

    md.core.ruler.at("inline", inline)
    # `[^x]: …` would be a link definition of CommonMark and vanish; footnotes are the generator's to write.
    md.disable("reference")
    return md
