"""What a query finds in all indexes: how many places in each, which are the best, and whether a place is among them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from reader.search.evaluation import Evaluation, Lanes
from reader.search.lanes import Placed, best_of, scale_of
from reader.search.query import Node

_COVERAGE: Final = 0.5
_MOST_PARTS: Final = 8


class Findings(ABC):
    """What was found in some indexes; these go by their number."""

    def __init__(self, marks: Mapping[int, int]) -> None:
        """Note the places.

        Args:
            marks: For each index the marks of what is found (see `Lane.marks`).
        """
        self.marks = marks
        counts = {number: own.bit_count() // 8 for number, own in marks.items()}
        self.counts = {number: count for number, count in counts.items() if count}
        """How many places were found in each index, those without any left out."""
        self.total = sum(self.counts.values())

    def count_in(self, number: int, documents: range) -> int:
        """How many of some documents of an index, one behind the other, were found."""
        only = (1 << 8 * len(documents)) - 1
        return (self.marks[number] >> 8 * documents.start & only).bit_count() // 8

    @abstractmethod
    def best(self, most: int) -> list[Placed]:
        """The best places, best first; of equally good ones the first index's, and there the first, come first."""


class Whole(Findings):
    """Places that hold everything that was looked for."""

    def __init__(self, lanes: Lanes, first: Mapping[tuple[int, int], float] | None = None) -> None:
        """Note what was found.

        Args:
            lanes: One for each index.
            first: Places, each an index and a document, that are found whatever the lanes say, with their scores.
        """
        self._lanes = {number: lane for number, lane in enumerate(lanes) if lane is not None}
        self._first = dict(first or {})
        marks = {number: lane.marks for number, lane in self._lanes.items()}
        for number, document in self._first:
            marks[number] = marks.get(number, 0) | 255 << 8 * document
        super().__init__(marks)

    def best(self, most: int) -> list[Placed]:
        lanes = self._lanes
        slack = max((lane.slack for lane in lanes.values()), default=0.0)
        scale = scale_of(max((lane.bound for lane in lanes.values()), default=0.0), slack)
        rows = [(number, lane.coarse(scale).to_bytes(lane.size, "little")) for number, lane in lanes.items()]
        found = best_of(
            rows, most + len(self._first), slack, lambda number, document: lanes[number].value(document)
        )
        if not self._first:
            return found
        first = [(score, number, document) for (number, document), score in self._first.items()]
        return _in_order([*first, *(one for one in found if one[1:] not in self._first)])[:most]


