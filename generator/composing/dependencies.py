"""What a page is made from, as values that change whenever any of it does; `Page.fingerprint` is their digest.

A page is not composed again while its fingerprint stays the same. So whatever a template can reach must be in it: all
that stands in a record, the front matter of a document that is named, and both of whatever these refer to. A test
edits content at random, and compares the next build with one from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from generator.composing.composer import LISTED
from generator.composing.sections import MOST
from generator.content.documents import AnyDocument, Article
from generator.content.fingerprints import digest, in_text, of_meta, of_record, of_records
from generator.content.model import Prose, Records, Text
from generator.core.mappings import group
from generator.core.settings import Kind, Settings
from generator.linking.backlinks import Backlink, by_way
from generator.linking.history import Change
from generator.linking.library import Appearance, Library, changed
from generator.linking.related import Related

Parts = tuple[object, ...]  # bytes, and values whose `repr` says all that is in them
# A part of a document, given by its slug and a number: that of a record, from 0; or a negative one for what lists
# show of its front matter (`IN_LISTS`), for what is shown where it is named (`BY_NAME`), or for a section of prose.
Place = tuple[str, int]
IN_LISTS, BY_NAME = -1, -2


class Dependencies:
    """What the pages of a library are made from.

    If it is `noting`, it records which pages show which parts of documents, once their fingerprints were asked for.
    """

    def __init__(self, library: Library, settings: Settings, noting: bool = False) -> None:
        self.library = library
        self.settings = settings
        self.noting = noting
        self._shown: dict[str, list[tuple[Appearance | Place, ...]]] = {}  # by page
        self._of_page: list[tuple[Appearance | Place, ...]] = []

    def noted(self, page: str, made_from: Callable[[], Parts]) -> Callable[[], Parts]:
        """Return a function that gives the parts of a page as `made_from` does, and records what they show."""

        def noting() -> Parts:
            self._of_page = self._shown[page] = []
            return made_from()

        return noting

    def readers(self) -> Iterator[tuple[Place, Sequence[str]]]:
        """Yield each place with the paths of the pages that show it, but for the page of its document."""
        found = group((one, path) for path, runs in self._shown.items() for run in runs for one in run)
        for one, pages in found.items():
            yield one if isinstance(one, tuple) else (one.origin.slug, one.number), pages

    def name(self, document: AnyDocument) -> bytes:
        """Return what other pages show of a document: its path, its front matter, and those of its outlet."""
        return self.names((document,))

    def names(self, documents: Iterable[AnyDocument]) -> bytes:
        """Return what other pages show of several documents, in their order."""
        documents = tuple(documents)
        if self.noting:  # of other kinds only names are shown, and to change these takes more than an edit of words
            self._note(tuple((document.slug, BY_NAME) for document in documents if document.kind is Kind.ARTICLE))
        return b"".join([self._names[document.path] for document in documents])

    def listed(self, documents: Iterable[AnyDocument]) -> bytes:
        """Return what other pages show of documents that are listed with their summaries."""
        documents = tuple(documents)
        self._note(tuple((document.slug, IN_LISTS) for document in documents))
        return b"".join([self._names[document.path] for document in documents])

    def found(self, slugs: Iterable[str]) -> bytes:
        """Return what other pages show of documents, given by slugs, present or past. Other words are passed over."""
        return self.names([self._by_slug[slug] for slug in slugs if slug in self._by_slug])

    def records(self, found: Iterable[Appearance]) -> bytes:
        """Return what pages show of records, in order: what stands in them, and the names of all they refer to."""
        if self.noting:
            found = tuple(found)
            self._note(found)
        return self.values(found)

    def values(self, found: Iterable[Appearance]) -> bytes:
        """Return what is shown of records by a file that is not a page, which is not recorded."""
        return b"".join(map(self._records.__getitem__, found))

    def _note(self, run: tuple[Appearance | Place, ...]) -> None:
        if self.noting:
            self._of_page.append(run)

    @cached_property
    def _names(self) -> Mapping[str, bytes]:
        """What other pages show of documents, by path."""
        library = self.library
        names = {path: of_meta(values) for path, values in library.fingerprints.items()}
        for document in (*library.articles, *(one for one in library.withdrawn if one.kind is Kind.ARTICLE)):
            if library.has(outlet := document.meta.outlet):
                names[document.path] += names[library.find(outlet).path]
        return names

    @cached_property
    def _by_slug(self) -> Mapping[str, AnyDocument]:
        """The documents by their present and past slugs."""
        return {**self.library.redirects, **self.library.documents}

    @cached_property
    def _records(self) -> Mapping[Appearance, bytes]:
        """What pages show of each record. The summits of its digest are part of it: they decide its facets."""
        return {a: value for document in self.library.documents.values() for a, value in self._of(document)}

    def _of(self, document: AnyDocument) -> Iterator[tuple[Appearance, bytes]]:
        """Yield what pages show of the records of a document."""
        library, names, by_slug = self.library, self._names, self._by_slug
        head = names[document.path]
        if document.kind is Kind.ARTICLE:
            head = digest(head, [library.slug(slug) for slug in document.meta.summits])
        values = of_records(library.fingerprints[document.path])
        for a, value in zip(library.own_records[document.slug], values, strict=True):
            # Not `found`, which would record the page that happens to ask first, and not those that show the record.
            named = [names[by_slug[slug].path] for slug in (*a.head.names, *a.head.citations) if slug in by_slug]
            yield a, value + head + b"".join(named)

    def whole(self, document: AnyDocument) -> Parts:
        """Return all that stands in a document, and what it names."""
        library = self.library
        slugs = [ref.slug for ref in document.references]
        slugs += [slug for part in document.body.outline.passages() for _, slug in part.leads]
        return library.fingerprints[document.path], self.found(slugs), self.values(library.own_records[document.slug])

    def page(
        self,
        document: AnyDocument,
        backlinks: Iterable[Backlink],
        related: Iterable[Related],
        changes: tuple[Change, ...],
    ) -> Parts:
        """Return what the page of a document is made from."""
        library, slug = self.library, document.slug
        dated = document.kind is Kind.ARTICLE or library.digests.get(slug)  # else the newest day of the site dates it
        meetings = library.meetings.get(slug, ())
        return (
            *self.whole(document),
            self.records(a for a in library.records.get(slug, ()) if a.origin is not document),
            *self._digests(library.digests.get(slug, ())),
            b"".join(self.name(summit) + self.found(part.cite) for summit, part in meetings),
            self.names((*library.parts.get(slug, ()), *library.subthemes.get(slug, ()))),
            *self._referring(backlinks),
            b"".join(self.name(one.document) + self.names(one.because) for one in related),
            changes,
            None if dated else library.latest_day,
        )

    def _digests(self, digests: tuple[Article, ...]) -> Parts:
        """Return the parts of a page that lists the newest of digests, and counts all of them by kind."""
        kinds = [article.meta.kind.value for article in digests]
        return self.listed(digests[:MOST]), kinds, max(map(changed, digests), default=None)

    def _referring(self, backlinks: Iterable[Backlink]) -> Parts:
        ways = by_way(backlinks)
        shown = [link for _, links in ways for link in links[:LISTED]]
        counts = [(how.value, len(links)) for how, links in ways]
        excerpts = b"".join([self.name(link.origin) + self._excerpt(link) for link in shown])
        return counts, [link.more for link in shown], excerpts

    def _excerpt(self, link: Backlink) -> bytes:
        """Return what is shown of the place of a backlink: a record, or the sentence in prose.

        How somebody attended a meeting is in its front matter.
        """
        if isinstance(link.part, Appearance):
            return self.records((link.part,))
        prose = link.prose
        if prose is None:
            return b""
        assert isinstance(link.part, int)
        self._note(((link.origin.slug, in_prose(link.part)),))
        return digest(prose.heading, *self._part(link.text, *link.bounds(self.settings.language)))

    def _part(self, text: Text, low: int, high: int) -> Iterator[object]:
        """Yield what is shown of a text from the offset `low` up to `high`."""
        references = [ref for ref in text.references if low < ref.end and ref.start < high]
        yield text.source[low:high]
        yield [(ref.kind.value, ref.slug, ref.start - low, ref.end - low, ref.label) for ref in references]
        yield [(start - low, end - low) for start, end in text.comments if low < end and start < high]
        yield self.found(ref.slug for ref in references)


def in_prose(part: int) -> int:
    """Return the number in a `Place` for a section of prose, given by its position among the parts of the body."""
    return BY_NAME - 1 - part


def differing(old: AnyDocument, new: AnyDocument) -> Iterator[Place]:
    """Yield the places whose words differ between two versions of a document that have the same shape."""
    number = 0
    for part, (was, now) in enumerate(zip(old.body.parts, new.body.parts, strict=True)):
        if isinstance(was, Prose) and isinstance(now, Prose):
            if in_text(was.text) != in_text(now.text):
                yield old.slug, in_prose(part)
        elif isinstance(was, Records) and isinstance(now, Records):
            for one, other in zip(was.records, now.records, strict=True):
                if (one.anchor, of_record(one)) != (other.anchor, of_record(other)):
                    yield old.slug, number
                number += 1
