"""`briefing draft`: it proposes what it finds, marks what it guesses, and copies no sentence but what was said."""

import re
import sys

import pytest
from click.testing import CliRunner
from conftest import ROOT, SITE

from generator.authoring.drafts import drafts
from generator.authoring.extracting import source_text
from generator.authoring.findings import Guess, find
from generator.authoring.segments import segments
from generator.build import check
from generator.commands import cli
from generator.content.quoting import hidden, quotations
from generator.reading.mentions import Finder

MATCH = """RIGA — Grandmaster Magnuss Bērziņš held the lead on Tuesday before some 2,400 people in Riga.
The hall was full from the first minute, and the noise outside did not end.
“I had to play for a win,” said Magnuss Bērziņš, who has lost 3 of 40 games this year.
Prime Minister Anda Ozola called it “a great day for Latvia” when she opened the match.
She added that “nobody will forget it”.
The prize is $40,000, and 12% of it goes to the loser.
Klava Liepa writes for the Board Gazette."""

REPORT = """Clocks were the quarrel of the week in Oslo, where players met officials of the federation.
Published On 4 May 20244 May 2024
Share
Oslo, Norway – President Nils Dahl of the federation said on Saturday that clocks would stay as they are.
“We have heard all sides,” Dahl said.
Recommended Stories
list of 3 itemsend of list
Players from Oslo, Bergen and Tromso had asked Dahl for thirty more minutes in all games of the league.
“It is not enough,” Ingrid Moe, a player from Bergen, told the Northern Herald."""


@pytest.fixture
def library(settings):
    return check(SITE / "content", settings).library


@pytest.fixture
def found(library):
    documents = list(library.documents.values())

    def look(text):
        return find(text.splitlines(), 1, Finder(documents), documents)

    return look


def test_texts_in_a_row_are_taken_apart_where_they_begin():
    run = segments(f"{MATCH}\n{REPORT}\n{MATCH}\n")
    assert [segment.first_line for segment in run] == [1, 8, 17]
    assert all(segment.sure for segment in run)
    assert "a date of publication follows" in run[1].reasons
    assert "it begins with a dateline" in run[2].reasons


def test_one_text_is_one_draft():
    assert [segment.first_line for segment in segments(REPORT)] == [1]
    assert segments("") == []


def test_a_quotation_never_begins_a_text():
    assert len(segments(f"{MATCH}\n“We came here,” President Nils Dahl said on Monday, 4 May.\n{MATCH}")) == 2


def test_outlet_date_and_author_are_those_that_the_text_gives(found):
    match, report = found(MATCH), found(REPORT)
    assert (match.outlet.text, match.outlet.sure) == ("Board Gazette", True)
    assert [author.text for author in match.authors] == ["Klava Liepa"]
    assert match.published is None
    assert (report.published.text, report.published.sure) == ("2024-05-04", True)
    assert (report.outlet.text, report.outlet.sure) == ("Northern Herald", False)


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("RIGA, May 2, 2024 (UPI) - Anna Bērziņa drew.", "2024-05-02"),
        ("WASHINGTON, Sept 9, 2025 — The hall was full.", "2025-09-09"),
        ("BEIJING, SEPT. 3, 2025 (Xinhua) -- “We go on,” he said.", "2025-09-03"),
        ("Sept. 5, 2025 (UPI) — It began.", "2025-09-05"),
        ("Oslo, Norway (AP), 2 May 2024 – President Dahl came.", "2024-05-02"),
    ],
)
def test_the_day_of_a_dateline_is_exact(found, line, day):
    for text in (line, f"A headline\n\nWhat it is about.\n{line}", f"Share\n\n\n{line}"):
        assert found(f"{text}\nIt goes on.").published == Guess(day)


