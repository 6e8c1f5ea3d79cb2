"""Looks the numbering over: gaps, duplicates and slips are reported, never mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reader.publish.contents.numbers import Number


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a page that its publisher should look at."""

    position: int
    text: str


@dataclass(frozen=True, slots=True)
class PlacedNumber:
    """A number and where its row stands in the tree.

    Attributes:
        division: Which division the row stands in; every division has a key of its own.
        division_number: That division's number, when it has one.
    """

    position: int
    number: Number
    division: int
    division_number: Number | None


def numbering_findings(placed: Sequence[PlacedNumber], unit: str) -> Iterator[Finding]:
    """Everything that is odd in the order of the numbers, each as one sentence."""
    first_positions: dict[str, int] = {}
    latest: dict[tuple[int, tuple[int, ...]], Number] = {}
    for row in placed:
        number = row.number
        if number.text in first_positions:
            first = first_positions[number.text]
            yield Finding(row.position, f"{number.text} stands twice, the first time in {unit} {first}")
        first_positions.setdefault(number.text, row.position)
        home = row.division_number
        if (
            home is not None
            and number.level > 1
            and number.parent != home.parts
            and number.parts[:-1] != home.parts
        ):
            yield Finding(row.position, f"{number.text} stands under {home.text}")
            continue
        sequence = (row.division, number.parts[:-1])
        before = latest.get(sequence)
        latest[sequence] = number
        if before is None:
            if number.parts[-1] > 1:
                yield Finding(row.position, f"the numbers begin with {number.text}")
        elif number.parts[-1] > before.parts[-1] + 1:
            yield Finding(row.position, f"{before.text} is followed by {number.text}")
        elif number.parts[-1] < before.parts[-1]:
            yield Finding(row.position, f"{number.text} comes after {before.text}")
