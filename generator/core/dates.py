"""Calendar dates as sources give them: exact, or in the part of EDTF (ISO 8601-2) that editors need.

Supported are `2025`, `2025-09`, `2025-09-01`, each with a trailing `~` for "approximately" (level 1 of EDTF, as
is the interval), and the interval `start/end` of two of these.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from generator.core.packing import packed

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(~?)", re.ASCII)
_PART = r"\d{4}(-\d{2}(-\d{2})?)?~?"
FORM = f"^{_PART}(/{_PART})?$"  # what a date looks like, for programs that know regular expressions alone
ADVICE = "write a day as `2025-09-01`, a month as `2025-09`, a year as `2025`; `2025-09-01~` is about that day"
BY_FIX = ", or run `briefing check --fix`"  # ends the help of a problem that `--fix` mends
MONTHS = tuple(calendar.month_name)


@packed
@dataclass(frozen=True, slots=True)
class Date:
    """A date with what is not known about it.

    `text` is the EDTF form as written; `earliest` and `latest` are the days it may be, both included.
    """

    text: str
    earliest: date
    latest: date

    @property
    def sort_key(self) -> tuple[date, date, str]:
        """Order by the latest possible day, so that nothing inexact precedes what it may have followed."""
        return (self.latest, self.earliest, self.text)

    @property
    def exact(self) -> date | None:
        """Return the day where the date is one, else None."""
        return self.latest if self.earliest == self.latest and "~" not in self.text else None

    def __str__(self) -> str:
        return _spell_interval(self.text)


def parse_date(text: str) -> Date:
    """Read a date in the forms named above.

    Raises ValueError with the reason ("there is no month 13") where it is none of them.
    """
    start, slash, end = text.partition("/")
    earliest, latest = _bounds(start)
    if slash:
        end_earliest, latest = _bounds(end)
        if end_earliest < earliest:
            raise ValueError("the range ends before it starts")
    return Date(text, earliest, latest)


def parse_day(text: str) -> date:
    """Read an exact day, `YYYY-MM-DD`. Raises ValueError with the reason."""
    day = parse_date(text).exact
    if day is None:
        raise ValueError("an exact day is needed here")
    return day


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins, in UTC: the time of what is known by its day alone."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def spell_day(day: date) -> str:
    """Return a day in words: "1 September 2025"."""
    return f"{day.day} {spell_month(day)}"


def spell_month(day: date) -> str:
    """Return the month of a day in words: "September 2025"."""
    return f"{MONTHS[day.month]} {day.year}"


def _bounds(text: str) -> tuple[date, date]:
    match = _POINT.fullmatch(text)
    if not match:
        raise ValueError("expected YYYY-MM-DD, YYYY-MM or YYYY")
    year, month, day = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if year == 0:
        raise ValueError("there is no year 0")
    if match[2] is not None and not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    if match[3] is not None and not 1 <= day <= calendar.monthrange(year, month)[1]:
        raise ValueError(f"{MONTHS[month]} {year} has no day {day}")
    if day:
        return date(year, month, day), date(year, month, day)
    if month:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, 1, 1), date(year, 12, 31)


def _spell_interval(text: str) -> str:
    start, slash, end = text.partition("/")
    if not slash:
        return _spell(start)
    return f"{_spell(start).removesuffix(_shared_tail(start, end))} to {_spell(end)}"


def _shared_tail(start: str, end: str) -> str:
    """Return what both ends of an interval say in words at their end: " September 2025" or " 2025"."""
    if "~" in start + end or len(start) != len(end) or start[:4] != end[:4] or len(start) < 7:
        return ""
    if len(start) == 10 and start[:7] == end[:7]:
        return f" {MONTHS[int(start[5:7])]} {start[:4]}"
    return f" {start[:4]}"


def _spell(text: str) -> str:
    point = text.removesuffix("~")
    about = "about " if text != point else ""
    year, *rest = point.split("-")
    words = [str(int(year))]
    if rest:
        words.insert(0, MONTHS[int(rest[0])])
    if len(rest) == 2:
        words.insert(0, str(int(rest[1])))
    return about + " ".join(words)


_MONTH_OF = {name.casefold()[:3]: number for number, name in enumerate(MONTHS) if name}
_ABOUT = re.compile(r"(?:about|around|circa|ca?\.?)\s+", re.IGNORECASE)
_OTHER_FORMS = (
    # Programs that correct what one types write dashes in the place of hyphens.
    re.compile(
        r"(?P<y>\d{4})(?P<sep>[-/.\u2010-\u2015\u2212])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?"
        r"(?:[T ]\d{2}:\d{2}.*)?"
    ),
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?:(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?\s+)?(?P<m>[A-Za-z]{3,9})\.?,?\s+(?P<y>\d{4})"),
    re.compile(r"(?P<m>[A-Za-z]{3,9})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})"),
)


def proposal(text: str, *, exact: bool = False) -> str:
    """Return a date that is written in another form as it can be read ("1 Sept. 2025" gives "2025-09-01").

    Nothing is returned where the text is no date, can be read already, or could be two dates: "01/09/2025" is in
    January or in September; nor, where an `exact` day is needed, for any other date.
    """
    words = " ".join(text.split())
    point = _ABOUT.sub("", words)
    for form in _OTHER_FORMS:
        if match := form.fullmatch(point.removesuffix("~").rstrip()):
            month = match["m"] if match["m"].isdigit() else _month_number(match["m"])
            parts = [match["y"], *(part.zfill(2) for part in (month, match["d"]) if part)]
            about = "~" if point != words or point.endswith("~") else ""
            try:
                found = parse_date("-".join(parts) + about)
            except ValueError:
                return ""
            return "" if found.text == text or (exact and not found.exact) else found.text
    return ""


def date_at_end(text: str) -> str:
    """Return the date in words that is the last part of a text: "8 March 2024", or "March 8, 2024" of two parts."""
    parts = text.split(",")
    ends = (",".join(parts[-count:]).strip() for count in (2, 1) if count < len(parts))
    return next((end for end in ends if proposal(end) and any(map(str.isalpha, end))), "")


def _month_number(name: str) -> str:
    number = _MONTH_OF.get(name.casefold()[:3], 0)
    known = number and (MONTHS[number].casefold().startswith(name.casefold()) or name.casefold() == "sept")
    return str(number) if known else "?"
