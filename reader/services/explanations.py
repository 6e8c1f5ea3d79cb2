"""Explains words: by the definitions of the manual in front, and by the sector's vocabulary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.contents import Held
from reader.domain.errors import ReaderError
from reader.domain.explanation import Definition, Explanation, WordAt
from reader.domain.location import Location
from reader.domain.page import Page
from reader.domain.page_tables import PageTable, all_tables
from reader.domain.vocabulary import Concept, Vocabulary, words_of
from reader.services.pages import PageService
from reader.services.snapshot import LibrarySnapshot

_MOST_WORDS: Final = 8
_TOKEN: Final = re.compile(r"\w+(?:['’\-]\w+)*")
_GLOSSARY: Final = re.compile(
    r"\b(?:glossary|jargon|abbreviations|acronyms|definitions|key terms|terminology)\b", re.IGNORECASE
)
_TERM_HEADER: Final = re.compile(
    r"\b(?:terms?|words?|abbreviations?|acronyms?|phrases?|expressions?)\b", re.IGNORECASE
)
_LISTED: Final = re.compile(r"<dt\b[^<>]*>(.*?)</dt>\s*<dd\b[^<>]*>(.*?)</dd>", re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_Phrase = tuple[str, ...]


class ExplanationService:
    """Looks terms up. The longest term around a place counts: "child arrangements order" before "order"."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], pages: PageService) -> None:
        self._vocabulary = vocabulary
        self._pages = pages
        self._concepts: dict[_Phrase, Concept] | None = None

    def explain(
        self, at: WordAt, page: Page, snapshot: LibrarySnapshot, cancel: CancelToken
    ) -> Explanation | None:
        """What the term at a place means; None where there is no word.

        Returns:
            An explanation without a name and definitions when nothing is known of the word.
        """
        definitions = dict(self._definitions(page, snapshot, cancel))
        concepts = self._by_phrase()
        fallback = ""
        for term, phrase in _terms_at(at):
            fallback = term
            known = tuple(definition for stored, definition in definitions.items() if stored[0] == phrase)
            concept = concepts.get(phrase)
            if known or concept is not None:
                return _explanation(term, concept, known)
        return Explanation(at.selected.strip()[:120] or fallback) if fallback else None

    def _by_phrase(self) -> dict[_Phrase, Concept]:
        if self._concepts is None:
            found: dict[_Phrase, Concept] = {}
            vocabulary = self._vocabulary()
            for concept in vocabulary.concepts:
                for term in concept.terms():
                    found.setdefault(words_of(term), concept)
            for (
                concept
            ) in vocabulary.concepts:  # what is only a part of it, or only typed for it, comes second
                for term in (*concept.narrower, *concept.typed):
                    found.setdefault(words_of(term), concept)
            self._concepts = found
        return self._concepts

    def _definitions(
        self, page: Page, snapshot: LibrarySnapshot, cancel: CancelToken
    ) -> Iterator[tuple[tuple[_Phrase, str], Definition]]:
        """By (phrase, where): of the chapter in front, then of the manual's glossaries."""
        yield from _defined_in(page.html, page.title, is_glossary=bool(_GLOSSARY.search(page.title)))
        location = page.location
        editions = snapshot.editions(location.manual)
        bundle = next((one for one in editions if one.edition.manifest.edition == location.edition), None)
        if bundle is None:
            return
        for chapter in bundle.edition.contents.chapters():
            cancel.raise_if_cancelled()
            is_wanted = chapter.held is Held.INCLUDED and chapter.id != location.chapter
            if not is_wanted or not _GLOSSARY.search(chapter.title):
                continue
            try:
                glossary = self._pages.page(snapshot, Location(location.manual, chapter.id, location.edition))
            except ReaderError:
                continue  # what cannot be verified explains nothing
            yield from _defined_in(glossary.html, glossary.title, is_glossary=True)


def _defined_in(
    html: str, where: str, *, is_glossary: bool
) -> Iterator[tuple[tuple[_Phrase, str], Definition]]:
    for table in all_tables(html):
        if table.columns >= 2 and (is_glossary or _defines(table)):  # noqa: PLR2004  # a term and what it means
            for row in table.rows:
                meaning = " — ".join(cell for cell in row[1:] if cell)
                for phrase in _phrases(row[0]):
                    yield (phrase, where), Definition(meaning, where)
    for match in _LISTED.finditer(html):
        meaning = " ".join(_TAG.sub(" ", match[2]).split())
        for phrase in _phrases(_TAG.sub(" ", match[1])):
            yield (phrase, where), Definition(meaning, where)


def _defines(table: PageTable) -> bool:
    return bool(table.header) and bool(_TERM_HEADER.search(table.header[0]))


def _phrases(term: str) -> Iterator[_Phrase]:
    """A term, and the one that stands in brackets behind it."""
    for text in (term, _BRACKETS.sub(" ", term), *_BRACKETS.findall(term)):
        phrase = words_of(text)
        if phrase:
            yield phrase


def _terms_at(at: WordAt) -> Iterator[tuple[str, _Phrase]]:
    """The runs of words around a place, longest first: (as it stands in the text, its words)."""
    if at.selected.strip():
        yield at.selected.strip(), words_of(at.selected)
        text, place = at.selected, 0
    else:
        text, place = at.paragraph, at.offset
    tokens = list(_TOKEN.finditer(text))
    here = next((i for i, token in enumerate(tokens) if token.start() <= place <= token.end()), None)
    if here is None:
        return
    for length in range(_MOST_WORDS, 0, -1):
        for first in range(max(here - length + 1, 0), here + 1):
            last = first + length - 1
            if last < len(tokens):
                term = text[tokens[first].start() : tokens[last].end()]
                phrase = words_of(term)
                if phrase:
                    yield term, phrase


def _explanation(term: str, concept: Concept | None, definitions: tuple[Definition, ...]) -> Explanation:
    if concept is None:
        return Explanation(term, term, definitions=definitions)
    facts = tuple(
        (label, ", ".join(terms))
        for label, terms in (
            ("Also called", concept.same),
            ("Short", concept.short),
            ("Formerly", concept.former),
            ("Part of it", concept.narrower),
        )
        if terms
    )
    return Explanation(term, concept.name, facts, concept.source, definitions)
