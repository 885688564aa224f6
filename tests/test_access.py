"""The real site for everyone: checkers find nothing, a small screen has all, the keyboard goes everywhere."""

import functools
import os
import re
import shutil
import subprocess
import threading
from http.server import ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import axe_playwright_python
import pytest
from conftest import COLOURS
from PIL import Image
from test_browser import PAGES, SCREENS, Quiet, browser, newest, pytestmark, server

__all__ = ("browser", "pytestmark", "server")
AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
VIEWS = (
    "timeline",
    "connections",
    "map",
    "attendance",
    "positions",
    "statements",
    "figures",
    "coverage",
    "corrections",
)
EVERY_KIND = [*PAGES, "/articles/", "/subscribe/", "/404.html", *(f"/{view}/" for view in VIEWS)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_kind_of_page(browser, server, screen, scheme):
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    found = []
    for path in EVERY_KIND:
        page.goto(server + path)
        found += faults(page, scheme)
    assert not found
    context.close()


def faults(page, scheme):
    """Return what axe finds on a page: in the dark scheme, by those of its rules that depend on it."""
    page.evaluate(AXE)
    rules = {"type": "tag", "values": RULES} if scheme == "light" else {"type": "rule", "values": COLOURS}
    passed, violations = page.evaluate(
        """runOnly => axe.run(document, {runOnly, resultTypes: ["violations"]})
            .then(({passes, violations}) => [passes.length, violations])""",
        rules,
    )
    assert passed, page.url
    return [(page.url, fault["id"], node["html"][:150]) for fault in violations for node in fault["nodes"]]


def test_every_kind_of_page_fits_a_screen_of_320_pixels(browser, server):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for path in EVERY_KIND:
        page.goto(server + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()


@pytest.mark.parametrize("width", [375, 820])
def test_a_long_briefing_has_jumps_to_its_parts_where_the_theme_hides_its_contents(browser, server, width):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    page.goto(server + newest("summits"))
    assert not page.locator(".md-sidebar--secondary").is_visible()
    jumps = page.get_by_role("navigation", name="On this page")
    glance, first = page.locator(".briefing-glance").bounding_box(), page.locator("h2").first.bounding_box()
    assert glance["y"] + glance["height"] < jumps.bounding_box()["y"] < first["y"]
    assert not jumps.get_by_role("link").count(), "folded, so that the text begins on the first screen"
    jumps.get_by_text("On this page").click()
    assert jumps.get_by_role("link").all_inner_texts() == page.locator("article h2").all_inner_texts()
    jumps.get_by_role("link", name="Who was there").click()
    assert page.url.endswith("#who-was-there")
    assert 0 <= page.get_by_role("heading", name="Who was there").bounding_box()["y"] < 200
    page.emulate_media(media="print")
    assert not jumps.is_visible()
    context.close()


def test_axe_finds_nothing_in_jumps_that_are_unfolded(browser, server):
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(server + newest("summits"))
    page.locator(".briefing-contents summary").click()
    assert page.locator(".briefing-contents a").count() > 10
    assert not faults(page, "light")
    page.close()


def test_there_are_no_jumps_beside_the_contents_of_the_theme_nor_on_a_short_page(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + newest("summits"))
    assert page.locator(".md-sidebar--secondary .md-nav__link").count() > 10
    assert page.locator(".briefing-contents").count() == 1
    assert not page.locator(".briefing-contents").is_visible()
    for path in ("/outlets/upi/", "/summits/", "/timeline/", "/about/", "/"):
        page.goto(server + path)
        assert page.locator(".briefing-contents").count() == 0, path
    page.close()


def test_no_feed_has_jumps(built):
    found = [path for name in ("feed.json", "rss.xml", "atom.xml") for path in built.rglob(name)]
    assert len(found) > 100
    assert not [path for path in found if "briefing-contents" in path.read_text("utf-8")]


@pytest.mark.parametrize("width", [320, 375])
def test_the_table_of_who_was_there_fits_a_phone_with_its_sources(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    for kind in ("summits", "leaders"):
        page.goto(server + newest(kind))
        table = page.locator(".briefing-attendance .md-typeset__scrollwrap")
        assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), kind
        right = "marks => marks.map(mark => mark.getBoundingClientRect().right)"
        marks = table.locator(".footnote-ref").evaluate_all(right)
        assert marks, kind
        assert max(marks) <= width, kind
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_table_that_goes_on_beyond_its_edge_ends_there_in_a_shadow(browser, server, scheme):
    context = browser.new_context(viewport={"width": 375, "height": 800}, color_scheme=scheme)
    page = context.new_page()

    def edge(table, top):
        picture = Image.open(BytesIO(table.screenshot())).convert("RGB")
        return {picture.getpixel((picture.width - 2, y)) for y in range(top, picture.height - 10)}

    for width, path in ((375, "attendance"), (820, "attendance"), (375, "positions"), (375, "coverage")):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{server}/{path}/")
        paper = tuple(map(int, re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))))
        table = page.locator(".md-typeset__scrollwrap")
        top = int(table.locator("thead").bounding_box()["height"]) + 2
        assert paper not in edge(table, top), path
        table.evaluate("box => { box.scrollLeft = box.scrollWidth }")
        assert paper in edge(table, top), f"{path}: there is no more"
    context.close()


