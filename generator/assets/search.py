"""What the search has of each page: its words, its records with their anchors, and the facets it is found by.

An entry is a small HTML document of its own, without what else stands on the finished page (navigation, footnotes,
what was collected from other pages), by which one page would be found for the words of another. Before each record
in it stands an empty element, of which the index keeps the name, the id and the place.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.assets.previews import line
from generator.composing.facets import GROUPS, RECORDS, Facets, of_document, terms_of
from generator.composing.markdown import plain
from generator.composing.pages import Page
from generator.content.documents import AnyDocument, Head
from generator.content.model import Prose, Record, Statement, Text
from generator.core import urls
from generator.core.settings import COLLECTIONS, TAXONOMIES, Kind, Settings
from generator.linking.library import Library, day_of

FOLDER = "pagefind"  # of the index, below the site
DIRECTORY = "search.json"
UNDATED = "site"  # the part of what has no year
# Before a record stands an empty element that is named for its type; its id is the anchor and then the slugs of what
# the record is about, with commas between them. `by` begins who said it and when, `end` ends the record before it.
_BY, _END = "by", "end"


@dataclass(frozen=True, slots=True)
class Entry:
    """A page as the search has it: its address from the root of the site, its document, and its facets.

    `day` is that of what it is about, as an ordinal, or 0. `part` is the part of the index that it belongs to: the
    year of that day, or `UNDATED`.
    """

    address: str
    html: str
    facets: Facets
    day: int = 0

    @property
    def part(self) -> str:
        """Return the name of its part."""
        return part_of(date.fromordinal(self.day) if self.day else None)


def part_of(day: date | None) -> str:
    """Return the name of the part of the index to which a day, or no day, belongs."""
    return str(day.year) if day else UNDATED


def entries(library: Library, pages: Iterable[Page], settings: Settings) -> Iterator[Entry]:
    """Yield an entry for each page that a reader may look for: documents with their text, others with their title."""
    for page in pages:
        document = library.documents.get(urls.slug_of(page.path))
        if document is not None and document.path == page.path and document.kind in COLLECTIONS:
            yield _of_document(document, library, settings)
        elif is_found_by_title(page):
            yield of_page(urls.page_address(page.path, settings), page.title, page.description, settings)


def is_found_by_title(page: Page) -> bool:
    """Tell whether a reader may look for a page that is no document's."""
    return page.kind in ("index", "view", "subscribe", "home") and _is_first(page.path)


def of_page(address: str, title: str, words: str, settings: Settings) -> Entry:
    """Return the entry of a page that is no document's, from its title and words."""
    facets = (("kind", "page"),)
    return Entry(address, _html(title, _block(words), facets, {}, 0, settings), facets)


_ARTICLE = re.compile(r"<article\b[^<>]*>(.*?)</article>", re.DOTALL)
_TITLE = re.compile(r"<h1\b[^<>]*>(.*?)</h1>", re.DOTALL)
_NO_WORDS = re.compile(r"<(script|style|nav|svg)\b.*?</\1>|<[^<>]*>", re.DOTALL)


def of_html(address: str, page: str, settings: Settings) -> Entry:
    """Return the entry of a finished page that somebody wrote by hand."""
    text = found[1] if (found := _ARTICLE.search(page)) else page
    title = _TITLE.search(text)
    rest = text.replace(title[0], "", 1) if title else text
    return of_page(address, _bare(title[1] if title else address), _bare(rest), settings)


def _bare(page: str) -> str:
    """Return the words in HTML."""
    return " ".join(html.unescape(_NO_WORDS.sub(" ", page)).replace("¶", " ").split())


def directory(found: Iterable[Entry], library: Library, settings: Settings) -> dict[str, object]:
    """Return what a browser needs before the first word: every facet with its count, and the names of things.

    `groups` are rows of key, label and values; a value is a row of itself, its label and its count, and of a summit,
    leader, theme or outlet also what stands beside its name and its other names. A count is that of the results of
    the value alone: records of a type of record, pages of all else. `kinds` is what one of a kind is called, `places`
    the addresses of these by kind, with `*` for the value.
    """
    counts = Counter(facet for entry in found for facet in entry.facets if facet[0] != "record")
    documents = (document for document in library.documents.values() if document.kind in COLLECTIONS)
    counts.update(("record", head.type.word) for each in documents for head in each.body.outline.heads())
    named = (*TAXONOMIES, Kind.OUTLET)
    return {
        "groups": [[key, _group(key, settings), _values(key, counts, library, settings)] for key in GROUPS],
        "kinds": {kind.value: settings.collection(kind).singular for kind in COLLECTIONS},
        "places": {kind.value: urls.page_address(urls.source_path(kind, "*", settings), settings) for kind in named},
    }


def _of_document(document: AnyDocument, library: Library, settings: Settings) -> Entry:
    facets, when, meta = of_document(document, library), day_of(document), document.meta
    day = when.toordinal() if when else 0
    body = [_block(getattr(meta, "summary", "") or ""), *_about(document, library), *_body(document, library)]
    about = {
        "aka": meta.aliases,
        "line": [_line(document, library, settings)],
        "filed": _filed(document, facets, library),
    }
    page = _html(meta.title, "".join(body), facets, about, day, settings)
    return Entry(urls.page_address(document.path, settings), page, facets, day)


