"""Problems in the forms that programs read: JSON, SARIF for code scanning, and the commands of GitHub's workflows.

The form for people, with the line that a problem is about, is in `generator.core.errors`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from generator import __version__
from generator.core.errors import Problem, Severity, docs

# What GitHub's workflow commands call the severities. Those of SARIF (2.1.0, section 3.27.10) have our names.
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def as_json(problems: Sequence[Problem]) -> str:
    """Return `{"version": 1, "problems": […]}`; lines and columns count from 1, `end_column` is after the last."""
    return _dump({"version": 1, "problems": [_plain(problem) for problem in problems]})


def _plain(problem: Problem) -> dict[str, object]:
    place = problem.location
    return {
        "path": place.path,
        "line": place.line,
        "column": place.column,
        "end_column": place.column + place.width,
        "severity": str(problem.severity),
        "code": problem.code,
        "message": problem.message,
        "label": problem.label,
        "help": problem.help,
        "docs": docs(problem),
    }


def as_sarif(problems: Sequence[Problem]) -> str:
    """Return a log of the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0) with one run."""
    codes = sorted({problem.code for problem in problems})
    rules = [{"id": code, "shortDescription": {"text": code.replace("-", " ")}} for code in codes]
    driver = {"name": "Briefing", "version": __version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes.index(problem.code)) for problem in problems],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    return _dump({"$schema": schema, "version": "2.1.0", "runs": [run]})


def _result(problem: Problem, rule: int) -> dict[str, Any]:
    place = problem.location
    region = {"startLine": place.line, "startColumn": place.column, "endColumn": place.column + place.width}
    said = [problem.message, problem.label, problem.help and f"Help: {problem.help}"]
    return {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": str(problem.severity),
        "message": {"text": ". ".join(filter(None, said))},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(place.path)}, "region": region}}],
    }


def as_github(problems: Sequence[Problem]) -> str:
    """Return a workflow command a line (`::error file=…::…`), which GitHub shows beside the changed lines."""
    return "\n".join(map(_command, problems))


def _command(problem: Problem) -> str:
    place = problem.location
    properties = {
        "file": place.path,
        "line": place.line,
        "col": place.column,
        "endColumn": place.column + place.width,
        "title": problem.code,
    }
    given = ",".join(f"{key}={_escaped(str(value), property_=True)}" for key, value in properties.items())
    said = "\n".join(filter(None, [problem.message, problem.label, problem.help]))
    return f"::{_COMMANDS[problem.severity]} {given}::{_escaped(said)}"


def _escaped(text: str, *, property_: bool = False) -> str:
    """Escape as the toolkit of GitHub's actions does; commas and colons would end a property."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_ else text


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {"json": as_json, "sarif": as_sarif, "github": as_github}
