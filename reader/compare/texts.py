"""Which chapters of two manuals say the same, by their words: for chapters whose titles do not tell.

Each chapter is the weighted list of its terms: what the vocabulary calls one concept counts as one term, words that
stand in few chapters count more, titles and scopes more than the rest. Two chapters belong together when each is the
other's nearest (cosine), and clearly nearer than the next one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reader.compare.titles import TitleMatch
from reader.domain.contents import Passage
from reader.domain.text import title_key
from reader.domain.vocabulary import Vocabulary, words_of

_TITLE_WEIGHT: Final = 12
_HEADING_WEIGHT: Final = 2
_SCOPE_WEIGHT: Final = 3
_LEAST_LIKENESS: Final = 0.2
_LEAST_LEAD: Final = 1.15
_CLEAR_LEAD: Final = 1.6
_CLEAR_SCORE: Final = 0.9
_SCORE: Final = 0.75
_NAMED_TERMS: Final = 3
_SHORTEST_NAMED: Final = 4
_NUMBER: Final = re.compile(r"^[0-9]+(?:\.[0-9]+)*\.?\s+")
# Boxes that name other chapters, laws and changes speak of much else.
_BESIDE: Final = (
    "related",
    "relevant",
    "other",
    "amendment",
    "national",
    "local guidance",
    "forms",
    "legislation",
)


@dataclass(frozen=True, slots=True)
class ChapterText:
    """A chapter whose text is held."""

    id: str
    title: str
    passages: tuple[Passage, ...]


def text_matches(
    first: Sequence[ChapterText], second: Sequence[ChapterText], vocabulary: Vocabulary
) -> list[TitleMatch]:
    """The pairs of chapters whose texts are each other's nearest, in the first one's order."""
    one = {chapter.id: _terms(chapter, vocabulary) for chapter in first}
    two = {chapter.id: _terms(chapter, vocabulary) for chapter in second}
    held_by: Counter[str] = Counter()
    for terms in (*one.values(), *two.values()):
        held_by.update(terms.keys())
    count = len(one) + len(two)
    left = {key: _weighted(terms, held_by, count) for key, terms in one.items()}
    right = {key: _weighted(terms, held_by, count) for key, terms in two.items()}
    rows = _likeness(list(left.values()), list(right.values()))
    names, others = list(left), list(right)
    found: list[TitleMatch] = []
    for i, row in enumerate(rows):
        likest = max(row, default=0.0)
        if likest < _LEAST_LIKENESS:
            continue
        best = row.index(likest)
        next_best = max((value for j, value in enumerate(row) if j != best), default=0.0)
        rival = max((other[best] for k, other in enumerate(rows) if k != i), default=0.0)
        lead = likest / max(next_best, rival, 1e-9)
        if lead >= _LEAST_LEAD:
            score = _CLEAR_SCORE if lead >= _CLEAR_LEAD else _SCORE
            why = _why(left[names[i]], right[others[best]], vocabulary)
            found.append(TitleMatch(names[i], others[best], score, why))
    return found


def _likeness(left: Sequence[Mapping[str, float]], right: Sequence[Mapping[str, float]]) -> list[list[float]]:
    """The cosine of each chapter of one side with each of the other; only terms that both sides hold are looked at."""
    holders: dict[str, list[tuple[int, float]]] = {}
    for j, terms in enumerate(right):
        for term, weight in terms.items():
            holders.setdefault(term, []).append((j, weight))
    rows: list[list[float]] = []
    for terms in left:
        row = [0.0] * len(right)
        for term, weight in terms.items():
            for j, other in holders.get(term, ()):
                row[j] += weight * other
        rows.append(row)
    return rows


def _terms(chapter: ChapterText, vocabulary: Vocabulary) -> Counter[str]:
    terms: Counter[str] = Counter()
    _add(terms, chapter.title, _TITLE_WEIGHT, vocabulary)
    for passage in chapter.passages:
        heading = title_key(passage.heading)
        if heading.startswith(_BESIDE):
            continue
        _add(terms, _NUMBER.sub("", passage.heading), _HEADING_WEIGHT, vocabulary)
        _add(terms, passage.text, _SCOPE_WEIGHT if heading.startswith("scope") else 1, vocabulary)
    return terms


def _add(terms: Counter[str], text: str, weight: int, vocabulary: Vocabulary) -> None:
    for term in vocabulary.in_words(words_of(text)):
        terms[term] += weight


def _weighted(terms: Counter[str], held_by: Mapping[str, int], count: int) -> dict[str, float]:
    """Weights of length 1; a term that only one chapter holds says nothing of another."""
    weights = {
        term: (1 + math.log(number)) * math.log(count / held_by[term])
        for term, number in terms.items()
        if held_by[term] > 1
    }
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


def _why(one: Mapping[str, float], two: Mapping[str, float], vocabulary: Vocabulary) -> str:
    """The terms that the two texts share most."""
    shared = sorted(one.keys() & two.keys(), key=lambda term: (-one[term] * two[term], term))
    named = (vocabulary.name_of(term) or term for term in shared)
    words = [word for word in named if len(word) >= _SHORTEST_NAMED and not word.isdecimal()]
    return f"the texts speak of the same: {', '.join(words[:_NAMED_TERMS])}"
