"""Pages that lead on: the home page, the index of each kind, the digests of a month, and where to subscribe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from generator.composing.composer import Composer
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.pages import Body, Page
from generator.composing.sections import in_order, is_past
from generator.composing.structured import describe_site
from generator.composing.views import Values
from generator.content.documents import AnyDocument, Article, Summit
from generator.content.model import Watch
from generator.core import urls
from generator.core.dates import spell_month
from generator.core.settings import Kind, Settings
from generator.linking.channels import SITE, SIZE, SUBSCRIBE, channels
from generator.linking.library import Appearance, Library, changed, group, sort_form

NEWEST = 30  # digests on the page of all articles; the months hold the rest
_AHEAD = 6  # things to watch on the home page
_MOST_COVERED = 18  # themes, and leaders, on the home page: those that most digests concern
_COUNTED = (Kind.THEME, Kind.OUTLET)  # whose index says how many digests each has
_SUMMED_UP = (Kind.SUMMIT, Kind.THEME)  # and whose has the summary of each


# --- the home page


def home_page(home: AnyDocument | None, depends: Dependencies) -> Page:
    """Return the home page, with the words that somebody has written for it, if there are any."""
    library, settings = depends.library, depends.settings

    def compose() -> Body:
        text = Composer(library, settings, "index.md", home).render(
            "home.md.j2",
            doc=home,
            themes=_most_covered(library.themes, library)[:_MOST_COVERED],
            leaders=_most_covered(library.leaders, library)[:_MOST_COVERED],
            watch=_upcoming(library),
        )
        return Body(text, changed=library.latest_day, structured=describe_site(settings))

    def print_() -> Parts:
        watched = depends.records(_upcoming(library))
        listed = depends.listed(library.summits), depends.listed(library.themes), depends.names(library.leaders)
        counts = [len(library.digests.get(found.slug, ())) for found in (*library.themes, *library.leaders)]
        articles = depends.names(library.articles[:NEWEST])
        return home and depends.whole(home), *listed, counts, articles, watched, library.latest_day

    return Page(
        path="index.md",
        title=home.meta.title if home else settings.site_name,
        description=home.meta.summary if home else settings.site_description,
        kind="home",
        compose=compose,
        print=print_,
        edit_path="index.md" if home else None,
        feeds=urls.feed_paths(""),
        wide=True,
    )


def _most_covered(documents: Iterable[AnyDocument], library: Library) -> list[AnyDocument]:
    """Order documents by how many digests concern them, the most first."""
    digests = library.digests
    return sorted(documents, key=lambda d: (-len(digests.get(d.slug, ())), sort_form(d.meta.title), d.slug))


def _upcoming(library: Library) -> list[Appearance]:
    """Return what digests say to watch: undated, or not before the newest day; soonest first, then newest."""
    today = library.latest_day or date.min
    found = [a for a in library.by_type.get(Watch, ()) if a.origin.kind is Kind.ARTICLE and not is_past(a, today)]
    return in_order(found)[:_AHEAD]


# --- the index of a kind


def index_page(kind: Kind, depends: Dependencies) -> Page:
    """Return the page that lists the documents of a kind; of digests the newest, and the months with the others."""
    library, settings = depends.library, depends.settings
    path, name = urls.index_path(kind, settings), settings.collection(kind).plural

    def compose() -> Body:
        text = Composer(library, settings, path).render(f"index_{kind}.md.j2", **_grouped(kind, library, settings))
        return Body(text, changed=library.latest_day)

    def print_() -> Parts:
        if kind is Kind.ARTICLE:
            months = [(month, len(articles)) for month, articles in _by_month(library.articles)]
            return months, depends.listed(library.articles[:NEWEST]), library.latest_day
        listed = (*library.summits, *library.leaders, *library.themes, *library.outlets)
        found = [document for document in listed if document.kind is kind]
        counts = [len(library.digests.get(document.slug, ())) for document in found if kind in _COUNTED]
        shown = depends.listed(found) if kind in _SUMMED_UP else depends.names(found)
        return shown, counts, library.latest_day

    return Page(path, name, f"{name}: {settings.site_name}", "index", compose, print_)


def _grouped(kind: Kind, library: Library, settings: Settings) -> Values:
    """Return the documents of a kind as its index groups them, if it does."""
    if kind is Kind.ARTICLE:
        months = [(_month_path(m, settings), spell_month(m), len(found)) for m, found in _by_month(library.articles)]
        return {"months": months, "articles": library.articles[:NEWEST]}
    if kind is Kind.SUMMIT:
        # What is known by the year alone may lie between others, and precedes the months of that year.
        ordered = sorted(library.summits, key=lambda summit: (-summit.meta.start.latest.year, _has_month(summit)))
        return {"months": group((_month_of(summit), summit) for summit in ordered)}
    if kind is Kind.LEADER:
        countries = group((leader.meta.country, leader) for leader in library.leaders)
        return {"countries": sorted(countries.items(), key=lambda pair: (sort_form(pair[0]), pair[0]))}
    return {}


def _month_of(summit: Summit) -> str:
    """Return the month of a summit in words; its year where no more is known."""
    latest = summit.meta.start.latest
    return spell_month(latest) if _has_month(summit) else str(latest.year)


def _has_month(summit: Summit) -> bool:
    """Tell whether it is known in which month a summit began."""
    start = summit.meta.start
    return start.earliest.replace(day=1) == start.latest.replace(day=1)


# --- months


def month_pages(depends: Dependencies) -> Iterator[Page]:
    """Yield the pages of the digests of each month."""
    for month, articles in _by_month(depends.library.articles):
        yield _month_page(month, articles, depends)


def _month_page(month: date, articles: Sequence[Article], depends: Dependencies) -> Page:
    library, settings = depends.library, depends.settings
    path = _month_path(month, settings)
    title = f"{settings.collection(Kind.ARTICLE).plural}, {spell_month(month)}"

    def compose() -> Body:
        text = Composer(library, settings, path).render("month.md.j2", articles=articles)
        return Body(text, changed=max(map(changed, articles)))

    def print_() -> Parts:
        return (depends.listed(articles),)

    return Page(path, title, f"{title}: {settings.site_name}", "index", compose, print_)


def _by_month(articles: Iterable[Article]) -> list[tuple[date, list[Article]]]:
    """Group digests by the month of their sources, newest first; a month is given by its first day."""
    dated = sorted(articles, key=lambda a: (a.meta.published.sort_key, a.slug), reverse=True)
    return [(month, list(same)) for month, same in groupby(dated, lambda a: a.meta.published.latest.replace(day=1))]


def _month_path(month: date, settings: Settings) -> str:
    """Return the page of a month: `articles/2025/09.md`."""
    return f"{settings.collection(Kind.ARTICLE).slug}/{month.year:04}/{month.month:02}.md"


# --- where to subscribe


def subscribe_page(depends: Dependencies) -> Page:
    """Return the page that lists all feeds, and tells how to follow them."""
    library, settings = depends.library, depends.settings

    def compose() -> Body:
        groups = [(name, list(found)) for name, found in groupby(channels(library, settings), lambda c: c.group)]
        composer = Composer(library, settings, SUBSCRIBE)
        text = composer.render("subscribe.md.j2", groups=groups, size=SIZE, site=SITE)
        return Body(text, changed=library.latest_day)

    def print_() -> Parts:
        found = channels(library, settings)
        about = [one.description for one in found if one.group == SITE]
        return about, [(one.group, one.page, one.name, one.folder) for one in found], library.latest_day

    about = f"The feeds of {settings.site_name}, what is in each, and how to follow them."
    return Page(SUBSCRIBE, "Subscribe", about, "subscribe", compose, print_)
