"""The views of a site: pages that bring the records of all documents together, each row with its source.

A list that grows is cut into pages from the oldest entry on, so that a full page stays; its address has the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from generator.composing.composer import Composer
from generator.composing.dependencies import Dependencies, Parts
from generator.content.documents import AnyDocument, Leader, Theme
from generator.content.model import Difference, Figure, Outcome, Record, Statement, TimelineEvent, Watch
from generator.linking.channels import CORRECTIONS
from generator.linking.library import Appearance

PAGE = 200  # entries on a page of a list


@dataclass(frozen=True, slots=True)
class View:
    """A view: its address, its title, what it is for, and the type of the records that it lists, if it lists some.

    A `wide` one needs the whole width of a page.
    """

    slug: str
    title: str
    description: str
    record: type[Record] | None = None
    wide: bool = False

    @property
    def template(self) -> str:
        """Return the name of the template of its pages."""
        return f"view_{'records' if self.record is not None else self.slug}.md.j2"


VIEWS = (
    View("timeline", "Timeline", "Every dated event, newest first, each with its source.", TimelineEvent),
    View("statements", "Statements", "What was said, word for word, by whom and where.", Statement),
    View("figures", "Key figures", "Numbers, and what each of them counts.", Figure),
    View("outcomes", "Outcomes", "What was agreed or announced.", Outcome),
    View("watch", "What to watch", "What is still to come, with its date where one is known.", Watch),
    View(
        "differences", "Sources differ", "Where sources contradict each other, themselves or the record.", Difference
    ),
    View("positions", "Positions", "Who stands where, theme by theme.", wide=True),
    View("attendance", "Attendance", "Who was at which meeting, and how we know.", wide=True),
    View("connections", "Who was where together", "Who was at the same meeting, in the order of time.", wide=True),
    View("map", "Map", "Where the meetings were held or are to be held.", wide=True),
    View("coverage", "Coverage", "How much is on file for each, from whom, and what of it is opinion.", wide=True),
    View(CORRECTIONS, "Corrections", "What was put right on this site, and when."),
)


@dataclass(frozen=True, slots=True)
class ViewPage:
    """One page of a view, which is composed when asked for. `print` gives what it is made from, as a short value.

    `listed` says which page of a list of records it is, or of the table of positions, if it is one.
    """

    path: str
    title: str
    description: str
    compose: Callable[[], str]
    print: Callable[[], Parts]
    wide: bool = False
    listed: Listed | Held | None = None


@dataclass(frozen=True, slots=True)
class Listed:
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
class HeldRow:
    """The positions of a leader: `records` are the newest of `total`, and the page at `all_path` has the others.

    A cell is how many are on the theme of its column, and the place of the first of these in `records`, if any is.
    """

    leader: Leader
    cells: Sequence[tuple[int, int | None]]
    records: tuple[Appearance, ...]
    total: int
    all_path: str


@dataclass(frozen=True, slots=True)
class Held:
    """A page of the table of positions: the `number`th of `count`, from 0 on. Its columns are `themes`."""

    number: int
    count: int
    themes: Sequence[Theme]
    rows: Sequence[HeldRow]


Values = Mapping[str, Any]  # what a template is given


def view_pages(
    view: View,
    shown: Sequence[Sequence[Any]],
    depends: Dependencies,
    values: Callable[[Sequence[Any]], Values],
    made_from: Callable[[Sequence[Any]], Parts],
    folder: str = "",
    template: str = "",
) -> Iterator[ViewPage]:
    """Yield the pages of a view, given what is `shown` on each, the oldest first.

    Of that `values` makes what the template is given, and `made_from` what changes whenever any of it does. `folder`
    and `template` take the place of the view's own.
    """
    paths = addresses(folder or view.slug, len(shown))
    for number, some in enumerate(shown):
        yield view_page(
            view, paths, number, depends, partial(values, some), partial(made_from, some), template or view.template
        )


def view_page(
    view: View,
    paths: Sequence[str],
    number: int,
    depends: Dependencies,
    values: Callable[[], Values],
    made_from: Callable[[], Parts],
    template: str,
) -> ViewPage:
    """Return the page of a view that is at the place of a number in `paths`, those of all its pages."""

    def compose() -> str:
        composer = Composer(depends.library, depends.settings, paths[number])
        return composer.render(template, view=view, views=VIEWS, number=number, paths=paths, **values())

    def print_() -> Parts:
        return number, len(paths), *made_from()

    title = view.title if number == len(paths) - 1 else f"{view.title}, page {number + 1}"
    return ViewPage(paths[number], title, view.description, compose, print_, view.wide)


def addresses(folder: str, count: int) -> list[str]:
    """Return the addresses of the pages of a list, the oldest first; the newest is the list's own."""
    return [*(f"{folder}/{number}.md" for number in range(1, count)), f"{folder}/index.md"]


def paged(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Cut a list, oldest first, into pages; there is always one. All but the newest are full and stay as they are."""
    return [items[at : at + size] for at in range(0, len(items), size)] or [()]
