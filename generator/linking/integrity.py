"""What is wrong with the content as a whole: dead references, claims without a source, orphans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from generator.content.documents import AnyDocument, Body, Head, Passage, Summit
from generator.content.meta import PART_OF
from generator.content.model import Difference, Position, ReferenceKind
from generator.core.dates import Date, parse_date
from generator.core.errors import Location, Problem, Severity, is_error
from generator.core.settings import ACTORS, COLLECTIONS, TAXONOMIES, Kind, Settings
from generator.core.urls import slugify
from generator.core.words import did_you_mean, listed
from generator.linking import aliases
from generator.linking.library import Library
from generator.reading import frontmatter
from generator.reading.frontmatter import Node
from generator.reading.sources import Content

# The kinds of document that each kind of reference may lead to.
_TARGETS: dict[ReferenceKind, tuple[Kind, ...]] = {
    ReferenceKind.LINK: COLLECTIONS,
    ReferenceKind.TAG: TAXONOMIES,
    ReferenceKind.CITATION: (Kind.ARTICLE,),
}
_FAR = 2  # years between a meeting and a record of it that suggest a slip of the pen


def check(content: Content, library: Library, settings: Settings) -> tuple[Problem, ...]:
    """Return what is wrong between documents, in the words of the site.

    Problems: `duplicate-slug`, `unknown-term`, `unknown-link`, `unknown-tag`, `unknown-citation`, `draft-term`,
    `withdrawn-term`, `missing-citation`, `too-few-citations`, `end-before-start`, `circular-part`,
    `ambiguous-alias`, and the warnings `uncited-paragraph`, `distant-date`, `orphan`, `unused-alias`,
    `near-duplicate`.
    """
    checker = _Checker(content, library, settings)
    checker.check_slugs()
    for document in library.documents.values():
        checker.check(document)
    checker.problems += aliases.clashing(library)
    if not any(map(is_error, (*content.problems, *checker.problems))):
        checker.check_orphans()  # before that, what refers to a document may just not have been understood
        checker.problems += aliases.unused(library)
    return tuple(checker.problems)


def check_document(
    content: Content, library: Library, settings: Settings, document: AnyDocument
) -> tuple[Problem, ...]:
    """Return the problems of one document by itself: those of `check` that depend on its words."""
    checker = _Checker(content, library, settings)
    checker.check(document)
    return tuple(checker.problems)


@dataclass
class _Checker:
    content: Content
    library: Library
    settings: Settings
    problems: list[Problem] = field(default_factory=list)
    referenced: set[str] = field(default_factory=set)
    source: AnyDocument | None = None

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """Return the slugs of documents that were withdrawn."""
        return frozenset(document.slug for document in self.library.withdrawn)

    def problem(self, place: Location, code: str, message: str, label: str, help_: str) -> None:
        self.problems.append(Problem(place, code, message, label, help_))

    def warning(self, place: Location, code: str, message: str, label: str, help_: str) -> None:
        self.problems.append(Problem(place, code, message, label, help_, Severity.WARNING))

    # --- slugs and references

    def check_slugs(self) -> None:
        taken: dict[str, AnyDocument] = {}
        documents = (*self.content.documents, *self.content.withdrawn)
        present = [(document.slug, document) for document in documents]
        # The present slug may be among the past ones, if a document was renamed and renamed back.
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
        """Return where a slug of a document is written: in `redirect_from`, or else it is the name of the file."""
        if slug == document.slug:
            return document.location
        past = self.written(document).find(("redirect_from",))
        return past.find((document.meta.redirect_from.index(slug),)).location

    def written(self, document: AnyDocument) -> Node:
        """Parse the front matter of a document once more, for places that are needed only if something is wrong."""
        path = document.location.path
        front = frontmatter.split(self.content.texts[path], path).front
        return front or Node({}, document.location)

    def resolve(self, slug: str, kinds: tuple[Kind, ...], place: Location, code: str = "unknown-term") -> None:
        """Report a slug that does not name a document of one of `kinds`."""
        if self.leads(slug, kinds):
            return
        found = self.library.get(slug)
        if found is None and slug in self.content.unread:  # the problems of that file are reported already
            return
        names = self.either(kinds) if len(kinds) < len(COLLECTIONS) else "document"
        if slug in self.content.held:
            help_ = "remove the reference, or publish that document first"
            self.problem(place, "draft-term", f"`{slug}` {self.content.held[slug]}", "not on the site yet", help_)
            return
        if slug in self.withdrawn or self.library.slug(slug) in self.withdrawn:
            help_ = "remove what rests on it, or cite another source"
            self.problem(place, "withdrawn-term", f"`{slug}` was withdrawn", "", help_)
            return
        near = did_you_mean(slugify(slug) or slug, self.slugs(kinds))  # a title may stand where its slug should
        label = f"this is the slug of the {self.settings.word(found.kind)} “{found.meta.title}”" if found else near
        help_ = "correct the slug, or create the document with `briefing new`"
        if code == "unknown-tag":
            help_ += "; if this is no tag, write `\\#`"
        self.problem(place, code, f"no {names} has the slug `{slug}`", label, help_)

    def either(self, kinds: tuple[Kind, ...]) -> str:
        """Return what documents of any of these kinds are called on the site: "match, player or theme"."""
        return listed([self.settings.word(kind) for kind in kinds], "or")

    # --- one document

    def check(self, document: AnyDocument) -> None:
        self.source = document
        self.check_references(document)
        if document.kind is Kind.SUMMIT:
            self.check_span(document)
        if key := PART_OF.get(document.kind):
            self.check_whole(document, key)
        if document.kind is not Kind.ARTICLE:
            self.check_citations(document)
        for number, head in enumerate(document.body.outline.heads()):
            self.check_record(document, head, number)

    def check_references(self, document: AnyDocument) -> None:
        for reference in document.references:
            if not reference.free or self.is_meant(reference.slug, reference.kinds):
                self.resolve(reference.slug, reference.kinds, reference.location)
        leads = dict.fromkeys(document.body.outline.leads())
        if not all(self.is_sound(kind, slug) for kind, slug in leads):  # else their places need not be read
            for ref in document.body.references:
                if not self.is_sound(ref.kind, ref.slug):
                    place = ref.place(document.location.path)
                    self.resolve(ref.slug, _TARGETS[ref.kind], place, f"unknown-{ref.kind}")

    def is_meant(self, slug: str, kinds: tuple[Kind, ...]) -> bool:
        """Tell whether a free name is meant as a slug: it is one, published or not, or nearly one of `kinds`."""
        if self.library.has(slug) or slug in self.content.held or slug in self.withdrawn:
            return True
        return "-" in slug and bool(did_you_mean(slug, self.slugs(kinds)))  # a hyphen is rare in names

    def slugs(self, kinds: tuple[Kind, ...]) -> Iterator[str]:
        """Yield the slugs of all documents of `kinds`."""
        return (slug for slug, document in self.library.documents.items() if document.kind in kinds)

    def is_sound(self, kind: ReferenceKind, slug: str) -> bool:
        """Tell whether a reference in a text leads where it may; a name that was found does."""
        if kind is ReferenceKind.MENTION:
            self.referenced.add(slug)
            return True
        return self.leads(slug, _TARGETS[kind])

    def leads(self, slug: str, kinds: tuple[Kind, ...]) -> bool:
        """Tell whether a slug names a document of one of `kinds`, and note that this document is referred to."""
        found = self.library.get(slug)
        if found is None or found.kind not in kinds:
            return False
        if found is not self.source:
            self.referenced.add(found.slug)
        return True

    def check_span(self, summit: Summit) -> None:
        start, end = summit.meta.start, summit.meta.end
        if end and (end.latest < start.earliest or not _spans(start, end)):
            place, label = self.written(summit).find(("end",)).location, f"`start` is {start}"
            self.problem(place, "end-before-start", "`end` is before `start`", label, "correct one of the two dates")

    def check_whole(self, document: AnyDocument, key: str) -> None:
        """Report a document that is part of itself, also by way of others; `key` names what it is part of."""
        above: list[str] = []
        found = document
        while (whole := getattr(found.meta, key, None)) and self.library.has(whole):
            found = self.library.find(whole)
            if found.slug in above:
                break
            above.append(found.slug)
        if document.slug in above:
            between = [f"`{slug}`" for slug in above if slug != document.slug]
            label = f"by way of {', '.join(between)}" if between else ""
            help_ = f"correct or remove `{key}`{' in one of them' if between else ''}"
            place = self.written(document).find((key,)).location
            message = f"this {self.settings.word(document.kind)} is part of itself"
            self.problem(place, "circular-part", message, label, help_)

    def check_record(self, document: AnyDocument, head: Head, number: int) -> None:
        kinds = (Kind.LEADER,) if head.type is Position else ACTORS
        found = self.library.get(head.owner)
        if found is not None and found.kind not in kinds:
            references = document.body.record(number).text.references
            ref = next(ref for ref in references if ref.slug == head.owner)
            self.resolve(head.owner, kinds, ref.place(document.location.path), "unknown-link")
        for slug in (document.slug, *head.tags) if head.date else ():
            found = self.library.get(slug)
            if found is not None and found.kind is Kind.SUMMIT and head.date:
                self.check_distance(document.body, number, head.date, found)

    def check_distance(self, body: Body, number: int, when: Date, summit: Summit) -> None:
        """Report a record of a meeting that is dated years before or after it."""
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
                    message = f"“{document.meta.title}” is about no {self.either(TAXONOMIES)}"
                    help_ = (
                        "list in its front matter what it is about: `themes: [theme-slug]`, `leaders:` or `summits:`"
                    )
                self.warning(document.location, "orphan", message, "", help_)


def _spans(start: Date, end: Date) -> bool:
    """Tell whether two dates can be the ends of an interval. A date that is an interval itself is not checked."""
    if "/" in start.text + end.text:
        return True
    try:
        parse_date(f"{start.text}/{end.text}")
    except ValueError:
        return False
    return True
