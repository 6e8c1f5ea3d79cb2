"""Says how well the reader's search puts first what people look for, beside SQLite's FTS5 and Tantivy.

Run by itself with `python -m tests.benchmarks.relevance`; see `--help`. Tantivy takes part where it is installed.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from importlib import metadata
from pathlib import Path
from typing import Final

from reader.domain.search import SearchFilter
from tests.benchmarks.relevance.collection import Collection, Key, Question, training_manuals
from tests.benchmarks.relevance.engines import Fts5, Tantivy, reader_engine, tantivy_module
from tests.benchmarks.relevance.measures import Result, Run, ask, mean
from tests.benchmarks.relevance.public import NAMES, public_collection

_POOR: Final = 0.5
_SHOWN: Final = 5
_ENGINE_WIDTH: Final = 40
_COLUMNS: Final = ("questions", "MRR", "MRR chapter", "nDCG@10")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.relevance", description=__doc__)
    parser.add_argument(
        "--failures",
        action="store_true",
        help=f"show every question whose answer the reader puts below place {1 / _POOR:.0f}",
    )
    parser.add_argument("--set", choices=NAMES, help="a public collection, fetched before with fetch.sh")
    parser.add_argument("--from", dest="folder", type=Path, help="where fetch.sh has put it")
    options = parser.parse_args(arguments)
    if options.set and not options.folder:
        parser.error("--set needs --from FOLDER")
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="procedures-relevance-")))
        collection = (
            public_collection(options.set, options.folder)
            if options.set
            else training_manuals(base / "library")
        )
        print(
            f"{collection.name}: {sum(1 for _ in collection.documents())} passages,"
            f" {len(collection.questions)} questions"
        )
        results = {
            name: ask(run, collection.questions) for name, run in _engines(collection, base, stack).items()
        }
        _print_table(results)
        if options.failures:
            name, of_reader = next(iter(results.items()))
            _print_failures(name, of_reader)
    return 0


def _engines(collection: Collection, base: Path, stack: ExitStack) -> dict[str, Run]:
    asking = stack.enter_context(reader_engine(collection, base))
    fts5 = Fts5(collection)
    engines: dict[str, Run] = {
        "reader": asking(SearchFilter()),
        "reader, without other terms": asking(SearchFilter(with_other_terms=False)),
        f"FTS5 {sqlite3.sqlite_version}, all words, else any": fts5.all_words,
        f"FTS5 {sqlite3.sqlite_version}, any word": fts5.any_word,
    }
    module = tantivy_module()
    if module is None:
        print("Tantivy does not take part: the package “tantivy” is not installed.")
    else:
        tantivy = Tantivy(collection, module)
        version = metadata.version("tantivy")
        engines[f"Tantivy {version}, all words, else any"] = tantivy.all_words
        engines[f"Tantivy {version}, any word"] = tantivy.any_word
    return engines


def _print_table(results: dict[str, tuple[Result, ...]]) -> None:
    questions = [result.question for result in next(iter(results.values()))]
    groups: dict[str, Callable[[Question], bool]] = {"all questions": lambda _: True}
    if any(question.is_held_out for question in questions):
        groups["tuned on"] = lambda question: not question.is_held_out
        groups["held out"] = lambda question: question.is_held_out
    kinds = sorted({question.kind for question in questions})
    if len(kinds) > 1:
        groups |= {f"kind: {kind}": _of_kind(kind) for kind in kinds}
    for group, belongs in groups.items():
        print(f"\n{group:<{_ENGINE_WIDTH}}" + "".join(f"{column:>13}" for column in _COLUMNS))
        for engine, of_engine in results.items():
            means = mean([result for result in of_engine if belongs(result.question)])
            print(
                f"  {engine:<{_ENGINE_WIDTH - 2}}{means.count:>13}{means.mrr:>13.3f}"
                f"{means.mrr_of_chapter:>13.3f}{means.ndcg:>13.3f}"
            )


def _of_kind(kind: str) -> Callable[[Question], bool]:
    return lambda question: question.kind == kind


def _print_failures(engine: str, results: Iterable[Result]) -> None:
    for result in results:
        if result.reciprocal_rank >= _POOR:
            continue
        question = result.question
        held_out = ", held out" if question.is_held_out else ""
        print(f"\n“{question.text}” ({question.kind}{held_out}): {engine} {result.reciprocal_rank:.2f}")
        for rank, key in enumerate(result.found[:_SHOWN], start=1):
            print(f"  {rank}. [{question.grades.get(key, 0)}] {_place(key)}")
        if not result.found:
            print("  nothing found")
        for key in sorted(question.answers):
            rank_of = result.found.index(key) + 1 if key in result.found else "not found"
            print(f"  should: {_place(key)} ({rank_of})")


def _place(key: Key) -> str:
    anchor = f"#{key.anchor}" if key.anchor else ""
    return f"{key.manual.partition('/')[0]} {key.chapter or key.form}{anchor}"


if __name__ == "__main__":
    sys.exit(main())
