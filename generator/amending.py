"""Takes an edit of words into a site that is there, so that a server need not make all of it anew.

Words are what nothing is made from but the pages and feeds that show them. While the shape of a document stays
(`documents.Outline`), so does all else that was found out: which pages there are, what refers to what, what is
related, what stands on which page and in which order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from generator.autolink import link_names
from generator.build import Site
from generator.documents import AnyDocument
from generator.errors import is_error
from generator.fingerprints import fingerprints
from generator.integrity import check_document
from generator.memory import Memory
from generator.mentions import Finder
from generator.pages import Page
from generator.sources import open_file, parse
from generator.tree import ContentFile


@dataclass(frozen=True, slots=True)
class Amended:
    """A site with an edit taken in, and those of its `pages` that are made from something else than they were."""

    site: Site
    pages: tuple[Page, ...]


def amend(site: Site, root: Path, paths: Iterable[str], memory: Memory) -> Amended | None:
    """Take in what the files at `paths` below `root` say now, and return what came of it.

    None where that cannot be done, since more than words has changed or there is something wrong: then the site is to
    be made anew. `memory` forgets the documents, as these are changed in place. Whether an alias is used any more is
    not looked into.
    """
    known = {document.path: document for document in site.library.documents.values()}
    finder = Finder(site.content.documents)
    edited: list[tuple[AnyDocument, AnyDocument]] = []
    for path in paths:
        old = known.get(path)
        new = _now(root, old, finder) if old is not None else None
        if old is None or new is None or not _differ_in_words(old, new):
            return None
        edited.append((old, new))
    before = {page.path: page.fingerprint for page in site.pages}
    warnings = set(site.warnings)
    for old, new in edited:
        warnings.difference_update(check_document(site.content, site.library, old))
        memory.forget(old.path)
        _take(site, old, new)
        warnings.update(check_document(site.content, site.library, old))
    concerned = _concerned(site, [old for old, _ in edited])
    pages = tuple(page for page in concerned if page.renew() != before[page.path])
    return None if any(map(is_error, warnings)) else Amended(replace(site, warnings=tuple(sorted(warnings))), pages)


def _now(root: Path, document: AnyDocument, finder: Finder) -> AnyDocument | None:
    """Return what the file of a document says now, with the names in it found; None where it is not sound."""
    opened = open_file(root, document.kind, ContentFile(document.path, document.location.path))
    if opened.source.lost or opened.problems:
        return None
    again, problems = parse(opened.source, document.kind)
    if again is None or problems:
        return None
    linked, _ = link_names(finder, again, opened.source.text.split("\n"))
    return linked


def _differ_in_words(old: AnyDocument, new: AnyDocument) -> bool:
    """Tell whether no more than words differs; what stands in front matter is to be told of where it is, too."""
    front = (old.meta, old.references, old.alias_places) == (new.meta, new.references, new.alias_places)
    return front and old.body.outline.shape() == new.body.outline.shape()


def _take(site: Site, old: AnyDocument, new: AnyDocument) -> None:
    """Have a document say what it says now, wherever it is known."""
    old.take(new.body)
    for appearance, head in zip(site.library.standing[old.slug], old.body.outline.heads(), strict=True):
        appearance.head = head
        for pieces in site.library.shared.values():
            pieces.pop(appearance, None)
    site.library.prints[old.path] = fingerprints(old)
    site.depends.forget(old)


def _concerned(site: Site, documents: Iterable[AnyDocument]) -> Iterator[Page]:
    """Yield the pages that show words of documents."""
    readers = site.depends.readers or {}
    for path in sorted({path for document in documents for path in readers.get(document.slug, ())}):
        yield site.by_path[path]
