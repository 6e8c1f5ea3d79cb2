"""Bookmarks in another edition: the same place, a moved one, a changed one, none, or a question; never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.compare.carrying import (
    SURE,
    Carried,
    ChapterText,
    carry,
    quote_of_chapter,
    quote_of_passage,
    quote_of_selection,
)
from reader.domain.bookmark import Quote, Verdict
from reader.domain.contents import Passage
from tests.support.search_worlds import repeatable

VISIT = Passage(
    "visits", "2. Visits", 2, "The child is visited within seven days of the move and every six weeks then."
)
TABLE = Passage(
    "times", "3. Times", 2, "Review Within twenty days Child and parents Plan Within ten days Team Manager"
)
FIRST = Passage(
    "first", "1. Principles", 2, "Children are heard. Their wishes and feelings are written down each time."
)
CHAPTER = (FIRST, VISIT, TABLE)
WORDS = "within seven days of the move"

words = (
    st.text(st.sampled_from("abcde éß’-."), min_size=1, max_size=12)
    .map(lambda s: " ".join(s.split()))
    .filter(bool)
)
texts = st.lists(words, min_size=1, max_size=40).map(" ".join)
chapters = st.lists(st.tuples(words, texts), min_size=1, max_size=6).map(
    lambda parts: tuple(Passage(f"p{i}", heading, 2, text) for i, (heading, text) in enumerate(parts))
)


def nowhere() -> Iterable[tuple[str, Sequence[Passage]]]:
    return ()


def selected(text: str = WORDS, chapter: Sequence[Passage] = CHAPTER) -> Quote:
    found = quote_of_selection(chapter, text, "", None)
    assert found is not None
    return found[0]


def carried(quote: Quote, newer: Sequence[Passage] | None, anchor: str | None = "visits") -> Carried:
    return carry(quote, "chapter", anchor, newer, nowhere)


@repeatable(150)
@given(chapters, st.data())
def test_in_the_same_text_every_selection_is_found_where_it_was_or_asked_about(
    chapter: tuple[Passage, ...], data: st.DataObject
) -> None:
    text = ChapterText(chapter)
    starts = [0, *(match.end() for match in re.finditer(" ", text.text))]
    first = data.draw(st.integers(0, len(starts) - 1))
    last = data.draw(st.integers(first, min(first + 12, len(starts) - 1)))
    start, end = starts[first], (starts[last + 1] - 1 if last + 1 < len(starts) else len(text.text))
    quote = text.quote(start, end)
    found = carry(quote, "chapter", text.passage_at(start).anchor, chapter, nowhere)
    if found.place is not None:
        assert found.place.quote.exact == quote.exact
    else:
        assert found.verdict in {Verdict.UNSURE, Verdict.GONE}


@repeatable(150)
@given(chapters)
def test_in_the_same_text_every_passage_stays_the_same(chapter: tuple[Passage, ...]) -> None:
    for passage in chapter:
        alike = [other for other in chapter if (other.heading, other.text) == (passage.heading, passage.text)]
        found = carry(quote_of_passage(passage), "chapter", passage.anchor, chapter, nowhere)
        if len(alike) == 1:
            assert found.verdict is Verdict.SAME
        assert found.place is None or found.place.quote.fingerprint == quote_of_passage(passage).fingerprint


@repeatable(150)
@given(texts, st.text(max_size=30), chapters)
def test_no_words_make_it_fail(exact: str, context: str, chapter: tuple[Passage, ...]) -> None:
    for is_selection in (True, False):
        quote = Quote(exact, context, context, context, "", is_selection=is_selection)
        found = carry(quote, "chapter", "p0", chapter, lambda: [("other", chapter)])
        assert 0.0 <= found.confidence <= 1.0
        assert (found.place is None) == (found.verdict in {Verdict.UNSURE, Verdict.GONE})
        assert found.place is None or found.confidence >= SURE


@repeatable(150)
@given(chapters, st.text(max_size=40), st.text(max_size=80))
def test_whatever_is_selected_is_a_whole_number_of_words_or_nothing(
    chapter: tuple[Passage, ...], chosen: str, before: str
) -> None:
    found = quote_of_selection(chapter, chosen, before, None)
    if found is not None:
        quote, anchor = found
        assert " ".join(chosen.split()) in quote.exact
        assert quote.exact in ChapterText(chapter).text
        assert anchor in {passage.anchor for passage in chapter}


def test_a_heading_that_only_got_another_number_is_the_same_place() -> None:
    newer = (FIRST, Passage("visits-2", "5. Visits", 2, VISIT.text))
    for quote in (selected(), quote_of_passage(VISIT)):
        assert carried(quote, newer).verdict is Verdict.SAME


def test_the_same_words_under_another_heading_have_moved() -> None:
    newer = (FIRST, Passage("seeing", "4. Seeing the child", 2, VISIT.text))
    for quote in (selected(), quote_of_passage(VISIT)):
        found = carried(quote, newer)
        assert found.verdict is Verdict.MOVED
        assert found.place is not None
        assert found.place.anchor == "seeing"


def test_a_time_limit_that_changed_is_a_change_and_both_are_known() -> None:
    newer = (FIRST, Passage("visits", "2. Visits", 2, VISIT.text.replace("seven days", "three days")))
    quote = selected("visited within seven days of the move and every six weeks")
    found = carried(quote, newer)
    assert found.verdict is Verdict.CHANGED
    assert found.place is not None
    assert found.place.quote.exact == "visited within three days of the move and every six weeks"
    assert quote.exact == "visited within seven days of the move and every six weeks"


def test_words_that_stand_nowhere_any_more_are_gone_and_never_put_elsewhere() -> None:
    newer = (Passage("z", "9. Money", 2, "Allowances are paid on Fridays by the finance team."),)
    for quote in (selected(), quote_of_passage(VISIT)):
        found = carried(quote, newer)
        assert found.verdict is Verdict.GONE
        assert found.place is None


def test_a_chapter_that_is_gone_is_looked_for_elsewhere_and_found_by_its_words() -> None:
    found = carry(quote_of_passage(VISIT), "chapter", "visits", None, lambda: [("moving", (FIRST, VISIT))])
    assert found.verdict is Verdict.MOVED
    assert found.place is not None
    assert found.place.chapter == "moving"


def test_two_places_that_are_as_likely_are_both_offered_and_none_is_taken() -> None:
    same = "The manager is told within one working day."
    newer = (Passage("a", "Before", 2, same), Passage("b", "After", 2, same))
    quote = Quote("told within one working day", "The manager is ", ".", "During", "", is_selection=True)
    found = carried(quote, newer, "c")
    assert found.verdict is Verdict.UNSURE
    assert {place.anchor for place in found.suggestions} == {"a", "b"}


@pytest.mark.parametrize("change", [(FIRST, VISIT), (FIRST, VISIT, TABLE, FIRST)])
def test_a_chapter_as_a_whole_is_the_same_or_changed(change: tuple[Passage, ...]) -> None:
    quote = quote_of_chapter(CHAPTER)
    assert carry(quote, "chapter", None, CHAPTER, nowhere).verdict is Verdict.SAME
    assert carry(quote, "chapter", None, change, nowhere).verdict is Verdict.CHANGED
    assert carry(quote, "chapter", None, None, nowhere).verdict is Verdict.GONE


def test_an_empty_heading_is_not_found_under_another_one() -> None:
    """A heading without words of its own has no words to be known by."""
    old = Passage("outcome", "6. Outcome", 2, "")
    newer = (Passage("process", "3. Process", 2, ""), FIRST)
    assert carried(quote_of_passage(old), newer, "outcome").place is None
    renumbered = (Passage("outcome-2", "5. Outcome", 2, ""), FIRST)
    assert carried(quote_of_passage(old), renumbered, "outcome").place is not None
