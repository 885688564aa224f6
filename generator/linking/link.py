"""Links documents into a library: finds the names not found yet, and gives each slug, present or past, one owner."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from generator.content.documents import AnyDocument
from generator.content.fingerprints import fingerprints_of
from generator.core.errors import Problem
from generator.core.workers import spread
from generator.linking.library import Library
from generator.reading.memory import Memory, Parcel, Remembered
from generator.reading.mentions import Finder
from generator.reading.sources import BATCH, Content, named


def link(content: Content, memory: Memory | None = None, jobs: int = 1) -> tuple[Library, tuple[Problem, ...]]:
    """Return the library that content makes. Of two documents with the same slug the first is kept.

    `jobs` processes look for names in what has changed, and `memory` remembers what they found in documents without
    a problem of their own. Problems: the notes `unlinked-name`.
    """
    first: dict[str, AnyDocument] = {}
    for document in content.documents:
        first.setdefault(document.slug, document)
    known = _with_names(first.values(), content, memory, jobs)
    found = [known[document.path] for document in first.values()]
    documents = {one.document.slug: one.document for one in found}
    withdrawn = tuple(document for document in content.withdrawn if document.slug not in documents)
    fingerprints = {one.document.path: one.fingerprints for one in found}
    fingerprints |= {document.path: fingerprints_of(document) for document in withdrawn}
    library = Library(documents, _redirects((*documents.values(), *withdrawn)), withdrawn, fingerprints)
    return library, tuple(note for one in found for note in one.notes)


def _with_names(
    documents: Iterable[AnyDocument], content: Content, memory: Memory | None, jobs: int
) -> Mapping[str, Remembered]:
    """Return documents by path, with the names in them found. In most they were found when the content was read."""
    finder = Finder(content.documents)
    known = {path: found for path, found in content.linked.items() if found.names == finder.fingerprint}
    new = [document for document in documents if document.path not in known]
    parcels = [parcel for batch in spread(partial(_named, finder, content), new, BATCH, jobs) for parcel in batch]
    if memory is not None:
        faulty = {problem.location.path for problem in content.problems}
        every = (*content.fresh, *parcels)
        memory.remember(parcel for parcel in every if parcel.found.document.location.path not in faulty)
    return known | {parcel.found.document.path: parcel.found for parcel in parcels}


def _named(finder: Finder, content: Content, documents: Iterable[AnyDocument]) -> list[Parcel]:
    """Find names in documents anew, in place of any that were found when other names were known."""
    return [
        named(
            content.unlinked(document) if document.path in content.linked else document,
            finder,
            content.texts.get(document.location.path, ""),
        )
        for document in documents
    ]


def _redirects(documents: Collection[AnyDocument]) -> Mapping[str, AnyDocument]:
    """Return documents by their past slugs, except for slugs that some document has now."""
    present = {document.slug for document in documents}
    redirects: dict[str, AnyDocument] = {}
    for document in documents:
        for past in document.meta.redirect_from:
            if past not in present:
                redirects.setdefault(past, document)
    return redirects
