"""The parts of a page's body: the editor's prose, and records, its own and those collected from elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from generator.content.documents import AnyDocument, Passage
from generator.content.meta import ArticleKind, ArticleMeta
from generator.content.model import (
    Difference,
    Figure,
    KeyPoint,
    Outcome,
    Position,
    Record,
    Statement,
    Text,
    TimelineEvent,
    Watch,
)
from generator.core import urls
from generator.core.settings import TAXONOMIES, Kind
from generator.linking.library import Appearance, Library, group
from generator.reading.headings import HEADINGS

HEADING = {kind: heading for heading, kind in HEADINGS.items()}
# The order of the records on a briefing: the essence first, then who said and wants what, then the evidence.
BRIEFING_ORDER = (KeyPoint, Outcome, Position, Statement, Figure, Difference, Watch, TimelineEvent)
CHRONOLOGICAL = (Watch, TimelineEvent)
# What the records of a type that others own are called on the page of a leader whom they concern.
OF_OTHERS = {Position: "Positions of others", Statement: "Said by others"}
# What the records of a type are called where they are counted: "40 more events".
COUNTED = {
    KeyPoint: "key points",
    Outcome: "outcomes",
    Position: "positions",
    Statement: "statements",
    Figure: "key figures",
    Difference: "differences",
    Watch: "things to watch",
    TimelineEvent: "events",
}
FOLD = 8  # records of a type that a briefing shows without a click
MOST = 48  # records of a type on the page of a briefing; a page of its own lists all if there are more
ROOM = MOST + MOST // 4  # up to this many, a briefing shows all: a few more are not worth another page


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it: the editor's prose, or records.

    The first `shown` records are visible at once, the others behind a "more" that needs no script. If there are more
    than a page should hold, it has the newest of them, and `all_path` is the page that lists all `total`. `counted`
    is what they are called where they are counted. `about` is the document to which the heading leads, if to any.
    """

    heading: str
    name: str
    prose: Text | None = None
    records: tuple[Appearance, ...] = ()
    shown: int = 0
    total: int = 0
    all_path: str = ""
    counted: str = ""
    about: AnyDocument | None = None


def sections(document: AnyDocument, library: Library) -> Iterator[Section]:
    """Yield the parts of a document's page.

    A digest keeps the editor's order. A briefing begins with its prose; all records, its own and those collected,
    follow in the order in which a reader needs them.
    """
    collected = _collected(document, library)
    for place, part in enumerate(document.body.outline.parts):
        if isinstance(part, Passage):
            yield Section("", "prose", document.body.prose(place).text)
        elif part.type in collected and document.kind not in TAXONOMIES:
            yield from _of_type(part.type, collected.pop(part.type), document, library)
    for kind in BRIEFING_ORDER:
        yield from _of_type(kind, collected.get(kind, ()), document, library)


def _collected(document: AnyDocument, library: Library) -> dict[type[Record], list[Appearance]]:
    """Return the records on the page of a document, by type: its own first, then those from elsewhere."""
    others = [a for a in library.records.get(document.slug, ()) if a.origin is not document]
    found: dict[type[Record], list[Appearance]] = defaultdict(list)
    for appearance in (*library.standing[document.slug], *others):
        found[appearance.head.type].append(appearance)
    return found


def _of_type(
    kind: type[Record], found: Sequence[Appearance], document: AnyDocument, library: Library
) -> Iterator[Section]:
    by_date = kind in CHRONOLOGICAL or document.kind not in TAXONOMIES
    ordered = in_order(found) if by_date else in_turns(found, document)
    parts = {HEADING[kind]: tuple(ordered)}
    if kind in OF_OTHERS and document.kind is Kind.LEADER:
        owned = group((library.slug(a.head.owner) == document.slug, a) for a in ordered)
        parts = {HEADING[kind]: owned.get(True, ()), OF_OTHERS[kind]: owned.get(False, ())}
    for heading, records in parts.items():
        if records:
            yield _section(heading, kind, records, document)


def _section(heading: str, kind: type[Record], found: tuple[Appearance, ...], document: AnyDocument) -> Section:
    name, total = urls.slugify(HEADING[kind]), len(found)
    if document.kind not in TAXONOMIES:
        return Section(heading, name, records=found, shown=total, total=total)
    kept = found if total <= ROOM else newest(found, MOST)
    shown = FOLD if len(kept) > FOLD + FOLD // 2 else len(kept)  # a few more are not worth a click
    all_path = urls.records_path(document.path, name) if total > len(kept) else ""
    return Section(heading, name, None, kept, shown, total, all_path, COUNTED[kind])


def newest(found: Sequence[Appearance], most: int) -> tuple[Appearance, ...]:
    """Return the newest of the records, at most `most`, in the order in which they were given."""
    if len(found) <= most:
        return tuple(found)
    by_day = sorted(range(len(found)), key=lambda at: (found[at].day, -at), reverse=True)
    return tuple(found[at] for at in sorted(by_day[:most]))


def is_past(appearance: Appearance, today: date) -> bool:
    """Tell whether the date of a record, if it has one, lies before a day with every day that it may be."""
    return appearance.head.date is not None and appearance.day < today


def in_order(found: Sequence[Appearance]) -> list[Appearance]:
    """Sort records by date, those without one last, and reporting before opinion; else the order stays."""
    return sorted(found, key=lambda a: (_when(a), _is_of_opinion(a)))


def in_turns(found: Sequence[Appearance], document: AnyDocument) -> list[Appearance]:
    """Order the records of a briefing: its own first, then by date, then reporting before opinion.

    Of those that are equal so far the first of each digest come first, then the others, digest by digest: editors
    begin with what matters most, and one long source does not stand before all others.
    """
    heard: set[str] = set()
    places = {}
    for a in found:
        places[a] = (a.origin is not document, _when(a), _is_of_opinion(a), a.origin.slug in heard)
        heard.add(a.origin.slug)
    return sorted(found, key=places.__getitem__)


def _when(appearance: Appearance) -> tuple[date, date, str]:
    when = appearance.head.date
    return when.sort_key if when else (date.max, date.max, "")


def _is_of_opinion(appearance: Appearance) -> bool:
    """Tell whether a record comes from a source that gives views."""
    origin = appearance.origin
    return origin.kind is Kind.ARTICLE and is_opinion(origin.meta)


def is_opinion(meta: ArticleMeta) -> bool:
    """Tell whether a source gives views rather than plain reporting."""
    return meta.kind in (ArticleKind.OPINION, ArticleKind.ANALYSIS)
