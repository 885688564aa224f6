"""The site before the last one: the next build begins with what of it is in the last one as well.

Most of its files are files of the site under a second name. Nothing is noted of them: what is there is looked at, so
that a spare folder which somebody has touched, or a build that was cut off, costs time and nothing else.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

# git leaves it alone, under whatever name it lies, and so do backups that know https://bford.info/cachedir/.
_MARKS = {".gitignore": "*\n", "CACHEDIR.TAG": "Signature: 8a477f597d28d172789f06886806bc55\n"}


def sift(spare: str, site: str, wanted: Collection[str]) -> tuple[dict[str, int], set[str]]:
    """Remove all from the spare folder but those `wanted` files that are the very files of the site.

    Paths have forward slashes. Returns what stays: the files with their inode numbers, and the folders that they lie
    in. Raises OSError where something cannot be removed.
    """
    files: dict[str, int] = {}
    folders = {""}

    def sifted(folder: str, above: str) -> bool:
        """Tell whether anything stays in a folder."""
        stays = False
        with os.scandir(folder) as entries:
            found = list(entries)  # what is read while it changes may lack something
        for entry in found:
            path = above + entry.name
            if entry.is_dir(follow_symlinks=False):
                if sifted(entry.path, f"{path}/"):
                    folders.add(path)
                    stays = True
                else:
                    os.rmdir(entry.path)  # noqa: PTH106  (this and the next are done for most files of a site)
            elif path in wanted and (inode := _inode_of_both(entry, f"{site}/{path}")):
                files[path] = inode
                stays = True
            else:
                os.unlink(entry.path)  # noqa: PTH108
        return stays

    sifted(spare, "")
    return files, folders


def drop(folder: Path, path: str, inode: int) -> None:
    """Remove a file of a folder if it is still that with this inode number, and folders that have nothing in them."""
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
    """Have others leave alone what was the site. Its hidden files go: none of them is ever taken over."""
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
