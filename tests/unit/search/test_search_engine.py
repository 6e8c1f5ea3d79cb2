"""Searching several manuals together, as the program does."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.cancel import CancelToken
from reader.domain.contents import Status
from reader.domain.errors import CancelledError
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument, SearchAnswer, SearchFilter, SearchHit
from reader.domain.vocabulary import Concept, Vocabulary
from reader.search.engine import SearchEngine
from tests.support.search_worlds import (
    EVERYWHERE,
    NORTHMERE,
    WESTSHIRE,
    answer,
    build,
    chapters,
    document,
    engine_over,
    found_in,
    repeatable,
)

WORDS = Vocabulary(
    (
        Concept(
            "kinship-care", "kinship care", "placement", same=("family and friends care",), short=("SGO",)
        ),
        Concept(
            "lac", "looked after child", "group", same=("child in care",), typed=("lac",), narrower=("UASC",)
        ),
        Concept("s47", "section 47 enquiry", "process", same=("child protection enquiry",)),
    )
)

WEST = (
    document(
        "Social workers visit children at home every six weeks.",
        chapter="home-visits",
        title="Home Visits",
        number="1.2",
        division="Core › Visiting",
        heading="How often",
    ),
    document(
        "Unannounced visits are recorded by the social worker.",
        chapter="home-visits",
        title="Home Visits",
        number="1.2",
        division="Core › Visiting",
        heading="Records",
    ),
    replace(
        document(
            "A section 47 enquiry begins with a strategy discussion.",
            chapter="enquiries",
            title="Child Protection",
            number="1.2.1",
            division="Core",
        ),
        statuses=(Status.NEW, Status.UPDATED),
        revised=date(2024, 5, 1),
    ),
    replace(
        document(
            "Kinship care is care by relatives. Assessment of carers.",
            chapter="kinship",
            title="Kinship",
            number="2.1",
            division="Corezone",
        ),
        statuses=(Status.UNDER_REVIEW,),
        revised=date(2023, 1, 1),
    ),
    document(
        "", chapter="to-come", title="Private Fostering", number="2.10", division="Core › Visiting › Rare"
    ),
    replace(document("Record of the visit", chapter=None, title="Visit record"), form="visit-record.docx"),
    document("", chapter=None, title="Core", division="", anchor="core"),
    document("", chapter=None, title="Visiting", division="Core", anchor="core-visiting"),
)
NORTH = (
    document("Family and friends care is assessed by the fostering team.", chapter="friends", title="Carers"),
    document("Social workers visit each child at school.", chapter="school-visits", title="School Visits"),
    document("The allegation is discussed.", chapter="home-visits", title="Allegations", number="1.2"),
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("engine")
    return (
        build(place / "west", WEST),
        build(place / "north", NORTH, manual=NORTHMERE, authority="Northmere Borough Council", edition=3),
    )


@pytest.fixture(scope="module")
def engine(folders: tuple[Path, Path]) -> Iterator[SearchEngine]:
    engine = SearchEngine(lambda: WORDS)
    assert engine.use(folders) == ()
    yield engine
    engine.close()


def places(found: SearchAnswer) -> set[str]:
    return {str(hit.location.chapter or hit.location.form or hit.location.anchor) for hit in found.hits}


@pytest.mark.parametrize(
    ("search_filter", "expected"),
    [
        (EVERYWHERE, {"home-visits", "school-visits", "visit-record.docx", "core-visiting", "to-come"}),
        (SearchFilter(manuals=frozenset({NORTHMERE})), {"school-visits"}),
        (
            SearchFilter(manuals=frozenset()),
            {"home-visits", "school-visits", "visit-record.docx", "core-visiting", "to-come"},
        ),
        (SearchFilter(chapter="home-visits"), {"home-visits"}),
        (SearchFilter(division="Core"), {"home-visits", "core-visiting", "to-come"}),
        (SearchFilter(division="Core › Visiting"), {"home-visits", "to-come"}),
        (SearchFilter(division="Core › Visit"), set()),
        (SearchFilter(division="Core › Visiting › Rare"), {"to-come"}),
        (SearchFilter(manuals=frozenset({WESTSHIRE, NORTHMERE}), chapter="school-visits"), {"school-visits"}),
        (SearchFilter(status=Status.NEW), set()),
        (SearchFilter(revised_since=date(2020, 1, 1)), set()),
    ],
)
def test_only_what_the_filter_lets_through_is_found(
    engine: SearchEngine, search_filter: SearchFilter, expected: set[str]
) -> None:
    assert places(answer(engine, "visit ", search_filter)) == expected


@pytest.mark.parametrize(
    ("search_filter", "is_found"),
    [
        (SearchFilter(status=Status.NEW), True),
        (SearchFilter(status=Status.UPDATED), True),
        (SearchFilter(status=Status.TO_FOLLOW), False),
        (SearchFilter(revised_since=date(2024, 5, 1)), True),
        (SearchFilter(revised_since=date(2024, 5, 2)), False),
        (
            SearchFilter(
                status=Status.NEW, revised_since=date(2024, 1, 1), division="Core", chapter="enquiries"
            ),
            True,
        ),
        (SearchFilter(status=Status.NEW, division="Corezone"), False),
    ],
)
@pytest.mark.parametrize(
    "typed", ["strategy discussion", "strat", "strategy OR nothing", "1.2.1", '"strategy discussion"']
)
def test_every_part_of_a_filter_holds_for_every_kind_of_query(
    engine: SearchEngine, typed: str, search_filter: SearchFilter, is_found: bool
) -> None:
    assert places(answer(engine, typed, search_filter)) == ({"enquiries"} if is_found else set())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("status:new", {"enquiries"}),
        ('status:"under review"', {"kinship"}),
        ("visit authority:north", {"school-visits"}),
        ("authority:northmere", {"friends", "school-visits", "home-visits"}),
        ('authority:"northmere borough" status:new', set()),
        ("authority:north -visits", {"friends", "home-visits"}),
        ("status:new OR status:under-review", {"enquiries", "kinship"}),
        ("title:visits -title:home", {"school-visits", "visit-record.docx", "core-visiting"}),
        ("heading:records", {"home-visits"}),
    ],
)
def test_operators_limit_a_search_as_a_filter_does(
    engine: SearchEngine, typed: str, expected: set[str]
) -> None:
    assert places(answer(engine, f"{typed} ")) == expected


def test_places_are_counted_in_each_manual_and_in_each_chapter(engine: SearchEngine) -> None:
    found = answer(engine, "visit ")
    assert dict(found.per_manual) == {WESTSHIRE: 5, NORTHMERE: 1}
    assert found.total == 6
    counted = {hit.location.chapter: hit.in_chapter for hit in found.hits if hit.location.chapter}
    assert counted == {"home-visits": 2, "school-visits": 1, "to-come": 1}


def test_places_beyond_the_limit_are_counted(engine: SearchEngine) -> None:
    whole, short = answer(engine, "visit "), answer(engine, "visit ", limit=2)
    assert len(short.hits) == 2
    assert (short.total, short.per_manual) == (whole.total, whole.per_manual)
    assert short.hits == whole.hits[:2]


def test_a_hit_says_where_it_is(engine: SearchEngine) -> None:
    hit = answer(engine, "allegation ").hits[0]
    assert (hit.location.manual, hit.location.edition, hit.location.chapter) == (NORTHMERE, 3, "home-visits")
    assert (hit.title, hit.number, hit.text) == ("Allegations", "1.2", "The allegation is discussed.")


def test_a_chapter_number_finds_the_chapter_and_what_lies_below_it(engine: SearchEngine) -> None:
    found = answer(engine, "1.2 ")
    assert [hit.number for hit in found.hits] == ["1.2", "1.2", "1.2", "1.2.1"]
    assert found_in(engine, "2.1 ") == ["kinship"]


@pytest.mark.parametrize(
    "typed",
    [
        "home-visits",
        "Home-Visits ",
        "manual:westshire/procedures/home-visits",
        "westshire/procedures/home-visits",
    ],
)
def test_the_id_of_a_chapter_puts_it_first(engine: SearchEngine, typed: str) -> None:
    hit = answer(engine, typed).hits[0]
    assert hit.location.chapter == "home-visits"


def test_an_id_goes_through_the_filter_too(engine: SearchEngine) -> None:
    filtered = SearchFilter(status=Status.NEW)
    assert answer(engine, "home-visits", filtered).hits == ()


def test_other_terms_are_found_and_named_below_what_was_typed(engine: SearchEngine) -> None:
    found = answer(engine, "kinship care ")
    assert [(hit.location.chapter, hit.also) for hit in found.hits] == [
        ("kinship", None),
        ("friends", "family and friends care"),
    ]
    assert found.hits[0].score > found.hits[1].score
    assert dict(found.per_manual) == {WESTSHIRE: 1, NORTHMERE: 1}
    assert found.hits[1].snippet.marks


def test_other_terms_that_are_switched_off_are_not_found_but_offered(engine: SearchEngine) -> None:
    without = SearchFilter(with_other_terms=False)
    assert places(answer(engine, "looked after SGO kinship care ")) >= {"kinship", "friends"}
    assert all(hit.also is None for hit in answer(engine, "kinship care ", without).hits)
    found = answer(engine, "SGO ", without)
    assert found.hits == ()
    assert "With other terms too: 2 places." in found.suggestions


@pytest.mark.parametrize("typed", ['"kinship care" ', "visit -(kinship care) "])
def test_phrases_and_what_is_left_out_stay_as_they_are_typed(engine: SearchEngine, typed: str) -> None:
    assert all(hit.also is None for hit in answer(engine, typed).hits)
    assert "friends" not in found_in(engine, typed)


def test_a_word_in_quotation_marks_stays_as_it_is_typed(engine: SearchEngine) -> None:
    assert [hit.also for hit in answer(engine, '"SGO" ').hits] == []


def test_other_terms_of_part_of_a_query_are_found_with_the_rest_of_it(engine: SearchEngine) -> None:
    found = answer(engine, "fostering kinship care ")
    assert [(hit.location.chapter, hit.also) for hit in found.hits][:1] == [
        ("friends", "family and friends care")
    ]


def test_what_only_other_terms_say_counts_less_than_the_same_place_in_the_typed_one(tmp_path: Path) -> None:
    texts = ["kinship care here"] * 4 + ["family and friends care"] * 4 + ["nothing"] * 20
    random.Random(3).shuffle(texts)  # noqa: S311
    engine = SearchEngine(lambda: WORDS)
    engine.use([build(tmp_path / "index", chapters(*texts))])
    also = [hit.also for hit in answer(engine, "kinship care ").hits]
    assert also == [None] * 4 + ["family and friends care"] * 4
    engine.close()


@pytest.mark.parametrize(
    ("typed", "spelled"),
    [
        ("alegation ", "allegation"),
        ("strategi discusion", "strategi discussion"),
        ("unanounced visits ", "unannounced visits"),
    ],
)
def test_a_word_that_no_manual_holds_is_read_as_the_nearest_one(
    engine: SearchEngine, typed: str, spelled: str
) -> None:
    found = answer(engine, typed)
    assert found.total
    assert found.suggestions[0] == spelled
    assert any(typed.strip() in note and spelled in note for note in found.notes)


@pytest.mark.parametrize(
    "typed", ["xqzw ", "alegation OR zzz ", "zz ", "99999 ", '"never these words here" ']
)
def test_what_is_like_no_word_of_a_manual_finds_nothing(engine: SearchEngine, typed: str) -> None:
    found = answer(engine, typed)
    assert (found.total, found.suggestions) == (0, ())


def test_few_places_that_hold_all_words_are_followed_by_those_that_hold_some(engine: SearchEngine) -> None:
    found = answer(engine, "unannounced visits recorded school ")
    assert found.notes == ("No place holds all of these words; these hold some of them.",)
    assert found.hits[0].text.startswith("Unannounced")
    found = answer(engine, "social worker recorded ")
    assert found.notes == ("Few places hold all of these words; below them stand places that hold some.",)
    assert found.hits[0].text.startswith("Unannounced")
    assert found.total > 1


def test_one_word_is_not_held_in_part(engine: SearchEngine) -> None:
    found = answer(engine, "allegation ")
    assert (found.total, found.notes) == (1, ())


def test_a_filter_that_hides_everything_is_named(engine: SearchEngine) -> None:
    found = answer(engine, "allegation ", SearchFilter(manuals=frozenset({WESTSHIRE})))
    assert found.suggestions == ("Without the filter: 1 place.",)
    found = answer(engine, "visit ", SearchFilter(status=Status.TO_FOLLOW))
    assert found.suggestions == ("Without the filter: 6 places.",)


def test_words_of_a_question_are_not_asked_of_a_place(engine: SearchEngine) -> None:
    assert found_in(engine, "what is to be done about an allegation? ") == found_in(
        engine, "done allegation "
    )
    assert found_in(engine, "when is the allegation ")[0] == "home-visits"
    assert answer(engine, "the ").total


@pytest.mark.parametrize("typed", ["", "   ", "-visit", '""', "()", "😀", "\ud800", "\x00"])
def test_a_query_for_nothing_finds_nothing(engine: SearchEngine, typed: str) -> None:
    found = answer(engine, typed)
    assert (found.query, found.total, found.hits) == (typed, 0, ())


def test_without_an_index_it_is_said_that_there_is_none() -> None:
    engine = SearchEngine()
    assert engine.use([]) == ()
    assert answer(engine, "visit").suggestions == ("No manual is indexed yet.",)
    engine.close()


def test_hits_come_in_the_same_order_at_every_search(
    folders: tuple[Path, Path], engine: SearchEngine
) -> None:
    for typed in (
        "visit ",
        "visit OR child OR care",
        "social worker child ",
        "authority:west",
        "v*",
        "kinship care",
    ):
        once = answer(engine, typed)
        assert answer(engine, typed) == once
        another = SearchEngine(lambda: WORDS)
        another.use(folders)
        assert answer(another, typed) == once
        another.close()


def test_equally_good_places_come_in_the_order_of_the_index(tmp_path: Path) -> None:
    engine = engine_over(build(tmp_path / "index", chapters(*["dog"] * 100)))
    assert found_in(engine, "dog ") == [f"c{number}" for number in range(50)]


def test_equally_good_places_of_alternatives_come_in_the_order_of_the_index(tmp_path: Path) -> None:
    engine = engine_over(build(tmp_path / "index", chapters(*["dog", "cat"] * 3)))
    assert found_in(engine, "cat OR dog ") == [f"c{number}" for number in range(6)]


@pytest.mark.parametrize("typed", ["dog ", "dog cat ", '"dog cat"', "d*", "dog -elk "])
def test_a_longer_list_begins_with_the_shorter_one(tmp_path: Path, typed: str) -> None:
    chance = random.Random(9)  # noqa: S311
    texts = [" ".join(chance.choices(["dog", "cat", "elk"], k=3)) for _ in range(300)]
    engine = engine_over(build(tmp_path / "index", chapters(*texts)))
    whole = answer(engine, typed, limit=300).hits
    for limit in (0, 1, 10, 59, 60, 61, 100, 299):
        assert answer(engine, typed, limit=limit).hits == whole[:limit]


def test_a_longer_list_of_alternatives_begins_with_the_shorter_one(tmp_path: Path) -> None:
    engine = engine_over(build(tmp_path / "index", chapters(*["dog", "cat"] * 50)))
    whole = found_in_all(engine, "cat OR dog ", 300)
    assert found_in_all(engine, "cat OR dog ", 10) == whole[:10]


def found_in_all(engine: SearchEngine, typed: str, limit: int) -> list[str | None]:
    return [hit.location.chapter for hit in answer(engine, typed, limit=limit).hits]


def test_words_that_stand_together_come_before_words_apart(tmp_path: Path) -> None:
    texts = ["home x1 x2 visit x3", "home visit x1 x2 x3", "visit x1 home x2 x3"]
    engine = engine_over(build(tmp_path / "index", chapters(*texts)))
    assert found_in(engine, "home visit ")[0] == "c1"


# ---- Which indexes are searched.


def test_indexes_that_are_open_stay_open_and_others_are_closed(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    """An index that stays open is read again by nobody: its files may even be gone from the disk by then."""
    mine = build(tmp_path / "mine", chapters("dog"))
    engine = engine_over(mine, folders[0])
    (mine / "complete").unlink()
    assert engine.use([mine, folders[1]]) == ()
    assert places(answer(engine, "dog OR friends ")) == {"c0", "friends"}
    assert answer(engine, "kinship ").total == 0
    assert engine.use([folders[1]]) == ()
    assert engine.use([mine, folders[1]]) == (mine,)
    assert answer(engine, "dog ").total == 0


def test_a_search_may_name_its_own_indexes(folders: tuple[Path, Path]) -> None:
    engine = engine_over(folders[0])
    found = engine.search("visit ", EVERYWHERE, 50, CancelToken(), [folders[1]])
    assert places(found) == {"school-visits"}
    assert "school-visits" not in places(answer(engine, "visit "))
    both = engine.search("visit ", EVERYWHERE, 50, CancelToken(), list(folders))
    assert both.total == 6


def test_a_closed_engine_may_be_used_again(folders: tuple[Path, Path]) -> None:
    engine = engine_over(*folders)
    before = answer(engine, "visit ")
    engine.close()
    assert answer(engine, "visit ").hits == ()
    assert engine.use(folders) == ()
    assert answer(engine, "visit ") == before


def test_an_index_that_was_built_anew_is_read_anew(tmp_path: Path) -> None:
    folder = build(tmp_path / "index", chapters("dog"))
    engine = engine_over(folder)
    assert answer(engine, "dog ").total == 1
    engine.use([])
    build(folder, chapters("cat", "dog", "dog"))
    assert engine.use([folder]) == ()
    assert (answer(engine, "dog ").total, answer(engine, "cat ").total) == (2, 1)


def test_an_index_without_documents_can_be_searched(tmp_path: Path) -> None:
    engine = SearchEngine()
    damaged = engine.use([build(tmp_path / "index", [])])
    engine.close()
    assert damaged == ()


# ---- Cancelling and threads.


def test_a_cancelled_search_ends(engine: SearchEngine) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        engine.search("visit", EVERYWHERE, 10, cancel)
    assert answer(engine, "visit ").total == 6


class _CancelledAt(CancelToken):
    """Is cancelled when it has been asked so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def raise_if_cancelled(self) -> None:
        self.left -= 1
        if self.left < 0:
            self.cancel()
        super().raise_if_cancelled()


