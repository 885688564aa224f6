"""Walks the content folder: which files there are, and what in it no site can be made of.

mkdocs follows every link and opens whatever it finds. So links out of the folder or in a circle, files that are not
ordinary ones, and names that not every system can hold are found before it begins. Nothing is opened here.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from generator.core.characters import printable
from generator.core.errors import Location, Problem

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
        below = Path(error.filename).relative_to(root).as_posix()
        folder = _content_file(below, shown_root)
        problems.append(unreadable(folder, f"the folder cannot be listed: {error.strerror}"))

    for folder, folders, names in os.walk(root, onerror=unlisted):
        above = Path(folder).relative_to(root).as_posix()
        prefix = "" if above == "." else f"{above}/"
        for name, is_file in [*((name, False) for name in folders), *((name, True) for name in names)]:
            file = _content_file(prefix + name, shown_root)
            problem = _fault(f"{folder}/{name}", name, file, root)  # a Path for each would take longer than all else
            if problem is not None:
                problems.append(problem)
            elif is_file and not _is_hidden(file):
                files.append(file)
    files.sort(key=lambda file: file.path)
    return tuple(files), (*problems, *_doubles(files))


def unreadable(file: ContentFile, why: str) -> Problem:
    """Return the problem of a file or folder that cannot be read."""
    help_ = "replace it with an ordinary file that you may read, or remove it"
    return Problem(Location(file.shown_as), "unreadable-file", "this file cannot be opened", why, help_)


def _content_file(below: str, shown_root: str) -> ContentFile:
    return ContentFile(below, printable(f"{shown_root}/{_decoded(below)}"))


def _decoded(name: str) -> str:
    """Return a name as text, with U+FFFD for bytes that are not UTF-8."""
    return os.fsencode(name).decode("utf-8", "replace")


def _is_hidden(file: ContentFile) -> bool:
    return file.path.startswith(".") or "/." in file.path


def _fault(path: str, name: str, file: ContentFile, root: Path) -> Problem | None:
    """Return what is wrong with a file or folder, whatever is in it.

    Of what is hidden, which mkdocs leaves out, only links to folders count: mkdocs follows these before it does so.
    """
    place, hidden = Location(file.shown_as), _is_hidden(file)
    try:
        mode = os.lstat(path).st_mode
        if stat.S_ISLNK(mode):
            if (Path(path).is_dir() or not hidden) and (why := _astray(Path(path), root)):
                return Problem(
                    place,
                    "bad-link",
                    f"this symbolic link leads {why}",
                    "",
                    "replace it with the file itself, or remove it",
                )
            mode = Path(path).stat().st_mode
    except OSError as error:
        return None if hidden else unreadable(file, str(error.strerror))
    if hidden:
        return None
    if why := _unportable(name):
        help_ = "rename it with letters, digits and hyphens, for example `harbour-2.jpg`"
        return Problem(place, "bad-name", f"the name `{_decoded(name)}` {why}", "", help_)
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return unreadable(file, "it is a pipe, socket or device, not a file")
    # A folder that cannot be listed is told by whoever lists it.
    return None if stat.S_ISDIR(mode) or os.access(path, os.R_OK) else unreadable(file, "permission denied")


def _astray(link: Path, root: Path) -> str:
    """Return where a link leads that leads to no file of the content; nothing where all is well."""
    try:
        target = link.resolve(strict=True)
    except FileNotFoundError:
        return "nowhere"
    except (OSError, RuntimeError):  # RuntimeError: a loop, up to Python 3.12
        return "back to itself"
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
    """Report files whose names differ only in case or in how accents are composed: some systems cannot have both."""
    seen: dict[str, ContentFile] = {}
    for file in files:
        first = seen.setdefault(unicodedata.normalize("NFC", file.path).casefold(), file)
        if first is not file:
            message = f"on some systems this is the same file as `{first.path}`"
            yield Problem(Location(file.shown_as), "taken-address", message, "", "rename one of the two")


def shown_root(root: Path) -> str:
    """Return the name of the content folder in problems: relative to the working folder, if it is below that."""
    try:
        return root.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return root.as_posix()
