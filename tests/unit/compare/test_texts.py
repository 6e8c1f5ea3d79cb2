"""Chapters that say the same under titles that do not tell."""

from __future__ import annotations

from reader.compare.texts import ChapterText, text_matches
from reader.domain.contents import Passage
from reader.domain.vocabulary import Concept, Vocabulary

VOCABULARY = Vocabulary((Concept("family-time", "family time", "process", same=("contact with parents",)),))
VISITS = "The social worker sees the child alone at home and speaks with the carer about school"
PANEL = "The panel reads the papers and makes a recommendation to the decision maker about approval"
TIME = "Parents and relatives meet the child and a supervisor writes down what was seen"


def chapter(chapter_id: str, title: str, text: str, heading: str = "1. Aims") -> ChapterText:
    return ChapterText(chapter_id, title, (Passage("a", heading, 2, text),))


def pairs(first: list[ChapterText], second: list[ChapterText]) -> dict[str, str]:
    return {match.first: match.second for match in text_matches(first, second, VOCABULARY)}


def test_chapters_find_each_other_by_their_words() -> None:
    first = [chapter("a", "Seeing Children", VISITS), chapter("b", "Approval", PANEL)]
    second = [chapter("x", "Fostering Meetings", PANEL), chapter("y", "Home Calls", VISITS)]
    assert pairs(first, second) == {"a": "y", "b": "x"}


def test_terms_of_one_concept_are_one_word() -> None:
    first = [chapter("a", "Family time", "family time weekly"), chapter("b", "Approval", PANEL)]
    second = [
        chapter("x", "Contact with parents", "contact with parents weekly"),
        chapter("y", "Approvals", PANEL),
    ]
    assert pairs(first, second)["a"] == "x"


def test_a_chapter_that_nobody_else_has_finds_none() -> None:
    first = [chapter("a", "Seeing Children", VISITS), chapter("c", "Meeting Parents", TIME)]
    second = [chapter("y", "Home Calls", VISITS)]
    assert pairs(first, second) == {"a": "y"}


def test_two_chapters_that_are_equally_near_are_not_guessed() -> None:
    first = [chapter("a", "Seeing Children", VISITS), chapter("b", "Seeing Children Again", VISITS)]
    second = [chapter("y", "Home Calls", VISITS), chapter("z", "Approvals", PANEL)]
    assert pairs(first, second) == {}


def test_boxes_that_name_other_chapters_do_not_count() -> None:
    def with_box(chapter_id: str, text: str, box: str) -> ChapterText:
        passages = (Passage("a", "1. Aims", 2, text), Passage("b", "Related chapters", 2, box))
        return ChapterText(chapter_id, chapter_id, passages)

    first = [with_box("a", VISITS, PANEL), with_box("b", TIME, "")]
    second = [with_box("x", PANEL, ""), with_box("y", VISITS, ""), with_box("z", TIME, "")]
    assert pairs(first, second) == {"a": "y", "b": "z"}


def test_no_texts_have_no_pairs() -> None:
    assert pairs([], []) == {}
    assert pairs([chapter("a", "Visits", "")], [chapter("b", "Visits", "")]) == {}
