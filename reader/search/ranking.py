"""How much a word in a document counts: BM25F, with the parts of a document weighted into one frequency.

Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple weighted fields", CIKM 2004. The part that depends on
the document alone is worked out when the index is built; a search adds how rare each word is. The weights here and in
`evaluation` and `engine` were chosen with `tests/benchmarks/relevance`, on the questions that are not held out.
"""

from __future__ import annotations

import math
from typing import Final

PART_WEIGHTS: Final = {"title": 8.0, "heading": 5.0, "text": 1.0, "extra": 1.0, "division": 1.0}
"""How often a word counts that stands once in the part."""

BOX_WEIGHTS: Final = {
    "related": 0.6,
    "guidance": 0.45,
    "legislation": 0.7,
    "forms": 0.5,
    "amendment": 0.45,
}
"""What a passage counts that stands in such a box: lists of other places, beside what the chapter itself says."""

LATER_TITLE_WEIGHT: Final = 1.0
"""The title's weight in the passages after a chapter's first: the chapter's beginning answers for its title."""

_K1: Final = 2.0
_B: Final = 0.1


def impact(weight: float, length: int, average_length: float) -> float:
    """What a word with some weighted frequency adds in a document of some length, before its rarity."""
    return weight * (_K1 + 1.0) / (weight + _K1 * (1.0 - _B + _B * length / average_length))


def rarity(holding: int, documents: int) -> float:
    """The inverse document frequency (never negative)."""
    return math.log1p((documents - holding + 0.5) / (holding + 0.5))
