"""Faults in the HTML of Material (9.8), put right in finished pages, so that no template of its has to be replaced.

Each was found by the Nu HTML checker or by axe-core, which the tests ask again. What Material mends itself one day is
not found here any more, and does no harm.
"""

from __future__ import annotations

import re

# `autocomplete` is for fields of text and choice (HTML, section 4.10.18.7), and these are boxes to tick.
_TOGGLE = re.compile(r'(<input class="md-toggle"[^<>]*?) autocomplete="off"')
# The label of a section says where it is among the stops of the Tab key, and says nothing.
_NO_STOP = re.compile(r'(<label class="md-nav__link[^<>]*?) tabindex=""')
# The table of contents labels a box that only pages have that are in the navigation.
_CONTENTS = ' for="__toc"'
_CONTENTS_BOX = 'id="__toc"'
# A dialog has a name (WAI-ARIA 1.2, section 5.4): that of the field in it.
_DIALOG = '<div class="md-search" data-md-component="search" role="dialog">'
_FIELD = re.compile(r'<input type="text" class="md-search__input" name="query" aria-label="([^"]*)"')


_HOLE = "\0"  # no page has this character
_ENOUGH = 64  # characters by which a text is looked for


def frame(page: str, text: str) -> str:
    """Return a page with a hole in the place of a `text` in it; as it is where that stands nowhere in it.

    What was composed has none of the faults, and is most of a page, which need not be searched then.
    """
    at = page.find(text[:_ENOUGH]) if text else -1
    if at < 0 or not page.startswith(text, at):
        return page
    found = f"{page[:at]}{_HOLE}{page[at + len(text) :]}"
    return found if found.count(_HOLE) == 1 else page


def filled(frame: str, text: str) -> str:
    """Return what `frame` was made of."""
    return frame.replace(_HOLE, text)


def mend(page: str) -> str:
    """Return a page of HTML without these faults."""
    page = _TOGGLE.sub(r"\1", page)
    page = _NO_STOP.sub(r"\1", page)
    if _CONTENTS_BOX not in page:
        page = page.replace(_CONTENTS, "", 1)
    if field := _FIELD.search(page):
        page = page.replace(_DIALOG, f'{_DIALOG[:-1]} aria-label="{field[1]}">', 1)
    return page
