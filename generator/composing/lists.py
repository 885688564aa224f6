"""Lists of records, corrections and digests: views, and what the page of a document has no room for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from generator.composing.dependencies import Dependencies, Parts
from generator.composing.pages import Page, RecordsList, View
from generator.composing.sections import HEADING, MOST, Section
from generator.composing.views import PAGE, VIEWS, Values, addresses, paged, view_page, view_pages
from generator.content.documents import AnyDocument, Article
from generator.content.meta import Correction
from generator.content.model import Record
from generator.core.dates import spell_month
from generator.core.mappings import group
from generator.core.settings import Kind
from generator.core.urls import records_path, slugify
from generator.linking.channels import CORRECTIONS
from generator.linking.library import Appearance, Library


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
    heading = HEADING[kind]
    return View(slugify(heading), f"{about.meta.title}: {heading}", f"All, with {heading.lower()}.", kind)


def _record_pages(
    view: View, about: AnyDocument | None, found: Sequence[Appearance], depends: Dependencies
) -> Iterator[Page]:
    shown = paged(sorted(found, key=_by_day), PAGE)
    for number, some in enumerate(shown):
        yield record_page(RecordsList(view, about, number, len(shown), len(found), some), depends)


def record_page(listed: RecordsList, depends: Dependencies) -> Page:
    """Return a page of a list of records."""
    view, about = listed.view, listed.about

    def values() -> Values:
        return {"sections": list(_by_month(view, listed.records)), "total": listed.total, "about": about}

    def made_from() -> Parts:
        total = listed.total if listed.number == listed.count - 1 else None
        return depends.records(listed.records), total, about and depends.name(about)

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


def _by_month(view: View, items: Sequence[Appearance]) -> Iterator[Section]:
    """Group records by the month in which they end, newest first; those of a whole year precede its months."""

    def month(appearance: Appearance) -> str:
        day = appearance.day
        return str(day.year) if _is_of_year(appearance) else spell_month(day)

    for name, same in groupby(reversed(items), month):
        records = tuple(same)
        yield Section(name, view.slug, records=records, shown=len(records))


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
