"""What a page of the site is, as a value: its address, and what is composed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from generator.composing.dependencies import Parts
from generator.content.documents import AnyDocument, Leader, Theme
from generator.content.fingerprints import digest
from generator.content.model import Record
from generator.linking.library import Appearance


@dataclass(frozen=True, slots=True)
class Body:
    """What stands on a page: its `text` without its title, and its `relations`.

    These are what is related to it and refers to it: part of the page and not of a feed, since they change with other
    pages. `changed` is the newest day in what it was made from. `structured` says what it is about, as JSON-LD.
    """

    text: str
    relations: str = ""
    changed: date | None = None
    structured: str = ""

    @property
    def day(self) -> str:
        """Return the newest day in it (ISO 8601), or nothing."""
        return str(self.changed) if self.changed else ""

    def parts(self) -> Parts:
        """Return what it is made of. What is long is given as bytes, of which no text has to be made."""
        text, relations = (part.encode("utf-8", "surrogatepass") for part in (self.text, self.relations))
        return text, relations, self.changed, self.structured

    @property
    def markdown(self) -> str:
        """Return all of it as Markdown."""
        return f"{self.text}\n{self.relations}\n" if self.relations else self.text


@dataclass(frozen=True, slots=True)
class View:
    """A view: its address, its title, what it is for, and the type of the records that it lists, if it lists some.

    A `wide` one needs the whole width of a page. Its `layout` names the template, if its type or address does not.
    """

    slug: str
    title: str
    description: str
    record: type[Record] | None = None
    wide: bool = False
    layout: str = ""

    @property
    def template(self) -> str:
        """Return the name of the template of its pages."""
        return f"view_{self.layout or ('records' if self.record is not None else self.slug)}.md.j2"


@dataclass(frozen=True, slots=True)
class RecordsList:
    """A page of a list of records: the `number`th of `count` pages, from 0 on. It has `records`, the oldest first.

    The list has `total` records, all those of the type of `view`, or those of them that are `about` one document.
    """

    view: View
    about: AnyDocument | None
    number: int
    count: int
    total: int
    records: Sequence[Appearance]


@dataclass(frozen=True, slots=True)
class PositionsRow:
    """The positions of a leader: `records` are the newest of `total`, and the page at `all_path` has the others.

    A cell is how many are on the theme of its column, and the place of the first of these in `records`, if any is.
    """

    leader: Leader
    cells: Sequence[tuple[int, int | None]]
    records: tuple[Appearance, ...]
    total: int
    all_path: str


@dataclass(frozen=True, slots=True)
class PositionsTable:
    """A page of the table of positions: the `number`th of `count`, from 0 on. Its columns are `themes`."""

    number: int
    count: int
    themes: Sequence[Theme]
    rows: Sequence[PositionsRow]


@dataclass(frozen=True)
class Page:
    """A page of the site. `path` is its place below the content folder; what stands on it is composed when asked for.

    `edit_path` is the content file that an editor would change, if there is one; `feeds` are the files of its feed.
    A `wide` page has no table of contents beside it; `listed` says which page of a list of records it is, if it is
    one, or of the table of positions. `print` gives what changes whenever that does which the page is composed of.
    """

    path: str
    title: str
    description: str
    kind: str
    compose: Callable[[], Body]
    print: Callable[[], Parts]
    edit_path: str | None = None
    feeds: tuple[str, ...] = ()
    wide: bool = False
    listed: RecordsList | PositionsTable | None = None

    @cached_property
    def fingerprint(self) -> bytes:
        """What changes whenever the page does, as a short value."""
        head = (self.title, self.description, self.kind, self.edit_path, self.feeds, self.wide)
        return digest(head, *self.print())

    @cached_property
    def body(self) -> Body:
        """What stands on the page, kept."""
        return self.compose()

    def renewed(self, document: AnyDocument | None) -> Page:
        """Return the page anew; where its `document` was edited, it is called as that is now."""
        if document is None:
            return replace(self)
        title, description = called(document)
        return replace(self, title=title, description=description)

    @property
    def text(self) -> str:
        """Return the text of the page."""
        return self.body.text

    @property
    def markdown(self) -> str:
        """Return all of the page as Markdown."""
        return self.body.markdown


def called(document: AnyDocument) -> tuple[str, str]:
    """Return the title of the page of a document, and its description."""
    return document.meta.title, getattr(document.meta, "summary", "")
