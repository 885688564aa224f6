"""What a server keeps of the site that it shows, to bring an edit of words into it without building all of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from generator.amending import amend
from generator.build import Site
from generator.errors import GeneratorError, render
from generator.incremental import Incremental
from generator.memory import Memory
from generator.options import today
from generator.rendering import Renderer
from generator.staging import Staging
from generator.store import Kept, Last
from generator.unchanged import Look, look

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

        It cannot where anything but the words of documents has changed, or where they have problems.
        """
        now = look(self.config, today())
        edited = now.edited(self.seen) if now else None
        if now is None or not edited:
            return False
        amended = amend(self.site, Path(self.config.docs_dir), edited, memory)
        if amended is None:
            return False
        retitled = {document.path for document in amended.differ_in("title")}
        if not retitled.isdisjoint(page.file.src_uri for page in self.renderer.nav.pages):
            return False  # all pages show it
        try:
            staging = Staging(Path(self.config.site_dir), log.info)
        except GeneratorError:
            return False
        now_there = {page.path: page for page in amended.pages}
        site = replace(
            self.site,
            warnings=amended.warnings,
            pages=tuple(now_there.get(page.path, page) for page in self.site.pages),
            newest=tuple(now_there.get(page.path, page) for page in self.site.newest),
        )
        try:
            last = Last(self.renderer.last.folder, Kept())  # whatever is asked for is to be rendered
            self.renderer = replace(self.renderer, site=site, last=last)
            done = {page.path: page for page in self.renderer.made(amended.pages)}
            if any(page.changed != self.incremental.rendered[page.path].changed for page in done.values()):
                return False  # the sitemap says so, which is not made here
            if not retitled.isdisjoint(page.path for page in site.newest):
                list(self.renderer.render_missing((page.path, page.title) for page in site.newest))
            count = self.incremental.amend(site, done, staging)
            staging.patch()
        finally:
            staging.discard()
        for problem in site.warnings:
            log.warning(render(problem, {}))
        log.info(f"pages that show what was edited: {len(done)}, other files: {count}")
        self.site, self.seen = site, now
        return True
