"""Every kind of bad input, as an editor sees it: one golden case for each code."""

import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from conftest import HERE, ROOT, SETTINGS

from generator.authoring import originals
from generator.build import check
from generator.core.errors import Location, Problem, is_error, render, report
from generator.core.words import did_you_mean


def headline(problem):
    return render(problem, {}).partition("\n")[0]


CASES = sorted((HERE / "invalid").glob("*.txt"))


def write_files(case: str, folder: Path) -> str:
    """Write the files of a case below a folder and return what is to be reported.

    `name -> elsewhere` is a link, `name -> a pipe` no file at all.
    """
    *files, expected = re.split(r"^=== ", case, flags=re.MULTILINE)[1:]
    for file in files:
        name, _, text = file.partition("\n")
        name, _, target = name.partition(" -> ")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if target == "a pipe":
            os.mkfifo(folder / name)
        elif target:
            (folder / name).symlink_to(target)
        else:
            (folder / name).write_text(text, "utf-8")
    assert expected.startswith("reported\n")
    return expected.removeprefix("reported\n")


def compare(checked, folder):
    texts, lost = originals.read(folder)
    for problem in [*lost, *originals.check(checked.library, checked.content.texts, texts)]:
        shown = problem.location.path.removeprefix(f"{folder.parent.as_posix()}/")
        yield replace(problem, location=problem.location._replace(path=shown))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_mistake_is_reported_with_its_place_and_how_to_mend_it(path, tmp_path, settings, golden):
    if os.name == "nt" and path.stem in ("bad-link", "bad-name", "unreadable-file"):
        pytest.skip("Windows cannot hold such files")
    case = path.read_text("utf-8")
    write_files(case, tmp_path)
    checked = check(tmp_path, replace(settings, today=date(2024, 5, 2)))
    compared = list(compare(checked, tmp_path / "originals")) if (tmp_path / "originals").exists() else []
    problems = [*checked.problems, *checked.notes, *compared]
    assert path.stem in {problem.code for problem in problems}
    before = case[: case.rindex("=== reported\n")]
    golden(path, f"{before}=== reported\n{report(problems, checked.content.texts)}\n")


def test_a_file_that_is_not_utf8_is_reported_with_the_byte(tmp_path, settings):
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "digest.md").write_bytes(b"---\ntitle: Caf\xe9\n---\n")
    (problem,) = check(tmp_path, settings).problems
    assert headline(problem) == "content/articles/digest.md:2:11: error[not-utf8]: the file is not UTF-8"


def test_a_document_that_links_to_itself_is_an_orphan_until_another_does(tmp_path, settings):
    (tmp_path / "themes").mkdir()
    theme = "---\ntitle: {0}\nsummary: S\n---\n\n## Key points\n\n- Of [[{1}]] and [[{1}]] [^c].\n"
    (tmp_path / "themes" / "a.md").write_text(theme.format("A", "a"), "utf-8")
    (tmp_path / "themes" / "b.md").write_text(theme.format("B", "a"), "utf-8")
    (tmp_path / "articles").mkdir()
    digest = "---\ntitle: C\noutlet: o\npublished: 2024\nkind: news\nsummary: S\nthemes: [b]\n---\n"
    (tmp_path / "articles" / "c.md").write_text(digest, "utf-8")
    (tmp_path / "outlets").mkdir()
    (tmp_path / "outlets" / "o.md").write_text("---\ntitle: O\nkind: website\n---\n", "utf-8")
    assert not check(tmp_path, settings).problems
    (tmp_path / "themes" / "b.md").write_text(theme.format("B", "b"), "utf-8")
    (orphan,) = check(tmp_path, settings).problems
    assert headline(orphan).startswith("content/themes/a.md:1:1: warning[orphan]")


