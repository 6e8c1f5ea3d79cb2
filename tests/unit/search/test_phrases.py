"""Phrases that an index knows beforehand: where they stand is noted, and nobody can tell from the answers."""

from __future__ import annotations

import random
from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.cancel import CancelToken
from reader.domain.search import IndexDocument
from reader.domain.vocabulary import Concept, Vocabulary
from reader.search import words
from reader.search.engine import SearchEngine
from reader.search.evaluation import Evaluation
from reader.search.impacts import STEPS, Impacts, ImpactsWriter
from reader.search.indexer import IMPACTS
from reader.search.open_index import OpenIndex
from reader.search.phrases import PhraseFinder
from reader.search.query import Phrase
from reader.search.terms import Terms
from tests.support.search_worlds import (
    EVERYWHERE,
    WESTSHIRE,
    build,
    document,
    opened,
    parts_of,
    repeatable,
    stems_of,
)

WORDS = ("ant", "bee", "cat", "dog", "visits", "visiting", "section 47")
ROWS = (
    ("ant", "bee"),
    ("ant", "ant"),
    ("ant", "ant", "bee"),
    ("bee", "cat", "dog"),
    ("visit", "visit"),
    ("s47", "visit"),
    ("cat", "dog", "cat", "dog"),
    ("dog", "unknown"),
    ("47", "ant"),
)


def some_documents(chance: random.Random, count: int) -> list[IndexDocument]:
    def text(most: int) -> str:
        return " ".join(chance.choices(WORDS, k=chance.randrange(most)))

    return [
        document(text(14), chapter=f"c{number}", title=text(4), heading=text(3), extra=text(3))
        for number in range(count)
    ]


def stands_in(row: tuple[str, ...], one: IndexDocument) -> bool:
    return any(
        part[place : place + len(row)] == list(row) for part in parts_of(one) for place in range(len(part))
    )


@given(
    st.lists(st.integers(0, 4), max_size=30),
    st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=4).map(tuple), max_size=12),
)
@repeatable(400)
def test_the_rows_of_a_text_are_found_as_by_looking_at_each_place(
    text: list[int], rows: list[tuple[int, ...]]
) -> None:
    """The number 5 stands for a stem that no text holds."""
    names = {str(number): number for number in range(5)}
    named = tuple(dict.fromkeys(tuple(str(number) for number in row) for row in rows))
    finder = PhraseFinder(named, names.get)
    expected = {
        row
        for row in named
        if any([str(n) for n in text[place : place + len(row)]] == list(row) for place in range(len(text)))
    }
    found = list(finder.found(array("I", text)))
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_noted_is_what_the_tokens_say(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # the same at every run
    documents = some_documents(chance, 60)
    noting = opened(build(tmp_path / "noting", documents, phrases=ROWS))
    reading = opened(build(tmp_path / "reading", documents), key=2)
    for row in ROWS:
        noted = noting.phrased(row)
        assert noted is not None
        assert noting.notes(row)
        assert not reading.notes(row)
        assert reading.phrased(row) is None
        assert list(noted.documents) == [n for n, one in enumerate(documents) if stands_in(row, one)]
        stems = dict.fromkeys(row)
        rows = [noting.row(stem) for stem in stems]
        assert list(noted.sums) == [
            sum(one.steps[number] for one in rows if one is not None) for number in noted.documents
        ]
        assert scores(noting, row) == scores(reading, row)
    assert noting.phrased(("bee", "ant")) is None
    assert scores(noting, ("bee", "ant")) == scores(reading, ("bee", "ant"))


def scores(index: OpenIndex, row: tuple[str, ...]) -> dict[int, float]:
    return dict(Evaluation([index], CancelToken()).found(Phrase(row), index))


def test_a_phrase_counts_the_mean_of_its_words(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("ant bee ant")], phrases=[("ant", "bee")]))
    noted = index.phrased(("ant", "bee"))
    assert noted is not None
    mean = (index.postings("ant")[0] + index.postings("bee")[0]) / 2
    assert noted.sums[0] / STEPS / 2 == pytest.approx(mean)


VOCABULARY = Vocabulary(
    (
        Concept("kin", "ant bee", "group", same=("bee cat dog", "visiting visits", "dog")),
        Concept("law", "section 47 visit", "law", same=("cat ant",), short=("bee bee",)),
    )
)
CHANGED = Vocabulary(
    (
        Concept("kin", "ant bee", "group", same=("cat cat", "visiting visits", "bee dog")),
        Concept("other", "dog dog", "group", same=("ant cat",)),
    )
)


