"""Prepares composed pages for Python-Markdown, the renderer of MkDocs and Zensical, which is not CommonMark.

Some of what it reads differently is no matter of looks: a code block in a list is none, so that tags in it come to
life; a link may contain spaces, and a definition may stand within a paragraph. Content is not trusted, so a page with
anything that could become a tag or a link there, but is none for our own renderer, is passed on as HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from generator.composing.assembling import render
from generator.composing.markdown import escape
from generator.reading.scan import scan

# What templates and pictures write: these elements, with these attributes.
_ELEMENTS = (
    "br|circle|del|details|div|figcaption|figure|g|ins|line|nav|p|path|rect|section|span|summary|sup|svg|text|title"
    "|tspan"
)
_ATTRIBUTES = (
    "aria-[a-z]+|class|c[xy]|data-facets|d[xy]?|height|id|r[xy]?|role|tabindex|text-anchor|title|viewBox|width"
    "|[xy][12]?"
)
_OWN = re.compile(
    rf"""</?(?:{_ELEMENTS})(?:\smarkdown|\s(?:{_ATTRIBUTES})="[^"<>]*")*\s*/?>"""
    r"""|<a(?:\sclass="[^"<>]*")?\shref="(?![^"/?#]*[:&])[^"<>\s]*">|</a>|<!---->|<https?://[^<>\s]*>"""
)
_TAG = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# After a malformed character reference it reads no more tags, not even those of templates.
_NO_CHARACTER = re.compile(r"&#(?!\d+;|x[0-9a-f]+;)", re.IGNORECASE)
# What follows a bracket and may be an address, as far as a scheme can go (RFC 3986, section 4.2).
_ADDRESS = re.compile(r"(?:\]\(|\[(?!\^)[^\[\]]*\]:)\s*<?([^/?#)]*)")
_SCHEME = re.compile(r"[:&\\]")
_KNOWN = re.compile(r"(?:https?|mailto):")
_NUMBERED = re.compile(r"^([ \t]*\d{1,9})\.(?=[ \t])", re.MULTILINE)
# The first of two adjacent notes, whose numbers would read as one.
_NOTES = re.compile(r"\[\^[^\]\s]+\](?=\[\^)")


def portable(title: str, text: str, link: Callable[[str], str]) -> str:
    """Return a composed page for Python-Markdown. `link` turns the target of a link into its address, for HTML."""
    head = f"# {escape(title)}\n\n"
    if _reads_otherwise(text):
        return _inert(head) + f"<div>\n{render(text).page(link)}</div>\n"
    return _inert(head + _NOTES.sub(r"\g<0><sup>, </sup>", _as_paragraphs(text)))


def _as_paragraphs(text: str) -> str:
    """Escape the period after numbers that begin a line within a paragraph, as a year may.

    Python-Markdown begins a list there; CommonMark does so only by 1 (section 5.2).
    """
    if not _NUMBERED.search(text):
        return text
    lines = text.split("\n")
    for block in scan(text, "", 1).blocks:
        for at in range(block.start + 1, block.end) if block.kind == "paragraph" else ():
            lines[at] = _NUMBERED.sub(r"\1\\.", lines[at])
    return "\n".join(lines)


def _inert(text: str) -> str:
    return text.replace("{", "&#123;")  # attributes would begin there


def _reads_otherwise(text: str) -> bool:
    """Tell whether Python-Markdown could find a tag or an address in a page where our renderer finds none."""
    addresses = (match[1] for match in _ADDRESS.finditer(text))
    doubtful = any(_SCHEME.search(found) and not _KNOWN.match(found) for found in addresses)
    return doubtful or bool(_NO_CHARACTER.search(text) or _TAG.search(_OWN.sub("", text)))
