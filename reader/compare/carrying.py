"""Finding the words that a bookmark stands on again in another edition: same, moved, changed, gone, or not sure.

A place is taken only where it is sure enough; below that the person is asked. How sure is sure was measured on edits
whose outcome is known: `python -m tests.benchmarks.carrying`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz

from reader.compare.passages import heading_key
from reader.domain.bookmark import Quote, Verdict
from reader.domain.citation import fingerprint
from reader.domain.contents import Passage

SURE: Final = 0.7
_WORTH_SUGGESTING: Final = 0.45
_SUGGESTIONS: Final = 3
_CONTEXT: Final = 64
_KEPT_TEXT: Final = 20_000
_LONG_QUOTE: Final = 6
_LEAST_CONTEXT: Final = 8
_CLOSE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place that may be the one that was meant."""

    chapter: str
    anchor: str | None
    quote: Quote
    confidence: float


@dataclass(frozen=True, slots=True)
class Carried:
    """What was found. `place` is where it stands now; None when that is not sure, or there is none."""

    verdict: Verdict
    place: Suggestion | None
    confidence: float
    suggestions: tuple[Suggestion, ...] = ()


class ChapterText:
    """A chapter as one text, passage after passage, with single spaces: what positions in it are counted in."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        pieces: list[str] = []
        self._starts: list[int] = []
        length = 0
        for passage in passages:
            piece = _folded(f"{passage.heading} {passage.text}")
            self._starts.append(length)
            pieces.append(piece)
            length += len(piece) + 1
        self.text = " ".join(pieces)

    def passage_at(self, position: int) -> Passage:
        return self.passages[max(bisect_right(self._starts, position) - 1, 0)]

    def start_of(self, passage: Passage) -> int:
        return self._starts[next(i for i, one in enumerate(self.passages) if one is passage)]

    def places_of(self, words: str) -> list[int]:
        """Where words stand, whole words only."""
        found: list[int] = []
        at = self.text.find(words)
        while at >= 0 and words:
            before, behind = self.text[at - 1 : at], self.text[at + len(words) : at + len(words) + 1]
            if not (before.isalnum() and words[0].isalnum()) and not (
                behind.isalnum() and words[-1].isalnum()
            ):
                found.append(at)
            at = self.text.find(words, at + 1)
        return found

    def quote(self, start: int, end: int) -> Quote:
        """The words from one position to another, with what stands around them."""
        passage = self.passage_at(start)
        return Quote(
            exact=self.text[start:end],
            prefix=self.text[max(start - _CONTEXT, 0) : start],
            suffix=self.text[end : end + _CONTEXT],
            heading=passage.heading,
            fingerprint=fingerprint([passage]),
            is_selection=True,
        )


def quote_of_passage(passage: Passage) -> Quote:
    """A passage as a whole."""
    return Quote(
        _folded(passage.text)[:_KEPT_TEXT], heading=passage.heading, fingerprint=fingerprint([passage])
    )


def quote_of_chapter(passages: Sequence[Passage]) -> Quote:
    """A chapter as a whole: no words of it are kept, only what tells whether it changed."""
    return Quote("", fingerprint=fingerprint(passages))


def quote_of_selection(
    passages: Sequence[Passage], words: str, before: str, anchor: str | None
) -> tuple[Quote, str | None] | None:
    """Words that were selected on screen, found in a chapter's text.

    Args:
        passages: The chapter's.
        words: What was selected.
        before: What stands before it on screen; it tells which of several places is meant.
        anchor: The passage in which it was selected, if that is known.

    Returns:
        The quote, widened to whole words, and the anchor of its passage; None when the words do not stand there.
    """
    text, wanted = ChapterText(passages), _folded(words)
    places = [match.start() for match in re.finditer(re.escape(wanted), text.text)] if wanted else []
    if not places:
        return None
    context = _folded(before)[-_CONTEXT:]

    def nearness(at: int) -> tuple[float, bool]:
        return _alike(text.text[max(at - _CONTEXT, 0) : at].strip(), context), text.passage_at(
            at
        ).anchor == anchor

    start = max(places, key=nearness)
    end = start + len(wanted)
    while start > 0 and text.text[start - 1].isalnum() and text.text[start].isalnum():
        start -= 1
    while end < len(text.text) and text.text[end - 1].isalnum() and text.text[end].isalnum():
        end += 1
    return text.quote(start, end), text.passage_at(start).anchor


def carry(
    quote: Quote,
    chapter: str,
    anchor: str | None,
    passages: Sequence[Passage] | None,
    others: Callable[[], Iterable[tuple[str, Sequence[Passage]]]],
) -> Carried:
    """Look for the words of a bookmark in another edition.

    Args:
        quote: What it stands on.
        chapter: The id of its chapter.
        anchor: The passage that it was in; None for what stands before the first heading, or for a whole chapter.
        passages: The chapter's in the other edition; None when that no longer holds the chapter, or not its text.
        others: Gives every other chapter of that edition; asked only when the chapter itself does not hold the words.
    """
    if passages is not None and not quote.is_selection and anchor is None:
        verdict = Verdict.SAME if fingerprint(passages) == quote.fingerprint else Verdict.CHANGED
        return Carried(verdict, Suggestion(chapter, None, quote_of_chapter(passages), 1.0), 1.0)
    look = _selection if quote.is_selection else _passage
    here = look(quote, chapter, anchor, passages) if passages else []
    best = here[0] if here else None
    if best is not None and best.confidence >= SURE:
        return Carried(_verdict(quote, anchor, best), best, best.confidence)
    elsewhere = _elsewhere(quote, others) if quote.exact else []
    if len(elsewhere) == 1 and elsewhere[0].confidence >= SURE:
        return Carried(Verdict.MOVED, elsewhere[0], elsewhere[0].confidence)
    around = _passage_around(quote, chapter, passages or ()) if quote.is_selection else []
    likely = sorted((*here, *elsewhere, *around), key=lambda place: -place.confidence)
    worth = tuple(place for place in likely if place.confidence >= _WORTH_SUGGESTING)[:_SUGGESTIONS]
    confidence = worth[0].confidence if worth else 1.0 - (likely[0].confidence if likely else 0.0)
    return Carried(Verdict.UNSURE if worth else Verdict.GONE, None, confidence, worth)


def _verdict(quote: Quote, anchor: str | None, found: Suggestion) -> Verdict:
    if found.quote.exact != quote.exact:
        return Verdict.CHANGED
    is_same_heading = _heading(found.quote) == _heading(quote)
    return Verdict.SAME if found.anchor == anchor or is_same_heading else Verdict.MOVED


def _selection(
    quote: Quote, chapter: str, anchor: str | None, passages: Sequence[Passage]
) -> list[Suggestion]:
    """The places of selected words in a chapter, the surest first."""
    text = ChapterText(passages)
    found = [_exact_place(quote, chapter, anchor, text, at) for at in text.places_of(quote.exact)]
    if not found:
        found = _like_places(quote, chapter, anchor, text)
    found.sort(key=lambda place: -place.confidence)
    return _doubted(quote, found)


def _exact_place(quote: Quote, chapter: str, anchor: str | None, text: ChapterText, at: int) -> Suggestion:
    """The same words: the longer they are, and the more alike what stands around them, the surer."""
    end = at + len(quote.exact)
    passage = text.passage_at(at)
    context = _context_alike(quote, text.text[max(at - _CONTEXT, 0) : at], text.text[end : end + _CONTEXT])
    is_there = passage.anchor == anchor or heading_key(passage) == _heading(quote)
    length = min(len(quote.exact.split()) / _LONG_QUOTE, 1.0)
    doubt = (1 - 0.92 * context**1.5) * (1 - 0.6 * length) * (1 - (0.35 if is_there else 0.0))
    return Suggestion(chapter, passage.anchor, text.quote(at, end), 1 - doubt)


def _like_places(quote: Quote, chapter: str, anchor: str | None, text: ChapterText) -> list[Suggestion]:
    """The words that are most like those that were selected, in each passage."""
    found: list[Suggestion] = []
    for passage in text.passages:
        own = _folded(f"{passage.heading} {passage.text}")
        aligned = fuzz.partial_ratio_alignment(quote.exact, own, score_cutoff=40.0) if own else None
        if aligned is None:
            continue
        start, end = _whole_words(own, aligned.dest_start, aligned.dest_end)
        alike = _alike(quote.exact, own[start:end])
        offset = text.start_of(passage)
        before = text.text[max(offset + start - _CONTEXT, 0) : offset + start]
        context = _context_alike(quote, before, text.text[offset + end : offset + end + _CONTEXT])
        is_there = passage.anchor == anchor or heading_key(passage) == _heading(quote)
        length = min(len(quote.exact.split()) / _LONG_QUOTE, 1.0)
        doubt = (1 - 0.8 * context) * (1 - 0.6 * length) * (1 - (0.4 if is_there else 0.0))
        confidence = (1 - doubt) * min(alike * 1.1, 1.0)
        found.append(
            Suggestion(
                chapter, passage.anchor, text.quote(offset + start, offset + end), min(confidence, 0.99)
            )
        )
    return found


def _passage(quote: Quote, chapter: str, anchor: str | None, passages: Sequence[Passage]) -> list[Suggestion]:
    """The passages of a chapter that may be the one that was marked, the likeliest first."""
    found: list[Suggestion] = []
    for passage in passages:
        new = quote_of_passage(passage)
        is_same_text = new.fingerprint == quote.fingerprint or (
            new.exact == quote.exact and len(quote.exact.split()) >= _LONG_QUOTE
        )
        is_same_heading = heading_key(passage) == _heading(quote)
        alike = 1.0 if is_same_text else _alike(quote.exact, new.exact) if quote.exact else 0.0
        if new.fingerprint == quote.fingerprint:
            confidence = 1.0
        elif is_same_text:
            confidence = 0.98 if is_same_heading or passage.anchor == anchor else 0.95
        elif is_same_heading:
            confidence = 0.85 + 0.14 * alike
        else:
            confidence = 0.1 + 0.85 * alike + (0.1 if passage.anchor == anchor else 0.0)
        found.append(Suggestion(chapter, passage.anchor, new, min(confidence, 1.0)))
    found.sort(key=lambda place: -place.confidence)
    return _doubted(quote, found)


def _passage_around(quote: Quote, chapter: str, passages: Sequence[Passage]) -> list[Suggestion]:
    """The passage in which words once stood, when it is still there: not the place, but where to look for it."""
    return [
        Suggestion(chapter, passage.anchor, quote_of_passage(passage), _WORTH_SUGGESTING)
        for passage in passages
        if quote.heading and heading_key(passage) == _heading(quote)
    ][:1]


def _doubted(quote: Quote, found: list[Suggestion]) -> list[Suggestion]:
    """Two places that are about equally likely are both in doubt, unless one alone has the very words."""
    if len(found) > 1:
        first, second = found[0].quote, found[1].quote
        is_text = first.fingerprint == quote.fingerprint != second.fingerprint
        if is_text or first.exact == quote.exact != second.exact:
            return found
    is_close = len(found) > 1 and found[0].confidence - found[1].confidence < _CLOSE
    if is_close and found[1].confidence >= SURE:
        return [replace(place, confidence=min(place.confidence, SURE - 0.01)) for place in found]
    return found


def _elsewhere(
    quote: Quote, others: Callable[[], Iterable[tuple[str, Sequence[Passage]]]]
) -> list[Suggestion]:
    """The same words in other chapters; short ones stand in too many to mean anything."""
    if len(quote.exact.split()) < _LONG_QUOTE:
        return []
    found: list[Suggestion] = []
    for chapter, passages in others():
        if quote.is_selection:
            text = ChapterText(passages)
            found += [
                Suggestion(chapter, text.passage_at(at).anchor, text.quote(at, at + len(quote.exact)), 0.6)
                if len(quote.exact.split()) < 2 * _LONG_QUOTE
                else Suggestion(
                    chapter, text.passage_at(at).anchor, text.quote(at, at + len(quote.exact)), 0.85
                )
                for at in text.places_of(quote.exact)
            ]
        else:
            found += [
                Suggestion(chapter, passage.anchor, quote_of_passage(passage), 0.9)
                for passage in passages
                if _folded(passage.text)[:_KEPT_TEXT] == quote.exact
            ]
    return found


def _context_alike(quote: Quote, before: str, behind: str) -> float:
    """How alike two surroundings are, 0 to 1, as far as they are known; where little is, half."""
    prefix, suffix = quote.prefix.strip(), quote.suffix.strip()
    pairs = ((prefix, before.strip()[-len(prefix) :]), (suffix, behind.strip()[: len(suffix)]))
    parts = [_alike(own, other) for own, other in pairs if len(own) >= _LEAST_CONTEXT]
    return sum(parts) / len(parts) if parts else 0.5


def _alike(one: str, other: str) -> float:
    return float(fuzz.ratio(one, other)) / 100


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch widened to whole words."""
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    while start < end and text[start].isspace():
        start += 1
    while end < len(text) and not text[end].isspace():
        end += 1
    return start, end


def _heading(quote: Quote) -> str:
    return heading_key(Passage(None, quote.heading, 2, ""))


def _folded(text: str) -> str:
    return " ".join(text.split())
