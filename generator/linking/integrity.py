"""What is wrong with the content as a whole: dead references, claims without a source, names that clash."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from generator.content.documents import AnyDocument, Body, Head, Passage, Summit
from generator.content.model import Difference, Position, ReferenceKind
from generator.content.names import Name, fold, names_of
from generator.core.dates import Date, parse_date
from generator.core.errors import Location, Problem, Severity, did_you_mean, either, is_error, spellings
from generator.core.settings import ACTORS, COLLECTIONS, TAXONOMIES, Kind
from generator.linking.library import Library
from generator.reading import frontmatter
from generator.reading.frontmatter import Node
from generator.reading.sources import Content

# What each way of pointing may lead to.
_TARGETS: dict[ReferenceKind, tuple[Kind, ...]] = {
    ReferenceKind.LINK: COLLECTIONS,
    ReferenceKind.TAG: TAXONOMIES,
    ReferenceKind.CITATION: (Kind.ARTICLE,),
}
_FAR = 2  # years between a meeting and a record of it that look like a slip of the pen
_ALIKE = 0.65  # how much like another name of its document a spelling is
_COMPARED = range(5, 81)  # letters of a name of which one that differs by a letter looks like a double
_NUMBER = re.compile(
    r"[\d一二三四五六七八九十百]+|\b\w\b|\b[ivx]+$"
)  # in a name, or what counts like one: a letter, a Roman one
_SPELLINGS = 20  # names of a document that an alias is compared with


def check(content: Content, library: Library) -> tuple[Problem, ...]:
    """Return what is wrong between documents.

    Problems: `duplicate-slug`, `unknown-term`, `unknown-link`, `unknown-tag`, `unknown-citation`, `draft-term`,
    `withdrawn-term`, `missing-citation`, `too-few-citations`, `end-before-start`, `ambiguous-alias`, and the warnings
    `uncited-paragraph`, `distant-date`, `orphan`, `unused-alias`, `near-duplicate`.
    """
    checker = _Checker(content, library)
    checker.check_slugs()
    for document in library.documents.values():
        checker.check(document)
    checker.check_names()
    if not any(map(is_error, (*content.problems, *checker.problems))):
        checker.check_orphans()  # before that, what refers to a document may just not have been understood
        checker.check_aliases()
    return tuple(checker.problems)


def check_document(content: Content, library: Library, document: AnyDocument) -> tuple[Problem, ...]:
    """Return what is wrong in one document by itself: those problems of `check` that its words have a part in."""
    checker = _Checker(content, library)
    checker.check(document)
    return tuple(checker.problems)


@dataclass
class _Checker:
    content: Content
    library: Library
    problems: list[Problem] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    sound: set[tuple[ReferenceKind, str]] = field(default_factory=set)  # ways to documents that were followed
    source: AnyDocument | None = None

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Return the slugs of documents that were withdrawn."""
        return frozenset(document.slug for document in self.library.withdrawn)

    def problem(self, place: Location, code: str, message: str, label: str, help_: str) -> None:
        self.problems.append(Problem(place, code, message, label, help_))

    def warning(self, place: Location, code: str, message: str, label: str, help_: str) -> None:
        self.problems.append(Problem(place, code, message, label, help_, Severity.WARNING))

    @cached_property
    def words(self) -> str:
        """Return all text of the site, as names are compared."""
        return fold("\n\n".join(all_text(self.library.documents.values())))

    # --- slugs and references

    def check_slugs(self) -> None:
        taken: dict[str, AnyDocument] = {}
        documents = (*self.content.documents, *self.content.withdrawn)
        present = [(document.slug, document) for document in documents]
        # The slug that a document has may be among its past ones: it was renamed and renamed back.
        past = [
            (slug, document)
            for document in documents
            for slug in document.meta.redirect_from
            if slug != document.slug
        ]
        for slug, document in [*present, *past]:
            if slug in taken:
                label = f"{taken[slug].location.path} has it as well"
                help_ = "rename one of the two files, or remove the slug from `redirect_from`"
                message = f"two documents have the slug `{slug}`"
                self.problem(self.place_of(document, slug), "duplicate-slug", message, label, help_)
            taken.setdefault(slug, document)

    def place_of(self, document: AnyDocument, slug: str) -> Location:
        """Return where a slug of a document stands: among its past ones, or nowhere in a file that is called so."""
        if slug == document.slug:
            return document.location
        past = self.written(document).find(("redirect_from",))
        return past.find((document.meta.redirect_from.index(slug),)).location

    def written(self, document: AnyDocument) -> Node:
        """Return the front matter of a document with its places: most are asked for only where something is wrong."""
        path = document.location.path
        front = frontmatter.split("\n".join(self.content.lines[path]), path).front
        return front or Node({}, document.location)

    def resolve(self, slug: str, kinds: tuple[Kind, ...], place: Location, code: str = "unknown-term") -> None:
        """Report a slug that does not name a document of one of `kinds`; note that the document is referred to."""
        documents = self.library.documents
        found = documents.get(self.library.slug(slug))
        if found is not None and found.kind in kinds:
            if found is not self.source:
                self.referenced.add(found.slug)
            return
        if found is None and slug in self.content.unread:  # its own problems are reported, that is enough
            return
        names = either(kinds) if len(kinds) < len(COLLECTIONS) else "document"
        if slug in self.content.held:
            help_ = "remove the reference, or publish that document first"
            self.problem(place, "draft-term", f"`{slug}` {self.content.held[slug]}", "not on the site yet", help_)
            return
        if slug in self.withdrawn or self.library.slug(slug) in self.withdrawn:
            help_ = "remove what rests on it, or cite another source"
            self.problem(place, "withdrawn-term", f"`{slug}` was withdrawn", "", help_)
            return
        near = did_you_mean(slug, self.slugs(kinds))
        label = f"this is the slug of the {found.kind} “{found.meta.title}”" if found is not None else near
        help_ = "correct the slug, or create the document with `briefing new`"
        if code == "unknown-tag":
            help_ += "; if this is no tag, write `\\#`"
        self.problem(place, code, f"no {names} has the slug `{slug}`", label, help_)

    # --- one document

    def check(self, document: AnyDocument) -> None:
        self.source = document
        self.check_references(document)
        if document.kind is Kind.SUMMIT:
            self.check_span(document)
        if document.kind is not Kind.ARTICLE:
            self.check_citations(document)
        for number, head in enumerate(document.body.outline.heads()):
            self.check_record(document, head, number)

    def check_references(self, document: AnyDocument) -> None:
        for reference in document.references:
            if not reference.free or self.is_meant(reference.slug, reference.kinds):
                self.resolve(reference.slug, reference.kinds, reference.location)
        leads = dict.fromkeys(document.body.outline.leads())
        if not all(self.is_sound(kind, slug) for kind, slug in leads):  # or nobody asks where they stand
            for ref in document.body.references:
                if not self.is_sound(ref.kind, ref.slug):
                    place = ref.place(document.location.path)
                    self.resolve(ref.slug, _TARGETS[ref.kind], place, f"unknown-{ref.kind}")

    def is_meant(self, slug: str, kinds: tuple[Kind, ...]) -> bool:
        """Tell whether a name is the slug of a document, on the site or not, or is almost that of one of `kinds`."""
        if self.library.has(slug) or slug in self.content.held or slug in self.withdrawn:
            return True
        return "-" in slug and bool(did_you_mean(slug, self.slugs(kinds)))  # nobody is called so

    def slugs(self, kinds: tuple[Kind, ...]) -> Iterator[str]:
        """Yield the slugs of all documents of some kinds."""
        return (slug for slug, document in self.library.documents.items() if document.kind in kinds)

    def is_sound(self, kind: ReferenceKind, slug: str) -> bool:
        """Tell whether a reference leads where it may; note that the document is referred to."""
        if kind is ReferenceKind.MENTION:
            self.referenced.add(slug)
        elif (kind, slug) not in self.sound:
            found = self.library.documents.get(self.library.slug(slug))
            if found is None or found.kind not in _TARGETS[kind]:
                return False
            if found is not self.source:
                self.referenced.add(found.slug)
                self.sound.add((kind, slug))
        return True

    def check_span(self, summit: Summit) -> None:
        start, end = summit.meta.start, summit.meta.end
        if end and (end.latest < start.earliest or not _spans(start, end)):
            place, label = self.written(summit).find(("end",)).location, f"`start` is {start}"
            self.problem(place, "end-before-start", "`end` is before `start`", label, "correct one of the two dates")

    def check_record(self, document: AnyDocument, head: Head, number: int) -> None:
        kinds = (Kind.LEADER,) if head.type is Position else ACTORS
        found = self.library.documents.get(self.library.slug(head.owner)) if head.owner else None
        if found is not None and found.kind not in kinds:
            references = document.body.record(number).text.references
            ref = next(ref for ref in references if ref.slug == head.owner)
            self.resolve(head.owner, kinds, ref.place(document.location.path), "unknown-link")
        for slug in (document.slug, *head.tags) if head.date else ():
            found = self.library.documents.get(self.library.slug(slug))
            if found is not None and found.kind is Kind.SUMMIT and head.date:
                self.check_distance(document.body, number, head.date, found)

    def check_distance(self, body: Body, number: int, when: Date, summit: Summit) -> None:
        """Report a record said to be of a meeting, and dated years away from it."""
        start, end = summit.meta.start, summit.meta.end or summit.meta.start
        years = max(start.earliest.year - when.latest.year, when.earliest.year - end.latest.year)
        if years >= _FAR:
            message = f"this record is dated {years} years from “{summit.meta.title}”"
            label = f"{when} here, {start} for the meeting"
            help_ = f"correct the date; if it is right, write `[[{summit.slug}]]` in the sentence in place of the tag"
            self.warning(body.record(number).location, "distant-date", message, label, help_)

    def check_citations(self, document: AnyDocument) -> None:
        body = document.body
        for number, head in enumerate(body.outline.heads()):
            needed = 2 if head.type is Difference else 1
            if not head.citations:
                help_ = "cite the digest that it comes from: `[^article-slug]` at the end"
                place = body.record(number).location
                self.problem(place, "missing-citation", "this record has no source", "", help_)
            elif len(head.citations) < needed:
                help_ = "cite each of the digests that differ: `[^one-slug]` and `[^another-slug]`"
                message = "this difference cites only one source"
                self.problem(body.record(number).location, "too-few-citations", message, "", help_)
        for at, part in enumerate(body.outline.parts if document.kind in TAXONOMIES else ()):
            for place in body.prose(at).uncited if isinstance(part, Passage) and part.uncited else ():
                help_ = "cite the digest that it comes from: `[^article-slug]` at the end"
                self.warning(place, "uncited-paragraph", "this paragraph has no source", "", help_)

    # --- all of them

    def check_orphans(self) -> None:
        for document in self.library.documents.values():
            lost = document.slug not in self.referenced
            if document.kind is Kind.ARTICLE:
                lost = len(self.library.subjects[document.slug]) <= 1
            if lost and document.kind is not Kind.HOME:
                message = f"no other document links to “{document.meta.title}”"
                help_ = f"link to it from a digest, for example as `[[{document.slug}]]`, or remove the file"
                if document.kind is Kind.ARTICLE:
                    message = f"“{document.meta.title}” is about no summit, leader or theme"
                    help_ = (
                        "list in its front matter what it is about: `themes: [theme-slug]`, `leaders:` or `summits:`"
                    )
                self.warning(document.location, "orphan", message, "", help_)

    def check_names(self) -> None:
        """Report names that two documents claim, and names that differ by so little that they look like one."""
        claims: dict[str, dict[str, tuple[AnyDocument, Name]]] = defaultdict(dict)
        for document in self.library.documents.values():
            for name in names_of(document):
                if not name.short or name.text in document.meta.aliases:
                    claims[fold(name.text)].setdefault(document.slug, (document, name))
        for claimants in claims.values():
            first, *others = claimants.values()
            for document, name in others:
                message = f"two documents have the name “{name.text}”"
                label = f"{first[0].location.path} has it as well"
                help_ = "keep it in one of them; a leader's surname needs no alias, as it is in `sort_name`"
                self.problem(_place(document, name.text), "ambiguous-alias", message, label, help_)
        self.check_doubles({folded: next(iter(owners.values())) for folded, owners in claims.items()})

    def check_doubles(self, owners: dict[str, tuple[AnyDocument, Name]]) -> None:
        """Report names of two documents of a kind that differ by a letter.

        Names with other numbers are of other things: "105th meeting" and "106th meeting", "Apollo I" and
        "Apollo II".
        """
        seen: dict[tuple[Kind, str, str], tuple[AnyDocument, Name]] = {}
        reported: set[frozenset[str]] = set()
        for folded, (document, name) in sorted(owners.items()):
            if len(folded) not in _COMPARED:
                continue
            numbers = " ".join(_NUMBER.findall(folded))
            for form in spellings(folded):
                other, theirs = seen.setdefault((document.kind, numbers, form), (document, name))
                pair = frozenset((document.slug, other.slug))
                if len(pair) == 2 and pair not in reported:
                    reported.add(pair)
                    message = f"“{name.text}” and “{theirs.text}” look like the same name"
                    label = f"“{theirs.text}” is in {other.location.path}"
                    help_ = f"if they are the same, run `briefing merge {document.slug} {other.slug}`"
                    self.warning(_place(document, name.text), "near-duplicate", message, label, help_)

    def check_aliases(self) -> None:
        """Report aliases that no text of the site uses, unless they are spellings of a name that it may use.

        A spelling that only the sources have is not idle: a reader may search for it.
        """
        spelled = {words for document in self.library.documents.values() for words in document.body.outline.spelled}
        found = set(map(fold, spelled))
        for document in self.library.documents.values():
            for alias in document.meta.aliases if document.kind in TAXONOMIES else ():
                name = fold(alias)
                if name not in found and name not in self.words and not _is_spelling(alias, document):
                    message = f"no text on this site uses the name “{alias}”"
                    help_ = "remove the alias, or correct its spelling"
                    self.warning(_place(document, alias), "unused-alias", message, "", help_)


