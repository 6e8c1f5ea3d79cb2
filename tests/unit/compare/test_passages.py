"""Which passage is which, and which words differ."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from reader.compare.passages import aligned, changed_passages, changed_words
from reader.domain.changes import WordKind
from reader.domain.contents import Passage


def passage(heading: str, text: str = "") -> Passage:
    return Passage(heading.casefold().replace(" ", "-") or None, heading, 2, text)


def test_headings_that_say_the_same_are_the_same_passage_whatever_their_numbers() -> None:
    before = [passage("1. Scope", "a"), passage("2. Visits", "b")]
    after = [passage("1. Scope", "a"), passage("2. Aims", "new"), passage("3. Visits", "b")]
    assert aligned(before, after) == [(0, 0), (None, 1), (1, 2)]


def test_a_renamed_passage_is_found_by_its_words() -> None:
    text = "The social worker visits the child within five working days and writes the visit up"
    pairs = aligned([passage("Visits", text)], [passage("Seeing the child", f"{text} the same day")])
    assert pairs == [(0, 0)]


def test_passages_of_other_words_are_not_taken_for_each_other() -> None:
    pairs = aligned(
        [passage("Fees", "Allowances are paid every four weeks in arrears to carers")],
        [passage("Visits", "The social worker sees the child alone and speaks with the teacher")],
    )
    assert pairs == [(0, None), (None, 0)]


def test_what_is_gone_stands_behind_the_passage_that_it_followed() -> None:
    before = [passage("A"), passage("B"), passage("C")]
    assert aligned(before, [passage("A"), passage("C")]) == [(0, 0), (1, None), (2, 1)]


def test_a_passage_that_changed_places_is_moved_and_its_neighbours_are_not() -> None:
    before = [passage("A", "1"), passage("B", "2"), passage("C", "3")]
    after = [passage("C", "3"), passage("A", "1"), passage("B", "2")]
    [change] = changed_passages(before, after)
    assert (change.heading, change.is_moved) == ("C", True)


def test_the_same_text_has_no_changes() -> None:
    text = [passage("A", "one two"), passage("B", "three")]
    assert changed_passages(text, text) == ()


def test_a_changed_figure_is_one_word_out_and_one_in() -> None:
    words = changed_words(
        "A stay of more than 27 days ends payments", "A stay of 28 days or more ends payments"
    )
    assert [(w.kind, w.text) for w in words] == [
        (WordKind.SAME, "A stay of"),
        (WordKind.REMOVED, "more than 27"),
        (WordKind.ADDED, "28"),
        (WordKind.SAME, "days"),
        (WordKind.ADDED, "or more"),
        (WordKind.SAME, "ends payments"),
    ] or [(w.kind, w.text) for w in words] == [
        (WordKind.SAME, "A stay of"),
        (WordKind.REMOVED, "more than 27 days"),
        (WordKind.ADDED, "28 days or more"),
        (WordKind.SAME, "ends payments"),
    ]


def test_a_small_word_between_two_changes_is_not_kept_apart() -> None:
    words = changed_words("the red cat of north", "the blue dog of south")
    assert [w.kind for w in words] == [WordKind.SAME, WordKind.REMOVED, WordKind.ADDED]


@given(
    st.lists(st.sampled_from(["a", "b", "c", "d", "days", "27"])),
    st.lists(st.sampled_from(["a", "b", "c", "d", "days", "28"])),
)
@settings(max_examples=100, deadline=None)
def test_both_texts_can_be_read_out_of_the_words(old: list[str], new: list[str]) -> None:
    words = changed_words(" ".join(old), " ".join(new))
    said = " ".join(w.text for w in words if w.kind is not WordKind.ADDED)
    says = " ".join(w.text for w in words if w.kind is not WordKind.REMOVED)
    assert said.split() == old
    assert says.split() == new
    assert all(first.kind is not second.kind for first, second in pairwise(words))


@given(st.lists(st.sampled_from("ABCDEFG"), max_size=7), st.lists(st.sampled_from("ABCDEFG"), max_size=7))
@settings(max_examples=100, deadline=None)
def test_every_passage_stands_in_exactly_one_pair(old: list[str], new: list[str]) -> None:
    pairs = aligned([passage(name) for name in old], [passage(name) for name in new])
    assert sorted(i for i, _ in pairs if i is not None) == list(range(len(old)))
    assert [j for _, j in pairs if j is not None] == list(range(len(new)))


def test_texts_of_many_thousand_words_are_compared_in_a_moment() -> None:
    old = " ".join(f"word{number}" for number in range(20_000))
    new = old.replace("word10000 ", "changed ")
    kinds = [w.kind for w in changed_words(old, new)]
    assert kinds == [WordKind.SAME, WordKind.REMOVED, WordKind.ADDED, WordKind.SAME]
