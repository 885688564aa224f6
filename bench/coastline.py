"""Makes `data/coastline.json` of Natural Earth's land, 1:110m, as the npm package `world-atlas` has it.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python bench/coastline.py package/land-110m.json > generator/composing/data/coastline.json

Outlines lose what would not be seen at the size of a page: islands under `SMALLEST` square degrees, and points nearer
than `FINE` degrees to the line through their neighbours (Douglas and Peucker).
"""

import json
import sys
from pathlib import Path

FINE, SMALLEST = 0.35, 1.5


def rings(topology):
    """Yield the outlines of a TopoJSON file as lists of (longitude, latitude)."""
    (sx, sy), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step_x, step_y in arc:
            x, y = x + step_x, y + step_y
            points.append((x * sx + dx, y * sy + dy))
        arcs.append(points)
    for geometry in topology["objects"]["land"]["geometries"]:
        for polygon in geometry["arcs"]:
            for ring in polygon:
                parts = [arcs[at] if at >= 0 else arcs[~at][::-1] for at in ring]
                yield from cut([point for part in parts for point in part[:-1]])


def cut(ring):
    """Yield an outline as parts that end at the antimeridian; one around the pole is closed along the pole."""
    whole = [ring[0]]
    for x, y in [*ring[1:], ring[0]]:
        whole.append((x + 360 * round((whole[-1][0] - x) / 360), y))
    first, last = whole[0][0], whole[-1][0]
    if abs(last - first) > 180:
        whole += [(last, -90), (first, -90)]
    for shift in (-360, 0, 360):
        moved = [(x + shift, y) for x, y in whole]
        part = clip(clip(moved, -180, 1), 180, -1)
        if part:
            yield part


def clip(points, edge, sign):
    """Return the part of an outline that is east (`sign` 1) or west (-1) of a meridian."""
    out = []
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1], strict=True):
        inside, after = (ax - edge) * sign >= 0, (bx - edge) * sign >= 0
        if inside:
            out.append((ax, ay))
        if inside != after:
            out.append((edge, ay + (by - ay) * (edge - ax) / (bx - ax)))
    return out


def simple(points):
    """Leave out what is near the line between the ends."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5

    def away(point):
        x, y = point
        if not length:
            return ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        return abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length

    far = max(range(1, len(points) - 1), key=lambda at: away(points[at]))
    if away(points[far]) < FINE:
        return [points[0], points[-1]]
    return simple(points[: far + 1])[:-1] + simple(points[far:])


def area(points):
    """Return the area of an outline in square degrees."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def main(path):
    """Print the outlines, the largest first, latitude before longitude."""
    found = [ring for ring in rings(json.loads(Path(path).read_text("utf-8"))) if area(ring) >= SMALLEST]
    found.sort(key=area, reverse=True)
    lines = [[[round(y, 1), round(x, 1)] for x, y in simple([*ring, ring[0]])[:-1]] for ring in found]
    text = ",\n".join(json.dumps(line, separators=(",", ":")) for line in lines if len(line) > 3)
    print(f'{{"source":"Natural Earth, 1:110m land, public domain","outlines":[\n{text}\n]}}')


main(sys.argv[1])
