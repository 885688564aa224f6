"""The search of a site that is built or served: whether it has one of its own, and when its index is made."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.assets.indexing import index, missing, reindex
from generator.assets.search import DIRECTORY, FOLDER, Entry, directory, entries, of_html
from generator.core.errors import GeneratorError
from generator.core.settings import Settings
from generator.sites import Site


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
        return index(found, named, _language(self.settings), last, target)


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
        """Tell whether it would."""
        return material is not None and wanted and not missing()

    def index(self, source: Source, last: Path, target: Path) -> None:
        """Write the index of a site that is built. Raises GeneratorError where Pagefind fails."""
        if self.active:
            made = source.index(last, target)
            self._say(f"search: indexed {', '.join(made) if made else 'nothing new'}")

    def renew(self, found: Iterable[Entry], settings: Settings, last: Path, target: Path) -> list[str]:
        """Write parts of the index of a site that is built anew (`indexing.reindex`), and return which had to be."""
        made = reindex(found, _language(settings), last, target)
        self._say(f"search: indexed {', '.join(made) if made else 'nothing new'}")
        return made

    def begin(self, source: Source, published: Path, target: Path) -> threading.Thread | None:
        """Begin to make the index of a site that is served; until it is there, the one that it has, or the last."""
        if not self.active:
            return None
        self._begun += 1
        self._kept = self._kept or Path(tempfile.mkdtemp(prefix="briefing-search-"))
        self._last = self._last or published
        if not (target / DIRECTORY).is_file():
            _copy(self._last, target)
        thread = threading.Thread(target=self._make, args=(source, target, self._begun), daemon=True)
        thread.start()
        return thread

    def close(self) -> None:
        """Remove what was kept from one build to the next. From now on nothing is put into the site, which may go."""
        with self._placing:
            self._closed = True
        if self._kept is not None:
            shutil.rmtree(self._kept, ignore_errors=True)

    def _make(self, source: Source, target: Path, number: int) -> None:
        with self._turn:
            if number != self._begun or self._kept is None or self._last is None:
                return  # there has been another build since
            made = self._kept / str(number)
            try:
                source.index(self._last, made)
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
