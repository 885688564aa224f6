"""The site's one Markdown dialect: CommonMark with tables, strikethrough and footnotes.

`scan` reads what an editor wrote and finds the references in it, with their places; `render` turns a composed page
into HTML; `escape` puts plain text into Markdown. The only module that imports markdown-it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline, html_inline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from generator.errors import Location
from generator.model import Reference, ReferenceKind, Text
from generator.urls import slugify

_WIKILINK = re.compile(r"\[\[([^\[\]|\\\n]+?)(?:\\?\|([^\[\]\n]+))?\]\]")
_CITATION = re.compile(r"\[\^([^\[\]\s]+)\]")
_TAG = re.compile(r"#(?=[a-z0-9-]*[a-z])([a-z0-9]+(?:-[a-z0-9]+)*)(?![\w-])")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


class Markdown(str):
    """Text that is Markdown already, as opposed to plain text, which must be escaped."""

    __slots__ = ()


# --- plain text into Markdown -----------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^(\s*)([-+#=]|\d{1,9}(?=[.)]))")


def escape(text: str) -> Markdown:
    """Return Markdown that renders as exactly the plain `text`, on one line and wherever it lands."""
    line = " ".join(text.split())
    line = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", line))
    match = _BLOCK_START.match(line)
    if match:
        at = match.end()
        line = f"{line[:at]}\\{line[at:]}" if match[2].isdigit() else f"{match[1]}\\{line[match.start(2) :]}"
    return Markdown(line)


# --- reading ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scan:
    """A body as the parser sees it: its block tokens, its lines, and the text of the whole with its references.

    `relative_links` are the places of ordinary links that lead to a file beside the document.
    """

    tokens: Sequence[Token]
    lines: tuple[str, ...]
    text: Text
    first_line: int
    path: str
    relative_links: tuple[tuple[str, Location], ...]

    def location(self, line: int, column: int = 0, width: int = 1) -> Location:
        """Return the place in the file of a line and column of the body, both counted from 0."""
        return Location(self.path, line + self.first_line, column + 1, width)

    def cut(self, start: int, end: int, prefix: re.Pattern[str] | None = None, indent: int = 0) -> Text:
        """Return the lines from `start` up to `end` as a text of their own.

        From each line what `prefix` matches is taken off; where it does not match, up to `indent` spaces.
        """
        keep = []
        offset = sum(len(line) + 1 for line in self.lines[:start])
        for line in self.lines[start:end]:
            match = prefix.match(line) if prefix else None
            removed = match.end() if match else min(indent, len(line) - len(line.lstrip(" ")))
            keep.append((offset + removed, offset + len(line) + 1))
            offset += len(line) + 1
        return strip(pieces(self.text, keep))


def scan(source: str, path: str, first_line: int) -> Scan:
    """Read a body. `path` is that of its file, `first_line` the line of the file on which the body begins."""
    recorder = _Recorder(source, path, first_line)
    tokens = _reader().parse(source, {"recorder": recorder})
    for token in tokens:
        if token.type == "html_block" and token.map:
            recorder.html_block(*token.map)
    text = Text(source, tuple(recorder.references), tuple(recorder.escapes), tuple(recorder.comments))
    links = tuple(recorder.relative_links(tokens))
    return Scan(tokens, tuple(recorder.lines), text, first_line, path, links)


def pieces(text: Text, keep: Sequence[tuple[int, int]]) -> Text:
    """Return the parts `keep` (start, end) of a text, joined, with what was found in them."""

    def move(start: int, end: int) -> tuple[int, int] | None:
        """Return where a span lies after the cut; None where none of it is left."""
        moved, base = [], 0
        for low, high in keep:
            if max(start, low) < min(end, high):
                moved.append((base + max(start, low) - low, base + min(end, high) - low))
            base += min(high, len(text.source)) - low
        return (moved[0][0], moved[-1][1]) if moved else None

    found = ((ref, move(ref.start, ref.end)) for ref in text.references)
    references = [replace(ref, start=span[0], end=span[1]) for ref, span in found if span]
    escapes = tuple(span for spans in text.escapes if (span := move(*spans)))
    comments = tuple(span for spans in text.comments if (span := move(*spans)))
    return Text("".join(text.source[low:high] for low, high in keep), tuple(references), escapes, comments)


def strip(text: Text) -> Text:
    """Return the text without blank space around it."""
    start = len(text.source) - len(text.source.lstrip())
    return pieces(text, [(start, max(start, len(text.source.rstrip())))])


def rewrite(text: Text, write: Callable[[Reference], str]) -> Markdown:
    """Return the text as Markdown with each reference replaced by what `write` makes of it.

    Raw HTML comes out as the characters it is made of, comments are left out.
    """
    edits: list[tuple[int, int, str]] = [(r.start, r.end, write(r)) for r in text.references]
    edits += [(start, end, _entities(text.source[start:end])) for start, end in text.escapes]
    edits += [(start, end, "") for start, end in text.comments]
    out, position = [], 0
    for start, end, replacement in sorted(edits):
        out += [text.source[position:start], replacement]
        position = end
    return Markdown("".join([*out, text.source[position:]]))


def plain(text: Text, name: Callable[[str], str]) -> str:
    """Return the text without markup, on one line; `name` gives the words for a link to a slug."""

    def words(ref: Reference) -> str:
        if ref.kind is ReferenceKind.CITATION:
            return ""
        return str(escape(ref.label or name(ref.slug)))

    tokens = _renderer().parse(rewrite(text, words), {"link": str})
    found = [child.content for t in tokens for child in t.children or () if child.type in ("text", "code_inline")]
    return " ".join(" ".join(found).split())


def _entities(raw: str) -> str:
    """Return characters as entities, so that nothing in them can be taken for markup of any sort."""
    return "".join(c if c.isalnum() or c.isspace() else f"&#{ord(c)};" for c in raw)


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
    escapes: list[tuple[int, int]] = field(default_factory=list)
    comments: list[tuple[int, int]] = field(default_factory=list)
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
            column = line.find(piece.strip(), self.used.get(number, 0))
            if column < 0:  # a table cell: pipes within it are escaped in the source
                column = max(0, line.find(piece.strip().replace("|", "\\|"), self.used.get(number, 0)))
            else:
                column -= len(piece) - len(piece.lstrip())
            self.used[number] = max(0, column)
            self.columns.append((start, number, column))
            start += len(piece) + 1

    def place(self, position: int) -> tuple[int, int]:
        """Return line and column (from 0) of a position in the current content."""
        start, number, column = next(c for c in reversed(self.columns) if c[0] <= position)
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
        place = Location(self.path, line + self.first_line, column + 1, end - start)
        self.references.append(Reference(kind, match[1].strip(), start, end, place, label.strip()))

    def html(self, start: int, end: int, raw: str) -> None:
        (self.comments if raw.startswith("<!--") else self.escapes).append(self.span(start, end))

    def html_block(self, first: int, end: int) -> None:
        low, high = self.offsets[first], min(self.offsets[end], len(self.source))
        for match in _COMMENT.finditer(self.source, low, high):
            self.comments.append(match.span())
            self.shown(low, match.start())
            low = match.end()
        self.shown(low, high)

    def shown(self, low: int, high: int) -> None:
        if self.source[low:high].strip():
            self.escapes.append((low, high))

    def relative_links(self, tokens: Sequence[Token]) -> list[tuple[str, Location]]:
        found = []
        for token in tokens:
            for child in token.children or ():
                target = str(child.attrGet("href") or child.attrGet("src") or "")
                if target and not re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
                    first, last = token.map or [0, 1]
                    number = next((n for n in range(first, last) if target in self.lines[n]), first)
                    column = max(0, self.lines[number].find(target))
                    found.append((target, Location(self.path, number + self.first_line, column + 1, len(target))))
        return found


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


def _html_rule(state: StateInline, silent: bool) -> bool:
    start = state.pos
    found = html_inline(state, silent)
    recorder: _Recorder = state.env["recorder"]
    if found and not silent and state.src == recorder.content:
        recorder.html(start, state.pos, state.src[start : state.pos])
    return found


def _reader() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for name, pattern, kind in (
        ("wikilink", _WIKILINK, ReferenceKind.LINK),
        ("citation", _CITATION, ReferenceKind.CITATION),
        ("tag", _TAG, ReferenceKind.TAG),
    ):
        md.inline.ruler.before("link", name, _rule(pattern, kind))
    md.inline.ruler.at("html_inline", _html_rule)

    def inline(state: Any) -> None:
        for token in state.tokens:
            if token.type == "inline":
                state.env["recorder"].enter(token)
                token.children = []
                md.inline.parse(token.content, md, state.env, token.children)

    md.core.ruler.at("inline", inline)
    # `[^x]: …` would be a link definition of CommonMark and vanish; footnotes are the generator's to write.
    md.disable("reference")
    return md


# --- rendering --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a rendered page: its level (1 to 6), its id and its words."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML, its headings in order, and every id that can be linked to."""

    html: str
    headings: tuple[Heading, ...]
    ids: frozenset[str]


