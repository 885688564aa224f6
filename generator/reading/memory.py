"""Documents as they were read and linked before, so that an unchanged file is not read again.

They are kept in a file that can be lost at any time. What can be made of its bytes is what content is made of: values
of a few types of ours, and nothing that runs. A document is made of its outline at once, and of its words when they
are asked for.
"""

from __future__ import annotations

import gc
import io
import pickle
import sqlite3
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, ClassVar

from generator.content.documents import Document, alike
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
_NUMBER = 4  # bytes of each number before the parts of what is packed
_AT_HAND = 4096  # parts that were asked for last: most are asked for several times in a row
# What is raised where bytes are no document, or not all of one.
_SPOILT = (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError, IndexError)


@packed
@dataclass(frozen=True, slots=True)
class Remembered:
    """A document, and if the names in it were found what was known of names then (`names`), and the notes on them.

    `prints` are its fingerprints then.
    """

    document: Document[Any]
    names: bytes = b""
    notes: tuple[Problem, ...] = ()
    prints: bytes = b""


@dataclass(slots=True)
class Parcel:
    """What is to be remembered of a document. It is packed in the same way for another process and for the file.

    Once it is packed, the words of its document are no longer held in memory as values.
    """

    found: Remembered
    blob: Blob | None = None

    def packed(self) -> bytes:
        """Return it as it is kept in the file."""
        if self.blob is None:
            body = self.found.document.body
            self.blob = Blob(_sealed(_framed(_dumped(self.found, *body.parts))))
            body.keep(body.outline, partial(_part, self.blob))
        return self.blob.read()

    def __reduce__(self) -> tuple[Any, ...]:
        return _unpacked, (self.packed(),)


@dataclass
class Memory:
    """What is remembered in the file at `path`, on the same `basis`; without a path, by this process alone."""

    path: Path | None = None
    basis: bytes = b""
    _kept: dict[str, bytes] = field(default_factory=dict)  # of what the documents in the file were made
    _found: dict[str, tuple[bytes, Remembered]] = field(default_factory=dict)  # by this process, and of what
    _asked: dict[str, bytes] = field(default_factory=dict)  # of what the files are made now
    _db: sqlite3.Connection | None = None
    _spills: SpillFile | None = None

    def __post_init__(self) -> None:
        _part.cache_clear()  # what lies in another spill file would keep that open
        if self.path is not None:
            self._spills = SpillFile(self.path.parent)
        if self.path is not None and self.path.is_file():
            with suppress(sqlite3.Error), closing(sqlite3.connect(self.path)) as db:
                self._kept = dict(db.execute("select path, made_of from documents where basis = ?", (self.basis,)))

    def recall(self, path: str, kind: str, shown_as: str, made_of: bytes) -> Remembered | None:
        """Return the document of a file that was made of the same before, if there is one."""
        key = blake2b(f"{kind}\0{shown_as}\0".encode() + made_of, digest_size=16).digest()
        self._asked[path] = key
        if (
            self._found.get(path, (b"",))[0] != key
            and self._kept.get(path) == key
            and (found := self.read(path, key))
        ):
            self._found[path] = (key, found)
        before, document = self._found.get(path, (b"", None))
        return document if before == key else None

    def remember(self, parcels: Iterable[Parcel]) -> None:
        """Remember documents that could not be recalled, or not with these names, and forget files that are gone."""
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

    def spill(self, parcel: Parcel) -> Parcel:
        """Return a parcel. If it was packed, no more of it than is asked for is held in memory from now on."""
        if parcel.blob is not None and self._spills is not None:
            parcel.blob.put(self._spills)
        return parcel

    def made_of(self) -> Mapping[str, bytes]:
        """Return of what the documents were made that are remembered, by path."""
        return self._kept

    def renew(self, parcels: Iterable[Parcel]) -> Mapping[str, bytes]:
        """Remember documents that could not be recalled, and go on remembering all others.

        Returns of what they were made, by path.
        """
        self.close()
        changed = {one.found.document.path: one for one in parcels}
        if self.path is not None:
            self._save(self.path, changed, ())
        made_of, self._asked = {path: self._asked[path] for path in changed}, {}
        return made_of

    def forget(self, path: str) -> None:
        """Forget what this process has of a file, since somebody has changed it."""
        self._found.pop(path, None)

    def read(self, path: str, made_of: bytes) -> Remembered | None:
        """Return what is kept of a document, if that was made of this, and is as it was written.

        Another process may have written there since it was looked which documents it has.
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
        """Write what changed. Where it cannot be written, no more is lost than time."""
        rows = ((name, self.basis, self._asked[name], one.packed()) for name, one in changed.items())
        with suppress(OSError, sqlite3.Error):
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(path)) as db, db:
                db.execute(f"create table if not exists documents ({_COLUMNS}) without rowid")
                db.executemany("delete from documents where path = ?", gone)
                db.executemany("insert or replace into documents values (?, ?, ?, ?)", rows)
            return
        with suppress(OSError):
            path.unlink()


@contextmanager
def at_once(to_the_end: bool = False) -> Iterator[None]:
    """Make many values that stay, without looking after each few thousand whether some are not needed any more.

    Where whatever is there then stays `to_the_end` of the process, it is not looked later, either: with a million
    values that takes as long as making them does. A server would never let go of what it has made before.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if to_the_end:
            gc.freeze()
        if was:
            gc.enable()


