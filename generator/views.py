"""The views of a site: pages that bring the records of all documents together, each row with its source.

A list that grows is cut into pages from the oldest entry on, so that a full page stays; its address has the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from generator.atlas import Place
from generator.atlas import draw as draw_map
from generator.channels import CORRECTIONS
from generator.composer import Composer, month_name
from generator.graph import Meeting, draw
from generator.library import Appearance, Library, group
from generator.markdown import Markdown
from generator.meta import Attendance, Participant
from generator.model import (
    AnyDocument,
    Article,
    Difference,
    Figure,
    Leader,
    Outcome,
    Position,
    Record,
    Statement,
    Summit,
    Theme,
    TimelineEvent,
    Watch,
)
from generator.sections import HEADING, MOST, Section
from generator.settings import Kind, Settings
from generator.urls import records_path, slugify

PAGE = 200  # records on a page
COLUMNS = 16  # meetings side by side in the table of attendance
ROWS = 60  # leaders below each other in a table
DRAWN = 24  # meetings in one graph
LISTED = 12  # meetings listed for one place


@dataclass(frozen=True, slots=True)
class View:
    """A view: its address, its title, what it is for, and the type of the records that it lists, if it lists some.

    A `wide` one needs the whole width of a page.
    """

    slug: str
    title: str
    description: str
    record: type[Record] | None = None
    wide: bool = False


VIEWS = (
    View("timeline", "Timeline", "Every dated event, newest first, each with its source.", TimelineEvent),
    View("statements", "Statements", "What was said, word for word, by whom and where.", Statement),
    View("figures", "Key figures", "Numbers, and what each of them counts.", Figure),
    View("outcomes", "Outcomes", "What was agreed or announced.", Outcome),
    View("watch", "What to watch", "What is still to come, with its date where one is known.", Watch),
    View(
        "differences", "Sources differ", "Where sources contradict each other, themselves or the record.", Difference
    ),
    View("positions", "Positions", "Who stands where, theme by theme.", wide=True),
    View("attendance", "Attendance", "Who was at which meeting, and how we know.", wide=True),
    View("connections", "Who met whom", "Who was where together, in the order of time.", wide=True),
    View("map", "Map", "Where the meetings were held or are to be held.", wide=True),
    View("coverage", "Coverage", "How much is on file for each, from whom, and what of it is opinion.", wide=True),
    View(CORRECTIONS, "Corrections", "What was put right on this site, and when."),
)


@dataclass(frozen=True, slots=True)
class ViewPage:
    """One page of a view, which is composed when asked for.

    `records` and `documents` are those that it lists, where it lists nothing else; `about` tells what stands beside.
    """

    path: str
    title: str
    description: str
    compose: Callable[[], str]
    wide: bool
    records: tuple[Appearance, ...] = ()
    documents: tuple[AnyDocument, ...] = ()
    about: object = None


def plan_views(library: Library, settings: Settings) -> Iterator[ViewPage]:
    """Yield every page of every view, and of what is too much for the page of a summit, leader or theme."""
    for view in VIEWS:
        if view.record is not None:
            yield from _record_view(view, library, settings)
        else:
            yield from _COMPOSE[view.slug](view, library, settings)
    yield from _document_lists(library, settings)


def addresses(folder: str, count: int) -> list[str]:
    """Return the addresses of the pages of a list, the oldest first; the newest is the list's own."""
    return [*(f"{folder}/{number}.md" for number in range(1, count)), f"{folder}/index.md"]


def _page(view: View, number: int, paths: list[str], library: Library, settings: Settings, **values: Any) -> ViewPage:
    template = f"view_{_template(view)}.md.j2"

    def compose() -> str:
        composer = Composer(library, settings, paths[number])
        return composer.render(template, view=view, views=VIEWS, number=number, paths=paths, **values)

    title = view.title if number == len(paths) - 1 else f"{view.title}, page {number + 1}"
    return ViewPage(paths[number], title, view.description, compose, view.wide)


def _template(view: View) -> str:
    return "records" if view.record is not None else view.slug


