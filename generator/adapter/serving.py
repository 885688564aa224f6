"""What a server keeps of the site that it shows, to bring an edit of words into it without building all of it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from generator.adapter.incremental import Incremental
from generator.adapter.options import today
from generator.adapter.rendering import RenderedPage, Renderer, reword
from generator.adapter.unchanged import Look, look
from generator.core import urls
from generator.core.errors import render
from generator.edits.amending import Amended, amend, attempted, files_beside
from generator.linking.library import group
from generator.output.staging import Staging
from generator.output.store import Kept, Last
from generator.reading.memory import Memory
from generator.sites import Site

log = logging.getLogger("mkdocs.plugins.briefing")


@dataclass
class Served:
    """A site that mkdocs has built and that is shown, with what it was rendered by.

    `seen` is what it was made of.
    """

    config: MkDocsConfig
    site: Site
    seen: Look
    renderer: Renderer
    incremental: Incremental

    def amend(self, memory: Memory) -> bool:
        """Bring into the site what has been edited since, and tell whether that could be done.

        It cannot where anything but the words of documents has changed, where they have problems, or where anything
        goes wrong meanwhile. Then a build puts right whatever was written.
        """
        return attempted(partial(self._take_in, memory))

    def _take_in(self, memory: Memory) -> bool:
        now = look(self.config, today())
        edited = now.edited(self.seen) if now else None
        if now is None or not edited:
            return False
        amended = amend(self.site, Path(self.config.docs_dir), edited, memory)
        if amended is None:
            return False
        if not amended.retitled.isdisjoint(page.file.src_uri for page in self.renderer.nav.pages):
            return False  # all pages show it
        site = self.site.amended(amended.pages, amended.warnings)
        staging = Staging(Path(self.config.site_dir), log.info)
        try:
            pages = self._render(site, amended, staging)
            if pages is None:
                return False
            count = self._write(site, amended, pages, staging)
            staging.patch()
        finally:
            staging.discard()
        for problem in site.warnings:
            log.warning(render(problem, {}))
        log.info(f"pages updated by the edit: {len(pages)}, other files: {count}")
        self.site, self.seen = site, now
        return True

    def _render(self, site: Site, amended: Amended, staging: Staging) -> Mapping[str, RenderedPage | None] | None:
        """Return the pages that show what was edited, once they are written: None in the place of one in passing.

        None where one of them is of another day now, which the sitemap says.
        """
        last = Last(self.renderer.last.folder, Kept())  # whatever is asked for is to be rendered
        self.renderer = renderer = replace(self.renderer, site=site, last=last, staging=staging)
        put = reword(amended.passing, amended.words, renderer.files, site.settings, staging)
        left = [site.by_path[path] for path, is_put in put.items() if not is_put]
        done = {page.path: page for page in renderer.made((*amended.pages, *left))}
        if any(page.changed != self.incremental.rendered[page.path].changed for page in done.values()):
            return None
        if not amended.retitled.isdisjoint(page.path for page in site.newest):
            renderer.render_missing((page.path, page.title) for page in site.newest)
        return dict.fromkeys(put) | done

    def _write(self, site: Site, amended: Amended, pages: Mapping[str, RenderedPage | None], staging: Staging) -> int:
        """Write the files beside the pages that say what was edited, and return how many these are."""
        done, before = {path: page for path, page in pages.items() if page}, self.incremental.rendered
        told = [path for path, page in done.items() if page.content_print != before[path].content_print]
        self.incremental.amend(site, done)
        copies, folder = group(self.incremental.copies), Path(self.config.site_dir)
        slugs = map(urls.slug_of, told)
        return self.incremental.rewrite(
            files_beside(amended, site, slugs, self.incremental.revise, copies, folder), staging
        )