@pytest.mark.parametrize(
    "typed", ["visit ", "unannounced visits recorded school", "kinship care ", "alegation "]
)
def test_a_search_that_is_cancelled_at_any_point_leaves_the_engine_as_it_was(
    engine: SearchEngine, typed: str
) -> None:
    before = answer(engine, typed)
    for times in range(100):
        cancel = _CancelledAt(times)
        try:
            found = engine.search(typed, EVERYWHERE, 50, cancel)
        except CancelledError:
            continue
        assert found == before
        break
    else:
        pytest.fail("the search never came to its end")
    assert times > 1
    assert answer(engine, typed) == before


def test_searches_from_several_threads_give_the_answers_of_one(folders: tuple[Path, Path]) -> None:
    typed = [
        "visit ",
        "kinship care ",
        "alegation ",
        "v*",
        "child NEAR visit ",
        "1.2",
        "title:visits ",
        "status:new",
    ] * 8
    engine = engine_over(*folders)
    alone = {one: answer(engine, one) for one in typed}
    engine.close()
    engine.use(folders)
    together = threading.Barrier(8)

    def search(one: str) -> SearchAnswer:
        if one == typed[0]:
            engine.use(folders)
        return answer(engine, one)

    def start() -> None:
        together.wait(10)

    with ThreadPoolExecutor(8, initializer=start) as pool:
        assert list(pool.map(search, typed)) == [alone[one] for one in typed]