def _sealed(data: bytes) -> bytes:
    """Return bytes with what tells whether they are as they were written. It keeps out accidents, and nobody."""
    return zlib.crc32(data).to_bytes(_SEAL, "big") + data


def _opened(sealed: bytes) -> bytes:
    """Return what was sealed. Raises ValueError where it is not as it was written."""
    data = sealed[_SEAL:]
    if _sealed(data) != sealed:
        raise ValueError("what is remembered is spoilt")
    return data


def _unpacked(data: bytes) -> Parcel:
    """Return what was packed. Raises one of `_SPOILT` where it is not as it was written, or none of ours."""
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
    """Return parts as one: how many there are, how long each is, and they themselves."""
    numbers = (len(parts), *map(len, parts))
    return struct.pack(f"<{len(numbers)}I", *numbers) + b"".join(parts)


def _places(data: bytes) -> list[tuple[int, int]]:
    """Return where the parts of what was framed begin and end. Raises ValueError where it does not say so."""
    try:
        (count,) = struct.unpack_from("<I", data)
        lengths = struct.unpack_from(f"<{count}I", data, _NUMBER)
    except struct.error as error:
        raise ValueError(str(error)) from error
    return list(pairwise(accumulate(lengths, initial=_NUMBER * (count + 1))))


def _loaded(data: bytes) -> Any:
    return _Reader(io.BytesIO(data)).load()


def _dumped(*found: object) -> list[bytes]:
    """Return values packed, each for itself."""
    data, ends = io.BytesIO(), [0]
    pickler = pickle.Pickler(data, 5)
    for one in found:
        pickler.dump(one)
        pickler.clear_memo()
        ends.append(data.tell())
    whole = data.getvalue()
    return [whole[start:end] for start, end in pairwise(ends)]


class _Reader(pickle.Unpickler):
    """Makes values of our own types for content, and dates; whatever else is asked for is refused."""

    known: ClassVar[dict[tuple[str, str], type]] = {}

    def find_class(self, module: str, name: str) -> Any:
        return self.known.get((module, name)) or self.known.setdefault((module, name), self.found(module, name))

    def found(self, module: str, name: str) -> type:
        if (module in _OURS and name.isidentifier()) or (module, name) in _OTHERS:
            found = super().find_class(module, name)
            ours = isinstance(found, type) and found.__module__ == module
            # Or a state could be set of the class itself, for all of this process.
            if ours and (hasattr(found, "__setstate__") or (module, name) in _OTHERS):
                return found  # type: ignore[no-any-return]
        raise pickle.UnpicklingError(f"{module}.{name} is nothing that content is made of")
