"""Finds the quotations in a text: “…”, "…", „…“, „…”, «…», »…«, 「…」, 『…』, and one kind within another.

A mark without its counterpart in the same paragraph is ignored: a quotation may go on over several paragraphs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MARKS = '“”„«»"「」『』'
_MARK = re.compile(f"[{MARKS}]")
# The opening marks that each closing mark may answer; some writers mix them.
_BEGUN_WITH = {"”": '“„"', "“": "„", "»": "«", "«": "»", '"': '"“„', "」": "「", "』": "『"}
# A mark that can open as well as close a quotation is told apart by what stands beside it.
_BEGINS = re.compile(r"""[“„「『]|(?<![\w.,;!?…])«|(?<![^\s(\[{/:“„«‘'*_—–-])["»](?=\S)""")
_ENDS = re.compile(r"""[”»」』]|(?<=[^\s(\[{])["“«](?!\w)""")
_INCHES = re.compile(r'(?<=\d)(?<!\d{4})"')
_BLANK_LINE = re.compile(r"\n\s*\n")


def quotations(text: str) -> list[tuple[int, int]]:
    """Return where each quotation of a text begins and ends, marks included; none of them is within another.

    A mark after a number may mean inches: it ends a quotation only until a mark follows that certainly does.
    """
    reader, last = _Reader(), 0
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if reader.begun and _BLANK_LINE.search(text, last, at):
            reader.begun = {}
        inches = _INCHES.match(text, at) is not None
        start = reader.begun_with('"' if inches else _BEGUN_WITH.get(mark, ""))
        if start is not None and _ENDS.match(text, at):
            reader.end(start, at + 1, sure=not inches)
        elif _BEGINS.match(text, at):
            reader.begun[mark] = at
        last = at
    return reader.found


def hidden(text: str, sign: str = " ") -> str:
    """Return a text with `sign` in place of each character of its quotations."""
    parts, last = [], 0
    for start, end in quotations(text):
        parts += [text[last:start], sign * (end - start)]
        last = end
    return "".join([*parts, text[last:]])


@dataclass(slots=True)
class _Reader:
    """The quotations found so far, and where the last open mark of each kind stands."""

    found: list[tuple[int, int]] = field(default_factory=list)
    begun: dict[str, int] = field(default_factory=dict)

    def begun_with(self, marks: str) -> int | None:
        """Return where the last open mark of some kinds stands."""
        return max((self.begun[mark] for mark in marks if mark in self.begun), default=None)

    def end(self, start: int, end: int, *, sure: bool) -> None:
        """End a quotation, unless it has ended already and this is not `sure`. Drop the quotations within it."""
        if not sure and self.found and self.found[-1][0] == start:
            return
        while self.found and self.found[-1][0] >= start:
            self.found.pop()
        self.found.append((start, end))
        left = start if sure else start + 1
        self.begun = {mark: at for mark, at in self.begun.items() if at < left}
