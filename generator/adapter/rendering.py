"""Renders the pages of a site with mkdocs and its theme, and takes over those that would be as they were.

A build renders all that differ (`Renderer.render`), the short cuts for an edit of words no more than a few pages
(`Renderer.made`); in others these replace words (`reword`).
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path
from threading import get_ident
from typing import Any

from mkdocs.commands.build import _build_page, _build_template, _populate_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.utils import write_file

from generator.adapter import neighbours, shell
from generator.adapter.structure import BriefingPage, address
from generator.adapter.theming import offer
from generator.composing import pieces
from generator.composing.assembling import ids_in
from generator.composing.pages import Page
from generator.composing.templating import keep_compiled
from generator.content.fingerprints import digest
from generator.core import urls
from generator.core.settings import Kind, Settings
from generator.core.spilling import Blob, SpillFile
from generator.core.workers import sendable, spread
from generator.edits.splicing import Rewording, splice
from generator.output.staging import Staging
from generator.output.store import TEXT, Last, PageFacts
from generator.sites import AnySite, feed_content

_MISSING = "404.html"
BATCH = 16  # pages that are rendered by one process at a time
# The ids of records, of which each is on many pages, and of footnotes. Few links lead to them from other pages.
_OF_MANY = re.compile(r"fn(?:ref\d*)?:|[a-z]+-[0-9a-f]{8}(?:-|$)")


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """What is known of a page that is in its place.

    `made_of` is the fingerprint of what its HTML was made of, `changed` the newest day in that (ISO 8601) or nothing.
    `scripts` are the hashes of the scripts in it. `content` is the feed content of a digest, `content_fingerprint`
    its fingerprint. A page that was `complained` of is rendered again by the next build.

    Of a page that was rendered, `ids` are those that can be linked to, without the many of footnotes and records, and
    `wanted` the ids of other pages that it links to, by page, each with the link as it is written. A page that was
    taken over has no `ids` (None), `wanted` and `content`: its links lead where they did, or it would have had
    another fingerprint. One that was shown ahead has all but its `ids`, which are in its file.
    """

    path: str
    made_of: bytes
    changed: str = ""
    scripts: frozenset[str] = frozenset()
    content: Blob | None = None
    content_fingerprint: bytes = b""
    ids: frozenset[str] | None = None
    wanted: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    complained: bool = False

    def facts(self, fingerprint: bytes) -> PageFacts:
        """Return what is kept of it from one build to the next; `fingerprint` is that which it was composed for."""
        return PageFacts(fingerprint, self.changed, self.scripts, self.content_fingerprint)

    @classmethod
    def known(cls, path: str, made_of: bytes, facts: PageFacts) -> RenderedPage:
        """Return a page that was rendered by an earlier build."""
        return cls(path, made_of, facts.changed, facts.scripts, content_fingerprint=facts.content_fingerprint)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Pages that were rendered, what was logged meanwhile, and the `error` that ended this, if one did."""

    pages: list[RenderedPage]
    messages: list[logging.LogRecord]
    error: Exception | None = None


