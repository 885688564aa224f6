"""Feeds: one item model, and the documents that a feed is cut into. `serialise` writes them.

An item is a digest, or a correction of a document. A feed is a document with the newest items and, once there are
more, archive documents after RFC 5005, section 4. These are filled from the oldest item on. Each full one leads to
the one after it, which is there as soon as it is full itself; so its bytes need never change again.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property, partial

from generator.content.documents import AnyDocument, Article
from generator.content.fingerprints import digest
from generator.content.meta import Correction
from generator.core import urls
from generator.core.dates import midnight
from generator.core.settings import Kind, Settings
from generator.linking.channels import SIZE, Channel
from generator.linking.library import Library
from generator.syndication.sanitise import as_html, clean, sanitise

ARCHIVE = "archive"


@dataclass(frozen=True, slots=True)
class FeedContent:
    """The feed content of digests: what feeds say of them beside title and summary.

    `html` gives that of a digest as harmless HTML with absolute addresses, and is called when an item is written.
    `fingerprint` gives the fingerprint of it.
    """

    html: Callable[[Article], str]
    fingerprint: Callable[[Article], bytes]


@dataclass(frozen=True)
class Item:
    """One item. `id` never changes; `html` has only absolute addresses and harmless markup; the rest is plain text.

    `content` makes the HTML on demand, and `content_fingerprint` a fingerprint of it. Times are in UTC; `updated`
    moves only on a significant change (RFC 4287, section 4.2.15). `place` is the slug of its document, and its number
    among the items of that.
    """

    id: str
    title: str
    url: str
    summary: str
    content: Callable[[], str] = field(compare=False)
    content_fingerprint: Callable[[], bytes] = field(compare=False)
    published: datetime
    updated: datetime
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    correction: bool = False
    place: tuple[str, int] = field(compare=False, default=("", 0))

    @cached_property
    def fingerprint(self) -> bytes:
        """What changes whenever anything in it does."""
        return digest([getattr(self, part.name) for part in fields(self) if part.compare], self.content_fingerprint())

    @property
    def html(self) -> str:
        """Return the whole of it as HTML."""
        return self.content()


@dataclass(frozen=True, slots=True)
class Feed:
    """One document of a feed, its items newest first. All documents of a feed have the same `id`.

    `folder` is where its files lie below the site, `page_url` the page it belongs to. `current`, `previous` and
    `following` are folders as well: of the newest document, and of the archives before and after this one. The items
    of a `closed` archive never change.
    """

    id: str
    folder: str
    title: str
    description: str
    page_url: str
    updated: datetime
    items: tuple[Item, ...]
    current: str
    previous: str | None = None
    following: str | None = None
    closed: bool = False

    def fingerprint(self) -> bytes:
        """Return what changes whenever anything in it does."""
        head = (getattr(self, part.name) for part in fields(self) if part.name != "items")
        return digest(*head, *(item.fingerprint for item in self.items))


def revised(feed: Feed, items: Mapping[tuple[str, int], Item], about: AnyDocument | None) -> Feed:
    """Return a document of a feed with `items` in their places, and the summary of what it is `about`, if any."""
    current = tuple(items.get(item.place, item) for item in feed.items)
    return replace(feed, items=current, description=clean(about.meta.summary) if about else feed.description)


def items_of(library: Library, settings: Settings, content: FeedContent) -> dict[str, tuple[Item, ...]]:
    """Return the items of each document."""
    documents = library.documents.items()
    return {slug: items_of_one(document, library, settings, content) for slug, document in documents}


def items_of_one(
    document: AnyDocument, library: Library, settings: Settings, content: FeedContent
) -> tuple[Item, ...]:
    """Return the items of one document: itself, if it is a digest, and then its corrections."""
    own = [_digest(document, library, settings, content)] if document.kind is Kind.ARTICLE else []
    return (*own, *_corrections(document, len(own), library, settings))


def ids(library: Library, channels: Iterable[Channel], settings: Settings) -> dict[str, str]:
    """Return every id of items and feeds, with the address it belongs to, from the root of the site."""
    found = {}
    for document in library.documents.values():
        page = urls.page_address(document.path, settings)
        if document.kind is Kind.ARTICLE:
            found[urls.feed_id(Kind.ARTICLE, document.first_slug, settings)] = page
        for number, _ in _numbered(document):
            found[_correction_id(document, number, settings)] = f"{page}#corrections"
    for channel in channels:
        found[channel.id] = urls.address(posixpath.join(channel.folder, urls.ATOM.file), settings)
    return found


def collect(
    channels: Iterable[Channel], items: dict[str, tuple[Item, ...]], newest: date | None, settings: Settings
) -> Iterator[Feed]:
    """Yield every document of every feed. `newest` dates a feed that has no item yet."""
    for channel in channels:
        found = (item for document in channel.documents for item in items[document.slug])
        kept = [item for item in found if item.correction or not channel.corrections_only]
        kept.sort(key=lambda item: (-item.published.timestamp(), item.id))
        yield from _documents(channel, kept, midnight(newest or date(1970, 1, 1)), settings)


def _documents(channel: Channel, items: list[Item], empty: datetime, settings: Settings) -> Iterator[Feed]:
    """Yield the newest document of a feed, then its archives, the oldest first; the last of them is still filling.

    `empty` dates a document without items.
    """
    full = len(items) // SIZE if len(items) > SIZE else 0
    archives = [posixpath.join(channel.folder, ARCHIVE, str(number)) for number in range(1, full + 2)]

    def document(folder: str, part: list[Item], previous: str | None, following: str | None, closed: bool) -> Feed:
        return Feed(
            id=channel.id,
            folder=folder,
            title=clean(channel.title(settings)),
            description=clean(channel.description),
            page_url=urls.permalink(channel.page, settings),
            updated=max((item.updated for item in part), default=empty),
            items=tuple(part),
            current=channel.folder,
            previous=previous,
            following=following,
            closed=closed,
        )

    yield document(channel.folder, items[:SIZE], archives[full - 1] if full else None, None, False)
    for at, folder in enumerate(archives if full else ()):
        part = items[max(0, len(items) - (at + 1) * SIZE) : len(items) - at * SIZE]
        previous, closed = archives[at - 1] if at else None, at < full
        yield document(folder, part, previous, archives[at + 1] if closed else None, closed)


def _digest(article: Article, library: Library, settings: Settings, content: FeedContent) -> Item:
    meta, day = article.meta, article.meta.day
    return Item(
        id=urls.feed_id(Kind.ARTICLE, article.first_slug, settings),
        title=clean(meta.title),
        url=urls.permalink(article.path, settings),
        summary=clean(meta.summary),
        content=partial(content.html, article),
        content_fingerprint=partial(content.fingerprint, article),
        published=midnight(day),
        updated=midnight(max(day, meta.updated or day)),
        authors=tuple(map(clean, meta.authors)) or (_outlet(article, library),),
        categories=_categories(article, library),
        place=(article.slug, 0),
    )


def _categories(document: AnyDocument, library: Library) -> tuple[str, ...]:
    """Return the names of what a digest is filed under; of another document, its own."""
    if document.kind is not Kind.ARTICLE:
        return (clean(document.meta.title),)
    return tuple(dict.fromkeys(clean(found.meta.title) for found in library.filed_under(document)))


def _corrections(document: AnyDocument, first: int, library: Library, settings: Settings) -> Iterator[Item]:
    for at, (number, correction) in enumerate(_numbered(document), first):
        yield Item(
            id=_correction_id(document, number, settings),
            title=clean(f"Correction: {document.meta.title}"),
            url=f"{urls.permalink(document.path, settings)}#corrections",
            summary=clean(correction.text),
            content=partial(sanitise, f"<p>{as_html(correction.text)}</p>"),
            content_fingerprint=partial(digest, correction.text),
            published=midnight(correction.date),
            updated=midnight(correction.date),
            categories=_categories(document, library),
            correction=True,
            place=(document.slug, at),
        )


def _correction_id(document: AnyDocument, number: str, settings: Settings) -> str:
    return urls.feed_id(document.kind, document.first_slug, settings, "correction", number)


def _numbered(document: AnyDocument) -> Iterator[tuple[str, Correction]]:
    """Yield the corrections of a document by their keys: the day, with a number from the second of a day on.

    A list that runs from newest to oldest is counted from its end, so that a new one on top changes no other key.
    """
    corrections = document.meta.corrections
    if corrections and corrections[0].date > corrections[-1].date:
        corrections = corrections[::-1]
    of_day: Counter[date] = Counter()
    for correction in corrections:
        of_day[correction.date] += 1
        count = of_day[correction.date]
        yield f"{correction.date}.{count}" if count > 1 else str(correction.date), correction


def _outlet(article: Article, library: Library) -> str:
    outlet: AnyDocument = library.find(article.meta.outlet)
    return clean(outlet.meta.title)
