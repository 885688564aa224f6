"""The mkdocs adapter: hands the composed site over to mkdocs, and starts mkdocs for the command line.

The pipeline runs in `on_pre_build`, before mkdocs touches anything, and a site is built beside the old one, so that a
failed build leaves the last good site as it was. Only this module, `options` and `runner` import mkdocs.
"""

from __future__ import annotations

import html
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.utils import CountHandler, get_build_date

from generator import headers, ledger, urls
from generator.build import Site, build
from generator.cache import Cache
from generator.errors import GeneratorError, InvalidContent, render
from generator.history import HISTORY
from generator.ledger import Entry
from generator.markdown import Draft, Heading
from generator.markdown import draft as make_draft
from generator.mending import mend
from generator.options import BriefingOptions, settings_of
from generator.output import Staging, last, revise, written
from generator.pages import Page
from generator.settings import COLLECTIONS, Settings
from generator.templating import TEMPLATES
from generator.theming import THEME, announced, dressed, told

log = logging.getLogger("mkdocs.plugins.briefing")

_TITLE_ID = "_top"  # no heading of an editor can have it: a slug has no underscore at its start


class BriefingPlugin(BasePlugin[BriefingOptions]):
    """Puts generated pages in the place of the content files that they come from, and adds feeds and redirects."""

    command: Literal["build", "gh-deploy", "serve"] = "build"
    site: Site | None = None
    settings: Settings
    cache: Cache
    staging: Staging | None = None
    site_dir = ""
    warnings: CountHandler | None = None
    scripts: set[str]  # the hashes of those that stand in pages
    locked = False  # whether a build may publish only what the ledger has already

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Remember what is being done: `serve` shows drafts and writes to a folder of its own."""
        self.command = command
        self.cache = Cache()
        self.scripts = set()

    @event_priority(-100)  # the options of a site are those that other plugins leave
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Read the options, and have the site built beside the one that is there."""
        self.settings = settings_of(config, self.config, drafts=self.command == "serve")
        self.site_dir = config.site_dir
        if config.theme.name == "material":
            config.theme.dirs = dressed(config.theme.dirs, config.theme.custom_dir)
        mkdocs_log = logging.getLogger("mkdocs")
        if self.command == "serve":
            # A strict build that is aborted would leave the server stuck: while serving, a warning is only shown.
            for handler in [found for found in mkdocs_log.handlers if isinstance(found, CountHandler)]:
                mkdocs_log.removeHandler(handler)
        self.warnings = CountHandler()
        self.warnings.setLevel(logging.WARNING)
        mkdocs_log.addHandler(self.warnings)
        return config

    @event_priority(100)
    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Run the pipeline. Content that has problems ends the build here, before anything is removed."""
        root = Path(config.docs_dir)
        if self.command != "serve":
            try:  # before the ledger is read, to which another build may just be adding
                self.staging = Staging(Path(self.site_dir), log.info)
            except GeneratorError as error:
                raise PluginError(str(error)) from error
        try:
            asked = self.config.history and self.command != "serve"
            drawn = partial(last, Path(self.site_dir)) if self.config.cards and self.command != "serve" else None
            self.site = build(root, self.settings, shown_root(root), self.cache, history=asked, drawn=drawn)
        except GeneratorError as error:
            what = "the content has problems" if isinstance(error, InvalidContent) else "the feeds have problems"
            if self.command != "serve" or self.site is None:
                raise PluginError(f"{what}\n\n{error}") from error
            # An error would leave the server stuck until it is mended; the last good site goes on being shown.
            log.error(f"the last good pages stay, {what}\n\n{error}")
        for problem in self.site.warnings:
            log.warning(render(problem, {}))
        if self.staging is not None:
            config.site_dir = str(self.staging.path)

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Replace the content files by the pages that were made of them."""
        assert self.site is not None
        folders = tuple(f"{self.settings.collection(kind).slug}/" for kind in COLLECTIONS)
        for file in list(files):
            if file.is_documentation_page() and file.src_uri.startswith(folders):
                files.remove(file)
        for page in self.site.pages:
            if existing := files.get_file_from_path(page.path):
                files.remove(existing)
            card = urls.absolute(self.site.cards[page.path], self.settings) if self.site.cards else ""
            files.append(_page_file(page, self.site.drafts.get(page.path), card, config))
        for extra in self.site.files:
            files.append(File.generated(config, extra.path, content=extra.content))
        return files

    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Date every page by the content, so that the sitemap is the same whenever it is built."""
        assert self.site is not None
        newest = max((page.changed for page in self.site.pages if page.changed), default=None)
        for file in files.documentation_pages():
            if file.page is not None:
                day = file.page.briefing.changed if isinstance(file.page, BriefingPage) else None
                file.page.update_date = str(day or newest or get_build_date())
        return nav

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Rebuild also when a template of a page or of the theme changes."""
        for folder in (TEMPLATES, THEME):
            server.watch(str(folder))
        return server

    def on_env(self, env: Any, *, config: MkDocsConfig, files: Files) -> Any:
        """Tell the theme which feeds every page announces, those of the site, and where one who is lost may go."""
        assert self.site is not None
        env.globals["site_feeds"] = announced(urls.feed_paths(""))
        env.globals["site_indexes"] = [
            (self.settings.collection(kind).plural, self._url(urls.index_path(kind, self.settings)))
            for kind in COLLECTIONS
        ]
        env.globals["site_newest"] = [(page.title, self._url(page.path)) for page in self.site.newest]
        return env

    @event_priority(-100)
    def on_post_page(self, output: str, *, page: MkDocsPage, config: MkDocsConfig) -> str:
        """Mend what is wrong in a page, and note which scripts stand in it, for the policy that allows these."""
        self.scripts.update(headers.scripts(output))
        return mend(output)

    @event_priority(-100)
    def on_post_template(self, output_content: str, *, template_name: str, config: MkDocsConfig) -> str:
        """Note the same of a page of the theme, such as 404.html."""
        self.scripts.update(headers.scripts(output_content))
        return mend(output_content) if template_name.endswith(".html") else output_content

    def _url(self, page: str) -> str:
        return urls.permalink(page, self.settings).removeprefix(self.settings.site_url) or "."

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Put the new site in the place of the old one, unless the build is strict and something was warned of.

        What it has published goes into the ledger; an address of the ledger that it lacks ends the build.
        """
        self._stop_counting()
        if self.staging is None:
            return
        config.site_dir = self.site_dir
        if config.strict and self.warnings and self.warnings.get_counts():
            self.staging.discard()
        else:
            self._publish(self.staging, Path(config.docs_dir))
        self.staging = None

    def _publish(self, staging: Staging, root: Path) -> None:
        assert self.site is not None
        (staging.path / headers.PATH).write_bytes(headers.headers(self.scripts))
        names = ("*.html", *(form.file for form in urls.FORMATS), "*.ics", "*.opml")
        # A clone without the past of the content has no pages of changes: these are no address to rely on.
        passing = {
            "404.html",
            *(urls.output_path(p.path, self.settings) for p in self.site.pages if p.kind == HISTORY),
        }
        addresses = {urls.address(file, self.settings) for file in {*written(staging.path, *names)} - passing}
        before = self.site.ledger
        try:
            ledger.inspect(before, addresses)
            found = [*map(Entry, addresses), *(Entry(address, id_) for id_, address in self.site.ids.items())]
            text = ledger.write([*before.entries, *found])
            new = text != ledger.write(before.entries)
            if new and self.locked:
                why = f"{before.shown_as} lacks what this build would publish"
                raise GeneratorError(f"{why}: run `briefing build` without --locked, and commit the file")
            staging.commit(lambda: revise(root, {ledger.PATH: text} if new else {}))
        except GeneratorError as error:
            raise PluginError(str(error)) from error

    def on_build_error(self, *, error: Exception) -> None:
        """Leave the old site as it was. A disk that is full is told of as a message."""
        self._stop_counting()
        self.on_shutdown()
        if isinstance(error, OSError):
            raise Abort(f"the site was not written, and the last good one stays: {error}") from error

    def on_shutdown(self) -> None:
        """Leave nothing behind of a build that was not finished: it failed, or somebody pressed Ctrl+C."""
        if self.staging is not None:
            self.staging.discard()
            self.staging = None

    def _stop_counting(self) -> None:
        if self.warnings is not None:
            logging.getLogger("mkdocs").removeHandler(self.warnings)


class BriefingPage(MkDocsPage):
    """A page that Briefing composed, rendered by Briefing's own Markdown dialect."""

    def __init__(self, page: Page, draft: Draft | None, card: str, file: File, config: MkDocsConfig) -> None:
        self.briefing, self.draft, self.card = page, draft, card
        super().__init__(_nav_title(config.nav, page.path), file, config)

    def read_source(self, config: MkDocsConfig) -> None:
        """Take text and metadata from the composed page."""
        self.markdown = self.briefing.markdown
        self.meta = told(self.briefing, self.card) | {"structured": self.briefing.structured}

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Render the page. Links to pages are resolved here, and reported by mkdocs where they lead nowhere."""
        links: dict[File, dict[str, str]] = {}
        draft, self.draft = self.draft, None
        if draft is None or self.markdown != self.briefing.markdown:  # another plugin may have written into it
            draft = make_draft(self.markdown or "")
        rendered = draft.page(lambda href: self._resolve(href, files, links))
        title = Heading(1, _TITLE_ID, self.briefing.title)
        self.content = f'<h1 id="{title.id}">{self.meta["title"]}</h1>\n{rendered.html}'
        self.toc = get_toc(_toc_tokens((title, *rendered.headings)))
        self.present_anchor_ids = set(rendered.ids)
        self.links_to_anchors = links

    def _resolve(self, href: str, files: Files, links: dict[File, dict[str, str]]) -> str:
        path, _, anchor = href.partition("#")
        if ":" in path.partition("/")[0]:
            return href
        target = files.get_file_from_path(urls.resolve(path, self.file.src_uri)) if path else self.file
        if target is None:
            log.warning(f"'{self.file.src_uri}' contains a link '{href}', but there is no such file")
            return href
        if anchor:
            links.setdefault(target, {})[anchor] = href
        address = target.url_relative_to(self.file) if path else ""
        return f"{address}#{anchor}" if anchor else address


def _page_file(page: Page, draft: Draft | None, card: str, config: MkDocsConfig) -> File:
    file = File.generated(config, page.path, content=page.markdown, inclusion=InclusionLevel.NOT_IN_NAV)
    file.edit_uri = page.edit_path
    BriefingPage(page, draft, card, file, config)  # makes itself the page of the file
    return file


def _nav_title(nav: object, path: str) -> str | None:
    """Return the title that `nav` gives to a page, if it gives one."""
    if isinstance(nav, dict):
        return next((str(title) for title, target in nav.items() if target == path), None) or next(
            (found for target in nav.values() if (found := _nav_title(target, path))), None
        )
    if isinstance(nav, list):
        return next((found for item in nav if (found := _nav_title(item, path))), None)
    return None


def _toc_tokens(headings: tuple[Heading, ...]) -> Any:
    """Return headings as the tree that mkdocs makes a table of contents of."""
    roots: list[dict[str, Any]] = []
    open_: list[dict[str, Any]] = []
    for heading in headings:
        title = html.escape(heading.title)
        token = {"level": heading.level, "id": heading.id, "name": title, "children": []}
        while open_ and open_[-1]["level"] >= heading.level:
            open_.pop()
        (open_[-1]["children"] if open_ else roots).append(token)
        open_.append(token)
    return roots


def shown_root(root: Path) -> str:
    """Return what the content folder is called in problems: as seen from the working folder, if it is below it."""
    try:
        return root.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return root.as_posix()