@pytest.mark.parametrize("vocabulary", [VOCABULARY, CHANGED], ids=["as it was", "changed since"])
def test_answers_are_the_same_whether_phrases_were_noted_or_not(
    tmp_path: Path, vocabulary: Vocabulary
) -> None:
    """Also when the vocabulary changed after the index was built: what is not noted is looked for."""
    chance = random.Random(3)  # noqa: S311
    documents = some_documents(chance, 300)
    noted = Terms(VOCABULARY).phrases()
    folders = [
        build(tmp_path / "noting", documents, manual=WESTSHIRE, phrases=noted),
        build(tmp_path / "reading", documents, manual=WESTSHIRE),
    ]
    engines = [SearchEngine(lambda: vocabulary) for _ in folders]
    try:
        for engine, folder in zip(engines, folders, strict=True):
            assert engine.use([folder]) == ()
        for _ in range(120):
            typed = " ".join(chance.choices(WORDS, k=chance.randrange(1, 6))) + chance.choice(["", " "])
            one, other = (engine.search(typed, EVERYWHERE, 30, CancelToken()) for engine in engines)
            assert one == other
            assert one.total
    finally:
        for engine in engines:
            engine.close()


def test_the_phrases_of_a_vocabulary_are_its_terms_of_several_words_by_their_stems() -> None:
    assert set(Terms(VOCABULARY).phrases()) == {
        ("ant", "bee"),
        ("bee", "cat", "dog"),
        ("visit", "visit"),
        ("s47", "visit"),
        ("cat", "ant"),
        ("bee", "bee"),
    }
    assert SearchEngine(lambda: VOCABULARY).phrases == Terms(VOCABULARY).phrases()
    assert all(tuple(stems_of(" ".join(row))) == row for row in Terms(VOCABULARY).phrases())
    assert SearchEngine().phrases == ()


def test_phrases_that_stand_nowhere_are_known_all_the_same(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("ant")], phrases=[("ant", "ant"), ("é", "ß")]))
    for row in (("ant", "ant"), ("é", "ß")):
        noted = index.phrased(row)
        assert noted is not None
        assert not noted.documents
    nothing = opened(build(tmp_path / "nothing", [], phrases=[("ant", "ant")]), key=2)
    noted = nothing.phrased(("ant", "ant"))
    assert noted is not None
    assert not noted.documents


def test_impacts_give_phrases_back_as_they_were_written(tmp_path: Path) -> None:
    writer = ImpactsWriter()
    writer.add({"ant": 200, "bee": 100}, [("ant", "bee"), ("ant", "ant")])
    writer.add({"ant": 1})
    writer.add({"ant": 255, "bee": 255}, [("ant", "bee")])
    writer.write(
        tmp_path / IMPACTS, ("ant", "bee"), {"a": ("ant",)}, [("ant", "bee"), ("ant", "ant"), ("x", "y")]
    )
    impacts = Impacts(tmp_path / IMPACTS)
    both, twice, nowhere = (impacts.of_phrase(row) for row in (("ant", "bee"), ("ant", "ant"), ("x", "y")))
    assert both is not None
    assert twice is not None
    assert nowhere is not None
    assert (both.documents.tolist(), both.sums.tolist()) == ([0, 2], [300, 510])
    assert (twice.documents.tolist(), twice.sums.tolist()) == ([0], [200])
    assert nowhere.documents.tolist() == []
    assert impacts.of_phrase(("y", "x")) is None
    beginning = impacts.of_beginning("a")
    assert beginning is not None
    assert beginning.steps == impacts.of_stem(0).steps == bytes((200, 1, 255))
    impacts.close()


def test_a_phrase_of_a_file_that_was_cut_after_it_was_opened_is_an_error(tmp_path: Path) -> None:
    writer = ImpactsWriter()
    writer.add({"ant": 9}, [("ant", "ant")])
    file = tmp_path / IMPACTS
    writer.write(file, ("ant",), {}, [("ant", "ant")])
    impacts = Impacts(file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="cut short"):
        impacts.of_phrase(("ant", "ant"))
    impacts.close()


def test_words_are_found_by_their_stem_among_those_that_begin_so(tmp_path: Path) -> None:
    index = opened(build(tmp_path / "index", [document("visit visits visiting visitor vista men man")]))
    assert index.forms("visit") == ("visit", "visiting", "visits")
    assert set(index.forms(words.stem("men"))) == {"man", "men"}
    assert index.forms("unknown") == ()
