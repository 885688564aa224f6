"""The inline forms of a body, and where in its source each of them stands.

The dialect is CommonMark with tables and strikethrough, and forms of our own: `[[slug|label]]`, `#slug`, `[^slug]`,
and `{.nolink}` after a name. markdown-it gives inline tokens no positions, so its inline rules note them in passing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from sys import intern
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, backtick, html_inline, image, link
from markdown_it.token import Token

from generator.content.model import Reference, ReferenceKind, Span

LONGEST = 8000  # characters of a paragraph; the time that its links take to find can grow with their square
_FORMS = {
    ReferenceKind.LINK: re.compile(r"\[\[([^\[\]|\\\n]+?)(?:\\?\|([^\[\]\n]+))?\]\]"),
    # At the beginning of a line and before a colon it is the text of a footnote, which `markup` reports.
    ReferenceKind.CITATION: re.compile(r"(?!^\[\^[^\[\]\s]+\]:)\[\^([^\[\]\s]+)\]", re.MULTILINE),
    ReferenceKind.TAG: re.compile(r"(?<![^ \n\t(])#(?=[a-z0-9-]*[a-z])([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w-])"),
}
_NO_LINK = re.compile(r"(?<=\S)\{\.nolink\}")
_Rule = Callable[[StateInline, bool], bool]


@dataclass
class Recorder:
    """What was found in a body, and where: spans are offsets in its source.

    A rule knows its position within the content of one block, and that content is made of the block's lines with
    their markers taken off: looking for each of them in its line gives the offset. `unread` are the lines, counted
    from 0, of paragraphs too long to be looked through, `unclosed` the offsets of comments that have no end.
    """

    source: str
    first_line: int
    lines: list[str] = field(init=False)
    offsets: list[int] = field(init=False)
    references: list[Reference] = field(default_factory=list)
    escapes: list[Span] = field(default_factory=list)
    comments: list[Span] = field(default_factory=list)
    closed: list[Span] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    unclosed: list[int] = field(default_factory=list)
    # Of the block that is being read: its content, and for each line of it the position in that, its number in the
    # source and its column there; and for each line of the source up to where earlier blocks take it up.
    _content: str = ""
    _columns: list[tuple[int, int, int]] = field(default_factory=list)
    _used: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lines = self.source.split("\n")
        self.offsets = [0]
        for line in self.lines:
            self.offsets.append(self.offsets[-1] + len(line) + 1)

    def enter(self, token: Token) -> None:
        """Begin the inline content of a block: work out where each of its lines stands in the source."""
        self._content, self._columns = token.content, []
        first, start = (token.map or [0])[0], 0
        for number, piece in enumerate(token.content.split("\n"), first):
            line = self.lines[number] if number < len(self.lines) else ""
            low, written = self._used.get(number, 0), piece.strip()
            column = line.find(written, low)
            if column < 0:  # a table cell: pipes within it are escaped in the source
                written = written.replace("|", "\\|")
                column = max(low, line.find(written, low))
            self._used[number] = column + len(written)  # the next cell of a row may hold the same words
            column -= len(piece) - len(piece.lstrip())
            self._columns.append((start, number, column))
            start += len(piece) + 1

    def reads(self, state: StateInline) -> bool:
        """Tell whether a rule is at the content of the block itself, and not at a part of it such as a label."""
        return state.src == self._content

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column (from 0) of a position in the current content."""
        start, number, column = self._columns[bisect_right(self._columns, (position, len(self.lines), 0)) - 1]
        line, at = self.lines[number], column + position - start
        # Each pipe before the position that is escaped in the source is one character longer there.
        if "\\|" in line[column:] and "\\|" not in self._content:
            at += self._content[start:position].count("|")
        return number, at

    def span(self, start: int, end: int) -> Span:
        """Return the offsets in the source of a span of the current content."""
        (first, low), (last, high) = self.place(start), self.place(end)
        return self.offsets[first] + low, self.offsets[last] + high

    def reference(self, kind: ReferenceKind, match: re.Match[str]) -> None:
        """Note a reference of a `kind` in the current content."""
        line, column = self.place(match.start())
        label = (match[2] or "").strip() if kind is ReferenceKind.LINK else ""
        slug = intern(match[1].strip())  # the same slugs stand everywhere, and each needs to be there once
        span = self.span(*match.span())
        self.references.append(Reference(kind, slug, *span, line + self.first_line, column + 1, label))

    def html(self, start: int, end: int) -> None:
        """Note inline HTML in the current content."""
        spans = self.comments if self._content.startswith("<!--", start) else self.escapes
        spans.append(self.span(start, end))

    def comment(self, start: int, end: int) -> None:
        """Note something in the current content that is not shown."""
        self.comments.append(self.span(start, end))

    def close(self, start: int, end: int) -> None:
        """Note something in the current content in which no name becomes a link."""
        self.closed.append(self.span(start, end))

    def literal(self, start: int, end: int) -> None:
        """Note a `<` in the current content that is text."""
        self.escapes.append(self.span(start, end))
        if self._content.startswith("<!--", start):
            self.unclosed.append(self.escapes[-1][0])

    def html_block(self, first: int, last: int) -> None:
        """Note the comments in a block of HTML, from the line `first` up to `last`, and what is shown of it."""
        low, high = self.offsets[first], min(self.offsets[last], len(self.source))
        while (start := self.source.find("<!--", low, high)) >= 0:
            end = self.source.find("-->", start + 4, high) + 3
            if end < 3:
                self.unclosed.append(start)
                end = high  # all of it was meant to be left out
            self.comments.append((start, end))
            self._shown(low, start)
            low = end
        self._shown(low, high)

    def _shown(self, low: int, high: int) -> None:
        if self.source[low:high].strip():
            self.escapes.append((low, high))


