"""A document given another slug, or put into another: what becomes of every file that refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from generator.authoring.revising import Replacement, Source, cut, replaced, with_block, with_list
from generator.content.documents import AnyDocument
from generator.content.meta import order
from generator.content.model import ReferenceKind
from generator.core.errors import GeneratorError, did_you_mean
from generator.core.settings import TAXONOMIES, Kind, Settings
from generator.core.urls import is_slug, source_path
from generator.linking.library import Library

_OWN = ("title", "aliases", "redirect_from", "draft")  # what does not simply go over from a document to another
_SETS = ("authors", "summits", "leaders", "themes")  # lists of which a value stands once


@dataclass(frozen=True, slots=True)
class Revision:
    """What to write: `texts` by path below the content folder, and the files that go. `notes` are for the editor."""

    texts: dict[str, str] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def rename(library: Library, texts: Mapping[str, str], settings: Settings, old: str, new: str) -> Revision:
    """Give the document `old` the slug `new`: every reference follows, and its old address leads to the new one.

    `texts` are all Markdown files below the content folder by their path; `library` is made of them, drafts included.
    Raises GeneratorError where there is no such document, or the new slug cannot be had.
    """
    document = _document(library, old)
    if not is_slug(new):
        raise GeneratorError(
            f"`{new}` is not a slug: use lower-case letters a-z, digits and single hyphens, and not `index`"
        )
    taken = library.documents.get(new) or library.redirects.get(new)
    if taken is not None and taken is not document:
        merge_ = f"to join the two documents, run `briefing merge {old} {new}`"
        raise GeneratorError(f"{taken.location.path} has the slug `{new}` already; {merge_}")
    if new == old:
        raise GeneratorError(f"the document has the slug `{old}` already")
    path = source_path(document.kind, new, settings)
    changed = _followed(library, texts, document, new, settings)
    source = cut(changed.get(document.path, texts[document.path]), document.location.path)
    past = _past([*document.meta.redirect_from, old], new)
    changed[path] = with_list(source, "redirect_from", past, order(document.kind)).text
    changed.pop(document.path, None)
    return Revision(changed, (document.path,))


def merge(library: Library, texts: Mapping[str, str], settings: Settings, old: str, into: str) -> Revision:
    """Put the document `old` into the document `into`: references, names, text and past slugs go over.

    What both have keeps the value that `into` gives it, and `notes` tell the other. Raises GeneratorError where one
    of the two is not there, or they are of different kinds.
    """
    document, target = _document(library, old), _document(library, into)
    if document is target:
        raise GeneratorError(f"`{old}` cannot be merged with itself")
    if document.kind is not target.kind:
        raise GeneratorError(
            f"`{old}` ({document.kind}) and `{into}` ({target.kind}) are of different kinds, and cannot be merged"
        )
    changed = _followed(library, texts, document, target.slug, settings)
    theirs = cut(changed.pop(document.path, texts[document.path]), document.location.path)
    ours = cut(changed.get(target.path, texts[target.path]), target.location.path)
    ours, notes = _joined(ours, theirs, document, target)
    slugs = [target.first_slug, *target.meta.redirect_from, *document.meta.redirect_from, old]
    past = _past(slugs, target.slug)
    ours = with_list(ours, "redirect_from", past, order(target.kind))
    changed[target.path] = _with_body(ours.text, theirs.body)
    for document_ in library.documents.values():
        if document_.path in changed and document_ is not document:
            found, more = _without_doubles(changed[document_.path], document_)
            changed[document_.path] = found
            notes += more
    return Revision(changed, (document.path,), tuple(notes))


def _document(library: Library, slug: str) -> AnyDocument:
    document = library.documents.get(slug)
    if document is None or document.kind is Kind.HOME:
        moved = library.redirects.get(slug)
        hint = f"it is now `{moved.slug}`" if moved else did_you_mean(slug, library.documents)
        raise GeneratorError(f"no document has the slug `{slug}`" + (f"; {hint}" if hint else ""))
    return document


def _past(slugs: Iterable[str], own: str) -> list[str]:
    """Return what is to stand in `redirect_from` of a document: no slug twice, and its own only as the first.

    Ids in feeds are made of the first, so that it stays there when the document has it again.
    """
    first, *later = dict.fromkeys(slugs)
    return [first, *(slug for slug in later if slug != own)]


# --- references -------------------------------------------------------------------------------------------------


def _followed(
    library: Library, texts: Mapping[str, str], document: AnyDocument, new: str, settings: Settings
) -> dict[str, str]:
    """Return the files in which something refers to a document, with `new` in the place of each slug that it had."""
    slugs = {document.slug, *document.meta.redirect_from} - {new}
    by_file = {found.path: set(_references(found, slugs, new)) for found in library.documents.values()}
    changed = {}
    for path, text in texts.items():
        revised = replaced(text, by_file[path]) if by_file.get(path) else text
        for slug in slugs:
            revised = _linked(revised, source_path(document.kind, slug, settings), new)
        if revised != text:
            changed[path] = revised
    return changed


def _references(document: AnyDocument, slugs: set[str], new: str) -> Iterator[Replacement]:
    for reference in document.references:
        if reference.slug in slugs:
            yield Replacement(reference.location, reference.slug, new)
    for found in document.body.references:
        if found.slug in slugs and found.kind is not ReferenceKind.MENTION:
            yield Replacement(found.place(document.location.path), found.slug, new)


def _linked(text: str, path: str, new: str) -> str:
    """Return a page with its links to the file of a document (`../leaders/old.md`) led to the new one."""
    folder, _, name = path.rpartition("/")
    return re.sub(rf"(?<![\w/.-])((?:\.{{1,2}}/)*{re.escape(folder)}/){re.escape(name)}\b", rf"\g<1>{new}.md", text)


# --- two documents in one ---------------------------------------------------------------------------------------


def _joined(ours: Source, theirs: Source, document: AnyDocument, target: AnyDocument) -> tuple[Source, list[str]]:
    """Return front matter with what the other has more, and tell what was left out of it."""
    keys, notes = order(target.kind), []
    for block in theirs.blocks:
        here, there = (found.front.find((block.key,)).plain() for found in (ours, theirs))
        if block.key in _OWN or here == there:
            continue
        if ours.block(block.key) is None:
            ours = with_block(ours, block, keys)
        elif block.key in _SETS:
            ours = with_list(ours, block.key, dict.fromkeys([*_texts(here), *_texts(there)]), keys)
        else:
            written = "".join(block.lines).strip()
            notes.append(
                f"{target.location.path} keeps its own `{block.key}`; {document.location.path} had\n{written}"
            )
    if target.kind in (*TAXONOMIES, Kind.OUTLET):
        names = dict.fromkeys([*target.meta.aliases, document.meta.title, *document.meta.aliases])
        names.pop(target.meta.title, None)
        ours = with_list(ours, "aliases", names, keys)
    return ours, notes


def _with_body(text: str, body: str) -> str:
    """Return a file with the body of another below its own."""
    if not body.strip():
        return text
    end = "\r\n" if "\r\n" in text else "\n"
    return f"{text.rstrip()}{end}{end}{body.strip()}{end}"


def _without_doubles(text: str, document: AnyDocument) -> tuple[str, list[str]]:
    """Take out what a list of front matter names twice, now that two slugs are one."""
    source = cut(text, document.location.path)
    for key in _SETS:
        values = _texts(source.front.find((key,)).plain()) if source.block(key) else []
        if len(set(values)) < len(values):
            source = with_list(source, key, dict.fromkeys(values), order(document.kind))
    people = source.front.find(("participants",)).plain() if source.block("participants") else None
    leaders = [str(person["leader"]) for person in (people if isinstance(people, list) else [])]
    notes = [
        f"{document.location.path}: keep one of the two `participants` that are now `{leader}`"
        for leader in dict.fromkeys(leaders)
        if leaders.count(leader) > 1
    ]
    return source.text, notes


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
