"""Bytes that wait in a file without a name until they are wanted, so that they take no memory.

Forked copies of the process read them as well, without getting in each other's way.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO
from weakref import finalize


class _File:
    """A file without a name in a folder. It is gone with the last process that has it open."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.process = os.getpid()
        self._file: IO[bytes] = TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  (it is open to the end)
        self._end = 0
        self._lock = Lock()
        finalize(self, self._file.close)

    def add(self, data: bytes) -> int:
        with self._lock:
            self._file.seek(self._end)
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
            self._end += len(data)
            return self._end - len(data)

    def read(self, start: int, size: int) -> bytes:
        if hasattr(os, "pread"):  # forked copies share the position in the file, which this leaves alone
            return os.pread(self._file.fileno(), size, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


class SpillFile:
    """Puts bytes into a file in a folder. Each forked copy of the process begins a file of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: _File | None = None

    def add(self, data: bytes) -> tuple[_File, int]:
        """Add bytes, and return in which file they are, and where they begin. Raises OSError without room."""
        if self._file is None or self._file.process != os.getpid():  # both would write to the same place
            self._file = _File(self._folder)
        return self._file, self._file.add(data)


class Blob:
    """Bytes that are in memory, or in a spill file."""

    __slots__ = ("_data", "_file", "_start")

    def __init__(self, data: bytes) -> None:
        self._data: bytes | int = data
        self._file: _File | None = None
        self._start = 0

    def put(self, file: SpillFile) -> None:
        """Put them into a spill file, if it has room."""
        if isinstance(self._data, bytes):
            with suppress(OSError):
                self._file, self._start = file.add(self._data)
                self._data = len(self._data)

    def read(self, start: int = 0, size: int | None = None) -> bytes:
        """Return the bytes from `start` on, at most `size` of them."""
        if self._file is not None and isinstance(self._data, int):
            left = self._data - start
            return self._file.read(self._start + start, left if size is None else min(size, left))
        assert isinstance(self._data, bytes)
        return self._data[start:] if size is None else self._data[start : start + size]
