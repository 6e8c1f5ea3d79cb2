"""The coverage map: chapters of several manuals, grouped into topics by their counterparts.

Pairs are taken from the surest down. A pair joins the topics that its two chapters stand in only where that leaves a
consistent one: each chapter of one side is held against each other manual of the other side, and more than half of
these must be counterparts; half is enough for a sure pair, where no manual would stand in the topic with chapters of
both sides. One weak pair therefore never glues two topics together. Titles that share a concept of the vocabulary count
against it in part only, for such a pair may have failed the measure by a hair.

What is left over then joins where a sure pair puts it, or where it alone in its manual names a concept that no manual
names twice; but never so that a manual would stand in a topic with a second chapter. Sharing a group of people is no
evidence at all: most of a manual is about "looked after children".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Final

from reader.domain.contents import ChapterPlace, ContentsList
from reader.domain.counterpart import CounterpartPair
from reader.domain.coverage import Coverage, CoveredManual, Topic, TopicChapter
from reader.domain.manual import ManualId
from reader.domain.text import title_key
from reader.domain.vocabulary import Vocabulary, words_of

_SURE: Final = 0.9
"""A pair of this score needs nobody's support."""
_LIKELY: Final = Fraction(1, 3)
"""How much two titles that share a concept, and are no counterparts, speak against one topic."""
_RARE: Final = 2
_SHORT_WORD: Final = 3
_WHOM: Final = frozenset({"group", "body"})
_NO_VOCABULARY: Final = Vocabulary()
_Key = tuple[ManualId, str]
"""Names a chapter: its manual and its id."""
_Pair = tuple[_Key, _Key]
_Index = Mapping[str, Mapping[ManualId, Sequence[_Key]]]
"""For each concept the chapters of each manual whose titles name it."""


@dataclass(frozen=True, slots=True)
class ManualContents:
    """A manual as the map needs it."""

    manual: ManualId
    edition: int
    contents: ContentsList


def coverage(
    manuals: Iterable[ManualContents],
    pairs: Iterable[CounterpartPair],
    vocabulary: Vocabulary = _NO_VOCABULARY,
) -> Coverage:
    """Group the chapters of manuals into topics, and put the topics in order.

    Neither the order of the manuals nor that of the pairs matters, nor which way round a pair is.

    Args:
        manuals: One edition of each manual.
        pairs: The counterparts between every two of them. Pairs with chapters of other manuals are left out.
        vocabulary: What titles mean, for the names of topics too.
    """
    by_id = {manual.manual: manual for manual in manuals}
    ordered = [by_id[manual_id] for manual_id in sorted(by_id)]
    places = {
        (manual.manual, place.chapter.id): place for manual in ordered for place in manual.contents.places()
    }
    position = {key: at for at, key in enumerate(places)}
    links = _Links(places, pairs, vocabulary)
    groups = _grouped(places, links)
    chapters = {key: _chapter(key, place) for key, place in places.items()}
    by_size = sorted(ordered, key=lambda manual: (-sum(1 for _ in manual.contents.chapters()), manual.manual))
    lists = [[(manual.manual, chapter.id) for chapter in manual.contents.chapters()] for manual in by_size]
    titles = _Names(vocabulary, {key: rank for rank, key in enumerate(key for keys in lists for key in keys)})
    topics = (
        Topic(
            titles.name([chapters[key] for key in group]),
            titles.division([chapters[key] for key in group]),
            tuple(chapters[key] for key in sorted(group, key=position.__getitem__)),
            tuple(chapters[key] for key in sorted(_near(group, links), key=position.__getitem__)),
        )
        for group in _in_order(groups, lists, chapters)
    )
    return Coverage(tuple(CoveredManual(manual.manual, manual.edition) for manual in ordered), tuple(topics))


