"""The words of an index, packed in one piece."""

from __future__ import annotations

import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.search import words
from reader.search.lexicon import Lexicon
from tests.support.search_worlds import repeatable

# No word has lone surrogates: they are no letters.
WORD = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
FREQUENCY = st.integers(1, 2**31)
SURFACES = st.dictionaries(WORD, FREQUENCY, max_size=40)
CLOSE = st.dictionaries(st.text("ab\u00ff\U0010ffff", min_size=1, max_size=5), FREQUENCY, max_size=60)

HEADER_SIZE = struct.calcsize("=4sIIII")
NO_LEXICON = (ValueError, struct.error)


def lexicon_of(frequencies: dict[str, int]) -> Lexicon:
    stems = {word: words.stem(word) for word in frequencies}
    stem_frequencies: dict[str, int] = {}
    for word, stem in stems.items():
        stem_frequencies[stem] = max(stem_frequencies.get(stem, 0), frequencies[word])
    return Lexicon.of(stems, frequencies, stem_frequencies)


def beginning_with(frequencies: dict[str, int], prefix: str, budget: int) -> list[str]:
    """What the lexicon is to answer, worked out in the plainest way."""
    known = sorted((word for word in frequencies if word.startswith(prefix)), key=str.encode)
    known.sort(key=lambda word: -frequencies[word])
    chosen: list[str] = []
    for word in known:
        budget -= frequencies[word]
        if chosen and budget < 0:
            break
        chosen.append(word)
    return chosen


@repeatable()
@given(SURFACES | CLOSE)
def test_a_lexicon_is_read_back_as_it_was_written(frequencies: dict[str, int]) -> None:
    written = lexicon_of(frequencies)
    read = Lexicon.from_bytes(written.to_bytes())
    assert read.to_bytes() == written.to_bytes()
    assert dict(read.words()) == frequencies
    assert read.stem_count == len({words.stem(word) for word in frequencies})
    for word, frequency in frequencies.items():
        stem = words.stem(word)
        number = read.number(stem)
        assert number is not None
        assert read.stem(number) == stem
        assert read.stem_frequency(stem) == written.stem_frequency(stem) >= frequency
        assert (word, number) in read.beginning_with(word, 2**62)


@repeatable()
@given(SURFACES | CLOSE)
def test_the_number_of_a_stem_is_its_place_in_the_order(frequencies: dict[str, int]) -> None:
    lexicon = lexicon_of(frequencies)
    in_order = sorted({words.stem(word) for word in frequencies}, key=str.encode)
    assert [lexicon.stem(number) for number in range(lexicon.stem_count)] == in_order
    assert [lexicon.number(stem) for stem in in_order] == list(range(len(in_order)))


@repeatable()
@given(SURFACES | CLOSE, WORD)
def test_a_word_that_is_not_there_is_not_found(frequencies: dict[str, int], word: str) -> None:
    lexicon = lexicon_of(frequencies)
    assert (word in dict(lexicon.words())) == (word in frequencies)
    if word not in {words.stem(known) for known in frequencies}:
        assert lexicon.number(word) is None
        assert lexicon.stem_frequency(word) == 0


@repeatable(200)
@given(
    SURFACES | CLOSE,
    st.text("ab\u00ff\U0010ffff", max_size=3) | WORD,
    st.integers(-10, 2**33) | st.integers(0, 100),
)
def test_words_that_begin_so_are_those_of_the_plainest_search(
    frequencies: dict[str, int], prefix: str, budget: int
) -> None:
    found = lexicon_of(frequencies).beginning_with(prefix, budget)
    assert [word for word, _ in found] == beginning_with(frequencies, prefix, budget)


def test_the_most_frequent_word_comes_whatever_the_budget_is() -> None:
    lexicon = lexicon_of({"visit": 900, "visor": 5, "vista": 4})
    assert [word for word, _ in lexicon.beginning_with("vis", 10)] == ["visit"]
    assert [word for word, _ in lexicon.beginning_with("vis", 905)] == ["visit", "visor"]
    assert [word for word, _ in lexicon.beginning_with("vis", 909)] == ["visit", "visor", "vista"]
    assert lexicon.beginning_with("visits", 10) == []


def test_an_empty_lexicon_answers_too() -> None:
    lexicon = Lexicon.from_bytes(lexicon_of({}).to_bytes())
    assert lexicon.beginning_with("", 100) == []
    assert lexicon.number("child") is None
    assert list(lexicon.words()) == []


def test_every_cut_lexicon_is_refused() -> None:
    data = lexicon_of({"child": 3, "children": 2, "visit": 1, "éducation": 7}).to_bytes()
    for end in range(len(data)):
        with pytest.raises(NO_LEXICON):
            Lexicon.from_bytes(data[:end])


@pytest.mark.parametrize("more", [b"\0", b"\0\0\0\0", b"x" * 100])
def test_a_lexicon_with_something_behind_it_is_refused(more: bytes) -> None:
    with pytest.raises(NO_LEXICON):
        Lexicon.from_bytes(lexicon_of({"child": 3}).to_bytes() + more)


@repeatable(200)
@given(st.binary(max_size=300))
def test_bytes_that_are_no_lexicon_are_refused(data: bytes) -> None:
    with pytest.raises(NO_LEXICON):
        Lexicon.from_bytes(data)


@repeatable(200)
@given(
    st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1)
)
def test_a_header_that_promises_more_than_there_is_is_refused(
    one: int, two: int, three: int, four: int
) -> None:
    body = lexicon_of({"child": 3, "visit": 1}).to_bytes()[HEADER_SIZE:]
    header = struct.pack("=4sIIII", b"LEX1", one, two, three, four)
    if 4 * (3 * one + 2 * three) + two + four != len(body):
        with pytest.raises(NO_LEXICON):
            Lexicon.from_bytes(header + body)


def test_every_changed_byte_of_the_header_is_refused() -> None:
    data = lexicon_of({"child": 3, "children": 2, "visit": 1}).to_bytes()
    for place in range(HEADER_SIZE):
        for bit in range(8):
            changed = bytearray(data)
            changed[place] ^= 1 << bit
            with pytest.raises(NO_LEXICON):
                Lexicon.from_bytes(bytes(changed))


def test_no_changed_byte_makes_a_lookup_go_on_for_ever() -> None:
    """What lies behind the header is checked by the digests of the index: any answer will do, or an error."""
    data = lexicon_of({f"word{number}": number + 1 for number in range(40)}).to_bytes()
    start = time.perf_counter()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 0xFF
        try:
            lexicon = Lexicon.from_bytes(bytes(changed))
            lexicon.beginning_with("wo", 100)
            lexicon.number("word7")
            list(lexicon.words())
        except (ValueError, IndexError, struct.error):
            continue
    assert time.perf_counter() - start < 5


def test_a_hundred_thousand_words_are_looked_up_in_a_moment() -> None:
    lexicon = lexicon_of({f"w{number}x": number % 7 + 1 for number in range(100_000)})
    start = time.perf_counter()
    for number in range(1_000):
        assert lexicon.number(f"w{number}x") is not None
    assert len(lexicon.beginning_with("w", 10)) <= 10
    assert time.perf_counter() - start < 2
