"""Walks the content folder: which files there are, and what is in it that no site can be made of.

mkdocs follows every link and opens whatever lies there. So what leads out of the folder or round in a circle, what is no
ordinary file, and names that not every system can hold are found before it begins. Nothing is opened here.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.characters import printable
from generator.errors import Location, Problem

# What Windows cannot hold in a name, and names that it takes for devices ("Naming Files, Paths, and Namespaces").
_UNPORTABLE = re.compile(r'[<>:"|?*\\]|[. ]\Z|\A(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)', re.IGNORECASE)
_LONGEST = 200  # bytes of a name; most systems hold 255, and mkdocs makes a folder of it


@dataclass(frozen=True, slots=True)
class Entry:
    """A file: `path` is below the content folder, with forward slashes, `shown_as` what an editor is shown."""

    path: str
    shown_as: str


def walk(root: Path, shown_root: str) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """Return the files below `root`, in an order that does not depend on the file system; hidden ones are left out.

    Problems: `bad-link`, `bad-name`, `unreadable-file`, `taken-address`.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []

    def unlisted(error: OSError) -> None:
        path = Path(error.filename).relative_to(root).as_posix()
        problems.append(unreadable(shown(shown_root, path), f"the folder cannot be listed: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=unlisted):
        inside = Path(folder)
        for name in [*folders, *files]:
            path = (inside / name).relative_to(root).as_posix()
            entry = Entry(path, shown(shown_root, path))
            is_file, found = _look(inside / name, entry, root)
            problems += found
            if is_file and not found:
                entries.append(entry)
    entries.sort(key=lambda entry: entry.path)
    return tuple(entries), (*problems, *_doubles(entries))


def shown(shown_root: str, path: str) -> str:
    """Return what an editor is shown as the place of a file, whatever bytes its name is made of."""
    return printable(f"{shown_root}/{os.fsencode(path).decode('utf-8', 'replace')}")


def unreadable(shown_as: str, why: str) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
    help_ = "put an ordinary file there that may be read, or remove it"
    return Problem(Location(shown_as), "unreadable-file", "this cannot be read", why, help_)


def _look(path: Path, entry: Entry, root: Path) -> tuple[bool, Iterable[Problem]]:
    """Return whether something is a file that counts, and what is wrong with it.

    Of what is hidden, which mkdocs leaves out, only a link to a folder counts: mkdocs goes there to see what is in it.
    """
    hidden = any(part.startswith(".") for part in entry.path.split("/"))
    try:
        if path.is_symlink() and (path.is_dir() or not hidden) and (why := _astray(path, root)):
            return False, [_problem(entry, "bad-link", f"this link leads {why}", "put the file itself there")]
        mode = path.stat().st_mode
    except OSError as error:
        return False, [] if hidden else [unreadable(entry.shown_as, str(error.strerror))]
    if hidden:
        return False, []
    if why := _unportable(path.name):
        help_ = "use letters, digits, hyphens and one dot before the ending"
        return False, [_problem(entry, "bad-name", f"this name {why}", help_)]
    return _look_at_kind(path, entry, mode)


def _look_at_kind(path: Path, entry: Entry, mode: int) -> tuple[bool, Iterable[Problem]]:
    if stat.S_ISDIR(mode):
        return False, []
    if not stat.S_ISREG(mode):
        return False, [unreadable(entry.shown_as, "it is a pipe, socket or device, and no file")]
    if not os.access(path, os.R_OK):
        return False, [unreadable(entry.shown_as, "permission denied")]
    return True, []


def _problem(entry: Entry, code: str, message: str, help_: str) -> Problem:
    return Problem(Location(entry.shown_as), code, message, "", help_)


def _astray(link: Path, root: Path) -> str:
    """Return where a link leads that leads to no file of the content; nothing where all is well."""
    try:
        target = link.resolve(strict=True)
    except FileNotFoundError:
        return "nowhere"
    except (OSError, RuntimeError):  # RuntimeError: a loop, up to Python 3.12
        return "round in a circle"
    if not target.is_relative_to(root.resolve()):
        return "out of the content folder"
    return "to a folder" if target.is_dir() else ""


def _unportable(name: str) -> str:
    """Return why a name cannot be that of a file everywhere; nothing where it can."""
    raw = os.fsencode(name)
    if printable(raw.decode("utf-8", "replace")) != name:
        return "has characters that cannot be shown"
    if len(raw) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    return "is none on Windows" if _UNPORTABLE.search(name) else ""


def _doubles(entries: Iterable[Entry]) -> Iterator[Problem]:
    """Report files whose names are one name where capitals, or the ways to write an accent, make no difference."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        first = seen.setdefault(unicodedata.normalize("NFC", entry.path).casefold(), entry)
        if first is not entry:
            message = f"on some systems this is the same name as `{printable(first.path)}`"
            yield _problem(entry, "taken-address", message, "rename one of the two")
