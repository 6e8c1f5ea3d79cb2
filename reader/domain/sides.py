"""Chapters of several authorities on one practice question beside each other, passage by passage."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from reader.domain.contents import Passage
from reader.domain.location import Location
from reader.domain.page import Strip


class MarkKind(StrEnum):
    """What differs in a place of a text."""

    WORDS = "words"
    TIME = "time"
    FIGURE = "figure"
    DECIDER = "decider"
    DUTY = "duty"

    @property
    def label(self) -> str:
        """As it stands on screen."""
        return _LABELS[self]


_LABELS = {
    MarkKind.WORDS: "Words",
    MarkKind.TIME: "Time limits",
    MarkKind.FIGURE: "Figures",
    MarkKind.DECIDER: "Who decides",
    MarkKind.DUTY: "Must, should or may",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place of a passage's text that differs from the other side: from `start` to before `end`."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True, slots=True)
class MarkedPassage:
    """A passage with what differs in it, in order; marks never overlap."""

    passage: Passage
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Something of one kind that the sides of a row say differently, as each writes it; a side may be silent."""

    kind: MarkKind
    said: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Passages that say the same, side by side.

    Attributes:
        cells: The passages of each side. One side may split what another says in one passage, or have none at all.
        differences: What practice hangs on and the sides say differently.
    """

    cells: tuple[tuple[MarkedPassage, ...], ...]
    differences: tuple[Difference, ...] = ()

    @property
    def is_shared(self) -> bool:
        """Whether every side has something."""
        return all(self.cells)

    @property
    def differs(self) -> bool:
        """Whether there is anything to look at: a side without text of its own, or a mark."""
        return not self.is_shared or any(marked.marks for cell in self.cells for marked in cell)


@dataclass(frozen=True, slots=True)
class Side:
    """One of the chapters that stand beside each other, with what vouches for it."""

    location: Location
    title: str
    strip: Strip


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Chapters beside each other. Each row has a cell for each side; every passage stands in one row exactly."""

    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
