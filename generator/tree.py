"""Walks the content folder: which files there are, and what is in it that no site can be made of.

mkdocs follows every link and opens whatever lies there. So what leads out of the folder or round in a circle, what is
no ordinary file, and names that not every system can hold are found before it begins. Nothing is opened here.
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
_LONGEST = 200  # bytes of a name; most systems hold 255, and a page is a folder of its name with more in it


@dataclass(frozen=True, slots=True)
class ContentFile:
    """A file: `path` is below the content folder, with forward slashes, `shown_as` what an editor is shown."""

    path: str
    shown_as: str


def walk(root: Path, shown_root: str) -> tuple[tuple[ContentFile, ...], tuple[Problem, ...]]:
    """Return the files below `root`, in an order that does not depend on the file system; hidden ones are left out.

    Problems: `bad-link`, `bad-name`, `unreadable-file`, `taken-address`.
    """
    files: list[ContentFile] = []
    problems: list[Problem] = []

    def unlisted(error: OSError) -> None:
        folder = _content_file(Path(error.filename), root, shown_root)
        problems.append(unreadable(folder, f"the folder cannot be listed: {error.strerror}"))

    for folder, folders, names in os.walk(root, onerror=unlisted):
        for name in (*folders, *names):
            path = Path(folder, name)
            file = _content_file(path, root, shown_root)
            problem = _fault(path, file, root)
            if problem is not None:
                problems.append(problem)
            elif name in names and not _is_hidden(file):
                files.append(file)
    files.sort(key=lambda file: file.path)
    return tuple(files), (*problems, *_doubles(files))


def unreadable(file: ContentFile, why: str) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
    help_ = "put an ordinary file there that may be read, or remove it"
    return Problem(Location(file.shown_as), "unreadable-file", "this cannot be read", why, help_)


def _content_file(path: Path, root: Path, shown_root: str) -> ContentFile:
    below = path.relative_to(root).as_posix()
    return ContentFile(below, printable(f"{shown_root}/{_decoded(below)}"))


def _decoded(name: str) -> str:
    """Return a name as text, with U+FFFD for bytes that are none."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_hidden(file: ContentFile) -> bool:
    return any(part.startswith(".") for part in file.path.split("/"))


def _fault(path: Path, file: ContentFile, root: Path) -> Problem | None:
    """Return what is wrong with a file or folder as such.

    Of what is hidden, which mkdocs leaves out, only links to folders count: it goes there to see what they have.
    """
    place, hidden = Location(file.shown_as), _is_hidden(file)
    if path.is_symlink() and (path.is_dir() or not hidden) and (why := _astray(path, root)):
        return Problem(place, "bad-link", f"this link leads {why}", "", "put the file itself there")
    if hidden:
        return None
    if why := _unportable(path.name):
        help_ = "use letters, digits, hyphens and one dot before the ending"
        return Problem(place, "bad-name", f"this name {why}", "", help_)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        return unreadable(file, str(error.strerror))
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return unreadable(file, "it is a pipe, socket or device, and no file")
    return None if os.access(path, os.R_OK) else unreadable(file, "permission denied")


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
    if printable(_decoded(name)) != name:
        return "has characters that cannot be shown"
    if len(os.fsencode(name)) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    return "cannot be used on Windows" if _UNPORTABLE.search(name) else ""


def _doubles(files: Iterable[ContentFile]) -> Iterator[Problem]:
    """Report files whose names are one name where capitals, or the ways to write an accent, make no difference."""
    seen: dict[str, ContentFile] = {}
    for file in files:
        first = seen.setdefault(unicodedata.normalize("NFC", file.path).casefold(), file)
        if first is not file:
            message = f"on some systems this is the same name as `{first.path}`"
            yield Problem(Location(file.shown_as), "taken-address", message, "", "rename one of the two")
