"""Which characters a text may contain, and how the others are shown.

Characters are refused if nobody sees them and they do harm where they land: control characters (a terminal obeys
some, XML has none), halves of surrogate pairs and noncharacters, line ends other than the line feed (programs
disagree on where the next line begins), and marks that turn the direction of whatever follows them: embeddings,
overrides, and isolates that are not closed in their line (Unicode, annex 9; "Trojan Source").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_NO_CHARACTERS = "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_HARMFUL = f"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff\ufdd0-\ufdef{_NO_CHARACTERS}"
_CONTROL = re.compile(f"[{_HARMFUL}]")
_ISOLATES = re.compile("[\u2066-\u2069\n]")
_CLOSING = "\u2069"
_NEVER_PRINTED = re.compile(f"[{_HARMFUL}\n\u2066-\u2069]")
_INVISIBLE = ("Cc", "Cf", "Mn", "Zl", "Zp", "Zs")


def refused(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the name of each character that a text may not contain."""
    if text.replace("\n", "").replace("\t", "").isprintable():  # quick, and true of most texts
        return
    for match in _CONTROL.finditer(text):
        yield match.start(), called(match[0])
    open_at: list[int] = []
    for match in _ISOLATES.finditer(f"{text}\n"):
        if match[0] == "\n":
            yield from ((at, f"{called(text[at])}, which is not closed") for at in open_at)
            open_at = []
        elif match[0] != _CLOSING:
            open_at.append(match.start())
        elif open_at:
            open_at.pop()


def replaced(text: str) -> str:
    """Return text with each refused character replaced by U+FFFD, the sign for what cannot be shown."""
    found = list(text)
    for at, _ in refused(text):
        found[at] = "\ufffd"
    return "".join(found)


def printable(text: str) -> str:
    """Return text as one line that a terminal can print: none of it is obeyed, and each character keeps its place."""

    def shown(match: re.Match[str]) -> str:
        code = ord(match[0])
        return chr(0x2400 + code) if code < 0x20 else "\ufffd"  # U+2400: pictures of control characters

    return _NEVER_PRINTED.sub(shown, text)


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see in a text."""
    return any(unicodedata.category(char) not in _INVISIBLE for char in text)


def without_accents(text: str) -> str:
    """Return text without case and accents, decomposed (Unicode, annex 15: form NFKD)."""
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in folded if not unicodedata.combining(char))


def called(char: str) -> str:
    """Return the code point of a character, with its name where it has one: "U+202E (right-to-left override)"."""
    name = unicodedata.name(char, "").lower()
    return f"U+{ord(char):04X}" + (f" ({name})" if name else "")
