"""`briefing check --fix`: it mends what is mechanical, and touches no word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run, tree
from test_ledger import change

from generator.authoring.fixing import fix
from generator.build import check
from generator.core.dates import parse_date, proposal
from generator.core.settings import Kind

THEME = "---\ntitle: T\nsummary: S\naliases: [a]\n---\n\nProse  \nwith a break.\n"


def fixed(text, kind=Kind.THEME):
    return fix(text, kind, "a.md", ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-9-1", "2025-09-01"),
        ("2025/09/01", "2025-09-01"),
        ("2025.9", "2025-09"),
        ("20250901", "2025-09-01"),
        ("1 September 2025", "2025-09-01"),
        ("1. Sept. 2025", "2025-09-01"),
        ("September 1st, 2025", "2025-09-01"),
        ("Sep 2025", "2025-09"),
        ("about 1 Sept 2025", "2025-09-01~"),
        ("ca. 2025-9", "2025-09~"),
        ("2025-09-01T10:30:00Z", "2025-09-01"),
        ("2025–09–01", "2025-09-01"),
        ("01/09/2025", ""),
        ("1 Septober 2025", ""),
        ("30 February 2025", ""),
        ("2025-13-01", ""),
        ("next week", ""),
        ("5 may", ""),
    ],
)
def test_a_date_in_another_form_is_read_only_where_it_can_be_but_one(written, meant):
    assert proposal(written) == meant
    assert not meant or parse_date(meant)


@given(st.text(max_size=20))
def test_a_proposal_is_always_a_date(text):
    found = proposal(text)
    assert not found or parse_date(found).text == found


@pytest.fixture
def tidy(site):
    """The small site, put in order."""
    assert run("check", "-f", site / "mkdocs.yml", "--fix").exit_code == 0
    return site


def test_dates_are_mended_wherever_they_stand(tidy):
    site = tidy
    change(site, "articles/drawn-final.md", "published: 2024-05-02", "published: '2 May 2024'  # sic")
    change(site, "articles/drawn-final.md", "  - date: 2024-05-06", "  - date: 2024/5/6")
    change(site, "articles/drawn-final.md", "- 2024-05-01: the last", "- 1 May 2024: the last")
    before = (site / "content" / "articles" / "drawn-final.md").read_text("utf-8")
    result = run("check", "-f", site / "mkdocs.yml", "--fix")
    assert result.exit_code == 0, result.output
    assert "fixed  " in result.output
    assert "drawn-final.md: dates\n" in result.output
    after = (site / "content" / "articles" / "drawn-final.md").read_text("utf-8")
    wanted = before.replace("'2 May 2024'", "'2024-05-02'").replace("2024/5/6", "2024-05-06")
    assert after == wanted.replace("1 May 2024:", "2024-05-01:")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dates_in_words_become_dates_of_statements_and_of_what_to_watch(tidy, end):
    digest = "articles/drawn-final.md"
    records = (
        "\n## Statements\n\n> So be it\n\n— Ann, to reporters,\nMarch 8, 2024. #fast-time-controls\n\n> Or not\n"
        "> — Bob, 9 March 2024\n\n> Or\n\n— Eve, 9 March\n2024\n\n"
        "## What to watch\n\n- 5 June 2024: 5 June 2024 it is.\n"
    )
    path = tidy / "content" / digest
    before = path.read_text("utf-8")
    path.write_bytes((before + records).replace("\n", end).encode())
    result = run("check", "-f", tidy / "mkdocs.yml", "--fix")
    assert f"{digest}: dates\n" in result.output
    wanted = records.replace("March 8, 2024.", "2024-03-08.").replace("9 March 2024", "2024-03-09")
    expected = before + wanted.replace("5 June 2024:", "2024-06-05:")
    assert path.read_bytes().decode() == expected.replace("\n", end)
    assert result.output.count("[date-in-words]") == 1  # the one that goes over the end of a line


def test_the_way_to_mend_a_date_is_told(site):
    change(site, "articles/drawn-final.md", "published: 2024-05-02", "published: 2 May 2024")
    assert "write `2024-05-02`, or run `briefing check --fix`" in run("check", "-f", site / "mkdocs.yml").output


def test_a_date_that_could_be_two_is_left_and_reported(tidy):
    site = tidy
    change(site, "articles/drawn-final.md", "published: 2024-05-02", "published: 05/02/2024")
    before = tree(site)
    result = run("check", "-f", site / "mkdocs.yml", "--fix")
    assert result.exit_code == 1
    assert "error[invalid-date]" in result.output
    assert tree(site) == before


def test_a_month_is_left_where_an_exact_day_is_needed(tidy):
    change(tidy, "articles/drawn-final.md", "  - date: 2024-05-06", "  - date: May 2024")
    before = tree(tidy)
    result = run("check", "-f", tidy / "mkdocs.yml", "--fix")
    assert "write the exact day" in result.output
    assert tree(tidy) == before


def test_keys_are_put_in_order_with_their_comments_and_their_lines():
    text = (
        "---\n# of the file\naliases:  # names\n  - a\n\n  - b\n# above the summary\nsummary: >-\n  Two\n  lines.\n"
        "\ntitle: T\n---\nBody.\n"
    )
    assert fixed(text).text == (
        "---\ntitle: T\n# above the summary\nsummary: >-\n  Two\n  lines.\n\n# of the file\naliases:  # names\n"
        "  - a\n\n  - b\n---\nBody.\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        THEME,
        THEME.replace("\n", "\r\n"),
        "---\n{title: T, summary: S}\n---\nBody.\n",
        "---\nsummary: &s S\ntitle: *s\n---\nBody.\n",
        "---\ntitle: [\n---\nBody.\n",
        "no front matter",
        "",
    ],
)
def test_what_is_in_order_or_cannot_be_put_in_order_is_left(text):
    assert fixed(text).done == ()
    assert fixed(text).text == text


def test_space_goes_from_front_matter_and_the_end_and_stays_in_prose():
    text = THEME.replace("title: T\n", "title: T  \n").rstrip("\n") + "  \n\n\n"
    assert fixed(text).text == THEME
    assert fixed(text).done == ("white space",)


def test_line_ends_stay_what_they_are():
    text = THEME.replace("title: T\nsummary: S\n", "summary: S\ntitle: T\n").replace("\n", "\r\n")
    assert fixed(text).text == THEME.replace("\n", "\r\n")


@given(
    st.permutations(
        ["title: T\n", "summary: >\n  S\n", "parent: p # x\n", "aliases:\n- a\n", "updated: 2024-01-01\n"]
    )
)
def test_any_order_of_keys_becomes_the_same_order(blocks):
    result = fixed(f"---\n{''.join(blocks)}---\n\nBody.\n")
    keys = [line.partition(":")[0] for line in result.text.splitlines() if ":" in line]
    assert keys == ["title", "summary", "parent", "updated", "aliases"]
    assert fixed(result.text).done == ()


def test_a_site_in_order_is_not_written_to(tidy):
    site = tidy
    before = {path: path.stat().st_mtime_ns for path in (site / "content").rglob("*.md")}
    assert run("check", "-f", site / "mkdocs.yml", "--fix").exit_code == 0
    assert {path: path.stat().st_mtime_ns for path in (site / "content").rglob("*.md")} == before


def test_what_was_mended_says_what_it_said(site, settings):
    def said():
        documents = check(site / "content", settings).library.documents
        return {
            slug: (document.meta, [r.text.source for r in document.body.records])
            for slug, document in documents.items()
        }

    before, files = said(), tree(site / "content")
    run("check", "-f", site / "mkdocs.yml", "--fix")
    assert said() == before
    assert tree(site / "content") != files
