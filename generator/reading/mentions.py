"""Finds names in text, and tells what speaks against taking a word for one.

A wrong link is worse than a missing one: a name that seems to be part of a longer one names nobody. The only
module that imports ahocorasick.
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ahocorasick

from generator.content.documents import AnyDocument
from generator.content.fingerprints import digest
from generator.content.meta import LeaderMeta, SummitMeta
from generator.content.model import Span
from generator.content.names import Name, by_folded, fold, fold_with_places, is_spaceless
from generator.core.settings import TAXONOMIES, Kind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# English, as the headings of records are. Words that may stand before a name and are no part of it: "President Lee",
# "When Lee …".
_TITLES = _words(
    "president prime minister premier chancellor king queen prince princess emperor emir sheikh sultan sir lord lady"
    " dame mr mrs ms miss mx dr doctor professor prof general gen admiral colonel col captain secretary envoy"
    " ambassador governor senator sen congressman congresswoman representative rep mayor chairman chairwoman chair"
    " director judge justice comrade pope bishop cardinal ayatollah imam rabbi leader spokesman spokeswoman"
    " spokesperson coach champion grandmaster"
)
OPENINGS = _words(
    "a after again against all also although among an and another around as asked at because before behind besides"
    " between both but by did do does during even for from had has have he here how however if in including is it"
    " like meanwhile neither nor now of on once one only or our over since so soon still that the their then there"
    " these they this those though thus to today under unlike until was we were what when where whereas whether which"
    " while who whom whose why with within without yesterday yet"
)
CALENDAR = _words(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august"
    " september october november december"
)
_PARTICLES = _words("abu al bin bint de del della der di du el ibn van von")

_AFTER = re.compile(r"(?: +| *\n *)(\S+)(?:(?: +| *\n *)(\S+))?")
_NO_LINK = re.compile(r"(?:['’]s?)?\{\.nolink\}")
_OPENING = "*_“\"‘'(["
_PUNCTUATION = string.punctuation + "“”‘’„«»—–…¿¡·"
_LETTERS = re.compile(r"[^\W_]+")
_JOINED = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A name in a text: `start` and `end` are offsets, `names` what it can be the name of.

    `obstacle` says why it is taken for a part of something longer; then it names nobody, or, as a `stranger`,
    somebody else of that surname. It is `titled` where a title stands directly before it.
    """

    start: int
    end: int
    names: tuple[Name, ...]
    obstacle: str = ""
    stranger: bool = False
    titled: bool = False

    def words(self, source: str) -> str:
        """Return the words of the name in the text where it was found."""
        return source[self.start : self.end]


class Finder:
    """Finds the names of summits, leaders and themes in text.

    Its `fingerprint` changes with all that it knows of names.
    """

    def __init__(self, documents: Iterable[AnyDocument]) -> None:
        documents = [document for document in documents if document.kind in TAXONOMIES]  # others have no names
        self.known: Mapping[str, tuple[Name, ...]] = by_folded(documents)
        self.titles = _TITLES | {word for d in documents for word in _words_of_office(d)}
        self.harmless = self.titles | CALENDAR | {word for d in documents for word in _words_of_place(d)}
        self.past = {past: d.slug for d in documents for past in d.meta.redirect_from}
        self.fingerprint = digest(sorted(self.known.items()), sorted(self.harmless), sorted(self.past.items()))
        self.automaton = ahocorasick.Automaton()
        for folded, names in self.known.items():
            self.automaton.add_word(folded, (len(folded), names))
        self.automaton.make_automaton()

    def occurrences(self, source: str, closed: Sequence[Span] = ()) -> list[Occurrence]:
        """Return the names in a text outside the spans `closed`, in order; of two that overlap, the longer one."""
        if not self.known:
            return []
        taken = bytearray(len(source))
        for start, end in closed:
            taken[start:end] = b"\1" * (end - start)
        floors = sorted(end for _, end in closed if source[end - 1] == "\n")
        kept = []
        for low, high, names in sorted(self._matches(source), key=lambda match: (match[0] - match[1], match[0])):
            if taken.find(1, low, high) < 0:
                taken[low:high] = b"\1" * (high - low)
                before = bisect_right(floors, low)
                floor = floors[before - 1] if before else 0
                kept.append(_Context(self, source, low, high, floor).judged(names))
        return sorted((o for o in kept if o is not None), key=lambda o: o.start)

    def _matches(self, source: str) -> Iterator[tuple[int, int, tuple[Name, ...]]]:
        """Yield where words of a text are names, and which; they may overlap."""
        folded, places = fold_with_places(source)
        for last, (length, names) in self.automaton.iter(folded):
            start, end = last + 1 - length, last + 1
            if _stands_alone(folded, start, end):
                # An accent that is a character of its own has no place, and belongs to the letter before it.
                low, high = (places[start], max(places[end], places[end - 1] + 1)) if places else (start, end)
                if fitting := tuple(name for name in names if _capitals_fit(name.text, source[low:high])):
                    yield low, high, fitting


