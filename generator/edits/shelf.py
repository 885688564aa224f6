"""The shelf: what the last build found out about its site, for an edit of words to be taken into that (`resuming`).

It is one file, written by `shelving`, that can be lost at any time. Documents are not in it but in `memory`; it has
the hash by which each is known there, which others refer to it, what it is related to, and which pages and feeds show
its words. Of each page of a list and of each document of a feed it has what is on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from generator.composing.dependencies import Place
from generator.edits.rows import Lost, Rows, Table
from generator.linking.history import Change
from generator.linking.revisions import Mark, Piece
from generator.output.store import Kept, Made, PageFacts
from generator.syndication.feeds import Feed


@dataclass(frozen=True, slots=True)
class PageHead:
    """A page without its text, as `pages.Page` has it."""

    path: str
    title: str
    description: str
    kind: str
    feeds: tuple[str, ...]
    wide: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one document.

    `referring` are the slugs of all that refer to it, and its own, in reading order; `related` those of related
    documents, each with the slugs of the terms that they share. `readers` are the pages that show words of it, by
    place, `feeds` the folders of the documents of feeds that it is in. `changes` are those since it was published.
    """

    referring: tuple[str, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]
    readers: Mapping[Place, frozenset[str]]
    feeds: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ListedAs:
    """A page of a list of records as `pages.RecordsList` has it, with slugs and numbers for its values."""

    heading: str
    about: str
    number: int
    count: int
    total: int
    records: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HeldAs:
    """A page of the table of positions as `pages.PositionsTable` has it, with slugs and numbers for its values."""

    number: int
    count: int
    themes: tuple[str, ...]
    rows: tuple[tuple[str, Sequence[tuple[int, int | None]], tuple[tuple[str, int], ...], int, str], ...]


class Shelf:
    """What was kept under a `mark` in the file at `path`. To ask for what is not there raises Lost.

    Of documents, `documents` has kind and path by slug, in the order of the library, `paths` the slugs by path, and
    `parts` the part of the search's index by slug. `withdrawn` is what `documents` is, of those that were withdrawn;
    `past` has the present slugs by former ones. Of pages, `pages` has the paths of all, `heads` those that are in the
    navigation or found by their title, `newest` the paths of the newest digests, and `written` the paths of
    hand-written ones with their level of inclusion (mkdocs). `copies` are the paths of files and of their copies.
    """

    def __init__(self, path: Path, mark: str) -> None:
        """Read what is kept of the site as a whole. Raises Lost where nothing was kept under that mark."""
        self._rows = Rows(path)
        try:
            site: Any = json.loads(str(self._rows.get("site", mark)[0]))
        except Lost:
            self.close()
            raise
        self.documents: dict[str, tuple[str, str]] = {slug: (kind, path) for slug, kind, path, _ in site["documents"]}
        self.parts: dict[str, str] = {slug: part for slug, _, _, part in site["documents"]}
        self.paths = {path: slug for slug, (_, path) in self.documents.items()}
        self.withdrawn: dict[str, tuple[str, str]] = {slug: (kind, path) for slug, kind, path in site["withdrawn"]}
        self.past: dict[str, str] = site["past"]
        self.latest_day = date.fromisoformat(site["latest_day"]) if site["latest_day"] else None
        self.pages: list[str] = site["pages"]
        self.heads = [
            PageHead(path, title, about, kind, tuple(feeds), wide)
            for path, title, about, kind, feeds, wide in site["heads"]
        ]
        self.copies: list[tuple[str, str]] = [(file, copy) for file, copy in site["copies"]]
        self.newest: list[str] = site["newest"]
        self.written: list[list[str]] = site["written"]
        self._slugs = list(self.documents)

    def close(self) -> None:
        """Close the file."""
        self._rows.close()

    def made_of(self, path: str) -> bytes:
        """Return the hash by which `memory` knows the document at a path."""
        (found,) = self._rows.get("made", path)
        assert isinstance(found, bytes)
        return found

    def known(self, slug: str) -> Known:
        """Return what is known of a document."""
        referring, related, readers, feeds, changes = self._json("documents", slug)
        return Known(
            referring=tuple(self._slugs[at] for at in referring),
            related=tuple((other, tuple(because)) for other, because in related),
            readers={(slug, int(at)): frozenset(self.pages[page] for page in of) for at, of in readers.items()},
            feeds=tuple(feeds),
            changes=tuple(_change(*change) for change in changes),
        )

    def listed(self, path: str) -> ListedAs | None:
        """Return the page of a list of records that lies at a path, if one does."""
        if (row := self._rows.find("lists", path)) is None:
            return None
        heading, about, number, count, total, records = json.loads(str(row[0]))
        return ListedAs(heading, about, number, count, total, tuple((self._slugs[at], n) for at, n in records))

    def held(self, path: str) -> HeldAs | None:
        """Return the page of the table of positions that lies at a path, if one does."""
        if (row := self._rows.find("positions", path)) is None:
            return None
        number, count, themes, rows = json.loads(str(row[0]))
        return HeldAs(
            number=number,
            count=count,
            themes=tuple(self._slugs[at] for at in themes),
            rows=tuple(
                (self._slugs[at], cells, tuple((self._slugs[at], n) for at, n in records), total, all_path)
                for at, cells, records, total, all_path in rows
            ),
        )

    def feed(self, folder: str) -> tuple[Feed, tuple[tuple[str, int], ...]]:
        """Return a document of a feed without its items, and the places of these (`feeds.Item`)."""
        plain, updated, items = self._json("feeds", folder)
        found = Feed(**plain, updated=datetime.fromisoformat(updated), items=())
        return found, tuple((self._slugs[at], number) for at, number in items)

    def documents_of_feed(self, folder: str) -> Iterator[str]:
        """Yield the folders of all documents of a feed, the newest first, which is in the folder that is given."""
        at: str | None = folder
        while at is not None:
            yield at
            at = self.feed(at)[0].previous

    def shown_by(self, card: str) -> int:
        """Return how many pages have the card at a path."""
        (count,) = self._rows.find("cards", card) or (0,)
        return int(count)

    @property
    def kept(self) -> Kept:
        """What is known of the files and pages of the site, but for the fingerprints that pages were composed for."""
        return Kept(Table(self._rows, "files", Made), Table(self._rows, "pages", _facts))

    def content(self, fingerprint: bytes) -> bytes | None:
        """Return the feed content (TEXT) of a digest that was edited since the build, by its fingerprint."""
        (html,) = self._rows.find("contents", fingerprint) or (None,)
        return html if isinstance(html, bytes) else None

    def _json(self, table: str, key: str) -> Any:
        return json.loads(str(self._rows.get(table, key)[0]))


def _facts(changed: str, scripts: str, content: bytes) -> PageFacts:
    return PageFacts(b"", changed, frozenset(json.loads(scripts)), content)


def _change(day: str, places: Sequence[Sequence[tuple[str, str]]]) -> Change:
    found = (tuple(Piece(Mark(mark), words) for mark, words in place) for place in places)
    return Change(date.fromisoformat(day), tuple(found))
