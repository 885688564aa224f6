"""Bytes that wait in a file without a name until they are wanted, so that they take no memory.

Processes that are copies of the one that put them there read them as well, without getting in each other's way. Each
writes to a file of its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO, TypeVar
from weakref import finalize

K = TypeVar("K")


class SpillFile:
    """A file in a folder that nobody else sees; it goes with the last process that has it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._end = 0
        self._lock = Lock()

    def add(self, data: bytes) -> int:
        """Add bytes, and return where they begin. Raises OSError where there is no room."""
        with self._lock:
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._file = TemporaryFile(dir=self._folder, buffering=0)  # noqa: SIM115  (it is open to the end)
                finalize(self, self._file.close)
            self._file.seek(self._end)
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            self._end += len(data)
            return self._end - len(data)

    def read(self, start: int, size: int) -> bytes:
        """Return as many bytes from a place on."""
        assert self._file is not None
        if hasattr(os, "pread"):  # of copies of a process, each has a place of its own in the file then
            return os.pread(self._file.fileno(), size, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


class Blob:
    """Bytes that are in memory, or in a spill file."""

    __slots__ = ("_data", "_file", "_start")

    def __init__(self, data: bytes) -> None:
        self._data: bytes | int = data
        self._file: SpillFile | None = None
        self._start = 0

    def put(self, file: SpillFile) -> None:
        """Put them into a spill file, if it has room."""
        if isinstance(self._data, bytes):
            with suppress(OSError):
                self._start = file.add(self._data)
                self._file, self._data = file, len(self._data)

    def read(self, start: int = 0, size: int | None = None) -> bytes:
        """Return them, or as many of them from a place on as there are, up to a `size`."""
        if self._file is not None and isinstance(self._data, int):
            left = self._data - start
            return self._file.read(self._start + start, left if size is None else min(size, left))
        assert isinstance(self._data, bytes)
        return self._data[start:] if size is None else self._data[start : start + size]


class Spilled(MutableMapping[K, bytes]):
    """A mapping whose values lie in a spill file, if that has room."""

    def __init__(self, file: SpillFile) -> None:
        self._file = file
        self._blobs: dict[K, Blob] = {}

    def __getitem__(self, key: K) -> bytes:
        return self._blobs[key].read()

    def __setitem__(self, key: K, data: bytes) -> None:
        self._blobs[key] = Blob(data)
        self._blobs[key].put(self._file)

    def __delitem__(self, key: K) -> None:
        del self._blobs[key]

    def __contains__(self, key: object) -> bool:
        return key in self._blobs

    def __iter__(self) -> Iterator[K]:
        return iter(self._blobs)

    def __len__(self) -> int:
        return len(self._blobs)
