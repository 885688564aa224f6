from dataclasses import replace
from datetime import date

import pytest
from conftest import SITE

from generator.core.dates import parse_date
from generator.linking.library import by_title, latest_first
from generator.linking.link import link
from generator.reading.sources import read


@pytest.fixture
def library(settings):
    linked, problems = link(read(SITE / "content", settings))
    assert not problems
    return linked


def words(library, slug):
    return [(a.origin.slug, a.record.text.source) for a in library.records.get(slug, ())]


def test_a_record_concerns_every_term_that_it_links_to_or_is_tagged_with(library):
    position = ("drawn-final", "[[amina-el-sayed]] on #fast-time-controls: wants longer games.")
    assert position in words(library, "amina-el-sayed")
    assert position in words(library, "fast-time-controls")


def test_a_digest_of_one_meeting_gives_it_all_its_records(library):
    from_digest = [text for slug, text in words(library, "riga-match-2024") if slug == "drawn-final"]
    assert len(from_digest) == 13


def test_a_digest_of_two_meetings_gives_each_what_is_tagged_with_it(library):
    assert [slug for slug, _ in words(library, "riga-match-2024")].count("early-report") == 2
    assert words(library, "youth-cup-2024") == []


def test_a_statement_concerns_its_speaker(library):
    assert ("drawn-final", "[[magnus-berzins]], after the game") in words(library, "magnus-berzins")


def test_digests_are_listed_under_what_they_list_and_name_newest_first(library):
    assert [article.slug for article in library.digests["magnus-berzins"]] == ["drawn-final", "early-report"]
    assert [article.slug for article in library.digests["board-gazette"]] == ["drawn-final"]


def test_meetings_of_a_leader_come_with_attendance(library):
    ((meeting, participant),) = library.meetings["amina-el-sayed"]
    assert (meeting.slug, participant.status.value) == ("riga-match-2024", "attended")


def test_an_old_slug_leads_to_the_document(library):
    assert library.find("final-draw").slug == "drawn-final"


def test_now_is_the_newest_day_of_the_content(library):
    assert library.latest_day == date(2024, 5, 6)


def test_the_day_of_adding_dates_a_digest_before_that_of_its_source(library):
    article = library.documents["drawn-final"]
    assert article.meta.day == date(2024, 5, 2)
    added = replace(article, meta=replace(article.meta, added=date(2024, 6, 1)))
    assert added.meta.day == date(2024, 6, 1)


def test_leaders_are_in_order_of_their_sort_names(library):
    assert [leader.slug for leader in library.leaders] == ["magnus-berzins", "amina-el-sayed"]


def test_of_two_meetings_that_may_have_ended_on_one_day_that_which_may_be_earlier_is_older(library):
    (riga,) = [summit for summit in library.summits if summit.slug == "riga-match-2024"]
    starts = ("2024-08", "2024-08-31", "2024-08-30", "2024-09-01")
    found = [replace(riga, meta=replace(riga.meta, start=parse_date(start))) for start in starts]
    ordered = [summit.meta.start.text for summit in sorted(found, key=latest_first)]
    assert ordered == ["2024-09-01", "2024-08-31", "2024-08", "2024-08-30"]


def test_sorting_ignores_case_and_accents(library):
    theme = library.themes[0]
    one, other = (replace(theme, meta=replace(theme.meta, title=title)) for title in ("Ömer", "omer"))
    assert by_title(one) == by_title(other)


def test_the_order_of_reading_makes_no_difference(settings, library):
    content = read(SITE / "content", settings)
    shuffled, _ = link(replace(content, documents=content.documents[::-1]))
    assert {slug: words(shuffled, slug) for slug in shuffled.records} == {
        s: words(library, s) for s in library.records
    }
    assert shuffled.digests == library.digests
