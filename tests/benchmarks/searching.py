"""Search at each keystroke over many manuals, beside SQLite's FTS5 and Tantivy on the same passages in the same run.

`python -m tests.benchmarks.searching [--chapters N] [--keep FOLDER]`. The manuals are made of the training manuals'
own sentences, shuffled with a fixed seed: chapters of 2,500 words in ten passages, 250 chapters to a manual. Each query
is typed letter by letter; each keystroke asks for the count, the eight best passages and their snippets. `--keep`
leaves the indexes of all engines in a folder, and the next run with it searches them without building them again.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from reader.domain.cancel import CancelToken
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument, SearchFilter
from reader.search.engine import SearchEngine
from reader.search.indexer import build_index
from reader.search.schema import SCHEMA_VERSION
from reader.search.terms import Terms
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary
from tests.benchmarks.measure import report, timed
from tests.benchmarks.relevance.collection import training_manuals
from tests.benchmarks.relevance.engines import tantivy_module

_CHAPTERS_IN_MANUAL: Final = 250
_PASSAGES: Final = 10
_PASSAGE_WORDS: Final = 250
_SHOWN: Final = 8
_BUILT: Final = "built"
_FIELDS: Final = ("title", "heading", "text")
_WEIGHTS: Final = (8.0, 5.0, 1.0)
_SENTENCE: Final = re.compile(r"(?<=[.;:])\s+")
_TYPED: Final = (
    "kinship care",
    "initial visit after placement",
    "child protection conference",
    "section 47 enquiries",
    "family time plan",
    "lado",
    "strategy discussion timescale",
    "who decides overnight stays",
    "safeguarding",
    "missing from care return interview",
    "foster carer review",
    "health assessment 20 working days",
)
_LIMITS_MS: Final = {1_000: 10.0, 38_000: 60.0}
_RATIOS: Final = {1_000: 0.6, 38_000: 0.3}

Manual = tuple[ManualId, list[IndexDocument]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.searching", description=__doc__)
    parser.add_argument("--chapters", type=int, default=1_000, help="how many chapters (default 1,000)")
    parser.add_argument("--keep", type=Path, help="build the indexes here, or search those that are here")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        _first_search(options.child)
        return 0
    if options.keep:
        base = options.keep / f"{options.chapters}-{SCHEMA_VERSION}"
        base.mkdir(parents=True, exist_ok=True)
        _measure(base, options.chapters)
        return 0
    with tempfile.TemporaryDirectory(prefix="procedures-searching-") as folder:
        _measure(Path(folder), options.chapters)
    return 0


def _measure(base: Path, chapters: int) -> None:
    module = tantivy_module()
    if not (base / _BUILT).is_file():
        for left in base.iterdir():  # of a run that was stopped
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        print(_built(base, chapters, module))
    fts5 = _Fts5(base / "fts5.sqlite")
    tantivy = _Tantivy(base / "tantivy", module) if module else None
    folders = sorted((base / "indexes").iterdir())
    print(_in_a_process_of_its_own(base / "indexes"))
    engine = SearchEngine(lambda: vocabulary)
    vocabulary = read_vocabulary(vocabulary_file())
    engine.use(folders)
    wide, exact = SearchFilter(), SearchFilter(with_other_terms=False)
    runs: dict[str, Callable[[str], object]] = {
        "reader": lambda typed: _ours(engine, typed, exact),
        "reader, other terms too": lambda typed: _ours(engine, typed, wide),
        "FTS5": fts5.search,
    }
    if tantivy:
        runs["Tantivy"] = tantivy.search
    times = _typed(runs)
    for name, own in times.items():
        ordered = sorted(own)
        print(
            f"{name}: mean {statistics.fmean(own) * 1000:.1f} ms, median {statistics.median(own) * 1000:.1f},"
            f" 95th percentile {ordered[int(len(own) * 0.95)] * 1000:.1f}, worst {ordered[-1] * 1000:.1f}"
            f" ({len(own)} keystrokes)"
        )
    for name in ("reader", "reader, other terms too"):
        report(
            f"{name}: mean keystroke",
            statistics.fmean(times[name]),
            "FTS5",
            statistics.fmean(times["FTS5"]),
            aim=_RATIOS.get(chapters),
        )
    limit = _LIMITS_MS.get(chapters)
    for name in ("reader", "reader, other terms too") if limit else ():
        worst = sorted(times[name])[int(len(times[name]) * 0.95)] * 1000
        print(f"{name}: 95th percentile {worst:.1f} ms (aim on an idle machine: under {limit:.0f})")
    engine.close()


def _built(base: Path, chapters: int, module: Any) -> str:
    """Build the indexes of all engines; say how long that took, and how large they are."""
    passages = _passages(base)
    phrases = Terms(read_vocabulary(vocabulary_file())).phrases()
    fts5 = _Fts5(base / "fts5.sqlite")
    tantivy = _Tantivy(base / "tantivy", module) if module else None
    seconds: list[float] = []
    for manual, documents in _manuals(passages, chapters):
        folder = base / "indexes" / manual.authority
        seconds.append(
            timed(lambda: build_index(folder, manual, 1, documents, _unheard, phrases=phrases))  # noqa: B023  # called at once
        )
        fts5.add(documents)
        if tantivy:
            tantivy.add(documents)
    fts5.finish()
    if tantivy:
        tantivy.finish()
    (base / _BUILT).touch()
    return (
        f"{chapters} chapters, {chapters * _PASSAGES} passages, {len(seconds)} manuals. One manual indexed in"
        f" {statistics.median(seconds):.2f} s (median; aim: under 3), all in {sum(seconds):.0f} s,"
        f" {_size(base / 'indexes') / 1e6:.0f} MB; FTS5 {_size(base / 'fts5.sqlite') / 1e6:.0f} MB"
    )


def _unheard(done: int, total: int) -> None:
    """Nobody waits for the progress of a benchmark."""


def _typed(runs: dict[str, Callable[[str], object]]) -> dict[str, list[float]]:
    """Every query typed letter by letter, the engines taking turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for query in _TYPED:
        for length in range(2, len(query) + 1):
            typed = query[:length]
            if typed.endswith(" "):
                continue
            for name, run in runs.items():
                times[name].append(timed(lambda: run(typed)))  # noqa: B023  # called at once
    return times


