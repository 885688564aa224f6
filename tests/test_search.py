"""The search: what it finds on the real site in a real browser, and what making it anew takes."""

import os
import re
import shutil
import threading
from dataclasses import replace
from datetime import date

import pytest
from conftest import ROOT, copy_site, mkdocs_build
from playwright.sync_api import expect
from test_access import faults, strict
from test_browser import SCREENS, browser, pytestmark, server

from generator.adapter import searching
from generator.assets import indexing
from generator.assets.search import Entry, of_html
from generator.core.errors import GeneratorError

__all__ = ("browser", "pytestmark", "server", "strict")
READY = ".briefing-search__results[aria-busy=false]"

# A query, of which kind the first answer is, and what stands in its words or leads to it.
ANSWERS = [
    ("who called for cutting ties with Israel", "Key point", "Pezeshkian called for cutting ties with Israel"),
    ("cutting ties with Israel", "Key point", "Pezeshkian called for cutting ties with Israel"),
    ("development bank", "Theme", "Development finance"),
    ("Erdogan", "Leader", "Recep Tayyip Erdoğan"),
    ("Erdoğan", "Leader", "Recep Tayyip Erdoğan"),
    ("ERDOGAN", "Leader", "Recep Tayyip Erdoğan"),
    ("Ergodan", "Leader", "Recep Tayyip Erdoğan"),
    ("Zelensky", "Leader", "Volodymyr Zelenskyy"),
    ("Zelenskyy", "Leader", "Volodymyr Zelenskyy"),
    ("Zelenski", "Leader", "Volodymyr Zelenskyy"),
    ("Turkey", "Theme", "Türkiye between the blocs"),
    ("Türkiye", "Theme", "Türkiye between the blocs"),
    ("turkiye", "Theme", "Türkiye between the blocs"),
    ("Vucic", "Leader", "Aleksandar Vučić"),
    ("Kaw Kim Horn", "Leader", "Kao Kim Hourn"),
    ("Simsek", "Leader", "Mehmet Şimşek"),
    ("Pezeshkyan", "Leader", "Masoud Pezeshkian"),
    ("Xi", "Leader", "Xi Jinping"),
    ("Tianjin summit", "Summit", "The SCO summit in Tianjin"),
    ("Alaska summit", "Summit", "Trump and Putin in Alaska"),
    ("land swaps", "Theme", "Territory and borders"),
    ("Al Jazeera", "Outlet", "Al Jazeera"),
    ("joint operations room against the madness", "Statement", "joint operations room"),
    ("territorial integrity Hakan Fidan", "Statement", "Türkiye fully supports China’s territorial integrity"),
    ("tariffs on India in all, of which 25%", "Figure", "50% in US tariffs on India"),
    ("heading speaks of plans for the bank", "Outcome", "Proposed: an SCO development bank"),
    ("cold war mentality", "Article", "Cold War"),
    ("about", "Page", "About"),
    ("Zelenski meeting", "Summit", "Announced meeting of Putin and Zelenskyy"),
    ('"fake regime"', "Statement", "sever ties with this fake regime"),
]
NOTHING = ["150 tariffs", "abracadabra", "tariffs on Atlantis", "61400 dollars"]


