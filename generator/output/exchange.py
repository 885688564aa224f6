"""Lets two folders change names in one step, where the system can: at no moment is there neither.

`rename` replaces no folder that has something in it. Linux has renameat2(2) with RENAME_EXCHANGE for this, macOS
renamex_np(2) with RENAME_SWAP; Windows, and some file systems of networks, have nothing.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_AT_FDCWD = -100  # a relative path begins at the working folder (Linux)
_SWAP = 2  # RENAME_EXCHANGE and RENAME_SWAP


def exchange(one: Path, other: Path) -> bool:
    """Let two folders of one file system change names. Return whether that was done; if not, nothing was."""
    if os.name != "posix":
        return False
    system, names = ctypes.CDLL(None), (os.fsencode(one), os.fsencode(other))
    if hasattr(system, "renameat2"):
        return bool(system.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _SWAP) == 0)
    return hasattr(system, "renamex_np") and bool(system.renamex_np(*names, _SWAP) == 0)
