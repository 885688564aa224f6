"""Parts of the theme that are the same on all pages of a folder: rendered once, and put into each of them.

Nothing is assumed about what such a part is made of. While one is rendered, it is noted what it asks of its page: if
that is more than the address that its links begin at, it is rendered for each page after all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import wraps
from itertools import accumulate
from typing import Any, NamedTuple

PARTS = ("nav", "tabs", "search", "palette", "footer", "top")  # files of the theme that a page includes
BLOCKS = ("styles", "config")  # blocks of the template that all pages extend
_FOLDERS = 64  # the last folders of which a part is kept
_URL = "url"  # the filter of mkdocs by which a theme writes links relative to the page

Render = Callable[[Any], Iterator[str]]


def keep(env: Any, in_nav: Iterable[object]) -> None:
    """Have the environment of a theme render these parts once a folder.

    For the pages `in_nav` they are always rendered: the navigation shows these as where the reader is.
    """
    if _URL not in env.filters:
        return
    env.filters[_URL] = _watched(env.filters[_URL])
    shown = frozenset(map(id, in_nav))
    for name in PARTS:
        with suppress(LookupError):  # another theme has none
            template = env.get_template(f"partials/{name}.html")
            template.root_render_func = _once(template, template.root_render_func, shown)
    with suppress(LookupError):
        template = env.get_template("base.html")
        for name in BLOCKS:
            template.blocks[name] = _once(template, template.blocks[name], shown)


class _Watched:
    """A page that notes whether it was `asked` for anything, what it was `compared` with, and `targets` of links."""

    def __init__(self, page: Any) -> None:
        self.page, self.asked = page, False
        self.targets: set[str] = set()
        self.compared: set[int] = set()

    def __getattr__(self, name: str) -> Any:
        self.asked = True
        return getattr(self.page, name)

    def __eq__(self, other: object) -> bool:
        found = bool(other == self.page)
        self.asked |= found
        self.compared.add(id(other))  # an item of the navigation, which lives as long as the build
        return found

    def __hash__(self) -> int:
        return hash(self.page)


def _watched(url: Callable[..., str]) -> Callable[..., str]:
    """Return the filter for links, so that a watched page notes where they lead, and not what the filter asks."""

    @wraps(url)  # and so with the mark by which Jinja hands it the context
    def followed(context: Any, value: Any) -> str:
        page = context.get("page")
        if not isinstance(page, _Watched):
            return url(context, value)
        page.targets.add(str(value))
        asked = page.asked
        found = url(context, value)
        page.asked = asked
        return found

    return followed


class _Kept(NamedTuple):
    """A part as it was rendered for one page of a folder.

    It does not fit the pages whose address is in `above`, since links in it lead to what is below them, and those
    that it was `compared` with.
    """

    text: str
    above: frozenset[str]
    compared: frozenset[int]


def _once(template: Any, render: Render, shown: frozenset[int]) -> Render:
    """Return what renders a part, and keeps it for the other pages of the folder."""
    kept: dict[tuple[str, bool], _Kept] = {}
    asks = False

    def part(context: Any, *given: Any, **named: Any) -> Iterator[str]:
        nonlocal asks
        page = context.get("page")
        if asks or page is None or isinstance(page, _Watched) or id(page) in shown:
            yield from render(context, *given, **named)
            return
        folder = _folder(page.url)
        found = kept.get(folder)
        if found is None or page.url in found.above or id(page) in found.compared:
            watched = _Watched(page)
            own = template.new_context({**context.get_all(), "page": watched}, shared=True)
            text = "".join(render(own, *given, **named))
            asks, above = watched.asked, frozenset(_above(watched.targets))
            found = _Kept(text, above, frozenset(watched.compared))
            if not asks and page.url not in above:
                if len(kept) == _FOLDERS:  # pages come folder by folder
                    del kept[next(iter(kept))]
                kept[folder] = found
        yield found.text

    return part


def _folder(url: str) -> tuple[str, bool]:
    """Return what the links of a page depend on, except those to itself or to what lies below it."""
    whole = url in ("", "./")  # the home page
    return url if whole else url.rstrip("/").rpartition("/")[0], url.endswith("/")


def _above(targets: Iterable[str]) -> Iterator[str]:
    """Yield the addresses of the targets of links, and of all folders that these lie in."""
    for target in targets:
        yield from accumulate(f"{name}/" for name in target.split("/"))
