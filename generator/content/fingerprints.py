"""The fingerprints of a document: short values, one for each part of it, that change whenever that part does.

They depend on nothing but the document, so that they are remembered with it. What its references lead to is up to
`dependencies`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from generator.content.documents import AnyDocument
from generator.content.model import Prose, Record, Statement, Text

SIZE = 16  # bytes


def digest(*parts: object) -> bytes:
    """Return a short value for parts, which are bytes or values whose `repr` says all of them."""
    found = blake2b(digest_size=SIZE)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big"))  # so that ("ab", "c") is not ("a", "bc")
        found.update(data)
    return found.digest()


def fingerprints_of(document: AnyDocument) -> bytes:
    """Return the fingerprints of a document one after the other, each of SIZE bytes.

    The first is that of its front matter and path, which other pages show; the second that of its body without the
    records; those of its records follow, in order.
    """
    parts = document.body.parts
    body = [_prose(part) if isinstance(part, Prose) else (part.type.__name__, len(part.records)) for part in parts]
    records = (digest(type(record).__name__, record.anchor, *of_record(record)) for record in document.body.records)
    return b"".join([digest(document.path, document.meta), digest(body), *records])


def of_meta(values: bytes) -> bytes:
    """Return the fingerprint of the front matter among those of a document."""
    return values[:SIZE]


def of_records(values: bytes) -> Iterator[bytes]:
    """Yield the fingerprints of the records among those of a document, in order."""
    return (values[at : at + SIZE] for at in range(2 * SIZE, len(values), SIZE))


def _prose(part: Prose) -> tuple[object, ...]:
    return (part.heading, *in_text(part.text))


def of_record(record: Record) -> tuple[object, ...]:
    """Return what a record says: all of it but its anchor and its place."""
    own = (in_text(record.quote), record.speaker) if isinstance(record, Statement) else ()
    tags = [tag.slug for tag in record.tags]
    return (record.date, tags, record.citations, record.names, in_text(record.text), *own)


def in_text(text: Text) -> tuple[object, ...]:
    """Return what a page shows of a text: all of it but its place in the file."""
    references = [(ref.kind.value, ref.slug, ref.start, ref.end, ref.label) for ref in text.references]
    return (text.source, references, text.escapes, text.comments)
