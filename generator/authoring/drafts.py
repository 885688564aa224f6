"""Drafts of digests: what was found in source texts, as Markdown for an editor to write from.

A draft has quotations and figures and no sentence of the source's own. It is never written among the content.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.authoring.findings import Findings, Guess, Quotation, find
from generator.authoring.segments import Segment, segments
from generator.composing.templating import fill
from generator.content.documents import AnyDocument
from generator.content.names import fold
from generator.core.settings import Kind
from generator.linking.library import Library
from generator.reading.mentions import Finder


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: a name for its file, without an ending, and its Markdown."""

    name: str
    text: str


def drafts(path: Path, text: str, library: Library) -> Iterator[Draft]:
    """Yield a draft for each text in a file. `library` is the site as it is, whose names are looked for."""
    documents = list(library.documents.values())
    finder = Finder(documents)
    for number, segment in enumerate(segments(text), 1):
        findings = find(segment.lines, segment.first_line, finder, documents)
        page = _fill(path, segment, findings, library)
        yield Draft(f"{path.stem}-{number}", page)


def _fill(path: Path, segment: Segment, found: Findings, library: Library) -> str:
    end = segment.first_line + len(segment.lines) - 1
    return fill(
        "draft.md.j2",
        file=path.name,
        segment=segment,
        end=end,
        found=found,
        outlet=_outlet(found.outlet, library),
        by_kind={kind: [d.slug for d in found.documents if d.kind is kind] for kind in Kind},
        speaker=lambda quotation: _speaker(quotation, found),
    )


def _outlet(guess: Guess | None, library: Library) -> AnyDocument | None:
    names = {fold(name): o for o in library.outlets for name in (o.meta.title, *o.meta.aliases)}
    return names.get(fold(guess.text)) if guess else None


def _speaker(quotation: Quotation, found: Findings) -> tuple[str, str]:
    """Return who said it, as a link where the site has a page, and a doubt, or nothing, about it."""
    if quotation.speaker is None:
        return "who?", "nobody is named beside the words"
    name = quotation.speaker.text
    leaders = [d for d in found.documents if d.kind is Kind.LEADER]
    pages: list[Any] = [d for d in leaders if fold(name) in map(fold, (d.meta.title, *d.meta.aliases))]
    pages = pages or [d for d in leaders if fold(name) in fold(d.meta.title).split()]
    words = f"[[{pages[0].slug}]]" if len(pages) == 1 else name
    return words, "" if quotation.speaker.sure else quotation.speaker.why
