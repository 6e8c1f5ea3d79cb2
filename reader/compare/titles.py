"""Counterparts by title: the same topics and words in any order, weighed by how much each tells apart.

Terms of the sector's vocabulary count as the concept that they stand for, so that "Kinship Care" and "Family and
Friends Care" are one. Then two scores are averaged. The share of common words, each weighed by its rarity in both
manuals, punishes one telling word more or less ("Fostering Panel", "Adoption Panel"); words that only say what sort of
text it is, and what stands aside in brackets, weigh little, years and the names of the authority and of its region
nothing. The share of equal characters of the sorted words (RapidFuzz) forgives other endings and spellings. A title
that says all that the other says, and more, scores high too; two that share only whom they are about do not.

Titles are read once for each edition (`read_titles`). Of two editions only those are compared that share a word of
their topics or are the same.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from reader.domain.contents import Chapter
from reader.domain.text import title_key
from reader.domain.vocabulary import Vocabulary, words_of

PAIR_SCORE: Final = 0.65
"""From here on two chapters count as counterparts; below it they are suggestions at most."""
SHARED_SCORE: Final = 0.8
"""From here on a chapter may have a counterpart that is another chapter's nearest."""
SUGGESTION_SCORE: Final = 0.3
_DOUBT: Final = 0.5
"""How much of what is lacking to full likeness is doubt, once a match is chosen: most likely titles are right."""

