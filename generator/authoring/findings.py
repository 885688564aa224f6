"""Finds what a source text holds, as far as its words tell: outlet, date, authors, names, quotations, figures.

Everything is a proposal for an editor. What rests on a guess is marked as unsure; nothing is added that is not there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.authoring import days
from generator.authoring.segments import FURNITURE
from generator.content.documents import AnyDocument
from generator.content.names import Name, fold, is_spaceless
from generator.content.quoting import MARKS, hidden, quotations
from generator.core.dates import proposal
from generator.core.settings import Kind
from generator.reading.mentions import Finder

_SAID = (
    "said|says|told|added|noted|argued|wrote|writes|stated|warned|insisted|claimed|replied|explained|announced|stressed"
    "|called|described|affirmed|asked|declared|concluded|predicted|emphasised|emphasized|continued|commented"
)
_WORD = r"[A-ZÀ-Ž](?:\.|[\w’'-]{1,40})"
_PERSON = rf"{_WORD}(?: (?:bin|al|de|van|von|bint|ibn) {_WORD}| {_WORD}){{0,7}}"
_PRONOUNS = ("he", "she")
_SHORTEST, _LONGEST = 3, 600  # characters of a quotation
# "Lee told reporters", "Lee, a professor, said", "said Lee", "according to Lee", "He added"
_SUBJECT = re.compile(
    rf"\b(?P<who>{_PERSON}|[Hh]e|[Ss]he)(?:, [^{MARKS}.]{{3,160}},)?"
    rf"(?: \w+ly| has| had| also| later){{0,2}} (?:{_SAID})\b"
    rf"|\b(?:{_SAID}|according to) (?P<late>{_PERSON}|he|she)\b"
)
_FIGURE = re.compile(
    r"(?:[$€£¥]\s?)?\b\d+(?:[.,]\d+)*(?:\s?(?:%|(?:million|billion|trillion|bn|m|tn)\b))*"
    r"(?:[ -](?!(?:and|or|to|in|on|at|with|when|after|before)\b)[a-z]+){0,2}"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens|thousands|hundreds|tens)(?: of)?"
    r" (?:[\w-]+ ){0,2}(?:members|countries|years|people|soldiers|troops|ships|leaders|nations|officers?|dead)\b"
    r"|\b(?:one|two|three)-(?:third|fifth|quarter|half)s?\b",
)
_HEAD = 3  # lines in which a text begins: a headline, what it is about, the dateline
_YEAR = re.compile(r"(?:19|20)\d{2}(?: [a-z]+){0,2}")
_PUBLISHED = re.compile(r"(?:Published|Updated|Posted)(?: On)?:?\s*(\d{1,2} [A-Z][a-z]{2,8} \d{4})", re.IGNORECASE)
_WIRE = re.compile(r"\(([A-Z]{2,12})\) [—–-]")
_WRITES_FOR = re.compile(r"\bwrites? for (?:the )?([A-Z][\w]+(?: [A-Z][\w]+){0,3})")
_TOLD = re.compile(r"\b(?:told|telling) (?:the )?([A-Z][\w]+(?: [A-Z][\w]+){0,2})(?:’s\b|\b)")
_AUTHOR = re.compile(
    rf"^({_PERSON})(?:, .{{3,120}},)? (?:writes? for|is an? |was (?:\w+ )?(?:bureau chief|editor|a ))"
)
_OFFICE = re.compile(
    r"\b(?P<role>(?:(?:Prime|Foreign|Defen[cs]e|Finance|Energy|Trade|Deputy|Assistant|Vice|Secretary|National|Interior)\s)*"
    r"(?:President|Minister|Premier|Chancellor|Secretary-General|Secretary of State|[Ee]nvoy|spokesman|spokesperson"
    r"|King|Emir|leader|Chairman|Ambassador|adviser))(?: of [A-Z]\w+)?,? "
    r"(?P<name>(?:[A-ZÀ-Ž][\w’'-]+ ){1,4}[A-ZÀ-Ž][\w’'-]+)"
)


@dataclass(frozen=True, slots=True)
class Guess:
    """Something found, in the words of the source, with whether it is sure and why it may not be."""

    text: str
    sure: bool = True
    why: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words within quotation marks, who said them, as far as the sentence tells, and the line."""

    words: str
    speaker: Guess | None
    line: int


@dataclass(frozen=True, slots=True)
class Findings:
    """What a text holds. `documents` are those of the site that it names, in order of how often."""

    outlet: Guess | None
    published: Guess | None
    authors: tuple[Guess, ...]
    documents: tuple[AnyDocument, ...]
    unknown: tuple[tuple[str, str], ...]
    quotations: tuple[Quotation, ...]
    figures: tuple[tuple[str, int], ...]


def find(lines: Sequence[str], first_line: int, finder: Finder, documents: Sequence[AnyDocument]) -> Findings:
    """Return what a text holds; `first_line` is the number of its first line, `documents` those of the site."""
    body = [(number, line.strip()) for number, line in enumerate(lines, first_line) if _is_text(line)]
    text = "\n\n".join(line for _, line in body)
    named = _named(text, finder, documents)
    return Findings(
        outlet=_outlet(text),
        published=_published(lines, body, text),
        authors=tuple(_authors(body)),
        documents=tuple(named),
        unknown=tuple(_unknown(text, finder)),
        quotations=tuple(_quotations(body, finder)),
        figures=tuple(_figures(body)),
    )


def _is_text(line: str) -> bool:
    return bool(line.strip()) and not FURNITURE.fullmatch(line.strip())


