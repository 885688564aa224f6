"""Draws places on a map of the coasts, as SVG, in the Equal Earth projection (Savric, Patterson and Jenny, 2018).

The map shows the part of the world that the places need, always twice as wide as high. Marks are placed in per cent,
so that marks and names keep their size on any screen. `data/README.md` says where the coasts come from.
"""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import asin, cos, dist, radians, sin, sqrt
from pathlib import Path

_COASTS = Path(__file__).parent / "data" / "coastline.json"
_WIDTH = 1000  # units across the map
_NARROWEST = 0.3  # share of the width of the world that a map shows at least
_MARGIN = 0.12  # share of the map that is kept free on each side of the places
_SCREEN = 680, 340  # pixels of the map on a small screen, on which names must not overlap
_LETTER = 7.5  # approximate width of a letter in pixels

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the map: its number in the table below, its name, and its coordinates in degrees."""

    number: int
    name: str
    latitude: float
    longitude: float


def draw(places: Sequence[Place]) -> str:
    """Return a map of places as an SVG element without blank lines; empty for no places."""
    if not places:
        return ""
    points = [project(place.latitude, place.longitude) for place in places]
    box = _part(points)
    spots = [_within(point, box) for point in points]
    title = "Map of the places in the table below."
    return "\n".join(
        [
            '<svg class="briefing-atlas" width="100%" role="img" aria-labelledby="atlas-title">',
            f'<title id="atlas-title">{title}</title>',
            f'<svg viewBox="0 0 {_WIDTH} {_WIDTH // 2}" width="100%" height="100%"><path d="{_coasts(box)}"/></svg>',
            *(_dot(place, spot) for place, spot in zip(places, spots, strict=True)),
            *_labels(places, spots),
            "</svg>",
        ]
    )


def project(latitude: float, longitude: float) -> Point:
    """Return the place on a map of the world of width 1, whose middle is (0, 0), east and south being positive."""
    t = asin(sqrt(3) / 2 * sin(radians(latitude)))
    t2, t6 = t * t, t**6
    x = radians(longitude) * cos(t) / (sqrt(3) / 2 * (1.340264 - 0.243318 * t2 + t6 * (0.006251 + 0.034164 * t2)))
    y = t * (1.340264 - 0.081106 * t2 + t6 * (0.000893 + 0.003796 * t2))
    return x / 5.41323, -y / 5.41323


def _part(points: Sequence[Point]) -> Box:
    """Return the part of the world that is shown: twice as wide as high, and within the map of the world."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    span = max(max(xs) - min(xs), 2 * (max(ys) - min(ys)))
    width = min(max(span / (1 - 2 * _MARGIN), _NARROWEST), 1.0)
    left = min(max((min(xs) + max(xs) - width) / 2, -0.5), 0.5 - width)
    top = min(max((min(ys) + max(ys) - width / 2) / 2, -0.25), 0.25 - width / 2)
    return left, top, left + width, top + width / 2


def _within(point: Point, box: Box) -> Point:
    """Return the place of a point within a box, in per cent."""
    left, top, right, bottom = box
    return 100 * (point[0] - left) / (right - left), 100 * (point[1] - top) / (bottom - top)


@cache
def _outlines() -> tuple[tuple[Point, ...], ...]:
    data = json.loads(_COASTS.read_text("utf-8"))
    return tuple(tuple(project(latitude, longitude) for latitude, longitude in line) for line in data["outlines"])


def _coasts(box: Box) -> str:
    """Return the outlines that reach into a box, as the `d` of a path."""
    parts = []
    for line in _outlines():
        seen = [_within(point, box) for point in line]
        xs, ys = [x for x, _ in seen], [y for _, y in seen]
        if max(xs) > 0 and min(xs) < 100 and max(ys) > 0 and min(ys) < 100:
            parts.append(_outline([(round(x * _WIDTH / 100), round(y * _WIDTH / 200)) for x, y in seen]))
    return "".join(parts)


def _outline(points: Sequence[tuple[int, int]]) -> str:
    x, y = points[0]
    steps = [f"M{x} {y}l"]
    for to_x, to_y in points[1:]:
        if (to_x, to_y) != (x, y):
            steps.append(f"{to_x - x} {to_y - y} ")
        x, y = to_x, to_y
    return "".join(steps).rstrip() + "z"


# --- marks and names


def _dot(place: Place, spot: Point) -> str:
    name = html.escape(f"{place.number} {place.name}")
    return f'<circle cx="{spot[0]:.2f}%" cy="{spot[1]:.2f}%" r="4.5"><title>{name}</title></circle>'


def _labels(places: Sequence[Place], spots: Sequence[Point]) -> Iterator[str]:
    """Yield for each place its number and name if they fit, or its number alone, or nothing."""
    at = [(x * _SCREEN[0] / 100, y * _SCREEN[1] / 100) for x, y in spots]
    taken: list[Box] = [(x - 4, y - 4, x + 4, y + 4) for x, y in at]
    for place, here, spot in zip(places, at, spots, strict=True):
        others = sorted((dist(here, other), other) for other in at if other != here)
        near = others[0][1] if others else here
        for words in (f"{place.number} {place.name}", str(place.number)):
            fits = (found for found in _around(here, near, len(words) * _LETTER) if _free(found[0], taken))
            if label := next(fits, None):
                taken.append(label[0])
                yield _label(place, spot, label[1:], named=" " in words)
                break


def _around(here: Point, near: Point, width: float) -> list[tuple[Box, str, int, int]]:
    """Return places for a label around a dot, the best first: its box, its `text-anchor`, `dx` and `dy`.

    Beside the dot is better than above or below, and away from the nearest other dot better than towards it.
    """
    x, y = here
    right = ((x + 7, y - 7, x + 8 + width, y + 7), "start", 8, 4)
    left = ((x - 8 - width, y - 7, x - 7, y + 7), "end", -8, 4)
    above = ((x - width / 2, y - 21, x + width / 2, y - 7), "middle", 0, -9)
    below = ((x - width / 2, y + 7, x + width / 2, y + 21), "middle", 0, 18)
    beside = [left, right] if near[0] > x and abs(near[1] - y) < 14 and near[0] - x < width else [right, left]
    return [*beside, *((below, above) if near[1] < y else (above, below))]


def _free(box: Box, taken: Sequence[Box]) -> bool:
    left, top, right, bottom = box
    inside = left >= 0 and top >= 0 and right <= _SCREEN[0] and bottom <= _SCREEN[1]
    return inside and not any(left < r and right > x and top < b and bottom > y for x, y, r, b in taken)


def _label(place: Place, spot: Point, how: tuple[str, int, int], named: bool) -> str:
    anchor, dx, dy = how
    name = f'<tspan class="name"> {html.escape(place.name)}</tspan>' if named else ""
    return (
        f'<text x="{spot[0]:.2f}%" y="{spot[1]:.2f}%" dx="{dx}" dy="{dy}" text-anchor="{anchor}">'
        f"{place.number}{name}</text>"
    )
