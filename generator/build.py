"""The story: read, validate, link, compose pages and feeds, hand over.

What stands above this module in docs/design.md finds out and composes; what stands below it writes, shows and keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from generator.assets import calendar, cards, previews, search
from generator.assets.cards import Card
from generator.composing import pages
from generator.composing.dependencies import Dependencies
from generator.composing.pages import Page
from generator.composing.views import VIEWS
from generator.content.fingerprints import digest
from generator.content.model import Watch
from generator.core import urls
from generator.core.errors import InvalidContent, Location, Problem, is_error
from generator.core.progress import Progress, nobody
from generator.core.settings import Kind, Settings
from generator.core.spilling import SpillFile
from generator.linking import history as past
from generator.linking import integrity, ledger
from generator.linking.channels import CORRECTIONS, SUBSCRIBE, Channel, channels, of_withdrawn
from generator.linking.ledger import Ledger
from generator.linking.library import Library, link
from generator.linking.related import relate
from generator.output import redirects
from generator.output.writer import File
from generator.reading import frontmatter, sources
from generator.reading.headings import HEADINGS
from generator.reading.memory import Memory, at_once
from generator.reading.sources import Content
from generator.reading.tree import ContentFile
from generator.sites import Site
from generator.syndication import feeds, preflight, serialise
from generator.syndication.feeds import Feed
from generator.syndication.serialise import Written

NEW = 5  # digests that a reader who is lost is offered
_TAKEN = ("404.html", "index.html", "search", "sitemap.xml", "sitemap.xml.gz", "previews", "README")  # by whom else


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that was read and linked, with everything that was found wrong in it.

    `notes` say what an editor may want to know and need not mend. `channels` are its feeds, `ids` the ids of these
    and of items with their addresses; `ledger` has what was published before. `content` is what was read.
    """

    library: Library
    channels: tuple[Channel, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    content: Content


def check(
    root: Path,
    settings: Settings,
    shown_root: str = "content",
    memory: Memory | None = None,
    progress: Progress = nobody,
    jobs: int = 1,
) -> Checked:
    """Read and link the content below `root`; every problem is in the result, in order of place.

    `memory` has what was read before, and remembers what is read now, by `jobs` processes.

    Problems: `taken-address`, and those of `sources.read`, `integrity.check`, `ledger.parse` and `ledger.check`.
    """
    memory = memory or Memory()
    with at_once():
        content = sources.read(root, settings, shown_root, memory, progress, jobs)
        library, notes = link(content, memory, jobs)
    # The documents as they were read, without the names in them, are not needed any more.
    linked = {document.path: document for document in library.documents.values()}
    content = replace(content, documents=tuple(linked.get(d.path, d) for d in content.documents), linked={}, fresh=())
    book, found = ledger.parse(sources.optional(root / ledger.PATH), f"{shown_root}/{ledger.PATH}")
    found_channels = channels(library, settings)
    ids = feeds.ids(library, found_channels, settings)
    problems = {*content.problems, *integrity.check(content, library), *found, *_taken(content.others)}
    problems.update(ledger.check(book, ids, library, content.unread, settings))
    shown = (tuple(sorted(problems)), tuple(sorted(set(notes))))
    return Checked(library, found_channels, *shown, ids, book, content)


def build(
    root: Path,
    settings: Settings,
    shown_root: str = "content",
    memory: Memory | None = None,
    progress: Progress = nobody,
    history: bool = False,
    drawn: Callable[[str], bytes | None] | None = None,
    jobs: int = 1,
    amendable: bool = False,
) -> Site:
    """Return the site that the content below `root` makes. Raises InvalidContent with every problem.

    `memory` has what was read before, and `jobs` processes read what is new. With `history`, git is asked what was
    changed since a page was published. `drawn` gives the cards that earlier builds drew, and without it there are
    none. What is `amendable` can be given to `amending`. To ask for its files raises GeneratorError where a feed
    would be broken.
    """
    checked = check(root, settings, shown_root, memory, progress, jobs)
    if any(map(is_error, checked.problems)):
        raise InvalidContent(checked.problems, checked.content.lines)
    library, published = checked.library, checked.ledger  # `checked` itself, with all texts, is let go of
    changes = past.read(root, _addresses(library, settings)) if history else {}
    depends = Dependencies(library, settings, noting=amendable)
    related = relate(library)
    planned = pages.plan(depends, related, changes)
    by_path = {page.path: page for page in planned}
    shared = {page.path: cards.of_page(page, settings) for page in planned} if drawn else {}

    found = checked.channels

    def collected(content: Callable[[str], str], print_: Callable[[str], bytes]) -> tuple[Feed, ...]:
        items = feeds.items_of(
            library, settings, lambda article: content(article.path), lambda article: print_(article.path)
        )
        preflight.inspect_items(item for several in items.values() for item in several)
        every = [*found, *of_withdrawn(library, settings)]
        return tuple(feeds.collect(every, items, library.latest_day, settings))

    def beside(feeds_: Sequence[Feed], spills: SpillFile | None) -> tuple[File, ...]:
        files = [
            *feed_files(feeds_, settings, spills),
            File(serialise.OPML, serialise.opml(found, library.latest_day, settings)),
            *(File(path, data) for path, data in previews.collect(library, settings)),
            calendar_file(depends),
        ]
        made: dict[str, File | None] = {urls.output_path(page.path, settings): None for page in planned}
        made |= {file.path: file for file in files}
        files += redirects.collect(library, published, made, settings)
        files += card_files(shared.values(), drawn) if drawn else ()
        return tuple(files)

    return Site(
        settings=settings,
        pages=planned,
        newest=tuple(by_path[article.path] for article in library.articles[:NEW]),
        library=library,
        content=replace(checked.content, lines={}),
        depends=depends,
        related=related,
        changes=changes,
        warnings=checked.problems,
        ids=checked.ids,
        ledger=published,
        cards={path: card.path for path, card in shared.items()},
        others=tuple(file.path for file in checked.content.others),
        feeds=collected,
        beside=beside,
    )


def _addresses(library: Library, settings: Settings) -> dict[str, str]:
    """Return the addresses of documents, present and former, with the paths of the documents."""
    documents = [(document.path, document.path) for document in library.documents.values()]
    former = [(urls.source_path(d.kind, slug, settings), d.path) for slug, d in library.redirects.items()]
    return {urls.address(urls.output_path(old, settings), settings): new for old, new in [*documents, *former]}


def reserved(kind: Kind | None = None) -> frozenset[str]:
    """Return the first part of each address that a site takes for itself, which no folder of a `kind` can have.

    That of digests lies below the page of each document as well, where these are listed.
    """
    feeds_of = (*urls.feed_paths(""), CORRECTIONS, serialise.OPML, redirects.PATH)
    taken = (*_TAKEN, *feeds_of, SUBSCRIBE, calendar.PATH, previews.PATH, search.FOLDER, search.DIRECTORY)
    below = (past.HISTORY, *map(urls.slugify, HEADINGS)) if kind is Kind.ARTICLE else ()
    return frozenset(_first(path) for path in (*taken, *below, *(view.slug for view in VIEWS)))


def _first(path: str) -> str:
    return path.partition("/")[0].removesuffix(".md").casefold()


def _taken(others: Iterable[ContentFile]) -> Iterator[Problem]:
    """Report files that are passed on as they are, to an address that the site needs itself."""
    taken = reserved()
    for other in others:
        if _first(other.path) in taken:
            help_ = f"rename it, for example to `our-{other.path}`"
            message = f"`{other.path}` has the address of a page or feed that Briefing makes"
            yield Problem(Location(other.shown_as), "taken-address", message, "", help_)


def source(page: Page) -> str:
    """Return a page as a Markdown file that stands for itself, with front matter."""
    meta = {"title": page.title, "description": page.description}
    return f"---\n{frontmatter.dump(meta)}---\n\n{page.markdown}"


def feed_files(found: Iterable[Feed], settings: Settings, spills: SpillFile | None = None) -> Iterator[File]:
    """Yield the documents of feeds in each format. Between two of them items wait in `spills`, or in memory."""
    written: Written = {}
    known: preflight.Known = {}
    for feed in found:
        for form, path in zip(urls.FORMATS, urls.feed_paths(feed.folder), strict=True):
            yield File(path, partial(_document, path, form, feed, settings, written, spills, known), feed.fingerprint)


def card_files(found: Iterable[Card], drawn: Callable[[str], bytes | None]) -> Iterator[File]:
    """Yield the files of cards, whose names say what is on them; `drawn` gives those that were drawn before."""
    return (File(path, draw, path.encode) for path, draw in cards.collect(found, drawn))


def calendar_file(depends: Dependencies) -> File:
    """Return the calendar of what to watch."""
    library, settings = depends.library, depends.settings

    def print_() -> bytes:
        return digest(
            depends.values(found for found, _ in calendar.watched(library.by_type.get(Watch, ()))),
            library.latest_day,
            settings.site_name,
        )

    return File(calendar.PATH, partial(calendar.calendar, library, settings), print_)


def _document(
    path: str,
    form: urls.Format,
    feed: Feed,
    settings: Settings,
    written: Written,
    spills: SpillFile | None,
    known: preflight.Known,
) -> bytes:
    document = serialise.write(feed, form, settings, written, spills)
    preflight.inspect(path, document, form, feed, known)
    return document.data
