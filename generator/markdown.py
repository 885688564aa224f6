"""Markdown out: plain text escaped for it, an editor's text rewritten for a page, and a composed page as HTML.

The dialect is CommonMark with tables, strikethrough and footnotes, the same that `generator.scan` reads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

from generator.cutting import merged
from generator.model import Reference, Text
from generator.urls import slugify


class Markdown(str):
    """Text that is Markdown already, as opposed to plain text, which must be escaped."""

    __slots__ = ()


# --- plain text into Markdown -----------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_\[\]>|])")
# After a backslash these would stay with it in Python-Markdown.
_NAMED = str.maketrans({"<": "&lt;", "~": "&#126;"})
_ENTITY = re.compile(r"&(?=#|\w+;)")
_BLOCK_START = re.compile(r"^(\s*)([-+#=]|\d{1,9}(?=[.)]))")


def escape(text: str) -> Markdown:
    """Return Markdown that renders as exactly the plain `text`, on one line and wherever it lands."""
    line = " ".join(text.split())
    line = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", line)).translate(_NAMED)
    line = re.sub(r"!\Z", r"\!", line)  # a link that follows is no picture
    match = _BLOCK_START.match(line)
    if match:
        at = match.end()
        line = f"{line[:at]}\\{line[at:]}" if match[2].isdigit() else f"{match[1]}\\{line[match.start(2) :]}"
    return Markdown(line)


# --- an editor's text ---------------------------------------------------------------------------------------------


# An HTML comment that says nothing (CommonMark, section 6.6): it keeps apart what stands before and after it.
_NOTHING = "<!---->"
_RUNS = ("`", "*", "_", "~")  # of which two mean something else than one
_OPENINGS = ("](", "][", "![", "\\[")  # which make a link, a picture or none


def rewrite(text: Text, write: Callable[[Reference], str]) -> Markdown:
    """Return the text as Markdown with each reference replaced by what `write` makes of it.

    Raw HTML comes out as the characters it is made of, comments are left out. One between two backticks, or two marks
    of emphasis, leaves an empty comment, so that these do not become other markup by standing together.
    """
    edits: list[tuple[int, int, str]] = [(r.start, r.end, write(r)) for r in text.references]
    edits += [(start, end, _entities(text.source[start:end])) for start, end in text.escapes]
    for start, end in merged(text.comments):
        before, after = text.source[max(0, start - 1) : start], text.source[end : end + 1]
        apart = (before == after and before in _RUNS) or before + after in _OPENINGS
        edits.append((start, end, _NOTHING if apart else ""))
    out, position = [], 0
    for start, end, replacement in sorted(edits):
        assert start >= position, "no reference can stand within HTML"
        out += [text.source[position:start], _set_apart(replacement, text.source, start, end)]
        position = end
    return Markdown("".join([*out, text.source[position:]]))


def _set_apart(replacement: str, source: str, start: int, end: int) -> str:
    """Return what stands for a part of a text, so that it makes no markup together with its neighbours."""
    before, after = source[max(0, start - 1) : start], source[end : end + 1]
    if replacement.startswith("[") and before in ("!", "\\"):
        replacement = _NOTHING + replacement
    if replacement.endswith("]") and after == "(":
        replacement += _NOTHING
    return replacement


_MARKUP = re.compile(r"\*\*|\*(?=\S)|(?<=\S)\*|~~|`+|\\(?=[^\w\s])|^[ \t]*(?:[-+*>]|#{1,6}|\d{1,9}[.)])[ \t]+", re.M)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")


def plain(text: Text, write: Callable[[Reference], str]) -> str:
    """Return a text as plain words on one line, each reference replaced by what `write` makes of it."""
    edits = [(ref.start, ref.end, write(ref)) for ref in text.references]
    edits += [(start, end, "") for start, end in text.comments]
    out, position = [], 0
    for start, end, words in sorted(edits):
        out += [_bare(text.source[position:start]), words]
        position = end
    words = " ".join("".join([*out, _bare(text.source[position:])]).split())
    return re.sub(r" (?=[.,;:!?)])", "", words)


def _bare(markdown: str) -> str:
    """Take the marks of emphasis, code, links and lists off."""
    return html.unescape(_MARKUP.sub("", _LINK.sub(r"\1", markdown)))


def _entities(raw: str) -> str:
    """Return characters as entities, so that nothing in them can be taken for markup of any sort."""
    return "".join(c if c.isalnum() or c.isspace() else f"&#{ord(c)};" for c in raw)


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


@dataclass(frozen=True, slots=True)
class Draft:
    """A composed page as HTML in which links are still to be put, so that it is rendered once for all uses."""

    html: str
    headings: tuple[Heading, ...]
    ids: frozenset[str]

    def page(self, link: Callable[[str], str]) -> Rendered:
        """Return all of it. `link` turns the target of each link into the address it is to have."""
        return Rendered(_linked(self.html.replace(_ASIDE, ""), link), self.headings, self.ids)

    def text(self, link: Callable[[str], str]) -> str:
        """Return it as HTML without what stands aside."""
        before, _, rest = self.html.partition(_ASIDE)
        return _linked(before + rest.partition(_ASIDE)[2], link)


# Marks in a draft. Markdown has no NUL character (CommonMark, section 2.3), so that no text can hold one.
_ASIDE = "\0A\0"
_TO_LINK = re.compile("\0L([^\0]*)\0")


def _linked(draft: str, link: Callable[[str], str]) -> str:
    return _TO_LINK.sub(lambda found: escapeHtml(link(html.unescape(found[1]))), draft)


def draft(source: str, aside: int | None = None) -> Draft:
    """Return a composed page as a draft. From line `aside` on (counted from 0) it is no part of the text."""
    env: dict[str, Any] = {}
    md = _renderer()
    tokens = md.parse(source, env)
    headings = tuple(_headings(tokens))
    if aside is not None:
        _set_aside(tokens, aside)
    page = md.renderer.render(tokens, md.options, env)
    return Draft(page, headings, frozenset(html.unescape(found) for found in _ID.findall(page)))


def render(source: str, link: Callable[[str], str]) -> Rendered:
    """Return a composed page as HTML. `link` turns the target of each link into the address it is to have."""
    return draft(source).page(link)


def _set_aside(tokens: list[Token], line: int) -> None:
    """Put marks around the blocks that begin at a line or after it; footnotes, which come last, are of the text."""
    end = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    start = next((at for at, token in enumerate(tokens[:end]) if token.map and token.map[0] >= line), end)
    for at in (end, start):
        tokens.insert(at, Token("html_block", "", 0, content=_ASIDE))


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading an id, unique on its page and none that an element of the page has, and return them."""
    written = (
        found for token in _all(tokens) if token.type.startswith("html_") for found in _ID.findall(token.content)
    )
    seen = {html.unescape(found): 0 for found in written}
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


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _to_link(href: str) -> str:
    return f"\0L{escapeHtml(href)}\0"


