"""The search of a site: whether it is ours or Material's, and when its index is made.

A build waits for the index, a server does not: it makes it in a thread, and finds what it found before until then.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from generator.assets.indexing import index, missing, reindex
from generator.assets.search import DIRECTORY, FOLDER, Entry, directory, entries, of_html
from generator.core.errors import GeneratorError
from generator.core.settings import Settings
from generator.sites import Site

# Writes an index below the second folder, as much of it as can be from the site in the first, and returns which parts
# it had to make. Raises GeneratorError where Pagefind fails.
Index = Callable[[Path, Path], list[str]]


def whole_index(site: Site, by_hand: Mapping[str, Path]) -> Index:
    """Return a function that makes the index of a site; `by_hand` has its finished hand-written pages by address."""

    def make(last: Path, target: Path) -> list[str]:
        library, settings = site.library, site.settings
        found = list(entries(library, site.pages, settings))
        found += [of_html(address, path.read_text("utf-8"), settings) for address, path in by_hand.items()]
        return index(found, directory(found, library, settings), _language(settings), last, target)

    return make


def parts_of_index(found: Iterable[Entry], settings: Settings) -> Index:
    """Return a function that makes some parts of an index anew; `found` are all entries of these parts."""
    return partial(reindex, found, _language(settings))


class Search:
    """The search in one run of mkdocs. It is `active` where it has taken the place of Material's.

    `say` is told what became of it.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self.active = False
        self._say = say
        self._kept: Path | None = None  # the indexes that were made while serving
        self._last: Path | None = None
        self._turn = threading.Lock()
        self._placing = threading.Lock()
        self._closed = False
        self._begun = 0

    def take_over(self, material: Any, wanted: bool) -> None:
        """Take the place of Material's search, where a site has that and ours is `wanted`; or say why not."""
        self.active = False
        if material is None or not wanted:
            return
        if why := missing():
            install = "pip install 'briefing-generator[search]'"
            self._say(f"search: pages only, and no records, as {why}: run `{install}`")
            return
        material.config["enabled"] = False
        self.active = True

    @staticmethod
    def could_take_over(material: Any, wanted: bool) -> bool:
        """Tell whether it would take over, without saying anything."""
        return material is not None and wanted and not missing()

    def index(self, make: Index, last: Path, target: Path) -> list[str]:
        """Index a site that is built, if the search is active, and return the parts that had to be made."""
        if not self.active:
            return []
        made = make(last, target)
        self._say(f"search: indexed {', '.join(made) if made else 'nothing new'}")
        return made

    def begin(self, make: Index, published: Path, target: Path) -> threading.Thread | None:
        """Begin to make the index of a site that is served. Until it is there, the site has the last one.

        The first time that is the index of the site that was `published`, if there is one.
        """
        if not self.active:
            return None
        self._begun += 1
        self._kept = self._kept or Path(tempfile.mkdtemp(prefix="briefing-search-"))
        self._last = self._last or published
        if not (target / DIRECTORY).is_file():
            _copy(self._last, target)
        thread = threading.Thread(target=self._make, args=(make, target, self._begun), daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Remove what was kept from one build to the next. Nothing is put into the site any more, which may go."""
        with self._placing:
            self._closed = True
        if self._kept is not None:
            shutil.rmtree(self._kept, ignore_errors=True)

    def _make(self, make: Index, target: Path, number: int) -> None:
        with self._turn:
            if number != self._begun or self._kept is None or self._last is None:
                return  # there has been another build since
            made = self._kept / str(number)
            try:
                make(self._last, made)
                with self._placing:
                    if not self._closed:
                        _copy(made, target)
            except (GeneratorError, OSError) as error:
                self._say(f"search: still finds what it found before: {error}")
                return
            before, self._last = self._last, made
            if before.parent == self._kept:
                shutil.rmtree(before, ignore_errors=True)


def _language(settings: Settings) -> str:
    return settings.language.partition("-")[0].lower()


def _copy(site: Path, target: Path) -> None:
    """Copy an index, if there is one. The list of its parts comes last, when they are there."""
    if (site / DIRECTORY).is_file():
        shutil.copytree(site / FOLDER, target / FOLDER, dirs_exist_ok=True)
        shutil.copy2(site / DIRECTORY, target / DIRECTORY)
