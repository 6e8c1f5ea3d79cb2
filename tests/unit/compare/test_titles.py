"""Counterparts by title: what is one practice question under two names, and what only looks alike."""

from __future__ import annotations

import pytest

from reader.compare.titles import PAIR_SCORE, TitleMatcher
from reader.domain.contents import Chapter
from reader.domain.vocabulary import Vocabulary
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary

VOCABULARY = read_vocabulary(vocabulary_file())
# So that no word is rare only because nothing else is there.
OTHERS = (
    "Adoption Support", "Adoption Case Records", "Fostering Panel", "Placements with Parents",
    "Placements in Foster Care",
    "Looked After Reviews", "Young Carers", "Direct Payments", "Staying Put", "Short Breaks", "Recording Policy",
    "Notification of Significant Events", "Placements in Residential Care", "Private Fostering", "Life Story Work",
)  # fmt: skip


def _chapters(*titles: str) -> list[Chapter]:
    return [Chapter(id=f"c{number}", number=None, title=title) for number, title in enumerate(titles)]


def _is_pair(one: str, other: str) -> bool:
    """Whether two titles are counterparts, each in a manual of its own among other chapters."""
    first = _chapters(one, *(title for title in OTHERS if title not in {one, other}))
    second = _chapters(other, *(f"{title} in Detail" for title in OTHERS if title not in {one, other}))
    matcher = TitleMatcher(first, second, VOCABULARY)
    return any(match.first == "c0" and match.second == "c0" for match in matcher.pairs())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Looked After Reviews", "Children in our Care Reviews"),
        ("Family and Friends Care", "Kinship Care"),
        ("Contact with Parents", "Family Time"),
        ("Section 47 Enquiries", "Child Protection Enquiries (Section 47)"),
        ("Life Story Work", "Life Story Books Guidance"),
        ("Assessments", "Single Assessment"),
        ("Staying Put Policy", "Staying Put"),
        ("Transfer Policy (2024)", "Transfer Protocol"),
        ("Whistleblowing (Intranet Access is Required)", "Whistleblowing"),
        ("Overnight Stays and Social Visits", "Social Visits (Including Overnight Stays)"),
        ("Family Group Conference (Local Resources)", "Family Group Conferences"),
        ("Unaccompanied Asylum Seeking Children", "UASC"),
    ],
)
def test_one_practice_question_under_two_names_is_found(one: str, other: str) -> None:
    assert _is_pair(one, other)
    assert _is_pair(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adoption Reviews", "Looked After Reviews"),
        ("Fostering Panel", "Adoption Panel"),
        ("Placements with Connected Persons", "Kinship Care"),
        (
            "Placements in Residential Care",
            "Placing and Visiting Children with Special Educational Needs in Long-Term Residential Settings",
        ),
        ("Notification of Significant Events", "Notifications from Other Local Authorities"),
        ("Allegations Against Foster Carers", "Allegations Against Prospective Adopters"),
        ("Secure Accommodation Reviews", "Supported Accommodation"),
        ("Change of Name of a Looked After Child", "Marriage/Civil Partnership of a Looked After Child"),
        ("Supervision Policy", "Supervision and Support of Foster Carers"),
        ("Policy", "Guidance"),
    ],
)
def test_what_only_looks_alike_is_no_counterpart(one: str, other: str) -> None:
    assert not _is_pair(one, other)
    assert not _is_pair(other, one)


def test_the_reason_names_the_topic_in_its_usual_words() -> None:
    matcher = TitleMatcher(_chapters("Family and Friends Care"), _chapters("Kinship Carers"), VOCABULARY)
    (match,) = matcher.pairs()
    assert match.why == "same topic: kinship care"
    assert PAIR_SCORE <= match.score < 1


def test_without_a_vocabulary_titles_are_still_compared() -> None:
    matcher = TitleMatcher(
        _chapters("Adoption Panel", "Kinship Care"), _chapters("Adoption Panels", "Other"), Vocabulary()
    )
    assert [(match.first, match.second) for match in matcher.pairs()] == [("c0", "c0")]


def test_every_chapter_stands_in_one_pair_at_most() -> None:
    matcher = TitleMatcher(
        _chapters("Kinship Care", "Family and Friends Care"), _chapters("Kinship Care Policy"), VOCABULARY
    )
    assert len(matcher.pairs()) == 1


def test_titles_of_form_words_or_brackets_alone_do_no_harm() -> None:
    matcher = TitleMatcher(
        _chapters("Policy", "(Kinship Care)", "((", "2024", "The"),
        _chapters("Guidance", "()", "Kinship Care"),
        VOCABULARY,
    )
    assert [(match.first, match.second) for match in matcher.pairs()] == [("c1", "c2")]
