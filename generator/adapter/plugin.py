"""The plugin of mkdocs: answers its events, and keeps what is needed from one to the next.

The site is composed in `on_pre_build`, before mkdocs touches anything, and built beside the last one, so that a
build that fails leaves the last good site as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.utils import CountHandler, get_build_date

from generator.adapter import cache, neighbours, structure
from generator.adapter.basis import basis, remembered
from generator.adapter.browsers import Browsers
from generator.adapter.enduring import carry_on, counting, reload_missing, show_instead
from generator.adapter.incremental import Incremental
from generator.adapter.mending import filled, frame, mend
from generator.adapter.noticing import watch
from generator.adapter.options import BriefingOptions, published, settings_of, today
from generator.adapter.publication import publish
from generator.adapter.rendering import RenderedPage, Renderer
from generator.adapter.searching import Index, Search, whole_index
from generator.adapter.serving import Served
from generator.adapter.theming import THEME, introduce
from generator.adapter.unchanged import Inputs, inputs_of_served
from generator.build import build
from generator.composing import templating
from generator.core import urls
from generator.core.errors import GeneratorError, InvalidContent, render
from generator.core.garbage import Tidied, collection_paused
from generator.core.progress import Progress, in_lines
from generator.core.settings import Settings
from generator.core.workers import processors
from generator.edits import shelving
from generator.hosting import headers
from generator.output import writer
from generator.output.staging import Staging, Stats
from generator.reading.memory import Memory
from generator.reading.tree import shown_root
from generator.sites import Site

log = logging.getLogger("mkdocs.plugins.briefing")

_A_SITE_HAS = ("404.html", "sitemap.xml")  # whatever else is in it


class BriefingPlugin(BasePlugin[BriefingOptions]):
    """Puts generated pages in place of the content files that they come from, and adds feeds and redirects."""

    # What a command may set before a build.
    progress: Progress = staticmethod(in_lines(log.info))
    jobs = 0  # processes to build with; as many as there are processors where it is 0
    locked = False  # whether a build may publish only what the ledger has already
    kept: Callable[[Stats, str], object] | None = None  # is told of a site in its place that nothing was warned of

    # What stays from one build of a server to the next.
    serving = False  # drafts are shown then, and the site lies in a folder of its own
    search: Search
    settings: Settings
    site_dir = ""
    incremental: Incremental
    memory: Memory
    site: Site | None = None  # the last one that was sound
    inputs: Inputs | None = None  # of that, while serving
    served: Served | None = None
    former: Served | None = None  # while the next site is built
    browsers: Browsers | None = None

    # What belongs to one build.
    staging: Staging | None = None
    warnings: CountHandler | None = None
    nav: Navigation
    beside: tuple[writer.File, ...] = ()
    by_hand: list[File]  # the pages that were written by hand
    scripts: set[str]  # the hashes of those that stand in pages
    renderer: Renderer | None = None
    ahead: Mapping[str, RenderedPage]  # pages that are shown already, by path
    linked = False  # whether a hand-written page links to a place in a composed one

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Begin a run of mkdocs, which builds once, or again and again while it serves."""
        self.serving = command == "serve"
        self.browsers = None
        self.scripts = set()  # also for an edit whose pages are rendered without a build (`resuming`)
        self.search = Search(log.info)

    @event_priority(-100)  # the options of a site are those that other plugins leave
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the options. Raises ConfigurationError with what to mend."""
        self.settings = settings_of(config, self.config, drafts=self.serving)
        self.search.take_over(config.plugins.get("material/search"), self.config.search)
        if config.site_dir != self.site_dir:
            self.site = None
            store = None if self.serving else cache.folder(config.config_file_path) / cache.SITE
            self.incremental = Incremental(Path(config.site_dir), store)
            self.memory = remembered(config)
        self.site_dir = config.site_dir
        structure.dress(config.theme)
        self.warnings = counting(self.serving)
        return config

    @event_priority(100)
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Compose the site, and have it built beside the one that is there, of which nothing was removed yet.

        Raises GeneratorError where the content has problems, or another process does not come to an end.
        """
        self.scripts, self.renderer, self.ahead = set(), None, {}
        # It is begun before the ledger is read, to which another build may just be adding.
        self.staging = Staging(Path(self.site_dir), log.info, () if self.serving else _A_SITE_HAS)
        try:
            self._compose(config)
        except GeneratorError as error:
            if not self.serving:
                raise
            # An error would end a server that starts. One that runs builds its last good site again, to which the
            # next edit can be taken in then.
            log.error(f"{'the last good pages stay' if self.site else 'no page can be shown yet'}: {_said(error)}")
            if self.site is None:
                self._abandon()
                show_instead(_said(error), config)
                return
        assert self.site is not None
        for problem in self.site.warnings:
            log.warning(render(problem, {}))
        config.site_dir = str(self.staging.path)
        if self.former and self.browsers:
            self.ahead = self.former.show_ahead(self.site, self.staging, self.browsers, config)
        self.former = None

    def _compose(self, config: MkDocsConfig) -> None:
        """Have the site that the content makes now. Raises GeneratorError where it makes none."""
        if self.serving:
            templating.forget()
        root, inputs = Path(config.docs_dir), inputs_of_served(config, today()) if self.serving else None
        with_cards = self.config.cards and not self.serving
        with collection_paused(to_the_end=not self.serving):
            self.site = build(
                root,
                self.settings,
                shown_root(root),
                self.memory,
                self.progress,
                history=self.config.history and not self.serving,
                drawn=partial(writer.existing, Path(self.site_dir)) if with_cards else None,
                jobs=self._jobs(),
                on_demand=self.serving,
                amendable=self.serving or (self.kept is not None and neighbours.only_ours(config)),
            )
        self.inputs = inputs

    def _jobs(self) -> int:
        """Return how many processes read and render. A server has threads, which do not survive being copied."""
        return self.jobs or (1 if self.serving else processors())

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Put the composed pages in place of the content files that they were made of, and add other files."""
        assert self.site is not None
        self.beside = self.incremental.plan(self.site)
        found = structure.site_files(files, self.site, self.beside, config)
        if not neighbours.touch_pages(config, self.search.active):
            found.held_back = frozenset(page.path for page in self.site.pages)
        return found

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Date hand-written pages by the content, so that the sitemap is the same whenever it is built."""
        assert self.site is not None
        self.nav, self.by_hand = nav, structure.by_hand(files)
        for file in files.documentation_pages():
            if file.page is not None:
                file.page.update_date = str(self.site.library.latest_day or get_build_date())
        return nav

    @event_priority(-100)
    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Tell the theme what it shows on every page, and render the pages, unless others have to see them."""
        assert self.site is not None
        assert self.staging is not None
        assert isinstance(files, structure.SiteFiles)
        introduce(env, self.settings, self.site.newest, Path(config.docs_dir), self.search.active)
        made_on = basis(config, self.nav, self.settings, self.site.content.others)
        self.incremental.begin(made_on, neighbours.rework_files(config), structure.foreign(files, config))
        if files.held_back:
            if neighbours.only_ours(config):
                self.incremental.reuse(self.beside, self.staging)
            last, folder, jobs = self.incremental.last, self.incremental.spilled_to, self._jobs()
            self.renderer = Renderer(self.site, config, files, self.nav, env, jobs, last, self.staging, folder)
            self._render(self.renderer, self.site)
        return env

    def _render(self, renderer: Renderer, site: Site) -> None:
        renderer.prepare()
        ahead = {path: page for path, page in self.ahead.items() if renderer.take_over_shown(page)}
        others = renderer.render(page for page in site.pages if page.path not in ahead)
        for number, page in enumerate(chain(ahead.values(), others), 1):
            self.progress("pages", number, len(site.pages))
            self.incremental.take(page)
            self.scripts.update(page.scripts)
        self.linked = renderer.tell(self.incremental.rendered)
        for path, link, target, anchor in renderer.broken_anchors(self.incremental.rendered):
            self.incremental.complain(path)
            message = f"'{path}' contains a link '{link}', but '{target}' has no anchor '#{anchor}'"
            log.log(renderer.config.validation.links.anchors, message)

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
        """Do the same with a page of the theme, such as 404.html."""
        self.scripts.update(headers.scripts(output_content))
        return mend(output_content) if template_name.endswith(".html") else output_content

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Put the new site in place of the old one, unless the build is strict and something was warned of.

        Raises GeneratorError where it cannot be published.
        """
        assert self.staging is not None
        assert self.site is not None
        self.incremental.write(self.beside, self.staging, self._jobs(), self.progress)
        self._stop_counting()
        config.site_dir = self.site_dir
        if self.serving:
            if self.browsers:
                self.browsers.hold()
            self.staging.commit(self._keep)
            if self.inputs and self.renderer:
                self.served = Served(config, self.site, self.inputs, self.renderer, self.incremental, self.memory)
            self._begin_search(self.site, config)
        elif config.strict and self._has_warned():
            self.staging.discard()
        else:
            self._publish(self.site, self.staging, Path(config.docs_dir))
        self.staging = None

    def _publish(self, site: Site, staging: Staging, content: Path) -> None:
        allowed = {*self.scripts, *([headers.WASM] if self.search.active else ())}
        (staging.path / headers.PATH).write_bytes(headers.headers(allowed))
        self.search.index(self._index(site, staging.path), Path(self.site_dir), staging.path)
        publish(site, staging, content, self.locked, self._keep)

    def _keep(self) -> None:
        """Keep what is known of the finished site, for the next build."""
        assert self.staging is not None
        files = self.staging.settle()
        self.incremental.end(files)
        if self.kept is not None and not self._has_warned():
            self.kept(files, self._shelve())

    def _shelve(self) -> str:
        """Keep what was found out about the site, for an edit of words to be taken into it, and return its mark.

        Nothing where there is another plugin, or where a change of words may break a link in a hand-written page.
        """
        renderer, last, site = self.renderer, self.incremental, self.site
        if renderer is None or site is None or self.linked or not site.depends.noting:
            return ""
        heads = [page.briefing for page in self.nav.pages if isinstance(page, structure.BriefingPage)]
        written = [(file.src_uri, file.inclusion.name) for file in self.by_hand]
        path = cache.folder(renderer.config.config_file_path) / cache.SHELF
        made_of = self.memory.made_of()
        return shelving.write(path, site, last.feeds, last.kept, made_of, heads, written, last.copies)

    def _begin_search(self, site: Site, config: MkDocsConfig) -> None:
        folder = Path(config.site_dir)
        self.search.begin(self._index(site, folder), published(config), folder)

    def _index(self, site: Site, folder: Path) -> Index:
        """Return a function that indexes a site that was written to a folder."""
        return whole_index(
            site, {urls.address(file.dest_uri, site.settings): folder / file.dest_uri for file in self.by_hand}
        )

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Rebuild also when a template of a page or of the theme changes, and no more than is needed."""
        watch(server, (templating.TEMPLATES, THEME))
        reload_missing(server)
        self.browsers = Browsers(server)
        folder, work = Path(config.config_file_path).parent, partial(self._bring_up_to_date, builder)
        server.builder = Tidied(partial(carry_on, partial(self.browsers.settled, work), folder))
        return server

    def _bring_up_to_date(self, builder: Callable[[], object]) -> None:
        """Take an edit of words into the site that is served, or else build it."""
        served, self.served = self.served, None
        if served is None or not served.amend():
            self.former = served
            builder()
            return
        self.site, self.inputs, self.served = served.site, served.inputs, served
        self._begin_search(served.site, served.config)

    def on_build_error(self, *, error: Exception) -> None:
        """Leave the old site as it was. An expected error, such as a full disk, gets no traceback."""
        self._abandon()
        if isinstance(error, OSError):
            what = "the site was not written, and the last good one stays"
            if self.serving:
                what = f"pages were not written to {self.site_dir} (TMPDIR names another place for a server)"
            raise PluginError(f"{what}: {error}") from error
        if isinstance(error, GeneratorError):
            raise PluginError(_said(error)) from error

    def on_shutdown(self) -> None:
        """Leave nothing behind of a build that was not finished: it failed, or somebody pressed Ctrl+C."""
        self._abandon()
        self.search.close()

    def _abandon(self) -> None:
        self._stop_counting()
        if self.staging is not None:
            self.staging.discard()
            self.staging = None

    def _has_warned(self) -> bool:
        return bool(self.warnings and self.warnings.get_counts())

    def _stop_counting(self) -> None:
        if self.warnings is not None:
            logging.getLogger("mkdocs").removeHandler(self.warnings)


def _said(error: GeneratorError) -> str:
    return f"the content has problems\n\n{error}" if isinstance(error, InvalidContent) else str(error)
