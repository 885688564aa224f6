"""Composed pages: the small site, page by page, against golden files; and what they must have in common."""

import json
import re
from dataclasses import replace

import pytest
from conftest import HERE, SITE, pages_of, source
from test_views import write_site

from generator.build import check
from generator.composing.assembling import render
from generator.core import urls
from generator.syndication.feeds import FeedContent, items_of

GOLDEN = HERE / "golden"


def compose_site(settings):
    return {page.path: page for page in pages_of(check(SITE / "content", settings).library, settings, {})}


def test_every_page_of_the_small_site_is_composed_as_before(settings, golden):
    pages = compose_site(settings)
    for path, page in pages.items():
        golden(GOLDEN / path, source(page))
    assert {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.md")} == set(pages)


def test_every_internal_link_leads_to_a_page_and_an_anchor(settings):
    pages = compose_site(settings)
    rendered = {}
    targets = []
    for path, page in pages.items():
        rendered[path] = render(page.markdown)
        rendered[path].page(lambda href, path=path: targets.append((path, href)) or href)
    for path, href in targets:
        if re.match(r"[a-z]+:", href):
            continue
        file, _, anchor = href.partition("#")
        target = urls.resolve(file, path) if file else path
        if target.endswith((".xml", ".json", ".opml", ".ics")):
            continue
        assert target in pages, (path, href)
        assert not anchor or anchor in rendered[target].ids, (path, href)


def test_ids_are_unique_on_every_page(settings):
    for path, page in compose_site(settings).items():
        ids = re.findall(r'\sid="([^"]+)"', render(page.markdown).page(str))
        assert len(ids) == len(set(ids)), path


def test_every_record_type_is_shown_on_the_digest_and_on_what_it_concerns(settings):
    pages = compose_site(settings)
    headings = {"Key points", "Timeline", "Statements", "Key figures", "Positions", "Outcomes", "What to watch"}
    headings |= {"Sources differ"}
    for path in ("articles/drawn-final.md", "matches/riga-match-2024.md"):
        assert headings <= {heading.title for heading in render(pages[path].markdown).headings}


def test_what_was_collected_says_where_it_comes_from_and_opinion_is_marked(settings):
    page = compose_site(settings)["matches/riga-match-2024.md"].text
    (line,) = [line for line in page.splitlines() if "found the match dull" in line]
    assert "[An early report, opinion](../articles/early-report.md#point-" in line, "its outlet is not known"
    assert line.endswith("[^early-report]</span>")
    assert re.search(r"^\[\^early-report\]: Unidentified outlet, .*, opinion\.$", page, re.MULTILINE)


def test_a_briefing_begins_with_the_first_of_each_source_and_ends_with_opinion(settings, tmp_path):
    point = "## Key points\n- {0} one. #clocks\n- {0} two. #clocks\n- {0} three. #clocks\n"
    texts = {name: ("", point.format(name.capitalize())) for name in ("early", "view", "late")}
    write_site(tmp_path, texts)
    view = tmp_path / "articles/view.md"
    view.write_text(view.read_text("utf-8").replace("kind: news", "kind: opinion"), "utf-8")
    page = next(p for p in pages_of(check(tmp_path, settings).library, settings, {}) if p.path == "themes/clocks.md")
    found = re.findall(r"(?:Early|View|Late) (?:one|two|three)", page.markdown.partition("## Key points")[2])
    first, rest = found[:2], found[2:6]
    assert sorted(first) == ["Early one", "Late one"]
    assert rest == [f"{name.split()[0]} {which}" for name in first for which in ("two", "three")]
    assert found[6:9] == ["View one", "View two", "View three"]


def test_what_a_leader_said_is_apart_from_what_others_said(settings):
    page = compose_site(settings)["players/magnus-berzins.md"].markdown
    assert "## Statements" in page
    assert "## Said by others" not in page
    assert page.index("I had nothing left") > page.index("## Statements")


def test_the_positions_of_a_leader_are_apart_from_those_of_others(settings, tmp_path):
    body = "## Positions\n- [[ben]] on #clocks: wants what [[anna]] has.\n- [[anna]] on #clocks: wants more.\n"
    write_site(tmp_path, {"one": ("", body)})
    pages = {page.path: page.markdown for page in pages_of(check(tmp_path, settings).library, settings, {})}
    own, others = pages["players/anna.md"].partition("## Positions\n")[2].split("## Positions of others\n")
    assert ("wants more" in own, "wants what" in own) == (True, False)
    assert "wants what" in others.partition("## ")[0]
    assert "## Positions of others" not in pages["players/ben.md"]
    assert "## Positions of others" not in pages["themes/clocks.md"]


def test_titles_are_escaped_wherever_they_land(settings):
    for path, page in compose_site(settings).items():
        html = render(page.markdown).page(str)
        assert "<clocks>" not in html, path


def test_another_name_for_a_taxonomy_is_used_in_addresses_and_headings(settings):
    pages = compose_site(settings)
    assert {"matches/index.md", "players/index.md"} <= set(pages)
    assert pages["players/index.md"].title == "Players"
    text = "".join(re.sub(r'(class|data-facets)="[^"]*"', "", page.markdown) for page in pages.values())
    assert not re.search("leader|summit", text, re.IGNORECASE)


def test_a_page_without_a_home_file_is_made_from_the_settings(settings, tmp_path):
    (page,) = [p for p in pages_of(check(tmp_path, settings).library, settings, {}) if p.path == "index.md"]
    assert (page.title, page.edit_path) == ("Chess Briefing", None)


def test_the_edit_path_of_a_page_is_the_file_that_an_editor_edits(settings):
    pages = compose_site(settings)
    assert pages["articles/drawn-final.md"].edit_path == "articles/drawn-final.md"
    assert pages["articles/index.md"].edit_path is None
    assert pages["articles/2024/05.md"].edit_path is None


def who_was_there(site, settings, people, status="held"):
    """Return what the facts of a meeting say of who was there, given the part of each; and its page."""
    names = [f"player-{number}" for number in range(len(people))]
    write_site(site, {"one": ("", "")}, **dict.fromkeys(names))
    parts = [f"{{leader: {name}, status: {part}, cite: [one]}}" for name, part in zip(names, people, strict=True)]
    front = f"title: Riga\nstart: 2024-05-01\nsummary: s\nstatus: {status}\nparticipants: [{', '.join(parts)}]"
    (site / "matches").mkdir()
    (site / "matches" / "riga.md").write_text(f"---\n{front}\n---\n", "utf-8")
    page = pages_of(check(site, settings).library, settings, {})
    (text,) = [one.markdown for one in page if one.path == "matches/riga.md"]
    return re.findall(r"^-   \*\*Who was there:\*\* (.*)", text, re.MULTILINE), text


def test_facts_of_a_meeting_name_who_was_there_and_not_who_was_expected_or_stayed_away(settings, tmp_path):
    parts = ["absent", "attended", "invited", "host", "expected"]
    (facts,), text = who_was_there(tmp_path, settings, parts)
    assert facts == "[Player-1 Kalns](../players/player-1.md), [Player-3 Kalns](../players/player-3.md)"
    assert text.count("| absent |") == 1, "the table below has all"


def test_facts_of_a_large_meeting_name_the_first_and_lead_to_the_table_of_all(settings, tmp_path):
    (facts,), _ = who_was_there(tmp_path / "few", settings, ["attended"] * 5)
    assert facts.count("](../players/") == 5
    (facts,), text = who_was_there(tmp_path / "many", settings, ["attended"] * 6 + ["expected"])
    assert facts.count("](../players/") == 3
    assert facts.endswith(" and [3 more](#attendance)")
    there = text.partition('id="attendance"')[2].partition("</div>")[0]
    assert there.count("| attended |") == 6


def test_nobody_was_at_a_meeting_that_is_to_come_or_was_cancelled(settings, tmp_path):
    for status in ("planned", "cancelled"):
        assert who_was_there(tmp_path / status, settings, ["host", "expected"], status)[0] == []


def test_the_table_of_people_does_not_claim_that_those_were_there_who_were_expected(settings, tmp_path):
    for at, (status, part, heading) in enumerate(
        (
            ("held", "attended", "Who was there"),
            ("held", "expected", "Who was expected"),
            ("cancelled", "host", "Who was expected"),
            ("planned", "expected", "Who is expected"),
        )
    ):
        _, text = who_was_there(tmp_path / str(at), settings, [part], status)
        assert re.findall(r"^## (Who .*)", text, re.MULTILINE) == [heading]


def test_a_digest_is_filed_under_what_it_lists_and_the_meetings_of_its_records(settings, tmp_path):
    body = "## Key points\n- A game. #riga\n- A talk of [[anna]].\n"
    write_site(tmp_path, {"one": ("", body)})
    (tmp_path / "matches").mkdir()
    (tmp_path / "matches/riga.md").write_text("---\ntitle: Riga\nstart: 2024-05-01\nsummary: s\n---\n", "utf-8")
    library = check(tmp_path, settings).library
    (page,) = [page for page in pages_of(library, settings, {}) if page.path == "articles/one.md"]
    facts = re.findall(r"^-   \*\*(Match|Player|Theme)s?:\*\* \[(.*?)\]", page.markdown, re.MULTILINE)
    assert facts == [("Match", "Riga"), ("Theme", "Clocks")]
    described = json.loads(page.compose().structured)["@graph"][0]
    assert [about["name"] for about in described["about"]] == ["Riga", "Clocks"]
    (item,) = items_of(library, settings, FeedContent(lambda article: "", lambda article: b""))["one"]
    assert item.categories == ("Riga", "Clocks")


@pytest.mark.parametrize("directory_urls", [True, False])
def test_composed_markdown_does_not_depend_on_how_addresses_look(settings, directory_urls):
    flat = replace(settings, directory_urls=directory_urls)
    texts = [{path: page.markdown for path, page in compose_site(found).items()} for found in (flat, settings)]
    assert texts[0] == texts[1]


def test_meetings_of_which_only_the_year_is_known_stand_together_whatever_lies_between_them(settings, site):
    summit = "---\ntitle: {}\nstart: {}\nsummary: S.\npart_of: riga-match-2024\n---\n"
    for name, start in (("one", "2024"), ("two", "2024-12"), ("three", "2024-09/2024-11")):
        (site / f"content/matches/{name}.md").write_text(summit.format(name.title(), start), "utf-8")
    pages = {page.path: page for page in pages_of(check(site / "content", settings).library, settings, {})}
    headings = re.findall(r"^## (.*)", pages["matches/index.md"].markdown, re.MULTILINE)
    assert headings == ["2024", "December 2024", "April 2024"]


def test_a_document_that_is_named_by_two_of_its_slugs_is_named_once(settings, site):
    digest = site / "content/articles/drawn-final.md"
    text = digest.read_text("utf-8").replace("[fast-time-controls]\n", "[blitz, fast-time-controls]\n", 1)
    digest.write_text(text, "utf-8")
    theme = site / "content/themes/fast-time-controls.md"
    theme.write_text(theme.read_text("utf-8").replace("\nsummary", "\nredirect_from: [blitz]\nsummary", 1), "utf-8")
    library = check(site / "content", settings).library
    page = {page.path: page for page in pages_of(library, settings, {})}["articles/drawn-final.md"]
    assert re.search(r"\*\*Themes?:\*\* (.*)", page.markdown)[1].count("](") == 1
    about = json.loads(page.body.structured)["@graph"][0]["about"]
    assert len({thing["@id"] for thing in about}) == len(about)
