"""Markdown that a body may not have: HTML, footnotes of its own, links that are relative or that run something."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

from generator.core.characters import refused
from generator.core.errors import Problem, Severity
from generator.reading.inline import LONGEST
from generator.reading.scan import Block, Link, Scan, scan

_FOOTNOTE = re.compile(r" {0,3}\[\^([^\]\s]+)\]:")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CHARACTER = re.compile(r"&#(?:x([0-9a-f]{1,6})|([0-9]{1,7}));", re.IGNORECASE)
_CONFLICT = re.compile(r"^(?:<{7}|>{7})(?= |$)", re.MULTILINE)
_SCHEMES = ("http", "https", "mailto")


def conflicts(text: str, path: str) -> Iterator[Problem]:
    """Yield where a file, front matter or body, still has the marks of an unfinished merge in git, except in code.

    Whatever else seems to be wrong with the file follows from them. Problems: `merge-conflict`.
    """
    if not _CONFLICT.search(text):
        return
    found = scan(text, path, 1)
    code = {line for block in found.blocks if block.kind == "fence" for line in range(block.start, block.end)}
    marks = [number for number, line in enumerate(found.lines) if _CONFLICT.match(line) and number not in code]
    for number in [n for n in marks if found.lines[n].startswith("<")] or marks[:1]:
        place = found.whole_line(number)
        label = "git put both versions into the file"
        help_ = "keep one version or write a new one, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`"
        yield Problem(place, "merge-conflict", "a merge in git was not finished here", label, help_)


def check(scan: Scan) -> Iterator[Problem]:
    """Yield what is wrong anywhere in a body, records or prose.

    Problems: `relative-link`, `unsafe-link`, `own-footnote`, `unclosed-code`, `unclosed-comment`, `too-large`,
    `control-character`, and the warning `raw-html`.
    """
    yield from _characters(scan)
    yield from filter(None, map(_link, scan.links))
    yield from _footnotes(scan)
    yield from _fences(scan)
    for start in scan.unclosed:
        help_ = "write `-->` where it ends; if it begins within a paragraph, it must end in that paragraph"
        place = scan.place(start)._replace(width=len("<!--"))
        yield Problem(place, "unclosed-comment", "this comment is never closed, so readers would see it", "", help_)
    for number in scan.unread:
        help_ = f"split it into paragraphs of at most {LONGEST:,} characters"
        yield Problem(scan.location(number), "too-large", "this paragraph is too long", "", help_)
    for start, end in scan.text.escapes:
        if end - start > 1:  # no plain `<`
            help_ = "write Markdown instead, for example `**bold**`; to show the tag itself, put it between backticks"
            message = "readers would see this HTML as it is written"
            yield Problem(scan.place(start), "raw-html", message, "", help_, Severity.WARNING)


def _footnotes(scan: Scan) -> Iterator[Problem]:
    for number, line in enumerate(scan.lines):
        if match := _FOOTNOTE.match(line):
            help_ = "cite an article instead: `[^article-slug]`; Briefing writes the footnote"
            place = scan.location(number, 0, match.end())
            yield Problem(place, "own-footnote", "footnotes cannot be written by hand", "", help_)


def _fences(scan: Scan) -> Iterator[Problem]:
    for block in scan.blocks:
        if block.kind == "fence" and block.level == 0 and not _is_closed(block, scan):
            help_ = "write the same marks again, on a line of their own after the code"
            place = scan.whole_line(block.start)
            yield Problem(place, "unclosed-code", "this block of code is never closed", "", help_)


def _is_closed(fence: Block, scan: Scan) -> bool:
    """Tell whether a fence is closed (CommonMark, section 4.5); otherwise the rest of the page would be code."""
    marks = _FENCE.match(scan.lines[fence.start])
    last = scan.lines[fence.end - 1].strip(" \t")
    return marks is not None and fence.end > fence.start + 1 and last == marks[1][0] * max(len(last), len(marks[1]))


def _characters(scan: Scan) -> Iterator[Problem]:
    """Report characters written as numbers (`&#8238;`) that a text may not hold."""
    for match in _CHARACTER.finditer(scan.text.source):
        number = int(match[1], 16) if match[1] else int(match[2])
        for _, name in refused(chr(number) if number <= sys.maxunicode else "\ufffd"):
            message = f"this stands for an invisible character: {name}"
            yield Problem(scan.place(match.start()), "control-character", message, "", "remove it")


def _link(link: Link) -> Problem | None:
    scheme = _SCHEME.match(link.target)
    if not scheme:
        help_ = "link to a document as `[[slug]]`, to anything else by its whole address: `https://…`"
        if link.is_picture:
            help_ = "documents have no pictures; link to it by its whole address: `[what it shows](https://…)`"
        return Problem(link.location, "relative-link", f"`{link.target}` is a relative link", "", help_)
    if scheme[1].lower() not in _SCHEMES:
        help_ = "link to a web page (`https://…`) or to an email address (`mailto:…`)"
        return Problem(link.location, "unsafe-link", f"a link cannot begin with `{scheme[0]}`", "", help_)
    if link.is_picture:
        help_ = f"link to it instead: `[what it shows]({link.target})`"
        message, label = "pictures from other sites are not allowed", "its host would learn who reads the page"
        return Problem(link.location, "unsafe-link", message, label, help_)
    return None
