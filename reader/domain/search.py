"""What a search takes and gives."""

from __future__ import annotations

from dataclasses import dataclass

from reader.domain.contents import Status
from reader.domain.location import Location
from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One searchable piece of an edition: a chapter's entry, one of its passages, or a division.

    Attributes:
        chapter: None for a division or a form.
        anchor: Where the hit opens within the chapter, or within the manual's cover page for a division.
        text: The passage's own text.
        form: The file name of a form.
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


@dataclass(frozen=True, slots=True)
class Snippet:
    """A short part of a text. `marks` are (start, end) of the matched words in it, in order."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """Limits a search. None and empty mean: everything that is installed.

    Attributes:
        with_other_terms: Whether places are found too that say the same in another term of the vocabulary.
    """

    manuals: frozenset[ManualId] | None = None
    status: Status | None = None
    with_other_terms: bool = True


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A place that a query found. `score` only orders hits of one answer.

    Attributes:
        also: The other term by which it was found; None when it holds what was typed.
    """

    location: Location
    number: str | None
    title: str
    division: str
    heading: str
    statuses: tuple[Status, ...]
    snippet: Snippet
    score: float
    also: str | None = None


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The best hits of a query, best first.

    Attributes:
        total: How many places were found, the ones left out of `hits` counted.
        per_manual: How many of them lie in each manual.
        suggestions: What to try instead, as sentences or queries.
    """

    query: str
    total: int
    hits: tuple[SearchHit, ...]
    per_manual: tuple[tuple[ManualId, int], ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far indexing is: bundles done of bundles in all, and the share of the present one (0 to 1)."""

    done: int
    total: int
    share: float
