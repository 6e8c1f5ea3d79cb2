"""Lanes and findings, held to the plainest way to work out the same."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.search import ranking
from reader.search.evaluation import Evaluation
from reader.search.findings import Both, Some, Whole
from reader.search.impacts import STEPS, Row
from reader.search.lanes import (
    AllLane,
    AnyLane,
    FewLane,
    FirstLane,
    Lane,
    MostLane,
    OnlyLane,
    RowLane,
    best_of,
    scale_of,
)
from reader.search.open_index import OpenIndex
from reader.search.query import All, Any, Node, Phrase, Prefix, Without, Word
from tests.support.search_worlds import build, document, opened

VOCABULARY = ("ant", "ants", "bee", "cat", "cattle", "catalogue", "dog", "elk", "fox", "gnu")


def row_of(steps: bytes) -> Row:
    return Row(steps, len(steps) - steps.count(0), max(steps))


def some_lane(chance: random.Random, size: int, depth: int = 0) -> tuple[Lane, dict[int, float]]:
    """A lane, and what it ought to say."""
    kind = chance.randrange(2 if depth > 2 else 8)
    if kind == 0:
        steps = bytes(chance.choice([0, chance.randrange(1, 193)]) for _ in range(size))
        factor, share = chance.uniform(0.01, 9), chance.choice([1.0, 0.3])
        lane: Lane = RowLane(row_of(steps), factor, share)
        return lane, {d: factor * (share * (step / STEPS)) for d, step in enumerate(steps) if step}
    if kind == 1:
        found = {d: chance.choice([0.0, chance.uniform(0, 60)]) for d in range(size) if chance.random() < 0.2}
        return FewLane(size, found, 0.5), {d: 0.5 * value for d, value in found.items()}
    inner = [some_lane(chance, size, depth + 1) for _ in range(chance.randrange(1, 4))]
    lanes, said = [lane for lane, _ in inner], [one for _, one in inner]
    if kind == 2:
        expected = {
            d: sum(one.get(d, 0.0) for one in said) for d in range(size) if any(d in one for one in said)
        }
        return AnyLane(size, lanes), expected
    if kind == 3:
        without, unwanted = some_lane(chance, size, depth + 1)
        both = [d for d in range(size) if all(d in one for one in said) and d not in unwanted]
        return AllLane(size, lanes, [without]), {d: sum(one[d] for one in said) for d in both}
    if kind == 4:
        return AllLane(size, lanes), {
            d: sum(one[d] for one in said) for d in range(size) if all(d in one for one in said)
        }
    if kind == 5:
        share = chance.choice([1.0, 0.5])
        places = {d for one in said for d in one}
        return MostLane(lanes, share), {d: max(share * one[d] for one in said if d in one) for d in places}
    if kind == 6:
        picked = [d for d in sorted(said[0]) if chance.random() < 0.5]
        return OnlyLane(lanes[0], picked), {d: said[0][d] for d in picked}
    second, below = some_lane(chance, size, depth + 1)
    return FirstLane(lanes[0], second), below | said[0]


@pytest.mark.parametrize("seed", range(300))
def test_a_lane_finds_and_counts_what_the_plainest_reading_does(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same at every run
    size = chance.choice([1, 2, 40, 300])
    lane, expected = some_lane(chance, size)
    assert list(lane.documents()) == sorted(expected)
    assert lane.count == len(expected)
    assert [d for d in range(size) if d in lane] == sorted(expected)
    assert {d: lane.value(d) for d in expected} == pytest.approx(expected)
    assert all(value <= lane.bound + 1e-9 for value in expected.values())
    scale = scale_of(lane.bound, lane.slack)
    coarse = lane.coarse(scale).to_bytes(size, "little")
    for d, step in enumerate(coarse):
        if d in expected:
            assert max(scale * expected[d] - 1e-6, 1) <= step <= scale * expected[d] + lane.slack
        else:
            assert step == 0


@pytest.mark.parametrize("seed", range(60))
def test_the_best_are_those_of_a_plain_sort(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    values: list[Mapping[int, float]] = []
    lanes: list[Lane | None] = []
    sizes = [chance.choice([1, 5, 200]) for _ in range(5)]
    for size in sizes:
        few = {d: float(chance.randrange(1, 9)) for d in range(size) if chance.random() < 0.7}
        values.append(few)
        lanes.append(FewLane(size, few) if few else None)
    plain = sorted(
        ((value, number, d) for number, one in enumerate(values) for d, value in one.items()),
        key=lambda one: (-one[0], one[1:]),
    )
    found = Whole(lanes)
    for most in (1, 3, 60, 2_000):
        assert found.best(most) == plain[:most]
    assert found.counts == {number: len(one) for number, one in enumerate(values) if one}
    first = Whole(lanes, {(0, 0): 1_000.0})
    assert first.best(3)[0] == (1_000.0, 0, 0)
    assert [one for one in first.best(2_000)[1:] if one[1:] == (0, 0)] == []
    assert first.total == len({(number, d) for _, number, d in plain} | {(0, 0)})


def test_of_nothing_nothing_is_the_best() -> None:
    assert best_of([], 5, 1.0, lambda _number, _document: 0.0) == []
    assert best_of([(0, b""), (1, bytes(9))], 5, 1.0, lambda _number, _document: 0.0) == []
    assert Whole([None]).best(5) == []


def held_plainly(
    evaluation: Evaluation, parts: list[Node], least: float
) -> dict[tuple[int, int], tuple[float, float]]:
    """For each place what it counts, and its share of the parts."""
    found = {part: [evaluation.found(part, index) for index in evaluation.indexes] for part in parts}
    documents = sum(index.document_count for index in evaluation.indexes)
    rarities = {part: ranking.rarity(sum(map(len, own)), documents) for part, own in found.items()}
    whole = sum(rarities.values())
    places: dict[tuple[int, int], tuple[float, float]] = {}
    for part, own in found.items():
        for number, one in enumerate(own):
            for d, value in one.items():
                score, share = places.get((number, d), (0.0, 0.0))
                places[number, d] = score + value, share + rarities[part] / whole
    return {place: (score * share**0.5, share) for place, (score, share) in places.items() if share >= least}


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    chance = random.Random(17)  # noqa: S311
    base = tmp_path_factory.mktemp("indexes")
    return [
        build(
            base / str(number),
            [
                document(
                    " ".join(chance.choices(VOCABULARY, weights=range(len(VOCABULARY), 0, -1), k=4)),
                    chapter=f"c{d}",
                    title=chance.choice(VOCABULARY),
                )
                for d in range(count)
            ],
        )
        for number, count in enumerate((1, 90, 400, 30))
    ]


def opened_all(indexes: list[Path]) -> list[OpenIndex]:
    return [opened(folder, key=number) for number, folder in enumerate(indexes)]


@pytest.mark.parametrize("seed", range(40))
def test_places_that_hold_some_parts_are_found_counted_and_ordered_as_by_the_plainest_reading(
    indexes: list[Path], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311
    evaluation = Evaluation(opened_all(indexes), CancelToken())
    choice: list[Node] = [
        *(Word(word) for word in (*VOCABULARY, "unknown")),
        *(Prefix("ca"), Word("ca", is_open=True), Phrase(("ant", "bee")), Word("cat", is_open=True)),
    ]
    parts: list[Node] = chance.sample(choice, chance.randrange(2, 7))
    parts.append(parts[0])
    for least in (0.0, 0.25, 0.9):
        expected = held_plainly(evaluation, parts, least)
        some = Some(evaluation, parts, least, None)
        assert some.total == len(expected)
        plain = sorted(((value, *place) for place, (value, _) in expected.items()), key=lambda one: -one[0])
        for most in (1, 7, 60, 2_000):
            best = some.best(most)
            assert [score for score, _, _ in best] == pytest.approx([score for score, _, _ in plain[:most]])
            assert all(expected[number, d][0] == pytest.approx(score) for score, number, d in best)
            assert best == sorted(best, key=lambda one: (-one[0], one[1:]))


def test_places_that_hold_everything_stand_above_those_that_hold_some(indexes: list[Path]) -> None:
    evaluation = Evaluation(opened_all(indexes), CancelToken())
    parts = (Word("gnu"), Word("fox"), Word("elk"))
    whole = Whole(evaluation.lanes(All(parts)))
    some = Some(evaluation, parts, 0.0, None)
    both = Both(whole, some)
    assert 0 < whole.total < some.total == both.total
    best = both.best(2_000)
    assert len(best) == both.total
    assert {one[1:] for one in best[: whole.total]} == {one[1:] for one in whole.best(50)}
    above = {one[1:] for one in best[: whole.total]}
    assert best[whole.total :] == [one for one in some.best(2_000) if one[1:] not in above]


def test_of_more_than_eight_parts_the_rarest_eight_are_looked_for(indexes: list[Path]) -> None:
    evaluation = Evaluation(opened_all(indexes), CancelToken())
    stems = ("ant", "bee", "cat", "cattle", "catalogue", "dog", "elk", "fox", "gnu")
    parts = [Word(word) for word in stems]
    rarest = sorted(parts, key=lambda part: evaluation.rarity_of_found(evaluation.lanes(part)))[1:]
    kept = [part for part in parts if part in rarest]
    assert Some(evaluation, parts, 0.0, None).best(50) == Some(evaluation, kept, 0.0, None).best(50)


@pytest.mark.parametrize(
    "node",
    [
        Word("ca", is_open=True),
        All((Word("ant"), Prefix("ca"))),
        Any((Word("dog"), Phrase(("ant", "bee")), Word("unknown"))),
        All((Word("ant"), Without(Word("bee")))),
        All((Without(Word("ant")),)),
    ],
)
def test_the_best_of_a_query_over_many_indexes_are_those_of_a_plain_sort(
    indexes: list[Path], node: Node
) -> None:
    evaluation = Evaluation(opened_all(indexes), CancelToken())
    plain = sorted(
        (
            (value, number, d)
            for number, index in enumerate(evaluation.indexes)
            for d, value in evaluation.found(node, index).items()
        ),
        key=lambda one: (-one[0], one[1:]),
    )
    found = Whole(evaluation.lanes(node))
    assert plain
    assert found.total == len(plain)
    for most in (1, 60, 2_000):
        assert found.best(most) == plain[:most]
