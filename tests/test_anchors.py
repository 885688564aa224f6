"""The link to a record or heading that a reader copies: by pointer, keyboard and finger, and nowhere else."""

import re

import pytest
from test_access import faults
from test_browser import SCREENS, browser, newest, pytestmark, server

__all__ = ("browser", "pytestmark", "server")
LINK = ".briefing-anchor"
# What has an anchor: a place on a page, and what the link to it is called.
PLACES = [
    ("leaders", ".briefing-statement", "Link to this statement"),
    ("leaders", ".briefing-positions li", "Link to this position"),
    ("leaders", ".briefing-sources-differ li", "Link to this difference"),
    ("leaders", ".briefing-what-to-watch li", "Link to this event to watch"),
    ("articles", ".briefing-key-points li", "Link to this key point"),
    ("articles", ".briefing-key-figures li", "Link to this figure"),
    ("articles", ".briefing-timeline li", "Link to this event"),
    ("articles", "h2", "Link to this section"),
]


def shown(page):
    return page.locator(LINK).evaluate("link => getComputedStyle(link).opacity") == "1"


@pytest.mark.parametrize(("kind", "place", "name"), PLACES)
def test_a_record_and_a_heading_have_a_link_to_them_under_the_pointer(browser, server, kind, place, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + newest(kind))
    first = page.locator(place).first
    first.hover()
    text = first.inner_text()
    link = first.get_by_role("link", name=name, exact=True)
    assert shown(page)
    assert page.locator(LINK).count() == 1
    link.click()
    anchor = page.url.partition("#")[2]
    assert page.locator(f"[id='{anchor}']").evaluate(
        "(it, at) => it.closest(at) === document.querySelector(at)", place
    )
    page.mouse.move(1270, 890)
    assert not shown(page)
    # A browser leaves out what it has not drawn yet: both times the text is on the screen.
    assert first.inner_text() == text, "it is no part of the text, which a reader copies or looks for"
    page.close()


def test_the_keyboard_has_one_stop_more_and_reaches_every_link_by_arrow_keys(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(server + newest("articles"))
    source = page.locator(".briefing-key-points li a").first
    source.focus()
    record = page.locator(".briefing-key-points li").first
    assert page.locator(LINK).count() == 1
    while not page.evaluate(f"document.activeElement.matches('{LINK}')"):
        assert record.evaluate("record => record.contains(document.activeElement)"), "it is the record's last stop"
        page.keyboard.press("Tab")
    reached = [page.evaluate("document.activeElement.hash")]
    for _ in range(200):
        page.keyboard.press("ArrowDown")
        assert shown(page)
        reached.append(page.evaluate("document.activeElement.hash"))
        if reached[-1] == reached[-2]:
            break
    expected = page.locator(
        "article :is(h2, .briefing-statement, .briefing-records li > span, .briefing-records p > span)[id]"
    )
    ids = [f"#{mark.get_attribute('id')}" for mark in expected.all() if mark.evaluate("it => it.checkVisibility()")]
    assert reached[:-1] == ids[ids.index(reached[0]) :]
    assert len(reached) > 30
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert page.url.endswith(ids[-2])
    page.close()


def test_a_page_whose_records_have_no_link_has_theirs_behind_the_first_heading(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/statements/")
    before = page.locator("a[href]").count()
    page.keyboard.press("Tab")
    assert page.locator(f"h2 > {LINK}").count() == 1
    assert not shown(page)
    assert page.locator("a[href]").count() == before + 1
    page.close()


def test_a_finger_has_the_link_by_a_tap_on_the_record_and_loses_it_by_one_elsewhere(browser, server):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server + newest("leaders"))
    assert page.locator(LINK).count() == 0
    quote = page.locator(".briefing-statement blockquote").first
    quote.tap()
    assert shown(page)
    link = page.locator(f".briefing-statement {LINK}")
    box = link.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    link.tap()
    assert re.search(r"#statement-[0-9a-f]{8}", page.url)
    page.locator("h1").tap()
    assert not shown(page)
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_where_a_link_is_shown(browser, server, screen, scheme):
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    page.goto(server + newest("leaders"))
    for place in (".briefing-statement", ".briefing-positions li", "h2"):
        page.locator(place).first.hover()
        assert shown(page)
        page.wait_for_function("document.getAnimations().every(one => one.playState !== 'running')")  # the tabs fade
        assert not faults(page, scheme)
    context.close()


@pytest.mark.parametrize("width", [320, 375, 390])
def test_no_link_reaches_beyond_a_phone(browser, server, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    for path in (newest("leaders"), newest("articles"), "/timeline/", "/positions/"):
        page.goto(server + path)
        places = page.locator(".briefing-records li, .briefing-statement, h2")
        widest = places.evaluate_all(
            """places => Math.max(...places.map(place => {
                place.dispatchEvent(new PointerEvent("pointerover", {bubbles: true, pointerType: "mouse"}))
                return document.querySelector(".briefing-anchor").getBoundingClientRect().right
            }))"""
        )
        assert widest <= width, path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()


def test_paper_has_no_links_to_records_and_files_have_not_a_byte_of_them(browser, server, built):
    page = browser.new_page()
    page.goto(server + newest("leaders"))
    page.locator(".briefing-statement").first.hover()
    assert page.locator(LINK).is_visible()
    page.emulate_media(media="print")
    assert not page.locator(LINK).is_visible()
    page.close()
    files = [path for name in ("*.html", "*.xml", "*.json") for path in built.rglob(name)]
    assert not [path for path in files if "briefing-anchor" in path.read_text("utf-8")]
