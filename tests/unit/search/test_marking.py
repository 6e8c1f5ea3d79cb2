"""What is marked in a text, and the part of the text that is shown."""

from __future__ import annotations

import re
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.search import Marking, Snippet, make_snippet
from reader.search import words
from reader.search.marking import marking_of
from reader.search.query import Word, parse
from tests.support.search_worlds import answer, build, chapters, engine_over, opened, repeatable

MANUALS = (
    "The visits and visiting of a visitor. People visit a person, a man, some men. The child’s plan for children.",
    "Section 47 enquiries; s.20 agreements; Schedule 2, para 19C. O’Brien said: don't. Child protection plan 6.2.3.",
)


@pytest.fixture(scope="module")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("marking") / "index", chapters(*MANUALS))


def marked(folder: Path, typed: str, text: str) -> list[str]:
    marking = marking_of(parse(typed).node, [opened(folder)])
    return [text[start:end] for start, end in marking.marks(text)]


@pytest.mark.parametrize(
    ("typed", "text", "marks"),
    [
        ("visit ", "He visits, visiting; VISIT! A visitor revisits.", ["visits", "visiting", "VISIT"]),
        ("visiting ", "a visit", ["visit"]),
        ("child ", "Child’s children's CHILDREN childish", ["Child’s", "children's", "CHILDREN"]),
        ("person ", "People and a person", ["People", "person"]),
        ("section 47 ", "s47 s.47 Section\u00a047 SECTION 47A 47 s470", ["s47", "s.47", "Section\u00a047"]),
        ("s47 ", "under Section 47(1)", ["Section 47"]),
        ("S.20 ", "section 20 of", ["section 20"]),
        ("sch 2 para 19C ", "Schedule 2, paragraph 19c", ["Schedule 2", "paragraph 19c"]),
        ("47 ", "Section 47", ["47"]),
        (
            '"child protection" ',
            "Child-protection; child, protection. child of protection",
            ["Child-protection", "child, protection"],
        ),
        ('"section 47 enquiry"', "s.47 (enquiries) and an s47 enquiry", ["s.47 (enquiries", "s47 enquiry"]),
        (
            "visit*",
            "visits visitor visitation revisit visit’s",
            ["visits", "visitor", "visitation", "visit’s"],
        ),
        ("vis", "a visit, a vis, a vision", ["visit", "vis", "vision"]),
        ("section 4*", "Section 47, s4, s.5", ["Section 47", "s4"]),
        ("visit NEAR/2 child ", "the visits of children", ["visits", "children"]),
        ("title:visit ", "the visits", ["visits"]),
        ("visit OR child ", "visits of children", ["visits", "children"]),
        ("visit -child ", "visits of children", ["visits"]),
        ("6.2.3", "see 6.2.3 and 6-2-3 or 6.2.31", ["6.2.3", "6-2-3"]),
        ("what is the visit ", "What is the visit?", ["visit"]),
        ("status:new authority:child ", "new child", []),
        ("", "anything", []),
        ("-visit", "visits", []),
    ],
)
def test_words_are_marked_as_authors_write_them(
    index_folder: Path, typed: str, text: str, marks: list[str]
) -> None:
    assert marked(index_folder, typed, text) == marks


@pytest.mark.parametrize(
    "typed", ["c++ ", "a.c ", "[abc] ", "a{2} ", "$x^ ", "a\\d ", ".* ", "(?P<x>a) ", "x? ", "^child$ "]
)
def test_what_regular_expressions_take_for_signs_is_text(index_folder: Path, typed: str) -> None:
    assert marked(index_folder, typed, "zzz yyy 123 ]}\\") == []
    re.compile(marking_of(parse(typed).node, [opened(index_folder)]).pattern)


@repeatable(150)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(['"', "(", "visit", "s47", "*", "6.2.3", " ", "OR", "NEAR", "é"])).map(
        " ".join
    ),
    st.text(max_size=400)
    | st.lists(st.sampled_from([*MANUALS, "visit", "’", "s. 47", "\n", "é" * 200])).map(" ".join),
)
def test_marks_lie_in_the_snippet_in_order_and_apart(index_folder: Path, typed: str, text: str) -> None:
    marking = marking_of(parse(typed).node, [opened(index_folder)])
    assert_marks_are_sound(Snippet(text, marking.marks(text)))
    assert_marks_are_sound(make_snippet(text, marking))


def assert_marks_are_sound(snippet: Snippet) -> None:
    end = 0
    for start, own_end in snippet.marks:
        assert end <= start < own_end <= len(snippet.text)
        end = own_end


@repeatable(150)
@given(
    st.lists(st.sampled_from(["word", "child", "x" * 30, "a", "some"]), max_size=200).map(" ".join),
    st.sampled_from(["child", "x", "none", "word"]),
)
def test_a_snippet_is_a_short_part_of_the_text_with_whole_words(text: str, word: str) -> None:
    marking = Marking(rf"(?<!\w){word}(?!\w)")
    snippet = make_snippet(text, marking)
    inner = snippet.text.removeprefix("… ").removesuffix(" …")
    assert inner in text
    assert len(inner) <= 180
    assert set(inner.split()) <= set(text.split())
    assert bool(snippet.marks) == bool(marking.marks(text))
    assert all(snippet.text[start:end] == word for start, end in snippet.marks)


