import pytest

from generator.content.model import Prose, Records, ReferenceKind, Statement
from generator.reading.headings import HEADINGS
from generator.reading.records import parse_body


def records(source):
    body, problems = parse_body(source, "a.md", 1)
    assert not problems
    return [record for part in body if isinstance(part, Records) for record in part.records]


def test_each_record_heading_gives_its_type():
    forms = {
        "Timeline": "- 2025-09-01: it happens",
        "Statements": "> words\n\n— Ann",
        "Key figures": "- **10** of them",
        "Positions": "- [[ann]] on #peace: for it",
    }
    for heading, kind in HEADINGS.items():
        (record,) = records(f"## {heading}\n\n{forms.get(heading, '- text')}\n")
        assert type(record) is kind


def test_prose_stays_where_it_is_around_records():
    body, _ = parse_body("Before.\n\n## Key points\n- a\n\n## Then\nAfter.\n\n### Deeper\nMore.\n", "a.md", 1)
    assert [p.text.source if isinstance(p, Prose) else len(p.records) for p in body] == [
        "Before.",
        1,
        "## Then\nAfter.",
        "### Deeper\nMore.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "> partners\n\n— [[xi]], meeting [[modi]], 2025-08-31 #india",
        "> partners\n>\n> — [[xi]], meeting [[modi]], 2025-08-31 #india",
        "> partners\n\n-- [[xi]], meeting [[modi]], 2025-08-31. #india",
        "> partners\n> — [[xi]], meeting [[modi]], 2025-08-31 #india",
        "> “partners”\n\n— [[xi]], meeting [[modi]], 2025-08-31 #india",
    ],
)
def test_a_statement_is_a_quote_and_its_attribution_inside_or_below(source):
    (statement,) = records(f"## Statements\n\n{source}\n")
    assert isinstance(statement, Statement)
    assert statement.quote.source == "partners"
    assert statement.speaker == "xi"
    assert statement.text.source.rstrip(".") == "[[xi]], meeting [[modi]]"
    assert str(statement.date) == "31 August 2025"
    assert [tag.slug for tag in statement.tags] == ["india"]
    assert statement.names == ("xi", "modi", "india")


def test_a_statement_on_a_briefing_is_dated_before_its_citation():
    (statement,) = records("## Statements\n\n> words\n\n— [[xi]], in Doha, 2025-09-15 [^one] #talks [^two]\n")
    assert str(statement.date) == "15 September 2025"
    assert statement.citations == ("one", "two")
    assert statement.text.source.startswith("[[xi]], in Doha")


@pytest.mark.parametrize(
    ("written", "meant", "words"),
    [
        ("8 March 2024", "2024-03-08", "8 March 2024"),
        ("8 Mar. 2024. #talks [^one]", "2024-03-08", "8 Mar. 2024"),
        ("March 8, 2024", "2024-03-08", "March 8, 2024"),
        ("March 8th 2024", "2024-03-08", "March 8th 2024"),
        ("March 2024", "2024-03", "March 2024"),
        ("in a word,\nabout May, 2024", "2024-05~", "about May, 2024"),
    ],
)
def test_a_date_in_words_at_the_end_of_an_attribution_is_told_and_dates_nothing(written, meant, words):
    body, (problem,) = parse_body(f"## Statements\n\n> words\n\n— Ann, {written}\n", "a.md", 1)
    ((statement,),) = (part.records for part in body)
    assert statement.date is None
    assert (problem.code, problem.help.split("`")[1]) == ("date-in-words", meant)
    line = f"## Statements\n\n> words\n\n— Ann, {written}\n".split("\n")[problem.location.line - 1]
    assert line[problem.location.column - 1 :][: problem.location.width] == words


@pytest.mark.parametrize(
    "attribution",
    [
        "Ann, in May",
        "Ann, of 8 March 2024",
        "8 March 2024",
        "Ann, Expo 2024",
        "Ann, on 05/03/2024",
        "Ann, at 8, 2024-03",
    ],
)
def test_what_is_no_date_or_could_be_two_is_taken_for_words(attribution):
    assert records(f"## Statements\n\n> words\n\n— {attribution}\n")


