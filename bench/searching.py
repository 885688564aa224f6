"""What the search of a large site costs: `python bench/searching.py 10000 [FOLDER]`.

Makes the content of `briefing_site.py`, indexes it, changes one digest and brings the index up to date; then asks in
Chromium and counts what it fetches beyond the engine. FOLDER keeps the site, to be asked again without being made.
"""

import functools
import gzip
import http.server
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import sync_playwright
from screenshots import ARGUMENTS, CHROMIUM

from generator.assets import search
from generator.assets.indexing import index
from generator.build import check
from generator.composing.pages import Page
from generator.core.settings import Settings

HERE = Path(__file__).parent
SETTINGS = Settings("Bench", "https://bench.example/", "bench.example,2025")
ENGINE = ("pagefind.js", "pagefind-worker.js", "wasm.en.pagefind")
PAGE = """<!doctype html><html lang="en"><head><title>Bench</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/search/search.css"></head><body><div class="md-header__inner"></div>
<script type="module" src="assets/search/search.js"></script></body></html>"""
QUERIES = (
    "agreement on grain research",
    "judge fund commission",
    "Commission in Ardford",
    "minister report",
    "Velaitis",
    "who complained about the fertiliser",
)


def cpu():
    """Return the seconds of work of this process and of those that it started."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def timed(say, run):
    begun = cpu()
    result = run()
    print(f"{say}: {cpu() - begun:.1f} s of CPU", flush=True)
    return result


def make(site, count):
    """Write content, and a site that has nothing but its search; once more with one digest changed."""
    with tempfile.TemporaryDirectory() as temporary:
        subprocess.run([sys.executable, HERE / "briefing_site.py", temporary, str(count)], check=True)
        library = timed("reading and linking", lambda: check(Path(temporary) / "content", SETTINGS)).library
    pages = [Page(d.path, d.meta.title, "", d.kind.value, tuple, tuple) for d in library.documents.values()]
    found = timed("entries", lambda: list(search.entries(library, pages, SETTINGS)))
    named = search.directory(found, library, SETTINGS)
    timed("index", lambda: index(found, named, "en", site / "none", site))
    changed = [replace(found[0], html=found[0].html.replace("</main>", "<p>Else.</p></main>")), *found[1:]]
    with tempfile.TemporaryDirectory() as temporary:
        made = timed("index, one digest changed", lambda: index(changed, named, "en", site, Path(temporary)))
        print(f"of which were made: {', '.join(made)}")
    shutil.copytree(HERE.parent / "theme_overrides" / "assets", site / "assets")
    (site / "index.html").write_text(PAGE, "utf-8")


class Packing(http.server.SimpleHTTPRequestHandler):
    """Sends text compressed, as hosts do (docs/hosting.md)."""

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if path.suffix not in (".json", ".js", ".css"):
            super().do_GET()
            return
        data = gzip.compress(path.read_bytes())
        self.send_response(200)
        for name, value in (
            ("Content-Type", self.guess_type(str(path))),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(data))),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def ask(page, query):
    """Type a query, and return what was found and what was fetched for it, in files and bytes."""
    fetched = []
    page.on("response", lambda answer: fetched.append((answer.url, int(answer.headers.get("content-length", 0)))))
    page.keyboard.press("/")
    page.locator(".briefing-search__input").fill(query)
    page.wait_for_selector(".briefing-search__results[aria-busy=false]", state="attached")
    beyond = [(url, size) for url, size in fetched if not url.partition("?")[0].endswith((*ENGINE, ".css"))]
    beyond = [(url, size) for url, size in beyond if "/assets/" not in url]
    kinds = {}
    for url, size in beyond:
        kind = next(
            (k for k in ("pf_meta", "pf_index", "pf_filter", "pf_fragment", "search.json") if k in url), "other"
        )
        kinds[kind] = kinds.get(kind, 0) + size
    return page.locator(".briefing-search__status").inner_text(), len(beyond), sum(size for _, size in beyond), kinds


def main():
    count = int(sys.argv[1])
    site = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(tempfile.mkdtemp())
    if not (site / "index.html").exists():
        site.mkdir(parents=True, exist_ok=True)
        make(site, count)
    files = [path for path in (site / search.FOLDER).rglob("*") if path.is_file()]
    print(f"{len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:.1f} MB")
    handler = functools.partial(Packing, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for query in QUERIES:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            page = context.new_page()
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/", wait_until="networkidle")
            said, number, size, kinds = ask(page, query)
            parts = ", ".join(f"{name} {bytes_ / 1000:.0f}" for name, bytes_ in sorted(kinds.items()))
            print(f"{query!r}: {size / 1000:.0f} KB in {number} files ({parts}); {said}", flush=True)
            context.close()
        server.shutdown()


if __name__ == "__main__":
    main()
