"""The views: pages made of the records of all documents, each row with its source."""

import re
from datetime import date
from xml.etree import ElementTree

import icalendar
import pytest
from conftest import ROOT, SITE

from generator.assets.calendar import calendar
from generator.build import build, check
from generator.composing.graph import Meeting, draw
from generator.composing.sections import FOLD, MOST, ROOM
from generator.composing.tables import POSITIONS
from generator.composing.views import PAGE, VIEWS, paged


def write_site(folder, digests=(), points=0, **leaders):
    """Write a site with a theme, a meeting and digests; return its pages by path."""

    def write(path, front, body=""):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(f"---\n{front}\n---\n\n{body}\n", "utf-8")

    write("outlets/gazette.md", "title: Gazette\nkind: newspaper\ncountry: Latvia")
    write("outlets/herald.md", "title: Herald\nkind: newspaper")
    write("themes/clocks.md", "title: Clocks\nsummary: s")
    for slug in leaders or ("anna", "ben", "cleo"):
        write(f"players/{slug}.md", f"title: {slug.capitalize()} Kalns\nrole: Player\ncountry: Latvia\nsummary: s")
    for slug, (front, body) in dict(digests).items():
        base = "title: {}\noutlet: gazette\npublished: 2024-05-02\nkind: news\nsummary: s\nthemes: [clocks]\n"
        write(f"articles/{slug}.md", base.format(slug) + front, body)
    return folder


@pytest.fixture
def pages(settings):
    return lambda root: {page.path: page for page in build(root, settings).pages}


def test_there_is_a_page_for_each_view_and_it_leads_to_the_others(pages):
    found = pages(SITE / "content")
    for view in VIEWS:
        page = found[f"{view.slug}/index.md"]
        assert page.title == view.title
        assert all(f"({'../' + other.slug}/index.md)" in page.text for other in VIEWS if other is not view)


def test_every_record_of_the_real_site_is_in_its_view_with_its_source(real_settings):
    root = ROOT / "content"
    library = check(root, real_settings).library
    found = {page.path: page for page in build(root, real_settings).pages}
    for view in VIEWS:
        if view.record is None:
            continue
        text = "".join(page.text for path, page in found.items() if path.startswith(f"{view.slug}/"))
        for appearance in library.appearances:
            if type(appearance.record) is view.record:
                assert f"{appearance.origin.slug}.md#{appearance.record.anchor}" in text


def test_a_list_that_grows_is_paged_from_the_oldest_so_that_full_pages_stay(pages, tmp_path):
    body = "## Timeline\n" + "".join(f"- {1600 + n}-01-01: event {n}.\n" for n in range(PAGE + 5))
    site = write_site(tmp_path, {"one": ("", body)})
    before = pages(site)
    assert "event 4." in before["timeline/1.md"].text
    assert f"event {PAGE}." not in before["timeline/1.md"].text
    assert f"event {PAGE + 4}." in before["timeline/index.md"].text
    assert "Page 2 · [Older](../timeline/1.md)" in before["timeline/index.md"].text
    write_site(tmp_path, {"one": ("", body + "- 2024-01-01: and one more.\n")})
    after = pages(site)
    assert after["timeline/1.md"].text == before["timeline/1.md"].text
    assert after["timeline/index.md"].text != before["timeline/index.md"].text


def test_cutting_into_pages():
    assert paged([], 3) == [()]
    assert paged([1, 2, 3, 4], 3) == [[1, 2, 3], [4]]


def test_the_timeline_is_by_month_newest_first(pages, tmp_path):
    body = "## Timeline\n- 2024-03-01: first.\n- 2024-05-01: last.\n- 2024-04: between.\n"
    text = pages(write_site(tmp_path, {"one": ("", body)}))["timeline/index.md"].text
    months = [line for line in text.splitlines() if line.startswith("## ")]
    assert months == ["## May 2024", "## April 2024", "## March 2024"]


def test_what_goes_on_for_months_or_a_year_does_not_tear_the_timeline_apart(pages, tmp_path):
    days = ("2024-04-03", "2024-03/2024-04", "2024-02-01/2024-04-20", "2024-04-28", "2024", "2024-12-31", "2023/2024")
    body = "## Timeline\n" + "".join(f"- {day}: on {day}.\n" for day in days)
    text = pages(write_site(tmp_path, {"one": ("", body)}))["timeline/index.md"].text
    months = [line for line in text.splitlines() if line.startswith("## ")]
    assert months == ["## 2024", "## December 2024", "## April 2024"]


