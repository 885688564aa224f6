"""A site of several years built as one, and as a site a year that are then put together; what each costs and gives.

    python bench/shards.py [--articles 2000] [--write]

Exit code: 1 if the site that was put together lacks something, or a link in it leads nowhere.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import briefing_site
import results
import yaml
from checking import failures
from corpus import Corpus
from measuring import Usage, run, size_of
from merging import TERMS, Shard, files_of, merge, merge_ledgers
from model import Article, Cite
from peers.briefing import Briefing
from results import table
from writing import put


def write_shard(corpus: Corpus, year: int, folder: Path) -> Shard:
    """Write the site of a year: its articles, all terms, and the front matter of articles of other years it cites."""
    own = [article for article in corpus.articles if article.published.year == year]
    slugs = frozenset(article.slug for article in own)
    briefing_site.write(corpus, folder)
    config = yaml.safe_load((folder / "mkdocs.yml").read_text("utf-8"))
    put(folder / "mkdocs.yml", yaml.safe_dump(config | {"strict": False}, sort_keys=False))
    cited = set(_cited_by_terms(corpus)) | {slug for article in own for slug in _cited(corpus, article)}
    for article in corpus.articles:
        if article.slug not in slugs:
            file = folder / f"content/articles/{article.slug}.md"
            file.unlink()
            if article.slug in cited:
                put(file, briefing_site.article_head(article, about=False))
    terms = frozenset(term.slug for article in own for term in article.terms)
    outlets = frozenset(article.outlet.slug for article in own)
    return Shard(year, folder / "site", slugs, terms | outlets)


def _cited(corpus: Corpus, article: Article) -> Iterator[str]:
    for section in corpus.body(article):
        for record in section.records:
            yield from (part.slug for part in record.text if isinstance(part, Cite))


def _cited_by_terms(corpus: Corpus) -> Iterator[str]:
    yield from (corpus.articles_of[term.slug][0].slug for term in corpus.terms())


CLASSES = ("articles", "lists of articles", "summits, leaders, themes, outlets", "views", "feeds", "the rest")


def class_of(path: str) -> str:
    first, _, rest = path.partition("/")
    if posixpath.basename(path) in ("rss.xml", "atom.xml", "feed.json"):
        return "feeds"
    if first == "articles":
        return "articles" if rest.count("/") == 1 and not rest[:4].isdigit() else "lists of articles"
    if first in TERMS:
        return "summits, leaders, themes, outlets"
    return "views" if path.endswith("/index.html") and first not in ("about", "subscribe") else "the rest"


def compare(whole: Path, merged: Path) -> list[list[str]]:
    """Return how many files of each class are the same, differ, or are in one of the sites alone."""
    ours, theirs = (
        {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()} for site in (whole, merged)
    )
    counts: dict[str, Counter[str]] = {name: Counter() for name in CLASSES}
    for path in ours | theirs:
        if path in ours and path in theirs:
            what = "same" if (whole / path).read_bytes() == (merged / path).read_bytes() else "differ"
        else:
            what = "one" if path in ours else "other"
        counts[class_of(path)][what] += 1
    return [[name, *(f"{counts[name][what]:,}" for what in ("same", "differ", "one", "other"))] for name in CLASSES]


def dead_links(site: Path) -> list[str]:
    """Return the links within a site that lead to no page or to no place in it, with the page they stand on."""
    files = set(files_of(site))
    pages = {
        page: (site / page).read_text("utf-8") for page in files if page.endswith(".html") and page != "404.html"
    }
    places = {page: set(re.findall(r'\bid="([^"]+)"', text)) for page, text in pages.items()}
    dead = []
    for page, text in sorted(pages.items()):
        for link in set(re.findall(r'(?:href|src)="([^"]+)"', text)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, place = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)).lstrip("/") if path else page
            target = target if target in files else posixpath.normpath(f"{target}/index.html")
            if target not in files or (place and place not in places.get(target, ())):
                dead.append(f"{page}: {link}")
    return dead


def main() -> int:
    given = results.arguments(__doc__).parse_args()
    corpus, work = Corpus(given.articles), given.work / "shards"
    shutil.rmtree(work, ignore_errors=True)
    peer, built = Briefing(work), {}
    briefing_site.write(corpus, work / "whole")
    built["whole"] = run(peer.command(), work / "whole")
    shards = []
    for year in sorted({article.published.year for article in corpus.articles}):
        shards.append(write_shard(corpus, year, work / f"{year}"))
        built[f"{year}"] = run(peer.command(), work / f"{year}")
        print(f"{year}: {built[f'{year}'].cpu:.1f} s of CPU", file=sys.stderr)
    merged = work / "merged"
    begun, used = time.perf_counter(), time.process_time()
    merge(shards, merged)
    ledgers = [(work / f"{shard.year}/content/.ledger").read_text("utf-8") for shard in shards]
    put(work / "ledger", merge_ledgers(ledgers, merged))
    built["put together"] = Usage(time.perf_counter() - begun, time.process_time() - used, 0, 0)
    wrong = [*failures(peer.claims(corpus), corpus, merged), *dead_links(merged)]
    print(*wrong[:20], sep="\n", file=sys.stderr)
    results.publish({"shards": _report(given.articles, built, work, merged)}, given.write)
    return int(bool(wrong))


def _report(articles: int, built: dict[str, Usage], work: Path, merged: Path) -> str:
    costs = []
    for name, used in built.items():
        files, size = size_of(merged if name == "put together" else work / name / "site")
        row = [f"{used.wall:.1f}", f"{used.cpu:.1f}", f"{used.together / 1e6:,.0f}" if used.together else ""]
        costs.append([name, *row, f"{files:,}", f"{size / 1e6:,.0f}"])
    head = f"{results.today()}; {results.machine()}; {articles:,} articles of three years."
    columns = ("", "the same bytes", "differ", "only in the whole", "only put together")
    same = table(columns, compare(work / "whole/site", merged))
    return f"{head}\n\n{table(('', 'wall, s', 'CPU, s', 'memory, MB', 'files', 'MB'), costs)}\n\n{same}"


if __name__ == "__main__":
    sys.exit(main())