# ---- Whole searches.

TYPED = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            *(
                '"',
                "(",
                ")",
                "|",
                "-",
                "*",
                "OR",
                "NOT",
                "NEAR",
                "NEAR/3",
                "title:",
                "heading:",
                "authority:north",
            ),
            *(
                "status:new",
                "visit",
                "visits",
                "child",
                "kinship care",
                "section 47",
                "1.2",
                "lac",
                "the",
                "alegation",
            ),
            *(
                "home-visits",
                "what",
                "é",
                "v",
                "SGO",
                "c*",
                "family and friends care",
                "strategy",
                "😀",
                "\ud800",
            ),
        ]
    ),
    max_size=9,
).map(" ".join)
FILTERS = st.builds(
    SearchFilter,
    manuals=st.sampled_from([None, None, frozenset({WESTSHIRE}), frozenset({NORTHMERE})]),
    status=st.sampled_from([None, None, None, Status.NEW]),
    with_other_terms=st.booleans(),
    chapter=st.sampled_from([None, None, None, "home-visits", "none"]),
    division=st.sampled_from([None, None, None, "Core", "Core › Visiting"]),
    revised_since=st.sampled_from([None, None, None, date(2024, 1, 1)]),
)


@repeatable(300)
@given(TYPED, FILTERS, st.integers(0, 12))
def test_whatever_is_typed_is_answered_soundly(
    engine: SearchEngine, typed: str, search_filter: SearchFilter, limit: int
) -> None:
    start = time.perf_counter()
    found = answer(engine, typed, search_filter, limit=limit)
    assert time.perf_counter() - start < 0.5
    assert found.query == typed
    assert len(found.hits) == min(limit, found.total)
    assert found.total == sum(count for _, count in found.per_manual)
    assert len({(hit.location, hit.text) for hit in found.hits}) == len(found.hits)
    assert [hit.score for hit in found.hits] == sorted((hit.score for hit in found.hits), reverse=True)
    for hit in found.hits:
        _assert_is_sound(hit, search_filter)


