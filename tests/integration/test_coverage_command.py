"""`procedures coverage` over the sample library: the contents lists of five councils and two training manuals."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from tests.support.terminals import Answer, Terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """The sample library, installed once; tests only look."""
    found = Terminal(tmp_path_factory.mktemp("coverage"))
    assert _run(found, "list").code == 0
    return found


def _run(terminal: Terminal, *arguments: str | Path) -> Answer:
    return terminal.run("--sample", "--library", terminal.folder / "laptop", *arguments)


@pytest.fixture(scope="module")
def document(terminal: Terminal) -> Any:
    return _run(terminal, "coverage", "--json").json


def _of(document: Any, name: str) -> dict[str, list[str]]:
    """A topic's chapters by authority, as numbers and titles."""
    (topic,) = (topic for topic in document["topics"] if topic["name"] == name)
    return {
        manual.split("/")[0]: [f"{row['number']} {row['title']}" for row in rows]
        for manual, rows in topic["chapters"].items()
    }


def test_every_chapter_of_the_sample_stands_in_one_topic(terminal: Terminal, document: Any) -> None:
    chapters = [
        (manual, row["chapter"])
        for topic in document["topics"]
        for manual, rows in topic["chapters"].items()
        for row in rows
    ]
    assert len(chapters) == len(set(chapters))
    assert {manual for manual, _ in chapters} == {row["manual"] for row in document["manuals"]}
    assert len(document["manuals"]) == 7


def test_one_practice_question_under_several_names_is_one_topic(document: Any) -> None:
    assert _of(document, "Kinship Care") == {
        "bedford-borough": ["2.1.4 Kinship Care"],
        "cambridgeshire": ["3.4.1 Family and Friends Care Policy"],
        "lancashire": ["5.4.1 Family and Friends Care"],
        "leicestershire": ["3.4.1 Family and Friends Care (Kinship Care)"],
        "northmere": ["3.1.3 Kinship Care"],
        "westmorland-and-furness": ["1.1.6 Kinship Care"],
    }


def test_questions_that_only_sound_alike_are_several_topics(document: Any) -> None:
    strategy, help_ = _of(document, "Early help"), _of(document, "Early Help Assessment")
    assert strategy["bedford-borough"] == ["1.2.1 Early Help Strategy"]
    assert help_["bedford-borough"] == ["1.2.2 Early Help Assessment"]
    assert "northmere" not in _of(document, "Placements with Connected Persons")
    assert _of(document, "Looked After Children Strategy") == {
        "bedford-borough": ["2.1.1 Looked After Children Strategy"]
    }


def test_gaps_of_two_manuals_are_told_both_ways_with_what_comes_nearest(terminal: Terminal) -> None:
    answer = _run(terminal, "coverage", "--gaps", "saltby", "--against", "northmere")
    assert answer.code == 0
    saltby, northmere = answer.out.split("Northmere County Council has no chapter on")
    assert saltby.startswith("Saltby Borough Council has no chapter on")
    assert "  Young Carers\n" in saltby
    assert "  Strategy discussions  (nearest: 3.1 Strategy Meetings and Child Protection Enquiries)" in saltby
    assert "  Private Fostering\n" in northmere


def test_gaps_of_one_manual_begin_with_what_all_others_have(terminal: Terminal) -> None:
    answer = _run(terminal, "coverage", "--gaps", "cambridgeshire")
    first = answer.out.strip().split("\n\n", maxsplit=1)[0]
    assert first.startswith("Cambridgeshire County Council has no chapter on")
    assert "that every other manual has:" in first
    assert "Child Protection Enquiries (Section 47)" in first


def test_some_manuals_can_be_looked_at_alone(terminal: Terminal) -> None:
    found = _run(terminal, "coverage", "--manual", "saltby", "--manual", "northmere", "--json").json
    assert [row["manual"] for row in found["manuals"]] == ["northmere/procedures", "saltby/procedures"]
    only = _run(terminal, "coverage", "--manual", "saltby")
    assert only.out.rstrip().endswith("topics in 1 manual.")


def test_the_map_is_written_as_a_table_and_as_a_page(terminal: Terminal, tmp_path: Path) -> None:
    table, page = tmp_path / "map.csv", tmp_path / "map.html"
    two = ("coverage", "--manual", "saltby", "--manual", "northmere")
    answer = _run(terminal, *two, "--export", table)
    assert answer.code == 0
    assert answer.out.rstrip().endswith(f"Written: {table}")
    found = _run(terminal, *two, "--export", page, "--json").json
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(found["topics"]) + 4
    assert {len(row) for row in rows} == {4}
    assert "Do not use it for practice." in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("--manual", "nowhere"), 1, "No manual “nowhere” is installed"),
        (("--manual", "saltby", "--export", "map.pdf"), 1, ".csv or .html"),
        (("--against", "saltby"), 2, "--gaps"),
        (("--gaps", "saltby", "--against", "saltby"), 2, "same manual"),
        (("--manual", "saltby", "--gaps", "saltby"), 1, "no other manual"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    terminal: Terminal, arguments: tuple[str, ...], code: int, word: str
) -> None:
    answer = _run(terminal, "coverage", *arguments)
    assert answer.code == code
    assert word in " ".join(answer.err.split())


def test_an_empty_library_has_an_empty_map(tmp_path: Path) -> None:
    answer = Terminal(tmp_path).run("--library", tmp_path / "laptop", "coverage")
    assert answer.code == 0
    assert "No manual is installed" in answer.out
