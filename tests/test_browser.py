"""The real site in a real browser, on a desktop and on a phone, in light and in dark."""

import functools
import http.server
import os
import shutil
import threading

import pytest
from conftest import ROOT
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
REQUIRED = os.environ.get("BRIEFING_BROWSER") == "required"
pytestmark = pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="Chromium is not installed")

SCREENS = {"desktop": (1280, 900), "phone": (390, 844)}


def newest(kind):
    """Return a page of a kind that has much on it: the largest content file."""
    path = max((ROOT / "content" / kind).glob("*.md"), key=lambda path: (path.stat().st_size, path.name))
    return f"/{kind}/{path.stem}/"


PAGES = [
    "/",
    *(newest(kind) for kind in ("summits", "leaders", "themes", "articles", "outlets")),
    "/leaders/",
    "/about/",
]


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def server(built):
    handler = functools.partial(Quiet, directory=str(built))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()


@pytest.fixture(scope="module")
def browser():
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield chromium
        chromium.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_pages_load_without_other_hosts_errors_or_sideways_scrolling(browser, server, screen, scheme):
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("response", lambda answer: errors.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for path in PAGES:
        page.goto(server + path, wait_until="networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
    assert asked
    assert not [url for url in asked if not url.startswith((server, "data:"))]
    assert not errors
    context.close()


def often_cited(page):
    """Return a footnote that a page cites at least three times where nothing is folded, and these citations."""
    citations = page.locator("article a.footnote-ref:visible")
    hrefs = citations.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    target = max(hrefs, key=hrefs.count)
    assert hrefs.count(target) > 2
    note = page.locator(f"[id='{target.lstrip('#')}']")
    return note, citations.and_(page.locator(f"[href='{target}']"))


def shown(locator):
    """Tell whether an element stands on the screen, below the header."""
    return locator.evaluate("at => { const y = at.getBoundingClientRect().y; return 40 < y && y < innerHeight }")


def test_a_citation_leads_to_its_footnote_and_back_to_where_the_reader_was(browser, server):
    page = browser.new_page()
    page.goto(server + newest("leaders"))
    note, citations = often_cited(page)
    assert note.locator("a[href*='/articles/']").count() == 1
    back = note.locator("a.footnote-backref")
    assert back.count() == 1
    for place in (2, 0):
        citations.nth(place).click()
        assert page.url.endswith(citations.nth(place).get_attribute("href"))
        back.click()
        page.wait_for_timeout(300)
        assert shown(citations.nth(place)), place
    page.close()


def test_without_script_a_footnote_leads_back_to_where_it_is_cited_first(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + newest("leaders"))
    note, citations = often_cited(page)
    note.locator("a.footnote-backref").click()
    assert "#fnref:" in page.url
    assert shown(citations.first)
    context.close()


def test_the_home_page_leads_to_a_summit_a_leader_and_a_theme(browser, server):
    page = browser.new_page()
    for part, kind in (("lead", "summits"), ("leaders", "leaders"), ("state", "themes")):
        page.goto(server + "/")
        link = page.locator(f".briefing-{part} li a[href^='{kind}/']").first
        title = link.inner_text()
        link.click()
        assert page.locator("h1").inner_text() == title
    page.close()


def test_a_record_leads_back_to_its_source(browser, server):
    page = browser.new_page()
    page.goto(server + newest("leaders"))
    source = page.locator(".briefing-trail a[href*='/articles/'][href*='#']").first
    anchor = source.get_attribute("href").split("#")[1]
    source.click()
    assert page.locator(f"[id='{anchor}']").count() == 1
    page.close()


def test_an_address_on_the_page_to_subscribe_is_copied_by_a_button(browser, server):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/subscribe/")
    button = page.locator(".briefing-copy").nth(2)
    button.click()
    page.wait_for_function("document.querySelectorAll('.briefing-copy')[2].textContent == 'Copied'")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/rss.xml")
    assert page.request.get(copied).ok
    context.close()


def test_the_page_to_subscribe_needs_no_script(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/subscribe/")
    assert page.locator(".briefing-feeds a", has_text="JSON Feed").count() > 50
    assert page.locator(".briefing-copy").count() == 0
    context.close()