def _ours(engine: SearchEngine, typed: str, search_filter: SearchFilter) -> list[str]:
    answer = engine.search(typed, search_filter, _SHOWN, CancelToken())
    return [hit.snippet.text for hit in answer.hits]


class _Fts5:
    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS passages USING fts5({', '.join(_FIELDS)}, tokenize='porter unicode61')"
        )

    def add(self, documents: Sequence[IndexDocument]) -> None:
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?)",
            ((document.title, document.heading, document.text) for document in documents),
        )

    def finish(self) -> None:
        self._db.execute("INSERT INTO passages(passages) VALUES ('optimize')")
        self._db.commit()

    def search(self, typed: str) -> list[str]:
        words = re.findall(r"\w+", typed)
        query = " AND ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*'])
        self._db.execute("SELECT count(*) FROM passages WHERE passages MATCH ?", (query,)).fetchone()
        rows = self._db.execute(
            "SELECT snippet(passages, 2, '<', '>', '…', 30) FROM passages WHERE passages MATCH ?"
            " ORDER BY bm25(passages, ?, ?, ?) LIMIT ?",
            (query, *_WEIGHTS, _SHOWN),
        )
        return [row[0] for row in rows]


class _Tantivy:
    def __init__(self, folder: Path, module: Any) -> None:
        self._module = module
        builder = module.SchemaBuilder()
        for field in _FIELDS:
            builder.add_text_field(field, stored=True, tokenizer_name="en_stem")
        self._schema = builder.build()
        folder.mkdir(exist_ok=True)
        self._index = module.Index(self._schema, path=str(folder))
        self._writer: Any = None

    def add(self, documents: Sequence[IndexDocument]) -> None:
        self._writer = self._writer or self._index.writer(num_threads=1)
        for document in documents:
            self._writer.add_document(
                self._module.Document(title=document.title, heading=document.heading, text=document.text)
            )

    def finish(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()

    def search(self, typed: str) -> list[str]:
        module = self._module
        words = re.findall(r"\w+", typed.lower())
        parts = [
            (
                module.Occur.Must,
                self._index.parse_query(
                    word, list(_FIELDS), field_boosts=dict(zip(_FIELDS, _WEIGHTS, strict=True))
                ),
            )
            for word in words[:-1]
        ]
        last = [
            (module.Occur.Should, module.Query.regex_query(self._schema, field, f"{words[-1]}.*"))
            for field in _FIELDS
        ]
        query = module.Query.boolean_query([*parts, (module.Occur.Must, module.Query.boolean_query(last))])
        searcher = self._index.searcher()
        found = searcher.search(query, limit=_SHOWN, count=True)
        maker = module.SnippetGenerator.create(searcher, query, self._schema, "text")
        return [maker.snippet_from_doc(searcher.doc(address)).to_html() for _, address in found.hits]


def _in_a_process_of_its_own(folder: Path) -> str:
    """Memory, and the first search after start, which no other engine disturbs."""
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.searching", "--child", str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    ).stdout.strip()


def _first_search(folder: Path) -> None:
    folders = sorted(folder.iterdir())
    before = _memory_mb()
    vocabulary = read_vocabulary(vocabulary_file())
    engine = SearchEngine(lambda: vocabulary)
    started = time.perf_counter()
    engine.use(folders)
    opened = time.perf_counter()
    engine.search("kinship care", SearchFilter(), _SHOWN, CancelToken())
    first = time.perf_counter()
    for query in _TYPED:
        for length in range(2, len(query) + 1):
            engine.search(query[:length], SearchFilter(), _SHOWN, CancelToken())
    print(
        f"After start: indexes checked and opened in {(opened - started) * 1000:.0f} ms, first search"
        f" {(first - opened) * 1000:.0f} ms later; together {(first - started) * 1000:.0f} ms (aim: under 150 for 1,000"
        f" chapters). Memory {_memory_mb() - before:.0f} MB after {sum(len(query) - 1 for query in _TYPED)} keystrokes"
        " (aim: under 60 for 1,000 chapters)"
    )


def _memory_mb() -> float:
    """What this process holds in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def _passages(base: Path) -> list[IndexDocument]:
    collection = training_manuals(base / "library")
    shutil.rmtree(base / "library")
    return [document for _, document in collection.documents() if document.chapter]


def _manuals(passages: Sequence[IndexDocument], chapters: int) -> Iterator[Manual]:
    random_ = random.Random(20260201)  # noqa: S311  # no secret
    sentences = [s for passage in passages for s in _SENTENCE.split(passage.text) if len(s.split()) > 2]
    titles = sorted({(passage.title, passage.division) for passage in passages})
    headings = [passage.heading for passage in passages if passage.heading]
    stream = _chapters(random_, sentences, titles, headings)
    for number in range(-(-chapters // _CHAPTERS_IN_MANUAL)):
        count = min(_CHAPTERS_IN_MANUAL, chapters - number * _CHAPTERS_IN_MANUAL)
        documents = [document for chapter in islice(stream, count) for document in chapter]
        yield ManualId(f"authority-{number}", "procedures"), documents


def _chapters(
    random_: random.Random,
    sentences: Sequence[str],
    titles: Sequence[tuple[str, str]],
    headings: Sequence[str],
) -> Iterator[list[IndexDocument]]:
    number = 0
    while True:
        number += 1
        title, division = random_.choice(titles)
        yield [
            IndexDocument(
                chapter=f"chapter-{number}",
                number=f"{number // 20}.{number % 20}",
                title=title,
                division=division,
                heading=random_.choice(headings),
                anchor=f"passage-{place}",
                statuses=(),
                text=_text(random_, sentences),
                extra="",
            )
            for place in range(_PASSAGES)
        ]


def _text(random_: random.Random, sentences: Sequence[str]) -> str:
    chosen: list[str] = []
    length = 0
    while length < _PASSAGE_WORDS:
        chosen.append(random_.choice(sentences))
        length += len(chosen[-1].split())
    return " ".join(chosen)


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


if __name__ == "__main__":
    sys.exit(main())
