"""Problems as programs read them: each form is read back as its reader would."""

import json
import re
import subprocess
import sys
from urllib.parse import unquote

import pytest
from test_cli import run, spoil

from generator.commands.reporting import as_github, as_json, as_sarif
from generator.core.errors import Location, Problem, Severity

PROBLEMS = (
    Problem(
        Location("content/a b.md", 3, 5, 4), "unknown-tag", "100 % wrong", "did you mean `x`?", "mend, or: remove"
    ),
    Problem(Location("content/é,1.md", 1), "orphan", "two\nlines", severity=Severity.WARNING),
)


def test_json_has_everything_that_an_editor_is_shown():
    first, second = json.loads(as_json(PROBLEMS))["problems"]
    assert first == {
        "path": "content/a b.md",
        "line": 3,
        "column": 5,
        "end_column": 9,
        "severity": "error",
        "code": "unknown-tag",
        "message": "100 % wrong",
        "label": "did you mean `x`?",
        "help": "mend, or: remove",
        "docs": "docs/errors.md#unknown-tag",
    }
    assert second["severity"] == "warning"


def test_sarif_names_each_rule_once_and_places_each_result():
    (log,) = json.loads(as_sarif([*PROBLEMS, PROBLEMS[0]]))["runs"]
    assert [rule["id"] for rule in log["tool"]["driver"]["rules"]] == ["orphan", "unknown-tag"]
    first, second, _ = log["results"]
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endColumn": 9}
    assert place["artifactLocation"]["uri"] == "content/a%20b.md"
    assert unquote(second["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]) == "content/é,1.md"
    assert [result["level"] for result in log["results"]] == ["error", "warning", "error"]
    for result in log["results"]:
        assert log["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]


def test_a_command_of_github_is_one_line_and_keeps_what_was_written():
    first, second = as_github(PROBLEMS).split("\n")
    assert first.startswith(
        "::error file=content/a b.md,line=3,col=5,endColumn=9,title=unknown-tag::100 %25 wrong%0A"
    )
    properties, _, message = second.removeprefix("::warning ").partition("::")
    assert "é%2C1.md" in properties
    assert message == "two%0Alines"


def test_no_problems_are_an_empty_list_in_each_form():
    assert json.loads(as_json([]))["problems"] == []
    assert json.loads(as_sarif([]))["runs"][0]["results"] == []
    assert as_github([]) == ""


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_check_writes_nothing_but_the_form_and_fails_where_there_are_errors(form, site):
    config = site / "mkdocs.yml"
    good = run("check", "-f", config, "--format", form)
    assert good.exit_code == 0
    spoil(site)
    bad = run("check", "-f", config, "--format", form)
    assert bad.exit_code == 1
    assert "invalid-date" in bad.stdout
    if form != "github":
        json.loads(good.stdout)
        json.loads(bad.stdout)


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, False), ({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)],
)
def test_colour_is_for_terminals_and_can_be_asked_for_or_refused(variables, coloured, site, monkeypatch):
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    spoil(site)
    shown = subprocess.run(
        [sys.executable, "-m", "generator", "check", "-f", str(site / "mkdocs.yml")],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert ("\x1b[" in shown) is coloured
    assert "error[invalid-date]" in re.sub(r"\x1b\[[0-9;]*m", "", shown)
