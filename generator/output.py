"""Writes all or nothing. The only module that writes: a site, an export, files that an editor has asked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import GeneratorError

_MARK = ".briefing-export"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written: `path` with forward slashes, below the folder that it is written to."""

    path: str
    content: bytes


def written(folder: Path, *patterns: str) -> Iterator[str]:
    """Yield the paths of the files in a folder whose name is like one of `patterns` (`*.html`)."""
    for path in sorted(folder.rglob("*")):
        if any(path.match(pattern) for pattern in patterns) and path.is_file():
            yield path.relative_to(folder).as_posix()


class Staging:
    """A folder that is built beside its target and takes its place when it is done.

    Files of the target whose name begins with a dot (an ignore file, say) are carried over, and so is the time of
    each file whose bytes are as they were: a web server tells a reader by it that nothing is new (304). Whatever a
    run that was cut off has left behind is put right by the next one.
    """

    def __init__(self, target: Path) -> None:
        target = target.resolve()  # a link stays, and what it leads to is replaced
        self.target = target
        self.path = target.with_name(f".{target.name}.new")
        self._old = target.with_name(f".{target.name}.old")
        if self._old.exists() and not self.target.exists():
            self._old.rename(self.target)
        self._clear()
        self.path.mkdir(parents=True)

    def commit(self) -> None:
        """Put the new folder in the place of the target. Raises GeneratorError where the target cannot be moved."""
        try:
            if self.target.exists():
                self._carry_over()
                self._keep_times()
                self.target.rename(self._old)
            self.path.rename(self.target)
        except OSError as error:
            if self._old.exists() and not self.target.exists():
                self._old.rename(self.target)
            raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        self._clear()

    def discard(self) -> None:
        """Remove what was built and leave the target as it is."""
        self._clear()

    def _carry_over(self) -> None:
        for kept in self.target.glob(".*"):
            if not (self.path / kept.name).exists():
                copy = shutil.copytree if kept.is_dir() else shutil.copy2
                copy(kept, self.path / kept.name)

    def _keep_times(self) -> None:
        for path in self.path.rglob("*"):
            old = self.target / path.relative_to(self.path)
            if path.is_file() and old.is_file() and _same(path, old):
                times = old.stat()
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def _clear(self) -> None:
        for leftover in (self.path, self._old):
            shutil.rmtree(leftover, ignore_errors=True)


def write_new(path: Path, text: str) -> Path:
    """Write a file that is not there yet, and return its path. Raises GeneratorError where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise GeneratorError(f"{path} is there already; move it away, or give another folder") from None
    return path


def revise(root: Path, texts: Mapping[str, str], removed: Iterable[str] = ()) -> None:
    """Replace files below `root`, and remove others. All are written beside the old ones before one is replaced.

    Raises GeneratorError where one cannot be written; nothing has been changed then.
    """
    waiting = {root / path: root / f"{path}.new" for path in texts}
    try:
        for path, text in texts.items():
            new = waiting[root / path]
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(text.encode())
            if (root / path).exists():
                shutil.copymode(root / path, new)
    except OSError as error:
        for new in waiting.values():
            new.unlink(missing_ok=True)
        raise GeneratorError(f"nothing was changed: {error}") from error
    for target, new in waiting.items():
        new.replace(target)
    for gone in removed:
        (root / gone).unlink()


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def export(files: Iterable[File], target: Path) -> int:
    """Write files to a folder of their own and return how many.

    The folder must be absent, empty, or an earlier export: GeneratorError otherwise, so that nothing is lost.
    """
    if target.exists() and not (target / _MARK).exists() and (not target.is_dir() or any(target.iterdir())):
        raise GeneratorError(f"{target} is not empty and not an earlier export; give another folder, or empty it")
    staging = Staging(target)
    count = 0
    try:
        for file in files:
            path = staging.path / file.path
            if not path.resolve().is_relative_to(staging.path):
                raise GeneratorError(f"{file.path} lies outside of {target}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            count += 1
        (staging.path / _MARK).write_text("Written by `briefing export`, and replaced by the next one.\n", "utf-8")
        staging.commit()
    finally:
        staging.discard()
    return count