def _footnote_ref(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    label, number, sub = tokens[i].meta["label"], tokens[i].meta["id"] + 1, tokens[i].meta["subId"]
    name = html.escape(f"{sub + 1}:{label}" if sub else str(label))
    anchor = f"fnref{name}" if sub else f"fnref:{name}"
    href = _to_link(f"#fn:{label}")
    apart = ", " if i and tokens[i - 1].type == "footnote_ref" else ""  # or 1 and 2 would be read as 12
    return f'<sup id="{anchor}">{apart}<a class="footnote-ref" href="{href}">{number}</a></sup>'


def _footnote_open(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    return f'<li id="fn:{html.escape(str(tokens[i].meta["label"]))}">'


def _footnote_anchor(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    meta = tokens[i].meta
    label, sub = meta["label"], meta["subId"]
    href = _to_link(f"#fnref{sub + 1}:{label}" if sub else f"#fnref:{label}")
    which = f"citation {sub + 1}" if sub else "the text"
    title = f"Jump back to {which} of footnote {meta['id'] + 1}"
    return f' <a class="footnote-backref" href="{href}" title="{title}">\u21a9\ufe0e</a>'


def _raw(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    # `markdown` asks other renderers (Python-Markdown's md_in_html) to read on inside; HTML knows no such attribute.
    return "" if tokens[i].content == _NOTHING else _MARKDOWN_ATTRIBUTE.sub(r"\1", tokens[i].content)


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    tokens[i].attrSet("href", f"\0L{tokens[i].attrGet('href') or ''}\0")
    return self.renderToken(tokens, i, options, env)


@cache
def _renderer() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    md.disable("reference")  # as the reader of the content has it, so that both see the same links
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
