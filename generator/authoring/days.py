"""Days as the press writes them: "Sept. 9, 2025", "3–5 September", and those in the dateline of a report."""

from __future__ import annotations

import re

from generator.core.dates import MONTHS, proposal

_NAMES = sorted({*MONTHS[1:], *(month[:3] for month in MONTHS[1:]), "Sept"}, key=len, reverse=True)
_MONTH = rf"(?:{'|'.join([*_NAMES, *map(str.upper, _NAMES)])})\b\.?"
_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d{2}"
_END = r"(?!\w|[.,]\d)"  # May 2,400 is no day
_SINGLE = rf"\b(?:{_MONTH} {_NUMBER}|{_NUMBER} {_MONTH})"
_DAY = re.compile(rf"{_SINGLE}(?P<year>,? {_YEAR})?{_END}")
_TO = r"(?:\s?[–—/-]\s?| (?:to|until|through) )"
_ON = rf"(?:{_TO}{_NUMBER}| and {_NUMBER}(?=[.,;)]|$| (?:in|at) ))?"  # the 4 of "March 3 and 4 people" is no day
_FROM = rf"{_NUMBER}(?:(?:{_TO}| and ){_NUMBER})?"
_DATES = re.compile(
    rf"\b(?:{_MONTH} {_NUMBER}{_ON}|{_FROM} (?:of )?{_MONTH})(?:,? {_YEAR})?{_END}"
    rf"|\b{_YEAR}([./-])\d{{1,2}}\1\d{{1,2}}\b|\b\d{{1,2}}([./-])\d{{1,2}}\2{_YEAR}\b"  # 2024-05-02, 2.5.2024
    rf"|\b{_YEAR}[–/-]\d{{2}}\b"  # 2024–25
)
_CAPITALISED = r"[A-ZÀ-Ž][\w.’'-]*"
_PLACE = rf"(?!(?:On|In|By|Since|From|Until|The) ){_CAPITALISED}(?:,? {_CAPITALISED}){{0,5}}"
_AGENCY = r" \([A-Z][\w .&’'-]{1,40}\)"
_WHEN = rf"{_SINGLE},? {_YEAR}"
# "RIGA, May 2, 2024 - ", "Riga, Latvia (AP), 2 May 2024 – ", "May 2, 2024 (UPI) — ".
# A day with neither place nor agency may be an item of a list.
_DATELINE = re.compile(
    rf"(?:{_PLACE}(?:{_AGENCY})?,? (?P<there>{_WHEN})(?:{_AGENCY})?|(?P<alone>{_WHEN}){_AGENCY})"
    r" ?(?:[—–-]|--) ?(?=[“„«\"]?[A-ZÀ-Ž0-9])"
)


def first(text: str) -> tuple[str, str]:
    """Return the first day that a text names, in the form of front matter (empty without a year) and of the text."""
    for match in _DAY.finditer(text):
        if found := proposal(match[0] if match["year"] else f"{match[0]} 2000"):
            return found if match["year"] else "", match[0]
    return "", ""


def of_dateline(line: str) -> str:
    """Return the day of the dateline that a line begins with, in the form of front matter; empty without one."""
    match = _DATELINE.match(line)
    return proposal(match["there"] or match["alone"]) if match else ""


def hidden(line: str) -> str:
    """Return a line with a dash in place of each character of its dates, no part of which is a figure."""
    return _DATES.sub(lambda match: "—" * len(match[0]), line)