@repeatable(200)
@given(
    st.lists(
        st.text(st.characters(categories=("L", "Nd"), exclude_characters="İ"), min_size=1, max_size=8),
        min_size=1,
    ),
    st.sampled_from([" ", ", ", "-", "\n", ". ", " (", "/"]),
)
def test_every_word_of_a_text_in_any_script_is_marked_where_it_stands(
    written: list[str], between: str
) -> None:
    text = unicodedata.normalize("NFC", between.join(written))
    for word in set(words.words(text)) - words.STOP_WORDS:
        marks = [text[start:end] for start, end in marking_of(Word(word), []).marks(text)]
        assert marks
        assert all(word in words.words(mark) for mark in marks if mark.isascii())


def test_a_text_without_marks_shows_its_beginning() -> None:
    assert make_snippet("one two", Marking()) == Snippet("one two")
    assert make_snippet("word " * 100, Marking()).text == "word " * 35 + "word …"
    assert make_snippet("", Marking("x")) == Snippet("")


def test_a_snippet_shows_where_most_of_the_words_stand() -> None:
    text = f"child {'x ' * 200} child visit plan {'x ' * 200}"
    snippet = make_snippet(text, Marking("child|visit|plan"))
    assert len(snippet.marks) == 3
    assert snippet.text.startswith("… ")
    assert snippet.text.endswith(" …")


def test_other_terms_are_marked_too() -> None:
    assert Marking("(?<!\\w)(?:Kinship|family)(?!\\w)").words("Family and kinship; FAMILY") == (
        "family",
        "kinship",
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("visit ", "visit" * 40_000),
        ("visit ", "visi " * 40_000),
        ("visit*", "visit" + "’" * 100_000),
        ('"visit visit visit visit visit visit x1"', "visit " * 30_000),
        ('"visit child"', "visit" + "." * 200_000),
        ('"visit child"', "visit. " * 30_000),
        ("section 47 ", "section" + " " * 200_000),
        ("section 47 ", "s " * 100_000),
        ("s47 ", "section section " * 10_000),
        ("6.2.3.4.5.6.7.8", "6.2." * 40_000),
        ("visit child plan person section 47 ", "v c p " * 30_000),
        ("v* c* p* s* x* y* z*", "vcpsxyz" * 30_000),
    ],
    ids=lambda part: part[:14].strip(),
)
def test_marking_a_long_text_takes_no_longer_than_its_length(
    index_folder: Path, typed: str, text: str
) -> None:
    marking = marking_of(parse(typed).node, [opened(index_folder)])
    start = time.perf_counter()
    assert_marks_are_sound(make_snippet(text, marking))
    assert time.perf_counter() - start < 2


def test_a_word_of_very_many_forms_is_marked_in_a_pattern_of_bounded_length(tmp_path: Path) -> None:
    texts = [
        " ".join(f"begin{number}x" for number in range(start, start + 500)) for start in range(0, 3_000, 500)
    ]
    folder = build(tmp_path / "index", chapters(*texts))
    marking = marking_of(parse("begin").node, [opened(folder)])
    assert len(marking.pattern) < 1_000
    assert marking.words("begin7x beginning") == ("begin7x", "beginning")


def test_a_list_of_sections_is_found_by_its_first(index_folder: Path) -> None:
    assert marked(index_folder, "ss 31 and 38 ", "Sections 31 and 38 apply")[0] == "Sections 31"


@pytest.mark.parametrize("typed", ["s38 ", '"sections 31 and 38"'])
def test_each_section_of_a_list_is_marked_with_what_says_that_it_is_one(
    index_folder: Path, typed: str
) -> None:
    assert marked(index_folder, typed, "Sections 31 and 38 apply") == ["Sections 31 and 38"]


@pytest.mark.parametrize("typed", ["obrien ", "O'Brien ", "O’Brien "])
def test_a_word_with_an_apostrophe_inside_is_marked(index_folder: Path, typed: str) -> None:
    assert marked(index_folder, typed, "He saw O’Brien.") == ["O’Brien"]


def test_a_form_with_another_vowel_is_marked(index_folder: Path) -> None:
    assert marked(index_folder, "man ", "some men") == ["men"]


def test_words_joined_by_underscores_are_marked(index_folder: Path) -> None:
    assert marked(index_folder, "plan ", "child_plan.docx") == ["plan"]


def test_a_word_that_says_nothing_is_not_marked_while_it_is_typed(index_folder: Path) -> None:
    assert marked(index_folder, "visits to the", "visits to their home, the other") == ["visits"]


@pytest.mark.parametrize(
    "text",
    [
        "/".join(["abc"] * 80) + "/child/" + "/".join(["abc"] * 80),
        "See https://example.org/" + "a-b/" * 60 + "child-protection/" + "c-d/" * 60,
        "child/" + "x/" * 200,
        "子。" * 100 + "child。" + "子。" * 100,
    ],
    ids=["path", "address", "beginning", "Chinese"],
)
def test_a_word_in_a_long_text_without_spaces_is_shown(text: str) -> None:
    snippet = make_snippet(text, Marking(r"(?<!\w)child(?!\w)"))
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["child"]


def test_a_word_with_its_accent_apart_is_shown_composed_and_marked(tmp_path: Path) -> None:
    engine = engine_over(build(tmp_path / "index", chapters("the cafe\u0301 here")))
    (hit,) = answer(engine, "café").hits
    snippet = hit.snippet
    assert [snippet.text[start:end] for start, end in snippet.marks] == ["café"]
