"""`procedures search` with its filters and exports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from reader.store.places import sample_bundles, sample_root_file
from tests.support.terminals import Answer, Terminal


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal whose library holds two editions of a training manual and a council's contents list."""
    found = Terminal(tmp_path_factory.mktemp("search"))
    wanted = [file for file in sample_bundles() if file.stem.startswith(("saltby", "bedford"))]
    assert _run(found, "install", *wanted).code == 0
    assert _run(found, "search", "contact", "--all-editions").code == 0
    return found


def _run(terminal: Terminal, *arguments: str | Path) -> Answer:
    return terminal.run("--library", terminal.folder / "laptop", "--trust", sample_root_file(), *arguments)


def _hits(terminal: Terminal, *arguments: str | Path) -> list[tuple[str, int, str]]:
    found = _run(terminal, "search", *arguments, "--json", "--limit", "1000").json
    assert found["total"] == len(found["hits"])
    return [(hit["manual"], hit["edition"], hit["chapter"]) for hit in found["hits"]]


def test_filters_narrow_what_is_found(terminal: Terminal) -> None:
    everything = _hits(terminal, "contact")
    here = _hits(terminal, "contact", "--manual", "saltby")
    assert set(here) < set(everything)
    chapter = _hits(terminal, "contact", "--chapter", "contact")
    assert chapter
    assert {hit[2] for hit in chapter} == {"contact"}
    assert {
        hit[0] for hit in _hits(terminal, "contact", "--manual", "saltby", "--manual", "bedford-borough")
    } == {
        "saltby/procedures",
        "bedford-borough/procedures",
    }


def test_a_division_holds_what_lies_below_it(terminal: Terminal) -> None:
    found = _run(terminal, "search", "contact", "--manual", "saltby", "--json").json["hits"]
    division = next(hit["division"] for hit in found if hit["division"])
    below = _run(terminal, "search", "contact", "--division", division, "--json").json["hits"]
    assert below
    assert all(hit["division"].startswith(division) for hit in below)


def test_the_editions_of_a_day_and_all_editions_are_searched(terminal: Terminal) -> None:
    assert {(m, e) for m, e, _ in _hits(terminal, "contact", "--as-at", "2025-06-01")} == {
        ("saltby/procedures", 1)
    }
    assert {e for m, e, _ in _hits(terminal, "contact", "--all-editions") if m.startswith("saltby")} == {1, 2}
    assert {e for m, e, _ in _hits(terminal, "contact") if m.startswith("saltby")} == {2}
    past = _run(terminal, "search", "contact", "--as-at", "2025-06-01")
    assert "As at 1 June 2025" in past.out
    assert "No edition of bedford-borough/procedures that was in force then is installed." in past.out
    assert "saltby/procedures@1" in past.out


def test_before_the_first_edition_nothing_is_found_and_the_reason_is_said(terminal: Terminal) -> None:
    answer = _run(terminal, "search", "contact", "--as-at", "1999-01-01")
    assert answer.code == 0
    assert "Nothing found" in answer.out
    assert answer.out.count("that was in force then is installed") == 2


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--manual", "gone"), 1, "No manual “gone” is installed"),
        (("--status", "burnt"), 2, "burnt"),
        (("--as-at", "yesterday"), None, "yesterday"),
        (("--revised-since", "2025-13-01"), None, "2025-13-01"),
        (("--limit", "0"), 2, "--limit"),
        (("--limit", "1001"), 2, "--limit"),
        (("--export", "hits.pdf"), 1, ".csv or .html"),
    ],
)
def test_misuse_is_said_in_a_sentence(
    terminal: Terminal, arguments: tuple[str, ...], code: int | None, words: str
) -> None:
    answer = _run(terminal, "search", "contact", *arguments)
    assert answer.code == code if code is not None else answer.code in {1, 2}
    assert words in " ".join(answer.err.replace("│", " ").split())
    assert answer.out == ""


@pytest.mark.parametrize("option", ["--chapter", "--division"])
@pytest.mark.parametrize("name", ["nosuch", "'; DROP", "\u202e", "*", "x" * 5_000])
def test_a_filter_that_fits_nothing_finds_nothing_and_offers_to_be_left_out(
    terminal: Terminal, option: str, name: str
) -> None:
    answer = _run(terminal, "search", "contact", option, name)
    assert answer.code == 0
    assert "Nothing found" in answer.out
    assert "Without the filter" in answer.out


def test_hits_are_written_as_a_table_with_what_vouches_for_each(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "hits.csv"
    answer = _run(terminal, "search", "contact", "--manual", "saltby", "--limit", "7", "--export", file)
    assert answer.out.rstrip().endswith(f"Written: {file}")
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert len(rows) == 7
    assert {row["Edition"] for row in rows} == {"edition 2 (February 2026)"}
    assert all("Do not use it for practice." in row["Warnings"] and row["Signed by"] for row in rows)


def test_a_page_of_all_editions_says_which_is_superseded(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "hits.html"
    _run(
        terminal,
        "search",
        "contact",
        "--all-editions",
        "--manual",
        "saltby",
        "--export",
        file,
        "--limit",
        "1000",
    )
    text = file.read_text("utf-8")
    assert "Superseded: edition 2 of this manual is installed and in force." in text
    assert text.index("edition 2 (February 2026)") < text.index("edition 1 (October 2024)")


@pytest.mark.parametrize("suffix", [".csv", ".html"])
@pytest.mark.parametrize(
    "query", ["=cmd|'/C calc'!A0", "<script>alert(1)</script>", "", "\u202e", "-", '"', "(", "contact \udcff"]
)
def test_any_query_can_be_exported(terminal: Terminal, tmp_path: Path, query: str, suffix: str) -> None:
    file = tmp_path / f"hits{suffix}"
    answer = _run(terminal, "search", "--export", file, "--", query)
    assert answer.code == 0, answer.err
    assert "<script" not in file.read_text("utf-8-sig")


def test_a_manual_that_was_removed_is_not_searched_any_more(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    files = [file for file in sample_bundles() if file.stem in {"bedford-borough", "lancashire"}]
    assert _run(terminal, "install", *files).code == 0
    assert {m for m, _, _ in _hits(terminal, "adoption")} == {
        "bedford-borough/procedures",
        "lancashire/procedures",
    }
    [file] = (tmp_path / "laptop" / "library" / "lancashire").rglob("*.manual")
    file.unlink()
    assert {m for m, _, _ in _hits(terminal, "adoption")} == {"bedford-borough/procedures"}
    answer = _run(terminal, "search", "adoption", "--manual", "lancashire")
    assert answer.code == 1
    assert "No manual “lancashire” is installed" in answer.err