def test_records_of_a_day_stand_in_the_order_of_their_digest(pages, tmp_path):
    body = "## Timeline\n" + "".join(f"- 2024-03-01: {word} thing.\n" for word in ("a", "third", "second", "zero"))
    text = pages(write_site(tmp_path, {"one": ("", body)}))["timeline/index.md"].text
    assert re.findall(r"(\w+) thing", text) == ["a", "third", "second", "zero"]


def write_match(site, slug, start, status="held"):
    (site / "matches").mkdir(exist_ok=True)
    front = f"title: {slug.capitalize()}\nstart: {start}\nsummary: s\nstatus: {status}"
    (site / "matches" / f"{slug}.md").write_text(f"---\n{front}\n---\n", "utf-8")


def parts_of(text):
    """Return the headings of a list of records, each with what its records begin with, up to a comma."""
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    return {
        part.partition("\n")[0]: re.findall(
            r"^-   <span [^>]*></span>(?:<span.*?</span> )?(.*?),", part, re.MULTILINE
        )
        for part in parts
    }


def test_outcomes_are_by_meeting_newest_first_and_those_without_one_are_told(pages, tmp_path):
    body = "## Outcomes\n- A rematch, agreed. #oslo #riga\n- Rules, agreed. #riga\n- A fund, announced. #clocks\n"
    view = "## Outcomes\n- A talk, agreed in Tartu.\n- A draw, agreed with [[oslo]] in mind. #riga\n"
    site = write_site(tmp_path, {"one": ("", body), "view": ("added: 2024-05-03", view)})
    opinion = site / "articles" / "view.md"
    opinion.write_text(opinion.read_text("utf-8").replace("kind: news", "kind: opinion"), "utf-8")
    for slug, start, status in (
        ("riga", "2024-05-01", "held"),
        ("tartu", "2024-05-02", "held"),
        ("oslo", "2024-07", "planned"),
        ("turku", "2024-04", "held"),
    ):
        write_match(site, slug, start, status)
    text = pages(site)["outcomes/index.md"].text
    assert list(parts_of(text).items()) == [
        ("[Tartu](../matches/tartu.md)", ["A talk"]),
        ("[Riga](../matches/riga.md)", ["A rematch", "Rules", "A draw"]),
        ("No match named", ["A fund"]),
    ]
    assert "**Nothing on file:** [Turku](../matches/turku.md)\n" in text


def test_what_to_watch_tells_what_is_past_on_the_newest_day(pages, tmp_path):
    dates = (
        "2024-05-01: first",
        "2024-05: may",
        "2024-06-01: june",
        "2024-05-02: today",
        "whether",
        "2024-04: april",
    )
    site = write_site(tmp_path, {"one": ("", "## What to watch\n" + "".join(f"- {one}, ever.\n" for one in dates))})
    text = pages(site)["watch/index.md"].text
    assert parts_of(text) == {
        "Still ahead": ["today", "may", "june"],
        "No date given": ["whether"],
        "Past": ["first", "april"],
    }
    assert "What was due before 2 May 2024, the newest day on this site, is past." in text
    assert "today" in pages(site)["index.md"].text
    assert "april" not in pages(site)["index.md"].text


def test_attendance_has_a_row_for_each_leader_at_a_meeting_with_status_and_source(pages, tmp_path):
    site = write_site(tmp_path, {"one": ("", "")})
    (site / "matches").mkdir()
    for slug, parts in (("riga", "anna: host, ben: attended"), ("oslo", "ben: absent")):
        people = ", ".join(
            f"{{leader: {one.split(': ')[0]}, status: {one.split(': ')[1]}, cite: [one]}}"
            for one in parts.split(", ")
        )
        (site / "matches" / f"{slug}.md").write_text(
            f"---\ntitle: {slug}\nstart: 2024-05-0{len(slug) - 3}\nsummary: s\nparticipants: [{people}]\n---\n",
            "utf-8",
        )
    text = pages(site)["attendance/index.md"].text
    anna, ben = (
        next(line for line in text.splitlines() if line.startswith(f"| [{name} Kalns]")) for name in ("Anna", "Ben")
    )
    assert anna.count(">host</span>[^one]") == 1
    assert anna.count('title="not on file"') == 1
    assert ">attended</span>[^one]" in ben
    assert ">absent</span>[^one]" in ben
    assert "**No meeting on file:** [Cleo Kalns]" in text


