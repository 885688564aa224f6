"""Exports a site as a self-contained tree of Markdown: to read, to compare, and for Zensical to build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.adapter.theming import NAME, THEME, announced, page_meta
from generator.assets.cards import Card
from generator.commands.portable import portable
from generator.composing.pages import Page
from generator.core import urls
from generator.core.errors import GeneratorError
from generator.core.settings import Settings
from generator.output.writer import File
from generator.reading import frontmatter
from generator.sites import Site

_CONFIG = "mkdocs.yml"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where the parts of a site lie: its configuration, its content, and its own changes to the theme, if any.

    A tree has them at the same places, so that it is built with the same configuration. Raises GeneratorError where
    the content lies outside of the folder of the configuration, as Zensical has it.
    """

    config: Path
    content: Path
    custom: Path | None

    def __post_init__(self) -> None:
        if not self._inside(self.content):
            raise GeneratorError(
                f"{self.content} is outside {self.config.parent}; to export the site, move it into that folder"
            )

    @property
    def content_name(self) -> str:
        """Return the folder of the content, as `docs_dir` names it."""
        return self.content.relative_to(self.config.parent).as_posix()

    @property
    def theme_name(self) -> str:
        """Return the folder of the theme, as `custom_dir` names it, if that can be."""
        return self.custom.relative_to(self.config.parent).as_posix() if self.custom and self.themed else NAME

    @property
    def themed(self) -> bool:
        """Tell whether the configuration leads to a theme that lies in the tree."""
        return self.custom is not None and self._inside(self.custom)

    def _inside(self, folder: Path) -> bool:
        return folder != self.config.parent and folder.is_relative_to(self.config.parent)


def tree(site: Site, folders: Folders, settings: Settings) -> Iterator[File]:
    """Yield the files of a site: its configuration, its pages, what lies beside them, and the theme."""
    yield File(_CONFIG, folders.config.read_bytes())
    pages = {page.path: _page(page, site.cards, settings) for page in site.pages}
    files = {file.path: file.content for file in site.files}
    others = {file.path: (folders.content / file.path).read_bytes() for file in site.content.others}
    for path, data in (others | pages | files).items():
        yield File(f"{folders.content_name}/{path}", data)
    theme = _files(THEME) | (_files(folders.custom) if folders.custom else {})
    for path, data in theme.items():
        yield File(f"{folders.theme_name}/{path}", data)


def _page(page: Page, cards: Mapping[str, Card], settings: Settings) -> bytes:
    """Return a page with front matter that tells the theme what the plugin would have told it."""
    meta = page_meta(page, urls.absolute(cards[page.path].path, settings) if cards else "")
    meta |= {"structured": page.body.structured, "site_feeds": announced(urls.feed_paths(""))}
    body = portable(page.title, page.markdown, lambda href: urls.followed(href, page.path, settings))
    return f"---\n{frontmatter.dump(meta)}---\n\n{body}".encode()


def _files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by their paths, but for those that are hidden."""
    found = {path.relative_to(folder): path for path in sorted(folder.rglob("*")) if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in found.items()
        if not any(part.startswith(".") for part in name.parts)
    }
