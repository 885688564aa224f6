"""What documents have to do with each other: the one index that all pages and feeds are made from.

`link` has those names in the text found that were not found as it was read, and returns the relations. No relation is
kept on a document, and nothing here compares every document with every other. What is wrong with the content is told
by `generator.linking.integrity`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, partial
from typing import Any, TypeVar

from generator.content.documents import AnyDocument, Article, Head, Home, Leader, Outlet, Summit, Theme
from generator.content.fingerprints import fingerprints
from generator.content.meta import Correction, Participant
from generator.content.model import Record, Reference, ReferenceKind
from generator.core.characters import without_accents
from generator.core.errors import Problem
from generator.core.settings import TAXONOMIES, Kind
from generator.core.workers import spread
from generator.reading.memory import Memory, Parcel
from generator.reading.mentions import Finder
from generator.reading.sources import BATCH, Content, named

RECORDS = "records"  # how the name of what pages have in common begins, where that is of records


@dataclass(slots=True, eq=False)
class Appearance:
    """A record (its `head`) together with the document that it stands in. There is one of each in a library.

    Its `day` is its own date, else that of its digest or of the newest that it cites. It is the `number`th of its
    document, from 0 on.
    """

    head: Head
    origin: AnyDocument
    day: date
    number: int

    @property
    def record(self) -> Record:
        """The whole of it, which may have to be made."""
        return self.origin.body.record(self.number)


@dataclass(frozen=True)
class Library:
    """The linked content of a site. Mappings are from slugs; a slug without anything is not in them."""

    documents: Mapping[str, AnyDocument]
    redirects: Mapping[str, AnyDocument]  # from slugs that documents had before
    withdrawn: tuple[AnyDocument, ...] = ()  # in none of these, nor in any list or feed
    prints: Mapping[str, bytes] = field(default_factory=dict)  # the fingerprints of documents, by their path

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
        """The words of the home page, if somebody has written any."""
        return next(iter(self._of(Kind.HOME, by_title)), None)

    def _of(self, kind: Kind, key: Callable[[AnyDocument], Any]) -> tuple[AnyDocument, ...]:
        return tuple(sorted((found for found in self.documents.values() if found.kind is kind), key=key))

    def find(self, slug: str) -> AnyDocument:
        """Return the document of a slug, present or past. Raises KeyError where there is none."""
        return self.documents.get(slug) or self.redirects[slug]

    def each(self, slugs: Iterable[str]) -> list[AnyDocument]:
        """Return the documents of slugs, present or past, in order and each once."""
        return [self.find(slug) for slug in dict.fromkeys(map(self.slug, slugs))]

    def has(self, slug: str) -> bool:
        """Tell whether there is a document of a slug, present or past."""
        return slug in self.documents or slug in self.redirects

    def name(self, reference: Reference) -> str:
        """Return the words that stand for a reference in plain text; none for a citation."""
        if reference.kind is ReferenceKind.CITATION:
            return ""
        title: str = self.find(reference.slug).meta.title
        return reference.label or title

    def slug(self, slug: str) -> str:
        """Return the present slug of a document that may be referred to by a past one."""
        document = self.redirects.get(slug)
        return document.slug if document else slug

    def terms(self, slugs: Iterable[str]) -> Iterator[str]:
        """Yield those of `slugs` that are summits, leaders or themes."""
        present = self._present_terms
        return (present[slug] for slug in slugs if slug in present)

    @cached_property
    def _present_terms(self) -> Mapping[str, str]:
        """The slug of each summit, leader and theme by itself, and by each that it had before."""
        terms = {slug: slug for slug, document in self.documents.items() if document.kind in TAXONOMIES}
        return terms | {past: now.slug for past, now in self.redirects.items() if now.slug in terms}

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """The outlet of each digest and every summit, leader and theme that it lists, links to or tags, each once.

        A name that was merely found in its text is a mention, and does not make the digest one about it.
        """
        return {article.slug: tuple(self._subjects_of(article)) for article in self.articles}

    def _subjects_of(self, article: Article) -> Iterator[str]:
        meta = article.meta
        marked = [slug for kind, slug in article.body.outline.leads() if kind is not ReferenceKind.MENTION]
        yield self.slug(meta.outlet)
        yield from dict.fromkeys(self.terms([*meta.summits, *meta.leaders, *meta.themes, *marked]))

    def belongs(self, document: AnyDocument, record: Head) -> Iterator[str]:
        """Yield every summit, leader and theme that a record of a document concerns, each once."""
        return iter(dict.fromkeys(self.terms([*self._own_terms(document), *record.names])))

    @staticmethod
    def _own_terms(document: AnyDocument) -> tuple[str, ...]:
        """Return what all records of a document concern."""
        if document.kind in TAXONOMIES:
            return (document.slug,)
        if document.kind is Kind.ARTICLE and len(document.meta.summits) == 1:
            return tuple(document.meta.summits)
        return ()

    @cached_property
    def appearances(self) -> tuple[Appearance, ...]:
        """Every record of the site: those of briefings first, then those of digests from the newest to the oldest."""
        documents = sorted(self.documents.values(), key=reading_order)
        return tuple(found for document in documents for found in self.standing[document.slug])

    @cached_property
    def standing(self) -> Mapping[str, tuple[Appearance, ...]]:
        """The records that stand in each document itself, in order."""
        return {slug: tuple(self._standing_in(document)) for slug, document in self.documents.items()}

    def _standing_in(self, document: AnyDocument) -> Iterator[Appearance]:
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
        """The records of each summit, leader and theme: its own and those that name it."""
        return group((slug, a) for a in self.appearances for slug in self.belongs(a.origin, a.head))

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
    def shared(self) -> defaultdict[str, dict[Any, Any]]:
        """What several pages have in common, kept for them by whoever writes it: by its sort, and what it is of."""
        return defaultdict(dict)

    def forget(self, records: Iterable[Appearance], slugs: Iterable[str]) -> None:
        """Forget what pages have in common of records, and of documents by their slugs."""
        keys: tuple[object, ...] = (*records, *slugs)
        for found in self.shared.values():
            for key in keys:
                found.pop(key, None)

    def let_go(self) -> None:
        """Forget what pages have in common of records, which is most of it."""
        for sort, found in self.shared.items():
            if sort.startswith(RECORDS):
                found.clear()

    def referring(self, slug: str) -> list[AnyDocument]:
        """Return the documents that refer to one in whatever way, and that itself, in the order of reading."""
        found = (document for document in self.documents.values() if slug in map(self.slug, document.slugs))
        return sorted(found, key=reading_order)

    @cached_property
    def latest_day(self) -> date | None:
        """The newest day on which anything on the site was published or changed, which stands for "now"."""
        days = [changed(article) for article in self.articles]
        for document in self.documents.values():
            days += [correction.date for correction in document.meta.corrections]
            days += [document.meta.updated] if document.kind in TAXONOMIES and document.meta.updated else []
        return max(days, default=None)

    @cached_property
    def corrections(self) -> tuple[tuple[AnyDocument, Correction], ...]:
        """Every correction with the document that it is of, oldest first."""
        found = [(doc, correction) for doc in self.documents.values() for correction in doc.meta.corrections]
        return tuple(sorted(found, key=lambda pair: (pair[1].date, pair[0].slug, pair[1].text)))


def link(content: Content, memory: Memory | None = None, jobs: int = 1) -> tuple[Library, tuple[Problem, ...]]:
    """Return the content with its relations. Of two documents with one slug the first is kept.

    `jobs` processes look for names in what has changed, and `memory` is told what they found in documents that have
    no problem of their own. Problems: the notes `unlinked-name`.
    """
    finder = Finder(content.documents)
    documents: dict[str, AnyDocument] = {}
    for document in content.documents:
        documents.setdefault(document.slug, document)
    known = {path: found for path, found in content.linked.items() if found.names == finder.print}
    new = [document for document in documents.values() if document.path not in known]
    parcels = [parcel for batch in spread(partial(_named, finder, content), new, BATCH, jobs) for parcel in batch]
    if memory is not None:
        faulty = {problem.location.path for problem in content.problems}
        every = (*content.fresh, *parcels)
        memory.remember(parcel for parcel in every if parcel.found.document.location.path not in faulty)
    known |= {parcel.found.document.path: parcel.found for parcel in parcels}
    prints: dict[str, bytes] = {}
    notes: list[Problem] = []
    for slug, document in documents.items():
        found = known[document.path]
        documents[slug], prints[document.path] = found.document, found.prints
        notes += found.notes
    withdrawn = tuple(document for document in content.withdrawn if document.slug not in documents)
    prints |= {document.path: fingerprints(document) for document in withdrawn}
    redirects: dict[str, AnyDocument] = {}
    present = {*documents, *(document.slug for document in withdrawn)}
    for document in (*documents.values(), *withdrawn):
        for past in document.meta.redirect_from:
            if past not in present:
                redirects.setdefault(past, document)
    library = Library(
        documents=documents,
        redirects=redirects,
        withdrawn=withdrawn,
        prints=prints,
    )
    return library, tuple(notes)


def _named(finder: Finder, content: Content, documents: Iterable[AnyDocument]) -> list[Parcel]:
    """Return documents with the names in them found."""
    return [
        named(
            content.unlinked(document) if document.path in content.linked else document,
            finder,
            content.lines.get(document.location.path, []),
        )
        for document in documents
    ]


def changed(article: Article) -> date:
    """Return the newest of the days on which a digest was published, updated or corrected."""
    days = [article.meta.day, *(c.date for c in article.meta.corrections)]
    return max([*days, article.meta.updated] if article.meta.updated else days)


K = TypeVar("K")
V = TypeVar("V")


def group(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Collect the second of each pair under the first, in order."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _newest_first(article: Article) -> tuple[int, str]:
    return (-article.meta.day.toordinal(), article.slug)


def latest_first(summit: Summit) -> tuple[int, str]:
    """Order summits from the newest to the oldest."""
    return (-summit.meta.start.latest.toordinal(), summit.slug)


def by_title(document: AnyDocument) -> tuple[str, str]:
    """Order documents by title."""
    return (sort_form(document.meta.title), document.slug)


def _by_sort_name(leader: Leader) -> tuple[str, str]:
    return (sort_form(leader.meta.sort_name or leader.meta.title), leader.slug)


def reading_order(document: AnyDocument) -> tuple[bool, int, str]:
    """Order briefings before digests, and these from the newest to the oldest."""
    if document.kind is Kind.ARTICLE:
        return (True, *_newest_first(document))
    return (False, 0, document.slug)


def sort_form(text: str) -> str:
    """Return text as it is sorted: without case and accents, so that Ömer stands beside Omar in every locale."""
    return without_accents(text)
