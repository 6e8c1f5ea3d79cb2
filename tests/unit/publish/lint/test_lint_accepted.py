"""Findings that a person let stand."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from reader.domain.errors import SourceError
from reader.publish.lint import Severity, accept
from tests.support.lint_sources import LintSource, one_chapter

TODAY = date(2026, 3, 2)
TEXT = "<h2>Aim</h2><p>Tell the LSCB.</p><p>The LSCB meets.</p>"


def _source(folder: Path, text: str = TEXT) -> LintSource:
    return one_chapter(folder, text)


def test_an_accepted_finding_stands_no_more(tmp_path: Path) -> None:
    report = _source(tmp_path).lint()
    assert not report.is_clean
    accept(report, [found.key for found in report.findings], "  The board\nkept its name. ", TODAY)
    again = _source(tmp_path).lint()
    assert again.is_clean
    assert [found.accepted.because for found in again.accepted if found.accepted] == [
        "The board kept its name."
    ] * 2
    assert again.counts == {"error": 0, "warning": 0, "hint": 0, "accepted": 2}
    rows = tomllib.loads((tmp_path / "lint-accepted.toml").read_text("utf-8"))["accepted"]
    assert [(row["code"], row["place"], row["on"]) for row in rows] == [
        ("outdated-body", "visits#aim", TODAY)
    ] * 2


def test_a_finding_that_is_the_only_one_at_its_place_needs_no_fingerprint(tmp_path: Path) -> None:
    report = _source(tmp_path, "<h2>Aim</h2><p>Tell the LSCB.</p>").lint()
    (found,) = accept(report, ["outdated-body:visits#aim"], "It kept its name.", TODAY)
    assert found.key.startswith("outdated-body:visits#aim@")


@pytest.mark.parametrize(
    ("key", "because", "named"),
    [
        ("outdated-body:visits#aim", "It kept its name.", "names 2 findings"),
        ("outdated-body:visits#gone", "It kept its name.", "no finding is named"),
        ("dead-link:visits#aim", "It kept its name.", "no finding is named"),
        ("", "It kept its name.", "no finding is named"),
        ("outdated-body:visits#aim", " \n", "say why"),
    ],
)
def test_an_unknown_finding_or_an_empty_reason_is_refused(
    tmp_path: Path, key: str, because: str, named: str
) -> None:
    report = _source(tmp_path).lint()
    with pytest.raises(SourceError, match=named):
        accept(report, [key], because, TODAY)
    assert not (tmp_path / "lint-accepted.toml").exists()


def test_when_the_text_changes_the_acceptance_counts_no_more(tmp_path: Path) -> None:
    one = "<h2>Aim</h2><p>Tell the LSCB.</p>"
    report = _source(tmp_path, one).lint()
    accept(report, [report.findings[0].key], "It kept its name.", TODAY)
    assert _source(tmp_path, one.replace("<p>", "<p>\n  ")).lint().is_clean
    changed = _source(tmp_path, one.replace("Tell", "Ask")).lint()
    assert [(found.code, found.accepted) for found in changed.findings] == [
        ("outdated-body", None),
        ("acceptance-without-finding", None),
    ]
    assert "text at its place has changed" in changed.findings[1].text


def test_an_acceptance_without_its_finding_is_a_hint(tmp_path: Path) -> None:
    report = _source(tmp_path).lint()
    accept(report, [report.findings[0].key], "It kept its name.", TODAY)
    mended = _source(tmp_path, "<h2>Aim</h2><p>Tell the partners.</p>")
    (found,) = mended.found()
    assert (found.code, found.severity, found.file) == (
        "acceptance-without-finding",
        Severity.HINT,
        "lint-accepted.toml",
    )
    assert "Remove this row" in found.advice
    assert mended.lint(codes=["dead-link"]).findings == ()


def test_acceptances_of_a_comparison_are_not_missed_without_the_last_edition(tmp_path: Path) -> None:
    text = "<h2>Aim</h2><p>The child is seen every {} weeks by a worker whom they know.</p>"
    last = _source(tmp_path / "last", text.format("four")).write()
    now = LintSource(tmp_path / "now", {"visits": text.format("six")}, None, {"edition": "2"})
    report = now.lint(last)
    accept(report, [found.key for found in report.findings], "Told by letter.", TODAY)
    assert now.lint(last).is_clean
    assert now.lint().findings == ()


def test_what_a_person_wrote_beside_the_rows_stays(tmp_path: Path) -> None:
    report = _source(tmp_path).lint()
    accept(report, [report.findings[0].key], "First", TODAY)
    file = tmp_path / "lint-accepted.toml"
    file.write_text(file.read_text("utf-8") + "# asked Ann\n", encoding="utf-8")
    accept(report, [report.findings[1].key], 'Second "quoted" \\ reason', TODAY)
    assert "# asked Ann" in file.read_text("utf-8")
    assert _source(tmp_path).lint().is_clean
    with pytest.raises(SourceError, match="accepted already"):
        accept(report, [report.findings[1].key], "Third", TODAY)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("accepted = 1", "“accepted”"),
        ("[[accepted]]\ncode = 'x'\n", "“accepted.0.place”"),
        ("[[accepted]]\ncode='x'\nplace='y'\nfingerprint='z'\nbecause=' '\n", "“accepted.0.because”"),
        ("x", "not written as TOML"),
        ("other = 1", "“other”"),
    ],
)
def test_a_file_of_acceptances_that_is_damaged_is_refused(tmp_path: Path, text: str, named: str) -> None:
    source = _source(tmp_path)
    source.write()
    (tmp_path / "lint-accepted.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=named):
        source.lint()
