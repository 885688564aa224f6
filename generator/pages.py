"""Which pages a site has: one for each document, index, month and view, the home page, and that to subscribe on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from generator import urls
from generator.backlinks import collect
from generator.channels import CORRECTIONS, SITE, SIZE, SUBSCRIBE, channels
from generator.composer import Composer, by_month, month_name, month_path
from generator.history import HISTORY, Change
from generator.library import Library, changed
from generator.model import AnyDocument
from generator.related import relate
from generator.settings import COLLECTIONS, TAXONOMIES, Kind, Settings
from generator.views import compose_views


@dataclass(frozen=True, slots=True)
class Page:
    """A composed page. `path` is its place below the content folder, `text` what stands on it, without its title.

    `relations` are what is related to it and refers to it: part of the page and not of a feed, since they change with
    other pages.

    `edit_path` is the content file that an editor would change, if there is one; `feeds` are the files of its feed.
    `changed` is the newest day in what it was made from. A `wide` page has no table of contents beside it.
    """

    path: str
    title: str
    description: str
    kind: str
    text: str
    relations: str = ""
    edit_path: str | None = None
    feeds: tuple[str, ...] = ()
    changed: date | None = None
    wide: bool = False

    @property
    def markdown(self) -> str:
        """Return all of the page as Markdown."""
        return f"{self.text}\n{self.relations}\n" if self.relations else self.text


def compose(library: Library, settings: Settings, history: Mapping[str, tuple[Change, ...]]) -> tuple[Page, ...]:
    """Return every page that is made from content: documents, indexes, months and the home page.

    `history` has what was changed in documents since they were published, by path.
    """
    backlinks, related = collect(library), relate(library)
    pages = [
        _document_page(
            document,
            Composer(
                library,
                settings,
                document.path,
                document,
                backlinks.get(document.slug, ()),
                related.get(document.slug, ()),
                history.get(document.path, ()),
            ),
        )
        for document in library.documents.values()
    ]
    pages += [_withdrawn_page(document, library, settings) for document in library.withdrawn]
    pages += [_index_page(kind, library, settings) for kind in COLLECTIONS]
    pages += _month_pages(library, settings)
    pages += _history_pages(library, settings, history)
    pages.append(_subscribe_page(library, settings))
    pages += [
        Page(
            view.path,
            view.title,
            view.description,
            "view",
            view.text,
            feeds=urls.feed_paths(CORRECTIONS) if view.path == f"{CORRECTIONS}/index.md" else (),
            changed=view.changed,
            wide=view.wide,
        )
        for view in compose_views(library, settings)
    ]
    if library.home is None:
        pages.append(_home_page(None, library, settings))
    return tuple(sorted(pages, key=lambda page: page.path))


def _document_page(document: AnyDocument, composer: Composer) -> Page:
    if document.kind is Kind.HOME:
        return _home_page(document, composer.library, composer.settings)
    return Page(
        path=document.path,
        title=document.meta.title,
        description=getattr(document.meta, "summary", ""),
        kind=document.kind.value,
        text=composer.render(f"{document.kind}.md.j2", doc=document, meta=document.meta),
        relations=composer.fill("relations.md.j2"),
        edit_path=document.path,
        feeds=urls.feed_paths(urls.feed_folder(document.path)) if document.kind in TAXONOMIES else (),
        changed=composer.newest(),
    )


def _withdrawn_page(document: AnyDocument, library: Library, settings: Settings) -> Page:
    """Return what stands at the address of a document that was withdrawn: that it was, and why."""
    composer = Composer(library, settings, document.path)
    return Page(
        path=document.path,
        title=document.meta.title,
        description=f"Withdrawn: {document.meta.withdrawn}",
        kind="withdrawn",
        text=composer.render("withdrawn.md.j2", doc=document),
        edit_path=document.path,
        changed=library.latest_day,
        wide=True,
    )


def _history_pages(library: Library, settings: Settings, history: Mapping[str, tuple[Change, ...]]) -> Iterator[Page]:
    for document in library.documents.values():
        if changes := history.get(document.path):
            path = urls.records_path(document.path, HISTORY)
            title = f"Changes: {document.meta.title}"
            text = Composer(library, settings, path).render("history.md.j2", about=document, changes=changes)
            yield Page(path, title, f"{title}, since it was published.", HISTORY, text, changed=changes[0].day)


def _home_page(home: AnyDocument | None, library: Library, settings: Settings) -> Page:
    composer = Composer(library, settings, "index.md", home)
    return Page(
        path="index.md",
        title=home.meta.title if home else settings.site_name,
        description=home.meta.summary if home else settings.site_description,
        kind="home",
        text=composer.render("home.md.j2", doc=home),
        edit_path="index.md" if home else None,
        feeds=urls.feed_paths(""),
        changed=library.latest_day,
        wide=True,
    )


def _index_page(kind: Kind, library: Library, settings: Settings) -> Page:
    path = urls.index_path(kind, settings)
    composer = Composer(library, settings, path)
    name = settings.collection(kind).plural
    return Page(
        path=path,
        title=name,
        description=f"{name}: {settings.site_name}",
        kind="index",
        text=composer.render(f"index_{kind}.md.j2"),
        changed=library.latest_day,
    )


def _subscribe_page(library: Library, settings: Settings) -> Page:
    composer = Composer(library, settings, SUBSCRIBE)
    groups = [(name, list(found)) for name, found in groupby(channels(library, settings), lambda c: c.group)]
    return Page(
        path=SUBSCRIBE,
        title="Subscribe",
        description=f"The feeds of {settings.site_name}, what is in each, and how to follow them.",
        kind="subscribe",
        text=composer.render("subscribe.md.j2", groups=groups, size=SIZE, site=SITE),
        changed=library.latest_day,
    )


def _month_pages(library: Library, settings: Settings) -> Iterator[Page]:
    for month, articles in by_month(library.articles):
        path = month_path(month, settings)
        composer = Composer(library, settings, path)
        title = f"{settings.collection(Kind.ARTICLE).plural}, {month_name(month)}"
        yield Page(
            path=path,
            title=title,
            description=f"{title}: {settings.site_name}",
            kind="index",
            text=composer.render("month.md.j2", articles=articles),
            changed=max(map(changed, articles)),
        )
