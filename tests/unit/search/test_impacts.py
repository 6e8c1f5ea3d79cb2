"""Rows of impacts: the postings once more, a byte for each document."""

from __future__ import annotations

import contextlib
import random
import zlib
from pathlib import Path

import pytest
from whoosh.index import open_dir

from reader.search import words
from reader.search.impacts import STEPS, Impacts, ImpactsWriter, Row, merged
from reader.search.indexer import IMPACTS
from reader.search.lexicon import OPEN_BUDGET
from reader.search.schema import HEADING, TERMS, TITLE
from tests.support.search_worlds import build, chapters, document, opened

STEMS = ("ant", "bee", "cat")


def written(file: Path, documents: list[dict[str, int]], beginnings: dict[str, tuple[str, ...]]) -> Path:
    writer = ImpactsWriter()
    for one in documents:
        writer.add(one)
    writer.write(file, STEMS, beginnings)
    return file


@pytest.fixture
def file(tmp_path: Path) -> Path:
    chance = random.Random(3)  # noqa: S311  # the same at every run
    documents = [
        {"ant": chance.randrange(1, 193)}
        | ({"bee": chance.randrange(1, 193)} if number % 9 == 0 else {})
        | ({"cat": 255} if number == 700 else {})
        for number in range(2_000)
    ]
    return written(tmp_path / "impacts.bin", documents, {"a": STEMS, "é": ("bee", "cat")})


def test_every_row_is_what_the_postings_say(tmp_path: Path) -> None:
    chance = random.Random(8)  # noqa: S311
    vocabulary = [f"w{number}" for number in range(60)] + ["visits", "visiting", "s47", "children"]
    documents = [
        document(
            " ".join(
                chance.choices(vocabulary, weights=range(len(vocabulary), 0, -1), k=chance.randrange(9))
            ),
            chapter=f"c{number // 4}",
            title=chance.choice(vocabulary),
            heading=chance.choice(vocabulary),
        )
        for number in range(700)
    ]
    index = opened(build(tmp_path / "index", documents))
    reader = open_dir(str(index.folder)).reader()
    terms = {text.decode() for field, text in reader.all_terms() if field == TERMS}
    reader.close()
    stems = {term for term in terms if not term.startswith((TITLE, HEADING))}
    assert len(stems) == index.lexicon.stem_count
    for stem in stems:
        row = index.row(stem)
        assert row is not None
        held = {number: step / STEPS for number, step in enumerate(row.steps) if step}
        assert held == index.postings(stem)
        assert (row.count, row.highest) == (len(held), max(row.steps))
    assert index.row("in no document") is None


def test_a_word_in_a_passage_without_end_is_still_there(tmp_path: Path) -> None:
    """It counts next to nothing in the longest of many passages, but it is found."""
    documents = chapters("rare " + "long " * 60_000, *["short"] * 2_000)
    index = opened(build(tmp_path / "index", documents))
    row = index.row("rare")
    assert row is not None
    assert (row.steps[0], row.count) == (1, 1)
    assert index.postings("rare") == {0: 1 / STEPS}


def test_the_rows_of_beginnings_are_those_of_their_words_put_together(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311
    vocabulary = [f"{beginning}{end}" for beginning in ("ca", "cab", "du") for end in "bcdefghij"]
    texts = [" ".join(chance.choices(vocabulary, k=3)) for _ in range(300)]
    index = opened(build(tmp_path / "index", chapters(*texts)))
    ready = [one for one in ("ca", "cab", "du", "dub", "zz", "d") if index.row_of_beginning(one) is not None]
    assert ready == ["ca", "cab", "du"]
    for beginning in ready:
        stems = index.lexicon.stems_beginning_with(beginning, OPEN_BUDGET)
        expected: dict[int, float] = {}
        for stem in reversed(stems):
            expected.update(index.postings(stem))
        rows = [row for stem in stems if (row := index.row(stem)) is not None]
        row = index.row_of_beginning(beginning)
        assert row is not None
        assert (row.steps, row.count) == (merged(rows).steps, len(expected))
        assert {number: step / STEPS for number, step in enumerate(row.steps) if step} == expected
        assert index.row_of(stems, f"all of {beginning}").steps == row.steps


def test_rows_are_read_as_they_were_written(file: Path) -> None:
    impacts = Impacts(file)
    ant, bee, cat = (impacts.of_stem(number) for number in range(3))
    assert (ant.count, bee.count, cat) == (2_000, 223, Row(bytes(700) + b"\xff" + bytes(1_299), 1, 255))
    a, e = impacts.of_beginning("a"), impacts.of_beginning("é")
    assert a is not None
    assert e is not None
    assert a.steps == merged([ant, bee, cat]).steps == ant.steps
    assert (e.steps, e.count) == (merged([bee, cat]).steps, 223 + (700 % 9 != 0))
    assert impacts.of_beginning("b") is None
    impacts.close()


def test_an_index_of_nothing_has_no_rows(tmp_path: Path) -> None:
    ImpactsWriter().write(tmp_path / "none.bin", (), {})
    impacts = Impacts(tmp_path / "none.bin")
    assert impacts.of_beginning("") is None
    impacts.close()
    assert opened(build(tmp_path / "index", [])).row("dog") is None


@pytest.mark.parametrize("data", [b"", b"IMP1", b"LEX1" + bytes(400), b"IMP1" + b"\xff" * 16, bytes(1_000)])
def test_a_file_that_holds_no_impacts_is_refused_and_closed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "impacts.bin").write_bytes(data)
    with pytest.raises((ValueError, OSError)):
        Impacts(tmp_path / "impacts.bin")


def test_a_file_that_was_changed_gives_a_row_of_the_right_length_or_an_error(file: Path) -> None:
    """The digests tell of changes before; whatever slips through must not be read out of bounds."""
    data = file.read_bytes()
    chance = random.Random(1)  # noqa: S311
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randrange(1, 4)):
            changed[chance.randrange(len(data))] = chance.randrange(256)
        file.write_bytes(changed[: chance.choice([len(data), chance.randrange(len(data))])])
        with contextlib.suppress(ValueError, OSError, zlib.error, IndexError, OverflowError, MemoryError):
            impacts = Impacts(file)
            try:
                for number in range(3):
                    assert len(impacts.of_stem(number).steps) > 0
            finally:
                impacts.close()


def test_what_no_document_holds_has_no_row(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", chapters("dog")))
    assert (index.folder / IMPACTS).is_file()
    assert index.row(words.stem("cats")) is None
    assert index.row_of_beginning("zz") is None
