"""What a made-up site consists of, as values: `corpus` makes them, and each generator gets them in its own form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Ref:
    """A name of a term in a text. An `explicit` one is written as a link; the others are there to be found."""

    kind: str
    slug: str
    text: str
    explicit: bool = False


@dataclass(frozen=True)
class Cite:
    """A citation of an article."""

    slug: str


Text = tuple[str | Ref | Cite, ...]


@dataclass(frozen=True)
class Record:
    """One entry of a section. `lead` is its date or figure, `who` speaks or holds a position, `note` says where."""

    text: Text
    lead: str = ""
    who: Ref | None = None
    note: Text = ()
    tags: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Section:
    """`kind` is that of its records; those of `prose` are paragraphs."""

    heading: str
    kind: str
    records: tuple[Record, ...]


@dataclass(frozen=True)
class Term:
    """A leader, summit or theme. `name` is what a sentence calls it once it was named in full."""

    kind: str  # leaders, summits or themes
    slug: str
    title: str
    name: str
    summary: str
    facts: dict[str, str] = field(hash=False)  # other front matter
    members: tuple[int, ...] = ()  # of a summit: the numbers of the leaders who were there
    subjects: tuple[int, ...] = ()  # of a summit: the numbers of its themes
    day: date | None = None  # of a summit


@dataclass(frozen=True)
class Outlet:
    slug: str
    title: str
    kind: str
    country: str


@dataclass(frozen=True)
class Article:
    """All of an article but its body, which `Corpus.body` makes: a site of 100,000 need not be held in memory."""

    number: int
    slug: str
    title: str
    summary: str
    outlet: Outlet
    published: date
    kind: str
    authors: tuple[str, ...]
    leaders: tuple[Term, ...]
    summits: tuple[Term, ...]
    themes: tuple[Term, ...]

    @property
    def terms(self) -> Iterator[Term]:
        """Yield what it is about."""
        yield from (*self.leaders, *self.summits, *self.themes)

    @property
    def slugs(self) -> dict[str, list[str]]:
        """Return the slugs of its terms, by their kind."""
        found = {"summits": self.summits, "leaders": self.leaders, "themes": self.themes}
        return {kind: [term.slug for term in terms] for kind, terms in found.items()}
