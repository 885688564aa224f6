"""The cache of a site: files beside its configuration that spare the next build work.

Any of them can be lost at any time.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = ".cache/briefing"  # beside mkdocs.yml
DOCUMENTS = "documents.db"  # the documents as they were read (`memory`)
SITE = "site.db"  # what each file of the site was made of (`store`)
SHELF = "shelf.db"  # what was found out about the site (`shelf`)
STAMPS = "unchanged"  # sizes and times of all that was read and written (`unchanged`)


def folder(config_file: Path | str) -> Path:
    """Return the folder that has the cache of the site with a configuration."""
    return Path(config_file).parent / FOLDER


def clear(config_file: Path | str) -> None:
    """Remove what builds have left there. Raises OSError where that cannot be done."""
    for name in (DOCUMENTS, SITE, SHELF, STAMPS):
        (folder(config_file) / name).unlink(missing_ok=True)
