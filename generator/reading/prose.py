"""The prose of a body: its sections, and which of their paragraphs cite nothing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from generator.content.model import Prose, ReferenceKind
from generator.core.errors import Location
from generator.reading.scan import Block, Scan, beginning_between


@dataclass(frozen=True)
class Sections:
    """The sections of prose in a body, each from its heading to the next one."""

    scan: Scan

    @cached_property
    def _headings(self) -> list[Block]:
        return [block for block in self.scan.blocks if block.is_section_heading]

    @cached_property
    def _paragraphs(self) -> list[Block]:
        return [block for block in self.scan.blocks if block.kind == "paragraph"]

    @cached_property
    def _cited(self) -> list[int]:
        """The lines of the file with a citation, in order."""
        found = self.scan.text.references
        return sorted(ref.line for ref in found if ref.kind is ReferenceKind.CITATION)

    def between(self, start: int, end: int) -> Iterator[Prose]:
        """Yield the sections between two lines of the body, the first of which may have no heading."""
        inside = beginning_between(self._headings, start, end)
        starts = [(start, ""), *((heading.start, heading.words) for heading in inside)]
        for (low, words), (high, _) in pairwise([*starts, (end, "")]):
            text = self.scan.cut(low, high)
            if text.source:
                first = next(line for line in range(low, high) if self.scan.lines[line].strip())
                yield Prose(text, self.scan.location(first), words, tuple(self._uncited(low, high)))

    def _uncited(self, start: int, end: int) -> Iterator[Location]:
        """Yield the places of the paragraphs between two lines that cite nothing."""
        for block in beginning_between(self._paragraphs, start, end):
            at = bisect_left(self._cited, block.start + self.scan.first_line)
            if at == len(self._cited) or self._cited[at] >= block.end + self.scan.first_line:
                line = self.scan.lines[block.start]
                yield self.scan.location(block.start, len(line) - len(line.lstrip()))