def test_positions_have_a_cell_for_each_leader_and_theme_and_empty_ones_say_so(pages, tmp_path):
    body = "## Positions\n- [[anna]] on #clocks: wants slow ones.\n- [[ben]] on #time: wants more.\n"
    site = write_site(tmp_path, {"one": ("", body)})
    (site / "themes" / "time.md").write_text("---\ntitle: Time\nsummary: s\n---\n", "utf-8")
    text = pages(site)["positions/index.md"].text
    (anna,) = [line for line in text.splitlines() if line.startswith("| [Anna Kalns]")]
    assert anna.count("[1](#position-") == 1
    assert anna.count('title="none on file">–</span>') == 1
    assert "wants slow ones" in text
    assert "[Gazette](../articles/one.md#position-" in text


def test_the_table_of_positions_has_the_newest_of_each_leader_and_leads_to_all_others(pages, tmp_path):
    now = "".join(f"- [[anna]] on #clocks: wants {number}.\n" for number in range(POSITIONS + 6))
    site = write_site(tmp_path, {"one": ("", f"## Positions\n{now}")})
    (site / "themes" / "time.md").write_text("---\ntitle: Time\nsummary: s\n---\n", "utf-8")
    before = (site / "articles" / "one.md").read_text("utf-8")
    before = before.replace("2024-05-02", "2023-05-02").partition("## ")[0]
    (site / "articles" / "before.md").write_text(f"{before}## Positions\n- [[anna]] on #time: wanted it.\n", "utf-8")
    text = pages(site)["positions/index.md"].text
    (anna,) = [line for line in text.splitlines() if line.startswith("| [Anna Kalns]")]
    assert f"[{POSITIONS + 6}](#position-" in anna
    assert "[1](../players/anna.md#positions)" in anna  # none of these is among the newest
    assert len(re.findall(r"wants \d", text)) == POSITIONS
    assert f"[All {POSITIONS + 7} positions](../players/anna.md#positions)" in text


def test_coverage_counts_digests_by_kind_outlet_and_country(pages, tmp_path):
    site = write_site(tmp_path, {"one": ("summits: [riga]", ""), "two": ("summits: [riga]", "")})
    two = site / "articles" / "two.md"
    two.write_text(
        two.read_text("utf-8").replace("kind: news", "kind: opinion").replace("gazette", "herald"), "utf-8"
    )
    (site / "matches").mkdir()
    (site / "matches" / "riga.md").write_text("---\ntitle: Riga\nstart: 2024-05-01\nsummary: s\n---\n", "utf-8")
    (row,) = [line for line in pages(site)["coverage/index.md"].text.splitlines() if line.startswith("| [Riga]")]
    assert "| 2 |" in row
    assert ">news</span> 1" in row
    assert ">opinion</span> 1" in row
    assert "Latvia 1, country not known 1" in row


def test_the_graph_is_sound_svg_that_escapes_names_and_says_the_same_as_its_table():
    svg = draw(
        [Meeting("A <b> & c", "1 May", ("Ann", "Bo")), Meeting("D", "2 May", ("Ann",))], ("Players", "Matches")
    )
    root = ElementTree.fromstring(svg)
    texts = [element.text for element in root.iter("text")]
    assert set(texts) == {"Players", "Matches", "A <b> & c, 1 May", "D, 2 May", "Ann", "Bo"}
    assert len(list(root.iter("path"))) == 3
    assert "\n\n" not in svg


def test_many_who_met_nobody_else_stand_together_in_the_graph():
    svg = draw(
        [Meeting("Big", "1 May", tuple(f"P{n}" for n in range(9))), Meeting("Small", "2 May", ("P0",))], ("a", "b")
    )
    texts = [element.text for element in ElementTree.fromstring(svg).iter("text")]
    assert "8 others: Big" in texts
    assert "P5" not in texts


def test_what_to_watch_with_a_date_is_a_calendar_that_a_calendar_program_reads(settings, tmp_path):
    body = "## What to watch\n- 2024-06-01: **the vote**, of [[anna]].[^one]\n- 2024-07: talks.\n- an open end.\n"
    library = check(write_site(tmp_path, {"one": ("", body.replace("[^one]", ""))}), settings).library
    data = calendar(library, settings)
    assert data == calendar(library, settings)
    vote, talks = icalendar.Calendar.from_ical(data).walk("VEVENT")
    assert (vote["dtstart"].dt, vote["dtend"].dt) == (date(2024, 6, 1), date(2024, 6, 2))
    assert vote["summary"] == "the vote, of Anna Kalns."
    assert vote["uid"].startswith("tag:chess.example.org,2024:article/one/watch/watch-")
    assert vote["url"].startswith("https://chess.example.org/club/articles/one/#watch-")
    assert (talks["dtstart"].dt, talks["dtend"].dt) == (date(2024, 7, 1), date(2024, 8, 1))


