"""What stands in a document, as short values that change whenever any of it does: each part of it has one.

They depend on nothing but the document, so that they are remembered with it. What its references lead to is the
matter of `dependencies`.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from generator.content.documents import AnyDocument
from generator.content.model import Prose, Record, Statement, Text

SIZE = 16  # bytes


def digest(*parts: object) -> bytes:
    """Return a short value for parts that have a text of their own (`repr`), and for bytes."""
    found = blake2b(digest_size=SIZE)
    for part in parts:
        data = part if isinstance(part, bytes) else repr(part).encode("utf-8", "surrogatepass")
        found.update(len(data).to_bytes(8, "big"))  # or parts could be cut in other places
        found.update(data)
    return found.digest()


def fingerprints(document: AnyDocument) -> bytes:
    """Return the values of a document one after the other, each of SIZE bytes.

    First that of what other pages show of it, which is its front matter and where it lies; then that of its body but
    for its records; then those of its records, in order.
    """
    parts = document.body.parts
    body = [_prose(part) if isinstance(part, Prose) else (part.type.__name__, len(part.records)) for part in parts]
    records = (digest(type(record).__name__, record.anchor, *of_record(record)) for record in document.body.records)
    return b"".join([digest(document.path, document.meta), digest(body), *records])


def of_meta(values: bytes) -> bytes:
    """Return of the values of a document that of its front matter."""
    return values[:SIZE]


def of_records(values: bytes) -> Iterator[bytes]:
    """Yield of the values of a document those of its records, in order."""
    return (values[at : at + SIZE] for at in range(2 * SIZE, len(values), SIZE))


def _prose(part: Prose) -> tuple[object, ...]:
    return (part.heading, *in_text(part.text))


def of_record(record: Record) -> tuple[object, ...]:
    """Return what stands in a record but for its anchor."""
    own = (in_text(record.quote), record.speaker) if isinstance(record, Statement) else ()
    tags = [tag.slug for tag in record.tags]
    return (record.date, tags, record.citations, record.names, in_text(record.text), *own)


def in_text(text: Text) -> tuple[object, ...]:
    """Return what is shown of a text, which is all of it but where it stands in its file."""
    references = [(ref.kind.value, ref.slug, ref.start, ref.end, ref.label) for ref in text.references]
    return (text.source, references, text.escapes, text.comments)
