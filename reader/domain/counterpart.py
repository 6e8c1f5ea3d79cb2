"""Chapters of two authorities that answer the same practice question."""

from __future__ import annotations

from dataclasses import dataclass

from reader.domain.contents import Chapter
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
class CounterpartPair:
    """A chapter and its counterpart."""

    manual: ManualId
    chapter: Chapter
    counterpart: Counterpart
