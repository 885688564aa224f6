"""Which pages a site has: that of each document, and all that list or count what documents say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.composing.composer import Composer
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.indexes import home_page, index_page, month_pages, subscribe_page
from generator.composing.lists import plan_lists
from generator.composing.pages import Body, Page, called
from generator.composing.structured import describe
from generator.composing.tables import plan_tables
from generator.content.documents import AnyDocument
from generator.core import urls
from generator.core.settings import COLLECTIONS, TAXONOMIES, Kind
from generator.linking.backlinks import Backlink, collect
from generator.linking.history import HISTORY, Change
from generator.linking.related import Related


def plan(
    depends: Dependencies,
    related: Mapping[str, tuple[Related, ...]],
    history: Mapping[str, tuple[Change, ...]],
) -> tuple[Page, ...]:
    """Return every page that is made from content, by path.

    `depends` has the content, `related` what is related to documents, by slug. `history` has what was changed in them
    since they were published, by path.
    """
    library = depends.library
    backlinks = collect(library)
    pages = [subscribe_page(depends), *(index_page(kind, depends) for kind in COLLECTIONS)]
    for document in library.documents.values():
        slug, changes = document.slug, history.get(document.path, ())
        pages.append(document_page(document, depends, backlinks.get(slug, ()), related, changes))
        if changes:
            pages.append(history_page(document, changes, depends))
    pages += [_withdrawn_page(document, depends) for document in library.withdrawn]
    pages += [*month_pages(depends), *plan_lists(depends), *plan_tables(depends)]
    if library.home is None:
        pages.append(home_page(None, depends))
    if depends.noting:
        pages = [replace(page, made_from=depends.noted(page.path, page.made_from)) for page in pages]
    return tuple(sorted(pages, key=lambda page: page.path))


def document_page(
    document: AnyDocument,
    depends: Dependencies,
    backlinks: tuple[Backlink, ...],
    related: Mapping[str, tuple[Related, ...]],
    changes: tuple[Change, ...],
) -> Page:
    """Return the page of a document, given what refers and is related to it (by slug), and what was changed in it.

    What is related is asked for when the page is compared or composed, since it may have to be found first.
    """
    if document.kind is Kind.HOME:
        return home_page(document, depends)
    library, settings = depends.library, depends.settings

    def nearest() -> tuple[Related, ...]:
        if document.slug not in related:  # `get` would take a KeyError in finding them for this
            return ()
        return related[document.slug]

    def compose() -> Body:
        composer = Composer(library, settings, document.path, document, backlinks, nearest(), changes)
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
        made_from=lambda: depends.page(document, backlinks, nearest(), changes),
        edit_path=document.path,
        feeds=urls.feed_paths(urls.feed_folder(document.path)) if document.kind in TAXONOMIES else (),
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
        made_from=lambda: (depends.name(document), library.latest_day),
        edit_path=document.path,
        wide=True,
    )


def history_page(document: AnyDocument, changes: tuple[Change, ...], depends: Dependencies) -> Page:
    """Return the page that tells what was changed in a document, newest first."""
    path, title = urls.records_path(document.path, HISTORY), f"Changes: {document.meta.title}"

    def compose() -> Body:
        composer = Composer(depends.library, depends.settings, path)
        return Body(composer.render("history.md.j2", about=document, changes=changes), changed=changes[0].day)

    def made_from() -> Parts:
        return depends.name(document), changes

    return Page(path, title, f"{title}, since it was published.", HISTORY, compose, made_from)
