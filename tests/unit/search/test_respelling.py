"""What a person meant who typed a word that no manual holds."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from reader.search.open_index import OpenIndex
from reader.search.query import Query, parse
from reader.search.respelling import Spelling, least_alike_percent
from tests.support.search_worlds import build, chapters, opened, repeatable

TEXTS = (
    "assessment of the accommodation under section 47 and section 20",
    "assessment allegation therapeutic placement",
    "assessment allegations visit visits children",
    "vicar visor",
    "visor",
)


def respelled(query: Query, indexes: Sequence[OpenIndex]) -> str | None:
    return Spelling(indexes).mended(query)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("respelling") / "index", chapters(*TEXTS))


@pytest.fixture
def index(folder: Path) -> Iterator[OpenIndex]:
    index = opened(folder)
    yield index
    index.close()


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("asessment ", "assessment"),
        ("assesment ", "assessment"),
        ("Asesment ", "assessment"),
        ("acommodation ", "accommodation"),
        ("accomodation", "accommodation"),
        ("placmeent ", "placement"),
        ("vist ", "visit"),
        ("visitt ", "visit"),
        ("childern ", "children"),
        ("theraputic asesment ", "therapeutic assessment"),
        ("what is an asesment ", "what is an assessment"),
        ("section 47 asesment ", "s47 assessment"),
        ('"asesment placement"', '"assessment placement"'),
        ("qqqqq asesment ", "qqqqq assessment"),
    ],
)
def test_a_word_that_no_manual_holds_is_the_nearest_that_one_does(
    index: OpenIndex, typed: str, spelled: str
) -> None:
    assert respelled(parse(typed), [index]) == spelled


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "assessment ",
            "assess",
            "assessing ",
            "visiting ",
            "the ",
            "s47 ",
            "placement visit",
            "",
            "qqqqqqqq ",
        ),
        *(
            "vst ",
            "s48 ",
            "1989 ",
            "asessment OR visit ",
            "-asesment visit ",
            "asessmen* ",
            "title:asesment ",
        ),
        *(
            "(asesment) ",
            "asesment NEAR visit ",
            "6.2.3 asesment ",
            "xxassessmentxx ",
            "status:new asesment ",
        ),
    ],
)
def test_nothing_is_mended_where_all_is_known_or_too_far_or_an_operator_stands(
    index: OpenIndex, typed: str
) -> None:
    assert respelled(parse(typed), [index]) is None


def test_of_equally_near_words_the_most_frequent_is_chosen(index: OpenIndex) -> None:
    assert respelled(parse("visar "), [index]) == "visor"


def test_words_of_every_index_are_known(index: OpenIndex, tmp_path: Path) -> None:
    other = opened(build(tmp_path / "other", chapters("safeguarding")), key=2)
    assert respelled(parse("safegarding "), [index]) is None
    assert respelled(parse("safegarding "), [index, other]) == "safeguarding"


@repeatable(200)
@given(
    st.sampled_from(["assessment", "accommodation", "therapeutic", "allegation", "placement"]),
    st.integers(1, 8),
    st.sampled_from(["left out", "twice", "swapped", "changed"]),
)
def test_one_slip_in_a_long_word_is_mended(folder: Path, word: str, place: int, slip: str) -> None:
    place = min(place, len(word) - 2)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    typed = {
        "left out": before + after,
        "twice": before + letter * 2 + after,
        "swapped": before + after[0] + letter + after[1:],
        "changed": f"{before}q{after}",
    }[slip]
    index = opened(folder)
    spelled = respelled(parse(f"{typed} "), [index])
    index.close()
    # Where the slip leaves the stem as it was the word is found as it stands.
    assert (spelled or word).startswith(word)


@repeatable(200)
@given(st.text(max_size=200))
def test_any_text_is_respelled_or_not_and_reads_on(folder: Path, typed: str) -> None:
    index = opened(folder)
    query = parse(typed)
    spelled = respelled(query, [index])
    if spelled is not None:
        again = parse(spelled)
        assert again.node is not None
        assert again.is_plain
        assert respelled(parse(f"{spelled} "), [index]) in {None, spelled}
    index.close()


def test_respelling_among_many_words_takes_a_moment(tmp_path: Path) -> None:
    texts = [
        " ".join(f"word{n}begin" for n in range(start, start + 2_000)) for start in range(0, 20_000, 2_000)
    ]
    index = opened(build(tmp_path / "index", chapters(*texts)))
    start = time.perf_counter()
    respelled(parse("wrod7begin " * 24), [index])
    assert time.perf_counter() - start < 3


_LETTERS = st.text("aest", min_size=4, max_size=14)


@given(
    _LETTERS,
    st.lists(
        st.tuples(st.integers(0, 14), st.sampled_from(("changed", "swapped", "added", "gone"))), max_size=2
    ),
)
def test_no_word_is_near_without_being_alike(word: str, slips: list[tuple[int, str]]) -> None:
    letters = list(word)
    for place, slip in slips:
        at = place % (len(letters) - 1)
        if slip == "swapped":
            letters[at : at + 2] = reversed(letters[at : at + 2])
        else:
            letters[at : at + (slip != "added")] = [] if slip == "gone" else ["q"]
    known = "".join(letters)
    most = DamerauLevenshtein.distance(word, known)
    assert most <= 2
    assert fuzz.ratio(word, known) >= least_alike_percent(len(word), most)
