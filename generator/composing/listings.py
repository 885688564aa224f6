"""Lists of the digests of one summit, leader, theme or outlet that are too many for its own page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from generator.composing.composer import Composer
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.sections import MOST
from generator.composing.views import PAGE, Values, View, ViewPage, paged, view_pages
from generator.content.documents import AnyDocument, Article


def plan_listings(depends: Dependencies) -> Iterator[ViewPage]:
    """Yield every page of every such list, which is cut from its oldest digest on, so that a full page stays."""
    library = depends.library
    for document in (*library.summits, *library.leaders, *library.themes, *library.outlets):
        digests = library.digests.get(document.slug, ())
        if len(digests) > MOST:
            yield from _pages(document, digests[::-1], depends)


def _pages(document: AnyDocument, digests: Sequence[Article], depends: Dependencies) -> Iterator[ViewPage]:
    composer = Composer(depends.library, depends.settings, document.path)
    folder = composer.digests_path(document).removesuffix("/index.md")
    title = f"{document.meta.title}: {composer.called('article')}"
    shown = paged(digests, PAGE)

    def values(some: Sequence[Article]) -> Values:
        return {"about": document, "articles": some[::-1], "total": len(digests)}

    def made_from(some: Sequence[Article]) -> Parts:
        return len(digests) if some is shown[-1] else None, depends.name(document), depends.listed(some)

    view = View(folder, title, f"{title}, newest first.")
    yield from view_pages(view, shown, depends, values, made_from, template="listing.md.j2")
