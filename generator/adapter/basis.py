"""What all of a site rests on beside its content: settings, configuration, theme, code, and installed packages.

When any of it changes, nothing of the last site is used again.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import BasePlugin
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Navigation

from generator import PACKAGE
from generator.adapter import cache
from generator.content.fingerprints import digest
from generator.core.settings import Settings
from generator.reading.memory import Memory
from generator.reading.tree import ContentFile

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_ELSEWHERE = ("config_file_path", "site_dir", "docs_dir", "plugins", "theme", "watch")


def basis(config: MkDocsConfig, nav: Navigation, settings: Settings, others: Iterable[ContentFile]) -> bytes:
    """Return the fingerprint of all this. `others` are the files in the content folder that are no documents."""
    return digest(
        sys.version,
        list(packages()),
        list(_texts(places(config))),
        configuration(config),
        list(_entries(nav.items)),
        [file.path for file in others],
        # The day decides what is published, as the documents tell. It is shown where drafts are, and nowhere else.
        settings if settings.drafts else replace(settings, today=None),
    )


def remembered(config: MkDocsConfig) -> Memory:
    """Return the memory of a site's documents, which rests on code and packages alone."""
    made_on = digest(sys.version, list(packages()), list(_texts(_loose([PACKAGE]))))
    return Memory(cache.folder(config.config_file_path) / cache.DOCUMENTS, made_on)


def packages() -> Iterator[str]:
    """Yield the names and versions of the packages that are installed, as their folders tell (PEP 376)."""
    for folder in dict.fromkeys(sys.path):
        if Path(folder).is_dir():
            yield from sorted(path.name for path in Path(folder).glob("*.dist-info"))


def places(config: MkDocsConfig) -> Iterator[Path]:
    """Yield the folders and files of code and theme that may change while the installed packages stay."""
    hooks: Any = config.hooks  # modules by their names; mkdocs says that it is a list
    return _loose([PACKAGE, *map(Path, config.theme.dirs), *(Path(hook.__file__) for hook in hooks.values())])


def _loose(places: Iterable[Path]) -> Iterator[Path]:
    return (place for place in places if "site-packages" not in place.parts)


def _texts(places: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Yield the files at and below places, with the fingerprints of their bytes."""
    for place in places:
        for path in sorted([place] if place.is_file() else place.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield path.relative_to(place).as_posix(), digest(path.read_bytes())


def configuration(config: MkDocsConfig) -> str:
    """Return the configuration as text, without the folders in which the site lies."""
    values: dict[str, Any] = {key: value for key, value in config.items() if key not in _ELSEWHERE}
    # A hook is among the plugins, as a module.
    plugins = [(name, plugin) for name, plugin in config.plugins.items() if isinstance(plugin, BasePlugin)]
    values["plugins"] = [(name, dict(plugin.config)) for name, plugin in plugins]
    theme = config.theme
    values["theme"] = [dict(theme), theme.name, str(theme.locale), sorted(theme.static_templates)]
    return _ADDRESS.sub("", json.dumps(values, default=repr, sort_keys=True))


def _entries(items: Iterable[StructureItem]) -> Iterator[tuple[object, ...]]:
    """Yield what the navigation shows on every page: titles, addresses, and front matter (`icon`, `status`)."""
    for item in items:
        below = list(_entries(getattr(item, "children", None) or ()))
        yield str(item.title), str(getattr(item, "url", "")), getattr(item, "meta", None), below
