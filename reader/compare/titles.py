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

PAIR_SCORE: Final = 0.65
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
_PART_BASE: Final = 0.5
_ONE_TOPIC_BASE: Final = 0.45
_PART_SHARE: Final = 0.4
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
class _Reading:
    """A title as a set of words. `aside` are those that stand in brackets only."""

    words: frozenset[str]
    aside: frozenset[str]
    sorted_words: str

    @property
    def topic(self) -> frozenset[str]:
        """The words that say what it is about, rather than what sort of text it is."""
        return self.words - _FORMS


@dataclass(frozen=True, slots=True)
class _Title:
    """A title read twice: with the vocabulary's concepts in it, and word for word."""

    chapter: Chapter
    key: str
    readings: tuple[_Reading, _Reading]


class TitleMatcher:
    """Compares the titles of two contents lists. Build one for a pair of manuals; it is then read-only."""

    def __init__(
        self, first: Sequence[Chapter], second: Sequence[Chapter], vocabulary: Vocabulary = _NO_VOCABULARY
    ) -> None:
        self._vocabulary = vocabulary
        self._first = [self._title(chapter) for chapter in first]
        self._second = [self._title(chapter) for chapter in second]
        count = len(self._first) + len(self._second)
        seen = Counter(
            word
            for title in (*self._first, *self._second)
            for word in title.readings[0].words | title.readings[1].words
        )
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
            if (match := self._match(first, second, PAIR_SCORE)) is not None
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
        matches = (self._match(first, second, SUGGESTION_SCORE) for second in self._second)
        good = [match for match in matches if match is not None]
        return sorted(good, key=lambda match: (-match.score, match.second))[:limit]

    def _match(self, first: _Title, second: _Title, least: float) -> TitleMatch | None:
        """How two titles match; None when the score is lower than asked for."""
        ids = first.chapter.id, second.chapter.id
        if first.key and first.key == second.key:
            return TitleMatch(*ids, 1.0, "same title")
        # A concept may hide a word that the other title spells out, so the better of the two readings counts.
        score, common = max(
            (self._score(*readings, least) for readings in zip(first.readings, second.readings, strict=True)),
            key=lambda scored: scored[0],
        )
        return TitleMatch(*ids, round(score, 4), self._why(common)) if score >= least else None

    def _score(self, first: _Reading, second: _Reading, least: float) -> tuple[float, frozenset[str]]:
        """How alike two readings are, and the words that they share; 0 as soon as it cannot be enough."""
        common = first.words & second.words
        if not common:
            return 0.0, common
        if first.topic and first.topic == second.topic:
            return _SAME_WORDS_SCORE, common
        shared = self._weigh(common, first, second)
        sizes = self._weigh(first.words, first, second), self._weigh(second.words, first, second)
        same_words = shared / (sum(sizes) - shared)
        score = 0.0
        if _WORDS_SHARE * same_words + (1 - _WORDS_SHARE) >= least:
            alike = fuzz.ratio(first.sorted_words, second.sorted_words) / 100
            score = _WORDS_SHARE * same_words + (1 - _WORDS_SHARE) * alike
        part, whole = sorted((first.topic, second.topic), key=len)
        if part < whole and self._tells_enough(part):
            # One says all that the other says, and more.
            base = _PART_BASE if len(part) > 1 else _ONE_TOPIC_BASE
            score = max(score, base + _PART_SHARE * min(sizes) / max(sizes))
        return min(score, _SAME_WORDS_SCORE), common

    def _tells_enough(self, topic: frozenset[str]) -> bool:
        """Whether a topic is more than one plain word, which may mean anything."""
        return len(topic) > 1 or any(self._vocabulary.name_of(word) for word in topic)

    def _weigh(self, words: frozenset[str], first: _Reading, second: _Reading) -> float:
        """How much words tell together; less those that one of the titles only says aside, in brackets."""
        aside = first.aside | second.aside
        return sum(self._weights[word] * (_ASIDE_WEIGHT if word in aside else 1.0) for word in words)

    def _why(self, common: frozenset[str]) -> str:
        """What the match rests on, the most telling first: "same topic: kinship care"."""
        ordered = sorted(common, key=lambda word: (-self._weights[word], word))
        topics = [name for word in ordered if (name := self._vocabulary.name_of(word))]
        if topics:
            return f"same topic: {', '.join(topics[:2])}"
        return f"same words: {', '.join(ordered[:4])}"

    def _title(self, chapter: Chapter) -> _Title:
        plain = _YEAR_IN_BRACKETS.sub("", chapter.title)
        readings = _read(plain, self._vocabulary), _read(plain, _NO_VOCABULARY)
        return _Title(chapter, title_key(plain), readings)


def _read(title: str, vocabulary: Vocabulary) -> _Reading:
    def tokens(text: str) -> frozenset[str]:
        return frozenset(word for word in vocabulary.in_words(words_of(text)) if word not in _STOP_WORDS)

    head = tokens(_BRACKETS.sub(" ", title))
    if not head - _FORMS:  # all that it says stands in brackets
        head = tokens(title)
    words = head | tokens(" ".join(_BRACKETS.findall(title)))
    return _Reading(words, words - head, " ".join(sorted(head - _FORMS or head)))
