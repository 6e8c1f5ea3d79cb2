"""Two chapters on one practice question beside each other: which passages say the same, and what differs in them.

Passages belong together by what they say (terms of the sector and words, each weighed by how much it tells apart), by
their headings, and by the box that they stand in; order and numbers mean nothing. One side may split what the other
merges. Within a row, words are compared in sentences that are alike; time limits, figures, who decides and how
binding something is are compared over the whole row.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from typing import Final

from reader.compare.facts import Fact, duties, facts, is_month, sentences
from reader.compare.passages import heading_key
from reader.domain.cancel import CancelToken
from reader.domain.contents import Passage
from reader.domain.sides import Difference, Mark, MarkedPassage, MarkKind, Row
from reader.domain.text import singular, title_key
from reader.domain.vocabulary import Vocabulary, words_of

_HEADING_WEIGHT: Final = 4
_SAME_HEADING: Final = 0.5
_SAME_BOX: Final = 0.6
_ALIKE_HEADING: Final = 0.25
_PAIR: Final = 0.24
_PART: Final = 0.3
_PART_SHARE: Final = 0.6
_ALIKE_SENTENCES: Final = 0.5
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_MODAL: Final = frozenset({"must", "shall", "should", "may", "can", "need"})
_SMALL_WORDS: Final = """
a an and are as at be by for from has have if in is it its of on or that the their they this to was which who will with
must should may
"""
_SMALL: Final = frozenset(_SMALL_WORDS.split())

_MOST_CANDIDATES: Final = 40
_NEVER: Final = CancelToken()

Pairing = tuple[tuple[int, ...], tuple[int, ...]]
"""Positions in the first text, and in the second, that say the same."""


def compared(
    first: Sequence[Passage], second: Sequence[Passage], vocabulary: Vocabulary, cancel: CancelToken = _NEVER
) -> tuple[Row, ...]:
    """Two texts beside each other, in the order of the first; what only the second has stands where it follows on.

    Raises:
        CancelledError: when it is stopped.
    """
    rows: list[Row] = []
    for ones, others in aligned_by_meaning(first, second, vocabulary, cancel):
        cancel.raise_if_cancelled()
        rows.append(_row((tuple(first[i] for i in ones), tuple(second[j] for j in others)), vocabulary))
    return tuple(rows)


def compared_with_each(
    base: Sequence[Passage],
    others: Sequence[Sequence[Passage]],
    vocabulary: Vocabulary,
    cancel: CancelToken = _NEVER,
) -> tuple[Row, ...]:
    """One text beside several, a row for each of its passages; what others have beyond it stands where it follows.

    Raises:
        CancelledError: when it is stopped.
    """
    said: list[dict[int, tuple[int, ...]]] = []
    follows: list[dict[int, list[int]]] = []
    groups = list(range(len(base)))  # passages that one of the others says in one belong to one row
    for other in others:
        own: dict[int, tuple[int, ...]] = {}
        behind: dict[int, list[int]] = {}
        last = -1
        for ones, found in aligned_by_meaning(base, other, vocabulary, cancel):
            if ones:
                last = ones[-1]
                own[ones[0]] = found
                joined = {groups[i] for i in ones}
                groups = [min(joined) if group in joined else group for group in groups]
            else:
                behind.setdefault(last, []).extend(found)
        said.append(own)
        follows.append(behind)
    rows = list(_lone_rows(-1, follows, others, vocabulary))
    for group in dict.fromkeys(groups):
        cancel.raise_if_cancelled()
        members = [i for i, own_group in enumerate(groups) if own_group == group]
        cells = [
            tuple(other[j] for i in members for j in own.get(i, ()))
            for own, other in zip(said, others, strict=True)
        ]
        rows.append(_row((tuple(base[i] for i in members), *cells), vocabulary))
        for i in members:
            rows += _lone_rows(i, follows, others, vocabulary)
    return tuple(rows)


def _lone_rows(
    place: int,
    follows: Sequence[Mapping[int, Sequence[int]]],
    others: Sequence[Sequence[Passage]],
    vocabulary: Vocabulary,
) -> Iterator[Row]:
    """The passages that only one of the others has and that follow a passage of the base."""
    for number, (behind, other) in enumerate(zip(follows, others, strict=True), start=1):
        for j in behind.get(place, ()):
            cells: list[tuple[Passage, ...]] = [() for _ in range(len(others) + 1)]
            cells[number] = (other[j],)
            yield _row(tuple(cells), vocabulary)


def aligned_by_meaning(
    first: Sequence[Passage], second: Sequence[Passage], vocabulary: Vocabulary, cancel: CancelToken = _NEVER
) -> list[Pairing]:
    """Which passages say the same. Every passage of both stands in one pairing exactly.

    Raises:
        CancelledError: when it is stopped.
    """
    likeness = _likeness(first, second, vocabulary, cancel)
    pairs = _mutual_best(likeness, len(first), len(second))
    groups: dict[int, tuple[list[int], list[int]]] = {}
    group_of_first: dict[int, int] = {}
    group_of_second: dict[int, int] = {}
    for number, (i, j) in enumerate(sorted(pairs.items())):
        groups[number] = ([i], [j])
        group_of_first[i], group_of_second[j] = number, number
    _add_parts(likeness, len(first), pairs, groups, group_of_first, of_first=True)
    backwards = {j: i for i, j in pairs.items()}
    _add_parts(likeness, len(second), backwards, groups, group_of_second, of_first=False)
    return _in_order(len(first), len(second), groups, group_of_first, group_of_second)


@dataclass(frozen=True, slots=True)
class _Likeness:
    """How much each passage of the first text says the same as each of the second."""

    values: Mapping[tuple[int, int], float]

    def get(self, i: int, j: int) -> float:
        return self.values.get((i, j), 0.0)


def _likeness(
    first: Sequence[Passage], second: Sequence[Passage], vocabulary: Vocabulary, cancel: CancelToken
) -> _Likeness:
    one = [_terms(passage, vocabulary) for passage in first]
    two = [_terms(passage, vocabulary) for passage in second]
    held_by: Counter[str] = Counter()
    for terms in (*one, *two):
        held_by.update(terms.keys())
    count = len(one) + len(two)
    left = [_weighted(terms, held_by, count) for terms in one]
    right = [_weighted(terms, held_by, count) for terms in two]
    headings = [_heading_words(passage, vocabulary) for passage in (*first, *second)]
    holding: dict[str, list[tuple[int, float]]] = {}
    for j, weights in enumerate(right):
        for term, weight in weights.items():
            holding.setdefault(term, []).append((j, weight))
    alike = _by_heading_and_box(second, headings[len(first) :])
    values: dict[tuple[int, int], float] = {}
    for i, own in enumerate(left):
        cancel.raise_if_cancelled()
        shared: dict[int, float] = dict.fromkeys(alike.get(_place_key(first[i], headings[i]), ()), 0.0)
        for term, weight in own.items():
            for j, other in holding.get(term, ()):
                shared[j] = shared.get(j, 0.0) + weight * other
        scored = (
            (value + _by_place(first[i], second[j], headings[i], headings[len(first) + j]), j)
            for j, value in shared.items()
        )
        for value, j in nlargest(_MOST_CANDIDATES, scored):
            if value > 0:
                values[i, j] = value
    return _Likeness(values)


def _by_heading_and_box(
    passages: Sequence[Passage], headings: Sequence[frozenset[str]]
) -> dict[object, list[int]]:
    """Where passages of a box stand, and those under one heading: they may belong together without a common word."""
    places: dict[object, list[int]] = {}
    for j, passage in enumerate(passages):
        places.setdefault(_place_key(passage, headings[j]), []).append(j)
    return places


def _place_key(passage: Passage, heading: frozenset[str]) -> object:
    return passage.box or heading


def _by_place(one: Passage, other: Passage, own: frozenset[str], others: frozenset[str]) -> float:
    """What heading and box say: the same box, the same heading, or some of the same words."""
    if one.box or other.box:
        return _SAME_BOX if one.box == other.box and one.box != "note" else -1.0
    if not one.heading or not other.heading:
        return _SAME_HEADING if not one.heading and not other.heading else 0.0
    if own == others:
        return _SAME_HEADING
    return _ALIKE_HEADING * len(own & others) / max(len(own | others), 1)


def _mutual_best(likeness: _Likeness, first_count: int, second_count: int) -> dict[int, int]:
    """Pairs from the surest on; each passage stands in one at most."""
    ordered = sorted(
        likeness.values.items(),
        key=lambda item: (-item[1], abs(item[0][0] / first_count - item[0][1] / second_count), item[0]),
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for (i, j), value in ordered:
        if value < _PAIR:
            break
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    return pairs


def _add_parts(
    likeness: _Likeness,
    count: int,
    pairs: Mapping[int, int],
    groups: dict[int, tuple[list[int], list[int]]],
    group_of: dict[int, int],
    *,
    of_first: bool,
) -> None:
    """Passages without a pair join the row of what they are a part of, when they stand beside its passage."""
    for one in range(count):
        if one in pairs:
            continue
        best: tuple[float, int] | None = None
        for neighbour in (one - 1, one + 1):
            if neighbour not in pairs and neighbour not in group_of:
                continue
            group = group_of[neighbour]
            own_side, other_side = groups[group] if of_first else groups[group][::-1]
            if len(other_side) > 1:
                continue
            value = likeness.get(one, other_side[0]) if of_first else likeness.get(other_side[0], one)
            held = (
                likeness.get(own_side[0], other_side[0])
                if of_first
                else likeness.get(other_side[0], own_side[0])
            )
            if value >= _PART and value >= _PART_SHARE * min(held, 1.0) and (best is None or value > best[0]):
                best = (value, group)
        if best is not None:
            group_of[one] = best[1]
            groups[best[1]][0 if of_first else 1].append(one)


def _in_order(
    first_count: int,
    second_count: int,
    groups: Mapping[int, tuple[list[int], list[int]]],
    group_of_first: Mapping[int, int],
    group_of_second: Mapping[int, int],
) -> list[Pairing]:
    follows: dict[int | None, list[int]] = {}
    last: int | None = None
    for j in range(second_count):
        if j in group_of_second:
            last = group_of_second[j]
        else:
            follows.setdefault(last, []).append(j)
    ordered: list[Pairing] = [((), (j,)) for j in follows.get(None, [])]
    done: set[int] = set()
    for i in range(first_count):
        group = group_of_first.get(i)
        if group is None:
            ordered.append(((i,), ()))
        elif group not in done:
            done.add(group)
            ones, others = groups[group]
            ordered.append((tuple(sorted(ones)), tuple(sorted(others))))
            ordered += [((), (j,)) for j in follows.get(group, [])]
    return ordered


def _terms(passage: Passage, vocabulary: Vocabulary) -> Counter[str]:
    terms: Counter[str] = Counter()
    for term in vocabulary.in_words(words_of(passage.text)):
        terms[term] += 1
    for term in vocabulary.in_words(words_of(heading_key(passage))):
        terms[term] += _HEADING_WEIGHT
    return terms


def _heading_words(passage: Passage, vocabulary: Vocabulary) -> frozenset[str]:
    return frozenset(vocabulary.in_words(words_of(heading_key(passage)))) - _SMALL


def _weighted(terms: Counter[str], held_by: Mapping[str, int], count: int) -> dict[str, float]:
    weights = {
        term: (1 + math.log(number)) * math.log((count + 1) / held_by[term])
        for term, number in terms.items()
        if term not in _SMALL and held_by[term] > 1  # a word of one passage says nothing of another
    }
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {term: weight / length for term, weight in weights.items()} if length else {}


_Value = tuple[MarkKind, str]


def _row(cells: tuple[tuple[Passage, ...], ...], vocabulary: Vocabulary) -> Row:
    """A row with its marks: facts that not every side states, and, of two sides, words that differ."""
    if sum(map(bool, cells)) < 2:  # noqa: PLR2004  # nothing to compare with
        return Row(tuple(tuple(map(MarkedPassage, cell)) for cell in cells))
    found = [[facts(passage.text, vocabulary) for passage in cell] for cell in cells]
    values = [{(fact.kind, fact.value) for of_passage in of_cell for fact in of_passage} for of_cell in found]
    spoken = [own for own, cell in zip(values, cells, strict=True) if cell]
    differing = set[_Value]().union(*spoken) - set[_Value].intersection(*spoken)
    words: list[list[list[Mark]]] = [[[] for _ in cell] for cell in cells]
    if len(cells) == 2:  # noqa: PLR2004  # words are compared with one other text
        words = list(_alike_sentences(cells[0], cells[1]))
    return Row(
        tuple(
            tuple(
                MarkedPassage(passage, _marks(own, differing, marks))
                for passage, own, marks in zip(cell, of_cell, of_words, strict=True)
            )
            for cell, of_cell, of_words in zip(cells, found, words, strict=True)
        ),
        tuple(_differences(cells, found, differing)),
    )


def _differences(
    cells: Sequence[Sequence[Passage]], found: Sequence[Sequence[Sequence[Fact]]], differing: set[_Value]
) -> Iterator[Difference]:
    for kind in (MarkKind.TIME, MarkKind.FIGURE, MarkKind.DECIDER):
        said = tuple(
            _said(cell, of_cell, kind, differing) for cell, of_cell in zip(cells, found, strict=True)
        )
        if any(said):
            yield Difference(kind, said)


def _said(
    passages: Sequence[Passage], found: Sequence[Sequence[Fact]], kind: MarkKind, differing: set[_Value]
) -> tuple[str, ...]:
    """How the differing facts of a kind are written, each value once."""
    said: dict[str, str] = {}
    for passage, of_passage in zip(passages, found, strict=True):
        for fact in of_passage:
            if fact.kind is kind and (kind, fact.value) in differing:
                said.setdefault(fact.value, passage.text[fact.start : fact.end])
    return tuple(said.values())


def _marks(found: Sequence[Fact], differing: set[_Value], words: Sequence[Mark]) -> tuple[Mark, ...]:
    """The facts that differ, and the words that do; facts go first where both stand."""
    marks = [Mark(fact.start, fact.end, fact.kind) for fact in found if (fact.kind, fact.value) in differing]
    facts_only = tuple(marks)
    marks += [
        mark for mark in words if not any(mark.start < one.end and one.start < mark.end for one in facts_only)
    ]
    return tuple(sorted(marks, key=lambda mark: mark.start))


@dataclass(frozen=True, slots=True)
class _Sentence:
    passage: int
    start: int
    words: tuple[tuple[str, int, int], ...]
    keys: frozenset[str]


def _alike_sentences(
    first: Sequence[Passage], second: Sequence[Passage]
) -> tuple[list[list[Mark]], list[list[Mark]]]:
    """The words that differ in sentences that both sides say nearly alike."""
    left: list[list[Mark]] = [[] for _ in first]
    right: list[list[Mark]] = [[] for _ in second]
    ones, others = list(_sentences(first)), list(_sentences(second))
    scored = [
        (_shared(one.keys, other.keys), -abs(a - b), a, b)
        for a, one in enumerate(ones)
        for b, other in enumerate(others)
        if one.keys & other.keys
    ]
    taken_one: set[int] = set()
    taken_other: set[int] = set()
    for alike, _, a, b in sorted(scored, reverse=True):
        if alike < _ALIKE_SENTENCES:
            break
        if a in taken_one or b in taken_other:
            continue
        taken_one.add(a)
        taken_other.add(b)
        own, other = _differing_words(ones[a], others[b])
        left[ones[a].passage] += own
        right[others[b].passage] += other
    return left, right


def _sentences(passages: Sequence[Passage]) -> Iterator[_Sentence]:
    for number, passage in enumerate(passages):
        for start, end in sentences(passage.text):
            found = tuple(_words(passage.text, start, end))
            keys = frozenset(key for key, _, _ in found) - _SMALL
            if keys:
                yield _Sentence(number, start, found, keys)


def _words(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The words of a sentence by what is compared of them; "must not" is one, the month of May is no duty."""
    held: tuple[str, int, int] | None = None
    for match in _WORD.finditer(text, start, end):
        key = "month5" if is_month(text, *match.span()) else _key(match[0])
        if held is not None and key == "not":
            yield f"{held[0]} not", held[1], match.end()
            held = None
            continue
        if held is not None:
            yield held
        held = (key, *match.span()) if key in _MODAL else None
        if held is None:
            yield key, *match.span()
    if held is not None:
        yield held


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    return singular(title_key(word))


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other))


def _differing_words(one: _Sentence, other: _Sentence) -> tuple[list[Mark], list[Mark]]:
    left: list[Mark] = []
    right: list[Mark] = []
    matcher = SequenceMatcher(
        None, [word for word, _, _ in one.words], [word for word, _, _ in other.words], autojunk=False
    )
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        left += _mark(one.words[i:i_end], other.words[j:j_end])
        right += _mark(other.words[j:j_end], one.words[i:i_end])
    return left, right


def _mark(own: Sequence[tuple[str, int, int]], others: Sequence[tuple[str, int, int]]) -> Iterator[Mark]:
    """Words in a row that the other side says otherwise or not at all; how binding they are is told apart."""
    if not own:
        return
    said, other_said = " ".join(word for word, _, _ in own), " ".join(word for word, _, _ in others)
    own_duties = {fact.value for fact in duties(said)}
    is_duty = bool(own_duties) and own_duties != {fact.value for fact in duties(other_said)}
    yield Mark(own[0][1], own[-1][2], MarkKind.DUTY if is_duty and len(own) <= 3 else MarkKind.WORDS)  # noqa: PLR2004
