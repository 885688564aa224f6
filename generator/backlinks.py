"""What refers to a document: by whom, in which way, and in which sentence.

The only module that imports sentencex.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import sentencex

from generator.cutting import pieces, strip
from generator.library import Library, group, reading_order
from generator.meta import Participant
from generator.model import AnyDocument, Position, Prose, Record, ReferenceKind, Statement, Text
from generator.settings import Kind
from generator.urls import slugify


class How(StrEnum):
    """The ways in which one document can refer to another, in the order in which they are shown."""

    SAID = "said"
    POSITION = "position"
    ATTENDED = "attended"
    MENTIONED = "mentioned"
    CITED = "cited by"


_NOTHING = Text("")


@dataclass(frozen=True, slots=True)
class Backlink:
    """A reference seen from what it leads to.

    `anchor` is the id of the record or section on the page of `origin`, or empty. It is the first there of its way,
    at the offset `at` in `text`, and `more` follow. Who `attended` has `participant` in the place of a text.
    """

    origin: AnyDocument
    how: How
    anchor: str = ""
    text: Text = _NOTHING
    at: int = 0
    participant: Participant | None = None
    more: int = 0

    def sentence(self, language: str) -> Text:
        """Return the sentence in which it happens; `language` (ISO 639-1) tells where sentences end."""
        bounds = list(_bounds(self.text, language))
        found = next(((low, high) for low, high in bounds if self.at < high), (0, len(self.text.source)))
        return strip(pieces(self.text, [found]))


def collect(library: Library) -> Mapping[str, tuple[Backlink, ...]]:
    """Return what refers to each document, by its slug: in the order of the ways, and of the reading of documents."""
    found: dict[str, list[Backlink]] = defaultdict(list)
    for document in sorted(library.documents.values(), key=reading_order):
        links = group((library.slug(slug), link) for slug, link in _links(document))
        for target, same_target in links.items():
            if target != document.slug and target in library.documents:
                for _, (first, *others) in by_way(same_target):
                    found[target].append(replace(first, more=len(others)))
    return {slug: tuple(link for _, same in by_way(links) for link in same) for slug, links in found.items()}


def by_way(links: Iterable[Backlink]) -> list[tuple[How, list[Backlink]]]:
    """Group the backlinks of a document by their way, in order."""
    groups = group((link.how, link) for link in links)
    return [(how, list(groups[how])) for how in How if how in groups]


def first_sentence(words: str, language: str) -> str:
    """Return the first sentence of plain words."""
    start, end = next(_bounds(Text(words), language), (0, len(words)))
    return words[start:end].strip()


def _links(document: AnyDocument) -> Iterator[tuple[str, Backlink]]:
    """Yield each reference of a document with the slug that it leads to."""
    if document.kind is Kind.SUMMIT:
        for participant in document.meta.participants:
            yield participant.leader, Backlink(document, How.ATTENDED, participant=participant)
    for part in document.body:
        if isinstance(part, Prose):
            for ref in part.text.references:
                how = How.CITED if ref.kind is ReferenceKind.CITATION else How.MENTIONED
                yield ref.slug, Backlink(document, how, slugify(part.heading), part.text, ref.start)
        else:
            for record in part.records:
                yield from _of_record(document, record)


def _of_record(document: AnyDocument, record: Record) -> Iterator[tuple[str, Backlink]]:
    text, own = record.text, ""
    if isinstance(record, Statement):
        text, own = record.quote, record.speaker or ""
        if own:
            yield own, Backlink(document, How.SAID, record.anchor, text)
    elif isinstance(record, Position):
        own = record.leader
        yield own, Backlink(document, How.POSITION, record.anchor, text)
    places = {ref.slug: ref.start for ref in reversed(text.references)}
    for how, slugs in ((How.MENTIONED, record.names), (How.CITED, record.citations)):
        for slug in slugs:
            if slug != own:
                yield slug, Backlink(document, how, record.anchor, text, places.get(slug, 0))


def _bounds(text: Text, language: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends. A citation after a full stop belongs to what was said before it."""
    starts: list[int] = []
    citations = {ref.start: ref.end for ref in text.references if ref.kind is ReferenceKind.CITATION}
    for sentence in sentencex.get_sentence_boundaries(language, text.source):
        start, end = sentence["start_index"], sentence["end_index"]
        start += len(text.source[start:end]) - len(text.source[start:end].lstrip())
        while starts and start in citations:
            start = citations[start]
            start += len(text.source[start:end]) - len(text.source[start:end].lstrip())
        if start < end:
            starts.append(start)
    yield from pairwise([*starts, len(text.source)])
