"""Documents as they were read and linked before, so that an unchanged file is not parsed again.

They are kept in a file that can be lost at any time. Its bytes can become only values of the few types that content
is made of, and never anything that runs. The outline of a document is unpickled at once, its words when they are
asked for.
"""

from __future__ import annotations

import io
import pickle
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, ClassVar

from generator.content.documents import Document, alike, forget_alike
from generator.content.fingerprints import digest
from generator.core import database
from generator.core.errors import Problem
from generator.core.packing import packed
from generator.core.spilling import Blob, SpillFile

_COLUMNS = "path text primary key, basis, made_of, data"
_OURS = frozenset(
    f"generator.{name}"
    for name in ("core.dates", "core.errors", "core.settings", "content.documents", "content.meta", "content.model")
)
_OTHERS = (("datetime", "date"), (__name__, "Remembered"))
_SEAL = 4  # bytes
_NUMBER = 4  # bytes of each number in a frame
_AT_HAND = 1024  # parts asked for last: most are asked for several times in a row, and more take no less time
# What is raised where bytes are no document, or a damaged one.
_SPOILT = (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError, IndexError)


@packed
@dataclass(frozen=True, slots=True)
class Remembered:
    """A document, and once names were looked for in it the notes on them, and its `fingerprints`.

    `names` is the fingerprint of the finder that looked for them.
    """

    document: Document[Any]
    names: bytes = b""
    notes: tuple[Problem, ...] = ()
    fingerprints: bytes = b""


@dataclass(slots=True)
class Parcel:
    """A document with all that is remembered of it, packed in one way for another process and for the file.

    Packing lets go of the words of the document as values: from then on they are made of the packed bytes.
    """

    found: Remembered
    blob: Blob | None = None

    def packed(self) -> bytes:
        """Return the bytes that are kept in the file."""
        if self.blob is None:
            body = self.found.document.body
            self.blob = Blob(_sealed(_framed(_dumped(self.found, *body.parts))))
            body.keep(body.outline, partial(_part, self.blob))
        return self.blob.read()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self.packed(),)


@dataclass
class Memory:
    """The documents that the file at `path` has on the same `basis`; without a path, those of this process."""

    path: Path | None = None
    basis: bytes = b""
    _kept: dict[str, bytes] = field(default_factory=dict)  # what the documents in the file were made of
    _found: dict[str, tuple[bytes, Remembered]] = field(default_factory=dict)  # by this process, and what from
    _asked: dict[str, bytes] = field(default_factory=dict)  # what the documents are made of now
    _db: sqlite3.Connection | None = None
    _spills: SpillFile | None = None

    def __post_init__(self) -> None:
        _part.cache_clear()  # parts in a former spill file would keep that open
        if self.path is not None:
            self._spills = SpillFile(self.path.parent)
        with suppress(OSError, sqlite3.Error):
            if self.path is not None and self.path.is_file():
                query = "select path, made_of from documents where basis = ?"
                with closing(sqlite3.connect(self.path)) as db:
                    self._kept = dict(db.execute(query, (self.basis,)))

    def recall(self, path: str, kind: str, shown_as: str, made_of: bytes) -> Remembered | None:
        """Return what is remembered of a file, if the file still has the same bytes."""
        key = digest(kind, shown_as, made_of)
        self._asked[path] = key
        before, found = self._found.get(path, (b"", None))
        if before == key:
            return found
        if self._kept.get(path) == key and (found := self.read(path, key)):
            self._found[path] = (key, found)
            return found
        return None

    def remember(self, parcels: Iterable[Parcel]) -> None:
        """Remember documents that were not recalled, or not with these names, and forget files that are gone."""
        self.close()
        changed = {one.found.document.path: one for one in parcels if one.found.document.path in self._asked}
        self._found |= {path: (self._asked[path], one.found) for path, one in changed.items()}
        self._found = {path: found for path, found in self._found.items() if self._asked.get(path) == found[0]}
        now = {path: key for path, (key, _) in self._found.items()}
        if self.path is not None and (changed or now != self._kept):
            self._save(self.path, changed, [(path,) for path in self._kept if path not in now])
            if 2 * len(changed) > len(now):  # the former file goes with the last document that lies in it
                self._spills = SpillFile(self.path.parent)
            for one in changed.values():
                self.spill(one)
        self._kept, self._asked = now, {}
        forget_alike()

    def spill(self, parcel: Parcel) -> Parcel:
        """Return a parcel. If it is packed, its bytes move to a file, so that they take no memory."""
        if parcel.blob is not None and self._spills is not None:
            parcel.blob.put(self._spills)
        return parcel

    def made_of(self) -> Mapping[str, bytes]:
        """Return by path a hash of what each remembered document was made of."""
        return self._kept

    def renew(self, parcels: Iterable[Parcel]) -> Mapping[str, bytes]:
        """Remember documents that could not be recalled, and go on remembering all others.

        Returns by path what they were made of.
        """
        self.close()
        changed = {one.found.document.path: one for one in parcels}
        if self.path is not None:
            self._save(self.path, changed, ())
        made_of, self._asked = {path: self._asked[path] for path in changed}, {}
        return made_of

    def forget(self, path: str) -> None:
        """Forget what this process remembers of a file, since somebody has changed it."""
        self._found.pop(path, None)

    def read(self, path: str, made_of: bytes) -> Remembered | None:
        """Return what the file has of a document, if that was made of the same bytes and is undamaged.

        Another process may have written to the file since its documents were listed.
        """
        if self.path is None:
            return None
        with suppress(sqlite3.Error, *_SPOILT):
            self._db = self._db or sqlite3.connect(self.path)
            query = "select data from documents where path = ? and basis = ? and made_of = ?"
            ((data,),) = self._db.execute(query, (path, self.basis, made_of))  # none is a ValueError
            return self.spill(_unpacked(data)).found
        return None

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def _save(self, path: Path, changed: Mapping[str, Parcel], gone: Iterable[tuple[str]]) -> None:
        """Write what changed, if that can be done."""
        rows = ((name, self.basis, self._asked[name], one.packed()) for name, one in changed.items())

        def change(db: sqlite3.Connection) -> None:
            db.execute(f"create table if not exists documents ({_COLUMNS}) without rowid")
            db.executemany("delete from documents where path = ?", gone)
            db.executemany("insert or replace into documents values (?, ?, ?, ?)", rows)

        database.write(path, change)


