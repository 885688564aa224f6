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

from generator.adapter.theming import THEME, page_meta
from generator.composing.assembling import Heading, Rendered, render
from generator.composing.pages import Body, Page
from generator.core import urls
from generator.core.settings import COLLECTIONS
from generator.output.writer import File as OutputFile
from generator.sites import Site, rendered

log = logging.getLogger("mkdocs.plugins.briefing")

_AT_HAND = 4_096  # links that were asked for last: more would hardly spare any work
_TITLE_ID = "_top"  # no heading of an editor can have it: a slug has no underscore at its start


class BriefingPage(MkDocsPage):
    """A page that Briefing composed, rendered by Briefing's own Markdown dialect.

    `body` is what stands on it while it is made, `rendered` the same as HTML; `scripts` are the hashes of the scripts
    in that.
    """

    body: Body | None
    rendered: Rendered
    scripts: Iterable[str]

    def __init__(self, page: Page, card: str, nav_title: str | None, file: File, config: MkDocsConfig) -> None:
        self.briefing = page
        super().__init__(nav_title, file, config)
        self.meta = page_meta(page, card)
        self.forget()

    def show(self, page: Page) -> None:
        """Take on another page in place of the one that it has."""
        self.briefing, self.meta = page, page_meta(page, self.meta["card"])

    def _set_canonical_url(self, base: str | None) -> None:
        """Set what mkdocs sets, without resolving the path, in which there is nothing to resolve: this saves time."""
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
            self.rendered = rendered(self.body)
        else:  # another plugin has written into it
            self.rendered = render(self.markdown or "")
        page = self.rendered.page(lambda href: self._resolve(href, files, links))
        title = Heading(1, _TITLE_ID, self.briefing.title)
        self.content = f'<h1 id="{title.id}">{self.meta["title"]}</h1>\n{page}'
        self.toc = get_toc(_toc_tokens((title, *self.rendered.headings)))
        self.present_anchor_ids = set(self.rendered.ids)
        self.links_to_anchors = links

    def date(self, changed: str) -> None:
        """Date the page by what it was made from, so that the sitemap is the same whenever it is built."""
        if changed:
            self.update_date = changed

    def forget(self) -> None:
        """Free what the page holds, once it is written."""
        self.body, self.rendered, self.scripts = None, Rendered("", (), frozenset()), ()
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
    """Return the base address of a site with a slash at its end, and the path of that."""
    root = base and (base if base.endswith("/") else f"{base}/")
    return root, root and urlsplit(root).path


def address(target: str, page: str) -> str:
    """Return the link from a page to another, both given by their address below the site."""
    # It is the same for all folders that lie beside that of the page, and therefore cached.
    if page.endswith("/") and page != "./" and not target.startswith(page):
        return _from_beside(target, page[:-1].rpartition("/")[0])
    return get_relative_url(target, page)


@lru_cache(maxsize=_AT_HAND)
def _from_beside(target: str, folder: str) -> str:
    return get_relative_url(target, f"{folder}/\0/")


@lru_cache(maxsize=_AT_HAND)
def _resolved(path: str, folder: str) -> str:
    """Return the path to which a link leads from any page of a folder."""
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
    """A file that Briefing writes itself, and that mkdocs only knows of: feeds, redirects, what scripts load."""

    own: OutputFile

    def copy_file(self, dirty: bool = False) -> None:
        """Leave the file to Briefing."""


class SiteFiles(Files):
    """The files of a site. `held_back` are the pages that mkdocs is not to render, since Briefing does.

    To a plugin or the sitemap, which ask for all pages, they are pages like others. mkdocs asks for an inclusion
    where it renders, and only there.
    """

    held_back: frozenset[str] = frozenset()

    def documentation_pages(self, *, inclusion: Callable[[InclusionLevel], bool] | None = None) -> Sequence[File]:
        """Return the files that are pages, or, with `inclusion`, those of them that mkdocs renders."""
        if inclusion is None:
            return super().documentation_pages()
        return [
            file for file in super().documentation_pages(inclusion=inclusion) if file.src_uri not in self.held_back
        ]


def dress(theme: Theme) -> None:
    """Have Material look for templates and assets in Briefing's theme first, but after the site's `custom_dir`."""
    if theme.name == "material":
        own = [theme.custom_dir] if theme.custom_dir else []
        theme.dirs = list(dict.fromkeys([*own, str(THEME), *theme.dirs]))


def site_files(files: Files, site: Site, beside: Iterable[OutputFile], config: MkDocsConfig) -> SiteFiles:
    """Return the files of mkdocs with the pages of a site in place of its content, and the files beside these."""
    composed = site.by_path.keys()
    folders = tuple(f"{site.settings.collection(kind).slug}/" for kind in COLLECTIONS)
    found = SiteFiles(
        file
        for file in files
        if file.src_uri not in composed and not (file.is_documentation_page() and file.src_uri.startswith(folders))
    )
    titles = dict(nav_titles(config.nav))
    for page in site.pages:
        card = urls.absolute(site.cards[page.path].path, site.settings) if site.cards else ""
        found.append(page_file(page, titles.get(page.path), card, config))
    for made in beside:
        found.append(own_file(made, config))
    return found


def add_new(files: Files, site: Site, config: MkDocsConfig) -> None:
    """Add to the files of the last site what pages of this one are rendered as and lead to, and was not there."""
    for page in site.pages:
        known = files.src_uris.get(page.path)  # `get_file_from_path` makes a path of each
        if known is not None and known.edit_uri == page.edit_path:
            continue
        if known is not None:
            files.remove(known)
        files.append(page_file(page, None, "", config))
        for feed in page.feeds:
            if feed not in files.src_uris:
                files.append(OwnFile.generated(config, feed, content=b""))


def by_hand(files: Files) -> list[File]:
    """Return the pages that were written by hand."""
    return [file for file in files.documentation_pages() if not isinstance(file.page, BriefingPage)]


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


def nav_titles(nav: object) -> Iterator[tuple[str, str]]:
    """Yield the paths of the pages that the option `nav` gives a title to, with the title."""
    if isinstance(nav, dict):
        for title, target in nav.items():
            yield from [(target, str(title))] if isinstance(target, str) else nav_titles(target)
    elif isinstance(nav, list):
        for item in nav:
            yield from nav_titles(item)
