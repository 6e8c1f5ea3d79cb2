"""Counterparts by title: the same topics and words in any order, weighed by how much each tells apart.

Terms of the sector's vocabulary count as the concept that they stand for, so that "Kinship Care" and "Family and
Friends Care" are one. Then two scores are averaged. The share of common words, each weighed by its rarity in both
manuals, punishes one telling word more or less ("Fostering Panel", "Adoption Panel"); words that only say what sort of
text it is, and what stands aside in brackets, weigh little. The share of equal characters of the sorted words
(RapidFuzz) forgives other endings and spellings.
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
from reader.domain.vocabulary import Vocabulary, words_of

PAIR_SCORE: Final = 0.62
"""From here on two chapters count as counterparts; below it they are suggestions at most."""
SUGGESTION_SCORE: Final = 0.3

_STOP_WORDS: Final = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "other"}
    | {"out", "the", "their", "they", "this", "to", "up", "who", "with"}
)
# What sort of text a chapter is, or whose: it tells little of which practice question it answers.
_FORMS: Final = frozenset(
    {
        "policy",
        "procedure",
        "guidance",
        "guide",
        "protocol",
        "framework",
        "strategy",
        "process",
        "note",
        "form",
    }
    | {"service", "practice", "joint", "local", "document", "documents", "staff", "team", "child", "children"}
    | {"young", "people", "person", "social", "care", "including", "use", "required", "intranet", "access"}
)
_FORM_WEIGHT: Final = 0.3
_ASIDE_WEIGHT: Final = 0.4
_WORDS_SHARE: Final = 0.6
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_YEAR_IN_BRACKETS: Final = re.compile(r"\((?:19|20)[0-9]{2}\)")
_SAME_WORDS_SCORE: Final = 0.97
_NO_VOCABULARY: Final = Vocabulary()


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
    aside: frozenset[str]
    sorted_words: str


class TitleMatcher:
    """Compares the titles of two contents lists. Build one for a pair of manuals; it is then read-only."""

    def __init__(
        self, first: Sequence[Chapter], second: Sequence[Chapter], vocabulary: Vocabulary = _NO_VOCABULARY
    ) -> None:
        self._vocabulary = vocabulary
        self._first = [self._title(chapter) for chapter in first]
        self._second = [self._title(chapter) for chapter in second]
        count = len(self._first) + len(self._second)
        seen = Counter(word for title in (*self._first, *self._second) for word in title.words)
        self._weights: Mapping[str, float] = {
            word: (1.0 + math.log(count / times)) * (_FORM_WEIGHT if word in _FORMS else 1.0)
            for word, times in seen.items()
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
        ids = first.chapter.id, second.chapter.id
        if first.key and first.key == second.key:
            return TitleMatch(*ids, 1.0, "same title")
        common = first.words & second.words
        if not common:
            return TitleMatch(*ids, 0.0, "")
        if first.words - _FORMS == second.words - _FORMS:
            return TitleMatch(*ids, _SAME_WORDS_SCORE, self._why(common))
        shared = sum(self._weight(word, first, second) for word in common)
        everything = sum(self._weight(word, first, second) for word in first.words | second.words)
        alike = fuzz.ratio(first.sorted_words, second.sorted_words) / 100
        score = _WORDS_SHARE * shared / everything + (1 - _WORDS_SHARE) * alike
        return TitleMatch(*ids, round(min(score, _SAME_WORDS_SCORE), 4), self._why(common))

    def _weight(self, word: str, first: _Title, second: _Title) -> float:
        """How much a word tells; less when one of the titles only says it aside, in brackets."""
        is_aside = word in first.aside or word in second.aside
        return self._weights[word] * (_ASIDE_WEIGHT if is_aside else 1.0)

    def _why(self, common: frozenset[str]) -> str:
        """What the match rests on, the most telling first: "same topic: kinship care"."""
        ordered = sorted(common, key=lambda word: (-self._weights[word], word))
        topics = [name for word in ordered if (name := self._vocabulary.name_of(word))]
        if topics:
            return f"same topic: {', '.join(topics[:2])}"
        return f"same words: {', '.join(ordered[:4])}"

    def _title(self, chapter: Chapter) -> _Title:
        plain = _YEAR_IN_BRACKETS.sub("", chapter.title)
        head = self._tokens(_BRACKETS.sub(" ", plain))
        every = self._tokens(plain)
        if not head - _FORMS:
            head = every
        words = head | self._tokens(" ".join(_BRACKETS.findall(plain)))
        sorted_words = " ".join(sorted(head - _FORMS or head))
        return _Title(chapter, title_key(plain), words, words - head, sorted_words)

    def _tokens(self, text: str) -> frozenset[str]:
        return frozenset(
            word for word in self._vocabulary.in_words(words_of(text)) if word not in _STOP_WORDS
        )
