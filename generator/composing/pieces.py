"""Pieces of pages that many pages share: composed and rendered once, and kept in a file between two uses.

A piece is a block or an item of a list, so that its HTML does not depend on what surrounds it. Only the beginning of
its links does: how many folders up they start depends on the page.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from generator.composing import blocks
from generator.composing.blocks import ASIDE, Part
from generator.composing.lines import to_link
from generator.content.documents import Article
from generator.core.spilling import Blob, SpillFile

# Begins the links of a piece. Markdown has no NUL character (CommonMark, section 2.3), so no text can contain one.
UP = "\0"
TRAIL, BETWEEN = '<span class="briefing-trail">', " · "  # the start and the separator of the links after a record
_RUN = "\0"  # surrounds the number of a run in the text of a page
_AS_RENDERED = "../" * 12  # stands for UP while a piece is rendered; no link of an editor begins like this
_FROM_ROOT = "\0R"  # stands for UP in the HTML of a piece, in the mark of a link
_NOT_YET: tuple[Part, ...] = ()  # stands for the HTML of a piece, which is never empty, until it is rendered
_ITEM = (len("<ul>\n"), -len("</ul>\n"))  # where the only item of a list begins and ends


class Piece:
    """Markdown with its final line breaks, in which links to pages begin with UP, and the articles that it cites.

    Markdown and HTML are in memory, or in a blob.
    """

    __slots__ = ("_blob", "_held", "cited", "loose")

    def __init__(self, source: str, cited: Iterable[Article] = ()) -> None:
        self.cited = tuple(cited)
        self.loose = "\n\n" in source.rstrip("\n")  # which makes its whole list loose (CommonMark, section 5.3)
        self._held: tuple[str, tuple[Part, ...] | None] | None = (source, _NOT_YET)
        self._blob: Blob | None = None

    def on(self, path: str) -> Piece:
        """Return the piece for the page at a path, without links to that page itself: its name takes their place."""
        link = rf"\[((?:\\.|[^\[\]\\])*)\]\({re.escape(UP + path)}\)"
        words, mark_, trail = self.source.rpartition(TRAIL)
        if not mark_:
            words, trail = trail, ""
        source = re.sub(link, r"\1", words) + mark_ + re.sub(link + re.escape(BETWEEN), "", trail)
        return Piece(source, self.cited)

    @property
    def source(self) -> str:
        """The Markdown of the piece."""
        return self._words()[0]

    @property
    def parts(self) -> tuple[Part, ...] | None:
        """The HTML of the piece; None if it cannot be rendered by itself."""
        source, found = self._words()
        if found == _NOT_YET:
            found = blocks.alone(source.replace(UP, _AS_RENDERED))
            if found is not None:
                inside = slice(*_ITEM) if source.startswith("-") else slice(None)
                opened = to_link(_AS_RENDERED)[:-1]
                found = tuple((label, html[inside].replace(opened, _FROM_ROOT)) for label, html in found)
            self._held, self._blob = (source, found), None  # a blob would lack the HTML
        return found

    def _words(self) -> tuple[str, tuple[Part, ...] | None]:
        if self._held is None:
            assert self._blob is not None
            self._held = pickle.loads(self._blob.read())
        return self._held

    def put_away(self, file: SpillFile) -> None:
        """Move it into a spill file, until it is asked for again."""
        if self._held is not None:
            if self._blob is None:
                self._blob = Blob(pickle.dumps(self._held, pickle.HIGHEST_PROTOCOL))
                self._blob.put(file)
            self._held = None


@dataclass(frozen=True)
class Run:
    """Consecutive pieces of one kind on a page whose links to other pages begin with `up`."""

    pieces: tuple[Piece, ...]
    up: str

    @cached_property
    def source(self) -> str:
        """The Markdown of all of them."""
        return "".join([piece.source for piece in self.pieces]).replace(UP, self.up).rstrip("\n")

    @cached_property
    def whole(self) -> bool:
        """Whether they have to be rendered together."""
        apart = {piece.loose for piece in self.pieces if piece.source.startswith("-")}
        return len(apart) > 1 or any(piece.parts is None for piece in self.pieces)

    def parts(self) -> Iterator[Part]:
        """Yield the HTML of all of them."""
        if self.whole:
            yield from blocks.read(f"{self.source}\n\n")  # a blank line ends it, as in a page
            return
        found = [part for piece in self.pieces for part in piece.parts or ()]
        if found[0][0]:
            yield from ((label, self._linked(html)) for label, html in found)
        else:
            html = self._linked("".join([html for _, html in found]))
            yield "", f"<ul>\n{html}</ul>\n" if self.source.startswith("-") else html

    def _linked(self, html: str) -> str:
        return html.replace(_FROM_ROOT, to_link(self.up)[:-1])


class Composed(str):
    """The text of a page as Markdown, and in `chunks` the same as runs of pieces and the text between them.

    `shared` are the pieces on it that other pages have too, or of which pieces on it were made.
    """

    __slots__ = ("chunks", "shared")
    chunks: tuple[str | Run, ...]
    shared: tuple[Piece, ...]


def mark(number: int) -> str:
    """Return what stands for a run in the text of a page."""
    return f"{_RUN}{number}{_RUN}"


def compose(page: str, runs: Iterable[Run], shared: Iterable[Piece] = ()) -> Composed:
    """Return the text of a page, given with marks for its runs. `shared` is as in `Composed`."""
    chunks: list[str | Run] = list(page.split(_RUN))
    chunks[1::2] = runs
    text = Composed("".join([chunk.source if isinstance(chunk, Run) else chunk for chunk in chunks]))
    text.chunks, text.shared = tuple(chunk for chunk in chunks if chunk), tuple(shared)
    return text


def read(text: str, relations: str = "") -> Iterator[Part]:
    """Yield a page in parts, in order. `relations` is Markdown that follows the text without being part of it."""
    chunks = text.chunks if isinstance(text, Composed) else (text,)
    if any(map(_goes_on, chunks)):
        lines = f"{text}\n".count("\n")
        yield from blocks.read(f"{text}\n{relations}\n", lines) if relations else blocks.read(text)
        return
    for chunk in chunks:
        yield from blocks.read(chunk) if isinstance(chunk, str) else chunk.parts()
    if relations:
        yield "", ASIDE
        yield from blocks.read(f"{relations}\n")
        yield "", ASIDE


def put_away(text: str, file: SpillFile) -> None:
    """Move the pieces that a finished page shares into a spill file. Its own pieces vanish with it."""
    for piece in text.shared if isinstance(text, Composed) else ():
        piece.put_away(file)


def _goes_on(chunk: str | Run) -> bool:
    """Tell whether a block in it may go on in what follows."""
    if isinstance(chunk, str):
        return blocks.goes_on(chunk)
    return chunk.whole and blocks.goes_on(chunk.source)
