"""How long an editor waits: from saving a file to the page in a browser, while `briefing serve` shows the site.

`make bench-serve` writes a corpus, serves it, and changes an article again and again: its words, its title, and what
kind of source it is, by which other pages go, so that the site is built. The browser is Chromium, with the page open,
and waits for the page to reload by itself.
"""

from __future__ import annotations

import re
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import briefing_site
import results
from corpus import Corpus
from measuring import cpu_of, started
from playwright.sync_api import Error, Page, sync_playwright
from results import table
from screenshots import ARGUMENTS, CHROMIUM
from writing import edit

PORT = 8317
START, REST = 1800, 1.7  # seconds: what the first build may take; between edits, no multiple of the server's interval
LONGEST = 600  # seconds that an edit may take
IDLE = 0.4  # seconds of CPU in such a rest that are less than any work: a server only looks whether files changed


REPORT = """
addEventListener("DOMContentLoaded", () => requestAnimationFrame(
    () => report(Date.now() / 1000, document.body.textContent)
))
"""


class View:
    """A page in Chromium, which itself reports when it shows what: to ask it again and again is less exact."""

    def __init__(self, page: Page) -> None:
        self.page, self._reported = page, list[tuple[float, str]]()
        page.expose_function("report", lambda when, text: self._reported.append((when, text)))
        page.add_init_script(REPORT)

    def shows(self, words: str) -> float:
        """Wait for words, and return since when they are shown, in seconds of the system's clock.

        Raises TimeoutError where they never are.
        """
        begun = time.monotonic()
        while time.monotonic() - begun < LONGEST:
            for when, text in self._reported:
                if words in text:
                    self._reported.clear()
                    return when
            self.page.wait_for_timeout(5)
        raise TimeoutError(f"the page does not show: {words}")


@contextmanager
def opened(path: str) -> Iterator[View]:
    """Open a page of the site in Chromium as soon as it is served."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        view, begun = View(browser.new_page()), time.monotonic()
        while True:
            try:
                view.page.goto(f"http://127.0.0.1:{PORT}{path}", wait_until="load")
                break
            except Error:  # nobody listens yet
                if time.monotonic() - begun > START:
                    raise
                time.sleep(0.5)
        yield view
        browser.close()


def rest(process: int) -> None:
    """Wait until the server has nothing left to do for the edit before."""
    used = -IDLE
    while cpu_of(process) - used >= IDLE:
        used = cpu_of(process)
        time.sleep(REST)


def waited(view: View, process: int, change: Callable[[int], str], times: int) -> Iterator[tuple[float, float]]:
    """Yield the wall and the CPU seconds from each change until the words that it returns are on the page."""
    for number in range(times):
        rest(process)
        used, begun = cpu_of(process), time.time()
        yield view.shows(change(number)) - begun, cpu_of(process) - used


def row(name: str, found: list[tuple[float, float]]) -> list[str]:
    walls, used = zip(*found, strict=True)
    numbers = (statistics.median(walls), min(walls), max(walls), statistics.median(used))
    return [name, str(len(found)), *(f"{number:.2f}" for number in numbers)]


def main() -> int:
    parser = results.arguments(__doc__)
    parser.add_argument("--times", type=int, default=12, help="edits of each sort; a quarter as many of the kind")
    given = parser.parse_args()
    folder = given.work / "served"
    shutil.rmtree(folder, ignore_errors=True)
    corpus = Corpus(given.articles)
    briefing_site.write(corpus, folder)
    slug = corpus.articles[given.articles // 2].slug
    file = folder / f"content/articles/{slug}.md"
    original = file.read_text("utf-8")

    def in_words(number: int) -> str:
        file.write_text(original, "utf-8")
        edit(file, said := f"Edited {number} times so far.")
        return said

    def in_title(number: int) -> str:
        said = f"Edited {number} times above"
        file.write_text(re.sub("(?m)^title: .*", f"title: {said}", original, count=1), "utf-8")
        return said

    def in_kind(number: int) -> str:
        said = f"Edited {number} times in its summary."
        kind = ("analysis", "explainer")[number % 2]
        edited = re.sub("(?m)^kind: .*", f"kind: {kind}", original, count=1)
        file.write_text(re.sub("(?m)^summary: .*", f"summary: {said}", edited, count=1), "utf-8")
        return said

    command = [sys.executable, "-m", "generator", "serve", "-a", f"127.0.0.1:{PORT}"]
    with started(command, folder) as process, opened(f"/articles/{slug}/") as view:
        rows = [
            row("words", list(waited(view, process.pid, in_words, given.times))),
            row("a title", list(waited(view, process.pid, in_title, given.times))),
            row("the kind of source", list(waited(view, process.pid, in_kind, max(1, given.times // 4)))),
        ]
    head = f"{results.today()}; {results.machine()}; {given.articles:,} articles, Chromium."
    heads = ("what is edited", "times", "median, s", "least", "most", "CPU of the server, s")
    results.publish({"serving": f"{head}\n\n{table(heads, rows)}"}, given.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
