"""Faults in the HTML of Material (9.8), mended in finished pages, so that none of its templates has to be replaced.

Each was found by the Nu HTML checker or by axe-core, which the tests run again. Once Material mends one itself, its
pattern here finds nothing, and does no harm.
"""

from __future__ import annotations

import re

# `autocomplete` is for fields of text and choice (HTML, section 4.10.18.7), and these are checkboxes.
_TOGGLE = re.compile(r'(<input class="md-toggle"[^<>]*?) autocomplete="off"')
# The label of a section has an empty `tabindex`, which is no number.
_NO_STOP = re.compile(r'(<label class="md-nav__link[^<>]*?) tabindex=""')
# The table of contents is the label of a checkbox, which only pages in the navigation have.
_CONTENTS = ' for="__toc"'
_CONTENTS_BOX = 'id="__toc"'
# A dialog needs a name (WAI-ARIA 1.2, section 5.4): it gets that of the field in it.
_DIALOG = '<div class="md-search" data-md-component="search" role="dialog">'
_FIELD = re.compile(r'<input type="text" class="md-search__input" name="query" aria-label="([^"]*)"')

_HOLE = "\0"  # no page has this character
_ENOUGH = 64  # characters of a text to look for first: a page need not be searched for all of it


def frame(page: str, text: str) -> str:
    """Return a page with a hole in place of the `text` that stands in it; the page itself where it does not.

    The text was composed by Briefing and has none of the faults. It is most of a page, and need not be searched.
    """
    at = page.find(text[:_ENOUGH]) if text else -1
    if at < 0 or not page.startswith(text, at):
        return page
    found = f"{page[:at]}{_HOLE}{page[at + len(text) :]}"
    return found if found.count(_HOLE) == 1 else page


def filled(frame: str, text: str) -> str:
    """Return the page that a `frame` was made of, with the `text` back in its place."""
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
