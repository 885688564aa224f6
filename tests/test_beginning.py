"""`briefing new`: a file that `check` accepts, under a slug that can be read, whatever the script of its title."""

import re
import subprocess
import sys

import pytest
from conftest import SETTINGS, SITE
from hypothesis import given
from hypothesis import strategies as st
from test_cli import run, tree
from test_ledger import change

from generator.authoring.beginning import begin, free_slug
from generator.build import check
from generator.core.errors import GeneratorError, is_error
from generator.core.settings import Kind
from generator.reading.decoding import Source
from generator.reading.sources import parse

LIBRARY = check(SITE / "content", SETTINGS).library
EXAMPLES = {
    "article": [
        "Nobody won",
        "--outlet",
        "board-gazette",
        "--published",
        "2024-06~",
        "--kind",
        "news",
        "--summary",
        "A: b",
    ],
    "summit": ["Riga rematch", "--start", "2025-01-02/2025-01-03", "--summary", "Yes", "--coordinates", "56.9, 24.1"],
    "leader": [
        "Łukasz O'Neill",
        "--role",
        "Coach",
        "--country",
        "Norway",
        "--summary",
        "1234",
        "--aliases",
        "Luk, No",
    ],
    "theme": ["Clocks: #old & @new", "--summary", '- about "clocks"'],
    "outlet": ["2024", "--kind", "website", "--url", "https://example.org/a?b=c#d"],
}


def new(site, *arguments):
    return run("new", "-f", site / "mkdocs.yml", *arguments)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_new_file_is_one_that_check_accepts_and_says_what_was_given(kind, site):
    before = set(tree(site / "content"))
    result = new(site, kind, *EXAMPLES[kind])
    assert result.exit_code == 0, result.output
    (path,) = set(tree(site / "content")) - before
    assert result.output.startswith(str(site / "content" / path))
    checked = check(site / "content", SETTINGS)
    assert not any(map(is_error, checked.problems))
    meta = checked.library.documents[path.rpartition("/")[2].removesuffix(".md")].meta
    assert meta.title == EXAMPLES[kind][0]
    for option, value in zip(EXAMPLES[kind][1::2], EXAMPLES[kind][2::2], strict=True):
        found = getattr(meta, option.removeprefix("--"))
        found = ", ".join(map(str, found)) if isinstance(found, tuple) else getattr(found, "text", found)
        assert str(found) == value


def test_degrees_are_numbers_in_the_file(site):
    new(site, "summit", "Riga rematch", "--start", "2025-01-02", "--summary", "Yes", "--coordinates", "56.9,-24.1")
    written = (site / "content" / "matches" / "riga-rematch-2025.md").read_text("utf-8")
    assert "\ncoordinates: [56.9, -24.1]\n" in written


def test_a_kind_goes_by_the_name_that_the_site_has_for_it(site):
    for name in ("player", "Players", "leader"):
        assert new(site, name, f"One {name}", "--role", "R", "--country", "C", "--summary", "S").exit_code == 0
    assert (site / "content" / "players" / "one-player.md").exists()
    result = new(site, "gamer", "X")
    assert result.exit_code == 2
    assert "`gamer`; there are article, match, player, theme, outlet\n" in result.output


def test_help_is_in_the_words_of_the_site(site, monkeypatch):
    monkeypatch.chdir(site)
    kinds, options = run("new", "--help").output, run("new", "article", "--help").output
    assert "match    Begin a document of the kind match." in kinds
    assert "The slugs of the players that it is about." in options
    assert not re.search("summit|leader", kinds + re.sub("--summits|--leaders", "", options))


@pytest.mark.parametrize("names", ["singular: Rail operator, plural: Rail operators", "plural: Players"])
def test_a_kind_whose_name_is_not_one_word_is_called_as_in_the_documentation(names, site):
    change(site, "../mkdocs.yml", "singular: Player, plural: Players", names)
    assert "  leader   Begin" in run("new", "-f", site / "mkdocs.yml", "--help").output


def test_a_configuration_that_cannot_be_read_is_told_without_a_traceback(site):
    change(site, "../mkdocs.yml", "docs_dir: content", "docs_dir: contents")
    result = new(site, "player", "X")
    assert (result.exit_code, "mkdocs.yml: Aborted" in result.output) == (1, True), result.output


def test_a_date_in_another_form_is_written_as_it_can_be_read(site):
    given = ["--start", "9 May 2026", "--end", "June 2026", "--updated", "2026–05–10", "--summary", "S"]
    assert new(site, "match", "Oslo", *given).exit_code == 0
    text = (site / "content" / "matches" / "oslo-2026.md").read_text("utf-8")
    assert text == "---\ntitle: Oslo\nstart: 2026-05-09\nsummary: S\nend: 2026-06\nupdated: 2026-05-10\n---\n"


