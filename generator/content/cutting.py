"""Cuts texts into pieces, and keeps what was found in them where it belongs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import attrgetter, itemgetter

from generator.content.model import Reference, ReferenceKind, Span, Text

_FIRST, _SECOND = itemgetter(0), itemgetter(1)
_START, _END = attrgetter("start"), attrgetter("end")


def pieces(text: Text, keep: Sequence[Span]) -> Text:
    """Return the parts `keep` (start, end) of a text, joined, with what was found in them."""
    keep = [(start, min(end, len(text.source))) for start, end in keep if start < end]
    low, high = (keep[0][0], keep[-1][1]) if keep else (0, 0)
    bases = list(accumulate((end - start for start, end in keep), initial=0))

    def near(spans: Sequence[Span]) -> Sequence[Span]:
        """Return the spans that overlap the cut: for one record, few of those of a long body."""
        first = bisect_right(spans, low, key=_SECOND)
        return spans[first : bisect_left(spans, high, lo=first, key=_FIRST)]

    def move(start: int, end: int) -> Span | None:
        """Return where a span lies after the cut; None where none of it is left."""
        if start >= end:
            return None
        if len(keep) == 1:  # as most cuts are
            return (max(start, low) - low, min(end, high) - low) if start < high and end > low else None
        first = bisect_right(keep, start, key=_SECOND)
        last = bisect_left(keep, end, key=_FIRST) - 1
        if first > last:
            return None
        opening, closing = keep[first], keep[last]
        return bases[first] + max(start - opening[0], 0), bases[last] + min(end, closing[1]) - closing[0]

    def moved(spans: Sequence[Span]) -> tuple[Span, ...]:
        return tuple(found for span in near(spans) if (found := move(*span))) if spans else ()

    first = bisect_right(text.references, low, key=_END)
    last = bisect_left(text.references, high, lo=first, key=_START)
    found = ((ref, move(ref.start, ref.end)) for ref in text.references[first:last])
    references = [ref._replace(start=span[0], end=span[1]) for ref, span in found if span]
    source = "".join(text.source[start:end] for start, end in keep)
    return Text(source, tuple(references), moved(text.escapes), moved(text.comments), moved(text.closed))


def strip(text: Text) -> Text:
    """Return the text without blank space around it, but for an indentation that makes its first line code."""
    blank = text.source[: len(text.source) - len(text.source.lstrip())]
    indent = blank.rpartition("\n")[2].expandtabs(4)
    start = len(blank) - (len(blank.rpartition("\n")[2]) if len(indent) >= 4 else 0)
    end = max(start, len(text.source.rstrip()))
    return pieces(text, [(start, end)]) if (start, end) != (0, len(text.source)) else text


def start_of_tail(text: Text) -> int:
    """Return where the tags and citations that a text ends with begin."""
    by_end = {ref.end: ref for ref in text.references if ref.kind is not ReferenceKind.LINK}
    position = len(text.source)
    while ref := by_end.get(len(text.source[:position].rstrip())):
        position = ref.start
    return position


def split_tags(text: Text) -> tuple[Text, tuple[Reference, ...]]:
    """Return a text without the tags that it ends with, and these; citations among them stay in the text."""
    tail = start_of_tail(text)
    tags = tuple(ref for ref in text.references if ref.kind is ReferenceKind.TAG and ref.start >= tail)
    edges = [0, *(edge for tag in tags for edge in (tag.start, tag.end)), len(text.source)]
    return strip(pieces(text, list(zip(edges[::2], edges[1::2], strict=True)))), tags


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, those that overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
