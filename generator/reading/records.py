"""A body taken apart into prose and records: the headings and forms of `docs/content.md`.

A record is one list item or, for a statement, one block quote with its attribution. Text under any other heading is
prose and stays where it is.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from generator.content.cutting import pieces, split_tags, start_of_tail, strip
from generator.content.model import (
    Figure,
    Position,
    Prose,
    Record,
    Records,
    ReferenceKind,
    Statement,
    Text,
    TimelineEvent,
    Watch,
)
from generator.core.dates import ADVICE, BY_FIX, Date, date_at_end, parse_date, proposal
from generator.core.errors import Location, Problem, Severity
from generator.core.settings import DEFAULT_COLLECTIONS, Called, Kind
from generator.reading import headings, markup
from generator.reading.headings import records_under
from generator.reading.prose import Sections
from generator.reading.scan import Block, Scan, beginning_between, scan

_MARKER = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])(?: {1,4}(?=\S)|[ \t]|$)")  # more space makes a code block
_QUOTE = re.compile(r"\s{0,3}>[ ]?")
_DASH = re.compile(r"(?:—|–|--)\s*")
_DASHED_LAST_LINE = re.compile(r"\n[ \t]*(?=(?:—|–|--)[ \t]*\S[^\n]*\Z)")
_QUOTED = re.compile(r"[“\"]([^“”\"]+)[”\"]")
_WHEN = re.compile(r"[0-9]{4}[-0-9~/.]*")
_DATED = re.compile(r"([0-9][-0-9~/]*):\s+")


def parse_body(
    source: str, path: str, first_line: int, called: Called = DEFAULT_COLLECTIONS
) -> tuple[tuple[Prose | Records, ...], tuple[Problem, ...]]:
    """Return a body as prose and records, with what is wrong in it, in which kinds are as they are `called`.

    Problems: `not-a-record`, `missing-date`, `invalid-date`, `invalid-statement`, `invalid-figure`,
    `invalid-position`, the warning `date-in-words`, and those of `markup.check` and `headings.check`.
    """
    parser = _Parser(scan(source, path, first_line), called)
    body = tuple(parser.parts())
    return body, (*markup.check(parser.scan), *headings.check(parser.scan), *parser.problems)


@dataclass
class _Parser:
    """Reads the parts of one body, and collects what is wrong with its records."""

    scan: Scan
    called: Called
    problems: list[Problem] = field(default_factory=list)
    anchors: dict[str, int] = field(default_factory=dict)

    def problem(self, place: Location, code: str, message: str, label: str = "", help_: str = "") -> None:
        self.problems.append(Problem(place, code, message, label, help_))

    # --- sections

    def parts(self) -> Iterator[Prose | Records]:
        """Yield the parts of the body in order."""
        prose = Sections(self.scan)
        blocks, end_of_file = self.scan.blocks, len(self.scan.lines)
        places = [at for at, block in enumerate(blocks) if block.is_section_heading]
        prose_from = 0
        for at, following in pairwise([*places, len(blocks)]):
            kind = records_under(blocks[at].words)
            if kind is None:
                continue
            yield from prose.between(prose_from, blocks[at].start)
            prose_from = blocks[following].start if following < len(blocks) else end_of_file
            if records := tuple(filter(None, self.records(kind, blocks[at + 1 : following]))):
                yield Records(kind, records)
        yield from prose.between(prose_from, end_of_file)

    # --- records

    def records(self, kind: type[Record], blocks: Sequence[Block]) -> Iterator[Record | None]:
        """Yield the records of a section, and None for each that could not be read and is reported."""
        top = [block for block in blocks if block.level == 0 and not self.scan.is_comment(block)]
        if kind is Statement:
            yield from self.statements(top)
            return
        items = [block for block in blocks if block.kind == "list_item" and block.level == 1]
        for block in top:
            if block.kind not in ("bullet_list", "ordered_list"):
                self.stray(kind, block.start)
                continue
            for item in beginning_between(items, block.start, block.end):
                yield self.item(kind, item)

    def stray(self, kind: type[Record], line: int) -> None:
        """Report a block under a heading of records that is no record."""
        form = "a block quote, and below it `— speaker, context, date`" if kind is Statement else "a list item: `- …`"
        help_ = f"write it as {form}; put prose under another heading"
        place = self.scan.whole_line(line)
        self.problem(place, "not-a-record", f"this text under “{kind.heading}” is not a record", "", help_)

    def item(self, kind: type[Record], item: Block) -> Record | None:
        """Return the record that a list item holds, or None once it is reported as none."""
        line = self.scan.lines[item.start]
        match = _MARKER.match(line)
        marker = match[0] if match else ""
        place = self.scan.location(item.start, len(marker), max(1, len(line) - len(marker)))
        text = self.scan.cut(item.start, item.end, re.compile(rf"{re.escape(marker)}| {{0,{len(marker)}}}"))
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
            who, what = (self.called[of].word for of in (Kind.LEADER, Kind.THEME))
            message = f"this position lacks its {who}, its {what} or its colon"
            help_ = f"write `- [[{who}]] on #{what}: what they want`"
            self.problem(place, "invalid-position", message, "", help_)
            return None
        return kind(**self.common(kind, text, place))

    @staticmethod
    def is_position(text: Text) -> bool:
        """Tell whether a text begins with a link, to whose position it is, and has a tag before its first colon."""
        head, colon, _ = text.source.partition(":")
        links = [r for r in text.references if r.kind is ReferenceKind.LINK and r.start == 0]
        tags = [r for r in text.references if r.kind is ReferenceKind.TAG and r.end <= len(head)]
        return bool(links and tags and colon)

    def dated(self, kind: type[TimelineEvent | Watch], text: Text, place: Location) -> Record | None:
        """Return a record that begins with its date and a colon; something to watch may have none."""
        match = _DATED.match(text.source)
        words, colon, _ = text.source.partition(":")
        written = place._replace(width=len(words.partition("\n")[0]))
        if match:
            when = self.date(match[1], written)
            rest = pieces(text, [(match.end(), len(text.source))])
            return kind(date=when, **self.common(kind, rest, place, seed=when.text)) if when else None
        if kind is Watch:
            self.undated(words if colon else "", written)
            return kind(**self.common(kind, text, place))
        if colon and proposal(words):
            self.date(words, written)
            return None
        help_ = "begin with the date and a colon: `- 2025-08-31: what happened`"
        self.problem(place, "missing-date", "this event has no date", "", help_)
        return None

    def date(self, text: str, place: Location) -> Date | None:
        """Return a date, or None once it is reported as none."""
        try:
            return parse_date(text)
        except ValueError as error:
            message = f"`{' '.join(text.split())}` is not a valid date"
            self.problem(place, "invalid-date", message, str(error), _as_proposed(text) or ADVICE)
            return None

    def undated(self, words: str, place: Location) -> None:
        """Report words that seem to be meant as the date of a record."""
        if help_ := _as_proposed(words):
            message, label = "a date in words is not understood", "this record has no other date"
            self.problems.append(Problem(place, "date-in-words", message, label, help_, Severity.WARNING))

    # --- statements

    def statements(self, blocks: Sequence[Block]) -> Iterator[Record | None]:
        """Yield the statements of a section: each a block quote, and the attribution below it or in its last line."""
        left = deque(blocks)
        while left:
            block = left.popleft()
            if block.kind != "blockquote":
                self.stray(Statement, block.start)
                if left and self.is_attribution(left[0]):
                    left.popleft()  # of a quotation that is not marked as one
                continue
            quote = self.scan.cut(block.start, block.end, _QUOTE)
            if left and self.is_attribution(left[0]):
                below = left.popleft()
                yield self.statement(quote, self.scan.cut(below.start, below.end), below.start)
            elif inside := _DASHED_LAST_LINE.search(quote.source):
                said = strip(pieces(quote, [(0, inside.start())]))
                attribution = pieces(quote, [(inside.end(), len(quote.source))])
                yield self.statement(said, attribution, block.start + quote.source.count("\n", 0, inside.end()))
            else:
                place = self.scan.whole_line(block.start)
                help_ = "write the speaker below it, after a dash: `— [[speaker]], context, date`"
                if left and left[0].kind == "bullet_list":  # by a hyphen in the place of the dash
                    place = self.scan.whole_line(left.popleft().start)
                    help_ += "; a line that begins with `- ` is an item of a list"
                self.problem(place, "invalid-statement", "this statement does not say who said it", "", help_)

    def is_attribution(self, block: Block) -> bool:
        """Tell whether a block is a paragraph that begins with a dash."""
        return block.kind == "paragraph" and bool(_DASH.match(self.scan.lines[block.start].lstrip()))

    def statement(self, quote: Text, attribution: Text, line: int) -> Record | None:
        """Return a statement whose attribution begins at a line, or None once that is reported as empty."""
        place = self.scan.whole_line(line)
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
        names = tuple(dict.fromkeys([*common["names"], *quote.names()]))
        cited = tuple(dict.fromkeys([*common["citations"], *quote.slugs(ReferenceKind.CITATION)]))
        found = {**common, "text": text, "names": names, "citations": cited}
        return Statement(**found, quote=quote, speaker=speaker, date=when)

    def spoken(self, text: Text, lines: range) -> tuple[Text, Date | None]:
        """Return an attribution, which takes up `lines`, without the date at its end, and that date."""
        said_by = text.source[: start_of_tail(text)].rstrip(" .")
        head, comma, last = said_by.rpartition(",")
        if words := date_at_end(said_by):
            self.undated(words, self.end(words, lines))
        elif comma and _WHEN.fullmatch(last.strip()):
            when = self.date(last.strip(), self.end(last.strip(), lines))
            return strip(pieces(text, [(0, len(head)), (len(said_by), len(text.source))])), when
        return text, None

    def end(self, words: str, lines: range) -> Location:
        """Return where the words at the end of `lines` stand; the first line where they are split between two."""
        for number in reversed(lines):
            if (column := self.scan.lines[number].rfind(words)) >= 0:
                return self.scan.location(number, column, len(words))
        return self.scan.whole_line(lines[0])

    # --- what all records have

    def common(self, kind: type[Record], text: Text, place: Location, seed: str = "") -> dict[str, Any]:
        """Return the fields that every record has. Its anchor is made of its text and of `seed`."""
        sentence, tags = split_tags(text)
        return {
            "text": sentence,
            "anchor": self.anchor(kind, f"{seed}\n{sentence.source}"),
            "location": place,
            "tags": tags,
            "citations": text.slugs(ReferenceKind.CITATION),
            "names": text.names(),
        }

    def anchor(self, kind: type[Record], words: str) -> str:
        """Return an id made of the words of a record, so that it stays the same when others are added or moved."""
        digest = hashlib.blake2s(" ".join(words.split()).encode(), digest_size=4).hexdigest()
        anchor = f"{kind.word}-{digest}"
        count = self.anchors[anchor] = self.anchors.get(anchor, 0) + 1
        return anchor if count == 1 else f"{anchor}-{count}"


def _as_proposed(words: str) -> str:
    """Return how to write a date so that it can be read; nothing where it is no date, or could be two."""
    better = proposal(words)
    fixed = "" if "\n" in words else BY_FIX  # which changes no two lines at once
    return f"write `{better}`{fixed}" if better else ""