def test_a_date_of_a_statement_in_a_line_below_is_reported_where_it_stands():
    written = "## Statements\n\n> words\n\n— Ann, of 2024.5.1,\nRiga, 2024.5.1\n> more\n\n— Bob, 2024\n"
    _, (problem,) = parse_body(written, "a.md", 1)
    assert (problem.code, str(problem.location)) == ("invalid-date", "a.md:6:7")


def test_an_attribution_below_words_that_are_not_marked_as_a_quotation_is_no_second_mistake():
    _, (problem,) = parse_body('## Statements\n\n"Yes"\n\n— Ann, 2024\n\n> No\n\n— Bob\n', "a.md", 1)
    assert (problem.code, str(problem.location)) == ("not-a-record", "a.md:3:1")


def test_a_date_in_words_of_what_to_watch_is_told():
    _, (problem,) = parse_body(
        "## What to watch\n- 5 June 2024: a rematch.\n- Mr May: a reply.\n- May 2024\n", "a.md", 1
    )
    assert (problem.code, str(problem.location), problem.location.width) == ("date-in-words", "a.md:2:3", 11)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("8 March 2024", "2024-03-08"),
        ("Sept. 2024", "2024-09"),
        ("2024.5.1", "2024-05-01"),
        ("8 March\n  2024", "2024-03-08"),
    ],
)
def test_an_event_whose_date_is_in_another_form_is_told_how_to_write_it(written, meant):
    _, (problem,) = parse_body(f"## Timeline\n- {written}: They met.\n", "a.md", 1)
    assert (problem.code, problem.help.split("`")[1]) == ("invalid-date", meant)
    assert (str(problem.location), problem.location.width) == ("a.md:2:3", len(written.partition("\n")[0]))
    assert ("--fix" in problem.help) == ("\n" not in written)


@pytest.mark.parametrize("event", ["They met.", "So: they met.", "8 March 2024 they met.", "05/03/2024 they met."])
def test_an_event_that_begins_with_no_date_is_told_that_it_has_none(event):
    _, (problem,) = parse_body(f"## Timeline\n- {event}\n", "a.md", 1)
    assert problem.code == "missing-date"


def test_a_speaker_without_a_page_is_only_named():
    (statement,) = records("## Statements\n\n> words\n\n— Ann Lee, an analyst, to the paper\n")
    assert (statement.speaker, statement.date) == (None, None)
    assert statement.text.source == "Ann Lee, an analyst, to the paper"


def test_statements_in_a_row_keep_their_own_words():
    found = records("## Statements\n\n> one\n> line\n\n— Ann\n\n> two\n\n— Bob\n")
    assert [(s.quote.source, s.text.source) for s in found] == [("one\nline", "Ann"), ("two", "Bob")]


def test_tags_at_the_end_are_taken_off_and_citations_stay():
    (record,) = records("## Key points\n- A point. #one [^src] #two\n")
    assert [tag.slug for tag in record.tags] == ["one", "two"]
    assert record.text.source == "A point.  [^src]"
    assert record.citations == ("src",)


def test_a_tag_within_the_sentence_stays_in_it():
    (record,) = records("## Positions\n- [[ann]] on #peace: for it. #talks\n")
    assert record.text.source == "[[ann]] on #peace: for it."
    assert record.names == ("ann", "peace", "talks")
    assert record.owner == "ann"


def test_a_record_of_many_lines_keeps_its_structure():
    (record,) = records("## Outcomes\n-  First line\n   goes on [[x]]\n\n   - nested\n")
    assert record.text.source == "First line\ngoes on [[x]]\n\n- nested"
    (ref,) = record.text.references
    assert (ref.line, ref.column) == (3, 12)


def test_an_anchor_stays_when_records_are_added_or_moved_and_tells_equals_apart():
    (alone,) = records("## Key points\n- A point.\n")
    others = records("## Key points\n- Another.\n- A   point.\n- A point.\n")
    assert others[1].anchor == alone.anchor
    assert others[2].anchor == f"{alone.anchor}-2"
    assert len({record.anchor for record in others}) == 3


