"""Counterparts by title: the same words in any order, weighed by how much each word tells apart.

Two scores are averaged. The share of equal characters of the sorted words (RapidFuzz's token sort ratio) forgives
other endings and spellings. The share of common words, each weighed by its rarity in both manuals, punishes what
that one does not see: one telling word more or less in a long title ("Fostering Panel", "Adoption Panel").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from reader.domain.contents import Chapter
from reader.domain.text import title_key

PAIR_SCORE: Final = 0.62
"""From here on two chapters count as counterparts; below it they are suggestions at most."""
SUGGESTION_SCORE: Final = 0.3

_STOP_WORDS: Final = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "other"}
    | {"out", "the", "their", "they", "this", "to", "up", "who", "with"}
)
_YEAR_IN_BRACKETS: Final = re.compile(r"\((?:19|20)[0-9]{2}\)")
_SHORT_PLURAL: Final = 3


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """Two chapter ids, how alike their titles are (0 to 1), and the words that they share."""

    first: str
    second: str
    score: float
    why: str


@dataclass(frozen=True, slots=True)
class _Title:
    chapter: Chapter
    key: str
    words: frozenset[str]


class TitleMatcher:
    """Compares the titles of two contents lists. Build one for a pair of manuals; it is then read-only."""

    def __init__(self, first: Sequence[Chapter], second: Sequence[Chapter]) -> None:
        self._first = [_title(chapter) for chapter in first]
        self._second = [_title(chapter) for chapter in second]
        count = len(self._first) + len(self._second)
        seen = Counter(word for title in (*self._first, *self._second) for word in title.words)
        self._weights: Mapping[str, float] = {
            word: 1.0 + math.log(count / times) for word, times in seen.items()
        }

    def pairs(self) -> list[TitleMatch]:
        """The pairs in which each is the other's best, best first; each chapter stands in one pair at most."""
        matches = [
            match
            for first in self._first
            for second in self._second
            if (match := self._match(first, second)).score >= PAIR_SCORE
        ]
        matches.sort(key=lambda match: (-match.score, match.first, match.second))
        taken_first: set[str] = set()
        taken_second: set[str] = set()
        pairs: list[TitleMatch] = []
        for match in matches:
            if match.first not in taken_first and match.second not in taken_second:
                taken_first.add(match.first)
                taken_second.add(match.second)
                pairs.append(match)
        return pairs

    def suggestions(self, chapter_id: str, limit: int) -> list[TitleMatch]:
        """The chapters of the second list that are most like one of the first, best first."""
        first = next((title for title in self._first if title.chapter.id == chapter_id), None)
        if first is None:
            return []
        matches = [self._match(first, second) for second in self._second]
        good = [match for match in matches if match.score >= SUGGESTION_SCORE]
        return sorted(good, key=lambda match: (-match.score, match.second))[:limit]

    def _match(self, first: _Title, second: _Title) -> TitleMatch:
        if first.key == second.key:
            return TitleMatch(first.chapter.id, second.chapter.id, 1.0, "same title")
        common = first.words & second.words
        if not common:
            return TitleMatch(first.chapter.id, second.chapter.id, 0.0, "")
        shared = sum(self._weights[word] for word in common)
        everything = sum(self._weights[word] for word in first.words | second.words)
        score = (fuzz.token_sort_ratio(first.key, second.key) / 100 + shared / everything) / 2
        words = sorted(common, key=lambda word: (-self._weights[word], word))
        return TitleMatch(
            first.chapter.id,
            second.chapter.id,
            round(min(score, 0.99), 4),
            f"same words: {', '.join(words[:4])}",
        )


def _title(chapter: Chapter) -> _Title:
    key = title_key(_YEAR_IN_BRACKETS.sub("", chapter.title))
    words = frozenset(_singular(word) for word in key.split() if word not in _STOP_WORDS)
    return _Title(chapter, key, words)


def _singular(word: str) -> str:
    """A plural without its s: enough to see that "placements" and "placement" are one word."""
    if word.endswith("ies") and len(word) > _SHORT_PLURAL + 1:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > _SHORT_PLURAL else word
