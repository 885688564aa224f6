"""What the pages and files of a site are to mkdocs."""

from __future__ import annotations

import html
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import get_toc
from mkdocs.theme import Theme
from mkdocs.utils import get_relative_url

from generator.adapter.theming import dressed, told
from generator.composing.markdown import Draft, Heading, draft
from generator.composing.pages import Body, Page
from generator.core import urls
from generator.output.writer import File as OutputFile
from generator.sites import rendered

OURS = ("briefing", "search", "material/search")  # plugins that write nothing but their own files, and anew
log = logging.getLogger("mkdocs.plugins.briefing")

_AT_HAND = 4_096  # links that were asked for last: more would hardly spare any work
_TITLE_ID = "_top"  # no heading of an editor can have it: a slug has no underscore at its start


class BriefingPage(MkDocsPage):
    """A page that Briefing composed, rendered by Briefing's own Markdown dialect.

    `body` is what stands on it, while it is being rendered; `scripts` are the hashes of the scripts that came to it.
    """

    body: Body | None
    draft: Draft
    scripts: Iterable[str]

    def __init__(self, page: Page, card: str, nav_title: str | None, file: File, config: MkDocsConfig) -> None:
        self.briefing = page
        super().__init__(nav_title, file, config)
        self.meta = told(page, card)
        self.forget()

    def show(self, page: Page) -> None:
        """Show what is composed now in the place of the page that it had."""
        self.briefing, self.meta = page, told(page, self.meta["card"])

    def _set_canonical_url(self, base: str | None) -> None:
        """Say where the page is, as mkdocs does. In the path of a composed page there is nothing to resolve."""
        root, path = _root(base)
        self.canonical_url, self.abs_url = root and root + self.url, path and path + self.url

    def read_source(self, config: MkDocsConfig) -> None:
        """Compose the page. It is dated by what it was made from."""
        self.body = self.body or self.briefing.compose()
        self.markdown = self.body.markdown
        self.date(self.body.day)
        self.meta["structured"] = self.body.structured

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """Render the page. Links to pages are resolved here, and reported by mkdocs where they lead nowhere."""
        links: dict[File, dict[str, str]] = {}
        if self.body and self.markdown == self.body.markdown:
            self.draft = rendered(self.body)
        else:  # another plugin has written into it
            self.draft = draft(self.markdown or "")
        page = self.draft.page(lambda href: self._resolve(href, files, links))
        title = Heading(1, _TITLE_ID, self.briefing.title)
        self.content = f'<h1 id="{title.id}">{self.meta["title"]}</h1>\n{page.html}'
        self.toc = get_toc(_toc_tokens((title, *page.headings)))
        self.present_anchor_ids = set(page.ids)
        self.links_to_anchors = links

    def date(self, changed: str) -> None:
        """Date the page by what it was made from, so that the sitemap is the same whenever it is built."""
        if changed:
            self.update_date = changed

    def forget(self) -> None:
        """Let go of what the page holds, once it is written."""
        self.body, self.draft, self.scripts = None, Draft("", (), frozenset()), ()
        self.markdown = self.content = None
        self.meta.pop("structured", None)
        self.toc, self.links_to_anchors, self.present_anchor_ids = get_toc([]), {}, None

    def _resolve(self, href: str, files: Files, links: dict[File, dict[str, str]]) -> str:
        if href.startswith("#") and len(href) > 1:
            links.setdefault(self.file, {})[href[1:]] = href
            return href
        path, _, anchor = href.partition("#")
        if ":" in path.partition("/")[0]:
            return href
        target = files.src_uris.get(_resolved(path, self.file.src_uri.rpartition("/")[0])) if path else self.file
        if target is None:
            log.warning(f"'{self.file.src_uri}' contains a link '{href}', but that file does not exist")
            return href
        if anchor:
            links.setdefault(target, {})[anchor] = href
        found = address(target.url, self.file.url) if path else ""
        return f"{found}#{anchor}" if anchor else found


@lru_cache(maxsize=1)
def _root(base: str | None) -> tuple[str | None, str | None]:
    """Return the address of a site, and the path in that."""
    root = base and (base if base.endswith("/") else f"{base}/")
    return root, root and urlsplit(root).path


def address(target: str, page: str) -> str:
    """Return the link from a page to another, both given by their address below the site."""
    # It is the same in all folders beside that of the page.
    if page.endswith("/") and page != "./" and not target.startswith(page):
        return _from_beside(target, page[:-1].rpartition("/")[0])
    return get_relative_url(target, page)


@lru_cache(maxsize=_AT_HAND)
def _from_beside(target: str, folder: str) -> str:
    return get_relative_url(target, f"{folder}/\0/")


@lru_cache(maxsize=_AT_HAND)
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


def dress(theme: Theme) -> None:
    """Have templates and assets looked for in Briefing's theme as well, where a site has Material."""
    if theme.name == "material":
        theme.dirs = dressed(theme.dirs, theme.custom_dir)


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


def foreign(files: SiteFiles, config: MkDocsConfig) -> set[str]:
    """Return the paths at which mkdocs itself writes: files of content and theme, hand-written pages, templates."""
    others = (file for file in files if not isinstance(file, OwnFile) and file.src_uri not in files.held_back)
    return {*(file.dest_uri for file in others), *config.theme.static_templates, "sitemap.xml.gz"}


def hears(config: MkDocsConfig, events: Sequence[str], *silent: str) -> bool:
    """Tell whether a plugin hears one of `events`, but for those named `silent`, or a hook, which is a function."""
    others = [plugin for name, plugin in config.plugins.items() if name not in silent]
    heard = [getattr(method, "__self__", None) for event in events for method in config.plugins.events[event]]
    return any(plugin is None or any(plugin is one for one in others) for plugin in heard)


def is_alone(config: MkDocsConfig) -> bool:
    """Tell whether there is no plugin and no hook but those of which it is known where they write."""
    return not config.hooks and config.plugins.keys() <= {*OURS}


def nav_titles(nav: object) -> Iterator[tuple[str, str]]:
    """Yield the pages that `nav` gives a title to, with the title."""
    if isinstance(nav, dict):
        for title, target in nav.items():
            yield from [(target, str(title))] if isinstance(target, str) else nav_titles(target)
    elif isinstance(nav, list):
        for item in nav:
            yield from nav_titles(item)
