"""A site: its pages, and the files beside them (feeds, calendar, redirects, cards …).

Pages and files are no more than planned here. What stands in them is made when somebody asks for it, so that several
processes can do so, and nothing is made that can be taken over from the last build.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

from generator.assets import calendar, cards, previews
from generator.assets.cards import Card
from generator.composing import pieces
from generator.composing.assembling import Rendered, assembled
from generator.composing.dependencies import Dependencies, Place
from generator.composing.pages import Body, Page
from generator.composing.pieces import TRAIL
from generator.content.documents import Article
from generator.content.fingerprints import digest
from generator.content.model import Watch
from generator.core import urls
from generator.core.errors import Problem
from generator.core.mappings import OnDemand
from generator.core.settings import Settings
from generator.core.spilling import SpillFile
from generator.linking.channels import Channel, of_withdrawn
from generator.linking.history import Change
from generator.linking.ledger import Ledger
from generator.linking.library import Library
from generator.linking.related import Related
from generator.output import redirects
from generator.output.store import fingerprint_of
from generator.output.writer import File
from generator.reading.sources import Content
from generator.syndication import feeds, preflight, serialise
from generator.syndication.feeds import Feed, FeedContent
from generator.syndication.sanitise import sanitise
from generator.syndication.serialise import Written

_DRAWING = re.compile(r'<figure class="briefing-figure[^>]*>.*?</figure>\n?', re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class AnySite(ABC):
    """A site that was composed just now (`Site`), or as far as a former build has left it (`recalling`).

    `library` is the content that it was made from, `content` that as it was read, and `depends` knows what pages are
    made from. `warnings` did not stop it.
    """

    settings: Settings
    library: Library
    content: Content
    depends: Dependencies
    warnings: tuple[Problem, ...] = ()

    @property
    @abstractmethod
    def by_path(self) -> Mapping[str, Page]:
        """The pages by their path."""

    @abstractmethod
    def readers_of(self, place: Place) -> Collection[str]:
        """Return the pages that show the words at a place, but for that of its document."""

    @property
    @abstractmethod
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids of the headings and records of each document, which are on its page, by the path of that."""

    def html(self, article: Article) -> str:
        """Return the feed content of a digest."""
        return feed_content(article.path, rendered(self.by_path[article.path].body), self.settings)