def _sealed(data: bytes) -> bytes:
    """Return bytes with their checksum before them. It reveals accidents, and no attacks."""
    return zlib.crc32(data).to_bytes(_SEAL, "big") + data


def _opened(sealed: bytes) -> bytes:
    """Return what was sealed. Raises ValueError where it is damaged."""
    data = sealed[_SEAL:]
    if _sealed(data) != sealed:
        raise ValueError("what is remembered is spoilt")
    return data


def _unpacked(data: bytes) -> Parcel:
    """Return what was packed. Raises one of `_SPOILT` if it is damaged, or has values of other types than ours."""
    whole = _opened(data)
    found = _loaded(whole[slice(*_places(whole)[0])])
    if not isinstance(found, Remembered):
        raise pickle.UnpicklingError("this is no document")
    blob, body = Blob(data), found.document.body
    body.keep(alike(body.outline), partial(_part, blob))
    return Parcel(found, blob)


@lru_cache(maxsize=_AT_HAND)
def _part(blob: Blob, number: int) -> Any:
    count = int.from_bytes(blob.read(_SEAL, _NUMBER), "little")
    start, end = _places(blob.read(_SEAL, (count + 1) * _NUMBER))[number + 1]
    return _loaded(blob.read(_SEAL + start, end - start))


def _framed(parts: Sequence[bytes]) -> bytes:
    """Return parts as one frame: their count, the length of each, and then the parts."""
    numbers = (len(parts), *map(len, parts))
    return struct.pack(f"<{len(numbers)}I", *numbers) + b"".join(parts)


def _places(data: bytes) -> list[tuple[int, int]]:
    """Return where each part of a frame begins and ends. Raises ValueError where the frame is too short."""
    try:
        (count,) = struct.unpack_from("<I", data)
        lengths = struct.unpack_from(f"<{count}I", data, _NUMBER)
    except struct.error as error:
        raise ValueError(str(error)) from error
    return list(pairwise(accumulate(lengths, initial=_NUMBER * (count + 1))))


def _loaded(data: bytes) -> Any:
    return _Reader(io.BytesIO(data)).load()


def _dumped(*found: object) -> list[bytes]:
    """Return values pickled, each on its own."""
    data, ends = io.BytesIO(), [0]
    pickler = pickle.Pickler(data, 5)
    for one in found:
        pickler.dump(one)
        pickler.clear_memo()
        ends.append(data.tell())
    whole = data.getvalue()
    return [whole[start:end] for start, end in pairwise(ends)]


class _Reader(pickle.Unpickler):
    """Unpickles values of our own types for content, and dates; all else is refused."""

    known: ClassVar[dict[tuple[str, str], type]] = {}

    def find_class(self, module: str, name: str) -> Any:
        return self.known.get((module, name)) or self.known.setdefault((module, name), self.found(module, name))

    def found(self, module: str, name: str) -> type:
        if (module in _OURS and name.isidentifier()) or (module, name) in _OTHERS:
            found = super().find_class(module, name)
            ours = isinstance(found, type) and found.__module__ == module
            # Without a `__setstate__` a pickle could set attributes of the class itself, for the whole process.
            if ours and (hasattr(found, "__setstate__") or (module, name) in _OTHERS):
                return found  # type: ignore[no-any-return]
        raise pickle.UnpicklingError(f"{module}.{name} is nothing that content is made of")
