"""The views that are tables: who stands where, who was where together, and what each meeting rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from generator.composing.atlas import Place
from generator.composing.atlas import draw as draw_map
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.graph import Meeting, draw
from generator.composing.lists import list_path
from generator.composing.markdown import Markdown
from generator.composing.pages import Page, PositionsRow, PositionsTable, View
from generator.composing.sections import Section, newest
from generator.composing.views import VIEWS, Values, addresses, paged, view_page, view_pages
from generator.content.documents import AnyDocument, Article, Leader, Summit, Theme
from generator.content.meta import Attendance, Participant
from generator.content.model import Position
from generator.core.mappings import group
from generator.core.settings import Kind
from generator.linking.library import Appearance, Library

COLUMNS = 16  # meetings side by side in the table of attendance
ROWS = 60  # rows of a table
POSITIONS = 24  # positions of a leader below the table, the newest
DRAWN = 24  # meetings in one graph
LISTED = 12  # meetings listed for one place on the map


def plan_tables(depends: Dependencies) -> Iterator[Page]:
    """Yield all pages of the views that are tables."""
    for view in VIEWS:
        if view.slug in _PAGES:
            yield from _PAGES[view.slug](view, depends)


# --- positions


def _positions(view: View, depends: Dependencies) -> Iterator[Page]:
    library = depends.library
    held: dict[str, dict[str, list[Appearance]]] = {}  # by leader and theme
    for appearance in library.by_type.get(Position, ()):
        for slug in library.terms(appearance.head.names):
            if library.documents[slug].kind is Kind.THEME:
                held.setdefault(library.slug(appearance.head.owner), {}).setdefault(slug, []).append(appearance)
    about = {slug for by_theme in held.values() for slug in by_theme}
    themes: list[Theme] = [theme for theme in library.themes if theme.slug in about]

    def row(leader: Leader) -> PositionsRow:
        cells = [held[leader.slug].get(theme.slug, []) for theme in themes]
        once = tuple(dict.fromkeys(appearance for cell in cells for appearance in cell))
        shown = newest(once, POSITIONS)
        numbers = {appearance: number for number, appearance in enumerate(shown)}
        firsts = [next((numbers[a] for a in cell if a in numbers), None) for cell in cells]
        return PositionsRow(
            leader=leader,
            cells=tuple(zip(map(len, cells), firsts, strict=True)),
            records=shown,
            total=len(once),
            all_path=list_path(Position, leader, library) or f"{leader.path}#{view.slug}",
        )

    pages = paged([leader for leader in library.leaders if leader.slug in held], ROWS)
    for number, some in enumerate(pages):
        yield positions_page(PositionsTable(number, len(pages), themes, tuple(map(row, some))), depends)


def positions_page(table: PositionsTable, depends: Dependencies) -> Page:
    """Return a page of the table of positions."""
    view = next(view for view in VIEWS if view.slug == "positions")

    def values() -> Values:
        sections = [
            Section(
                row.leader.meta.title,
                view.slug,
                records=row.records,
                total=row.total,
                all_path=row.all_path if row.total > len(row.records) else "",
            )
            for row in table.rows
        ]
        return {"themes": table.themes, "rows": table.rows, "sections": sections}

    def made_from() -> Parts:
        leaders = depends.names(row.leader for row in table.rows)
        rows = [(row.cells, depends.records(row.records), row.total, row.all_path) for row in table.rows]
        return depends.names(table.themes), leaders, rows

    paths = addresses(view.slug, table.count)
    return view_page(view, paths, table.number, depends, values, made_from, table)


# --- meetings


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """A leader, and for each meeting (column) how the leader took part; None if nothing is on file."""

    leader: Leader
    cells: tuple[Participant | None, ...]


def _attendance(view: View, depends: Dependencies) -> Iterator[Page]:
    library = depends.library

    def unmet() -> list[Leader]:
        return [leader for leader in library.leaders if not library.meetings.get(leader.slug)]

    def values(summits: Sequence[Summit]) -> Values:
        parts = {(library.slug(p.leader), s.slug): p for s in summits for p in s.meta.participants}
        rows = [
            AttendanceRow(leader, tuple(parts.get((leader.slug, s.slug)) for s in summits))
            for leader in library.leaders
            if any((leader.slug, s.slug) in parts for s in summits)
        ]
        counts = [(status, sum(p.status is status for p in parts.values())) for status in Attendance]
        return {"summits": summits, "rows": rows, "counts": counts, "unmet": unmet()}

    def made_from(summits: Sequence[Summit]) -> Parts:
        return *_met(summits, depends), depends.names(unmet())

    yield from view_pages(view, paged(_attended(library), COLUMNS), depends, values, made_from)


def _attended(library: Library) -> list[Summit]:
    return [summit for summit in reversed(library.summits) if summit.meta.participants]


def _met(summits: Iterable[Summit], depends: Dependencies) -> Parts:
    """Return the parts of a page that shows who was at meetings, and the digests that say so."""
    parts = [part for summit in summits for part in summit.meta.participants]
    cited = (slug for part in parts for slug in part.cite)
    return depends.names(summits), depends.found(part.leader for part in parts), depends.found(dict.fromkeys(cited))


def _connections(view: View, depends: Dependencies) -> Iterator[Page]:
    """Draw who was where; the table below the graph says the same."""
    library, settings = depends.library, depends.settings

    def values(summits: Sequence[Summit]) -> Values:
        meetings = [
            Meeting(s.meta.title, str(s.meta.start), tuple(library.find(p.leader).meta.title for p in s.meta.present))
            for s in summits
        ]
        names = (settings.collection(Kind.LEADER).plural, settings.collection(Kind.SUMMIT).plural)
        return {"summits": summits, "svg": Markdown(draw(meetings, names))}

    def made_from(summits: Sequence[Summit]) -> Parts:
        return _met(summits, depends)

    shown = paged([summit for summit in _attended(library) if len(summit.meta.present) > 1], DRAWN)
    yield from view_pages(view, shown, depends, values, made_from)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place on the map, its country, and the meetings there, newest first."""

    place: Place
    country: str
    summits: tuple[Summit, ...]


