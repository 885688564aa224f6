"""Facets: what a reader can filter pages by in the search, and records in the lists of them."""

from __future__ import annotations

from collections.abc import Iterable

from generator.content.documents import AnyDocument, Head
from generator.content.model import (
    Difference,
    Figure,
    KeyPoint,
    Outcome,
    Position,
    Record,
    Statement,
    TimelineEvent,
    Watch,
)
from generator.core.settings import Kind
from generator.linking.library import Appearance, Library, day_of

GROUPS = ("kind", "record", "summit", "leader", "theme", "outlet", "type", "year")
# The types of record, those first that a reader asks for most.
RECORDS: tuple[type[Record], ...] = (
    Statement,
    Position,
    Figure,
    Outcome,
    Difference,
    KeyPoint,
    TimelineEvent,
    Watch,
)

Facets = tuple[tuple[str, str], ...]  # group and value


def of_document(document: AnyDocument, library: Library) -> Facets:
    """Return the facets of a document, each once."""
    found: list[tuple[str, str]] = [("kind", document.kind.value)]
    found += [("record", head.type.word) for head in document.body.outline.heads()]
    if document.kind is Kind.ARTICLE:
        found += [("type", document.meta.kind.value), *_named(library.subjects[document.slug], library)]
    else:
        found += [(document.kind.value, document.slug)]
    if document.kind is Kind.SUMMIT:
        found += [("leader", library.slug(participant.leader)) for participant in document.meta.participants]
    day = day_of(document)
    return tuple(dict.fromkeys([*found, *([("year", str(day.year))] if day else [])]))


def of_record(appearance: Appearance, library: Library) -> Facets:
    """Return the facets of a record, each once: its own, and those of the digest in which it stands."""
    head, origin = appearance.head, appearance.origin
    found = [("record", head.type.word), *_named(terms_of(origin, head, library), library)]
    if origin.kind is Kind.ARTICLE:
        found += [("outlet", library.slug(origin.meta.outlet)), ("type", origin.meta.kind.value)]
    return tuple(dict.fromkeys([*found, ("year", str(appearance.day.year))]))


def terms_of(document: AnyDocument, head: Head, library: Library) -> tuple[str, ...]:
    """Return the slugs of what a record is about, the speaker of a statement first."""
    speaker = [head.owner] if head.type is Statement and head.owner else []
    return tuple(dict.fromkeys(library.terms([*speaker, *library.terms_of(document, head)])))


def _named(slugs: Iterable[str], library: Library) -> list[tuple[str, str]]:
    return [(library.find(slug).kind.value, slug) for slug in slugs]
