"""What a page is made from, as a short value that changes whenever any of it does.

A page is not composed again while its fingerprint stays. So whatever a template can reach from the documents that a
page shows must be in it: the documents themselves, and what these are called that they refer to. A test edits content
at random, and compares what is built then with a site that is built from nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from generator.backlinks import Backlink
from generator.history import Change
from generator.library import Appearance, Library
from generator.model import AnyDocument
from generator.related import Related
from generator.settings import Kind

SIZE = 16  # bytes


def digest(*parts: object) -> bytes:
    """Return a short value for parts that have a text of their own (`repr`), and for bytes."""
    found = blake2b(digest_size=SIZE)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big"))  # or parts could be cut in other places
        found.update(data)
    return found.digest()


class Fingerprints:
    """The fingerprints of the documents of a library."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.names: dict[str, bytes] = {}
        self.wholes: dict[str, bytes] = {}

    def name(self, document: AnyDocument) -> bytes:
        """Return that of what other pages show of a document: where it lies and its front matter."""
        if document.slug not in self.names:
            outlet = b""
            if document.kind is Kind.ARTICLE and document.meta.outlet:
                outlet = self.name(self.library.find(document.meta.outlet))
            self.names[document.slug] = digest(document.path, document.meta, outlet)
        return self.names[document.slug]

    def whole(self, document: AnyDocument) -> bytes:
        """Return that of a document, with what it refers to by name."""
        if document.slug not in self.wholes:
            own = self.library.prints[document.slug]
            self.wholes[document.slug] = digest(own, self.name(document), *map(self.name, self._referred(document)))
        return self.wholes[document.slug]

    def _referred(self, document: AnyDocument) -> Iterable[AnyDocument]:
        slugs = [ref.slug for ref in document.text_references()] + [ref.slug for ref in document.references]
        return [self.library.find(slug) for slug in dict.fromkeys(slugs) if self.library.has(slug)]

    def appearances(self, found: Iterable[Appearance]) -> bytes:
        """Return that of records, in their order."""
        return digest(*(part for a in found for part in (self.whole(a.origin), a.record.anchor)))

    def page(
        self,
        document: AnyDocument,
        backlinks: Iterable[Backlink],
        related: Iterable[Related],
        changes: Iterable[Change],
    ) -> bytes:
        """Return that of the page of a document."""
        library, slug = self.library, document.slug
        near = (*library.parts.get(slug, ()), *library.subthemes.get(slug, ()))
        links = [(self.whole(link.origin), link.how, link.anchor, link.at, link.more) for link in backlinks]
        kin = [(self.name(one.document), *map(self.name, one.because)) for one in related]
        return digest(
            self.whole(document),
            self.appearances(library.records.get(slug, ())),
            [self.name(article) for article in library.digests.get(slug, ())],
            [self.whole(summit) for summit, _ in library.meetings.get(slug, ())],
            [self.name(one) for one in near],
            links,
            kin,
            list(changes),
            library.latest_day if not library.digests.get(slug) else None,
        )
