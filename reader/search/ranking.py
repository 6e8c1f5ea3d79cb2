"""How much a word in a document counts: BM25F, with the parts of a document weighted into one frequency.

Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted fields", CIKM 2004. The part that depends on
the document alone is worked out when the index is built; a search adds how rare each word is.
"""

from __future__ import annotations

import math
from typing import Final

PART_WEIGHTS: Final = {"title": 4.0, "heading": 2.0, "text": 1.0, "extra": 0.7, "division": 0.5}
"""How often a word counts that stands once in the part."""

LATER_TITLE_WEIGHT: Final = 2.0
"""The title's weight in the passages after a chapter's first: the chapter's beginning answers for its title."""

_K1: Final = 1.2
_B: Final = 0.5


def impact(weight: float, length: int, average_length: float) -> float:
    """What a word with some weighted frequency adds in a document of some length, before its rarity."""
    return weight * (_K1 + 1.0) / (weight + _K1 * (1.0 - _B + _B * length / average_length))


def rarity(holding: int, documents: int) -> float:
    """The inverse document frequency (never negative)."""
    return math.log1p((documents - holding + 0.5) / (holding + 0.5))
