"""Lists of the digests of one summit, leader, theme or outlet that are too many for its own page."""

from __future__ import annotations

from collections.abc import Iterator

from generator.composer import Composer
from generator.dependencies import Dependencies, Parts
from generator.model import AnyDocument, Article
from generator.sections import MOST
from generator.views import PAGE, ViewPage, addresses, numbered, paged


def plan_listings(depends: Dependencies) -> Iterator[ViewPage]:
    """Yield every page of every such list, which is cut from its oldest digest on, so that a full page stays."""
    library = depends.library
    for document in (*library.summits, *library.leaders, *library.themes, *library.outlets):
        digests = library.digests.get(document.slug, ())
        if len(digests) > MOST:
            yield from _pages(document, digests[::-1], depends)


def _pages(document: AnyDocument, digests: tuple[Article, ...], depends: Dependencies) -> Iterator[ViewPage]:
    library, settings = depends.library, depends.settings
    folder = Composer(library, settings, document.path).digests_path(document).removesuffix("/index.md")
    title = f"{document.meta.title}: {Composer(library, settings, folder).called('article')}"
    pages = paged(digests, PAGE)
    paths = addresses(folder, len(pages))
    for number, some in enumerate(pages):
        articles = tuple(reversed(some))

        def compose(number: int = number, articles: tuple[Article, ...] = articles) -> str:
            composer = Composer(library, settings, paths[number])
            return composer.render(
                "listing.md.j2", about=document, articles=articles, number=number, paths=paths, total=len(digests)
            )

        def print_(number: int = number, articles: tuple[Article, ...] = articles) -> Parts:
            total = len(digests) if number == len(paths) - 1 else None
            return number, len(paths), total, depends.names((document, *articles))

        yield ViewPage(
            path=paths[number],
            title=numbered(title, number, paths),
            description=f"{title}, newest first.",
            compose=compose,
            print=print_,
        )
