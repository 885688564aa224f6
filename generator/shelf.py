"""What was found out about the site that is in its place: what an edit of words need not have found out again.

It is one file that can be lost at any time. Documents are not in it, but what they were made of is, by which `memory`
has them. Of each it is known which others refer to it, what it is related to, and which pages and feeds show its
words; of lists of records and of feeds, what is on each of their pages. No more of it is read than is asked for.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, TypeVar
from zlib import crc32

from generator.build import Site
from generator.dependencies import Place
from generator.documents import AnyDocument
from generator.facets import day_of
from generator.feeds import Feed
from generator.history import Change, Mark, Piece
from generator.library import reading_order
from generator.pages import Page
from generator.search import is_found_by_title, part_of
from generator.sections import HEADING
from generator.spilling import Blob
from generator.store import Kept, Made, PageFacts

STORE = ".cache/briefing/shelf.db"  # beside mkdocs.yml
# The first column of each is the key. A checksum of the row comes after the last: it keeps out accidents, and nobody.
_TABLES = {
    "site": ("mark", "known"),
    "made": ("path", "made_of"),
    "documents": ("slug", "known"),
    "lists": ("path", "known"),
    "feeds": ("folder", "known"),
    "files": ("path", "made_of", "size", "time"),
    "pages": ("path", "changed", "scripts", "content"),
    "contents": ("fingerprint", "html"),
}
_PLAIN = tuple(item.name for item in fields(Feed) if item.name not in ("items", "updated"))


V = TypeVar("V")


class Lost(Exception):
    """Something is not there any more, or not as it was written."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a page beside what it says, as `pages.Page` has it."""

    path: str
    title: str
    description: str
    kind: str
    feeds: tuple[str, ...]
    wide: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one document.

    `referring` are the slugs of those that refer to it in whatever way, and its own, in the order of reading;
    `related` those of related ones, each with the slugs of why. `readers` are the pages that show words of it, by
    place, `feeds` the folders of the documents of feeds that have it. `changes` are those since it was published.
    """

    referring: tuple[str, ...]
    related: tuple[tuple[str, tuple[str, ...]], ...]
    readers: Mapping[Place, frozenset[str]]
    feeds: tuple[str, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ListedAs:
    """A page of a list of records, as `views.Listed` has it. `records` are slugs and numbers, `about` is a slug."""

    heading: str
    about: str
    number: int
    count: int
    total: int
    records: tuple[tuple[str, int], ...]


class Shelf:
    """What was kept under a `mark` in the file at `path`. To ask for what is not there raises Lost."""

    def __init__(self, path: Path, mark: str) -> None:
        """Read what is kept of the whole. Raises Lost where nothing was kept under that mark."""
        try:
            self._db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        except sqlite3.Error as error:
            raise Lost from error
        (known,) = self._row("site", mark)
        site: Any = json.loads(known)
        # slugs with kind and path, in the order of the library; and those of documents that were withdrawn
        self.documents: dict[str, tuple[str, str]] = {slug: (kind, path) for slug, kind, path, _ in site["documents"]}
        # and the part of the index of the search that each belongs to
        self.parts: dict[str, str] = {slug: part for slug, _, _, part in site["documents"]}
        self.withdrawn: dict[str, tuple[str, str]] = {slug: (kind, path) for slug, kind, path in site["withdrawn"]}
        self.past: dict[str, str] = site["past"]  # slugs that documents had, with those that they have
        self.latest_day = date.fromisoformat(site["latest_day"]) if site["latest_day"] else None
        self.newest: list[list[str]] = site["newest"]  # paths and titles
        self.heads = [
            Head(path, title, about, kind, tuple(feeds), wide)
            for path, title, about, kind, feeds, wide in site["heads"]
        ]
        self.written: list[list[str]] = site[
            "written"
        ]  # pages that were written by hand, and what mkdocs does to them
        self.paths = {path: slug for slug, (_, path) in self.documents.items()}
        self._slugs = list(self.documents)
        self.pages: list[str] = site["pages"]

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def made_of(self, path: str) -> bytes:
        """Return of what the document at a path was made."""
        (found,) = self._row("made", path)
        return bytes(found)

    def known(self, slug: str) -> Known:
        """Return what is known of a document."""
        (text,) = self._row("documents", slug)
        referring, related, readers, feeds, changes = json.loads(text)
        return Known(
            referring=tuple(self._slugs[at] for at in referring),
            related=tuple((other, tuple(because)) for other, because in related),
            readers={(slug, int(at)): frozenset(self.pages[page] for page in of) for at, of in readers.items()},
            feeds=tuple(feeds),
            changes=tuple(_change(*change) for change in changes),
        )

    def listed(self, path: str) -> ListedAs | None:
        """Return which page of a list of records lies at a path, if one does."""
        for (text,) in self._rows("lists", path):
            heading, about, number, count, total, records = json.loads(text)
            return ListedAs(heading, about, number, count, total, tuple((self._slugs[at], n) for at, n in records))
        return None

    def feed(self, folder: str) -> tuple[Feed, tuple[tuple[str, int], ...]]:
        """Return a document of a feed without its items, and of each of these its place (`feeds.Item`)."""
        (text,) = self._row("feeds", folder)
        plain, updated, items = json.loads(text)
        found = Feed(**plain, updated=datetime.fromisoformat(updated), items=())
        return found, tuple((self._slugs[at], number) for at, number in items)

    @property
    def kept(self) -> Kept:
        """What is known of the files and pages of the site; of pages not what they were composed of."""
        return Kept(_Table(self._file), _Table(self._page))

    def _file(self, path: str) -> Iterator[Made]:
        return (Made(*row) for row in self._rows("files", path))

    def _page(self, path: str) -> Iterator[PageFacts]:
        for changed, scripts, content in self._rows("pages", path):
            yield PageFacts(b"", changed, frozenset(json.loads(scripts)), content)

    def content(self, fingerprint: bytes) -> bytes | None:
        """Return what feeds have of a digest that was edited since the build (TEXT), by the fingerprint of that."""
        return next((bytes(html) for (html,) in self._rows("contents", fingerprint)), None)

    def _row(self, table: str, key: str) -> tuple[Any, ...]:
        for row in self._rows(table, key):
            return row
        raise Lost(key)

    def _rows(self, table: str, key: str | bytes) -> Iterator[tuple[Any, ...]]:
        """Yield the row of a key without it, if there is one. Raises Lost where it is not as it was written."""
        try:
            for *row, check in self._db.execute(f"select * from {table} where {_TABLES[table][0]} = ?", (key,)):
                if check != _check(row):
                    raise Lost(key)
                yield tuple(row[1:])
        except sqlite3.Error as error:
            raise Lost(key) from error


class _Table(Mapping[str, V]):
    """A table by its keys, of which a row is read when it is asked for."""

    def __init__(self, read: Callable[[str], Iterator[V]]) -> None:
        self._read = read

    def __getitem__(self, key: str) -> V:
        for found in self._read(key):
            return found
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def renew(path: Path, made_of: Mapping[str, bytes], now: Kept, contents: Mapping[bytes, Blob]) -> None:
    """Note of what documents were made now, by path, and what is known of those files and pages that were made anew.

    `contents` is what feeds have of the digests among them (TEXT), by fingerprint. Raises OSError and sqlite3.Error.
    """
    with closing(sqlite3.connect(path)) as db, db:
        _insert(db, "made", made_of.items())
        _insert(db, "files", _files(now))
        _insert(db, "pages", _pages(now))
        _insert(db, "contents", ((key, html.read()) for key, html in contents.items()))


def _insert(db: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    marks = ", ".join("?" * (len(_TABLES[table]) + 1))
    db.executemany(f"insert or replace into {table} values ({marks})", ((*row, _check(row)) for row in rows))


def _check(row: Iterable[object]) -> int:
    return crc32(repr(tuple(row)).encode("utf-8", "surrogatepass"))


def _files(kept: Kept) -> Iterator[tuple[object, ...]]:
    return ((path, *made) for path, made in kept.files.items())


def _pages(kept: Kept) -> Iterator[tuple[object, ...]]:
    shown: dict[frozenset[str], str] = {}  # most have the same scripts
    for path, facts in kept.pages.items():
        if facts.scripts not in shown:
            shown[facts.scripts] = _json(sorted(facts.scripts))
        yield path, facts.changed, shown[facts.scripts], facts.content


def write(
    path: Path,
    site: Site,
    feeds: Sequence[Feed],
    kept: Kept,
    made_of: Mapping[str, bytes],
    heads: Iterable[Page],
    written: Iterable[tuple[str, str]],
) -> str:
    """Keep what was found out about a site, and return its mark; nothing where it cannot be kept.

    `kept` is what is known of its files and pages, `made_of` of what each document was made, by path. `heads` are the
    pages in the navigation, `written` the paths of pages that were written by hand, each with its level of inclusion.
    Whose words pages show has to have been noted (`Dependencies.readers`).
    """
    writer = _Writer(site)
    rows: dict[str, Iterable[tuple[object, ...]]] = {
        "made": made_of.items(),
        "documents": writer.documents(feeds),
        "lists": writer.lists(),
        "feeds": writer.feeds(feeds),
        "files": _files(kept),
        "pages": _pages(kept),
        "contents": (),
        "site": [(mark := token_hex(8), _json(writer.site(heads, written)))],
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as db, db:
            for table, columns in _TABLES.items():
                db.execute(
                    f"create table {table} ({columns[0]} primary key, {', '.join(columns[1:])}, sum) without rowid"
                )
                _insert(db, table, rows[table])
    except (OSError, sqlite3.Error):
        with suppress(OSError):
            path.unlink()
        return ""
    return mark


class _Writer:
    """What is known of a site as plain values."""

    def __init__(self, site: Site) -> None:
        self.library = site.library
        self.whole = site
        self.at = {slug: at for at, slug in enumerate(site.library.documents)}
        self.pages = {page.path: at for at, page in enumerate(site.pages)}

    def site(self, heads: Iterable[Page], written: Iterable[tuple[str, str]]) -> Mapping[str, object]:
        library = self.library
        every = {page.path: page for page in (*heads, *filter(is_found_by_title, self.whole.pages))}.values()
        shown = [(page.path, page.title, page.description, page.kind, page.feeds, page.wide) for page in every]
        return {
            "documents": [(s, d.kind, d.path, part_of(day_of(d))) for s, d in library.documents.items()],
            "withdrawn": [(found.slug, found.kind, found.path) for found in library.withdrawn],
            "past": {past: found.slug for past, found in library.redirects.items()},
            "latest_day": str(library.latest_day or ""),
            "newest": [(page.path, page.title) for page in self.whole.newest],
            "heads": shown,
            "written": list(written),
            "pages": list(self.pages),
        }

    def documents(self, feeds: Iterable[Feed]) -> Iterator[tuple[object, ...]]:
        referring, readers, has = self._referring(), self._readers(), self._feeds_of(feeds)
        for slug, document in self.library.documents.items():
            related = [(r.document.slug, [why.slug for why in r.because]) for r in self.whole.related.get(slug, ())]
            changes = [_plain(change) for change in self.whole.changes.get(document.path, ())]
            known = (referring.get(slug, ()), related, readers.get(slug, {}), has.get(slug, ()), changes)
            yield slug, _json(known)

    def lists(self) -> Iterator[tuple[object, ...]]:
        for page in self.whole.pages:
            if (listed := page.listed) and listed.view.record is not None:
                about = listed.about.slug if listed.about else ""
                records = [(self.at[a.origin.slug], a.number) for a in listed.records]
                heading = HEADING[listed.view.record]
                yield page.path, _json((heading, about, listed.number, listed.count, listed.total, records))

    def feeds(self, feeds: Iterable[Feed]) -> Iterator[tuple[object, ...]]:
        for feed in feeds:
            items = [(self.at[slug], number) for slug, number in (item.place for item in feed.items)]
            plain = {name: getattr(feed, name) for name in _PLAIN}
            yield feed.folder, _json((plain, feed.updated.isoformat(), items))

    def _referring(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for document in sorted(self.library.documents.values(), key=reading_order):
            for slug in {document.slug, *map(self.library.slug, _slugs_in(document))}:
                found[slug].append(self.at[document.slug])
        return found

    def _readers(self) -> Mapping[str, Mapping[int, list[int]]]:
        found: dict[str, dict[int, list[int]]] = defaultdict(dict)
        for (slug, place), paths in (self.whole.depends.readers or {}).items():
            found[slug][place] = sorted(self.pages[path] for path in paths)
        return found

    def _feeds_of(self, feeds: Iterable[Feed]) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for feed in feeds:
            for slug in dict.fromkeys(item.place[0] for item in feed.items):
                found[slug].append(feed.folder)
        return found


def _slugs_in(document: AnyDocument) -> Iterator[str]:
    """Yield every slug that a document refers to, and whatever else its records go by."""
    yield from (reference.slug for reference in document.references)
    yield from (slug for _, slug in document.body.outline.leads())
    for head in document.body.outline.heads():
        yield from (*head.names, *head.citations, *head.tags, head.owner)


def _plain(change: Change) -> tuple[object, ...]:
    return str(change.day), [[(piece.mark, piece.words) for piece in place] for place in change.places]


def _change(day: str, places: Sequence[Sequence[tuple[str, str]]]) -> Change:
    found = (tuple(Piece(Mark(mark), words) for mark, words in place) for place in places)
    return Change(date.fromisoformat(day), tuple(found))


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
