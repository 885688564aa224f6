"""Feeds: one item model, and what turns it into the bytes of a feed.

There is a feed for the whole site and for each summit, leader and theme. An item is a digest or a correction of one.
The only module that imports feedgen, and with it lxml and nh3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import nh3
from feedgen.feed import FeedGenerator
from lxml import etree

from generator import urls
from generator.library import Library, published
from generator.model import AnyDocument, Article
from generator.settings import TAXONOMIES, Kind, Settings

SIZE = 30  # items in a feed
STYLESHEET = "assets/feed.css"  # for people who open a feed in a browser


@dataclass(frozen=True, slots=True)
class Item:
    """One item. `id` never changes, `html` has only absolute addresses and harmless markup, times are in UTC."""

    id: str
    title: str
    url: str
    summary: str
    html: str
    published: datetime
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed. `path` is where it lies below the site, `page_url` the page it belongs to; items newest first."""

    path: str
    title: str
    description: str
    page_url: str
    updated: datetime
    items: tuple[Item, ...]


def collect(library: Library, settings: Settings, html_of: Callable[[Article], str]) -> tuple[Feed, ...]:
    """Return every feed of a site. `html_of` gives a digest as HTML, in which all addresses are absolute."""
    items = {article.slug: tuple(_items(article, library, settings, html_of)) for article in library.articles}
    newest = _midnight(library.latest_day or date(1970, 1, 1))

    def feed(page: str, title: str, description: str, articles: Iterable[Article]) -> Feed:
        found = sorted((i for a in articles for i in items[a.slug]), key=lambda i: (-i.published.timestamp(), i.id))
        updated = max((item.published for item in found), default=newest)
        address = urls.permalink(page, settings)
        return Feed(urls.feed_path(page), title, description, address, updated, tuple(found[:SIZE]))

    feeds = [feed("index.md", settings.site_name, settings.site_description or settings.site_name, library.articles)]
    for document in library.documents.values():
        if document.kind in TAXONOMIES:
            title = f"{document.meta.title}: {settings.site_name}"
            digests = library.digests.get(document.slug, ())
            feeds.append(feed(document.path, title, document.meta.summary, digests))
    return tuple(feeds)


def _items(
    article: Article, library: Library, settings: Settings, html_of: Callable[[Article], str]
) -> Iterator[Item]:
    meta, page = article.meta, urls.permalink(article.path, settings)
    terms = [library.find(slug) for slug in (*meta.summits, *meta.leaders, *meta.themes)]
    categories = tuple(dict.fromkeys(_clean(term.meta.title) for term in terms))
    yield Item(
        id=urls.feed_id(Kind.ARTICLE, article.first_slug, settings),
        title=_clean(meta.title),
        url=page,
        summary=_clean(meta.summary),
        html=sanitise(html_of(article)),
        published=_midnight(published(article)),
        authors=tuple(map(_clean, meta.authors)) or (_outlet(article, library),),
        categories=categories,
    )
    for number, correction in enumerate(meta.corrections, 1):
        yield Item(
            id=urls.feed_id(Kind.ARTICLE, article.first_slug, settings, "correction", str(number)),
            title=_clean(f"Correction: {meta.title}"),
            url=f"{page}#corrections",
            summary=_clean(correction.text),
            html=sanitise(f"<p>{nh3.clean_text(correction.text)}</p>"),
            published=_midnight(correction.date),
            categories=categories,
        )


def _outlet(article: Article, library: Library) -> str:
    outlet: AnyDocument = library.find(article.meta.outlet)
    return _clean(outlet.meta.title)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


_TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "div",
        "em",
        "figcaption",
        "figure",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
    ),
    *("img", "li", "ol", "p", "pre", "section", "span", "strong", "sub", "sup", "ul"),
    *("table", "tbody", "td", "th", "thead", "tr"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
# Characters that XML 1.0, section 2.2, does not allow.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def sanitise(html: str) -> str:
    """Return HTML with only the elements of a text, and no address but of the web or of mail."""
    return nh3.clean(
        _clean(html), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}, link_rel=None
    )


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def rss(feed: Feed, settings: Settings) -> bytes:
    """Return a feed as RSS 2.0 (RSS Advisory Board profile), the same bytes for the same feed."""
    address = urls.absolute(feed.path, settings)
    generator = FeedGenerator()
    generator.load_extension("dc")
    generator.title(_clean(feed.title))
    generator.description(_clean(feed.description))
    generator.language(settings.language)
    generator.generator("Briefing")
    generator.lastBuildDate(feed.updated)
    generator.link(href=address, rel="self", type="application/rss+xml")
    generator.link(href=feed.page_url, rel="alternate")  # last: feedgen takes it for the channel's own link
    for item in feed.items:
        entry = generator.add_entry(order="append")
        entry.guid(item.id, permalink=False)
        entry.title(item.title)
        entry.link(href=item.url)
        entry.description(item.summary)
        entry.content(item.html)
        entry.pubDate(item.published)
        entry.dc.dc_creator(list(item.authors))
        entry.category([{"term": category} for category in item.categories])
    root = etree.fromstring(generator.rss_str(pretty=True))
    style = f'type="text/css" href="{urls.absolute(STYLESHEET, settings)}"'
    root.addprevious(etree.ProcessingInstruction("xml-stylesheet", style))
    data: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return data + b"\n"
