"""A body taken apart into prose and records: the headings and forms of `docs/content.md`.

A record is one list item or, for a statement, one block quote with its attribution. Text under any other heading is
prose and stays where it is.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from generator.content.cutting import pieces, strip
from generator.content.model import (
    Difference,
    Figure,
    KeyPoint,
    Outcome,
    Position,
    Prose,
    Record,
    Records,
    Reference,
    ReferenceKind,
    Statement,
    Text,
    TimelineEvent,
    Watch,
)
from generator.core.dates import ADVICE, Date, in_words, parse_date, proposal
from generator.core.errors import Location, Problem, Severity
from generator.reading import headings, markup
from generator.reading.headings import HEADINGS, records_under
from generator.reading.scan import Block, Scan, scan

_PREFIX = {
    KeyPoint: "point",
    TimelineEvent: "event",
    Statement: "statement",
    Figure: "figure",
    Position: "position",
    Outcome: "outcome",
    Watch: "watch",
    Difference: "difference",
}

_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?: {1,4}(?=\S)|[ \t]|$)")  # what more space there is makes code
_QUOTE = re.compile(r"\s{0,3}>[ ]?")
_DASH = re.compile(r"(?:—|–|--)\s*")
_DASHED_LAST_LINE = re.compile(r"\n[ \t]*(?=(?:—|–|--)[ \t]*\S[^\n]*\Z)")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_WHEN = re.compile(r"[0-9]{4}[-0-9~/.]*")
_DATED = re.compile(r"([0-9][-0-9~/]*):\s+")


def parse_body(source: str, path: str, first_line: int) -> tuple[tuple[Prose | Records, ...], tuple[Problem, ...]]:
    """Return a body as prose and records, with what is wrong in it.

    Problems: `not-a-record`, `missing-date`, `invalid-date`, `invalid-statement`, `invalid-figure`,
    `invalid-position`, the warning `date-in-words`, and those of `markup.check` and `headings.check`.
    """
    parser = _Parser(scan(source, path, first_line))
    body = tuple(parser.parts())
    return body, (*markup.check(parser.scan), *headings.check(parser.scan), *parser.problems)


@dataclass
class _Parser:
    scan: Scan
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)

    @cached_property
    def headings(self) -> list[Block]:
        return [block for block in self.scan.blocks if block.kind == "heading" and block.level == 0]

    @cached_property
    def paragraphs(self) -> list[Block]:
        return [block for block in self.scan.blocks if block.kind == "paragraph"]

    @cached_property
    def cited(self) -> list[int]:
        """Return the lines that have a citation, in order."""
        found = self.scan.text.references
        return sorted(r.line for r in found if r.kind is ReferenceKind.CITATION)

    def problem(self, place: Location, code: str, message: str, label: str = "", help_: str = "") -> None:
        self.problems.append(Problem(place, code, message, label, help_))

    # --- sections

    def parts(self) -> Iterator[Prose | Records]:
        """Yield the parts of the body in order."""
        blocks, end_of_file = self.scan.blocks, len(self.scan.lines)
        places = [at for at, block in enumerate(blocks) if block.kind == "heading" and block.level == 0]
        prose_from = 0
        for at, following in pairwise([*places, len(blocks)]):
            kind = records_under(blocks[at].words)
            if kind is None:
                continue
            yield from self.prose(prose_from, blocks[at].start)
            prose_from = blocks[following].start if following < len(blocks) else end_of_file
            records = tuple(r for r in self.records(kind, blocks[at + 1 : following]) if r is not None)
            if records:
                yield Records(kind, records)
        yield from self.prose(prose_from, end_of_file)

    def prose(self, start: int, end: int) -> Iterator[Prose]:
        """Yield the sections between two lines."""
        inside = _between(self.headings, start, end)
        starts = [(start, ""), *((heading.start, heading.words) for heading in inside)]
        for (low, words), (high, _) in pairwise([*starts, (end, "")]):
            text = self.scan.cut(low, high)
            if text.source:
                first = next(line for line in range(low, high) if self.scan.lines[line].strip())
                yield Prose(text, self.scan.location(first), words, tuple(self.uncited(low, high)))

    def uncited(self, start: int, end: int) -> Iterator[Location]:
        """Yield the places of the paragraphs between two lines that cite nothing."""
        for block in _between(self.paragraphs, start, end):
            at = bisect_left(self.cited, block.start + self.scan.first_line)
            if at == len(self.cited) or self.cited[at] >= block.end + self.scan.first_line:
                line = self.scan.lines[block.start]
                yield self.scan.location(block.start, len(line) - len(line.lstrip()))

    # --- records

    def records(self, kind: type[Record], blocks: Sequence[Block]) -> Iterator[Record | None]:
        """Yield the records of a section, or None for what was reported and could not be read."""
        top = [block for block in blocks if block.level == 0 and not self.scan.is_comment(block)]
        if kind is Statement:
            yield from self.statements(top)
            return
        items = [block for block in blocks if block.kind == "list_item" and block.level == 1]
        for block in top:
            if block.kind not in ("bullet_list", "ordered_list"):
                self.stray(kind, block.start)
                continue
            for item in _between(items, block.start, block.end):
                yield self.item(kind, item)

    def stray(self, kind: type[Record], line: int) -> None:
        heading = next(h for h, k in HEADINGS.items() if k is kind)
        form = "a block quote, and below it `— speaker, context, date`" if kind is Statement else "a list item: `- …`"
        help_ = f"write it as {form}; put prose under another heading"
        place = self.scan.location(line, 0, len(self.scan.lines[line]))
        self.problem(place, "not-a-record", f"this text under “{heading}” is not a record", "", help_)

    def item(self, kind: type[Record], item: Block) -> Record | None:
        start, end = item.start, item.end
        match = _MARKER.match(self.scan.lines[start])
        indent = match.end() if match else 0
        place = self.scan.location(start, indent, max(1, len(self.scan.lines[start]) - indent))
        text = self.scan.cut(start, end, _first_line_only(self.scan.lines[start], _MARKER), indent)
        if not text.source:
            self.problem(place, "not-a-record", "this list item is empty", "", "write the record, or remove the item")
            return None
        if kind in (TimelineEvent, Watch):
            return self.dated(kind, text, place)
        if kind is Figure and not re.match(r"\*\*\S", text.source):
            help_ = "begin with the figure in bold: `- **10bn yuan** in loans …`"
            self.problem(place, "invalid-figure", "this key figure does not begin with a bold figure", "", help_)
            return None
        if kind is Position and not self.is_position(text):
            help_ = "write `- [[leader]] on #theme: what they want`"
            self.problem(
                place, "invalid-position", "this position lacks its leader, its theme or its colon", "", help_
            )
            return None
        return kind(**self.common(kind, text, place))

    @staticmethod
    def is_position(text: Text) -> bool:
        head, colon, _ = text.source.partition(":")
        links = [r for r in text.references if r.kind is ReferenceKind.LINK and r.start == 0]
        tags = [r for r in text.references if r.kind is ReferenceKind.TAG and r.end <= len(head)]
        return bool(links and tags and colon)

    def dated(self, kind: type[Record], text: Text, place: Location) -> Record | None:
        match = _DATED.match(text.source)
        if not match:
            if kind is Watch:
                words, colon, _ = text.source.partition(":")
                self.undated(words if colon else "", place._replace(width=len(words)))
                return Watch(**self.common(kind, text, place))
            help_ = "begin with the date and a colon: `- 2025-08-31: what happened`"
            self.problem(place, "missing-date", "this event has no date", "", help_)
            return None
        when = self.date(match[1], place._replace(width=len(match[1])))
        if when is None:
            return None
        rest = pieces(text, [(match.end(), len(text.source))])
        common = self.common(kind, rest, place, seed=when.text)
        return TimelineEvent(when=when, **common) if kind is TimelineEvent else Watch(when=when, **common)

    def date(self, text: str, place: Location) -> Date | None:
        try:
            return parse_date(text)
        except ValueError as error:
            help_ = ADVICE
            if better := proposal(text):
                help_ = f"write `{better}`, or run `briefing check --fix`"
            self.problem(place, "invalid-date", f"`{text}` is not a valid date", str(error), help_)
            return None

    def undated(self, words: str, place: Location) -> None:
        """Report words that were meant to be the date of a record, if they were."""
        if better := proposal(words):
            help_ = f"write `{better}`" + ("" if "\n" in words else ", or run `briefing check --fix`")
            message, label = "a date in words is not understood", "this record has no other date"
            self.problems.append(Problem(place, "date-in-words", message, label, help_, Severity.WARNING))

    # --- statements

    def statements(self, blocks: Sequence[Block]) -> Iterator[Record | None]:
        """Yield the statements of a section: each a block quote, and the attribution in it or below it."""
        waiting: tuple[Text, int] | None = None
        for number, block in enumerate(blocks):
            start, quoted = block.start, block.kind == "blockquote"
            text = self.scan.cut(start, block.end, _QUOTE if quoted else None)
            if waiting and block.kind == "paragraph" and _DASH.match(text.source):
                yield self.statement(waiting[0], text, start)
                waiting = None
                continue
            self.unattributed(waiting)
            waiting = None
            if not quoted:
                self.stray(Statement, start)
            elif not self.attributed_below(blocks, number) and (inside := _DASHED_LAST_LINE.search(text.source)):
                said, attribution = (0, inside.start()), (inside.end(), len(text.source))
                line = start + text.source.count("\n", 0, inside.end())
                yield self.statement(strip(pieces(text, [said])), pieces(text, [attribution]), line)
            else:
                waiting = (text, start)
        self.unattributed(waiting)

    def attributed_below(self, blocks: Sequence[Block], number: int) -> bool:
        """Tell whether a paragraph that begins with a dash follows a block."""
        following = blocks[number + 1 : number + 2]
        return any(b.kind == "paragraph" and _DASH.match(self.scan.lines[b.start].lstrip()) for b in following)

    def unattributed(self, quote: tuple[Text, int] | None) -> None:
        """Report a block quote that no attribution followed."""
        if quote:
            place = self.scan.location(quote[1], 0, len(self.scan.lines[quote[1]]))
            help_ = "write the speaker below it, after a dash: `— [[speaker]], context, date`"
            self.problem(place, "invalid-statement", "this statement does not say who said it", "", help_)

    def statement(self, quote: Text, attribution: Text, line: int) -> Record | None:
        place = self.scan.location(line, 0, len(self.scan.lines[line]))
        dash = _DASH.match(attribution.source)
        text = strip(pieces(attribution, [(dash.end() if dash else 0, len(attribution.source))]))
        common = self.common(Statement, text, place, seed=quote.source)
        text, when = self.spoken(common["text"], range(line, line + attribution.source.count("\n") + 1))
        if marks := _QUOTED.fullmatch(quote.source):  # the page sets quotation marks itself
            quote = pieces(quote, [marks.span(1)])
        if not text.source:
            help_ = "write the speaker after the dash: `— [[speaker]], context, date`"
            self.problem(place, "invalid-statement", "this statement does not say who said it", "", help_)
            return None
        first = next((r for r in text.references if r.kind is ReferenceKind.LINK and r.start == 0), None)
        speaker = first.slug if first else None
        names = tuple(dict.fromkeys([*common["names"], *_names(quote.references)]))
        cited = tuple(dict.fromkeys([*common["citations"], *quote.slugs(ReferenceKind.CITATION)]))
        found = {**common, "text": text, "names": names, "citations": cited}
        return Statement(**found, quote=quote, speaker=speaker, when=when)

    def spoken(self, text: Text, lines: range) -> tuple[Text, Date | None]:
        """Take the date off the end of an attribution, which stands in some lines."""
        said_by = text.source[: _start_of_tail(text)].rstrip(" .")
        head, comma, last = said_by.rpartition(",")
        if words := in_words(said_by):
            self.undated(words, self.end(words, lines))
        elif comma and _WHEN.fullmatch(last.strip()):
            when = self.date(last.strip(), self.end(last.strip(), lines))
            return strip(pieces(text, [(0, len(head)), (len(said_by), len(text.source))])), when
        return text, None

    def end(self, words: str, lines: range) -> Location:
        """Return where words stand that some lines end with; the first line if they go over the end of one."""
        for number in reversed(lines):
            if (column := self.scan.lines[number].rfind(words)) >= 0:
                return self.scan.location(number, column, len(words))
        return self.scan.location(lines[0], 0, len(self.scan.lines[lines[0]]))

    # --- what all records share

    def common(self, kind: type[Record], text: Text, place: Location, seed: str = "") -> dict[str, Any]:
        """Return the fields that every record has. `seed` is what else, beside the text, makes it what it is."""
        sentence, tags = _split_tags(text)
        return {
            "text": sentence,
            "anchor": self.anchor(kind, f"{seed}\n{sentence.source}"),
            "location": place,
            "tags": tags,
            "citations": text.slugs(ReferenceKind.CITATION),
            "names": _names(text.references),
        }

    def anchor(self, kind: type[Record], words: str) -> str:
        """Return an id made of the words of a record, so that it stays when others are added or moved."""
        digest = hashlib.blake2s(" ".join(words.split()).encode(), digest_size=4).hexdigest()
        anchor = f"{_PREFIX[kind]}-{digest}"
        count = self.anchors[anchor] = self.anchors.get(anchor, 0) + 1
        return anchor if count == 1 else f"{anchor}-{count}"


def _between(blocks: Sequence[Block], start: int, end: int) -> Sequence[Block]:
    """Return those of blocks in order that begin between two lines."""
    low, high = (bisect_left(blocks, line, key=lambda block: block.start) for line in (start, end))
    return blocks[low:high]


def _names(references: Sequence[Reference]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(r.slug for r in references if r.kind is not ReferenceKind.CITATION))


def _first_line_only(line: str, pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return a pattern that matches the list marker of `line` and no other line's beginning."""
    match = pattern.match(line)
    return re.compile(re.escape(match[0]) if match else r"(?!)")


def _start_of_tail(text: Text) -> int:
    """Return where the tags and citations at the end of a text begin."""
    by_end = {ref.end: ref for ref in text.references if ref.kind is not ReferenceKind.LINK}
    position = len(text.source)
    while ref := by_end.get(len(text.source[:position].rstrip())):
        position = ref.start
    return position


def _split_tags(text: Text) -> tuple[Text, tuple[Reference, ...]]:
    """Take the tags at the end of a text off it; citations among them stay."""
    tail = _start_of_tail(text)
    tags = [ref for ref in text.references if ref.kind is ReferenceKind.TAG and ref.start >= tail]
    keep, low = [], 0
    for tag in tags:
        keep.append((low, tag.start))
        low = tag.end
    sentence = strip(pieces(text, [*keep, (low, len(text.source))]))
    return sentence, tuple(tags)
