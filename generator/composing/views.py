"""The views of a site: pages that bring the records of all documents together, each with its source.

A growing list is cut into pages from its oldest entry on, so that full pages stay as they are. The newest page is at
the address of the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from generator.composing.composer import Composer
from generator.composing.dependencies import Dependencies, Parts
from generator.composing.pages import Body, Page, PositionsTable, RecordsList, View
from generator.content.model import Difference, Figure, Outcome, Statement, TimelineEvent, Watch
from generator.core import urls
from generator.linking.channels import CORRECTIONS

PAGE = 200  # entries on a page of a list


VIEWS = (
    View("timeline", "Timeline", "Every dated event, newest first, each with its source.", TimelineEvent),
    View("statements", "Statements", "What was said, word for word, by whom and where.", Statement),
    View("figures", "Key figures", "Numbers, and what each of them counts.", Figure),
    View("outcomes", "Outcomes", "What was agreed or announced.", Outcome),
    View("watch", "What to watch", "What sources said to look out for, with its date where one is known.", Watch),
    View(
        "differences", "Sources differ", "Where sources contradict each other, themselves or the record.", Difference
    ),
    View("positions", "Positions", "Who stands where, theme by theme.", wide=True),
    View("attendance", "Attendance", "Who was at which meeting, and how we know.", wide=True),
    View("connections", "Who was where together", "Who was at the same meeting, in the order of time.", wide=True),
    View("map", "Map", "Where the meetings were held or are to be held.", wide=True),
    View(
        "coverage",
        "Coverage",
        "How much is on file for each meeting, from whom, and what of it is opinion.",
        wide=True,
    ),
    View(CORRECTIONS, "Corrections", "What was put right on this site, and when."),
)


Values = Mapping[str, Any]  # what a template is given


def view_pages(
    view: View,
    shown: Sequence[Sequence[Any]],
    depends: Dependencies,
    values: Callable[[Sequence[Any]], Values],
    made_from: Callable[[Sequence[Any]], Parts],
) -> Iterator[Page]:
    """Yield the pages of a view, given the items that are `shown` on each, oldest first.

    `values` makes of these what the template is given, `made_from` what changes whenever any of that does.
    """
    paths = addresses(view.slug, len(shown))
    for number, some in enumerate(shown):
        yield view_page(view, paths, number, depends, partial(values, some), partial(made_from, some))


def view_page(
    view: View,
    paths: Sequence[str],
    number: int,
    depends: Dependencies,
    values: Callable[[], Values],
    made_from: Callable[[], Parts],
    listed: RecordsList | PositionsTable | None = None,
) -> Page:
    """Return the page of a view at `paths[number]`; `paths` are those of all its pages, oldest first."""
    library, settings, path = depends.library, depends.settings, paths[number]

    def compose() -> Body:
        composer = Composer(library, settings, path)
        text = composer.render(view.template, view=view, views=VIEWS, number=number, paths=paths, **values())
        return Body(text, changed=library.latest_day)

    def print_() -> Parts:
        return number, len(paths), *made_from(), library.latest_day

    return Page(
        path=path,
        title=view.title if number == len(paths) - 1 else f"{view.title}, page {number + 1}",
        description=view.description,
        kind="view",
        compose=compose,
        print=print_,
        feeds=urls.feed_paths(CORRECTIONS) if path == f"{CORRECTIONS}/index.md" else (),
        wide=view.wide,
        listed=listed,
    )


def addresses(folder: str, count: int) -> list[str]:
    """Return the paths of the pages of a list, oldest first; the newest has the path of the list."""
    return [*(f"{folder}/{number}.md" for number in range(1, count)), f"{folder}/index.md"]


def paged(items: Sequence[Any], size: int) -> list[Sequence[Any]]:
    """Cut a list, oldest first, into pages, at least one. All but the newest are full, and stay as they are."""
    return [items[at : at + size] for at in range(0, len(items), size)] or [()]
