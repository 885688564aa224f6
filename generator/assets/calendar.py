"""What to watch, as a calendar (RFC 5545): an all-day event for each thing that is expected on a day.

The only module that imports icalendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from generator.composing.markdown import plain
from generator.content.model import Watch
from generator.core import urls
from generator.core.dates import Date, midnight
from generator.core.settings import Settings
from generator.linking.library import Appearance, Library

PATH = "watch/calendar.ics"
_END = b"END:VCALENDAR\r\n"
_ENTRY = re.compile(rb"^BEGIN:VEVENT\r\n.*?^END:VEVENT\r\n", re.MULTILINE | re.DOTALL)
_UID = re.compile(rb"^UID:(.*)\r$", re.MULTILINE)  # in it `\` stands before a comma (section 3.3.11)


@dataclass(frozen=True, slots=True)
class Event:
    """An entry: its id, its first and its last day, and what it says, in plain words."""

    uid: str
    first: date
    last: date
    summary: str
    description: str
    url: str


def watched(records: Iterable[Appearance]) -> Iterator[tuple[Appearance, Date]]:
    """Yield the things to watch that are expected within one year, and when."""
    for appearance in records:
        when = appearance.head.date
        if appearance.head.type is Watch and when and when.earliest.year == when.latest.year:
            yield appearance, when


def event(appearance: Appearance, when: Date, library: Library, settings: Settings) -> Event:
    """Return the entry of a thing to watch."""
    record, origin = appearance.record, appearance.origin
    return Event(
        uid=uid(appearance, record.anchor, settings),
        first=when.earliest,
        last=when.latest,
        summary=plain(record.text, library.name),
        description=f"{origin.meta.title}. Expected: {when}.",
        url=f"{urls.permalink(origin.path, settings)}#{record.anchor}",
    )


def uid(appearance: Appearance, anchor: str, settings: Settings) -> str:
    """Return the id of the entry of a thing to watch that has an anchor."""
    return urls.feed_id(appearance.origin.kind, appearance.origin.first_slug, settings, "watch", anchor)


def calendar(library: Library, settings: Settings) -> bytes:
    """Return a calendar of entries, the same bytes for the same content."""
    import icalendar  # only here: it takes a while, and `check` needs none

    site_name = settings.site_name
    made = icalendar.Calendar()
    made.add("prodid", "-//Briefing//What to watch//EN")
    made.add("version", "2.0")
    made.add("name", f"{site_name}: what to watch")
    made.add("x-wr-calname", f"{site_name}: what to watch")
    entries = (
        _entry(event(appearance, when, library, settings), library.latest_day)
        for appearance, when in watched(library.by_type.get(Watch, ()))
    )
    return b"".join((bytes(made.to_ical()).removesuffix(_END), *entries, _END))


def revised(before: bytes, entries: Mapping[str, Event], newest: date | None) -> bytes:
    """Return a calendar with entries replaced, by the ids that they had.

    `newest` is the newest day on the site. Raises KeyError where the calendar lacks one of the ids.
    """
    left = dict(entries)

    def now(entry: re.Match[bytes]) -> bytes:
        uid_ = _UID.search(entry[0].replace(b"\r\n ", b""))  # lines are folded (section 3.1)
        one = left.pop(uid_[1].replace(b"\\", b"").decode(), None) if uid_ else None
        return entry[0] if one is None else _entry(one, newest)

    calendar_ = _ENTRY.sub(now, before)
    if left:
        raise KeyError(*left)
    return calendar_


@lru_cache(1 << 16)  # a server writes the calendar again and again, mostly with the same entries
def _entry(one: Event, newest: date | None) -> bytes:
    import icalendar

    made = icalendar.Event()
    made.add("uid", one.uid)
    made.add("dtstamp", midnight(newest or date(1970, 1, 1)))
    made.add("dtstart", one.first)
    if one.last < date.max:  # without an end it lasts a day
        made.add("dtend", one.last + timedelta(days=1))  # not part of the event (section 3.6.1)
    made.add("summary", one.summary)
    made.add("description", one.description)
    made.add("url", one.url)
    made.add("transp", "TRANSPARENT")
    return bytes(made.to_ical())
