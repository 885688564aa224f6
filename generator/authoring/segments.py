"""Splits a run of texts: where each begins and ends, as far as the words tell.

Nothing is certain here. Each start has a score and the reasons for it, and a draft says how sure it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.authoring import days
from generator.content.quoting import MARKS, hidden
from generator.core.dates import MONTHS

SURE = 6.0  # points from which a start is called sure
_NEEDED = 4.0  # points that a line needs to be a start
_SHORTEST = 4  # lines of a text, at least
_OPENING = 170  # characters of a line that introduce a text
_FIRST_WORDS = 72  # characters in which a report says who and when
_WINDOW = 5  # lines on both sides that are compared
_REACH = 200  # lines back in which a text is searched for what it has said before

# What news sites set between the paragraphs of a text.
FURNITURE = re.compile(
    r"(?:share|save|listen|advertisement|recommended stories|related|read more|sign up.*|list of \d+ items?.*"
    r"|end of list|published on .*|updated on .*|by .{3,40} staff|video duration .*)",
    re.IGNORECASE,
)
_PUBLISHED = re.compile(r"(?:published|updated|posted)(?: on)?:? ", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?:[A-Z][A-Z .,]{2,30}(?: \([A-Z]{2,12}\))? [—–-] |[A-Z][a-z]{2,8}\.? \d{1,2} \([A-Z]{2,12}\) [—–-] "
    r"|[A-Z][\w ]{2,25}, [A-Z][\w ]{2,25} [—–-] (?=[A-Z]))"
)
_SIGNATURE = re.compile(
    r"\b(?:writes? for|contributed to this|(?:is|was) (?:an? |the )?(?:former |senior )?(?:\w+ ){0,3}"
    r"(?:correspondent|editor|columnist|reporter|bureau chief|fellow|professor)\b.{0,240}\.$)",
)
_CAPTION = re.compile(r"\b(?:photo(?:graph)? by|file photo|/(?:reuters|afp|epa|ap)\b|\[.*/.*\]$)", re.IGNORECASE)
_INTRODUCED = re.compile(
    r"(?:President|Prime Minister|Premier|Chancellor|Minister|Secretary(?:-General| of State)?|King|Leader|leader)"
    r" ((?:[A-Z][\w’'-]+ ){1,3}[A-Z][\w’'-]+|[A-Z][\w’'-]+ [A-Z][\w’'-]+)"
)
_WHEN = re.compile(rf"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:{'|'.join(MONTHS[1:])}) \d{{1,2}})\b")
_CLOSING = re.compile(r"(?:therefore|in conclusion|conclusion|in short|ultimately|to conclude)\b", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|I’ve|We’ve|we’ve|my|our)\b")
_NAME = re.compile(r"\b[A-Z][\w’-]{2,}")


@dataclass(frozen=True, slots=True)
class Segment:
    """One text: its lines, the number of the first (from 1), and why it is taken for a beginning."""

    first_line: int
    lines: tuple[str, ...]
    score: float
    reasons: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Tell whether there is more than one good reason to begin here."""
        return self.score >= SURE


def segments(text: str) -> list[Segment]:
    """Return the texts of a run in order. A text without any sign of another is one segment."""
    lines = text.splitlines()
    filled = [number for number, line in enumerate(lines) if line.strip()]
    if not filled:
        return []
    words = [lines[number].strip() for number in filled]
    starts: list[tuple[int, float, tuple[str, ...]]] = [(filled[0], SURE, ("the file begins here",))]
    begun = 0
    for at, number in enumerate(filled):
        if at - begun >= _SHORTEST:
            score, reasons = _score(words, at, begun)
            if score >= _NEEDED:
                starts.append((number, score, reasons))
                begun = at
    ends = [*(start for start, _, _ in starts[1:]), len(lines)]
    return [
        Segment(start + 1, tuple(lines[start:end]), score, reasons)
        for (start, score, reasons), end in zip(starts, ends, strict=True)
    ]


def _score(lines: Sequence[str], at: int, begun: int) -> tuple[float, tuple[str, ...]]:
    """Return how much speaks for a new text on line `at`, and what. The text before it began on line `begun`."""
    line, before, after = lines[at], lines[at - 1], "".join(lines[at + 1 : at + 2])
    if FURNITURE.fullmatch(line) or line.startswith(tuple(MARKS)):
        return 0.0, ()
    evidence = [*_layout(before, line, after), *_words(line, lines[max(begun, at - _REACH) : at])]
    change = _change(lines[max(0, at - _WINDOW) : at], lines[at : at + _WINDOW])
    if change > 0.5:
        evidence.append((3.0 * change, "other names than before"))
    return sum(points for points, _ in evidence), tuple(reason for _, reason in evidence)


def _layout(before: str, line: str, after: str) -> Iterator[tuple[float, str]]:
    """Yield what the layout says: datelines, dates, signatures, captions."""
    if _PUBLISHED.match(after):
        yield 6.0, "a date of publication follows"
    if _is_dateline(line):
        yield 4.0, "it begins with a dateline"
    if _SIGNATURE.search(before):
        yield 4.0, "the line before is about an author"
    if _CAPTION.search(line) and not _CAPTION.search(before) and _is_dateline(after):
        yield 5.0, "a caption before a dateline"


def _is_dateline(line: str) -> bool:
    return bool(_DATELINE.match(line) or days.of_dateline(line))


def _words(line: str, since: Sequence[str]) -> Iterator[tuple[float, str]]:
    """Yield what the words of a line say, against the lines `since` the beginning of the text before it.

    A text introduces people once, ends with a conclusion, and stays in one grammatical person.
    """
    opening = line[:_OPENING]
    if _INTRODUCED.search(line[:_FIRST_WORDS]) and _WHEN.search(line[:_FIRST_WORDS]):
        yield 2.0, "it says who and when"
    if any(map(_CLOSING.match, since[-2:])):
        yield 1.5, "the lines before it conclude"
    if _FIRST_PERSON.search(opening) and not any(_FIRST_PERSON.search(hidden(one)) for one in since):
        yield 1.5, "it speaks in the first person, and what stands before does not"
    if again := _introduced_again(opening, since):
        yield min(3.0, 1.5 * len(again)), f"introduced again: {', '.join(again)}"


def _introduced_again(opening: str, since: Sequence[str]) -> list[str]:
    """Return who is introduced with title and full name though this text has introduced them already."""
    earlier = "\n".join(since[:-2])
    return [name for name in dict.fromkeys(_INTRODUCED.findall(opening)) if name in earlier]


def _change(before: Sequence[str], after: Sequence[str]) -> float:
    """Return how little the names of two stretches of lines have in common, from 0 to 1."""
    former, latter = (set(_NAME.findall("\n".join(lines))) for lines in (before, after))
    if len(former) < 3 or len(latter) < 3:
        return 0.0
    return 1 - len(former & latter) / min(len(former), len(latter))
