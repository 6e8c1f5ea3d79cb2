"""Searching the indexes of all installed editions together, with one common weighting."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.errors import SearchError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import Marking, SearchAnswer, SearchFilter, SearchHit
from reader.domain.text import counted
from reader.domain.vocabulary import Vocabulary
from reader.search import words
from reader.search.evaluation import Evaluation, Known, Lanes
from reader.search.findings import Both, Findings, Some, Whole
from reader.search.indexer import forget
from reader.search.lanes import AllLane, FewLane
from reader.search.marking import marking_of
from reader.search.open_index import DamagedIndexError, Entry, OpenIndex, PostingsCache, stream_size
from reader.search.query import Node, OneMeaning, Query, Word, all_of, leaves, parse, plain_parts
from reader.search.respelling import Spelling
from reader.search.terms import Terms

_CACHED_BYTES: Final = 100_000_000
_KEPT_TOKENS_BYTES: Final = 16_000_000
_REORDERED: Final = 60
_MOST_THREADS: Final = 4
_MOST_SUGGESTIONS: Final = 3
_FEW: Final = 8
_MOST_OF: Final = 0.25
_TITLE_SHARE: Final = 0.2
_ROWS: Final = (0.35, 0.35, 0.1)
"""What words in a row add in the title, in the heading, in the text."""
_DAMAGED: Final = "The search index is damaged: it is built again when the program starts."
_EIGHT: Final = "Of so many words the eight rarest decide which places hold some of them, and their order."
_SAME_ID: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class _Ranked:
    score: float
    index: OpenIndex
    document: int
    index_number: int


class SearchEngine:
    """Answers queries over a set of indexes. Safe to call from several threads; one query runs at a time."""

    def __init__(self, vocabulary: Callable[[], Vocabulary] = Vocabulary) -> None:
        """Make an engine. `vocabulary` is asked, at the first query, for which terms mean the same."""
        self._vocabulary = vocabulary
        self._terms: Terms | None = None
        self._lock = threading.Lock()
        self._cache = PostingsCache(_CACHED_BYTES)
        self._indexes: dict[Path, OpenIndex] = {}
        self._used: list[Path] = []
        self._opened = 0
        self._spelling: tuple[list[OpenIndex], Spelling] | None = None
        self._known = Known()

    def use(self, folders: Sequence[Path]) -> tuple[Path, ...]:
        """Search these indexes from now on; those that are open already stay open, others are closed.

        Returns:
            The folders that could not be opened: damaged indexes, marked as such so that they are built again.
        """
        with self._lock:
            gone = self._indexes.keys() - set(folders)
            for folder in gone:
                _close(self._indexes.pop(folder))
            if gone:  # what was worked out over them holds them too
                self._spelling, self._known = None, Known()
            self._open_all([folder for folder in dict.fromkeys(folders) if folder not in self._indexes])
            damaged = tuple(folder for folder in folders if folder not in self._indexes)
            self._used = [folder for folder in folders if folder in self._indexes]
        if self._terms is None:  # here, where nobody waits for an answer yet
            self._terms = Terms(self._vocabulary())
        return damaged

    @property
    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """The vocabulary's terms of several words, by their stems: what an index had better know of beforehand."""
        if self._terms is None:
            self._terms = Terms(self._vocabulary())
        return self._terms.phrases()

    def close(self) -> None:
        with self._lock:
            self._cache.clear()  # all at once, not index by index
            for index in self._indexes.values():
                _close(index)
            self._indexes, self._used, self._spelling = {}, [], None
            self._known = Known()

    def search(
        self,
        typed: str,
        search_filter: SearchFilter,
        limit: int,
        cancel: CancelToken,
        folders: Sequence[Path] | None = None,
    ) -> SearchAnswer:
        """The best hits of a query.

        Args:
            typed: What the person typed, complete or not.
            search_filter: Where to look. Which editions is said by `folders`.
            limit: How many hits at most.
            cancel: Asked again and again: a newer query comes to wait here for an older one.
            folders: The indexes to look in; None looks in those that `use` named.

        Raises:
            SearchError: when an index turns out to be damaged.
            CancelledError: when a newer query took its place.
        """
        query = parse(typed)
        if query.node is None:
            return SearchAnswer(typed, 0, (), notes=query.notes)
        with self._lock:
            cancel.raise_if_cancelled()
            opened = [self._open(folder) for folder in (self._used if folders is None else folders)]
            indexes = [index for index in opened if index is not None]
            if len(indexes) < len(opened):
                raise SearchError(_DAMAGED)
            if not indexes:
                return SearchAnswer(typed, 0, (), suggestions=("No manual is indexed yet.",))
            if self._terms is None:
                self._terms = Terms(self._vocabulary())
            try:
                search = _Search(indexes, search_filter, self._terms, limit, cancel, known=self._known)
                self._known = search.known
                return search.answer(typed, query, self._spelling_of(indexes))
            except DamagedIndexError as error:
                forget(error.folder)
                raise SearchError(_DAMAGED) from error

    def _spelling_of(self, indexes: list[OpenIndex]) -> Spelling:
        """The words of these indexes, kept while the same ones are searched."""
        if self._spelling is None or self._spelling[0] != indexes:
            self._spelling = (indexes, Spelling(indexes))
        return self._spelling[1]

    def _open(self, folder: Path) -> OpenIndex | None:
        """An index, opened if it is not open yet; None when it is damaged."""
        if folder not in self._indexes:
            self._open_all([folder])
        return self._indexes.get(folder)

    def _open_all(self, folders: Sequence[Path]) -> None:
        """Open indexes, several at a time: most of it is reading and checking, which Python lets run beside itself.

        Damaged ones are marked as such, and stay closed.
        """
        held = sum(index.stream_size for index in self._indexes.values())
        keeps: list[bool] = []
        for folder in folders:
            keeps.append(held < _KEPT_TOKENS_BYTES)
            held += stream_size(folder)
        keys = range(self._opened + 1, self._opened + 1 + len(folders))
        self._opened += len(folders)
        with ThreadPoolExecutor(max_workers=min(os.cpu_count() or 1, _MOST_THREADS)) as pool:
            opened = pool.map(self._opened_index, folders, keys, keeps)
            self._indexes.update((index.folder, index) for index in opened if index is not None)

    def _opened_index(self, folder: Path, key: int, keeps_tokens: bool) -> OpenIndex | None:  # noqa: FBT001  # mapped
        try:
            return OpenIndex(folder, key, self._cache, keeps_tokens=keeps_tokens)
        except DamagedIndexError:
            forget(folder)
            return None


