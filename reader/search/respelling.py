"""Words that no manual holds, and the nearest ones that some do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from reader.search import words
from reader.search.open_index import OpenIndex
from reader.search.query import Phrase, Query, Word, leaves

_MIN_LENGTH: Final = 4
_LONG: Final = 8
_CHOICES: Final = 40


def respelled(query: Query, indexes: Sequence[OpenIndex]) -> str | None:
    """The plain query with each unknown word replaced by the nearest known one; None when there is nothing to mend.

    Nearest in letters inserted, left out, changed and swapped (two at most, one in a short word); of equally near ones
    the most frequent.
    """
    if not query.is_plain:
        return None
    known: Counter[str] | None = None
    spelled: list[str] = []
    is_mended = False
    for leaf in leaves(query.node):
        match leaf:
            case Word():
                inside: tuple[str, ...] = (leaf.word,)
            case Phrase():
                inside = leaf.words
            case _:
                return None
        mended: list[str] = []
        for word in inside:
            is_open = isinstance(leaf, Word) and leaf.is_open
            if _is_known(word, indexes, is_open=is_open):
                mended.append(word)
                continue
            if known is None:
                known = _known(indexes)
            nearest = _nearest(word, known)
            is_mended = is_mended or nearest is not None
            mended.append(nearest or word)
        spelled.append(" ".join(mended) if isinstance(leaf, Word) else f'"{" ".join(mended)}"')
    return " ".join(spelled) if is_mended else None


def _is_known(word: str, indexes: Sequence[OpenIndex], *, is_open: bool) -> bool:
    if word in words.STOP_WORDS:
        return True
    stem = words.stem(word)
    return any(
        index.lexicon.number(stem) is not None or (is_open and index.lexicon.beginning_with(word, 1))
        for index in indexes
    )


def _known(indexes: Sequence[OpenIndex]) -> Counter[str]:
    """Every word of the manuals with the number of places that hold it."""
    known: Counter[str] = Counter()
    for index in indexes:
        known.update(dict(index.lexicon.words()))
    return known


def _nearest(word: str, known: Counter[str]) -> str | None:
    if len(word) < _MIN_LENGTH or word.isdigit():
        return None
    most = 2 if len(word) >= _LONG else 1
    lengths = range(len(word) - most, len(word) + most + 1)
    alike = [one for one in known if len(one) in lengths]
    close = process.extract(
        word, alike, scorer=DamerauLevenshtein.distance, score_cutoff=most, limit=_CHOICES
    )
    if not close:
        return None
    return min(close, key=lambda one: (one[1] - (one[0][0] == word[0]) * 0.5, -known[one[0]]))[0]