def paged(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Cut a list, oldest first, into pages; there is always one. All but the newest are full and stay as they are."""
    return [items[at : at + size] for at in range(0, len(items), size)] or [()]


# --- lists of records


def _record_view(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    found = [a for a in library.appearances if type(a.record) is view.record]
    yield from _record_pages(view, view.slug, found, library, settings)


def _document_lists(library: Library, settings: Settings) -> Iterator[ViewPage]:
    """Yield the lists of those records of a summit, leader or theme that are too many for its own page."""
    for document in (*library.summits, *library.leaders, *library.themes):
        found = group((type(a.record), a) for a in library.records.get(document.slug, ()))
        for kind, records in found.items():
            if len(records) > MOST:
                heading = HEADING[kind]
                title = f"{document.meta.title}: {heading}"
                view = View(slugify(heading), title, f"All, with {heading.lower()}.", kind)
                folder = records_path(document.path, view.slug).removesuffix("/index.md")
                yield from _record_pages(view, folder, records, library, settings, about=document)


def _record_pages(
    view: View,
    folder: str,
    found: Iterable[Appearance],
    library: Library,
    settings: Settings,
    about: AnyDocument | None = None,
) -> Iterator[ViewPage]:
    ordered = sorted(found, key=lambda a: (library.day_of(a), a.origin.slug, a.record.anchor))
    pages = paged(ordered, PAGE)
    paths = addresses(folder, len(pages))
    for number, items in enumerate(pages):
        sections, total = list(_by_month(view, items, library)), len(ordered)
        page = _page(view, number, paths, library, settings, sections=sections, total=total, about=about)
        beside = (view, number, len(paths), total if number == len(paths) - 1 else None, about and about.path)
        yield replace(page, records=tuple(items), about=beside)


def _by_month(view: View, items: Iterable[Appearance], library: Library) -> Iterator[Section]:
    """Group records by month, newest first; those of which no more than the year is known come before its months."""

    def month(appearance: Appearance) -> str:
        when, day = appearance.record.date, library.day_of(appearance)
        known = when is None or (when.earliest.year, when.earliest.month) == (day.year, day.month)
        return month_name(day.replace(day=1)) if known else str(day.year)

    for name, same in groupby(reversed(list(items)), month):
        records = tuple(same)
        yield Section(name, view.slug, records=records, shown=len(records))


# --- positions


@dataclass(frozen=True, slots=True)
class PositionRow:
    """A leader and the positions on each theme, in the order of the columns."""

    leader: Leader
    cells: tuple[tuple[Appearance, ...], ...]


def _positions(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    held: dict[tuple[str, str], list[Appearance]] = {}
    for appearance in library.appearances:
        if isinstance(appearance.record, Position):
            leader = library.slug(appearance.record.leader)
            for theme in library.terms(appearance.record.names):
                held.setdefault((leader, theme), []).append(appearance)
    themes: list[Theme] = [t for t in library.themes if any(theme == t.slug for _, theme in held)]
    leaders = [leader for leader in library.leaders if any((leader.slug, t.slug) in held for t in themes)]
    pages = paged(leaders, ROWS)
    paths = addresses(view.slug, len(pages))
    for number, some in enumerate(pages):
        rows = [PositionRow(one, tuple(tuple(held.get((one.slug, t.slug), ())) for t in themes)) for one in some]
        sections = [Section(row.leader.meta.title, "positions", records=_once(row)) for row in rows]
        yield _page(view, number, paths, library, settings, themes=themes, rows=rows, sections=sections)


def _once(row: PositionRow) -> tuple[Appearance, ...]:
    found = {(a.origin.slug, a.record.anchor): a for cell in row.cells for a in cell}
    return tuple(found.values())


# --- meetings


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A leader and the part in each meeting, in the order of the columns; None where nothing is on file."""

    leader: Leader
    cells: tuple[Participant | None, ...]


def _attendance(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    pages = paged(_attended(library), COLUMNS)
    paths = addresses(view.slug, len(pages))
    for number, summits in enumerate(pages):
        parts = {(library.slug(p.leader), s.slug): p for s in summits for p in s.meta.participants}
        rows = [
            AttendanceRow(leader, tuple(parts.get((leader.slug, s.slug)) for s in summits))
            for leader in library.leaders
            if any((leader.slug, s.slug) in parts for s in summits)
        ]
        counts = [(status, sum(p.status is status for p in parts.values())) for status in Attendance]
        absent = [leader for leader in library.leaders if leader.slug not in library.meetings]
        yield _page(view, number, paths, library, settings, summits=summits, rows=rows, counts=counts, unmet=absent)


def _attended(library: Library) -> list[Summit]:
    return [summit for summit in reversed(library.summits) if summit.meta.participants]


def _connections(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    """Draw who was where; the table beside the graph says the same."""
    pages = paged([meeting for meeting in _attended(library) if len(present(meeting)) > 1], DRAWN)
    paths = addresses(view.slug, len(pages))
    for number, summits in enumerate(pages):
        meetings = [
            Meeting(s.meta.title, str(s.meta.start), tuple(library.find(p.leader).meta.title for p in present(s)))
            for s in summits
        ]
        names = (settings.collection(Kind.LEADER).plural, settings.collection(Kind.SUMMIT).plural)
        svg = Markdown(draw(meetings, names))
        yield _page(view, number, paths, library, settings, summits=summits, present=present, svg=svg)


def present(summit: Summit) -> list[Participant]:
    """Return those who were at a meeting: its host and who attended."""
    return [p for p in summit.meta.participants if p.status in (Attendance.HOST, Attendance.ATTENDED)]


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place on the map, its country, and the meetings there, newest first."""

    place: Place
    country: str
    summits: tuple[Summit, ...]


def _map(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    """Draw where meetings were; what is within some ten kilometres is one place. Numbers are by the first meeting."""
    found = group((_where(s), s) for s in reversed(library.summits) if s.meta.coordinates)
    rows = [_place_row(number, where, summits) for number, (where, summits) in enumerate(found.items(), 1)]
    elsewhere = [s for s in library.summits if s.meta.coordinates is None]
    pages = paged(rows, ROWS)
    paths = addresses(view.slug, len(pages))
    for number, some in enumerate(pages):
        svg = Markdown(draw_map([row.place for row in some]))
        yield _page(view, number, paths, library, settings, rows=some, elsewhere=elsewhere, svg=svg, listed=LISTED)


def _where(summit: Summit) -> tuple[float, float]:
    latitude, longitude = summit.meta.coordinates or (0.0, 0.0)
    return round(latitude, 1), round(longitude, 1)


def _place_row(number: int, where: tuple[float, float], summits: tuple[Summit, ...]) -> PlaceRow:
    first = summits[0].meta
    name = first.city or first.venue or first.country or first.title
    country = first.country if first.country and first.country != name else ""
    return PlaceRow(Place(number, name, *where), country, tuple(reversed(summits)))


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A meeting, and the digests that it rests on: all, and how many by outlet and by the outlet's country."""

    summit: Summit
    articles: tuple[Article, ...]
    outlets: tuple[tuple[AnyDocument, int], ...]
    countries: tuple[tuple[str, int], ...]


def _coverage(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    pages = paged(list(reversed(library.summits)), ROWS)
    paths = addresses(view.slug, len(pages))
    for number, summits in enumerate(pages):
        rows = [_coverage_of(summit, library) for summit in reversed(summits)]
        yield _page(view, number, paths, library, settings, rows=rows)


def _coverage_of(summit: Summit, library: Library) -> CoverageRow:
    digests = library.digests.get(summit.slug, ())
    outlets = [library.find(article.meta.outlet) for article in digests]
    return CoverageRow(
        summit,
        digests,
        tuple((library.documents[slug], count) for slug, count in _counted(outlet.slug for outlet in outlets)),
        tuple(_counted(outlet.meta.country or "country not known" for outlet in outlets)),
    )


def _counted(names: Iterable[str]) -> list[tuple[str, int]]:
    """Count names, the most frequent first."""
    found = list(names)
    return sorted(((name, found.count(name)) for name in set(found)), key=lambda pair: (-pair[1], pair[0]))


# --- corrections


def _corrections(view: View, library: Library, settings: Settings) -> Iterator[ViewPage]:
    pages = paged(library.corrections, PAGE)
    paths = addresses(view.slug, len(pages))
    for number, some in enumerate(pages):
        yield _page(view, number, paths, library, settings, corrections=tuple(reversed(some)))


_COMPOSE = {
    "positions": _positions,
    "attendance": _attendance,
    "connections": _connections,
    "map": _map,
    "coverage": _coverage,
    CORRECTIONS: _corrections,
}