@pytest.mark.parametrize(
    ("titles", "slugs"),
    [
        (["习近平", "김정은", "محمد", "Дружба"], ["xi-jin-ping", "gim-jeong-eun", "mhmd", "druzhba"]),
        (["Clocks", "Clocks!", "clocks?"], ["clocks", "clocks-2", "clocks-3"]),
        (
            ["Fast time controls", "Magnus Berzins", "Final draw"],
            ["fast-time-controls-2", "magnus-berzins-2", "final-draw-2"],
        ),
        (["Index", "x" * 80], ["index-2", "x" * 60]),
        (["A long title " + "of many words " * 9], ["a-long-title-of-many-words-of-many-words-of-many-words-of"]),
    ],
)
def test_slugs_can_be_read_and_are_free(titles, slugs, site):
    for title in titles:
        assert new(site, "theme", title, "--summary", "S").exit_code == 0
    assert {f"themes/{slug}.md" for slug in slugs} <= set(tree(site / "content"))


def test_a_meeting_has_its_year_and_a_digest_when_it_needs_one(site):
    for title in ("Baku Open", "Baku-Open!"):
        assert new(site, "summit", title, "--start", "2026-05", "--summary", "S").exit_code == 0
    assert (
        new(
            site, "article", "Drawn final", "--published", "2025", *EXAMPLES["article"][1:3], *EXAMPLES["article"][5:]
        ).exit_code
        == 0
    )
    names = set(tree(site / "content"))
    assert {"matches/baku-open-2026.md", "matches/baku-open-2.md", "articles/drawn-final-2025.md"} <= names


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["theme", "T"], "missing: --summary; `briefing new theme --help`"),
        (["leader"], "missing: TITLE, --role, --country, --summary"),
        (["theme", "…", "--summary", "S"], "no slug can be made of “…”; give one: `--slug the-first-day`"),
        (
            ["theme", "T", "--summary", "S", "--slug", "../t"],
            "`../t` is not a slug: use lower-case letters a-z, digits and single hyphens, as in `--slug t`",
        ),
        (["theme", "T", "--summary", "S", "--slug", "final-draw"], "the slug `final-draw` is taken"),
        (["theme", "T", "--summary", "S", "--parent", "fast-time-control"], "did you mean `fast-time-controls`?"),
        (["theme", "T", "--summary", "S", "--parent", "unnamed"], "no theme has the slug `unnamed`"),
        (["summit", "T", "--summary", "S", "--start", "5/6/2026"], "write a day as `2025-09-01`"),
        (["summit", "T", "--summary", "S", "--start", "2026", "--updated", "May 2026"], "write the exact day"),
        (["article", "T", "--leaders", "Magnus"], "missing: --outlet, --published, --kind, --summary"),
        (["theme", "The Riga match", "--summary", "S"], "two documents have the name “The Riga match”"),
        (["outlet", "T", "--kind", "website", "--url", "example.org"], "is not a web address"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_written(arguments, said, site):
    before = tree(site)
    result = new(site, *arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert tree(site) == before


def test_a_choice_that_is_none_is_refused_with_the_choices(site):
    result = new(site, "outlet", "T", "--kind", "blog")
    assert result.exit_code == 2
    assert "'agency'" in result.output


def test_what_is_required_is_asked_for_on_a_terminal(site):
    pty = pytest.importorskip("pty", exc_type=ImportError)
    os = pytest.importorskip("os")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "generator", "new", "outlet"]
    process = subprocess.Popen(command, cwd=site, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs)
    os.write(ours, b"Baltic Chess\nblog\nmagazine\n")
    said = process.communicate(timeout=60)[0].decode()
    assert process.returncode == 0, said
    text = (site / "content" / "outlets" / "baltic-chess.md").read_text("utf-8")
    assert text == "---\ntitle: Baltic Chess\nkind: magazine\n---\n"


def test_what_is_left_to_do_is_told(site):
    assert "What is left to do:" in new(site, "theme", "Lonely", "--summary", "S").output


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_words_make_a_file_that_says_them_or_an_error_that_says_why(title, summary):
    library = LIBRARY
    values = {"title": title, "summary": summary}
    try:
        slug = free_slug(Kind.THEME, values, set(library.documents))
        begun = begin(Kind.THEME, slug, values, library, set(library.documents), SETTINGS)
    except GeneratorError:
        return  # it says why, which the cases above look at
    document, problems = parse(
        Source(begun.path, "x", begun.text.replace("\r\n", "\n").replace("\r", "\n")), Kind.THEME
    )
    assert not problems
    assert document.meta.title == " ".join(title.split())
    assert document.meta.summary == " ".join(summary.split())
