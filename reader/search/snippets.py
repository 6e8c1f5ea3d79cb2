"""The part of a text that shows why it was found."""

from __future__ import annotations

import re
from typing import Final

from reader.domain.search import Snippet
from reader.search.query import stems
from reader.search.schema import WORD_PATTERN

_WORD: Final = re.compile(WORD_PATTERN)
_LENGTH: Final = 180
_LEAD: Final = 50


def make_snippet(text: str, marked: frozenset[str], open_word: str | None) -> Snippet:
    """A part of a text around the words that were looked for, or its beginning when none is in it.

    Args:
        text: The text, on one line.
        marked: The stems to mark.
        open_word: A word that may be half-typed: words that begin with it are marked too.
    """
    matches = [
        (match.start(), match.end())
        for match in _WORD.finditer(text)
        if _is_marked(match[0].lower(), marked, open_word)
    ]
    if not matches:
        return Snippet(text if len(text) <= _LENGTH else text[:_LENGTH].rsplit(" ", 1)[0] + " …")
    start = _best_start(matches)
    start = 0 if start <= _LEAD else text.rfind(" ", 0, start - _LEAD + 1) + 1
    end = (
        len(text) if start + _LENGTH >= len(text) else max(text.rfind(" ", start, start + _LENGTH), start + 1)
    )
    lead = "… " if start else ""
    tail = " …" if end < len(text) else ""
    shift = len(lead) - start
    marks = tuple((a + shift, b + shift) for a, b in matches if a >= start and b <= end)
    return Snippet(lead + text[start:end] + tail, marks)


def _best_start(matches: list[tuple[int, int]]) -> int:
    """The match behind which most others stand within one snippet."""
    best, best_count = matches[0][0], 0
    for index, (start, _) in enumerate(matches):
        count = sum(1 for other, _ in matches[index : index + 20] if other < start + _LENGTH - _LEAD)
        if count > best_count:
            best, best_count = start, count
    return best


def _is_marked(word: str, marked: frozenset[str], open_word: str | None) -> bool:
    if open_word and word.startswith(open_word):
        return True
    return any(stem in marked for stem in stems(word))
