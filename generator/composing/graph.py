"""Draws who was where together, as SVG: leaders on the left, meetings on the right, a line for each who was there.

The colours are left to the stylesheet, so that the drawing is readable in light and dark.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from generator.core.mappings import group

_ROW = 26  # pixels from line to line
_LEFT, _RIGHT, _WIDTH = 240, 490, 830
_HEAD = 30


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: its name, its date in words, and the names of those who were there."""

    name: str
    date: str
    leaders: tuple[str, ...]


def draw(meetings: Sequence[Meeting], heads: tuple[str, str]) -> str:
    """Return meetings, oldest first, as an SVG element without blank lines; empty for no meetings.

    `heads` are the names of the two columns, leaders and meetings. If many leaders of a meeting were at no other,
    these share one line, "12 others".
    """
    if not meetings:
        return ""
    counts = Counter(name for meeting in meetings for name in meeting.leaders)
    shown = [_with_others_together(meeting, counts) for meeting in meetings]
    leaders = _in_order(shown)
    height = _HEAD + _ROW * max(len(leaders), len(shown)) + 6
    rows = {name: _HEAD + _ROW * (number + 0.5) for number, name in enumerate(leaders)}
    step = (height - _HEAD - 6) / len(shown)
    box = f"0 0 {_WIDTH} {height}"
    out = [
        f'<svg class="briefing-graph" viewBox="{box}" role="img" aria-labelledby="graph-title">',
        '<title id="graph-title">Who was where together. The table below says the same.</title>',
    ]
    texts = [_text(_LEFT - 12, 16, heads[0], "end", "head"), _text(_RIGHT + 12, 16, heads[1], "start", "head")]
    for number, meeting in enumerate(shown):
        y = _HEAD + step * (number + 0.5)
        middle = (_LEFT + _RIGHT) / 2
        for name in meeting.leaders:
            x = rows[name]
            out.append(f'<path d="M{_LEFT} {x:g}C{middle:g} {x:g} {middle:g} {y:g} {_RIGHT} {y:g}"/>')
        out.append(f'<circle cx="{_RIGHT}" cy="{y:g}" r="5"/>')
        texts.append(_text(_RIGHT + 12, y + 4, f"{meeting.name}, {meeting.date}", "start"))
    for name, y in rows.items():
        out.append(f'<circle cx="{_LEFT}" cy="{y:g}" r="4"/>')
        texts.append(_text(_LEFT - 12, y + 4, name, "end"))
    return "\n".join([*out, *texts, "</svg>"])


def _with_others_together(meeting: Meeting, counts: Counter[str]) -> Meeting:
    """Return a meeting with the leaders who are at no other as one entry, if they are more than three."""
    single = [name for name in meeting.leaders if counts[name] == 1]
    if len(single) <= 3:
        return meeting
    others = [name for name in meeting.leaders if counts[name] > 1]
    return Meeting(meeting.name, meeting.date, (*others, f"{len(single)} others: {meeting.name}"))


def _in_order(meetings: Sequence[Meeting]) -> list[str]:
    """Order leaders by the mean position of their meetings, so that few lines cross."""
    places = group((name, number) for number, meeting in enumerate(meetings) for name in meeting.leaders)
    return sorted(places, key=lambda name: (sum(places[name]) / len(places[name]), name))


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    class_ = f' class="{kind}"' if kind else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{class_}>{html.escape(words)}</text>'