def _spans(start: Date, end: Date) -> bool:
    """Tell whether two dates, neither of them a range, can stand for the time from one to the other."""
    if "/" in start.text + end.text:
        return True
    try:
        parse_date(f"{start.text}/{end.text}")
    except ValueError:
        return False
    return True


def _is_spelling(alias: str, document: AnyDocument) -> bool:
    """Tell whether an alias is much like another name of its document."""
    others = [fold(name) for name in (document.meta.title, *document.meta.aliases) if name != alias]
    compared = (SequenceMatcher(None, fold(alias), other, autojunk=False) for other in others[:_SPELLINGS])
    return any(found.real_quick_ratio() >= _ALIKE and found.ratio() >= _ALIKE for found in compared)


def _place(document: AnyDocument, name: str) -> Location:
    """Return where a name stands in the front matter; the start of the file where it is made of what stands there."""
    names = (document.meta.title, *document.meta.aliases)
    places: dict[str, Location] = dict(zip(names, document.name_places, strict=False))
    return places.get(name, document.location)


def all_text(documents: Iterable[AnyDocument]) -> Iterator[str]:
    """Yield all that can say the name of something: titles, summaries and bodies."""
    for document in documents:
        yield document.meta.title
        yield getattr(document.meta, "summary", "")
        yield from (text.source for text in document.body.texts)