@pytest.mark.parametrize("width", [375, 820, 1440])
@pytest.mark.parametrize("script", [True, False])
def test_names_and_headings_of_a_matrix_stay_in_sight_wherever_it_is_scrolled_to(browser, server, width, script):
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page = context.new_page()
    for path in ("attendance", "positions"):
        page.goto(f"{server}/{path}/")
        matrix = page.locator(".md-typeset__scrollwrap" if script else "table")
        matrix.evaluate("box => box.scrollTo(box.scrollWidth, box.scrollHeight)")
        box, row = matrix.bounding_box(), matrix.locator("tr").last
        name, cell = row.locator("td").first.bounding_box(), row.locator("td").last.bounding_box()
        corner, heading = matrix.locator("th").first.bounding_box(), matrix.locator("th").last.bounding_box()
        assert box["height"] <= 800, path
        assert abs(name["x"] - box["x"]) <= 2, path
        assert abs(corner["x"] - box["x"]) <= 2, path
        assert abs(heading["y"] - box["y"]) <= 2, path
        for part in (name, cell, corner, heading):
            assert part["x"] + part["width"] <= box["x"] + box["width"] + 1, path
            assert part["y"] + part["height"] <= box["y"] + box["height"] + 1, path
        assert name["x"] + name["width"] < box["x"] + box["width"] / 2, "there is room for the cells"
    context.close()


def test_the_matrices_fit_a_desktop(browser, server):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    for path in ("attendance", "positions"):
        page.goto(f"{server}/{path}/")
        assert page.locator(".md-typeset__scrollwrap").evaluate("box => box.scrollWidth <= box.clientWidth"), path
    page.close()


def test_footnotes_in_tables_stand_close_to_names_and_commas(browser, server):
    page = browser.new_page(viewport={"width": 375, "height": 800})
    for path in ("/connections/", "/attendance/"):
        page.goto(server + path)
        apart = page.evaluate(
            """() => {
                const edges = text => {
                    const range = document.createRange()
                    range.selectNode(text)
                    return [...range.getClientRects()]
                }
                const apart = (text, next) => {
                    const one = edges(text).pop(), other = edges(next)[0]
                    return other.left - one.right > 7.5 || other.top > one.bottom
                }
                return [...document.querySelectorAll("td:has(> sup)")].flatMap(cell => {
                    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), texts = []
                    while (walker.nextNode()) texts.push(walker.currentNode)
                    const marks = texts.filter(text => text.parentElement.matches("sup *"))
                    return marks.map(mark => {
                        const at = texts.indexOf(mark)
                        return apart(texts[at - 1], mark) || at + 1 < texts.length && apart(mark, texts[at + 1])
                    })
                })
            }"""
        )
        assert len(apart) > 30, path
        assert not any(apart), path
    page.close()


