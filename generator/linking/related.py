"""Which documents are related: those of the same kind that share terms, preferably rare ones, and are near in time.

No document is compared with all others: candidates come from an index of terms, and for a frequent term only those
nearest in time are taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from math import fsum, log, sqrt

from generator.content.documents import AnyDocument
from generator.content.model import ReferenceKind
from generator.core.mappings import OnDemand, group
from generator.core.settings import TAXONOMIES, Kind
from generator.linking.library import Library, day_of

MOST = 5  # related documents of a document
_TERMS = 8  # terms of a document that are looked up: the rarest ones
_NEAREST = (30, 120, 480, 1920)  # candidates for each term; the larger numbers are tried if none of them is related
_HALVED = 60  # days after which a shared term counts for half
_SHARED = 2  # terms that two documents must share at least


@dataclass(frozen=True, slots=True)
class Related:
    """A related document, and the terms that relate it, the weightiest first."""

    document: AnyDocument
    because: tuple[AnyDocument, ...]


def relate(library: Library) -> Mapping[str, tuple[Related, ...]]:
    """Return for each article, summit, leader and theme its related documents of the same kind, nearest first.

    They are found when they are asked for.
    """
    documents = {d.slug: d for d in library.documents.values() if d.kind in (Kind.ARTICLE, *TAXONOMIES)}
    kinds = frozenset(document.kind for document in documents.values())
    index = OnDemand(kinds, lambda kind: _Index(library, [d for d in documents.values() if d.kind is kind]))
    return OnDemand(documents, lambda slug: tuple(index[documents[slug].kind].related(documents[slug])))


class _Index:
    """The documents of one kind by their terms."""

    def __init__(self, library: Library, documents: list[AnyDocument]) -> None:
        self.library = library
        self.terms = {document.slug: frozenset(_terms(library, document)) for document in documents}
        days = ((document.slug, day_of(document)) for document in documents)
        self.days = {slug: day.toordinal() if day else 0 for slug, day in days}  # none: all are equally near
        in_time = sorted((day, slug) for slug, day in self.days.items())
        self.postings = group((term, (day, slug)) for day, slug in in_time for term in self.terms[slug])
        self.slugs = {term: [slug for _, slug in posting] for term, posting in self.postings.items()}
        self.lengths = {slug: sqrt(3 + len(terms)) for slug, terms in self.terms.items()}
        self.weights = {term: log(1 + len(documents) / len(p)) for term, p in self.postings.items()}

    def related(self, document: AnyDocument) -> Iterator[Related]:
        slug = document.slug
        scored = sorted((-self.score(slug, other), other) for other in self.candidates(slug))
        for _, other in scored[:MOST]:
            shared = sorted(self.terms[slug] & self.terms[other], key=lambda term: (-self.weights[term], term))
            reasons = [self.library.find(term) for term in shared if term not in (slug, other)]
            if len(shared) >= _SHARED and reasons:
                yield Related(self.library.find(other), tuple(reasons[:3]))

    def candidates(self, slug: str) -> list[str]:
        """Return documents near in time that share terms. Those nearest by a frequent term may share no other one."""
        terms = self.terms[slug]
        shared_by_any = (term for term in terms if len(self.postings[term]) > 1)
        rarest = sorted(shared_by_any, key=lambda term: (-self.weights[term], term))[:_TERMS]
        seen = 0
        for most in _NEAREST if len(rarest) >= _SHARED else ():
            found = Counter(chain.from_iterable(self.nearest(term, slug, most) for term in rarest))
            del found[slug]
            if several := [other for other, count in found.items() if count >= _SHARED]:
                return several
            if several := [other for other in found if len(terms & self.terms[other]) >= _SHARED]:
                return several
            if len(found) == seen:  # there are no more
                break
            seen = len(found)
        return []

    def nearest(self, term: str, slug: str, most: int) -> list[str]:
        at = bisect_left(self.postings[term], (self.days[slug], slug))
        low = max(0, at - most // 2)
        return self.slugs[term][low : low + most + 1]

    def score(self, one: str, other: str) -> float:
        """Return how closely two documents are related: the sum of the weights of the terms that they share.

        It decreases with the days between them and with the number of terms that the other one has.
        """
        shared = self.terms[one] & self.terms[other]
        if len(shared) < _SHARED:
            return 0.0
        apart = abs(self.days[one] - self.days[other])
        weight = fsum(map(self.weights.__getitem__, shared))  # exact: the order of a set makes no difference
        return round(weight / (1 + apart / _HALVED) / self.lengths[other], 9)


def _terms(library: Library, document: AnyDocument) -> Iterator[str]:
    """Yield the slugs of the summits, leaders and themes that a document is about or names.

    A briefing is one of its own terms, so that it is related to one that names it.
    """
    if document.kind is Kind.ARTICLE:
        named = list(library.subjects[document.slug])
    else:
        named = [slug for kind, slug in document.body.outline.leads() if kind is not ReferenceKind.CITATION]
        named += [ref.slug for ref in document.references]
        named += [summit.slug for summit, _ in library.meetings.get(document.slug, ())]
    yield from library.terms([document.slug, *named])
