"""Which documents of an index a query finds, and what each counts.

Words are intersected from the rarest on. Every value is a sum of `rarity x impact` (see `ranking`), so the scores of
several indexes can be put in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.text import title_key
from reader.search import ranking, words
from reader.search.open_index import OpenIndex, Postings
from reader.search.query import (
    All,
    Any,
    Field,
    InPart,
    Near,
    Node,
    Number,
    OfAuthority,
    OneMeaning,
    Phrase,
    Prefix,
    Without,
    WithStatus,
    Word,
)
from reader.search.schema import HEADING, TITLE

Found = Mapping[int, float]
"""Documents, each with its score."""

OTHER_TERM: Final = 0.5
"""What a place counts that says the same in another term, beside one that holds what was typed."""

_OPEN_WORD: Final = 0.5
_OPEN_BUDGET: Final = 4_000
_PREFIX_BUDGET: Final = 20_000
_COVERAGE: Final = 0.5
_NUMBER_SCORE: Final = 50.0
_SCOPE_SCORE: Final = 0.0
_LOOK_UP: Final = 256

_Scored = tuple[Postings, float]
"""Postings, and what each of them is to be multiplied with."""

_NOTHING: Final[_Scored] = ({}, 0.0)


class Evaluation:
    """Evaluates nodes of one query over some indexes."""

    def __init__(self, indexes: Sequence[OpenIndex], cancel: CancelToken) -> None:
        self._indexes = indexes
        self._cancel = cancel
        self._documents = sum(index.document_count for index in indexes)
        self._rarity: dict[str, float] = {}
        self.cut_prefixes: set[str] = set()
        """Beginnings of so many words that only the most frequent of them were looked for."""

    def found(self, node: Node, index: OpenIndex) -> Found:
        """The documents of one index that a node finds.

        Raises:
            CancelledError: when a newer query took its place.
            DamagedIndexError: when the index turns out to be damaged.
        """
        self._cancel.raise_if_cancelled()
        return _scaled(self._scored(node, index))

    def held(self, parts: Sequence[Node], least: float) -> dict[OpenIndex, Found]:
        """The documents that hold some of the parts. Those with more of them, and with rarer ones, count for more.

        Args:
            parts: What is looked for.
            least: The share of the parts, weighted by rarity, that a document must hold.
        """
        scored = {part: [self._scored(part, index) for index in self._indexes] for part in parts}
        shares = {
            part: ranking.rarity(sum(len(postings) for postings, _ in found), self._documents)
            for part, found in scored.items()
        }
        whole = sum(shares.values()) or 1.0
        held: dict[OpenIndex, Found] = {}
        for place, index in enumerate(self._indexes):
            self._cancel.raise_if_cancelled()
            score: dict[int, float] = {}
            share: dict[int, float] = {}
            for part, found in scored.items():
                postings, factor = found[place]
                own = shares[part] / whole
                for document, value in postings.items():
                    score[document] = score.get(document, 0.0) + factor * value
                    share[document] = share.get(document, 0.0) + own
            held[index] = {
                document: value * share[document] ** _COVERAGE
                for document, value in score.items()
                if share[document] >= least
            }
        return held

    def _scored(self, node: Node, index: OpenIndex) -> _Scored:  # noqa: PLR0911  # one for each kind of node
        match node:
            case Word():
                return self._open_word(node.word, index) if node.is_open else self._word(node.word, index)
            case Prefix():
                return self._prefix(node.word, index, _PREFIX_BUDGET, is_asked=True)
            case Phrase():
                return self._phrase(node.words, index)
            case Near():
                return self._near(node, index)
            case Number():
                return self._number(node.number, index)
            case InPart():
                return self._in_part(node, index)
            case OfAuthority():
                return _everything(index) if _is_of(index, node.words) else _NOTHING
            case WithStatus():
                return _entries(index, lambda number: node.status in index.entries[number].statuses)
            case Any():
                return self._any(node.nodes, index)
            case All():
                return self._all(node.nodes, index)
            case Without():
                missing = self._scored(node.node, index)[0]
                return {d: 0.0 for d in range(index.document_count) if d not in missing}, 1.0
            case OneMeaning():
                return self._one_meaning(node, index)

    def _word(self, word: str, index: OpenIndex) -> _Scored:
        stem = words.stem(word)
        if index.lexicon.number(stem) is None:
            return _NOTHING
        return index.postings(stem), self._rarity_of(stem)

    def _rarity_of(self, stem: str) -> float:
        found = self._rarity.get(stem)
        if found is None:
            holding = sum(index.lexicon.stem_frequency(stem) for index in self._indexes)
            found = self._rarity[stem] = ranking.rarity(holding, self._documents)
        return found

    def _open_word(self, word: str, index: OpenIndex) -> _Scored:
        """The word itself counts in full, words that begin with it less."""
        longer, factor = self._prefix(word, index, _OPEN_BUDGET)
        whole, own_factor = self._word(word, index)
        if not whole:
            return longer, factor
        if longer.keys() <= whole.keys():
            return whole, own_factor
        share = _OPEN_WORD * min(factor / own_factor, 1.0) if own_factor else _OPEN_WORD
        merged = {document: share * value for document, value in longer.items()}
        merged.update(whole)
        return merged, own_factor

    def _prefix(self, word: str, index: OpenIndex, budget: int, *, is_asked: bool = False) -> _Scored:
        expanded = index.lexicon.beginning_with(word, budget)
        if is_asked and len(expanded) < index.lexicon.count_beginning_with(word):
            self.cut_prefixes.add(word)
        stems = tuple(dict.fromkeys(index.lexicon.stem(number) for _, number in expanded))
        if not stems:
            return _NOTHING
        if len(stems) == 1:
            return index.postings(stems[0]), self._rarity_of(stems[0])

        def union() -> Postings:
            merged: dict[int, float] = {}
            for stem in reversed(stems):  # the most frequent word has the last say
                merged.update(index.postings(stem))
            return merged

        merged = index.kept(f"{word}*{budget}", union)
        return merged, ranking.rarity(len(merged), max(index.document_count, 1))

    def _phrase(self, phrase: tuple[str, ...], index: OpenIndex) -> _Scored:
        stems = tuple(words.stem(word) for word in phrase)
        if len(stems) == 1:
            return self._word(phrase[0], index)
        pattern = index.pattern(stems)
        if pattern is None:
            return _NOTHING
        postings = index.kept(
            " ".join(stems),
            lambda: _mean(
                [index.postings(stem) for stem in dict.fromkeys(stems)],
                lambda document: index.holds(document, pattern),
            ),
        )
        return postings, sum(self._rarity_of(stem) for stem in dict.fromkeys(stems))

    def _near(self, node: Near, index: OpenIndex, part: int | None = None) -> _Scored:
        one, other = self._phrase(node.one, index), self._phrase(node.other, index)
        both = _intersection([one, other])
        first = index.pattern(tuple(words.stem(word) for word in node.one))
        second = index.pattern(tuple(words.stem(word) for word in node.other))
        if not both or first is None or second is None:
            return _NOTHING
        near: dict[int, float] = {}
        for count, (document, value) in enumerate(both.items()):
            if count % _LOOK_UP == 0:
                self._cancel.raise_if_cancelled()
            if index.are_near(document, first, second, node.distance, part):
                near[document] = value
        return near, 1.0

    def _number(self, number: str, index: OpenIndex) -> _Scored:
        phrase, factor = self._phrase(tuple(words.words(number)), index)
        found = {document: factor * value for document, value in phrase.items()}
        for place, entry in enumerate(index.entries):
            if entry.number is not None and (entry.number == number or entry.number.startswith(f"{number}.")):
                score = _NUMBER_SCORE * (2 if entry.number == number else 1)
                found.update((document, score) for document in index.documents_of(place))
                found[entry.first] = score + 1
        return found, 1.0

    def _in_part(self, node: InPart, index: OpenIndex) -> _Scored:
        prefix = TITLE if node.field is Field.TITLE else HEADING
        part = 0 if node.field is Field.TITLE else 1
        inner = node.node
        if isinstance(inner, Near):
            return self._near(inner, index, part)
        if isinstance(inner, Phrase) and len(inner.words) > 1:
            pattern = index.pattern(tuple(words.stem(word) for word in inner.words))
            if pattern is None:
                return _NOTHING
            whole, factor = self._scored(inner, index)
            return {
                document: value
                for document, value in whole.items()
                if index.part_holds(document, part, pattern)
            }, factor
        stems: tuple[str, ...]
        if isinstance(inner, Phrase):
            stems = (words.stem(inner.words[0]),)
        elif isinstance(inner, Word) and not inner.is_open:
            stems = (words.stem(inner.word),)
        else:
            expanded = index.lexicon.beginning_with(inner.word, _PREFIX_BUDGET)
            own = (words.stem(inner.word),) if isinstance(inner, Word) else ()
            stems = tuple(dict.fromkeys((*own, *(index.lexicon.stem(number) for _, number in expanded))))
        found: dict[int, float] = {}
        for stem in stems:
            where = index.postings(prefix + stem)
            if where:
                values, rarity = index.postings(stem), self._rarity_of(stem)
                found.update((document, rarity * values.get(document, 0.0)) for document in where)
        return found, 1.0

    def _any(self, nodes: Iterable[Node], index: OpenIndex) -> _Scored:
        merged: dict[int, float] = {}
        for node in nodes:
            postings, factor = self._scored(node, index)
            for document, value in postings.items():
                merged[document] = merged.get(document, 0.0) + factor * value
        return merged, 1.0

    def _all(self, nodes: Sequence[Node], index: OpenIndex) -> _Scored:
        wanted = [self._scored(node, index) for node in nodes if not isinstance(node, Without)]
        merged = _intersection(wanted) if wanted else dict.fromkeys(range(index.document_count), 0.0)
        for node in nodes:
            if isinstance(node, Without) and merged:
                missing = self._scored(node.node, index)[0]
                merged = {document: value for document, value in merged.items() if document not in missing}
        return merged, 1.0

    def _one_meaning(self, node: OneMeaning, index: OpenIndex) -> _Scored:
        postings, factor = self._scored(node.typed, index)
        merged: dict[int, float] = {}
        for _, other in node.others:
            values, rarity = self._scored(other, index)
            share = OTHER_TERM * rarity
            for document, value in values.items():
                if document not in postings:
                    merged[document] = max(merged.get(document, 0.0), share * value)
        if not merged:
            return postings, factor
        merged.update((document, factor * value) for document, value in postings.items())
        return merged, 1.0


def _scaled(scored: _Scored) -> Found:
    postings, factor = scored
    return postings if factor == 1.0 else {document: factor * value for document, value in postings.items()}


def _intersection(scored: list[_Scored]) -> dict[int, float]:
    (smallest, factor), *others = sorted(scored, key=lambda one: len(one[0]))
    merged = {document: factor * value for document, value in smallest.items()}
    for postings, other_factor in others:
        merged = {
            document: value + other_factor * postings[document]
            for document, value in merged.items()
            if document in postings
        }
    return merged


def _mean(postings: list[Postings], holds: Callable[[int], bool]) -> dict[int, float]:
    """Documents of all the postings that pass a test, with the mean of what they count there."""
    rarest, *others = sorted(postings, key=len)
    documents: AbstractSet[int] = rarest.keys()
    for other in others:
        documents = documents & other.keys()
    return {
        document: sum(one[document] for one in postings) / len(postings)
        for document in sorted(documents)
        if holds(document)
    }


def _everything(index: OpenIndex) -> _Scored:
    return dict.fromkeys(range(index.document_count), _SCOPE_SCORE), 1.0


def _entries(index: OpenIndex, is_wanted: Callable[[int], bool]) -> _Scored:
    return {
        document: _SCOPE_SCORE
        for number in range(len(index.entries))
        if is_wanted(number)
        for document in index.documents_of(number)
    }, 1.0


def _is_of(index: OpenIndex, named: tuple[str, ...]) -> bool:
    """Whether each of the words begins a word of the authority's name or of the manual's id."""
    own = title_key(f"{index.authority} {index.manual}").split()
    return all(any(word.startswith(one) for word in own) for one in named)
