"""What is wrong with the names of documents: two claim one, two are almost one, or no text uses one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from generator.content.documents import AnyDocument
from generator.content.names import Name, fold, names_of
from generator.core.errors import Location, Problem, Severity
from generator.core.settings import TAXONOMIES, Kind
from generator.core.words import spellings
from generator.linking.library import Library

_ALIKE = 0.65  # similarity (0 to 1) from which an alias counts as a spelling of another name
_COMPARED = range(5, 81)  # lengths of names for which a difference of one letter looks like a mistake
# Numbers in a name, and what counts like one: a single letter, a Roman numeral.
_NUMBER = re.compile(r"[\d一二三四五六七八九十百]+|\b\w\b|\b[ivx]+$")
_SPELLINGS = 20  # names of a document that an alias is compared with

_Owned = tuple[AnyDocument, Name]  # a name with the document that it is of


def clashing(library: Library) -> Iterator[Problem]:
    """Yield what is wrong between names of several documents. Problems: `ambiguous-alias`, `near-duplicate`."""
    claims: dict[str, dict[str, _Owned]] = defaultdict(dict)
    for document in library.documents.values():
        for name in names_of(document):
            if not name.short or name.text in document.meta.aliases:
                claims[fold(name.text)].setdefault(document.slug, (document, name))
    for claimants in claims.values():
        first, *others = claimants.values()
        for document, name in others:
            message = f"two documents have the name “{name.text}”"
            label = f"{first[0].location.path} has it as well"
            help_ = "keep it in one of them; a surname needs no alias, as it is in `sort_name`"
            yield Problem(_place(document, name.text), "ambiguous-alias", message, label, help_)
    yield from _doubles({folded: next(iter(owners.values())) for folded, owners in claims.items()})


def _doubles(owners: Mapping[str, _Owned]) -> Iterator[Problem]:
    """Report names of two documents of a kind that differ by a letter.

    Different numbers make different things: "105th meeting" and "106th meeting", "Apollo I" and "Apollo II".
    """
    seen: dict[tuple[Kind, str, str], _Owned] = {}
    reported: set[frozenset[str]] = set()
    for folded, (document, name) in sorted(owners.items()):
        if len(folded) not in _COMPARED:
            continue
        numbers = " ".join(_NUMBER.findall(folded))
        for form in spellings(folded):
            other, theirs = seen.setdefault((document.kind, numbers, form), (document, name))
            pair = frozenset((document.slug, other.slug))
            if len(pair) == 2 and pair not in reported:
                reported.add(pair)
                message = f"“{name.text}” and “{theirs.text}” look like the same name"
                label = f"“{theirs.text}” is in {other.location.path}"
                help_ = f"if they are the same, run `briefing merge {document.slug} {other.slug}`"
                yield _warning(_place(document, name.text), "near-duplicate", message, label, help_)


def unused(library: Library) -> Iterator[Problem]:
    """Yield a problem for each alias that no text of the site uses, unless it is a spelling of another name.

    A spelling that only the sources use is still of use: a reader may search for it. Problems: `unused-alias`.
    """
    documents = library.documents.values()
    found = {fold(words) for document in documents for words in document.body.outline.spelled}
    idle = [
        (document, alias)
        for document in documents
        for alias in (document.meta.aliases if document.kind in TAXONOMIES else ())
        if fold(alias) not in found and not _is_spelling(alias, document)
    ]
    text = folded_text(documents) if idle else ""
    for document, alias in idle:
        if fold(alias) not in text:
            message = f"no text on this site uses the name “{alias}”"
            help_ = "remove the alias, or correct its spelling"
            yield _warning(_place(document, alias), "unused-alias", message, "", help_)


def folded_text(documents: Iterable[AnyDocument]) -> str:
    """Return all text in which a name can occur (titles, summaries, bodies), folded as names are compared."""
    return fold("\n\n".join(text for document in documents for text in _texts(document)))


def _texts(document: AnyDocument) -> Iterator[str]:
    yield document.meta.title
    yield getattr(document.meta, "summary", "")
    yield from (text.source for text in document.body.texts)


def _is_spelling(alias: str, document: AnyDocument) -> bool:
    """Tell whether an alias is similar to another name of its document."""
    others = [fold(name) for name in (document.meta.title, *document.meta.aliases) if name != alias]
    compared = (SequenceMatcher(None, fold(alias), other, autojunk=False) for other in others[:_SPELLINGS])
    return any(found.real_quick_ratio() >= _ALIKE and found.ratio() >= _ALIKE for found in compared)


def _place(document: AnyDocument, name: str) -> Location:
    """Return the place of a name in the front matter; the start of the file if it is derived, as a surname is."""
    names = (document.meta.title, *document.meta.aliases)
    places: dict[str, Location] = dict(zip(names, document.name_places, strict=False))
    return places.get(name, document.location)


def _warning(place: Location, code: str, message: str, label: str, help_: str) -> Problem:
    return Problem(place, code, message, label, help_, Severity.WARNING)
