"""What a search takes and gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from reader.domain.contents import Status
from reader.domain.location import Location
from reader.domain.manual import ManualId

_SNIPPET_LENGTH: Final = 180
_SNIPPET_LEAD: Final = 50


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One searchable piece of an edition: a chapter's entry, one of its passages, or a division.

    Attributes:
        chapter: None for a division or a form.
        anchor: Where the hit opens within the chapter, or within the manual's cover page for a division.
        text: The passage's own text.
        form: The file name of a form.
        revised: The date that the contents list gives for a chapter.
        box: The class of the box that a passage stands in ("related").
        extra: What stands beside it in the contents list: notes, see-alsos, sources.
    """

    chapter: str | None
    number: str | None
    title: str
    division: str
    heading: str
    anchor: str | None
    statuses: tuple[Status, ...]
    text: str
    extra: str
    form: str | None = None
    revised: date | None = None
    box: str | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A short part of a text. `marks` are (start, end) of the matched words in it, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Marking:
    """What a query marks in a text: a regular expression of its words as authors write them; "" marks nothing."""

    pattern: str = ""

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        """(start, end) of every marked place, in order."""
        if not self.pattern:
            return ()
        return tuple(match.span() for match in _compiled(self.pattern).finditer(text))

    def words(self, text: str) -> tuple[str, ...]:
        """What is marked in a text, each once, in small letters."""
        return tuple(dict.fromkeys(text[start:end].casefold() for start, end in self.marks(text)))


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Limits a search. None, and no manuals, mean: everything.

    Attributes:
        division: A division of one of the manuals, as `IndexDocument.division` names it; what lies below it counts too.
        revised_since: Only chapters whose contents list gives a date, this one or a later one.
        with_other_terms: Whether places are found too that say the same in another term of the vocabulary.
        as_at: The edition of each manual that was in force on a day, in place of the current one.
        all_editions: Every edition that is installed.
    """

    manuals: frozenset[ManualId] | None = None
    status: Status | None = None
    with_other_terms: bool = True
    chapter: str | None = None
    division: str | None = None
    revised_since: date | None = None
    as_at: date | None = None
    all_editions: bool = False

    @property
    def is_everywhere(self) -> bool:
        """Whether it looks through every chapter of the editions that it names."""
        return (
            not self.manuals
            and self.status is None
            and self.chapter is None
            and self.division is None
            and self.revised_since is None
        )

    def everywhere(self) -> SearchFilter:
        """The same search in every chapter of the same editions."""
        return SearchFilter(
            with_other_terms=self.with_other_terms, as_at=self.as_at, all_editions=self.all_editions
        )


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """A search that the person made before. `is_saved`: it stays until the person lets go of it."""

    query: str
    search_filter: SearchFilter
    is_saved: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A place that a query found. `score` only orders hits of one answer.

    Attributes:
        text: The passage's text, on one line; empty where the bundle holds none.
        beside: What the contents list says beside it.
        marking: What to mark in both.
        also: The other term by which it was found; None when it holds what was typed.
        in_chapter: How many passages of the chapter were found.
        is_past: Whether it stands in another edition than the current one.
    """

    location: Location
    number: str | None
    title: str
    division: str
    heading: str
    statuses: tuple[Status, ...]
    text: str
    score: float
    beside: str = ""
    marking: Marking = Marking()
    also: str | None = None
    in_chapter: int = 1
    is_past: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words to mark where the hit opens, in small letters."""
        return self.marking.words(f"{self.title} | {self.heading} | {self.text} | {self.beside}")

    @property
    def snippet(self) -> Snippet:
        """The part of the text that shows why it was found. Worked out at each call: ask for what is on screen."""
        snippet = make_snippet(self.text, self.marking)
        if not snippet.marks and self.beside:
            other = make_snippet(self.beside, self.marking)
            return other if other.marks or not self.text else snippet
        return snippet


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The best hits of a query, best first.

    Attributes:
        total: How many places were found, the ones left out of `hits` counted.
        per_manual: How many of them lie in each manual.
        suggestions: What to try instead, as sentences or queries.
        notes: How the query was read where that is not as it was typed, in plain sentences.
    """

    query: str
    total: int
    hits: tuple[SearchHit, ...]
    per_manual: tuple[tuple[ManualId, int], ...] = ()
    suggestions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far indexing is: bundles done of bundles in all, and the share of the present one (0 to 1)."""

    done: int
    total: int
    share: float


def make_snippet(text: str, marking: Marking) -> Snippet:
    """A part of a text around the words that were looked for, or its beginning when none is in it."""
    matches = marking.marks(text)
    if not matches:
        return Snippet(
            text if len(text) <= _SNIPPET_LENGTH else f"{text[:_SNIPPET_LENGTH].rsplit(' ', 1)[0]} …"
        )
    first = _best_start(matches)
    start, end = 0, len(text)
    if first > _SNIPPET_LEAD:
        start = first - _SNIPPET_LEAD
        start = max(text.rfind(" ", start - _SNIPPET_LEAD, start + 1) + 1, start - _SNIPPET_LEAD)
    if start + _SNIPPET_LENGTH < end:
        cut = start + _SNIPPET_LENGTH
        end = max(text.rfind(" ", cut - _SNIPPET_LEAD, cut), cut - _SNIPPET_LEAD)
    lead = "… " if start else ""
    tail = " …" if end < len(text) else ""
    shift = len(lead) - start
    marks = tuple((a + shift, b + shift) for a, b in matches if a >= start and b <= end)
    return Snippet(f"{lead}{text[start:end]}{tail}", marks)


def _best_start(matches: tuple[tuple[int, int], ...]) -> int:
    """The match behind which most others stand within one snippet."""
    best, best_count = matches[0][0], 0
    for index, (start, _) in enumerate(matches):
        count = sum(
            1 for other, _ in matches[index : index + 20] if other < start + _SNIPPET_LENGTH - _SNIPPET_LEAD
        )
        if count > best_count:
            best, best_count = start, count
    return best


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
