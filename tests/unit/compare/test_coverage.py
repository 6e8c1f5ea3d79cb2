"""The coverage map: which chapters stand in one topic, what it is called, and where it stands."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.compare.coverage import ManualContents, coverage
from reader.domain.contents import Chapter, ContentsList, Division
from reader.domain.counterpart import Counterpart, CounterpartPair
from reader.domain.coverage import Coverage
from reader.domain.manual import ManualId
from reader.domain.vocabulary import Concept, Vocabulary

VOCABULARY = Vocabulary(
    (
        Concept("family-time", "family time", "process", same=("family contact",)),
        Concept("supervision", "supervision", "process"),
        Concept("pre-birth", "pre-birth assessments", "process", same=("pre-birth",)),
        Concept("care-leavers", "care leavers", "group"),
    )
)
Lists = Mapping[str, Sequence[str]]
"""By authority: the titles of its chapters; "Division: Title" puts one into a division."""


def _id(authority: str) -> ManualId:
    return ManualId(authority, "procedures")


def _manual(authority: str, titles: Sequence[str]) -> ManualContents:
    divisions: dict[str, list[Chapter]] = {}
    for number, title in enumerate(titles):
        division, _, name = title.rpartition(": ")
        divisions.setdefault(division, []).append(Chapter(f"c{99 - number}", str(number), name))
    entries = [
        entry
        for division, chapters in divisions.items()
        for entry in ([Division(None, division, tuple(chapters))] if division else chapters)
    ]
    return ManualContents(_id(authority), 1, ContentsList(tuple(entries)))


def _pair(manuals: Mapping[str, ManualContents], one: str, other: str, score: float) -> CounterpartPair:
    """A pair of chapters, each named as "authority Title"."""
    (_, first), (there, second) = (_find(manuals, name) for name in (one, other))
    here = _id(one.split(" ", 1)[0])
    return CounterpartPair(here, first, Counterpart(there, second, score, "test"))


def _find(manuals: Mapping[str, ManualContents], name: str) -> tuple[ManualId, Chapter]:
    authority, title = name.split(" ", 1)
    chapters = manuals[authority].contents.chapters()
    return _id(authority), next(chapter for chapter in chapters if chapter.title == title)


def _cover(lists: Lists, *pairs: tuple[str, str, float]) -> Coverage:
    manuals = {authority: _manual(authority, titles) for authority, titles in lists.items()}
    return coverage(manuals.values(), [_pair(manuals, *pair) for pair in pairs], VOCABULARY)


def _topics(found: Coverage) -> set[frozenset[str]]:
    """Each topic as the set of its chapters, as "authority Title"."""
    return {
        frozenset(f"{entry.manual.authority} {entry.chapter.title}" for entry in topic.chapters)
        for topic in found.topics
    }


# Which chapters stand in one topic


def test_counterparts_stand_in_one_topic_and_the_others_alone() -> None:
    found = _cover(
        {"aa": ["Visits", "Kinship"], "bb": ["Home Visits"], "cc": ["Seeing Children"]},
        ("aa Visits", "bb Home Visits", 0.97),
        ("bb Home Visits", "cc Seeing Children", 0.8),
        ("aa Visits", "cc Seeing Children", 0.7),
    )
    assert _topics(found) == {
        frozenset({"aa Visits", "bb Home Visits", "cc Seeing Children"}),
        frozenset({"aa Kinship"}),
    }


def test_one_weak_pair_does_not_glue_two_topics_together() -> None:
    lists = {
        "aa": ["Fostering", "Adoption"],
        "bb": ["Fostering", "Adoption"],
        "cc": ["Fostering", "Adoption"],
    }
    within = [
        (f"{one} {title}", f"{other} {title}", 1.0)
        for title in ("Fostering", "Adoption")
        for one, other in combinations(lists, 2)
        if (one, other) != ("aa", "bb") and (title, one, other) != ("Fostering", "aa", "bb")
    ]
    found = _cover(lists, *within, ("aa Fostering", "bb Adoption", 0.7))
    assert _topics(found) == {
        frozenset(f"{authority} {title}" for authority in lists) for title in ("Fostering", "Adoption")
    }


def test_a_weak_pair_with_one_of_many_does_not_join_a_topic() -> None:
    lists = {"aa": ["Visits"], "bb": ["Visits"], "cc": ["Visits"], "dd": ["Overnight Stays"]}
    alike = [(f"{one} Visits", f"{other} Visits", 1.0) for one, other in combinations(("aa", "bb", "cc"), 2)]
    found = _cover(lists, *alike, ("cc Visits", "dd Overnight Stays", 0.7))
    assert frozenset({"dd Overnight Stays"}) in _topics(found)


def test_a_sure_pair_joins_though_no_other_list_words_it_so() -> None:
    lists = {"aa": ["Visits"], "bb": ["Visits"], "cc": ["Visits"], "dd": ["Duty to See the Child"]}
    alike = [(f"{one} Visits", f"{other} Visits", 1.0) for one, other in combinations(("aa", "bb", "cc"), 2)]
    found = _cover(lists, *alike, ("cc Visits", "dd Duty to See the Child", 0.9))
    assert len(_topics(found)) == 1


def test_a_manual_stands_twice_in_a_topic_only_when_its_chapters_share_it_out() -> None:
    lists = {
        "aa": ["Supervision Policy", "Supervision Guidance"],
        "bb": ["Supervision"],
        "cc": ["Supervision"],
    }
    found = _cover(
        lists,
        ("aa Supervision Policy", "cc Supervision", 1.0),
        ("aa Supervision Guidance", "bb Supervision", 0.97),
        ("bb Supervision", "cc Supervision", 0.97),
    )
    assert len(_topics(found)) == 1
    assert [entry.chapter.title for entry in found.topics[0].of(_id("aa"))] == [
        "Supervision Policy",
        "Supervision Guidance",
    ]


def test_sharing_a_group_of_people_is_no_evidence() -> None:
    found = _cover(
        {"aa": ["Charter for Care Leavers"], "bb": ["Accommodation for Care Leavers"]},
        ("aa Charter for Care Leavers", "bb Accommodation for Care Leavers", 0.75),
    )
    assert len(_topics(found)) == 2


def test_a_concept_that_each_manual_names_once_makes_a_topic() -> None:
    found = _cover({"aa": ["Pre-Birth Protocol"], "bb": ["Planning (Pre-Birth)"], "cc": ["Visits"]})
    assert frozenset({"aa Pre-Birth Protocol", "bb Planning (Pre-Birth)"}) in _topics(found)


def test_a_concept_that_one_manual_names_twice_makes_none() -> None:
    found = _cover({"aa": ["Pre-Birth Protocol"], "bb": ["Planning (Pre-Birth)", "Pre-Birth Conference"]})
    assert len(_topics(found)) == 3


def test_a_gap_says_which_chapter_comes_nearest() -> None:
    found = _cover(
        {"aa": ["Enquiries", "Strategy Meetings"], "bb": ["Enquiries"], "cc": ["Strategy and Enquiries"]},
        ("aa Enquiries", "bb Enquiries", 1.0),
        ("bb Enquiries", "cc Strategy and Enquiries", 0.98),
        ("aa Strategy Meetings", "cc Strategy and Enquiries", 0.7),
    )
    (alone,) = (topic for topic in found.topics if topic.name == "Strategy Meetings")
    assert [entry.chapter.title for entry in alone.near_in(_id("cc"))] == ["Strategy and Enquiries"]
    assert alone.near_in(_id("bb")) == ()


# What a topic is called


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (("Visits", "Visits", "Seeing Children Alone"), "Visits"),
        (("Family Time with Parents", "Family Contact and Siblings"), "Family time"),
        (("Resolving Professional Disagreements", "Disputes"), "Disputes"),
        (("Private Fostering",), "Private Fostering"),
    ],
    ids=["the title of at least half", "the concept", "the shortest title", "its own title"],
)
def test_a_topic_is_called_by(titles: tuple[str, ...], name: str) -> None:
    lists = {f"a{number}": [title] for number, title in enumerate(titles)}
    pairs = [
        (f"{one} {lists[one][0]}", f"{other} {lists[other][0]}", 0.95)
        for one, other in combinations(lists, 2)
    ]
    found = _cover(lists, *pairs)
    assert [topic.name for topic in found.topics] == [name]


def test_a_topic_stands_in_the_division_of_most_of_its_chapters() -> None:
    lists = {"aa": ["Notifications: Visits"], "bb": ["Monitoring: Visits"], "cc": ["Monitoring: Visits"]}
    pairs = [(f"{one} Visits", f"{other} Visits", 1.0) for one, other in combinations(lists, 2)]
    assert _cover(lists, *pairs).topics[0].division == "Monitoring"


# Their order


def test_topics_stand_in_the_order_of_the_longest_list_and_the_rest_beside_their_neighbours() -> None:
    found = _cover(
        {
            "aa": ["Care: One", "Care: Between", "Care: Two"],
            "bb": ["Care: One", "Care: Two", "Care: Three", "End: Four"],
        },
        ("aa One", "bb One", 1.0),
        ("aa Two", "bb Two", 1.0),
    )
    assert [topic.name for topic in found.topics] == ["One", "Between", "Two", "Three", "Four"]


def test_a_topic_without_neighbours_stands_in_the_division_of_its_name() -> None:
    found = _cover({"aa": ["Care: One", "Court: Two", "End: Three"], "bb": ["Court: Orders", "End: Forms"]})
    assert [topic.name for topic in found.topics] == ["One", "Two", "Orders", "Three", "Forms"]


# Gaps


def test_gaps_are_told_both_ways_and_against_all() -> None:
    found = _cover(
        {"aa": ["Visits", "Kinship"], "bb": ["Visits", "Records"], "cc": ["Records"]},
        ("aa Visits", "bb Visits", 1.0),
        ("bb Records", "cc Records", 1.0),
    )
    one, two, three = (_id(authority) for authority in ("aa", "bb", "cc"))
    assert [topic.name for topic in found.gaps(one, two)] == ["Records"]
    assert [topic.name for topic in found.gaps(two, one)] == ["Kinship"]
    assert [topic.name for topic in found.gaps_alone(one)] == ["Records"]
    assert [topic.name for topic in found.gaps_alone(three)] == ["Visits"]
    assert {topic.name for topic in found.incomplete()} == {"Visits", "Kinship", "Records"}


def test_a_map_of_nothing_is_empty() -> None:
    assert coverage([], []) == Coverage()


# Whatever is compared

_TITLES = st.sampled_from(
    ["Visits", "Home Visits", "Supervision", "Supervision Policy", "Family Time", "Pre-Birth", "Care Leavers"]
)
_World = tuple[list[ManualContents], list[CounterpartPair]]


@st.composite
def _worlds(draw: st.DrawFn) -> _World:
    """Manuals, and pairs between any two of them in which each chapter stands once at most."""
    count = draw(st.integers(1, 5))
    manuals = [_manual(f"m{number}", draw(st.lists(_TITLES, max_size=5))) for number in range(count)]
    pairs: list[CounterpartPair] = []
    for first, second in combinations(manuals, 2):
        there = draw(st.permutations(list(second.contents.chapters())))
        for here, other in zip(first.contents.chapters(), there, strict=False):
            score = draw(st.sampled_from([None, 0.65, 0.75, 0.9, 1.0]))
            if score is not None:
                pairs.append(
                    CounterpartPair(first.manual, here, Counterpart(second.manual, other, score, ""))
                )
    return manuals, pairs


def _other_way_round(pair: CounterpartPair) -> CounterpartPair:
    found = pair.counterpart
    back = Counterpart(pair.manual, pair.chapter, found.score, found.why)
    return CounterpartPair(found.manual, found.chapter, back)


@given(_worlds())
def test_every_chapter_stands_in_exactly_one_topic(world: _World) -> None:
    manuals, pairs = world
    found = coverage(manuals, pairs, VOCABULARY)
    stands = Counter((entry.manual, entry.chapter.id) for entry in found.chapters())
    assert stands == Counter((m.manual, c.id) for m in manuals for c in m.contents.chapters())
    for topic in found.topics:
        assert topic.chapters
        assert topic.manuals.isdisjoint(entry.manual for entry in topic.near)


@given(_worlds(), st.randoms(use_true_random=False))
def test_neither_order_nor_direction_matters(world: _World, chance: random.Random) -> None:
    manuals, pairs = world
    found = coverage(manuals, pairs, VOCABULARY)
    turned = [_other_way_round(pair) if chance.random() < 0.5 else pair for pair in pairs]
    chance.shuffle(turned)
    shuffled = chance.sample(manuals, len(manuals))
    assert coverage(shuffled, turned, VOCABULARY) == found


@given(_worlds())
def test_one_more_manual_removes_no_chapter(world: _World) -> None:
    manuals, pairs = world
    without = {
        (entry.manual, entry.chapter.id) for entry in coverage(manuals[:-1], pairs, VOCABULARY).chapters()
    }
    assert without <= {
        (entry.manual, entry.chapter.id) for entry in coverage(manuals, pairs, VOCABULARY).chapters()
    }


@given(_worlds())
def test_a_gap_one_way_is_a_chapter_the_other_way(world: _World) -> None:
    found = coverage(*world, VOCABULARY)
    for one in found.manual_ids:
        for other in found.manual_ids:
            assert all(topic.of(other) and not topic.of(one) for topic in found.gaps(one, other))
        have = sum(bool(topic.of(one)) for topic in found.topics)
        assert have + len(found.gaps(one)) == len(found.topics)
