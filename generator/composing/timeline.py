"""Draws when things happened, as SVG: events as marks on an axis.

Places across are percentages and there is no `viewBox`, so that the drawing fills any width while its words keep
their size. Colours, and which labels a narrow screen leaves out, are left to the stylesheet.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from math import log

from generator.core.dates import MONTHS, Date, spell_day, spell_month

FEWEST = 6  # events for which a timeline is worthwhile
_MOST = 400  # events that can still be told apart; the work grows with their square
_LANE, _TALLEST = 11, 154  # pixels: the height of a row of marks, and of all rows together
_MARK = 2.2  # per cent of the width that is kept free for each mark
_SHORTEST = 14  # days; a shorter part of the axis is not magnified any further


@dataclass(frozen=True, slots=True)
class Event:
    """Something with a date, described in plain text."""

    date: Date
    words: str


@dataclass(frozen=True, slots=True)
class Pane:
    """A stretch of the axis with a scale of its own: from day `start` up to `end`, at `left` to `right` per cent.

    Days are ordinals, since the end may be the day after the last of the calendar.
    """

    start: int
    end: int
    left: float
    right: float

    def at(self, day: date, part: float = 0.0) -> float:
        """Return the place of a day, and a `part` of it (0 to 1), in per cent; days outside are at the edge."""
        share = (day.toordinal() - self.start + part) / max(self.end - self.start, 1)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)


def timeline(events: Sequence[Event]) -> str:
    """Return a figure with the events on an axis, for a page that also lists them.

    It is empty for fewer than `FEWEST`, and for more than anybody can tell apart. If most of them crowd into a small
    part of the time, that part is magnified, with narrow panes for what was before and after.
    """
    if not FEWEST <= len(events) <= _MOST:
        return ""
    ordered = sorted(events, key=lambda e: (e.date.earliest, e.date.latest, e.words))
    span = f"{_spell(ordered[0].date, first=True)} to {_spell(ordered[-1].date)}"
    panes = _panes([event.date for event in ordered])
    return "\n".join(
        [
            '<figure class="briefing-figure briefing-chart">',
            *_drawing(
                ordered, panes, f"Timeline of {len(events)} events, {span}. The list on this page says the same."
            ),
            f"<figcaption>{html.escape(_legend(ordered, span, len(panes) > 1))}</figcaption>",
            "</figure>",
        ]
    )


def _drawing(events: Sequence[Event], panes: Sequence[Pane], title: str) -> Iterator[str]:
    marks = sorted(((*_extent(e.date, panes), e) for e in events), key=lambda m: (m[0] - m[1], m[0], m[2].words))
    lanes = _lanes([(left, right) for left, right, _ in marks])
    step = min(_LANE, _TALLEST / (max(lanes) + 1))
    base = round(step * (max(lanes) + 1) + 8, 1)
    size = f'width="100%" height="{base + 24:g}"'
    yield f'<svg class="briefing-timeline-chart" {size} role="img" aria-labelledby="timeline-chart-title">'
    yield f'<title id="timeline-chart-title">{html.escape(title)}</title>'
    yield from _axis(panes, base)
    for (left, right, event), lane in zip(marks, lanes, strict=True):
        yield _mark(left, right, event, base - step * (lane + 0.5) - 2, step)
    yield "</svg>"


def _legend(events: Sequence[Event], span: str, magnified: bool) -> str:
    words = [f"{len(events)} events, {span}."]
    if any(e.date.earliest != e.date.latest for e in events):
        words.append("A bar or pale mark: it lasted, or its day is known only within that time.")
    if any(_about(e.date) for e in events):
        words.append("A hollow mark: about that day.")
    if magnified:
        words.append("Dashed lines: the scale changes.")
    return " ".join(words)


def _last(when: Date) -> int:
    return when.latest.toordinal()


def _spell(when: Date, *, first: bool = False) -> str:
    """Return the first or the last day of a date in words, no more exact than the date is."""
    start, _, end = when.text.partition("/")
    text = (start if first else end or start).removesuffix("~")
    day = when.earliest if first else when.latest
    return (str(day.year), spell_month(day), spell_day(day))[text.count("-")]


def _about(when: Date) -> bool:
    return when.exact is None and when.earliest == when.latest


# --- the axis


def _panes(dates: Sequence[Date]) -> list[Pane]:
    start, end = dates[0].earliest.toordinal(), max(map(_last, dates)) + 1
    low, high = _crowded(dates, end - start)
    if low == 0 and high == len(dates):
        return [Pane(start, end, 1, 99)]
    first, last = dates[low].earliest.toordinal(), max(map(_last, dates[low:high])) + 1
    while last - first < 7:
        first, last = first - 1, last + 1
    left, right = (24 if low else 1), (84 if high < len(dates) else 99)
    before = [Pane(start, first, 1, left - 2)] if low else []
    after = [Pane(last, max(end, last), right + 2, 99)] if high < len(dates) else []
    return [*before, Pane(first, last, left, right), *after]


def _crowded(dates: Sequence[Date], total: int) -> tuple[int, int]:
    """Return the range of dates, at least half of them, that gain most from a scale of their own; else all dates."""
    best, found = 1.0, (0, len(dates))
    for low in range(len(dates) // 2 + 1):
        ends = list(accumulate((d.latest for d in dates[low:]), max))
        for count in range((len(dates) + 1) // 2, len(ends) + 1):
            days = max((ends[count - 1] - dates[low].earliest).days + 1, _SHORTEST)
            score = log(max(total, 1) / days) * count / len(dates)
            if score > best:
                best, found = score, (low, low + count)
    return found


def _axis(panes: Sequence[Pane], base: float) -> Iterator[str]:
    for pane in panes:
        yield f'<line class="axis" x1="{pane.left:g}%" x2="{pane.right:g}%" y1="{base:g}" y2="{base:g}"/>'
        ticks = list(_ticks(pane, 6 if pane.right - pane.left > 30 else 2))
        for number, (day, label) in enumerate(ticks):
            x = round(pane.at(day), 2)
            anchor = "start" if x - pane.left < 4 else "end" if x > 95 else "middle"
            minor = ' class="minor"' if number % 2 else ""
            yield f'<line class="tick" x1="{x:g}%" x2="{x:g}%" y1="{base:g}" y2="{base + 5:g}"/>'
            yield f'<text x="{x:g}%" y="{base + 18:g}" text-anchor="{anchor}"{minor}>{label}</text>'
    for one, other in pairwise(panes):
        x = (one.right + other.left) / 2
        yield f'<line class="break" x1="{x:g}%" x2="{x:g}%" y1="0" y2="{base + 5:g}"/>'


def _ticks(pane: Pane, most: int) -> Iterator[tuple[date, str]]:
    """Yield the days of ticks with their labels: days, firsts of months, or of years, depending on the span."""
    first, last = _ends(pane)
    days = pane.end - pane.start
    if days <= 60:
        step = next(step for step in (1, 2, 4, 7, 14, 30, 60) if days / step <= most)
        for ordinal in range(first.toordinal(), last.toordinal() + 1, step):
            day = date.fromordinal(ordinal)
            yield day, f"{day.day} {MONTHS[day.month][:3]}"
    elif days <= 1200:
        yield from _months(pane, next(step for step in (1, 2, 3, 6, 12, 24, 48) if days / 30 / step <= most))
    else:
        step = next(k * 10**n for n in range(5) for k in (1, 2, 5) if days / 365 / (k * 10**n) <= most)
        for year in range(-(-first.year // step) * step, last.year + 1, step):
            if year and first <= date(year, 1, 1):
                yield date(year, 1, 1), str(year)


def _months(pane: Pane, step: int) -> Iterator[tuple[date, str]]:
    first, last = _ends(pane)
    month = first.year * 12 + first.month - 1
    for number in range(-(-month // step) * step, last.year * 12 + last.month, step):
        day = date(number // 12, number % 12 + 1, 1)
        if first <= day:
            yield day, f"{MONTHS[day.month][:3]} {day.year}"


def _ends(pane: Pane) -> tuple[date, date]:
    """Return the first and the last day of a pane, within the limits of the calendar."""
    return date.fromordinal(max(pane.start, 1)), date.fromordinal(min(pane.end - 1, date.max.toordinal()))


# --- the marks


def _extent(when: Date, panes: Sequence[Pane]) -> tuple[float, float]:
    """Return the two ends of a date in per cent; for a single day twice the middle of it."""
    first, last = (_pane_of(day, panes) for day in (when.earliest, when.latest))
    if when.earliest == when.latest:
        return (first.at(when.earliest, 0.5),) * 2
    return first.at(when.earliest), last.at(when.latest, 1)


def _pane_of(day: date, panes: Sequence[Pane]) -> Pane:
    return next(pane for pane in reversed(panes) if pane is panes[0] or pane.start <= day.toordinal())


def _lanes(extents: Sequence[tuple[float, float]]) -> list[int]:
    """Return for each mark the lowest row in which it fits."""
    rows: list[list[tuple[float, float]]] = []
    found = []
    for left, right in extents:
        low, high = left - _MARK / 2, right + _MARK / 2
        free = (n for n, row in enumerate(rows) if all(high <= a or low >= b for a, b in row))
        number = next(free, len(rows))
        if number == len(rows):
            rows.append([])
        rows[number].append((low, high))
        found.append(number)
    return found


def _mark(left: float, right: float, event: Event, y: float, step: float) -> str:
    title = f"<title>{html.escape(f'{event.date}: {event.words}')}</title>"
    size = min(4.0, max(step * 0.42, 1.2))
    if right - left > _MARK / 2:
        place = f'x="{left:.2f}%" width="{right - left:.2f}%" y="{y - size * 0.7:.1f}"'
        return f'<rect class="range" {place} height="{size * 1.4:.1f}" rx="{size * 0.7:.1f}">{title}</rect>'
    kind = "range" if left < right else "about" if _about(event.date) else "day"
    return f'<circle class="{kind}" cx="{(left + right) / 2:.2f}%" cy="{y:.1f}" r="{size:.1f}">{title}</circle>'
