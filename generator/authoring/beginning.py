"""Makes new content files: front matter with what is known, under a free slug."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from generator.content.meta import Correction, Key, Participant, keys
from generator.core.dates import FORM, Date, proposal
from generator.core.errors import GeneratorError, render
from generator.core.settings import COLLECTIONS, Called, Kind, Settings
from generator.core.urls import is_slug, slugify, source_path
from generator.core.words import did_you_mean, listed
from generator.linking.library import Library
from generator.reading import frontmatter
from generator.reading.decoding import Source
from generator.reading.sources import parse

_LONG = 60  # characters of a slug that is made of a title

Values = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A new content file: its path below the content folder, and its text."""

    path: str
    text: str


def asked(kind: Kind) -> tuple[Key, ...]:
    """Return the keys that a new file of a kind can be given: those with plain values, none of its history."""
    later = ("withdrawn", "redirect_from", "draft")
    return tuple(key for key in keys(kind) if key.type not in (Participant, Correction) and key.name not in later)


def kind_of(word: str, called: Called) -> Kind | None:
    """Return the kind that goes by a word: `summit`, or what the site calls it."""
    for kind in COLLECTIONS:
        names = called[kind]
        if word.casefold() in {kind.value, *(name.casefold() for name in (names.singular, names.plural, names.slug))}:
            return kind
    return None


def as_value(key: Key, text: str) -> str | list[str]:
    """Return what was given for a key: a list if it holds several, a date as it can be read."""
    if key.name == "coordinates" or key.many:
        return [part.strip() for part in text.split(",") if part.strip()]
    return (key.type in (date, Date) and proposal(text, exact=key.type is date)) or text


def command_name(kind: Kind, called: Called) -> str:
    """Return what `briefing new` calls a kind: the word of the site, if it is one word."""
    return str(kind) if " " in called[kind].word else called[kind].word


def in_words(text: str, called: Called) -> str:
    """Return a text with our names of the kinds of document, as "the slug of the leader", in those of a site."""
    words = {str(kind): called[kind].word for kind in COLLECTIONS}
    words |= {f"{kind}s": called[kind].plural.lower() for kind in COLLECTIONS}
    return re.sub(rf"\b({'|'.join(words)})\b", lambda found: words[found[1]], text)


def free_slug(kind: Kind, values: Values, taken: Collection[str]) -> str:
    """Propose a slug for a new document: of its title, with the year of a meeting where that is needed, or a number.

    Raises GeneratorError where the title gives none.
    """
    base = _shortened(slugify(str(values["title"])))
    if not base:
        raise GeneratorError(f"no slug can be made of “{values['title']}”; give one: `--slug the-first-day`")
    year = re.match(r"\d{4}", str(values.get("start") or values.get("published") or ""))
    dated = f"{base}-{year[0]}" if year and year[0] not in base else base
    wanted = [dated if kind is Kind.SUMMIT else base, dated]
    wanted += [f"{base}-{number}" for number in range(2, len(taken) + 3)]
    return next(slug for slug in wanted if is_slug(slug) and slug not in taken)


def _shortened(slug: str) -> str:
    return slug if len(slug) <= _LONG else slug[: _LONG + 1].rpartition("-")[0] or slug[:_LONG]


def begin(
    kind: Kind, slug: str, values: Values, library: Library, taken: Collection[str], settings: Settings
) -> Beginning:
    """Return a new file. Raises GeneratorError with what is wrong in the values, or where the slug cannot be had."""
    if not is_slug(slug):
        near = slugify(slug)
        hint = f", as in `--slug {near}`" if is_slug(near) else ""
        raise GeneratorError(f"`{slug}` is not a slug: use lower-case letters a-z, digits and single hyphens{hint}")
    if slug in taken:
        raise GeneratorError(f"the slug `{slug}` is taken; choose another with `--slug`")
    known = [key for key in asked(kind) if values.get(key.name)]
    lines = [f"{key.name}: {_value(values[key.name], key.name)}\n" for key in known]
    source = Source(source_path(kind, slug, settings), "the new file", f"---\n{''.join(lines)}---\n")
    document, problems = parse(source, kind, settings.collections)
    if problems:
        shown = {source.shown_as: source.text}
        raise GeneratorError("\n\n".join(render(problem, shown) for problem in problems))
    for reference in document.references if document else ():
        found = library.get(reference.slug)
        if (found is None and not reference.free) or (found is not None and found.kind not in reference.kinds):
            slugs = (s for s, d in library.documents.items() if d.kind in reference.kinds)
            near = did_you_mean(slugify(reference.slug) or reference.slug, slugs)
            names = listed([settings.word(kind) for kind in reference.kinds], "or")
            raise GeneratorError(f"no {names} has the slug `{reference.slug}`" + (f"; {near}" if near else ""))
    return Beginning(source.path, source.text)


def _value(value: str | Sequence[str], key: str) -> str:
    """Return a value as YAML. Dates and degrees need no quotes: all that stands in front matter is read as text."""
    if key == "coordinates" and all(re.fullmatch(r"-?\d+(\.\d+)?", part) for part in value):
        return f"[{', '.join(value)}]"
    if isinstance(value, str):
        return value if re.fullmatch(FORM, value) else frontmatter.inline(value)
    return frontmatter.inline(list(value))