def _assert_is_sound(hit: SearchHit, search_filter: SearchFilter) -> None:
    snippet = hit.snippet
    end = 0
    for start, own_end in snippet.marks:
        assert end <= start < own_end <= len(snippet.text)
        end = own_end
    assert all(word == word.casefold() for word in hit.words)
    assert 1 <= hit.in_chapter <= 8
    assert hit.also is None or search_filter.with_other_terms
    assert not search_filter.manuals or hit.location.manual in search_filter.manuals
    assert search_filter.status is None or search_filter.status in hit.statuses
    assert search_filter.chapter in {None, hit.location.chapter}
    division = search_filter.division
    assert division is None or hit.division == division or hit.division.startswith(f"{division} › ")


@repeatable(100)
@given(st.lists(st.sampled_from(["dog", "cat", "elk", "fox"]), min_size=1, max_size=4), st.booleans())
def test_places_that_hold_all_words_are_all_found_before_any_other(
    few: SearchEngine, typed: list[str], is_reversed: bool
) -> None:
    found = answer(few, f"{' '.join(reversed(typed) if is_reversed else typed)} ")
    holds_all = [set(typed) <= set(hit.text.split()) for hit in found.hits]
    assert holds_all == sorted(holds_all, reverse=True)
    assert sum(holds_all) == sum(set(typed) <= set(one.text.split()) for one in FEW)


