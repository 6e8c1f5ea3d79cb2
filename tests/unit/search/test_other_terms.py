"""Queries with a term of the sector in the place of another one that means the same."""

from __future__ import annotations

from reader.domain.vocabulary import Concept, Vocabulary
from reader.search.query import other_terms, parse

VOCABULARY = Vocabulary(
    (
        Concept("family-time", "family time", "process", same=("family contact",), typed=("contact",)),
        Concept(
            "kinship-care",
            "kinship care",
            "placement",
            same=("connected persons",),
            narrower=("temporary approval",),
        ),
        Concept("lado", "designated officer", "role", short=("LADO",)),
    )
)


def terms(typed: str) -> list[str]:
    return [term for term, _ in other_terms(parse(typed), VOCABULARY)]


def test_each_other_term_of_a_concept_is_looked_for() -> None:
    assert terms("family time") == ["contact", "family contact"]
    assert terms("lado") == ["designated officer"]


def test_a_word_that_people_type_finds_the_terms_of_its_concept() -> None:
    assert terms("contact") == ["family time", "family contact"]


def test_who_looks_for_the_concept_wants_its_parts_too_and_not_the_other_way_round() -> None:
    assert "temporary approval" in terms("kinship care")
    assert terms("temporary approval") == []


def test_the_other_words_of_the_query_stay() -> None:
    [(_, query), *_] = other_terms(parse("review contact weeks"), VOCABULARY)
    assert query.words == ("review", "weeks")
    assert query.phrases == (("family", "time"),)
    assert not query.is_last_word_open


def test_words_in_quotation_marks_stay_as_they_are_typed() -> None:
    assert terms('"family time"') == []


def test_words_that_are_no_terms_have_none() -> None:
    assert terms("review weeks") == []
    assert terms("") == []


def test_there_are_few_of_them_however_many_the_vocabulary_has() -> None:
    many = Vocabulary((Concept("x", "word", "group", same=tuple(f"term {n}" for n in range(50))),))
    assert len(list(other_terms(parse("word"), many))) == 6


def test_a_typed_word_does_not_tell_titles() -> None:
    assert VOCABULARY.in_words(("contact", "and", "referral")) == ("contact", "and", "referral")
    assert VOCABULARY.in_words(("family", "time")) == ("concept:family-time",)
