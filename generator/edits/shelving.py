"""Writes the shelf: after a build all that was found out (`write`), after an edit what that has changed (`renew`).

The first is called by `plugin`, the second by `resuming`. What stands in each row is read again by `shelf`.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from secrets import token_hex

from generator.assets.search import is_found_by_title, part_of
from generator.composing.pages import Page, PositionsTable, RecordsList
from generator.core.mappings import group
from generator.core.spilling import Blob
from generator.edits import rows
from generator.edits.rows import Row, Tables
from generator.linking.history import Change
from generator.linking.library import Appearance, day_of, reading_order
from generator.output.store import Kept
from generator.sites import Site
from generator.syndication.feeds import Feed

_PLAIN = tuple(item.name for item in fields(Feed) if item.name not in ("items", "updated"))
_NO_CONTENT = (b"", b"")  # so that there is a table to look in: only edits put contents into it


def write(
    path: Path,
    site: Site,
    feeds: Sequence[Feed],
    kept: Kept,
    made_of: Mapping[str, bytes],
    heads: Iterable[Page],
    written: Iterable[tuple[str, str]],
    copies: Sequence[tuple[str, str]],
) -> str:
    """Keep what was found out about a site, and return the mark of it; nothing where it cannot be kept.

    `kept` is what is known of its files and pages, `made_of` the hash by which `memory` knows each document, by path.
    `heads` are the pages in the navigation, `written` the paths of hand-written pages, each with its level of
    inclusion, `copies` the paths of files beside the pages, each with that of a copy. The site has to have noted
    whose words its pages show (`Dependencies.noting`).
    """
    mark, writer = token_hex(8), _Writer(site)
    tables: Tables = {
        "site": [(mark, _json({**writer.site(heads, written), "copies": copies}))],
        "documents": writer.documents(feeds),
        "lists": writer.lists(),
        "positions": writer.positions(),
        "feeds": writer.feeds(feeds),
        "cards": Counter(card.path for card in site.cards.values()).items(),
        **_anew(made_of, kept),
        "contents": [_NO_CONTENT],
    }
    return mark if rows.write(path, tables) else ""


def renew(
    path: Path,
    mark: str,
    made_of: Mapping[str, bytes],
    now: Kept,
    contents: Mapping[bytes, Blob],
    cards: Mapping[str, int],
) -> bool:
    """Keep what is known `now` of the files and pages that were made anew, and tell whether that could be done.

    `made_of` is that of the documents that were edited. `contents` is the feed content (TEXT) of the digests among
    them, by fingerprint, `cards` how many pages have a card, where that number has changed. It cannot be done where
    another build has written the shelf since, as the `mark` tells.
    """
    of_digests = ((key, html.read()) for key, html in contents.items())
    anew = {**_anew(made_of, now), "contents": of_digests, "cards": cards.items()}
    return rows.replace(path, anew, ("site", mark))


def _anew(made_of: Mapping[str, bytes], kept: Kept) -> Tables:
    return {
        "made": made_of.items(),
        "files": ((path, *made) for path, made in kept.files.items()),
        "pages": _pages(kept),
    }


def _pages(kept: Kept) -> Iterator[Row]:
    shown: dict[frozenset[str], str] = {}  # most pages have the same scripts
    for path, facts in kept.pages.items():
        if facts.scripts not in shown:
            shown[facts.scripts] = _json(sorted(facts.scripts))
        yield path, facts.changed, shown[facts.scripts], facts.content_fingerprint


class _Writer:
    """Makes rows of plain values of what is known of a site."""

    def __init__(self, site: Site) -> None:
        self.library = site.library
        self.whole = site
        self.at = {slug: at for at, slug in enumerate(site.library.documents)}
        self.pages = {page.path: at for at, page in enumerate(site.pages)}

    def site(self, heads: Iterable[Page], written: Iterable[tuple[str, str]]) -> Mapping[str, object]:
        library = self.library
        every = {page.path: page for page in (*heads, *filter(is_found_by_title, self.whole.pages))}.values()
        shown = [(page.path, page.title, page.description, page.kind, page.feeds, page.wide) for page in every]
        return {
            "documents": [(s, d.kind, d.path, part_of(day_of(d))) for s, d in library.documents.items()],
            "withdrawn": [(found.slug, found.kind, found.path) for found in library.withdrawn],
            "past": {past: found.slug for past, found in library.redirects.items()},
            "latest_day": str(library.latest_day or ""),
            "newest": [page.path for page in self.whole.newest],
            "heads": shown,
            "written": list(written),
            "pages": list(self.pages),
        }

    def documents(self, feeds: Iterable[Feed]) -> Iterator[Row]:
        referring, readers, has = self._referring(), self._readers(), self._feeds_of(feeds)
        for slug, document in self.library.documents.items():
            related = [(r.document.slug, [why.slug for why in r.because]) for r in self.whole.related.get(slug, ())]
            changes = [_plain(change) for change in self.whole.changes.get(document.path, ())]
            known = (referring.get(slug, ()), related, readers.get(slug, {}), has.get(slug, ()), changes)
            yield slug, _json(known)

    def lists(self) -> Iterator[Row]:
        for page in self.whole.pages:
            if isinstance(listed := page.listed, RecordsList) and listed.view.record is not None:
                about = listed.about.slug if listed.about else ""
                heading, records = listed.view.record.heading, self._places(listed.records)
                yield page.path, _json((heading, about, listed.number, listed.count, listed.total, records))

    def positions(self) -> Iterator[Row]:
        for page in self.whole.pages:
            if isinstance(held := page.listed, PositionsTable):
                themes = [self.at[theme.slug] for theme in held.themes]
                rows = [
                    (self.at[row.leader.slug], row.cells, self._places(row.records), row.total, row.all_path)
                    for row in held.rows
                ]
                yield page.path, _json((held.number, held.count, themes, rows))

    def _places(self, records: Iterable[Appearance]) -> list[tuple[int, int]]:
        return [(self.at[a.origin.slug], a.number) for a in records]

    def feeds(self, feeds: Iterable[Feed]) -> Iterator[Row]:
        for feed in feeds:
            items = [(self.at[slug], number) for slug, number in (item.place for item in feed.items)]
            plain = {name: getattr(feed, name) for name in _PLAIN}
            yield feed.folder, _json((plain, feed.updated.isoformat(), items))

    def _referring(self) -> Mapping[str, Sequence[int]]:
        ordered = sorted(self.library.documents.values(), key=reading_order)
        return group(
            (slug, self.at[document.slug])
            for document in ordered
            for slug in set(map(self.library.slug, document.slugs))
        )

    def _readers(self) -> Mapping[str, Mapping[int, list[int]]]:
        found: dict[str, dict[int, list[int]]] = defaultdict(dict)
        for (slug, place), pages in self.whole.readers_called(self.pages.__getitem__):
            found[slug][place] = pages
        return found

    def _feeds_of(self, feeds: Iterable[Feed]) -> Mapping[str, Sequence[str]]:
        return group((slug, feed.folder) for feed in feeds for slug in {item.place[0] for item in feed.items})


def _plain(change: Change) -> tuple[object, ...]:
    return str(change.day), [[(piece.mark, piece.words) for piece in place] for place in change.places]


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
