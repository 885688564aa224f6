"""Input that is odd and that an editor can write: nothing is lost, leaked, misplaced or answered with a traceback."""

import re
from dataclasses import replace

import pytest
from conftest import SETTINGS, SITE, mkdocs_build
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from generator.build import build, check
from generator.composing.assembling import render
from generator.composing.markdown import rewrite
from generator.content.documents import Body
from generator.content.model import Prose
from generator.core.errors import GeneratorError, InvalidContent
from generator.linking.link import link
from generator.output.staging import Staging
from generator.output.writer import File, export
from generator.reading.autolink import link_names
from generator.reading.mentions import Finder
from generator.reading.records import parse_body
from generator.reading.sources import read

LIBRARY, _ = link(read(SITE / "content", SETTINGS))


def write(site, path, text):
    file = site / "content" / path
    file.write_text(text, "utf-8")


def append(site, path, text):
    file = site / "content" / path
    file.write_text(file.read_text("utf-8") + text, "utf-8")


def page(site, path, settings):
    return next(page for page in build(site / "content", settings).pages if page.path == path)


def html(site, path, settings):
    return render(page(site, path, settings).text).page(str)


# --- what an editor leaves out, or writes as HTML


def test_a_name_in_a_comment_is_no_link_and_the_comment_stays_out(site, settings):
    append(
        site,
        "articles/drawn-final.md",
        "\n## Notes\nOne <!-- by Magnuss Bērziņš <script>alert(1)</script> --> two.\n",
    )
    shown = html(site, "articles/drawn-final.md", settings)
    assert "One  two." in shown
    assert "script" not in shown


@given(
    st.lists(
        st.sampled_from(
            [
                "Magnuss Bērziņš",
                "<!--",
                "-->",
                "<b a='",
                "'>",
                "`",
                "[[magnus-berzins]]",
                " ",
                "\n",
                "x",
                "```",
                "\n\n",
                "    ",
                "- ",
                "<b>",
                "<div ",
                ">",
                "**",
                "<http://a.b>",
                "[^a]",
            ]
        )
    )
)
@example(["`", "<b>", "`", "<!-- x -->", "`"])
@example(["`", "<b>", "`", "{.nolink}", "`"])
@example(["`", "<b>", "`", "<!-- x -->", "<!-- y -->", "`"])
@example(["<!--", "-->", "<!--", "-->", "Magnuss Bērziņš"])
@hypothesis_settings(max_examples=1500, deadline=None)
def test_no_name_opens_what_an_editor_wrote_as_html(parts):
    body, _ = parse_body("".join(parts), "a.md", 1)
    document = replace(LIBRARY.documents["drawn-final"], body=Body(body))
    linked, _ = link_names(Finder(LIBRARY.documents.values()), document)
    for part in linked.body.parts:
        if isinstance(part, Prose):
            shown = render(rewrite(part.text, lambda ref: f"[{ref.label or 'x'}](y)")).page(str)
            assert not re.search(r"<(?!/?(?:p|a|h\d|ul|ol|li|blockquote|code|pre|em|strong|hr|br)\b)", shown)


def test_html_among_records_is_reported_and_not_lost(site, settings):
    append(site, "articles/drawn-final.md", "\n## Outcomes\n- One.\n\n<div>This was written by the editor.</div>\n")
    with pytest.raises(InvalidContent, match="not-a-record"):
        build(site / "content", settings)


# --- where references stand


@pytest.mark.parametrize("reference", ["[[magnus-berzins]]", "61 [^drawn-final]", "#fast-time-controls"])
def test_the_same_words_twice_in_a_row_of_a_table_are_two_references(reference):
    body, _ = parse_body(f"| a | b |\n|---|---|\n| {reference} | {reference} |\n", "a.md", 1)
    places = [(ref.start, ref.end) for ref in body[0].text.references]
    assert len(set(places)) == 2
    assert all(body[0].text.source[a:b] in reference for a, b in places)