def test_running_text_is_set_in_lines_that_can_be_read(browser, server):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    for kind in ("summits", "leaders", "themes"):
        page.goto(server + newest(kind))
        lines = page.evaluate(
            """() => [...document.querySelectorAll(".briefing-page > p")].flatMap(paragraph => {
                const range = document.createRange(), rows = new Map()
                const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
                for (let node; node = walker.nextNode();)
                    for (let at = 0; at < node.length; at++) {
                        range.setStart(node, at); range.setEnd(node, at + 1)
                        const row = Math.round(range.getBoundingClientRect().bottom / 8)
                        rows.set(row, (rows.get(row) || 0) + 1)
                    }
                return [...rows.values()]
            })"""
        )
        assert len(lines) > 5
        assert max(lines) <= 92, "the longest line; most are shorter by a tenth"
        assert 55 <= sorted(lines)[len(lines) * 3 // 4] <= 82


def headers_of(site):
    """Return the headers that `_headers` asks a host to send with every answer."""
    first = (site / "_headers").read_text("utf-8").split("\n/")[0]
    return [tuple(line.strip().split(": ", 1)) for line in first.splitlines()[1:]]


@pytest.fixture(scope="module")
def strict(built):
    """A server that sends the headers that the site asks for."""

    class Strict(Quiet):
        def end_headers(self):
            for name, value in headers_of(built):
                self.send_header(name, value)
            super().end_headers()

    handler = functools.partial(Strict, directory=str(built))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{httpd.server_address[1]}"
        httpd.shutdown()


def test_the_policy_allows_no_inline_script_but_those_of_the_theme(built):
    policy = dict(headers_of(built))["Content-Security-Policy"]
    assert "unsafe-inline" not in policy
    assert re.search(r"script-src 'self'( 'sha256-[A-Za-z0-9+/=]+')+ 'wasm-unsafe-eval';", policy)


def test_the_site_works_under_its_policy(browser, strict):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in EVERY_KIND:
        page.goto(strict + path, wait_until="load")
    assert not said
    page.goto(f"{strict}/")
    page.locator("label[for=__palette_1]").click()
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate"
    page.goto(strict + newest("leaders"))
    assert page.locator("body").get_attribute("data-md-color-scheme") == "slate", "what was chosen stays"
    page.keyboard.press("/")
    page.keyboard.type("Tianjin")
    page.wait_for_selector(".briefing-hit")
    assert not said
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.x = 1'}))"
    )
    assert page.evaluate("window.x") is None, "the policy is in force"
    context.close()


