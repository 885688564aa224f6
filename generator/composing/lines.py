"""A line of text as HTML: the inside of a paragraph or a heading, in the dialect of composed pages.

The HTML of a line depends on nothing but the line. Marks in it stand for links, whose addresses depend on the page,
and for footnotes, which the page counts. Most lines consist of words, links, notes and our own spans alone: these are
read without a parser. The others are read by markdown-it, and the most recent results are kept.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache, lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.footnote import footnote_plugin

KEPT = 16_384  # results of parsing or escaping a text that are kept, the most recently used
# An empty HTML comment (CommonMark, section 6.6), which keeps apart what stands before and after it.
NOTHING = "<!---->"
# An opening tag of ours, none of whose attributes holds Markdown.
SPAN = r'<span(?: (?:class|data-facets|id|title)="[^"<>\\`*\[\]\0\n]*")*>'
# The mark of a footnote. Markdown has no NUL character (CommonMark, section 2.3), so no text can contain a mark.
TO_NOTE = re.compile("\0N([^\0]*)\0")
_MARKDOWN_ATTRIBUTE = re.compile(r'(<[a-z][^<>]*?) markdown(?:="[^"]*")?(?=[\s>])')
_FOOTNOTE = re.compile(r"\[\^([^\s\]]+)\]")

_WORDS = r'[^\\`*_~!&<>\[\]"\0\n]*'  # no character that could be markup, or is escaped in HTML
# An address, of a page or of the web, that needs no escaping.
_ADDRESS = r"\((?:https?://[a-z\d]{1,60}(?:[.-][a-z\d]{1,60}){1,3}/)?[\w.#][\w./-]*(?:#[\w-]*)?\)"
_BARE = r"<https?://[a-z\d]{1,60}(?:[.-][a-z\d]{1,60}){1,3}(?:/[\w./-]*)?>"
_LINK = rf"\[(?!\^){_WORDS}\]{_ADDRESS}"
_NOTE = r"\[\^[\w-]+\](?!\()"
_STRONG = rf"(?<![\w*])\*\*(?=\w){_WORDS}(?:(?<=\w)\*\*(?![\w*])|(?<=[.:%])\*\*(?= ))"
_BREAK = r"(?<! )\n(?![ \t])"
_PLAIN = re.compile(_WORDS)
_PART = "|".join([_LINK, _NOTE, _STRONG, SPAN, "</span>", "<br>", _BREAK, _BARE])
_SIMPLE = re.compile(f"{_WORDS}(?:(?:{_PART}){_WORDS})*", re.ASCII)
_TO_BARE = re.compile(r"<(https?:[^>]*)>")
_BRACKETS = re.compile(r"\[(?:\^([^\]]*)\]|([^\]]*)\]\(([^)]*)\))")
# What surrounds the words of a record on a page: its anchor, and a trail of links in which nothing ends that began in
# the words. These differ from page to page; the words between them do not, so that they are parsed once.
_BEFORE = re.compile(f"{SPAN}</span>")
_NAME = r"""[^\\`*_~!&<>\[\]"'()\0\n]*"""
_TRAIL = re.compile(
    rf'(?<=\S) <span class="briefing-trail">(?:\[{_NAME}\]{_ADDRESS}|{_NOTE}| · )*</span>\Z', re.ASCII
)
_DECLARATION = re.compile(r"<(?:!(?!---->)|\?)")


def to_link(href: str) -> str:
    """Return the mark for a link, in whose place the page puts an address."""
    return f"\0L{escapeHtml(href)}\0"


def line(source: str) -> str:
    """Return a line of text, without surrounding space, as HTML with marks in it."""
    if _SIMPLE.fullmatch(source):
        return _simple(source)
    trail = None if _DECLARATION.search(source) else _TRAIL.search(source)
    before = _BEFORE.match(source)
    start, end = before.end() if before else 0, trail.start() if trail else len(source)
    if before is None:
        return _read(source[:end]) + _simple(source[end:])
    # The comment stands in for the tag: at the start of a line, words can be other markup.
    return before[0] + _read(NOTHING + source[start:end]) + _simple(source[end:])


def _simple(source: str) -> str:
    """Return a line that matches `_SIMPLE` as HTML."""
    if "**" in source:
        parts = source.split("**")
        parts[1::2] = [f"<strong>{part}</strong>" for part in parts[1::2]]
        source = "".join(parts)
    if "<http" in source:
        source = _TO_BARE.sub('<a href="\0L\\1\0">\\1</a>', source)
    if "[" not in source:
        return source
    parts = _BRACKETS.split(source)
    found = zip(parts[1::4], parts[2::4], parts[3::4], parts[4::4], strict=True)
    marked = [
        f"\0N{note}\0{after}" if note else f'<a href="\0L{href}\0">{words}</a>{after}'
        for note, words, href, after in found
    ]
    return parts[0] + "".join(marked)


@lru_cache(maxsize=KEPT)
def _read(source: str) -> str:
    md = _renderer()
    assert isinstance(md.renderer, RendererHTML)
    return md.renderer.renderInline(_children(source), md.options, {})


def words(source: str) -> str:
    """Return the plain words of a line."""
    if _PLAIN.fullmatch(source):
        return source
    return "".join(child.content for child in _children(source) if child.type in ("text", "code_inline"))


def _children(source: str) -> Sequence[Token]:
    tokens = _renderer().parseInline(source)
    return tokens[0].children or [] if tokens else []


def dialect() -> MarkdownIt:
    """Return a parser for composed pages: CommonMark with HTML, tables, strikethrough and footnotes."""
    md = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    md.disable("reference")  # as in `reading.scan`, so that both see the same links
    md.use(footnote_plugin, inline=False, move_to_end=False)
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
    """Parse `[^label]`, whether or not there is such a note: that only the page knows."""
    match = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).content = match[1]
    state.pos = match.end()
    return True


def raw(markup: str) -> str:
    """Return HTML in a composed page without what is for other renderers.

    The attribute `markdown` asks Python-Markdown (md_in_html) to parse the inside; it is no attribute of HTML.
    """
    if markup == NOTHING:
        return ""
    return _MARKDOWN_ATTRIBUTE.sub(r"\1", markup) if " markdown" in markup else markup


def _raw(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    return raw(tokens[i].content)


def _link_open(
    self: RendererHTML, tokens: Sequence[Token], i: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    tokens[i].attrSet("href", f"\0L{tokens[i].attrGet('href') or ''}\0")
    return self.renderToken(tokens, i, options, env)
