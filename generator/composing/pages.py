"""Which pages a site has: one for each document, index, month and view, the home page, and that to subscribe on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import groupby

from generator.composing.composer import NEWEST, Composer, by_month, month_name, month_path, upcoming
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.listings import plan_listings
from generator.composing.lists import plan_lists
from generator.composing.structured import describe, describe_site
from generator.composing.tables import plan_tables
from generator.composing.views import Held, Listed, ViewPage
from generator.content.documents import AnyDocument, Article
from generator.content.fingerprints import digest
from generator.core import urls
from generator.core.settings import COLLECTIONS, TAXONOMIES, Kind, Settings
from generator.linking.backlinks import Backlink, collect
from generator.linking.channels import CORRECTIONS, SITE, SIZE, SUBSCRIBE, channels
from generator.linking.history import HISTORY, Change
from generator.linking.library import Library, changed
from generator.linking.related import Related

_COUNTED = (Kind.THEME, Kind.OUTLET)  # whose index says how many digests each has
_SUMMED_UP = (Kind.SUMMIT, Kind.THEME)  # and whose has the summary of each


@dataclass(frozen=True, slots=True)
class Body:
    """What stands on a page: its `text` without its title, and its `relations`.

    These are what is related to it and refers to it: part of the page and not of a feed, since they change with other
    pages. `changed` is the newest day in what it was made from. `structured` says what it is about, as JSON-LD.
    """

    text: str
    relations: str = ""
    changed: date | None = None
    structured: str = ""

    @property
    def day(self) -> str:
        """Return the newest day in it (ISO 8601), or nothing."""
        return str(self.changed) if self.changed else ""

    def parts(self) -> Parts:
        """Return what it is made of. What is long is given as bytes, of which no text has to be made."""
        text, relations = (part.encode("utf-8", "surrogatepass") for part in (self.text, self.relations))
        return text, relations, self.changed, self.structured

    @property
    def markdown(self) -> str:
        """Return all of it as Markdown."""
        return f"{self.text}\n{self.relations}\n" if self.relations else self.text


@dataclass(frozen=True)
class Page:
    """A page of the site. `path` is its place below the content folder; what stands on it is composed when asked for.

    `edit_path` is the content file that an editor would change, if there is one; `feeds` are the files of its feed.
    A `wide` page has no table of contents beside it; `listed` says which page of a list of records it is, if it is
    one, or of the table of positions. `print` gives what changes whenever that does which the page is composed of.
    """

    path: str
    title: str
    description: str
    kind: str
    compose: Callable[[], Body]
    print: Callable[[], Parts]
    edit_path: str | None = None
    feeds: tuple[str, ...] = ()
    wide: bool = False
    listed: Listed | Held | None = None

    @cached_property
    def fingerprint(self) -> bytes:
        """What changes whenever the page does, as a short value."""
        head = (self.title, self.description, self.kind, self.edit_path, self.feeds, self.wide)
        return digest(head, *self.print())

    @cached_property
    def body(self) -> Body:
        """What stands on the page, kept."""
        return self.compose()

    def renewed(self, document: AnyDocument | None) -> Page:
        """Return the page anew; where its `document` was edited, it is called as that is now."""
        if document is None:
            return replace(self)
        title, description = called(document)
        return replace(self, title=title, description=description)

    @property
    def text(self) -> str:
        """Return the text of the page."""
        return self.body.text

    @property
    def markdown(self) -> str:
        """Return all of the page as Markdown."""
        return self.body.markdown


def plan(
    depends: Dependencies,
    related: Mapping[str, tuple[Related, ...]],
    history: Mapping[str, tuple[Change, ...]],
) -> tuple[Page, ...]:
    """Return every page that is made from content: documents, indexes, months, views and the home page.

    `depends` has the content, `related` what is related to documents, by slug. `history` has what was changed in them
    since they were published, by path.
    """
    library, settings = depends.library, depends.settings
    backlinks = collect(library)
    pages = [
        document_page(
            document,
            depends,
            backlinks.get(document.slug, ()),
            related.get(document.slug, ()),
            history.get(document.path, ()),
        )
        for document in library.documents.values()
    ]
    pages += [_withdrawn_page(document, depends) for document in library.withdrawn]
    pages += [_index_page(kind, depends) for kind in COLLECTIONS]
    pages += _month_pages(depends)
    pages += _history_pages(depends, history)
    pages.append(_subscribe_page(library, settings))
    pages += [
        view_page(view, library) for view in (*plan_lists(depends), *plan_tables(depends), *plan_listings(depends))
    ]
    if library.home is None:
        pages.append(home_page(None, depends))
    if depends.noting:
        pages = [replace(page, print=depends.noted(page.path, page.print)) for page in pages]
    return tuple(sorted(pages, key=lambda page: page.path))


def called(document: AnyDocument) -> tuple[str, str]:
    """Return the title of the page of a document, and its description."""
    return document.meta.title, getattr(document.meta, "summary", "")


def document_page(
    document: AnyDocument,
    depends: Dependencies,
    backlinks: tuple[Backlink, ...],
    related: tuple[Related, ...],
    changes: tuple[Change, ...],
) -> Page:
    """Return the page of a document, given what refers and is related to it, and what was changed in it."""
    if document.kind is Kind.HOME:
        return home_page(document, depends)
    library, settings = depends.library, depends.settings

    def compose() -> Body:
        composer = Composer(library, settings, document.path, document, backlinks, related, changes)
        text = composer.render(f"{document.kind}.md.j2", doc=document, meta=document.meta)
        relations = composer.fill("relations.md.j2")
        return Body(text, relations, composer.newest(), describe(document, library, settings))

    title, description = called(document)
    return Page(
        path=document.path,
        title=title,
        description=description,
        kind=document.kind.value,
        compose=compose,
        print=partial(depends.page, document, backlinks, related, changes),
        edit_path=document.path,
        feeds=urls.feed_paths(urls.feed_folder(document.path)) if document.kind in TAXONOMIES else (),
    )


def view_page(view: ViewPage, library: Library) -> Page:
    """Return a page of a view."""
    return Page(
        view.path,
        view.title,
        view.description,
        "view",
        lambda: Body(view.compose(), changed=library.latest_day),
        lambda: (*view.print(), library.latest_day),
        feeds=urls.feed_paths(CORRECTIONS) if view.path == f"{CORRECTIONS}/index.md" else (),
        wide=view.wide,
        listed=view.listed,
    )


def _withdrawn_page(document: AnyDocument, depends: Dependencies) -> Page:
    """Return what stands at the address of a document that was withdrawn: that it was, and why."""
    library = depends.library

    def compose() -> Body:
        text = Composer(library, depends.settings, document.path).render("withdrawn.md.j2", doc=document)
        return Body(text, changed=library.latest_day)

    return Page(
        path=document.path,
        title=document.meta.title,
        description=f"Withdrawn: {document.meta.withdrawn}",
        kind="withdrawn",
        compose=compose,
        print=lambda: (depends.name(document), library.latest_day),
        edit_path=document.path,
        wide=True,
    )


def _history_pages(depends: Dependencies, history: Mapping[str, tuple[Change, ...]]) -> Iterator[Page]:
    for document in depends.library.documents.values():
        if changes := history.get(document.path):
            yield history_page(document, changes, depends)


def history_page(document: AnyDocument, changes: tuple[Change, ...], depends: Dependencies) -> Page:
    """Return the page that tells what was changed in a document."""
    title = f"Changes: {document.meta.title}"
    path = urls.records_path(document.path, HISTORY)
    compose = partial(_history, path, document, changes, depends)
    print_ = partial(_history_print, document, changes, depends)
    return Page(path, title, f"{title}, since it was published.", HISTORY, compose, print_)


def _history(path: str, document: AnyDocument, changes: tuple[Change, ...], depends: Dependencies) -> Body:
    composer = Composer(depends.library, depends.settings, path)
    return Body(composer.render("history.md.j2", about=document, changes=changes), changed=changes[0].day)


def _history_print(document: AnyDocument, changes: tuple[Change, ...], depends: Dependencies) -> Parts:
    return depends.name(document), changes


def home_page(home: AnyDocument | None, depends: Dependencies) -> Page:
    """Return the home page, with the words that somebody has written for it, if there are any."""
    library, settings = depends.library, depends.settings

    def compose() -> Body:
        text = Composer(library, settings, "index.md", home).render("home.md.j2", doc=home)
        return Body(text, changed=library.latest_day, structured=describe_site(settings))

    def print_() -> Parts:
        watched = depends.records(upcoming(library))
        listed = depends.listed(library.summits), depends.listed(library.themes), depends.names(library.leaders)
        counts = [len(library.digests.get(found.slug, ())) for found in (*library.themes, *library.leaders)]
        articles = depends.names(library.articles[:NEWEST])
        return (
            home and depends.whole(home),
            *listed,
            counts,
            articles,
            watched,
            library.latest_day,
        )

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


def _index_page(kind: Kind, depends: Dependencies) -> Page:
    library, settings = depends.library, depends.settings
    path = urls.index_path(kind, settings)
    name = settings.collection(kind).plural

    def compose() -> Body:
        return Body(Composer(library, settings, path).render(f"index_{kind}.md.j2"), changed=library.latest_day)

    def print_() -> Parts:
        if kind is Kind.ARTICLE:
            months = [(month, len(articles)) for month, articles in by_month(library.articles)]
            return months, depends.listed(library.articles[:NEWEST]), library.latest_day
        listed = (*library.summits, *library.leaders, *library.themes, *library.outlets)
        found = [document for document in listed if document.kind is kind]
        counts = [len(library.digests.get(document.slug, ())) for document in found if kind in _COUNTED]
        shown = depends.listed(found) if kind in _SUMMED_UP else depends.names(found)
        return shown, counts, library.latest_day

    return Page(path, name, f"{name}: {settings.site_name}", "index", compose, print_)


def _subscribe_page(library: Library, settings: Settings) -> Page:
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


def _month_pages(depends: Dependencies) -> Iterator[Page]:
    settings = depends.settings
    for month, articles in by_month(depends.library.articles):
        title = f"{settings.collection(Kind.ARTICLE).plural}, {month_name(month)}"
        path = month_path(month, settings)
        compose = partial(_month, path, articles, depends)
        print_ = partial(_month_print, articles, depends)
        yield Page(path, title, f"{title}: {settings.site_name}", "index", compose, print_)


def _month(path: str, articles: list[Article], depends: Dependencies) -> Body:
    text = Composer(depends.library, depends.settings, path).render("month.md.j2", articles=articles)
    return Body(text, changed=max(map(changed, articles)))


def _month_print(articles: list[Article], depends: Dependencies) -> Parts:
    return (depends.listed(articles),)