def _filed(document: AnyDocument, facets: Facets, library: Library) -> Iterator[str]:
    """Yield the names of what a document and its records are filed under, so that a page is found by them."""
    terms = [value for group, value in facets if group in TAXONOMIES]
    for head in document.body.outline.heads():
        terms += terms_of(document, head, library)
    return (library.find(slug).meta.title for slug in dict.fromkeys(terms) if slug != document.slug)


def _line(document: AnyDocument, library: Library, settings: Settings) -> str:
    """Return what stands below the title of a result."""
    if document.kind is not Kind.ARTICLE:
        return line(document, settings)
    return f"{library.find(document.meta.outlet).meta.title}, {document.meta.published}"


def _about(document: AnyDocument, library: Library) -> Iterator[str]:
    """Yield, as HTML, what the front matter says beside the summary."""
    meta = document.meta
    if document.kind is Kind.SUMMIT:
        yield _block(", ".join(part for part in (meta.venue, meta.city, meta.country, meta.organisation) if part))
        yield _block(", ".join(library.find(participant.leader).meta.title for participant in meta.participants))
    elif document.kind is Kind.OUTLET:
        yield _block(meta.perspective or "")
    elif document.kind is Kind.ARTICLE:
        yield _block(", ".join(meta.authors))


def _body(document: AnyDocument, library: Library) -> Iterator[str]:
    heads = iter(document.body.outline.heads())
    for part in document.body.parts:
        if isinstance(part, Prose):
            yield f'<{_END} id="{_END}"></{_END}>{_block(_words(part.text, library))}'
        else:
            for record in part.records:
                yield _record(document, record, next(heads), library)


def _record(document: AnyDocument, record: Record, head: Head, library: Library) -> str:
    mark, names = record.word, ",".join((record.anchor, *terms_of(document, head, library)))
    words, after = _words(record.text, library), str(record.date or "")
    if isinstance(record, Statement):
        words, after = f"“{_words(record.quote, library)}”", ", ".join(part for part in (words, after) if part)
    by = f'<{_BY} id="{_BY}"></{_BY}>{_block(after)}' if after else ""
    return f'<{mark} id="{html.escape(names)}"></{mark}>{_block(words)}{by}'


def _words(text: Text, library: Library) -> str:
    return plain(text, library.name)


def _block(words: str) -> str:
    return f"<p>{html.escape(words)}</p>" if words else ""


def _html(
    title: str, body: str, facets: Facets, about: Mapping[str, Iterable[str]], day: int, settings: Settings
) -> str:
    """Return the document of an entry. What is no part of the text that is shown stands outside of `main`."""
    beside = [f'<p data-pagefind-filter="{group}">{html.escape(value)}</p>' for group, value in facets]
    for name, values in about.items():
        words = html.escape(", ".join(values))
        beside += [f'<p data-pagefind-meta="{name}">{words}</p>'] if words else []
    # A day as a number of at most six digits: the index keeps numbers with a precision of 24 bits.
    beside += [f'<p data-pagefind-sort="day">{day}</p>']
    return (
        f'<html lang="{html.escape(settings.language)}"><body>{"".join(beside)}'
        f"<main data-pagefind-body><h1>{html.escape(title)}</h1>{body}</main></body></html>"
    )


def _is_first(path: str) -> bool:
    """Tell whether a list is one of the site, and not a further page of it or the list of a month or a document."""
    folder, _, name = path.rpartition("/")
    return "/" not in folder and (name == "index.md" or not folder)


def _group(key: str, settings: Settings) -> str:
    if key in (*TAXONOMIES, Kind.OUTLET):
        return settings.collection(Kind(key)).plural
    article = settings.collection(Kind.ARTICLE).singular.lower()
    return {"kind": "Kind of page", "record": "Records", "type": f"Kind of {article}", "year": "Year"}[key]


def _values(
    key: str, counts: Mapping[tuple[str, str], int], library: Library, settings: Settings
) -> Sequence[tuple[object, ...]]:
    """Return the values of a group with their labels and counts: years newest first, fixed kinds in their order."""
    rows = [(value, _label(key, value, library, settings), n) for (group, value), n in counts.items() if group == key]
    if key == "year":
        return sorted(rows, reverse=True)
    if key in ("kind", "record"):
        order = [*COLLECTIONS, "page", *(record.word for record in RECORDS)]
        return sorted(rows, key=lambda row: order.index(row[0]))
    ordered = sorted(rows, key=lambda row: (-row[2], row[1], row[0]))
    return [(*row, *_beside(row[0], library, settings)) for row in ordered] if key != "type" else ordered


def _beside(slug: str, library: Library, settings: Settings) -> tuple[str, *tuple[str, ...]]:
    """Return the line beside the name of a document, and its other names."""
    document = library.find(slug)
    text = line(document, settings)
    return ("" if text == settings.collection(document.kind).singular else text, *document.meta.aliases)


def _label(key: str, value: str, library: Library, settings: Settings) -> str:
    if key in (*TAXONOMIES, Kind.OUTLET):
        title: str = library.find(value).meta.title
        return title
    if key == "record":
        return next(record.heading for record in RECORDS if record.word == value)
    if key == "kind":
        return "Other pages" if value == "page" else settings.collection(Kind(value)).plural
    return value
