"""A site that can be made, and what an edit of words asks of one that is there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TypeVar

from generator.composing import pieces
from generator.composing.assembling import Rendered, assembled
from generator.composing.dependencies import Dependencies, Place
from generator.composing.pages import Body, Page
from generator.composing.pieces import TRAIL
from generator.core import urls
from generator.core.errors import Problem
from generator.core.ondemand import OnDemand
from generator.core.settings import Settings
from generator.core.spilling import SpillFile
from generator.linking.history import Change
from generator.linking.ledger import Ledger
from generator.linking.library import Library
from generator.linking.related import Related
from generator.output.store import fingerprint_of
from generator.output.writer import File
from generator.reading.sources import Content
from generator.syndication import preflight
from generator.syndication.feeds import Feed
from generator.syndication.sanitise import sanitise

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class AnySite(ABC):
    """A site as far as it is known: all of it, or what was found out when it was built, where that is asked for.

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

    @property
    @abstractmethod
    def readers(self) -> Mapping[Place, Collection[str]]:
        """The pages that show words of a document, but for its own."""

    @property
    @abstractmethod
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids of the headings and records of each document, which are on its page, by the path of that."""

    def html(self, path: str) -> str:
        """Return what feeds have of a digest, by the path of its page."""
        return feed_content(path, rendered(self.by_path[path].body), self.settings)


@dataclass(frozen=True, kw_only=True)
class Site(AnySite):
    """A site that can be made: its pages, and the files beside them (feeds, redirects …).

    What stands in pages and files is made when it is asked for, by whoever writes them, so that this can be done by
    several processes. `newest` are the pages of the newest digests. `ids` are the ids in the feeds with their
    addresses, `ledger` has what was published before. `cards` are the pictures that stand for pages, by path.
    `others` are the files of the content folder that are passed on as they are. `feeds` gives the documents of all
    feeds, for which it is told what these have of a digest, by its path, and what changes whenever that does; of them
    `beside` makes the files, for which items that were written wait in the file that it is given, or in memory.
    `related` documents are by slug, `changes` since one was published by path.
    """

    pages: tuple[Page, ...]
    newest: tuple[Page, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    cards: Mapping[str, str]
    related: Mapping[str, tuple[Related, ...]]
    changes: Mapping[str, tuple[Change, ...]]
    others: tuple[str, ...]
    feeds: Callable[[Callable[[str], str], Callable[[str], bytes]], tuple[Feed, ...]]
    beside: Callable[[Sequence[Feed], SpillFile | None], tuple[File, ...]]

    @cached_property
    def anchors(self) -> Mapping[str, frozenset[str]]:
        """The ids of the headings and records of each document, which are on its page, by the path of that."""
        documents = {document.path: document for document in self.library.documents.values()}
        return OnDemand(documents, lambda path: documents[path].anchors)

    @property
    def latest_day(self) -> date | None:
        """Return the newest day in the content, which stands for "now"."""
        return self.library.latest_day

    @cached_property
    def readers(self) -> Mapping[Place, Collection[str]]:
        """The pages that show words of a document, but for its own, of a site that is `amendable`."""
        return dict(self.readers_called(str))

    def readers_called(self, called: Callable[[str], T]) -> Iterator[tuple[Place, list[T]]]:
        """Yield the same, of each page what it is `called`."""
        for page in self.pages:
            page.fingerprint  # noqa: B018  (what a page is made from is noted when it is asked for)
        return self.depends.readers(called)

    def amended(self, pages: Iterable[Page], warnings: tuple[Problem, ...]) -> Site:
        """Return the site with other pages in the place of some.

        They are made from the same documents as before, whose words alone are others: who shows what of them stays,
        and nobody asks again for fingerprints.
        """
        anew = {page.path: page for page in pages}
        every, newest = (tuple(anew.get(page.path, page) for page in found) for found in (self.pages, self.newest))
        site = replace(self, pages=every, newest=newest, warnings=warnings)
        site.__dict__["readers"] = self.readers
        return site

    @cached_property
    def by_path(self) -> Mapping[str, Page]:
        """The pages by their path."""
        return {page.path: page for page in self.pages}

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files beside the pages, made of pages that are rendered for them."""
        return self.beside(self.feeds(self.html, lambda path: fingerprint_of(self.html(path))), None)


def rendered(body: Body) -> Rendered:
    """Return what stands on a page as HTML, for the page itself and for feeds."""
    return assembled(pieces.read(body.text, body.relations))


def feed_content(path: str, page: Rendered, settings: Settings) -> str:
    """Return a digest as a feed has it: without what refers to it, which changes with other pages."""
    text = page.text(lambda href: urls.followed(href, path, settings))
    # What the site's style sheet puts before it; without that, it would run on from the sentence.
    return preflight.inspect_content(path, sanitise(text.replace(TRAIL, f"{TRAIL}→ ")))
