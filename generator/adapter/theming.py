"""The theme: where its files lie, and what its templates are told of the site and of a page.

Templates and styles are made for the pages that this version of Briefing composes.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from generator import PACKAGE
from generator.composing.pages import Page
from generator.core import urls
from generator.core.settings import COLLECTIONS, Settings
from generator.linking.channels import CORRECTIONS, SUBSCRIBE
from generator.linking.history import HISTORY

NAME = "theme_overrides"
_ABOUT = "about.md"  # a page that the owner of a site may have written
# In a wheel it lies in the package; in a clone, from which an editable install runs, at the top of the project.
THEME = next(folder for folder in (PACKAGE / NAME, PACKAGE.parent / NAME) if folder.is_dir())


def page_meta(page: Page, card: str) -> dict[str, object]:
    """Return the front matter that the theme gets of a page. `card` is the address of its picture, if any.

    The theme prints words as they are, so they are escaped here.
    """
    return {
        "title": html.escape(page.title),
        "description": html.escape(page.description),
        "kind": str(page.kind),
        "feeds": announced(page.feeds),
        "card": card,
        "robots": "noindex" if page.kind in ("withdrawn", HISTORY) else "",
        "hide": ["navigation", "toc"] if page.wide else ["navigation"],
        "render_macros": False,  # for mkdocs-macros: content is never a template
    }


def introduce(env: Any, settings: Settings, newest: Iterable[Page], content: Path, searched: bool) -> None:
    """Tell the theme which feeds every page announces, where one learns about the site, and where 404.html leads.

    `env` is the environment of its templates, `newest` are the pages of the newest digests, `content` is the content
    folder. A `searched` site has our search.
    """
    env.globals["site_search"] = searched
    env.globals["site_feeds"] = announced(urls.feed_paths(""))
    env.globals["site_indexes"] = [
        (settings.collection(kind).plural, _url(urls.index_path(kind, settings), settings)) for kind in COLLECTIONS
    ]
    about = {"About": _ABOUT} if (content / _ABOUT).is_file() else {}
    links = about | {"Corrections": f"{CORRECTIONS}/index.md", "Subscribe": SUBSCRIBE}
    env.globals["site_links"] = [(name, _url(path, settings)) for name, path in links.items()]
    offer(env, settings, ((page.path, page.title) for page in newest))


def offer(env: Any, settings: Settings, newest: Iterable[tuple[str, str]]) -> None:
    """Tell the theme no more than the newest digests."""
    env.globals["site_newest"] = [(title, _url(path, settings)) for path, title in newest]


def _url(path: str, settings: Settings) -> str:
    """Return the address of a page below the site."""
    return urls.permalink(path, settings).removeprefix(settings.site_url) or "."


def announced(feeds: Sequence[str]) -> list[dict[str, str]]:
    """Return the files of a feed with their media types, for the links that announce them."""
    return [
        {"path": path, "type": form.type, "name": form.name} for form, path in zip(urls.FORMATS, feeds, strict=False)
    ]
