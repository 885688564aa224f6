"""Eleventy, from npm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

from checking import Claims
from corpus import Corpus
from measuring import Usage, run_watching
from model import Article
from writing import put

from peers import TEMPLATES, Peer, article_file, claims_of, npm_packages, term_file

VERSION, RSS_VERSION = "3.1.8", "3.0.0"


class Eleventy(Peer):
    name = "eleventy"
    title = "Eleventy"
    makes = (
        "a page an article, a page and an RSS feed a term, a site feed, a sitemap, for related articles the newest of"
        " the first theme; plain templates"
    )
    mode = "`--watch --incremental` in a process that runs already, from the edit on; with nothing changed, afresh"
    output = "_site"
    environment = MappingProxyType({"NODE_ENV": "production"})

    def install(self) -> str:
        packages = (f"@11ty/eleventy@{VERSION}", f"@11ty/eleventy-plugin-rss@{RSS_VERSION}")
        npm_packages(self.tools / "eleventy", *packages)
        return VERSION

    def write(self, corpus: Corpus, folder: Path) -> None:
        shutil.copytree(TEMPLATES / "eleventy_templates", folder, dirs_exist_ok=True)
        modules = folder / "node_modules"
        modules.unlink(missing_ok=True)
        modules.symlink_to(self.tools / "eleventy/node_modules")
        for term in corpus.terms():
            more = {"term": term.slug, "kind": term.kind}
            put(folder / f"{term.kind}/{term.slug}.md", term_file(corpus, term, more))
        for article in corpus.articles:
            put(folder / self.source(article), article_file(corpus, article))

    def command(self) -> list[str]:
        return ["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"]

    def rebuild(self, folder: Path, change: Callable[[], None], page: str) -> Usage:
        watching = [*self.command(), "--watch", "--incremental"]
        return run_watching(watching, folder, self.environment, change, folder / page)

    def source(self, article: Article) -> str:
        return f"articles/{article.slug}.md"

    def claims(self, corpus: Corpus) -> Claims:
        return claims_of(corpus, "feed.xml", "//aside[@class='related']//a/@href")
