"""Words as the index holds them: people write one thing in many ways."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.search import words
from tests.support.search_worlds import repeatable

UNICODE = st.text(st.characters(), max_size=5_000)
LAW_PIECES = st.sampled_from(
    [
        *(
            "s",
            "ss",
            "S.",
            "section",
            "Sections",
            "reg",
            "regs.",
            "sch",
            "Schedule",
            "para",
            "paras",
            "article",
        ),
        *(" ", "  ", "\n", ",", " and ", " or ", "&", "-", "–", ".", "(", ")", "'", "’", "s", "£", "/"),
        *("1", "47", "19C", "1989", "20", "999", "a", "children", "é", "\u0301", "😀", "\ud800"),
    ]
)


@pytest.mark.parametrize(
    ("spellings", "folded"),
    [
        (["s47", "s.47", "s 47", "S 47", "S47", "S.47", "s. 47", "section 47", "Section  47"], ["s47"]),
        (["SECTION 47", "sect. 47", "sec. 47", "ss 47", "ss.47", "sections 47", "section47"], ["s47"]),
        (["Section\u00a047", "section\n47", "section\t47", "s.\u00a047", "S47's", "s47’s"], ["s47"]),
        (["reg 24", "reg. 24", "Reg.24", "reg24", "regulation 24", "Regulation\u00a024"], ["reg24"]),
        (["Sch 2", "sch.2", "Sch. 2", "sched 2", "Sched. 2", "schedule 2", "SCHEDULE 2"], ["sch2"]),
        (["para 19C", "para. 19c", "paragraph 19C", "para19c", "paras 19C"], ["para19c"]),
        (["art 8", "art. 8", "Article 8", "art8", "ARTICLE 8", "articles 8", "arts. 8"], ["art8"]),
        (["s20ZA", "section 20ZA", "s. 20za"], ["s20za"]),
        (["ss 31 and 38", "ss. 31 and 38", "sections 31 & 38", "Sections 31, 38", "ss31-38"], ["s31", "s38"]),
        (["sections 31 or 38", "sections 31 to 38", "sections 31–38", "ss 31 , 38"], ["s31", "s38"]),
        (["sections 20, 21 and 22", "ss 20, 21, 22", "Sections\n20,\n21\nand\n22"], ["s20", "s21", "s22"]),
        (["regs 4 to 6", "regulations 4 and 6", "regs. 4, 6"], ["reg4", "reg6"]),
        (["paras 3, 4A & 5", "paragraphs 3, 4a and 5"], ["para3", "para4a", "para5"]),
        (["schedules 1 and 2", "Schedules 1, 2"], ["sch1", "sch2"]),
        (["Schedule 2 para 19C", "Sch. 2, para. 19C", "Sch 2 (paragraph 19C)"], ["sch2", "para19c"]),
        (["paragraph 19C of Schedule 2", "para 19C of Sch 2"], ["para19c", "of", "sch2"]),
        (["CA 1989 s20(4)", "CA 1989, section 20 (4)", "ca 1989 S.20(4)"], ["ca", "1989", "s20", "4"]),
    ],
)
def test_a_reference_to_law_is_one_word_however_it_is_spelt(spellings: list[str], folded: list[str]) -> None:
    assert {spelling: words.words(spelling) for spelling in spellings} == dict.fromkeys(spellings, folded)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("children's 47", ["children", "47"]),
        ("children’s 47 visits", ["children", "47", "visits"]),
        ("the boys' 47", ["the", "boys", "47"]),
        ("parts 3", ["parts", "3"]),
        ("charts 8", ["charts", "8"]),
        ("class 5", ["class", "5"]),
        ("preschedule 2", ["preschedule", "2"]),
        ("non-section 47", ["non", "section", "47"]),
        ("s20 and 10 days", ["s20", "and", "10", "days"]),
        ("section 20 and 10 days", ["s20", "and", "10", "days"]),
        ("1 September 2024", ["1", "september", "2024"]),
        ("on 12/11/2024 at 10.30", ["on", "12", "11", "2024", "at", "10", "30"]),
        ("£47 or 10s 6d", ["47", "or", "10s", "6d"]),
        ("the 1990s 20", ["the", "1990s", "20"]),
        ("section 1989", ["section", "1989"]),
        ("s 2024", ["s", "2024"]),
        ("the section on 47 children", ["the", "section", "on", "47", "children"]),
        ("section four", ["section", "four"]),
        ("section 47abc", ["section", "47abc"]),
        ("s", ["s"]),
        ("the arts 8 pm", ["the", "arts", "8", "pm"]),
        ("sections 20 and 1989", ["s20", "and", "1989"]),
        ("sections 20 and 2.5 hours", ["s20", "and", "2", "5", "hours"]),
    ],
)
def test_what_only_looks_like_a_reference_to_law_stays_as_it_is(text: str, read: list[str]) -> None:
    assert words.words(text) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("child's child’s CHILD'S", ["child", "child", "child"]),
        ("children's children’s childrens'", ["children", "children", "childrens"]),
        ("parents' parents’", ["parents", "parents"]),
        ("O'Brien O’BRIEN obrien", ["obrien", "obrien", "obrien"]),
        ("don't don’t", ["dont", "dont"]),
        ("'quoted' ‘quoted’ “quoted”", ["quoted", "quoted", "quoted"]),
        ("rock'n'roll", ["rocknroll"]),
        ("a'b'c's", ["abc"]),
        ("''' ’’’ '", []),
        ("s's", ["s"]),
        ("snake_case __init__", ["snake", "case", "init"]),
        ("ex-partner e-mail", ["ex", "partner", "e", "mail"]),
        ("a\u200bb", ["a", "b"]),
        ("😀 child 👩‍👧", ["child"]),
        ("\ud800child\udfff", ["child"]),
        ("Ćirić Łódź Ωmega Дети 子供 أطفال", ["ćirić", "łódź", "ωmega", "дети", "子供", "أطفال"]),
        ("", []),
        ("\x00\x01\x7f", []),
    ],
)
def test_words_are_read_without_apostrophes_and_signs(text: str, read: list[str]) -> None:
    assert words.words(text) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("child", "children"),
        ("child", "childrens"),
        ("man", "men"),
        ("woman", "women"),
        ("person", "people"),
        ("person", "persons"),
        ("life", "lives"),
        ("wife", "wives"),
        ("visit", "visiting"),
        ("visit", "visits"),
        ("assessment", "assessments"),
        ("family", "families"),
        ("missing", "missed"),
    ],
)
def test_forms_of_one_word_have_one_stem(one: str, other: str) -> None:
    assert words.stem(one) == words.stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("s47", "s4"), ("s47", "47"), ("s20za", "s20z"), ("reg2", "reg24"), ("1989", "198"), ("дети", "дет")],
)
def test_different_references_and_numbers_keep_their_own_stems(one: str, other: str) -> None:
    assert words.stem(one) != words.stem(other)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        *(("s47", "47"), ("para19c", "19c"), ("sch2", "2"), ("reg24", "24"), ("art8", "8")),
        *(("47", None), ("s", None), ("children", None), ("s1989", None), ("covid19", None), ("", None)),
    ],
)
def test_a_reference_tells_its_bare_number(word: str, number: str | None) -> None:
    assert words.law_number(word) == number


@pytest.mark.parametrize(
    "written", ["Section 47", "section\u00a047", "S47", "s. 47", "s.47", "ss 47", "SECTIONS 47", "sect. 47"]
)
def test_the_pattern_of_a_reference_finds_every_spelling_of_it(written: str) -> None:
    assert re.fullmatch(words.as_written("s47"), written, re.IGNORECASE)


@pytest.mark.parametrize("written", ["section 4", "section 48", "reg 47", "47", "parts47"])
def test_the_pattern_of_a_reference_finds_no_other(written: str) -> None:
    assert not re.fullmatch(words.as_written("s47"), written, re.IGNORECASE)


def test_a_very_long_word_is_cut_and_still_meets_itself() -> None:
    long = "ab" * 50_000
    assert words.words(long) == [long[: words.MAX_WORD_LENGTH]]
    assert words.words(f"{long} child") == [*words.words(long), "child"]


@pytest.mark.parametrize(
    "text",
    [
        *("s 1, 2, 3, " * 20_000, "sections " * 20_000, "s" * 200_000, "s " * 100_000, "1, " * 100_000),
        *("'" * 200_000, "a'" * 100_000, "s" + " " * 200_000, "sections 1" + " " * 200_000 + "x"),
        *("sections 1" + ", 1" * 60_000 + ".", "sections 1 and " * 10_000, "-" * 200_000, "😀" * 100_000),
    ],
    ids=lambda text: text[:12].strip() or "signs",
)
def test_reading_a_long_text_takes_no_longer_than_its_length(text: str) -> None:
    start = time.perf_counter()
    words.words(text)
    assert time.perf_counter() - start < 2


@repeatable()
@given(UNICODE | st.lists(LAW_PIECES, max_size=60).map("".join))
def test_every_word_of_any_text_is_a_short_row_of_letters_and_digits(text: str) -> None:
    for word in words.words(text):
        assert word
        assert len(word) <= words.MAX_WORD_LENGTH
        assert all(character.isalnum() for character in word)
        assert word.encode()
        assert words.stem(word)


@repeatable()
@given(UNICODE | st.lists(LAW_PIECES, max_size=60).map("".join))
def test_small_and_capital_letters_are_read_alike(text: str) -> None:
    assert words.words(text.lower()) == words.words(text)


@repeatable()
@given(st.lists(LAW_PIECES, max_size=40).map("".join))
def test_words_that_were_read_are_read_again_as_themselves(text: str) -> None:
    """Each word by itself: what the index holds is what a query for it looks for."""
    for word in words.words(text):
        assert words.words(word) == [word]


@repeatable()
@given(
    st.sampled_from(["s", "s.", "ss", "section", "sections", "Section", "SECTION", "sect.", "ss."]),
    st.sampled_from(["", " ", "  ", "\u00a0", "\n"]),
    st.integers(1, 999),
    st.sampled_from(["", "a", "ZA", "B"]),
    st.sampled_from(["", " ", ".", ",", "(1)", " of the Act", "’s", ";", ")"]),
)
def test_any_spelling_of_any_section_is_one_word(
    part: str, space: str, number: int, letters: str, after: str
) -> None:
    written = f"{part}{space}{number}{letters}"
    read = words.words(f"under {written}{after}")
    assert read[:2] == ["under", f"s{number}{letters.lower()}"]
    assert re.fullmatch(words.as_written(read[1]), written, re.IGNORECASE)


@repeatable()
@given(
    st.lists(st.integers(1, 999), min_size=2, max_size=6),
    st.sampled_from([" and ", " or ", " to ", "–", "&"]),
)
def test_every_section_of_a_list_is_named(numbers: list[int], last: str) -> None:
    listed = ", ".join(map(str, numbers[:-1])) + f"{last}{numbers[-1]}"
    assert words.words(f"Sections {listed} apply") == [*(f"s{number}" for number in numbers), "apply"]


def test_a_list_of_sections_may_have_a_comma_before_its_and() -> None:
    assert words.words("sections 20, 21, and 22") == ["s20", "s21", "s22"]


def test_a_list_of_sections_may_name_subsections() -> None:
    assert "s38" in words.words("sections 31(2) and 38(1)")


def test_several_inquiries_under_a_section_are_named_by_its_plural() -> None:
    assert words.stem(words.words("S47s")[0]) == "s47"


def test_section_may_be_shortened_without_a_full_stop() -> None:
    assert words.words("sec 47, sect 47") == ["s47", "s47"]


def test_a_letter_with_its_accent_apart_is_the_same_letter() -> None:
    assert words.words("cafe\u0301") == words.words("café")