def _outlet(text: str) -> Guess | None:
    if wire := _WIRE.search(text):
        return Guess(wire[1])
    if own := _WRITES_FOR.search(text[-600:]):
        return Guess(own[1])
    told = [match[1] for match in _TOLD.finditer(text)]
    if told:
        best = max(sorted(set(told)), key=told.count)
        return Guess(best, sure=False, why=f"somebody “told {best}”")
    return None


def _published(lines: Sequence[str], body: Sequence[tuple[int, str]], text: str) -> Guess | None:
    for line in lines[:6]:
        if (match := _PUBLISHED.search(line)) and (day := proposal(match[1])):
            return Guess(day)
    for _, line in body[:_HEAD]:
        if day := days.of_dateline(line):
            return Guess(day)
    day, named = days.first(text[:400])
    if day:
        return Guess(f"{day}~", sure=False, why="a day that the text names")
    return Guess("", sure=False, why=f"it names {named}, without a year") if named else None


def _authors(body: Sequence[tuple[int, str]]) -> Iterator[Guess]:
    for _, line in body[-2:]:
        if match := _AUTHOR.match(line):
            yield Guess(match[1], sure=" " in match[1], why="" if " " in match[1] else "only a surname is given")


def _named(text: str, finder: Finder, documents: Sequence[AnyDocument]) -> list[AnyDocument]:
    """Return the documents of the site that a text names in full, the most frequent first."""
    counts: dict[str, int] = {}
    for occurrence in finder.occurrences(text):
        for name in occurrence.names:
            if not name.short and not occurrence.obstacle:
                counts[name.slug] = counts.get(name.slug, 0) + 1
    by_slug = {document.slug: document for document in documents}
    return [by_slug[slug] for slug in sorted(counts, key=lambda slug: (-counts[slug], slug))]


def _unknown(text: str, finder: Finder) -> Iterator[tuple[str, str]]:
    """Yield people in office whom the site does not know, with the office that the text gives them."""
    seen = set()
    for match in _OFFICE.finditer(text):
        name = re.sub(r"[’']s$", "", match["name"])
        if fold(name) not in finder.known and name not in seen and not _contains_known(name, finder):
            seen.add(name)
            yield name, match["role"]


def _contains_known(name: str, finder: Finder) -> bool:
    return any(not n.short and n.kind is Kind.LEADER for o in finder.occurrences(name) for n in o.names)


def _quotations(body: Sequence[tuple[int, str]], finder: Finder) -> Iterator[Quotation]:
    last: Guess | None = None
    for number, text in body:
        line = _Line(text, finder)
        for start, end in quotations(text):
            words = text[start + 1 : end - 1].strip().rstrip(",")
            speaker = line.speaker(start, end)
            if speaker is None and last is not None:
                speaker = Guess(last.text, sure=False, why="nobody is named beside the words; the last who spoke")
            elif speaker is not None and speaker.text in _PRONOUNS:
                speaker = Guess(last.text, sure=False, why="only a pronoun stands there") if last else None
            fits = _SHORTEST <= end - start - 2 <= _LONGEST
            if fits and (speaker is not None or not _is_term(words)):
                yield Quotation(words, speaker, number)
            last = speaker or last
        last = line.last_named(len(text)) or last


def _is_term(words: str) -> bool:
    """Tell whether quoted words are too few to be a statement: two, or some characters of a script without spaces."""
    return len(words.split()) < 3 and sum(map(is_spaceless, words)) < 6


class _Line:
    """A line of a text: who speaks and who is named in it, outside of quotations, each with the place in the line."""

    def __init__(self, text: str, finder: Finder) -> None:
        self.finder = finder
        outside = hidden(text, "“")
        found = ((match.start(), match.end(), match["who"] or match["late"]) for match in _SUBJECT.finditer(outside))
        self.subjects = list(found)
        plain = hidden(text)
        named = [(o.start, o.names[0].text) for o in finder.occurrences(plain) if _is_person(o.names)]
        named += [(match.start(), match["name"]) for match in _OFFICE.finditer(plain)]
        self.named = sorted(named)

    def speaker(self, start: int, end: int) -> Guess | None:
        """Return who said the words from `start` to `end`: the subject of the nearest verb of saying."""
        if self.subjects:
            after = bisect_left(self.subjects, (start,))
            near = self.subjects[max(0, after - 1) : after + 1]
            away = [max(first - end, start - last) for first, last, _ in near]
            who = near[away.index(min(away))][2]
            return Guess(who.casefold() if who.casefold() in _PRONOUNS else _without_office(who, self.finder))
        named = self.last_named(start)
        return Guess(named.text, sure=False, why="the last who is named before the words") if named else None

    def last_named(self, before: int) -> Guess | None:
        """Return the last person of the site, or other person in office, who is named before a place in the line."""
        at = bisect_left(self.named, (before,))
        return Guess(self.named[at - 1][1]) if at else None


def _is_person(names: Sequence[Name]) -> bool:
    return any(name.kind is Kind.LEADER for name in names)


def _without_office(who: str, finder: Finder) -> str:
    """Return a person's name without what stands before it: "Chinese President Lee Hana" gives "Lee Hana"."""
    known = [o for o in finder.occurrences(who) if _is_person(o.names) and o.end == len(who)]
    if known:
        return known[0].names[0].text
    office = _OFFICE.search(who)
    return office["name"] if office else who


def _figures(body: Sequence[tuple[int, str]]) -> Iterator[tuple[str, int]]:
    seen = set()
    for number, line in body:
        for match in _FIGURE.finditer(days.hidden(line)):
            figure = match[0].strip().rstrip(".,")
            if figure not in seen and not _YEAR.fullmatch(figure):
                seen.add(figure)
                yield figure, number
