"""The headings that hold records, and what was meant to be one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from generator.content.model import RECORD_TYPES, Record
from generator.core.errors import Problem, Severity
from generator.core.words import spellings
from generator.reading.scan import Block, Scan

HEADINGS: dict[str, type[Record]] = {kind.heading: kind for kind in RECORD_TYPES}
_TYPES = {heading.casefold(): kind for heading, kind in HEADINGS.items()}

# A line that looks like a heading and is none: without the space that CommonMark asks for, or in bold.
_LOOKS_LIKE_ONE = re.compile(r"\s*(?:#{2,6}[^#\s].*|(\*{1,3}|_{1,3})[^*_]+\1:?\s*)")
_LOOKS_LIKE_RECORDS = ("bullet_list", "ordered_list", "blockquote")


def records_under(heading: str) -> type[Record] | None:
    """Return which records stand under a heading; None where that is prose."""
    return _TYPES.get(heading.casefold())


def check(scan: Scan) -> Iterator[Problem]:
    """Yield what is wrong with the headings of a body.

    A heading that is nearly one of records is reported where records seem to follow: nobody would notice that these
    are none, since their own page still shows them. Problems: `top-heading`, and the warning `unknown-heading`.
    """
    shown = [block for block in scan.blocks if block.level == 0 and not scan.is_comment(block)]
    for block in shown:
        if block.tag == "h1":
            help_ = "begin sections with `##`; the title of the page is the `title` of its front matter"
            message = "this heading is on the level of the page's title"
            yield Problem(scan.location(block.start), "top-heading", message, "", help_)
    for block, following in pairwise(shown):
        meant = _meant(_words(block, scan)) if following.kind in _LOOKS_LIKE_RECORDS else ""
        if meant:
            place = scan.whole_line(block.start)
            help_ = f"write `## {meant}`; under another heading it is prose, which appears on this page only"
            message, label = "the text under this heading is not read as records", f"did you mean `## {meant}`?"
            yield Problem(place, "unknown-heading", message, label, help_, Severity.WARNING)


def _words(block: Block, scan: Scan) -> str:
    """Return the words of a heading that holds no records, or of a line that is meant to be one."""
    line = scan.lines[block.start]
    if block.kind == "heading":  # one of another level holds no records; `top-heading` is told already
        return "" if records_under(block.words) and block.tag in ("h1", "h2") else block.words
    alone = block.kind == "paragraph" and block.end == block.start + 1
    return line if alone and _LOOKS_LIKE_ONE.fullmatch(line) else ""


@lru_cache(maxsize=1024)  # most digests have the same headings
def _meant(words: str) -> str:
    """Return the heading of records that differs from words by at most a letter and a plural, or nothing.

    What differs by more may be another word: “Who to watch”, “Opposition”.
    """
    forms = set(spellings(_letters(words)))
    return next((heading for heading in HEADINGS if not forms.isdisjoint(spellings(_letters(heading)))), "")


def _letters(words: str) -> str:
    return "".join(filter(str.isalnum, words.casefold())).removesuffix("s")
