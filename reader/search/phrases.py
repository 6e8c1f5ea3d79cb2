"""Rows of words that are looked for again and again: an index notes where they stand when it is built."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

Row = tuple[str, ...]
"""Stems in a row, two at least."""

_Pair = tuple[int, int]


class PhraseFinder:
    """Finds which of many rows of stems stand in a text."""

    def __init__(self, rows: Iterable[Row], number: Callable[[str], int | None]) -> None:
        """Make a finder.

        Args:
            rows: The rows that are looked for.
            number: The number of a stem in the texts; None when it is in none of them.
        """
        self._of_pair: dict[_Pair, list[tuple[array[int], Row]]] = {}
        for row in rows:
            numbers = [found for stem in row if (found := number(stem)) is not None]
            if len(numbers) == len(row):
                self._of_pair.setdefault((numbers[0], numbers[1]), []).append((array("I", numbers), row))

    def found(self, text: array[int]) -> Iterator[Row]:
        """The rows that stand in a text of numbers, each once."""
        pairs = set(pairwise(text))
        for pair in self._of_pair.keys() & pairs:
            for numbers, row in self._of_pair[pair]:
                if len(numbers) == len(pair) or (
                    pairs.issuperset(pairwise(numbers)) and _stands_in(numbers, text)
                ):
                    yield row


def _stands_in(row: array[int], text: array[int]) -> bool:
    place = -1
    try:
        while True:
            place = text.index(row[0], place + 1)
            if text[place : place + len(row)] == row:
                return True
    except ValueError:
        return False
