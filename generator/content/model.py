"""What stands in documents, as values: texts with what was found in them, records, and prose.

Nothing here knows a file format or a page, nor the document that it stands in (`generator.content.documents`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from generator.core.dates import Date
from generator.core.errors import Location
from generator.core.packing import Word, packed, stateless

# --- text -------------------------------------------------------------------------------------------------------


class ReferenceKind(Word):
    """What an editor can point at from within a text."""

    LINK = "link"
    TAG = "tag"
    CITATION = "citation"
    MENTION = "mention"  # a name that was found, and that no editor marked


@stateless
class Reference(NamedTuple):
    """A `[[slug|label]]`, `#slug`, `[^slug]` or name in a text; `start` and `end` are offsets in its source.

    `line` and `column` are where it stands in its file, from 1 on; a name that was found has none.
    """

    kind: ReferenceKind
    slug: str
    start: int
    end: int
    line: int = 0
    column: int = 0
    label: str = ""

    def place(self, path: str) -> Location:
        """Return where it stands in the file at `path`."""
        return Location(path, self.line, self.column, self.end - self.start)


Span = tuple[int, int]


@stateless
class Text(NamedTuple):
    """A piece of Markdown as the editor wrote it, and what was found in it, in order of place.

    `escapes` are spans (start, end) of raw HTML, which is shown and never interpreted, and of each `<` that is text.
    `comments` are spans that are left out: HTML comments, and the mark `{.nolink}`. `closed` are spans in which no
    name becomes a link: headings, quotations, links and code.
    """

    source: str
    references: tuple[Reference, ...] = ()
    escapes: tuple[Span, ...] = ()
    comments: tuple[Span, ...] = ()
    closed: tuple[Span, ...] = ()

    def slugs(self, kind: ReferenceKind) -> tuple[str, ...]:
        """Return the slugs that the text points at in one way, in order, each once."""
        return tuple(dict.fromkeys(r.slug for r in self.references if r.kind is kind))

    def names(self) -> tuple[str, ...]:
        """Return the slugs that it links to, is tagged with or mentions, in order, each once."""
        return tuple(dict.fromkeys(r.slug for r in self.references if r.kind is not ReferenceKind.CITATION))


# --- records ----------------------------------------------------------------------------------------------------


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A fact with a place of its own: `anchor` is its id on the page, `text` all that the editor wrote in it.

    `tags` stand at its end; they belong to the record and are no part of `text`. `names` are the slugs that it links
    to or is tagged with, `citations` those of the articles that it cites, `date` its date if it has one.

    A type of record stands under a `heading` and is called by its `counted` where a page counts: "40 more events". In
    anchors and facets it is called by its `word`, so that a change of that breaks links.
    """

    word: ClassVar[str]
    heading: ClassVar[str]
    counted: ClassVar[str]

    text: Text
    anchor: str
    location: Location
    date: Date | None = None
    tags: tuple[Reference, ...] = ()
    citations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        """Return the slug of who made the statement or holds the position, or nothing."""
        return ""

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return all of its texts, in the order of the file."""
        return (self.text,)


class KeyPoint(Record):
    """An essential point of a document."""

    __slots__ = ()
    word, heading, counted = "point", "Key points", "key points"


class TimelineEvent(Record):
    """Something that happened, or is to happen, on a date."""

    __slots__ = ()
    word, heading, counted = "event", "Timeline", "events"


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Record):
    """Words that a person said. `text` is the attribution without its date, `quote` the words.

    `speaker` is the slug of a leader, or None when the person has no page and is only named in the attribution.
    """

    word, heading, counted = "statement", "Statements", "statements"

    quote: Text
    speaker: str | None

    @property
    def owner(self) -> str:
        """Return the slug of the speaker, or nothing."""
        return self.speaker or ""

    @property
    def texts(self) -> tuple[Text, ...]:
        """Return the words and their attribution."""
        return (self.quote, self.text)


class Figure(Record):
    """A number and what it counts."""

    __slots__ = ()
    word, heading, counted = "figure", "Key figures", "key figures"


class Position(Record):
    """Where a leader stands on a theme. The leader is the first name in it."""

    __slots__ = ()
    word, heading, counted = "position", "Positions", "positions"

    @property
    def owner(self) -> str:
        """Return the slug of the leader whose position it is."""
        return self.names[0]


class Outcome(Record):
    """Something agreed or announced."""

    __slots__ = ()
    word, heading, counted = "outcome", "Outcomes", "outcomes"


class Watch(Record):
    """Something still to come, with its date where one is known."""

    __slots__ = ()
    word, heading, counted = "watch", "What to watch", "things to watch"


class Difference(Record):
    """A place where sources differ."""

    __slots__ = ()
    word, heading, counted = "difference", "Sources differ", "differences"


RECORD_TYPES = (KeyPoint, TimelineEvent, Statement, Figure, Position, Outcome, Watch, Difference)


@stateless
class Prose(NamedTuple):
    """A section of a body that is not records: its heading, if it has one, and what follows as far as the next.

    `heading` is the heading's words. `uncited` are the places of its paragraphs that cite nothing.
    """

    text: Text
    location: Location
    heading: str = ""
    uncited: tuple[Location, ...] = ()


@packed
@dataclass(frozen=True, slots=True)
class Records:
    """The records under one heading. All are of `type`."""

    type: type[Record]
    records: tuple[Record, ...]
