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
from generator.output.exchange import exchange
from generator.output.spare import drop, mark, sift


def found(folder: Path | str, above: str = "") -> Iterator[tuple[str, os.stat_result]]:
    """Yield the files below a folder: their paths, with forward slashes, and what the system knows of them.

    A link is one of them, whatever it leads to. A folder that is not there has none, and what goes meanwhile is none.
    """
    try:
        entries = os.scandir(folder)
    except FileNotFoundError:
        return
    with entries:
        for entry in entries:
            path = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from found(entry.path, f"{path}/")
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
    each file whose bytes are as they were: a web server tells a reader by it that nothing is new (304). Whatever a
    run that was cut off has left behind is put right by the next one.

    Who says what of the target may be used again (`reuse`) leaves it as it was beside the new one, as `spare`, for
    the next one to begin with: most of its files are in both. Nobody else has one. A server has what is taken over
    `stay` in the target, where `commit` puts the rest.

    One process at a time has the staging of a target. Another waits for it, and tells `say` so; GeneratorError if
    that takes longer than `patience` seconds, or if nothing can be written there. So it is where the target has
    anything that would be gone, unless it is `known_by` files that it has as something of the same sort.
    """

    def __init__(
        self,
        target: Path,
        say: Callable[[str], object] = print,
        known_by: Collection[str] = (),
        patience: float = 600,
    ) -> None:
        target = target.resolve()  # a link stays, and what it leads to is replaced
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
        self._linked = False  # whether a file can have two names here
        self._wanted = 0  # how many files could be taken over
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

    def reuse(self, paths: Collection[str]) -> None:
        """Begin with those files at `paths` that the spare folder and the target have in common, if there are any.

        They are files of the target, so whoever writes to one of `paths` has to `make_way` before. What is neither
        taken over nor written will be gone. Raises GeneratorError where the new folder cannot be written.
        """
        self._wanted = len(paths)
        if not paths or self._spare.is_symlink() or not self._spare.is_dir():
            return
        try:
            self.path.rmdir()
        except OSError:  # somebody has written there already
            return
        try:
            self._spare.rename(self.path)
            self._there, self._folders = sift(str(self.path), str(self.target), paths)
        except OSError:  # something cannot be removed: it begins with nothing
            shutil.rmtree(self.path, ignore_errors=True)
            try:
                self.path.mkdir()
            except OSError as error:
                raise GeneratorError(f"{self.target} cannot be written: {error}") from error

    def stay(self) -> None:
        """Leave what will be taken over where it is, in the target, which stays as it is until `commit`.

        To be called before anything is taken over, by a server alone, which shows nothing meanwhile.
        """
        self._stays = True

    def make_way(self, path: str) -> None:
        """Remove what the new folder may have had of the target to begin with, before a file is written there."""
        if path in self._there:
            (self.path / path).unlink(missing_ok=True)

    def take_over(self, path: str) -> bool:
        """Have a file of the target in the new site as it is, and tell whether that could be done.

        If it does not stay where it is, it is one file with two names, so that nothing is copied; no file is ever
        written into, only replaced.
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
        except OSError:  # a file system without such names
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
        """Know that a file was taken over, if need be by another process."""
        self._taken.add(path)

    def settle(self, known: Stats | None = None, written: Iterable[str] = ()) -> Stats:
        """Return the files of the new folder as they will be found in the target. No more may be written then.

        What is carried over from the target is, and so are times. Where it is `known` what the system knows of the
        files of the target, and the new folder has nothing but what was taken over of them or `written`, it is not
        gone through. To be called before `commit`, or left to that. Raises GeneratorError where it cannot be done.
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
        there = found(self.path)
        if known is not None:
            yield from ((path, known[path]) for path in self._taken)
            hidden = (path for path in known if path.startswith("."))
            there = ((path, (self.path / path).lstat()) for path in (*written, *hidden))
        elif self._stays:
            there = chain(there, ((path, (self.target / path).lstat()) for path in self._taken))
        for path, seen in there:
            yield path, (seen.st_size, seen.st_mtime_ns)

    def commit(self, record: Callable[[], object] = lambda: None) -> None:
        """Have the target be the new site, and `record` that before another process may begin.

        Raises GeneratorError where the target cannot be replaced.
        """
        try:
            files, exchanged = self.settle(), False
            if self._stays:
                self._sweep(files)
                self.patch()
            elif not (exchanged := self.target.exists() and exchange(self.path, self.target)):
                self._rename()
            record()
            self._leave(exchanged)
        except OSError as error:
            raise GeneratorError(f"{self.target} could not be replaced: {error}") from error
        finally:
            self.discard()

    def patch(self) -> None:
        """Put the files of the new folder into the target, one after the other.

        Only a server does so, which shows nothing meanwhile. Raises OSError.
        """
        for path, _ in list(found(self.path)):
            there = self.target / path
            there.parent.mkdir(parents=True, exist_ok=True)
            (self.path / path).replace(there)

    def _sweep(self, files: Stats) -> None:
        """Remove from the target what is not one of the files of the new site, but for what is carried over else."""
        own = {path.partition("/")[0] for path in files}
        for path, seen in list(found(self.target)):
            name = path.partition("/")[0]
            if path not in files and (name in own or not name.startswith(".")):
                drop(self.target, path, seen.st_ino)

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

    def _leave(self, exchanged: bool) -> None:
        """Leave the former target as the spare folder, if most of what could be taken over is in both of them."""
        shutil.rmtree(self._spare, ignore_errors=True)
        shared = self._linked or self._there
        if exchanged and shared and 2 * len(self._taken) > self._wanted > 0:
            with suppress(OSError):  # then it is removed
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


def _refuse_others(target: Path, known_by: Collection[str]) -> None:
    """Raise GeneratorError where a folder has what nobody meant to have replaced."""
    if target.exists() and not target.is_dir():
        raise GeneratorError(f"{target} is a file; give a folder")
    if Path.home().resolve().is_relative_to(target):  # where all may be hidden
        raise GeneratorError(f"{target} holds your own files, and would be replaced; give a folder for this alone")
    if known_by and target.is_dir() and not all((target / name).is_file() for name in known_by):
        others = (path.name for path in sorted(target.iterdir()) if not path.name.startswith("."))
        if other := next(others, None):
            what = f"{target} would be replaced, and `{other}` in it would be lost"
            raise GeneratorError(f"{what}; give a folder that is empty or does not exist yet")


def _same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
