"""Rows of plain values in a file that can be lost at any time. No more of it is read than is asked for.

The first value of a row is its key within its table. Each row has a checksum, against accidents and not people.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from generator.core import database

V = TypeVar("V")
Value = str | bytes | int
Row = tuple[Value, ...]
Tables = Mapping[str, Iterable[Row]]  # by their names


class Lost(Exception):
    """Something is not there any more, or not as it was written."""


class Rows:
    """The rows of a file, for reading. Raises Lost where it cannot be read."""

    def __init__(self, path: Path) -> None:
        """Open the file, which has to be closed."""
        try:
            self._db = database.opened(path)
        except sqlite3.Error as error:
            raise Lost(path) from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def find(self, table: str, key: Value) -> Row | None:
        """Return the values that a row has beside its key, or None where there is none."""
        try:
            found = self._db.execute(f"select * from {table} where key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise Lost(key) from error
        if found is None:
            return None
        *row, checksum = found
        if checksum != _checksum(row):
            raise Lost(key)
        return tuple(row[1:])

    def get(self, table: str, key: Value) -> Row:
        """Return the values that a row has beside its key. Raises Lost where there is no such row."""
        if (found := self.find(table, key)) is None:
            raise Lost(key)
        return found


class Table(Mapping[str, V]):
    """A table as a mapping from keys to what `make` makes of the rest of the row. It cannot be gone through."""

    def __init__(self, rows: Rows, name: str, make: Callable[..., V]) -> None:
        self._rows, self._name, self._make = rows, name, make

    def __getitem__(self, key: str) -> V:
        if (found := self._rows.find(self._name, key)) is None:
            raise KeyError(key)
        return self._make(*found)

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def write(path: Path, tables: Tables) -> bool:
    """Write a file anew, and tell whether that could be done. If not, there is none."""
    return database.write(path, partial(_insert, tables), anew=True)


def replace(path: Path, tables: Tables, beside: tuple[str, Value]) -> bool:
    """Put rows into a file, in place of those with the same keys, and tell whether that could be done.

    Nothing is done where the file has no row with the table and the key of `beside`: then another process has written
    it anew.
    """
    with suppress(OSError, sqlite3.Error), closing(sqlite3.connect(path)) as db, db:
        db.execute("begin immediate")
        table, key = beside
        if db.execute(f"select 1 from {table} where key = ?", (key,)).fetchone() is None:
            return False
        _insert(tables, db)
        return True
    return False


def _insert(tables: Tables, db: sqlite3.Connection) -> None:
    """Insert rows. A table that is not there yet gets as many columns as the first of them has values."""
    for table, rows in tables.items():
        every = ((*row, _checksum(row)) for row in rows)
        if (first := next(every, None)) is not None:
            columns = ["key primary key", *(f"value{number}" for number in range(1, len(first)))]
            db.execute(f"create table if not exists {table} ({', '.join(columns)}) without rowid")
            query = f"insert or replace into {table} values ({', '.join('?' * len(first))})"
            db.execute(query, first)
            db.executemany(query, every)


def _checksum(row: Iterable[Value]) -> int:
    return crc32(repr(tuple(row)).encode("utf-8", "surrogatepass"))
