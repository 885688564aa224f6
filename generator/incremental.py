"""What of a site is made anew, and what is taken over from the last one because it would be the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from generator import urls
from generator.build import Site
from generator.output import File, Staging, write
from generator.progress import Progress, nobody
from generator.rendering import BATCH, RenderedPage
from generator.store import Kept, Last, PageFacts, load, save, stamp
from generator.workers import spread

_DEAR = (urls.RSS.file, urls.ATOM.file)  # items of JSON are written soon
STORE = ".cache/briefing/site.db"  # beside mkdocs.yml


@dataclass
class Incremental:
    """One build after another.

    `last` is the site that the build before this has left in `folder`. `store` is the file by which it is known again
    by another process; without one, only this process knows it.
    """

    folder: Path
    store: Path | None = None
    last: Last = field(init=False)
    _basis: bytes = b""
    _kept: Kept = field(default_factory=Kept)
    _prints: dict[str, bytes] = field(default_factory=dict)

    def begin(self, basis: bytes, afresh: bool = False) -> None:
        """Look at what the last build has left, if it was made on the same basis; `afresh`, begin with nothing."""
        kept = self._kept if basis == self._basis and not afresh else Kept()
        if self.store is not None and not afresh:
            kept = load(self.store, basis)
        self._basis, self.last = basis, Last(self.folder, kept)

    def write(self, files: tuple[File, ...], staging: Staging, jobs: int, progress: Progress = nobody) -> None:
        """Write the files beside the pages, with `jobs` processes."""
        self._prints = {file.path: file.fingerprint() for file in files}
        stale = [
            file
            for file in files
            if not self.last.has(file.path, self._prints[file.path]) or not staging.take_over(file.path)
        ]
        done = len(files) - len(stale)
        for count in spread(partial(write, staging.path), stale, BATCH, jobs, _kin):
            progress("files", done := done + count, len(files))
        if not stale:
            progress("files", done, done)

    def end(self, site: Site, rendered: Mapping[str, RenderedPage]) -> None:
        """Keep what is known of the site that is in its place now."""
        pages = {page.path: page for page in rendered.values() if not page.complained}
        made = {urls.output_path(page.path, site.settings): page.made_of for page in pages.values()}
        stamps = {path: stamp(self.folder / path, print_) for path, print_ in (made | self._prints).items()}
        before, self._kept = (
            self.last.kept,
            Kept(
                files={path: found for path, found in stamps.items() if found is not None},
                pages={name: PageFacts(site.by_path[name].fingerprint, page.facts()) for name, page in pages.items()},
                contents={name: page.content for name, page in pages.items() if page.content},
            ),
        )
        if self.store is not None:
            save(self.store, self._basis, before, self._kept)


def _kin(file: File) -> str:
    """Return what the feeds of one format have in common: each item is the same in all of them."""
    return name if (name := file.path.rpartition("/")[2]) in _DEAR else ""
