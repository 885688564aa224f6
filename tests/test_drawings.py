"""The pictures of time and of shares: sound SVG that says what the page says."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.composing.shares import bar, mix
from generator.composing.timeline import FEWEST, Event, timeline
from generator.core.dates import parse_date


def drawn(*dates, words="what happened"):
    return timeline([Event(parse_date(text), words) for text in dates])


def labels(figure):
    return [element.text for element in ElementTree.fromstring(figure).iter("text")]


def marks(figure, kind):
    return [e for e in ElementTree.fromstring(figure).iter() if e.get("class") == kind]


DAYS = [f"2024-05-{day:02}" for day in (1, 3, 4, 6, 7, 9)]


def test_fewer_events_than_are_worth_it_are_not_drawn():
    assert drawn(*DAYS[: FEWEST - 1]) == ""
    assert drawn(*DAYS[:FEWEST])


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (DAYS, ["1 May", "3 May", "5 May", "7 May", "9 May"]),
        (
            [f"2024-{month:02}-15" for month in range(1, 7)],
            ["Feb 2024", "Mar 2024", "Apr 2024", "May 2024", "Jun 2024"],
        ),
        (["1990", "1995", "2000", "2005", "2010", "2015"], ["1990", "1995", "2000", "2005", "2010", "2015"]),
    ],
)
def test_the_axis_is_of_days_months_or_years_as_the_span_asks(dates, expected):
    assert labels(drawn(*dates)) == expected


def test_a_day_is_a_dot_a_day_that_is_only_about_right_is_hollow_and_a_range_is_a_bar():
    figure = drawn("2024-05-01", "2024-05-03~", "2024-05", "2024-04-28/2024-05-09", "2024-05-08", "2024-05-20")
    assert [len(marks(figure, kind)) for kind in ("day", "about", "range")] == [3, 1, 2]
    may, days = sorted(marks(figure, "range"), key=lambda bar: -float(bar.get("width").strip("%")))
    assert float(may.get("width").strip("%")) > 2 * float(days.get("width").strip("%"))
    assert "A hollow mark: about that day." in figure


def test_days_that_crowd_together_have_a_scale_of_their_own_and_the_legend_says_so():
    figure = drawn("1945", "2001", *DAYS, "2031")
    assert len(marks(figure, "break")) == 2
    assert "the scale changes" in figure
    across = [float(e.get("cx").strip("%")) for e in marks(figure, "day")]
    assert across[-1] - across[0] > 30
    assert "break" not in drawn("1945", "1960", "1980", "1990", "2001", "2015")


def test_marks_do_not_lie_on_each_other():
    figure = drawn(*DAYS[:2] * 8, "2024-05-01/2024-05-03", "2024-05")
    places = [(e.get("cx"), e.get("cy")) for e in marks(figure, "day")]
    assert len(set(places)) == len(places) == 16


def test_the_name_says_how_many_and_from_when_to_when_and_where_the_same_is_in_words():
    root = ElementTree.fromstring(drawn("2023-06", *DAYS))
    (svg,) = root.iter("svg")
    title = next(svg.iter("title"))
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == title.get("id")
    assert title.text == "Timeline of 7 events, June 2023 to 9 May 2024. The list on this page says the same."


def test_words_of_events_are_escaped():
    figure = drawn(*DAYS, words='</title><script>"&')
    (dot, *_) = marks(figure, "day")
    assert next(dot.iter("title")).text == '1 May 2024: </title><script>"&'


@given(
    st.lists(
        st.one_of(
            st.dates().map(lambda day: f"{day:%Y-%m-%d}".zfill(10)),
            st.dates().map(lambda day: f"{day.year:04}-{day.month:02}"),
            st.integers(1, 9999).map(lambda year: f"{year:04}~"),
        ),
        min_size=FEWEST,
        max_size=40,
    )
)
def test_any_dates_give_a_drawing_of_bounded_size_with_every_mark_within_it(dates):
    figure = drawn(*dates)
    root = ElementTree.fromstring(figure)
    (svg,) = root.iter("svg")
    assert float(svg.get("height")) < 200
    assert len(marks(figure, "day") + marks(figure, "about") + marks(figure, "range")) == len(dates)
    for element in svg.iter():
        for place in ("x", "cx", "x1", "x2"):
            assert 0 <= float((element.get(place) or "0").strip("%")) <= 100
    assert "\n\n" not in figure


def test_shares_fill_the_bar_in_order_and_are_in_words_below_it():
    figure = mix([("news", 6), ("analysis", 1), ("opinion", 1)], "Articles")
    widths = [float(w) for w in re.findall(r'width="([\d.]+)%" height="100%"', figure)]
    assert widths == [75, 12.5, 12.5]
    words = "".join(next(ElementTree.fromstring(figure).iter("figcaption")).itertext())
    assert words == "Articles: news 6, analysis 1, opinion 1"
    assert mix([], "Articles") == ""
    assert 'aria-hidden="true"' in bar([("news", 1)])