class _Search:
    """One query over some indexes."""

    def __init__(
        self,
        indexes: Sequence[OpenIndex],
        search_filter: SearchFilter,
        terms: Terms,
        limit: int,
        cancel: CancelToken,
        *,
        known: Known | None = None,
    ) -> None:
        """Search some indexes.

        Args:
            indexes: All indexes that are searched.
            search_filter: Which of them, and where in them.
            terms: What means the same.
            limit: How many hits at most.
            cancel: Asked again and again.
            known: What earlier queries worked out, if that was over just the indexes of the filter.
        """
        self._all = indexes
        self._filter = search_filter
        self._terms = terms
        self._limit = limit
        self._cancel = cancel
        manuals = search_filter.manuals
        self._indexes = [index for index in indexes if not manuals or index.manual in manuals]
        is_known = known is not None and known.indexes == self._indexes
        self.known = known if known is not None and is_known else Known(self._indexes)
        self._evaluation = Evaluation(self._indexes, cancel, self.known)
        self._wanted = self._wanted_places()

    def answer(self, typed: str, query: Query, spelling: Spelling) -> SearchAnswer:
        wide = self._terms.widen(query) if self._filter.with_other_terms else query
        found: Findings = self._found(wide, self._of_id(typed))
        notes = query.notes
        suggestions: list[str] = []
        if not found.total:
            spelled = spelling.mended(query)
            if spelled is not None:
                suggestions.append(spelled)
                again = parse(spelled)
                wide = self._terms.widen(again) if self._filter.with_other_terms else again
                found = self._found(wide)
                notes = (*notes, f"Nothing holds “{_short(typed.strip())}”. This is what “{spelled}” finds.")
        notes = (
            *notes,
            *(
                f"Very many words begin with “{word}”: the most frequent were looked for."
                for word in sorted(self._evaluation.cut_prefixes)
            ),
        )
        if found.total < _FEW and query.is_plain:
            found, note = self._with_partial(wide, found)
            notes = (*notes, *note)
        if not found.total:
            suggestions += self._elsewhere(query)
        return self._made(typed, wide, found, tuple(suggestions[:_MOST_SUGGESTIONS]), notes)

    def _found(self, query: Query, first: Mapping[tuple[int, int], float] | None = None) -> Whole:
        """What the query finds, within the filter."""
        node = _without_stop_words(query.node)
        lanes: Lanes = self._evaluation.lanes(node) if node is not None else [None] * len(self._indexes)
        if self._wanted is not None:
            lanes = [
                AllLane(lane.size, (lane, wanted)) if lane is not None and wanted is not None else None
                for lane, wanted in zip(lanes, self._wanted, strict=True)
            ]
        return Whole(lanes, first)

    def _wanted_places(self) -> Lanes | None:
        """The places that the filter lets through, which count nothing by themselves; None when it lets all through."""
        search_filter = replace(self._filter, manuals=None)
        if search_filter.is_everywhere:
            return None
        wanted: list[FewLane | None] = []
        for index in self._indexes:
            chosen = {
                document: 0.0
                for number, entry in enumerate(index.entries)
                if _is_wanted(entry, search_filter)
                for document in index.documents_of(number)
            }
            wanted.append(FewLane(index.document_count, chosen) if chosen else None)
        return wanted

    def _of_id(self, typed: str) -> dict[tuple[int, int], float]:
        """A chapter's id, or its address, puts the chapter first."""
        wanted = typed.strip().removeprefix("manual:").lower()
        if "-" not in wanted and "/" not in wanted:  # ids of one word are words of every day
            return {}
        first: dict[tuple[int, int], float] = {}
        for number, index in enumerate(self._indexes):
            of_manual = wanted.removeprefix(f"{index.manual}/")
            for entry in index.entries_of(wanted) + (
                index.entries_of(of_manual) if of_manual != wanted else ()
            ):
                if self._wanted is None or _is_wanted(entry, self._filter):
                    first[number, entry.first] = _SAME_ID
        return first

    def _with_partial(self, query: Query, found: Findings) -> tuple[Findings, tuple[str, ...]]:
        """Few places hold everything: add those that hold most of it, below them."""
        node = _without_stop_words(query.node)
        parts = plain_parts(node)
        if len(parts) < 2:  # noqa: PLR2004  # of one part there is no most
            return found, ()
        whole = found.total
        for least in (_MOST_OF, 0.0):
            some = Some(self._evaluation, parts, least, self._wanted)
            if some.total > whole:
                break
        else:
            return found, (_EIGHT,) if some.is_cut and not whole else ()
        note = (
            "No place holds all of these words; these hold some of them."
            if whole == 0
            else "Few places hold all of these words; below them stand places that hold some."
        )
        return Both(found, some), (note, _EIGHT) if some.is_cut else (note,)

    def _elsewhere(self, query: Query) -> Iterator[str]:
        """Nothing was found: say what would find something."""
        if not self._filter.is_everywhere:
            everywhere = _Search(self._all, self._filter.everywhere(), self._terms, 1, self._cancel)
            count = everywhere.count(query)
            if count:
                yield f"Without the filter: {counted(count, 'place')}."
        if not self._filter.with_other_terms:
            wider = replace(self._filter, with_other_terms=True)
            count = _Search(self._all, wider, self._terms, 1, self._cancel).count(query)
            if count:
                yield f"With other terms too: {counted(count, 'place')}."

    def count(self, query: Query) -> int:
        """How many places a query finds."""
        wide = self._terms.widen(query) if self._filter.with_other_terms else query
        return self._found(wide).total

    def _made(
        self,
        typed: str,
        query: Query,
        found: Findings,
        suggestions: tuple[str, ...],
        notes: tuple[str, ...],
    ) -> SearchAnswer:
        best = self._best(query, found)
        marking = marking_of(query.node, list(dict.fromkeys(ranked.index for ranked in best)))
        also = _Also(query.node, self._evaluation)
        per_manual: dict[ManualId, int] = {}
        for number, count in found.counts.items():
            manual = self._indexes[number].manual
            per_manual[manual] = per_manual.get(manual, 0) + count
        return SearchAnswer(
            typed,
            sum(per_manual.values()),
            tuple(_hit(ranked, found, marking, also.term(ranked)) for ranked in best),
            tuple(sorted(per_manual.items())),
            suggestions,
            notes,
        )

    def _best(self, query: Query, found: Findings) -> list[_Ranked]:
        best = [
            _Ranked(score, self._indexes[number], document, number)
            for score, number, document in found.best(max(self._limit, _REORDERED))
        ]
        closeness = _Closeness(query.node)
        reordered = [
            _Ranked(one.score * (1.0 + closeness.bonus(one)), one.index, one.document, one.index_number)
            for one in best[:_REORDERED]
        ]
        reordered.sort(key=lambda one: -one.score)
        return [*reordered, *best[_REORDERED:]][: self._limit]