@given(st.lists(st.sampled_from(["[[a]]", "[[a\\|b]]", "[^a]", "x", "61", "\\|"]), min_size=1, max_size=5))
def test_every_reference_of_a_table_stands_where_it_says(cells):
    body, _ = parse_body(
        "|"
        + "|".join(f" h{n} " for n in range(len(cells)))
        + "|\n|"
        + "---|" * len(cells)
        + "\n|"
        + "|".join(f" {cell} " for cell in cells)
        + "|\n",
        "a.md",
        1,
    )
    found = [body[0].text.source[ref.start : ref.end] for ref in body[0].text.references]
    assert found == [cell for cell in cells if "a" in cell]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("- [^drawn-final] says 62", r"<li>\s*<sup"),
        ("1. [^drawn-final] x", r"<ol>\s*<li><sup"),
        ("> [^drawn-final] x", r"<blockquote>\s*<p><sup"),
        ("### Sub\n[^drawn-final] says so.", r'<h3 id="sub">Sub</h3>\s*<p><sup'),
        ("Code `re [^abc]` stays.", "<code>re [^abc]</code>".replace("[", r"\[").replace("^", r"\^")),
        ("A claim [^drawn-final].", r"A claim<sup"),
        ("A claim\n[^drawn-final] goes on.", r"A claim<sup"),
    ],
)
def test_a_footnote_stands_close_to_its_word_and_leaves_the_markdown_around_it_alone(site, settings, body, expected):
    append(site, "themes/fast-time-controls.md", f"\n## More\n\n{body}\n")
    path = site / "content" / "themes" / "fast-time-controls.md"
    assert path.is_file()
    assert re.search(expected, html(site, "themes/fast-time-controls.md", settings))


def test_a_record_that_ends_in_code_keeps_its_source_outside_of_it(site, settings):
    append(site, "articles/drawn-final.md", "\n## Outcomes\n- Moves: #fast-time-controls\n\n  ```\n  e4 e5\n  ```\n")
    shown = html(site, "themes/fast-time-controls.md", settings)
    assert re.search(r"e4 e5\s*</code></pre>\s*<p>\s*<span class=\"briefing-trail\">", shown)


# --- front matter


def test_a_past_slug_is_a_slug_and_leads_nowhere_else(site, settings):
    text = (site / "content" / "articles" / "drawn-final.md").read_text("utf-8")
    write(site, "articles/drawn-final.md", re.sub(r"redirect_from: .*", 'redirect_from: ["../../evil"]', text))
    with pytest.raises(
        InvalidContent, match=re.escape("error[invalid-slug]: item 1 of `redirect_from` is not a slug")
    ):
        build(site / "content", settings)


def test_nothing_is_written_outside_of_the_folder_of_an_export(tmp_path):
    with pytest.raises(GeneratorError, match="outside"):
        export([File("../evil", b"x")], tmp_path / "out")
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("end", ["2024-04", "2023", "2024-04-19"])
def test_an_end_that_makes_no_span_with_the_start_is_reported(site, settings, end):
    text = (site / "content" / "matches" / "riga-match-2024.md").read_text("utf-8")
    write(site, "matches/riga-match-2024.md", re.sub(r"^end: .*", f"end: {end}", text, flags=re.MULTILINE))
    assert "end-before-start" in {problem.code for problem in check(site / "content", settings).problems}


@pytest.mark.parametrize("value", ["[56.95]", "[956.95, 24.1]", "[.nan, 1]", "[1, 2, 3]", "north"])
def test_coordinates_are_two_numbers_on_earth(site, settings, value):
    text = (site / "content" / "matches" / "riga-match-2024.md").read_text("utf-8")
    write(
        site,
        "matches/riga-match-2024.md",
        re.sub(r"^coordinates:.*\n", "", text, flags=re.MULTILINE).replace(
            "title:", f"coordinates: {value}\ntitle:", 1
        ),
    )
    (problem,) = check(site / "content", settings).problems
    assert problem.code == "wrong-type"
    assert "coordinates" in problem.message


