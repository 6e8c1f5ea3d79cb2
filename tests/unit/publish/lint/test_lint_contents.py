"""What the lint sees in the contents list, in manual.toml and among the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reader.domain.errors import SourceError
from reader.publish.lint import Severity, lint_source
from tests.support.lint_sources import OUTDATED, LintSource, chapter, division, form

TEXT = "<h2>Aim</h2><p>See the child.</p>"


def _listed(folder: Path, *entries: dict[str, Any], **manifest: str) -> LintSource:
    ids = [row["id"] for entry in entries for row in [entry, *entry.get("entries", [])] if "id" in row]
    return LintSource(folder, {str(id_): TEXT for id_ in ids}, list(entries), manifest)


def test_a_sound_manual_has_no_findings(tmp_path: Path) -> None:
    source = _listed(tmp_path, division("1", "Work", chapter("visits", "1.1"), chapter("records", "1.2")))
    report = source.lint()
    assert report.findings == ()
    assert report.is_clean


def test_a_number_that_stands_twice_is_an_error(tmp_path: Path) -> None:
    source = _listed(tmp_path, division("1", "Work", chapter("visits", "1.1"), chapter("records", "1.1")))
    (found,) = source.found()
    assert (found.code, found.severity, found.chapter) == ("duplicate-number", Severity.ERROR, "records")
    assert found.line is not None
    assert '"records"' in (tmp_path / "contents.json").read_text("utf-8").splitlines()[found.line - 1]


def test_numbers_that_begin_anew_in_each_division_are_no_duplicates(tmp_path: Path) -> None:
    source = _listed(
        tmp_path,
        division("1", "Work", chapter("visits", "1"), chapter("records", "2")),
        division("2", "Homes", chapter("homes", "1"), chapter("rooms", "2")),
    )
    assert source.codes() == []


def test_numbers_of_two_volumes_are_no_duplicates(tmp_path: Path) -> None:
    source = _listed(
        tmp_path,
        division(None, "Volume A", chapter("visits", "1.1"), chapter("records", "1.2")),
        division(None, "Volume B", chapter("homes", "1.1"), chapter("rooms", "1.2")),
    )
    assert source.codes() == []


def test_a_number_that_is_left_out_is_found(tmp_path: Path) -> None:
    source = _listed(tmp_path, division("1", "Work", chapter("visits", "1.1"), chapter("records", "1.4")))
    (found,) = source.found()
    assert found.code == "missing-number"
    assert "1.2 to 1.3 is missing" in found.text


def test_divisions_and_chapters_that_count_together_leave_nothing_out(tmp_path: Path) -> None:
    source = _listed(
        tmp_path,
        division("1", "Work", chapter("visits", "1.1")),
        chapter("records", "2"),
        division("3", "Homes", chapter("homes", "3.1")),
    )
    assert source.codes() == []


def test_a_number_that_goes_backwards_is_a_hint(tmp_path: Path) -> None:
    source = _listed(tmp_path, division("1", "Work", chapter("visits", "1.2"), chapter("records", "1.1")))
    assert [(found.code, found.severity) for found in source.found()] == [
        ("number-out-of-order", Severity.HINT)
    ]


def test_a_chapter_without_text_is_found(tmp_path: Path) -> None:
    source = LintSource(tmp_path, {"visits": TEXT}, [chapter("visits"), chapter("records")])
    (found,) = source.found()
    assert (found.code, found.chapter) == ("chapter-not-held", "records")


@pytest.mark.parametrize(
    "row",
    [
        chapter("records", status=["to-follow"]),
        chapter("records", title="Records (To follow)"),
        chapter("records", held="external", source="The partnership"),
    ],
)
def test_a_chapter_that_says_where_its_text_is_may_have_none(tmp_path: Path, row: dict[str, object]) -> None:
    assert LintSource(tmp_path, {"visits": TEXT}, [chapter("visits"), row]).codes() == []


def test_a_contents_list_alone_may_hold_no_text(tmp_path: Path) -> None:
    entries = [chapter("visits"), chapter("records")]
    assert LintSource(tmp_path / "a", {}, entries, {"purpose": '"contents-only"'}).codes() == []
    assert LintSource(tmp_path / "b", {}, entries).codes() == ["chapter-not-held"]


def test_a_chapter_file_that_is_not_listed_is_an_error(tmp_path: Path) -> None:
    (found,) = LintSource(tmp_path, {"visits": TEXT, "stray": TEXT}, [chapter("visits")]).found()
    assert (found.code, found.severity, found.file) == (
        "chapter-not-listed",
        Severity.ERROR,
        "chapters/stray.html",
    )


def test_a_chapter_that_follows_and_is_there_is_found(tmp_path: Path) -> None:
    source = LintSource(tmp_path, {"visits": TEXT}, [chapter("visits", status=["to-follow"])])
    assert source.codes() == ["held-but-to-follow"]


def test_under_review_for_over_a_year_is_found_by_the_date_of_the_row(tmp_path: Path) -> None:
    old = chapter("visits", status=["under-review"], revised="2025-03-15")
    young = chapter("records", status=["under-review"], revised="2025-03-16")
    undated = chapter("homes", status=["under-review"])
    (found,) = _listed(tmp_path, old, young, undated).found()
    assert (found.code, found.chapter) == ("review-overdue", "visits")


@pytest.mark.parametrize(("issued", "codes"), [("2025-03-01", ["review-overdue"]), ("2025-03-16", [])])
def test_under_review_for_over_a_year_is_found_by_the_last_edition(
    tmp_path: Path, issued: str, codes: list[str]
) -> None:
    row = chapter("visits", status=["under-review"])
    last = _listed(tmp_path / "last", row, issued=issued, edition="1").write()
    assert _listed(tmp_path / "now", row, edition="2").codes(last) == codes


def test_a_review_that_began_since_the_last_edition_is_not_overdue(tmp_path: Path) -> None:
    last = _listed(tmp_path / "last", chapter("visits"), issued="2024-03-01").write()
    now = _listed(tmp_path / "now", chapter("visits", status=["under-review"]), edition="2")
    assert now.codes(last) == []


def test_a_form_past_its_date_is_found_on_the_day_the_edition_is_in_force(tmp_path: Path) -> None:
    files = {"forms/old.pdf": b"%PDF-1.4", "forms/good.pdf": b"%PDF-1.4"}
    entries = [
        chapter("visits"),
        form("Old", "forms/old.pdf", "2026-03-31"),
        form("Good", "forms/good.pdf", "2026-04-01"),
    ]
    (found,) = LintSource(tmp_path, {"visits": TEXT}, entries, files=files).found()
    assert (found.code, found.place) == ("form-past-review", "forms/old.pdf")
    assert "31 March 2026" in found.text


def test_a_form_that_is_not_there_is_an_error_and_one_that_nobody_names_a_hint(tmp_path: Path) -> None:
    entries = [chapter("visits"), form("Plan", "forms/plan.pdf")]
    source = LintSource(tmp_path, {"visits": TEXT}, entries, files={"forms/other.pdf": b"%PDF-1.4"})
    assert [(found.code, found.severity) for found in source.found()] == [
        ("missing-form", Severity.ERROR),
        ("file-not-used", Severity.HINT),
    ]


def test_dates_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    assert _listed(tmp_path, chapter("visits"), review_by="2026-03-20").codes() == ["manual-dates"]


def test_a_hand_made_folder_with_a_text_list_and_markdown_is_read(tmp_path: Path) -> None:
    source = LintSource(tmp_path, {})
    source.write()
    (tmp_path / "contents.json").unlink()
    (tmp_path / "chapter-ids.toml").unlink()
    (tmp_path / "contents.txt").write_text("1 Work\n1.1 Home Visits\n1.3 Records\n", encoding="utf-8")
    (tmp_path / "chapters" / "home-visits.md").write_text(
        "# Visits\n\nSee the child.\n\n### Far\n\n[dead](nowhere.md)\n", encoding="utf-8"
    )
    report = lint_source(tmp_path, OUTDATED)
    assert {(found.code, found.file, found.line) for found in report.findings} == {
        ("missing-number", "contents.txt", 3),
        ("chapter-not-held", "contents.txt", 3),
        ("heading-skips", "chapters/home-visits.md", 5),
        ("dead-link", "chapters/home-visits.md", 7),
    }


def test_a_folder_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"manual\.toml is missing"):
        lint_source(tmp_path, OUTDATED)
