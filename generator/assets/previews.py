"""What a link shows of the summit, leader or theme that it leads to, before a reader follows it: small JSON files.

`previews.json` has an entry for each folder of the site: the previews themselves, by slug, while they are few; else
the beginning of the addresses of files by the first letter of the slug. A preview is a title, a line and a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from generator.content.documents import AnyDocument
from generator.core.mappings import group
from generator.core.settings import TAXONOMIES, Kind, Settings
from generator.linking.backlinks import first_sentence
from generator.linking.library import Library

PATH = "previews.json"
MOST = 150  # documents of a kind in the one file
_LONGEST = 240  # characters of a sentence

Preview = tuple[str, str, str]


def collect(library: Library, settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Yield the files of previews: their path below the site, and what is in them."""
    every: dict[Kind, Sequence[AnyDocument]] = {
        Kind.SUMMIT: library.summits,
        Kind.LEADER: library.leaders,
        Kind.THEME: library.themes,
    }
    index: dict[str, Any] = {}
    for kind in TAXONOMIES:
        folder = settings.collection(kind).slug
        previews = {document.slug: preview(document, settings) for document in every[kind]}
        index[folder] = previews if len(previews) <= MOST else f"previews/{folder}-"
        if len(previews) > MOST:
            for letter, some in group((slug[0], (slug, previews[slug])) for slug in previews).items():
                yield f"previews/{folder}-{letter}.json", as_json(dict(some))
    yield PATH, as_json(index)


def preview(document: AnyDocument, settings: Settings) -> Preview:
    """Return what a document is called, what stands beside its name, and the first sentence of its summary."""
    sentence = first_sentence(document.meta.summary, settings.language)
    if len(sentence) > _LONGEST:
        sentence = sentence[:_LONGEST].rpartition(" ")[0].rstrip(",;:") + " …"
    return document.meta.title, line(document, settings), sentence


def line(document: AnyDocument, settings: Settings) -> str:
    """Return what stands beside the name of a document: the office of a leader, when and where a meeting was."""
    meta = document.meta
    if document.kind is Kind.LEADER:
        return f"{meta.role}, {meta.country}"
    if document.kind is Kind.SUMMIT:
        return ", ".join(str(part) for part in (meta.start, meta.city or meta.country) if part)
    return settings.collection(document.kind).singular


def as_json(value: object) -> bytes:
    """Return a value as compact JSON, the same bytes for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\n"
