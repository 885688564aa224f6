from datetime import date

import pytest

from generator.content.meta import META, ArticleMeta, Participant, SummitMeta, ThemeMeta
from generator.core.settings import DEFAULT_COLLECTIONS, Collection, Kind
from generator.reading.frontmatter import read_mapping
from generator.reading.schema import references, validate

CALLED = DEFAULT_COLLECTIONS | {
    Kind.SUMMIT: Collection("matches", "Match", "Matches"),
    Kind.LEADER: Collection("players", "Player", "Players"),
    Kind.OUTLET: Collection("press", "Paper", "Papers"),
}
ARTICLE = "title: T\noutlet: gazette\npublished: 2025-09\nkind: news\nsummary: S\n"


def front(text):
    node, problems = read_mapping(text, "a.md", 2)
    assert not problems
    return node


def test_front_matter_becomes_a_value_with_types():
    meta, problems = validate(ArticleMeta, front(ARTICLE + "added: 2025-09-30\nthemes: [a, b]\ndraft: true\n"))
    assert not problems
    assert meta.added == date(2025, 9, 30)
    assert meta.themes == ("a", "b")
    assert meta.draft is True
    assert str(meta.published) == "September 2025"


def test_nested_values_become_values_too():
    text = "title: T\nstart: 2025\nsummary: S\ncoordinates: [56.9, 24]\nparticipants:\n"
    meta, problems = validate(SummitMeta, front(text + "  - {leader: x, status: host, cite: [a]}\n"))
    assert not problems
    assert meta.coordinates == (56.9, 24.0)
    assert meta.participants == (Participant(leader="x", status="host", cite=("a",)),)


def test_folded_text_is_one_line():
    meta, _ = validate(ArticleMeta, front(ARTICLE.replace("summary: S", "summary: >-\n  one\n  two\n\n  three")))
    assert meta.summary == "one two three"


def test_every_problem_is_reported_at_once():
    text = "colour: red\noutlet: [x]\npublished: 2025-99\nkind: gossip\nsummary:\n"
    meta, problems = validate(ArticleMeta, front(text))
    assert meta is None
    assert sorted(p.code for p in problems) == [
        *("empty-value", "invalid-choice", "invalid-date", "missing-key", "unknown-key", "wrong-type")
    ]


@pytest.mark.parametrize("key", ["Summary", "SUMMARY", "sumary", "summaries"])
def test_a_key_that_is_misspelt_is_not_missing_as_well(key):
    _, problems = validate(ThemeMeta, front(f"title: T\n{key}: S\n"))
    assert [(p.code, p.location.line, p.label) for p in problems] == [("unknown-key", 3, "did you mean `summary`?")]


def test_a_key_by_the_name_of_the_site_is_the_one_that_is_meant():
    text = "published: 2025\nsummary: S\npaper: o\nmatches: [m]\nplayers: [p]\n"
    _, problems = validate(ArticleMeta, front(f"title: T\nkind: news\n{text}"), CALLED)
    told = {problem.message: problem.label for problem in problems}
    assert told == {
        "there is no key `paper` here": "did you mean `outlet`?",
        "there is no key `matches` here": "did you mean `summits`?",
        "there is no key `players` here": "did you mean `leaders`?",
    }


def test_each_key_that_is_missing_is_told():
    _, problems = validate(ArticleMeta, front("title: T\nkind: news\nOutlet: o\n"))
    assert [p.message for p in problems if p.code == "missing-key"] == [
        "the key `published` is missing",
        "the key `summary` is missing",
    ]


def test_a_participant_without_a_source_is_refused():
    text = "title: T\nstart: 2025\nsummary: S\nparticipants:\n  - {leader: x, status: host, cite: []}\n"
    _, (problem,) = validate(SummitMeta, front(text))
    assert (problem.code, problem.location.line) == ("empty-value", 6)


def test_a_key_of_a_participant_that_is_misspelt_is_told_once_with_the_one_that_was_meant():
    text = "title: T\nstart: 2025\nsummary: S\nparticipants:\n  - {leadr: x, status: host, cite: [a]}\n"
    _, (problem,) = validate(SummitMeta, front(text + "  - {leader: y, status: host, cite: [a]}\n"))
    assert (problem.code, problem.location.line, problem.label) == ("unknown-key", 6, "did you mean `leader`?")
    _, problems = validate(SummitMeta, front(text + "  - {status: host, cite: [a]}\n"))
    assert [(p.code, p.location.line) for p in problems] == [("unknown-key", 6), ("missing-key", 7)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("participants: [x]", "item 1 of `participants` must be a set of keys"),
        (
            "participants:\n  - {leader: x, status: there, cite: [a]}",
            "`status` in item 1 of `participants` has an unk",
        ),
        ("redirect_from: [a, B]", "item 2 of `redirect_from` is not a slug"),
        ("status:", "`status` is empty"),
        ("coordinates: [1]", "`coordinates` must be two numbers"),
        ("coordinates: [1, 2, 3]", "`coordinates` must be two numbers"),
    ],
)
def test_what_is_wrong_is_named_in_words(text, said):
    _, (problem,) = validate(SummitMeta, front(f"title: T\nstart: 2025\nsummary: S\n{text}\n"))
    assert problem.message.startswith(said)


@pytest.mark.parametrize(
    ("written", "proposed"),
    [("5 May 2024", "`2024-05-05`"), ("May 2024", "the exact day"), ("2024-05", "the exact day")],
)
def test_a_month_is_not_proposed_where_an_exact_day_is_needed(written, proposed):
    _, (problem,) = validate(ArticleMeta, front(f"{ARTICLE}added: {written}\n"))
    assert problem.help.startswith(f"write {proposed}")


def test_slugs_are_found_wherever_they_stand():
    text = "title: T\nstart: 2025\nsummary: S\npart_of: big\nparticipants:\n"
    text += "  - {leader: x, status: host, cite: [a, b]}\n"
    found = {(ref.slug, ref.kinds[0]) for ref in references(SummitMeta, front(text))}
    assert found == {("big", Kind.SUMMIT), ("x", Kind.LEADER), ("a", Kind.ARTICLE), ("b", Kind.ARTICLE)}


@pytest.mark.parametrize("kind", list(Kind))
def test_empty_front_matter_lacks_what_is_required_and_nothing_else(kind):
    _, problems = validate(META[kind], front(""))
    assert {problem.code for problem in problems} == {"missing-key"}
