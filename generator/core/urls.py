"""Slugs, addresses and feed ids: the only place that knows how they are formed."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urljoin

from anyascii import anyascii

from generator.core.settings import Kind, Settings


@dataclass(frozen=True, slots=True)
class Format:
    """A format of feeds: its name, the file that has a feed in it, and its media type."""

    name: str
    file: str
    type: str


RSS = Format("RSS", "rss.xml", "application/rss+xml")
ATOM = Format("Atom", "atom.xml", "application/atom+xml")
JSON = Format("JSON Feed", "feed.json", "application/feed+json")
FORMATS = (RSS, ATOM, JSON)

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 100  # characters
# Lists have the name `index`; the others are devices on Windows, which can make no folder of that name.
_RESERVED = re.compile(r"index|con|prn|aux|nul|(?:com|lpt)[0-9]")


def is_slug(text: str) -> bool:
    """Tell whether `text` is lower-case letters a-z, digits and single hyphens, not too long and not reserved."""
    return SLUG.fullmatch(text) is not None and len(text) <= LONGEST_SLUG and not _RESERVED.fullmatch(text)


def slugify(text: str) -> str:
    """Return a slug for `text`, of whatever script: in Latin letters without accents, all else as single hyphens.

    Idempotent. Text without a letter, digit or symbol that has a name gives an empty string.
    """
    if not text.isascii():
        text = "".join(map(_in_latin, unicodedata.normalize("NFKC", text)))
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _in_latin(char: str) -> str:
    letters = str(anyascii(char))
    # Of a script without cases each character that has a capital is a syllable or word: 习近平 is xi-jin-ping.
    return f"-{letters}" if letters[:1].isupper() and char.lower() == char.upper() else letters


def source_path(kind: Kind, slug: str, settings: Settings) -> str:
    """Return where a document lies below the content folder: `articles/slug.md`."""
    return f"{settings.collection(kind).slug}/{slug}.md"


def slug_of(page: str) -> str:
    """Return the slug of the document that a page, given by its path in the content folder, would be of."""
    return page.rpartition("/")[2].removesuffix(".md")


def index_path(kind: Kind, settings: Settings) -> str:
    """Return the page that lists a kind: `articles/index.md`."""
    return f"{settings.collection(kind).slug}/index.md"


def output_path(page: str, settings: Settings) -> str:
    """Return the HTML file of a page: `articles/slug.md` gives `articles/slug/index.html`."""
    stem = page.removesuffix(".md")
    if not settings.directory_urls or posixpath.basename(stem) == "index":
        return f"{stem}.html"
    return f"{stem}/index.html"


def permalink(page: str, settings: Settings) -> str:
    """Return the absolute address of a page given by its path below the content folder."""
    path = output_path(page, settings)
    if settings.directory_urls:
        path = path.removesuffix("index.html")
    elif path == "index.html":
        path = ""
    return _joined(settings.site_url, path)


def address(file: str, settings: Settings) -> str:
    """Return the address of an output file from the root of the site: `a/b/index.html` gives `/a/b/`."""
    path = f"/{file}"
    named_by_folder = settings.directory_urls or file == "index.html"
    return path.removesuffix("index.html") if named_by_folder and path.endswith("/index.html") else path


def page_address(page: str, settings: Settings) -> str:
    """Return the address of a page from the root of the site: `articles/slug.md` gives `/articles/slug/`."""
    return address(output_path(page, settings), settings)


def file(address: str) -> str:
    """Return the output file at an address from the root of the site, the inverse of `address`."""
    path = address.removeprefix("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if posixpath.splitext(path)[1] else f"{path}/index.html"


def feed_folder(page: str) -> str:
    """Return where the feeds of a page lie: `themes/x.md` gives `themes/x`, `index.md` the site itself."""
    return page.removesuffix(".md").removesuffix("index")


def feed_paths(folder: str) -> tuple[str, ...]:
    """Return the files of a feed, one for each of `FORMATS`."""
    return tuple(posixpath.join(folder, form.file) for form in FORMATS)


def records_path(page: str, name: str) -> str:
    """Return the page of all records of a type on a page: `themes/x.md` gives `themes/x/statements/index.md`."""
    return f"{page.removesuffix('.md')}/{name}/index.md"


def absolute(path: str, settings: Settings) -> str:
    """Return the absolute address of an output file given by its path below the site."""
    return _joined(settings.site_url, path)


@lru_cache(maxsize=65_536)
def _joined(site_url: str, path: str) -> str:
    return urljoin(site_url, path)


def relative(path: str, page: str) -> str:
    """Return the link from a page to another source file, both given below the content folder.

    It goes by the content folder even where both lie in one folder, so that a text with links is the same on all
    pages of the same depth.
    """
    return "../" * page.count("/") + path


def resolve(link: str, page: str) -> str:
    """Return the source file that a relative link in a page leads to, below the content folder."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(page), link))


def followed(href: str, page: str, settings: Settings) -> str:
    """Return the absolute address of a link in a composed page, which is given by its path."""
    path, fragment = urldefrag(href)
    if ":" in path.partition("/")[0]:
        return href
    target = resolve(path, page) if path else page
    found = permalink(target, settings) if target.endswith(".md") else absolute(target, settings)
    return urljoin(found, f"#{fragment}") if fragment else found


def feed_id(kind: Kind, first_slug: str, settings: Settings, *parts: str) -> str:
    """Mint a `tag:` URI (RFC 4151): `tag:example.org,2025:article/slug`.

    `first_slug` is the slug under which the document was first published, so that a rename keeps the id.
    """
    return f"tag:{settings.feed_authority}:" + "/".join([kind, first_slug, *parts])