@dataclass(slots=True)
class Renderer:
    """Renders pages and writes them to the site folder of `config`, with `jobs` processes.

    What is in the `last` site already is taken over from there. Pieces that pages have in common wait in a file in
    `folder`, or in memory where there is none.
    """

    site: AnySite
    config: MkDocsConfig
    files: Files
    nav: Navigation
    env: Any
    jobs: int
    last: Last
    staging: Staging
    folder: Path | None = None
    _last_kin: str | None = None  # of the pages that this process has rendered last
    _waiting: SpillFile | None = None  # where their common pieces wait

    def prepare(self) -> None:
        """Have the theme do only once what is the same for many pages."""
        if neighbours.only_ours(self.config):
            keep_compiled(self.env)
        shell.keep(self.env, self.nav.pages)

    def render(self, pages: Iterable[Page]) -> Iterator[RenderedPage]:
        """Yield pages once they are in their place: first those that are taken over, then those that are made."""
        stale = []
        for page in pages:
            if known := self._unchanged(page):
                yield known
            else:
                stale.append(page)
        yield from self.made(stale)

    def take_over_shown(self, page: RenderedPage) -> bool:
        """Take over a page that is shown already, and tell whether that was rendered on the basis of this site."""
        return bool(self.last.kept.files) and self.staging.take_over(self.output(page.path))

    def made(self, pages: Sequence[Page]) -> Iterator[RenderedPage]:
        """Yield pages once they are rendered and written. What is logged comes in the order of the pages.

        The first one is rendered before other processes begin, or each of these would compile the templates.
        """
        with closing(spread(self._batch, pages[1:], BATCH, self.jobs, _kin)) as others:
            for batch in chain(map(self._batch, [pages[:1]] if pages else ()), others):
                for message in batch.messages:
                    logging.getLogger(message.name).handle(message)
                if batch.error is not None:
                    raise batch.error.with_traceback(None)  # its note has that, of whichever process
                for page in batch.pages:
                    if page.ids is None:
                        self.staging.note(self.output(page.path))
                    yield page

    def render_missing(self, newest: Iterable[tuple[str, str]]) -> list[str]:
        """Write 404.html anew, if the theme has it, and return the paths that were written.

        It offers the `newest` digests, given by their paths and titles.
        """
        offer(self.env, self.site.settings, newest)
        written = sorted(self.config.theme.static_templates & {_MISSING})
        for name in written:
            template = self.env.get_template(name)
            self.staging.make_way(name)
            page = _build_template(name, template, self.files, self.config, self.nav)
            write_file(page.encode(), str(self.staging.path / name))
        return written

    def _unchanged(self, page: Page) -> RenderedPage | None:
        """Take over a page that would be composed of the same as in the last site, and return it, if that can be."""
        if not self.last.kept.composed(page.path, page.fingerprint):
            return None
        made = self.last.kept.files.get(self.output(page.path))
        return self._taken_over(page, made.made_of) if made else None

    def _taken_over(self, page: Page, made_of: bytes) -> RenderedPage | None:
        """Take over a page of the last site that was made of the same, and return it, if that can be."""
        path, kept = self.output(page.path), self.last.kept
        if page.path not in kept.pages or not self.last.has(path, made_of) or not self.staging.take_over(path):
            return None
        return RenderedPage.known(page.path, made_of, kept.pages[page.path])

    def output(self, path: str) -> str:
        """Return the path of the file of a page."""
        return urls.output_path(path, self.site.settings)

    def _batch(self, pages: Sequence[Page]) -> _Batch:
        messages: list[logging.LogRecord] = []
        done: list[RenderedPage] = []
        if self._last_kin != (kin := _kin(pages[0])):  # what the pages before had in common is not needed any more
            self.site.library.let_go()
            self._last_kin, self._waiting = kin, SpillFile(self.folder) if self.folder else None
        for page in pages:
            with collected() as logged:
                try:
                    found = self._page(page)
                except Exception as error:  # mkdocs has logged on which page
                    return _Batch(done, [*messages, *logged], sendable(error))
            done.append(replace(found, complained=bool(logged)))
            messages += logged
        return _Batch(done, messages)

    def _page(self, page: Page) -> RenderedPage:
        file = self.files.get_file_from_path(page.path)
        assert file is not None
        made = file.page
        assert isinstance(made, BriefingPage)
        if made.briefing is not page:  # it was amended
            made.show(page)
        made.body = body = page.compose()
        head = (page.title, page.description, page.kind, page.feeds, page.wide, page.edit_path, made.meta["card"])
        made_of = digest(head, *body.parts())
        if known := self._taken_over(page, made_of):
            found = replace(known, changed=body.day)
        else:
            found = self._rendered(page, made, made_of, body.day)
        if self._waiting is not None:
            pieces.put_away(body.text, self._waiting)
        made.forget()
        return found

    def _rendered(self, page: Page, made: BriefingPage, made_of: bytes, day: str) -> RenderedPage:
        _populate_page(made, self.config, self.files)
        self.staging.make_way(self.output(page.path))
        _build_page(made, self.config, [], self.nav, self.env)
        content = b""
        if page.kind == Kind.ARTICLE:
            content = feed_content(page.path, made.rendered, self.site.settings).encode(*TEXT)
        return RenderedPage(
            path=page.path,
            made_of=made_of,
            changed=day,
            scripts=frozenset(made.scripts),
            content=Blob(content) if content else None,
            content_fingerprint=digest(content) if content else b"",
            ids=frozenset(id_ for id_ in made.present_anchor_ids or () if not _OF_MANY.match(id_)),
            wanted=self._wanted(made),
        )

    def tell(self, found: Mapping[str, RenderedPage]) -> bool:
        """Tell mkdocs what it asks about composed pages: their dates, and the ids that hand-written pages link to.

        Returns whether there are any such links.
        """
        linked = False
        for page in found.values():
            file = self.files.get_file_from_path(page.path)
            if file is not None and isinstance(file.page, BriefingPage):
                file.page.date(page.changed)
        for file in self.files.documentation_pages(inclusion=InclusionLevel.is_included):
            for target in (file.page.links_to_anchors or {}) if file.page else ():
                if target.page is not None and target.src_uri in found:
                    target.page.present_anchor_ids = set(self._ids(target.src_uri, found) or ())
                    linked = True
        return linked

    def broken_anchors(self, found: Mapping[str, RenderedPage]) -> Iterator[tuple[str, str, str, str]]:
        """Yield the links to ids that pages do not have: the page, the link, the other page and the id."""
        ids_of = cache(lambda target: self._ids(target, found))
        for page in found.values():
            for target, links in page.wanted.items():
                known = (found[target].ids if target in found else None) or ()
                for anchor, link in links.items():
                    if anchor not in known and (ids := ids_of(target)) is not None and anchor not in ids:
                        yield page.path, link, target, anchor

    def _ids(self, target: str, found: Mapping[str, RenderedPage]) -> Set[str] | None:
        """Return all ids of a page, which are read in its file: it may have been taken over from the last site."""
        if target in found:
            folder = self.last.folder if found[target].ids is None else self.staging.path
            return ids_in((folder / self.output(target)).read_text("utf-8"))
        file = self.files.get_file_from_path(target)
        return file.page.present_anchor_ids if file and file.page else None

    def _wanted(self, page: BriefingPage) -> Mapping[str, Mapping[str, str]]:
        """Return the links to ids that are not known to be on their page, by page and id."""
        wanted = {}
        for file, links in (page.links_to_anchors or {}).items():
            there = page.present_anchor_ids if file is page.file else self.site.anchors.get(file.src_uri)
            if missing := {anchor: link for anchor, link in links.items() if anchor not in (there or ())}:
                wanted[file.src_uri] = missing
        return wanted


