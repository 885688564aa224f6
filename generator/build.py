"""The story: read, validate, link, compose pages and feeds, hand over.

Everything above this module is a function on values; everything below it (`plugin`, `cli`) is a way to call it.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from generator import calendar, feeds, frontmatter, integrity, pages, preflight, previews, serialise, sources, urls
from generator.cache import Cache
from generator.channels import channels
from generator.errors import InvalidContent, Problem, is_error
from generator.library import Library, group, link
from generator.markdown import Draft, draft
from generator.model import Article
from generator.output import File
from generator.pages import Page
from generator.sanitise import sanitise
from generator.settings import TAXONOMIES, Kind, Settings


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
    """A site in memory: its pages, and the files beside them (feeds and redirects). `warnings` did not stop it.

    `drafts` are the pages that had to be rendered for the feeds, by their path.
    """

    pages: tuple[Page, ...]
    drafts: Mapping[str, Draft]
    files: tuple[File, ...]
    warnings: tuple[Problem, ...]


def check(root: Path, settings: Settings, shown_root: str = "content") -> Checked:
    """Read and link the content below `root`; every problem is in the result, in order of place."""
    content = sources.read(root, settings, shown_root)
    library, notes = link(content)
    problems = {*content.problems, *integrity.check(content, library)}
    return Checked(library, tuple(sorted(problems)), tuple(sorted(set(notes))), content.lines)


def build(
    root: Path,
    settings: Settings,
    shown_root: str = "content",
    cache: Cache | None = None,
    published: bytes | None = None,
) -> Site:
    """Return the site that the content below `root` makes. Raises InvalidContent with every problem.

    `cache` has what earlier builds made of feeds, `published` is the record of the ids in the feeds of the last good
    site. Raises GeneratorError where a feed would be broken, or one of these ids changed.
    """
    checked = check(root, settings, shown_root)
    if any(map(is_error, checked.problems)):
        raise InvalidContent(checked.problems, checked.lines)
    composed = pages.compose(checked.library, settings)
    cache = cache or Cache()
    cache.begin(settings)
    drafts = {page.path: _draft(page, cache) for page in composed if page.kind == Kind.ARTICLE}
    files = (
        *_feeds(checked.library, drafts, settings, cache, published),
        *_redirects(checked.library, settings),
        *(File(path, data) for path, data in previews.collect(checked.library, settings)),
        File(calendar.PATH, calendar.calendar(checked.library, settings)),
    )
    return Site(composed, drafts, files, checked.problems)


def source(page: Page) -> str:
    """Return a page as a Markdown file that stands for itself, with front matter."""
    meta = {"title": page.title, "description": page.description}
    return f"---\n{frontmatter.dump(meta)}---\n\n{page.markdown}"


def _draft(page: Page, cache: Cache) -> Draft:
    aside = f"{page.text}\n".count("\n") if page.relations else None
    return cache.get((page.path, page.markdown), partial(draft, page.markdown, aside))


def _feeds(
    library: Library, drafts: Mapping[str, Draft], settings: Settings, cache: Cache, published: bytes | None
) -> Iterator[File]:
    """Yield every document of every feed, and the list of them. What `cache` has is not made again."""

    def html_of(article: Article) -> str:
        found = drafts[article.path]
        return cache.get((article.path, found.html), partial(_content, article.path, found, settings))

    found = channels(library, settings)
    items = feeds.items_of(library, settings, html_of)
    every = [item for several in items.values() for item in several]
    preflight.inspect_items(every)
    record = preflight.record(every, settings)
    if published is not None:
        preflight.compare(published, record, _addresses(library, settings))
    yield File(preflight.RECORD, record)
    former = _former_folders(library, settings)
    for feed in feeds.collect(found, items, library.latest_day, settings):
        for form, path in zip(urls.FORMATS, urls.feed_paths(feed.folder), strict=True):
            data = cache.get((form, feed), partial(_document, path, form, feed, settings, cache))
            yield File(path, data)
            yield from (File(posixpath.join(folder, form.file), data) for folder in former.get(feed.folder, ()))
    yield File(serialise.OPML, serialise.opml(found, library.latest_day, settings))


def _former_folders(library: Library, settings: Settings) -> dict[str, tuple[str, ...]]:
    """Return where feeds lay before their pages were renamed: who subscribed there goes on getting them."""
    return group(
        (urls.feed_folder(document.path), urls.feed_folder(urls.source_path(document.kind, slug, settings)))
        for slug, document in sorted(library.redirects.items())
        if document.kind in TAXONOMIES
    )


def _document(path: str, form: urls.Format, feed: feeds.Feed, settings: Settings, cache: Cache) -> bytes:
    data = serialise.write(feed, form, settings, cache)
    preflight.inspect(path, data, form, feed)
    return data


def _addresses(library: Library, settings: Settings) -> set[str]:
    """Return the addresses that lead to a document, as they are below the site."""
    present = [document.path for document in library.documents.values()]
    past = [urls.source_path(document.kind, slug, settings) for slug, document in library.redirects.items()]
    return {urls.permalink(path, settings).removeprefix(settings.site_url) for path in present + past}


def _content(path: str, rendered: Draft, settings: Settings) -> str:
    """Return a digest as a feed has it: without what refers to it, which changes with other pages."""
    return sanitise(rendered.text(lambda href: _absolute(href, path, settings)))


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
