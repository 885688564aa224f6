"""Briefing itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import briefing_site
from checking import Claims
from corpus import Corpus
from model import Article

from generator import __version__
from peers import Peer, claims_of


class Briefing(Peer):
    name = "briefing"
    title = "Briefing"
    makes = (
        "all of these; and records on each page that they concern, backlinks, lists and views, three formats of each"
        " feed, with archives. No cards and no history"
    )
    mode = "`briefing build` again"
    output = "site"
    leftovers = (".cache", "content/.ledger")

    def install(self) -> str:
        return __version__

    def write(self, corpus: Corpus, folder: Path) -> None:
        briefing_site.write(corpus, folder)

    def command(self) -> list[str]:
        return [str(Path(sys.executable).parent / "briefing"), "build"]

    def source(self, article: Article) -> str:
        return f"content/articles/{article.slug}.md"

    def claims(self, corpus: Corpus) -> Claims:
        return claims_of(corpus, "rss.xml", "//div[contains(@class, 'briefing-related')]//li/a/@href")


class Everything(Briefing):
    name = "briefing-everything"
    title = "Briefing, with cards and history"
    makes = "all that it makes but the search index: cards for links that are shared, and what git knows of changes"

    def write(self, corpus: Corpus, folder: Path) -> None:
        briefing_site.write(corpus, folder, {"cards": True, "history": True})
        (folder / ".gitignore").write_text("/site/\n/.cache/\n/.site.*\n/bench.log\n", "utf-8")
        git = ["git", "-c", "user.name=Bench", "-c", "user.email=bench@example.org"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "All articles"]):
            subprocess.run([*git, *command], cwd=folder, check=True)
