"""Compares content with the texts that it is drawn from: what was copied, and what was never said.

The originals are not part of the project; an editor keeps them elsewhere, as files named like the slug of their
digest, or all in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, takewhile
from pathlib import Path

from generator.authoring import extracting
from generator.content.documents import AnyDocument
from generator.content.quoting import quotations
from generator.core.characters import without_accents
from generator.core.errors import GeneratorError, Location, Problem
from generator.core.mappings import group
from generator.core.settings import Kind
from generator.core.words import listed
from generator.linking.library import Library
from generator.reading import frontmatter, sources

COPIED = 8  # words in a row that are no accident
QUOTED = 4  # words from which on a quotation is looked for; fewer are a term

_WORD = re.compile(r"[^\W_]+(?:['’ʼ.,](?=[^\W_])[^\W_]+)*")
_MARKUP = re.compile(
    r"<!--.*?-->|<[a-zA-Z/][^<>]*>|\]\([^)\s]*\)|\[\[[^\[\]|\n]*\||\[\^[^\]]*\]|https?://\S+|(?<!\S)#[\w-]+"
    r"|^(?:[a-z_]+:|---$)|^[ \t]*(?:>|[-*+]|\d+[.)])(?=\s)",
    re.DOTALL | re.MULTILINE,
)
_BLOCK_QUOTE = re.compile(r"(?:^[ \t]*>.*(?:\n|\Z))+", re.MULTILINE)
_ATTRIBUTION = re.compile(r"^[ \t]*>?[ \t]*(?:—|–|--).*$", re.MULTILINE)
_LEFT_OUT = r"\[[^\[\]]*\]|…|\.{3,}"  # and what was put in
_BLANK_LINE = r"\n[ \t]*\n"


@dataclass(frozen=True, slots=True)
class _Word:
    form: str
    start: int
    end: int


@dataclass
class Original:
    """A text that digests are drawn from, as words. What a `lost` one says is not known."""

    words: Sequence[str]
    lost: bool = False

    @cached_property
    def places(self) -> Mapping[tuple[str, ...], Sequence[int]]:
        """Where each run of `QUOTED` words begins."""
        starts = range(len(self.words) - QUOTED + 1)
        return group((tuple(self.words[at : at + QUOTED]), at) for at in starts)

    def run(self, words: Sequence[str], first: int = 0) -> int:
        """Return how many of `words`, from the index `first` on, stand here in a row."""
        longest = 0
        for at in self.places.get(tuple(words[first : first + QUOTED]), ()):
            pairs = zip(islice(words, first, None), islice(self.words, at, None), strict=False)
            longest = max(longest, sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)))
        return longest


def read(folder: Path) -> tuple[dict[str, str | None], tuple[Problem, ...]]:
    """Return the source texts below a folder by the names of their files; None for one that cannot be read.

    Raises GeneratorError where the folder has none. Problems: those of `extracting.source_text`.
    """
    texts: dict[str, str | None] = {}
    problems: list[Problem] = []
    for path in sources.with_endings(folder, *extracting.ENDINGS):
        source, found = extracting.source_text(path)
        problems += found
        texts[path.stem] = texts.get(path.stem) if source.lost else source.text
    if not texts:
        endings = listed(extracting.ENDINGS, "or")
        raise GeneratorError(f"{folder} has no source texts: there is no file that ends in {endings}")
    return texts, tuple(problems)


def check(library: Library, texts: Mapping[str, str], originals: Mapping[str, str | None]) -> Iterator[Problem]:
    """Yield what is copied from the originals, and quotations that are not in them.

    `texts` has the text of each content file by its name in problems; `originals` are by name.
    A document is held against those named like itself or like what it cites, and where there is none, against all.
    One that is None could not be read: what is drawn from it may have any quotation.
    Problems: `copied-passage`, `unknown-quotation`.
    """
    read = {
        name: Original([word.form for word in _words(text or "")], lost=text is None)
        for name, text in sorted(originals.items())
    }
    for document in library.documents.values():
        named = [document.slug] if document.kind is Kind.ARTICLE else _cited(document)
        found = [read[slug] for slug in named if slug in read] or list(read.values())
        path = document.location.path
        body = frontmatter.split(texts[path], path).body
        front = texts[path].removesuffix(body).replace('"', " ")  # those of YAML are no quotation marks
        yield from _Reader(path, front + body, found).problems()


def _cited(document: AnyDocument) -> list[str]:
    return list(dict.fromkeys(ref.slug for ref in document.body.references))


@dataclass(frozen=True, slots=True)
class _Reader:
    path: str
    text: str
    originals: Sequence[Original]

    def problems(self) -> Iterator[Problem]:
        plain = own = _MARKUP.sub(_blank, self.text)
        for start, end in self._quoted():
            yield from self._unknown(_ATTRIBUTION.sub(_blank, plain[start:end]), start)
            # No run of words goes on from before a quotation to after it.
            own = own[:start] + re.sub(r"[^\n]", "\0", own[start:end]) + own[end:]
        for start, part in _parts(own, rf"\0+|{_BLANK_LINE}"):
            yield from self._copied(_words(part, start))

    def _quoted(self) -> Iterator[tuple[int, int]]:
        """Yield where quotations begin and end: block quotes, and what paragraphs have between quotation marks."""
        yield from (match.span() for match in _BLOCK_QUOTE.finditer(self.text))
        yield from quotations(_BLOCK_QUOTE.sub(_blank, self.text))

    def _copied(self, words: Sequence[_Word]) -> Iterator[Problem]:
        forms, at = [word.form for word in words], 0
        while at + COPIED <= len(words):
            longest = max((original.run(forms, at) for original in self.originals), default=0)
            if longest >= COPIED:
                first, last = words[at], words[at + longest - 1]
                message = f"{longest} words in a row are copied from the source text"
                help_ = "use your own words; what a person said goes between quotation marks"
                place = self._place(first.start, last.end)
                yield Problem(place, "copied-passage", message, "", help_)
            at += max(1, longest)

    def _unknown(self, quotation: str, start: int) -> Iterator[Problem]:
        for at, part in _parts(quotation, _LEFT_OUT, start):
            words = _words(part, at)
            forms = [word.form for word in words]
            if len(words) >= QUOTED and not any(o.lost or o.run(forms) == len(forms) for o in self.originals):
                message = "this quotation is not in the source text"
                help_ = "quote the exact words, with `…` for what you leave out; or write it without quotation marks"
                place = self._place(words[0].start, words[-1].end)
                yield Problem(place, "unknown-quotation", message, "", help_)

    def _place(self, start: int, end: int) -> Location:
        """Return the place of a stretch of text; on its first line, where it has more."""
        line = self.text.count("\n", 0, start) + 1
        column = start - (self.text.rfind("\n", 0, start) + 1)
        return Location(self.path, line, column + 1, len(self.text[start:end].partition("\n")[0]))


def _parts(text: str, separator: str, start: int = 0) -> Iterator[tuple[int, str]]:
    """Yield the parts of a text between separators, each with its place; the text itself begins at `start`."""
    for number, part in enumerate(re.split(f"({separator})", text)):
        if number % 2 == 0:
            yield start, part
        start += len(part)


def _words(text: str, offset: int = 0) -> list[_Word]:
    """Return the words of a text without case, accents and the points within them."""
    return [_Word(_form(match[0]), offset + match.start(), offset + match.end()) for match in _WORD.finditer(text)]


def _form(word: str) -> str:
    plain = without_accents(word)
    return re.sub(r"['’ʼ]s$|[.,'’ʼ]", "", plain) or plain


def _blank(match: re.Match[str]) -> str:
    """Return as much space as a match takes up, so that what follows stays in its place."""
    return re.sub(r"[^\n]", " ", match[0])
