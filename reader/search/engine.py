"""Searching the indexes of all installed editions together, with one common weighting."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from whoosh.index import open_dir
from whoosh.reading import MultiReader
from whoosh.searching import Searcher

from reader.domain.cancel import CancelToken
from reader.domain.contents import Status
from reader.domain.errors import SearchError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import SearchAnswer, SearchFilter, SearchHit
from reader.domain.vocabulary import Vocabulary
from reader.search.indexer import forget
from reader.search.query import ParsedQuery, other_terms, parse, to_filter, to_whoosh
from reader.search.snippets import make_snippet

_MAX_COUNTED: Final = 5_000
_MAX_SUGGESTIONS: Final = 3
_OTHER_TERM: Final = 0.4
_OTHER_TERM_HITS: Final = 40


class SearchEngine:
    """Answers queries over a set of indexes. Safe to call from several threads; one query runs at a time."""

    def __init__(self, vocabulary: Callable[[], Vocabulary] = Vocabulary) -> None:
        """Make an engine. `vocabulary` is asked for which terms mean the same."""
        self._vocabulary = vocabulary
        self._lock = threading.Lock()
        self._searcher: Any | None = None
        self._indexes: list[Any] = []
        self._folders: list[Path] = []

    def use(self, folders: Sequence[Path]) -> tuple[Path, ...]:
        """Search these indexes from now on.

        Returns:
            The folders that could not be opened: damaged indexes, to be built again.
        """
        damaged: list[Path] = []
        indexes: list[Any] = []
        readers: list[Any] = []
        for folder in folders:
            try:
                index = open_dir(str(folder))
                readers.append(index.reader())
                indexes.append(index)
            except Exception:  # noqa: BLE001  # Whoosh answers a damaged index with errors of every kind
                damaged.append(folder)
        with self._lock:
            self._close()
            self._indexes = indexes
            self._folders = list(folders)
            self._searcher = Searcher(MultiReader(readers)) if readers else None
        return tuple(damaged)

    def close(self) -> None:
        with self._lock:
            self._close()

    def search(
        self, typed: str, search_filter: SearchFilter, limit: int, cancel: CancelToken
    ) -> SearchAnswer:
        """The best hits of a query.

        Args:
            typed: What the person typed, complete or not.
            search_filter: Where to look.
            limit: How many hits at most.
            cancel: Asked before the work begins: a newer query comes to wait here for an older one.

        Raises:
            SearchError: when an index turns out to be damaged.
            CancelledError: when a newer query took its place.
        """
        parsed = parse(typed)
        if parsed.is_empty:
            return SearchAnswer(typed, 0, ())
        with self._lock:
            cancel.raise_if_cancelled()
            if self._searcher is None:
                return SearchAnswer(typed, 0, (), suggestions=("No manual is indexed yet.",))
            answer = self._answer(typed, parsed, search_filter, limit, is_any_enough=False)
            if search_filter.with_other_terms:
                answer = self._with_other_terms(answer, parsed, search_filter, limit)
            return answer if answer.total else self._explain(typed, parsed, search_filter, limit)

    def _answer(
        self, typed: str, parsed: ParsedQuery, search_filter: SearchFilter, limit: int, *, is_any_enough: bool
    ) -> SearchAnswer:
        found = self._found(to_whoosh(parsed, is_any_enough=is_any_enough), to_filter(search_filter))
        per_manual = Counter(str(stored["manual"]) for _, stored in found)
        open_word = parsed.words[-1] if parsed.is_last_word_open else None
        hits = tuple(_hit(stored, score, parsed.marked_stems, open_word) for score, stored in found[:limit])
        counted = tuple((ManualId.parse(manual), count) for manual, count in sorted(per_manual.items()))
        return SearchAnswer(typed, len(found), hits, counted)

    def _with_other_terms(
        self, answer: SearchAnswer, parsed: ParsedQuery, search_filter: SearchFilter, limit: int
    ) -> SearchAnswer:
        """The answer with places that say the same in another term: below those that hold what was typed."""
        hits = list(answer.hits)
        seen = {hit.location for hit in hits}
        counts = Counter(dict(answer.per_manual))
        for term, other in other_terms(parsed, self._vocabulary()):
            for score, stored in self._found(
                to_whoosh(other), to_filter(search_filter), min(limit, _OTHER_TERM_HITS)
            ):
                hit = _hit(stored, score * _OTHER_TERM, other.marked_stems, None, also=term)
                if hit.location not in seen:
                    seen.add(hit.location)
                    hits.append(hit)
                    counts[hit.location.manual] += 1
        if len(hits) == len(answer.hits):
            return answer
        hits.sort(key=lambda hit: -hit.score)
        total = answer.total + len(hits) - len(answer.hits)
        return replace(
            answer, total=total, hits=tuple(hits[:limit]), per_manual=tuple(sorted(counts.items(), key=str))
        )

    def _explain(
        self, typed: str, parsed: ParsedQuery, search_filter: SearchFilter, limit: int
    ) -> SearchAnswer:
        """Nothing was found: say what would find something."""
        suggestions: list[str] = []
        spelled = self._respelled(parsed)
        if (
            spelled is not None
            and self._answer(spelled, parse(spelled), search_filter, 1, is_any_enough=False).total
        ):
            suggestions.append(spelled)
        if search_filter != SearchFilter():
            everywhere = self._answer(typed, parsed, SearchFilter(), 1, is_any_enough=False)
            if everywhere.total:
                suggestions.append(f"Without the filter there are {everywhere.total} hits.")
        if len(parsed.words) + len(parsed.phrases) > 1:
            anyhow = self._answer(typed, parsed, search_filter, limit, is_any_enough=True)
            if anyhow.total:
                suggestions.append("No place holds all of these words; these hold some of them.")
                return SearchAnswer(typed, anyhow.total, anyhow.hits, anyhow.per_manual, tuple(suggestions))
        return SearchAnswer(typed, 0, (), (), tuple(suggestions[:_MAX_SUGGESTIONS]))

    def _respelled(self, parsed: ParsedQuery) -> str | None:
        """The query with each unknown word replaced by the nearest known one, or None."""
        words: list[str] = []
        is_changed = False
        for word in parsed.words:
            nearest = self._nearest(word)
            is_changed = is_changed or nearest != word
            words.append(nearest)
        phrases = [f'"{" ".join(phrase)}"' for phrase in parsed.phrases]
        return " ".join([*words, *phrases, *parsed.numbers]) if is_changed else None

    def _found(
        self, query: Any, filter_query: Any | None, limit: int = _MAX_COUNTED
    ) -> list[tuple[float, dict[str, Any]]]:
        """Score and stored fields of everything that a query finds, best first."""
        searcher = self._searcher
        assert searcher is not None  # noqa: S101  # the caller holds the lock and looked
        with self._guarded():
            results = searcher.search(query, limit=limit, filter=filter_query)
            return [(float(score), dict(searcher.stored_fields(number))) for score, number in results.top_n]

    def _nearest(self, word: str) -> str:
        """A known word, or the known one that is spelled most like it, or the word itself."""
        searcher = self._searcher
        assert searcher is not None  # noqa: S101  # the caller holds the lock and looked
        with self._guarded():
            reader = searcher.reader()
            if ("words", word) in reader:
                return word
            suggestions = reader.corrector("words").suggest(word, limit=1, maxdist=2, prefix=1)
            return str(suggestions[0]) if suggestions else word

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[None]:
        """Around every call into Whoosh: it answers a damaged index with errors of every kind, bare ones too."""
        try:
            yield
        except Exception as error:
            for folder in self._folders:
                forget(folder)
            raise SearchError(
                "The search index is damaged: it is built again when the program starts."
            ) from error

    def _close(self) -> None:
        with contextlib.suppress(Exception):
            if self._searcher is not None:
                self._searcher.close()
        for index in self._indexes:
            with contextlib.suppress(Exception):
                index.close()
        self._searcher, self._indexes = None, []


def _hit(
    stored: dict[str, Any],
    score: float,
    marked: frozenset[str],
    open_word: str | None,
    also: str | None = None,
) -> SearchHit:
    shown = str(stored["text"] or stored["extra"] or stored["division"])
    snippet = make_snippet(shown, marked, open_word)
    if not snippet.marks and stored["text"] and stored["extra"]:
        beside = make_snippet(str(stored["extra"]), marked, open_word)
        snippet = beside if beside.marks else snippet
    return SearchHit(
        location=Location(
            ManualId.parse(str(stored["manual"])),
            str(stored["chapter"]) or None,
            int(stored["edition"]),
            str(stored["anchor"]) or None,
            str(stored["form"]) or None,
        ),
        number=str(stored["number"]) or None,
        title=str(stored["title"]),
        division=str(stored["division"]),
        heading=str(stored["heading"]),
        statuses=tuple(Status(status) for status in str(stored["statuses"]).split()),
        snippet=snippet,
        score=round(score, 4),
        also=also,
    )
