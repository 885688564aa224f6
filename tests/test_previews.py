"""What a link shows before it is followed: as data here, in a real browser below."""

import json

import pytest
from conftest import ROOT, SITE
from test_browser import SCREENS, browser, newest, pytestmark, server  # noqa: F401
from test_views import write_site

from generator.assets.previews import MOST, PATH, preview
from generator.build import build, check


def files_of(root, settings):
    files = {file.path: file.content for file in build(root, settings).files}
    return {path: json.loads(content) for path, content in files.items() if path.endswith(".json")}


def test_each_summit_leader_and_theme_has_a_preview_by_folder_and_slug(settings):
    found = files_of(SITE / "content", settings)[PATH]
    assert set(found) == {"matches", "players", "themes"}
    title, line, sentence = found["players"]["magnus-berzins"]
    assert title == "Magnuss Bērziņš"
    assert line.endswith(", Latvia")
    assert sentence


def test_a_preview_is_small_and_of_one_sentence(real_settings):
    library = check(ROOT / "content", real_settings).library
    for document in (*library.summits, *library.leaders, *library.themes):
        words = preview(document, real_settings)
        assert len(json.dumps(words, ensure_ascii=False).encode()) < 500
        assert document.meta.summary.startswith(words[2].removesuffix(" …"))
    (tianjin,) = [s for s in library.summits if s.slug == "sco-tianjin-2025"]
    assert preview(tianjin, real_settings)[2].endswith("for global governance.")


def test_where_there_are_many_they_are_in_files_by_first_letter(settings, tmp_path):
    site = write_site(tmp_path, **{f"{letter}{n}": "" for letter in "ab" for n in range(MOST)})
    found = files_of(site, settings)
    assert found[PATH]["players"] == "previews/players-"
    assert len(found["previews/players-a.json"]) == len(found["previews/players-b.json"]) == MOST
    assert isinstance(found[PATH]["themes"], dict)


# --- in a browser

CITATION = "article a.footnote-ref"
LEADER = "article p a[href*='../leaders/']"
BOX = ".briefing-preview"


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")], ids="-".join)
def page(request, browser, server):  # noqa: F811
    screen, scheme = request.param
    width, height = SCREENS[screen]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(server + newest("summits"))
    yield page
    assert not [url for url in page.asked if not url.startswith((server, "data:"))]
    context.close()


def by_keyboard(page, selector):
    """Move the focus to a link as the keyboard does."""
    page.keyboard.press("Shift")
    page.locator(selector).first.focus()


def within_the_screen(page):
    box, screen = page.locator(BOX).bounding_box(), page.viewport_size
    return box["x"] >= 0 and box["x"] + box["width"] <= screen["width"] and box["y"] >= 0


def test_a_citation_shows_its_footnote_on_focus_and_escape_closes_it_and_keeps_the_focus(page):
    by_keyboard(page, CITATION)
    page.wait_for_selector(BOX)
    reference = page.locator(CITATION).first
    note = page.locator(f"[id='{reference.get_attribute('href').removeprefix('#')}']").inner_text()
    assert page.locator(BOX).inner_text().strip() == note.split(" ↩")[0].strip()
    assert reference.get_attribute("aria-describedby") == page.locator(BOX).get_attribute("id")
    assert within_the_screen(page)
    assert page.evaluate(f"getComputedStyle(document.querySelector('{BOX}')).animationName") == "none"
    page.keyboard.press("Escape")
    assert page.locator(BOX).count() == 0
    assert reference.evaluate("link => link === document.activeElement")
    assert reference.get_attribute("aria-describedby") is None


def test_the_keyboard_reaches_the_source_in_the_preview_and_leaves_it_behind(page):
    by_keyboard(page, CITATION)
    page.wait_for_selector(BOX)
    page.keyboard.press("Tab")
    assert page.evaluate(f"document.activeElement.closest('{BOX}') !== null")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.wait_for_timeout(400)
    assert page.evaluate(f"!document.activeElement.closest('{BOX}')")


def test_a_link_to_a_leader_shows_who_that_is_and_the_file_is_asked_for_once(page, server):  # noqa: F811
    assert not [url for url in page.asked if "previews" in url]
    for number in (0, 1):
        link = page.locator(LEADER).nth(number)
        page.keyboard.press("Shift")
        link.focus()
        page.wait_for_selector(f"{BOX} .briefing-preview-title")
        assert page.locator(".briefing-preview-line").inner_text().count(",") >= 1
        assert len(page.locator(".briefing-preview-sentence").inner_text()) > 20
        assert within_the_screen(page)
    assert [url for url in page.asked if "previews" in url] == [f"{server}/previews.json"]


def test_a_preview_stays_while_the_pointer_is_on_it_and_goes_when_it_leaves(page):
    page.locator(LEADER).first.hover()
    page.wait_for_selector(BOX)
    box = page.locator(BOX).bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    page.wait_for_timeout(600)
    assert page.locator(BOX).count() == 1
    page.mouse.move(2, 2)
    page.wait_for_selector(BOX, state="detached")


def test_a_preview_dismissed_under_the_pointer_stays_away(page):
    page.locator(CITATION).first.hover()
    page.wait_for_selector(BOX)
    page.keyboard.press("Escape")
    page.wait_for_timeout(600)
    assert page.locator(BOX).count() == 0


def test_a_finger_sees_the_source_at_the_first_tap_and_follows_it_at_the_second(browser, server):  # noqa: F811
    context = browser.new_context(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(server + newest("summits"))
    address = page.url
    page.locator(CITATION).first.tap()
    page.wait_for_selector(BOX)
    assert page.url == address
    assert within_the_screen(page)
    page.locator(CITATION).first.tap()
    page.wait_for_url("**/#fn:*")
    context.close()


def test_without_a_script_links_and_citations_lead_where_they_led(browser, server):  # noqa: F811
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server + newest("summits"))
    page.locator(CITATION).first.click()
    assert "#fn:" in page.url
    page.locator(LEADER).first.click()
    assert "/leaders/" in page.url
    context.close()