@pytest.mark.parametrize(
    "line",
    [
        "May 2, 2024 – The match begins.",
        "On Thursday, May 2, 2024 – The match began.",
        "The match of May 2, 2024 - A draw - was long.",
        "Anna Bērziņa, born May 2, 2024, drew.",
        "It had been quiet.\nIt was late.\nIt was cold.\nRIGA, May 2, 2024 (UPI) - Anna drew.",
    ],
)
def test_a_day_that_stands_elsewhere_is_a_guess(found, line):
    guess = found(f"{line}\nIt goes on.").published
    assert (guess.text, guess.sure) == ("2024-05-02~", False)


def test_a_day_that_is_not_in_the_calendar_is_none(found):
    assert found("RIGA, Feb 30, 2024 (UPI) - Anna drew.").published is None


def test_a_text_begins_at_a_dateline_with_its_day():
    quiet = "Nothing happened then.\n" * 5
    run = segments(f"{quiet}RIGA, May 2, 2024 (UPI) - Anna Bērziņa drew.\n{quiet}")
    assert [(one.first_line, one.reasons) for one in run[1:]] == [(6, ("it begins with a dateline",))]


def test_a_day_without_a_year_is_not_completed(found):
    guess = found("May 4 (ABC) — It began. In 2019 it had not.").published
    assert (guess.text, guess.sure) == ("", False)
    assert "without a year" in guess.why


def test_quotations_have_the_speaker_that_their_sentence_names_and_a_doubt_otherwise(found):
    said = [(q.words, q.speaker.text, q.speaker.sure) for q in found(MATCH).quotations]
    assert said == [
        ("I had to play for a win", "Magnuss Bērziņš", True),
        ("a great day for Latvia", "Anda Ozola", True),
        ("nobody will forget it", "Anda Ozola", False),
    ]
    assert [(q.speaker.text, q.line) for q in found(REPORT).quotations] == [("Dahl", 5), ("Ingrid Moe", 9)]


@pytest.mark.parametrize(
    ("line", "figures"),
    [
        ("WASHINGTON, Sept 9, 2025 — 3 people came on Sept. 5.", ["3 people came"]),
        ("It ran from 3 to 5 September 2025, on May 2–5, March 3 and 4 in Riga, the 3rd of May and 31 August.", []),
        ("From 2024-05-02 to 3.5.2024, or 2/5/2024, in the season of 2023-24.", []),
        ("In May 2,400 people came, in June 40 of them left.", ["2,400 people came", "40 of them"]),
        (
            "There were 4 marines, 30 mayors and 12 decisions, and 40",
            ["4 marines", "30 mayors", "12 decisions", "40"],
        ),
    ],
)
def test_no_part_of_a_date_is_a_figure(found, line, figures):
    assert [figure for figure, _ in found(line).figures] == figures


@pytest.mark.parametrize("marks", ['""', "„“", "„”", "«»", "»«", "「」", '„"', '“"', '"”'])
def test_quotations_are_the_same_whatever_their_marks(found, marks):
    for text in (MATCH, REPORT):
        assert found(text.replace("“", marks[0]).replace("”", marks[1])).quotations == found(text).quotations


def test_the_quotation_in_the_example_of_the_documentation_is_found(found):
    example = re.search(
        r'title="sources/riga.txt"\n(.*?)```', (ROOT / "docs" / "drafting.md").read_text("utf-8"), re.S
    )
    assert [(q.words, q.speaker.text, q.line) for q in found(example[1]).quotations] == [
        ("The clock decided it", "Bērziņa", 3)
    ]


