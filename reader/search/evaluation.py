"""Which documents a query finds in some indexes, and what each counts.

Every value is a sum of `rarity x impact` (see `ranking`), so the scores of several indexes can be put in one order. How
documents are found is said part by part: each part has a lane (`lanes`) in each index.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.text import title_key
from reader.search import ranking, words
from reader.search.impacts import STEPS
from reader.search.lanes import AllLane, AnyLane, FewLane, FirstLane, Lane, MostLane, OnlyLane, RowLane
from reader.search.lexicon import OPEN_BUDGET
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

OTHER_TERM: Final = 0.5
"""What a place counts that says the same in another term, beside one that holds what was typed."""

_OPEN_WORD: Final = 0.5
_PREFIX_BUDGET: Final = 20_000
_NUMBER_SCORE: Final = 50.0
_SCOPE_SCORE: Final = 0.0
_MOST_KNOWN: Final = 48
_MOST_PLACES: Final = 300_000
"""Of what is kept for the next query: so many parts of queries, and places that they hold one by one."""
_MOST_RARITIES: Final = 5_000

Lanes = Sequence[Lane | None]
"""What a part of a query finds in each of the indexes, in their order; None where it finds nothing."""


class Known:
    """What earlier queries worked out over some indexes: at each keystroke most of a query is as it was before."""

    def __init__(self, indexes: Sequence[OpenIndex] = ()) -> None:
        self.indexes = indexes
        self._rarities: dict[str, float] = {}
        self._lanes: OrderedDict[Node, tuple[Lanes, int]] = OrderedDict()
        self._places = 0

    def lanes(self, node: Node, work_out: Callable[[Node], Lanes]) -> Lanes:
        """What a node finds; what was asked for last is kept, as far as it is not too much."""
        if not isinstance(node, Word | Phrase | Near | OneMeaning):  # these take time, and come again
            return work_out(node)
        found = self._lanes.get(node)
        if found is not None:
            self._lanes.move_to_end(node)
            return found[0]
        lanes = work_out(node)
        places = sum(lane.count for lane in lanes if isinstance(lane, FewLane | OnlyLane))
        self._lanes[node] = lanes, places
        self._places += places
        while len(self._lanes) > _MOST_KNOWN or self._places > _MOST_PLACES:
            _, (_, dropped) = self._lanes.popitem(last=False)
            self._places -= dropped
        return lanes

    def rarity(self, stem: str, work_out: Callable[[str], float]) -> float:
        """How rare a stem is."""
        found = self._rarities.get(stem)
        if found is None:
            if len(self._rarities) > _MOST_RARITIES:
                self._rarities.clear()
            found = self._rarities[stem] = work_out(stem)
        return found


class Evaluation:
    """Evaluates nodes of one query over some indexes."""

    def __init__(self, indexes: Sequence[OpenIndex], cancel: CancelToken, known: Known | None = None) -> None:
        """Evaluate over some indexes.

        Args:
            indexes: Where to look.
            cancel: Asked again and again.
            known: What earlier queries worked out over just these indexes.
        """
        self.indexes = indexes
        self._cancel = cancel
        self._documents = sum(index.document_count for index in indexes)
        self._known = known or Known()
        self._lanes: dict[Node, Lanes] = {}
        self._places = {index: place for place, index in enumerate(indexes)}
        self.cut_prefixes: set[str] = set()
        """Beginnings of so many words that only the most frequent of them were looked for."""

    def found(self, node: Node, index: OpenIndex) -> Mapping[int, float]:
        """The documents of one index that a node finds, each with its score. See `lanes`."""
        lane = self.lanes(node)[self._places[index]]
        return {document: lane.value(document) for document in lane.documents()} if lane is not None else {}

    def holds(self, node: Node, index: OpenIndex, document: int) -> bool:
        """Whether a node finds a document. See `lanes`."""
        lane = self.lanes(node)[self._places[index]]
        return lane is not None and document in lane

    def lanes(self, node: Node) -> Lanes:
        """What a node finds.

        Raises:
            CancelledError: when a newer query took its place.
            DamagedIndexError: when an index turns out to be damaged.
        """
        self._cancel.raise_if_cancelled()
        found = self._lanes.get(node)
        if found is None:
            found = self._lanes[node] = self._known.lanes(node, self._evaluated)
        return found

    def rarity_of_found(self, lanes: Lanes) -> float:
        """How rare what some lanes find is."""
        return ranking.rarity(sum(lane.count for lane in lanes if lane is not None), self._documents)

    def _evaluated(self, node: Node) -> Lanes:  # noqa: PLR0911  # one for each kind of node
        match node:
            case Word():
                return self._open_word(node.word) if node.is_open else self._word(node.word)
            case Prefix():
                return self._prefix(node.word, _PREFIX_BUDGET, is_asked=True)
            case Phrase():
                return self._phrase(node.words)
            case Near():
                return self._near(node)
            case Number():
                return self._number(node.number)
            case InPart():
                return self._in_part(node)
            case OfAuthority():
                return self._each(lambda index: _everything(index) if _is_of(index, node.words) else {})
            case WithStatus():
                return self._each(
                    lambda index: _entries(
                        index, lambda number: node.status in index.entries[number].statuses
                    )
                )
            case Any():
                return self._any([self.lanes(inner) for inner in node.nodes])
            case All():
                return self._all(node.nodes)
            case Without():
                return self._all((node,))
            case OneMeaning():
                return self._one_meaning(node)

    def _each(self, found: Callable[[OpenIndex], Postings], factor: float = 1.0) -> Lanes:
        """Lanes of the documents that are found one by one in each index."""
        lanes: list[Lane | None] = []
        for index in self.indexes:
            self._cancel.raise_if_cancelled()
            own = found(index)
            lanes.append(FewLane(index.document_count, own, factor) if own else None)
        return lanes

    def _word(self, word: str) -> Lanes:
        stem = words.stem(word)
        rarity = self._rarity_of(stem)
        rows = (index.row(stem) for index in self.indexes)
        return [RowLane(row, rarity) if row is not None else None for row in rows]

    def _rarity_of(self, stem: str) -> float:
        return self._known.rarity(stem, self._worked_out)

    def _worked_out(self, stem: str) -> float:
        holding = sum(index.lexicon.stem_frequency(stem) for index in self.indexes)
        return ranking.rarity(holding, self._documents)

    def _open_word(self, word: str) -> Lanes:
        """The word itself counts in full, words that begin with it less."""
        lanes: list[Lane | None] = []
        own_factor = self._rarity_of(words.stem(word))
        for whole, longer in zip(self._word(word), self._prefix(word, OPEN_BUDGET), strict=True):
            if whole is None or longer is None:
                lanes.append(whole or longer)
                continue
            assert isinstance(longer, RowLane)  # noqa: S101
            share = _OPEN_WORD * min(longer.factor / own_factor, 1.0) if own_factor else _OPEN_WORD
            lanes.append(FirstLane(whole, RowLane(longer.row, own_factor, share)))
        return lanes

    def _prefix(self, word: str, budget: int, *, is_asked: bool = False) -> Lanes:
        lanes: list[Lane | None] = []
        for index in self.indexes:
            lexicon = index.lexicon
            row = index.row_of_beginning(word) if budget == OPEN_BUDGET else None
            stems = lexicon.stems_beginning_with(word, budget) if row is None else ()
            if is_asked and len(lexicon.beginning_with(word, budget)) < lexicon.count_beginning_with(word):
                self.cut_prefixes.add(word)
            if len(stems) == 1:
                own = index.row(stems[0])
                lanes.append(RowLane(own, self._rarity_of(stems[0])) if own is not None else None)
                continue
            if row is None and stems:
                row = index.row_of(stems, f"{word}*{budget}")
            lanes.append(
                RowLane(row, ranking.rarity(row.count, index.document_count)) if row is not None else None
            )
        return lanes

    def _phrase(self, phrase: tuple[str, ...]) -> Lanes:
        stems = tuple(words.stem(word) for word in phrase)
        if len(stems) == 1:
            return self._word(phrase[0])

        def in_a_row(index: OpenIndex) -> Postings:
            found = _in_a_row(index, stems)
            index.let_go()
            return found

        return self._each(in_a_row, sum(self._rarity_of(stem) for stem in dict.fromkeys(stems)))

    def _near(self, node: Near, part: int | None = None) -> Lanes:
        both = self._all((Phrase(node.one), Phrase(node.other)))
        rows = [tuple(words.stem(word) for word in row) for row in (node.one, node.other)]
        lanes: list[Lane | None] = []
        for index, lane in zip(self.indexes, both, strict=True):
            self._cancel.raise_if_cancelled()
            one, other = (index.numbers(row) for row in rows)
            held = array("I")
            if lane is not None and one is not None and other is not None:
                held.extend(index.near(list(lane.documents()), one, other, node.distance, part))
            lanes.append(OnlyLane(lane, held) if lane is not None and held else None)
        return lanes

    def _number(self, number: str) -> Lanes:
        phrase = self._phrase(tuple(words.words(number)))
        places = self._places

        def numbered(index: OpenIndex) -> Postings:
            lane = phrase[places[index]]
            found = {document: lane.value(document) for document in lane.documents()} if lane else {}
            for place, entry in enumerate(index.entries):
                if entry.number is not None and (
                    entry.number == number or entry.number.startswith(f"{number}.")
                ):
                    score = _NUMBER_SCORE * (2 if entry.number == number else 1)
                    found.update((document, score) for document in index.documents_of(place))
                    found[entry.first] = score + 1
            return found

        return self._each(numbered)

    def _in_part(self, node: InPart) -> Lanes:
        prefix = TITLE if node.field is Field.TITLE else HEADING
        part = 0 if node.field is Field.TITLE else 1
        inner = node.node
        if isinstance(inner, Near):
            return self._near(inner, part)
        if isinstance(inner, Phrase) and len(inner.words) > 1:
            row = tuple(words.stem(word) for word in inner.words)
            whole = self.lanes(inner)
            places = self._places

            def in_a_row(index: OpenIndex) -> Postings:
                lane, pattern = whole[places[index]], index.pattern(row)
                if lane is None or pattern is None:
                    return {}
                return {
                    document: lane.value(document)
                    for document in lane.documents()
                    if index.part_holds(document, part, pattern)
                }

            return self._each(in_a_row)
        if isinstance(inner, Phrase):
            own: tuple[str, ...] = (words.stem(inner.words[0]),)
        else:
            own = (words.stem(inner.word),) if isinstance(inner, Word) else ()
        is_begun = isinstance(inner, Prefix) or (isinstance(inner, Word) and inner.is_open)
        begun = inner.word if is_begun and not isinstance(inner, Phrase) else None

        def in_part(index: OpenIndex) -> Postings:
            stems = own
            if begun is not None:
                longer = index.lexicon.stems_beginning_with(begun, _PREFIX_BUDGET)
                stems = tuple(dict.fromkeys((*own, *longer)))
            found: dict[int, float] = {}
            for stem in stems:
                where = index.postings(prefix + stem)
                values = index.row(stem)
                if where and values is not None:
                    rarity = self._rarity_of(stem)
                    found.update((document, rarity * (values.steps[document] / STEPS)) for document in where)
            return found

        return self._each(in_part)

    def _any(self, found: Sequence[Lanes]) -> Lanes:
        lanes: list[Lane | None] = []
        for place, index in enumerate(self.indexes):
            own = [lane for one in found if (lane := one[place]) is not None]
            lanes.append(AnyLane(index.document_count, own) if own else None)
        return lanes

    def _all(self, nodes: Sequence[Node]) -> Lanes:
        wanted = [self.lanes(node) for node in nodes if not isinstance(node, Without)]
        unwanted = [self.lanes(node.node) for node in nodes if isinstance(node, Without)]
        lanes: list[Lane | None] = []
        for place, index in enumerate(self.indexes):
            own = [lane for one in wanted if (lane := one[place]) is not None]
            without = [lane for one in unwanted if (lane := one[place]) is not None]
            is_possible = len(own) == len(wanted) and index.document_count
            lanes.append(AllLane(index.document_count, own, without) if is_possible else None)
        return lanes

    def _one_meaning(self, node: OneMeaning) -> Lanes:
        rows = [
            tuple(words.stem(word) for word in other.words)
            for _, other in node.others
            if isinstance(other, Phrase)
        ]
        for index in self.indexes:  # what an index must read for one row of words serves the others too
            self._cancel.raise_if_cancelled()
            read = [row for row in rows if len(row) > 1 and not index.notes(row)]
            for row in read:
                _in_a_row(index, row)
            if read:
                index.let_go()
        typed = self.lanes(node.typed)
        others = [self.lanes(other) for _, other in node.others]
        lanes: list[Lane | None] = []
        for place, own in enumerate(typed):
            same = [lane for other in others if (lane := other[place]) is not None]
            added = MostLane(same, OTHER_TERM) if same else None
            lanes.append(FirstLane(own, added) if own is not None and added is not None else own or added)
        return lanes


def _in_a_row(index: OpenIndex, stems: tuple[str, ...]) -> Postings:
    """Documents that hold stems in a row, with the mean of what they count there."""
    return index.kept(" ".join(stems), lambda: _row_of(index, stems, tuple(dict.fromkeys(stems))))


def _row_of(index: OpenIndex, stems: tuple[str, ...], distinct: tuple[str, ...]) -> Postings:
    noted = index.phrased(stems)
    if noted is not None:
        held = zip(noted.documents, noted.sums, strict=True)
        return {document: steps / STEPS / len(distinct) for document, steps in held}
    pattern = index.pattern(stems)
    rows = [row for stem in distinct if (row := index.row(stem)) is not None]
    if pattern is None or len(rows) < len(distinct):
        return {}
    both = AllLane(index.document_count, [RowLane(row, 1.0) for row in rows])
    return {
        document: sum(row.steps[document] for row in rows) / STEPS / len(rows)
        for document in index.holding(list(both.documents()), pattern)
    }


def _everything(index: OpenIndex) -> Postings:
    return dict.fromkeys(range(index.document_count), _SCOPE_SCORE)


def _entries(index: OpenIndex, is_wanted: Callable[[int], bool]) -> Postings:
    return {
        document: _SCOPE_SCORE
        for number in range(len(index.entries))
        if is_wanted(number)
        for document in index.documents_of(number)
    }


def _is_of(index: OpenIndex, named: tuple[str, ...]) -> bool:
    """Whether each of the words begins a word of the authority's name or of the manual's id."""
    own = title_key(f"{index.authority} {index.manual}").split()
    return all(any(word.startswith(one) for word in own) for one in named)
