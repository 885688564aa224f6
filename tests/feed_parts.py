"""What the tests of feeds share: the feeds of the small site, and digests in any number."""

from dataclasses import replace
from datetime import date, timedelta

import feedparser
from conftest import SITE

from generator.build import build, check
from generator.content.fingerprints import digest
from generator.core import urls
from generator.linking.channels import channels
from generator.syndication.feeds import FeedContent, collect, items_of
from generator.syndication.serialise import write

FEED_FILES = tuple(form.file for form in urls.FORMATS)


def feeds_of(settings, root=SITE / "content", ending=FEED_FILES):
    return {file.path: file.content for file in build(root, settings).files if file.path.endswith(ending)}


def parse(data):
    parsed = feedparser.parse(data)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def many(settings, count, first=date(2020, 1, 1)):
    """Return a library with `count` digests of all that the site has, a day between each and the next."""
    library = check(SITE / "content", settings).library
    model = library.documents["drawn-final"]
    meta = replace(model.meta, corrections=(), redirect_from=())
    articles = [
        replace(model, slug=f"digest-{n:03}", meta=replace(meta, title=f"No. {n}", added=first + timedelta(n)))
        for n in range(count)
    ]
    documents = {slug: doc for slug, doc in library.documents.items() if doc.kind != "article"}
    documents |= {article.slug: article for article in articles}
    return replace(library, documents=documents)


def documents_of(library, settings, html_of=lambda article: f"<p>{article.slug}</p>"):
    """Return every document of every feed of a library, by its folder."""
    items = items_of(library, settings, FeedContent(html_of, lambda article: digest(html_of(article))))
    return {feed.folder: feed for feed in collect(channels(library, settings), items, library.latest_day, settings)}


def write_all(feeds, settings, spills=None):
    """Return documents in every format, by their path."""
    kept = {}
    return {
        path: write(feed, form, settings, kept, spills).data
        for feed in feeds
        for form, path in zip(urls.FORMATS, urls.feed_paths(feed.folder), strict=True)
    }


def written(library, settings, *html_of):
    """Return every document of every feed of a library in every format."""
    return write_all(documents_of(library, settings, *html_of).values(), settings)
