"""Whether anything has happened since the last build. Where nothing has, there is nothing to build.

Files are known again by their sizes and times, as make and git know them, and none is opened. A site that is made of
anything else as well (a plugin or a hook of whatever kind, an extension that reads files) is built each time.
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
from generator.output.staging import Stats, found
from generator.output.store import stamp

Stat = tuple[str, int, int, int]  # a path, a size (bytes), and the times of the content and the entry (ns)

_EXTENSIONS = ("markdown.extensions.", "material.extensions.", "pymdownx.")  # of Markdown; of these, but for
_READING = ("pymdownx.b64", "pymdownx.snippets")  # which read files from wherever they are told to
_SECOND = 1_000_000_000  # ns


@dataclass(frozen=True, slots=True)
class Look:
    """What a site would be made of: the files of content, and a value for all that is no content.

    Not `certain` is what has only just changed: a file system that counts in whole seconds shows no second change in
    one of them.
    """

    content: Mapping[str, Stat]
    beside: bytes
    certain: bool = True

    def edited(self, before: Look) -> list[str] | None:
        """Return the files of content that differ from what was there `before`.

        None where there is anything else that does.
        """
        if self.beside != before.beside or self.content.keys() != before.content.keys():
            return None
        return [path for path, found in self.content.items() if found != before.content[path]]


def look(config: MkDocsConfig, today: date) -> Look | None:
    """Return what is there on a day, or None where a site is made of more than can be seen."""
    configured = Path(config.config_file_path)
    if not _is_silent(config) or b"INHERIT" in configured.read_bytes():
        return None
    watched = [Path(place) for place in config.watch]
    others = [place for place in watched if place.is_dir()]
    files = [stamp(place, b"") for place in (configured, *watched) if place not in others]
    content = {file[0]: file for file in _content(Path(config.docs_dir))}
    return Look(content, digest(today, files, list(_beside((*places(config), *others)))))


@dataclass(frozen=True, slots=True)
class Since:
    """What happened since a site was built: the files of content that were `edited`. `files` are those of the site.

    `mark` is that of its shelf. It was `noted` in the file at `store` what that site is made of.
    """

    edited: tuple[str, ...]
    files: Stats
    mark: str
    store: Path
    noted: str

    def is_so(self) -> bool:
        """Tell whether nobody has built a site since this was found out."""
        try:
            return self.store.read_text("ascii") == self.noted
        except (OSError, ValueError):
            return False


def state(config: MkDocsConfig, settings: Settings, history: bool) -> Look | None:
    """Return what a site would be made of now, or None where that cannot be told. `history` asks git as well."""
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
    return Look({file[0]: file for file in content}, value, certain)


def keep(store: Path, now: Look, files: Stats, content: Path, mark: str) -> None:
    """Note that the site with these files is made of what it was before the build, and nothing was warned of.

    `mark` is that of what is known of this site beside (`shelf`), or nothing.
    """
    noted = [now.beside.hex(), _outputs(files.items(), content).hex(), mark, list(now.content.values())]
    with suppress(OSError):
        store.parent.mkdir(parents=True, exist_ok=True)
        store.write_text(json.dumps(noted) if now.certain else "", "ascii")


def since(store: Path, now: Look, site: Path, content: Path) -> Since | None:
    """Return what happened since the site in the folder `site` was built.

    None where that cannot be told, where somebody has touched it, and where anything has happened but to files of
    content that were there already.
    """
    try:
        noted = store.read_text("ascii")
        beside, outputs, mark, files = json.loads(noted)
        before = Look({path: (path, *seen) for path, *seen in files}, bytes.fromhex(beside))
    except (OSError, ValueError, TypeError):
        return None
    edited = now.edited(before)
    found = {path: (size, changed) for path, size, changed, _ in _stats(site)}
    if edited is None or outputs != _outputs(found.items(), content).hex():
        return None
    return Since(tuple(edited), found, str(mark), store, noted)


def _is_silent(config: MkDocsConfig) -> bool:
    """Tell whether a site is made of content, configuration, code and theme alone."""
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
    for path, seen in sorted(found(folder)):
        if S_ISLNK(seen.st_mode):  # it may lead to a folder, and round in a circle: never the same twice
            yield path, -1, time.monotonic_ns(), -1
        else:
            yield path, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns
