"""What documents have to do with each other: the one index that all pages and feeds are made from.

`link` resolves every reference, reports those that lead nowhere, and returns the relations. No relation is kept on a
document, and nothing here compares every document with every other.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from generator.errors import Location, Problem, Severity, did_you_mean, is_error
from generator.meta import Participant
from generator.model import (
    Article,
    Difference,
    Document,
    Home,
    Leader,
    Outlet,
    Position,
    Record,
    ReferenceKind,
    Summit,
    Theme,
)
from generator.settings import COLLECTIONS, TAXONOMIES, Kind
from generator.sources import Content

AnyDocument = Document[Any]


@dataclass(frozen=True, slots=True)
class Appearance:
    """A record together with the document that it stands in."""

    record: Record
    origin: AnyDocument


@dataclass(frozen=True, slots=True)
class Library:
    """The linked content of a site. Mappings are from slugs; a slug without anything is not in them."""

    documents: Mapping[str, AnyDocument]
    articles: tuple[Article, ...]  # newest first
    summits: tuple[Summit, ...]  # newest first
    leaders: tuple[Leader, ...]  # by sort name
    themes: tuple[Theme, ...]  # by title
    outlets: tuple[Outlet, ...]  # by title
    home: Home | None
    records: Mapping[str, tuple[Appearance, ...]]  # of a summit, leader or theme; its own and those naming it
    digests: Mapping[str, tuple[Article, ...]]  # of a summit, leader, theme or outlet; newest first
    meetings: Mapping[str, tuple[tuple[Summit, Participant], ...]]  # of a leader; newest first
    parts: Mapping[str, tuple[Summit, ...]]  # meetings held within a summit
    subthemes: Mapping[str, tuple[Theme, ...]]
    redirects: Mapping[str, AnyDocument]  # from slugs that documents had before

    def find(self, slug: str) -> AnyDocument:
        """Return the document of a slug, present or past. Raises KeyError where there is none."""
        return self.documents.get(slug) or self.redirects[slug]

    def latest_day(self) -> date | None:
        """Return the newest day on which anything on the site was published or changed, which stands for "now"."""
        days = [changed(article) for article in self.articles]
        updates = [document.meta.updated for document in self.documents.values() if document.kind in TAXONOMIES]
        days += [day for day in updates if day]
        return max(days, default=None)


def published(article: Article) -> date:
    """Return the day that dates a digest on this site: the day it was added, else that of its source."""
    return article.meta.added or article.meta.published.latest


def changed(article: Article) -> date:
    """Return the newest of the days on which a digest was published, updated or corrected."""
    days = [published(article), *(c.date for c in article.meta.corrections)]
    return max([*days, article.meta.updated] if article.meta.updated else days)


def link(content: Content) -> tuple[Library, tuple[Problem, ...]]:
    """Resolve all references between documents and index them.

    Problems: `duplicate-slug`, `unknown-term`, `unknown-link`, `unknown-tag`, `unknown-citation`, `draft-term`,
    `missing-citation`, `too-few-citations`, `end-before-start`, and the warnings `uncited-paragraph` and `orphan`.
    """
    linker = _Linker(content)
    linker.index()
    for document in content.documents:
        linker.check(document)
    if not any(map(is_error, (*content.problems, *linker.problems))):
        linker.check_orphans()  # before that, what refers to a document may just not have been understood
    return linker.library(), tuple(linker.problems)


@dataclass
class _Linker:
    content: Content
    problems: list[Problem] = field(default_factory=list)
    documents: dict[str, AnyDocument] = field(default_factory=dict)
    redirects: dict[str, AnyDocument] = field(default_factory=dict)
    referenced: set[str] = field(default_factory=set)
    source: AnyDocument | None = None

    # --- slugs

    def index(self) -> None:
        for document in self.content.documents:
            self.claim(document.slug, document, self.documents)
        for document in self.content.documents:
            for slug in document.meta.redirect_from:
                self.claim(slug, document, self.redirects)

    def claim(self, slug: str, document: AnyDocument, where: dict[str, AnyDocument]) -> None:
        taken = self.documents.get(slug) or self.redirects.get(slug)
        if taken is None:
            where[slug] = document
            return
        message = f"the slug `{slug}` is used twice"
        label = f"also by {taken.location.path}"
        help_ = "rename one of the files, or remove the slug from `redirect_from`"
        self.problems.append(Problem(document.location, "duplicate-slug", message, label, help_))

    def resolve(self, slug: str, kinds: tuple[Kind, ...], place: Location, code: str = "unknown-term") -> None:
        """Report a slug that does not name a document of one of `kinds`; note that the document is referred to."""
        found = self.documents.get(slug) or self.redirects.get(slug)
        if found is not None and found.kind in kinds:
            if found is not self.source:
                self.referenced.add(found.slug)
            return
        if found is None and slug in self.content.unread:  # its own problems are reported, that is enough
            return
        names = " or ".join(kinds) if len(kinds) < len(COLLECTIONS) else "document"
        if slug in self.content.drafts:
            message, help_ = f"`{slug}` is a draft", "publish it, or take the reference out"
            self.problems.append(Problem(place, "draft-term", message, "", help_))
            return
        message = f"no {names} has the slug `{slug}`"
        near = did_you_mean(slug, (s for s, d in self.documents.items() if d.kind in kinds))
        label = f"this is the slug of the {found.kind} “{found.meta.title}”" if found is not None else near
        help_ = "use a slug that exists, or write the file that is missing"
        self.problems.append(Problem(place, code, message, label, help_))

    # --- checks

    def check(self, document: AnyDocument) -> None:
        self.source = document
        for reference in document.references:
            self.resolve(reference.slug, reference.kinds, reference.location)
        for ref in document.text_references():
            self.resolve(ref.slug, _TARGETS[ref.kind], ref.location, f"unknown-{ref.kind}")
        if document.kind is Kind.SUMMIT:
            self.check_span(document)
        if document.kind in TAXONOMIES:
            self.check_citations(document)
        for record in document.records():
            if isinstance(record, Position):
                self.check_leader(record)

    def check_span(self, summit: Summit) -> None:
        if summit.meta.end and summit.meta.end.latest < summit.meta.start.earliest:
            message = "the summit ends before it starts"
            label = f"from {summit.meta.start} to {summit.meta.end}"
            self.problems.append(
                Problem(summit.location, "end-before-start", message, label, "mend `start` or `end`")
            )

    def check_leader(self, record: Position) -> None:
        ref = next(r for r in record.text.references if r.kind is ReferenceKind.LINK)
        found = self.documents.get(ref.slug)
        if found is not None and found.kind is not Kind.LEADER:
            self.resolve(ref.slug, (Kind.LEADER,), ref.location, "unknown-link")

    def check_citations(self, document: AnyDocument) -> None:
        for record in document.records():
            needed = 2 if isinstance(record, Difference) else 1
            if not record.citations:
                help_ = "say which digest has it: `[^article-slug]` at the end"
                problem = Problem(record.location, "missing-citation", "this record has no source", "", help_)
                self.problems.append(problem)
            elif len(record.citations) < needed:
                help_ = "cite each of the digests that differ: `[^one-slug]` and `[^another-slug]`"
                message = "a difference between sources needs two of them"
                self.problems.append(Problem(record.location, "too-few-citations", message, "", help_))
        for prose in document.prose():
            for place in prose.uncited:
                help_ = "say which digest has it: `[^article-slug]` at the end"
                message = "this paragraph has no source"
                warning = Problem(place, "uncited-paragraph", message, "", help_, Severity.WARNING)
                self.problems.append(warning)

    def check_orphans(self) -> None:
        for document in self.documents.values():
            lost = document.slug not in self.referenced
            if document.kind is Kind.ARTICLE:
                lost = len(list(self.concerns(document))) <= 1
            if lost and document.kind is not Kind.HOME:
                message = f"nothing leads to “{document.meta.title}”"
                help_ = "name it in a digest (`[[slug]]`, `#slug` or front matter), or remove the file"
                if document.kind is Kind.ARTICLE:
                    message = f"“{document.meta.title}” concerns no summit, leader or theme"
                    help_ = "list the summits, leaders and themes that it is about"
                warning = Problem(document.location, "orphan", message, "", help_, Severity.WARNING)
                self.problems.append(warning)

    # --- relations

    def library(self) -> Library:
        by_kind: dict[Kind, list[AnyDocument]] = {kind: [] for kind in Kind}
        for document in self.documents.values():
            by_kind[document.kind].append(document)
        articles = tuple(sorted(by_kind[Kind.ARTICLE], key=_newest_first))
        summits = tuple(sorted(by_kind[Kind.SUMMIT], key=_latest_first))
        themes = tuple(sorted(by_kind[Kind.THEME], key=_by_title))
        return Library(
            documents=self.documents,
            articles=articles,
            summits=summits,
            leaders=tuple(sorted(by_kind[Kind.LEADER], key=_by_sort_name)),
            themes=themes,
            outlets=tuple(sorted(by_kind[Kind.OUTLET], key=_by_title)),
            home=next(iter(by_kind[Kind.HOME]), None),
            records=self.records(),
            digests=_group((slug, article) for article in articles for slug in self.concerns(article)),
            meetings=_group((self.slug(p.leader), (s, p)) for s in summits for p in s.meta.participants),
            parts=_group((self.slug(s.meta.part_of), s) for s in reversed(summits) if s.meta.part_of),
            subthemes=_group((self.slug(t.meta.parent), t) for t in themes if t.meta.parent),
            redirects=self.redirects,
        )

    def slug(self, slug: str) -> str:
        """Return the present slug of a document that may be referred to by a past one."""
        document = self.redirects.get(slug)
        return document.slug if document else slug

    def terms(self, slugs: Iterable[str]) -> Iterator[str]:
        """Yield those of `slugs` that are summits, leaders or themes."""
        for slug in slugs:
            found = self.documents.get(self.slug(slug))
            if found is not None and found.kind in TAXONOMIES:
                yield found.slug

    def records(self) -> dict[str, tuple[Appearance, ...]]:
        """Index each record under every summit, leader and theme that it concerns, in order of their sources."""

        def pairs() -> Iterator[tuple[str, Appearance]]:
            for document in sorted(self.documents.values(), key=_reading_order):
                belongs = [document.slug] if document.kind in TAXONOMIES else []
                if document.kind is Kind.ARTICLE and len(document.meta.summits) == 1:
                    belongs = list(document.meta.summits)
                for record in document.records():
                    for slug in dict.fromkeys(self.terms([*belongs, *record.names])):
                        yield slug, Appearance(record, document)

        return _group(pairs())

    def concerns(self, article: Article) -> Iterator[str]:
        """Yield the outlet of a digest and every summit, leader and theme that it lists or names, each once."""
        meta = article.meta
        listed = [*meta.summits, *meta.leaders, *meta.themes]
        named = [r.slug for r in article.text_references()]
        yield self.slug(meta.outlet)
        yield from dict.fromkeys(self.terms([*listed, *named]))


# What each way of pointing may lead to.
_TARGETS: dict[ReferenceKind, tuple[Kind, ...]] = {
    ReferenceKind.LINK: COLLECTIONS,
    ReferenceKind.TAG: TAXONOMIES,
    ReferenceKind.CITATION: (Kind.ARTICLE,),
}

K = TypeVar("K")
V = TypeVar("V")


def _group(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    """Collect the second of each pair under the first, in order."""
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _newest_first(article: Article) -> tuple[int, str]:
    return (-published(article).toordinal(), article.slug)


def _latest_first(summit: Summit) -> tuple[int, str]:
    return (-summit.meta.start.latest.toordinal(), summit.slug)


def _by_title(document: AnyDocument) -> tuple[str, str]:
    return (sort_form(document.meta.title), document.slug)


def _by_sort_name(leader: Leader) -> tuple[str, str]:
    return (sort_form(leader.meta.sort_name or leader.meta.title), leader.slug)


def _reading_order(document: AnyDocument) -> tuple[bool, int, str]:
    """Order briefings before digests, and these from the newest to the oldest."""
    if document.kind is Kind.ARTICLE:
        return (True, *_newest_first(document))
    return (False, 0, document.slug)


def sort_form(text: str) -> str:
    """Return text as it is sorted: without case and accents, so that Ömer stands beside Omar in every locale."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
