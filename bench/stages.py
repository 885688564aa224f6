"""Where the time of a clean build goes: `make bench-stages` builds a corpus in one process, stage by stage.

Beside that the floor: what copying the finished site takes, and rendering its articles as plain Markdown once.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import briefing_site
import results
from corpus import Corpus
from markdown_it import MarkdownIt
from measuring import size_of
from results import table

from generator import build
from generator.adapter import rendering, structure
from generator.adapter.incremental import Incremental
from generator.adapter.plugin import BriefingPlugin
from generator.commands import runner

START = "Python, imports"
READ = "reading files, front matter, records"
LINK = "names in the text, relations"
CHECK = "checks"
PLAN = "planning pages: backlinks, related, lists"
COMPOSE = "composing pages"
MARKDOWN = "Markdown to HTML, links"
THEME = "the theme, writing pages"
CONTENT = "HTML for feeds"
FEEDS = "feeds and other files beside the pages"
PUBLISH = "ledger, putting the site in its place"
REST = "the rest: mkdocs, taking notes of what was made"
STAGES = (START, READ, LINK, CHECK, PLAN, COMPOSE, MARKDOWN, THEME, CONTENT, FEEDS, PUBLISH, REST)


class Clock:
    """CPU seconds of this process by stage; what a stage spends within another is counted for the inner one."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.spent[START] = time.process_time()
        self._open, self._since = [REST], time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        self.spent[self._open[-1]] += now - self._since
        self._since = now

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*given, **named)

        return run

    def watch(self, owner: Any, attribute: str, name: str) -> None:
        setattr(owner, attribute, self.timed(name, getattr(owner, attribute)))


def profile(folder: Path) -> Clock:
    """Build the site in a folder in this process, and return what each stage took."""
    clock = Clock()
    plan, relate = build.plan, build.relate

    def related(library: Any) -> Any:
        return dict(relate(library))  # which are found on demand

    def planned(*given: Any) -> Any:
        return tuple(replace(page, compose=clock.timed(COMPOSE, page.compose)) for page in plan(*given))

    build.plan, build.relate = planned, clock.timed(PLAN, related)
    clock.watch(build.sources, "read", READ)
    clock.watch(build, "link", LINK)
    clock.watch(build.integrity, "check", CHECK)
    clock.watch(build, "plan", PLAN)
    clock.watch(structure.BriefingPage, "render", MARKDOWN)
    clock.watch(rendering, "_build_page", THEME)
    clock.watch(rendering, "feed_content", CONTENT)
    clock.watch(Incremental, "write", FEEDS)
    clock.watch(BriefingPlugin, "_publish", PUBLISH)
    with contextlib.chdir(folder):
        runner.build_site(runner.load("mkdocs.yml"), jobs=1)
    with clock.stage(REST):
        pass
    return clock


def floor(folder: Path) -> Iterator[tuple[str, float, float]]:
    """Yield what the least of a build takes, in seconds of CPU and by the clock."""
    begun, used = time.perf_counter(), time.process_time()
    shutil.copytree(folder / "site", folder / "copy")
    yield "copying the finished site", time.process_time() - used, time.perf_counter() - begun
    shutil.rmtree(folder / "copy")
    texts = [
        path.read_text("utf-8").split("---\n", 2)[2] for path in sorted((folder / "content/articles").glob("*.md"))
    ]
    begun, used = time.perf_counter(), time.process_time()
    markdown = MarkdownIt("commonmark").enable("table")
    for text in texts:
        markdown.render(text)
    yield "each article once through markdown-it", time.process_time() - used, time.perf_counter() - begun


def report(clock: Clock, least: list[tuple[str, float, float]], folder: Path, articles: int) -> str:
    total = sum(clock.spent.values())
    files, size = size_of(folder / "site")
    made = f"{articles:,} articles, one process; {files:,} files, {size / 1e6:,.0f} MB"
    head = f"{results.today()}; {results.machine()}; {made}."
    rows = [[name, f"{clock.spent[name]:.1f}", f"{clock.spent[name] / total:.0%}"] for name in STAGES]
    rows.append(["all", f"{total:.1f}", "100%"])
    below = [[name, f"{cpu:.1f}", f"{wall:.1f}", f"{total / cpu:.0f}"] for name, cpu, wall in least]
    stages = table(("", "CPU, s", ""), rows)
    least_of_all = table(("the floor", "CPU, s", "wall, s", "CPU of the build, as a multiple"), below)
    return f"{head}\n\n{stages}\n\n{least_of_all}"


def main() -> int:
    given = results.arguments(__doc__).parse_args()
    folder = given.work / "stages"
    shutil.rmtree(folder, ignore_errors=True)
    briefing_site.write(Corpus(given.articles), folder)
    before = time.process_time()  # making the corpus is no part of it
    clock = profile(folder)
    clock.spent[START] -= before - _STARTED
    results.publish({"stages": report(clock, list(floor(folder)), folder, given.articles)}, given.write)
    return 0


_STARTED = time.process_time()
if __name__ == "__main__":
    sys.exit(main())
