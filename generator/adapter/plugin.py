"""The mkdocs adapter: hands the composed site over to mkdocs.

The pipeline runs in `on_pre_build`, before mkdocs touches anything, and a site is built beside the old one, so that a
failed build leaves the last good site as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import CountHandler, get_build_date

from generator.adapter import structure
from generator.adapter.basis import basis, remembered
from generator.adapter.enduring import counting, reload_missing, show_instead, told
from generator.adapter.garbage import Tidied
from generator.adapter.incremental import STORE, Incremental
from generator.adapter.mending import filled, frame, mend
from generator.adapter.noticing import watch
from generator.adapter.options import BriefingOptions, published, settings_of, today
from generator.adapter.rendering import Renderer
from generator.adapter.searching import Search, Source
from generator.adapter.serving import Served
from generator.adapter.theming import THEME, introduce
from generator.adapter.unchanged import SILENT, Look, look
from generator.build import build
from generator.composing import templating
from generator.core import urls
from generator.core.errors import GeneratorError, InvalidContent, render
from generator.core.progress import Progress, in_lines
from generator.core.settings import COLLECTIONS, Settings
from generator.core.workers import processors
from generator.edits import shelf, shelving
from generator.hosting import headers
from generator.linking import ledger
from generator.linking.history import HISTORY
from generator.output import writer
from generator.output.staging import Staging, Stats
from generator.reading.memory import Memory, at_once
from generator.reading.tree import shown_root
from generator.sites import Site

log = logging.getLogger("mkdocs.plugins.briefing")

_A_SITE_HAS = ("404.html", "sitemap.xml")  # whatever else is in it
# The events by which a plugin can change a page, or learn of it.
_PAGE_EVENTS = ("pre_page", "page_read_source", "page_markdown", "page_content", "page_context", "post_page")


class BriefingPlugin(BasePlugin[BriefingOptions]):
    """Puts generated pages in the place of the content files that they come from, and adds feeds and redirects."""

    command: Literal["build", "gh-deploy", "serve"] = "build"
    site: Site | None = None
    settings: Settings
    nav: Navigation
    beside: tuple[writer.File, ...] = ()
    incremental: Incremental
    memory: Memory
    progress: Progress = staticmethod(in_lines(log.info))
    jobs = 0  # processes to build with; as many as there are processors where it is 0
    staging: Staging | None = None
    site_dir = ""
    warnings: CountHandler | None = None
    scripts: set[str]  # the hashes of those that stand in pages
    search: Search
    others: dict[str, Path]  # the files of hand-written pages, by their address
    seen: Look | None = None  # what the site that is served was made of
    served: Served | None = None
    written: list[tuple[str, str]]  # the paths of hand-written pages, and what mkdocs does to them
    linked = False  # whether one of them leads to a place in one of ours
    renderer: Renderer | None = None
    kept: Callable[[Stats, str], object] | None = None  # is told of a site in its place that nothing was warned of
    locked = False  # whether a build may publish only what the ledger has already

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember what is being done: `serve` shows drafts and writes to a folder of its own."""
        self.command = command
        self.scripts = set()
        self.search = Search(log.info)

    @event_priority(-100)  # the options of a site are those that other plugins leave
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the options, and have the site built beside the one that is there."""
        self.settings = settings_of(config, self.config, drafts=self.command == "serve")
        self.search.take_over(config.plugins.get("material/search"), self.config.search)
        if config.site_dir != self.site_dir:
            self.site = None
            store = None if self.command == "serve" else Path(config.config_file_path).parent / STORE
            self.incremental = Incremental(Path(config.site_dir), store)
            self.memory = remembered(config)
        self.site_dir = config.site_dir
        structure.dress(config.theme)
        self.warnings = counting(self.command == "serve")
        return config

    @event_priority(100)
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Run the pipeline. Content that has problems ends the build here, before anything is removed."""
        root = Path(config.docs_dir)
        self.scripts, self.renderer = set(), None
        if self.command == "serve":
            templating.forget()
        try:  # before the ledger is read, to which another build may just be adding
            known_by = () if self.command == "serve" else _A_SITE_HAS
            self.staging = Staging(Path(self.site_dir), log.info, known_by)
        except GeneratorError as error:
            raise PluginError(str(error)) from error
        try:
            served = self.command == "serve"
            drawn = partial(writer.last, Path(self.site_dir)) if self.config.cards and not served else None
            given = (root, self.settings, shown_root(root), self.memory, self.progress)
            history, seen = self.config.history and not served, look(config, today()) if served else None
            with at_once(to_the_end=not served):
                amendable = served or (self.kept is not None and structure.is_alone(config))
                self.site = build(*given, history, drawn, self._jobs(), amendable)
            self.seen = seen
        except GeneratorError as error:
            what = f"the content has problems\n\n{error}" if isinstance(error, InvalidContent) else str(error)
            if self.command != "serve":
                raise PluginError(what) from error
            # An error would end the server as it starts, and later have it forget what words are taken into.
            log.error(f"{'the last good pages stay' if self.site else 'no page can be shown yet'}: {what}")
            if self.site is None:
                self._abandon()
                show_instead(what, config)
                return
        for problem in self.site.warnings:
            log.warning(render(problem, {}))
        config.site_dir = str(self.staging.path)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Replace the content files by the pages that were made of them."""
        assert self.site is not None
        folders = tuple(f"{self.settings.collection(kind).slug}/" for kind in COLLECTIONS)
        for file in list(files):
            if file.is_documentation_page() and file.src_uri.startswith(folders):
                files.remove(file)
        files = structure.SiteFiles(files)
        titles = dict(structure.nav_titles(config.nav))
        for page in self.site.pages:
            if existing := files.get_file_from_path(page.path):
                files.remove(existing)
            card = urls.absolute(self.site.cards[page.path], self.settings) if self.site.cards else ""
            files.append(structure.page_file(page, titles.get(page.path), card, config))
        self.beside = self.incremental.plan(self.site)
        for extra in self.beside:
            files.append(structure.own_file(extra, config))
        if not self._is_shared(config):
            files.held_back = frozenset(page.path for page in self.site.pages)
        return files

    def _is_shared(self, config: MkDocsConfig) -> bool:
        """Tell whether other plugins have a word in pages. Then mkdocs renders all of them, one after the other.

        What a plugin collects from pages would be lost in another process, and nobody knows what it makes of a page.
        """
        return structure.hears(config, _PAGE_EVENTS, "briefing", *(["material/search"] if self.search.active else []))

    def _is_reworked(self, config: MkDocsConfig) -> bool:
        """Tell whether others may write into finished pages, whose work would be in what is taken over already."""
        return structure.hears(config, ("post_build",), *SILENT)

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Date hand-written pages by the content, so that the sitemap is the same whenever it is built."""
        assert self.site is not None
        self.nav = nav
        others = [file for file in files.documentation_pages() if not isinstance(file.page, structure.BriefingPage)]
        self.written = [(file.src_uri, file.inclusion.name) for file in others]
        self.others = {urls.address(file.dest_uri, self.settings): Path(file.abs_dest_path) for file in others}
        for file in files.documentation_pages():
            if file.page is not None:
                file.page.update_date = str(self.site.latest_day or get_build_date())
        return nav

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Rebuild also when a template of a page or of the theme changes, and no more than is needed."""
        watch(server, (templating.TEMPLATES, THEME))
        reload_missing(server)
        server.builder = Tidied(partial(told, partial(self._bring_up_to_date, builder)))
        return server

    def _bring_up_to_date(self, builder: Callable[[], object]) -> None:
        served, self.served = self.served, None
        if served is None or not served.amend(self.memory):
            builder()
            return
        self.site, self.seen, self.served = served.site, served.seen, served
        self._begin_search(served.config)

    @event_priority(-100)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Tell the theme what it shows on every page, and render the pages."""
        assert self.site is not None
        introduce(env, self.settings, self.site.newest, Path(config.docs_dir), self.search.active)
        assert isinstance(files, structure.SiteFiles)
        made_on = basis(config, self.nav, self.settings, self.site.others)
        self.incremental.begin(made_on, self._is_reworked(config), structure.foreign(files, config))
        if files.held_back:
            assert self.staging is not None
            if structure.is_alone(config):
                self.incremental.reuse(self.beside, self.staging)
            last, jobs, folder = self.incremental.last, self._jobs(), self.incremental.spilled_to
            self.renderer = Renderer(self.site, config, files, self.nav, env, jobs, last, self.staging, folder)
            self._render(self.renderer, config)
        return env

    def _jobs(self) -> int:
        """Return how many processes read and render. A server has threads, which do not survive being copied."""
        return self.jobs or (1 if self.command == "serve" else processors())

    def _render(self, renderer: Renderer, config: MkDocsConfig) -> None:
        assert self.site is not None
        for number, done in enumerate(renderer.render(), 1):
            self.progress("pages", number, len(self.site.pages))
            self.incremental.take(done)
            self.scripts.update(done.scripts)
        self.linked = renderer.tell(self.incremental.rendered)
        for path, link, target, anchor in renderer.astray(self.incremental.rendered):
            self.incremental.complain(path)
            message = f"'{path}' contains a link '{link}', but '{target}' has no place '#{anchor}'"
            log.log(config.validation.links.anchors, message)

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Mend what is wrong in a page, and note which scripts stand in it, for the policy that allows these."""
        text = page.content or "" if isinstance(page, structure.BriefingPage) else ""
        around = frame(output, text)
        found = [*headers.scripts(around), *(headers.scripts(text) if around is not output else ())]
        self.scripts.update(found)
        if isinstance(page, structure.BriefingPage):
            page.scripts = found
        return filled(mend(around), text)

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Note the same of a page of the theme, such as 404.html."""
        self.scripts.update(headers.scripts(output_content))
        return mend(output_content) if template_name.endswith(".html") else output_content

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Put the new site in the place of the old one, unless the build is strict and something was warned of.

        What it has published goes into the ledger; an address of the ledger that it lacks ends the build.
        """
        assert self.staging is not None
        assert self.site is not None
        self.incremental.write(self.beside, self.staging, self._jobs(), self.progress)
        self._stop_counting()
        config.site_dir = self.site_dir
        if self.command == "serve":
            self.staging.commit(self._keep)
            self.others = {
                at: Path(config.site_dir, path.relative_to(self.staging.path)) for at, path in self.others.items()
            }
            if self.seen and self.renderer:
                self.served = Served(config, self.site, self.seen, self.renderer, self.incremental)
            self._begin_search(config)
        elif config.strict and self.warnings and self.warnings.get_counts():
            self.staging.discard()
        else:
            self._publish(self.staging, Path(config.docs_dir))
        self.staging = None

    def _begin_search(self, config: MkDocsConfig) -> None:
        assert self.site is not None
        source = Source(self.site, self.others, self.settings)
        self.search.begin(source, published(config), Path(config.site_dir))

    def _keep(self) -> None:
        assert self.staging is not None
        files = self.staging.settle()
        self.incremental.end(files)
        if self.kept is not None and not (self.warnings and self.warnings.get_counts()):
            self.kept(files, self._shelve())

    def _shelve(self) -> str:
        """Keep what was found out about the site, for an edit of words to be taken into it, and return its mark."""
        renderer, last, site = self.renderer, self.incremental, self.site
        if renderer is None or site is None or self.linked or not site.depends.noting:
            return ""
        heads = [page.briefing for page in self.nav.pages if isinstance(page, structure.BriefingPage)]
        path = Path(renderer.config.config_file_path).parent / shelf.STORE
        made_of = self.memory.made_of()
        return shelving.write(path, site, last.feeds, last.kept, made_of, heads, self.written, last.copies)

    def _publish(self, staging: Staging, root: Path) -> None:
        assert self.site is not None
        allowed = {*self.scripts, *([headers.WASM] if self.search.active else ())}
        (staging.path / headers.PATH).write_bytes(headers.headers(allowed))
        # A clone without the past of the content has no pages of changes: these are no address to rely on.
        passing = {
            "404.html",
            *(urls.output_path(p.path, self.settings) for p in self.site.pages if p.kind == HISTORY),
        }
        before = self.site.ledger
        self.search.index(Source(self.site, self.others, self.settings), Path(self.site_dir), staging.path)
        own = {path for path in staging.settle() if path.partition("/")[0] not in staging.carried}
        addresses = set(ledger.addresses(own - passing, self.settings))
        ledger.inspect(before, addresses)
        items = [ledger.Entry(address, id_) for id_, address in self.site.ids.items()]
        text = ledger.write([*before.entries, *map(ledger.Entry, addresses), *items])
        new = text != ledger.write(before.entries)
        if new and self.locked:
            why = f"{before.shown_as} lacks what this build would publish"
            raise GeneratorError(f"{why}: run `briefing build` without --locked, and commit the file")
        with writer.revising(root, {ledger.PATH: text} if new else {}) as noted:  # no site without its addresses
            staging.commit(partial(self._record, noted))

    def _record(self, noted: Callable[[], None]) -> None:
        """Note what was published, before another process may begin."""
        noted()
        self._keep()

    def on_build_error(self, *, error: Exception) -> None:
        """Leave the old site as it was. What may happen, as that a disk is full, is told of as a message."""
        self._abandon()
        if isinstance(error, OSError):
            raise Abort(f"the site was not written, and the last good one stays: {error}") from error
        if isinstance(error, GeneratorError):
            raise Abort(str(error)) from error

    def on_shutdown(self) -> None:
        """Leave nothing behind of a build that was not finished: it failed, or somebody pressed Ctrl+C."""
        self._abandon()
        self.search.close()

    def _abandon(self) -> None:
        self._stop_counting()
        if self.staging is not None:
            self.staging.discard()
            self.staging = None

    def _stop_counting(self) -> None:
        if self.warnings is not None:
            logging.getLogger("mkdocs").removeHandler(self.warnings)