def test_a_value_that_refers_to_itself_is_reported(site, settings):
    write(site, "themes/loop.md", "---\ntitle: Loop\nsummary: s\naliases: &x [*x]\n---\n")
    assert "invalid-yaml" in {problem.code for problem in check(site / "content", settings).problems}


def test_a_past_slug_of_a_speaker_and_of_a_host_leads_to_the_person(site, settings):
    old = site / "content" / "players" / "magnus-berzins.md"
    text = old.read_text("utf-8")
    old.unlink()
    write(site, "players/m-berzins.md", text.replace("title:", "redirect_from: [magnus-berzins]\ntitle:", 1))
    match = (site / "content" / "matches" / "riga-match-2024.md").read_text("utf-8")
    write(
        site,
        "matches/riga-match-2024.md",
        re.sub(r"^host:.*\n", "", match, flags=re.MULTILINE).replace("title:", "host: magnus-berzins\ntitle:", 1),
    )
    assert "Said by others" not in page(site, "players/m-berzins.md", settings).text
    assert (
        "**Host:** [Magnuss Bērziņš](../players/m-berzins.md)"
        in page(site, "matches/riga-match-2024.md", settings).text
    )


# --- statements


def test_a_dashed_line_within_a_quotation_is_part_of_it_where_the_attribution_stands_below(settings):
    body, problems = parse_body(
        "## Statements\n> I said\n> — not once —\n> that it must end.\n\n— Ann, 2024-05-01\n", "a.md", 1
    )
    assert not problems
    (statement,) = body[0].records
    assert statement.quote.source == "I said\n— not once —\nthat it must end."


def test_a_quotation_that_has_no_attribution_is_not_cut_at_a_dash_within_it():
    _, problems = parse_body("## Statements\n> I said\n> — not once —\n> that it must end.\n", "a.md", 1)
    assert [problem.code for problem in problems] == ["invalid-statement"]


def test_a_citation_within_a_quotation_is_a_source_of_the_statement():
    body, _ = parse_body("## Statements\n> It must end. [^one]\n\n— Ann\n", "a.md", 1)
    assert body[0].records[0].citations == ("one",)


# --- files


def test_files_that_are_no_content_are_left_alone_and_a_wrong_ending_is_reported(site, settings):
    (site / "content" / "articles" / ".#drawn-final.md").symlink_to("nowhere")
    (site / "content" / "articles" / "folder.md").mkdir()
    assert not check(site / "content", settings).problems
    write(site, "articles/lost.markdown", "---\ntitle: Lost\n---\n")
    assert "invalid-slug" in {problem.code for problem in check(site / "content", settings).problems}


def test_what_refers_to_a_file_that_cannot_be_opened_is_no_mistake_as_well(site, settings):
    report = site / "content/articles/early-report.md"
    report.rename(site / "elsewhere.md")
    report.symlink_to(site / "elsewhere.md")
    assert {problem.code for problem in check(site / "content", settings).problems} == {"bad-link"}


def test_records_on_the_home_page_are_shown(site, settings):
    append(site, "index.md", "\n## Timeline\n- 2024-05-01: the opening.[^drawn-final]\n")
    assert "the opening." in page(site, "index.md", settings).text


def test_a_site_folder_that_is_a_link_stays_one(tmp_path):
    real = tmp_path / "real"
    real.mkdir()
    link = tmp_path / "site"
    link.symlink_to(real)
    for content in ("one", "two"):
        staging = Staging(link)
        (staging.path / "index.html").write_text(content)
        staging.commit()
    assert link.is_symlink()
    assert (link / "index.html").read_text() == "two"


def test_a_missing_address_of_the_site_is_said_plainly(site, tmp_path):
    config = (site / "mkdocs.yml").read_text("utf-8")
    (site / "mkdocs.yml").write_text(re.sub(r"^site_url:.*\n", "", config, flags=re.MULTILINE), "utf-8")
    result = mkdocs_build(site, tmp_path / "out")
    assert result.returncode != 0
    assert "`site_url` is missing" in result.stderr
    assert "Traceback" not in result.stderr
