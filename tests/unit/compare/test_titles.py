"""Counterparts by title: what is one practice question under two names, and what only looks alike."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from reader.compare.titles import (
    PAIR_SCORE,
    SHARED_SCORE,
    TitleMatch,
    TitleMatcher,
    TitlePairs,
    one_for_each,
    own_names,
    read_titles,
    sector_words,
)
from reader.domain.contents import Chapter
from reader.domain.vocabulary import Vocabulary
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary

VOCABULARY = read_vocabulary(vocabulary_file())
SECTOR_WORDS = sector_words(VOCABULARY)
# So that no word is rare only because nothing else is there.
OTHERS = (
    "Adoption Support", "Adoption Case Records", "Fostering Panel", "Placements with Parents",
    "Placements in Foster Care",
    "Looked After Reviews", "Young Carers", "Direct Payments", "Staying Put", "Short Breaks", "Recording Policy",
    "Notification of Significant Events", "Placements in Residential Care", "Private Fostering", "Life Story Work",
)  # fmt: skip


def _chapters(*titles: str) -> list[Chapter]:
    return [Chapter(id=f"c{number}", number=None, title=title) for number, title in enumerate(titles)]


def _pairs(first: list[Chapter], second: list[Chapter], vocabulary: Vocabulary = VOCABULARY) -> TitlePairs:
    return TitleMatcher(read_titles(first, vocabulary), read_titles(second, vocabulary)).pairs()


def _is_pair(one: str, other: str) -> bool:
    """Whether two titles are counterparts, each in a manual of its own among other chapters."""
    first = _chapters(one, *(title for title in OTHERS if title not in {one, other}))
    second = _chapters(other, *(f"{title} in Detail" for title in OTHERS if title not in {one, other}))
    return any(match.first == "c0" and match.second == "c0" for match in _pairs(first, second).mutual)


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
        ("Child[ren] in Need of Support", "Child in Need Plans and Reviews"),
        ("Transfer Protocol 2021 - 2024", "Transfer Policy"),
        ("Family Networks and Family Group Decision Making", "Family Group Conference Service"),
        ("The Pledge to our Children", "Our Promise to Children in Care"),
        ("Safeguarding Children from Sexual Exploitation", "CSE (Pan Region Partnership)"),
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
        # Whom both are about is not what they say.
        ("Looked After Children Strategy", "Booking Transport for Looked After Children"),
        ("Care Leavers and Voting", "Driving Lessons for Care Leavers"),
    ],
)
def test_what_only_looks_alike_is_no_counterpart(one: str, other: str) -> None:
    assert not _is_pair(one, other)
    assert not _is_pair(other, one)


def test_the_reason_names_the_topic_in_its_usual_words() -> None:
    (match,) = _pairs(_chapters("Family and Friends Care"), _chapters("Kinship Carers")).mutual
    assert match.why == "same topic: kinship care"
    assert PAIR_SCORE <= match.score < 1


def test_without_a_vocabulary_titles_are_still_compared() -> None:
    found = _pairs(
        _chapters("Adoption Panel", "Kinship Care"), _chapters("Adoption Panels", "Other"), Vocabulary()
    )
    assert [(match.first, match.second) for match in found.mutual] == [("c0", "c0")]


def test_every_chapter_stands_in_one_mutual_pair_at_most() -> None:
    found = _pairs(_chapters("Kinship Care", "Family and Friends Care"), _chapters("Kinship Care Policy"))
    assert len(found.mutual) == 1


def test_several_chapters_may_have_one_counterpart_when_it_merges_what_they_split() -> None:
    first = _chapters("Holidays in the UK", "Holidays Outside the UK", "Life Story Work")
    second = _chapters("Holidays In and Outside the UK", "Staying Put", "Young Carers")
    found = _pairs(first, second)
    assert {(match.first, match.second) for match in (*found.mutual, *found.of_first)} == {
        ("c0", "c0"),
        ("c1", "c0"),
    }
    assert not found.of_second
    turned = _pairs(second, first)
    assert [match.turned() for match in turned.mutual] == list(found.mutual)
    assert [match.turned() for match in turned.of_second] == list(found.of_first)


def test_titles_of_form_words_or_brackets_alone_do_no_harm() -> None:
    found = _pairs(
        _chapters("Policy", "(Kinship Care)", "((", "2024", "The"),
        _chapters("Guidance", "()", "Kinship Care"),
    )
    assert [(match.first, match.second) for match in found.mutual] == [("c1", "c2")]


def test_the_name_of_the_authority_and_of_its_region_tells_nothing() -> None:
    names = own_names(("Ashmere County Council", "Upper Ash Safeguarding Children Partnership"), SECTOR_WORDS)
    assert {"ashmere", "upper", "ash"} <= names
    assert not names & {"safeguarding", "child", "partnership"}
    first = _chapters("Ashmere Overnight Leave - Upper Ash", *OTHERS)
    second = _chapters("Overnight Leave", *OTHERS)
    matcher = TitleMatcher(read_titles(first, VOCABULARY, names), read_titles(second, VOCABULARY))
    (best, *_) = matcher.suggestions("c0", 3)
    assert (best.second, best.score) == ("c0", 0.97)


def test_a_title_that_is_nothing_but_the_authority_s_name_is_still_read() -> None:
    names = own_names(("Ashmere County Council",), SECTOR_WORDS)
    assert read_titles(_chapters("Ashmere"), VOCABULARY, names).titles[0].words() == {"ashmere"}


def test_suggestions_come_best_first_and_none_for_an_unknown_chapter() -> None:
    matcher = TitleMatcher(
        read_titles(_chapters("Adoption Panel"), VOCABULARY),
        read_titles(_chapters("Fostering Panel", "Adoption Panels", "Staying Put"), VOCABULARY),
    )
    assert [match.second for match in matcher.suggestions("c0", 5)] == ["c1", "c0"]
    assert matcher.suggestions("elsewhere", 5) == []


def test_comparing_every_title_with_every_other_finds_no_more() -> None:
    titles = [concept.name for concept in VOCABULARY.concepts[:120]]
    manners = ("{} Policy", "Assessment of {}", "{} (Local Guidance)", "{}")
    first = read_titles(_chapters(*OTHERS, *titles), VOCABULARY)
    second = read_titles(
        _chapters(*(manners[at % len(manners)].format(title) for at, title in enumerate(reversed(titles)))),
        VOCABULARY,
    )
    everything = tuple(range(len(second.titles)))
    all_with_all = replace(
        second, by_word=defaultdict(lambda: everything, dict.fromkeys(first.seen, everything))
    )
    found = TitleMatcher(first, second).matches()
    assert len(found) >= len(titles)
    assert found == TitleMatcher(first, all_with_all).matches()


def test_a_counterpart_that_another_chapter_has_needs_a_better_score() -> None:
    likely, surer = TitleMatch("b", "x", PAIR_SCORE, ""), TitleMatch("c", "x", SHARED_SCORE, "")
    found = one_for_each([TitleMatch("a", "x", 0.97, ""), surer, likely])
    assert [match.first for match in found.mutual] == ["a"]
    assert [match.first for match in found.of_first] == ["c"]
    assert not found.of_second


def test_the_score_of_a_chosen_pair_keeps_the_order_and_a_certain_one_stays_certain() -> None:
    matches = [TitleMatch(f"a{score}", f"b{score}", score, "") for score in (1.0, 0.97, 0.8, PAIR_SCORE)]
    scores = [match.score for match in one_for_each(matches).mutual]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 1
    assert all(found >= match.score for found, match in zip(scores, matches, strict=True))
