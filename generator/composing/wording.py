"""What pages say of documents and records: links, an editor's text, records, digests in lists and footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from generator.composing.facets import of_record
from generator.composing.lines import KEPT
from generator.composing.markdown import Markdown, address, escape, indented, quoted, rewrite
from generator.composing.pieces import BETWEEN, TRAIL, UP
from generator.composing.sections import is_opinion
from generator.content.documents import AnyDocument, Article
from generator.content.meta import ArticleMeta, OutletKind
from generator.content.model import Reference, ReferenceKind, Statement, Text
from generator.core import urls
from generator.core.dates import Date
from generator.core.settings import Kind, Settings
from generator.linking.library import Appearance, Library


@dataclass
class Wording:
    """Writes for the page at `path`, whose links to other pages begin with `up`.

    `document` is what the page is about, if it is about one document, which is then named there and not linked.
    `cited` collects the articles that are cited, by slug.
    """

    library: Library
    settings: Settings
    path: str
    document: AnyDocument | None = None
    cited: dict[str, Article] = field(init=False, default_factory=dict)
    up: str = field(init=False)

    def __post_init__(self) -> None:
        self.up = urls.relative("", self.path)

    @classmethod
    def of_pieces(cls, library: Library, settings: Settings, document: AnyDocument | None = None) -> Wording:
        """Return a writer of pieces, for pages in any folder."""
        found = cls(library, settings, "", document)
        found.up = UP
        return found

    # --- links and text

    def link(self, document: AnyDocument, label: str = "", anchor: str = "") -> Markdown:
        """Return a link to a document; on its own page just its name."""
        words = escape(label or document.meta.title)
        if self.document is not None and document.slug == self.document.slug and not anchor:
            return words
        return self.page_link(f"{document.path}#{anchor}" if anchor else document.path, words)

    def page_link(self, path: str, label: str) -> Markdown:
        """Return a link to a page given by its path below the content folder.

        It starts from the content folder even if both pages are in the same folder, so that a text with links is the
        same on all pages of one depth.
        """
        words = label if isinstance(label, Markdown) else escape(label)
        return Markdown(f"[{words}]({self.up}{path})")

    def links(self, documents: Iterable[AnyDocument]) -> Markdown:
        """Return links to documents, separated by commas."""
        return Markdown(", ".join(self.link(document) for document in documents))

    def text(self, text: Text) -> Markdown:
        """Return an editor's text as Markdown, with its references as links on this page."""
        if not text.references and not text.escapes and not text.comments:
            return Markdown(text.source)
        return rewrite(Text(text.source, tuple(_closed_up(text)), text.escapes, text.comments), self._write)

    def _write(self, ref: Reference) -> str:
        if ref.kind is ReferenceKind.CITATION:
            return self.cite(ref.slug)
        return self.link(self.library.find(ref.slug), ref.label)

    def cite(self, *slugs: str) -> Markdown:
        """Return footnote references to articles, and note that these are cited."""
        articles: list[Article] = self.library.each(slugs)
        self.cited.update((article.slug, article) for article in articles)
        return Markdown("".join(f"[^{article.slug}]" for article in articles))

    # --- records

    def record(self, appearance: Appearance, listed: bool) -> str:
        """Return a record as a block or a list item. If `listed`, in a list of all records, it has its facets."""
        record, anchor = appearance.record, self.anchor(appearance)
        found_by = f' data-facets="{self.facets(appearance)}"' if listed else ""
        quote = self.text(record.quote) if isinstance(record, Statement) else ""
        words = self.text(record.text)
        links = self.trail(appearance)
        trail = f" {TRAIL}{links}</span>" if links else ""
        if isinstance(record, Statement):
            when = f", {spelled(record.date)}" if record.date else ""
            return (
                f'<figure class="briefing-statement" id="{anchor}"{found_by} markdown>\n\n{quoted(quote)}\n\n'
                f"<figcaption markdown>\n\n— {words}{when}{trail}\n\n</figcaption>\n\n</figure>\n\n"
            )
        when = f'<span class="briefing-date">{spelled(record.date)}</span> ' if record.date else ""
        if words.endswith(("```", "~~~")):
            trail = f"\n\n    {trail}\n"
        return f'-   <span id="{anchor}"{found_by}></span>{when}{indented(words)}{trail}\n'

    def anchor(self, appearance: Appearance) -> str:
        """Return the id of a record on this page: its anchor at home, with the slug of its origin elsewhere."""
        anchor = appearance.head.anchor
        return anchor if appearance.origin is self.document else f"{anchor}-{appearance.origin.slug}"

    def source(self, appearance: Appearance) -> Markdown:
        """Return a link to a collected record on the page that it comes from; nothing on that page itself."""
        origin = appearance.origin
        if origin is self.document:
            return Markdown("")
        if origin.kind is not Kind.ARTICLE:
            return self.link(origin, anchor=appearance.head.anchor)
        outlet = self.library.find(origin.meta.outlet).meta
        # Of sources that nobody could identify the title alone tells one from another.
        called = origin.meta.title if outlet.kind is OutletKind.UNKNOWN else outlet.title
        words = called + opinion_mark(origin.meta)
        return Markdown(self.link(origin, words, appearance.head.anchor) + self.cite(origin.slug))

    def trail(self, appearance: Appearance) -> Markdown:
        """Return the links after a record: the terms that it is tagged with, except that of this page; its source."""
        tagged = self.library.each(appearance.head.tags)
        links = [self.link(document) for document in tagged if document is not self.document]
        source = self.source(appearance)
        return Markdown(BETWEEN.join([*links, source] if source else links))

    def facets(self, appearance: Appearance) -> Markdown:
        """Return the facets of a record for an attribute, by which a list of records is filtered."""
        return Markdown(" ".join(f"{group}:{value}" for group, value in of_record(appearance, self.library)))

    # --- digests

    def digest(self, article: Article) -> str:
        """Return a digest as an item of a list."""
        meta, kind = article.meta, escape(article.meta.kind.value)
        outlet = escape(self.library.find(meta.outlet).meta.title)
        shown = f'<span class="briefing-kind briefing-kind-{kind}">{kind}</span>'
        about = f'<span class="briefing-meta">{outlet}, {spelled(meta.published)}, {shown}</span>'
        return f"-   {self.link(article)} {about}\n\n    {escape(meta.summary)}\n\n"

    def note(self, article: Article) -> str:
        """Return the footnote of an article."""
        meta = article.meta
        outlet = escape(self.library.find(meta.outlet).meta.title)
        said = f"{outlet}, {self.link(article)}, {spelled(meta.published)}{escape(opinion_mark(meta))}."
        source = f" {original(meta.url)}." if meta.url else ""
        return f"[^{article.slug}]: {said}{source}\n"


