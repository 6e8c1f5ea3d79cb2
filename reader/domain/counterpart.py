"""Chapters of two authorities that answer the same practice question."""

from __future__ import annotations

from dataclasses import dataclass

from reader.domain.contents import Chapter
from reader.domain.location import Location
from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A chapter of another manual for a given chapter.

    Attributes:
        score: 0 to 1; higher is more alike.
        why: A few words that say what the match rests on.
    """

    manual: ManualId
    chapter: Chapter
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person decided of two chapters of different manuals: that they are counterparts, or that they are not.

    Attributes:
        first: One chapter; without edition and anchor, and before `second` in their order as text.
        second: The other one.
    """

    first: Location
    second: Location
    is_counterpart: bool

    @classmethod
    def of(cls, one: Location, other: Location, *, is_counterpart: bool) -> Correction:
        """The decision about two chapters, whichever of them is named first."""
        bare = (Location(place.manual, place.chapter) for place in (one, other))
        first, second = sorted(bare, key=str)
        return cls(first, second, is_counterpart)


@dataclass(frozen=True, slots=True)
class CounterpartPair:
    """A chapter and its counterpart."""

    manual: ManualId
    chapter: Chapter
    counterpart: Counterpart
