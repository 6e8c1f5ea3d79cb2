"""`procedures reading-list`: collected on one computer, read on another."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader

from reader.store.places import sample_bundles, sample_root_file
from tests.support.terminals import Answer, Terminal


def _laptop(folder: Path, *names: str) -> Terminal:
    found = Terminal(folder)
    wanted = [file for file in sample_bundles() if file.stem in names]
    assert _run(found, "install", *wanted).code == 0
    return found


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return _laptop(tmp_path_factory.mktemp("trainer"), "saltby-1", "saltby-2")


@pytest.fixture(scope="module")
def trainee(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return _laptop(tmp_path_factory.mktemp("trainee"), "saltby-1")


def _run(terminal: Terminal, *arguments: str | Path) -> Answer:
    return terminal.run("--library", terminal.folder / "laptop", "--trust", sample_root_file(), *arguments)


def test_a_list_travels_and_says_what_is_missing_where_it_is_opened(
    trainer: Terminal, trainee: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "induction.readinglist"
    assert "There are no reading lists" in _run(trainer, "reading-list", "list").out
    added = _run(trainer, "reading-list", "add", "Induction", "saltby", "5.7", "--remark", "Begin here.")
    assert "edition 2 (February 2026)" in added.out
    assert _run(trainer, "reading-list", "add", "Induction", "saltby", "case-records").code == 0
    assert "Induction  (2 places)" in _run(trainer, "reading-list", "list").out
    assert _run(trainer, "reading-list", "save", "Induction", file).code == 0
    shown = _run(trainer, "reading-list", "show", file)
    assert "Begin here." in shown.out
    assert "Missing" not in shown.out
    taken = _run(trainee, "reading-list", "take-in", file)
    assert taken.out.count("Edition 2 (February 2026) is not installed") == 2
    problems = [
        item["problem"] for item in _run(trainee, "reading-list", "show", "Induction", "--json").json["items"]
    ]
    assert all("opens in its place" in problem for problem in problems)
    assert _run(trainee, "reading-list", "remove", "Induction").code == 0
    assert _run(trainee, "reading-list", "show", "Induction").code == 1


def test_a_list_is_printed_and_no_file_is_replaced_unasked(trainer: Terminal, tmp_path: Path) -> None:
    _run(trainer, "reading-list", "add", "On paper", "saltby", "5.7", "--remark", "Read first.")
    pdf = tmp_path / "list.pdf"
    assert _run(trainer, "reading-list", "print", "On paper", "--pdf", pdf).code == 0
    words = " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())
    assert "Read first." in words
    assert "Saltby Borough Council" in words
    again = _run(trainer, "reading-list", "print", "On paper", "--pdf", pdf)
    assert again.code == 1
    assert "is there already" in again.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "No such"), "There is no reading list “No such”"),
        (("add", "x", "nowhere", "1"), "No manual “nowhere”"),
        (("add", "x", "saltby", "nothing"), "has no chapter “nothing”"),
        (("add", "x", "saltby", "5.7", "not a name"), "is the name of no passage"),
        (("take-in", "none.readinglist"), "Cannot read none.readinglist"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    trainer: Terminal, arguments: tuple[str, ...], words: str
) -> None:
    answer = _run(trainer, "reading-list", *arguments)
    assert answer.code == 1
    assert words in answer.err