def test_words_without_a_speaker_are_a_quotation_unless_they_are_few(found):
    text = "The “old guard”, it says, “was never asked at all”. 他说：“我们已经讨论过很多次了。”这是「一带一路」。"
    assert [q.words for q in found(text).quotations] == ["was never asked at all", "我们已经讨论过很多次了。"]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('A 6" pipe, a 12" one, the players\' own, and it\'s "good" steel.', ["good"]),
        ('"We laid a 6" pipe," he said. "It leaks."', ['We laid a 6" pipe,', "It leaks."]),
        ('"He is 5\'10"." The 6" pipe broke.', ["He is 5'10\"."]),
        ('"We came in 2019" he said of the 6" pipe. "Now," he said.', ["We came in 2019", "Now,"]),
        ('"We have lost 40" he said, and "won 50".', ["We have lost 40", "won 50"]),
        ('"This goes on in the next paragraph. He said "yes" to it.', ["yes"]),
        ('This ended what another had begun." He said "yes" to it.', ["yes"]),
        ("“This goes on. He said «yes» to it, “no” to them.", ["yes", "no"]),
        ('“He said "yes" and «no» to me,” she said.', ['He said "yes" and «no» to me,']),
        ('"He said “yes” to me," she said.', ["He said “yes” to me,"]),
        ('"Yes"—"no"—("maybe"): pro-"West".', ["Yes", "no", "maybe", "West"]),
        ("« Oui », dit-il, « non ».", [" Oui ", " non "]),
        ("Er sagte »ja«, »nein« und (»vielleicht«).", ["ja", "nein", "vielleicht"]),
        ("„Er sagte »ja« zu mir“, sagte sie.", ["Er sagte »ja« zu mir"]),
        ("» Ce paragraphe continue », dit-il, « et finit ».", [" et finit "]),
        ("»Das geht weiter. Er sagte «oui», und »ja«.", ["oui", "ja"]),
        ("他说：“好。”又说「不」，《新闻》写道『是』。", ["好。", "不", "是"]),
        ('He is 6" taller" than others', []),
        ('a"b"c "', []),
        ("“This goes on.\n\nHe said “yes” to it.\n \nThis ends.”", ["yes"]),
    ],
)
def test_a_mark_that_no_other_answers_begins_and_ends_no_quotation(text, quoted):
    assert [text[start + 1 : end - 1] for start, end in quotations(text)] == quoted
    assert not [words for words in quoted if words in hidden(text)]
    assert len(hidden(text)) == len(text)


def test_who_speaks_in_straight_quotes_gives_a_text_no_first_person():
    straight = MATCH.replace("“", '"').replace("”", '"')
    first = "I was there, and my friends were. Prime Minister Anda Ozola came on Tuesday. We saw President Nils Dahl."
    starts = [[one.first_line for one in segments(f"{text}\n{first}\n{text}")] for text in (MATCH, straight)]
    assert starts[0] == starts[1]
    reasons = [one.reasons for one in segments(f"{straight}\n{first}\n") if one.first_line == 8]
    assert "it speaks in the first person, and what stands before does not" in reasons[0]


def test_figures_are_found_and_days_and_years_are_not(found):
    figures = [figure for figure, _ in found(MATCH).figures]
    assert {"2,400 people", "40 games this", "$40,000", "12% of it"} <= set(figures)
    assert not [figure for figure in figures if "2024" in figure]


def test_pages_of_the_site_are_found_and_people_in_office_without_one_are_proposed(found):
    findings = found(MATCH)
    assert "magnus-berzins" in [document.slug for document in findings.documents]
    assert ("Anda Ozola", "Prime Minister") in findings.unknown


def test_no_sentence_of_the_source_is_in_a_draft_but_what_was_said(library, tmp_path):
    source = tmp_path / "two.txt"
    source.write_text(f"{MATCH}\n{REPORT}\n", "utf-8")
    for draft in drafts(source, source.read_text("utf-8"), library):
        unquoted = re.sub(r"^>.*$|^- \*\*.*$", "", draft.text, flags=re.MULTILINE)
        words = re.findall(r"\w+", unquoted.casefold())
        runs = {" ".join(words[at : at + 6]) for at in range(len(words) - 5)}
        source_words = re.findall(r"\w+", re.sub(r"“[^”]*”", "|", f"{MATCH} {REPORT}").casefold())
        assert not runs & {" ".join(source_words[at : at + 6]) for at in range(len(source_words) - 5)}


