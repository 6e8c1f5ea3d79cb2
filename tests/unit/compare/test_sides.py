"""Chapters of two or more authorities beside each other."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.compare.facts import duties, facts
from reader.compare.sides import aligned_by_meaning, compared, compared_with_each
from reader.domain.contents import Passage
from reader.domain.sides import MarkKind, Row
from reader.domain.vocabulary import Concept, Vocabulary
from reader.store.vocabulary import read_vocabulary
from tests.support.search_worlds import repeatable

PLAIN = Vocabulary()
KINSHIP = Vocabulary(
    (
        Concept("kinship-care", "kinship care", "placement", same=("family and friends care",)),
        Concept("iro", "independent reviewing officer", "role", short=("IRO",)),
    )
)
SHIPPED = read_vocabulary(Path(__file__).parents[3] / "resources" / "vocabulary.toml")


def passage(heading: str, text: str, box: str | None = None) -> Passage:
    return Passage(heading.rsplit(maxsplit=1)[-1].lower(), heading, 2, text, box)


FIRST = (
    passage("1. Scope", "This is for kinship care and for carers who are relatives"),
    passage("2. Watching", "A supervisor writes down what was seen between parents and child"),
    passage("3. Money", "Fares and meals are paid in advance on request by the team"),
)
SECOND = (
    passage("1. Costs", "The team pays fares and meals in advance where parents ask"),
    passage("2. Observation", "What was seen between parents and the child is written down by a supervisor"),
    passage("3. Scope", "Family and friends care, and carers who are relatives"),
)


def headings(rows: tuple[Row, ...]) -> list[tuple[tuple[str, ...], ...]]:
    return [tuple(tuple(marked.passage.heading for marked in cell) for cell in row.cells) for row in rows]


def test_passages_are_paired_by_what_they_say_whatever_their_order_and_headings() -> None:
    assert headings(compared(FIRST, SECOND, KINSHIP)) == [
        (("1. Scope",), ("3. Scope",)),
        (("2. Watching",), ("2. Observation",)),
        (("3. Money",), ("1. Costs",)),
    ]


def test_what_only_one_has_stands_alone_where_it_follows_on() -> None:
    alone = passage("2a. Pets", "Dogs and cats of the household are looked at by a vet")
    rows = compared(FIRST, (SECOND[2], alone, SECOND[1]), KINSHIP)
    assert headings(rows) == [
        (("1. Scope",), ("3. Scope",)),
        ((), ("2a. Pets",)),
        (("2. Watching",), ("2. Observation",)),
        (("3. Money",), ()),
    ]
    assert [row.is_shared for row in rows] == [True, False, True, False]
    assert all(row.differs for row in rows if not row.is_shared)


def test_one_side_may_split_what_the_other_says_in_one_passage() -> None:
    whole = passage(
        "Visits",
        "The social worker visits weekly. Overnight stays are agreed by carers and written in the plan.",
    )
    split = (
        passage("Visits by the worker", "The social worker visits weekly"),
        passage("Visits and overnight stays", "Overnight stays are agreed by carers and written in the plan"),
    )
    other = passage("Money", "Fares and meals are paid in advance")
    assert headings(compared((whole, other), (*split, other), PLAIN))[0] == (
        ("Visits",),
        ("Visits by the worker", "Visits and overnight stays"),
    )
    assert headings(compared((*split, other), (whole, other), PLAIN))[0] == (
        ("Visits by the worker", "Visits and overnight stays"),
        ("Visits",),
    )


def test_boxes_stand_beside_boxes_of_their_kind_only() -> None:
    first = (passage("Related chapters", "Kinship care", "related"), passage("Kinship care", "Kinship care"))
    second = (passage("About kinship care", "Kinship care"), passage("See also", "Adoption", "related"))
    assert headings(compared(first, second, PLAIN)) == [
        (("Related chapters",), ("See also",)),
        (("Kinship care",), ("About kinship care",)),
    ]


TEXTS = st.lists(
    st.builds(
        lambda heading, words, box: Passage(None, " ".join(heading), 2, " ".join(words), box),
        st.lists(st.sampled_from(["visit", "plan", "money", "1.", "Review"]), max_size=3),
        st.lists(
            st.sampled_from(
                [
                    "must",
                    "visit",
                    "within",
                    "5",
                    "working",
                    "days",
                    "The",
                    "Team",
                    "Manager",
                    "agrees.",
                    "£20",
                ]
            ),
            max_size=12,
        ),
        st.sampled_from([None, None, "scope", "note"]),
    ),
    max_size=6,
)


@repeatable(150)
@given(TEXTS, TEXTS)
def test_every_passage_stands_in_one_row_exactly(first: list[Passage], second: list[Passage]) -> None:
    pairings = aligned_by_meaning(first, second, PLAIN)
    assert sorted(i for ones, _ in pairings for i in ones) == list(range(len(first)))
    assert sorted(j for _, others in pairings for j in others) == list(range(len(second)))


@repeatable(150)
@given(TEXTS)
def test_a_text_beside_itself_is_the_same_row_by_row_and_differs_nowhere(text: list[Passage]) -> None:
    distinct = [
        Passage(None, f"{number} {one.heading} {number}", 2, one.text, one.box)
        for number, one in enumerate(text)
    ]
    rows = compared(distinct, distinct, PLAIN)
    assert all(not row.differs for row in rows if row.is_shared)
    assert not any(row.differences for row in rows)


@repeatable(150)
@given(st.permutations(list(FIRST)))
def test_reordering_is_found(order: list[Passage]) -> None:
    rows = compared(FIRST, order, PLAIN)
    assert all(row.cells[0] and row.cells[0][0].passage == row.cells[1][0].passage for row in rows)


@repeatable(150)
@given(TEXTS, TEXTS)
def test_marks_lie_in_the_text_in_order_and_never_overlap(
    first: list[Passage], second: list[Passage]
) -> None:
    for row in compared(first, second, PLAIN):
        for marked in (marked for cell in row.cells for marked in cell):
            ends = [0, *(mark.end for mark in marked.marks)]
            starts = [*(mark.start for mark in marked.marks), len(marked.passage.text)]
            assert all(end <= start for end, start in zip(ends, starts, strict=True))
            assert all(mark.start < mark.end for mark in marked.marks)


@repeatable(60)
@given(TEXTS, TEXTS, TEXTS)
def test_one_text_beside_several_leaves_nothing_out(
    base: list[Passage], second: list[Passage], third: list[Passage]
) -> None:
    rows = compared_with_each(base, [second, third], PLAIN)
    for side, text in enumerate((base, second, third)):
        held = [marked.passage for row in rows for marked in row.cells[side]]
        assert sorted(map(repr, held)) == sorted(map(repr, text))


# What practice hangs on


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("within 15 working days", "15 working day"),
        ("within fifteen working days", "15 working day"),
        ("a 28-day notice", "28 day"),
        ("within twenty-four hours", "24 hour"),
        ("every week", "1 week"),
        ("a year", "1 year"),
        ("between 6 and 12 months", "12 month"),
        ("6 to 12 months", "6 to 12 month"),
        ("three months", "3 month"),
    ],
)
def test_a_time_limit_is_one_however_it_is_written(text: str, value: str) -> None:
    [fact] = [fact for fact in facts(text, PLAIN) if fact.kind is MarkKind.TIME]
    assert fact.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("up to £1,500 is paid", "£1500"),
        ("£ 20.50 a day", "£20.50"),
        ("80 per cent of cases", "80%"),
        ("80% of cases", "80%"),
        ("children under the age of sixteen", "under 16"),
        ("young people aged 16", "aged 16"),
        ("two references", "2 references"),
    ],
)
def test_a_figure_is_one_however_it_is_written(text: str, value: str) -> None:
    assert value in [fact.value for fact in facts(text, PLAIN) if fact.kind is MarkKind.FIGURE]


def test_who_decides_is_told_by_office_and_by_abbreviation() -> None:
    def deciders(text: str) -> list[str]:
        return [fact.value for fact in facts(text, KINSHIP) if fact.kind is MarkKind.DECIDER]

    assert deciders("The Head of Service approves the plan.") == deciders(
        "It is agreed by the Head of Service."
    )
    assert deciders("The Team Manager decides.") != deciders("The Service Manager decides.")
    assert deciders("The Team Manager drives a car.") == []


def test_how_binding_something_is_is_told() -> None:
    assert [fact.value for fact in duties("He must not, she should, they shall, one may")] == [
        "must not",
        "should",
        "must",
        "may",
    ]


def test_a_row_says_which_limits_and_deciders_differ_as_each_side_writes_them() -> None:
    first = [
        passage("Visits", "The first visit is made within 5 working days. The Team Manager agrees the plan.")
    ]
    second = [
        passage("Visits", "The first visit is made within three working days. The Service Manager agrees it.")
    ]
    [row] = compared(first, second, PLAIN)
    assert {difference.kind: difference.said for difference in row.differences} == {
        MarkKind.TIME: (("5 working days",), ("three working days",)),
        MarkKind.DECIDER: (("Team Manager",), ("Service Manager",)),
    }
    marked = [(first[0].text[m.start : m.end], m.kind) for m in row.cells[0][0].marks]
    assert ("5 working days", MarkKind.TIME) in marked


def test_must_and_should_are_told_apart_in_sentences_that_are_alike() -> None:
    first = [passage("Visits", "The social worker must visit the child in the placement every week.")]
    second = [passage("Visits", "The social worker should visit the child in the placement every week.")]
    [row] = compared(first, second, PLAIN)
    assert [(m.kind, first[0].text[m.start : m.end]) for m in row.cells[0][0].marks] == [
        (MarkKind.DUTY, "must")
    ]
    assert [(m.kind, second[0].text[m.start : m.end]) for m in row.cells[1][0].marks] == [
        (MarkKind.DUTY, "should")
    ]


def test_the_same_limit_in_other_words_is_no_difference() -> None:
    first = [passage("Visits", "Within 10 working days of the day.")]
    second = [passage("Visits", "Within ten working days of the day.")]
    [row] = compared(first, second, PLAIN)
    assert row.differences == ()


def test_two_chapters_of_twenty_thousand_words_are_compared_in_a_moment() -> None:
    def chapter(seed: int) -> list[Passage]:
        words = [
            "child",
            "plan",
            "visit",
            "review",
            "within",
            "5",
            "working",
            "days",
            "Team",
            "Manager",
            "agrees",
        ]
        return [
            passage(
                f"{number}. Part {words[(number + seed) % 9]}",
                " ".join(
                    f"{words[(number * 7 + place * seed) % len(words)]}{'.' if place % 15 == 0 else ''}"
                    for place in range(200)
                ),
            )
            for number in range(100)
        ]

    started = time.perf_counter()
    assert compared(chapter(1), chapter(2), SHIPPED)
    assert time.perf_counter() - started < 5