class _Links:
    """The counterparts of every chapter, and what titles say. Pairs that share nothing but people are left out."""

    def __init__(
        self, places: Mapping[_Key, ChapterPlace], pairs: Iterable[CounterpartPair], vocabulary: Vocabulary
    ) -> None:
        self._scores: dict[_Pair, float] = {}
        self._partners: defaultdict[_Key, set[_Key]] = defaultdict(set)
        self._says = {key: _Says.of(place.chapter.title, vocabulary) for key, place in places.items()}
        for pair in pairs:
            one = (pair.manual, pair.chapter.id)
            other = (pair.counterpart.manual, pair.counterpart.chapter.id)
            if one[0] == other[0] or one not in places or other not in places:
                continue
            score = pair.counterpart.score
            if score < _SURE and self._says[one].shares_people_only(self._says[other]):
                continue
            first, second = sorted((one, other))
            self._scores[first, second] = max(score, self._scores.get((first, second), 0.0))
            self._partners[first].add(second)
            self._partners[second].add(first)

    @cached_property
    def surest_first(self) -> tuple[_Pair, ...]:
        return tuple(sorted(self._scores, key=lambda pair: (-self._scores[pair], pair)))

    @cached_property
    def sure(self) -> frozenset[_Pair]:
        return frozenset(pair for pair in self.surest_first if self._scores[pair] >= _SURE)

    def partners(self, key: _Key) -> frozenset[_Key]:
        return frozenset(self._partners.get(key, ()))

    def share_a_concept(self, one: _Key, other: _Key) -> bool:
        return not self._says[one].concepts.isdisjoint(self._says[other].concepts)

    def named_once(self) -> Iterator[_Pair]:
        """Pairs of chapters that alone in their manuals name something which no manual names twice."""
        for by_manual in self._by_concept.values():
            if all(len(chapters) == 1 for chapters in by_manual.values()):
                yield from pairwise(key for chapters in by_manual.values() for key in chapters)

    def name_the_same(self, group: Sequence[_Key]) -> Iterator[_Key]:
        """The chapters whose titles name what at least half of a group's do, and few others of their manual."""
        for index, said in (
            (self._by_concept, [self._says[key].all_concepts for key in group]),
            (self._by_any_concept, [self._says[key].concepts for key in group]),
        ):
            named = Counter(concept for concepts in said for concept in concepts)
            for concept, times in named.items():
                if times * 2 >= len(group):
                    for chapters in index.get(concept, {}).values():
                        if len(chapters) <= _RARE:
                            yield from chapters

    @cached_property
    def _by_concept(self) -> _Index:
        return _index({key: says.concepts for key, says in self._says.items()})

    @cached_property
    def _by_any_concept(self) -> _Index:
        return _index({key: says.all_concepts for key, says in self._says.items()})


def _index(concepts: Mapping[_Key, Iterable[str]]) -> _Index:
    found: defaultdict[str, defaultdict[ManualId, list[_Key]]] = defaultdict(lambda: defaultdict(list))
    for key in sorted(concepts):
        for concept in concepts[key]:
            found[concept][key[0]].append(key)
    return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class _Says:
    """What a title says: concepts of the vocabulary, whom it is about, and the words beside these."""

    concepts: frozenset[str]
    people: frozenset[str]
    words: frozenset[str]

    @classmethod
    def of(cls, title: str, vocabulary: Vocabulary) -> _Says:
        """Read a title. Bodies tell as little as people do, and are counted among them.

        One that speaks of people and of nothing else has them for its concept.
        """
        words = words_of(title)
        found = [concept for *_, concept in vocabulary.runs(words)]
        people = frozenset(f"concept:{concept.id}" for concept in found if concept.kind in _WHOM)
        concepts = frozenset(f"concept:{concept.id}" for concept in found) - people
        telling = (word for word in vocabulary.in_words(words) if len(word) > _SHORT_WORD)
        others = frozenset(telling) - concepts - people
        return cls(concepts or (frozenset() if others else people), people, others)

    @property
    def all_concepts(self) -> frozenset[str]:
        return self.concepts | self.people

    def shares_people_only(self, other: _Says) -> bool:
        """Whether both speak of the same people, each of something else about them."""
        here, there = self.concepts | self.words, other.concepts | other.words
        return not self.people.isdisjoint(other.people) and here.isdisjoint(there)


def _grouped(keys: Iterable[_Key], links: _Links) -> list[tuple[_Key, ...]]:
    """Every chapter in exactly one group."""
    group_of: dict[_Key, tuple[_Key, ...]] = {key: (key,) for key in keys}
    _join(
        links.surest_first,
        group_of,
        lambda pair, first, second: _are_one_topic(first, second, is_sure=pair in links.sure, links=links),
    )
    # What stands alone because one list words it like no other still belongs where a sure pair puts it.
    leftover = (*(pair for pair in links.surest_first if pair in links.sure), *links.named_once())
    _join(leftover, group_of, lambda _, first, second: _is_apart(first, second))
    return sorted(set(group_of.values()))


def _join(
    pairs: Sequence[_Pair],
    group_of: dict[_Key, tuple[_Key, ...]],
    may_join: Callable[[_Pair, Sequence[_Key], Sequence[_Key]], bool],
) -> None:
    """Join the groups that pairs stand in; a pass over the pairs is repeated until none joins anything any more."""
    has_grown = True
    while has_grown:
        has_grown = False
        for pair in pairs:
            first, second = (group_of[key] for key in pair)
            if first != second and may_join(pair, first, second):
                joined = tuple(sorted((*first, *second)))
                group_of.update(dict.fromkeys(joined, joined))
                has_grown = True


def _is_apart(first: Sequence[_Key], second: Sequence[_Key]) -> bool:
    """Whether no manual stands in both groups."""
    return {manual for manual, _ in first}.isdisjoint(manual for manual, _ in second)


