"""The story: read, validate, link, compose pages and feeds, hand over.

Everything above this module is a function on values; everything below it (`plugin`, `cli`) is a way to call it.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from generator import calendar, feeds, frontmatter, integrity, pages, previews, sources, urls
from generator.errors import InvalidContent, Problem, is_error
from generator.library import Library, link
from generator.markdown import render
from generator.model import Article
from generator.output import File
from generator.pages import Page
from generator.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """Content that was read and linked, with everything that was found wrong in it.

    `notes` say what an editor may want to know and need not mend.
    """

    library: Library
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    lines: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Site:
    """A site in memory: its pages, and the files beside them (feeds and redirects). `warnings` did not stop it."""

    pages: tuple[Page, ...]
    files: tuple[File, ...]
    warnings: tuple[Problem, ...]


def check(root: Path, settings: Settings, shown_root: str = "content") -> Checked:
    """Read and link the content below `root`; every problem is in the result, in order of place."""
    content = sources.read(root, settings, shown_root)
    library, notes = link(content)
    problems = {*content.problems, *integrity.check(content, library)}
    return Checked(library, tuple(sorted(problems)), tuple(sorted(set(notes))), content.lines)


def build(root: Path, settings: Settings, shown_root: str = "content") -> Site:
    """Return the site that the content below `root` makes. Raises InvalidContent with every problem."""
    checked = check(root, settings, shown_root)
    if any(map(is_error, checked.problems)):
        raise InvalidContent(checked.problems, checked.lines)
    composed = pages.compose(checked.library, settings)
    files = (
        *_feeds(checked.library, composed, settings),
        *_redirects(checked.library, settings),
        *(File(path, data) for path, data in previews.collect(checked.library, settings)),
        File(calendar.PATH, calendar.calendar(checked.library, settings)),
    )
    return Site(composed, files, checked.problems)


def source(page: Page) -> str:
    """Return a page as a Markdown file that stands for itself, with front matter."""
    meta = {"title": page.title, "description": page.description}
    return f"---\n{frontmatter.dump(meta)}---\n\n{page.markdown}"


def _feeds(library: Library, composed: tuple[Page, ...], settings: Settings) -> list[File]:
    by_path = {page.path: page for page in composed}

    def html_of(article: Article) -> str:
        page = by_path[article.path]
        return render(page.text, lambda href: _absolute(href, page.path, settings)).html

    return [File(feed.path, feeds.rss(feed, settings)) for feed in feeds.collect(library, settings, html_of)]


def _absolute(href: str, page: str, settings: Settings) -> str:
    """Return the absolute address of a link in a composed page."""
    path, fragment = urldefrag(href)
    if ":" in path.partition("/")[0]:
        return href
    target = urls.resolve(path, page) if path else page
    address = urls.permalink(target, settings) if target.endswith(".md") else urls.absolute(target, settings)
    return urljoin(address, f"#{fragment}") if fragment else address


def _redirects(library: Library, settings: Settings) -> list[File]:
    """Return a page at each address that a document had, which leads to where it is now."""
    files = []
    for slug, document in sorted(library.redirects.items()):
        path = urls.output_path(urls.source_path(document.kind, slug, settings), settings)
        address = html.escape(urls.permalink(document.path, settings))
        page = (
            f'<!doctype html>\n<html lang="{html.escape(settings.language)}">\n<meta charset="utf-8">\n'
            f"<title>{html.escape(document.meta.title)}</title>\n"
            f'<link rel="canonical" href="{address}">\n<meta http-equiv="refresh" content="0; url={address}">\n'
            f'<p>This page has moved to <a href="{address}">{address}</a>.</p>\n</html>\n'
        )
        files.append(File(path, page.encode()))
    return files
