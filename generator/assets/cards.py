"""Draws the picture that social networks show for a page: its title, what it is, and whose it is, as PNG.

The only module that imports Pillow. The typeface is Source Serif (SIL Open Font License), from a package of its own.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from urllib.parse import urlsplit

import font_source_serif_pro
from PIL import Image, ImageDraw, ImageFont, features

from generator.composing.pages import Page
from generator.core.settings import COLLECTIONS, Kind, Settings

FOLDER = "assets/cards"
_SIZE = (1200, 630)  # what networks ask for (The Open Graph protocol; the ratio is 1.91 to 1)
_MARGIN = 80
_GROUND, _INK = (20, 33, 61), (255, 253, 249)
_QUIET = 175  # of 255, between the ground and the ink
_TITLE_SIZES = (84, 72, 62, 54, 46)
_LINES = 4
# All that changes the pictures beside the words on them.
_EDITION = f"1 {features.version('pil')} {features.version('freetype2')}"


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says: a title, a line above it (what the page is) and one below (whose)."""

    title: str
    above: str
    below: str

    @property
    def path(self) -> str:
        """Return where the card lies below the site, under a name made of all that is on it."""
        said = "\0".join((_EDITION, self.title, self.above, self.below))
        return f"{FOLDER}/{hashlib.sha256(said.encode()).hexdigest()[:20]}.png"


def of_page(page: Page, settings: Settings) -> Card:
    """Return the card of a page; pages that are no document share that of the site."""
    if page.kind in COLLECTIONS:
        return of_document(page.title, Kind(page.kind), settings)
    return Card(settings.site_name, "", urlsplit(settings.site_url).netloc)


def of_document(title: str, kind: Kind, settings: Settings) -> Card:
    """Return the card of a document, from its title and kind."""
    return Card(title, settings.collection(kind).singular, settings.site_name)


def collect(cards: Iterable[Card], drawn: Callable[[str], bytes | None]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the path of each card, and a function that draws it, unless `drawn` has its file of an earlier build."""
    for card in dict.fromkeys(cards):
        yield card.path, partial(_taken_or_drawn, card, drawn)


def _taken_or_drawn(card: Card, drawn: Callable[[str], bytes | None]) -> bytes:
    before = drawn(card.path)
    return before if before and _is_whole(before) else draw(card)


def _is_whole(data: bytes) -> bool:
    """Tell whether a picture is undamaged: each part of a PNG has a checksum (W3C, PNG, section 5.3)."""
    try:
        Image.open(io.BytesIO(data), formats=("PNG",)).verify()
    except (OSError, SyntaxError):
        return False
    return True


def draw(card: Card) -> bytes:
    """Return a card as PNG, always the same for the same words. Words that the typeface cannot write are left out."""
    picture = Image.new("L", _SIZE, 0)
    pen = ImageDraw.Draw(picture)
    width = _SIZE[0] - 2 * _MARGIN
    pen.rectangle((_MARGIN, _MARGIN, _MARGIN + 96, _MARGIN + 6), fill=_QUIET)
    small = _font(34)
    pen.text((_MARGIN, _MARGIN + 34), _fitting(_written(card.above), small, width), font=small, fill=_QUIET)
    font, lines = _title(_written(card.title), width)
    top = _MARGIN + 110
    for number, line in enumerate(lines):
        pen.text((_MARGIN, top + number * round(font.size * 1.18)), line, font=font, fill=255)
    below = _fitting(_written(card.below), small, width)
    pen.text((_MARGIN, _SIZE[1] - _MARGIN - 36), below, font=small, fill=_QUIET)
    picture.putpalette(_shades())
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _title(words: str, width: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Return a title, broken into lines, in the largest size in which it fits; cut short if it fits in none."""
    for size in _TITLE_SIZES:
        font = _font(size)
        lines = _broken(words, font, width)
        if len(lines) <= _LINES:
            return font, lines
    return font, [*lines[: _LINES - 1], _fitting(f"{lines[_LINES - 1]} …", font, width)]


def _broken(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(_fitting(word, font, width))
    return lines


def _fitting(words: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """Return words, or as many of their letters as fit."""
    while words and font.getlength(words) > width:
        words = words[:-2].rstrip(" …") + "…"
    return words


def _written(words: str) -> str:
    """Return words if the typeface has every letter of them, else none: boxes say less than nothing."""
    clean = " ".join(words.split())
    return clean if all(map(_has, set(re.sub(r"\s", "", clean)))) else ""


@cache
def _has(letter: str) -> bool:
    font = _font(34)
    return bytes(font.getmask(letter)) != bytes(font.getmask("\uffff"))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(
        font_source_serif_pro.SourceSerifProSemibold, size, layout_engine=ImageFont.Layout.BASIC
    )


@cache
def _shades() -> list[int]:
    """Return the palette of a card: 256 colours from that of the ground to that of the ink."""
    steps = (step / 255 for step in range(256))
    return [round(a + (b - a) * step) for step in steps for a, b in zip(_GROUND, _INK, strict=True)]