class _Also:
    """By which other term a place was found, if it does not hold what was typed."""

    def __init__(self, node: Node | None, evaluation: Evaluation) -> None:
        self._meanings = tuple(_meanings(node)) if node is not None else ()
        self._evaluation = evaluation

    def term(self, ranked: _Ranked) -> str | None:
        for meaning in self._meanings:
            for term, node in ((None, meaning.typed), *meaning.others):
                if self._evaluation.holds(node, ranked.index, ranked.document):
                    if term is not None:
                        return term
                    break
        return None


def _meanings(node: Node) -> Iterator[OneMeaning]:
    if isinstance(node, OneMeaning):
        yield node
    elif hasattr(node, "nodes"):
        for inner in node.nodes:
            yield from _meanings(inner)


def _hit(ranked: _Ranked, found: Findings, marking: Marking, also: str | None) -> SearchHit:
    index, document = ranked.index, ranked.document
    number = index.entry_number(document)
    entry = index.entries[number]
    text, extra = index.shown(document, "text"), index.shown(document, "extra")
    return SearchHit(
        location=Location(
            index.manual, entry.chapter, index.edition, index.shown(document, "anchor") or None, entry.form
        ),
        number=entry.number,
        title=entry.title,
        division=entry.division,
        heading=index.shown(document, "heading"),
        statuses=entry.statuses,
        text=text,
        score=round(ranked.score, 4),
        beside=extra,
        marking=marking,
        also=also,
        in_chapter=found.count_in(ranked.index_number, index.documents_of(number)),
    )


