"""The spare folder: the site before the last one, which the next build begins with.

Most of its files are files of the last site under a second name (hard links), and need not be linked again. Which
these are is not noted but looked at, so that a spare folder that somebody has touched, or that a build has left half
done, costs time and nothing else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

# git ignores the folder, whatever its name, and so do backups that know https://bford.info/cachedir/.
_MARKS = {".gitignore": "*\n", "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"}


def sift(spare: str, site: str, wanted: Collection[str]) -> tuple[dict[str, int], set[str]]:
    """Remove all from the spare folder except those `wanted` files that are the very files of the site.

    Paths have forward slashes. Returns what stays: the files with their inode numbers, and the folders that they lie
    in. Raises OSError where something cannot be removed.
    """
    files: dict[str, int] = {}
    folders = {""}

    def sifted(folder: str, above: str) -> bool:
        """Tell whether anything stays in a folder."""
        stays = False
        with os.scandir(folder) as entries:
            found = list(entries)  # a folder that changes while it is read may be read in part
        for entry in found:
            path = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                if sifted(entry.path, f"{path}/"):
                    folders.add(path)
                    stays = True
                else:
                    os.rmdir(entry.path)  # noqa: PTH106  (these run for most files of a site, and Path is slower)
            elif path in wanted and (inode := _inode_of_both(entry, f"{site}/{path}")):
                files[path] = inode
                stays = True
            else:
                os.unlink(entry.path)  # noqa: PTH108
        return stays

    sifted(spare, "")
    return files, folders


def drop(folder: Path, path: str, inode: int) -> None:
    """Remove a file of a folder, if it still has this inode number, and the folders that are empty then."""
    file = folder / path
    with suppress(FileNotFoundError):
        if file.lstat().st_ino == inode:
            file.unlink()
    for above in list(Path(path).parents)[:-1]:
        try:
            (folder / above).rmdir()
        except FileNotFoundError:
            continue
        except OSError:  # it has something in it
            return


def mark(former: Path) -> None:
    """Mark a former site as a cache for git and backups. Its hidden files go, which are never taken over."""
    for hidden in former.glob(".*"):
        if hidden.is_dir() and not hidden.is_symlink():
            shutil.rmtree(hidden)
        else:
            hidden.unlink()
    for name, text in _MARKS.items():
        (former / name).unlink(missing_ok=True)  # it may be a file of the site as well
        (former / name).write_text(text, "utf-8")


def _inode_of_both(entry: os.DirEntry[str], file: str) -> int:
    """Return the inode number of a file that is found in two places, or 0 where these are two files."""
    try:
        one, other = entry.stat(follow_symlinks=False), os.lstat(file)
    except OSError:
        return 0
    return one.st_ino if os.path.samestat(one, other) else 0
