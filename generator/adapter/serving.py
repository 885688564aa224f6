"""The site that a server shows: it takes in an edit of words without a build, and shows ahead what a build will make.

All that a build found out about the site is still in memory. `resuming` does the same for a build, from files.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig

from generator.adapter.browsers import Browsers
from generator.adapter.incremental import Incremental
from generator.adapter.options import today
from generator.adapter.rendering import RenderedPage, Renderer, collected, reword
from generator.adapter.structure import add_new
from generator.adapter.unchanged import Inputs, inputs_of_served
from generator.core import urls
from generator.core.errors import render
from generator.core.mappings import group
from generator.edits.amending import Amended, amend, attempted, files_beside
from generator.output.staging import Staging
from generator.output.store import Kept, Last
from generator.reading.memory import Memory
from generator.sites import Site

log = logging.getLogger("mkdocs.plugins.briefing")


@dataclass
class Served:
    """A site that mkdocs has built and that is shown, with what it was rendered by.

    `inputs` are what it was made of, `memory` has what was read for it.
    """

    config: MkDocsConfig
    site: Site
    inputs: Inputs
    renderer: Renderer
    incremental: Incremental
    memory: Memory

    def amend(self) -> bool:
        """Take in what has been edited since, and tell whether that could be done.

        It cannot where anything but the words of documents has changed, where they have problems, or where anything
        goes wrong meanwhile. Then a build puts right whatever was written.
        """
        return attempted(self._take_in)

    def show_ahead(
        self, site: Site, staging: Staging, browsers: Browsers, config: MkDocsConfig
    ) -> dict[str, RenderedPage]:
        """Show the pages that are looked at as they will be in the next site, and return them by path.

        They are rendered by what this one was rendered by, before the next one has files, navigation and feeds. If
        the theme or the configuration has changed, they have to be rendered anew.
        """
        try:
            add_new(self.renderer.files, site, config)
            looked_at, renderer = browsers.looked_at(), self._renderer(site, staging)
            kept = self.incremental.kept
            pages = [page for page in site.pages if renderer.output(page.path) in looked_at]
            stale = [page for page in pages if not kept.composed(page.path, page.fingerprint)]
            with collected() as messages:
                made = list(renderer.made(stale))
            for message in messages:  # of a page that fails, the build tells
                logging.getLogger(message.name).handle(message)
            done = {page.path: replace(page, ids=None) for page in made}
            if shown := staging.show(map(renderer.output, done)):
                browsers.reload()
                log.info(f"shown already: {', '.join(shown)}; the rest of the site follows")
        except Exception as error:  # the build says what is wrong, or does without this
            log.info(f"nothing is shown before the site is built: {error!r}")
            return {}
        return done

    def _renderer(self, site: Site, staging: Staging) -> Renderer:
        """Return what renders pages of another site; whatever is asked for is to be rendered."""
        return replace(self.renderer, site=site, last=Last(self.renderer.last.folder, Kept()), staging=staging)

    def _take_in(self) -> bool:
        now = inputs_of_served(self.config, today())
        edited = now.edited(self.inputs) if now else None
        if now is None or not edited:
            return False
        amended = amend(self.site, Path(self.config.docs_dir), edited, self.memory)
        if amended is None:
            return False
        if not amended.retitled.isdisjoint(page.file.src_uri for page in self.renderer.nav.pages):
            return False  # all pages show it
        site = self.site.amended(amended.pages, amended.warnings)
        staging = Staging(Path(self.config.site_dir), log.info)
        try:
            done, reworded = self._render(site, amended, staging)
            if any(page.changed != self.incremental.rendered[path].changed for path, page in done.items()):
                return False  # the sitemap says on which day
            count = self._write(site, amended, done, staging)
            staging.patch()
        finally:
            staging.discard()
        for problem in site.warnings:
            log.warning(render(problem, {}))
        log.info(f"pages updated by the edit: {len(done) + reworded}, other files: {count}")
        self.site, self.inputs = site, now
        return True

    def _render(self, site: Site, amended: Amended, staging: Staging) -> tuple[dict[str, RenderedPage], int]:
        """Write the pages that show what was edited: return those that were rendered, and how many were reworded."""
        self.renderer = renderer = self._renderer(site, staging)
        reworded, left = reword(amended.passing, amended.words, renderer.files, site.settings, staging)
        pages = [*amended.pages, *(site.by_path[path] for path in left)]
        done = {page.path: page for page in renderer.made(pages)}
        if not amended.retitled.isdisjoint(page.path for page in site.newest):
            renderer.render_missing((page.path, page.title) for page in site.newest)
        return done, len(reworded)

    def _write(self, site: Site, amended: Amended, done: dict[str, RenderedPage], staging: Staging) -> int:
        """Write the files beside the pages that say what was edited, and return how many these are."""
        before = self.incremental.rendered
        redone = [path for path, page in done.items() if page.content_fingerprint != before[path].content_fingerprint]
        self.incremental.amend(site, done)
        copies, folder = group(self.incremental.copies), Path(self.config.site_dir)
        slugs = map(urls.slug_of, redone)
        return self.incremental.rewrite(
            files_beside(amended, site, slugs, self.incremental.revise, copies, folder), staging
        )
