"""Markdown out: plain text escaped for it, an editor's text rewritten for a page, and a composed page as HTML.

The dialect is CommonMark with tables, strikethrough and footnotes, the same that `generator.reading.scan` reads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from urllib.parse import quote

from markdown_it.common.utils import escapeHtml

from generator.composing import blocks
from generator.composing.blocks import ASIDE, BACK, TO_HEADING, Part
from generator.composing.lines import NOTHING, TO_NOTE, to_link
from generator.content.cutting import merged
from generator.content.model import Reference, Text
from generator.core.urls import slugify


class Markdown(str):
    """Text that is Markdown already, as opposed to plain text, which must be escaped."""

    __slots__ = ()


KEPT = 16_384  # texts of which the Markdown is kept: names, titles and dates stand on many pages

# --- plain text into Markdown -----------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_\[\]>|])")
# After a backslash these would stay with it in Python-Markdown.
_NAMED = str.maketrans({"<": "&lt;", "~": "&#126;"})
_ENTITY = re.compile(r"&(?=#|\w+;)")
_BLOCK_START = re.compile(r"^(\s*)([-+#=]|\d{1,9}(?=[.)]))")


@lru_cache(maxsize=KEPT)
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


def address(address: str) -> Markdown:
    """Return an address for a link: what could end the link or the markup around it is percent-encoded."""
    return Markdown(quote(address, safe="/:?#[]@!$&'()*+,;=%~-._").replace("(", "%28").replace(")", "%29"))


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


def indented(text: str) -> Markdown:
    """Indent the lines after the first as the content of a list item, for every Markdown there is."""
    return Markdown(text.replace("\n", "\n    "))


def quoted(text: str) -> Markdown:
    """Return text as a block quote."""
    return Markdown("\n".join(f"> {line}".rstrip() for line in text.split("\n")))


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
        return Rendered(_linked(self.html.replace(ASIDE, ""), link), self.headings, self.ids)

    def text(self, link: Callable[[str], str]) -> str:
        """Return it as HTML without what stands aside."""
        before, _, rest = self.html.partition(ASIDE)
        return _linked(before + rest.partition(ASIDE)[2], link)


def _linked(draft: str, link: Callable[[str], str]) -> str:
    """Put the address of each link in the place of its mark."""
    known: dict[str, str] = {}
    parts = draft.split("\0")
    for at in range(1, len(parts), 2):
        mark = parts[at]
        if mark not in known:
            known[mark] = escapeHtml(link(html.unescape(mark[1:])))
        parts[at] = known[mark]
    return "".join(parts)


def draft(source: str, aside: int | None = None) -> Draft:
    """Return a composed page as a draft. From line `aside` on (counted from 0) it is no part of the text."""
    return assembled(blocks.read(source, aside))


def assembled(parts: Iterable[Part]) -> Draft:
    """Return the parts of a page as one draft, with its footnotes counted and its headings named."""
    page = _numbered(parts)
    ids = {html.unescape(found) for found in _ID.findall(page)}
    headings: list[Heading] = []
    page = TO_HEADING.sub(partial(_named, dict.fromkeys(ids, 0), headings), page)
    return Draft(page, tuple(headings), frozenset(ids.union(heading.id for heading in headings)))


def render(source: str, link: Callable[[str], str]) -> Rendered:
    """Return a composed page as HTML. `link` turns the target of each link into the address it is to have."""
    return draft(source).page(link)


_ID = re.compile('id="(?<=\\sid=")([^"\0]+)"')  # begins with what can be searched for fast


def _named(seen: dict[str, int], headings: list[Heading], found: re.Match[str]) -> str:
    """Give a heading an id that none of those `seen` on its page is."""
    title = html.unescape(found[2])
    slug = slugify(title) or "section"
    count = seen[slug] = seen.get(slug, -1) + 1
    headings.append(Heading(int(found[1]), f"{slug}_{count}" if count else slug, title))
    return f'<h{found[1]} id="{headings[-1].id}"'


# --- footnotes


def _numbered(parts: Iterable[Part]) -> str:
    """Return the HTML of a page with its citations numbered, and its notes in the order of these."""
    found = list(parts)
    notes = {label: content for label, content in found if label}
    cited: dict[str, int] = {}
    citation = partial(_citation, notes, cited)
    body = TO_NOTE.sub(citation, "".join([content for label, content in found if not label]))
    notes.update({label: TO_NOTE.sub(citation, content) for label, content in notes.items() if "\0N" in content})
    if not cited:
        return body
    listed = [_note(label, number, notes[label]) for label, number in cited.items()]
    return "".join([body, '<div class="footnote">\n<hr>\n<ol>\n', *listed, "</ol>\n</div>\n"])


def _citation(notes: Mapping[str, str], cited: dict[str, int], found: re.Match[str]) -> str:
    """Return the number of a footnote as a link to it. The first that cites a note has an id, for the way back."""
    label = html.unescape(found[1])
    if label not in notes:
        return escapeHtml(f"[^{label}]")
    id_ = "" if label in cited else f' id="{escapeHtml(_back(label))}"'
    number = cited.setdefault(label, len(cited) + 1)
    follows = found.start() and found.string[found.start() - 1] == "\0"
    apart = ", " if follows else ""  # or 1 and 2 would be read as 12
    href = to_link(f"#fn:{label}")
    return f'<sup{id_}>{apart}<a class="footnote-ref" href="{href}">{number}</a></sup>'


def _back(label: str) -> str:
    """Return the id of the first citation of a footnote."""
    return f"fnref:{label}"


def _note(label: str, number: int, content: str) -> str:
    """Return a footnote as an item of the list of them, with a way back to where it is cited first.

    In a browser `briefing.js` has it lead to the citation where the reader came from.
    """
    href, title = to_link(f"#{_back(label)}"), f"Jump back to the text of footnote {number}"
    way = f' <a class="footnote-backref" href="{href}" title="{title}">\u21a9\ufe0e</a>'
    return f'<li id="fn:{html.escape(label)}">{content.replace(BACK, way)}</li>\n'