def parse(source: str, first_line: int) -> tuple[list[Token], Recorder]:
    """Return the tokens of a body, and what was found in it. It begins in the `first_line` of its file."""
    recorder = Recorder(source, first_line)
    tokens = _reader().parse(source, {"recorder": recorder})
    for token in tokens:
        if token.type == "html_block" and token.map:
            recorder.html_block(*token.map)
    return tokens, recorder


def _reference(kind: ReferenceKind) -> _Rule:
    """Make an inline rule that notes references of a kind."""
    pattern = _FORMS[kind]

    def rule(state: StateInline, silent: bool) -> bool:
        match = pattern.match(state.src, state.pos, state.posMax)
        if not match or state.linkLevel:
            return False
        recorder: Recorder = state.env["recorder"]
        if not silent and recorder.reads(state):
            recorder.reference(kind, match)
        state.pos = match.end()
        return True

    return rule


def _noting(rule: _Rule, note: Callable[[Recorder, int, int], None]) -> _Rule:
    """Make an inline rule note from where to where it has found something."""

    def noting(state: StateInline, silent: bool) -> bool:
        start = state.pos
        found = rule(state, silent)
        recorder: Recorder = state.env["recorder"]
        if found and not silent and recorder.reads(state):
            note(recorder, start, state.pos)
        return found

    return noting


def _literal(state: StateInline, silent: bool) -> bool:
    """Read a `<` that is no markup. Text that is written around it later could otherwise turn it into markup."""
    if state.src[state.pos] != "<":
        return False
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
    for kind in _FORMS:
        md.inline.ruler.before("link", f"briefing_{kind}", _reference(kind))
    md.inline.ruler.before("link", "nolink", _noting(_no_link, Recorder.comment))
    md.inline.ruler.at("html_inline", _noting(html_inline, Recorder.html))
    for name, rule in (("link", link), ("image", image), ("autolink", autolink), ("backticks", backtick)):
        md.inline.ruler.at(name, _noting(rule, Recorder.close))
    md.inline.ruler.push("literal", _noting(_literal, Recorder.literal))

    def inline(state: Any) -> None:
        recorder: Recorder = state.env["recorder"]
        for token in state.tokens:
            if token.type != "inline":
                continue
            token.children = []
            if len(token.content) > LONGEST:
                recorder.unread.append(token.map[0])
            else:
                recorder.enter(token)
                md.inline.parse(token.content, md, state.env, token.children)

    md.core.ruler.at("inline", inline)
    # `[^x]: …` would be a link definition of CommonMark and vanish; footnotes are the generator's to write.
    md.disable("reference")
    return md
