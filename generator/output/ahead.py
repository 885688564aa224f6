"""Moves single files of a new folder into its target before all others, and takes them back if need be.

Each file is replaced as a whole, so that nobody reads half of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

_COPY = ".ahead"  # what comes back lies under this name before it is whole


@dataclass
class Ahead:
    """What the folder `new` has put into `target` ahead."""

    new: Path
    target: Path
    _former: dict[str, bytes | None] = field(default_factory=dict)  # what was there, by path; nothing if no file was

    def put(self, paths: Iterable[str]) -> list[str]:
        """Move files into the target, and return the paths of those that differ from what was there.

        Raises OSError.
        """
        changed = []
        for path in paths:
            made, there = self.new / path, self.target / path
            if there.is_file() and same(made, there):
                continue
            if path not in self._former:
                self._former[path] = there.read_bytes() if there.is_file() else None
            there.parent.mkdir(parents=True, exist_ok=True)
            made.replace(there)
            changed.append(path)
        return changed

    def settle(self) -> None:
        """Leave what was put there: now all other files are there as well."""
        self._former.clear()

    def take_back(self) -> None:
        """Put back what was there. What cannot be put back has another time now, by which a build makes it anew."""
        for path, data in self._former.items():
            there = self.target / path
            with suppress(OSError):
                if data is None:
                    there.unlink(missing_ok=True)
                else:
                    copy = there.with_name(_COPY)
                    copy.write_bytes(data)
                    copy.replace(there)
        self._former.clear()


def same(one: Path, other: Path) -> bool:
    """Tell whether two files have the same bytes."""
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
