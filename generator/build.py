"""The story: read, validate, link, compose pages and feeds, hand over.

Everything above this module is a function on values; everything below it (`plugin`, `cli`) is a way to call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from generator import (
    calendar,
    cards,
    feeds,
    frontmatter,
    integrity,
    ledger,
    pages,
    preflight,
    previews,
    redirects,
    serialise,
    sources,
    urls,
)
from generator import history as past
from generator.cache import Cache
from generator.cards import Card
from generator.channels import CORRECTIONS, SUBSCRIBE, channels, of_withdrawn
from generator.errors import InvalidContent, Location, Problem, is_error
from generator.ledger import Ledger
from generator.library import Library, link
from generator.markdown import Draft, draft
from generator.model import Article
from generator.output import File
from generator.pages import Page
from generator.sanitise import sanitise
from generator.settings import COLLECTIONS, Kind, Settings
from generator.tree import ContentFile
from generator.views import VIEWS

NEW = 5  # digests that a reader who is lost is offered


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that was read and linked, with everything that was found wrong in it.

    `notes` say what an editor may want to know and need not mend. `ids` are those of its feeds with their addresses,
    `ledger` has what was published before.
    """

    library: Library
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    lines: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Site:
    """A site in memory: its pages, and the files beside them (feeds and redirects). `warnings` did not stop it.

    `drafts` are the pages that had to be rendered for the feeds, by their path. `ids` are the ids in the feeds with
    their addresses, `ledger` has what was published before. `cards` are the pictures that stand for pages, by path.
    """

    pages: tuple[Page, ...]
    drafts: Mapping[str, Draft]
    files: tuple[File, ...]
    warnings: tuple[Problem, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    cards: Mapping[str, str]

    @property
    def newest(self) -> tuple[Page, ...]:
        """Return the pages of the newest digests."""
        digests = (page for page in self.pages if page.kind == Kind.ARTICLE and page.changed)
        return tuple(sorted(digests, key=lambda page: (page.changed, page.path), reverse=True)[:NEW])


def check(root: Path, settings: Settings, shown_root: str = "content") -> Checked:
    """Read and link the content below `root`; every problem is in the result, in order of place.

    Problems: `taken-address`, and those of `sources.read`, `integrity.check`, `ledger.parse` and `ledger.check`.
    """
    content = sources.read(root, settings, shown_root)
    library, notes = link(content)
    book, found = ledger.parse(sources.optional(root / ledger.PATH), f"{shown_root}/{ledger.PATH}")
    ids = feeds.ids(library, channels(library, settings), settings)
    problems = {*content.problems, *integrity.check(content, library), *found, *_taken(content.others)}
    problems.update(ledger.check(book, ids, library, content.unread, settings))
    return Checked(library, tuple(sorted(problems)), tuple(sorted(set(notes))), ids, book, content.lines)


def build(
    root: Path,
    settings: Settings,
    shown_root: str = "content",
    cache: Cache | None = None,
    history: bool = False,
    drawn: Callable[[str], bytes | None] | None = None,
) -> Site:
    """Return the site that the content below `root` makes. Raises InvalidContent with every problem.

    `cache` has what earlier builds made of feeds. With `history`, git is asked what was changed since a page was
    published. `drawn` gives the cards that earlier builds drew, and without it there are none. Raises GeneratorError
    where a feed would be broken.
    """
    checked = check(root, settings, shown_root)
    if any(map(is_error, checked.problems)):
        raise InvalidContent(checked.problems, checked.lines)
    changes = past.read(root, _addresses(checked.library, settings)) if history else {}
    composed = pages.compose(checked.library, settings, changes)
    cache = cache or Cache()
    cache.begin(settings)
    drafts = {page.path: _draft(page, cache) for page in composed if page.kind == Kind.ARTICLE}
    files = [
        *_feeds(checked.library, drafts, settings, cache),
        *(File(path, data) for path, data in previews.collect(checked.library, settings)),
        File(calendar.PATH, calendar.calendar(checked.library, settings)),
    ]
    made: dict[str, bytes | None] = {urls.output_path(page.path, settings): None for page in composed}
    made |= {file.path: file.content for file in files}
    files += redirects.collect(checked.library, checked.ledger, made, settings)
    shared = {page.path: _card(page, settings) for page in composed} if drawn else {}
    files += [File(path, data) for path, data in cards.collect([*shared.values()], drawn)] if drawn else []
    paths = {path: card.path for path, card in shared.items()}
    return Site(composed, drafts, tuple(files), checked.problems, checked.ids, checked.ledger, paths)


def _card(page: Page, settings: Settings) -> Card:
    """Return what stands for a page where it is shared; pages that are no document's have that of the site."""
    if page.kind in COLLECTIONS:
        return Card(page.title, settings.collection(Kind(page.kind)).singular, settings.site_name)
    return Card(settings.site_name, "", urlsplit(settings.site_url).netloc)


def _addresses(library: Library, settings: Settings) -> dict[str, str]:
    """Return the addresses of documents, present and former, with the paths of the documents."""
    documents = [(document.path, document.path) for document in library.documents.values()]
    former = [(urls.source_path(d.kind, slug, settings), d.path) for slug, d in library.redirects.items()]
    return {urls.address(urls.output_path(old, settings), settings): new for old, new in [*documents, *former]}


def reserved() -> frozenset[str]:
    """Return the first part of each address that a site takes for itself, beside the folders of documents."""
    by_mkdocs = ("404.html", "search", "sitemap.xml", "sitemap.xml.gz")
    feeds_of = (*urls.feed_paths(""), CORRECTIONS, serialise.OPML, redirects.PATH)
    taken = (*by_mkdocs, *feeds_of, SUBSCRIBE, calendar.PATH, previews.PATH, "previews", "index.html", "README")
    return frozenset(_first(path) for path in (*taken, *(view.slug for view in VIEWS)))


def _first(path: str) -> str:
    return path.partition("/")[0].removesuffix(".md").casefold()


def _taken(others: Iterable[ContentFile]) -> Iterator[Problem]:
    """Report files that are passed on as they are, to an address that the site needs itself."""
    taken = reserved()
    for other in others:
        if _first(other.path) in taken:
            help_ = "give it another name; this one belongs to a page or a feed that Briefing makes"
            message = f"the address of `{other.path}` is taken"
            yield Problem(Location(other.shown_as), "taken-address", message, "", help_)


def source(page: Page) -> str:
    """Return a page as a Markdown file that stands for itself, with front matter."""
    meta = {"title": page.title, "description": page.description}
    return f"---\n{frontmatter.dump(meta)}---\n\n{page.markdown}"


def _draft(page: Page, cache: Cache) -> Draft:
    aside = f"{page.text}\n".count("\n") if page.relations else None
    return cache.get((page.path, page.markdown), partial(draft, page.markdown, aside))


def _feeds(library: Library, drafts: Mapping[str, Draft], settings: Settings, cache: Cache) -> Iterator[File]:
    """Yield every document of every feed, and the list of them. What `cache` has is not made again."""

    def html_of(article: Article) -> str:
        found = drafts[article.path]
        return cache.get((article.path, found.html), partial(_content, article.path, found, settings))

    found = channels(library, settings)
    items = feeds.items_of(library, settings, html_of)
    preflight.inspect_items(item for several in items.values() for item in several)
    for feed in feeds.collect([*found, *of_withdrawn(library, settings)], items, library.latest_day, settings):
        for form, path in zip(urls.FORMATS, urls.feed_paths(feed.folder), strict=True):
            data = cache.get((form, feed), partial(_document, path, form, feed, settings, cache))
            yield File(path, data)
    yield File(serialise.OPML, serialise.opml(found, library.latest_day, settings))


def _document(path: str, form: urls.Format, feed: feeds.Feed, settings: Settings, cache: Cache) -> bytes:
    data = serialise.write(feed, form, settings, cache)
    preflight.inspect(path, data, form, feed)
    return data


def _content(path: str, rendered: Draft, settings: Settings) -> str:
    """Return a digest as a feed has it: without what refers to it, which changes with other pages."""
    return sanitise(rendered.text(lambda href: urls.followed(href, path, settings)))
