"""What to watch, as a calendar: an all-day event for each thing that is expected on a day. RFC 5545.

The only module that imports icalendar.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from generator import urls
from generator.dates import Date
from generator.library import Appearance, Library
from generator.markdown import plain
from generator.model import Watch
from generator.settings import Settings

PATH = "watch/calendar.ics"


@dataclass(frozen=True, slots=True)
class Event:
    """An entry: its id, its first and its last day, and what it says, in plain words."""

    uid: str
    first: date
    last: date
    summary: str
    description: str
    url: str


def watched(library: Library) -> Iterator[tuple[Appearance, Date]]:
    """Yield each thing to watch that is expected within a year, and when."""
    for appearance in library.by_type.get(Watch, ()):
        when = appearance.head.date
        if when and when.earliest.year == when.latest.year:
            yield appearance, when


def events(library: Library, settings: Settings) -> Iterator[Event]:
    """Yield an entry for each thing to watch."""
    for appearance, when in watched(library):
        record, origin = appearance.record, appearance.origin
        yield Event(
            uid=urls.feed_id(origin.kind, origin.first_slug, settings, "watch", record.anchor),
            first=when.earliest,
            last=when.latest,
            summary=plain(record.text, library.name),
            description=f"{origin.meta.title}. Expected: {when}.",
            url=f"{urls.permalink(origin.path, settings)}#{record.anchor}",
        )


def calendar(library: Library, settings: Settings) -> bytes:
    """Return a calendar of entries, the same bytes for the same content."""
    import icalendar  # only here: it takes a while, and `check` needs none

    day, site_name = library.latest_day or date(1970, 1, 1), settings.site_name
    stamp = datetime(day.year, day.month, day.day, tzinfo=UTC)
    made = icalendar.Calendar()
    made.add("prodid", "-//Briefing//What to watch//EN")
    made.add("version", "2.0")
    made.add("name", f"{site_name}: what to watch")
    made.add("x-wr-calname", f"{site_name}: what to watch")
    for one in events(library, settings):
        event = icalendar.Event()
        event.add("uid", one.uid)
        event.add("dtstamp", stamp)
        event.add("dtstart", one.first)
        if one.last < date.max:  # without an end it lasts a day
            event.add("dtend", one.last + timedelta(days=1))  # not part of the event (section 3.6.1)
        event.add("summary", one.summary)
        event.add("description", one.description)
        event.add("url", one.url)
        event.add("transp", "TRANSPARENT")
        made.add_component(event)
    return bytes(made.to_ical())
