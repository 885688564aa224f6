"""Markdown out: plain text escaped for it, an editor's text rewritten for a page, and a composed page as HTML.

The dialect is CommonMark with tables, strikethrough and footnotes, the same that `generator.scan` reads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from generator.cutting import merged
from generator.lines import ID, NOTHING, TO_NOTE, dialect, line, to_link
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
        edits.append((start, end, NOTHING if apart else ""))
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
        replacement = NOTHING + replacement
    if replacement.endswith("]") and after == "(":
        replacement += NOTHING
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
    ids = {found for token in tokens for found in _ids(token)}
    headings = tuple(_headings(tokens, ids))
    ids.update(heading.id for heading in headings)
    if aside is not None:
        _set_aside(tokens, aside)
    return Draft(md.renderer.render(tokens, md.options, env), headings, frozenset(ids))


def render(source: str, link: Callable[[str], str]) -> Rendered:
    """Return a composed page as HTML. `link` turns the target of each link into the address it is to have."""
    return draft(source).page(link)


def _set_aside(tokens: list[Token], line: int) -> None:
    """Put marks around the blocks that begin at a line or after it; footnotes, which come last, are of the text."""
    end = next((at for at, token in enumerate(tokens) if token.type == "footnote_block_open"), len(tokens))
    start = next((at for at, token in enumerate(tokens[:end]) if token.map and token.map[0] >= line), end)
    for at in (end, start):
        tokens.insert(at, Token("html_block", "", 0, content=_ASIDE))


def _ids(token: Token) -> Iterator[str]:
    """Yield the ids that a token brings into a page, but for those of headings, which are still to be given."""
    if token.type == "html_block":
        yield from (html.unescape(found) for found in ID.findall(token.content))
    elif token.type == "inline":
        yield from token.meta["ids"]
    elif token.type == "footnote_open":
        yield f"fn:{token.meta['label']}"


def _headings(tokens: Sequence[Token], written: Iterable[str]) -> Iterator[Heading]:
    """Give each heading an id, unique on its page and none of those `written` in it, and yield them."""
    seen = dict.fromkeys(written, 0)
    for opening, inline in pairwise(tokens):
        if opening.type != "heading_open":
            continue
        title = inline.meta["words"]
        slug = slugify(title) or "section"
        count = seen[slug] = seen.get(slug, -1) + 1
        opening.attrSet("id", f"{slug}_{count}" if count else slug)
        yield Heading(int(opening.tag[1:]), str(opening.attrGet("id")), title)


# --- footnotes


def _inline(state: StateCore) -> None:
    """Put the HTML of each line in its place, and count its footnotes in the order of the page."""
    for token in state.tokens:
        if token.type == "inline":
            found = line(token.content)
            ids: list[str] = []
            content = TO_NOTE.sub(partial(_note, state.env, ids), found.html) if "\0N" in found.html else found.html
            token.children = [Token("line", "", 0, content=content)]
            token.meta = {"words": found.words, "ids": (*found.ids, *ids)}


def _note(env: MutableMapping[str, Any], ids: list[str], found: re.Match[str]) -> str:
    """Return the number of a footnote, and keep count for the plugin, which writes the notes themselves."""
    label = html.unescape(found[1])
    notes = env.get("footnotes", {"refs": {}})
    if f":{label}" not in notes["refs"]:
        return escapeHtml(f"[^{label}]")
    number = notes["refs"][f":{label}"]
    if number < 0:
        number = notes["refs"][f":{label}"] = len(notes["list"])
        notes["list"][number] = {"label": label, "count": 0}
    sub = notes["list"][number]["count"]
    notes["list"][number]["count"] += 1
    ids.append(f"fnref{sub + 1}:{label}" if sub else f"fnref:{label}")
    follows = found.start() and found.string[found.start() - 1] == "\0"
    apart = ", " if follows else ""  # or 1 and 2 would be read as 12
    href = to_link(f"#fn:{label}")
    return f'<sup id="{escapeHtml(ids[-1])}">{apart}<a class="footnote-ref" href="{href}">{number + 1}</a></sup>'


def _footnote_open(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    return f'<li id="fn:{html.escape(str(tokens[i].meta["label"]))}">'


def _footnote_anchor(_: RendererHTML, tokens: Sequence[Token], i: int, *_rest: object) -> str:
    meta = tokens[i].meta
    label, sub = meta["label"], meta["subId"]
    href = to_link(f"#fnref{sub + 1}:{label}" if sub else f"#fnref:{label}")
    which = f"citation {sub + 1}" if sub else "the text"
    title = f"Jump back to {which} of footnote {meta['id'] + 1}"
    return f' <a class="footnote-backref" href="{href}" title="{title}">\u21a9\ufe0e</a>'


@cache
def _renderer() -> MarkdownIt:
    md = dialect()
    md.core.ruler.at("inline", _inline)
    md.disable("text_join")  # which is done in each line
    md.add_render_rule("line", lambda _, tokens, i, *__: tokens[i].content)
    md.add_render_rule("footnote_block_open", lambda *_: '<div class="footnote">\n<hr>\n<ol>\n')
    md.add_render_rule("footnote_block_close", lambda *_: "</ol>\n</div>\n")
    md.add_render_rule("footnote_open", _footnote_open)
    md.add_render_rule("footnote_anchor", _footnote_anchor)
    return md
