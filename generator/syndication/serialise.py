"""Writes a feed as RSS 2.0, as Atom 1.0 and as JSON Feed 1.1, and the list of all feeds as OPML 2.0.

An item is written once in each format, and a document is its head, its items and its end. The only module that
imports feedgen; lxml adds what feedgen does not know: RFC 5005, the hub, the style for people.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from email.utils import format_datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from lxml import etree

from generator.core import urls
from generator.core.dates import midnight
from generator.core.settings import Settings
from generator.core.spilling import Blob, SpillFile
from generator.core.urls import ATOM, JSON, RSS, Format
from generator.linking.channels import Channel
from generator.syndication.feeds import Feed, Item
from generator.syndication.sanitise import as_html, clean

if TYPE_CHECKING:
    from feedgen.entry import FeedEntry
    from feedgen.feed import FeedGenerator

Written = MutableMapping[tuple[Format, str], Blob]  # items, by their format and id

OPML = "feeds.opml"
STYLESHEET = "assets/feed.css"  # for people who open a feed in a browser
_ATOM_NS = "http://www.w3.org/2005/Atom"
_HISTORY_NS = "http://purl.org/syndication/history/1.0"
_RSS_NS = {
    "atom": _ATOM_NS,
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a feed in a format: its items, and what stands before them, between two of them, and after."""

    head: bytes
    items: tuple[bytes, ...]
    between: bytes
    end: bytes

    @property
    def data(self) -> bytes:
        """Return the whole of it."""
        return self.having(self.items)

    def having(self, items: Sequence[bytes]) -> bytes:
        """Return the document with other items in place of its own."""
        return b"".join([self.head, self.between.join(items), self.end])


def write(
    feed: Feed, form: Format, settings: Settings, written: Written, spills: SpillFile | None = None
) -> Document:
    """Return a document of a feed in a format, the same bytes for the same feed.

    `written` keeps items from one document of a site to the next, in `spills` if there is such a file.
    """
    head, between, end = _FRAME[form](feed, settings)
    for item in feed.items:
        if (form, item.id) not in written:
            written[form, item.id] = blob = Blob(_ITEM[form](item))
            if spills is not None:
                blob.put(spills)
    return Document(head, tuple([written[form, item.id].read() for item in feed.items]), between, end)


def address_of(folder: str, form: Format, settings: Settings) -> str:
    """Return the absolute address of a document of a feed."""
    return urls.absolute(posixpath.join(folder, form.file), settings)


# --- RSS and Atom


def _rss_frame(feed: Feed, settings: Settings) -> tuple[bytes, bytes, bytes]:
    generator = _generator(feed, RSS, settings)
    generator.load_extension("dc")
    generator.description(as_html(feed.description) or feed.title)
    generator.lastBuildDate(feed.updated)
    root = etree.fromstring(generator.rss_str())
    channel = root[0]
    for link in _links(feed, RSS, settings):
        etree.SubElement(channel, f"{{{_ATOM_NS}}}link", link)
    return _framed(root, channel, feed, settings)


def _atom_frame(feed: Feed, settings: Settings) -> tuple[bytes, bytes, bytes]:
    generator = _generator(feed, ATOM, settings)
    generator.id(feed.id)
    generator.subtitle(feed.description or feed.title)
    generator.updated(feed.updated)
    generator.author(name=clean(settings.site_name))  # for corrections, which have no author of their own
    root = etree.fromstring(generator.atom_str())
    for link in _links(feed, ATOM, settings):
        etree.SubElement(root, f"{{{_ATOM_NS}}}link", link)
    return _framed(root, root, feed, settings)


def _generator(feed: Feed, form: Format, settings: Settings) -> FeedGenerator:
    from feedgen.feed import FeedGenerator  # only here: it takes a while, and `check` needs none

    generator = FeedGenerator()
    generator.title(feed.title)
    generator.language(settings.language)
    generator.generator("Briefing")
    generator.link(href=address_of(feed.folder, form, settings), rel="self", type=form.type)
    # Last, because feedgen takes the last link for the channel's own.
    generator.link(href=feed.page_url, rel="alternate", type="text/html")
    return generator


def _links(feed: Feed, form: Format, settings: Settings) -> Iterator[dict[str, str]]:
    """Yield the links that feedgen does not know: to archives (RFC 5005, section 4) and to a hub (WebSub)."""
    others = {"prev-archive": feed.previous, "next-archive": feed.following}
    if feed.folder != feed.current:
        others["current"] = feed.current
    for rel, folder in others.items():
        if folder is not None:
            yield {"href": address_of(folder, form, settings), "rel": rel, "type": form.type}
    if settings.feed_hub and feed.folder == feed.current:
        yield {"href": settings.feed_hub, "rel": "hub"}


