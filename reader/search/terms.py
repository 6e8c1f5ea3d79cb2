"""The sector's vocabulary as search reads it: by stems, law references folded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from reader.domain.vocabulary import Concept, Vocabulary
from reader.search import words
from reader.search.query import All, Any, Node, OneMeaning, Phrase, Query, Word, all_of, row_node

_MOST_OTHER_TERMS: Final = 8


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    stems: tuple[str, ...]
    node: Word | Phrase


class Terms:
    """Every term of a vocabulary by its stems."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._terms: dict[str, tuple[_Term, ...]] = {}
        self._owners: dict[tuple[str, ...], str] = {}
        self._longest: dict[str, int] = {}
        for concept in vocabulary.concepts:
            self._terms[concept.id] = tuple(_terms_of(concept))
            for term in (*concept.terms(), *concept.typed):
                self._own(concept.id, term)

    def phrases(self) -> tuple[tuple[str, ...], ...]:
        """The stems of each term of several words, each once."""
        found = (term.stems for terms in self._terms.values() for term in terms if len(term.stems) > 1)
        return tuple(dict.fromkeys(found))

    def widen(self, query: Query) -> Query:
        """The query with each run of words that is a term able to be found by the terms that mean the same.

        Phrases in quotation marks, and what must not be found, stay as they are typed.
        """
        return replace(query, node=self._widened(query.node)) if query.node is not None else query

    def _own(self, concept: str, term: str) -> None:
        stems = _stems(term)
        if stems:
            self._owners.setdefault(stems, concept)
            self._longest[stems[0]] = max(self._longest.get(stems[0], 0), len(stems))

    def _widened(self, node: Node) -> Node:
        match node:
            case Any():
                return Any(tuple(self._widened(inner) for inner in node.nodes))
            case All():
                return all_of(self._widened_nodes(node.nodes)) or node
            case Word():
                return all_of(self._widened_nodes((node,))) or node
            case _:
                return node

    def _widened_nodes(self, nodes: tuple[Node, ...]) -> Iterator[Node]:
        at = 0
        while at < len(nodes):
            run: list[Word] = []
            while at < len(nodes) and isinstance(inner := nodes[at], Word):
                run.append(inner)
                at += 1
            if run:
                yield from self._widened_run(run)
            else:
                yield self._widened(nodes[at])
                at += 1

    def _widened_run(self, run: list[Word]) -> Iterator[Node]:
        """Words that stand beside each other, the longest terms among them made one node each."""
        stems = tuple(words.stem(word.word) for word in run)
        at = 0
        while at < len(run):
            longest = min(self._longest.get(stems[at], 0), len(run) - at)
            for length in range(longest, 0, -1):
                concept = self._owners.get(stems[at : at + length])
                if concept is not None:
                    yield from self._meaning(run[at : at + length], stems[at : at + length], concept)
                    at += length
                    break
            else:
                yield run[at]
                at += 1

    def _meaning(self, typed: list[Word], stems: tuple[str, ...], concept: str) -> Iterator[Node]:
        others = tuple(
            (term.text, term.node) for term in self._terms[concept] if not set(term.stems) <= set(stems)
        )[:_MOST_OTHER_TERMS]
        if others:
            yield OneMeaning(All(tuple(typed)) if len(typed) > 1 else typed[0], others)
        else:
            yield from typed


def _terms_of(concept: Concept) -> Iterator[_Term]:
    """The terms of a concept, the likeliest to stand in a text first; each once."""
    seen: set[tuple[str, ...]] = set()
    for text in (
        concept.name,
        *concept.typed,
        *concept.short,
        *concept.same,
        *concept.former,
        *concept.narrower,
    ):
        inside = words.words(text)
        stems = _stems(text)
        if stems and stems not in seen and not set(stems) <= words.STOP_WORDS:
            seen.add(stems)
            yield _Term(text, stems, row_node(inside))


def _stems(text: str) -> tuple[str, ...]:
    return tuple(words.stem(word) for word in words.words(text))
