"""Precision, recall and calibration of what was found over what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from tests.benchmarks.counterparts.engines import Answers, Found, above
from tests.benchmarks.counterparts.labels import Label

BANDS: Final = (0.0, 0.6, 0.7, 0.8, 0.9)
"""Where the bands of scores begin; the last one ends at 1."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One label and what was found for it."""

    label: Label
    found: Found | None

    @property
    def is_right_find(self) -> bool:
        return self.found is not None and self.found.chapter in self.label.accepted

    @property
    def is_wrong_find(self) -> bool:
        return self.found is not None and not self.is_right_find

    @property
    def is_miss(self) -> bool:
        """Whether there is a counterpart that was not found; another chapter in its place is a miss too."""
        return bool(self.label.accepted) and not self.is_right_find

    @property
    def is_failure(self) -> bool:
        return self.is_wrong_find or self.is_miss

    @property
    def is_look_alike(self) -> bool:
        return self.found is not None and self.found.chapter in self.label.look_alikes


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts over several labels, and what follows from them.

    Attributes:
        right: Chapters found that are among the accepted ones.
        wrong: Chapters found that are not.
        missed: Labels with a counterpart of which no accepted chapter was found.
        look_alikes: Of the wrong ones, those that are known to look right.
        without: Labels that say that there is no counterpart.
        left_without: Of those, the ones for which nothing was found.
    """

    count: int
    right: int
    wrong: int
    missed: int
    look_alikes: int
    without: int
    left_without: int

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True)
class Band:
    """The finds whose score lies in one band."""

    lower: float
    upper: float
    count: int
    right: int
    mean_score: float

    @property
    def share_right(self) -> float:
        return _share(self.right, self.count)


def judge(labels: Iterable[Label], answers: Answers) -> list[Judged]:
    """Each label with what was found for it."""
    return [Judged(label, answers.get(label.asked)) for label in labels]


def measure(judged: Sequence[Judged]) -> Measures:
    return Measures(
        count=len(judged),
        right=sum(row.is_right_find for row in judged),
        wrong=sum(row.is_wrong_find for row in judged),
        missed=sum(row.is_miss for row in judged),
        look_alikes=sum(row.is_look_alike for row in judged),
        without=sum(not row.label.accepted for row in judged),
        left_without=sum(not row.label.accepted and row.found is None for row in judged),
    )


def best_threshold(labels: Sequence[Label], answers: Answers) -> float:
    """The score from which on answers have to be taken for the highest F1 on these labels."""
    scores = {found.score for label in labels if (found := answers.get(label.asked))}
    return max(scores, key=lambda score: (measure(judge(labels, above(answers, score))).f1, score))


def bands(judged: Sequence[Judged]) -> tuple[Band, ...]:
    """The finds by bands of their scores, empty bands left out."""
    found = [(row.found.score, row.is_right_find) for row in judged if row.found]
    by_band: list[Band] = []
    for lower, upper in zip(BANDS, (*BANDS[1:], 1.0), strict=True):
        inside = [
            (score, is_right) for score, is_right in found if lower <= score and (score < upper or upper >= 1)
        ]
        if inside:
            mean_score = fmean(score for score, _ in inside)
            by_band.append(
                Band(lower, upper, len(inside), sum(is_right for _, is_right in inside), mean_score)
            )
    return tuple(by_band)


def calibration_error(of: Sequence[Band]) -> float:
    """How far the scores are from the share that is right, weighted by the finds in each band."""
    return _share(
        sum(band.count * abs(band.share_right - band.mean_score) for band in of),
        sum(band.count for band in of),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
