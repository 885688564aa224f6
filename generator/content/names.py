"""The names that text may use for a document, and the form in which names are compared.

A title and every alias are names. A leader's surname (`sort_name` tells which word it is) and aliases of a single
word are short names: one alone proves little, so that `generator.reading.autolink` asks for more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from generator.content.documents import AnyDocument
from generator.core.characters import without_accents
from generator.core.settings import TAXONOMIES, Kind

# Scripts that set no space between words, or add endings to a name without one.
_SPACELESS = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]"
)
_MARKUP = re.compile(r"[\\`*_\[\]<>|~]")  # a name with these may be markup in a text, which a link would break
_SINGLE_BREAK = re.compile(r"(?<!\n)\n(?!\n)")
_SAME = {"’": "'", "ʼ": "'", "\u00a0": " ", "ı": "i", **dict.fromkeys("-\u2010\u2011\t", " ")}


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the document `slug`. `short` ones are a leader's surname, or another single word for one.

    `first` tells that a short name begins the full one, as surnames do in East Asia.
    """

    text: str
    slug: str
    kind: Kind
    short: bool = False
    first: bool = False


class _Folding(dict[int, str]):
    """What each character becomes in a folded text, found out when it is first met."""

    def __missing__(self, key: int) -> str:
        char = chr(key)
        self[key] = folded = unicodedata.normalize("NFC", without_accents(_SAME.get(char, char)))
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Return text without case, accents and hyphens, each line break within a paragraph a space.

    "Jānis Bērziņš" and "JANIS BERZINS" fold alike. The result may be shorter or longer than the text:
    `fold_with_places` tells which character comes from where.
    """
    # Paragraph by paragraph: most are of ASCII alone, for which `translate` is several times as fast.
    folded = "\n\n".join(part.translate(_FOLDING) for part in _SINGLE_BREAK.sub(" ", text).split("\n\n"))
    return unicodedata.normalize("NFC", folded)  # some programs write a Korean syllable as two or three characters


def fold_with_places(text: str) -> tuple[str, list[int] | None]:
    """Return the folded text and, for each of its characters and its end, the offset in `text`.

    The offsets are None where every character stands at its own.
    """
    folded = fold(text)
    if text.isascii() or (len(folded) == len(text) and all(len(_FOLDING[ord(c)]) == 1 for c in set(text))):
        return folded, None
    places: list[int] = []
    last = ""
    for at, char in enumerate(text):
        for part in _FOLDING[ord(char)]:
            composed = part if part.isascii() else unicodedata.normalize("NFC", last + part)
            if len(composed) > 1 or composed == part:
                places.append(at)
                last = part
            else:
                last = composed
    return folded, [*places, len(text)]


def is_spaceless(char: str) -> bool:
    """Tell whether a character belongs to a script that sets no space between words."""
    return _SPACELESS.match(char) is not None


@cache
def _is_short(text: str) -> bool:
    folded = fold(text).strip()
    return " " not in folded and not all(map(is_spaceless, folded))


def names_of(document: AnyDocument) -> Iterator[Name]:
    """Yield the names of a summit, leader or theme; none for other documents, whose titles are no names."""
    if document.kind not in TAXONOMIES:
        return
    slug, kind, meta = document.slug, document.kind, document.meta
    yield Name(meta.title, slug, kind)
    surname = surname_of(meta.sort_name or "") if kind is Kind.LEADER else ""
    for name in [*meta.aliases, *([surname] if surname else [])]:
        short = kind is Kind.LEADER and (name == surname or _is_short(name))
        first = short and fold(meta.title).startswith(f"{fold(name)} ")
        yield Name(name, slug, kind, short, first)


def surname_of(sort_name: str) -> str:
    """Return the surname in a sort name: "Bērziņš, Magnus" gives "Bērziņš", "Hou Yifan" gives "Hou"."""
    surname, comma, _ = sort_name.partition(",")
    words = sort_name.split()
    if comma:
        return surname.strip()
    return words[0] if len(words) > 1 else ""


def inverted(title: str, sort_name: str | None) -> str:
    """Return a name as an index has it: the sort name "Bērziņš, Magnus" where it is the title with its words moved.

    Elsewhere it is the title: a sort name may be a reading in another script, which is not how the name is written.
    """
    if sort_name and _letters(sort_name) == _letters(title):
        return sort_name
    return title


def _letters(text: str) -> list[str]:
    return sorted(char for char in text if char.isalnum())


def by_folded(documents: Iterable[AnyDocument]) -> Mapping[str, tuple[Name, ...]]:
    """Return the names of all documents by their folded form, each document once under each."""
    found: dict[str, dict[str, Name]] = defaultdict(dict)
    for document in documents:
        for name in names_of(document):
            folded = fold(" ".join(name.text.split())).strip()
            if any(map(str.isalnum, folded)) and not _MARKUP.search(name.text):
                known = found[folded].get(name.slug)
                if known is None or known.short:
                    found[folded][name.slug] = name
    return {folded: tuple(names.values()) for folded, names in found.items()}