_ID = re.compile(r'<[a-z][^<>]*?\sid="([^"]+)"')
_MARKDOWN_ATTRIBUTE = re.compile(r'(<[a-z][^<>]*?) markdown(?:="[^"]*")?(?=[\s>])')


def render(source: str, link: Callable[[str], str]) -> Rendered:
    """Return a composed page as HTML. `link` turns the target of each link into the address it is to have."""
    env: dict[str, Any] = {"link": link}
    md = _renderer()
    tokens = md.parse(source, env)
    headings = tuple(_headings(tokens))
    page = md.renderer.render(tokens, md.options, env)
    return Rendered(page, headings, frozenset(html.unescape(found) for found in _ID.findall(page)))


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading an id, unique on its page, and return them."""
    seen: dict[str, int] = {}
    found = []
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        title = "".join(c.content for c in inline.children or () if c.type in ("text", "code_inline"))
        slug = slugify(title) or "section"
        count = seen[slug] = seen.get(slug, -1) + 1
        opening.attrSet("id", f"{slug}_{count}" if count else slug)
        found.append(Heading(int(opening.tag[1:]), str(opening.attrGet("id")), title))
    return found


def _footnote_ref(
    _: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    label, number, sub = tokens[i].meta["label"], tokens[i].meta["id"] + 1, tokens[i].meta["subId"]
    name = html.escape(f"{sub + 1}:{label}" if sub else str(label))
    anchor = f"fnref{name}" if sub else f"fnref:{name}"
    href = html.escape(env["link"](f"#fn:{label}"))
    return f'<sup id="{anchor}"><a class="footnote-ref" href="{href}">{number}</a></sup>'


def _footnote_open(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    return f'<li id="fn:{html.escape(str(tokens[i].meta["label"]))}">'


def _footnote_anchor(
    _: RendererHTML, tokens: Sequence[Token], i: int, _options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    meta = tokens[i].meta
    label, sub = meta["label"], meta["subId"]
    href = html.escape(env["link"](f"#fnref{sub + 1}:{label}" if sub else f"#fnref:{label}"))
    which = f"citation {sub + 1}" if sub else "the text"
    title = f"Jump back to {which} of footnote {meta['id'] + 1}"
    return f' <a class="footnote-backref" href="{href}" title="{title}">\u21a9\ufe0e</a>'


def _raw(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    # `markdown` asks other renderers (Python-Markdown's md_in_html) to read on inside; HTML knows no such attribute.
    return _MARKDOWN_ATTRIBUTE.sub(r"\1", tokens[i].content)


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    tokens[i].attrSet("href", env["link"](str(tokens[i].attrGet("href") or "")))
    return self.renderToken(tokens, i, options, env)


def _renderer() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    md.use(footnote_plugin, inline=False)
    md.add_render_rule("footnote_ref", _footnote_ref)
    md.add_render_rule("footnote_block_open", lambda *_: '<div class="footnote">\n<hr>\n<ol>\n')
    md.add_render_rule("footnote_block_close", lambda *_: "</ol>\n</div>\n")
    md.add_render_rule("footnote_open", _footnote_open)
    md.add_render_rule("footnote_anchor", _footnote_anchor)
    md.add_render_rule("html_block", _raw)
    md.add_render_rule("html_inline", _raw)
    md.add_render_rule("link_open", _link_open)
    return md
