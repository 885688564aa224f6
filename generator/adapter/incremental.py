"""One build after another: what a build knows of the last site, and what it keeps for the next one.

Pages are taken over or rendered by `rendering`, which is told here of the last site; the files beside them are taken
over or written here. A server keeps all of this in memory, where an edit of words finds it (`serving`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from generator.adapter.rendering import BATCH, RenderedPage
from generator.content.documents import AnyDocument, Article
from generator.core import urls
from generator.core.progress import Progress
from generator.core.settings import Settings
from generator.core.spilling import Blob, SpillFile
from generator.core.workers import spread
from generator.output.staging import Staging, Stats
from generator.output.store import TEXT, Kept, Last, Made, content, fingerprint_of, load, save
from generator.output.writer import File, write
from generator.sites import Site
from generator.syndication.feeds import Feed, FeedContent, items_of_one, revised

_DEAR = (urls.RSS.file, urls.ATOM.file)  # feeds whose items take long to write; those in JSON do not


@dataclass
class Incremental:
    """The site that is built in `folder`, and the `last` one, which the build before has left there.

    `store` is the file by which another process knows the last site; without one, only this process does, which is a
    server. Of the `site` that is being built, `rendered` are the pages that are in their place, by path,
    `feeds` the documents of its feeds, and `copies` pairs of the paths of files beside the pages: of one, and of a
    copy of it. `kept` is what is known of the site once it is in its place.
    """

    folder: Path
    store: Path | None = None
    last: Last = field(init=False)
    site: Site = field(init=False)
    feeds: tuple[Feed, ...] = ()
    copies: list[tuple[str, str]] = field(default_factory=list)
    rendered: dict[str, RenderedPage] = field(default_factory=dict)
    kept: Kept = field(default_factory=Kept)
    _basis: bytes = b""  # that of the build which has begun
    _kept_on: bytes = b""  # that of `kept`, which stays where a build on another one fails
    _contents: dict[bytes, Blob] = field(default_factory=dict)  # feed content by fingerprint, where there is no store
    _fingerprints: dict[str, bytes] = field(default_factory=dict)
    _spills: SpillFile | None = None
    _scripts: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)  # most pages have the same

    def __post_init__(self) -> None:
        if self.spilled_to is not None:
            self._spills = SpillFile(self.spilled_to)

    @property
    def spilled_to(self) -> Path | None:
        """The folder in which values may wait until they are wanted. A server keeps them in memory."""
        return self.store.parent if self.store is not None else None

    def plan(self, site: Site) -> tuple[File, ...]:
        """Begin with a site, and return the files that it is to have beside its pages."""
        self.site, self.rendered = site, {}
        self.feeds = site.feeds(self._of_digests)
        files = site.files_beside(self.feeds, self._spills)
        self.copies = [(file.copy_of, file.path) for file in files if file.copy_of]
        return files

    def begin(self, basis: bytes, afresh: bool, foreign: Collection[str]) -> None:
        """Find what the last build has left, if that was made on the same basis, and nothing if it begins `afresh`.

        Files at `foreign` paths are made anew in any case: somebody else writes there, and would write into the last
        site if they were taken over. Case makes no difference, as on some file systems.
        """
        if afresh:
            kept = Kept()
        elif self.store is not None:
            kept = load(self.store, basis)
        else:
            kept = self.kept if basis == self._kept_on else Kept()
        folded = {path.casefold() for path in foreign}
        files = {path: made for path, made in kept.files.items() if path.casefold() not in folded}
        self._basis, self.last = basis, Last(self.folder, Kept(files, kept.pages))

    def reuse(self, files: tuple[File, ...], staging: Staging) -> None:
        """Begin with what the spare folder has of the pages and of `files`, as far as that may be taken over.

        A server has no spare folder: its files stay where they are.
        """
        if self.store is None:
            if self.last.kept.files:
                staging.stay()
            return
        own = {urls.output_path(path, self.site.settings) for path in self.site.by_path}
        staging.reuse((own | {file.path for file in files}) & self.last.kept.files.keys())

    def take(self, page: RenderedPage) -> None:
        """Note a page that has been rendered or taken over."""
        if page.content and self._spills:
            page.content.put(self._spills)
        scripts = self._scripts.setdefault(page.scripts, page.scripts)
        self.rendered[page.path] = replace(page, scripts=scripts)

    def write(self, files: Sequence[File], staging: Staging, jobs: int, progress: Progress) -> None:
        """Put the files beside the pages in their place. `jobs` processes make those that are new."""
        self._fingerprints = write_beside(files, self.last, staging, jobs, progress)

    def amend(self, site: Site, done: Mapping[str, RenderedPage]) -> None:
        """Go on with the same site, in which some pages were rendered anew after an edit."""
        self.site = site
        self.rendered.update(done)

    def revise(self, slugs: Collection[str], about: Mapping[str, AnyDocument]) -> Iterator[Feed]:
        """Update the feeds that have items of the documents `slugs`, and yield the documents of feeds that changed.

        Feeds about a document are updated as well: `about` has these documents by the folder of the feed.
        """
        library, settings = self.site.library, self.site.settings
        items = {
            item.place: item
            for slug in slugs
            for item in items_of_one(library.documents[slug], library, settings, self._of_digests)
        }
        feeds = list(self.feeds)
        for at, feed in enumerate(feeds):
            if feed.current in about or any(item.place in items for item in feed.items):
                feeds[at] = revised(feed, items, about.get(feed.current))
                yield feeds[at]
        self.feeds = tuple(feeds)

    def rewrite(self, files: Iterable[File], staging: Staging) -> int:
        """Write the files beside the pages that have changed, and return how many they are."""
        now = {file.path: file for file in files}
        fingerprints = {path: file.fingerprint() for path, file in now.items()}
        stale = [now[path] for path, found in fingerprints.items() if found != self._fingerprints.get(path)]
        self._fingerprints |= fingerprints
        return write(staging.path, stale)

    def complain(self, path: str) -> None:
        """Have the next build render a page again: something was found wrong in it, and is to be said again."""
        self.rendered[path] = replace(self.rendered[path], complained=True)

    def end(self, files: Stats) -> None:
        """Keep what is known of the finished site, with its `files`, for the next build."""
        pages = {page.path: page for page in self.rendered.values() if not page.complained}
        made = made_of(pages.values(), self.site.settings) | self._fingerprints
        before, by_path = self.last.kept, self.site.by_path
        self._kept_on = self._basis
        self.kept = Kept(
            files={path: Made(of, *files[path]) for path, of in made.items() if path in files},
            pages={name: page.facts(by_path[name].fingerprint) for name, page in pages.items()},
        )
        new = contents_of(pages.values())
        if self.store is not None:
            save(self.store, self._basis, before, self.kept, new)
        else:
            new = self._contents | new
            kept = {page.content_fingerprint for page in pages.values()}
            self._contents = {key: html for key, html in new.items() if key in kept}

    @property
    def _of_digests(self) -> FeedContent:
        return FeedContent(self._content, self._content_fingerprint)

    def _content(self, article: Article) -> str:
        """Return the feed content of a digest."""
        page = self.rendered.get(article.path)
        known = page and (page.content.read() if page.content else self._last_content(page.content_fingerprint))
        return known.decode(*TEXT) if known else self.site.html(article)

    def _last_content(self, fingerprint: bytes) -> bytes | None:
        if self.store is not None:
            return content(self.store, fingerprint)
        kept = self._contents.get(fingerprint)
        return kept.read() if kept else None

    def _content_fingerprint(self, article: Article) -> bytes:
        """Return the fingerprint of the feed content of a digest."""
        page = self.rendered.get(article.path)
        return page.content_fingerprint if page is not None else fingerprint_of(self.site.html(article))


def write_beside(
    files: Sequence[File], last: Last, staging: Staging, jobs: int, progress: Progress
) -> dict[str, bytes]:
    """Put files into the new folder, and return their fingerprints by path.

    What the last site has already is taken over from there, all else is written by `jobs` processes.
    """
    fingerprints = {file.path: file.fingerprint() for file in files}
    stale = [
        file for file in files if not last.has(file.path, fingerprints[file.path]) or not staging.take_over(file.path)
    ]
    for file in stale:
        staging.make_way(file.path)
    done = len(files) - len(stale)
    for count in spread(partial(write, staging.path), stale, BATCH, jobs, _kin):
        progress("files", done := done + count, len(files))
    if not stale:
        progress("files", done, done)
    return fingerprints


def made_of(pages: Iterable[RenderedPage], settings: Settings) -> dict[str, bytes]:
    """Return the fingerprints of what the files of pages were made of, by the paths of the files."""
    return {urls.output_path(page.path, settings): page.made_of for page in pages}


def contents_of(pages: Iterable[RenderedPage]) -> dict[bytes, Blob]:
    """Return the feed content of the pages that were rendered, by its fingerprint."""
    return {page.content_fingerprint: page.content for page in pages if page.content}


def _kin(file: File) -> str:
    """Return the format of a feed that shares items which are slow to write; nothing for other files."""
    return name if (name := file.path.rpartition("/")[2]) in _DEAR else ""
