"""What can be wrong with the input, as values.

A `Problem` is data: the modules that find one return it, `InvalidContent` carries all of them at once, and
only the outermost layer decides how they are shown. Every code is described in `docs/errors.md`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from generator.core.characters import printable
from generator.core.packing import Word, packed, stateless
from generator.core.words import listed

_WIDEST = 240  # characters of a line that a report shows


class Severity(Word):
    """Whether a problem stops the build (`error`), is reported (`warning`), or only told when asked for (`note`)."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@stateless
class Location(NamedTuple):
    """A place in a file: `path` with forward slashes, `line` and `column` counted from 1, `width` in characters.

    There are dozens in each document, and a tuple is unpickled in a third of the time of a dataclass.
    """

    path: str
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@packed
@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """One thing that is wrong in one place.

    `code` is stable and documented, `message` says what is wrong, `label` stands under the marked text,
    `help` says how to mend it.
    """

    location: Location
    code: str
    message: str
    label: str = ""
    help: str = ""
    severity: Severity = Severity.ERROR


class GeneratorError(Exception):
    """Anything that Briefing itself refuses to do; the message is meant for the user."""


class InvalidContent(GeneratorError):
    """The content has problems, so nothing was written. `problems` holds them all, in order of place."""

    def __init__(self, problems: Iterable[Problem], texts: Mapping[str, str]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__(f"{report(self.problems, texts)}; nothing was written.")


def is_error(problem: Problem) -> bool:
    """Tell whether a problem stops the build."""
    return problem.severity is Severity.ERROR


# What a part of a report is, and its text; returns the text as it is to be shown.
Paint = Callable[[str, str], str]


def _as_it_is(_part: str, text: str) -> str:
    return text


def _headline(problem: Problem, paint: Paint) -> str:
    kind = paint(problem.severity, f"{problem.severity}[{problem.code}]")
    place, message = printable(str(problem.location)), printable(problem.message)
    return f"{paint('place', place)}: {kind}: {paint('message', message)}"


def docs(problem: Problem) -> str:
    """Return where the documentation tells more about a problem."""
    return f"docs/errors.md#{problem.code}"


def render(problem: Problem, texts: Mapping[str, str], paint: Paint = _as_it_is) -> str:
    """Return a problem as text with the line it is about.

    `texts` maps a path to the text of that file; without its file a problem is its headline and help.
    `paint` may give colour to the parts `place`, `message`, `gutter`, and to what has the name of a severity.
    """
    place = problem.location
    lines = texts[place.path].split("\n") if place.path in texts else []
    out = [_headline(problem, paint)]
    margin = " " * len(str(place.line))
    bar = paint("gutter", f"{margin} |")
    label, help_ = printable(problem.label), printable(problem.help)
    if place.line <= len(lines):
        line, at = _part(printable(lines[place.line - 1]), place.column - 1)
        width = max(1, min(place.width, len(line) - at))
        # Tabs are kept in the padding, so that the marker stands under the text whatever a tab is wide.
        padding = "".join("\t" if char == "\t" else " " for char in line[:at])
        marker = paint(problem.severity, f"{'^' * width} {label}".rstrip())
        out += [bar, f"{paint('gutter', f'{place.line} |')} {line}".rstrip(), f"{bar} {padding}{marker}"]
    elif label:
        out.append(f"{margin} = {label}")
    if help_:
        out += [bar, f"{margin} = {paint('message', 'help')}: {help_}"]
    out.append(f"{margin} = more: briefing explain {problem.code}")
    return "\n".join(out)


def _part(line: str, at: int) -> tuple[str, int]:
    """Return a line, of one too long to be shown the part around the offset `at`, and where `at` is in that."""
    if len(line) <= _WIDEST:
        return line, at
    low = max(0, min(at - _WIDEST // 2, len(line) - _WIDEST))
    return f"…{line[low + 1 : low + _WIDEST - 1]}…", at - low


def report(problems: Iterable[Problem], texts: Mapping[str, str], paint: Paint = _as_it_is) -> str:
    """Return all problems as text, with their count at the end: "1 error and 2 warnings in 1 file"."""
    problems = sorted(problems)
    files = len({problem.location.path for problem in problems})
    counts = Counter(problem.severity for problem in problems)
    kinds = [_plural(counts[severity], severity) for severity in Severity if counts[severity]]
    count = f"{listed(kinds, 'and') if kinds else 'no problems'} in {_plural(files, 'file')}"
    return "\n\n".join([*(render(problem, texts, paint) for problem in problems), count])


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
