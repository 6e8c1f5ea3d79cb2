"""From what a person types to a Whoosh query. Nothing that can be typed is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from whoosh.query import And, Every, Or, Phrase, Prefix, Term

from reader.domain.search import SearchFilter
from reader.domain.vocabulary import Concept, Vocabulary, words_of
from reader.search.schema import WORD_PATTERN, plain_analyzer, stem_analyzer

_STEM_FIELDS: Final = ("title", "heading", "text", "extra", "division")
_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3})+\.?")
_PARTS: Final = re.compile(rf'"([^"]*)"?|({_NUMBER.pattern}(?=\s|$))|({WORD_PATTERN})')
_MAX_WORDS: Final = 24
_MIN_PREFIX_LENGTH: Final = 2
_MOST_OTHER_TERMS: Final = 6


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A typed query, taken apart.

    Attributes:
        words: Single words, in small letters.
        phrases: Words between quotation marks.
        numbers: Chapter numbers such as 6.2.3.
        is_last_word_open: Whether the last word may still be being typed.
    """

    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    numbers: tuple[str, ...]
    is_last_word_open: bool

    @property
    def is_empty(self) -> bool:
        return not (self.words or self.phrases or self.numbers)

    @property
    def marked_stems(self) -> frozenset[str]:
        """The stems that a snippet marks."""
        everything = [*self.words, *(word for phrase in self.phrases for word in phrase)]
        return frozenset(stem for word in everything for stem in stems(word))


def parse(typed: str) -> ParsedQuery:
    """Take a typed query apart; whatever makes no sense is left out."""
    words: list[str] = []
    phrases: list[tuple[str, ...]] = []
    numbers: list[str] = []
    last_end = 0
    is_word_last = False
    for match in _PARTS.finditer(typed):
        phrase, number, word = match.groups()
        if len(words) + len(phrases) >= _MAX_WORDS:
            break
        is_word_last, last_end = False, match.end()
        if phrase is not None:
            inner = plain_words(phrase)
            if len(inner) == 1:
                words.append(inner[0])
            elif inner:
                phrases.append(tuple(inner))
        elif number:
            numbers.append(number.rstrip("."))
        elif word:
            words.extend(plain_words(word))
            is_word_last = True
    is_open = is_word_last and last_end == len(typed) and bool(words) and len(words[-1]) >= _MIN_PREFIX_LENGTH
    return ParsedQuery(tuple(words), tuple(phrases), tuple(numbers), is_open)


def other_terms(parsed: ParsedQuery, vocabulary: Vocabulary) -> Iterator[tuple[str, ParsedQuery]]:
    """The query with a term of the sector in the place of one that means the same, for each such term.

    At most a few: those of the first run of words that is a term. Phrases in quotation marks stay as they are typed.
    """
    words = tuple(words_of(" ".join(parsed.words)))
    if len(words) != len(parsed.words):
        return
    typed = {stem for word in parsed.words for stem in stems(word)}
    count = 0
    for start, length, concept in vocabulary.runs(words, as_typed=True):
        for term in _terms(concept):
            inner = plain_words(term)
            said = {stem for word in inner for stem in stems(word)}
            if not inner or said <= typed:
                continue
            kept = (*parsed.words[:start], *parsed.words[start + length :])
            single = (inner[0],) if len(inner) == 1 else ()
            phrases = parsed.phrases if single else (*parsed.phrases, tuple(inner))
            yield term, ParsedQuery((*kept, *single), phrases, parsed.numbers, is_last_word_open=False)
            count += 1
            if count == _MOST_OTHER_TERMS:
                return


def _terms(concept: Concept) -> Iterator[str]:
    """The terms of a concept, those first that are likeliest to stand in a text."""
    yield concept.name
    yield from concept.typed
    yield from concept.short
    yield from concept.same
    yield from concept.former
    yield from concept.narrower


def to_whoosh(parsed: ParsedQuery, *, is_any_enough: bool = False) -> Any:
    """The query: every part must be found, or, when that found nothing, any of them."""
    parts: list[Any] = []
    for index, word in enumerate(parsed.words):
        is_open = parsed.is_last_word_open and index == len(parsed.words) - 1
        parts.append(_word(word, is_open=is_open))
    for phrase in parsed.phrases:
        stemmed = [stem for word in phrase for stem in stems(word)]
        parts.append(Or([Phrase(field, stemmed, slop=1, boost=_boost(field)) for field in _STEM_FIELDS]))
    parts.extend(
        Or([Term("number", number, boost=20.0), Prefix("number", f"{number}.")]) for number in parsed.numbers
    )
    if not parts:
        return Every()
    return Or(parts) if is_any_enough else And(parts)


def to_filter(search_filter: SearchFilter) -> Any | None:
    """The filter as a query that does not score, or None."""
    parts: list[Any] = []
    if search_filter.manuals:
        parts.append(Or([Term("manual", str(manual)) for manual in sorted(search_filter.manuals)]))
    if search_filter.status is not None:
        parts.append(Term("statuses", search_filter.status.value))
    return And(parts) if parts else None


def plain_words(text: str) -> list[str]:
    """The words of a text, in small letters."""
    return [str(token.text) for token in plain_analyzer()(text)]


@lru_cache(maxsize=65_536)
def stems(word: str) -> tuple[str, ...]:
    """The stems that the index holds for a word. A manual has some ten thousand words, and snippets ask for each."""
    return tuple(str(token.text) for token in stem_analyzer()(word))


def _word(word: str, *, is_open: bool) -> Any:
    choices = [Term(field, stem, boost=_boost(field)) for stem in stems(word) for field in _STEM_FIELDS]
    choices.append(Term("words", word, boost=0.5))  # the very word ranks above its other forms
    if is_open:
        choices.append(Prefix("words", word, boost=0.3))
    return Or(choices)


def _boost(field: str) -> float:
    return {"title": 4.0, "heading": 2.0, "text": 1.0, "extra": 0.7, "division": 0.5}[field]