FEW: tuple[IndexDocument, ...] = tuple(
    chapters(
        "dog cat", "dog", "cat elk", "elk dog cat", "fox x1 x2 x3", "dog dog dog", "cat cat dog fox", "x1", ""
    )
)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchEngine]:
    engine = SearchEngine()
    engine.use([build(tmp_path_factory.mktemp("few") / "index", FEW)])
    yield engine
    engine.close()


EIGHT = "Of so many words the eight rarest decide which places hold some of them, and their order."
NINE = "ant bee cat dog elk fox gnu hen"


@pytest.mark.parametrize(
    ("typed", "texts", "is_said"),
    [
        (f"{NINE} care ", ["ant care", "care bee", "care"], True),
        (f"{NINE} ant bee ", ["ant bee", "bee", "ant"], False),  # eight different words
        (f"{NINE} unknown ", ["ant", "bee", "fox"], True),  # an unknown word is rarer than any other
        (f"{NINE} care ", [f"{NINE} care"] * 9, False),  # enough places hold everything
        (f"{NINE} care plan ", ["care", "plan"], True),  # nothing is found, though something could be
        ("ant bee care ", ["ant care", "bee"], False),
        (f"{NINE} care ", ["nothing of that", "here"], False),
    ],
)
def test_that_only_the_eight_rarest_words_decide_is_said_where_it_matters(
    tmp_path: Path, typed: str, texts: list[str], *, is_said: bool
) -> None:
    found = answer(engine_over(build(tmp_path / "index", chapters(*texts))), typed)
    assert (EIGHT in found.notes) is is_said


