"""Moves single files of a new folder into its target before all others, and takes them back if need be.

Each file is replaced as a whole, so that nobody reads half of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_COPY = ".ahead"  # in the new folder, which lies beside its target: a copy of there can be moved into it


@dataclass
class Ahead:
    """What the folder `new` has put into `target` ahead."""

    new: Path
    target: Path
    _former: dict[str, bytes | None] = field(default_factory=dict)  # what was there, by path; nothing if no file was

    def put(self, paths: Iterable[str]) -> None:
        """Move files into the target. Raises OSError."""
        for path in paths:
            there = self.target / path
            if path not in self._former:
                self._former[path] = there.read_bytes() if there.is_file() else None
            there.parent.mkdir(parents=True, exist_ok=True)
            (self.new / path).replace(there)

    def keep(self) -> None:
        """Leave what was put there: now all other files are there as well."""
        self._former.clear()

    def take_back(self) -> None:
        """Put back what was there. What cannot be put back has another time now, by which a build makes it anew."""
        for path, data in self._former.items():
            with suppress(OSError):
                if data is None:
                    (self.target / path).unlink(missing_ok=True)
                else:
                    copy = self.new / _COPY
                    copy.write_bytes(data)
                    copy.replace(self.target / path)
        self._former.clear()
