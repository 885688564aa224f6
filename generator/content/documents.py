"""Documents: one content file each, with its front matter and its body.

Relations depend on the *outline* of a body, which is all of it but its words. Words are most of a site, and wanted a
few at a time: so the outlines of all documents stay in memory, and words may be kept elsewhere until they are asked
for (`generator.core.spilling`). Relations between documents live in `generator.linking.library`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from generator.content.meta import ArticleMeta, HomeMeta, LeaderMeta, Meta, OutletMeta, SummitMeta, ThemeMeta
from generator.content.model import Prose, Record, Records, Reference, ReferenceKind, Text
from generator.core.dates import Date
from generator.core.errors import Location
from generator.core.packing import packed, stateless
from generator.core.settings import Kind
from generator.core.urls import slugify

T = TypeVar("T")
Leads = tuple[tuple[ReferenceKind, str], ...]  # what texts refer to, in order: in which way, and to which slug


@stateless
class Head(NamedTuple):
    """The outline of a record.

    `owner` is the slug of who made the statement or holds the position, or nothing. `leads` are those of its texts
    and tags. The anchor is made of its words, and only links depend on it.
    """

    type: type[Record]
    anchor: str
    date: Date | None
    tags: tuple[str, ...]
    citations: tuple[str, ...]
    names: tuple[str, ...]
    owner: str
    leads: Leads


@stateless
class Passage(NamedTuple):
    """The outline of a section of prose. `uncited` is how many of its paragraphs cite nothing."""

    heading: str
    leads: Leads
    uncited: int = 0


@stateless
class Group(NamedTuple):
    """The outlines of the records under one heading, all of one `type`."""

    type: type[Record]
    heads: tuple[Head, ...]


@stateless
class Outline(NamedTuple):
    """The outline of a body, part by part. `spelled` are the names found in it, as they are written there."""

    parts: tuple[Passage | Group, ...] = ()
    spelled: tuple[str, ...] = ()

    def heads(self) -> tuple[Head, ...]:
        """Return the outlines of its records, in order."""
        return tuple(head for part in self.parts if isinstance(part, Group) for head in part.heads)

    def passages(self) -> tuple[Passage, ...]:
        """Return the outlines of its sections of prose, in order."""
        return tuple(part for part in self.parts if isinstance(part, Passage))

    def shape(self) -> list[tuple[object, ...]]:
        """Return the parts of the outline that stay the same while only words change."""
        return [
            (part.type, [head._replace(anchor="") for head in part.heads])
            if isinstance(part, Group)
            else (part.heading, part.leads)
            for part in self.parts
        ]

    def leads(self) -> Iterator[tuple[ReferenceKind, str]]:
        """Yield everything that it refers to, in order."""
        for part in self.parts:
            for one in part.heads if isinstance(part, Group) else (part,):
                yield from one.leads


class _Known(dict[Any, Any]):
    """Keeps one of several equal values, since most names stand in many documents."""

    def one(self, value: T) -> T:
        """Return the kept value that is equal to this one."""
        found: T = self.setdefault(value, value)
        return found

    def each(self, values: tuple[T, ...]) -> tuple[T, ...]:
        """Return the kept tuple that is equal to this one, made of kept values."""
        return self.get(values) or self.one(tuple(map(self.one, values)))


# One for each type: a slug could be equal to a member of an enumeration. They are of the process, since values that
# another process sends are made alike while they are unpickled.
_NAMES, _DATES, _LEADS = _Known(), _Known(), _Known()


def alike(outline: Outline) -> Outline:
    """Return an outline that shares its values with the equal ones of other documents, to save memory."""

    def head(found: Head) -> Head:
        return Head(
            type=found.type,
            anchor=found.anchor,
            date=found.date and _DATES.one(found.date),
            tags=_NAMES.each(found.tags),
            citations=_NAMES.each(found.citations),
            names=_NAMES.each(found.names),
            owner=_NAMES.one(found.owner),
            leads=_LEADS.each(found.leads),
        )

    parts = (
        Group(part.type, tuple(map(head, part.heads)))
        if isinstance(part, Group)
        else Passage(_NAMES.one(part.heading), _LEADS.each(part.leads), part.uncited)
        for part in outline.parts
    )
    return Outline(tuple(parts), _NAMES.each(outline.spelled))


def forget_alike() -> None:
    """Forget the values to share, once all documents are read: a server would keep those of every edit for ever."""
    for known in (_NAMES, _DATES, _LEADS):
        known.clear()


def outlined(parts: Iterable[Prose | Records]) -> Outline:
    """Return the outline of a body."""
    every = tuple(parts)
    known: dict[tuple[ReferenceKind, str], tuple[ReferenceKind, str]] = {}  # most pairs come several times

    def leads(element: Prose | Record) -> Leads:
        pairs = ((ref.kind, ref.slug) for ref in _references(element))
        return tuple(known.setdefault(pair, pair) for pair in pairs)

    def head(record: Record) -> Head:
        return Head(
            type=type(record),
            anchor=record.anchor,
            date=record.date,
            tags=tuple(tag.slug for tag in record.tags),
            citations=record.citations,
            names=record.names,
            owner=record.owner,
            leads=leads(record),
        )

    found = (
        Passage(part.heading, leads(part), len(part.uncited))
        if isinstance(part, Prose)
        else Group(part.type, tuple(map(head, part.records)))
        for part in every
    )
    spelled = (
        text.source[ref.start : ref.end]
        for text in _texts(every)
        for ref in text.references
        if ref.kind is ReferenceKind.MENTION
    )
    return Outline(tuple(found), tuple(dict.fromkeys(spelled)))


@stateless
class Body:
    """What stands in a document below its front matter: its outline, and its words in parts.

    The words are in memory, or made part by part each time that they are asked for.
    """

    __slots__ = ("_outline", "_part", "_parts")

    def __init__(self, parts: Iterable[Prose | Records] = (), outline: Outline | None = None) -> None:
        """Begin with the words in parts, or with an outline alone until `keep` tells where the words are."""
        self._parts = tuple(parts)
        self._outline = outline
        self._part: Callable[[int], Any] = self._parts.__getitem__

    def keep(self, outline: Outline, part: Callable[[int], Any]) -> None:
        """Let go of the words. From now on `part` makes them, by the number of a part, from 0 on."""
        self._outline, self._part, self._parts = outline, part, ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Body) and self.parts == other.parts

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle no more than the outline: words are pickled apart from it (`memory.Parcel`)."""
        return Body, ((), self.outline)

    @property
    def outline(self) -> Outline:
        """What relations depend on."""
        if self._outline is None:
            self._outline = outlined(self._parts)
        return self._outline

    @property
    def parts(self) -> tuple[Prose | Records, ...]:
        """All of it, in order."""
        return self._parts or tuple(map(self._part, range(len(self.outline.parts))))

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record, in order."""
        return tuple(record for part in self.parts if isinstance(part, Records) for record in part.records)

    @property
    def texts(self) -> tuple[Text, ...]:
        """Every text, in order."""
        return tuple(_texts(self.parts))

    @property
    def references(self) -> tuple[Reference, ...]:
        """Every link, tag, citation and name that was found, in order."""
        each = (one for part in self.parts for one in (part.records if isinstance(part, Records) else (part,)))
        return tuple(ref for one in each for ref in _references(one))

    def prose(self, place: int) -> Prose:
        """Return the section of prose that is part number `place`, from 0 on."""
        found: Prose = self._part(place)
        return found

    def record(self, number: int) -> Record:
        """Return the record with a number among all of them, from 0 on."""
        for place, part in enumerate(self.outline.parts):
            if isinstance(part, Group):
                if number < len(part.heads):
                    found: Record = self._part(place).records[number]
                    return found
                number -= len(part.heads)
        raise IndexError(number)


def _texts(parts: Iterable[Prose | Records]) -> Iterator[Text]:
    for part in parts:
        if isinstance(part, Prose):
            yield part.text
        else:
            for record in part.records:
                yield from record.texts


def _references(element: Prose | Record) -> Iterator[Reference]:
    if isinstance(element, Prose):
        yield from element.text.references
    else:
        for text in element.texts:
            yield from text.references
        yield from element.tags


@stateless
class MetaReference(NamedTuple):
    """A slug in the front matter, with its place and the kinds of document that it may name.

    A `free` one may as well be a name that has no document.
    """

    slug: str
    kinds: tuple[Kind, ...]
    location: Location
    free: bool = False


M = TypeVar("M", bound=Meta, covariant=True)


@packed
@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Generic[M]):
    """One content file: its identity, its front matter and its body.

    `path` is where it lies below the content folder; `location` is the start of the file. `name_places` are the
    places of its title and of its aliases in front matter, in order.
    """

    kind: Kind
    slug: str
    path: str
    location: Location
    meta: M
    body: Body = field(default_factory=Body)
    references: tuple[MetaReference, ...] = ()
    name_places: tuple[Location, ...] = ()

    @property
    def first_slug(self) -> str:
        """Return the slug that the document was first published under (`redirect_from` is oldest first)."""
        return self.meta.redirect_from[0] if self.meta.redirect_from else self.slug

    @property
    def anchors(self) -> frozenset[str]:
        """Return the ids of its headings and records."""
        outline = self.body.outline
        headings = (slugify(part.heading) for part in outline.passages() if part.heading)
        return frozenset((*headings, *(head.anchor for head in outline.heads())))

    @property
    def slugs(self) -> set[str]:
        """Return its slug, all slugs that it refers to, present or past, and those that its records depend on."""
        outline = self.body.outline
        found = {
            self.slug,
            *(reference.slug for reference in self.references),
            *(slug for _, slug in outline.leads()),
        }
        for head in outline.heads():
            found.update(head.names, head.citations, head.tags, (head.owner,))
        return found

    def take(self, other: AnyDocument) -> None:
        """Become equal to another document, read anew from the same file, for all who have a reference to this one.

        Values never change otherwise: this spares relating all documents anew (`generator.edits.amending`).
        """
        for name in ("meta", "body", "references", "name_places"):
            object.__setattr__(self, name, getattr(other, name))


AnyDocument = Document[Any]
Article = Document[ArticleMeta]
Summit = Document[SummitMeta]
Leader = Document[LeaderMeta]
Theme = Document[ThemeMeta]
Outlet = Document[OutletMeta]
Home = Document[HomeMeta]