def test_words_that_stand_outside_the_filter_alone_change_nothing_that_would_be_said(tmp_path: Path) -> None:
    documents = [
        document("ant bee", chapter="c1", division="Here"),
        document("hen", chapter="c2", division="Here"),
        *(document("care", chapter=f"d{number}", division="There") for number in range(9)),
    ]
    engine = engine_over(build(tmp_path / "index", documents))
    inside = answer(engine, f"{NINE} care ", SearchFilter(division="Here"))
    assert (inside.total, EIGHT in inside.notes) == (2, False)
    assert EIGHT in answer(engine, f"{NINE} care ").notes


def test_several_damaged_indexes_among_many_are_named_and_the_others_searched(tmp_path: Path) -> None:
    folders = [
        build(tmp_path / str(number), chapters(f"dog w{number}"), manual=ManualId(f"m{number}", "procedures"))
        for number in range(12)
    ]
    for number in (0, 5, 11):
        (folders[number] / "stream.bin").write_bytes(b"damage")
    (folders[7] / "stream.bin").unlink()
    engine = SearchEngine()
    try:
        assert engine.use([*folders, folders[5]]) == tuple(folders[n] for n in (0, 5, 7, 11, 5))
        assert answer(engine, "dog ").total == 8
        assert [hit.location.chapter for hit in answer(engine, "w9 ").hits] == ["c0"]
    finally:
        engine.close()


