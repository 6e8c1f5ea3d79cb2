"""Says how well the reader finds a chapter's counterparts in other manuals, beside plain likeness of titles.

Run by itself with `python -m tests.benchmarks.counterparts`; see `--help`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary
from tests.benchmarks.counterparts.engines import (
    TOKEN_SORT,
    Answers,
    Sample,
    Titles,
    above,
    sample,
    token_sort,
)
from tests.benchmarks.counterparts.labels import Label, check, labels
from tests.benchmarks.counterparts.many import CHAPTERS, many
from tests.benchmarks.counterparts.measures import (
    Judged,
    bands,
    best_threshold,
    calibration_error,
    judge,
    measure,
)
from tests.benchmarks.measure import timed

_AIM: Final = 1.0
"""How many seconds all ordered pairs of the councils may take."""
_AIM_OF_MANY: Final = 300.0
"""How many seconds every two of 150 manuals may take."""
_READER: Final = "reader"
_ENGINE_WIDTH: Final = 46
_COLUMNS: Final = (
    "labels",
    "precision",
    "recall",
    "F1",
    "right",
    "wrong",
    "missed",
    "look-alikes",
    "none kept",
)
_GROUPS: Final[Mapping[str, Callable[[Label], bool]]] = {
    "councils, tuned on": lambda label: not label.is_training and not label.is_held_out,
    "councils, held out": lambda label: not label.is_training and label.is_held_out,
    "training manuals, tuned on": lambda label: label.is_training and not label.is_held_out,
    "training manuals, held out": lambda label: label.is_training and label.is_held_out,
}
_TUNED_ON: Final = "councils, tuned on"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.counterparts", description=__doc__)
    parser.add_argument(
        "--failures", action="store_true", help="show every label that the reader gets wrong or misses"
    )
    parser.add_argument(
        "--held-out", action="store_true", help="with --failures: show those that are held out as well"
    )
    parser.add_argument(
        "--many",
        type=int,
        metavar="N",
        help=f"instead: how long every two of N made up manuals of {CHAPTERS} chapters take (150, say)",
    )
    options = parser.parse_args(arguments)
    if options.many is not None:
        _print_many(options.many)
        return 0
    with (
        tempfile.TemporaryDirectory(prefix="procedures-counterparts-") as folder,
        sample(Path(folder) / "library") as of_sample,
    ):
        everything = labels()
        titles = of_sample.titles
        check(everything, titles)
        without = sum(1 for label in everything if not label.accepted)
        print(f"{len(everything)} labels; {without} of them say that there is no counterpart")
        duration = _duration(of_sample)
        of_reader = of_sample.answers(of_sample.bundles)
    candidates = token_sort(titles)
    threshold = best_threshold([label for label in everything if _GROUPS[_TUNED_ON](label)], candidates)
    baseline = f"{TOKEN_SORT}, from {threshold:.2f}"
    engines = {_READER: of_reader, baseline: above(candidates, threshold)}
    _print_table(everything, engines, titles)
    _print_calibration(everything, of_reader)
    pairs = len(of_sample.councils) * (len(of_sample.councils) - 1)
    verdict = "met" if duration < _AIM else "MISSED"
    print(
        f"\nAll {pairs} ordered pairs of the councils: {duration:.2f} s (aim: under {_AIM:.0f} s; {verdict})"
    )
    if options.failures:
        shown = [label for label in everything if options.held_out or not label.is_held_out]
        _print_failures(judge(shown, of_reader), titles)
    return 0


def _print_many(count: int) -> None:
    took = many(count, read_vocabulary(vocabulary_file()))
    print(
        f"{count} manuals of {CHAPTERS} chapters: read in {took.reading:.1f} s; {took.pairs} pairs of manuals compared"
        f" in {took.comparing:.1f} s, {took.comparing / max(took.pairs, 1) * 1000:.1f} ms each (aim: 150 manuals in"
        f" under {_AIM_OF_MANY:.0f} s); {took.found} pairs of chapters found"
    )


def _duration(of_sample: Sample) -> float:
    """How long the reader takes for the councils; it must not have been asked before."""
    return timed(lambda: of_sample.answers(of_sample.councils))


def _print_table(everything: Sequence[Label], engines: Mapping[str, Answers], titles: Titles) -> None:
    for group, belongs in _GROUPS.items():
        of_group = [label for label in everything if belongs(label)]
        _print_rows(group, of_group, engines)
        _print_rows(
            f"{group}: titles differ", [label for label in of_group if _is_hard(label, titles)], engines
        )


def _print_rows(group: str, of_group: Sequence[Label], engines: Mapping[str, Answers]) -> None:
    print(f"\n{group:<{_ENGINE_WIDTH}}" + "".join(f"{column:>12}" for column in _COLUMNS))
    for engine, answers in engines.items():
        measures = measure(judge(of_group, answers))
        print(
            f"  {engine:<{_ENGINE_WIDTH - 2}}{measures.count:>12}{measures.precision:>12.3f}"
            f"{measures.recall:>12.3f}{measures.f1:>12.3f}{measures.right:>12}{measures.wrong:>12}"
            f"{measures.missed:>12}{measures.look_alikes:>12}"
            f"{f'{measures.left_without}/{measures.without}':>12}"
        )


def _is_hard(label: Label, titles: Titles) -> bool:
    """Whether no accepted chapter has the very title of the one asked about; so too where there is none."""
    asked = label.asked
    title = titles[asked.manual][asked.chapter].casefold()
    return all(titles[asked.other][chapter].casefold() != title for chapter in label.accepted)


def _print_calibration(everything: Sequence[Label], answers: Answers) -> None:
    for group, belongs in _GROUPS.items():
        of_group = bands(judge(filter(belongs, everything), answers))
        print(
            f"\nScores of the reader, {group}: expected calibration error {calibration_error(of_group):.3f}"
        )
        for band in of_group:
            print(
                f"  {band.lower:.1f}-{band.upper:.1f}: {band.right:>4} of {band.count:>4} right"
                f" ({band.share_right:.3f}; mean score {band.mean_score:.3f})"
            )


def _print_failures(judged: Iterable[Judged], titles: Titles) -> None:
    for row in judged:
        if not row.is_failure:
            continue
        asked, label = row.label.asked, row.label
        held_out = ", held out" if label.is_held_out else ""
        print(
            f"\n{asked.manual} “{titles[asked.manual][asked.chapter]}” in {asked.other} ({label.theme}{held_out})"
        )
        if row.found:
            kind = "look-alike " if row.is_look_alike else ""
            title = titles[asked.other][row.found.chapter]
            print(f"  found {kind}“{title}”, {row.found.score:.2f}: {row.found.why}")
        else:
            print("  found nothing")
        for chapter in label.accepted:
            print(f"  should: “{titles[asked.other][chapter]}”")
        if not label.accepted:
            print("  should: nothing")


if __name__ == "__main__":
    sys.exit(main())
