"""What stands on many pages: composed once, rendered once, and put into each of them. Meanwhile it waits in a file.

A piece is a block of its own or an item of a list, so that its HTML depends on nothing around it. Only where its
links begin does a page have a word: that depends on how deep it lies.
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

# Where a link of a piece begins. Markdown has no NUL character (CommonMark, section 2.3), and no text can hold one.
UP = "\0"
TRAIL, BETWEEN = '<span class="briefing-trail">', " · "  # how what a record leads to begins, and what stands between
_BETWEEN = "\0"  # what the text of a page has in the place of its runs, around the number of each
_AS_RENDERED = "../" * 12  # what stands for UP while a piece is rendered; no editor's link begins so
_FROM_ROOT = "\0R"  # and what stands in its HTML then, in the mark of a link
_NOT_YET: tuple[Part, ...] = ()  # the HTML of a piece, of which none is empty, before it was asked for
_ITEM = (len("<ul>\n"), -len("</ul>\n"))  # where the item of a list of one begins and ends


class Piece:
    """Markdown with its last line ends, in which links to pages begin with UP, and the articles that it cites.

    Its Markdown and its HTML are held in memory, or wait in a blob.
    """

    __slots__ = ("_blob", "_held", "cited", "loose")

    def __init__(self, source: str, cited: Iterable[Article] = ()) -> None:
        self.cited = tuple(cited)
        self.loose = "\n\n" in source.rstrip("\n")  # as an item; then all of its list are (CommonMark, section 5.3)
        self._held: tuple[str, tuple[Part, ...] | None] | None = (source, _NOT_YET)
        self._blob: Blob | None = None

    def on(self, path: str) -> Piece:
        """Return the same for the page at a path, on which nothing leads to itself: its name stands for a link."""
        link = rf"\[((?:\\.|[^\[\]\\])*)\]\({re.escape(UP + path)}\)"
        words, mark_, trail = self.source.rpartition(TRAIL)
        if not mark_:
            words, trail = trail, ""
        source = re.sub(link, r"\1", words) + mark_ + re.sub(link + re.escape(BETWEEN), "", trail)
        return Piece(source, self.cited)

    @property
    def source(self) -> str:
        """The Markdown of it."""
        return self._words()[0]

    @property
    def parts(self) -> tuple[Part, ...] | None:
        """The HTML of it; None where it cannot be rendered by itself."""
        source, found = self._words()
        if found == _NOT_YET:
            found = blocks.alone(source.replace(UP, _AS_RENDERED))
            if found is not None:
                inside = slice(*_ITEM) if source.startswith("-") else slice(None)
                opened = to_link(_AS_RENDERED)[:-1]
                found = tuple((label, html[inside].replace(opened, _FROM_ROOT)) for label, html in found)
            self._held, self._blob = (source, found), None  # what was put away lacks it
        return found

    def _words(self) -> tuple[str, tuple[Part, ...] | None]:
        if self._held is None:
            assert self._blob is not None
            self._held = pickle.loads(self._blob.read())
        return self._held

    def put_away(self, file: SpillFile) -> None:
        """Have it wait in a spill file, until it is asked for again."""
        if self._held is not None:
            if self._blob is None:
                self._blob = Blob(pickle.dumps(self._held, pickle.HIGHEST_PROTOCOL))
                self._blob.put(file)
            self._held = None


@dataclass(frozen=True)
class Run:
    """Pieces of one sort, one after the other, on a page whose links to others begin with `up`."""

    pieces: tuple[Piece, ...]
    up: str

    @cached_property
    def source(self) -> str:
        """The Markdown of all of them."""
        return "".join([piece.source for piece in self.pieces]).replace(UP, self.up).rstrip("\n")

    @cached_property
    def whole(self) -> bool:
        """Whether one of them has to be read together with the others."""
        apart = {piece.loose for piece in self.pieces if piece.source.startswith("-")}
        return len(apart) > 1 or any(piece.parts is None for piece in self.pieces)

    def parts(self) -> Iterator[Part]:
        """Yield the HTML of all of them."""
        if self.whole:
            yield from blocks.read(f"{self.source}\n\n")  # as in a page: a blank line ends it
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
    """The text of a page as Markdown, and in `chunks` the same as runs of pieces and what stands between them.

    `shared` are the pieces that other pages have as well, or that those of this page were made of.
    """

    __slots__ = ("chunks", "shared")
    chunks: tuple[str | Run, ...]
    shared: tuple[Piece, ...]


def mark(number: int) -> str:
    """Return what stands in the text of a page for one of its runs."""
    return f"{_BETWEEN}{number}{_BETWEEN}"


def compose(page: str, runs: Iterable[Run], shared: Iterable[Piece] = ()) -> Composed:
    """Return the text of a page, given with the marks of its runs. `shared` are its pieces that others have too."""
    chunks: list[str | Run] = list(page.split(_BETWEEN))
    chunks[1::2] = runs
    text = Composed("".join([chunk.source if isinstance(chunk, Run) else chunk for chunk in chunks]))
    text.chunks, text.shared = tuple(chunk for chunk in chunks if chunk), tuple(shared)
    return text


def read(text: str, relations: str = "") -> Iterator[Part]:
    """Yield a page in parts, in order. `relations` are Markdown after its text that is no part of that."""
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
    """Have the pieces that a finished page shares with others wait in a spill file. Its own ones go with it."""
    for piece in text.shared if isinstance(text, Composed) else ():
        piece.put_away(file)


def _goes_on(chunk: str | Run) -> bool:
    """Tell whether something in it may go on in what follows."""
    if isinstance(chunk, str):
        return blocks.goes_on(chunk)
    return chunk.whole and blocks.goes_on(chunk.source)