def test_the_menu_of_a_phone_is_reached_and_left_by_keyboard_and_touch(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{server}/")
    page.locator("label.md-header__button[for=__drawer]").tap()
    link = page.locator(".md-sidebar--primary a.md-nav__link[href='summits/']")
    link.wait_for(state="visible")
    link.tap()
    page.wait_for_url("**/summits/")
    assert page.locator("h1").inner_text() == "Summits"
    context.close()


def test_the_keyboard_reaches_the_text_and_shows_where_it_is(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + newest("summits"))
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at)
                    const shown = box.width > 0 && box.right > 0 && box.left < innerWidth
                    const marked = style.outlineStyle !== "none" || at.matches(".md-skip")
                    return {inside: !!at.closest("article"), shown, marked, what: at.outerHTML.slice(0, 90)}
                }"""
            )
        )
    assert any(stop["inside"] for stop in reached)
    assert not [stop["what"] for stop in reached if stop["inside"] and not (stop["shown"] and stop["marked"])]


def test_a_page_is_printed_with_its_sources_and_without_what_is_for_the_screen(browser, server):
    page = browser.new_page()
    page.goto(server + newest("summits"), wait_until="networkidle")
    pdf = page.pdf(format="A4")
    assert 3 < len(re.findall(rb"/Type\s*/Page\b", pdf)) < 20
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")  # as Material does
    assert not page.locator(".md-header").is_visible()
    assert not page.locator("details .briefing-records").first.is_visible()
    fold = page.locator("summary", has_text="more key points")
    assert fold.inner_text().split()[1:] == ["more", "key", "points"]
    after = fold.evaluate("summary => getComputedStyle(summary, '::after').content")
    assert after == f'" <https://briefing.example.org{newest("summits")}#key-points>"'
    trail = page.locator(".briefing-trail:has(sup)").first
    assert trail.evaluate("trail => getComputedStyle(trail).fontSize") == "0px"
    assert trail.locator("sup a").bounding_box()["height"] > 5, "the number of the note stays"
    notes = page.locator(".footnote > ol > li")
    assert notes.count() > 9
    assert notes.first.bounding_box()["x"] > page.locator("article").bounding_box()["x"] + 20, "room for its number"
    page.close()


@pytest.mark.parametrize("width", [375, 1440])
def test_folds_have_an_arrow_that_turns_and_say_what_they_show(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto(server + newest("summits"))
    arrow = "fold => (({display, transform}) => [display, transform])(getComputedStyle(fold, '::after'))"
    folds = page.locator("details.briefing-more > summary:visible")
    assert folds.count() > 5
    for fold in folds.all():
        display, before = fold.evaluate(arrow)
        assert display == "block"
        fold.click()
        page.wait_for_timeout(50)
        assert fold.evaluate(arrow)[1] != before
    said = page.locator(".briefing-key-points + details > summary").inner_text()
    shown, folded = (
        page.locator(f"{part} > ul > li").count()
        for part in ("h2 + .briefing-key-points", "details > .briefing-key-points")
    )
    assert (shown, said) == (8, f"Show {folded} more key points")
    page.close()


@pytest.mark.parametrize(("width", "beside"), [(375, False), (820, True), (1440, True)])
def test_meetings_on_the_front_page_stand_below_their_date_or_in_one_column_beside(browser, server, width, beside):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{server}/")
    boxes = "parts => parts.map(part => part.getBoundingClientRect().toJSON())"
    dates = page.locator(".briefing-chronicle .briefing-date").evaluate_all(boxes)
    titles = page.locator(".briefing-chronicle li > a").evaluate_all(boxes)
    assert len(titles) > 10
    assert len({title["left"] for title in titles}) == 1
    for date, title in zip(dates, titles, strict=True):
        assert date["height"] < 30, "on one line"
        assert (date["top"] < title["bottom"] and title["top"] < date["bottom"]) == beside
    page.close()


def test_who_was_where_together_is_drawn_where_there_is_room_and_told_on_a_phone(browser, server):
    page = browser.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{server}/connections/")
    assert page.locator("h1").inner_text() == "Who was where together"
    assert not page.locator(".briefing-graph").is_visible()
    assert page.locator("table").is_visible()
    for width in (820, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.locator(".briefing-graph").is_visible()
        assert page.locator("figure").evaluate("box => box.scrollWidth <= box.clientWidth"), width
    page.close()


def test_every_page_leads_to_what_tells_of_the_site(browser, server):
    page = browser.new_page()
    for path in ("/", newest("summits"), "/404.html"):
        page.goto(server + path)
        links = page.locator("footer").get_by_role("navigation", name="This site").get_by_role("link")
        assert links.all_inner_texts() == ["About", "Corrections", "Subscribe"]
        for href in links.evaluate_all("links => links.map(link => new URL(link.href).pathname)"):
            assert page.request.get(server + href).ok, href
    page.goto(f"{server}/")
    assert re.fullmatch(r"As of \d+ \w+ 20\d\d\.", page.locator(".briefing-as-of").inner_text())
    page.close()


def test_the_text_of_all_pages_begins_in_one_column_and_lists_are_as_narrow_as_text(browser, server):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    found = set()
    for path in ("/summits/", newest("themes"), "/timeline/", "/about/", "/404.html"):
        page.goto(server + path)
        found.add(page.locator("h1").bounding_box()["x"])
    assert len(found) == 1
    for view in ("differences", "watch", "figures", "timeline"):
        page.goto(f"{server}/{view}/")
        assert page.locator(".briefing-records > ul").first.bounding_box()["width"] <= 640, view
    page.close()


def test_the_words_for_a_card_are_those_on_it(built):
    said = {
        path: re.search(r'og:image:alt" content="([^"]*)"', (built / path).read_text("utf-8"))[1]
        for path in ("index.html", "differences/index.html", "positions/index.html", "leaders/xi-jinping/index.html")
    }
    assert list(said.values()) == ["Briefing", "Briefing", "Briefing", "Xi Jinping"]


CHECKER = os.environ.get("BRIEFING_VNU", "")


@pytest.mark.skipif(
    not (CHECKER and shutil.which("java")), reason="BRIEFING_VNU does not name the Nu checker's vnu.jar"
)
def test_the_nu_checker_finds_nothing_on_any_page(built):
    pages = [str(path) for path in built.rglob("*.html")]
    command = ["java", "-Xss4m", "-jar", CHECKER, "--skip-non-html", "--errors-only", "--format", "text", *pages]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[:2000]
    assert len(pages) > 100
