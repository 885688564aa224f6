"""What of Markdown a body may not have: HTML, footnotes of its own, links that lead nowhere or do something."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.errors import Problem, Severity
from generator.scan import LONGEST, Link, Scan

_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SCHEMES = ("http", "https", "mailto")


def check(scan: Scan) -> Iterator[Problem]:
    """Yield what is wrong anywhere in a body, records or prose.

    Problems: `relative-link`, `unsafe-link`, `own-footnote`, `too-large`, and the warning `raw-html`.
    """
    for link in scan.links:
        if problem := _link(link):
            yield problem
    for number, line in enumerate(scan.lines):
        if match := _FOOTNOTE.match(line):
            help_ = "cite an article as `[^its-slug]`; Briefing writes the footnote"
            place = scan.location(number, 0, match.end())
            yield Problem(place, "own-footnote", "a footnote of its own is not possible here", "", help_)
    for number in scan.unread:
        help_ = f"make several of it; one has up to {LONGEST} characters"
        yield Problem(scan.location(number), "too-large", "this paragraph is too long", "", help_)
    for start, end in scan.text.escapes:
        if end - start > 1:  # no plain `<`
            help_ = "write Markdown; put HTML that is meant to be read between backticks"
            message = "HTML is shown as it is written"
            yield Problem(scan.place(start), "raw-html", message, "", help_, Severity.WARNING)


def _link(link: Link) -> Problem | None:
    scheme = _SCHEME.match(link.target)
    if not scheme:
        help_ = "link a document as `[[slug]]`, anything else by its full address"
        return Problem(link.location, "relative-link", f"`{link.target}` is a relative link", "", help_)
    if scheme[1].lower() not in _SCHEMES:
        help_ = "link to a page on the web, `https://…`, or to an address of mail, `mailto:…`"
        return Problem(link.location, "unsafe-link", f"a link to `{scheme[0]}` is not possible", "", help_)
    if link.is_picture:
        help_ = "link to it as `[what it shows](https://…)`"
        return Problem(link.location, "unsafe-link", "a picture would tell its host who reads the page", "", help_)
    return None