@dataclass(frozen=True, slots=True)
class _Context:
    """What stands around a name; the text before `floor` is a heading or another block of its own."""

    finder: Finder
    source: str
    start: int
    end: int
    floor: int

    def judged(self, names: tuple[Name, ...]) -> Occurrence | None:
        """Return the name with what speaks against it; None if the editor says that it is not to be linked."""
        if _NO_LINK.match(self.source, self.end):
            return None
        if all(name.kind is not Kind.LEADER for name in names):
            return Occurrence(self.start, self.end, names, self.joined())
        before = self.word_before(self.start)
        obstacle, stranger = self.obstacle(names, before)
        return Occurrence(self.start, self.end, names, obstacle, stranger, self.is_title(before))

    def joined(self) -> str:
        """Return how the name is joined to another word; nothing where it stands alone."""
        before, after = self.source[max(0, self.start - 2) : self.start], self.source[self.end : self.end + 2]
        if after[:1] == "-" and _JOINED.match(after[1:]) and after[1:].isupper() and not self.neighbour(self.end + 1):
            return "it is joined to another word"
        if before[-1:] == "-" and _JOINED.match(before) and not self.neighbour_before(self.start - 1):
            return "it is joined to another word"
        grown = before[-1:] in ("'", "’", "_") and _JOINED.match(before)
        return "it is part of another word" if grown or before[-1:] in ("/", "@") or after[:1] in ("/", "@") else ""

    def neighbour(self, at: int) -> bool:
        """Tell whether a known name begins here: "Hou-Berzins" holds two."""
        word = _LETTERS.match(self.source, at)
        return word is not None and fold(word[0]) in self.finder.known

    def neighbour_before(self, at: int) -> bool:
        """Tell whether a known name ends here."""
        word = re.search(r"[^\W_]+$", self.source[max(0, at - 40) : at])
        return word is not None and fold(word[0]) in self.finder.known

    def obstacle(self, names: Sequence[Name], before: tuple[str, int] | None) -> tuple[str, bool]:
        """Return why the name is taken for a part of a longer one, and whether that is another person's."""
        if joined := self.joined():
            return joined, False
        short = all(name.short for name in names)
        after = _AFTER.match(self.source, self.end)
        if after and self.goes_on(after[1], after[2] or ""):
            first = any(name.first for name in names)
            return f"“{_bare(after[1])}” follows, so it may be part of a longer name", short and first
        if before and not self.leaves_alone(*before):
            return f"“{_bare(before[0])}” comes before it, so it may be part of a longer name", short
        return "", False

    def word_before(self, at: int) -> tuple[str, int] | None:
        """Return the word that stands before a place in the same paragraph, and where it begins."""
        low = max(self.floor, at - 60)
        window = self.source[low:at]
        words = window.rstrip(" \n")
        if not words or len(words) == len(window) or window.count("\n", len(words)) > 1:
            return None
        start = max(words.rfind(" "), words.rfind("\n")) + 1
        return words[start:], low + start

    def goes_on(self, word: str, further: str) -> bool:
        """Tell whether the next word seems to belong to the name."""
        bare = _bare(word)
        if bare.casefold() in _PARTICLES and bare.islower():
            return _is_capitalised(_bare(further))
        return _is_capitalised(word) and bare.casefold() not in CALENDAR

    def leaves_alone(self, word: str, at: int) -> bool:
        """Tell whether the word before a name is no part of it."""
        bare = word.lstrip(_OPENING)
        ends = bare[-1:] in '.,;:!?)]}”"*_…—–|>' and bare.rstrip(".").casefold() not in self.finder.titles
        if not bare or ends or bare.endswith(("'s", "’s", "s'", "s’")):
            return True
        plain = bare.rstrip(".").casefold()
        if plain in _PARTICLES:
            return False
        if not _is_capitalised(bare):
            return plain != "of" or not self.belongs_to(at)
        if all(fold(part) in self.finder.harmless for part in plain.split("-")):
            return True
        return plain in OPENINGS and self.begins_sentence(at)

    def belongs_to(self, at: int) -> bool:
        """Tell whether "of" makes the name part of another: "University of …", but not "President of …"."""
        before = self.word_before(at)
        if not before or not _is_capitalised(before[0]):
            return False
        return _bare(before[0]).casefold() not in self.finder.titles and not self.begins_sentence(before[1])

    def begins_sentence(self, at: int) -> bool:
        """Tell whether a sentence, a table cell or a block begins here."""
        head = self.source[max(self.floor, at - 12) : at].rstrip("*_“\"‘'(")
        words = head.rstrip()
        return not words or words[-1] in ".!?:;…]|>—–*-+" or "\n\n" in head[len(words) :]

    def is_title(self, before: tuple[str, int] | None) -> bool:
        """Tell whether the word before a name is a title."""
        return before is not None and _bare(before[0]).casefold() in self.finder.titles


