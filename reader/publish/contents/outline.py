"""Tells divisions from chapters among the numbered rows of a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.publish.contents.numbers import Number
from reader.publish.contents.rows import Row

Parts = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OutlineRow:
    """A numbered row's place in the outline.

    Attributes:
        is_division: Whether it heads a division; else it is a chapter.
        next_sibling: The next number of the same length, wherever it stands.
    """

    is_division: bool
    next_sibling: Parts | None


@dataclass(frozen=True, slots=True)
class Outline:
    """What the numbers of a page say about its shape.

    Attributes:
        rows: The place of every numbered row, by its index among all rows.
        headed: The numbers that have a division's row of their own somewhere on the page.
    """

    rows: dict[int, OutlineRow]
    headed: frozenset[Parts]


def outline_of(rows: Sequence[Row]) -> Outline:
    """Read the outline.

    A row is a division when longer numbers that begin with its own follow it, when it is a section of a list
    that has longer numbers, when it is a heading among rows that are none, when it has no title, and when its
    title stands apart in a list where that is how divisions are written. Where headings are the sections, a
    plain "1. Confidentiality" under one of them is a chapter of its.
    """
    numbered = [(index, row, row.number) for index, row in enumerate(rows) if row.number is not None]
    with_rows_under = _with_rows_under(numbered)
    deepest = max((number.level for _, _, number in numbered), default=0)
    has_plain_rows = any(not row.line.heading for _, row, _ in numbered)
    apart = [(index, number) for index, row, number in numbered if row.has_title_apart]
    levels_apart = {number.level for index, number in apart if index in with_rows_under}
    childless_apart = max(
        (number.level for index, number in apart if index not in with_rows_under), default=0
    )
    under_headings = _under_headings(rows)
    places: dict[int, OutlineRow] = {}
    headed: set[Parts] = set()
    following: dict[int, Parts] = {}
    for index, row, number in reversed(numbered):
        level = number.level
        is_division = (
            index in with_rows_under
            or not row.text
            or (level == 1 and deepest > 1 and index not in under_headings)
            or (row.line.heading > 0 and (has_plain_rows or level < deepest))
            or (row.has_title_apart and level in levels_apart and childless_apart <= level)
        )
        places[index] = OutlineRow(is_division, following.get(level))
        following[level] = number.parts
        if is_division:
            headed.add(number.parts)
    return Outline(places, frozenset(headed))


def _with_rows_under(numbered: Sequence[tuple[int, Row, Number]]) -> set[int]:
    """The rows that longer numbers follow before the next number of their own length or shorter."""
    found: set[int] = set()
    latest: dict[int, tuple[int, Parts]] = {}
    for index, _, number in numbered:
        for level in [level for level in latest if level >= number.level]:
            del latest[level]
        for above, parts in latest.values():
            if number.is_under(parts):
                found.add(above)
        latest[number.level] = (index, number.parts)
    return found


def _under_headings(rows: Sequence[Row]) -> set[int]:
    """The plain rows with a single figure that stand under a heading which is a section itself."""
    found: set[int] = set()
    is_under = False
    for index, row in enumerate(rows):
        if row.line.heading:
            is_under = row.number is None or row.number.level == 1 or is_under
        elif row.number is not None and row.number.level == 1 and is_under:
            found.add(index)
    return found
