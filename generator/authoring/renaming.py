"""Gives a document another slug, or merges it into another, and updates every file that refers to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from generator.authoring.revising import CutFile, Replacement, cut, lines_of, replaced, with_block, with_list
from generator.content.documents import AnyDocument
from generator.content.meta import PART_OF, order
from generator.content.model import ReferenceKind
from generator.core.errors import GeneratorError
from generator.core.settings import TAXONOMIES, Kind, Settings
from generator.core.urls import is_slug, source_path
from generator.core.words import did_you_mean
from generator.linking.library import Library
from generator.reading.scan import scan

_OWN = ("title", "aliases", "redirect_from", "draft")  # keys that a merge does not copy
_SETS = ("authors", "summits", "leaders", "themes")  # lists in which each value stands once


@dataclass(frozen=True, slots=True)
class Revision:
    """What to write: `texts` by path below the content folder, and files to remove. `notes` are for the editor."""

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
            f"`{old}` ({settings.word(document.kind)}) and `{into}` ({settings.word(target.kind)}) are of different"
            " kinds, and cannot be merged"
        )
    changed = _followed(library, texts, document, target.slug, settings)
    theirs = cut(changed.pop(document.path, texts[document.path]), document.location.path)
    ours = cut(changed.get(target.path, texts[target.path]), target.location.path)
    ours, notes = _joined(ours, theirs, document, target)
    slugs = [target.first_slug, *target.meta.redirect_from, *document.meta.redirect_from, old]
    past = _past(slugs, target.slug)
    ours = with_list(ours, "redirect_from", past, order(target.kind))
    changed[target.path] = _with_body(ours, theirs.body)
    for other in library.documents.values():
        if other.path in changed and other is not document:
            changed[other.path], more = _without_doubles(changed[other.path], other)
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
    """Return the `redirect_from` of a document: no slug twice, and its own only in the first place.

    Feed ids are made of the first slug, so it stays there even when the document takes it again.
    """
    first, *later = dict.fromkeys(slugs)
    return [first, *(slug for slug in later if slug != own)]


# --- references -------------------------------------------------------------------------------------------------


def _followed(
    library: Library, texts: Mapping[str, str], document: AnyDocument, new: str, settings: Settings
) -> dict[str, str]:
    """Return the files that refer to a document, with `new` in place of each slug that it has had."""
    slugs = {document.slug, *document.meta.redirect_from} - {new}
    by_file = {other.path: set(_references(other, slugs, new)) for other in library.documents.values()}
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
    """Return a page whose links to the file of a document (`../leaders/old.md`) lead to its new file."""
    folder, _, name = path.rpartition("/")
    return re.sub(rf"(?<![\w/.-])((?:\.{{1,2}}/)*{re.escape(folder)}/){re.escape(name)}\b", rf"\g<1>{new}.md", text)


# --- two documents in one ---------------------------------------------------------------------------------------


def _joined(ours: CutFile, theirs: CutFile, document: AnyDocument, target: AnyDocument) -> tuple[CutFile, list[str]]:
    """Return our front matter with what theirs adds to it, and notes on what of theirs was left out."""
    keys, notes = order(target.kind), []
    ours, theirs = (_apart(found, target) for found in (ours, theirs))
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


def _apart(source: CutFile, target: AnyDocument) -> CutFile:
    """Return a file that does not say to be part of `target`, which its text is to stand in."""
    key, slugs = PART_OF.get(target.kind), (target.slug, *target.meta.redirect_from)
    if key is None or source.block(key) is None or source.front.find((key,)).plain() not in slugs:
        return source
    return replace(source, blocks=tuple(block for block in source.blocks if block.key != key))


def _with_body(source: CutFile, body: str) -> str:
    """Return a file with the body of another below its own.

    What stands there before the first heading follows what stands so here: below our last heading it might be taken
    for records.
    """
    if not body.strip():
        return source.text
    (opening, sections), (theirs, more) = map(_at_first_heading, (source.body, body))
    front = source.text.removesuffix(source.body)
    parts = (f"{front}{opening}", theirs, sections, more)
    end = source.line_end
    return f"{end}{end}".join(part.rstrip().lstrip("\r\n") for part in parts if part.strip()) + end


def _at_first_heading(body: str) -> tuple[str, str]:
    """Return a body in two parts: what stands before its first heading, and the rest."""
    lines = lines_of(body)
    blocks = scan("\n".join(line.rstrip("\r\n") for line in lines), "", 1).blocks
    at = next((block.start for block in blocks if block.is_section_heading), len(lines))
    return "".join(lines[:at]), "".join(lines[at:])


def _without_doubles(text: str, document: AnyDocument) -> tuple[str, list[str]]:
    """Return a file without doubles in its lists, now that two slugs are one, and notes on what an editor must do."""
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
