"""A line of text as HTML: the inside of a paragraph or a heading, rendered once, however many pages it stands on.

What a line becomes depends on nothing but itself. Its links are still to be put, and its footnotes to be counted, by
the page; both have marks in it.
"""

from __future__ import annotations

import html
import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

LINES = 100_000  # lines of which the HTML is kept, the last that were asked for
# An HTML comment that says nothing (CommonMark, section 6.6): it keeps apart what stands before and after it.
NOTHING = "<!---->"
ID = re.compile(r'<[a-z][^<>]*?\sid="([^"]+)"')
# The mark of a footnote. Markdown has no NUL character (CommonMark, section 2.3), so that no text can hold one.
TO_NOTE = re.compile("\0N([^\0]*)\0")
_MARKDOWN_ATTRIBUTE = re.compile(r'(<[a-z][^<>]*?) markdown(?:="[^"]*")?(?=[\s>])')
_FOOTNOTE = re.compile(r"\[\^([^\s\]]+)\]")
# What stands around the words of a record on a page: its place, its date, and a trail of links. On each page that has
# the record one of these is different, and the words between them are not.
_BEFORE = re.compile(r'<span id="[^"<>]*"(?: data-facets="[^"<>]*")?></span>')
_TRAIL = re.compile(r' <span class="briefing-trail">(?P<links>[^<>]*)</span>\Z')
_LINKS = re.compile(r"(?:\[(?:[^\[\]\\]|\\.)*\]\([^()\s]*\)(?:\[\^[^\s\]]+\])*(?: · )?)+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as HTML, with marks in it; its plain words, and the ids that stand in it."""

    html: str
    words: str
    ids: tuple[str, ...]


def to_link(href: str) -> str:
    """Return the mark of a link that is still to be put."""
    return f"\0L{escapeHtml(href)}\0"


def line(source: str) -> Line:
    """Return a line of text as HTML."""
    before, trail = _BEFORE.match(source), _TRAIL.search(source)
    if before is None and trail is None:
        return _line(source)
    start, end = before.end() if before else 0, trail.start() if trail else len(source)
    parts = [Line(before[0], "", tuple(map(html.unescape, ID.findall(before[0]))))] if before else []
    parts.append(_line(source[start:end]))
    if trail:
        parts += _trail(trail)
    return Line(
        "".join(part.html for part in parts),
        "".join(part.words for part in parts),
        tuple(id_ for part in parts for id_ in part.ids),
    )


def _trail(found: re.Match[str]) -> list[Line]:
    """Return the trail of a record in parts, each of which stands on many pages, if it is nothing but links."""
    if not _LINKS.fullmatch(found["links"]):
        return [_line(found[0])]
    links = found["links"].split(" · ")
    between = [part for link in links for part in (Line(" · ", " · ", ()), _line(link))][1:]
    return [Line(' <span class="briefing-trail">', "", ()), *between, Line("</span>", "", ())]


@lru_cache(maxsize=LINES)
def _line(source: str) -> Line:
    md = _renderer()
    tokens = md.parseInline(source)
    children = tokens[0].children or [] if tokens else []
    assert isinstance(md.renderer, RendererHTML)
    text = md.renderer.renderInline(children, md.options, {})
    words = "".join(child.content for child in children if child.type in ("text", "code_inline"))
    written = (child.content for child in children if child.type == "html_inline")
    return Line(text, words, tuple(html.unescape(found) for raw in written for found in ID.findall(raw)))


class _Dialect(MarkdownIt):
    """markdown-it, which looks at the address of a link once."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802  (as markdown-it calls it)
        return _normalized(url)


@lru_cache(maxsize=LINES)
def _normalized(url: str) -> str:
    return normalizeLink(url)


def dialect() -> MarkdownIt:
    """Return a reader of composed pages: CommonMark with HTML, tables, strikethrough and footnotes."""
    md = _Dialect("commonmark", {"html": True}).enable(["table", "strikethrough"])
    md.disable("reference")  # as the reader of the content has it, so that both see the same links
    md.use(footnote_plugin, inline=False)
    md.inline.ruler.at("footnote_ref", _footnote_ref)
    md.add_render_rule("html_inline", _raw)
    md.add_render_rule("html_block", _raw)
    return md


@cache
def _renderer() -> MarkdownIt:
    md = dialect()
    md.add_render_rule("footnote_ref", lambda _, tokens, i, *__: f"\0N{escapeHtml(tokens[i].content)}\0")
    md.add_render_rule("link_open", _link_open)
    return md


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """Read `[^label]`. Whether there is such a note is for the page to say."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _raw(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    # `markdown` asks other renderers (Python-Markdown's md_in_html) to read on inside; HTML knows no such attribute.
    return "" if tokens[i].content == NOTHING else _MARKDOWN_ATTRIBUTE.sub(r"\1", tokens[i].content)


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    tokens[i].attrSet("href", f"\0L{tokens[i].attrGet('href') or ''}\0")
    return self.renderToken(tokens, i, options, env)
