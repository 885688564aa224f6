"""Where former addresses of a site lead: a page at each for every host, and `_redirects` for hosts that read it.

A page that moved takes along all that lay below its address: its feeds and its lists.
"""

from __future__ import annotations

import html
import posixpath
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from generator.core import urls
from generator.core.settings import TAXONOMIES, Settings
from generator.linking.ledger import Ledger
from generator.linking.library import Library
from generator.output.writer import File

PATH = "_redirects"  # what Netlify, Cloudflare Pages and others read
_FEED_FILES = tuple(form.file for form in urls.FORMATS)


def collect(library: Library, ledger: Ledger, made: Mapping[str, File | None], settings: Settings) -> Iterator[File]:
    """Yield the file at each former address, and `_redirects`. `made` are the files of the site, pages as None."""
    moved = _moved(library, settings)
    targets = {file: urls.address(target, settings) for file, target in _documents(library, settings)}
    for old, new in settings.redirects.items():
        targets[urls.file(old)] = new
    for address in sorted(ledger.addresses()):
        file = urls.file(address)
        if file not in made and file not in targets and (target := _below(file, moved, made)):
            targets[file] = urls.address(target, settings)
    targets = {file: target for file, target in targets.items() if file not in made}
    for file, target in sorted(targets.items()):
        feed = made.get(urls.file(target)) if file.endswith(_FEED_FILES) else None
        yield feed.copy(file) if feed is not None else File(file, _page(target, settings))
    if targets:
        base = urlsplit(settings.site_url).path.rstrip("/")
        lines = (
            f"{base}{urls.address(file, settings)} {_local(target, base)} 301\n" for file, target in targets.items()
        )
        yield File(PATH, "".join(sorted(lines)).encode())


def _moved(library: Library, settings: Settings) -> dict[str, str]:
    """Return the present folder of each page by the folders that it has and had."""
    renamed = [
        (urls.source_path(document.kind, slug, settings), document.path)
        for slug, document in library.redirects.items()
    ]
    stayed = [(document.path, document.path) for document in (*library.documents.values(), *library.withdrawn)]
    return {urls.feed_folder(old): new for old, new in [*stayed, *renamed]}


def _documents(library: Library, settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the former files of renamed documents and of their feeds, each with the present one."""
    for slug, document in library.redirects.items():
        old = urls.source_path(document.kind, slug, settings)
        yield urls.output_path(old, settings), urls.output_path(document.path, settings)
        if document.kind in TAXONOMIES:
            yield from zip(
                urls.feed_paths(urls.feed_folder(old)), urls.feed_paths(urls.feed_folder(document.path)), strict=True
            )


def _below(file: str, moved: Mapping[str, str], made: Mapping[str, File | None]) -> str:
    """Return the file that replaces one that is gone: its counterpart below the same page, or that page, if any."""
    folder = posixpath.dirname(file)
    while folder and folder not in moved:
        folder = posixpath.dirname(folder)
    if not folder:
        return ""
    new = urls.feed_folder(moved[folder])
    wanted = [f"{new}{file.removeprefix(folder)}"]
    wanted += [posixpath.join(new, name) for name in _FEED_FILES if file.endswith(f"/{name}")]
    wanted += [f"{new}/index.html", f"{new}.html"]
    return next((name for name in wanted if name in made), "")


def _local(target: str, base: str) -> str:
    return target if urlsplit(target).netloc else f"{base}{target}"


def _page(target: str, settings: Settings) -> bytes:
    address = html.escape(target if urlsplit(target).netloc else urls.absolute(target.removeprefix("/"), settings))
    return (
        f'<!doctype html>\n<html lang="{html.escape(settings.language)}">\n<meta charset="utf-8">\n'
        f"<title>Moved: {html.escape(settings.site_name)}</title>\n"
        f'<link rel="canonical" href="{address}">\n<meta http-equiv="refresh" content="0; url={address}">\n'
        f'<p>This page has moved to <a href="{address}">{address}</a>.</p>\n</html>\n'
    ).encode()