def _framed(root: Any, parent: Any, feed: Feed, settings: Settings) -> tuple[bytes, bytes, bytes]:
    """Return what stands before, between and after the items of an XML document."""
    if feed.closed:
        etree.SubElement(parent, f"{{{_HISTORY_NS}}}archive", nsmap={"fh": _HISTORY_NS})
    style = f'type="text/css" href="{as_html(urls.absolute(STYLESHEET, settings))}"'
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", style))
    etree.indent(root)
    data = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True).replace(b"?><", b"?>\n<", 1)
    end = data.rindex(f"</{etree.QName(parent).localname}>".encode())
    head = _plain_titles(data[:end].rstrip() + b"\n")
    return head, b"", b"  " * (parent is not root) + data[end:] + b"\n"


def _rss_item(item: Item) -> bytes:
    entry = _entry(item)
    entry.load_extension("dc", atom=False)
    entry.description(as_html(item.summary))  # readers take it for HTML (RSS profile, description)
    entry.content(item.html)
    entry.pubDate(item.published)
    entry.dc.dc_creator(list(item.authors))
    root = etree.Element("rss", nsmap=_RSS_NS)  # declares the prefixes, as the document does that it goes into
    root.append(entry.rss_entry())
    etree.indent(root, level=1)
    data = etree.tostring(root, encoding="UTF-8")
    return b"    " + _plain_titles(data[data.index(b"<item>") : data.rindex(b"</item>")] + b"</item>\n")


def _atom_item(item: Item) -> bytes:
    entry = _entry(item)
    entry.content(item.html, type="html")
    entry.summary(item.summary, type="text")
    entry.updated(item.updated)
    entry.published(item.published)
    entry.author([{"name": name} for name in item.authors])
    root = entry.atom_entry()
    etree.indent(root, level=1)
    return b"  " + _plain_titles(etree.tostring(root, encoding="unicode").encode()) + b"\n"


def _entry(item: Item) -> FeedEntry:
    from feedgen.entry import FeedEntry

    entry = FeedEntry()
    entry.guid(item.id, permalink=False)
    entry.title(item.title)
    entry.link(href=item.url)
    entry.category([{"term": category} for category in item.categories])
    return entry


def _plain_titles(data: bytes) -> bytes:
    """Write & and < in titles as the RSS profile advises ("Character Data"), for readers that look at the bytes."""

    def hexadecimal(title: re.Match[bytes]) -> bytes:
        return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")

    return re.sub(b"<title>[^<]*</title>", hexadecimal, data)


# --- JSON Feed


def _json_frame(feed: Feed, settings: Settings) -> tuple[bytes, bytes, bytes]:
    top: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page_url,
        "feed_url": address_of(feed.folder, JSON, settings),
        "description": feed.description or feed.title,
        "language": settings.language,
    }
    if feed.previous is not None:
        top["next_url"] = address_of(feed.previous, JSON, settings)
    if settings.feed_hub and feed.folder == feed.current:
        top["hubs"] = [{"type": "WebSub", "url": settings.feed_hub}]
    return _json(top)[:-1] + b', "items": [\n', b",\n", b"\n]}\n"


def _json_item(item: Item) -> bytes:
    content = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [{"name": name} for name in item.authors],
        "tags": list(item.categories),
    }
    return _json({key: value for key, value in content.items() if value})


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


_FRAME: dict[Format, Callable[[Feed, Settings], tuple[bytes, bytes, bytes]]] = {
    RSS: _rss_frame,
    ATOM: _atom_frame,
    JSON: _json_frame,
}
_ITEM: dict[Format, Callable[[Item], bytes]] = {RSS: _rss_item, ATOM: _atom_item, JSON: _json_item}


# --- OPML


def opml(channels: Iterable[Channel], newest: date | None, settings: Settings) -> bytes:
    """Return the list of all feeds as OPML 2.0, for import into a feed reader: each once, in its Atom form."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = clean(settings.site_name)
    if newest:
        etree.SubElement(head, "dateModified").text = format_datetime(midnight(newest))
    body = etree.SubElement(root, "body")
    for group, members in groupby(channels, lambda channel: channel.group):
        folder = etree.SubElement(body, "outline", text=clean(group))
        for channel in members:
            title = clean(channel.title(settings))
            etree.SubElement(
                folder,
                "outline",
                type="rss",
                text=title,
                title=title,
                xmlUrl=address_of(channel.folder, ATOM, settings),
                htmlUrl=urls.permalink(channel.page, settings),
            )
    etree.indent(root)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"
