"""Holds what a generator has built against what it claims to build."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from corpus import Corpus
from lxml import etree, html
from model import Article

ITEMS = 30  # in a feed, the newest
SAMPLE = 24  # articles that are looked at closely


@dataclass(frozen=True)
class Claims:
    """Where a generator puts what it makes, as paths below its output; what it does not make is empty.

    `articles`, `terms` and `feeds` are by the slug of the article or term. `related` is an XPath of links to related
    articles, in the page of an article.
    """

    articles: Mapping[str, str]
    terms: Mapping[str, str] = field(default_factory=dict)
    feeds: Mapping[str, str] = field(default_factory=dict)
    site_feed: str = ""
    sitemap: str = ""
    related: str = ""


def failures(claims: Claims, corpus: Corpus, output: Path) -> list[str]:
    """Return what is missing or wrong in the output of a generator, in words."""
    found = [*_missing(claims, output)]
    return found or [
        *_articles(claims, corpus, output),
        *_terms(claims, corpus, output),
        *_feeds(claims, corpus, output),
        *_sitemap(claims, output),
    ]


def _missing(claims: Claims, output: Path) -> Iterator[str]:
    for what in ("articles", "terms", "feeds"):
        paths = getattr(claims, what)
        lost = [path for path in paths.values() if not (output / path).is_file()]
        if lost:
            yield f"{len(lost)} of {len(paths)} {what} are missing, such as {lost[0]}"
    for path in (claims.site_feed, claims.sitemap):
        if path and not (output / path).is_file():
            yield f"{path} is missing"


def _articles(claims: Claims, corpus: Corpus, output: Path) -> Iterator[str]:
    for article in corpus.articles[:: max(1, corpus.size // SAMPLE)]:
        path = claims.articles[article.slug]
        page = html.fromstring((output / path).read_bytes())
        if _words(article, corpus) not in " ".join(page.text_content().split()):
            yield f"{path} lacks the text of the article"
        if claims.related:
            links = page.xpath(claims.related)
            dead = [link for link in links if not _leads_somewhere(link, path, output)]
            if dead or (not links and _has_relatives(article, corpus)):
                yield f"{path} has {len(links)} related articles, and {len(dead)} of them do not exist"


def _words(article: Article, corpus: Corpus) -> str:
    """Return words that only this article has: the longest plain part of its first paragraph."""
    prose = next(section for section in corpus.body(article) if section.kind == "prose")
    return " ".join(max((part for part in prose.records[0].text if isinstance(part, str)), key=len).split())


def _has_relatives(article: Article, corpus: Corpus) -> bool:
    """Tell whether another article shares two terms with one: among tens of thousands, some stand alone."""
    shared = Counter(other.slug for term in article.terms for other in corpus.articles_of[term.slug])
    return any(count > 1 for slug, count in shared.items() if slug != article.slug)


def _leads_somewhere(link: str, page: str, output: Path) -> bool:
    path = re.sub(r"^https?://[^/]+", "", link).partition("#")[0]
    target = output / path.lstrip("/") if path.startswith("/") else (output / page).parent / path
    return target.is_file() or (target / "index.html").is_file()


def _terms(claims: Claims, corpus: Corpus, output: Path) -> Iterator[str]:
    for term in corpus.terms():
        if path := claims.terms.get(term.slug):
            text = (output / path).read_text("utf-8")
            newest = corpus.articles_of[term.slug][-1].slug
            if term.title not in text or newest not in text:
                yield f"{path} lacks the name of the term, or its newest article"


def _feeds(claims: Claims, corpus: Corpus, output: Path) -> Iterator[str]:
    expected = {path: len(corpus.articles_of[slug]) for slug, path in claims.feeds.items()}
    if claims.site_feed:
        expected[claims.site_feed] = corpus.size
    for path, count in expected.items():
        items = etree.parse(output / path).xpath("//item | //*[local-name() = 'entry']")
        if len(items) != min(ITEMS, count):
            yield f"{path} has {len(items)} items instead of {min(ITEMS, count)}"
        elif len("".join(items[0].itertext())) < 1000:
            yield f"{path} lacks the text of its articles"


def _sitemap(claims: Claims, output: Path) -> Iterator[str]:
    if claims.sitemap:
        addresses = etree.parse(output / claims.sitemap).xpath("//*[local-name() = 'loc']/text()")
        for part in (output / address.rpartition("/")[2] for address in addresses if address.endswith(".xml")):
            addresses += etree.parse(part).xpath("//*[local-name() = 'loc']/text()")
        count = len(addresses)
        if count < len(claims.articles) + len(claims.terms):
            yield f"{claims.sitemap} has {count} addresses"
