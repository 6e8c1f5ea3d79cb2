"""What an index finds, held to Whoosh's own searcher and to the plainest reading of the texts."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whoosh import query as whoosh_query
from whoosh.index import open_dir
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher

from reader.domain.cancel import CancelToken
from reader.domain.search import IndexDocument
from reader.search import ranking, words
from reader.search.evaluation import Evaluation
from reader.search.open_index import OpenIndex, PostingsCache
from reader.search.query import All, Any, Field, InPart, Near, Node, Phrase, Prefix, Without, Word, parse
from reader.search.schema import HEADING, TERMS, TITLE
from tests.support.search_worlds import (
    NORTHMERE,
    answer,
    build,
    chapters,
    document,
    engine_over,
    opened,
    parts_of,
    repeatable,
    stems_of,
)

ALPHABET = ("ant", "bee", "cat", "dog", "elk", "fox", "s47", "47", "children", "child", "visits", "visiting")


class _RarityTimesWeight(WeightingModel):  # type: ignore[misc]  # Whoosh has no types
    """What a place counts by the book: how rare the word is, times the weight that the index holds."""

    def scorer(self, searcher: Anything, fieldname: str, text: bytes, qf: float = 1) -> _Scorer:  # noqa: ARG002  # Whoosh's
        parent = searcher.get_parent()
        return _Scorer(ranking.rarity(parent.doc_frequency(fieldname, text), parent.doc_count_all()))


class _Scorer(BaseScorer):  # type: ignore[misc]
    def __init__(self, rarity: float) -> None:
        self._rarity = rarity

    def score(self, matcher: Anything) -> float:
        return self._rarity * float(matcher.weight())


def by_whoosh(searcher: Anything, node: Node) -> dict[int, float]:
    """What Whoosh finds. What must not be found is a mask: its own AND NOT forgets to look at the first place."""
    parts = node.nodes if isinstance(node, All) else (node,)
    left_out = [_in_whoosh(inner.node) for inner in parts if isinstance(inner, Without)]
    kept = [_in_whoosh(inner) for inner in parts if not isinstance(inner, Without)]
    results = searcher.search(
        whoosh_query.And(kept) if len(kept) > 1 else kept[0],
        limit=None,
        optimize=False,
        mask=whoosh_query.Or(left_out) if left_out else None,
    )
    return {hit.docnum: hit.score for hit in results}


def _in_whoosh(node: Node) -> Anything:
    match node:
        case Word():
            return whoosh_query.Term(TERMS, words.stem(node.word))
        case Any():
            return whoosh_query.Or([_in_whoosh(inner) for inner in node.nodes])
        case _:
            raise AssertionError(node)


def found(node: Node, *indexes: OpenIndex) -> Mapping[int, float]:
    return Evaluation(indexes, CancelToken()).found(node, indexes[0])


def some_documents(chance: random.Random, count: int) -> list[IndexDocument]:
    def text(most: int) -> str:
        return " ".join(
            chance.choices(ALPHABET, weights=range(len(ALPHABET), 0, -1), k=chance.randrange(most))
        )

    return [
        document(
            text(12),
            chapter=f"c{number // 3}",
            title=text(3),
            heading=text(3),
            extra=text(3),
            division=text(2),
        )
        for number in range(count)
    ]


def some_node(chance: random.Random) -> Node:
    def word() -> Word:
        return Word(chance.choice((*ALPHABET, "unknown")))

    kind = chance.randrange(5)
    if kind == 0:
        return word()
    if kind == 1:
        return All(tuple(word() for _ in range(chance.randrange(2, 5))))
    if kind == 2:
        return Any(tuple(word() for _ in range(chance.randrange(2, 5))))
    if kind == 3:
        return All((word(), Without(word()), *(Without(word()) for _ in range(chance.randrange(2)))))
    return All((Any((word(), word())), word(), Without(Any((word(), word())))))


@pytest.mark.parametrize("seed", range(30))
def test_words_are_found_and_scored_as_by_whoosh(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same documents at every run
    documents = some_documents(chance, chance.choice([1, 2, 3, 10, 40, 90]))
    folder = build(tmp_path / "index", documents)
    index = opened(folder)
    with Searcher(open_dir(str(folder)).reader(), weighting=_RarityTimesWeight()) as searcher:
        for _ in range(25):
            node = some_node(chance)
            assert found(node, index) == pytest.approx(by_whoosh(searcher, node), rel=1e-9), node
    index.close()


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[IndexDocument]]:
    """More documents than two blocks of postings hold."""
    chance = random.Random(4711)  # noqa: S311
    documents = [
        document(
            " ".join(
                [
                    "every",
                    *(word for word, of in (("second", 2), ("third", 3), ("rare", 999)) if number % of == 0),
                ]
            )
            + " dog" * chance.randrange(4)
            + (" last" if number == 4_999 else ""),
            chapter=f"c{number // 50}",
        )
        for number in range(5_000)
    ]
    return build(tmp_path_factory.mktemp("many") / "index", documents), documents


def test_words_in_many_blocks_are_found_and_scored_as_by_whoosh(
    many: tuple[Path, list[IndexDocument]],
) -> None:
    folder, documents = many
    index = opened(folder)
    vocabulary = ("every", "second", "third", "rare", "dog", "last", "unknown")
    nodes: list[Node] = [Word(word) for word in vocabulary]
    nodes += [
        kind((Word(a), Word(b))) for kind in (All, Any) for a in vocabulary for b in vocabulary if a < b
    ]
    nodes += [All((Word(a), Without(Word(b)))) for a in vocabulary for b in vocabulary if a != b]
    with Searcher(open_dir(str(folder)).reader(), weighting=_RarityTimesWeight()) as searcher:
        for node in nodes:
            assert found(node, index) == pytest.approx(by_whoosh(searcher, node), rel=1e-9), node
    assert list(index.postings(words.stem("every"))) == list(range(5_000))
    assert list(index.postings("last")) == [4_999]
    assert list(index.postings("rare")) == [n for n, one in enumerate(documents) if "rare" in one.text]
    index.close()


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "e",
            "e*",
            "e* OR s* OR t* OR r* OR d* OR l* " * 4,
            "every " * 24,
            "every NEAR/100 dog ",
            '"every second"',
        ),
        *(
            "every OR " * 23 + "dog ",
            "every " + "-dog " * 23,
            "NOT(every NEAR second) dog ",
            "title:e*",
            "(" * 12,
        ),
        *("authority:westshire", '"every dog" OR ' * 11 + "every ", "every NOT (dog OR (second third)) "),
    ],
    ids=lambda typed: typed[:24].strip(),
)
def test_hostile_queries_of_thousands_of_places_are_answered_in_a_moment(
    many: tuple[Path, list[IndexDocument]], typed: str
) -> None:
    engine = engine_over(many[0])
    start = time.perf_counter()
    found = answer(engine, typed)
    assert time.perf_counter() - start < 1.5
    assert all(hit.snippet.text for hit in found.hits)


def assert_postings_are_whooshs(folder: Path) -> None:
    index = opened(folder)
    reader = open_dir(str(folder)).reader()
    terms = [text for field, text in reader.all_terms() if field == TERMS]
    assert terms
    for term in terms:
        matcher = reader.postings(TERMS, term)
        one_by_one: dict[int, float] = {}
        while matcher.is_active():
            one_by_one[matcher.id()] = matcher.weight()
            matcher.next()
        assert index.postings(term.decode()) == one_by_one
        assert list(index.postings(term.decode())) == sorted(one_by_one)
        if not term.decode().startswith((TITLE, HEADING)):
            assert index.lexicon.stem_frequency(term.decode()) == len(one_by_one)
    assert index.lexicon.stem_count == sum(":" not in term.decode() for term in terms)
    assert index.postings("in no document") == {}
    reader.close()
    index.close()


def test_every_posting_of_many_blocks_is_the_one_that_whoosh_reads(
    many: tuple[Path, list[IndexDocument]],
) -> None:
    assert_postings_are_whooshs(many[0])


@pytest.mark.parametrize("count", [1, 2, 3, 60, 2_047, 2_048, 2_049])
def test_every_posting_is_the_one_that_whoosh_reads(tmp_path: Path, count: int) -> None:
    chance = random.Random(count)  # noqa: S311
    texts = [" ".join(["all", *chance.choices(ALPHABET, k=count % 7)]) for _ in range(count)]
    documents = [
        document(text, chapter=str(n), title="dog", heading=text[:6]) for n, text in enumerate(texts)
    ]
    assert_postings_are_whooshs(build(tmp_path / "index", documents))


def test_postings_are_the_same_when_hardly_any_are_kept(tmp_path: Path) -> None:
    documents = some_documents(random.Random(1), 50)  # noqa: S311
    folder = build(tmp_path / "index", documents)
    all_kept, none_kept = opened(folder), opened(folder, cached=1)
    for _ in range(2):
        for word in ALPHABET:
            assert none_kept.postings(words.stem(word)) == all_kept.postings(words.stem(word))
    all_kept.close()
    none_kept.close()


def test_a_word_is_as_rare_as_it_is_in_all_indexes_together(tmp_path: Path) -> None:
    one = opened(build(tmp_path / "one", [document("dog"), document("cat", chapter="c2")]), key=1)
    other = opened(
        build(tmp_path / "other", [document("dog", chapter=str(n)) for n in range(8)], manual=NORTHMERE),
        key=2,
    )
    together = found(Word("dog"), one, other)
    assert together == {0: pytest.approx(ranking.rarity(9, 10) * one.postings("dog")[0])}
    one.close()
    other.close()


def test_tokens_that_are_read_when_they_are_needed_say_what_those_in_memory_say(
    many: tuple[Path, list[IndexDocument]],
) -> None:
    """Few documents one by one, many in one stretch, forwards, backwards and here and there."""
    folder, documents = many
    kept = opened(folder)
    read = OpenIndex(folder, 2, PostingsCache(1), keeps_tokens=False)
    chance = random.Random(2)  # noqa: S311
    pattern = kept.pattern((words.stem("every"), words.stem("second")))
    assert pattern is not None
    for one, other in (("every", "second"), ("dog", "dog"), ("second", "third"), ("rare", "dog")):
        for node in (Phrase((one, other)), Near((one,), (other,), 3)):
            assert found(node, read) == found(node, kept)
    for count in (1, 99, 100, 101, 4_000):
        for order in (sorted, lambda chosen: sorted(chosen, reverse=True), list):
            chosen = order(chance.sample(range(len(documents)), count))
            expected = [number for number in chosen if number % 2 == 0]
            assert list(read.holding(chosen, pattern)) == list(kept.holding(chosen, pattern)) == expected
            read.let_go()
            assert [number for number in chosen if read.holds(number, pattern)] == expected
            assert all(read.part_holds(number, 2, pattern) for number in expected)
    read.close()
    kept.close()


def test_what_is_kept_of_an_index_goes_when_it_is_closed(tmp_path: Path) -> None:
    """Editions come and go all day: what nobody can ask for any more takes no room."""
    cache = PostingsCache(1_000_000)
    folder = build(tmp_path / "one", [document("dog cat"), document("cat", chapter="c2")])
    other = OpenIndex(build(tmp_path / "other", [document("dog")], manual=NORTHMERE), 1, cache)
    assert found(Word("dog"), other)
    alone = cache.held_bytes
    for key in range(2, 6):
        index = OpenIndex(folder, key, cache)
        assert found(Word("dog"), index, other)
        assert found(Word("cat"), index)
        assert cache.held_bytes > alone
        index.close()
        assert cache.held_bytes == alone, "the other's stay"
    other.close()
    assert cache.held_bytes == 0


def test_a_pattern_between_two_tokens_is_none(tmp_path: Path) -> None:
    """The last byte of one number and the first of the next make another number."""
    texts = [f"w{number}a w{number + 1}b w{number}a" for number in range(400)]
    index = opened(build(tmp_path / "index", chapters(*texts)))
    everything = list(range(400))
    for number in range(0, 400, 7):
        for row in ((f"w{number}a", f"w{number + 1}b"), (f"w{number + 1}b", f"w{number}a")):
            pattern = index.pattern(row)
            assert pattern is not None
            assert list(index.holding(everything, pattern)) == [number]
    index.close()


# ---- Phrases, nearness and parts, by the plainest reading of the texts.

LETTERS = ("a1", "b1", "c1", "visit", "visits", "section 47")
SHORT_TEXT = st.lists(st.sampled_from(LETTERS), max_size=6).map(" ".join)
DOCUMENTS = st.lists(
    st.builds(
        lambda text, title, heading, extra, division, number: document(
            text, title=title, heading=heading, extra=extra, division=division, chapter=f"c{number}"
        ),
        *(SHORT_TEXT, SHORT_TEXT, SHORT_TEXT, SHORT_TEXT, SHORT_TEXT, st.integers(0, 99)),
    ),
    min_size=1,
    max_size=5,
)
ROW = st.lists(st.sampled_from(["a1", "b1", "c1", "visiting", "s47", "unknown"]), min_size=1, max_size=3).map(
    tuple
)


def starts(part: Sequence[str], row: Iterable[str]) -> list[int]:
    stems = [words.stem(word) for word in row]
    return [place for place in range(len(part)) if list(part[place : place + len(stems)]) == stems]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("indexes")


@repeatable(40)
@given(DOCUMENTS, st.lists(st.tuples(ROW, ROW, st.integers(0, 5)), min_size=8, max_size=16))
def test_phrases_and_nearness_are_those_of_the_plainest_reading(
    places: Path, documents: list[IndexDocument], rows: list[tuple[tuple[str, ...], tuple[str, ...], int]]
) -> None:
    index = opened(build(places / "rows", documents))
    read = [parts_of(one) for one in documents]
    for one, other, distance in rows:
        expected = [n for n, parts in enumerate(read) if any(starts(part, one) for part in parts)]
        assert sorted(found(Phrase(one), index)) == expected
        near = [
            n
            for n, parts in enumerate(read)
            if any(
                0 < abs(a - b) <= distance
                for part in parts
                for a in starts(part, one)
                for b in starts(part, other)
            )
        ]
        assert sorted(found(Near(one, other, distance), index)) == near
        assert sorted(found(Near(other, one, distance), index)) == near
        for field, part in ((Field.TITLE, 0), (Field.HEADING, 1)):
            expected = [n for n, parts in enumerate(read) if starts(parts[part], one)]
            node = Word(one[0]) if len(one) == 1 else Phrase(one)
            assert sorted(found(InPart(field, node), index)) == expected
            beginning = one[0][:2]
            expected = [
                n
                for n, whole in enumerate(documents)
                if any(
                    words.stem(word) in set(stems_of((whole.title, whole.heading)[part]))
                    for known in documents
                    for text in (known.title, known.heading, known.text, known.extra, known.division)
                    for word in words.words(text)
                    if word.startswith(beginning)
                )
            ]
            assert sorted(found(InPart(field, Prefix(beginning)), index)) == expected
    index.close()


QUERIES = st.recursive(
    st.sampled_from(
        [
            *("a1", "b1", "c1", "visit", "visiting", "section 47", "47", "s4*", "v*", "a*", "unknown", "4*"),
            *(
                '"a1 b1"',
                '"visits section 47"',
                '"c1"',
                "a1 NEAR/1 b1",
                '"a1 b1" NEAR visit',
                "title:a1",
                "heading:v*",
            ),
            *('title:"a1 b1"', "title:(a1 OR c1)", "title:unknown", "title:47", "title:(a1 NEAR/1 b1)"),
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda of: " ".join(f"({one})" for one in of)),
        st.lists(inner, min_size=2, max_size=3).map(lambda of: " OR ".join(f"({one})" for one in of)),
        st.tuples(inner, inner).map(lambda of: f"({of[0]}) -({of[1]})"),
        st.tuples(inner, inner).map(lambda of: f"({of[0]}) OR (c1 NOT ({of[1]}))"),
    ),
    max_leaves=5,
)


class Plainest:
    """Which documents a query finds, by going through the texts of each."""

    def __init__(self, documents: list[IndexDocument]) -> None:
        self._parts = [parts_of(one) for one in documents]
        self._known = {word for one in documents for text in _texts(one) for word in words.words(text)}
        self._known |= {number for word in self._known if (number := words.law_number(word))}

    def found(self, node: Node) -> set[int]:
        return {number for number in range(len(self._parts)) if self._holds(node, self._parts[number])}

    def _holds(self, node: Node, parts: list[list[str]]) -> bool:  # noqa: PLR0911  # one for each kind of node
        match node:
            case Word():
                return words.stem(node.word) in _with_bare_numbers(parts)
            case Prefix():
                return bool(self._beginning_with(node.word) & _with_bare_numbers(parts))
            case Phrase():
                return any(starts(part, node.words) for part in parts)
            case Near():
                return any(
                    0 < abs(a - b) <= node.distance
                    for part in parts
                    for a in starts(part, node.one)
                    for b in starts(part, node.other)
                )
            case InPart():
                part = parts[0 if node.field is Field.TITLE else 1]
                match node.node:
                    case Prefix():
                        return bool(self._beginning_with(node.node.word) & _with_bare_numbers([part]))
                    case Word():
                        return words.stem(node.node.word) in _with_bare_numbers([part])
                    case _:
                        return self._holds(node.node, [part])
            case All():
                return all(self._holds(inner, parts) for inner in node.nodes)
            case Any():
                return any(self._holds(inner, parts) for inner in node.nodes)
            case Without():
                return not self._holds(node.node, parts)
            case _:
                raise AssertionError(node)

    def _beginning_with(self, prefix: str) -> set[str]:
        return {words.stem(word) for word in self._known if word.startswith(prefix)}


def _with_bare_numbers(parts: list[list[str]]) -> set[str]:
    stems = {stem for part in parts for stem in part}
    return stems | {number for stem in stems if (number := words.law_number(stem))}


@repeatable(40)
@given(DOCUMENTS, st.lists(QUERIES, min_size=6, max_size=12))
def test_what_any_query_finds_is_what_the_plainest_reading_of_it_finds(
    places: Path, documents: list[IndexDocument], typed: list[str]
) -> None:
    index = opened(build(places / "queries", documents))
    plainest = Plainest(documents)
    for one in typed:
        node = parse(f"{one} ").node
        assert node is not None
        assert set(found(node, index)) == plainest.found(node), one
        assert all(score >= 0.0 for score in found(node, index).values())
    index.close()


@repeatable(15)
@given(DOCUMENTS, st.lists(st.sampled_from(["a", "b1", "vis", "visit", "s", "s4", "unknown"]), min_size=1))
def test_beginnings_find_every_place_with_a_word_that_begins_so(
    places: Path, documents: list[IndexDocument], beginnings: list[str]
) -> None:
    index = opened(build(places / "beginnings", documents))
    for beginning in beginnings:
        held = {
            n
            for n, one in enumerate(documents)
            for part in _texts(one)
            for w in words.words(part)
            if w.startswith(beginning)
        }
        assert held <= set(found(Prefix(beginning), index))
        assert held <= set(found(Word(beginning, is_open=True), index))
    index.close()


def _texts(one: IndexDocument) -> tuple[str, ...]:
    return one.title, one.heading, one.text, one.extra, one.division


def test_a_phrase_does_not_go_from_one_part_or_place_into_the_next(tmp_path: Path) -> None:
    folder = build(
        tmp_path / "index",
        [
            document("cat dog", title="ant bee", heading="bee cat", extra="elk"),
            document("fox", chapter="c2", title="elk"),
        ],
    )
    index = opened(folder)
    assert found(Phrase(("ant", "bee", "bee")), index) == {}
    assert found(Phrase(("bee", "cat")), index).keys() == {0}
    assert found(Phrase(("dog", "elk")), index) == {}
    assert found(Near(("dog",), ("elk",), 100), index) == {}
    assert found(Phrase(("elk", "elk")), index) == {}
    assert found(Phrase(("unknown", "ant")), index) == {}
    index.close()


def test_phrases_are_found_among_more_words_than_two_bytes_number(tmp_path: Path) -> None:
    plain = [" ".join(f"w{n}x" for n in range(start, start + 6_700)) for start in range(0, 67_000, 6_700)]
    index = opened(
        build(tmp_path / "index", [document(text, chapter=str(n)) for n, text in enumerate(plain)])
    )
    assert index.lexicon.stem_count == 67_000
    assert found(Phrase(("w66998x", "w66999x")), index).keys() == {9}
    assert found(Phrase(("w66999x", "w66998x")), index) == {}
    assert found(Phrase(("w255x", "w256x", "w257x")), index).keys() == {0}
    assert found(Near(("w6700x",), ("w6705x",), 5), index).keys() == {1}
    assert found(Near(("w6699x",), ("w6700x",), 5), index) == {}
    index.close()


def test_a_word_of_two_bytes_is_not_found_across_two_others(tmp_path: Path) -> None:
    """The number of a stem may stand in the stream at an odd byte, between two tokens."""
    text = " ".join(f"n{first:03}" for first in range(600))
    documents = [
        document(text),
        *(document(f"n{a:03} n{a + 1:03}", chapter=str(a)) for a in range(0, 598, 7)),
    ]
    index = opened(build(tmp_path / "index", documents))
    for a in range(599):
        expected = {0} | ({a // 7 + 1} if a % 7 == 0 and a < 598 else set())
        assert found(Phrase((f"n{a:03}", f"n{a + 1:03}")), index).keys() == expected
        assert found(Phrase((f"n{a + 1:03}", f"n{a:03}")), index) == {}
    index.close()


@pytest.mark.parametrize("typed", ["section 47", "s47", "S.47", "ss 47", "Sections 47", '"section 47"', "47"])
def test_every_spelling_of_a_reference_finds_every_other(tmp_path: Path, typed: str) -> None:
    written = (
        "Section 47",
        "s.47",
        "s47(1)",
        "ss 47 and 48",
        "Sections 40, 47 or 51",
        "S47’s",
        "section\u00a047",
    )
    texts = [*(f"an enquiry under {one} begins" for one in written), "section 4", "s48", "reg 24"]
    index = opened(build(tmp_path / "index", chapters(*texts)))
    node = parse(f"{typed} ").node
    assert node is not None
    assert found(node, index).keys() == set(range(len(written)))
    index.close()


def test_a_bare_number_counts_less_for_a_section_than_the_section_does(tmp_path: Path) -> None:
    index = opened(
        build(tmp_path / "index", [document("under section 47"), document("on 47 days", chapter="c2")])
    )
    assert found(Word("s47"), index).keys() == {0}
    by_number = found(Word("47"), index)
    assert by_number[0] < by_number[1]
    index.close()


def test_a_word_in_the_title_counts_more_than_one_in_the_text(tmp_path: Path) -> None:
    documents = [
        document("dog", title="x1"),
        document("x1", chapter="c2", title="dog"),
        document("x2", chapter="c3"),
    ]
    index = opened(build(tmp_path / "index", documents))
    scores = found(Word("dog"), index)
    assert scores[1] > scores[0]
    index.close()


def test_a_word_being_typed_is_found_in_titles_in_its_other_forms(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("dog", title="Home visits")]))
    complete, being_typed = parse("title:visiting ").node, parse("title:visiting").node
    assert complete is not None
    assert being_typed is not None
    assert found(complete, index).keys() == {0}
    assert found(being_typed, index).keys() == {0}
    index.close()


def test_a_word_being_typed_finds_longer_words_however_few_they_are(tmp_path: Path) -> None:
    texts = ["care", "care", "care", "caressing"]
    index = opened(
        build(tmp_path / "index", [document(text, chapter=str(n)) for n, text in enumerate(texts)])
    )
    assert found(Word("cares", is_open=True), index).keys() == {0, 1, 2, 3}
    index.close()


def test_a_bare_number_finds_a_section_in_the_title_as_it_does_in_the_text(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("dog", title="Section 47 enquiries")]))
    assert found(InPart(Field.TITLE, Word("47")), index).keys() == found(Word("47"), index).keys()
    index.close()


def test_a_word_near_itself_stands_twice(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("dog cat dog"), document("dog", chapter="c2")]))
    assert found(Near(("dog",), ("dog",), 5), index).keys() == {0}
    index.close()


def test_nearness_in_a_long_text_takes_no_longer_than_its_length(tmp_path: Path) -> None:
    text = "x1 " * 5_000 + "w1 " * 300 + "y1 " * 5_000
    index = opened(build(tmp_path / "index", [document(text)]))
    start = time.perf_counter()
    assert found(Near(("x1",), ("y1",), 1), index) == {}
    assert time.perf_counter() - start < 1
    index.close()


@pytest.mark.parametrize("others", [0, 0xD800, 0x10000], ids=["few", "letters of pairs", "four bytes"])
def test_nearness_is_the_same_however_many_stems_there_are(tmp_path: Path, others: int) -> None:
    """Numbers of stems are letters to regular expressions, as long as they are small enough for that."""
    chance = random.Random(7)  # noqa: S311  # the same at every run
    alphabet = ("ant", "bee", "cat", "zebra", "zoo")  # the last ones have the highest numbers
    texts = [" ".join(chance.choices(alphabet, k=chance.randrange(30))) for _ in range(250)]
    documents = [
        document(text, title=" ".join(text.split()[:4]), chapter=f"c{number}")
        for number, text in enumerate(texts)
    ]
    read = [parts_of(one)[:3] for one in documents]
    documents.append(document(" ".join(f"m{number}x" for number in range(others)), chapter="many"))
    index = opened(build(tmp_path / "index", documents))
    rows = (("ant",), ("zoo",), ("bee", "cat"), ("zebra", "zebra"), ("zoo", "ant", "zoo"))
    for distance in (0, 1, 2, 5, 100):
        for one in rows:
            for other in rows:
                for field, part in ((None, None), (Field.TITLE, 0)):
                    near = Near(one, other, distance)
                    node = near if field is None else InPart(field, near)
                    expected = {
                        number
                        for number, parts in enumerate(read)
                        if any(
                            0 < abs(a - b) <= distance
                            for place, stems in enumerate(parts)
                            if part in {None, place}
                            for a in starts(stems, one)
                            for b in starts(stems, other)
                        )
                    }
                    assert found(node, index).keys() == expected, node
    index.close()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("paragraph 3.5 ", "see paragraph 3.5 of the guidance"),
        ("section 3.1 ", "see Section 3.1 below"),
        ("3.5 ", "see para 3.5"),
        ("regulation 24.1 ", "regulation 24.1 says"),
    ],
)
def test_a_numbered_paragraph_is_found_as_it_is_written(tmp_path: Path, typed: str, written: str) -> None:
    index = opened(build(tmp_path / "index", [document(written), document("else", chapter="c2")]))
    node = parse(typed).node
    assert node is not None
    assert found(node, index).keys() == {0}


def test_a_beginning_of_too_many_words_is_looked_for_in_the_most_frequent_and_that_is_said(
    tmp_path: Path,
) -> None:
    texts = [" ".join(f"w{number}x" for number in range(10)) for _ in range(2_100)]
    engine = engine_over(build(tmp_path / "index", [*chapters(*texts), document("wonder", chapter="last")]))
    cut, whole = answer(engine, "w* "), answer(engine, "wo* ")
    assert (cut.total, whole.total) == (2_100, 1)
    assert [note for note in cut.notes if "“w”" in note]
    assert whole.notes == ()
