"""The front matter of each kind of document, as frozen dataclasses.

Their fields are the only list of the keys: `generator.reading.schema` derives the validation from them, and JSON
Schemas from which an editor's program shows the description of each. A field without a default is required.
"""

from __future__ import annotations

import types
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from generator.core.dates import Date
from generator.core.packing import Word, packed
from generator.core.settings import Kind

PART_OF = {Kind.SUMMIT: "part_of", Kind.THEME: "parent"}  # the key by which a document is part of another one


class ArticleKind(Word):
    """What sort of text the source is."""

    NEWS = "news"
    EXPLAINER = "explainer"
    ANALYSIS = "analysis"
    OPINION = "opinion"
    DOCUMENT = "document"  # of a body itself: minutes, a treaty, a report, a judgment


class OutletKind(Word):
    """What sort of publisher an outlet is."""

    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    MAGAZINE = "magazine"
    WEBSITE = "website"
    UNKNOWN = "unknown"


class SummitStatus(Word):
    """Whether a meeting took place."""

    HELD = "held"
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Attendance(Word):
    """How a source connects a leader with a meeting."""

    HOST = "host"
    ATTENDED = "attended"
    EXPECTED = "expected"
    INVITED = "invited"
    ABSENT = "absent"


class Slug(str):
    """The slug of a document, as another document's front matter refers to it."""

    __slots__ = ()


class PastSlug(str):
    """A slug that the document itself had before."""

    __slots__ = ()


class Coordinates(tuple[float, float]):
    """Latitude and longitude in degrees."""

    __slots__ = ()


class Url(str):
    """An absolute web address, http or https."""

    __slots__ = ()


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A leader at a meeting, and the articles that say so."""

    leader: Annotated[Slug, "The slug of the leader."]
    status: Annotated[Attendance, "What the sources say of the leader at this meeting."]
    cite: Annotated[tuple[Slug, ...], "The slugs of the digests that say so."]


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of a document: the day it was made and what was changed, in a sentence."""

    date: Annotated[date, "The day on which it was corrected."]
    text: Annotated[str, "What was changed, in a sentence."]


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the front matter of every document has."""

    title: Annotated[str, "The title: for a digest one in your own words, for a leader the name of the person."]
    aliases: Annotated[
        tuple[str, ...], "Other names that texts or readers use for it. Two documents cannot have the same one."
    ] = ()
    draft: Annotated[bool, "Keeps the document off the site while it is `true`; `briefing serve` shows it."] = False
    withdrawn: Annotated[
        str | None, "Why the document was taken off the site, in a sentence. Its address shows this."
    ] = None
    redirect_from: Annotated[
        tuple[PastSlug, ...], "Slugs that the document had before, oldest first. Its feed id is made of the first."
    ] = ()
    corrections: Annotated[
        tuple[Correction, ...], "What was corrected, and when. Readers and subscribers see it."
    ] = ()


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleMeta(Meta):
    """The front matter of an article's digest."""

    outlet: Annotated[Slug, "The slug of the outlet that published the source."]
    published: Annotated[Date, "The date of the source."]
    kind: Annotated[ArticleKind, "What sort of text the source is."]
    summary: Annotated[str, "What matters most, in one or two sentences."]
    authors: Annotated[tuple[str, ...], "Who wrote the source."] = ()
    url: Annotated[Url | None, "The web address of the source, if it has one."] = None
    added: Annotated[
        date | None,
        "The day on which this site publishes the digest. It dates the feed item; without it, `published` does.",
    ] = None
    updated: Annotated[date | None, "The day of the last significant change."] = None
    summits: Annotated[tuple[Slug, ...], "The slugs of the summits and meetings that it is about."] = ()
    leaders: Annotated[tuple[Slug, ...], "The slugs of the leaders that it is about."] = ()
    themes: Annotated[tuple[Slug, ...], "The slugs of the themes that it is about."] = ()

    @property
    def day(self) -> date:
        """The day that dates the digest on this site, and from which on it is there."""
        return self.added or self.published.latest


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class SummitMeta(Meta):
    """The front matter of a summit or meeting."""

    start: Annotated[Date, "The first day."]
    summary: Annotated[str, "What matters most, in one or two sentences."]
    end: Annotated[Date | None, "The last day, if it is not the first."] = None
    city: Annotated[str | None, "The city."] = None
    country: Annotated[str | None, "The country."] = None
    venue: Annotated[str | None, "The building or place within the city."] = None
    coordinates: Annotated[Coordinates | None, "Latitude and longitude in degrees, for the map."] = None
    host: Annotated[str | None, "The host: the slug of a leader, theme or outlet, or a name that has no page."] = None
    organisation: Annotated[str | None, "The organisation that met."] = None
    status: Annotated[SummitStatus, "Whether it took place."] = SummitStatus.HELD
    participants: Annotated[tuple[Participant, ...], "Who took part, and which digests say so."] = ()
    part_of: Annotated[Slug | None, "The slug of the summit that it was part of."] = None
    updated: Annotated[date | None, "The day of the last significant change."] = None

    @property
    def present(self) -> tuple[Participant, ...]:
        """Those who were there, once it was held: the host and who attended, not who was expected or absent."""
        were_there = (Attendance.HOST, Attendance.ATTENDED) if self.status is SummitStatus.HELD else ()
        return tuple(one for one in self.participants if one.status in were_there)


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderMeta(Meta):
    """The front matter of a leader."""

    role: Annotated[str, "The office, as the sources call it."]
    country: Annotated[str, "The country."]
    summary: Annotated[str, "What matters most, in one or two sentences."]
    organisation: Annotated[str | None, "The organisation that the office belongs to."] = None
    since: Annotated[Date | None, "In office since."] = None
    until: Annotated[Date | None, "In office until."] = None
    sort_name: Annotated[str | None, "The name for sorting, with the surname before the comma: `Austen, Jane`."] = (
        None
    )
    updated: Annotated[date | None, "The day of the last significant change."] = None


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMeta(Meta):
    """The front matter of a theme."""

    summary: Annotated[str, "What matters most, in one or two sentences."]
    parent: Annotated[Slug | None, "The slug of the theme that it is part of."] = None
    updated: Annotated[date | None, "The day of the last significant change."] = None


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class OutletMeta(Meta):
    """The front matter of an outlet."""

    kind: Annotated[OutletKind, "What sort of publisher it is."]
    country: Annotated[str | None, "The country."] = None
    url: Annotated[Url | None, "Its web address."] = None
    perspective: Annotated[str | None, "Its point of view, and who is behind it."] = None


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class HomeMeta(Meta):
    """The front matter of the home page, `index.md`."""

    summary: Annotated[str, "What the site is about, for search engines."]


