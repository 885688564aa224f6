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


def mend(page: str) -> str:
    """Return a page of HTML without these faults."""
    page = _TOGGLE.sub(r"\1", page)
    page = _NO_STOP.sub(r"\1", page)
    if _CONTENTS_BOX not in page:
        page = page.replace(_CONTENTS, "", 1)
    if field := _FIELD.search(page):
        page = page.replace(_DIALOG, f'{_DIALOG[:-1]} aria-label="{field[1]}">', 1)
    return page
