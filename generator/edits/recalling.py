"""The library and the pages of the site that the last build made, recalled from files as far as they are asked for.

Documents come from `memory`, and what cannot be found out from a few of them from the shelf: which others refer to a
document, what is related to it. The relations that `library` and `backlinks` find among all documents are found here
for one, by the same code, among those that refer to it. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from generator.composing.dependencies import Dependencies, Place
from generator.composing.indexes import home_page
from generator.composing.lists import record_page, view_of
from generator.composing.pages import Page, PositionsRow, PositionsTable, RecordsList
from generator.composing.plan import document_page, history_page
from generator.composing.tables import plan_tables, positions_page
from generator.content.documents import AnyDocument, Article, Summit, Theme
from generator.content.meta import Participant
from generator.core import urls
from generator.core.mappings import OnDemand, V
from generator.core.settings import TAXONOMIES, Kind, Settings
from generator.edits.rows import Lost
from generator.edits.shelf import Known, Shelf
from generator.linking import backlinks
from generator.linking.history import HISTORY
from generator.linking.library import Appearance, Library, by_title, latest_first
from generator.linking.related import Related
from generator.reading.headings import HEADINGS
from generator.reading.memory import Memory, Remembered
from generator.reading.sources import Content
from generator.sites import AnySite
from generator.syndication.feeds import Feed, FeedContent, items_of_one
from generator.syndication.sanitise import clean


class Recalled(Library):
    """The library that a shelf and a memory know of. Raises Lost when asked for something that they have lost."""

    shelf: Shelf
    memory: Memory

    def __init__(self, shelf: Shelf, memory: Memory) -> None:
        """Recall nothing yet."""
        for name, value in (("shelf", shelf), ("memory", memory)):  # a library is frozen
            object.__setattr__(self, name, value)
        super().__init__(
            documents=OnDemand(shelf.documents, lambda slug: self._remembered(shelf.documents[slug][1]).document),
            redirects=OnDemand(shelf.past, lambda slug: self._now(shelf.past[slug])),
            withdrawn=tuple(self._remembered(path).document for _, path in shelf.withdrawn.values()),
            fingerprints=OnDemand(shelf.paths, lambda path: self._remembered(path).fingerprints),
        )

    def _remembered(self, path: str) -> Remembered:
        if found := self.memory.read(path, self.shelf.made_of(path)):
            return found
        raise Lost(path)

    def _now(self, slug: str) -> AnyDocument:
        """Return a document by its present slug. It may have been withdrawn."""
        found = self.documents.get(slug) or next((found for found in self.withdrawn if found.slug == slug), None)
        if found is None:
            raise Lost(slug)
        return found

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """What is known of each document."""
        return OnDemand(self.shelf.documents, self.shelf.known)

    @cached_property
    def latest_day(self) -> date | None:
        """The newest day of the content, as the last build found it."""
        return self.shelf.latest_day

    @cached_property
    def subjects(self) -> Mapping[str, tuple[str, ...]]:
        """What each digest is about."""
        return self._groups(lambda slug: self._subjects_of(self.documents[slug]), Kind.ARTICLE)

    @cached_property
    def own_records(self) -> Mapping[str, tuple[Appearance, ...]]:
        """The records that stand in each document itself, in order."""
        return OnDemand(self.documents, lambda slug: tuple(self._records_in(self.documents[slug])))

    @cached_property
    def records(self) -> Mapping[str, tuple[Appearance, ...]]:
        """The records of each summit, leader and theme."""
        return self._groups(
            lambda slug: (
                found
                for document in self.referring(slug)
                for found in self.own_records[document.slug]
                if slug in self.terms_of(document, found.head)
            ),
            *TAXONOMIES,
        )

    @cached_property
    def digests(self) -> Mapping[str, tuple[Article, ...]]:
        """The digests of each summit, leader, theme and outlet, newest first."""
        return self._groups(
            lambda slug: (d for d in self.referring(slug, Kind.ARTICLE) if slug in self.subjects[d.slug]),
            *TAXONOMIES,
            Kind.OUTLET,
        )

    @cached_property
    def meetings(self) -> Mapping[str, tuple[tuple[Summit, Participant], ...]]:
        """The meetings of each leader, newest first."""
        return self._groups(
            lambda slug: (
                (summit, participant)
                for summit in sorted(self.referring(slug, Kind.SUMMIT), key=latest_first)
                for participant in summit.meta.participants
                if self.slug(participant.leader) == slug
            ),
            Kind.LEADER,
        )

    @cached_property
    def parts(self) -> Mapping[str, tuple[Summit, ...]]:
        """The meetings held within a summit, oldest first."""
        return self._groups(
            lambda slug: (
                summit
                for summit in sorted(self.referring(slug, Kind.SUMMIT), key=latest_first, reverse=True)
                if summit.meta.part_of and self.slug(summit.meta.part_of) == slug
            ),
            Kind.SUMMIT,
        )

    @cached_property
    def subthemes(self) -> Mapping[str, tuple[Theme, ...]]:
        """The themes within a theme."""
        return self._groups(
            lambda slug: (
                theme
                for theme in sorted(self.referring(slug, Kind.THEME), key=by_title)
                if theme.meta.parent and self.slug(theme.meta.parent) == slug
            ),
            Kind.THEME,
        )

    def referring(self, slug: str, *kinds: Kind) -> list[AnyDocument]:
        """Return the documents that refer to one, as a library does; where `kinds` are named, those alone."""
        places = self.shelf.documents
        return [
            self.documents[other] for other in self.known[slug].referring if not kinds or places[other][0] in kinds
        ]

    def related(self, slug: str) -> tuple[Related, ...]:
        """Return what is related to a document."""
        return tuple(
            Related(self.find(other), tuple(map(self.find, because))) for other, because in self.known[slug].related
        )

    def of_kinds(self, *kinds: Kind) -> list[str]:
        """Return the slugs of the documents of some kinds, in order."""
        return [slug for slug, (kind, _) in self.shelf.documents.items() if kind in kinds]

    def _of(self, kind: Kind, key: Callable[[AnyDocument], Any]) -> tuple[AnyDocument, ...]:
        return tuple(sorted(map(self.documents.__getitem__, self.of_kinds(kind)), key=key))

    @cached_property
    def _present_terms(self) -> Mapping[str, str]:
        terms = {slug: slug for slug in self.of_kinds(*TAXONOMIES)}
        return terms | {past: now for past, now in self.shelf.past.items() if now in terms}

    def _groups(self, make: Callable[[str], Iterable[V]], *kinds: Kind) -> Mapping[str, tuple[V, ...]]:
        return OnDemand(frozenset(self.of_kinds(*kinds)), lambda slug: tuple(make(slug)))


class RecalledSite(AnySite):
    """The site that a recalled library makes: its pages and documents of feeds, as far as they are asked for."""

    library: Recalled

    def __init__(self, library: Recalled, settings: Settings) -> None:
        """Recall the summits, leaders and themes, whose names may be in any text."""
        terms = [library.documents[slug] for slug in library.of_kinds(*TAXONOMIES)]
        super().__init__(
            settings=settings,
            library=library,
            content=Content(tuple(terms), (), library.withdrawn, {}, frozenset(), (), {}),
            depends=Dependencies(library, settings),
        )

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids of the headings and records of each document, which are on its page, by the path of that."""
        slugs = self.library.shelf.paths
        return OnDemand(slugs, lambda path: self.library.documents[slugs[path]].anchors)

    def readers_of(self, place: Place) -> Collection[str]:
        """Return the pages that show the words at a place, but for that of its document."""
        return self.library.known[place[0]].readers.get(place, ())

    @cached_property
    def by_path(self) -> Mapping[str, Page]:
        """The pages that show words of documents, by their path."""
        return OnDemand(frozenset(self.library.shelf.pages), self._page)

    def _page(self, path: str) -> Page:
        library, depends = self.library, self.depends
        slug = urls.slug_of(path)
        if slug in library.documents and library.shelf.documents[slug][1] == path:
            referring = backlinks.collect(library, library.referring(slug)).get(slug, ())
            related = OnDemand({slug}, library.related)
            return document_page(library.documents[slug], depends, referring, related, library.known[slug].changes)
        if path == "index.md":
            return home_page(None, depends)
        if of := self._changed.get(path):
            return history_page(library.documents[of], library.known[of].changes, depends)
        if listed := library.shelf.listed(path):
            about = library.documents[listed.about] if listed.about else None
            records = self._records(listed.records)
            view = view_of(HEADINGS[listed.heading], about)
            return record_page(RecordsList(view, about, listed.number, listed.count, listed.total, records), depends)
        if held := library.shelf.held(path):
            themes = [library.documents[slug] for slug in held.themes]
            rows = [
                PositionsRow(library.documents[slug], cells, tuple(self._records(records)), total, all_path)
                for slug, cells, records, total, all_path in held.rows
            ]
            return positions_page(PositionsTable(held.number, held.count, themes, rows), depends)
        for table in plan_tables(depends):
            if table.path == path:
                return table
        raise Lost(path)

    def _records(self, places: Iterable[tuple[str, int]]) -> list[Appearance]:
        return [self.library.own_records[slug][number] for slug, number in places]

    @cached_property
    def _changed(self) -> Mapping[str, str]:
        """The slugs of documents by the paths of their pages of changes."""
        return {urls.records_path(path, HISTORY): slug for path, slug in self.library.shelf.paths.items()}

    @cached_property
    def _followed(self) -> Mapping[str, str]:
        """The slugs of summits, leaders and themes by the folders of the feeds about them."""
        paths = self.library.shelf.documents
        return {urls.feed_folder(paths[slug][1]): slug for slug in self.library.of_kinds(*TAXONOMIES)}

    def feed(self, folder: str, content: FeedContent) -> Feed:
        """Return a document of a feed, by its folder."""
        library, settings = self.library, self.settings
        feed, places = library.shelf.feed(folder)
        items = [items_of_one(library.documents[slug], library, settings, content)[number] for slug, number in places]
        if about := self._followed.get(feed.current):  # which has another summary, perhaps
            feed = replace(feed, description=clean(library.documents[about].meta.summary))
        return replace(feed, items=tuple(items))
