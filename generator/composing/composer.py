"""What a template is given to write one page with.

A `Composer` knows on which page it is: it writes links relative to it, collects the citations for its footnotes, and
turns records into what the page shows of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, ClassVar, TypeVar

from generator.composing.markdown import Markdown, escape, plain
from generator.composing.pieces import Composed, Piece, Run, compose, mark
from generator.composing.sections import MOST, Section, is_opinion, sections
from generator.composing.shares import bar, mix
from generator.composing.templating import fill
from generator.composing.timeline import Event, timeline
from generator.composing.wording import Wording
from generator.content.documents import AnyDocument, Article, Leader
from generator.content.meta import ArticleKind
from generator.content.names import inverted, surname_of
from generator.core import urls
from generator.core.dates import Date, parse_date
from generator.core.settings import Kind
from generator.linking.backlinks import Backlink, How, by_way, first_sentence
from generator.linking.history import HISTORY, Change
from generator.linking.library import Appearance, changed, changed_on
from generator.linking.related import Related
from generator.reading.sources import held_back

T = TypeVar("T", Appearance, Article)
K = TypeVar("K", Appearance, str)

LISTED = 30  # backlinks of one kind that a page shows
FEW = 5  # people at a meeting of whom its facts name all
FIRST = 3  # people that they name if there are more


@dataclass
class Composer(Wording):
    """Writes one page with templates.

    It collects the `runs` of pieces on the page, and which pieces are `shared` with other pages.
    """

    backlinks: tuple[Backlink, ...] = ()
    related: tuple[Related, ...] = ()
    changes: tuple[Change, ...] = ()
    runs: list[Run] = field(default_factory=list)
    shared: list[Piece] = field(default_factory=list)
    most: ClassVar[int] = MOST  # digests on the page of a document

    def render(self, template: str, **values: Any) -> Composed:
        """Return a page: its template filled, and the footnotes for what it cites."""
        page = self.fill(template, **values)
        return compose(f"{page}\n\n{self._notes()}".strip() + "\n", self.runs, self.shared)

    def fill(self, template: str, **values: Any) -> str:
        """Return a template filled for this page, without footnotes, and with marks for its runs."""
        return fill(template, c=self, lib=self.library, is_opinion=is_opinion, **values).strip()

    def newest(self) -> date | None:
        """Return the newest day in what the page of the document was made from."""
        assert self.document is not None
        digests = (*self.digests(self.document), *self.cited.values())
        return max([*changed_on(self.document), *map(changed, digests)], default=self.library.latest_day)

    def history_path(self) -> str:
        """Return the page with the changes of the document."""
        return urls.records_path(self.path, HISTORY)

    def first_sentence(self, words: str) -> str:
        """Return the first sentence of plain text."""
        return first_sentence(words, self.settings.language)

    def held_back(self) -> str:
        """Return why the document is not on the published site, if it is shown only to its editor."""
        return held_back(self.document, self.settings) if self.document is not None else ""

    # --- records

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page's body."""
        assert self.document is not None
        yield from sections(self.document, self.library)

    def records(self, found: Iterable[Appearance], listed: bool = False) -> Markdown:
        """Return records, one after the other. In a list of all (`listed`), each has its facets."""
        known = self.library.of_records["listed" if listed else "shown"]
        write = partial(Wording.record, listed=listed)
        pieces = [(one, self._piece(one, one, known, write, one.origin)) for one in found]
        return self._run([piece.on(self.path) if self._names_it(one) else piece for one, piece in pieces])

    def _names_it(self, appearance: Appearance) -> bool:
        """Tell whether a collected record links to the document of this page."""
        if self.document is None or appearance.origin is self.document:
            return False
        return self.document.slug in map(self.library.slug, appearance.head.names)

    def digest_list(self, articles: Iterable[Article]) -> Markdown:
        """Return digests as list items."""
        known = self.library.of_documents["digest"]
        return self._run([self._piece(one, one.slug, known, Wording.digest, one) for one in articles])

    def _notes(self) -> Markdown:
        """Return the footnotes for the articles that were cited."""
        known = self.library.of_documents["note"]
        return self._run([self._piece(one, one.slug, known, Wording.note, one) for one in self.cited.values()])

    def _piece(
        self, of: T, key: K, known: dict[K, Piece], write: Callable[[Wording, T], str], origin: AnyDocument
    ) -> Piece:
        """Return the piece `of` something: `known` to all pages by its key, except on the page of its `origin`."""
        own = origin is self.document
        piece = known.get(key) if not own else None
        if piece is None:
            wording = Wording.of_pieces(self.library, self.settings, self.document if own else None)
            piece = Piece(write(wording, of), wording.cited.values())
        if not own:
            known[key] = piece
            self.shared.append(piece)
        for article in piece.cited:
            self.cited[article.slug] = article
        return piece

    def _run(self, pieces: Sequence[Piece]) -> Markdown:
        """Return the mark that stands for pieces until the page is complete."""
        if not pieces:
            return Markdown("")
        self.runs.append(Run(tuple(pieces), self.up))
        return Markdown(mark(len(self.runs) - 1))

    def timeline(self, records: Iterable[Appearance]) -> Markdown:
        """Return the records with a date as a drawing, if there are enough of them."""
        name = self.library.name
        return Markdown(timeline([Event(a.head.date, plain(a.record.text, name)) for a in records if a.head.date]))

    # --- relations

    def referring(self) -> list[tuple[str, list[Backlink], int]]:
        """Return the backlinks of the page, by kind: its name, the first of them, and how many more there are."""
        return [(how.value, links[:LISTED], len(links[LISTED:])) for how, links in by_way(self.backlinks)]

    def short(self, document: AnyDocument) -> str:
        """Return the short name of a document: the surname of a leader, the title of any other."""
        return surname_of(getattr(document.meta, "sort_name", None) or "") or document.meta.title

    def in_index(self, leader: Leader) -> Markdown:
        """Return a link to a leader for a list by surname, which the name begins with there."""
        return self.link(leader, inverted(leader.meta.title, leader.meta.sort_name))

    def excerpt(self, link: Backlink) -> str:
        """Return the sentence of a backlink as plain text; for someone who attended a meeting, the status."""
        if link.participant is not None:
            return link.participant.status.value
        words = plain(link.sentence(self.settings.language), self.library.name)
        return f"“{words}”" if link.how is How.SAID else words

    # --- listings

    def digests(self, document: AnyDocument) -> tuple[Article, ...]:
        """Return the digests that concern a document, newest first."""
        return self.library.digests.get(document.slug, ())

    def digests_path(self, document: AnyDocument) -> str:
        """Return the page that lists all digests of a document, for which its own page has no room."""
        return urls.records_path(document.path, self.settings.collection(Kind.ARTICLE).slug)

    def first_of(self, documents: Sequence[AnyDocument], rest: str) -> Markdown:
        """Return links to documents; if there are many, to the first, and to the id `rest` on this page for all."""
        if len(documents) <= FEW:
            return self.links(documents)
        return Markdown(f"{self.links(documents[:FIRST])} and [{len(documents) - FIRST} more](#{rest})")

    @staticmethod
    def kinds(articles: Iterable[Article]) -> list[tuple[str, int]]:
        """Count digests by kind, plain reporting first."""
        found = [article.meta.kind for article in articles]
        return [(kind.value, found.count(kind)) for kind in ArticleKind if kind in found]

    def mix(self, articles: Iterable[Article]) -> Markdown:
        """Return the shares of the kinds of digests as a drawing with a key."""
        return Markdown(mix(self.kinds(articles), self.called("article")))

    def bar(self, articles: Iterable[Article]) -> Markdown:
        """Return the same as a drawing for a row of a table, which has them in words."""
        return Markdown(bar(self.kinds(articles)))

    def named(self, host: str) -> Markdown:
        """Return a link to the host of this slug, or the plain name of a host that has no page."""
        document = self.library.get(host)
        return self.link(document) if document else escape(host)

    @staticmethod
    def span(start: Date, end: Date | None) -> Date:
        """Return the interval from one date to another; the start alone if one of them is an interval already."""
        return parse_date(f"{start.text}/{end.text}") if end and "/" not in start.text + end.text else start

    def index(self, kind: str) -> str:
        """Return the index page of a kind."""
        return urls.index_path(Kind(kind), self.settings)

    def called(self, kind: str, plural: bool = True) -> str:
        """Return the name of a kind on this site."""
        collection = self.settings.collection(Kind(kind))
        return collection.plural if plural else collection.singular

    def formats(self, folder: str) -> Markdown:
        """Return links to a feed in each format."""
        found = zip(urls.FORMATS, urls.feed_paths(folder), strict=True)
        return Markdown(" · ".join(self.page_link(path, form.name) for form, path in found))
