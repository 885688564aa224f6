"""The parts of a page's body: the editor's prose, and records with those collected from elsewhere."""

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
FOLD = 8  # records of a type that a briefing shows at once
MOST = 48  # records of a type that a briefing has; the rest are on pages of their own
ROOM = MOST + MOST // 4  # of no more than these a briefing has all: a handful more is not worth another page


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands below it: the editor's prose, or records with those collected from elsewhere.

    The first `shown` records are there at once, the others behind a "more" that needs no script. Where there are more
    than a page should hold, it has the newest, and `all_path` is the page that lists all `total` of them. `counted`
    is what they are called where they are counted.
    """

    heading: str
    name: str
    prose: Text | None = None
    records: tuple[Appearance, ...] = ()
    shown: int = 0
    total: int = 0
    all_path: str = ""
    counted: str = ""


def sections(document: AnyDocument, library: Library) -> Iterator[Section]:
    """Yield the parts of a document's page.

    A digest keeps the editor's order. A briefing has its prose first, and then all records, its own and those
    collected, in the order in which a reader needs them.
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
    """Return what the page shows of each type of record: its own first, then those from elsewhere."""
    others = [a for a in library.records.get(document.slug, ()) if a.origin is not document]
    found: dict[type[Record], list[Appearance]] = defaultdict(list)
    for appearance in (*library.standing[document.slug], *others):
        found[appearance.head.type].append(appearance)
    return found


def _of_type(
    kind: type[Record], found: Sequence[Appearance], document: AnyDocument, library: Library
) -> Iterator[Section]:
    parts = {HEADING[kind]: tuple(in_order(found))}
    if kind is Statement and document.kind is Kind.LEADER:
        said = group((library.slug(a.head.owner) == document.slug, a) for a in in_order(found))
        parts = {HEADING[kind]: said.get(True, ()), "Said by others": said.get(False, ())}
    for heading, records in parts.items():
        if records:
            yield _section(heading, kind, records, document)


def _section(heading: str, kind: type[Record], found: tuple[Appearance, ...], document: AnyDocument) -> Section:
    name, total = urls.slugify(HEADING[kind]), len(found)
    if document.kind not in TAXONOMIES:
        return Section(heading, name, records=found, shown=total, total=total)
    kept = found if total <= ROOM else newest(found, MOST)
    shown = FOLD if len(kept) > FOLD + FOLD // 2 else len(kept)  # a handful more is not worth a click
    all_path = urls.records_path(document.path, name) if total > len(kept) else ""
    return Section(heading, name, None, kept, shown, total, all_path, COUNTED[kind])


def newest(found: Sequence[Appearance], most: int) -> tuple[Appearance, ...]:
    """Return the newest records for which there is room, in the order in which they stood."""
    if len(found) <= most:
        return tuple(found)
    by_day = sorted(range(len(found)), key=lambda at: (found[at].day, -at), reverse=True)
    return tuple(found[at] for at in sorted(by_day[:most]))


def in_order(found: Sequence[Appearance]) -> list[Appearance]:
    """Order records by date, those without one last; reporting before opinion, and else as they stand."""
    return sorted(found, key=lambda a: (_when(a), a.origin.kind is Kind.ARTICLE and is_opinion(a.origin.meta)))


def _when(appearance: Appearance) -> tuple[date, date, str]:
    when = appearance.head.date
    return when.sort_key if when else (date.max, date.max, "")


def is_opinion(meta: ArticleMeta) -> bool:
    """Tell whether a source gives views rather than plain reporting."""
    return meta.kind in (ArticleKind.OPINION, ArticleKind.ANALYSIS)
