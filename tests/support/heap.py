"""How much the process has asked its C library for: finer than the memory that the system gave it."""

from __future__ import annotations

import ctypes
import gc
import sys
from typing import Final

from PySide6.QtGui import QPixmapCache


class _MallInfo(ctypes.Structure):
    """`struct mallinfo2` of glibc (malloc.h)."""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    )


_C: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_TRIM: Final = getattr(_C, "malloc_trim", None)
_MALLINFO: Final = getattr(_C, "mallinfo2", None)
if _MALLINFO is not None:
    _MALLINFO.restype = _MallInfo

CAN_BE_MEASURED: Final = _MALLINFO is not None
"""Whether this is a Linux with glibc 2.33 or later."""


def held_bytes() -> int:
    """What is held now of objects larger than 512 bytes and of everything that is not Python's: Qt's, above all."""
    assert _MALLINFO is not None, "see CAN_BE_MEASURED"
    gc.collect()
    QPixmapCache.clear()
    found = _MALLINFO()
    return int(found.uordblks + found.hblkhd)


def give_back() -> None:
    """Give the system what lies free between what is held, as far as this C library can: it is nobody's growth."""
    gc.collect()
    if _TRIM is not None:
        _TRIM(0)
