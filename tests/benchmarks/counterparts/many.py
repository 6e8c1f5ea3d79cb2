"""Contents lists made up from the vocabulary, for measuring how long a library of very many manuals takes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

from reader.compare.titles import TitleMatcher, Titles, one_for_each, own_names, read_titles, sector_words
from reader.domain.contents import Chapter
from reader.domain.vocabulary import Vocabulary
from tests.benchmarks.measure import timed

CHAPTERS: Final = 250
_SEED: Final = 1989
_MANNERS: Final = (
    "{one}",
    "{one} Policy",
    "{one} Procedure and Guidance",
    "{one} ({place})",
    "{one} in {place}",
    "{one} and {other}",
    "{one}: Planning, Recording and Review",
    "Assessment of {one}",
    "Working with Families: {one}",
)


class Many(NamedTuple):
    """What a library of many manuals takes.

    Attributes:
        pairs: How many pairs of manuals were compared; each serves both directions.
        found: How many pairs of chapters were found.
        reading: Seconds for reading all titles.
        comparing: Seconds for comparing all pairs of manuals.
    """

    pairs: int
    found: int
    reading: float
    comparing: float


def many(count: int, vocabulary: Vocabulary) -> Many:
    """Make up so many contents lists, and compare every two of them."""
    chance = random.Random(_SEED)  # noqa: S311  # the same lists each time, no secret
    manuals = [_chapters(f"Place{number}", vocabulary, chance) for number in range(count)]
    editions: list[Titles] = []
    found = 0

    def read() -> None:
        known = sector_words(vocabulary)
        for number, chapters in enumerate(manuals):
            names = own_names((f"Place{number} County Council",), known)
            editions.append(read_titles(chapters, vocabulary, names))

    def compare() -> None:
        nonlocal found
        for one, other in combinations(editions, 2):
            found += len(one_for_each(TitleMatcher(one, other).matches()).mutual)

    return Many(count * (count - 1) // 2, reading=timed(read), comparing=timed(compare), found=found)


def _chapters(place: str, vocabulary: Vocabulary, chance: random.Random) -> Sequence[Chapter]:
    """A contents list: concepts in any of their terms, some of them two in one title."""
    concepts = chance.sample(vocabulary.concepts, CHAPTERS)
    titles = (
        chance.choice(_MANNERS).format(
            one=chance.choice(tuple(concept.terms())),
            other=chance.choice(concepts).name,
            place=place,
        )
        for concept in concepts
    )
    return [Chapter(f"c{number}", None, title) for number, title in enumerate(titles)]
