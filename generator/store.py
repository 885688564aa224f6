"""What the last build made, and of what, from one build to the next: one file that can be lost at any time.

A store that cannot be read, was made on another basis, or has a row that is not as it was written, is an empty one.
"""

from __future__ import annotations

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Made:
    """A file that was written: what it was `made_of`, and the size and time (ns) by which it is known again."""

    made_of: bytes
    size: int
    time: int


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What was found out about a page, as JSON, and the fingerprint that it was composed for."""

    fingerprint: bytes
    facts: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a site: its files by their path, its pages, and what feeds have of pages.

    `mark` is the store's, another one each time that it is written.
    """

    files: Mapping[str, Made] = field(default_factory=dict)
    pages: Mapping[str, PageFacts] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    mark: bytes = b""


_COLUMNS = {
    "files": ("path", "made_of", "size", "time"),
    "pages": ("path", "fingerprint", "facts"),
    "contents": ("path", "html"),
}


def load(path: Path, basis: bytes) -> Kept:
    """Return what the last build kept, or nothing where that was made on another basis or cannot be read."""
    if not path.is_file():
        return Kept()
    try:
        with closing(sqlite3.connect(path)) as db:
            ((made_on, mark),) = db.execute("select value, mark from basis")
            if made_on != basis:
                return Kept()
            files = {name: Made(*rest) for name, *rest in _rows(db, "files")}
            pages = {name: PageFacts(*rest) for name, *rest in _rows(db, "pages")}
            return Kept(files, pages, dict(_rows(db, "contents")), mark)
    except (sqlite3.Error, TypeError, ValueError):
        return Kept()


def _rows(db: sqlite3.Connection, table: str) -> Iterator[list[Any]]:
    """Yield the rows of a table. Raises ValueError where one is not as it was written."""
    for *row, check in db.execute(f"select {', '.join(_COLUMNS[table])}, crc from {table}"):
        if check != _crc(row):
            raise ValueError(f"a row of {table} is spoilt")
        yield row


def _crc(row: Iterable[Any]) -> int:
    return zlib.crc32("\0".join(map(str, row)).encode("utf-8", "surrogatepass"))


def save(path: Path, basis: bytes, before: Kept, now: Kept) -> None:
    """Keep what is known of the site that was just put in its place. `before` is what `load` gave.

    What changed is written; all of it where another process has written meanwhile, for a site elsewhere. Nothing is
    kept where it cannot be: it is no more than a saving of time.
    """
    with suppress(OSError, sqlite3.Error):
        path.parent.mkdir(parents=True, exist_ok=True)
        if not before.mark:
            path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("begin immediate")
            db.execute("create table if not exists basis (value blob, mark blob)")
            if db.execute("select mark from basis").fetchall() != [(before.mark,)]:
                _begin(db)
                before = Kept()
            for table in _COLUMNS:
                _bring_up_to_date(db, table, getattr(before, table), getattr(now, table))
            db.execute("delete from basis")
            db.execute("insert into basis values (?, ?)", (basis, os.urandom(16)))
        return
    with suppress(OSError):
        path.unlink()


def _begin(db: sqlite3.Connection) -> None:
    for table, (key, *others) in _COLUMNS.items():
        db.execute(f"drop table if exists {table}")
        db.execute(f"create table {table} ({key} text primary key, {', '.join(others)}, crc) without rowid")


def _bring_up_to_date(db: sqlite3.Connection, table: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    db.executemany(f"delete from {table} where path = ?", [(name,) for name in before if name not in now])
    rows = [(name, *_values(value)) for name, value in now.items() if before.get(name) != value]
    marks = ", ".join("?" * (len(_COLUMNS[table]) + 1))
    db.executemany(f"insert or replace into {table} values ({marks})", ((*row, _crc(row)) for row in rows))


def _values(value: Made | PageFacts | str) -> tuple[Any, ...]:
    return (value,) if isinstance(value, str) else tuple(getattr(value, name) for name in value.__slots__)


@dataclass(frozen=True, slots=True)
class Last:
    """The last site: the folder that it is in, and what is known of it."""

    folder: Path
    kept: Kept

    def has(self, path: str, made_of: bytes) -> bool:
        """Tell whether the site has a file that was made of the same, and that nobody has touched."""
        made = self.kept.files.get(path)
        return made is not None and made.made_of == made_of and stamp(self.folder / path, made_of) == made


def stamp(path: Path, made_of: bytes) -> Made | None:
    """Return what a file is known again by, or None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Made(made_of, found.st_size, found.st_mtime_ns)