class _Closeness:
    """How closely a place says what was typed: words that stand together, and a title of little else."""

    def __init__(self, node: Node | None) -> None:
        typed = (leaf.word for leaf in leaves(node) if isinstance(leaf, Word))
        stems = tuple(words.stem(word) for word in typed if word not in words.STOP_WORDS)
        self._stems = frozenset(stems)
        self._rows = tuple(dict.fromkeys((stems, *pairwise(stems)))) if len(stems) > 1 else ()
        self._of_index: dict[OpenIndex, tuple[frozenset[int], tuple[bytes, ...]]] = {}

    def bonus(self, ranked: _Ranked) -> float:
        """What is added to a score, as a share of it."""
        index, document = ranked.index, ranked.document
        numbers, patterns = self._in_numbers(index)
        if not numbers:
            return 0.0
        title = index.part(document, 0)
        bonus = _TITLE_SHARE * sum(number in numbers for number in title) / max(len(title), 1)
        for pattern in patterns:
            if not index.holds(document, pattern):
                continue
            held = (index.part_holds(document, part, pattern) for part in range(len(_ROWS)))
            own = max((share for share, is_held in zip(_ROWS, held, strict=True) if is_held), default=0.0)
            bonus += own / len(self._rows)
        return bonus

    def _in_numbers(self, index: OpenIndex) -> tuple[frozenset[int], tuple[bytes, ...]]:
        """The stems, and the rows of them, as the stream of an index holds them."""
        found = self._of_index.get(index)
        if found is None:
            numbers = (index.lexicon.number(stem) for stem in self._stems)
            patterns = (index.pattern(row) for row in self._rows)
            found = self._of_index[index] = (
                frozenset(number for number in numbers if number is not None),
                tuple(pattern for pattern in patterns if pattern is not None),
            )
        return found


def _without_stop_words(node: Node | None) -> Node | None:
    """The node without the words of a question that say nothing, unless there are no others."""
    parts = plain_parts(node)
    kept = [part for part in parts if not (isinstance(part, Word) and part.word in words.STOP_WORDS)]
    if len(kept) == len(parts) or not any(True for part in kept for _ in leaves(part)):
        return node
    return all_of(kept)


def _is_wanted(entry: Entry, search_filter: SearchFilter) -> bool:
    if search_filter.status is not None and search_filter.status not in entry.statuses:
        return False
    if search_filter.chapter is not None and search_filter.chapter != entry.chapter:
        return False
    if search_filter.division is not None and not _is_below(entry, search_filter.division):
        return False
    since = search_filter.revised_since
    return since is None or (entry.revised is not None and entry.revised >= since)


def _is_below(entry: Entry, division: str) -> bool:
    return entry.division == division or entry.division.startswith(f"{division} › ")


def _short(typed: str, most: int = 80) -> str:
    return typed if len(typed) <= most else f"{typed[:most]}…"


def _close(index: OpenIndex) -> None:
    with contextlib.suppress(Exception):
        index.close()
