"""The engines that are compared. Each is given the same documents and answers with passages, best first."""

from __future__ import annotations

import importlib
import re
import sqlite3
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from reader.domain.cancel import CancelToken
from reader.domain.search import SearchFilter, SearchHit
from reader.search.engine import SearchEngine
from reader.search.indexer import build_index
from tests.benchmarks.relevance.collection import Collection, Key
from tests.benchmarks.relevance.measures import DEPTH, Run

_FIELDS: Final = ("title", "heading", "text", "extra")
_WEIGHTS: Final = (4.0, 2.0, 1.0, 1.0)
_WORD: Final = re.compile(r"\w+")


@contextmanager
def reader_engine(collection: Collection, folder: Path) -> Iterator[Callable[[SearchFilter], Run]]:
    """The reader's own search, with a filter that the caller chooses.

    A hit on a chapter as a whole counts as one on its first passage: that is where it opens.
    """
    folders = []
    for number, edition in enumerate(collection.editions):
        folders.append(folder / f"index-{number}")
        build_index(
            folders[-1], edition.manual, edition.number, edition.documents, lambda _done, _total: None
        )
    engine = SearchEngine(lambda: collection.vocabulary)
    damaged = engine.use(folders)
    assert not damaged, damaged
    beginnings: dict[Key, Key] = {}
    for key, _ in collection.documents():
        beginnings.setdefault(key._replace(anchor=""), key)

    def asking(search_filter: SearchFilter) -> Run:
        def run(typed: str) -> list[Key]:
            found = map(_key, engine.search(typed, search_filter, DEPTH, CancelToken()).hits)
            return [key if key.anchor or not key.chapter else beginnings.get(key, key) for key in found]

        return run

    try:
        yield asking
    finally:
        engine.close()


def _key(hit: SearchHit) -> Key:
    place = hit.location
    return Key(str(place.manual), place.chapter or "", place.anchor or "", place.form or "")


class Fts5:
    """SQLite's full-text search: Porter stems, BM25 with weighted columns."""

    def __init__(self, collection: Collection) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            f"CREATE VIRTUAL TABLE passages USING fts5({', '.join(_FIELDS)}, tokenize='porter unicode61')"
        )
        self._keys: list[Key] = []
        for key, document in collection.documents():
            self._keys.append(key)
            self._db.execute(
                "INSERT INTO passages(rowid, title, heading, text, extra) VALUES (?, ?, ?, ?, ?)",
                (len(self._keys), document.title, document.heading, document.text, document.extra),
            )

    def all_words(self, typed: str) -> list[Key]:
        """Places that hold every word; where there are none, those that hold any."""
        return self._found(typed, " AND ") or self._found(typed, " OR ")

    def any_word(self, typed: str) -> list[Key]:
        """Places that hold any of the words."""
        return self._found(typed, " OR ")

    def _found(self, typed: str, between: str) -> list[Key]:
        query = between.join(f'"{word}"' for word in _WORD.findall(typed))
        if not query:
            return []
        rows = self._db.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, ?, ?, ?) LIMIT ?",
            (query, *_WEIGHTS, DEPTH),
        )
        return [self._keys[row[0] - 1] for row in rows]


class Tantivy:
    """Tantivy with its English stemmer: BM25 with boosted fields."""

    def __init__(self, collection: Collection, tantivy: types.ModuleType) -> None:
        self._tantivy: Any = tantivy
        builder = self._tantivy.SchemaBuilder()
        for field in _FIELDS:
            builder.add_text_field(field, tokenizer_name="en_stem")
        builder.add_unsigned_field("row", stored=True)
        self._index: Any = self._tantivy.Index(builder.build())
        writer = self._index.writer(num_threads=1)
        self._keys: list[Key] = []
        for key, document in collection.documents():
            writer.add_document(
                self._tantivy.Document(
                    row=len(self._keys),
                    title=document.title,
                    heading=document.heading,
                    text=document.text,
                    extra=document.extra,
                )
            )
            self._keys.append(key)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def all_words(self, typed: str) -> list[Key]:
        """Places that hold every word; where there are none, those that hold any."""
        return self._found(typed, is_all_needed=True) or self._found(typed, is_all_needed=False)

    def any_word(self, typed: str) -> list[Key]:
        """Places that hold any of the words."""
        return self._found(typed, is_all_needed=False)

    def _found(self, typed: str, *, is_all_needed: bool) -> list[Key]:
        words = " ".join(_WORD.findall(typed.lower()))
        if not words:
            return []
        query = self._index.parse_query(
            words,
            list(_FIELDS),
            field_boosts=dict(zip(_FIELDS, _WEIGHTS, strict=True)),
            conjunction_by_default=is_all_needed,
        )
        searcher = self._index.searcher()
        return [
            self._keys[searcher.doc(address)["row"][0]]
            for _, address in searcher.search(query, limit=DEPTH).hits
        ]


def tantivy_module() -> types.ModuleType | None:
    """The package, where somebody has installed it."""
    try:
        return importlib.import_module("tantivy")
    except ImportError:
        return None