Numbered = tuple[int, tuple[Summit, ...]]  # the meetings at one place, oldest first


def _map(view: View, depends: Dependencies) -> Iterator[Page]:
    """Draw where meetings were. Within some ten kilometres is one place; places are numbered by first meeting."""
    library = depends.library

    def elsewhere() -> list[Summit]:
        return [summit for summit in library.summits if summit.meta.coordinates is None]

    def values(some: Sequence[Numbered]) -> Values:
        rows = [_place_row(number, summits) for number, summits in some]
        svg = Markdown(draw_map([row.place for row in rows]))
        return {"rows": rows, "elsewhere": elsewhere(), "svg": svg, "listed": LISTED}

    def made_from(some: Sequence[Numbered]) -> Parts:
        places, others = [(number, depends.names(summits)) for number, summits in some], elsewhere()
        return places, depends.names(others[:LISTED]), len(others)

    places = group((_where(s), s) for s in reversed(library.summits) if s.meta.coordinates)
    yield from view_pages(view, paged(list(enumerate(places.values(), 1)), ROWS), depends, values, made_from)


def _where(summit: Summit) -> tuple[float, float]:
    latitude, longitude = summit.meta.coordinates or (0.0, 0.0)
    return round(latitude, 1), round(longitude, 1)


def _place_row(number: int, summits: tuple[Summit, ...]) -> PlaceRow:
    first = summits[0].meta
    name = first.city or first.venue or first.country or first.title
    country = first.country if first.country and first.country != name else ""
    return PlaceRow(Place(number, name, *_where(summits[0])), country, tuple(reversed(summits)))


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A meeting, and the digests about it: all, and their number by outlet and by country of the outlet."""

    summit: Summit
    articles: tuple[Article, ...]
    outlets: tuple[tuple[AnyDocument, int], ...]
    countries: tuple[tuple[str, int], ...]


def _coverage(view: View, depends: Dependencies) -> Iterator[Page]:
    library = depends.library

    def values(summits: Sequence[Summit]) -> Values:
        return {"rows": [_coverage_of(summit, library) for summit in reversed(summits)]}

    def made_from(summits: Sequence[Summit]) -> Parts:
        rows = []
        for summit in summits:
            found = Counter((a.meta.kind.value, a.meta.outlet) for a in library.digests.get(summit.slug, ()))
            counts = sorted(found.items())
            rows.append((depends.name(summit), counts, depends.found(outlet for (_, outlet), _ in counts)))
        return rows, sorted(Counter(article.meta.kind.value for article in library.articles).items())

    yield from view_pages(view, paged(library.summits[::-1], ROWS), depends, values, made_from)


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
    """Count names, most frequent first."""
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))


_PAGES = {
    "positions": _positions,
    "attendance": _attendance,
    "connections": _connections,
    "map": _map,
    "coverage": _coverage,
}
