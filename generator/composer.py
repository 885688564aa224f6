"""What a template is given to write one page with.

A `Composer` knows on which page it is: it writes links relative to it, collects the citations for its footnotes, and
turns records into what the page shows of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import Any, ClassVar

from generator import urls
from generator.backlinks import Backlink, How, by_way, first_sentence
from generator.chart import Event, bar, mix, timeline
from generator.dates import MONTHS, Date, parse_date
from generator.facets import of_record
from generator.history import HISTORY, Change
from generator.library import Appearance, Library, changed, sort_form
from generator.markdown import Markdown, escape, plain, rewrite
from generator.meta import ArticleKind, ArticleMeta
from generator.model import (
    AnyDocument,
    Article,
    Leader,
    Reference,
    ReferenceKind,
    Summit,
    Text,
    Watch,
)
from generator.names import surname_of
from generator.related import Related
from generator.sections import MOST, Section, in_order, is_opinion, sections
from generator.settings import Kind, Settings
from generator.sources import held_back
from generator.templating import fill

LISTED = 30  # documents of one way that the backlinks of a page show
NEWEST = 30  # digests on the page of all articles; the months hold the rest


def by_month(articles: Iterable[Article]) -> list[tuple[date, list[Article]]]:
    """Group digests by the month of their sources, newest first; a month is given by its first day."""
    dated = sorted(articles, key=lambda a: (a.meta.published.sort_key, a.slug), reverse=True)
    return [(month, list(group)) for month, group in groupby(dated, lambda a: a.meta.published.latest.replace(day=1))]


def month_name(month: date) -> str:
    """Return a month in words: "September 2025"."""
    return f"{MONTHS[month.month]} {month.year}"


def month_path(month: date, settings: Settings) -> str:
    """Return the page of a month: `articles/2025/09.md`."""
    return f"{settings.collection(Kind.ARTICLE).slug}/{month.year:04}/{month.month:02}.md"


@dataclass
class Composer:
    """Writes one page. `document` is what the page is about, where it is about one document."""

    library: Library
    settings: Settings
    path: str
    document: AnyDocument | None = None
    backlinks: tuple[Backlink, ...] = ()
    related: tuple[Related, ...] = ()
    changes: tuple[Change, ...] = ()
    cited: dict[str, Article] = field(default_factory=dict)
    touched: list[date] = field(default_factory=list)
    most: ClassVar[int] = MOST  # digests on the page of a document

    def render(self, template: str, **values: Any) -> str:
        """Return a page: its template, and the footnotes that it turned out to need."""
        page = self.fill(template, newest=NEWEST, **values)
        notes = self.fill("footnotes.md.j2", articles=list(self.cited.values()))
        return f"{page}\n\n{notes}".strip() + "\n"

    def fill(self, template: str, **values: Any) -> str:
        """Return a template filled for this page, without footnotes."""
        return fill(template, c=self, lib=self.library, mark=opinion_mark, **values).strip()

    def newest(self) -> date | None:
        """Return the newest day in what the page was made from."""
        if self.document is not None and self.document.kind is Kind.ARTICLE:
            self.touched.append(changed(self.document))
        if self.document is not None:
            updated = getattr(self.document.meta, "updated", None)
            self.touched += [*([updated] if updated else []), *(c.date for c in self.document.meta.corrections)]
        return max(self.touched, default=self.library.latest_day)

    def history_path(self) -> str:
        """Return the page that tells what was changed in the document."""
        return urls.records_path(self.path, HISTORY)

    def first_sentence(self, words: str) -> str:
        """Return the first sentence of plain words."""
        return first_sentence(words, self.settings.language)

    def held_back(self) -> str:
        """Return why the document is on no site that is built, where it is only shown to its editor."""
        return held_back(self.document, self.settings) if self.document is not None else ""

    # --- links and text

    def link(self, document: AnyDocument, label: str = "", anchor: str = "") -> Markdown:
        """Return a link to a document, or just its name on its own page."""
        words = escape(label or document.meta.title)
        if self.document is not None and document.slug == self.document.slug and not anchor:
            return words
        return self.page_link(document.path + (f"#{anchor}" if anchor else ""), words)

    def page_link(self, path: str, label: str) -> Markdown:
        """Return a link to a page given by its path below the content folder."""
        words = label if isinstance(label, Markdown) else escape(label)
        return Markdown(f"[{words}]({urls.relative(path, self.path)})")

    def links(self, documents: Iterable[AnyDocument]) -> Markdown:
        """Return links in a row, with commas."""
        return Markdown(", ".join(self.link(document) for document in documents))

    def find(self, slugs: Iterable[str]) -> list[AnyDocument]:
        """Return the documents of slugs, in order."""
        return [self.library.find(slug) for slug in dict.fromkeys(slugs)]

    def text(self, text: Text) -> Markdown:
        """Return an editor's text with its references resolved for this page."""
        return rewrite(replace(text, references=tuple(_closed_up(text))), self._write)

    def _write(self, ref: Reference) -> str:
        if ref.kind is ReferenceKind.CITATION:
            return self.cite(ref.slug)
        return self.link(self.library.find(ref.slug), ref.label)

    def cite(self, *slugs: str) -> Markdown:
        """Return footnote references to articles, and remember to write the footnotes."""
        articles: list[Article] = self.find(slugs)
        self.cited.update((article.slug, article) for article in articles)
        self.touched += map(changed, articles)
        return Markdown("".join(f"[^{article.slug}]" for article in articles))

    # --- records

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page's body."""
        assert self.document is not None
        yield from sections(self.document, self.library)

    def anchor(self, appearance: Appearance) -> str:
        """Return the id of a record on this page: its own at home, and unique among those collected."""
        anchor = appearance.record.anchor
        return anchor if appearance.origin is self.document else f"{anchor}-{appearance.origin.slug}"

    def source(self, appearance: Appearance) -> Markdown:
        """Return where a record that was collected comes from, as a link to it there; nothing at home."""
        origin = appearance.origin
        if origin is self.document:
            return Markdown("")
        if origin.kind is not Kind.ARTICLE:
            return self.link(origin, anchor=appearance.record.anchor)
        words = self.library.find(origin.meta.outlet).meta.title + opinion_mark(origin.meta)
        return Markdown(self.link(origin, words, appearance.record.anchor) + self.cite(origin.slug))

    def trail(self, appearance: Appearance) -> Markdown:
        """Return what a record leads to: the terms that it is tagged with, but for that of this page; its source."""
        found = self.find(tag.slug for tag in appearance.record.tags)
        links = [self.link(document) for document in found if document is not self.document]
        source = self.source(appearance)
        return Markdown(" · ".join([*links, source] if source else links))

    def facets(self, appearance: Appearance) -> Markdown:
        """Return by what a list of records can be narrowed down to this one, for an attribute."""
        return Markdown(" ".join(f"{group}:{value}" for group, value in of_record(appearance, self.library)))

    def timeline(self, records: Iterable[Appearance]) -> Markdown:
        """Return records with a date as a drawing, where there are enough of them."""
        dated = [(a.record.date, a.record.text) for a in records]
        return Markdown(timeline([Event(when, plain(text, self.library.name)) for when, text in dated if when]))

    def upcoming(self, most: int) -> list[Appearance]:
        """Return what digests say to watch: undated, or not before the newest day; soonest first, then newest."""
        today = self.library.latest_day or date.min
        found = [
            a
            for a in self.library.by_type.get(Watch, ())
            if a.origin.kind is Kind.ARTICLE and (a.record.date is None or a.day >= today)
        ]
        return in_order(found)[:most]

    # --- relations

    def referring(self) -> list[tuple[str, list[Backlink], int]]:
        """Return what refers to the page by its way: its name, the first of them, and how many more there are."""
        return [(how.value, links[:LISTED], len(links[LISTED:])) for how, links in by_way(self.backlinks)]

    def short(self, document: AnyDocument) -> str:
        """Return how a document is called in passing: a leader by surname, others by their title."""
        return surname_of(getattr(document.meta, "sort_name", None) or "") or document.meta.title

    def excerpt(self, link: Backlink) -> str:
        """Return the sentence in which a document refers to this page, as plain words; the status of who attended."""
        if link.participant is not None:
            return link.participant.status.value
        words = plain(link.sentence(self.settings.language), self.library.name)
        return f"“{words}”" if link.how is How.SAID else words

    # --- listings

    def digests(self, document: AnyDocument) -> tuple[Article, ...]:
        """Return the digests that concern a document, newest first."""
        found = self.library.digests.get(document.slug, ())
        if document is self.document:
            self.touched += map(changed, found)
        return found

    def digests_path(self, document: AnyDocument) -> str:
        """Return the page that lists all digests of a document, where its own has no room for them."""
        return urls.records_path(document.path, self.settings.collection(Kind.ARTICLE).slug)

    @staticmethod
    def kinds(articles: Iterable[Article]) -> list[tuple[str, int]]:
        """Return how many digests are of each kind, plain reporting first."""
        found = [article.meta.kind for article in articles]
        return [(kind.value, found.count(kind)) for kind in ArticleKind if kind in found]

    def mix(self, articles: Iterable[Article]) -> Markdown:
        """Return the kinds of digests as a drawing with its key."""
        return Markdown(mix(self.kinds(articles), self.called("article")))

    def bar(self, articles: Iterable[Article]) -> Markdown:
        """Return the kinds of digests as a drawing for a row of a table, which has them in words."""
        return Markdown(bar(self.kinds(articles)))

    def most_covered(self, documents: Iterable[AnyDocument], most: int) -> list[AnyDocument]:
        """Return the documents that most digests concern."""
        return sorted(documents, key=lambda d: (-len(self.digests(d)), sort_form(d.meta.title), d.slug))[:most]

    def months(self) -> list[tuple[date, list[Article]]]:
        """Return all digests by month, newest first."""
        return by_month(self.library.articles)

    def month_link(self, month: date) -> Markdown:
        """Return a link to the page of a month."""
        return self.page_link(month_path(month, self.settings), month_name(month))

    def countries(self) -> list[tuple[str, list[Leader]]]:
        """Return the leaders by country, both in order of name."""
        groups: dict[str, list[Leader]] = defaultdict(list)
        for leader in self.library.leaders:
            groups[leader.meta.country].append(leader)
        return sorted(groups.items(), key=lambda pair: (sort_form(pair[0]), pair[0]))

    def summits_by_month(self) -> list[tuple[str, list[Summit]]]:
        """Return all summits by month, newest first; one whose month is not known stands under its year."""

        def month(summit: Summit) -> str:
            start = summit.meta.start
            known = start.earliest.replace(day=1) == start.latest.replace(day=1)
            return month_name(start.latest) if known else str(start.latest.year)

        return [(name, list(group)) for name, group in groupby(self.library.summits, month)]

    def named(self, host: str) -> Markdown:
        """Return a link to the leader whose slug this is, or the plain name of a host without a page."""
        document = self.library.documents.get(self.library.slug(host))
        return self.link(document) if document else escape(host)

    @staticmethod
    def span(start: Date, end: Date | None) -> Date:
        """Return the time from one date to another as one date."""
        return parse_date(f"{start.text}/{end.text}") if end and "/" not in start.text + end.text else start

    def index(self, kind: str) -> str:
        """Return the page that lists a kind."""
        return urls.index_path(Kind(kind), self.settings)

    def called(self, kind: str, plural: bool = True) -> str:
        """Return what a kind is called on this site."""
        collection = self.settings.collection(Kind(kind))
        return collection.plural if plural else collection.singular

    def formats(self, folder: str) -> Markdown:
        """Return links to a feed in each format."""
        found = zip(urls.FORMATS, urls.feed_paths(folder), strict=True)
        return Markdown(" · ".join(self.page_link(path, form.name) for form, path in found))


_MARKER = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]*)*(?:#{1,6}(?:[ \t].*)?)?")


def _closed_up(text: Text) -> Iterator[Reference]:
    """Yield the references of a text, citations grown by the space before them.

    A footnote's number stands close to its word, whether or not the editor left a space or broke the line. The space
    after the mark of a list item or a quotation stays, and so does the end of a heading.
    """
    for ref in text.references:
        before = text.source[: ref.start].rstrip(" \t")
        if before.endswith("\n") and not before.endswith("\n\n"):
            before = before[:-1].rstrip(" \t")
        line = before.rpartition("\n")[2]
        if ref.kind is ReferenceKind.CITATION and line and not _MARKER.fullmatch(line):
            yield replace(ref, start=len(before))
        else:
            yield ref


def opinion_mark(meta: ArticleMeta) -> str:
    """Return ", opinion" or ", analysis" for a source that is not plain reporting."""
    return f", {meta.kind}" if is_opinion(meta) else ""
