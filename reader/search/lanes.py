"""What a part of a query counts in every document of an index: documents as bytes of one large number.

Numbers are added, joined and cut with each other as wholes, a thousand documents in a microsecond. A byte is too small
for a score: it holds a rounded-up one, good enough to tell which few documents can be among the best. For these the
score itself is worked out, in the order of additions that `value` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final

from reader.search.impacts import STEPS, Row, marked

_ONE: Final = 1.5
"""By how many steps rounding up makes a byte too large, at most."""

_UNIT: Final = 1 << 16
_ROUGH: Final = 128
_HIGHEST: Final = 255


class Lane(ABC):
    """What a part of a query counts in each document of an index.

    Attributes:
        size: How many documents the index has.
        bound: No document counts more.
        slack: `coarse` is so much too large at most.
    """

    __slots__ = ("_count", "_marks", "bound", "size", "slack")

    def __init__(self, size: int, bound: float, slack: float, count: int | None = None) -> None:
        self.size = size
        self.bound = bound
        self.slack = slack
        self._count = count
        self._marks: int | None = None

    @property
    def count(self) -> int:
        """How many documents are found."""
        if self._count is None:
            self._count = self.marks.bit_count() // 8
        return self._count

    @property
    def marks(self) -> int:
        """255 in the byte of each document that is found."""
        if self._marks is None:
            self._marks = self._marked()
        return self._marks

    @abstractmethod
    def _marked(self) -> int: ...

    @abstractmethod
    def coarse(self, scale: float) -> int:
        """In the byte of each document that is found its value times a scale, rounded up, at least 1; 0 in the others.

        `scale * bound + slack` must not be above 255.
        """

    @abstractmethod
    def value(self, document: int) -> float:
        """What a document counts that is found."""

    def __contains__(self, document: int) -> bool:
        return bool(self.marks >> (8 * document) & 1)

    def documents(self, without: Lane | None = None) -> Iterator[int]:
        """The documents that are found, in their order, those left out that another lane finds too."""
        marks = self.marks if without is None else self.marks & ~without.marks
        as_bytes = marks.to_bytes(self.size, "little")
        place = as_bytes.find(b"\xff")
        while place >= 0:
            yield place
            place = as_bytes.find(b"\xff", place + 1)


class RowLane(Lane):
    """A row of impacts, times a factor. `share` comes between: a part of each impact counts."""

    __slots__ = ("_share", "_steps", "factor", "row")

    def __init__(self, row: Row, factor: float, share: float = 1.0) -> None:
        super().__init__(len(row.steps), factor * share * row.highest / STEPS, _ONE, row.count)
        self.row = row
        self.factor = factor
        self._steps = row.steps
        self._share = share

    def _marked(self) -> int:
        return marked(self._steps)

    def coarse(self, scale: float) -> int:
        multiplier = self.factor * self._share * scale / STEPS * _UNIT
        table = _table((int(multiplier / _ROUGH) + 1) * _ROUGH)  # few tables, which stay
        return int.from_bytes(self._steps.translate(table), "little")

    def value(self, document: int) -> float:
        return self.factor * (self._share * (self._steps[document] / STEPS))

    def __contains__(self, document: int) -> bool:
        return self._steps[document] != 0


def _marks_of(documents: Iterable[int], size: int) -> int:
    """A row that is full where one of the documents stands."""
    row = bytearray(size)
    for document in documents:
        row[document] = 255
    return int.from_bytes(row, "little")


class FewLane(Lane):
    """Documents with what they count, one by one."""

    __slots__ = ("_factor", "_found")

    def __init__(self, size: int, found: Mapping[int, float], factor: float = 1.0) -> None:
        super().__init__(size, factor * max(found.values(), default=0.0), _ONE, len(found))
        self._found = found
        self._factor = factor

    def _marked(self) -> int:
        return _marks_of(self._found, self.size)

    def coarse(self, scale: float) -> int:
        row = bytearray(self.size)
        by = self._factor * scale
        for document, value in self._found.items():
            row[document] = int(value * by) + 1
        return int.from_bytes(row, "little")

    def value(self, document: int) -> float:
        return self._factor * self._found[document]

    def __contains__(self, document: int) -> bool:
        return document in self._found


class OnlyLane(Lane):
    """Those documents of a lane that were picked out one by one. They count what they count there."""

    __slots__ = ("_documents", "_lane")

    def __init__(self, lane: Lane, documents: Sequence[int]) -> None:
        super().__init__(lane.size, lane.bound, lane.slack, len(documents))
        self._lane = lane
        self._documents = documents

    def _marked(self) -> int:
        return _marks_of(self._documents, self.size)

    def coarse(self, scale: float) -> int:
        return self._lane.coarse(scale) & self.marks

    def value(self, document: int) -> float:
        return self._lane.value(document)


class AllLane(Lane):
    """Documents that all of some lanes find, and none of some others. They count what they count in each, together."""

    __slots__ = ("_lanes", "_without")

    def __init__(self, size: int, lanes: Sequence[Lane], without: Sequence[Lane] = ()) -> None:
        super().__init__(size, sum(lane.bound for lane in lanes), sum(lane.slack for lane in lanes) or _ONE)
        self._lanes = sorted(lanes, key=lambda lane: lane.count)
        self._without = without

    def _marked(self) -> int:
        marks = int.from_bytes(b"\xff" * self.size, "little")
        for lane in self._lanes:
            marks &= lane.marks
        for lane in self._without:
            marks &= ~lane.marks
        return marks

    def coarse(self, scale: float) -> int:
        if not self._lanes:
            return int.from_bytes(b"\x01" * self.size, "little") & self.marks
        return sum(lane.coarse(scale) for lane in self._lanes) & self.marks

    def value(self, document: int) -> float:
        value = 0.0
        for lane in self._lanes:
            value += lane.value(document)
        return value


class AnyLane(Lane):
    """Documents that one of some lanes finds. They count what they count in those that find them, together."""

    __slots__ = ("_lanes",)

    def __init__(self, size: int, lanes: Sequence[Lane]) -> None:
        super().__init__(size, sum(lane.bound for lane in lanes), sum(lane.slack for lane in lanes))
        self._lanes = lanes

    def _marked(self) -> int:
        marks = 0
        for lane in self._lanes:
            marks |= lane.marks
        return marks

    def coarse(self, scale: float) -> int:
        return sum(lane.coarse(scale) for lane in self._lanes)

    def value(self, document: int) -> float:
        value = 0.0
        for lane in self._lanes:
            if document in lane:
                value += lane.value(document)
        return value


class MostLane(Lane):
    """Documents that one of some lanes finds. They count a share of the most that they count in one of them."""

    __slots__ = ("_lanes", "_share")

    def __init__(self, lanes: Sequence[Lane], share: float) -> None:
        bound, slack = max(lane.bound for lane in lanes), max(lane.slack for lane in lanes)
        super().__init__(lanes[0].size, share * bound, slack + len(lanes) - 1)
        self._lanes = lanes
        self._share = share

    def _marked(self) -> int:
        marks = 0
        for lane in self._lanes:
            marks |= lane.marks
        return marks

    def coarse(self, scale: float) -> int:
        most, *others = [lane.coarse(self._share * scale) for lane in self._lanes]
        if sum(lane.count for lane in self._lanes) == self.count:  # no document is found by two of them
            return sum(others, most)
        low = int.from_bytes(b"\x01" * self.size, "little")
        for other in others:
            # Halved, bytes can be compared: the highest bit stays where the first is not less. Halves that are the same
            # may hide a difference of one, which is added.
            difference = (most >> 1 & low * 127 | low << 7) - (other >> 1 & low * 127)
            is_first = (difference >> 7 & low) * 255
            most = (most & is_first) | (other & ~is_first) | low
        return most & self.marks

    def value(self, document: int) -> float:
        return max(self._share * lane.value(document) for lane in self._lanes if document in lane)

    def __contains__(self, document: int) -> bool:
        return any(document in lane for lane in self._lanes)


class FirstLane(Lane):
    """Documents of one lane, and those that only another one finds."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: Lane, second: Lane) -> None:
        super().__init__(first.size, max(first.bound, second.bound), max(first.slack, second.slack))
        self._first = first
        self._second = second

    def _marked(self) -> int:
        return self._first.marks | self._second.marks

    def coarse(self, scale: float) -> int:
        return self._first.coarse(scale) | (self._second.coarse(scale) & ~self._first.marks)

    def value(self, document: int) -> float:
        return (self._first if document in self._first else self._second).value(document)

    def __contains__(self, document: int) -> bool:
        return document in self._first or document in self._second


