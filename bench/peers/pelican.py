"""Pelican, from PyPI, with its plugins for sitemaps and for related articles."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from checking import Claims
from corpus import Corpus
from measuring import run
from model import Article, Cite, Ref
from writing import plain_markdown, put

from peers import TEMPLATES, Peer, claims_of, from_root, python_packages

PACKAGES = ("pelican[markdown]==4.12.0", "pelican-sitemap==1.2.2", "pelican-related-posts==1.0.0")


class Pelican(Peer):
    """Leaders, summits and themes are tags: Pelican has no other terms with a page and a feed of their own."""

    name = "pelican"
    title = "Pelican"
    makes = (
        "a page an article, a page (a list, without words of its own) and an RSS feed a term, a site feed, a sitemap;"
        " plain templates"
    )
    mode = "its cache of contents"
    output = "output"
    leftovers = ("cache", "__pycache__")
    plugins: tuple[str, ...] = ("pelican.plugins.sitemap",)

    def install(self) -> str:
        python_packages(self.tools / "pelican", *PACKAGES)
        return PACKAGES[0].rpartition("=")[2]

    def write(self, corpus: Corpus, folder: Path) -> None:
        shutil.copytree(TEMPLATES / "pelican_templates", folder, dirs_exist_ok=True)
        settings = (TEMPLATES / "pelican_templates/publishconf.py").read_text("utf-8")
        put(folder / "publishconf.py", f"{settings}PLUGINS = {list(self.plugins)!r}\n")
        for article in corpus.articles:
            tags = ", ".join(term.title for term in article.terms)
            meta = {
                "Title": article.title,
                "Date": article.published,
                "Slug": article.slug,
                "Tags": tags,
                "Authors": ", ".join(article.authors) or "Staff",
                "Summary": article.summary,
                "Outlet": article.outlet.title,
                "Reporting": article.kind,
            }
            head = "".join(f"{key}: {value}\n" for key, value in meta.items())
            put(folder / self.source(article), f"{head}\n{plain_markdown(corpus.body(article), _link)}")

    def command(self) -> list[str]:
        return [str(self.tools / "pelican/bin/pelican"), "content", "-s", "publishconf.py", "-q"]

    def again(self) -> list[str]:
        return [*self.command(), "-e", "CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true"]

    def prepare(self, folder: Path) -> None:
        run(self.again(), folder)

    def source(self, article: Article) -> str:
        return f"content/articles/{article.slug}.md"

    def claims(self, corpus: Corpus) -> Claims:
        folders = {term.slug: f"terms/{term.slug}" for term in corpus.terms()}
        return replace(
            claims_of(corpus, "feed.xml"),
            terms={slug: f"{folder}/index.html" for slug, folder in folders.items()},
            feeds={slug: f"{folder}/feed.xml" for slug, folder in folders.items()},
        )


class Related(Pelican):
    name = "pelican-related"
    title = "Pelican, related articles"
    makes = "the same, and related articles, by the plugin `pelican-related-posts`"
    plugins = ("pelican.plugins.sitemap", "pelican.plugins.related_posts")

    def claims(self, corpus: Corpus) -> Claims:
        return replace(super().claims(corpus), related="//aside[@class='related']//a/@href")


def _link(part: Ref | Cite) -> str:
    return from_root(part) if isinstance(part, Cite) else f"[{part.text}](/terms/{part.slug}/)"
