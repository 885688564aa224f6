"""Material for MkDocs as it comes, with its plugins for blogs and tags, and the RSS plugin."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import yaml
from checking import Claims
from corpus import Corpus
from model import Article, Cite, Ref
from writing import SITE_URL, document, plain_markdown, put

from peers import Peer, python_packages

PACKAGES = ("mkdocs-material==9.8.1", "mkdocs-rss-plugin==1.19.0")
CONFIG = {
    "site_name": "Bench",
    "site_url": SITE_URL,
    "site_description": "A made-up site.",
    "theme": {"name": "material", "font": False, "features": ["navigation.tabs", "navigation.top", "toc.follow"]},
    "plugins": [
        {"blog": {"blog_dir": "blog", "post_url_format": "{slug}"}},
        "tags",
        {
            "rss": {
                "match_path": "blog/posts/.*",
                "date_from_meta": {"as_creation": "date"},
                "use_git": False,
                "length": 30,
                "abstract_chars_count": -1,
            }
        },
    ],
    "nav": [{"Home": "index.md"}, {"Articles": ["blog/index.md"]}, {"Terms": "tags.md"}],
}


class Material(Peer):
    """Leaders, summits and themes are tags, of which Material makes one page."""

    name = "material"
    title = "Material for MkDocs, blog, tags and RSS"
    makes = (
        "a page an article, one page with all tags instead of a page a term, no feed a term, a site feed, a sitemap,"
        " nothing related; archives by year, and lists with the beginning of each article"
    )
    output = "site"
    leftovers = (".cache",)
    environment = MappingProxyType({"NO_MKDOCS_2_WARNING": "1"})

    def install(self) -> str:
        python_packages(self.tools / "material", *PACKAGES)
        return PACKAGES[0].rpartition("=")[2]

    def write(self, corpus: Corpus, folder: Path) -> None:
        put(folder / "mkdocs.yml", yaml.safe_dump(CONFIG, sort_keys=False))
        put(folder / "docs/index.md", "# Bench\n\nA made-up site.\n")
        put(folder / "docs/blog/index.md", "# Articles\n")
        put(folder / "docs/tags.md", "# Terms\n\n<!-- material/tags -->\n")
        for article in corpus.articles:
            meta = {
                "title": article.title,
                "date": article.published,
                "slug": article.slug,
                "description": article.summary,
                "tags": [term.title for term in article.terms],
            }
            glance = f"- Source: {article.outlet.title}\n- Kind: {article.kind}"
            head = f"# {article.title}\n\n{article.summary}\n\n{glance}\n\n<!-- more -->"
            text = plain_markdown(corpus.body(article), _link)
            put(folder / self.source(article), document(meta, f"{head}\n\n{text}"))

    def command(self) -> list[str]:
        return [str(self.tools / "material/bin/mkdocs"), "build", "-q"]

    def source(self, article: Article) -> str:
        return f"docs/blog/posts/{article.slug}.md"

    def claims(self, corpus: Corpus) -> Claims:
        articles = {article.slug: f"blog/{article.slug}/index.html" for article in corpus.articles}
        return Claims(articles, site_feed="feed_rss_created.xml", sitemap="sitemap.xml")


def _link(part: Ref | Cite) -> str:
    if isinstance(part, Cite):
        return f"[source]({part.slug}.md)"
    return f"[{part.text}](../../tags.md#tag:{part.slug})"
