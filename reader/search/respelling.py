"""Words that no manual holds, and the nearest ones that some do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from reader.search import words
from reader.search.open_index import OpenIndex
from reader.search.query import Phrase, Query, Word, leaves

_MIN_LENGTH: Final = 4
_LONG: Final = 8
_CHOICES: Final = 40
_ROUNDING: Final = 0.01


def least_alike_percent(length: int, most: int) -> float:
    """How alike (`fuzz.ratio`) a word of this length is at least to each one that is at most so many slips away.

    A letter that was changed, or two that were swapped, are one left out and one put in: two for each slip.
    """
    return 100 * (1 - 2 * most / (2 * length - most)) - _ROUNDING


class Spelling:
    """Every word of some indexes, to find the one that was meant. Read when the first unknown word is typed."""

    def __init__(self, indexes: Sequence[OpenIndex]) -> None:
        self._indexes = tuple(indexes)
        self._frequencies: Counter[str] = Counter()
        self._by_length: dict[int, list[str]] = {}

    def mended(self, query: Query) -> str | None:
        """The plain query with each unknown word replaced by the nearest known one; None when there is nothing to mend.

        Nearest in letters inserted, left out, changed and swapped (two at most, one in a short word); of equally near
        ones the most frequent.
        """
        if not query.is_plain:
            return None
        spelled: list[str] = []
        is_mended = False
        for leaf in leaves(query.node):
            if not isinstance(leaf, Word | Phrase):
                return None
            inside = (leaf.word,) if isinstance(leaf, Word) else leaf.words
            is_open = isinstance(leaf, Word) and leaf.is_open
            mended = tuple(self._mended(word, is_open=is_open) for word in inside)
            is_mended = is_mended or mended != inside
            spelled.append(" ".join(mended) if isinstance(leaf, Word) else f'"{" ".join(mended)}"')
        return " ".join(spelled) if is_mended else None

    def _mended(self, word: str, *, is_open: bool) -> str:
        return word if self._is_known(word, is_open=is_open) else self._nearest(word) or word

    def _is_known(self, word: str, *, is_open: bool) -> bool:
        if word in words.STOP_WORDS:
            return True
        stem = words.stem(word)
        return any(
            index.lexicon.number(stem) is not None or (is_open and index.lexicon.beginning_with(word, 1))
            for index in self._indexes
        )

    def _nearest(self, word: str) -> str | None:
        if len(word) < _MIN_LENGTH or word.isdigit():
            return None
        if not self._by_length:
            self._read()
        most = 2 if len(word) >= _LONG else 1
        lengths = range(len(word) - most, len(word) + most + 1)
        alike = [one for length in lengths for one in self._by_length.get(length, ())]
        # Told of a whole dictionary in no time; the distance itself then of a few words.
        least = least_alike_percent(len(word), most)
        near = [(place, one) for place, one in enumerate(alike) if fuzz.ratio(word, one, score_cutoff=least)]
        close = sorted(
            (distance, place, one)
            for place, one in near
            if (distance := DamerauLevenshtein.distance(word, one, score_cutoff=most)) <= most
        )[:_CHOICES]
        if not close:
            return None
        _, _, nearest = min(
            close, key=lambda one: (one[0] - (one[2][0] == word[0]) * 0.5, -self._frequencies[one[2]], one[2])
        )
        return nearest

    def _read(self) -> None:
        for index in self._indexes:
            self._frequencies.update(dict(index.lexicon.words()))
        for word in self._frequencies:
            self._by_length.setdefault(len(word), []).append(word)