def test_a_type_of_record_that_is_too_much_for_a_briefing_has_pages_of_its_own(pages, tmp_path):
    body = "## Timeline\n" + "".join(f"- {1900 + n}-01-01: event {n}. #clocks\n" for n in range(70))
    found = pages(write_site(tmp_path, {"one": ("", body)}))
    page = found["themes/clocks.md"].text
    assert "event 69." in page
    assert "event 5." not in page
    assert f"Show </span>{MOST - FOLD} more events</summary>" in page
    assert "[All 70 events](../themes/clocks/timeline/index.md)" in page
    assert "event 5." in found["themes/clocks/timeline/index.md"].text


def test_of_a_few_records_more_than_a_briefing_holds_it_has_all_and_their_page_stays(pages, tmp_path):
    body = "## Timeline\n" + "".join(f"- {1900 + n}-01-01: event {n}. #clocks\n" for n in range(ROOM))
    found = pages(write_site(tmp_path, {"one": ("", body)}))
    page = found["themes/clocks.md"].text
    assert all(f"event {n}." in page for n in range(ROOM))
    assert f"Show </span>{ROOM - FOLD} more events</summary>" in page
    assert "clocks/timeline/" not in page
    assert "event 5." in found["themes/clocks/timeline/index.md"].text, "an address that was published stays"


def test_digests_that_are_too_many_for_a_page_have_pages_of_their_own(pages, tmp_path):
    texts = {f"d-{n}": ("", "") for n in range(PAGE + 10)}
    found = pages(write_site(tmp_path, texts))
    page = found["themes/clocks.md"].text
    assert page.count("](../articles/d-") == MOST
    assert f"[All {PAGE + 10} articles](../themes/clocks/articles/index.md)" in page
    oldest, newest = found["themes/clocks/articles/1.md"].text, found["themes/clocks/articles/index.md"].text
    assert oldest.count("](../../../articles/d-") == PAGE
    assert newest.count("](../../../articles/d-") == 10
    assert "[Older](../../../themes/clocks/articles/1.md)" in newest


def test_the_anchor_of_a_record_stays_when_others_are_added_moved_or_reordered(settings, tmp_path):
    def anchors(body):
        library = check(write_site(tmp_path, {"one": ("", body)}), settings).library
        return {record.text.source: record.anchor for record in library.documents["one"].body.records}

    before = anchors("## Key points\n- One.\n- Two.\n")
    after = anchors(
        "## Key points\n- New.\n- Two.\n\nWords.\n\n## Outcomes\n- Else.\n\n## Key points\n- One.\n".replace(
            "\nWords.\n", ""
        )
    )
    assert {words: after[words] for words in before} == before


def test_the_map_has_each_place_once_with_its_meetings_and_says_which_have_none(pages, tmp_path):
    site = write_site(tmp_path)
    (site / "matches").mkdir()
    for number, (slug, where) in enumerate(
        {"one": "[56.95, 24.11]", "two": "[56.951, 24.112]", "three": "[59.9, 10.8]", "four": ""}.items(), 1
    ):
        place = f"city: {'Oslo' if slug == 'three' else 'Riga'}\ncoordinates: {where}\n" if where else ""
        (site / "matches" / f"{slug}.md").write_text(
            f"---\ntitle: Match {slug}\nstart: 2024-05-0{number}\nsummary: s\n{place}---\n", "utf-8"
        )
    text = pages(site)["map/index.md"].text
    rows = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    assert [row.split("|")[2].strip() for row in rows] == ["Riga", "Oslo"]
    assert rows[0].index("[Match two]") < rows[0].index("[Match one]")
    assert text.count("<circle") == 2
    assert "**Not on the map**, because no coordinates are on file: [Match four](../matches/four.md)" in text


def test_a_view_of_which_nothing_is_on_file_says_so_and_has_no_empty_table(pages, tmp_path):
    found = pages(write_site(tmp_path))
    for slug in ("attendance", "connections", "coverage", "positions", "map"):
        text = found[f"{slug}/index.md"].text
        assert "on file." in text, slug
        assert "|" not in text, slug
        assert "<figure" not in text, slug