def scale_of(bound: float, slack: float) -> float:
    """By what values are multiplied to fit into bytes."""
    return (_HIGHEST - slack) / bound if bound > 0.0 else 0.0


Placed = tuple[float, int, int]
"""A score, the number of an index, a document."""


def best_of(
    rows: Sequence[tuple[int, bytes]], most: int, slack: float, value: Callable[[int, int], float]
) -> list[Placed]:
    """The documents with the highest values; of equal ones those of the first index, and there the first, come first.

    Args:
        rows: Coarse values, each with the number of its index.
        most: How many documents at most.
        slack: The coarse values are so much too large at most.
        value: What a document of an index counts.
    """
    joined = b"".join(row for _, row in rows)
    starts = [0, *accumulate(len(row) for _, row in rows)]
    chosen: list[int] = []
    level, least = _HIGHEST, 0.0
    while level > least:
        sought = bytes((level,))
        place = joined.find(sought)
        while place >= 0:
            chosen.append(place)
            place = joined.find(sought, place + 1)
        if not least and len(chosen) >= most:
            least = max(level - slack, 0.0)  # the last one chosen counts more than that
        level -= 1
    found: list[Placed] = []
    for place in chosen:
        at = bisect_right(starts, place) - 1
        number, document = rows[at][0], place - starts[at]
        found.append((value(number, document), number, document))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return found[:most]


@lru_cache(maxsize=4_096)
def _table(multiplier: int) -> bytes:
    """For each number of steps so many times a multiplier, in units, rounded up; 0 stays 0."""
    steps = range(_UNIT - 1, _HIGHEST * _UNIT + _UNIT, multiplier)[:256]
    return bytes([step >> 16 for step in steps]).ljust(256, b"\xff")  # no row holds more: see `scale_of`
