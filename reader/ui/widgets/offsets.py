"""Places in a text: Python counts characters, Qt counts UTF-16 units."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

_LAST_SINGLE_UNIT: Final = "\uffff"


def qt_offsets(text: str) -> Callable[[int], int]:
    """A function that turns a character offset of a text into Qt's."""
    wide = [index for index, character in enumerate(text) if character > _LAST_SINGLE_UNIT]
    return lambda offset: offset + bisect_left(wide, offset)