META: dict[Kind, type[Meta]] = {
    Kind.ARTICLE: ArticleMeta,
    Kind.SUMMIT: SummitMeta,
    Kind.LEADER: LeaderMeta,
    Kind.THEME: ThemeMeta,
    Kind.OUTLET: OutletMeta,
    Kind.HOME: HomeMeta,
}

# Keys that are only shown: no name, order or relation depends on them. Titles of other documents are names.
WORDS: dict[Kind, frozenset[str]] = {
    Kind.ARTICLE: frozenset(("title", "summary", "authors", "url")),
    Kind.SUMMIT: frozenset(("summary",)),
    Kind.LEADER: frozenset(("summary", "since", "until")),
    Kind.THEME: frozenset(("summary",)),
    Kind.OUTLET: frozenset(("url", "perspective")),
    Kind.HOME: frozenset(),
}


@packed
@dataclass(frozen=True, slots=True)
class Key:
    """A key of front matter: what it `says`, whether it holds many values, and the type of each."""

    name: str
    says: str
    required: bool
    many: bool
    type: Any

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the words that are allowed as its value, if there are only a few."""
        return tuple(map(str, self.type)) if isinstance(self.type, type) and issubclass(self.type, StrEnum) else ()


def keys_of(meta: type) -> tuple[Field[Any], ...]:
    """Return the fields that front matter may have: of the home page none that would rename or remove it."""
    fixed = ("aliases", "withdrawn", "redirect_from", "corrections") if meta is HomeMeta else ()
    return tuple(item for item in fields(meta) if item.name not in fixed)


def order(kind: Kind) -> tuple[str, ...]:
    """Return the keys of a kind in the order that its front matter is to have: its own ones after the title."""
    common = [item.name for item in fields(Meta)]
    found = [item.name for item in keys_of(META[kind])]
    own = [name for name in found if name not in common]
    return (common[0], *own, *(name for name in common[1:] if name in found))


def keys(kind: Kind) -> tuple[Key, ...]:
    """Return the keys of a kind in that order."""
    given = {item.name: item for item in fields(META[kind])}
    hints = get_type_hints(META[kind], include_extras=True)
    found = []
    for name in order(kind):
        hint, says = hints[name].__origin__, hints[name].__metadata__[0]
        inner = [argument for argument in get_args(hint) if argument not in (types.NoneType, Ellipsis)]
        many = get_origin(hint) is tuple
        found.append(Key(name, says, given[name].default is MISSING, many, inner[0] if inner else hint))
    return tuple(found)
