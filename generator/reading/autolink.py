"""Turns the names in a document's text into references, where it is certain enough whom they name.

A full name or an alias of several words counts where it stands; the surname of a leader only in a document that names
or tags that person and nobody else of that surname.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import intern

from generator.content.documents import AnyDocument, Body
from generator.content.model import Prose, Record, Records, Reference, ReferenceKind, Statement, Text
from generator.content.names import Name, fold
from generator.core.errors import Location, Problem, Severity
from generator.core.settings import Kind
from generator.reading.mentions import CALENDAR, OPENINGS, Finder, Occurrence


def link_names(finder: Finder, document: AnyDocument, text: str = "") -> tuple[AnyDocument, list[Problem]]:
    """Return a document with the names in it as references, and a note on each likely name that is not linked.

    A name becomes a reference once in each section of prose and once in each record. `text` is that of the document's
    file. Problems: the note `unlinked-name`.
    """
    return _Linking(finder, document, text).done()


@dataclass
class _Linking:
    """The names of one document, found and judged together."""

    finder: Finder
    document: AnyDocument
    source: str
    notes: list[Problem] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)
    found: dict[int, list[Occurrence]] = field(default_factory=dict)

    def done(self) -> tuple[AnyDocument, list[Problem]]:
        document = self.document
        parts = document.body.parts
        units = list(_units(parts))
        for unit in units:
            taken = sorted([*unit.closed, *((ref.start, ref.end) for ref in unit.references)])
            self.found[id(unit)] = self.finder.occurrences(unit.source, taken)
        self.learn(units)
        if not any(self.found.values()):
            return document, []
        return replace(document, body=self.body(parts)), self.notes

    def learn(self, units: Sequence[Text]) -> None:
        """Note whom the document names or tags in full, and which surnames others in it have."""
        document = self.document
        slugs = [ref.slug for ref in document.references]
        slugs += [ref.slug for ref in document.body.references if ref.kind is not ReferenceKind.CITATION]
        self.named = {document.slug, *(self.finder.past.get(slug, slug) for slug in slugs)}
        for author in getattr(document.meta, "authors", ()):
            self.strangers.update(fold(o.words(author)) for o in self.finder.occurrences(author) if o.stranger)
        for unit in units:
            for occurrence in self.found[id(unit)]:
                if occurrence.stranger:
                    self.strangers.add(fold(occurrence.words(unit.source)))
                elif not occurrence.obstacle:
                    self.named.update(name.slug for name in occurrence.names if not name.short)

    def body(self, every: Iterable[Prose | Records]) -> Body:
        parts: list[Prose | Records] = []
        for part in every:
            if isinstance(part, Prose):
                parts.append(part._replace(text=self.text(part.text, part.location)))
            else:
                parts.append(replace(part, records=tuple(map(self.record, part.records))))
        return Body(parts)

    def record(self, record: Record) -> Record:
        text = self.text(record.text, record.location)
        if text is record.text:
            return record
        mentioned = text.slugs(ReferenceKind.MENTION)
        changed = replace(record, text=text, names=tuple(dict.fromkeys([*record.names, *mentioned])))
        if isinstance(changed, Statement) and changed.speaker is None and text.references[0].start == 0:
            first = text.references[0]
            leader = any(n.kind is Kind.LEADER for n in self.finder.known.get(fold(first.label), ()))
            return replace(changed, speaker=first.slug if leader else None)
        return changed

    def text(self, text: Text, start: Location) -> Text:
        """Return a text, which starts at a place, with each document that it names as one reference."""
        linked = {self.finder.past.get(ref.slug, ref.slug) for ref in text.references}
        references = list(text.references)
        for occurrence in self.found[id(text)]:
            name = self.resolve(text, occurrence, start)
            if name is not None and name.slug not in linked:
                linked.add(name.slug)
                label = " ".join(occurrence.words(text.source).split())
                span = (occurrence.start, occurrence.end)
                references.append(Reference(ReferenceKind.MENTION, intern(name.slug), *span, label=label))
        if len(references) == len(text.references):
            return text
        return text._replace(references=tuple(sorted(references, key=lambda ref: ref.start)))

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the document's file, which only notes need."""
        return self.source.split("\n")

    def place(self, text: Text, occurrence: Occurrence, start: Location) -> Location:
        """Return where in the file a name stands. A text has whole lines, except that its first may begin later."""
        line = start.line + text.source.count("\n", 0, occurrence.start)
        word = occurrence.words(text.source).split("\n")[0]
        whole = self.lines[line - 1] if line <= len(self.lines) else ""
        before = text.source[: occurrence.start].rpartition("\n")[2]
        column = max(0, whole.find(before + word)) + len(before)
        return Location(start.path, line, column + 1, len(word))

    def resolve(self, text: Text, occurrence: Occurrence, start: Location) -> Name | None:
        """Return the name that an occurrence is, or None; a note says why not, if an editor might wonder."""
        word = occurrence.words(text.source)
        names = [name for name in occurrence.names if not name.short] or list(occurrence.names)
        if any(name.slug == self.document.slug for name in names):
            return None
        if occurrence.obstacle:
            self.note(word, names, occurrence.obstacle, self.place(text, occurrence, start))
            return None
        if not names[0].short:
            return names[0]
        present = [name for name in names if name.slug in self.named]
        if reason := self.doubt(text, occurrence, present):
            self.note(word, present or names, reason, self.place(text, occurrence, start))
            return None
        return present[0]

    def doubt(self, text: Text, occurrence: Occurrence, present: Sequence[Name]) -> str:
        """Return why a short name alone does not tell who is meant; `present` are those whom the document names."""
        word = occurrence.words(text.source)
        if not present:
            return "the document does not name or tag this person in full"
        if len(present) > 1:
            return "the document names several people of that name"
        if fold(word) in self.strangers:
            return "somebody else in this document has that name too"
        return "it is also a common word" if self.is_common(word) and not occurrence.titled else ""

    def is_common(self, word: str) -> bool:
        """Tell whether a name is also a word: of the calendar, of grammar, or of this document's own text."""
        plain = word.casefold()
        return plain in CALENDAR or plain in OPENINGS or plain in self.plain_words

    @cached_property
    def plain_words(self) -> frozenset[str]:
        """Return the words of the document's text that begin with a small letter."""
        text = "\n".join(unit.source for unit in _units(self.document.body.parts))
        return frozenset(re.findall(r"(?<![\w\[#^|-])[^\W\d_A-Z]\w*(?![\w|-])", text))

    def note(self, word: str, names: Sequence[Name], reason: str, place: Location) -> None:
        whose = " or ".join(f"`{name.slug}`" for name in names)
        message = f"“{' '.join(word.split())}” is not linked to {whose}: {reason}"
        help_ = f"if it is meant, write `[[{names[0].slug}|{' '.join(word.split())}]]`"
        self.notes.append(Problem(place, "unlinked-name", message, "", help_, Severity.NOTE))


def _units(parts: Iterable[Prose | Records]) -> Iterator[Text]:
    """Yield the texts in which names are looked for: sections of prose, and records without what was said."""
    for part in parts:
        yield from [part.text] if isinstance(part, Prose) else [record.text for record in part.records]
