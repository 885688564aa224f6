"""An edit of words, taken into the site that the last build made, without a build: the short cut of `briefing build`.

`unchanged` has found that nothing but files of content differ. What a server still has in memory (`serving`) is
recalled here from files (`recalling`), as far as the edit asks for it. mkdocs is not started: only those of its steps
are taken that the pages in question need, with the navigation of the last build. Whatever is in any way out of the
ordinary is left to a build.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from mkdocs.commands.build import _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.nav import get_navigation

from generator.adapter import cache, neighbours, shell
from generator.adapter.basis import remembered
from generator.adapter.incremental import contents_of, made_of, write_beside
from generator.adapter.options import BriefingOptions
from generator.adapter.rendering import RenderedPage, Renderer, collected, reword
from generator.adapter.searching import Search, parts_of_index
from generator.adapter.structure import SiteFiles, dress, nav_titles, page_file
from generator.adapter.theming import introduce
from generator.adapter.unchanged import Since
from generator.assets import cards
from generator.assets.cards import Card
from generator.assets.search import DIRECTORY, FOLDER, UNDATED, Entry, entries, of_html
from generator.composing.pages import Page
from generator.content.names import fold
from generator.core import urls
from generator.core.mappings import OnDemand, group
from generator.core.progress import Progress
from generator.core.settings import Kind, Settings
from generator.edits import shelving
from generator.edits.amending import Amended, amend, attempted, files_beside
from generator.edits.recalling import Recalled, RecalledSite
from generator.edits.rows import Lost
from generator.edits.shelf import PageHead, Shelf
from generator.linking.aliases import folded_text
from generator.output.staging import Staging, Stats, files_below
from generator.output.store import TEXT, Kept, Last, Made, content
from generator.output.writer import File as OutputFile
from generator.output.writer import existing
from generator.sites import card_files
from generator.syndication.feeds import Feed, FeedContent

log = logging.getLogger("mkdocs.plugins.briefing")


def resume(
    config: MkDocsConfig,
    options: BriefingOptions,
    settings: Settings,
    since: Since,
    progress: Progress,
    keep: Callable[[Stats, str], object],
) -> bool:
    """Take what was edited `since` the last build into its site, and tell whether that could be done.

    If it could not, nothing has changed. `config`, with its `options` and `settings`, is that of the last build.
    `progress` is told how far it is. Once the site is in its place, `keep` is told of its files and of the mark of
    what is known of it, before another process may begin. Raises GeneratorError where the site cannot be written.
    """
    search, material = Search(log.info), config.plugins.get("material/search")
    if not since.mark or not neighbours.only_ours(config):
        return False
    if len(config.plugins) > 1 and not search.could_take_over(material, options.search):
        return False  # Material's index has the words of all pages in one file
    search.take_over(material, options.search)
    site_dir, dirs = config.site_dir, config.theme.dirs
    caches, memory = cache.folder(config.config_file_path), remembered(config)
    staging = Staging(Path(site_dir), log.info)

    def take() -> bool:
        if not since.still_holds():  # another build was waited for
            return False
        with closing(Shelf(caches / cache.SHELF, since.mark)) as shelf:
            site = RecalledSite(Recalled(shelf, memory), settings)
            edit = _Edit(config, options.cards, since, search, shelf, site, staging, caches)
            return edit.take(progress, keep)

    try:
        return attempted(take)
    finally:
        config.site_dir, config.theme.dirs = site_dir, dirs
        memory.close()
        staging.discard()


@dataclass
class _Edit:
    """An edit made `since` the last build, and what is needed to take it into the site.

    A site with `cards` has pictures that stand for its pages. `caches` is the folder of the cache. `done` are the
    pages that show what was edited, by path, once they are in their place.
    """

    config: MkDocsConfig
    cards: bool
    since: Since
    search: Search
    shelf: Shelf
    site: RecalledSite
    staging: Staging
    caches: Path
    done: dict[str, RenderedPage] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings of the site."""
        return self.site.settings

    @cached_property
    def last(self) -> Last:
        """The site that the last build has left."""
        return Last(self.staging.target, self.shelf.kept)

    def take(self, progress: Progress, keep: Callable[[Stats, str], object]) -> bool:
        """Take the edit in, and tell whether that could be done."""
        amended = amend(self.site, Path(self.config.docs_dir), self.since.edited, self.site.library.memory)
        if amended is None or amended.warnings or self._leaves_idle(amended):
            return False
        if not amended.retitled.isdisjoint(head.path for head in self.shelf.heads):
            return False  # all pages show it
        there = {path for path in self.since.files if not path.startswith(".")}
        self.staging.reuse(there)
        with collected() as logged:
            missing = self._render(amended)
        warned = any(record.levelno >= logging.WARNING for record in logged)
        if warned or not all(map(self._is_as_it_was, self.done.values())):
            return False
        progress("pages", len(self.done), len(self.done))
        shown, drawn = self._cards(amended)
        files = (*self._files_beside(amended), *drawn)
        fingerprints = write_beside(files, self.last, self.staging, 1, progress)
        made = made_of(self.done.values(), self.settings) | fingerprints
        anew = (*missing, *self._indexed(amended))
        gone = {path for path, pages in shown.items() if not pages}
        stay = (path for path in there - made.keys() - gone if not path.startswith(anew))
        if not all(map(self.staging.take_over, stay)):
            return False
        stats = self.staging.settle(self.since.files, self._written(made, anew))

        def record() -> None:
            if self._renew(amended, {path: Made(of, *stats[path]) for path, of in made.items()}, shown):
                keep(stats, self.since.mark)

        self.staging.commit(record)
        log.info(f"pages updated by the edit: {len(self.done)}, other files: {len(files)}")
        return True

    def _written(self, made: Iterable[str], anew: Iterable[str]) -> Iterator[str]:
        """Yield the paths of all files that were written, and not taken over although they were `made`.

        Of `anew`, what ends with a slash is a folder.
        """
        yield from (path for path in made if not self.staging.has_taken(path))
        for part in anew:
            if part.endswith("/"):
                yield from (path for path, _ in files_below(self.staging.path / part, part))
            else:
                yield part

    def _renew(self, amended: Amended, files: Mapping[str, Made], shown: Mapping[str, int]) -> bool:
        """Write what was made anew to the shelf, and tell whether that could be done."""
        rendered = {path: page.facts(b"") for path, page in self.done.items() if page.ids is not None}
        read, contents = self.site.library.memory.renew(amended.parcels), contents_of(self.done.values())
        path = self.caches / cache.SHELF
        return shelving.renew(path, self.since.mark, read, Kept(files, rendered), contents, shown)

    def _leaves_idle(self, amended: Amended) -> bool:
        """Tell whether the edit took out a name that may stand nowhere else: a build would warn of that alias."""
        before, after = map(folded_text, (amended.former, amended.documents))
        for term in self.site.content.documents:
            for name in map(fold, term.meta.aliases):
                if name in before and name not in after and not self._is_said(name, term.slug):
                    return True
        return False

    def _is_said(self, name: str, slug: str) -> bool:
        """Tell whether a document that refers to another calls it by a name, which is given folded (`names.fold`)."""
        documents = self.site.library.referring(slug)
        return any(name in map(fold, document.body.outline.spelled) for document in documents)

    # --- pages

    def _render(self, amended: Amended) -> list[str]:
        """Write the pages that show what was edited; return the paths of the theme's own pages that show it too."""
        self.config.site_dir = str(self.staging.path)
        files = _Files(self.shelf, self.config, self.since.files.keys())
        reworded, left = reword(amended.passing, amended.words, files, self.settings, self.staging)
        pages = [*amended.pages, *(self.site.by_path[path] for path in left)]
        renderer = self._renderer(pages, files)
        self.done = {page.path: page for page in renderer.made(pages)}
        # It is not known what a page with other words would be made of: whoever composes it again writes it again.
        self.done |= {path: RenderedPage.known(path, b"", self.last.kept.pages[path]) for path in reworded}
        if amended.retitled.isdisjoint(self.shelf.newest):
            return []
        newest = [self.site.library.documents[self.shelf.paths[path]] for path in self.shelf.newest]
        return renderer.render_missing((document.path, document.meta.title) for document in newest)

    def _renderer(self, pages: Iterable[Page], files: _Files) -> Renderer:
        dress(self.config.theme)
        env = self.config.theme.get_env()
        introduce(env, self.settings, (), Path(self.config.docs_dir), self.search.active)
        titles = dict(nav_titles(self.config.nav))
        shown = {head.path: _page(head) for head in self.shelf.heads} | {page.path: page for page in pages}
        for page in shown.values():
            card = urls.absolute(cards.of_page(page, self.settings).path, self.settings) if self.cards else ""
            files.append(page_file(page, titles.get(page.path), card, self.config))
        nav = get_navigation(files, self.config)
        for written in nav.pages:
            if written.file.src_uri not in shown:  # a hand-written page, whose title is found in its text
                _populate_page(written, self.config, files)
        shell.keep(env, nav.pages)
        return Renderer(self.site, self.config, files, nav, env, 1, self.last, self.staging)

    def _is_as_it_was(self, page: RenderedPage) -> bool:
        """Tell whether a page still has the day that the sitemap gives it, and the scripts that the policy allows."""
        facts = self.last.kept.pages.get(page.path)
        return facts is not None and (facts.changed, facts.scripts) == (page.changed, page.scripts)

    # --- files beside them

    def _files_beside(self, amended: Amended) -> Iterator[OutputFile]:
        """Yield the files beside the pages that say what was edited."""
        facts, copies = self.last.kept.pages, group(self.shelf.copies)
        redone = [
            self.shelf.paths[path]
            for path, page in self.done.items()
            if page.content_fingerprint != facts[path].content_fingerprint
        ]
        return files_beside(amended, self.site, redone, self._feeds, copies, self.staging.target)

    def _feeds(self, slugs: Iterable[str], about: Iterable[str]) -> list[Feed]:
        folders = {folder for slug in slugs for folder in self.site.library.known[slug].feeds}
        folders.update(folder for first in about for folder in self.shelf.documents_of_feed(first))
        content_of = lru_cache(maxsize=None)(self._content)  # three formats ask for it
        of_digests = FeedContent(
            lambda article: content_of(article.path), lambda article: self._content_fingerprint(article.path)
        )
        return [self.site.feed(folder, of_digests) for folder in sorted(folders)]

    def _content(self, path: str) -> str:
        """Return the feed content of a digest, by its path."""
        page, fingerprint = self.done.get(path), self._content_fingerprint(path)
        if page and page.content:
            return page.content.read().decode(*TEXT)
        known = self.shelf.content(fingerprint) or content(self.caches / cache.SITE, fingerprint)
        return known.decode(*TEXT) if known else self.site.html(self.site.library.documents[self.shelf.paths[path]])

    def _content_fingerprint(self, path: str) -> bytes:
        """Return the fingerprint of the feed content of a digest, by its path."""
        page = self.done.get(path) or self.last.kept.pages[path]
        return page.content_fingerprint

    def _cards(self, amended: Amended) -> tuple[Mapping[str, int], Iterable[OutputFile]]:
        """Return the number of pages for each card for which it has changed, and the files of new cards."""
        pages: dict[str, int] = {}
        anew: list[Card] = []
        for pair in amended.edited_at("title") if self.cards else ():
            before, now = (cards.of_document(document.meta.title, document.kind, self.settings) for document in pair)
            for path, more in ((before.path, -1), (now.path, 1)):
                pages[path] = pages.get(path, self.shelf.shown_by(path)) + more
            anew.append(now)
        return pages, card_files(anew, partial(existing, self.staging.target))

    def _indexed(self, amended: Amended) -> Iterator[str]:
        """Write the parts of the search index that have changed; yield the files and folders that were written."""
        parts = {self.shelf.parts[document.slug] for document in (*amended.documents, *amended.naming)}
        anew = parts_of_index(self._entries(parts), self.settings)
        if made := self.search.index(anew, self.staging.target, self.staging.path):
            yield DIRECTORY
            yield from (f"{FOLDER}/{part}/" for part in made)

    def _entries(self, parts: Collection[str]) -> Iterator[Entry]:
        """Yield all entries of some parts of the index."""
        documents = ((slug, *at) for slug, at in self.shelf.documents.items() if self.shelf.parts[slug] in parts)
        heads = [PageHead(path, "", "", kind, (), wide=False) for _, kind, path in documents if kind != Kind.HOME]
        if UNDATED in parts:
            of_documents = self.shelf.paths.keys() - {"index.md"}
            heads += [head for head in self.shelf.heads if head.path not in of_documents]
            for path, level in self.shelf.written:
                file = _hand_written(path, level, self.config)
                page = self.staging.target / file.dest_uri
                yield of_html(urls.address(file.dest_uri, self.settings), page.read_text("utf-8"), self.settings)
        yield from entries(self.site.library, map(_page, heads), self.settings)


def _page(head: PageHead) -> Page:
    """Return a page that can be shown in the navigation and in the index, and cannot be composed."""

    def refuse() -> Any:
        raise Lost(head.path)

    return Page(head.path, head.title, head.description, head.kind, refuse, refuse, feeds=head.feeds, wide=head.wide)


def _hand_written(path: str, level: str, config: MkDocsConfig) -> File:
    places = (config.docs_dir, config.site_dir, config.use_directory_urls)
    return File(path, *places, inclusion=InclusionLevel[level])


class _Files(SiteFiles):
    """The files of a site for mkdocs: those that are given, and all others only as targets of links.

    `others` are the paths of files in the site that are no pages.
    """

    def __init__(self, shelf: Shelf, config: MkDocsConfig, others: Collection[str]) -> None:
        self.shelf, self.config, self.others = shelf, config, others
        super().__init__(_hand_written(path, level, config) for path, level in shelf.written)

    @cached_property
    def src_uris(self) -> Mapping[str, File]:
        """Where each page and file is found."""
        return OnDemand(frozenset((*self.shelf.pages, *self._src_uris, *self.others)), self._file)

    def _file(self, path: str) -> File:
        given = self.get_file_from_path(path)
        return given or File.generated(self.config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV)