_MARKER = re.compile(r"[ \t]*(?:(?:[-*+>]|\d{1,9}[.)])[ \t]*)*(?:#{1,6}(?:[ \t].*)?)?")


def _closed_up(text: Text) -> Iterator[Reference]:
    """Yield the references of a text, citations extended over the space before them.

    The number of a footnote stands close to its word, whether or not the editor left a space or broke the line. The
    space after the marker of a list item or a quotation stays, and so does the end of a heading.
    """
    for ref in text.references:
        if ref.kind is not ReferenceKind.CITATION:
            yield ref
            continue
        before = text.source[: ref.start].rstrip(" \t")
        if before.endswith("\n") and not before.endswith("\n\n"):
            before = before[:-1].rstrip(" \t")
        line = before.rpartition("\n")[2]
        if line and not _MARKER.fullmatch(line):
            yield ref._replace(start=len(before))
        else:
            yield ref


@lru_cache(maxsize=KEPT)
def spelled(when: Date) -> Markdown:
    """Return a date in words."""
    return escape(str(when))


def original(url: str) -> Markdown:
    """Return a link to a source."""
    return Markdown(f"[Original]({address(url)})")


def opinion_mark(meta: ArticleMeta) -> str:
    """Return ", opinion" or ", analysis" for a source that is not plain reporting."""
    return f", {meta.kind}" if is_opinion(meta) else ""
