"""Finds what an edit of words concerns, and has the documents of a site say what they say now.

Words are those of a body, and of front matter what is in `meta.WORDS`: they are shown, and nothing is found out from
them. While all else of a document stays (`documents.Outline`), so does all that was found out about the site, and
only the pages and files that show the words have to be made anew. `serving` and `resuming` do so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from generator.assets import calendar, previews
from generator.composing.dependencies import BY_NAME, IN_LISTS, differing
from generator.composing.pages import Page
from generator.content.documents import AnyDocument
from generator.content.meta import WORDS
from generator.content.model import ReferenceKind
from generator.core import urls
from generator.core.errors import GeneratorError, Problem, is_error
from generator.core.settings import TAXONOMIES, Kind
from generator.edits.rows import Lost
from generator.edits.splicing import Rewording, rewording
from generator.linking.integrity import check_document
from generator.linking.library import Appearance, Library
from generator.output.writer import File, existing
from generator.reading.memory import Memory, Parcel
from generator.reading.mentions import Finder
from generator.reading.sources import named, open_file, parse
from generator.reading.tree import ContentFile
from generator.sites import AnySite, feed_files
from generator.syndication.feeds import Feed

log = logging.getLogger("mkdocs.plugins.briefing")


@dataclass(frozen=True, slots=True)
class Amended:
    """The result of an edit.

    `documents` were edited: `former` is what they were before, `parcels` is what will be remembered of them. `pages`
    show new words and have to be composed anew. The pages at the paths in `passing` only list or name a document; in
    these `words` are to be replaced, each given with the path of the document. `records` have new words, each given
    with its former anchor; documents that are `naming` another may say its title. `warnings` are all of the site.
    """

    warnings: tuple[Problem, ...]
    pages: tuple[Page, ...]
    passing: frozenset[str]
    words: tuple[tuple[str, Rewording], ...]
    documents: tuple[AnyDocument, ...]
    former: tuple[AnyDocument, ...]
    parcels: tuple[Parcel, ...]
    records: Mapping[Appearance, str]
    naming: tuple[AnyDocument, ...]

    @property
    def retitled(self) -> frozenset[str]:
        """Return the paths of the pages that have another title now."""
        return frozenset(now.path for _, now in self.edited_at("title"))

    def edited_at(self, *keys: str) -> list[tuple[AnyDocument, AnyDocument]]:
        """Return the documents whose front matter differs at one of `keys`, each as it was and as it is."""
        pairs = zip(self.former, self.documents, strict=True)
        return [(was, now) for was, now in pairs if not _differing_keys(was, now).isdisjoint(keys)]


def attempted(take: Callable[[], bool]) -> bool:
    """Tell whether `take` could take an edit in. If it could not, for whatever reason, the site is built.

    A build does without what was lost, reports what is wrong, and repairs whatever was written.
    """
    try:
        return take()
    except (Lost, OSError, GeneratorError):
        return False
    except Exception as error:  # a fault of this short cut must not keep anybody from a build
        log.info(f"the edit could not be applied on its own, so the whole site is built: {error!r}")
        return False


def amend(site: AnySite, root: Path, paths: Iterable[str], memory: Memory) -> Amended | None:
    """Have the documents at `paths` below `root` say what their files say now, and return what changed.

    None where that cannot be done, since more than words has changed or something is wrong: then the site has to be
    built. The documents are changed in place, wherever they are known; `memory` forgets them. It is not looked into
    whether an alias is still used.
    """
    finder, library = Finder(site.content.documents), site.library
    edited: list[tuple[AnyDocument, Parcel]] = []
    for path in paths:
        if (pair := _edited(root, path, library, finder, memory)) is None:
            return None
        edited.append(pair)
    former = tuple(replace(old) for old, _ in edited)
    found = _Shown(site)
    for old, new in edited:
        found.look(old, new.found.document)
    found.settle()
    warnings = set(site.warnings)
    for old, new in edited:
        warnings.difference_update(check_document(site.content, library, site.settings, old))
        if _front(old) != _front(new.found.document) and any(_is_of(old, problem) for problem in warnings):
            return None  # the warning may be about another line now, or about another title
        memory.forget(old.path)
        _take(library, old, new.found.document)
        warnings.update(check_document(site.content, library, site.settings, old))
    if any(map(is_error, warnings)):
        return None
    library.forget(found.records, [old.slug for old, _ in edited])
    by_path = {old.path: old for old, _ in edited}
    return Amended(
        warnings=tuple(sorted(warnings)),
        pages=tuple(site.by_path[path].renewed(by_path.get(path)) for path in sorted(found.composed)),
        passing=frozenset(found.passing),
        words=tuple(found.words),
        documents=tuple(old for old, _ in edited),
        former=former,
        parcels=tuple(new for _, new in edited),
        records=found.records,
        naming=tuple(found.naming),
    )


def files_beside(
    amended: Amended,
    site: AnySite,
    redone: Iterable[str],
    feeds: Callable[[Collection[str], Mapping[str, AnyDocument]], Iterable[Feed]],
    copies: Mapping[str, Iterable[str]],
    folder: Path,
) -> Iterator[File]:
    """Yield the files beside the pages that say what was edited.

    `redone` are the slugs of digests of which feeds have something else now. `feeds` gives the documents of feeds
    that have items of some documents (by slug), or are about some (by the folder of the feed). `copies` are the paths
    of the copies of files. The site lies in `folder`. Raises Lost where its calendar is not what it was.
    """
    library, settings = site.library, site.settings
    about = [now for _, now in amended.edited_at("summary") if now.kind in TAXONOMIES]
    slugs = {*redone, *(now.slug for _, now in amended.edited_at("title", "summary", "authors"))}
    found = list(feeds(slugs, {urls.feed_folder(document.path): document for document in about}))
    for file in feed_files(found, settings):
        yield file
        yield from map(file.copy, copies.get(file.path, ()))
    if about:
        yield from (File(path, data) for path, data in previews.collect(library, settings))
    if dated := dict(calendar.watched(amended.records)):
        entries = {
            calendar.uid(one, amended.records[one], settings): calendar.event(one, when, library, settings)
            for one, when in dated.items()
        }
        try:
            made = calendar.revised(existing(folder, calendar.PATH) or b"", entries, library.latest_day)
        except KeyError as error:
            raise Lost(calendar.PATH) from error
        yield File(calendar.PATH, made)


@dataclass
class _Shown:
    """Where a site shows what was edited: on pages that have to be `composed` anew, or in `passing`.

    `records` have new words, or lead to a document with a new title, each given with its anchor. `naming` are
    documents that may say such a title in their text. `words` are to be replaced in passing.
    """

    site: AnySite
    composed: set[str] = field(default_factory=set)
    passing: set[str] = field(default_factory=set)
    records: dict[Appearance, str] = field(default_factory=dict)
    naming: list[AnyDocument] = field(default_factory=list)
    words: list[tuple[str, Rewording]] = field(default_factory=list)

    def look(self, old: AnyDocument, new: AnyDocument) -> None:
        """Look where a document is shown, whose words differ in `new`."""
        self.composed.add(old.path)
        for slug, number in differing(old, new):
            self.composed.update(self.site.readers_of((slug, number)))
            if number >= 0:
                self._note(self.site.library.own_records[slug][number])
        if keys := _differing_keys(old, new):
            self._look_in_front(old, new, keys)

    def _look_in_front(self, old: AnyDocument, new: AnyDocument, keys: Set[str]) -> None:
        """Look where its front matter is shown, whose words differ at some keys."""
        library = self.site.library
        # A digest is named with its title, and its source in a footnote. Other documents have only summaries to show.
        named = old.kind is Kind.ARTICLE and keys != {"summary"}
        referring = library.referring(old.slug) if named else []
        naming = [document for document in referring if "title" in keys and self._says_title(document, old)]
        words = rewording(old, new, self.site.settings)
        # Only a title that is a link by itself can be found in a finished page with certainty.
        if words is None or naming or self._is_called_like_its_outlet(old):
            pages = self.composed
        else:
            pages = self.passing
            self.words.append((old.path, words))
        pages.update(self.site.readers_of((old.slug, IN_LISTS)))
        pages.update(self.site.readers_of((old.slug, BY_NAME)) if named else ())
        for document in referring:
            pages.add(document.path)
            for appearance in self._leading(document, old):
                pages.update(self.site.readers_of((document.slug, appearance.number)))
                self._note(appearance)
        self.naming += naming

    def settle(self) -> None:
        """Have the pages of digests composed in any case, since feeds have their text."""
        for path in tuple(self.passing):
            document = self.site.library.documents.get(urls.slug_of(path))
            if document is not None and document.path == path and document.kind is Kind.ARTICLE:
                self.composed.add(path)
        self.passing -= self.composed

    def _note(self, appearance: Appearance) -> None:
        self.records[appearance] = appearance.head.anchor

    def _leading(self, document: AnyDocument, to: AnyDocument) -> Iterator[Appearance]:
        """Yield the records of a document that refer to another, or all if both are the same document."""
        library = self.site.library
        for appearance in library.own_records[document.slug]:
            head = appearance.head
            if document is to or to.slug in map(library.slug, (*head.names, *head.citations)):
                yield appearance

    def _says_title(self, document: AnyDocument, of: AnyDocument) -> bool:
        """Tell whether the text of a document may say the title of another."""
        library = self.site.library
        leads = document.body.outline.leads()
        return any(kind is ReferenceKind.LINK and library.slug(slug) == of.slug for kind, slug in leads)

    def _is_called_like_its_outlet(self, document: AnyDocument) -> bool:
        """Tell whether a link to the source of a record, which says the outlet, may look like one to the title."""
        if document.kind is not Kind.ARTICLE:
            return False
        outlet = self.site.library.find(document.meta.outlet)
        said, called = (" ".join(found.meta.title.split()) for found in (outlet, document))
        return called.startswith(said)  # "…, opinion" may follow


def _edited(
    root: Path, path: str, library: Library, finder: Finder, memory: Memory
) -> tuple[AnyDocument, Parcel] | None:
    """Return the document at a path, and what its file says now, with the names in it found.

    None if there was no such document, if it has problems now, or if more than words has changed.
    """
    old = library.documents.get(urls.slug_of(path))
    if old is None or old.path != path:
        return None
    opened = open_file(root, old.kind, ContentFile(path, old.location.path), memory)
    if opened.source.lost or opened.problems:
        return None
    again, problems = parse(opened.source, old.kind)
    if again is None or problems:
        return None
    new = named(again, finder, opened.source.text)
    return (old, new) if _differ_in_words(old, new.found.document) else None


def _differ_in_words(old: AnyDocument, new: AnyDocument) -> bool:
    """Tell whether nothing but words differs."""
    lead = [[(ref.slug, ref.kinds) for ref in document.references] for document in (old, new)]
    front = _differing_keys(old, new) <= WORDS[old.kind] and lead[0] == lead[1]
    return front and old.body.outline.shape() == new.body.outline.shape()


def _differing_keys(old: AnyDocument, new: AnyDocument) -> set[str]:
    """Return the keys of front matter at which two documents of a kind have something else."""
    return {item.name for item in fields(old.meta) if getattr(old.meta, item.name) != getattr(new.meta, item.name)}


def _front(document: AnyDocument) -> tuple[object, ...]:
    """Return front matter with the places of its values, which problems name."""
    return document.meta, document.references, document.name_places


def _is_of(document: AnyDocument, problem: Problem) -> bool:
    return problem.location.path == document.location.path


def _take(library: Library, old: AnyDocument, new: AnyDocument) -> None:
    """Have a document say what `new` says, wherever it is known."""
    old.take(new)
    for appearance, head in zip(library.own_records[old.slug], old.body.outline.heads(), strict=True):
        appearance.head = head
