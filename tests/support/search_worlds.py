"""Small indexes to search in, built in a moment."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hypothesis import HealthCheck, settings

from reader.domain.cancel import CancelToken
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument, SearchAnswer, SearchFilter
from reader.search import words
from reader.search.engine import SearchEngine
from reader.search.indexer import build_index
from reader.search.open_index import OpenIndex, PostingsCache

WESTSHIRE: Final = ManualId("westshire", "procedures")
NORTHMERE: Final = ManualId("northmere", "procedures")
EVERYWHERE: Final = SearchFilter()
_OPEN: Final[list[OpenIndex | SearchEngine]] = []


def repeatable(examples: int = 100) -> settings:
    """The same examples at every run, however slow the machine is."""
    return settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


def document(
    text: str = "",
    *,
    chapter: str | None = "chapter",
    title: str = "",
    heading: str = "",
    division: str = "",
    extra: str = "",
    number: str | None = None,
    anchor: str | None = None,
) -> IndexDocument:
    return IndexDocument(chapter, number, title, division, heading, anchor, (), text, extra)


def chapters(*texts: str) -> list[IndexDocument]:
    """A chapter "c0", "c1", ... of each text, without titles."""
    return [document(text, chapter=f"c{number}") for number, text in enumerate(texts)]


def build(
    folder: Path,
    documents: Sequence[IndexDocument],
    *,
    manual: ManualId = WESTSHIRE,
    edition: int = 1,
    authority: str = "Westshire County Council",
    phrases: Sequence[tuple[str, ...]] = (),
) -> Path:
    """Build an index at a place and say where it is."""
    build_index(
        folder, manual, edition, documents, lambda _done, _total: None, authority=authority, phrases=phrases
    )
    return folder


def opened(folder: Path, *, key: int = 1, cached: int = 1_000_000) -> OpenIndex:
    """An index, open until `close_all`."""
    index = OpenIndex(folder, key, PostingsCache(cached))
    _OPEN.append(index)
    return index


def close_all() -> None:
    """Close what `opened` and `engine_over` have opened, unless the test did."""
    while _OPEN:
        with contextlib.suppress(Exception):
            _OPEN.pop().close()


def engine_over(*folders: Path) -> SearchEngine:
    engine = SearchEngine()
    _OPEN.append(engine)
    assert engine.use(folders) == ()
    return engine


def answer(
    engine: SearchEngine, typed: str, search_filter: SearchFilter = EVERYWHERE, *, limit: int = 50
) -> SearchAnswer:
    return engine.search(typed, search_filter, limit, CancelToken())


def found_in(engine: SearchEngine, typed: str, search_filter: SearchFilter = EVERYWHERE) -> list[str | None]:
    """The chapters of the hits, best first."""
    return [hit.location.chapter for hit in answer(engine, typed, search_filter).hits]


def marked(text: str, pattern_of: SearchAnswer) -> list[str]:
    """What the hits' marking marks in a text."""
    marking = pattern_of.hits[0].marking
    return [text[start:end] for start, end in marking.marks(text)]


def stems_of(text: str) -> list[str]:
    return [words.stem(word) for word in words.words(text)]


def parts_of(one: IndexDocument) -> list[list[str]]:
    """The stems of each part of a document, read without any index."""
    return [stems_of(part) for part in (one.title, one.heading, one.text, one.extra, one.division)]
