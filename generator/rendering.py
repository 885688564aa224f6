"""Renders pages with mkdocs and its theme: what a page and a file are to mkdocs, and how all pages are written."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from jinja2 import Environment
from mkdocs.commands.build import _build_page, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc

from generator import urls
from generator.build import Site, feed_content, rendered
from generator.history import HISTORY
from generator.markdown import Draft, Heading, draft
from generator.output import File as OutputFile
from generator.pages import Body, Page
from generator.settings import Kind
from generator.workers import spread

log = logging.getLogger("mkdocs.plugins.briefing")

BATCH = 16  # pages that are rendered by one hand at a time
_TITLE_ID = "_top"  # no heading of an editor can have it: a slug has no underscore at its start


class BriefingPage(MkDocsPage):
    """A page that Briefing composed, rendered by Briefing's own Markdown dialect."""

    def __init__(self, page: Page, card: str, nav_title: str | None, file: File, config: MkDocsConfig) -> None:
        self.briefing = page
        super().__init__(nav_title, file, config)
        # Material prints metadata as it is, so it is escaped here.
        self.meta = {
            "title": html.escape(page.title),
            "description": html.escape(page.description),
            "kind": page.kind,
            "feeds": announced(page.feeds),
            "card": card,
            "robots": "noindex" if page.kind in ("withdrawn", HISTORY) else "",
            "hide": ["navigation", "toc"] if page.wide else ["navigation"],
        }
        self.forget()

    def read_source(self, config: MkDocsConfig) -> None:
        """Compose the page. It is dated by what it was made from."""
        self.body = self.briefing.compose()
        self.markdown = self.body.markdown
        self.date(self.body.changed)
        self.meta["structured"] = self.body.structured

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Render the page. Links to pages are resolved here, and reported by mkdocs where they lead nowhere."""
        links: dict[File, dict[str, str]] = {}
        untouched = self.markdown == self.body.markdown  # another plugin may have written into it
        self.draft = rendered(self.body) if untouched else draft(self.markdown or "")
        page = self.draft.page(lambda href: self._resolve(href, files, links))
        title = Heading(1, _TITLE_ID, self.briefing.title)
        self.content = f'<h1 id="{title.id}">{self.meta["title"]}</h1>\n{page.html}'
        self.toc = get_toc(_toc_tokens((title, *page.headings)))
        self.present_anchor_ids = set(page.ids)
        self.links_to_anchors = links

    def date(self, changed: date | None) -> None:
        """Date the page by what it was made from, so that the sitemap is the same whenever it is built."""
        if changed is not None:
            self.update_date = str(changed)

    def forget(self) -> None:
        """Let go of what the page holds, once it is written."""
        self.body, self.draft = Body(""), Draft("", (), frozenset())
        self.markdown = self.content = None
        self.toc, self.links_to_anchors, self.present_anchor_ids = get_toc([]), {}, None

    def _resolve(self, href: str, files: Files, links: dict[File, dict[str, str]]) -> str:
        path, _, anchor = href.partition("#")
        if ":" in path.partition("/")[0]:
            return href
        target = (
            files.get_file_from_path(_resolved(path, self.file.src_uri.rpartition("/")[0])) if path else self.file
        )
        if target is None:
            log.warning(f"'{self.file.src_uri}' contains a link '{href}', but there is no such file")
            return href
        if anchor:
            links.setdefault(target, {})[anchor] = href
        address = target.url_relative_to(self.file) if path else ""
        return f"{address}#{anchor}" if anchor else address


@lru_cache(maxsize=100_000)
def _resolved(path: str, folder: str) -> str:
    """Return where a link leads in any page of a folder."""
    return urls.resolve(path, f"{folder}/page.md" if folder else "page.md")


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


def announced(feeds: Sequence[str]) -> list[dict[str, str]]:
    """Return the files of a feed with their media types, for the links that announce them."""
    return [
        {"path": path, "type": form.type, "name": form.name} for form, path in zip(urls.FORMATS, feeds, strict=False)
    ]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What is to be known of a page that was written.

    `changed` is the newest day in what it was made from, `content` what feeds have of a digest. `ids` can be linked
    to; `wanted` are ids of other pages that it links to, by page, with the links as they are written.
    """

    path: str
    changed: date | None
    content: str = ""
    ids: frozenset[str] = frozenset()
    wanted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Batch:
    pages: list[RenderedPage]
    messages: list[logging.LogRecord]
    found: Any


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders pages and writes them to the site folder of `config`, with `jobs` processes.

    `found` gives what a process has come to know by the way, beside the pages; it is handed on.
    """

    site: Site
    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Environment
    jobs: int
    found: Callable[[], Any]

    def render(self, pages: Sequence[Page], hand_on: Callable[[Any], object]) -> Iterator[RenderedPage]:
        """Yield each page once it is written. Warnings come in the order of the pages."""
        for batch in spread(self._batch, pages, BATCH, self.jobs):
            for message in batch.messages:
                logging.getLogger(message.name).handle(message)
            hand_on(batch.found)
            yield from batch.pages

    def _batch(self, pages: Sequence[Page]) -> _Batch:
        with _collected() as messages:
            done = [self._page(page) for page in pages]
        return _Batch(done, messages, self.found())

    def _page(self, page: Page) -> RenderedPage:
        file = self.files.get_file_from_path(page.path)
        assert file is not None
        made = file.page
        assert isinstance(made, BriefingPage)
        _populate_page(made, self.config, self.files)
        _build_page(made, self.config, [], self.nav, self.env)
        content = feed_content(page.path, made.draft, self.site.settings) if page.kind == Kind.ARTICLE else ""
        known = self.site.anchors.get(page.path, frozenset())
        found = RenderedPage(
            page.path,
            made.body.changed,
            content,
            frozenset(made.present_anchor_ids or ()) - known,
            self._wanted(made),
        )
        made.forget()
        return found

    def tell(self, found: Mapping[str, RenderedPage]) -> None:
        """Tell mkdocs what it asks about pages: their dates, and the places that hand-written pages link to."""
        for page in found.values():
            file = self.files.get_file_from_path(page.path)
            if file is not None and isinstance(file.page, BriefingPage):
                file.page.date(page.changed)
        for file in self.files.documentation_pages(inclusion=InclusionLevel.is_included):
            for target in (file.page.links_to_anchors or {}) if file.page else ():
                if target.page is not None and target.src_uri in found:
                    target.page.present_anchor_ids = set(self._ids(target.src_uri, found) or ())

    def astray(self, found: Mapping[str, RenderedPage]) -> Iterator[tuple[str, str, str, str]]:
        """Yield the links to places that pages do not have: the page, the link, the other page and the place."""
        for page in found.values():
            for target, links in page.wanted.items():
                there = self._ids(target, found)
                yield from ((page.path, links[a], target, a) for a in links if there is not None and a not in there)

    def _ids(self, target: str, found: Mapping[str, RenderedPage]) -> frozenset[str] | set[str] | None:
        if target in found:
            return found[target].ids | self.site.anchors.get(target, frozenset())
        file = self.files.get_file_from_path(target)
        return file.page.present_anchor_ids if file and file.page else None

    def _wanted(self, page: BriefingPage) -> Mapping[str, Mapping[str, str]]:
        """Return the links to places of other pages, but for those to records that are known to be there."""
        wanted = {}
        for file, links in (page.links_to_anchors or {}).items():
            there = page.present_anchor_ids if file is page.file else self.site.anchors.get(file.src_uri)
            if missing := {anchor: link for anchor, link in links.items() if anchor not in (there or ())}:
                wanted[file.src_uri] = missing
        return wanted


class OwnFile(File):
    """A file that Briefing writes itself, and mkdocs only knows of: feeds, redirects, what scripts load."""

    own: OutputFile

    def copy_file(self, dirty: bool = False) -> None:
        """Leave the file to Briefing."""


class SiteFiles(Files):
    """The files of a site. `held_back` are pages that mkdocs is not to render, since Briefing does.

    To whoever asks for all pages, a plugin or the sitemap, these are pages like others. mkdocs names the inclusion
    that it wants where it renders, and there alone.
    """

    held_back: frozenset[str] = frozenset()

    def documentation_pages(self, *, inclusion: Callable[[InclusionLevel], bool] | None = None) -> Sequence[File]:
        """Return the files that are pages; with `inclusion`, those of them that mkdocs renders."""
        if inclusion is None:
            return super().documentation_pages()
        return [
            file for file in super().documentation_pages(inclusion=inclusion) if file.src_uri not in self.held_back
        ]


def page_file(page: Page, nav_title: str | None, card: str, config: MkDocsConfig) -> File:
    """Return a page of the site as a file of mkdocs, which knows its page."""
    file = File.generated(config, page.path, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    file.edit_uri = page.edit_path
    BriefingPage(page, card, nav_title, file, config)  # makes itself the page of the file
    return file


def own_file(made: OutputFile, config: MkDocsConfig) -> File:
    """Return a file beside the pages as one of mkdocs."""
    file = OwnFile.generated(config, made.path, content=b"")
    assert isinstance(file, OwnFile)
    file.own = made
    return file


@contextmanager
def _collected() -> Iterator[list[logging.LogRecord]]:
    """Keep what is logged, for another process to tell."""
    logger, kept = logging.getLogger("mkdocs"), _Keeper()
    handlers, propagates = logger.handlers, logger.propagate
    logger.handlers, logger.propagate = [kept], False
    try:
        yield kept.records
    finally:
        logger.handlers, logger.propagate = handlers, propagates


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.msg, record.args, record.exc_info = (
            record.getMessage(),
            None,
            None,
        )  # what cannot be sent on is not kept
        self.records.append(record)
