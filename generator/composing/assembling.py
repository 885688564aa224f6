"""A composed page as HTML: its blocks joined, with footnotes numbered, ids for headings, and addresses for links.

The dialect is CommonMark with tables, strikethrough and footnotes, the same that `generator.reading.scan` reads.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from markdown_it.common.utils import escapeHtml

from generator.composing import blocks
from generator.composing.blocks import ASIDE, BACK, TO_HEADING, Part
from generator.composing.lines import TO_NOTE, to_link
from generator.core.urls import slugify


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a rendered page: its level (1 to 6), its id and its text."""

    level: int
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML, its headings in order, and all ids that can be linked to.

    Marks stand for the addresses of links, so that a page is rendered once for itself and for feeds.
    """

    html: str
    headings: tuple[Heading, ...]
    ids: frozenset[str]

    def page(self, link: Callable[[str], str]) -> str:
        """Return the whole page. `link` turns the target of each link into an address."""
        return _linked(self.html.replace(ASIDE, ""), link)

    def text(self, link: Callable[[str], str]) -> str:
        """Return the text of the page, without what stands aside."""
        before, _, rest = self.html.partition(ASIDE)
        return _linked(before + rest.partition(ASIDE)[2], link)


def _linked(page: str, link: Callable[[str], str]) -> str:
    """Replace the mark of each link by its address."""
    known: dict[str, str] = {}
    parts = page.split("\0")
    for at in range(1, len(parts), 2):
        mark = parts[at]
        if mark not in known:
            known[mark] = escapeHtml(link(html.unescape(mark[1:])))
        parts[at] = known[mark]
    return "".join(parts)


def render(source: str, aside: int | None = None) -> Rendered:
    """Render a composed page. What begins at line `aside` (from 0) is not part of the text."""
    return assembled(blocks.read(source, aside))


def assembled(parts: Iterable[Part]) -> Rendered:
    """Join the parts of a page; number its footnotes, and give its headings ids."""
    page = _numbered(parts)
    ids = ids_in(page)
    headings: list[Heading] = []
    page = TO_HEADING.sub(partial(_named, dict.fromkeys(ids, 0), headings), page)
    return Rendered(page, tuple(headings), frozenset(ids.union(heading.id for heading in headings)))


def ids_in(page: str) -> set[str]:
    """Return the ids in HTML, to which links can lead."""
    return {html.unescape(found) for found in _ID.findall(page)}


_ID = re.compile('id="(?<=\\sid=")([^"\0]+)"')  # begins with a literal, which is searched for fast


def _named(seen: dict[str, int], headings: list[Heading], found: re.Match[str]) -> str:
    """Give a heading an id that is not among those `seen` on its page."""
    title = html.unescape(found[2])
    slug = slugify(title) or "section"
    count = seen[slug] = seen.get(slug, -1) + 1
    headings.append(Heading(int(found[1]), f"{slug}_{count}" if count else slug, title))
    return f'<h{found[1]} id="{headings[-1].id}"'


# --- footnotes


def _numbered(parts: Iterable[Part]) -> str:
    """Return the HTML of a page with its citations numbered, and its notes listed in the order of citation."""
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
    """Return a citation: the number of its footnote, as a link to that. The first has an id, for the way back."""
    label = html.unescape(found[1])
    if label not in notes:
        return escapeHtml(f"[^{label}]")
    id_ = "" if label in cited else f' id="{escapeHtml(_back(label))}"'
    number = cited.setdefault(label, len(cited) + 1)
    follows = found.start() and found.string[found.start() - 1] == "\0"
    apart = ", " if follows else ""  # or 1 and 2 would look like 12
    href = to_link(f"#fn:{label}")
    return f'<sup{id_}>{apart}<a class="footnote-ref" href="{href}">{number}</a></sup>'


def _back(label: str) -> str:
    """Return the id of the first citation of a footnote."""
    return f"fnref:{label}"


def _note(label: str, number: int, content: str) -> str:
    """Return a footnote as a list item, with a link back to where it is cited first.

    In a browser `briefing.js` has it lead to the citation that the reader came from.
    """
    href, title = to_link(f"#{_back(label)}"), f"Jump back to the text of footnote {number}"
    way = f' <a class="footnote-backref" href="{href}" title="{title}">\u21a9\ufe0e</a>'
    return f'<li id="fn:{html.escape(label)}">{content.replace(BACK, way)}</li>\n'
