from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.core.dates import parse_date, parse_day, spell_day


@pytest.mark.parametrize(
    ("text", "words", "latest"),
    [
        ("2025-09-01", "1 September 2025", date(2025, 9, 1)),
        ("2025-09-02~", "about 2 September 2025", date(2025, 9, 2)),
        ("2025-09", "September 2025", date(2025, 9, 30)),
        ("2024-02", "February 2024", date(2024, 2, 29)),
        ("2025~", "about 2025", date(2025, 12, 31)),
        ("2025-09-03/2025-09-07", "3 to 7 September 2025", date(2025, 9, 7)),
        ("2025-08-31/2025-09-01", "31 August to 1 September 2025", date(2025, 9, 1)),
        ("2025-08/2025-09", "August to September 2025", date(2025, 9, 30)),
        ("2024-12-31/2025-01-01", "31 December 2024 to 1 January 2025", date(2025, 1, 1)),
        ("2024/2025", "2024 to 2025", date(2025, 12, 31)),
        ("2025-08-27/2025-08-30~", "27 August 2025 to about 30 August 2025", date(2025, 8, 30)),
    ],
)
def test_a_date_is_spelt_out_and_sorted_by_its_latest_day(text, words, latest):
    assert str(parse_date(text)) == words
    assert parse_date(text).latest == latest


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-13-01", "there is no month 13"),
        ("2025-02-29", "February 2025 has no day 29"),
        ("2025-00", "there is no month 0"),
        ("0000-01-01", "there is no year 0"),
        ("1 September 2025", "expected YYYY-MM-DD"),
        ("2025-09-07/2025-09-03", "the range ends before it starts"),
        ("2025-09-07/", "expected YYYY-MM-DD"),
        ("", "expected YYYY-MM-DD"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_date(text)


@pytest.mark.parametrize("text", ["2025-09", "2025-09-01~", "2025-09-01/2025-09-02"])
def test_an_inexact_date_is_no_day(text):
    with pytest.raises(ValueError, match="exact day"):
        parse_day(text)


@given(st.dates())
def test_every_day_reads_back_as_itself(day):
    assert parse_day(day.isoformat()) == day
    assert str(parse_date(day.isoformat())) == spell_day(day)
