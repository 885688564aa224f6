"""Pictures of each kind of page, on a desktop and on a phone, in light and in dark, to be looked at by a person.

    python bench/screenshots.py [FOLDER]      the site must be built; FOLDER is `.screenshots` unless given

Needs Playwright and Debian's Chromium.
"""

import functools
import http.server
import shutil
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright
from writing import ROOT

SCREENS = {"desktop": (1400, 1000), "phone": (390, 844)}
CHROMIUM = shutil.which("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@contextmanager
def browsing(site, handler=Quiet):
    """Serve a folder to Chromium; give the browser, and the address without the slash at its end."""
    handler = functools.partial(handler, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, sync_playwright() as playwright:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser, f"http://127.0.0.1:{server.server_address[1]}"
        browser.close()
        server.shutdown()


def pages(site):
    """Return a page of each kind by its name: of documents, the one with the most on it."""
    found = {"home": "/", "404": "/404.html", "search": "/?q=meeting"}
    for kind in ("articles", "summits", "leaders", "themes", "outlets"):
        largest = max((site / kind).glob("*/index.html"), key=lambda path: (path.stat().st_size, path))
        found[kind] = f"/{largest.parent.relative_to(site).as_posix()}/"
        found[f"all-{kind}"] = f"/{kind}/"
    others = (
        "timeline connections map attendance positions statements figures watch differences coverage corrections"
        " subscribe about"
    )
    return found | {name: f"/{name}/" for name in others.split()}


def main():
    site = ROOT / "site"
    if not (site / "index.html").exists():
        sys.exit("There is no site yet: run `make site` first.")
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".screenshots"
    target.mkdir(parents=True, exist_ok=True)
    with browsing(site) as (browser, address):
        for screen, (width, height) in SCREENS.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                page = context.new_page()
                for name, path in pages(site).items():
                    page.goto(f"{address}{path}", wait_until="networkidle")
                    page.screenshot(path=str(target / f"{name}-{screen}-{scheme}.png"), full_page=False)
                    if scheme == "light":
                        page.screenshot(path=str(target / f"{name}-{screen}-whole.png"), full_page=True)
                context.close()
    print(f"{len(list(target.glob('*.png')))} pictures in {target}")


if __name__ == "__main__":
    main()
