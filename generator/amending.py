"""Takes an edit of words into a site that is there, so that not all of it need be made anew.

Words are what nothing is made from but the pages and feeds that show them. While the shape of a document stays
(`documents.Outline`), so does all else that was found out: which pages there are, what refers to what, what is
related, what stands on which page and in which order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generator.build import Site
from generator.dependencies import Place, differing
from generator.documents import AnyDocument, Body
from generator.errors import Problem, is_error
from generator.integrity import check_document
from generator.memory import Memory, Parcel, Remembered
from generator.mentions import Finder
from generator.pages import Page
from generator.sources import named, open_file, parse
from generator.tree import ContentFile


@dataclass(frozen=True, slots=True)
class Amended:
    """What came of an edit: those `pages` that show the words that are others now, at `places`, and all `warnings`.

    `documents` were edited; `former` are their bodies before that, `parcels` what is to be remembered of them.
    """

    warnings: tuple[Problem, ...]
    pages: tuple[Page, ...]
    places: frozenset[Place]
    documents: tuple[AnyDocument, ...]
    former: tuple[Body, ...]
    parcels: tuple[Parcel, ...]


def amend(site: Site, root: Path, paths: Iterable[str], memory: Memory) -> Amended | None:
    """Take in what the files at `paths` below `root` say now, and return what came of it.

    None where that cannot be done, since more than words has changed or there is something wrong: then the site is to
    be made anew. `memory` forgets the documents, as these are changed in place. Whether an alias is used any more is
    not looked into.
    """
    finder = Finder(site.content.documents)
    edited: list[tuple[AnyDocument, Parcel]] = []
    places: set[Place] = set()
    for path in paths:
        old = site.library.documents.get(path.rpartition("/")[2].removesuffix(".md"))
        new = _now(root, old, finder, memory) if old is not None else None
        if old is None or old.path != path or new is None or not _differ_in_words(old, new.found.document):
            return None
        edited.append((old, new))
        places.update(differing(old, new.found.document))
    former = tuple(old.body for old, _ in edited)
    warnings = set(site.warnings)
    for old, new in edited:
        warnings.difference_update(check_document(site.content, site.library, old))
        memory.forget(old.path)
        _take(site, old, new.found)
        warnings.update(check_document(site.content, site.library, old))
    if any(map(is_error, warnings)):
        return None
    documents = tuple(old for old, _ in edited)
    shown_by = {page for place in places for page in site.readers.get(place, ())}
    pages = tuple(site.by_path[path].renewed() for path in sorted(shown_by.union(old.path for old in documents)))
    parcels = tuple(new for _, new in edited)
    return Amended(tuple(sorted(warnings)), pages, frozenset(places), documents, former, parcels)


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
    """Tell whether no more than words differs; what stands in front matter is to be told of where it is, too."""
    front = (old.meta, old.references, old.alias_places) == (new.meta, new.references, new.alias_places)
    return front and old.body.outline.shape() == new.body.outline.shape()


def _take(site: Site, old: AnyDocument, new: Remembered) -> None:
    """Have a document say what it says now, wherever it is known."""
    old.take(new.document.body)
    for appearance, head in zip(site.library.standing[old.slug], old.body.outline.heads(), strict=True):
        appearance.head = head
        for pieces in site.library.shared.values():
            pieces.pop(appearance, None)
    site.library.prints[old.path] = new.prints
    site.depends.forget(old)
