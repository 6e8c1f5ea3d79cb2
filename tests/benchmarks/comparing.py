"""Comparing: two releases of a real manual, and two chapters of 20,000 words side by side.

    python -m tests.benchmarks.comparing [FOLDER]

FOLDER holds what `tests/corpora/fetch-releases.sh` fetched (default: build/corpora/releases).
"""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from reader.compare.editions import compare_editions
from reader.compare.passages import changed_passages
from reader.compare.sides import compared
from reader.domain.contents import Passage
from reader.publish.editions import edition_text
from reader.publish.importing import import_source
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary
from tests.benchmarks.measure import timed
from tests.benchmarks.relevance.collection import training_manuals

DEFAULT: Final = Path("build/corpora/releases")
_WORDS: Final = 20_000
_MANUAL: Final = """
authority = "debian"
authority_name = "Debian"
manual = "handbook"
title = "The Debian Administrator's Handbook"
edition = {number}
issued = 2020-06-19
effective_from = 2020-06-19
review_by = 2030-01-01
purpose = "training"
"""


def main(folder: Path = DEFAULT) -> int:
    _releases(folder)
    _long_chapters()
    return 0


def _releases(folder: Path) -> None:
    found = [
        next(iter((folder / suite).glob("**/en-US/index.html")), None) for suite in ("bullseye", "bookworm")
    ]
    older, newer = (start.parent if start else None for start in found)
    if older is None or newer is None:
        print(
            f"no releases in {folder}: tests/corpora/fetch-releases.sh fetches them; comparing them was not measured"
        )
        return
    with tempfile.TemporaryDirectory() as work:
        first, second = Path(work) / "first", Path(work) / "second"
        for place, source, number in ((first, older, 1), (second, newer, 2)):
            import_source(source, place)
            (place / "manual.toml").write_text(_MANUAL.format(number=number), encoding="utf-8")
        before, after = edition_text(first), edition_text(second)
    seconds = timed(lambda: compare_editions(before, after))
    counts = Counter(
        kind.value for chapter in compare_editions(before, after).chapters for kind in chapter.kinds
    )
    words = [sum(len(p.text.split()) for ps in one.passages.values() for p in ps) for one in (before, after)]
    held = before.passages.keys() & after.passages.keys()
    print(
        f"Debian handbook, two releases: {len(before.passages)} and {len(after.passages)} chapters with text,"
        f" {len(held)} in both, {words[0]} and {words[1]} words; every difference found in {seconds:.1f} s: "
        + ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
    )


def _long_chapters() -> None:
    with tempfile.TemporaryDirectory() as work:
        collection = training_manuals(Path(work))
    texts = [
        [
            Passage(f"p{number}", document.heading, 2, document.text, document.box)
            for number, document in enumerate(edition.documents)
            if document.chapter and document.text
        ]
        for edition in collection.editions
    ]
    first, second = (_of_length(text) for text in texts)
    changed = [replace(p, text=p.text.replace(" is ", " was ")) for p in first]
    vocabulary = read_vocabulary(vocabulary_file())
    compared(first[:3], second[:3], vocabulary)
    beside = timed(lambda: compared(first, second, vocabulary))
    editions = timed(lambda: changed_passages(first, changed))
    print(
        f"Two chapters of {_length(first)} and {_length(second)} words in {len(first)} and {len(second)} passages:"
        f" side by side in {beside:.2f} s (aim: under 1 s); two editions of the first one, word by word, in"
        f" {editions:.2f} s"
    )


def _of_length(passages: Sequence[Passage]) -> list[Passage]:
    totals = itertools.accumulate(len(passage.text.split()) for passage in passages)
    return [passage for passage, total in zip(passages, totals, strict=True) if total <= _WORDS]


def _length(passages: Sequence[Passage]) -> int:
    return sum(len(passage.text.split()) for passage in passages)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