def _stands_alone(folded: str, start: int, end: int) -> bool:
    """Tell whether a match is not a part of a longer word."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    open_before = not before.isalnum() or (is_spaceless(before) and is_spaceless(folded[start]))
    open_after = not after.isalnum() or (is_spaceless(after) and is_spaceless(folded[end - 1]))
    return open_before and open_after


def _capitals_fit(name: str, found: str) -> bool:
    """Tell whether found words are written as the name is: its capitals are capitals, its small letters are small.

    The first letter may be a capital, at the beginning of a sentence, and a part after a hyphen small ("Jong-un").
    """
    if name == found:
        return True
    parts = list(zip(re.finditer(r"[^\s-]+", name), re.finditer(r"[^\s-]+", found), strict=False))
    for number, (ours, theirs) in enumerate(parts):
        joined = theirs.start() > 0 and found[theirs.start() - 1] == "-"
        wants, has = ours[0][0].isupper(), theirs[0][0].isupper()
        if wants and not has and not joined and ours[0][0].lower() != ours[0][0]:
            return False
        if has and not wants and number and ours[0][0].upper() != ours[0][0]:
            return False
        if len(ours[0]) > 1 and ours[0].isupper() and not theirs[0].isupper():
            return False
    return True


def _is_capitalised(word: str) -> bool:
    bare = word.lstrip(_OPENING)
    return bare[:1].isupper()


def _bare(word: str) -> str:
    """Return a word without the punctuation around it."""
    return word.strip(_PUNCTUATION)


def _words_of_office(document: AnyDocument) -> Iterator[str]:
    if isinstance(document.meta, LeaderMeta):
        yield from (fold(word) for word in _WORD.findall(document.meta.role) if len(word) > 2)


def _words_of_place(document: AnyDocument) -> Iterator[str]:
    meta = document.meta
    places: list[str | None] = []
    if isinstance(meta, SummitMeta):
        places = [meta.city, meta.country]
    elif isinstance(meta, LeaderMeta):
        places = [meta.country, meta.organisation]
    for place in places:
        yield from map(fold, _WORD.findall(place or ""))
