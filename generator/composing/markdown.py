"""Markdown out: plain text escaped for it, and an editor's text rewritten for a page."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

from generator.composing.lines import KEPT, NOTHING
from generator.content.cutting import merged
from generator.content.model import Reference, Text


class Markdown(str):
    """Text that is Markdown, as opposed to plain text, which must be escaped."""

    __slots__ = ()


# --- plain text into Markdown -----------------------------------------------------------------------------------

_SPECIAL = re.compile(r"([\\`*_\[\]>|])")
# Python-Markdown knows no backslash escape for these, and would show the backslash.
_NAMED = str.maketrans({"<": "&lt;", "~": "&#126;"})
_ENTITY = re.compile(r"&(?=#|\w+;)")
_BLOCK_START = re.compile(r"^(\s*)([-+#=]|\d{1,9}(?=[.)]))")


@lru_cache(maxsize=KEPT)  # names, titles and dates stand on many pages
def escape(text: str) -> Markdown:
    """Return Markdown that renders as exactly the plain `text`, on one line, in whatever context."""
    line = " ".join(text.split())
    line = _ENTITY.sub("&amp;", _SPECIAL.sub(r"\\\1", line)).translate(_NAMED)
    line = re.sub(r"!\Z", r"\!", line)  # or a link that follows would be an image
    match = _BLOCK_START.match(line)
    if match:
        at = match.end()
        line = f"{line[:at]}\\{line[at:]}" if match[2].isdigit() else f"{match[1]}\\{line[match.start(2) :]}"
    return Markdown(line)


def address(url: str) -> Markdown:
    """Return an address for a link: what could end the link, or the markup around it, is percent-encoded."""
    return Markdown(quote(url, safe="/:?#[]@!$&'()*+,;=%~-._").replace("(", "%28").replace(")", "%29"))


# --- an editor's text ---------------------------------------------------------------------------------------------


_RUNS = ("`", "*", "_", "~")  # two of these in a row mean something else than one
_OPENINGS = ("](", "][", "![", "\\[")  # these make a link or an image, or prevent one


def rewrite(text: Text, write: Callable[[Reference], str]) -> Markdown:
    """Return the text as Markdown, with each reference replaced by what `write` makes of it.

    Raw HTML is escaped, and comments are left out. One between two backticks or marks of emphasis leaves an empty
    comment, so that these do not become other markup by becoming neighbours.
    """
    edits: list[tuple[int, int, str]] = [(r.start, r.end, write(r)) for r in text.references]
    edits += [(start, end, _entities(text.source[start:end])) for start, end in text.escapes]
    for start, end in merged(text.comments):
        before, after = text.source[max(0, start - 1) : start], text.source[end : end + 1]
        apart = (before == after and before in _RUNS) or before + after in _OPENINGS
        edits.append((start, end, NOTHING if apart else ""))
    out, position = [], 0
    for start, end, replacement in sorted(edits):
        assert start >= position, "no reference can stand within HTML"
        out += [text.source[position:start], _set_apart(replacement, text.source, start, end)]
        position = end
    return Markdown("".join([*out, text.source[position:]]))


def _set_apart(replacement: str, source: str, start: int, end: int) -> str:
    """Return the replacement for a part of a text, kept from making markup together with its neighbours."""
    before, after = source[max(0, start - 1) : start], source[end : end + 1]
    if replacement.startswith("[") and before in ("!", "\\"):
        replacement = NOTHING + replacement
    if replacement.endswith("]") and after == "(":
        replacement += NOTHING
    return replacement


_MARKUP = re.compile(r"\*\*|\*(?=\S)|(?<=\S)\*|~~|`+|\\(?=[^\w\s])|^[ \t]*(?:[-+*>]|#{1,6}|\d{1,9}[.)])[ \t]+", re.M)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")


def plain(text: Text, write: Callable[[Reference], str]) -> str:
    """Return a text as plain text on one line, with each reference replaced by what `write` makes of it."""
    edits = [(ref.start, ref.end, write(ref)) for ref in text.references]
    edits += [(start, end, "") for start, end in text.comments]
    out, position = [], 0
    for start, end, words in sorted(edits):
        out += [_bare(text.source[position:start]), words]
        position = end
    words = " ".join("".join([*out, _bare(text.source[position:])]).split())
    return re.sub(r" (?=[.,;:!?)])", "", words)


def _bare(markdown: str) -> str:
    """Strip the markup of emphasis, code, links and lists."""
    return html.unescape(_MARKUP.sub("", _LINK.sub(r"\1", markdown)))


def _entities(raw: str) -> str:
    """Return characters as numeric references, so that none of them can be part of any markup."""
    return "".join(c if c.isalnum() or c.isspace() else f"&#{ord(c)};" for c in raw)


def indented(text: str) -> Markdown:
    """Indent the lines after the first as the content of a list item, by four spaces, which every dialect accepts."""
    return Markdown(text.replace("\n", "\n    "))


def quoted(text: str) -> Markdown:
    """Return text as a block quote."""
    return Markdown("\n".join(f"> {line}".rstrip() for line in text.split("\n")))
