"""Hits as a file: no formula, no script, and always what vouches for the text."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.errors import NotFoundError, StorageError
from reader.domain.location import Location
from reader.domain.search import Marking, SearchAnswer, SearchHit
from reader.services.csv_table import csv_table
from reader.services.search_export import export_hits
from reader.services.snapshot import LibrarySnapshot
from tests.support.laptops import Laptop
from tests.support.search_worlds import repeatable
from tests.support.worlds import EASTSHIRE, TODAY, WESTSHIRE, World

FORMULAS = [
    '=HYPERLINK("http://evil.example";"click")',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
]


@pytest.fixture
def snapshot(tmp_path: Path) -> LibrarySnapshot:
    laptop = Laptop(tmp_path / "laptop", World.new().trust_root)
    laptop.install(World.new().bundle(WESTSHIRE))
    laptop.install(World.new().bundle(EASTSHIRE))
    return laptop.load()


def hit(
    text: str = "See every child alone",
    edition: int = 1,
    *,
    title: str = "Home Visits",
    number: str = "1.1",
    division: str = "1 Assessment",
    heading: str = "Before",
    also: str | None = None,
) -> SearchHit:
    return SearchHit(
        Location(WESTSHIRE, "home-visits", edition, "a"),
        number,
        title,
        division,
        heading,
        (),
        text,
        1.0,
        marking=Marking("child|script"),
        also=also,
    )


def answer(*hits: SearchHit, query: str = "child", notes: tuple[str, ...] = ()) -> SearchAnswer:
    return SearchAnswer(query, len(hits), hits, notes=notes)


def table(
    file: Path, found: SearchAnswer, snapshot: LibrarySnapshot, today: date = TODAY
) -> list[dict[str, str]]:
    export_hits(file.with_suffix(".csv"), found, snapshot, today)
    text = file.with_suffix(".csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def page(file: Path, found: SearchAnswer, snapshot: LibrarySnapshot, today: date = TODAY) -> str:
    export_hits(file.with_suffix(".html"), found, snapshot, today)
    return file.with_suffix(".html").read_text("utf-8")


def test_a_hit_without_a_snippet_says_only_as_what_it_was_found(
    tmp_path: Path, snapshot: LibrarySnapshot
) -> None:
    assert "<p>also: contact</p>" in page(tmp_path / "hits", answer(hit("", also="contact")), snapshot)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(formula: str) -> None:
    text = csv_table([[formula, "safe"]]).decode("utf-8-sig")
    [[cell, safe]] = list(csv.reader(io.StringIO(text, newline="")))
    assert cell == f"'{formula}"
    assert safe == "safe"


@repeatable(300)
@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=3), max_size=4))
def test_any_cells_come_back_as_they_were_but_for_the_mark_before_a_formula(rows: list[list[str]]) -> None:
    try:
        text = csv_table(rows).decode("utf-8-sig")
    except UnicodeEncodeError:
        assert any(0xD800 <= ord(c) < 0xE000 for row in rows for cell in row for c in cell)
        return
    read = list(csv.reader(io.StringIO(text, newline="")))
    for row, own in zip(read, rows, strict=True):
        for cell, before in zip(row, own, strict=True):
            assert cell in {before, f"'{before}"}
            assert not cell.startswith(("=", "+", "-", "@"))


def test_each_row_says_what_vouches_for_it(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    [row] = table(tmp_path / "x", answer(hit()), snapshot)
    assert row["Authority"] == "Westshire Council"
    assert row["Signed by"] == "shires officer of westshire/procedures 1"
    assert row["In force from"] == "2026-01-12"
    assert row["Location"] == "manual:westshire/procedures/home-visits@1#a"


def test_warnings_of_the_day_stand_in_both_files(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    late = date(2027, 6, 1)
    [row] = table(tmp_path / "x", answer(hit()), snapshot, late)
    assert "review date" in row["Warnings"]
    said = page(tmp_path / "x", answer(hit()), snapshot, late)
    assert "review date" in said
    assert "Searched on 1 June 2027" in said


@pytest.mark.parametrize("place", ["title", "heading", "division", "number", "also"])
def test_hostile_texts_are_no_formula_and_no_markup(
    tmp_path: Path, snapshot: LibrarySnapshot, place: str
) -> None:
    hostile = "=1+1<script>alert('x')</script>\u202e\"&"
    one = hit(
        title=hostile if place == "title" else "Home Visits",
        number=hostile if place == "number" else "1.1",
        division=hostile if place == "division" else "1 Assessment",
        heading=hostile if place == "heading" else "Before",
        also=hostile if place == "also" else None,
    )
    found = answer(one, query="<script>", notes=("<script>note",))
    column = {"title": "Chapter", "heading": "Passage", "also": "Found as"}.get(place, place.capitalize())
    [row] = table(tmp_path / "x", found, snapshot)
    assert row[column] == f"'{hostile}"
    said = page(tmp_path / "x", found, snapshot)
    assert "<script" not in said
    assert "&lt;script&gt;" in said


def test_a_text_is_marked_outside_of_its_escapes(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    said = page(tmp_path / "x", answer(hit("a <script> & a child")), snapshot)
    assert "a &lt;<mark>script</mark>&gt; &amp; a <mark>child</mark>" in said


def test_an_answer_without_hits_is_a_table_with_its_head_and_a_page_that_says_so(
    tmp_path: Path, snapshot: LibrarySnapshot
) -> None:
    assert table(tmp_path / "x", answer(), snapshot) == []
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfAuthority,")
    assert "0 places found" in page(tmp_path / "x", answer(), snapshot)


def test_hits_of_an_edition_that_was_removed_meanwhile_are_said_and_no_file_is_written(
    tmp_path: Path, snapshot: LibrarySnapshot
) -> None:
    for name in ("x.csv", "x.html"):
        with pytest.raises(NotFoundError, match="not installed"):
            export_hits(tmp_path / name, answer(hit(edition=7)), snapshot, TODAY)
        assert not (tmp_path / name).exists()


@pytest.mark.parametrize("name", ["x", "x.pdf", "x.csv.exe", ".csv", "x.CSV ", "x.htm"])
def test_another_ending_is_refused_and_the_file_that_lies_there_stays(
    tmp_path: Path, snapshot: LibrarySnapshot, name: str
) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(StorageError, match="let its name end with"):
        export_hits(tmp_path / name, answer(hit()), snapshot, TODAY)
    assert (tmp_path / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["x.CSV", "x.Html"])
def test_capital_endings_are_endings_too(tmp_path: Path, snapshot: LibrarySnapshot, name: str) -> None:
    export_hits(tmp_path / name, answer(hit()), snapshot, TODAY)
    assert (tmp_path / name).stat().st_size


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path, snapshot: LibrarySnapshot) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder.csv").mkdir()
    for place in (tmp_path / "file" / "x.csv", tmp_path / "folder.csv"):
        with pytest.raises(StorageError):
            export_hits(place, answer(hit()), snapshot, TODAY)


@pytest.mark.parametrize(
    "name",
    [
        "x.csv",
        "x.html",
    ],
)
def test_words_that_are_no_text_stop_no_export(tmp_path: Path, snapshot: LibrarySnapshot, name: str) -> None:
    export_hits(tmp_path / name, answer(hit(), query="contact \udcff"), snapshot, TODAY)
    assert (tmp_path / name).stat().st_size