def test_drafts_are_shown_or_written_outside_of_the_content_and_replace_nothing(site, tmp_path, monkeypatch):
    source = tmp_path / "two.txt"
    source.write_text(f"{MATCH}\n{REPORT}\n", "utf-8")
    monkeypatch.chdir(site)
    shown = CliRunner().invoke(cli.main, ["draft", str(source)])
    assert shown.exit_code == 0
    assert "outlet: board-gazette\n" in shown.output
    assert "— [[magnus-berzins]] <!-- line 3 -->" in shown.output
    target = tmp_path / "drafts"
    assert CliRunner().invoke(cli.main, ["draft", str(source), "-o", str(target)]).exit_code == 0
    assert sorted(file.name for file in target.iterdir()) == ["two-1.md", "two-2.md"]
    again = CliRunner().invoke(cli.main, ["draft", str(source), "-o", str(target)])
    assert again.exit_code == 1
    assert "exists already" in again.output
    within = CliRunner().invoke(cli.main, ["draft", str(source), "-o", "content/articles"])
    assert "is in the content folder" in within.output


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_and_byte_order_marks_make_no_difference(library, tmp_path, end, mark):
    text = f"{REPORT}\n{MATCH}\n"
    (tmp_path / "plain").mkdir()
    plain, other = tmp_path / "plain" / "two.txt", tmp_path / "two.txt"
    plain.write_bytes(text.encode())
    other.write_bytes(mark + text.replace("\n", end).encode())
    texts = [source_text(path)[0].text for path in (plain, other)]
    assert texts[1] == texts[0] == text
    assert list(drafts(other, texts[1], library)) == list(drafts(plain, texts[0], library))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n\n", "the file is empty"),
        (b"GIF89a\x07\x00\x2a 40 people\n", "the file is not plain text"),
        (MATCH.encode("utf-16"), "the file is not plain text"),
        (b"RIGA\nA caf\xe9 in Riga\n", "source.txt:2:6: error[not-utf8]: the file is not UTF-8"),
        (b"x" * (2 * 2**20 + 1), "the file is larger than 2 MiB"),
    ],
)
def test_of_what_is_no_text_there_is_an_error_and_no_draft_of_any_file(data, said, site, tmp_path, monkeypatch):
    good, bad = tmp_path / "good.txt", tmp_path / "source.txt"
    good.write_text(MATCH, "utf-8")
    bad.write_bytes(data)
    monkeypatch.chdir(site)
    result = CliRunner().invoke(cli.main, ["draft", str(good), str(bad), "-o", str(tmp_path / "drafts")])
    assert result.exit_code == 1
    assert said in result.output
    assert f"{bad.as_posix()}:" in result.output
    assert not (tmp_path / "drafts").exists()


def test_the_article_of_an_html_page_is_read_and_not_what_surrounds_it(site, tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    paragraphs = "".join(f"<p>{line}</p>" for line in REPORT.splitlines() if line not in ("Share",))
    page.write_text(
        f"<html><body><nav><a href='/'>Home of the Herald</a></nav><article>{paragraphs}</article>"
        "<footer>All rights reserved since 1900</footer></body></html>",
        "utf-8",
    )
    monkeypatch.chdir(site)
    shown = CliRunner().invoke(cli.main, ["draft", str(page)]).output
    assert "> We have heard all sides" in shown
    assert "Home of the Herald" not in shown


def test_without_what_reads_html_a_page_is_reported_with_what_to_install(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    page.write_text(f"<article><p>{REPORT}</p></article>", "utf-8")
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    source, (problem,) = source_text(page)
    assert source.lost
    assert (problem.code, "briefing-generator[draft]" in problem.help) == ("no-source-text", True)


def test_what_a_source_says_cannot_end_a_comment_or_a_quotation_of_the_draft(library, tmp_path):
    source = tmp_path / "bad-->name.txt"
    text = "“--> <script>alert(1)</script> # x” said President Evil --> Person.\nA second line of the text, too."
    source.write_text(text, "utf-8")
    (draft,) = drafts(source, text, library)
    assert "<script>" not in draft.text
    assert "-->name" not in draft.text
