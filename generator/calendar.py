"""What to watch, as a calendar: an all-day event for each thing that is expected on a day. RFC 5545.

The only module that imports icalendar.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from generator import urls
from generator.library import Appearance, Library
from generator.markdown import plain
from generator.model import Watch
from generator.settings import Settings

if TYPE_CHECKING:
    import icalendar

PATH = "watch/calendar.ics"


def calendar(library: Library, settings: Settings) -> bytes:
    """Return the calendar of all dated things to watch, the same bytes for the same content."""
    day = library.latest_day
    stamp = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1970, 1, 1, tzinfo=UTC)
    import icalendar  # only here: it takes a while, and `check` needs none

    found = icalendar.Calendar()
    found.add("prodid", "-//Briefing//What to watch//EN")
    found.add("version", "2.0")
    found.add("name", f"{settings.site_name}: what to watch")
    found.add("x-wr-calname", f"{settings.site_name}: what to watch")
    for appearance in library.appearances:
        record = appearance.record
        if isinstance(record, Watch) and record.when and record.when.earliest.year == record.when.latest.year:
            found.add_component(_event(appearance, record, stamp, library, settings))
    return bytes(found.to_ical())


def _event(
    appearance: Appearance, record: Watch, stamp: datetime, library: Library, settings: Settings
) -> icalendar.Event:
    assert record.when is not None
    origin = appearance.origin
    import icalendar

    event = icalendar.Event()
    event.add("uid", urls.feed_id(origin.kind, origin.first_slug, settings, "watch", record.anchor))
    event.add("dtstamp", stamp)
    event.add("dtstart", record.when.earliest)
    if record.when.latest < date.max:  # without an end it lasts a day
        event.add("dtend", record.when.latest + timedelta(days=1))  # not part of the event (section 3.6.1)
    event.add("summary", plain(record.text, library.name))
    event.add("description", f"{origin.meta.title}. Expected: {record.when}.")
    event.add("url", f"{urls.permalink(origin.path, settings)}#{record.anchor}")
    event.add("transp", "TRANSPARENT")
    return event