def _are_one_topic(first: Sequence[_Key], second: Sequence[_Key], *, is_sure: bool, links: _Links) -> bool:
    """Whether two groups belong together for the sake of a pair between them, a sure one or another."""
    verdicts = Counter((*_verdicts(first, second, links), *_verdicts(second, first, links)))
    against = verdicts[_Verdict.AGAINST] + _LIKELY * verdicts[_Verdict.LIKELY]
    if is_sure and _is_apart(first, second):
        return verdicts[_Verdict.FOR] >= against
    return verdicts[_Verdict.FOR] > against


class _Verdict(Enum):
    FOR = "counterparts"
    LIKELY = "share a concept"
    AGAINST = "neither"


def _verdicts(here: Sequence[_Key], there: Sequence[_Key], links: _Links) -> Iterator[_Verdict]:
    """For each chapter here and each other manual there: whether they belong together."""
    by_manual: defaultdict[ManualId, list[_Key]] = defaultdict(list)
    for key in there:
        by_manual[key[0]].append(key)
    for one in here:
        partners = links.partners(one)
        for manual, others in by_manual.items():
            if manual == one[0]:
                continue
            if not partners.isdisjoint(others):
                yield _Verdict.FOR
            elif any(links.share_a_concept(one, other) for other in others):
                yield _Verdict.LIKELY
            else:
                yield _Verdict.AGAINST


def _near(group: Sequence[_Key], links: _Links) -> set[_Key]:
    """Chapters of manuals that have none in a group: counterparts of one in it, else what names the same rare thing."""
    manuals = {manual for manual, _ in group}
    found = {key for member in group for key in links.partners(member) if key[0] not in manuals}
    manuals |= {manual for manual, _ in found}
    return found | {key for key in links.name_the_same(group) if key[0] not in manuals}


def _in_order(
    groups: Sequence[tuple[_Key, ...]], lists: Sequence[Sequence[_Key]], chapters: Mapping[_Key, TopicChapter]
) -> list[tuple[_Key, ...]]:
    """Groups in the order of the first list; those that it lacks stand beside their neighbours in the next ones."""
    group_of = {key: group for group in groups for key in group}
    ordered: list[tuple[_Key, ...]] = []
    placed: set[tuple[_Key, ...]] = set()

    def division(key: _Key) -> str:
        return title_key(chapters[key].division)

    def place_for(keys: Sequence[_Key], at: int) -> int:
        before = keys[at - 1] if at else None
        after = next((key for key in keys[at + 1 :] if group_of[key] in placed), None)
        here = division(keys[at])
        if before is not None and division(before) == here:
            return ordered.index(group_of[before]) + 1
        if after is not None and division(after) == here:
            return ordered.index(group_of[after])
        named_alike = [i for i, group in enumerate(ordered) if here in {division(key) for key in group}]
        if here and named_alike:
            return named_alike[-1] + 1
        if before is not None:
            return ordered.index(group_of[before]) + 1
        return ordered.index(group_of[after]) if after is not None else len(ordered)

    for keys in lists:
        for at, key in enumerate(keys):
            group = group_of[key]
            if group not in placed:
                ordered.insert(place_for(keys, at), group)
                placed.add(group)
    return ordered


class _Names:
    """Finds what a topic is called and where it stands. Where two are as good, the larger manual's word counts."""

    def __init__(self, vocabulary: Vocabulary, rank: Mapping[_Key, int]) -> None:
        self._vocabulary = vocabulary
        self._rank = rank

    def name(self, chapters: Sequence[TopicChapter]) -> str:
        """The title that at least half bear, else the concept that all share, else the shortest title."""
        ordered = self._ranked(chapters)
        titles = Counter(title_key(found.chapter.title) for found in ordered)
        most, times = titles.most_common(1)[0]
        if times * 2 >= len(ordered) and (times > 1 or len(ordered) == 1):
            return next(found.chapter.title for found in ordered if title_key(found.chapter.title) == most)
        shared = frozenset.intersection(
            *(_Says.of(found.chapter.title, self._vocabulary).concepts for found in ordered)
        )
        names = (self._vocabulary.name_of(concept) or "" for concept in shared)
        concept = max(sorted(names), key=len, default="")
        if concept:
            return concept[0].upper() + concept[1:]
        return min((found.chapter.title for found in ordered), key=len)

    def division(self, chapters: Sequence[TopicChapter]) -> str:
        """The title of the division that most of them stand in."""
        ordered = self._ranked(chapters)
        divisions = Counter(title_key(found.division) for found in ordered if found.division)
        most = divisions.most_common(1)
        return next(
            (found.division for found in ordered if most and title_key(found.division) == most[0][0]), ""
        )

    def _ranked(self, chapters: Sequence[TopicChapter]) -> list[TopicChapter]:
        return sorted(chapters, key=lambda found: self._rank[found.manual, found.chapter.id])


def _chapter(key: _Key, place: ChapterPlace) -> TopicChapter:
    titles = [division.title or division.numbered_title for division in place.divisions]
    return TopicChapter(key[0], place.chapter, titles[-1] if titles else "")
