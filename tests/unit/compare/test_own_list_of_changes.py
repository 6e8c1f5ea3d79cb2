"""What a manual says of its own changes, held against what really changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from reader.compare.editions import compare_editions
from reader.domain.changes import EditionChanges, EditionText
from reader.domain.contents import Chapter, ContentsList, Division, Entry, Passage, Status
from reader.domain.manual import ManualId
from reader.services.changes_page import changes_page, changes_text

MANUAL = ManualId("northmere", "procedures")
VISITS = Chapter("visits", "1.1", "Visits")
REVIEWS = Chapter("reviews", "1.2", "Reviews")
UPDATED = replace(VISITS, statuses=(Status.UPDATED,))
SIX = (Passage("a", "1. Aims", 2, "The social worker visits every six weeks."),)
FOUR = (Passage("a", "1. Aims", 2, "The social worker visits every four weeks."),)
NOTE = Passage("n", "Amendment", 2, "In April 2025 Section 1 was changed.", "amendment")


def edition(
    number: int, *entries: Entry, passages: dict[str, tuple[Passage, ...]] | None = None, **files: str
) -> EditionText:
    return EditionText(
        MANUAL,
        "Northmere County Council",
        "Procedures",
        number,
        None,
        date(2024 + number, 4, 1),
        ContentsList(entries),
        passages or {},
        {name.replace("__", "/").replace("_", "."): digest for name, digest in files.items()},
    )


def not_listed(changes: EditionChanges) -> list[str]:
    return [one.id for one in changes.not_listed]


def not_changed(changes: EditionChanges) -> list[str]:
    return [entry.title for entry in changes.not_changed]


def test_a_text_that_changed_without_a_word_is_named() -> None:
    found = compare_editions(
        edition(1, VISITS, passages={"visits": SIX}), edition(2, VISITS, passages={"visits": FOUR})
    )
    assert (not_listed(found), not_changed(found)) == (["visits"], [])
    for said in (changes_text(found), changes_page(found)):
        assert "Changed, but not listed as changed" in said
        assert "1.1 Visits (text changed)" in said


@pytest.mark.parametrize("status", [Status.NEW, Status.UPDATED])
def test_a_status_lists_it(status: Status) -> None:
    after = edition(2, replace(VISITS, statuses=(status,)), passages={"visits": FOUR})
    found = compare_editions(edition(1, VISITS, passages={"visits": SIX}), after)
    assert (not_listed(found), not_changed(found)) == ([], [])
    assert "not listed" not in changes_text(found)


@pytest.mark.parametrize("status", [Status.UNDER_REVIEW, Status.TO_FOLLOW])
def test_another_status_does_not(status: Status) -> None:
    after = edition(2, replace(VISITS, statuses=(status,)), passages={"visits": FOUR})
    assert not_listed(compare_editions(edition(1, VISITS, passages={"visits": SIX}), after)) == ["visits"]


def test_a_note_of_amendments_lists_it() -> None:
    after = edition(2, VISITS, passages={"visits": (NOTE, *FOUR)})
    found = compare_editions(edition(1, VISITS, passages={"visits": SIX}), after)
    assert (not_listed(found), not_changed(found)) == ([], [])


def test_a_note_that_stood_there_before_lists_nothing_new() -> None:
    before = edition(1, VISITS, passages={"visits": (NOTE, *SIX)})
    after = edition(2, VISITS, passages={"visits": (NOTE, *FOUR)})
    assert not_listed(compare_editions(before, after)) == ["visits"]


def test_listed_but_the_same_is_named() -> None:
    found = compare_editions(
        edition(1, VISITS, passages={"visits": SIX}), edition(2, UPDATED, passages={"visits": SIX})
    )
    assert (not_listed(found), not_changed(found)) == ([], ["Visits"])
    for said in (changes_text(found), changes_page(found)):
        assert "Listed as changed, but in the same words as in edition 1" in said
        assert "1.1 Visits (updated)" in said


def test_listed_in_both_editions_and_the_same_is_named() -> None:
    found = compare_editions(
        edition(1, UPDATED, passages={"visits": SIX}), edition(2, UPDATED, passages={"visits": SIX})
    )
    assert not_changed(found) == ["Visits"]


def test_another_number_alone_is_no_change_of_the_chapter() -> None:
    found = compare_editions(edition(1, VISITS), edition(2, replace(VISITS, number="2.4")))
    assert not_listed(found) == []


def test_another_division_or_title_is() -> None:
    moved = compare_editions(
        edition(1, Division("1", "Care", (VISITS,))), edition(2, Division("2", "Safety", (VISITS,)))
    )
    renamed = compare_editions(edition(1, VISITS), edition(2, replace(VISITS, title="Seeing children")))
    assert not_listed(moved) == not_listed(renamed) == ["visits"]


def test_a_new_chapter_without_the_status_is_named_and_one_that_is_gone_is_not() -> None:
    found = compare_editions(edition(1, VISITS), edition(2, REVIEWS))
    assert (not_listed(found), not_changed(found)) == (["reviews"], [])


def test_a_text_that_is_no_longer_held_is_named() -> None:
    found = compare_editions(edition(1, VISITS, passages={"visits": SIX}), edition(2, VISITS))
    assert not_listed(found) == ["visits"]


def test_nothing_changed_and_nothing_listed_says_nothing() -> None:
    one = edition(1, VISITS, REVIEWS, passages={"visits": SIX})
    said = changes_text(compare_editions(one, replace(one, edition=2)))
    assert "isted as changed" not in said


def test_only_a_note_of_amendments_is_listed_as_changed_though_the_text_is_the_same() -> None:
    before = edition(1, VISITS, passages={"visits": SIX})
    found = compare_editions(before, edition(2, UPDATED, passages={"visits": (NOTE, *SIX)}))
    assert not_changed(found) == ["Visits"]


def test_a_chapter_whose_flow_chart_was_redrawn_is_said_to_have_the_same_words_not_to_be_the_same() -> None:
    before = edition(1, VISITS, passages={"visits": SIX}, media__flow_png="one")
    after = edition(2, UPDATED, passages={"visits": SIX}, media__flow_png="two")
    text = changes_text(compare_editions(before, after))
    assert "in the same words as in edition 1:\n  1.1 Visits" in text
    assert "Picture media/flow.png: changed" in text


def test_hostile_titles_are_shown_as_they_are_written() -> None:
    title = "<script>alert(\"x\")</script> & 'quotes'"
    hostile = replace(VISITS, title=title)
    after = edition(2, replace(hostile, statuses=(Status.UPDATED,)), replace(REVIEWS, title=title))
    found = compare_editions(edition(1, hostile), after)
    assert title in changes_text(found)
    page = changes_page(found)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 2
