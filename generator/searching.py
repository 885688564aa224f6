"""The search of a site that is built or served: of which pages, and when its index is made."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.build import Site
from generator.errors import GeneratorError
from generator.indexing import index
from generator.search import DIRECTORY, FOLDER, directory, entries, of_html
from generator.settings import Settings


@dataclass(frozen=True, slots=True)
class Source:
    """What there is to find: a composed site, and by address the finished files of its hand-written pages."""

    site: Site
    others: Mapping[str, Path]
    settings: Settings

    def index(self, last: Path, target: Path) -> list[str]:
        """Write the index below `target`, as much of it as can be from the site at `last`; return what was made.

        Raises GeneratorError where Pagefind fails.
        """
        found = list(entries(self.site.library, self.site.pages, self.settings))
        found += [of_html(address, path.read_text("utf-8"), self.settings) for address, path in self.others.items()]
        named = directory(found, self.site.library, self.settings)
        return index(found, named, self.settings.language.split("-")[0].lower(), last, target)


class Background:
    """Brings the index up to date while a site is served. Until it is, the last one is used."""

    def __init__(self, published: Path, say: Callable[[str], object]) -> None:
        self._last, self._say = published, say
        self._folder = Path(tempfile.mkdtemp(prefix="briefing-search-"))
        self._turn = threading.Lock()
        self._asked = 0

    def begin(self, source: Source, target: Path) -> threading.Thread:
        """Put the last index below `target` and begin to make the present one, which takes its place."""
        self._asked += 1
        _copy(self._last, target)
        thread = threading.Thread(target=self._run, args=(source, target, self._asked), daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Remove what was kept from one build to the next."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, source: Source, target: Path, number: int) -> None:
        with self._turn:
            if number != self._asked:  # there has been another build since
                return
            made = self._folder / str(number)
            try:
                source.index(self._last, made)
                _copy(made, target)
            except (GeneratorError, OSError) as error:
                self._say(f"the search finds what it found before: {error}")
            else:
                before, self._last = self._last, made
                if before.parent == self._folder:
                    shutil.rmtree(before, ignore_errors=True)


def _copy(site: Path, target: Path) -> None:
    """Copy an index, if there is one."""
    if (site / DIRECTORY).is_file():
        shutil.copytree(site / FOLDER, target / FOLDER, dirs_exist_ok=True)
        shutil.copy2(site / DIRECTORY, target / DIRECTORY)
