"""`procedures compare` over the sample library's two training manuals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reader.store.places import sample_bundles, sample_root_file
from tests.support.terminals import Answer, Terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose library holds both training manuals and a council whose chapters are listed only."""
    found = Terminal(tmp_path_factory.mktemp("compare"))
    wanted = [
        file
        for file in sample_bundles()
        if file.stem.startswith(("saltby", "northmere-2", "northmere-3", "lancashire"))
    ]
    answer = _run(found, "install", *wanted)
    assert answer.code == 0, answer.err
    return found


def _run(terminal: Terminal, *arguments: str | Path) -> Answer:
    return terminal.run("--library", terminal.folder / "laptop", "--trust", sample_root_file(), *arguments)


def test_a_chapter_beside_its_counterpart_says_first_what_vouches_for_both(terminal: Terminal) -> None:
    answer = _run(terminal, "compare", "saltby", "contact", "--with", "northmere")
    assert answer.code == 0
    first, *rest = answer.out.splitlines()
    assert first == "5.7 Contact (Saltby Borough Council) beside 3.2.1 Family Time (Northmere County Council)"
    assert sum("Signed by" in line for line in rest[:8]) == 2
    assert "differs: time limits" in answer.out


def test_a_chapter_is_named_by_number_too(terminal: Terminal) -> None:
    by_number = _run(terminal, "compare", "saltby", "5.7", "--with", "northmere:3.2.1")
    by_id = _run(
        terminal, "compare", "saltby/procedures", "contact", "--with", "northmere/procedures:family-time"
    )
    assert re.sub(r"verified at \d\d:\d\d", "", by_number.out) == re.sub(
        r"verified at \d\d:\d\d", "", by_id.out
    )


def test_marks_of_the_document_lie_in_their_texts(terminal: Terminal) -> None:
    found = _run(terminal, "compare", "saltby", "contact", "--with", "northmere", "--json").json
    assert [side["manual"] for side in found["sides"]] == ["saltby/procedures", "northmere/procedures"]
    assert [side["edition"] for side in found["sides"]] == [2, 3]
    marks = 0
    for row in found["rows"]:
        assert len(row["cells"]) == 2
        assert row["shared"] == all(row["cells"])
        for passage in (passage for cell in row["cells"] for passage in cell):
            for mark in passage["marks"]:
                marks += 1
                assert 0 <= mark["start"] < mark["end"] <= len(passage["text"])
                assert mark["kind"] in {"words", "time", "figure", "decider", "duty"}
    assert marks > 10


def test_the_page_is_written_and_loads_nothing(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    answer = _run(terminal, "compare", "saltby", "contact", "--with", "all", "--html", page)
    assert answer.out.rstrip().endswith(f"The page to print: {page}")
    text = page.read_text("utf-8")
    assert "default-src 'none'" in text
    assert not re.search(r"<(script|img|link|a) ", text)
    assert text.count("Do not use it for practice.") == 2


def test_with_json_and_a_page_only_the_document_is_printed(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert _run(terminal, "compare", "saltby", "contact", "--with", "all", "--html", page, "--json").json[
        "rows"
    ]
    assert page.exists()


def test_two_editions_of_a_chapter_are_compared_whichever_is_named(terminal: Terminal) -> None:
    answer = _run(terminal, "compare", "saltby", "contact", "--edition", "1")
    assert answer.out.startswith("5.7 Contact: from edition 1")
    assert "{+eight weeks+}" in answer.out
    found = _run(terminal, "compare", "saltby", "contact", "--edition", "1", "--json").json
    assert (found["before"], found["after"]) == (1, 2)


def test_a_page_of_two_editions_is_written_under_one_heading(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    answer = _run(terminal, "compare", "saltby", "contact", "--edition", "1", "--html", page)
    assert answer.code == 0
    said = page.read_text("utf-8")
    assert said.count("<h1>") == 1
    assert (
        "<h1>5.7 Contact: what changed from edition 1 (October 2024) to edition 2 (February 2026)</h1>"
        in said
    )


def test_a_heading_without_words_that_went_is_not_said_to_stay(terminal: Terminal, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    _run(terminal, "compare", "northmere", "section-47-enquiries", "--edition", "2", "--html", page)
    removed = re.search(
        r"<h2[^>]*>[^<]*<small>\(passage removed\)</small></h2><p>.*?</p>", page.read_text("utf-8")
    )
    assert removed is not None
    assert "words are the same" not in removed[0]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 2, "name another edition with --edition"),
        (("--edition", "1", "--with", "northmere"), 2, "name another edition with --edition"),
        (("--edition", "99"), 1, "Edition 99 of saltby/procedures is not installed"),
        (("--edition", "-1"), 1, "not installed"),
        (("--edition", "x"), 2, "--edition"),
        (("--with", "nowhere"), 1, "No manual “nowhere”"),
        (("--with", ":"), 1, "No manual “”"),
        (("--with", ""), 1, "No manual “”"),
        (("--with", "northmere:nosuch"), 1, "has no chapter “nosuch”"),
        (("--with", "lancashire"), 1, "is not held in its bundle"),
        (("--with", "northmere:family-time:x"), 1, "has no chapter"),
        (("--with", "../../etc/passwd"), 1, "etc/passwd"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(
    terminal: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    answer = _run(terminal, "compare", "saltby", "contact", *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert words in " ".join(answer.err.replace("│", " ").split())


@pytest.mark.parametrize("chapter", ["nosuch", "", "../contact", "5.7 ", "<script>"])
def test_a_chapter_that_is_not_there_is_said(terminal: Terminal, chapter: str) -> None:
    answer = _run(terminal, "compare", "saltby", chapter, "--with", "northmere")
    assert answer.code == 1
    assert "has no chapter" in answer.err


@pytest.mark.parametrize("other", ["saltby", "saltby:contact", "saltby/procedures:5.7"])
def test_a_chapter_is_not_set_beside_itself(terminal: Terminal, other: str) -> None:
    answer = _run(terminal, "compare", "saltby", "contact", "--with", other)
    assert answer.code != 0


def test_the_edition_in_force_is_not_compared_with_itself(terminal: Terminal) -> None:
    assert _run(terminal, "compare", "saltby", "contact", "--edition", "2").code != 0


def test_a_manual_that_is_named_twice_stands_there_once(terminal: Terminal) -> None:
    answer = _run(
        terminal, "compare", "saltby", "contact", "--with", "northmere", "--with", "northmere", "--json"
    )
    assert answer.code != 0 or len(answer.json["sides"]) == 2


def test_all_is_understood_beside_a_manual(terminal: Terminal) -> None:
    answer = _run(terminal, "compare", "saltby", "contact", "--with", "all", "--with", "northmere")
    assert "No manual “all”" not in answer.err


def test_a_place_that_cannot_be_written_is_said(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = _run(
        terminal, "compare", "saltby", "contact", "--with", "northmere", "--html", tmp_path / "file" / "x"
    )
    assert answer.code == 1
    assert (tmp_path / "file").read_text() == "in the way"
