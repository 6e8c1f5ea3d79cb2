"""What amendments and statuses claim, held against the texts of two editions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from reader.publish.lint import RULES
from tests.support.lint_sources import PICTURE, LintSource, chapter

RULE = "<h2>1. Visits</h2><p>The child is seen every four weeks by the social worker at home.</p>"
CHANGED = RULE.replace("four weeks", "three weeks")
MORE = "<h2>2. Records</h2><p>Write down what the child said on the same day.</p>"


def _box(text: str) -> str:
    return f'<div class="amendment"><h2>Amendment</h2><p>{text}</p></div>'


APRIL_2025 = _box("In April 2025 Section 1, Visits, was changed.")
APRIL_2026 = _box("In April 2026 Section 1, Visits, was changed.")
UPDATED = ("updated",)


def _codes(folder: Path, before: str, now: str, *, status: Sequence[str] = ()) -> list[str]:
    last = LintSource(
        folder / "last",
        {"visits": before},
        [chapter("visits")],
        {"issued": "2025-03-17", "effective_from": "2025-04-01", "review_by": "2026-03-31"},
    ).write()
    source = LintSource(
        folder / "now", {"visits": now}, [chapter("visits", status=list(status))], {"edition": "2"}
    )
    found = source.codes(last)
    assert all(code.startswith("acceptance") or code in RULES for code in found)
    return found


@pytest.mark.parametrize(
    ("before", "now", "status", "codes"),
    [
        # Nothing happened, or all is as it should be
        (RULE, RULE, (), []),
        (APRIL_2025 + RULE, APRIL_2025 + RULE, (), []),
        (RULE, APRIL_2026 + CHANGED, UPDATED, []),
        (APRIL_2025 + RULE, APRIL_2026 + CHANGED, UPDATED, []),
        # An amendment without a change
        (RULE, APRIL_2026 + RULE, (), ["amendment-without-change"]),
        (APRIL_2026 + RULE, APRIL_2026 + RULE, (), ["amendment-without-change"]),
        (RULE, APRIL_2026 + RULE, UPDATED, ["amendment-without-change", "status-without-change"]),
        # A change without an amendment
        (RULE, CHANGED, UPDATED, ["change-without-amendment"]),
        (APRIL_2025 + RULE, APRIL_2025 + CHANGED, UPDATED, ["change-without-amendment"]),
        (RULE, RULE + MORE, UPDATED, ["change-without-amendment"]),
        (RULE + MORE, RULE, UPDATED, ["change-without-amendment"]),
        (RULE, CHANGED, (), ["change-without-amendment", "change-without-status"]),
        # Statuses
        (RULE, RULE, UPDATED, ["status-without-change"]),
        (RULE, RULE, ("new",), ["status-without-change"]),
        (RULE, APRIL_2026 + CHANGED, (), ["change-without-status"]),
        # What is no change of the rules
        (RULE, RULE.replace("at home", "at  home,"), (), []),
        (RULE, RULE.replace("social worker", "socialworker"), (), []),
        (RULE, f"<div><b>{RULE}</b></div>", (), []),
    ],
)
def test_amendments_and_statuses(
    tmp_path: Path, before: str, now: str, status: Sequence[str], codes: list[str]
) -> None:
    assert _codes(tmp_path, before, now, status=status) == codes


@pytest.mark.parametrize("turned", ["not seen", "seen only", "seen"])
def test_a_small_word_that_turns_a_rule_is_a_change(tmp_path: Path, turned: str) -> None:
    codes = _codes(tmp_path, RULE, RULE.replace("seen", turned))
    assert codes == ([] if turned == "seen" else ["change-without-amendment", "change-without-status"])


def test_a_new_link_is_enough_for_an_amendment_and_asks_for_none(tmp_path: Path) -> None:
    linked = RULE.replace("the social worker", '<a href="https://www.gov.uk">the social worker</a>')
    internal = RULE.replace("four weeks", '<a href="visits.html">four weeks</a>')
    assert _codes(tmp_path / "a", RULE, linked) == []
    assert _codes(tmp_path / "b", RULE, APRIL_2026 + internal, status=UPDATED) == []


def test_a_renamed_chapter_in_the_list_of_related_chapters_asks_for_no_amendment(tmp_path: Path) -> None:
    related = '<div class="related"><h2>Related</h2><ul><li><a href="visits.html">{}</a></li></ul></div>'
    before = related.format("Visits to all the children in care") + RULE
    assert _codes(tmp_path, before, related.format("Seeing every child whom we look after") + RULE) == []


def test_a_redrawn_picture_is_a_change_that_an_amendment_may_name(tmp_path: Path) -> None:
    text = RULE + '<p><img src="../media/flow.png" alt="A flowchart"></p>'
    last = LintSource(tmp_path / "last", {"visits": text}, files={"media/flow.png": PICTURE}).write()
    source = LintSource(
        tmp_path / "now",
        {"visits": _box("In April 2026 the flowchart was redrawn.") + text},
        [chapter("visits", status=["updated"])],
        {"edition": "2"},
        {"media/flow.png": PICTURE + b"\0"},
    )
    assert source.codes(last) == []


def test_a_chapter_of_no_last_edition_says_that_it_is_new(tmp_path: Path) -> None:
    last = LintSource(tmp_path / "last", {"visits": RULE}, [chapter("visits"), chapter("homes")]).write()
    texts = {"visits": RULE, "homes": MORE, "records": MORE}
    bare = LintSource(tmp_path / "a", texts, None, {"edition": "2"})
    assert [(found.code, found.chapter) for found in bare.found(last)] == [
        ("change-without-status", "homes"),
        ("change-without-status", "records"),
    ]
    rows = [chapter("visits"), chapter("homes", status=["updated"]), chapter("records", status=["new"])]
    assert LintSource(tmp_path / "b", texts, rows, {"edition": "2"}).codes(last) == []


def test_an_edition_that_is_no_higher_is_an_error(tmp_path: Path) -> None:
    last = LintSource(tmp_path / "last", {"visits": RULE}).write()
    assert LintSource(tmp_path / "now", {"visits": RULE}).codes(last) == ["edition-not-raised"]


def test_sections_that_an_amendment_names_were_changed_and_the_others_not(tmp_path: Path) -> None:
    whole = RULE + MORE
    wrong = _box("In April 2026 Section 2, Records, was changed.") + CHANGED + MORE
    assert _codes(tmp_path / "a", whole, wrong, status=UPDATED) == [
        "section-not-changed",
        "section-not-named",
    ]
    right = APRIL_2026 + CHANGED + MORE
    assert _codes(tmp_path / "b", whole, right, status=UPDATED) == []
    moved = _box("In April 2026 Section 2 moved to Section 5 of Case Records.") + CHANGED + MORE
    assert _codes(tmp_path / "c", whole, moved, status=UPDATED) == []
    at_large = _box("In April 2026 the chapter was reworded throughout; Section 1 has new times.")
    assert (
        _codes(tmp_path / "d", whole, at_large + CHANGED + MORE.replace("same", "next"), status=UPDATED) == []
    )


def test_a_finding_quotes_what_was_changed(tmp_path: Path) -> None:
    last = LintSource(tmp_path / "last", {"visits": RULE}).write()
    now = LintSource(tmp_path / "now", {"visits": CHANGED}, [chapter("visits")], {"edition": "2"})
    assert "“...child is seen every three weeks by the social worker at...” is new" in now.found(last)[0].text


def test_an_edition_of_the_same_month_may_keep_its_amendments(tmp_path: Path) -> None:
    last = LintSource(tmp_path / "last", {"visits": APRIL_2026 + CHANGED}).write()
    assert (
        LintSource(tmp_path / "now", {"visits": APRIL_2026 + CHANGED}, None, {"edition": "2"}).codes(last)
        == []
    )
