"""An edit of words, taken into the site that the last build made, without a build.

A server keeps what it found out about a site (`serving`); here that is recalled from files, as far as the edit asks
for it. mkdocs is not started: of its steps those are taken that the pages in question need, with the navigation that
the last build had. Whatever is in any way out of the ordinary is left to a build.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from mkdocs.commands.build import _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, InclusionLevel
from mkdocs.structure.nav import get_navigation

from generator.adapter import shell
from generator.adapter.basis import remembered
from generator.adapter.incremental import STORE, Incremental
from generator.adapter.options import BriefingOptions
from generator.adapter.rendering import RenderedPage, Renderer, collected, reword
from generator.adapter.searching import Search
from generator.adapter.structure import SiteFiles, dress, is_alone, nav_titles, page_file
from generator.adapter.theming import introduce
from generator.adapter.unchanged import Since
from generator.assets import cards
from generator.assets.cards import Card
from generator.assets.search import DIRECTORY, FOLDER, UNDATED, Entry, entries, of_html
from generator.build import card_files
from generator.composing.pages import Page
from generator.content.names import fold
from generator.core import urls
from generator.core.ondemand import OnDemand
from generator.core.progress import Progress
from generator.core.settings import Kind, Settings
from generator.edits import shelf, shelving
from generator.edits.amending import Amended, amend, attempted, files_beside
from generator.edits.recalling import Recalled, RecalledSite
from generator.edits.rows import Lost
from generator.edits.shelf import Head, Shelf
from generator.linking.integrity import all_text
from generator.linking.library import group
from generator.output.staging import Staging, Stats, found
from generator.output.writer import File as OutputFile
from generator.output.writer import last
from generator.reading.memory import Memory
from generator.syndication.feeds import Feed

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
    others = config.plugins.keys() - {"briefing"}
    if not since.mark or not is_alone(config) or (others and not search.could_take_over(material, options.search)):
        return False
    search.take_over(material, options.search)
    project, site_dir, dirs = Path(config.config_file_path).parent, config.site_dir, config.theme.dirs
    staging, memory = Staging(Path(site_dir), log.info), remembered(config)

    def take() -> bool:
        if not since.is_so():  # another build was waited for
            return False
        with closing(Shelf(project / shelf.STORE, since.mark)) as known:
            edit = _Edit(
                config=config,
                settings=settings,
                since=since,
                cards=options.cards,
                search=search,
                known=known,
                memory=memory,
                incremental=Incremental(Path(site_dir), project / STORE),
                site=RecalledSite(Recalled(known, memory), settings),
                staging=staging,
            )
            return edit.take(project / shelf.STORE, progress, keep)

    try:
        return attempted(take)
    finally:
        config.site_dir, config.theme.dirs = site_dir, dirs
        memory.close()
        staging.discard()


@dataclass(kw_only=True)
class _Edit:
    """What an edit is taken in with; `cards` says whether pages have pictures that stand for them."""

    config: MkDocsConfig
    settings: Settings
    since: Since
    cards: bool
    search: Search
    known: Shelf
    memory: Memory
    incremental: Incremental
    site: RecalledSite
    staging: Staging

    def take(self, store: Path, progress: Progress, keep: Callable[[Stats, str], object]) -> bool:
        """Take it in, and tell whether that could be done."""
        amended = amend(self.site, Path(self.config.docs_dir), self.since.edited, self.memory)
        if amended is None or amended.warnings or self._leaves_idle(amended):
            return False
        if not amended.retitled.isdisjoint(head.path for head in self.known.heads):
            return False  # all pages show it
        self.incremental.resume(self.site, self.known.kept)
        there = {path: seen for path, seen in self.since.files.items() if not path.startswith(".")}
        self.staging.reuse(there.keys())
        with collected() as logged:
            done, missing = self._render(amended)
        warned = any(record.levelno >= logging.WARNING for record in logged)
        if warned or not all(map(self._is_as_it_was, done.values())):
            return False
        for page in done.values():
            self.incremental.take(page)
        progress("pages", len(done), len(done))
        shown, drawn = self._cards(amended)
        files = (*self._files(amended, done.values()), *drawn)
        self.incremental.write(files, self.staging, 1, progress)
        made = self.incremental.made()
        anew = (*missing, *(self._indexed(amended) if self.search.active else ()))
        gone = {path for path, pages in shown.items() if not pages}
        stay = (path for path in there if path not in made and path not in gone and not path.startswith(anew))
        if not all(map(self.staging.take_over, stay)):
            return False
        stats = self.staging.settle(self.since.files, self._written(made, anew))

        def record() -> None:
            mark, made_of = self.since.mark, self.memory.renew(amended.parcels)
            if shelving.renew(store, mark, made_of, *self.incremental.anew(made, stats), shown):
                keep(stats, mark)

        self.staging.commit(record)
        log.info(f"pages that show what was edited: {len(done)}, other files: {len(files)}")
        return True

    def _written(self, made: Iterable[str], anew: Iterable[str]) -> Iterator[str]:
        """Yield the paths of all that was written: of what was `made` it may be as it was, `anew` are folders too."""
        yield from (path for path in made if not self.staging.has_taken(path))
        for part in anew:
            yield from (path for path, _ in found(self.staging.path / part, part)) if part.endswith("/") else [part]

    def _leaves_idle(self, amended: Amended) -> bool:
        """Tell whether a name was taken out of a document that may stand nowhere else: a build warns of that."""
        before, after = (fold("\n\n".join(all_text(found))) for found in (amended.former, amended.documents))
        for term in self.site.content.documents:
            for name in map(fold, term.meta.aliases):
                if name in before and name not in after and not self._is_said(name, term.slug):
                    return True
        return False

    def _is_said(self, name: str, slug: str) -> bool:
        """Tell whether one of those that refer to a document calls it by a name, as names are compared."""
        documents = self.site.library.referring(slug)
        return any(name in map(fold, document.body.outline.spelled) for document in documents)

    # --- pages

    def _render(self, amended: Amended) -> tuple[Mapping[str, RenderedPage], list[str]]:
        """Return the pages that show what was edited, and the paths of others that were written, once they are."""
        self.config.site_dir = str(self.staging.path)
        files, kept = _Files(self.known, self.config, self.since.files.keys()), self.incremental.last.kept
        put = reword(amended.passing, amended.words, files, self.settings, self.staging)
        pages = [*amended.pages, *(self.site.by_path[path] for path, is_put in put.items() if not is_put)]
        renderer = self._renderer(pages, files)
        done = {page.path: page for page in renderer.made(pages)}
        # Of what it would be made now is not known: whoever composes it again writes it again.
        done |= {path: RenderedPage.known(path, b"", kept.pages[path]) for path, is_put in put.items() if is_put}
        newest = self.known.newest if not amended.retitled.isdisjoint(self.known.newest) else ()
        offered = [self.site.library.documents[self.known.paths[path]] for path in newest]
        return done, renderer.render_missing((d.path, d.meta.title) for d in offered) if offered else []

    def _renderer(self, pages: Iterable[Page], files: _Files) -> Renderer:
        dress(self.config.theme)
        env = self.config.theme.get_env()
        introduce(env, self.settings, (), Path(self.config.docs_dir), self.search.active)
        titles = dict(nav_titles(self.config.nav))
        shown = {head.path: _page(head) for head in self.known.heads} | {page.path: page for page in pages}
        for page in shown.values():
            card = urls.absolute(cards.of_page(page, self.settings).path, self.settings) if self.cards else ""
            files.append(page_file(page, titles.get(page.path), card, self.config))
        nav = get_navigation(files, self.config)
        for written in nav.pages:
            if written.file.src_uri not in shown:  # its title stands in it
                _populate_page(written, self.config, files)
        shell.keep(env, nav.pages)
        last = self.incremental.last
        return Renderer(self.site, self.config, files, nav, env, 1, last, self.staging)

    def _is_as_it_was(self, page: RenderedPage) -> bool:
        """Tell whether all that other files say of a page still holds: the sitemap, and the policy for scripts."""
        facts = self.incremental.last.kept.pages.get(page.path)
        return facts is not None and (facts.changed, facts.scripts) == (page.changed, page.scripts)

    # --- files beside them

    def _files(self, amended: Amended, done: Iterable[RenderedPage]) -> Iterator[OutputFile]:
        """Yield the files beside the pages that say what was edited."""
        facts, copies = self.incremental.last.kept.pages, group(self.known.copies)
        told = [self.known.paths[page.path] for page in done if page.content_print != facts[page.path].content]
        return files_beside(amended, self.site, told, self._feeds, copies, self.staging.target)

    def _feeds(self, slugs: Iterable[str], about: Iterable[str]) -> list[Feed]:
        folders = {folder for slug in slugs for folder in self.site.library.known[slug].feeds}
        folders.update(folder for first in about for folder in self.known.parts_of(first))
        of_digests = self.incremental.of_digests(self.known.content)
        return [self.site.feed(folder, *of_digests) for folder in sorted(folders)]

    def _cards(self, amended: Amended) -> tuple[Mapping[str, int], Iterable[OutputFile]]:
        """Return for how many pages each card stands of which that is another number now, and the files of cards."""
        pages: dict[str, int] = {}
        anew: list[Card] = []
        for pair in amended.differing("title") if self.cards else ():
            before, now = (cards.of_document(document.meta.title, document.kind, self.settings) for document in pair)
            for path, more in ((before.path, -1), (now.path, 1)):
                pages[path] = pages.get(path, self.known.shown_by(path)) + more
            anew.append(now)
        return pages, card_files(anew, partial(last, self.staging.target))

    def _indexed(self, amended: Amended) -> Iterator[str]:
        """Index the search anew as far as the edit asks for it; yield how the paths begin that it wrote to."""
        parts = {self.known.parts[document.slug] for document in (*amended.documents, *amended.naming)}
        if made := self.search.renew(self._entries(parts), self.settings, self.staging.target, self.staging.path):
            yield DIRECTORY
            yield from (f"{FOLDER}/{part}/" for part in made)

    def _entries(self, parts: Collection[str]) -> Iterator[Entry]:
        """Yield all that some parts of the index have."""
        documents = ((slug, *at) for slug, at in self.known.documents.items() if self.known.parts[slug] in parts)
        heads = [Head(path, "", "", kind, (), wide=False) for _, kind, path in documents if kind != Kind.HOME]
        if UNDATED in parts:
            of_documents = self.known.paths.keys() - {"index.md"}
            heads += [head for head in self.known.heads if head.path not in of_documents]
            for path, level in self.known.written:
                file = _hand_written(path, level, self.config)
                page = self.staging.target / file.dest_uri
                yield of_html(urls.address(file.dest_uri, self.settings), page.read_text("utf-8"), self.settings)
        yield from entries(self.site.library, map(_page, heads), self.settings)


def _page(head: Head) -> Page:
    """Return a page as the navigation shows it. It is not asked for more."""

    def refuse() -> Any:
        raise Lost(head.path)

    return Page(head.path, head.title, head.description, head.kind, refuse, refuse, feeds=head.feeds, wide=head.wide)


def _hand_written(path: str, level: str, config: MkDocsConfig) -> File:
    places = (config.docs_dir, config.site_dir, config.use_directory_urls)
    return File(path, *places, inclusion=InclusionLevel[level])


class _Files(SiteFiles):
    """The files of a site as far as they are known: those that were given, and where links to all others lead.

    The `others` that are no pages lie where they are found in the site.
    """

    def __init__(self, known: Shelf, config: MkDocsConfig, others: Collection[str]) -> None:
        self.known, self.config, self.others = known, config, others
        super().__init__(_hand_written(path, level, config) for path, level in known.written)

    @cached_property
    def src_uris(self) -> Mapping[str, File]:
        """Where each page and file is found."""
        return OnDemand(frozenset((*self.known.pages, *self._src_uris, *self.others)), self._file)

    def _file(self, path: str) -> File:
        given = self.get_file_from_path(path)
        return given or File.generated(self.config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV)
