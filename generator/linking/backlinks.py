"""Backlinks: which documents refer to a document, in which way, and in which sentence.

The only module that imports sentencex.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, islice, pairwise

import sentencex

from generator.content.cutting import pieces, strip
from generator.content.documents import AnyDocument, Passage
from generator.content.meta import Participant
from generator.content.model import Prose, ReferenceKind, Span, Statement, Text
from generator.core.settings import Kind
from generator.core.urls import slugify
from generator.linking.library import Appearance, Library, reading_order


class How(StrEnum):
    """The ways in which one document can refer to another, in the order in which they are shown."""

    SAID = "said"
    POSITION = "position"
    ATTENDED = "attended"
    MENTIONED = "mentioned"
    CITED = "cited by"


_ORDER = {how: place for place, how in enumerate(How)}

# Where a reference can stand: in prose, given by its position among the parts of the body, in a record, or in the
# list of participants.
Part = int | Appearance | Participant


@dataclass(frozen=True, slots=True)
class Backlink:
    """A reference, seen from the document to which it leads.

    It is the first of its kind (`how`) in `origin`, where `more` follow. It stands in `part`, and is written as
    `slug`, which may be a past one.
    """

    origin: AnyDocument
    how: How
    part: Part
    slug: str
    more: int = 0

    @property
    def participant(self) -> Participant | None:
        """Return the participant, if the reference is from the list of those at a meeting. It has no sentence."""
        return self.part if isinstance(self.part, Participant) else None

    @property
    def prose(self) -> Prose | None:
        """Return the prose in which it stands, if it stands in prose."""
        return self.origin.body.prose(self.part) if isinstance(self.part, int) else None

    @property
    def anchor(self) -> str:
        """Return the id of its record or section on the page of `origin`, or nothing."""
        if isinstance(self.part, Appearance):
            return self.part.head.anchor
        part = self.origin.body.outline.parts[self.part] if isinstance(self.part, int) else None
        return slugify(part.heading) if isinstance(part, Passage) else ""

    @property
    def text(self) -> Text:
        """Return the text in which it stands."""
        within = self.part.record if isinstance(self.part, Appearance) else self.prose
        if within is None:
            return Text("")
        return within.quote if isinstance(within, Statement) else within.text

    def sentence(self, language: str) -> Text:
        """Return the sentence in which it stands; sentences end as they do in `language` (ISO 639-1)."""
        return strip(pieces(self.text, [self.bounds(language)]))

    def bounds(self, language: str) -> Span:
        """Return where that sentence begins and ends in `text`."""
        text, at = self.text, self._at()
        return next(((low, high) for low, high in _bounds(text, language) if at < high), (0, len(text.source)))

    def _at(self) -> int:
        """Return the offset of the reference in `text`: 0 if the whole record is that of the one referred to."""
        if self.how in (How.SAID, How.POSITION):
            return 0
        cited, prose = self.how is How.CITED, isinstance(self.part, int)
        places = (
            ref.start
            for ref in self.text.references
            if ref.slug == self.slug and not (prose and (ref.kind is ReferenceKind.CITATION) != cited)
        )
        return next(places, 0)


def collect(library: Library, origins: Iterable[AnyDocument] | None = None) -> Mapping[str, tuple[Backlink, ...]]:
    """Return the backlinks of each document, by its slug: ordered as `How` is, and then in reading order.

    They are collected from `origins`, or else from all documents.
    """
    found: dict[str, list[Backlink]] = defaultdict(list)
    every = library.documents.values() if origins is None else origins
    for document in sorted(every, key=reading_order):
        for (how, target), (part, slug, more) in _first_links(document, library).items():
            if target != document.slug and target in library.documents:
                found[target].append(Backlink(document, how, part, slug, more))
    return {slug: tuple(sorted(links, key=lambda link: _ORDER[link.how])) for slug, links in found.items()}


def by_way(links: Iterable[Backlink]) -> list[tuple[How, list[Backlink]]]:
    """Group the backlinks of a document by `how`, by which they are ordered already."""
    return [(how, list(same)) for how, same in groupby(links, lambda link: link.how)]


def first_sentence(words: str, language: str) -> str:
    """Return the first sentence of plain text."""
    start, end = next(_bounds(Text(words), language), (0, len(words)))
    return words[start:end].strip()


def _first_links(document: AnyDocument, library: Library) -> Mapping[tuple[How, str], tuple[Part, str, int]]:
    """Return the first reference of a document by way and present slug: where, as which slug, and how many follow."""
    found: dict[tuple[How, str], tuple[Part, str, int]] = {}
    for how, slug, part in _links(document, library.own_records[document.slug]):
        key = (how, library.slug(slug))
        if key in found:
            first, written, more = found[key]
            found[key] = (first, written, more + 1)
        else:
            found[key] = (part, slug, 0)
    return found


def _links(document: AnyDocument, records: Iterable[Appearance]) -> Iterator[tuple[How, str, Part]]:
    """Yield the references of a document, given with its records: how, to which slug, and where."""
    left = iter(records)
    if document.kind is Kind.SUMMIT:
        for participant in document.meta.participants:
            yield How.ATTENDED, participant.leader, participant
    for place, part in enumerate(document.body.outline.parts):
        if isinstance(part, Passage):
            for kind, slug in part.leads:
                yield How.CITED if kind is ReferenceKind.CITATION else How.MENTIONED, slug, place
        else:
            for appearance in islice(left, len(part.heads)):
                yield from _of_record(appearance)


def _of_record(appearance: Appearance) -> Iterator[tuple[How, str, Part]]:
    head, own = appearance.head, appearance.head.owner
    if own:
        yield How.SAID if head.type is Statement else How.POSITION, own, appearance
    for slug in head.names:
        if slug != own:
            yield How.MENTIONED, slug, appearance
    for slug in head.citations:
        if slug != own:
            yield How.CITED, slug, appearance


def _bounds(text: Text, language: str) -> Iterator[tuple[int, int]]:
    """Yield where each sentence begins and ends. A citation after a full stop belongs to the sentence before it."""
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
