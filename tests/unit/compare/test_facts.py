"""What practice hangs on, as procedures write it: time limits, figures, who decides, what must be done."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.compare.facts import duties, facts, sentences
from reader.compare.sides import compared
from reader.domain.contents import Passage
from reader.domain.sides import MarkKind
from reader.domain.vocabulary import Vocabulary
from reader.store.vocabulary import read_vocabulary
from tests.support.search_worlds import repeatable

PLAIN = Vocabulary()
SHIPPED = read_vocabulary(Path(__file__).parents[3] / "resources" / "vocabulary.toml")


def values(text: str, kind: MarkKind) -> list[str]:
    return [fact.value for fact in facts(text, SHIPPED) if fact.kind is kind]


def duty_marks(one: str, other: str) -> list[list[str]]:
    """What is marked as "must, should or may" on each side."""
    [row] = compared([Passage("a", "H", 2, one)], [Passage("a", "H", 2, other)], PLAIN)
    return [
        [
            marked.passage.text[mark.start : mark.end]
            for marked in cell
            for mark in marked.marks
            if mark.kind is MarkKind.DUTY
        ]
        for cell in row.cells
    ]


# Two that differ are told apart


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("up to £1.5 million", "up to £1.9 million"),
        ("£1.2m", "£1.9m"),
        ("1,000 children", "2,000 children"),
        ("£1,500, and", "£1,600, and"),
        ("young people aged 16 and 17", "young people aged 16 and 18"),
        ("children aged 5-11", "children aged 5-12"),
        ("16 or over", "18 or over"),
        ("three or more people", "four or more people"),
        ("80 per cent", "90 per cent"),
    ],
)
def test_two_figures_are_told_apart(one: str, other: str) -> None:
    assert values(one, MarkKind.FIGURE)
    assert values(one, MarkKind.FIGURE) != values(other, MarkKind.FIGURE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within half an hour", "within an hour"),
        ("within one hundred and twenty days", "within twenty days"),
        ("within 2 1/2 hours", "within 2 hours"),
        ("half a day", "a day"),
        ("by the next working day", "on the same working day"),
        ("weekly", "fortnightly"),
        ("quarterly", "monthly"),
        ("six-monthly", "monthly"),
        ("within 24 hours", "within 24 working hours"),
        ("5 working days", "5 days"),
        ("immediately", "the next day"),
    ],
)
def test_two_time_limits_are_told_apart(one: str, other: str) -> None:
    assert values(one, MarkKind.TIME)
    assert values(one, MarkKind.TIME) != values(other, MarkKind.TIME)


def test_six_monthly_in_figures_is_no_month() -> None:
    assert values("6-monthly", MarkKind.TIME) == values("six-monthly", MarkKind.TIME)


# One that is written otherwise is the same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within 5 (five) working days", "within five working days"),
        ("ten (10) working days", "10 working days"),
        ("48hrs", "forty-eight hours"),
        ("24h", "24 hours"),
        ("weekly", "every week"),
        ("3 – 6 months", "three to six months"),
        ("a 28-day notice", "28 days"),
        ("fortnightly", "every two weeks"),
    ],
)
def test_a_time_limit_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert values(one, MarkKind.TIME) == values(other, MarkKind.TIME) != []


@pytest.mark.parametrize(
    "text",
    [
        "a 16-year-old lives here",
        "a group of 16 year olds",
        "by 31 May 2025",
        "section 47 of the Children Act 1989",
        "telephone 01632 960100",
        "Regulations 28 to 31 and 48",
        "Article 6(1)(e)",
        "1.5.6 Reviews",
    ],
)
def test_what_is_no_time_limit_is_none(text: str) -> None:
    assert values(text, MarkKind.TIME) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3.1 The service must reply within 20 working days.", ["20 working day"]),
        (
            "A meeting within ten working days after three episodes in 90 days, or earlier if over 24 hours.",
            ["10 working day", "90 day", "24 hour"],
        ),
        ("Stays of two nights a week for over eight weeks", ["2 night", "1 week", "8 week"]),
    ],
)
def test_limits_of_real_sentences_are_found_in_order(text: str, found: list[str]) -> None:
    assert values(text, MarkKind.TIME) == found


# Who decides


@pytest.mark.parametrize(
    "text",
    [
        "The Team Manager decides.",
        "It is agreed by the team manager.",
        "The plan is signed by the Team Manager, and filed.",
        "No stay without the Team Manager’s consent.",
    ],
)
def test_one_office_is_one_decider_however_the_sentence_goes(text: str) -> None:
    assert values(text, MarkKind.DECIDER) == values("The Team Manager approves it.", MarkKind.DECIDER) != []


def test_two_offices_that_decide_together_are_two() -> None:
    assert len(values("The IRO and the Social Worker agree the plan.", MarkKind.DECIDER)) == 2


def test_an_abbreviation_decides_as_its_office_does() -> None:
    assert set(values("The IRO decides.", MarkKind.DECIDER)) == set(
        values("The Independent Reviewing Officer decides.", MarkKind.DECIDER)
    )


def test_a_list_of_sections_before_an_act_is_no_count_of_children() -> None:
    assert values("Read sections 43, 44 and 47 Children Act 2004 first.", MarkKind.FIGURE) == []
    assert values("At most 47 children may attend.", MarkKind.FIGURE) == ["47 children"]


@pytest.mark.parametrize("text", ["The Team Manager drives a red car.", "We like decisions.", "", "12 34 56"])
def test_nobody_decides_where_nothing_is_decided(text: str) -> None:
    assert values(text, MarkKind.DECIDER) == []


# What must be done

SENTENCE = "The social worker {} visit the child in the placement every single week."


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("must", "must not"),
        ("may", "may not"),
        ("should", "should not"),
        ("must", "should"),
        ("has to", "may"),
        ("cannot", "must"),
        ("shall", "can"),
    ],
)
def test_how_binding_it_is_is_marked_on_both_sides(one: str, other: str) -> None:
    left, right = duty_marks(SENTENCE.format(one), SENTENCE.format(other))
    assert left
    assert right
    assert one in left[0]
    assert other in right[0]


def test_shall_beside_must_is_no_difference_of_duty() -> None:
    assert duty_marks(SENTENCE.format("shall"), SENTENCE.format("must")) == [[], []]


def test_the_month_of_may_is_no_duty() -> None:
    line = "The plan is reviewed with the carers on 31 {} 2025 at the office."
    assert duty_marks(line.format("May"), line.format("March")) == [[], []]
    assert duties("From May 2025, and in May, by 31 May") == ()


def test_may_at_the_start_of_a_question_is_a_permission() -> None:
    assert [fact.value for fact in duties("May a child refuse? A child may.")] == ["may", "may"]


# Any text at all

PIECES = [
    *"aA1.,;:?! -–'’£%()/",
    "İ",
    "ß",
    "\u202e",
    "\x00",
    "½",
    "٣",
    "five ",
    "May ",
    " days",
    " The Panel ",
]
ODD = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@repeatable(300)
@given(ODD)
def test_facts_of_any_text_lie_in_it_in_order_and_never_overlap(text: str) -> None:
    found = facts(text, PLAIN)
    edges = [0, *(edge for fact in found for edge in (fact.start, fact.end)), len(text)]
    assert edges == sorted(edges)
    assert all(fact.start < fact.end and fact.value for fact in found)
    assert [fact.start for fact in duties(text)] == sorted(fact.start for fact in duties(text))


@repeatable(300)
@given(ODD)
def test_sentences_hold_every_word_of_a_text_once(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in found) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "The panel decides " + "Aa-" * 20_000,
        "Decision " + "Aa " * 20_000,
        "agreed " + "the " * 15_000,
        "1.1." * 15_000,
        "1" + " " * 60_000,
        "£1" + ",1" * 30_000,
        "twenty-" * 8_000,
        "one hundred and " * 4_000,
        "1 (" * 20_000,
        "2 1/" * 15_000,
        "aged 5-" * 8_000,
        "half " * 12_000,
    ],
    ids=lambda text: text[:16],
)
def test_no_text_of_sixty_thousand_characters_takes_long(text: str) -> None:
    started = time.perf_counter()
    facts(text, PLAIN)
    duties(text)
    assert time.perf_counter() - started < 8