class Some(Findings):
    """Places that hold some of the parts of a query. Those with more of them, and with rarer ones, count for more.

    A place's parts are the bits of a byte. Places with the same parts are looked at together, the parts that promise
    most first, until no other can have a better place.
    """

    def __init__(
        self, evaluation: Evaluation, nodes: Sequence[Node], least: float, wanted: Lanes | None
    ) -> None:
        """Look for places.

        Args:
            evaluation: What finds the parts.
            nodes: The parts. Of more than eight the eight rarest are looked for.
            least: The share of the parts, weighted by rarity, that a place must hold.
            wanted: The only places to look at; None looks at all.
        """
        found = [evaluation.lanes(node) for node in dict.fromkeys(nodes)]
        rarities = [evaluation.rarity_of_found(lanes) for lanes in found]
        rarest = set(sorted(range(len(found)), key=rarities.__getitem__)[-_MOST_PARTS:])
        left_out = [lanes for part, lanes in enumerate(found) if part not in rarest]
        self.is_cut = any(_finds_some(lanes, wanted) for lanes in left_out)
        """Whether a part that was left out stands in some place: with it, that would count for more."""
        found = [lanes for part, lanes in enumerate(found) if part in rarest]
        rarities = [rarity for part, rarity in enumerate(rarities) if part in rarest]
        whole = sum(rarities) or 1.0
        self._parts = found
        self._shares = [
            sum(rarity / whole for part, rarity in enumerate(rarities) if held >> part & 1)
            for held in range(1 << len(found))
        ]
        self._least = least
        is_enough = bytes(255 if held and share >= least else 0 for held, share in enumerate(self._shares))
        is_enough = is_enough.ljust(256, b"\0")
        self._held: dict[int, bytes] = {}
        for number, index in enumerate(evaluation.indexes):
            held = 0
            for part, lanes in enumerate(found):
                lane = lanes[number]
                if lane is not None:
                    held |= lane.marks & _bit(part, index.document_count)
            if wanted is not None:
                only = wanted[number]
                held &= only.marks if only is not None else 0
            if held:
                self._held[number] = held.to_bytes(index.document_count, "little")
        super().__init__(
            {
                number: int.from_bytes(held.translate(is_enough), "little")
                for number, held in self._held.items()
            }
        )

    def best(self, most: int) -> list[Placed]:
        parts = self._parts
        bounds = [max((lane.bound for lane in lanes if lane is not None), default=0.0) for lanes in parts]
        slack = sum(max((lane.slack for lane in lanes if lane is not None), default=0.0) for lanes in parts)
        scale = scale_of(sum(bounds), slack)
        promised = {
            held: share**_COVERAGE * sum(bound for part, bound in enumerate(bounds) if held >> part & 1)
            for held, share in enumerate(self._shares)
            if held and share >= self._least
        }
        coarse: dict[int, int] = {}
        found: list[Placed] = []
        for held in sorted(promised, key=promised.__getitem__, reverse=True):
            if len(found) == most and found[-1][0] > promised[held]:
                break
            rows: list[tuple[int, bytes]] = []
            is_held, sought = _equal_to(held), bytes((held,))
            for number, own in self._held.items():
                if sought not in own:
                    continue
                if number not in coarse:
                    lanes = (one[number] for one in parts)
                    coarse[number] = sum(lane.coarse(scale) for lane in lanes if lane is not None)
                chosen = coarse[number] & int.from_bytes(own.translate(is_held), "little")
                rows.append((number, chosen.to_bytes(len(own), "little")))
            found = _in_order([*found, *best_of(rows, most, slack, self._value)])[:most]
        return found

    def _value(self, number: int, document: int) -> float:
        held = self._held[number][document]
        score = 0.0
        for part, lanes in enumerate(self._parts):
            lane = lanes[number]
            if held >> part & 1 and lane is not None:
                score += lane.value(document)
        return float(score * self._shares[held] ** _COVERAGE)


class Both(Findings):
    """Places that hold everything, and below them those that hold some of it."""

    def __init__(self, whole: Findings, some: Findings) -> None:
        """Put them together; `whole` are few, and `some` hold them too."""
        self._whole = whole
        self._some = some
        marks = dict(some.marks)
        for number, own in whole.marks.items():
            marks[number] = marks.get(number, 0) | own
        super().__init__(marks)

    def best(self, most: int) -> list[Placed]:
        whole = self._whole.best(self._whole.total)
        held = {one[1:] for one in whole}
        some = self._some.best(most + len(whole))
        top = some[0][0] if some else 0.0
        raised = [(top + score, number, document) for score, number, document in whole]
        return _in_order([*raised, *(one for one in some if one[1:] not in held)])[:most]


def _finds_some(lanes: Lanes, wanted: Lanes | None) -> bool:
    """Whether lanes find something, among the only places to look at."""
    if wanted is None:
        return any(lane is not None and lane.count for lane in lanes)
    return any(
        lane is not None and only is not None and lane.marks & only.marks
        for lane, only in zip(lanes, wanted, strict=True)
    )


def _in_order(found: list[Placed]) -> list[Placed]:
    return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


@lru_cache(maxsize=1_024)
def _bit(part: int, size: int) -> int:
    """A bit in each of so many bytes."""
    return int.from_bytes(bytes((1 << part,)) * size, "little")


@lru_cache(maxsize=256)
def _equal_to(byte: int) -> bytes:
    """A table that makes one byte 255 and all others 0."""
    return bytes(255 if one == byte else 0 for one in range(256))