def test_what_was_worked_out_for_some_indexes_is_not_taken_for_others(tmp_path: Path) -> None:
    """From query to query the filter changes, indexes come and go, and one is built anew in its place."""
    folders = {
        manual: build(tmp_path / str(number), chapters(*texts), manual=manual)
        for number, (manual, texts) in enumerate(
            {WESTSHIRE: ["dog cat", "dog"], NORTHMERE: ["cat", "cat dog dog", "elk"]}.items()
        )
    }
    lasting = engine_over(*folders.values())

    def assert_is_as_if_new(search_filter: SearchFilter) -> None:
        for typed in ("dog", "dog ", "dog cat", '"cat dog"', "elk do", "cat NEAR/2 dog "):
            fresh = engine_over(*used)
            assert answer(lasting, typed, search_filter) == answer(fresh, typed, search_filter)
            fresh.close()

    used = list(folders.values())
    filters = (SearchFilter(), SearchFilter(manuals=frozenset({NORTHMERE})), SearchFilter(chapter="c1"))
    for search_filter in (*filters, *reversed(filters)):
        assert_is_as_if_new(search_filter)
    used = [folders[WESTSHIRE]]
    assert lasting.use(used) == ()
    assert_is_as_if_new(SearchFilter())
    build(folders[NORTHMERE], chapters("dog", "dog dog", "cat cat dog"), manual=NORTHMERE)
    used = list(folders.values())
    assert lasting.use(used) == ()
    assert_is_as_if_new(SearchFilter())


def test_more_words_are_asked_for_one_after_the_other_than_are_kept(tmp_path: Path) -> None:
    texts = [f"w{number}a w{number % 7}b" for number in range(120)]
    engine = engine_over(build(tmp_path / "index", chapters(*texts)))
    for _ in range(2):
        for number in range(120):
            assert found_in(engine, f"w{number}a ") == [f"c{number}"]
