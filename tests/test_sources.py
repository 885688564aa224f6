import re
from dataclasses import replace
from datetime import date

import pytest
from conftest import SITE

from generator.core.settings import Kind
from generator.reading.sources import read

DIGEST = "---\ntitle: T\noutlet: o\npublished: 2024\nkind: news\nsummary: S\n{}---\n"


def test_the_small_site_is_read_whole(settings):
    content = read(SITE / "content", settings)
    assert not content.problems
    kinds = [document.kind for document in content.documents]
    assert {kind: kinds.count(kind) for kind in Kind} == {
        Kind.ARTICLE: 2,
        Kind.SUMMIT: 2,
        Kind.LEADER: 2,
        Kind.THEME: 1,
        Kind.OUTLET: 2,
        Kind.HOME: 1,
    }


def test_windows_line_ends_and_a_byte_order_mark_make_no_difference(settings, tmp_path):
    for name, data in (("a", DIGEST.format("")), ("b", "\ufeff" + DIGEST.format("").replace("\n", "\r\n"))):
        (tmp_path / name / "articles").mkdir(parents=True)
        (tmp_path / name / "articles" / "d.md").write_bytes(f"{data}\n- x\n".encode())
    assert read(tmp_path / "a", settings).documents[0].meta == read(tmp_path / "b", settings).documents[0].meta


def test_drafts_are_left_out_unless_asked_for(settings, tmp_path):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "d.md").write_text(DIGEST.format("draft: true\n"), "utf-8")
    assert read(tmp_path, settings).documents == ()
    assert read(tmp_path, settings).held == {"d": "is a draft"}
    assert len(read(tmp_path, replace(settings, drafts=True)).documents) == 1


@pytest.mark.parametrize(
    ("dates", "shown"),
    [
        ("published: 2024-05-02\n", True),
        ("published: 2024-05-03\n", False),
        ("published: 2024-05\n", False),
        ("published: 2024-04\n", True),
        ("published: 2024-06~\n", False),
        ("published: 2023\nadded: 2024-05-03\n", False),
        ("published: 2030\nadded: 2024-05-02\n", True),
    ],
)
def test_a_digest_waits_for_its_day(settings, tmp_path, dates, shown):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "d.md").write_text(DIGEST.format("").replace("published: 2024\n", dates), "utf-8")
    content = read(tmp_path, replace(settings, today=date(2024, 5, 2)))
    assert bool(content.documents) is shown
    assert shown or content.held["d"].startswith("is dated ")
    assert len(read(tmp_path, replace(settings, today=date(2024, 5, 2), drafts=True)).documents) == 1
    assert len(read(tmp_path, settings).documents) == 1, "without a day to compare with, all are shown"


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ("published: 2024\n", True),
        ("published: 2024-05-01/2024-05-03\n", True),
        ("published: 2025-02~\n", True),
        ("published: 2024\nadded: 2024-05-02\n", False),
        ("published: 2024\ndraft: true\n", False),
        ("published: 2024-04~\n", False),
        ("published: 2024-05-03\n", False),
        ("published: 2024-05-03~\n", False),
    ],
)
def test_a_digest_is_not_dated_by_the_end_of_a_time_that_is_not_over(settings, tmp_path, dates, told):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "d.md").write_text(DIGEST.format("").replace("published: 2024\n", dates), "utf-8")
    for now in (replace(settings, today=date(2024, 5, 2)), replace(settings, today=date(2024, 5, 2), drafts=True)):
        assert ["date-ahead" for _ in range(told)] == [problem.code for problem in read(tmp_path, now).problems]
    assert not read(tmp_path, settings).problems, "without a day to compare with"


def test_an_open_date_is_told_where_it_stands_and_not_where_a_text_begins_like_it(settings, tmp_path):
    (tmp_path / "articles").mkdir()
    above = "summary: >-\n  A text\n  published in Riga.\n"
    folded = DIGEST.format("").replace("published: 2024\n", f"{above}published: 2024\n")
    folded = re.sub(r"\nsummary: (?!>).*", "", folded)
    (tmp_path / "articles" / "d.md").write_text(folded, "utf-8")
    (problem,) = read(tmp_path, replace(settings, today=date(2024, 5, 2))).problems
    place = problem.location
    assert folded.split("\n")[place.line - 1][place.column - 1 :][: place.width] == "2024"


def test_folders_that_are_not_there_are_empty(settings, tmp_path):
    assert read(tmp_path, settings).documents == ()
