"""Lists of records, corrections and digests: views, and what the page of a document has no room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from generator.composing.dependencies import Dependencies, Parts
from generator.composing.pages import Page, RecordsList, View
from generator.composing.sections import MOST, Section, in_order, is_past
from generator.composing.views import PAGE, VIEWS, Values, addresses, paged, view_page, view_pages
from generator.content.documents import AnyDocument, Article, Summit
from generator.content.meta import Correction, SummitStatus
from generator.content.model import Outcome, Record, Watch
from generator.core.dates import spell_month
from generator.core.mappings import group
from generator.core.settings import Kind, Settings
from generator.core.urls import records_path, slugify
from generator.linking.channels import CORRECTIONS
from generator.linking.library import Appearance, Library, latest_first


def plan_lists(depends: Dependencies) -> Iterator[Page]:
    """Yield all pages of the views that are lists, and of the lists for single documents."""
    for view in VIEWS:
        if view.record is not None:
            yield from _record_pages(view, None, depends.library.by_type.get(view.record, ()), depends)
        elif view.slug == CORRECTIONS:
            yield from _corrections(view, depends)
    library = depends.library
    for document in (*library.summits, *library.leaders, *library.themes, *library.outlets):
        every = library.records.get(document.slug, ())
        for kind, found in group((a.head.type, a) for a in every).items():
            if len(found) > MOST:
                yield from _record_pages(view_of(kind, document), document, found, depends)
        if len(digests := library.digests.get(document.slug, ())) > MOST:
            yield from _digests(document, digests[::-1], depends)


def list_path(kind: type[Record], about: AnyDocument, library: Library) -> str:
    """Return the path of the list of records of a type about a document; nothing if there is no such list."""
    found = [a for a in library.records.get(about.slug, ()) if a.head.type is kind]
    return records_path(about.path, view_of(kind, about).slug) if len(found) > MOST else ""


def view_of(kind: type[Record], about: AnyDocument | None) -> View:
    """Return the view that lists all records of a type, or those of them that are about a document."""
    if about is None:
        return next(view for view in VIEWS if view.record is kind)
    heading = kind.heading
    return View(slugify(heading), f"{about.meta.title}: {heading}", f"All, with {heading.lower()}.", kind)


def _record_pages(
    view: View, about: AnyDocument | None, found: Sequence[Appearance], depends: Dependencies
) -> Iterator[Page]:
    shown = paged(sorted(found, key=_by_day), PAGE)
    for number, some in enumerate(shown):
        yield record_page(RecordsList(view, about, number, len(shown), len(found), some), depends)


def record_page(listed: RecordsList, depends: Dependencies) -> Page:
    """Return a page of a list of records."""
    view, about, library = listed.view, listed.about, depends.library

    def sections() -> list[Section]:
        return list(_sections(listed, library, depends.settings))

    def values() -> Values:
        return {"sections": sections(), "total": listed.total, "about": about, "silent": _silent(listed, library)}

    def made_from() -> Parts:
        total = listed.total if listed.number == listed.count - 1 else None
        grouped = sections() if view.record is Outcome else ()  # no others stand below documents
        headings = depends.names(section.about for section in grouped if section.about)
        silent = depends.names(_silent(listed, library))
        return depends.records(listed.records), total, about and depends.name(about), headings, silent

    folder = records_path(about.path, view.slug).removesuffix("/index.md") if about else view.slug
    paths = addresses(folder, listed.count)
    return view_page(view, paths, listed.number, depends, values, made_from, listed)


def _by_day(appearance: Appearance) -> tuple[int, bool, str, int]:
    """Sort records by day, those of one document from the last to the first: pages show them in reverse."""
    number, slug = -appearance.number, appearance.origin.slug
    return (appearance.day.toordinal(), _is_of_year(appearance), slug, number)


def _is_of_year(appearance: Appearance) -> bool:
    """Tell whether only the year of a record is known, or it spans all of that."""
    when = appearance.head.date
    days = ((when.earliest.month, when.earliest.day), (when.latest.month, when.latest.day)) if when else None
    return days == ((1, 1), (12, 31))


def _sections(listed: RecordsList, library: Library, settings: Settings) -> Iterator[Section]:
    """Yield the parts of a list: outcomes by meeting, what to watch by whether it is past, all others by month."""
    newest_first = listed.records[::-1]
    if listed.view.record is Outcome:
        groups = _by_meeting(newest_first, library, f"No {settings.collection(Kind.SUMMIT).singular.lower()} named")
    elif listed.view.record is Watch:
        groups = _by_past(newest_first, library.latest_day or date.min)
    else:
        groups = _by_month(newest_first)
    for heading, found in groups:
        title, about = (heading, None) if isinstance(heading, str) else (heading.meta.title, heading)
        records = tuple(found)
        yield Section(title, listed.view.slug, records=records, shown=len(records), about=about)


Groups = Iterator[tuple[str | Summit, Iterable[Appearance]]]  # each with its heading, or the meeting that heads it


def _by_month(records: Sequence[Appearance]) -> Groups:
    """Group records by the month in which they end; those of a whole year precede its months."""

    def month(appearance: Appearance) -> str:
        day = appearance.day
        return str(day.year) if _is_of_year(appearance) else spell_month(day)

    yield from groupby(records, month)


def _by_past(records: Sequence[Appearance], today: date) -> Groups:
    """Group what is to be watched: what is ahead on a day, soonest first; what has no date; and what is past."""
    ahead = [a for a in records if a.head.date is not None and not is_past(a, today)]
    undated = [a for a in records if a.head.date is None]
    past = [a for a in records if is_past(a, today)]
    for heading, found in (("Still ahead", in_order(ahead)), ("No date given", undated), ("Past", past)):
        if found:
            yield heading, found


def _by_meeting(records: Sequence[Appearance], library: Library, others: str) -> Groups:
    """Group records by the meeting at which they came about, the newest meeting first; the `others` come last."""
    found = group((_meeting_of(appearance, library), appearance) for appearance in records)
    for summit in sorted((library.documents[slug] for slug in found if slug), key=latest_first):
        yield summit, in_order(found[summit.slug])
    if "" in found:
        yield others, in_order(found[""])


def _meeting_of(appearance: Appearance, library: Library) -> str:
    """Return the slug of the meeting at which a record came about, or nothing: the first that it names, tags first.

    One that was held precedes others: that a meeting is planned may be the outcome of another.
    """
    tagged = _meetings(library.terms(appearance.head.tags), library)
    slugs = [*tagged, *_concerned(appearance, library)]
    return next((slug for slug in slugs if _was_held(library.documents[slug])), slugs[0] if slugs else "")


def _silent(listed: RecordsList, library: Library) -> list[Summit]:
    """Return the meetings that no record of a list of all outcomes concerns, if it has one page."""
    if listed.view.record is not Outcome or listed.about or listed.count > 1:
        return []
    told = {slug for appearance in listed.records for slug in _concerned(appearance, library)}
    return [summit for summit in library.summits if _was_held(summit) and summit.slug not in told]


def _concerned(appearance: Appearance, library: Library) -> list[str]:
    return _meetings(library.terms_of(appearance.origin, appearance.head), library)


def _meetings(slugs: Iterable[str], library: Library) -> list[str]:
    return [slug for slug in slugs if library.documents[slug].kind is Kind.SUMMIT]


def _was_held(summit: AnyDocument) -> bool:
    return summit.meta.status is SummitStatus.HELD


def _digests(about: AnyDocument, digests: Sequence[Article], depends: Dependencies) -> Iterator[Page]:
    """Yield the pages of the list of digests about a document; `digests` are given oldest first."""
    collection = depends.settings.collection(Kind.ARTICLE)
    title = f"{about.meta.title}: {collection.plural}"
    folder = records_path(about.path, collection.slug).removesuffix("/index.md")
    view = View(folder, title, f"{title}, newest first.", layout="digests")
    shown = paged(digests, PAGE)

    def values(some: Sequence[Article]) -> Values:
        return {"about": about, "articles": some[::-1], "total": len(digests)}

    def made_from(some: Sequence[Article]) -> Parts:
        return len(digests) if some is shown[-1] else None, depends.name(about), depends.listed(some)

    yield from view_pages(view, shown, depends, values, made_from)


def _corrections(view: View, depends: Dependencies) -> Iterator[Page]:
    def values(some: Sequence[tuple[AnyDocument, Correction]]) -> Values:
        return {"corrections": tuple(reversed(some))}

    def made_from(some: Iterable[tuple[AnyDocument, Correction]]) -> Parts:
        return depends.names(document for document, _ in some), [correction for _, correction in some]

    yield from view_pages(view, paged(depends.library.corrections, PAGE), depends, values, made_from)
