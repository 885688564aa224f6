"""What the last build made, and of what, kept for the next one in a file that can be lost at any time.

A store that cannot be read, was made on another basis, or is not as it was written, counts as empty. Most of it is
the feed content of digests, which is seldom needed: it is looked up by its fingerprint.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from generator.content.fingerprints import digest
from generator.core import database
from generator.core.spilling import Blob

TEXT = ("utf-8", "surrogatepass")  # the encoding of feed content, which may have lone surrogates


class Made(NamedTuple):
    """A file that was written: the fingerprint of what it was `made_of`, its size and its time (ns)."""

    made_of: bytes
    size: int
    time: int


class PageFacts(NamedTuple):
    """What was found out about a page, and the fingerprint that it was composed for.

    `changed` is the newest day in it (ISO 8601) or nothing, `scripts` the hashes of the scripts in it.
    `content_fingerprint` is that of its feed content, or nothing.
    """

    fingerprint: bytes
    changed: str
    scripts: frozenset[str]
    content_fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a site: its files and its pages, by their path."""

    files: Mapping[str, Made] = field(default_factory=dict)
    pages: Mapping[str, PageFacts] = field(default_factory=dict)

    def composed(self, path: str, fingerprint: bytes) -> bool:
        """Tell whether it has a page that was composed of the same, as the fingerprint of that tells."""
        facts = self.pages.get(path)
        return facts is not None and facts.fingerprint == fingerprint


def load(path: Path, basis: bytes) -> Kept:
    """Return what the last build kept: nothing where that was made on another basis or cannot be read."""
    try:
        if not path.is_file():
            return Kept()
        with closing(sqlite3.connect(path)) as db:
            ((made_on, check, text),) = db.execute("select basis, fingerprint, kept from site")
        return _read(text) if made_on == basis and check == digest(text) else Kept()
    except (OSError, sqlite3.Error, TypeError, ValueError):
        return Kept()


def content(path: Path, fingerprint: bytes) -> bytes | None:
    """Return the feed content (TEXT) of a digest, by its fingerprint, if that was kept."""
    with suppress(sqlite3.Error), closing(database.opened(path)) as db:
        for (html,) in db.execute("select html from contents where fingerprint = ?", (fingerprint,)):
            if isinstance(html, bytes) and digest(html) == fingerprint:
                return html
    return None


def fingerprint_of(html: str) -> bytes:
    """Return the fingerprint of the feed content of a digest."""
    return digest(html.encode(*TEXT))


def save(path: Path, basis: bytes, before: Kept, now: Kept, contents: Mapping[bytes, Blob]) -> None:
    """Keep what is known of the site that was just put in its place. `before` is what `load` returned.

    `contents` is the feed content (TEXT) that was made anew, by fingerprint. What another process
    has written meanwhile, for a site elsewhere, is replaced. Where nothing can be kept, no more is lost than time.
    """

    def change(db: sqlite3.Connection) -> None:
        db.execute("begin immediate")
        db.execute("create table if not exists site (basis blob, fingerprint blob, kept blob)")
        db.execute("create table if not exists contents (fingerprint blob primary key, html blob) without rowid")
        wanted = {page.content_fingerprint for page in now.pages.values()}
        there = {key for (key,) in db.execute("select fingerprint from contents")}
        db.executemany("delete from contents where fingerprint = ?", [(key,) for key in there - wanted])
        new = ((key, html.read()) for key, html in contents.items() if key not in there)
        db.executemany("insert into contents values (?, ?)", new)
        db.execute("delete from site")
        text = _written(now)
        db.execute("insert into site values (?, ?, ?)", (basis, digest(text), text))

    database.write(path, change, anew=not before.files)  # where nothing was kept, what lies there is of no use


def _written(kept: Kept) -> bytes:
    """Return what is known of a site as JSON. Most pages have the same scripts, which are written only once."""
    scripts = {found: at for at, found in enumerate(dict.fromkeys(page.scripts for page in kept.pages.values()))}
    files = {path: [made.made_of.hex(), made.size, made.time] for path, made in kept.files.items()}
    pages = {
        path: [page.fingerprint.hex(), page.changed, scripts[page.scripts], page.content_fingerprint.hex()]
        for path, page in kept.pages.items()
    }
    return json.dumps([[sorted(found) for found in scripts], files, pages]).encode()


def _read(text: bytes) -> Kept:
    known: Any = json.loads(text)
    scripts, of = [frozenset(found) for found in known[0]], bytes.fromhex
    return Kept(
        {path: Made(of(made_of), size, at) for path, (made_of, size, at) in known[1].items()},
        {
            path: PageFacts(of(fingerprint), changed, scripts[at], of(content))
            for path, (fingerprint, changed, at, content) in known[2].items()
        },
    )


@dataclass(frozen=True, slots=True)
class Last:
    """The last site: the folder that it is in, and what is known of it."""

    folder: Path
    kept: Kept

    def has(self, path: str, made_of: bytes) -> bool:
        """Tell whether the site has a file that was made of the same, and that nobody has touched."""
        made = self.kept.files.get(path)
        return made is not None and made.made_of == made_of and stamp(f"{self.folder}/{path}", made_of) == made


def stamp(path: Path | str, made_of: bytes) -> Made | None:
    """Return a file with its size and time, by which it is known again; None where there is none."""
    try:
        seen = os.stat(path)  # noqa: PTH116  (it runs for every file of a site, and Path takes twice as long)
    except OSError:
        return None
    return Made(made_of, seen.st_size, seen.st_mtime_ns)