MARKS = "<<<<<<< HEAD\n- one\n=======\n- two\n>>>>>>> branch\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"---\n{MARKS}---\n", [2]),
        (f"---\ntitle: T\n---\n\n## Key points\n{MARKS}- three\n{MARKS}", [6, 12]),
        (MARKS.replace("- ", "---\n"), [1]),
        (f"---\ntitle: T\n---\n```\ncode\n```\n{MARKS}", [7]),
        (f"---\ntitle: T\n---\n```\n{MARKS}```\n", []),
        ("---\ntitle: T\n---\nA heading\n=======\n", []),
        ("---\ntitle: T\n---\n<<<<<<<< eight, <<<<<<< within a line\n <<<<<<< HEAD\n", []),
    ],
)
def test_the_marks_of_a_merge_are_told_at_the_first_of_them_and_nothing_that_follows_from_them(text, lines, tmp_path):
    (tmp_path / "themes").mkdir()
    (tmp_path / "themes" / "clocks.md").write_text(text, "utf-8")
    problems = check(tmp_path, SETTINGS).problems
    assert [problem.location.line for problem in problems if problem.code == "merge-conflict"] == lines
    assert not lines or len(problems) == len(lines)


def test_a_title_that_another_document_claims_is_told_where_it_stands(tmp_path, settings):
    write_files((HERE / "invalid" / "ambiguous-alias.txt").read_text("utf-8"), tmp_path)
    (tmp_path / "themes" / "time.md").write_text("---\nsummary: s\ntitle: >-\n  Time\n  Control\n---\n", "utf-8")
    errors = [problem for problem in check(tmp_path, settings).problems if is_error(problem)]
    assert [str(problem.location) for problem in errors] == ["content/themes/time.md:3:8"]


def codes_in_generator() -> set[str]:
    source = "".join(path.read_text("utf-8") for path in sorted((ROOT / "generator").rglob("*.py")))
    literals = set(re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', source))
    documented = set(
        re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)*)`", "".join(re.findall(r"Problems: [^\"]*\"\"\"", source)))
    )
    return (literals | {f"unknown-{kind}" for kind in ("link", "tag", "citation")} | {"orphan"}) & documented


def test_every_code_has_a_case_and_an_entry_in_the_documentation():
    entries = set(re.findall(r"^## ([a-z0-9-]+)$", (ROOT / "docs" / "errors.md").read_text("utf-8"), re.MULTILINE))
    cases = {path.stem for path in CASES} | {"not-utf8"}
    assert codes_in_generator() == cases
    assert entries == cases


def test_all_problems_of_all_files_are_reported_in_one_run(tmp_path, settings):
    for path in CASES:
        folder = tmp_path / path.stem
        write_files(path.read_text("utf-8"), folder)
    together = tmp_path / "together"
    for name in ("unclosed-front-matter", "unknown-key", "duplicate-key", "missing-citation"):
        for source in (tmp_path / name).rglob("*.md"):
            target = together / source.parent.name / f"{name}-{source.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    found = {problem.code for problem in check(together, settings).problems}
    assert {"unclosed-front-matter", "unknown-key", "duplicate-key", "missing-citation"} <= found


def test_a_reference_to_a_file_that_cannot_be_read_is_not_a_second_mistake(tmp_path, settings):
    write_files((HERE / "invalid" / "unclosed-front-matter.txt").read_text("utf-8"), tmp_path)
    (tmp_path / "themes" / "clocks.md").write_text(
        "---\ntitle: Clocks\nsummary: s\n---\n\nSee [[digest]].[^digest]\n"
    )
    errors = [problem for problem in check(tmp_path, settings).problems if is_error(problem)]
    assert [problem.code for problem in errors] == ["unclosed-front-matter"]


def test_the_marker_stands_under_the_text_after_tabs():
    shown = render(Problem(Location("a.md", 1, 3, 2), "x-y", "message"), {"a.md": "\t\tab"})
    assert "1 | \t\tab\n  | \t\t^^" in shown


def test_a_near_match_is_proposed_and_a_far_one_is_not():
    assert did_you_mean("india-chian", ["india-china", "tariffs"]) == "did you mean `india-china`?"
    assert did_you_mean("quantum", ["india-china", "tariffs"]) == ""
