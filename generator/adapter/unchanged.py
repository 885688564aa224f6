"""Whether anything that a site is made of has changed since it was built: its inputs, as `make` would say.

Files are known again by their sizes and times, as make and git know them, and none is opened. A site that is made of
anything else as well (a plugin or a hook of whatever kind, an extension that reads files) is built each time. Asked
by `briefing build` before it starts mkdocs (`runner`), and by a server whenever something was saved (`serving`).
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from stat import S_ISLNK

from mkdocs.config.defaults import MkDocsConfig

from generator.adapter import neighbours
from generator.adapter.basis import configuration, packages, places
from generator.content.fingerprints import digest
from generator.core.settings import Settings
from generator.linking import ledger
from generator.linking.history import state as state_of_git
from generator.output.staging import Stats, files_below
from generator.output.store import stamp

Stat = tuple[str, int, int, int]  # a path, a size (bytes), and the times of the content and the entry (ns)

# Extensions of Python-Markdown that go by the text alone; but these two read files, from wherever they are told to.
_EXTENSIONS = ("markdown.extensions.", "material.extensions.", "pymdownx.")
_READING = ("pymdownx.b64", "pymdownx.snippets")
_SECOND = 1_000_000_000  # ns


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a site is made of: the files of its content by path, and a fingerprint of all `beside` content.

    They are not `certain` where a file has only just changed and the file system counts in whole seconds: a second
    change within that second would not be seen.
    """

    content: Mapping[str, Stat]
    beside: bytes
    certain: bool = True

    def edited(self, before: Inputs) -> list[str] | None:
        """Return the paths of the content files that differ from those `before`; None where anything else does."""
        if self.beside != before.beside or self.content.keys() != before.content.keys():
            return None
        return [path for path, found in self.content.items() if found != before.content[path]]


def inputs_of_served(config: MkDocsConfig, today: date) -> Inputs | None:
    """Return the inputs of a site that is served, on a day; None where it is made of more than can be seen.

    The installed packages are not among them: a server goes on with those that it began with.
    """
    configured = Path(config.config_file_path)
    if not _is_silent(config) or b"INHERIT" in configured.read_bytes():
        return None
    watched = [Path(place) for place in config.watch]
    others = [place for place in watched if place.is_dir()]
    files = [stamp(place, b"") for place in (configured, *watched) if place not in others]
    content = {file[0]: file for file in _content(Path(config.docs_dir))}
    return Inputs(content, digest(today, files, list(_beside((*places(config), *others)))))


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since a site was built: the content files at the paths `edited` differ.

    `files` are those of the site, `mark` is that of its shelf. What the site is made of was `noted` in the file at
    `store`.
    """

    edited: tuple[str, ...]
    files: Stats
    mark: str
    store: Path
    noted: str

    def still_holds(self) -> bool:
        """Tell whether nobody has built the site since this was found out."""
        try:
            return self.store.read_text("ascii") == self.noted
        except (OSError, ValueError):
            return False


def inputs(config: MkDocsConfig, settings: Settings, history: bool) -> Inputs | None:
    """Return the inputs of a site that is built; None where it is made of more than can be seen.

    With `history`, the state of git is among them.
    """
    if not _is_silent(config):
        return None
    root = Path(config.docs_dir)
    content, beside = _content(root), list(_beside(places(config)))
    newest = max([0, *(max(changed, noted) for _, _, changed, noted in (*content, *beside))])
    certain = newest % _SECOND != 0 or newest < time.time_ns() - 2 * _SECOND
    value = digest(
        sys.version,
        list(packages()),
        configuration(config),
        [config.config_file_path, config.docs_dir, config.site_dir],
        settings,
        state_of_git(root) if history else "",
        beside,
    )
    return Inputs({file[0]: file for file in content}, value, certain)


def keep(store: Path, now: Inputs, files: Stats, content: Path, mark: str) -> None:
    """Note that the site with these `files` was made of the inputs `now`, and that nothing was warned of.

    `content` is the folder of its content, `mark` that of its shelf, or nothing where it has none.
    """
    noted = [now.beside.hex(), _outputs(files.items(), content).hex(), mark, list(now.content.values())]
    with suppress(OSError):
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(json.dumps(noted) if now.certain else "", "ascii")


def since(store: Path, now: Inputs, site: Path, content: Path) -> Since | None:
    """Return what happened since the site in the folder `site` was built.

    None where that cannot be told, where somebody has touched the site, and where anything differs but content files
    that were there already.
    """
    try:
        noted = store.read_text("ascii")
        beside, outputs, mark, files = json.loads(noted)
        before = Inputs({path: (path, *seen) for path, *seen in files}, bytes.fromhex(beside))
    except (OSError, ValueError, TypeError):
        return None
    edited = now.edited(before)
    found = {path: (size, changed) for path, size, changed, _ in _stats(site)}
    if edited is None or outputs != _outputs(found.items(), content).hex():
        return None
    return Since(tuple(edited), found, str(mark), store, noted)


def _is_silent(config: MkDocsConfig) -> bool:
    """Tell whether a site is made of nothing but content, configuration, code and theme."""
    return neighbours.only_silent(config) and all(
        ("." not in name or name.startswith(_EXTENSIONS)) and name not in _READING
        for name in config.markdown_extensions
    )


def _content(root: Path) -> list[Stat]:
    return [file for file in _stats(root) if file[0] != ledger.PATH]


def _beside(places: Iterable[Path]) -> Iterator[Stat]:
    return (file for place in places for file in _stats(place) if "__pycache__/" not in file[0])


def _outputs(files: Iterable[tuple[str, tuple[int, int]]], content: Path) -> bytes:
    return digest(sorted(files), stamp(content / ledger.PATH, b""))


def _stats(folder: Path) -> Iterator[Stat]:
    """Yield the files below a folder in order: path, size (bytes), and the times of their content and entry (ns)."""
    try:
        found = sorted(files_below(folder))
    except OSError:  # whoever needs what is in it says so
        yield str(folder), -1, time.monotonic_ns(), -1
        return
    for path, seen in found:
        if S_ISLNK(seen.st_mode):  # it may lead to a folder, or round in a circle: it counts as changed each time
            yield path, -1, time.monotonic_ns(), -1
        else:
            yield path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns
