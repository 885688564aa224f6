"""The story: read, validate, link, compose pages and feeds, hand over.

What stands above this module in docs/design.md finds out and composes; what stands below it writes, shows and keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from generator.assets import calendar, cards, previews, search
from generator.composing.dependencies import Dependencies
from generator.composing.plan import plan
from generator.composing.views import VIEWS
from generator.core import urls
from generator.core.errors import InvalidContent, Location, Problem, is_error
from generator.core.garbage import collection_paused
from generator.core.progress import Progress, nobody
from generator.core.settings import Kind, Settings
from generator.linking import history as past
from generator.linking import integrity, ledger
from generator.linking.channels import CORRECTIONS, SUBSCRIBE, Channel, channels
from generator.linking.ledger import Ledger
from generator.linking.library import Library
from generator.linking.link import link
from generator.linking.related import relate
from generator.output import redirects
from generator.reading import sources
from generator.reading.headings import HEADINGS
from generator.reading.memory import Memory
from generator.reading.sources import Content
from generator.reading.tree import ContentFile
from generator.sites import Site
from generator.syndication import feeds, serialise

NEW = 5  # digests that 404.html offers
# Names that mkdocs, the theme and git hosts have a use for.
_TAKEN = ("404.html", "index.html", "search", "sitemap.xml", "sitemap.xml.gz", "previews", "README")


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that was read and linked, with everything that was found wrong in it.

    `notes` say what an editor may want to know and need not mend. `channels` are its feeds, `ids` the ids of these
    and of their items, with their addresses; `ledger` has what was published before. `content` is what was read.
    """

    library: Library
    channels: tuple[Channel, ...]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    ids: Mapping[str, str]
    ledger: Ledger
    content: Content

    @property
    def has_errors(self) -> bool:
        """Tell whether anything that was found stops a build."""
        return any(map(is_error, self.problems))

    def sound(self) -> Checked:
        """Return this, where nothing stops a build. Raises InvalidContent with every problem where something does."""
        if self.has_errors:
            raise InvalidContent(self.problems, self.content.texts)
        return self


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
    with collection_paused():
        content = sources.read(root, settings, shown_root, memory, progress, jobs)
        library, notes = link(content, memory, jobs)
    # The documents as they were read, without the names in them, are not needed any more.
    linked = {document.path: document for document in library.documents.values()}
    content = replace(content, documents=tuple(linked.get(d.path, d) for d in content.documents), linked={}, fresh=())
    book, found = ledger.parse(sources.optional(root / ledger.PATH), f"{shown_root}/{ledger.PATH}")
    found_channels = channels(library, settings)
    ids = feeds.ids(library, found_channels, settings)
    problems = {*content.problems, *integrity.check(content, library, settings), *found, *_taken(content.others)}
    problems.update(ledger.check(book, ids, library, content, settings))
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
    on_demand: bool = False,
) -> Site:
    """Return the site that the content below `root` makes. Raises InvalidContent with every problem.

    `memory` has what was read before, and `jobs` processes read what is new. With `history`, git is asked what was
    changed since a page was published. `drawn` gives the cards that earlier builds drew, and without it there are
    none. What is `amendable` can be given to `amending`. `on_demand`, what is related to a page is found when that is
    compared with the last one.
    """
    checked = check(root, settings, shown_root, memory, progress, jobs).sound()
    library = checked.library
    changes = past.read(root, _addresses(library, settings)) if history else {}
    depends = Dependencies(library, settings, noting=amendable)
    related = relate(library)
    if not on_demand:
        related = dict(related)  # now, or each process would find the same again
    planned = plan(depends, related, changes)
    by_path = {page.path: page for page in planned}
    return Site(
        settings=settings,
        library=library,
        content=replace(checked.content, texts={}),
        depends=depends,
        warnings=checked.problems,
        pages=planned,
        newest=tuple(by_path[article.path] for article in library.articles[:NEW]),
        channels=checked.channels,
        ids=checked.ids,
        ledger=checked.ledger,
        cards={page.path: cards.of_page(page, settings) for page in planned} if drawn else {},
        drawn=drawn,
        related=related,
        changes=changes,
    )


def _addresses(library: Library, settings: Settings) -> dict[str, str]:
    """Return the addresses of documents, present and former, with the paths of the documents."""
    documents = [(document.path, document.path) for document in library.documents.values()]
    former = [(urls.source_path(d.kind, slug, settings), d.path) for slug, d in library.redirects.items()]
    return {urls.page_address(old, settings): new for old, new in [*documents, *former]}


def reserved(kind: Kind | None = None) -> frozenset[str]:
    """Return the first part of each address that a site needs itself, so that no folder of a `kind` can have it.

    A folder of that name lies also below the page of each document, where its digests are listed.
    """
    feeds_of = (*urls.feed_paths(""), CORRECTIONS, serialise.OPML, redirects.PATH)
    taken = (*_TAKEN, *feeds_of, SUBSCRIBE, calendar.PATH, previews.PATH, search.FOLDER, search.DIRECTORY)
    below = (past.HISTORY, *map(urls.slugify, HEADINGS)) if kind is Kind.ARTICLE else ()
    return frozenset(_first(path) for path in (*taken, *below, *(view.slug for view in VIEWS)))


def _first(path: str) -> str:
    return path.partition("/")[0].removesuffix(".md").casefold()


def _taken(others: Iterable[ContentFile]) -> Iterator[Problem]:
    """Report files that would be passed on to an address that the site needs itself."""
    taken = reserved()
    for other in others:
        if _first(other.path) in taken:
            help_ = f"rename it, for example to `our-{other.path}`"
            message = f"`{other.path}` has the address of a page or feed that Briefing makes"
            yield Problem(Location(other.shown_as), "taken-address", message, "", help_)