def test_the_date_of_an_event_is_part_of_what_it_is():
    first, second = records("## Timeline\n- 2025-09-01: They meet.\n- 2025-09-02: They meet.\n")
    assert first.anchor.split("-")[1] != second.anchor.split("-")[1]


def test_what_to_watch_may_have_a_date():
    dated, undated = records("## What to watch\n- 2025-10~: an election.\n- A reply: none yet.\n")
    assert str(dated.date) == "about October 2025"
    assert (undated.date, undated.text.source) == (None, "A reply: none yet.")


def test_headings_are_known_in_any_case():
    assert records("## key points\n\n- a\n")


def meant(source):
    _, problems = parse_body(source, "a.md", 1)
    return [(p.code, p.location.line, p.label) for p in problems]


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_heading_that_is_nearly_one_of_records_is_told_where_records_would_be_lost(heading):
    records = "> words\n\n— Ann" if heading == "Statements" else "- text"
    for written in (
        f"## {heading[:-1]}",
        f"### {heading[:2]}{heading[3:]}",
        f"## {heading[0]}{heading[2]}{heading[1]}{heading[3:]}",
        f"## {heading.lower()}:",
        f"## {heading.replace(' ', '-')}.",
        f"## **{heading}**",
        f"##{heading}",
        f"##{heading.lower()}",
        f"**{heading}**",
        f"__{heading}:__",
    ):
        told = [("unknown-heading", 3, f"did you mean `## {heading}`?")]
        assert meant(f"Before.\n\n{written}\n<!-- note -->\n\n{records}\n") == told, written
        assert meant(f"Before.\n\n{written}\n\n{records}\n") == told, written


def test_records_directly_below_a_line_that_is_no_heading_are_missed_as_well():
    assert [line for _, line, _ in meant("##Outcomes\n- a\n\n**Statements**\n> words\n\n— Ann\n")] == [1, 4]


@pytest.mark.parametrize(
    "heading",
    [
        *("## Background", "## What was agreed", "## Figures of speech", "## Who to watch", "## Opposition"),
        *(
            "## Key figures of the party",
            "## Joint statements",
            "## Timeline of 2025",
            "## Sources",
            "## Who differs",
        ),
        *(
            "**Background**",
            "**Note:**",
            "#timeline",
            "Timeline:",
            "**Timeline** of the talks:",
            "```\n##Timeline\n```",
        ),
    ],
)
def test_any_other_heading_may_stand_above_a_list(heading):
    assert not meant(f"{heading}\n\n- text\n\n> words\n")


@pytest.mark.parametrize("heading", ["## Position", "## Outcome", "**Statement**"])
def test_a_heading_that_is_nearly_one_of_records_may_stand_above_prose(heading):
    assert not meant(f"{heading}\n\nProse.\n\n- and a list\n")


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("<!-- a\n\nb\n", [1]),
        ("Words <!-- a\n\nb -->\n", [7]),
        ("<!-- a --> <!-- b\n", [12]),
        ("- item <!-- a\n- item\n", [8]),
        ("| a | b |\n|---|---|\n| 1 | <!-- |\n", [7]),
        ("<!-- a -->\n\n<!-- a\n\n b -->\n\nWords <!-- a\nb --> words\n", []),
        ("`<!--` and \\<!-- a\n\n```\n<!-- a\n```\n", []),
    ],
)
def test_a_comment_without_an_end_is_told_once_where_it_begins(source, columns):
    _, problems = parse_body(source, "a.md", 1)
    assert [(p.code, p.location.column) for p in problems] == [("unclosed-comment", column) for column in columns]


def test_paragraphs_that_cite_nothing_are_known_by_place():
    body, _ = parse_body("Cited.[^a]\n\nNot cited.\n\n- item\n- item[^a]\n", "a.md", 10)
    (prose,) = body
    assert [(place.line, place.column) for place in prose.uncited] == [(12, 1), (14, 1)]
    assert prose.text.slugs(ReferenceKind.CITATION) == ("a",)
