"""Mends what is mechanical in a content file: dates, the order of keys, space at line ends.

Prose and records stay as they are but for dates in another form, and no value of front matter changes its meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from generator.authoring.revising import Block, CutFile, Replacement, cut, lines_of, replaced
from generator.content.meta import order
from generator.core.dates import BY_FIX, proposal
from generator.core.errors import GeneratorError, Problem
from generator.core.settings import Kind
from generator.reading import frontmatter


@dataclass(frozen=True, slots=True)
class Fix:
    """A content file put in order: its new text, and what was done."""

    text: str
    done: tuple[str, ...]


def fix(text: str, kind: Kind, shown_as: str, problems: Iterable[Problem]) -> Fix:
    """Return a content file put in order. `problems` are those of the content."""
    done = []
    if dates := list(_dates(text, shown_as, problems)):
        text = replaced(text, dates)
        done.append("dates")
    for what, step in (("order of keys", partial(_in_order, keys=order(kind))), ("white space", _trimmed)):
        try:
            changed = step(cut(text, shown_as)).text
        except GeneratorError:  # its front matter cannot be read
            break
        if changed != text and _says_the_same(text, changed):
            text = changed
            done.append(what)
    return Fix(text, tuple(done))


def _dates(text: str, shown_as: str, problems: Iterable[Problem]) -> Iterable[Replacement]:
    lines = lines_of(text)
    for problem in problems:
        place = problem.location
        if problem.help.endswith(BY_FIX) and place.path == shown_as:
            written = lines[place.line - 1][place.column - 1 :][: place.width]
            value = written.strip("\"'")
            if new := proposal(value):
                yield Replacement(place, value, new)


def _in_order(source: CutFile, keys: Sequence[str]) -> CutFile:
    blocks = sorted(source.blocks, key=lambda block: keys.index(block.key) if block.key in keys else len(keys))
    return replace(source, blocks=tuple(blocks))


def _trimmed(source: CutFile) -> CutFile:
    """Take space from the ends of the lines of front matter, and give the file one line end at its end.

    In the body two spaces at the end of a line are a line break (CommonMark, section 6.7).
    """
    blocks = tuple(Block(block.key, tuple(map(_without_space, block.lines))) for block in source.blocks)
    return replace(source, blocks=blocks, rest=f"{source.rest.rstrip()}{source.line_end}")


def _without_space(line: str) -> str:
    words = line.rstrip()
    return words + line[len(line.rstrip("\r\n")) :]


def _says_the_same(one: str, other: str) -> bool:
    """Tell whether two files have the same front matter, in whatever order, and the same body but for its end."""
    before, after = (frontmatter.split("\n".join(map(str.rstrip, lines_of(text))), "") for text in (one, other))
    if before.front is None or after.front is None or after.problems:
        return False
    same_words = _words(before.front.plain()) == _words(after.front.plain())
    return same_words and before.body.rstrip() == after.body.rstrip()


def _words(value: object) -> object:
    """Return a value without the space around its words, which may end otherwise where it is the last."""
    if isinstance(value, dict):
        return {key: _words(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return value.split() if isinstance(value, str) else value
