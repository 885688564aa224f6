"""Writes files, all of them or none: those beside the pages of a site, an export, content files of an editor."""

from __future__ import annotations

import posixpath
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.content.fingerprints import digest
from generator.core.errors import GeneratorError
from generator.output.staging import Staging

_MARK = ".briefing-export"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written: `path` with forward slashes, below the folder that it is written to.

    `source` is its content, or makes that when it is asked for. `fingerprint_by` gives its fingerprint, which is
    otherwise that of its content. `copy_of` is the path of the file that it is a copy of. Raises GeneratorError where
    the path leads out of the folder.
    """

    path: str
    source: bytes | Callable[[], bytes]
    fingerprint_by: Callable[[], bytes] | None = None
    copy_of: str = ""

    def copy(self, path: str) -> File:
        """Return a copy of it at another path."""
        return File(path, self.source, self.fingerprint_by, self.path)

    @property
    def content(self) -> bytes:
        """Return the bytes of the file."""
        return self.source if isinstance(self.source, bytes) else self.source()

    def fingerprint(self) -> bytes:
        """Return what changes whenever the content does."""
        return self.fingerprint_by() if self.fingerprint_by else digest(self.content)

    def __post_init__(self) -> None:
        if posixpath.normpath(f"/{self.path}") != f"/{self.path}" or "\\" in self.path or ":" in self.path:
            raise GeneratorError(f"{self.path} is outside the folder that is written")


def existing(folder: Path, path: str) -> bytes | None:
    """Return the bytes of a file in a folder, or None where there is none."""
    file = folder / path
    return file.read_bytes() if file.is_file() else None


def write_new(path: Path, text: str) -> Path:
    """Write a file that is not there yet, and return its path. Raises GeneratorError where it is, or cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise GeneratorError(f"{error.filename} exists already; move it away, or give another folder") from None
    except OSError as error:
        raise GeneratorError(f"{path} cannot be written: {error}") from error
    return path


def create(files: Iterable[File], target: Path, approve: Callable[[Path], object]) -> int:
    """Write files to a folder that is absent, or has nothing in it but `.git`, and return how many.

    `approve` is given the folder in which the files wait, and raises an error if it objects to them. Raises
    GeneratorError if the target has something in it or cannot be written. After an error, nothing is left.
    """
    if target.exists() and not (target.is_dir() and {path.name for path in target.iterdir()} <= {".git"}):
        raise GeneratorError(f"{target} is not empty; give a folder that is empty or does not exist yet")
    absent, every = not target.exists(), list(files)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target, prefix=".new-") as waiting:
            write(Path(waiting), every)
            approve(Path(waiting))
            for path in sorted(Path(waiting).iterdir()):
                path.rename(target / path.name)
    except OSError as error:
        raise GeneratorError(f"{target} cannot be written: {error}") from error
    finally:
        if absent:
            with suppress(OSError):  # it is not empty, as it should be
                target.rmdir()
    return len(every)


def revise(root: Path, texts: Mapping[str, str], removed: Iterable[str] = ()) -> None:
    """Replace files below `root`, and remove others, as `revising` does."""
    with revising(root, texts) as replace:
        replace()
    for gone in removed:
        (root / gone).unlink()


@contextmanager
def revising(root: Path, texts: Mapping[str, str]) -> Iterator[Callable[[], None]]:
    """Write files beside those below `root` that they are to replace, and give a function that replaces these.

    Raises GeneratorError where one cannot be written; nothing has changed then. Files that replaced none are removed.
    """
    waiting = {root / path: root / f"{path}.new" for path in texts}

    def replace() -> None:
        for target, new in waiting.items():
            new.replace(target)

    try:
        _write_beside(waiting, texts.values())
        yield replace
    finally:
        for new in waiting.values():
            with suppress(OSError):
                new.unlink(missing_ok=True)


def _write_beside(waiting: Mapping[Path, Path], texts: Iterable[str]) -> None:
    try:
        for (old, new), text in zip(waiting.items(), texts, strict=True):
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(text.encode())
            if old.exists():
                shutil.copymode(old, new)
    except OSError as error:
        raise GeneratorError(f"nothing was changed: {error}") from error


def write(folder: Path, files: Sequence[File]) -> int:
    """Write files below a folder, and return how many."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return len(files)


def export(files: Iterable[File], target: Path) -> int:
    """Write files to a folder of their own and return how many.

    The folder must be absent, empty, or an earlier export: GeneratorError otherwise, so that nothing is lost.
    """
    staging = Staging(target, known_by=(_MARK,))
    every = list(files)
    try:
        write(staging.path, every)
        (staging.path / _MARK).write_text("Written by `briefing export`, and replaced by the next one.\n", "utf-8")
        staging.commit()
    finally:
        staging.discard()
    return len(every)