_STOP_WORDS: Final = frozenset(
    {"a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "into", "is", "of", "on", "or", "other"}
    | {"out", "the", "their", "they", "this", "to", "up", "who", "with"}
)
# What sort of text a chapter is, or whose: it tells little of which practice question it answers.
_FORMS: Final = frozenset(
    {"policy", "procedure", "guidance", "guide", "guideline", "protocol", "framework", "strategy", "process"}
    | {"note", "form", "document", "documents", "manual", "resource", "service", "practice", "practise"}
    | {"joint", "local", "pan", "safeguarding", "authority", "partnership", "board", "assurance", "staff"}
    | {"team", "child", "children", "young", "people", "person", "social", "care", "including", "use"}
    | {"required", "intranet", "access", "our"}
)
_GROUP: Final = "group"
_FORM_WEIGHT: Final = 0.3
_ASIDE_WEIGHT: Final = 0.4
_WORDS_SHARE: Final = 0.6
_PART_BASE: Final = 0.6
_PART_SHARE: Final = 0.4
_WHO_ALONE: Final = 0.5
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_ENDING: Final = re.compile(r"(?<=\w)[(\[]\w+[)\]]")
"""An ending that may be left out: "child(ren)"."""
_YEAR_IN_BRACKETS: Final = re.compile(r"\((?:19|20)[0-9]{2}\)")
_YEAR: Final = re.compile(r"^(?:19|20)[0-9]{2}$")
_SAME_WORDS_SCORE: Final = 0.97
_NO_VOCABULARY: Final = Vocabulary()


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """Two chapter ids, how alike their titles are (0 to 1), and the words that they share."""

    first: str
    second: str
    score: float
    why: str

    def turned(self) -> TitleMatch:
        """The same match, seen from the other chapter."""
        return TitleMatch(self.second, self.first, self.score, self.why)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A title as a set of words.

    Attributes:
        topic: The words that say what it is about, rather than what sort of text it is.
        aside: Those that stand in brackets only.
        who: Those that say whom it is about: the groups of the vocabulary.
        sorted_words: The topic, in the order of the alphabet.
    """

    words: frozenset[str]
    topic: frozenset[str]
    aside: frozenset[str]
    who: frozenset[str]
    sorted_words: str

    @property
    def is_about_people_alone(self) -> bool:
        return self.topic <= self.who


@dataclass(frozen=True, slots=True)
class _Title:
    """A title read twice: with the vocabulary's concepts in it, and word for word."""

    id: str
    key: str
    with_concepts: _Reading
    plain: _Reading

    def words(self) -> frozenset[str]:
        return self.with_concepts.words | self.plain.words

    def topic(self) -> frozenset[str]:
        return self.with_concepts.topic | self.plain.topic


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles of an edition, read once.

    Attributes:
        by_word: For each word the places in `titles` of those that have it in their topic.
        by_key: For each title, as it is compared for being the same, its places in `titles`.
        seen: In how many titles each word stands.
    """

    titles: tuple[_Title, ...]
    by_id: Mapping[str, _Title]
    by_word: Mapping[str, tuple[int, ...]]
    by_key: Mapping[str, tuple[int, ...]]
    seen: Mapping[str, int]
    vocabulary: Vocabulary


def sector_words(vocabulary: Vocabulary) -> frozenset[str]:
    """Every word of the vocabulary's terms, and those that every title may hold: none of them is a name."""
    terms = (term for concept in vocabulary.concepts for term in concept.terms())
    return frozenset(word for term in terms for word in words_of(term)) | _FORMS | _STOP_WORDS


def own_names(texts: Iterable[str], known: frozenset[str]) -> frozenset[str]:
    """The words of an authority's name, and of the bodies of its region, that are no words of the sector.

    Args:
        texts: The names.
        known: What `sector_words` gives.
    """
    return frozenset(word for text in texts for word in words_of(text)) - known


def read_titles(
    chapters: Iterable[Chapter], vocabulary: Vocabulary = _NO_VOCABULARY, names: frozenset[str] = frozenset()
) -> Titles:
    """Read the titles of an edition.

    Args:
        chapters: Its chapters.
        vocabulary: Which terms mean the same.
        names: What `own_names` gives.
    """
    titles = tuple(_title(chapter, vocabulary, names) for chapter in chapters)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    by_key: defaultdict[str, list[int]] = defaultdict(list)
    for number, title in enumerate(titles):
        by_key[title.key].append(number)
        for word in title.topic():
            by_word[word].append(number)
    return Titles(
        titles,
        {title.id: title for title in titles},
        {word: tuple(numbers) for word, numbers in by_word.items()},
        {key: tuple(numbers) for key, numbers in by_key.items() if key},
        Counter(word for title in titles for word in title.words()),
        vocabulary,
    )


@dataclass(frozen=True, slots=True)
class TitlePairs:
    """What belongs together in two manuals.

    Attributes:
        mutual: The pairs in which each is the other's best; each chapter stands in one at most.
        of_first: A counterpart for chapters of the first manual whose best is taken by another.
        of_second: So for chapters of the second manual; the first manual's chapter is named first.
    """

    mutual: tuple[TitleMatch, ...]
    of_first: tuple[TitleMatch, ...]
    of_second: tuple[TitleMatch, ...]


class TitleMatcher:
    """Compares the titles of two editions."""

    def __init__(self, first: Titles, second: Titles) -> None:
        """Make the matcher; both have been read with the same vocabulary."""
        self._vocabulary = first.vocabulary
        self._first = first
        self._second = second
        count = len(first.titles) + len(second.titles)
        self._weights: Mapping[str, float] = {
            word: (1.0 + math.log(count / (first.seen.get(word, 0) + second.seen.get(word, 0))))
            * (_FORM_WEIGHT if word in _FORMS else 1.0)
            for word in first.seen.keys() | second.seen.keys()
        }
        self._known: dict[frozenset[str], float] = {}  # how much words tell together, once worked out

    def pairs(self) -> TitlePairs:
        """The pairs of the two editions by their titles alone."""
        return one_for_each(self.matches())

    def matches(self) -> list[TitleMatch]:
        """All pairs of titles that may be counterparts, best first."""
        found = [
            match
            for first in self._first.titles
            for second in self._candidates(first)
            if (match := self._match(first, second, PAIR_SCORE)) is not None
        ]
        found.sort(key=lambda match: (-match.score, match.first, match.second))
        return found

    def suggestions(self, chapter_id: str, limit: int) -> list[TitleMatch]:
        """The chapters of the second list that are most like one of the first, best first."""
        first = self._first.by_id.get(chapter_id)
        if first is None:
            return []
        matches = (self._match(first, second, SUGGESTION_SCORE) for second in self._candidates(first))
        good = [match for match in matches if match is not None]
        return sorted(good, key=lambda match: (-match.score, match.second))[:limit]

    def _candidates(self, first: _Title) -> Iterator[_Title]:
        numbers = set(self._second.by_key.get(first.key, ()))
        for word in first.topic():
            numbers.update(self._second.by_word.get(word, ()))
        return (self._second.titles[number] for number in sorted(numbers))

    def _match(self, first: _Title, second: _Title, least: float) -> TitleMatch | None:
        """How two titles match; None when the score is lower than asked for."""
        if first.key and first.key == second.key:
            return TitleMatch(first.id, second.id, 1.0, "same title")
        score, common = self._score(first.with_concepts, second.with_concepts, least)
        if first.plain is not first.with_concepts or second.plain is not second.with_concepts:
            # A concept may hide a word that the other title spells out, so the better of the two readings counts.
            word_for_word = self._score(first.plain, second.plain, least)
            if word_for_word[0] > score:
                score, common = word_for_word
        return TitleMatch(first.id, second.id, round(score, 4), self._why(common)) if score >= least else None

    def _score(self, first: _Reading, second: _Reading, least: float) -> tuple[float, frozenset[str]]:
        """How alike two readings are, and the words that they share; 0 as soon as it cannot be enough."""
        common = first.words & second.words
        if not common:
            return 0.0, common
        if first.topic == second.topic:
            return _SAME_WORDS_SCORE, common
        aside = first.aside | second.aside
        shared = self._weigh(common, aside)
        sizes = self._weigh(first.words, aside), self._weigh(second.words, aside)
        same_words = shared / (sum(sizes) - shared)
        score = 0.0
        if _WORDS_SHARE * same_words + (1 - _WORDS_SHARE) >= least:
            alike = fuzz.ratio(first.sorted_words, second.sorted_words) / 100
            score = _WORDS_SHARE * same_words + (1 - _WORDS_SHARE) * alike
        if (first.topic < second.topic and self._tells_enough(first.topic)) or (
            second.topic < first.topic and self._tells_enough(second.topic)
        ):
            # One says all that the other says, and more.
            score = max(score, _PART_BASE + _PART_SHARE * min(sizes) / max(sizes))
        if (common - _FORMS) <= (first.who | second.who) and not (
            first.is_about_people_alone and second.is_about_people_alone
        ):
            score = min(score, _WHO_ALONE)
        return min(score, _SAME_WORDS_SCORE), common

    def _tells_enough(self, topic: frozenset[str]) -> bool:
        """Whether a topic is more than one plain word, which may mean anything."""
        return len(topic) > 1 or any(self._vocabulary.name_of(word) for word in topic)

    def _weigh(self, words: frozenset[str], aside: frozenset[str]) -> float:
        """How much words tell together; less those that one of the titles only says aside, in brackets."""
        weights = self._weights
        if not aside:
            weight = self._known.get(words)
            if weight is None:
                weight = self._known[words] = sum(map(weights.__getitem__, words))
            return weight
        return sum(weights[word] * (_ASIDE_WEIGHT if word in aside else 1.0) for word in words)

    def _why(self, common: frozenset[str]) -> str:
        """What the match rests on, the most telling first: "same topic: kinship care"."""
        ordered = sorted(common, key=lambda word: (-self._weights[word], word))
        topics = [name for word in ordered if (name := self._vocabulary.name_of(word))]
        if topics:
            return f"same topic: {', '.join(topics[:2])}"
        return f"same words: {', '.join(ordered[:4])}"


def one_for_each(matches: Iterable[TitleMatch]) -> TitlePairs:
    """The pairs among matches that come best first, and what is left for those whose best is taken.

    A score then says how often such a pair is right.
    """
    mutual: list[TitleMatch] = []
    left: list[TitleMatch] = []
    first: set[str] = set()
    second: set[str] = set()
    for match in matches:
        if match.first not in first and match.second not in second:
            first.add(match.first)
            second.add(match.second)
            mutual.append(_calibrated(match))
        elif match.score >= SHARED_SCORE:
            left.append(match)
    of_first: list[TitleMatch] = []
    of_second: list[TitleMatch] = []
    for match in left:
        if match.first not in first:
            first.add(match.first)
            of_first.append(_calibrated(match))
        if match.second not in second:
            second.add(match.second)
            of_second.append(_calibrated(match))
    return TitlePairs(tuple(mutual), tuple(of_first), tuple(of_second))


def _calibrated(match: TitleMatch) -> TitleMatch:
    return replace(match, score=round(1.0 - _DOUBT * (1.0 - match.score), 4))


def _title(chapter: Chapter, vocabulary: Vocabulary, names: frozenset[str]) -> _Title:
    title = _ENDING.sub("", chapter.title)
    words = words_of(title)
    people = frozenset(
        word
        for start, length, concept in vocabulary.runs(words)
        if concept.kind == _GROUP
        for word in (*vocabulary.in_words(words[start : start + length]), *words[start : start + length])
    )
    with_concepts = _read(title, vocabulary, names, people - _FORMS)
    plain = _read(title, _NO_VOCABULARY, names, people - _FORMS)
    key = title_key(_YEAR_IN_BRACKETS.sub("", title))
    return _Title(chapter.id, key, with_concepts, with_concepts if plain == with_concepts else plain)


def _read(title: str, vocabulary: Vocabulary, names: frozenset[str], people: frozenset[str]) -> _Reading:
    """Read a title; a title that is nothing but names is read as it stands."""

    def tokens(text: str) -> frozenset[str]:
        return frozenset(
            word
            for word in vocabulary.in_words(words_of(text))
            if word not in _STOP_WORDS and word not in names and not _YEAR.match(word)
        )

    head = tokens(_BRACKETS.sub(" ", title))
    if not head - _FORMS:  # all that it says stands in brackets
        head = tokens(title)
    words = head | tokens(" ".join(_BRACKETS.findall(title)))
    if not words and names:
        return _read(title, vocabulary, frozenset(), people)
    topic = words - _FORMS or words
    return _Reading(words, topic, words - head, words & people, " ".join(sorted(head - _FORMS or head)))
