"""How documents relate to each other: the one index that all pages and feeds are made from.

Relations live here and not on documents, and nothing compares every document with every other. A library is made by
`generator.linking.link`; `generator.linking.integrity` checks the content.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from generator.content.documents import AnyDocument, Article, Head, Home, Leader, Outlet, Summit, Theme
from generator.content.meta import Correction, Participant
from generator.content.model import Record, Reference, ReferenceKind
from generator.core.characters import without_accents
from generator.core.mappings import group
from generator.core.settings import TAXONOMIES, Kind


@dataclass(slots=True, eq=False)
class Appearance:
    """A record (its `head`) and the document in which it stands. A library has exactly one for each record.

    Its `day` is its own date, or else that of its digest, or of the newest digest that it cites. `number` is its
    position in the document, from 0.
    """

    head: Head
    origin: AnyDocument
    day: date
    number: int

    @property
    def record(self) -> Record:
        """The record with its words, which may have to be read from a file."""
        return self.origin.body.record(self.number)


@dataclass(frozen=True)
class Library:
    """The linked content of a site. Mappings are by slug; one that has nothing may be missing in them."""

    documents: Mapping[str, AnyDocument]
    redirects: Mapping[str, AnyDocument]  # by the slugs that documents had before
    withdrawn: tuple[AnyDocument, ...] = ()  # not among `documents`, and in no list or feed
    fingerprints: Mapping[str, bytes] = field(default_factory=dict)  # of documents, by path

    @cached_property
    def articles(self) -> tuple[Article, ...]:
        """The digests, newest first."""
        return self._of(Kind.ARTICLE, _newest_first)

    @cached_property
    def summits(self) -> tuple[Summit, ...]:
        """The summits, newest first."""
        return self._of(Kind.SUMMIT, latest_first)

    @cached_property
    def leaders(self) -> tuple[Leader, ...]:
        """The leaders, by sort name."""
        return self._of(Kind.LEADER, _by_sort_name)

    @cached_property
    def themes(self) -> tuple[Theme, ...]:
        """The themes, by title."""
        return self._of(Kind.THEME, by_title)

    @cached_property
    def outlets(self) -> tuple[Outlet, ...]:
        """The outlets, by title."""
        return self._of(Kind.OUTLET, by_title)

    @cached_property
    def home(self) -> Home | None:
        """The document of the home page, if somebody has written one."""
        return next(iter(self._of(Kind.HOME, by_title)), None)

    def _of(self, kind: Kind, key: Callable[[AnyDocument], Any]) -> tuple[AnyDocument, ...]:
        return tuple(sorted((found for found in self.documents.values() if found.kind is kind), key=key))

    def find(self, slug: str) -> AnyDocument:
        """Return the document of a slug, present or past. Raises KeyError if there is none."""
        return self.documents.get(slug) or self.redirects[slug]

    def get(self, slug: str | None) -> AnyDocument | None:
        """Return the document of a slug, present or past, if the site has one."""
        return self.documents.get(self.slug(slug)) if slug else None

    def each(self, slugs: Iterable[str]) -> list[AnyDocument]:
        """Return the documents of slugs, present or past, in order and without repetition."""
        return [self.find(slug) for slug in dict.fromkeys(map(self.slug, slugs))]

    def has(self, slug: str) -> bool:
        """Tell whether there is a document of a slug, present or past."""
        return slug in self.documents or slug in self.redirects

    def name(self, reference: Reference) -> str:
        """Return the words for a reference in plain text: its label, or else a title; none for a citation."""
        if reference.kind is ReferenceKind.CITATION:
            return ""
        title: str = self.find(reference.slug).meta.title
        return reference.label or title

    def slug(self, slug: str) -> str:
        """Return the present slug of the document that a slug, present or past, refers to."""
        document = self.redirects.get(slug)
        return document.slug if document else slug

    def terms(self, slugs: Iterable[str]) -> Iterator[str]:
        """Yield the present slugs of those of `slugs` that are summits, leaders or themes."""
        present = self._present_terms
        return (present[slug] for slug in slugs if slug in present)

    @cached_property
    def _present_terms(self) -> Mapping[str, str]:
        """The present slug of each summit, leader and theme, by every slug that it has or had."""
        terms = {slug: slug for slug, document in self.documents.items() if document.kind in TAXONOMIES}
        return terms | {past: now.slug for past, now in self.redirects.items() if now.slug in terms}

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """The outlet of each digest, and every summit, leader and theme that it lists, links to or tags, each once.

        A name that was merely found in the text is a mention, which does not make the digest one about its bearer.
        """
        return {article.slug: tuple(self._subjects_of(article)) for article in self.articles}

    def _subjects_of(self, article: Article) -> Iterator[str]:
        meta = article.meta
        marked = [slug for kind, slug in article.body.outline.leads() if kind is not ReferenceKind.MENTION]
        yield self.slug(meta.outlet)
        yield from dict.fromkeys(self.terms([*meta.summits, *meta.leaders, *meta.themes, *marked]))

    def filed_under(self, article: Article) -> list[AnyDocument]:
        """Return what a digest is filed under, in order: the summits, leaders and themes that its front matter lists.

        To the summits come those that records are tagged with. Where only some records are about a summit, the front
        matter cannot list it alone, since it would get all of them (`_own_terms`).
        """
        meta = article.meta
        tags = (slug for head in article.body.outline.heads() for slug in head.tags)
        tagged = (slug for slug in self.terms(tags) if self.documents[slug].kind is Kind.SUMMIT)
        return self.each((*meta.summits, *tagged, *meta.leaders, *meta.themes))

    def terms_of(self, document: AnyDocument, record: Head) -> Iterator[str]:
        """Yield the slugs of all summits, leaders and themes that a record in a document concerns, each once."""
        return iter(dict.fromkeys(self.terms([*self._own_terms(document), *record.names])))

    @staticmethod
    def _own_terms(document: AnyDocument) -> tuple[str, ...]:
        """Return the slugs that every record of a document concerns, whatever it names."""
        if document.kind in TAXONOMIES:
            return (document.slug,)
        if document.kind is Kind.ARTICLE and len(document.meta.summits) == 1:
            return tuple(document.meta.summits)
        return ()

    @cached_property
    def appearances(self) -> tuple[Appearance, ...]:
        """All records of the site: those of briefings first, then those of digests, newest digest first."""
        documents = sorted(self.documents.values(), key=reading_order)
        return tuple(found for document in documents for found in self.own_records[document.slug])

    @cached_property
    def own_records(self) -> Mapping[str, tuple[Appearance, ...]]:
        """The records in the body of each document, in order."""
        return {slug: tuple(self._records_in(document)) for slug, document in self.documents.items()}

    def _records_in(self, document: AnyDocument) -> Iterator[Appearance]:
        for number, head in enumerate(document.body.outline.heads()):
            if head.date:
                day = head.date.latest
            elif document.kind is Kind.ARTICLE:
                day = document.meta.published.latest
            else:
                day = max((changed(self.find(slug)) for slug in head.citations), default=date.min)
            yield Appearance(head, document, day, number)

    @cached_property
    def by_type(self) -> Mapping[type[Record], tuple[Appearance, ...]]:
        """The records of each type."""
        return group((a.head.type, a) for a in self.appearances)

    @cached_property
    def records(self) -> Mapping[str, tuple[Appearance, ...]]:
        """The records of each summit, leader and theme: its own, and those elsewhere that concern it."""
        return group((slug, a) for a in self.appearances for slug in self.terms_of(a.origin, a.head))

    @cached_property
    def digests(self) -> Mapping[str, tuple[Article, ...]]:
        """The digests of each summit, leader, theme and outlet, newest first."""
        return group((slug, article) for article in self.articles for slug in self.subjects[article.slug])

    @cached_property
    def meetings(self) -> Mapping[str, tuple[tuple[Summit, Participant], ...]]:
        """The meetings of each leader, newest first."""
        return group((self.slug(p.leader), (s, p)) for s in self.summits for p in s.meta.participants)

    @cached_property
    def parts(self) -> Mapping[str, tuple[Summit, ...]]:
        """The meetings held within a summit, oldest first."""
        return group((self.slug(s.meta.part_of), s) for s in reversed(self.summits) if s.meta.part_of)

    @cached_property
    def subthemes(self) -> Mapping[str, tuple[Theme, ...]]:
        """The themes within a theme."""
        return group((self.slug(t.meta.parent), t) for t in self.themes if t.meta.parent)

    @cached_property
    def of_records(self) -> defaultdict[str, dict[Appearance, Any]]:
        """A cache for what several pages show of a record: by form, then by record. Whoever writes it fills it."""
        return defaultdict(dict)

    @cached_property
    def of_documents(self) -> defaultdict[str, dict[str, Any]]:
        """The same kind of cache for documents: by form, then by slug."""
        return defaultdict(dict)

    def forget(self, records: Iterable[Appearance], slugs: Iterable[str]) -> None:
        """Remove records and documents, given by slug, from these caches."""
        records, slugs = tuple(records), tuple(slugs)
        for of_records in self.of_records.values():
            for record in records:
                of_records.pop(record, None)
        for of_documents in self.of_documents.values():
            for slug in slugs:
                of_documents.pop(slug, None)

    def let_go(self) -> None:
        """Empty the cache of records, which is by far the larger one."""
        self.of_records.clear()

    def referring(self, slug: str) -> list[AnyDocument]:
        """Return the documents that refer to one in any way, and that document itself, in reading order."""
        found = (document for document in self.documents.values() if slug in map(self.slug, document.slugs))
        return sorted(found, key=reading_order)

    @cached_property
    def latest_day(self) -> date | None:
        """The newest day on which anything on the site was published or changed. It stands for "now" in a build."""
        return max((day for document in self.documents.values() for day in changed_on(document)), default=None)

    @cached_property
    def corrections(self) -> tuple[tuple[AnyDocument, Correction], ...]:
        """All corrections, each with the document that was corrected, oldest first."""
        found = [(doc, correction) for doc in self.documents.values() for correction in doc.meta.corrections]
        return tuple(sorted(found, key=lambda pair: (pair[1].date, pair[0].slug, pair[1].text)))


def day_of(document: AnyDocument) -> date | None:
    """Return the day of a digest or a meeting. Other documents have none."""
    if document.kind is Kind.ARTICLE:
        return document.meta.published.latest  # type: ignore[no-any-return]
    return document.meta.start.latest if document.kind is Kind.SUMMIT else None


def changed(article: Article) -> date:
    """Return the last day on which a digest was published, updated or corrected."""
    return max(changed_on(article))


def changed_on(document: AnyDocument) -> Iterator[date]:
    """Yield the days on which a document was updated or corrected, or, if it is a digest, published."""
    meta = document.meta
    if document.kind is Kind.ARTICLE:
        yield meta.day
    if updated := getattr(meta, "updated", None):
        yield updated
    yield from (correction.date for correction in meta.corrections)


def _newest_first(article: Article) -> tuple[int, str]:
    return (-article.meta.day.toordinal(), article.slug)


def latest_first(summit: Summit) -> tuple[int, int, str]:
    """Order summits from the newest to the oldest, as `Date.sort_key` does: what may have been earlier is older."""
    start = summit.meta.start
    return (-start.latest.toordinal(), -start.earliest.toordinal(), summit.slug)


def by_title(document: AnyDocument) -> tuple[str, str]:
    """Order documents by title, without case and accents: Ömer stands beside Omar in every locale."""
    return (without_accents(document.meta.title), document.slug)


def _by_sort_name(leader: Leader) -> tuple[str, str]:
    return (without_accents(leader.meta.sort_name or leader.meta.title), leader.slug)


def reading_order(document: AnyDocument) -> tuple[bool, int, str]:
    """Order briefings before digests, and these from the newest to the oldest."""
    if document.kind is Kind.ARTICLE:
        return (True, *_newest_first(document))
    return (False, 0, document.slug)
