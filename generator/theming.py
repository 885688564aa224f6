"""The theme of a site: templates and styles that belong to the pages which this version of Briefing composes."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
_NAME = "theme_overrides"

# In a wheel it lies in the package; in a clone, from which an editable install runs, at the top of the project.
THEME = next(folder for folder in (_HERE / _NAME, _HERE.parent / _NAME) if folder.is_dir())


def dressed(dirs: list[str], custom_dir: str | None) -> list[str]:
    """Return where templates and assets are looked for: in what is the site's own, then here, then in Material.

    `dirs` are the folders of a theme in the order in which they are looked into, the site's `custom_dir` first.
    """
    own = [custom_dir] if custom_dir else []
    return list(dict.fromkeys([*own, str(THEME), *dirs]))
