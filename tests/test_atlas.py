"""The map of places: where they lie, what is written beside them, and that its coasts are whole."""

import json
import re
from itertools import pairwise
from math import cos, radians
from xml.etree import ElementTree

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from generator.composing.atlas import Place, draw, project

RIGA = Place(1, "Riga", 56.95, 24.11)
OSLO = Place(2, "Oslo", 59.91, 10.75)
LIMA = Place(3, "Lima", -12.05, -77.04)


def dots(svg):
    circles = ElementTree.fromstring(svg).iter("circle")
    return [(float(c.get("cx").strip("%")), float(c.get("cy").strip("%"))) for c in circles]


def labels(svg):
    return ["".join(text.itertext()) for text in ElementTree.fromstring(svg).iter("text")]


@pytest.mark.parametrize(
    ("latitude", "longitude", "x", "y"),
    # From the definition of the projection: the middle and the edges of the world.
    [(0, 0, 0, 0), (0, 180, 0.5, 0), (0, -180, -0.5, 0), (90, 0, 0, -0.2433), (-90, 0, 0, 0.2433)],
)
def test_the_projection_is_equal_earth(latitude, longitude, x, y):
    assert project(latitude, longitude) == pytest.approx((x, y), abs=2e-4)


def test_the_projection_keeps_areas():
    def area(latitude):
        (x0, y0), (x1, y1) = project(latitude, 0), project(latitude + 0.01, 0.01)
        return abs((x1 - x0) * (y1 - y0))

    assert area(60) / area(0) == pytest.approx(cos(radians(60)), rel=0.01)


def test_north_is_up_east_is_right_and_names_stand_beside_their_dots():
    svg = draw([RIGA, OSLO, LIMA])
    (riga_x, riga_y), (oslo_x, oslo_y), (lima_x, lima_y) = dots(svg)
    assert lima_x < oslo_x < riga_x
    assert oslo_y < riga_y < lima_y
    assert labels(svg) == ["1 Riga", "2 Oslo", "3 Lima"]


def test_one_place_has_its_region_around_it_and_not_the_whole_world():
    (spot,) = dots(draw([RIGA]))
    assert 10 < spot[0] < 90
    assert 10 < spot[1] < 90
    assert len(draw([RIGA])) < len(draw([RIGA, OSLO, LIMA, Place(4, "Suva", -18.1, 178.4)]))


def test_where_places_are_close_no_name_lies_on_another_and_each_still_has_its_dot():
    crowd = [Place(n, f"Place {n}", 50 + n % 5 * 0.1, 10 + n // 5 * 0.1) for n in range(25)]
    svg = draw([*crowd, LIMA])
    assert len(dots(svg)) == 26
    assert len(labels(svg)) < 26
    assert "3 Lima" in labels(svg)


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=1, max_size=12))
def test_every_place_of_the_world_is_on_its_map(where):
    svg = draw([Place(n, "x", *at) for n, at in enumerate(where)])
    for x, y in dots(svg):
        assert -0.1 <= x <= 100.1
        assert -0.1 <= y <= 100.1
    assert "\n\n" not in svg


def test_names_are_escaped_and_the_map_has_a_name():
    svg = draw([Place(1, "<b>&", 1, 1)])
    root = ElementTree.fromstring(svg)
    assert labels(svg) == ["1 <b>&"]
    assert root.get("aria-labelledby") == next(root.iter("title")).get("id")
    assert draw([]) == ""


def test_no_coast_jumps_from_one_edge_of_the_world_to_the_other():
    data = json.loads((ROOT / "generator" / "composing" / "data" / "coastline.json").read_text("utf-8"))
    assert data["source"].startswith("Natural Earth")
    for line in data["outlines"]:
        for (south, west), (north, east) in pairwise(line):
            assert abs(east - west) < 60 or {south, north} == {-90.0}, (south, west, north, east)


def test_a_map_is_small_enough_for_a_page():
    svg = draw([RIGA, LIMA, Place(4, "Suva", -18.1, 178.4)])
    assert len(svg) < 20_000
    assert not re.search(r"https?://", svg)