@dataclass(frozen=True, kw_only=True)
class Site(AnySite):
    """A site that can be made.

    `newest` are the pages of the newest digests. `channels` are its feeds, `ids` the ids of these and of their items
    with their addresses; `ledger` has what was published before. `cards` are the pictures that stand for pages, by
    the path of the page, of which `drawn` gives those that were drawn before; a site without cards has neither.
    `related` documents are by slug, `changes` since one was published by path.
    """

    pages: tuple[Page, ...]
    newest: tuple[Page, ...]
    channels: tuple[Channel, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    cards: Mapping[str, Card]
    drawn: Callable[[str], bytes | None] | None
    related: Mapping[str, tuple[Related, ...]]
    changes: Mapping[str, tuple[Change, ...]]

    @cached_property
    def by_path(self) -> Mapping[str, Page]:
        """The pages by their path."""
        return {page.path: page for page in self.pages}

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids of the headings and records of each document, which are on its page, by the path of that."""
        documents = {document.path: document for document in self.library.documents.values()}
        return OnDemand(documents, lambda path: documents[path].anchors)

    @cached_property
    def readers(self) -> Mapping[Place, Collection[str]]:
        """The pages that show words of a document, but for its own, if that was noted (`Dependencies.noting`)."""
        return dict(self.places_with_readers())

    def readers_of(self, place: Place) -> Collection[str]:
        """Return the pages that show the words at a place, but for that of its document."""
        return self.readers.get(place, ())

    def places_with_readers(self) -> Iterator[tuple[Place, Sequence[str]]]:
        """Yield each place with the pages that show it, and keep nothing of that."""
        for page in self.pages:
            page.fingerprint  # noqa: B018  (what a page is made from is noted when it is asked for)
        return self.depends.readers()

    def amended(self, pages: Iterable[Page], warnings: tuple[Problem, ...]) -> Site:
        """Return the site with other pages in place of some.

        They are made from the same documents as before, of which only words have changed: the pages that show a place
        stay the same, and nobody asks for fingerprints again.
        """
        anew = {page.path: page for page in pages}
        every, newest = (tuple(anew.get(page.path, page) for page in found) for found in (self.pages, self.newest))
        site = replace(self, pages=every, newest=newest, warnings=warnings)
        site.__dict__["readers"] = self.readers
        return site

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files beside the pages, made of pages that are rendered for them."""
        return self.files_beside(
            self.feeds(FeedContent(self.html, lambda article: fingerprint_of(self.html(article))))
        )

    def feeds(self, content: FeedContent) -> tuple[Feed, ...]:
        """Return the documents of all feeds."""
        library, settings = self.library, self.settings
        items = feeds.items_of(library, settings, content)
        preflight.inspect_items(item for several in items.values() for item in several)
        every = [*self.channels, *of_withdrawn(library, settings)]
        return tuple(feeds.collect(every, items, library.latest_day, settings))

    def files_beside(self, found: Iterable[Feed], spills: SpillFile | None = None) -> tuple[File, ...]:
        """Return the files beside the pages, with the documents of feeds that were `found`.

        Items that were written wait in `spills`, or in memory. Asking for the content of a file raises GeneratorError
        where a feed would be broken.
        """
        library, settings = self.library, self.settings
        files = [
            *feed_files(found, settings, spills),
            File(serialise.OPML, serialise.opml(self.channels, library.latest_day, settings)),
            *(File(path, data) for path, data in previews.collect(library, settings)),
            _calendar_file(self.depends),
        ]
        made: dict[str, File | None] = {urls.output_path(page.path, settings): None for page in self.pages}
        made |= {file.path: file for file in files}
        files += redirects.collect(library, self.ledger, made, settings)
        files += card_files(self.cards.values(), self.drawn) if self.drawn else ()
        return tuple(files)


def rendered(body: Body) -> Rendered:
    """Return the content of a page as HTML, for the page itself and for feeds."""
    return assembled(pieces.read(body.text, body.relations))


def feed_content(path: str, page: Rendered, settings: Settings) -> str:
    """Return the feed content of a digest, as HTML: its page without backlinks, which change with other pages."""
    text = page.text(lambda href: urls.followed(href, path, settings))
    text = _DRAWING.sub("", text)  # feed readers show no SVG, and of the drawing its key would be left
    text = text.replace(TRAIL, f"{TRAIL}→ ")  # the arrow of our style sheet: a trail would run on from the sentence
    return preflight.inspect_content(path, sanitise(text))


def feed_files(found: Iterable[Feed], settings: Settings, spills: SpillFile | None = None) -> Iterator[File]:
    """Yield the documents of feeds in each format. Between two of them items wait in `spills`, or in memory."""
    written: Written = {}
    known: preflight.Known = {}

    def document(path: str, form: urls.Format, feed: Feed) -> bytes:
        made = serialise.write(feed, form, settings, written, spills)
        preflight.inspect(path, made, form, feed, known)
        return made.data

    for feed in found:
        for form, path in zip(urls.FORMATS, urls.feed_paths(feed.folder), strict=True):
            yield File(path, partial(document, path, form, feed), feed.fingerprint)


def card_files(found: Iterable[Card], drawn: Callable[[str], bytes | None]) -> Iterator[File]:
    """Yield the files of cards, whose names say what is on them; `drawn` gives those that were drawn before."""
    return (File(path, draw, path.encode) for path, draw in cards.collect(found, drawn))


def _calendar_file(depends: Dependencies) -> File:
    """Return the calendar of what to watch."""
    library, settings = depends.library, depends.settings

    def fingerprint() -> bytes:
        shown = depends.values(found for found, _ in calendar.watched(library.by_type.get(Watch, ())))
        return digest(shown, library.latest_day, settings.site_name)

    return File(calendar.PATH, partial(calendar.calendar, library, settings), fingerprint)
