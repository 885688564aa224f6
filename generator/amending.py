"""Takes an edit of words into a site that is there, so that not all of it need be made anew.

Words are what nothing is made from but the pages and files that show them: those of a body, and of front matter what
is in `meta.WORDS`. While all else of a document stays (`documents.Outline`), so does what was found out: which pages
there are, what refers to what, what is related, what stands on which page and in which order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from generator.build import Site
from generator.dependencies import BY_NAME, IN_LISTS, Place, differing
from generator.documents import AnyDocument, Leads
from generator.errors import Problem, is_error
from generator.integrity import check_document
from generator.library import Appearance, Library
from generator.memory import Memory, Parcel, Remembered
from generator.mentions import Finder
from generator.meta import LISTED, WORDS
from generator.model import ReferenceKind
from generator.pages import Page
from generator.sources import named, open_file, parse
from generator.tree import ContentFile


@dataclass(frozen=True, slots=True)
class Amended:
    """What came of an edit: those `pages` that show the words that are others now, and all `warnings`.

    `documents` were edited; `former` is what they were before that, `parcels` what is to be remembered of them.
    `records` are those with other words, and `naming` the documents in whose words there is a title that is another.
    """

    warnings: tuple[Problem, ...]
    pages: tuple[Page, ...]
    documents: tuple[AnyDocument, ...]
    former: tuple[AnyDocument, ...]
    parcels: tuple[Parcel, ...]
    records: tuple[Appearance, ...]
    naming: tuple[AnyDocument, ...]

    def differ_in(self, *keys: str) -> tuple[AnyDocument, ...]:
        """Return the documents that have something else at one of these keys of their front matter."""
        pairs = zip(self.documents, self.former, strict=True)
        return tuple(now for now, before in pairs if not _differing(before, now).isdisjoint(keys))


def amend(site: Site, root: Path, paths: Iterable[str], memory: Memory) -> Amended | None:
    """Take in what the files at `paths` below `root` say now, and return what came of it.

    None where that cannot be done, since more than words has changed or there is something wrong: then the site is to
    be made anew. `memory` forgets the documents, as these are changed in place. Whether an alias is used any more is
    not looked into.
    """
    finder, library = Finder(site.content.documents), site.library
    edited: list[tuple[AnyDocument, Parcel]] = []
    for path in paths:
        old = library.documents.get(path.rpartition("/")[2].removesuffix(".md"))
        new = _now(root, old, finder, memory) if old is not None else None
        if old is None or old.path != path or new is None or not _differ_in_words(old, new.found.document):
            return None
        edited.append((old, new))
    former = tuple(replace(old) for old, _ in edited)
    found = _Shown(library)
    for old, new in edited:
        found.look(old, new.found.document)
    warnings = set(site.warnings)
    for old, new in edited:
        warnings.difference_update(check_document(site.content, library, old))
        if _front(old) != _front(new.found.document) and any(_is_of(old, problem) for problem in warnings):
            return None  # it may stand elsewhere now, or call the document by its former title
        memory.forget(old.path)
        _take(library, old, new.found)
        warnings.update(check_document(site.content, library, old))
    if any(map(is_error, warnings)):
        return None
    site.depends.forget()
    library.forget((*found.records, *found.leading), [old.slug for old, _ in edited])
    by_path = {old.path: old for old, _ in edited}
    paths_of_pages = {page for place in found.places for page in site.readers.get(place, ())} | found.pages
    return Amended(
        warnings=tuple(sorted(warnings)),
        pages=tuple(site.by_path[path].renewed(by_path.get(path)) for path in sorted(paths_of_pages)),
        documents=tuple(old for old, _ in edited),
        former=former,
        parcels=tuple(new for _, new in edited),
        records=tuple(found.records),
        naming=tuple(found.naming.values()),
    )


@dataclass
class _Shown:
    """Where what was edited is shown: at `places` of documents, and on the `pages` of these themselves.

    `records` have other words, and what those say that are `leading` to a document may be another. `naming` are the
    documents in whose words there is a title that is another, by slug.
    """

    library: Library
    places: set[Place] = field(default_factory=set)
    pages: set[str] = field(default_factory=set)
    records: list[Appearance] = field(default_factory=list)
    leading: list[Appearance] = field(default_factory=list)
    naming: dict[str, AnyDocument] = field(default_factory=dict)

    def look(self, old: AnyDocument, new: AnyDocument) -> None:
        """Find that out about a document, which says something else now."""
        self.pages.add(old.path)
        for place in differing(old, new):
            self._add(place)
        keys = _differing(old, new)
        if keys:
            self.places.add((old.slug, IN_LISTS))
        if keys - LISTED:
            self.places.add((old.slug, BY_NAME))
            for document in self.library.referring(old.slug):
                self._follow(document, old, "title" in keys)

    def _follow(self, document: AnyDocument, to: AnyDocument, retitled: bool) -> None:
        """Find out where a document names one that is called otherwise now, or has another source."""
        self.pages.add(document.path)
        if retitled and self._says(tuple(document.body.outline.leads()), to):
            self.naming[document.slug] = document
        for appearance in self.library.standing[document.slug]:
            head = appearance.head
            if retitled and (document is to or self._says(head.leads, to)):  # the calendar has the title
                self._add((document.slug, appearance.number))
            elif document is to or to.slug in map(self.library.slug, (*head.names, *head.citations)):
                self.places.add((document.slug, appearance.number))
                self.leading.append(appearance)

    def _says(self, leads: Leads, to: AnyDocument) -> bool:
        """Tell whether something that leads to a document may say its title. A citation does so in a footnote."""
        return any(kind is ReferenceKind.LINK and self.library.slug(slug) == to.slug for kind, slug in leads)

    def _add(self, place: Place) -> None:
        slug, number = place
        self.places.add(place)
        if number >= 0:
            self.records.append(self.library.standing[slug][number])


def _now(root: Path, document: AnyDocument, finder: Finder, memory: Memory) -> Parcel | None:
    """Return what the file of a document says now, with the names in it found; None where it is not sound."""
    opened = open_file(root, document.kind, ContentFile(document.path, document.location.path), memory)
    if opened.source.lost or opened.problems:
        return None
    again, problems = parse(opened.source, document.kind)
    if again is None or problems:
        return None
    return named(again, finder, opened.source.text.split("\n"))


def _differ_in_words(old: AnyDocument, new: AnyDocument) -> bool:
    """Tell whether no more than words differs."""
    lead = [[(ref.slug, ref.kinds) for ref in document.references] for document in (old, new)]
    front = _differing(old, new) <= WORDS[old.kind] and lead[0] == lead[1]
    return front and old.body.outline.shape() == new.body.outline.shape()


def _differing(old: AnyDocument, new: AnyDocument) -> set[str]:
    """Return the keys of front matter at which two documents of a kind have something else."""
    return {item.name for item in fields(old.meta) if getattr(old.meta, item.name) != getattr(new.meta, item.name)}


def _front(document: AnyDocument) -> tuple[object, ...]:
    """Return what stands in front matter, and where, since problems tell of the place."""
    return document.meta, document.references, document.alias_places


def _is_of(document: AnyDocument, problem: Problem) -> bool:
    return problem.location.path == document.location.path


def _take(library: Library, old: AnyDocument, new: Remembered) -> None:
    """Have a document say what it says now, wherever it is known."""
    old.take(new.document)
    for appearance, head in zip(library.standing[old.slug], old.body.outline.heads(), strict=True):
        appearance.head = head
    library.prints[old.path] = new.prints
