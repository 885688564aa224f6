"""Pages of the site as values, whose content is composed when it is asked for."""

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
    """The content of a page: its `text` without the title, and its `relations`, both as Markdown.

    Relations (what is related to the page, and refers to it) change with other pages, and are not part of feeds.
    `changed` is the newest day in what the page was made from, `structured` describes it as JSON-LD.
    """

    text: str
    relations: str = ""
    changed: date | None = None
    structured: str = ""

    @property
    def day(self) -> str:
        """Return the day of `changed` (ISO 8601), or nothing."""
        return str(self.changed) if self.changed else ""

    def parts(self) -> Parts:
        """Return what it consists of, for a fingerprint; long texts as bytes, for which no `repr` is made."""
        text, relations = (part.encode("utf-8", "surrogatepass") for part in (self.text, self.relations))
        return text, relations, self.changed, self.structured

    @property
    def markdown(self) -> str:
        """Return all of it as Markdown."""
        return f"{self.text}\n{self.relations}\n" if self.relations else self.text


@dataclass(frozen=True, slots=True)
class View:
    """A view: its folder (`slug`), its title, what it is for, and the type of the records that it lists, if any.

    A `wide` one needs the whole width of a page. `layout` names the template, if that is not clear from the rest.
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
    """A page of a list of records: number `number` (from 0) of `count` pages, with `records`, oldest first.

    The list has `total` records: all of the type of `view`, or those of them that are `about` one document.
    """

    view: View
    about: AnyDocument | None
    number: int
    count: int
    total: int
    records: Sequence[Appearance]


@dataclass(frozen=True, slots=True)
class PositionsRow:
    """The positions of a leader: `records` are the newest of `total`, and the page at `all_path` has all.

    A cell is the number of positions on the theme of its column, and the index of the first of these in `records`, if
    it is there.
    """

    leader: Leader
    cells: Sequence[tuple[int, int | None]]
    records: tuple[Appearance, ...]
    total: int
    all_path: str


@dataclass(frozen=True, slots=True)
class PositionsTable:
    """A page of the table of positions: number `number` (from 0) of `count`. Its columns are `themes`."""

    number: int
    count: int
    themes: Sequence[Theme]
    rows: Sequence[PositionsRow]


@dataclass(frozen=True)
class Page:
    """A page of the site, at `path` below the content folder. `compose` makes its content.

    `edit_path` is the content file that an editor would change, if there is one; `feeds` are the files of its feed.
    A `wide` page has no table of contents. `listed` is what it shows, if it is a page of a list of records or of the
    table of positions. `made_from` gives values that change whenever anything does that the page is composed of.
    """

    path: str
    title: str
    description: str
    kind: str
    compose: Callable[[], Body]
    made_from: Callable[[], Parts]
    edit_path: str | None = None
    feeds: tuple[str, ...] = ()
    wide: bool = False
    listed: RecordsList | PositionsTable | None = None

    @cached_property
    def fingerprint(self) -> bytes:
        """A digest that changes whenever the page does."""
        head = (self.title, self.description, self.kind, self.edit_path, self.feeds, self.wide)
        return digest(head, *self.made_from())

    @cached_property
    def body(self) -> Body:
        """The content of the page, which is kept."""
        return self.compose()

    def renewed(self, document: AnyDocument | None) -> Page:
        """Return the page without what was kept; if its `document` was edited, with the present title of that."""
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
