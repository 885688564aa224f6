"""SQLite files that can be lost at any time: no more than time is lost with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path


def write(path: Path, change: Callable[[sqlite3.Connection], object], *, anew: bool = False) -> bool:
    """Have `change` write to the file in one transaction, and tell whether that could be done.

    Where it could not, the file is removed: nobody is to go on with half of it. `anew` begins with an empty file.
    """
    with suppress(OSError, sqlite3.Error):
        path.parent.mkdir(parents=True, exist_ok=True)
        if anew:
            path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as db, db:
            change(db)
        return True
    with suppress(OSError):
        path.unlink()
    return False


def opened(path: Path) -> sqlite3.Connection:
    """Return a file that is opened for reading, and has to be closed. Raises sqlite3.Error where there is none."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
