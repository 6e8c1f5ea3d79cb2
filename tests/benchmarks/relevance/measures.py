"""Mean reciprocal rank and nDCG@10 over graded passages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from tests.benchmarks.relevance.collection import Key, Question, questions

DEPTH: Final = 100
"""How many passages of an answer are looked at for the reciprocal rank."""
_CUT: Final = 10

Run = Callable[[str], list[Key]]
"""An engine: what is typed in, passages out, best first."""


@dataclass(frozen=True, slots=True)
class Result:
    """One question asked of one engine.

    Attributes:
        reciprocal_rank: One divided by the rank of the first passage that answers the question; 0 without one.
        of_chapter: The same where any passage of an answering chapter counts.
        ndcg: nDCG@10 with gain 2^grade - 1.
    """

    question: Question
    found: tuple[Key, ...]
    reciprocal_rank: float
    of_chapter: float
    ndcg: float


@dataclass(frozen=True, slots=True)
class Measures:
    """The means over several questions."""

    count: int
    mrr: float
    mrr_of_chapter: float
    ndcg: float


def score(run: Run, asked: Iterable[Question] | None = None) -> Measures:
    """The means of an engine: over the questions that weights may be chosen by, unless others are given."""
    if asked is None:
        asked = (question for question in questions() if not question.is_held_out)
    return mean(ask(run, asked))


def ask(run: Run, asked: Iterable[Question]) -> tuple[Result, ...]:
    """Ask an engine every question."""
    return tuple(_result(question, run(question.text)) for question in asked)


def mean(results: Sequence[Result]) -> Measures:
    """The means over results; all noughts without any."""
    if not results:
        return Measures(0, 0.0, 0.0, 0.0)
    return Measures(
        len(results),
        fmean(result.reciprocal_rank for result in results),
        fmean(result.of_chapter for result in results),
        fmean(result.ndcg for result in results),
    )


def _result(question: Question, answer: list[Key]) -> Result:
    found = tuple(dict.fromkeys(answer))[:DEPTH]
    places = {key.place for key in question.answers}
    return Result(
        question,
        found,
        _reciprocal(key in question.answers for key in found),
        _reciprocal(key.place in places for key in found),
        _ndcg(question, found),
    )


def _reciprocal(is_answer: Iterable[bool]) -> float:
    return next((1 / rank for rank, good in enumerate(is_answer, start=1) if good), 0.0)


def _ndcg(question: Question, found: Sequence[Key]) -> float:
    ideal = _dcg(sorted(question.grades.values(), reverse=True))
    return _dcg([question.grades.get(key, 0) for key in found]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades[:_CUT], start=1))