@pytest.fixture(scope="module")
def page(browser, server):
    """A page on which the search is open."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{server}/?q=", wait_until="networkidle")
    yield page
    context.close()


def ask(page, query):
    """Type a query and wait until it is answered."""
    page.locator(".briefing-search__input").fill(query)
    page.wait_for_selector(READY, state="attached")


def first(page):
    answer = page.locator(".briefing-hit").first
    return answer.locator(".briefing-hit__kind").text_content(), answer.locator("a").text_content()


@pytest.mark.parametrize(("query", "kind", "words"), ANSWERS)
def test_a_query_with_one_right_answer_has_it_first(page, query, kind, words):
    ask(page, query)
    found, text = first(page)
    assert words in text
    assert found == kind


@pytest.mark.parametrize("query", NOTHING)
def test_what_the_site_does_not_have_is_not_found(page, query):
    ask(page, query)
    assert page.locator(".briefing-hit").count() == 0
    assert page.locator(".briefing-search__status").text_content().startswith("Nothing was found")


def test_a_mistyped_name_is_said_to_be_read_as_another(page):
    ask(page, "Ergodan")
    assert "Nothing has “Ergodan”. This is for “erdogan”." in page.locator(".briefing-search__status").text_content()


def test_a_statement_is_found_as_itself_and_opens_at_its_anchor(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/themes/?q=", wait_until="networkidle")
    ask(page, "joint operations room against the madness")
    answer = page.locator(".briefing-hit").first
    assert "Ali Larijani" in answer.locator(".briefing-hit__by").text_content()
    assert "13 September 2025" in answer.locator(".briefing-hit__by").text_content()
    source = answer.locator(".briefing-hit__source").text_content()
    answer.locator("a").click()
    page.wait_for_url("**/articles/**")
    record = page.locator(f"[id='{page.url.split('#')[1]}']")
    assert "joint operations room" in record.text_content()
    assert page.locator("h1").text_content() in source
    page.close()


def facet(page, group, label):
    fold = page.locator(f".briefing-search [data-group={group}]")
    if not fold.evaluate("fold => fold.open"):
        fold.locator("summary").click()
        page.wait_for_selector(READY, state="attached")
    return fold.locator("label", has_text=re.compile(label))


def count(label):
    number = label.locator(".briefing-search__count")
    expect(number).not_to_be_empty()  # a fold is counted after it was opened
    return int(number.text_content())


def said(page):
    """Return how many results are said to be shown, and of how many."""
    text = page.locator(".briefing-search__status").text_content()
    found = re.search(r"(?:(\d+) of )?(\d+) results?\.$", text)
    assert found, text
    return int(found[1] or found[2]), int(found[2])


def every_hit(page):
    """Have all results shown, and return how many there are; what is said of their number holds all along."""
    hits, more = page.locator(".briefing-hit"), page.locator(".briefing-search__more")
    while more.is_visible():
        assert said(page)[0] == hits.count() < said(page)[1]
        more.click()
        page.wait_for_selector(READY, state="attached")
    assert said(page) == (hits.count(), hits.count())
    return hits.count()


def choose(page, label, on=True):
    label.locator("input").set_checked(on)
    page.wait_for_selector(READY, state="attached")


# What a reader asked who was promised results that were not there, and a few that have many.
PROMISES = ["Doha", "tariffs", "Alaska", "Putin NATO", "brotherly obligation", "Ergodan"]


@pytest.mark.parametrize("query", PROMISES)
def test_what_a_facet_says_is_what_its_choice_lists_and_what_is_announced_is_listed(page, query):
    ask(page, query)
    assert every_hit(page)
    for group in ("record", "kind"):
        labels = facet(page, group, "")
        for at, expected in enumerate([count(label) for label in labels.all()]):
            if expected:
                choose(page, labels.nth(at))
                assert every_hit(page) == expected, labels.nth(at).text_content()
                choose(page, labels.nth(at), on=False)


CHOICES = [("record", "^Statements"), ("record", "^Sources differ"), ("leader", "Trump"), ("year", "2025")]


@pytest.mark.parametrize(("group", "label"), CHOICES)
def test_choices_without_a_word_list_what_their_facets_say(browser, server, group, label):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/?q=")
    page.wait_for_selector(READY, state="attached")
    expected = count(facet(page, group, label))
    choose(page, facet(page, group, label))
    assert every_hit(page) == expected
    other = ("theme", "") if group == "record" else ("record", "^Outcomes")
    expected = count(facet(page, *other).first)
    choose(page, facet(page, *other).first)
    assert every_hit(page) == expected
    page.close()


def test_of_more_pages_than_are_looked_into_no_number_is_given(page):
    ask(page, "summit")
    assert page.locator(".briefing-search__status").text_content() == "The first 20 results."
    numbers = facet(page, "record", "").locator(".briefing-search__count").all_text_contents()
    assert set(numbers) == {""}
    assert not page.locator(".briefing-search [data-group=record] .briefing-search__none").count()
    more = page.locator(".briefing-search__more")
    while more.is_visible():
        more.click()
        page.wait_for_selector(READY, state="attached")
    assert said(page)[0] == said(page)[1] == page.locator(".briefing-hit").count()
    assert count(facet(page, "record", "^Statements")) > 0, "now all of them have been looked into"


def test_a_record_is_found_by_what_it_is_filed_under(page):
    ask(page, "Doha")
    choose(page, facet(page, "record", "^Outcomes"))
    (outcome,) = page.locator(".briefing-hit").all()
    assert "Doha" not in outcome.locator("a").text_content()
    assert re.match(r"Filed under .*\bDoha\b", outcome.locator(".briefing-hit__by").last.text_content())
    choose(page, facet(page, "record", "^Outcomes"), on=False)


def test_a_choice_that_empties_the_list_can_be_dropped(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/?q=tariffs&record=outcome")
    page.wait_for_selector(READY, state="attached")
    assert page.locator(".briefing-search__status").text_content() == "Nothing was found for “tariffs”."
    assert count(facet(page, "record", "^Statements")) > 0, "what can be chosen instead"
    page.get_by_role("button", name="Search without “Outcomes”").click()
    page.wait_for_selector(f"{READY} .briefing-hit")
    assert "record=" not in page.url
    assert not page.locator(".briefing-search__offers button").count()
    page.goto(f"{server}/?q=abracadabra&record=outcome")
    page.wait_for_selector(READY, state="attached")
    assert not page.locator(".briefing-search__offers button").count(), "it is not what was chosen"
    page.close()


def test_every_facet_is_there_with_its_counts_before_the_first_word(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/", wait_until="networkidle")
    page.locator(".briefing-search-open").wait_for()
    page.keyboard.press("/")
    page.wait_for_selector(READY, state="attached")
    groups = page.locator(".briefing-search__groups > details > summary").all_text_contents()
    assert groups == [
        *("Kind of page", "Records", "Summits", "Leaders", "Themes", "Outlets", "Kind of article", "Year"),
    ]
    for kind in ("article", "leader", "summit"):
        number = len(list((ROOT / "content" / f"{kind}s").glob("*.md")))
        assert count(facet(page, "kind", f"^{kind.capitalize()}s")) == number
    assert count(facet(page, "type", "opinion")) > 1
    page.close()


def test_facets_narrow_down_together_and_the_address_brings_the_same_back(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/?q=", wait_until="networkidle")
    ask(page, "Israel")
    articles = count(facet(page, "kind", "^Articles"))
    facet(page, "kind", "^Articles").click()
    page.wait_for_selector(READY, state="attached")
    assert said(page) == (articles, articles)
    assert set(page.locator(".briefing-hit__kind").all_text_contents()) == {"Article"}
    assert count(facet(page, "kind", "^Leaders")) > 0, "as many as there would be with leaders as well"
    expected = count(facet(page, "record", "^Statements"))
    facet(page, "record", "^Statements").click()
    page.wait_for_selector(READY, state="attached")
    assert said(page) == (min(expected, 20), expected)
    kinds = set(page.locator(".briefing-hit__kind").all_text_contents())
    assert kinds == {"Statement"}
    found = page.locator(".briefing-hit a").all_text_contents()
    assert "q=Israel&kind=article&record=statement" in page.url
    other = browser.new_page(viewport={"width": 390, "height": 844})
    other.goto(page.url)
    other.wait_for_selector(READY, state="attached")
    assert other.locator(".briefing-hit a").all_text_contents() == found
    other.locator(".briefing-search__chips button", has_text="Statements").click()
    other.wait_for_selector(READY, state="attached")
    assert "record=" not in other.url
    page.close()
    other.close()


def test_two_values_of_a_facet_find_what_has_one_of_them(browser, server):
    page = browser.new_page()
    both = ("associated-press", "upi")
    page.goto(f"{server}/?q=&kind=article&outlet={both[0]}&outlet={both[1]}", wait_until="networkidle")
    page.wait_for_selector(f"{READY} .briefing-hit")
    texts = [path.read_text("utf-8") for path in (ROOT / "content/articles").glob("*.md")]
    expected = [text for text in texts if any(f"outlet: {slug}\n" in text for slug in both)]
    assert page.locator(".briefing-hit").count() == len(expected) > 2
    page.close()


def test_results_are_put_in_the_order_of_time_on_request(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/?q=Trump&kind=summit&sort=day", wait_until="networkidle")
    page.wait_for_selector(READY, state="attached")
    lines = page.locator(".briefing-hit--page .briefing-hit__source").all_text_contents()
    days = [line.split(",")[0] for line in lines]
    months = {"August": 8, "September": 9}
    dated = [
        (months[m[2]], int(m[1])) for m in (re.search(r"(\d+) (August|September) 2025", day) for day in days) if m
    ]
    assert len(dated) > 3
    assert dated == sorted(dated, reverse=True)
    page.close()


@pytest.mark.parametrize("key", ["/", "s", "f"])
def test_the_keys_of_material_open_it_and_the_keyboard_is_enough(browser, server, key):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/leaders/", wait_until="networkidle")
    page.locator(".briefing-search-open").wait_for()
    page.keyboard.press(key)
    page.keyboard.type("Tianjin", delay=20)
    page.wait_for_selector(f"{READY} .briefing-hit a")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelector('.briefing-hit a')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('.briefing-search__input')")
    page.keyboard.press("Escape")
    assert not page.evaluate("document.querySelector('.briefing-search').open")
    page.wait_for_url(lambda address: "q=" not in address)
    page.keyboard.press(key)
    page.wait_for_selector(f"{READY} .briefing-hit a")
    title = first(page)[1]
    page.keyboard.press("Enter")
    page.wait_for_url("**/summits/**")
    assert page.locator("h1").text_content() == title
    page.close()


def test_who_presses_enter_before_there_is_an_answer_is_taken_to_it(browser, server):
    page = browser.new_page()
    page.goto(f"{server}/?q=", wait_until="networkidle")
    page.keyboard.type("Alaska summit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/summits/alaska-summit-2025/**")
    page.close()


def test_the_keyboard_narrows_down_and_keeps_its_place(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/?q=Israel", wait_until="networkidle")
    page.wait_for_selector(READY, state="attached")
    fold = page.locator(".briefing-search [data-group=theme]")
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    fold.locator("input").first.wait_for()
    page.wait_for_selector(READY, state="attached")
    assert page.evaluate("document.activeElement.textContent") == "Themes"
    page.keyboard.press("Tab")
    picked = page.evaluate("document.activeElement.value")
    page.keyboard.press("Space")
    page.wait_for_selector(".briefing-search__chips li")
    page.wait_for_selector(READY, state="attached")
    assert page.evaluate("document.activeElement.value") == picked
    assert f"theme={picked}" in page.url
    page.close()


def test_where_nothing_is_found_no_facet_counts_anything(page):
    ask(page, "150 tariffs")
    assert set(page.locator(".briefing-search details[open] .briefing-search__count").all_text_contents()) == {"0"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_in_the_open_search_nor_in_a_list_that_is_narrowed_down(browser, server, screen, scheme):
    width, height = SCREENS[screen]
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    found = []
    for path in ("/?q=", "/?q=Israel&record=statement", "/?q=150+tariffs", "/statements/?leader=vladimir-putin"):
        page.goto(server + path, wait_until="networkidle")
        for fold in page.locator(".briefing-search__facets:not([open]) > summary").all():
            if fold.is_visible():
                fold.click()
        found += faults(page, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert not found
    context.close()


def test_a_search_works_under_the_policy_and_asks_no_other_host(browser, strict):
    page = browser.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{strict}/?q=Tianjin", wait_until="networkidle")
    page.wait_for_selector(f"{READY} .briefing-hit")
    assert any(".pf_fragment" in url for url in asked)
    assert not [url for url in asked if not url.startswith((strict, "data:"))]
    assert not said
    page.close()


def test_the_page_of_statements_is_narrowed_down_by_facets_and_leads_on_to_the_search(browser, server):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{server}/statements/", wait_until="networkidle")
    statements = page.locator(".briefing-statement")
    every = statements.count()
    page.locator(".briefing-filter > summary").click()
    fold = page.locator(".briefing-filter [data-group=leader]")
    fold.locator("summary").click()
    label = fold.locator("label", has_text="Vladimir Putin")
    expected = count(label)
    label.locator("input").check()
    assert page.locator(".briefing-statement:visible").count() == expected < every
    assert page.locator(".briefing-filter__status").text_content() == f"{expected} of the {every} on this page."
    assert page.url.endswith("?leader=vladimir-putin")
    page.reload()
    expect(page.locator(".briefing-statement:visible")).to_have_count(expected)  # as soon as the script has run
    assert page.locator("h2:visible").count() == page.locator(".briefing-records:visible").count()
    page.get_by_role("button", name="Search in all of them").click()
    page.wait_for_selector(f"{READY} .briefing-hit")
    assert set(page.locator(".briefing-hit__kind").all_text_contents()) == {"Statement"}
    page.close()


def test_without_scripts_the_page_of_statements_is_whole_and_no_search_pretends_to_be_there(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server}/statements/?leader=vladimir-putin")
    total = int(re.search(r"(\d+) on file", page.locator(".briefing-summary").text_content())[1])
    assert page.locator(".briefing-statement:visible").count() == total
    assert page.locator(".briefing-search-open, .briefing-filter, .md-search").count() == 0
    context.close()


# --- the index


def entry(year, slug, words="Words."):
    page = f'<html lang="en"><body><main data-pagefind-body><h1>{slug}</h1><p>{words}</p></main></body></html>'
    return Entry(f"/articles/{slug}/", page, (("kind", "article"),), date(int(year), 5, 1).toordinal())


HOME = Entry("/", '<html lang="en"><body><main data-pagefind-body><h1>Home</h1></main></body></html>', ())


def tree(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_entries_in_any_order_make_the_same_bytes(tmp_path):
    entries = [
        replace(e, html=e.html.replace("<main", f'<p data-pagefind-filter="leader">l{n % 7}</p><main'))
        for n, e in enumerate(entry(str(2020 + n % 2), f"a{n}", f"Words {n} of {n % 9}.") for n in range(60))
    ]
    for name, some in (("one", entries), ("two", entries[::-1])):
        indexing.index([HOME, *some], {}, "en", tmp_path / "none", tmp_path / name)
    assert len(tree(tmp_path / "one")) > 60
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_only_the_year_in_which_something_changed_is_indexed_again(tmp_path):
    entries = [HOME, entry("2023", "a"), entry("2024", "b"), entry("2025", "c")]
    made = indexing.index(entries, {}, "en", tmp_path / "none", tmp_path / "one")
    assert made == ["2023", "2024", "2025", "site"]
    changed = [*entries[:3], entry("2025", "c", "Other words.")]
    assert indexing.index(changed, {}, "en", tmp_path / "one", tmp_path / "two") == ["2025"]
    indexing.index(changed, {}, "en", tmp_path / "none", tmp_path / "clean")
    assert tree(tmp_path / "two") == tree(tmp_path / "clean"), "as if it had been made from nothing"
    assert indexing.index(changed, {}, "en", tmp_path / "two", tmp_path / "three") == []


def test_a_part_that_was_lost_is_made_again(tmp_path):
    indexing.index([HOME, entry("2025", "c")], {}, "en", tmp_path / "none", tmp_path / "one")
    shutil.rmtree(tmp_path / "one/pagefind/2025")
    assert indexing.index([HOME, entry("2025", "c")], {}, "en", tmp_path / "one", tmp_path / "two") == ["2025"]


@pytest.fixture
def binary(tmp_path, monkeypatch):
    """Puts a script in the place of Pagefind."""

    def put(script):
        path = tmp_path / "pagefind"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setattr(indexing, "_binary", lambda: str(path))
        indexing._version.cache_clear()

    yield put
    indexing._version.cache_clear()


def test_pagefind_that_ends_before_it_is_done_is_an_error(binary, tmp_path):
    binary("test $1 = --version && echo pagefind 1.5.9")
    assert indexing.missing() == ""
    with pytest.raises(GeneratorError, match="ended before it was done"):
        indexing.index(
            [HOME, *(entry("2025", f"a{n}", "Words " * 999) for n in range(99))], {}, "en", tmp_path, tmp_path
        )


@pytest.mark.parametrize("version", ["1.4.0", "2.0.0", ""])
def test_another_version_of_pagefind_is_not_used(binary, version):
    binary(f"echo pagefind {version}")
    assert "1.5.x" in indexing.missing()


def test_hand_written_pages_are_found_by_their_words(settings):
    page = "<nav>No.</nav><article class=x><h1>About&nbsp;us</h1><script>1</script><p>Some <b>words</b></p></article>"
    found = of_html("/about/", page, settings)
    assert "<h1>About us</h1>" in found.html
    assert "<p>Some words</p>" in found.html
    assert "No." not in found.html


def test_words_of_content_cannot_become_markup_of_the_index(settings):
    found = of_html(
        "/about/", "<article><h1>&lt;i&gt;</h1>&lt;p data-pagefind-filter=&quot;kind&quot;&gt;</article>", settings
    )
    assert "<i>" not in found.html
    assert '<p data-pagefind-filter="kind">&' not in found.html


def test_serving_does_not_wait_for_the_index_and_uses_the_last_one_until_it_is_there(tmp_path):
    def saying(text):
        def make(last, target):
            seen.append((last / "search.json").read_text() if (last / "search.json").exists() else "none")
            (target / "pagefind").mkdir(parents=True)
            (target / "search.json").write_text(text)

        return make

    seen = []
    published, served = tmp_path / "published", tmp_path / "served"
    (published / "pagefind").mkdir(parents=True)
    (published / "search.json").write_text("published")
    search = searching.Search(seen.append)
    search.active = True
    with search._turn:  # as if the index took long
        thread = search.begin(saying("first"), published, served)
        assert (served / "search.json").read_text() == "published"
    thread.join()
    assert (served / "search.json").read_text() == "first"
    search.begin(saying("second"), published, served).join()
    assert seen == ["published", "first"]
    assert (served / "search.json").read_text() == "second"
    search.close()


def test_an_index_that_comes_too_late_is_not_put_into_a_folder_that_goes(tmp_path):
    def make(last, target):
        begun.set()
        assert stopped.wait(20)
        (target / "pagefind").mkdir(parents=True)
        (target / "search.json").write_text("late")

    begun, stopped, served = threading.Event(), threading.Event(), tmp_path / "served"
    search = searching.Search(print)
    search.active = True
    thread = search.begin(make, tmp_path / "published", served)
    assert begun.wait(20)
    search.close()
    stopped.set()
    thread.join(20)
    assert not thread.is_alive()
    assert not served.exists()


def test_where_pagefind_does_not_run_the_build_says_so_and_has_the_search_of_material(tmp_path):
    site = copy_site(tmp_path / "site")
    (tmp_path / "fake" / "pagefind_bin").mkdir(parents=True)
    broken = "def get_executable():\n    return '/no/such/binary'\n"
    (tmp_path / "fake" / "pagefind_bin" / "__init__.py").write_text(broken)
    result = mkdocs_build(site, tmp_path / "out", PYTHONPATH=os.pathsep.join([str(tmp_path / "fake"), str(ROOT)]))
    assert result.returncode == 0, result.stderr
    assert "Pagefind does not run here" in result.stderr
    assert (tmp_path / "out/search/search_index.json").exists()
    assert not (tmp_path / "out/pagefind").exists()
    home = (tmp_path / "out/index.html").read_text("utf-8")
    assert 'data-md-component="search"' in home
    assert "assets/search" not in home
    assert "wasm-unsafe-eval" not in (tmp_path / "out/_headers").read_text("utf-8")


def test_a_site_that_wants_no_search_of_its_own_has_that_of_material(site, tmp_path):
    config = site / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("  - briefing:\n", "  - briefing:\n      search: false\n"), "utf-8"
    )
    assert mkdocs_build(site, tmp_path / "out").returncode == 0
    assert (tmp_path / "out/search/search_index.json").exists()
    assert not (tmp_path / "out/search.json").exists()