def reword(
    paths: Iterable[str], words: Sequence[tuple[str, Rewording]], files: Files, settings: Settings, staging: Staging
) -> tuple[list[str], list[str]]:
    """Replace words in the finished pages at some paths: `words`, each with the path of the page that they name.

    Returns the paths of the pages that have changed, and of those that have to be composed anew, since the former
    words stand elsewhere in them too. The other pages had nothing to replace.
    """

    def href(target: str, page: str) -> str:
        return html.escape(address(files.src_uris[target].url, files.src_uris[page].url))

    done, left = [], []
    for path in paths:
        there = urls.output_path(path, settings)
        before = (staging.target / there).read_bytes().decode()
        now = splice(before, [(href(named, path), found) for named, found in words])
        if now is None:
            left.append(path)
        elif now != before:
            staging.make_way(there)
            write_file(now.encode(), str(staging.path / there))
            done.append(path)
    return done, left


def _kin(page: Page) -> str:
    """Return the name of a list of records: lists of one type share their records. Nothing for other pages."""
    return page.path.split("/")[-2] if page.kind == "view" else ""


@contextmanager
def collected() -> Iterator[list[logging.LogRecord]]:
    """Collect what mkdocs and its plugins log, instead of showing it; but not what other threads of a server do."""
    logger = logging.getLogger("mkdocs")
    handlers, propagates = logger.handlers, logger.propagate
    kept = _Keeper([*handlers, *(logging.getLogger().handlers if propagates else ())])
    logger.handlers, logger.propagate = [kept], False
    try:
        yield kept.records
    finally:
        logger.handlers, logger.propagate = handlers, propagates


class _Keeper(logging.Handler):
    def __init__(self, others: Iterable[logging.Handler]) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._others, self._thread = tuple(others), get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            for other in self._others:
                if record.levelno >= other.level:
                    other.handle(record)
            return
        # It may be sent to another process, for which its arguments need not be fit.
        record.msg, record.args, record.exc_info = record.getMessage(), None, None
        self.records.append(record)
