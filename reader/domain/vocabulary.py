"""The sector's vocabulary: concepts, and the terms that stand for each. Search and comparison read the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from reader.domain.text import singular, title_key


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that practitioners call by several names.

    Attributes:
        id: Its name in the file ("kinship-care").
        name: The usual term.
        kind: What sort of concept it is: "group", "placement", "process", "order", "document", ...
        same: Other terms for it.
        short: Abbreviations.
        former: What it was called in older guidance or law.
        narrower: Terms for a part of it: who looks for the concept wants them too, not the other way round.
        typed: Words that people type for it, and that mean too much else to tell titles by ("contact"). Search only.
        source: Where the meaning is laid down; empty where nothing is.
    """

    id: str
    name: str
    kind: str
    same: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    former: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    typed: tuple[str, ...] = ()
    source: str = ""

    def terms(self) -> Iterator[str]:
        """Every term that stands for the concept itself, the usual one first."""
        yield self.name
        yield from (*self.same, *self.short, *self.former)


@dataclass(frozen=True)
class Vocabulary:
    """All concepts. A term stands for one concept at most."""

    concepts: tuple[Concept, ...] = ()

    def in_words(self, words: Iterable[str]) -> tuple[str, ...]:
        """The words with every run that is a term replaced by its concept ("concept:kinship-care"), longest first.

        Args:
            words: As `words_of` gives them.
        """
        left = tuple(words)
        found: list[str] = []
        at = 0
        for start, length, concept in self.runs(left):
            found += [*left[at:start], f"concept:{concept.id}"]
            at = start + length
        return (*found, *left[at:])

    def runs(self, words: Iterable[str]) -> Iterator[tuple[int, int, Concept]]:
        """Every run of words that is a term: where it begins, how many words it has, and its concept; longest first.

        Args:
            words: As `words_of` gives them.
        """
        left = tuple(words)
        at = 0
        while at < len(left):
            longest = min(self._longest.get(left[at], 0), len(left) - at)
            for length in range(longest, 0, -1):
                phrase = left[at : at + length]
                concept = self._phrases.get(phrase)
                if concept is not None:
                    yield at, length, self._concepts[concept]
                    at += length
                    break
            else:
                at += 1

    def name_of(self, token: str) -> str | None:
        """The usual term for a concept that `in_words` found; None for a plain word."""
        prefix, _, concept_id = token.partition(":")
        return self._names.get(concept_id) if prefix == "concept" else None

    @cached_property
    def _phrases(self) -> Mapping[tuple[str, ...], str]:
        return {words_of(term): concept.id for concept in self.concepts for term in concept.terms()}

    @cached_property
    def _longest(self) -> Mapping[str, int]:
        """By the first word of a term: how many words the longest such term has."""
        longest: dict[str, int] = {}
        for phrase in self._phrases:
            longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
        return longest

    @cached_property
    def _concepts(self) -> Mapping[str, Concept]:
        return {concept.id: concept for concept in self.concepts}

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {concept.id: concept.name for concept in self.concepts}


def words_of(text: str) -> tuple[str, ...]:
    """The words of a title or a term, as they are compared: small letters, no punctuation, singular."""
    return tuple(singular(word) for word in title_key(text).split())
