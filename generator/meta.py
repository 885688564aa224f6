"""The front matter of each kind of document, as frozen dataclasses.

Their fields are the one list of an editor's keys: `generator.schema` derives the validation from them, and
`docs/content.md` documents them. A field without a default is required.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum

from generator.dates import Date
from generator.settings import Kind


class ArticleKind(StrEnum):
    """What sort of text the source is."""

    NEWS = "news"
    EXPLAINER = "explainer"
    ANALYSIS = "analysis"
    OPINION = "opinion"


class OutletKind(StrEnum):
    """What sort of publisher an outlet is."""

    AGENCY = "agency"
    BROADCASTER = "broadcaster"
    NEWSPAPER = "newspaper"
    MAGAZINE = "magazine"
    WEBSITE = "website"
    UNKNOWN = "unknown"


class SummitStatus(StrEnum):
    """Whether a meeting took place."""

    HELD = "held"
    PLANNED = "planned"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """A leader at a meeting, and the articles that say so."""

    leader: Slug
    status: Attendance
    cite: tuple[Slug, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction of a document: the day it was made and what was changed, in a sentence."""

    date: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What the front matter of every document has."""

    title: str
    aliases: tuple[str, ...] = ()
    draft: bool = False
    withdrawn: str | None = None
    redirect_from: tuple[PastSlug, ...] = ()
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleMeta(Meta):
    """The front matter of an article's digest."""

    outlet: Slug
    published: Date
    kind: ArticleKind
    summary: str
    authors: tuple[str, ...] = ()
    url: Url | None = None
    added: date | None = None
    updated: date | None = None
    summits: tuple[Slug, ...] = ()
    leaders: tuple[Slug, ...] = ()
    themes: tuple[Slug, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummitMeta(Meta):
    """The front matter of a summit or meeting."""

    start: Date
    summary: str
    end: Date | None = None
    city: str | None = None
    country: str | None = None
    venue: str | None = None
    coordinates: Coordinates | None = None
    host: str | None = None
    organisation: str | None = None
    status: SummitStatus = SummitStatus.HELD
    participants: tuple[Participant, ...] = ()
    part_of: Slug | None = None
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderMeta(Meta):
    """The front matter of a leader."""

    role: str
    country: str
    summary: str
    organisation: str | None = None
    since: Date | None = None
    until: Date | None = None
    sort_name: str | None = None
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMeta(Meta):
    """The front matter of a theme."""

    summary: str
    parent: Slug | None = None
    updated: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletMeta(Meta):
    """The front matter of an outlet."""

    kind: OutletKind
    country: str | None = None
    url: Url | None = None
    perspective: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeMeta(Meta):
    """The front matter of the home page, `index.md`."""

    summary: str


META: dict[Kind, type[Meta]] = {
    Kind.ARTICLE: ArticleMeta,
    Kind.SUMMIT: SummitMeta,
    Kind.LEADER: LeaderMeta,
    Kind.THEME: ThemeMeta,
    Kind.OUTLET: OutletMeta,
    Kind.HOME: HomeMeta,
}


def order(kind: Kind) -> tuple[str, ...]:
    """Return the keys of a kind in the order in which its front matter has them: its own ones after the title."""
    common = [item.name for item in fields(Meta)]
    own = [item.name for item in fields(META[kind]) if item.name not in common]
    return (common[0], *own, *common[1:])
