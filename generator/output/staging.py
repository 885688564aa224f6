"""A folder that is built beside another, and takes its place when it is done. One process at a time.

The only module that imports filelock.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from filelock import FileLock, Timeout

from generator.core.errors import GeneratorError
from generator.output.ahead import Ahead, same
from generator.output.exchange import exchange
from generator.output.spare import drop, mark, sift


def files_below(folder: Path | str, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below a folder: their paths, with forward slashes, and what the system knows of them.

    A symbolic link is a file, whatever it leads to. A folder that is not there has none; files that go meanwhile are
    left out.
    """
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            path = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from files_below(entry.path, f"{path}/")
            elif seen := _seen(entry):
                yield path, seen


def _seen(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except FileNotFoundError:  # another program has just removed it
        return None


Stats = dict[str, tuple[int, int]]  # files by their path: size, and time of the last change (ns)


class Staging:
    """A folder that is built beside its target and takes its place when it is done.

    Files of the target whose name begins with a dot (an ignore file, say) are carried over, and so is the time of
    each file whose bytes are the same: by it a web server tells a reader that nothing is new (304). Whatever a run
    that was cut off has left behind is put right by the next one.

    A build that says which files of the target may be used again (`reuse`) leaves the former target as the `spare`
    folder, for the next one to begin with, since most files are in both. A server has what is taken over `stay` in
    the target, and `commit` puts the rest there, but for what it wants to `show` ahead.

    One process at a time has the staging of a target. Another waits, and says so by `say`. Raises GeneratorError if
    that takes longer than `patience` seconds, if nothing can be written there, or if the target is not empty and
    lacks a file that what is written here is `known_by`, so that it must be something else.
    """

    def __init__(
        self,
        target: Path,
        say: Callable[[str], object] = print,
        known_by: Collection[str] = (),
        patience: float = 600,
    ) -> None:
        target = target.resolve()  # of a symbolic link, the folder that it leads to is replaced
        _refuse_others(target, known_by)
        self.target = target
        self.carried: frozenset[str] = frozenset()  # the names of what was carried over
        self.path = target.with_name(f".{target.name}.new")
        self._old = target.with_name(f".{target.name}.old")
        self._spare = target.with_name(f".{target.name}.spare")
        self._lock = FileLock(target.with_name(f".{target.name}.lock"))
        self._folders = {""}
        self._taken: set[str] = set()
        self._there: dict[str, int] = {}  # files of the target that it began with, with their inode numbers
        self._stays = False  # whether what is taken over stays in the target
        self._linked = False  # whether a file was given a second name, which not every file system can
        self._wanted = 0  # how many files could be taken over
        self._settled: Stats | None = None
        self._ahead = Ahead(self.path, target)
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

    def reuse(self, paths: Collection[str]) -> None:
        """Begin with those files at `paths` that the spare folder and the target have in common.

        They are files of the target: whoever writes to one of `paths` has to `make_way` before. What is neither taken
        over nor written will be gone. Raises GeneratorError where the new folder cannot be written.
        """
        self._wanted = len(paths)
        if not paths or self._spare.is_symlink() or not self._spare.is_dir():
            return
        try:
            self.path.rmdir()
        except OSError:  # something was written there already
            return
        try:
            self._spare.rename(self.path)
            self._there, self._folders = sift(str(self.path), str(self.target), paths)
        except OSError:  # something cannot be removed: then it begins with nothing
            shutil.rmtree(self.path, ignore_errors=True)
            try:
                self.path.mkdir()
            except OSError as error:
                raise GeneratorError(f"{self.target} cannot be written: {error}") from error

    def stay(self) -> None:
        """Leave what will be taken over where it is, in the target, which changes by `show` and `commit` alone.

        To be called before anything is taken over, and only by a server: nobody publishes what it shows.
        """
        self._stays = True

    def show(self, paths: Iterable[str]) -> list[str]:
        """Have finished files in the target at once, and return the paths of those that were not there as they are.

        They can be taken over from there like any others. If the new folder is discarded, what was there before comes
        back. Only a server may do so. Raises OSError.
        """
        return self._ahead.put(paths)

    def make_way(self, path: str) -> None:
        """Remove the file of the target that the new folder may have begun with, before one is written there."""
        if path in self._there:
            (self.path / path).unlink(missing_ok=True)

    def take_over(self, path: str) -> bool:
        """Have a file of the target in the new site as it is, and tell whether that could be done.

        Unless it stays where it is, it gets a second name (a hard link), so that nothing is copied. That is safe
        since no file is ever written into, only replaced.
        """
        if self._stays or path in self._there:
            there = path in self._there or os.path.isfile(f"{self.target}/{path}")  # noqa: PTH113
            if there:
                self.note(path)
            return there
        old, new = f"{self.target}/{path}", f"{self.path}/{path}"
        try:
            self._make(path.rpartition("/")[0])
            os.link(old, new)
            self._linked = True
        except FileExistsError:
            return False
        except OSError:  # a file system without hard links
            try:
                shutil.copy2(old, new)
            except OSError:
                return False
        self.note(path)
        return True

    def has_taken(self, path: str) -> bool:
        """Tell whether a file was taken over."""
        return path in self._taken

    def note(self, path: str) -> None:
        """Note that a file was taken over, perhaps by another process."""
        self._taken.add(path)

    def settle(self, known: Stats | None = None, written: Iterable[str] = ()) -> Stats:
        """Finish the new folder, and return its files as they will be found in the target.

        Hidden files and times are carried over. The folder is not gone through where the files of the target are
        `known`, and it has nothing but what was taken over of these or `written`. Nothing may be written afterwards.
        `commit` does this where nobody has done it before. Raises GeneratorError where it cannot be done.
        """
        if self._settled is None:
            try:
                if self.target.exists() and not self._stays:
                    self.carried = frozenset(self._carry_over())
                    shutil.copymode(self.target, self.path)
                for path in self._there.keys() - self._taken:
                    drop(self.path, path, self._there[path])
                self._settled = dict(self._files(known, written))
                if self.target.exists():
                    self._keep_times(self._settled)
            except OSError as error:
                raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        return self._settled

    def _files(self, known: Stats | None, written: Iterable[str]) -> Iterator[tuple[str, tuple[int, int]]]:
        there = files_below(self.path)
        if known is not None:
            yield from ((path, known[path]) for path in self._taken)
            hidden = (path for path in known if path.startswith("."))
            there = ((path, (self.path / path).lstat()) for path in (*written, *hidden))
        elif self._stays:
            there = chain(there, ((path, (self.target / path).lstat()) for path in self._taken))
        for path, seen in there:
            yield path, (seen.st_size, seen.st_mtime_ns)

    def commit(self, record: Callable[[], object] = lambda: None) -> None:
        """Put the new folder in place of the target, and `record` that before another process may begin.

        Raises GeneratorError where the target cannot be replaced.
        """
        try:
            files, exchanged = self.settle(), False
            if self._stays:
                self._sweep(files)
                self.patch()
            elif not (exchanged := self.target.exists() and exchange(self.path, self.target)):
                self._rename()
            self._ahead.settle()  # in the folder that was the target
            record()
            self._leave(exchanged)
        except OSError as error:
            raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        finally:
            self.discard()

    def patch(self) -> None:
        """Move the files of the new folder into the target, one after the other. Raises OSError.

        Only a server may do so.
        """
        for path, _ in list(files_below(self.path)):
            there = self.target / path
            there.parent.mkdir(parents=True, exist_ok=True)
            (self.path / path).replace(there)

    def _sweep(self, files: Stats) -> None:
        """Remove the files of the target that the new site does not have, except hidden files of others."""
        own = {path.partition("/")[0] for path in files}
        for path, seen in list(files_below(self.target)):
            name = path.partition("/")[0]
            if path not in files and (name in own or not name.startswith(".")):
                drop(self.target, path, seen.st_ino)

    def discard(self) -> None:
        """Remove what was built, leave the target as it is, and let others begin. A second time, nothing is done."""
        if self._lock.is_locked:
            self._clear()  # first, or a full disk has no room for what comes back
            self._ahead.take_back()
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
            with suppress(OSError):  # Windows removes no open file; the lock may stay there
                Path(self._lock.lock_file).unlink()
            self._lock.release()

    def _rename(self) -> None:
        """Replace the target in two steps. Between them there is none, which the next run puts right."""
        if self.target.exists():
            self.target.rename(self._old)
        try:
            self.path.rename(self.target)
        except OSError:
            if self._old.exists():
                self._old.rename(self.target)
            raise

    def _leave(self, exchanged: bool) -> None:
        """Leave the former target as the spare folder, if most of the files that could be taken over were."""
        shutil.rmtree(self._spare, ignore_errors=True)
        shared = self._linked or self._there
        if exchanged and shared and 2 * len(self._taken) > self._wanted > 0:
            with suppress(OSError):  # then `discard` removes it
                mark(self.path)
                self.path.rename(self._spare)

    def _carry_over(self) -> Iterator[str]:
        for kept in self.target.glob(".*"):
            if not (self.path / kept.name).exists():
                yield kept.name
                if kept.is_dir() and not kept.is_symlink():
                    shutil.copytree(kept, self.path / kept.name, symlinks=True)
                else:
                    shutil.copy2(kept, self.path / kept.name, follow_symlinks=False)

    def _keep_times(self, files: Stats) -> None:
        for name in files.keys() - self._taken:
            path, old = self.path / name, self.target / name
            if path.is_file() and old.is_file() and same(path, old):
                times = old.stat()
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
                files[name] = (times.st_size, times.st_mtime_ns)

    def _make(self, folder: str) -> None:
        """Make a folder in the new one, with the folders that it lies in."""
        if folder not in self._folders:
            self._make(folder.rpartition("/")[0])
            with suppress(FileExistsError):
                os.mkdir(f"{self.path}/{folder}")  # noqa: PTH102  (it runs for every page, and Path is slower)
            self._folders.add(folder)

    def _clear(self) -> None:
        for leftover in (self.path, self._old):
            shutil.rmtree(leftover, ignore_errors=True)


def _refuse_others(target: Path, known_by: Collection[str]) -> None:
    """Raise GeneratorError where a target has something in it that nobody meant to have replaced."""
    if target.exists() and not target.is_dir():
        raise GeneratorError(f"{target} is a file; give a folder")
    if Path.home().resolve().is_relative_to(target):  # where all files may be hidden ones
        raise GeneratorError(f"{target} holds your own files, and would be replaced; give a folder for this alone")
    if known_by and target.is_dir() and not all((target / name).is_file() for name in known_by):
        others = (path.name for path in sorted(target.iterdir()) if not path.name.startswith("."))
        if other := next(others, None):
            what = f"{target} would be replaced, and `{other}` in it would be lost"
            raise GeneratorError(f"{what}; give a folder that is empty or does not exist yet")
