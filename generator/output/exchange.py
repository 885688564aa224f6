"""Lets two folders change names in one step, where the system can: at no moment is there neither.

`rename` replaces no folder that has something in it. Linux has renameat2(2) with RENAME_EXCHANGE for this, macOS
renamex_np(2) with RENAME_SWAP; Windows, and some file systems of networks, have nothing.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD = -100  # a path that is not absolute is meant from the working folder (Linux)
_SWAP = 2  # RENAME_EXCHANGE and RENAME_SWAP


def exchange(one: Path, other: Path) -> bool:
    """Let two folders of one file system change names. Return whether it was done; if not, nothing was."""
    if os.name != "posix":
        return False
    system = ctypes.CDLL(None)
    first, second = os.fsencode(one), os.fsencode(other)
    if hasattr(system, "renameat2"):
        return bool(system.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _SWAP) == 0)
    if hasattr(system, "renamex_np"):
        return bool(system.renamex_np(first, second, _SWAP) == 0)
    return False
