"""Which feeds a site has, and which documents are in each. `generator.syndication.feeds` makes their items."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from generator.content.documents import AnyDocument
from generator.core import urls
from generator.core.mappings import group
from generator.core.settings import TAXONOMIES, Kind, Settings
from generator.linking.library import Library

PAIR = 3  # digests that a leader and a theme must share for the pair to have a feed
SIZE = 30  # items in one document of a feed; older ones are in its archives
SITE = "The whole site"
CORRECTIONS = "corrections"  # the folder of the page and the feed of corrections
SUBSCRIBE = "subscribe/index.md"  # the page that lists them all


@dataclass(frozen=True, slots=True)
class Channel:
    """A feed of the site in all its formats.

    `id` is minted once (RFC 4151). Its files lie in `folder`, below the site; it belongs to `page` and is listed
    under the heading `group`. `about` is a document, whose summary describes the feed, or a description. Its items
    are the digests among `documents`, and the corrections of any of them; or the corrections alone.
    """

    id: str
    folder: str
    page: str
    group: str
    name: str
    about: AnyDocument | str
    documents: tuple[AnyDocument, ...]
    corrections_only: bool = False

    @property
    def description(self) -> str:
        """Return what the feed is about, in words."""
        return self.about if isinstance(self.about, str) else self.about.meta.summary

    def title(self, settings: Settings) -> str:
        """Return the title for feed readers, which ends with the name of the site unless it is that name."""
        return self.name if self.name == settings.site_name else f"{self.name}: {settings.site_name}"


def channels(library: Library, settings: Settings) -> tuple[Channel, ...]:
    """Return every feed of a site, group by group."""
    taxonomies = [doc for docs in (library.summits, library.leaders, library.themes) for doc in docs]
    return (
        *_of_site(library, settings),
        *(_of_document(document, library, settings) for document in taxonomies),
        *(_of_pairs(library, settings) if settings.feed_pairs else ()),
    )


def of_withdrawn(library: Library, settings: Settings) -> Iterator[Channel]:
    """Yield the feeds of withdrawn summits, leaders and themes: empty, and listed on no page."""
    for document in library.withdrawn:
        if document.kind in TAXONOMIES:
            about = f"Withdrawn: {document.meta.withdrawn}"
            yield replace(_of_document(document, library, settings), about=about, documents=())


def _of_site(library: Library, settings: Settings) -> Iterator[Channel]:
    name, about = settings.site_name, settings.site_description or settings.site_name
    documents = tuple(library.documents.values())
    identity = urls.feed_id(Kind.HOME, "feed", settings)
    yield Channel(identity, "", "index.md", SITE, name, about, documents)
    identity = urls.feed_id(Kind.HOME, "feed", settings, CORRECTIONS)
    about = "What was put right, each correction by itself."
    yield Channel(identity, CORRECTIONS, f"{CORRECTIONS}/index.md", SITE, "Corrections", about, documents, True)


def _of_document(document: AnyDocument, library: Library, settings: Settings) -> Channel:
    assert document.kind in TAXONOMIES
    return Channel(
        id=urls.feed_id(document.kind, document.first_slug, settings),
        folder=urls.feed_folder(document.path),
        page=document.path,
        group=settings.collection(document.kind).plural,
        name=document.meta.title,
        about=document,
        documents=(document, *library.digests.get(document.slug, ())),
    )


def _of_pairs(library: Library, settings: Settings) -> Iterator[Channel]:
    """Yield a feed for each pair of a leader and a theme that share enough digests."""
    heading = " and ".join(settings.collection(kind).plural for kind in (Kind.LEADER, Kind.THEME))
    for leader in library.leaders:
        digests = library.digests.get(leader.slug, ())
        shared = group((slug, article) for article in digests for slug in library.subjects[article.slug])
        for theme in library.themes:
            if len(articles := shared.get(theme.slug, ())) >= PAIR:
                yield Channel(
                    id=urls.feed_id(Kind.LEADER, leader.first_slug, settings, Kind.THEME, theme.first_slug),
                    folder=posixpath.join(urls.feed_folder(leader.path), theme.slug),
                    page=leader.path,
                    group=heading,
                    name=f"{leader.meta.title} / {theme.meta.title}",
                    about=f"Digests that concern both {leader.meta.title} and {theme.meta.title}.",
                    documents=articles,
                )
