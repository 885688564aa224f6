"""Writes all or nothing. The only module that writes: a site, an export, files that an editor has asked for.

The only module that imports filelock.
"""

from __future__ import annotations

import os
import posixpath
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock, Timeout

from generator.errors import GeneratorError
from generator.exchange import exchange
from generator.fingerprints import digest

_MARK = ".briefing-export"


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written: `path` with forward slashes, below the folder that it is written to.

    `source` is what stands in it, or makes that when it is asked for. Raises GeneratorError where the path leads out
    of that folder. `print` gives what changes whenever that does; without one it has to be made to tell.
    """

    path: str
    source: bytes | Callable[[], bytes]
    print: Callable[[], bytes] | None = None

    @property
    def content(self) -> bytes:
        """Return what stands in it."""
        return self.source if isinstance(self.source, bytes) else self.source()

    def fingerprint(self) -> bytes:
        """Return what changes whenever what stands in it does."""
        return self.print() if self.print else digest(self.content)

    def __post_init__(self) -> None:
        if posixpath.normpath(f"/{self.path}") != f"/{self.path}" or "\\" in self.path or ":" in self.path:
            raise GeneratorError(f"{self.path} lies outside of what is written")


def last(folder: Path, path: str) -> bytes | None:
    """Return a file of a folder that was written before, if it has one."""
    file = folder / path
    return file.read_bytes() if file.is_file() else None


def found(folder: Path | str, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below a folder: their paths, with forward slashes, and what the system knows of them.

    A link is one of them, whatever it leads to. Of a folder that is not there, or goes meanwhile, nothing is yielded.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            path = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from found(entry.path, f"{path}/")
            else:
                yield path, entry.stat(follow_symlinks=False)


Stats = dict[str, tuple[int, int]]  # files by their path: size, and time of the last change (ns)


class Staging:
    """A folder that is built beside its target and takes its place when it is done.

    Files of the target whose name begins with a dot (an ignore file, say) are carried over, and so is the time of
    each file whose bytes are as they were: a web server tells a reader by it that nothing is new (304). Whatever a
    run that was cut off has left behind is put right by the next one.

    One process at a time has the staging of a target. Another waits for it, and tells `say` so; GeneratorError if
    that takes longer than `patience` seconds, or if nothing can be written there.
    """

    def __init__(self, target: Path, say: Callable[[str], object] = print, patience: float = 600) -> None:
        target = target.resolve()  # a link stays, and what it leads to is replaced
        if target.exists() and not target.is_dir():
            raise GeneratorError(f"{target} is a file; give a folder to write to")
        self.target = target
        self.path = target.with_name(f".{target.name}.new")
        self._old = target.with_name(f".{target.name}.old")
        self._lock = FileLock(target.with_name(f".{target.name}.lock"))
        self._folders = {""}
        self._taken: set[str] = set()
        self._settled: Stats | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._wait(say, patience)
            if self._old.exists() and not self.target.exists():
                self._old.rename(self.target)
            self._clear()
            self.path.mkdir()
        except OSError as error:
            self._release()
            raise GeneratorError(f"{target} cannot be written: {error}") from error

    def take_over(self, path: str) -> bool:
        """Have a file of the target in the new folder as it is, and tell whether that could be done.

        It is one file with two names, so that nothing is copied; no file is ever written into, only replaced.
        """
        old, new = f"{self.target}/{path}", f"{self.path}/{path}"
        try:
            self._make(path.rpartition("/")[0])
            os.link(old, new)
        except FileExistsError:
            return False
        except OSError:  # a file system without such names
            try:
                shutil.copy2(old, new)
            except OSError:
                return False
        self._taken.add(path)
        return True

    def settle(self) -> Stats:
        """Return the files of the new folder as they will be found in the target. No more may be written then.

        What is carried over from the target is, and so are times. To be called before `commit`, or left to that.
        Raises GeneratorError where it cannot be done.
        """
        if self._settled is None:
            try:
                if self.target.exists():
                    self._carry_over()
                self._settled = {path: (seen.st_size, seen.st_mtime_ns) for path, seen in found(self.path)}
                if self.target.exists():
                    self._keep_times(self._settled)
            except OSError as error:
                raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        return self._settled

    def commit(self, record: Callable[[], object] = lambda: None) -> None:
        """Put the new folder in the place of the target, and `record` it before another process may begin.

        Raises GeneratorError where the target cannot be moved.
        """
        try:
            self.settle()
            if not (self.target.exists() and exchange(self.path, self.target)):
                self._rename()
            record()
        except OSError as error:
            raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        finally:
            self.discard()

    def patch(self) -> None:
        """Replace those files of the target that the new folder has, one after the other.

        Only a server does so, which shows nothing meanwhile. Raises OSError.
        """
        for path, _ in list(found(self.path)):
            (self.path / path).replace(self.target / path)

    def discard(self) -> None:
        """Remove what was built and leave the target as it is. Nothing is done the second time."""
        if self._lock.is_locked:
            self._clear()
            self._release()

    def _wait(self, say: Callable[[str], object], patience: float) -> None:
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            say(f"{self.target} is being written by another process; waiting for it")
            try:
                self._lock.acquire(timeout=patience)
            except Timeout:
                message = f"{self.target} has been written by another process for {patience:g} seconds"
                raise GeneratorError(f"{message}; end that process, or give another folder") from None

    def _release(self) -> None:
        if self._lock.is_locked:
            with suppress(OSError):  # Windows removes no file that is open; it may lie there
                Path(self._lock.lock_file).unlink()
            self._lock.release()

    def _rename(self) -> None:
        """Replace the target in two steps. Between them there is none; a run that is cut off there is put right."""
        if self.target.exists():
            self.target.rename(self._old)
        try:
            self.path.rename(self.target)
        except OSError:
            if self._old.exists():
                self._old.rename(self.target)
            raise

    def _carry_over(self) -> None:
        for kept in self.target.glob(".*"):
            if not (self.path / kept.name).exists():
                if kept.is_dir() and not kept.is_symlink():
                    shutil.copytree(kept, self.path / kept.name, symlinks=True)
                else:
                    shutil.copy2(kept, self.path / kept.name, follow_symlinks=False)

    def _keep_times(self, files: Stats) -> None:
        for name in files.keys() - self._taken:
            path, old = self.path / name, self.target / name
            if path.is_file() and old.is_file() and _same(path, old):
                times = old.stat()
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
                files[name] = (times.st_size, times.st_mtime_ns)

    def _make(self, folder: str) -> None:
        """Make a folder of the new one, and those that it lies in."""
        if folder not in self._folders:
            self._make(folder.rpartition("/")[0])
            with suppress(FileExistsError):
                os.mkdir(f"{self.path}/{folder}")  # noqa: PTH102  (it is done for every page, and Path takes as long)
            self._folders.add(folder)

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


def create(files: Iterable[File], target: Path, approve: Callable[[Path], object]) -> int:
    """Write files to a folder that is absent, or has nothing in it but what git keeps there; return how many.

    `approve` is given the folder in which they wait meanwhile, and raises what it has against them. Raises
    GeneratorError where the target has something in it or cannot be written. Nothing is there then that was not.
    """
    if target.exists() and not (target.is_dir() and {path.name for path in target.iterdir()} <= {".git"}):
        raise GeneratorError(f"{target} has something in it; give a folder that is empty, or not there yet")
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
            with suppress(OSError):  # it has something in it, as it should
                target.rmdir()
    return len(every)


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


def write(folder: Path, files: Sequence[File]) -> int:
    """Write files below a folder, and return how many."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
    return len(files)


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def export(files: Iterable[File], target: Path) -> int:
    """Write files to a folder of their own and return how many.

    The folder must be absent, empty, or an earlier export: GeneratorError otherwise, so that nothing is lost.
    """
    if target.exists() and not (target / _MARK).exists() and (not target.is_dir() or any(target.iterdir())):
        raise GeneratorError(f"{target} is not empty and not an earlier export; give another folder, or empty it")
    staging = Staging(target)
    every = list(files)
    try:
        write(staging.path, every)
        (staging.path / _MARK).write_text("Written by `briefing export`, and replaced by the next one.\n", "utf-8")
        staging.commit()
    finally:
        staging.discard()
    return len(every)
