"""The sector's vocabulary: a file that people read and add to, and terms that stand for one concept."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.errors import StorageError
from reader.domain.vocabulary import Concept, Vocabulary, words_of
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary

SHIPPED = read_vocabulary(vocabulary_file())


def _write(folder: Path, text: str) -> Path:
    file = folder / "vocabulary.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_vocabulary_that_comes_with_the_program_is_whole() -> None:
    terms = [term for concept in SHIPPED.concepts for term in (*concept.terms(), *concept.narrower)]
    assert len(SHIPPED.concepts) >= 140
    assert len(terms) >= 800
    assert sum(1 for concept in SHIPPED.concepts if concept.source) >= 45


@pytest.mark.parametrize(
    "council", ["lancashire", "leicester", "bedford", "cambridge", "westmorland", "furness"]
)
def test_no_term_names_a_council(council: str) -> None:
    assert not [
        term for concept in SHIPPED.concepts for term in concept.terms() if council in term.casefold()
    ]


@pytest.mark.parametrize("concept", SHIPPED.concepts, ids=lambda concept: concept.id)
def test_every_term_stands_for_its_concept(concept: Concept) -> None:
    for term in concept.terms():
        assert SHIPPED.in_words(words_of(term)) == (f"concept:{concept.id}",)
    assert SHIPPED.name_of(f"concept:{concept.id}") == concept.name


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Children in our Care Reviews", ["concept:looked-after-reviews"]),
        ("Placements with Connected Persons", ["placement", "with", "concept:connected-persons"]),
        ("Adoption Reviews", ["adoption", "review"]),
        ("LAC and UASC", ["concept:looked-after-children", "and", "concept:unaccompanied-children"]),
    ],
)
def test_the_longest_term_counts(text: str, tokens: list[str]) -> None:
    assert list(SHIPPED.in_words(words_of(text))) == tokens


@given(st.text(max_size=200))
def test_any_text_is_read_and_no_word_is_lost(text: str) -> None:
    words = words_of(text)
    found = SHIPPED.in_words(words)
    kept = [word for word in found if not word.startswith("concept:")]
    assert len(found) <= len(words)
    assert all(word in words for word in kept)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "format"),
        ("format = 2\n[concept]\n", "format"),
        ("format = 1\n[concept.a-b]\nname = 'x'\nkind = 'thing'\n", "kind"),
        ("format = 1\n[concept.a-b]\nkind = 'risk'\n", "name"),
        ("format = 1\n[concept.a-b]\nname = '...'\nkind = 'risk'\n", "holds no word"),
        ("format = 1\n[concept.'A b']\nname = 'x'\nkind = 'risk'\n", "A b"),
        ("format = 1\n[concept.ab]\nname = 'x'\nkind = 'risk'\nother = 1\n", "other"),
        (
            "format = 1\n[concept.ab]\nname = 'kin'\nkind = 'risk'\n[concept.cd]\nname = 'Kin'\nkind = 'risk'\n",
            "“Kin” stands under ab and under cd",
        ),
        ("format = [", "not written as TOML"),
    ],
)
def test_a_vocabulary_that_cannot_be_used_says_where_and_why(tmp_path: Path, text: str, words: str) -> None:
    file = _write(tmp_path, text)
    with pytest.raises(StorageError) as error:
        read_vocabulary(file)
    assert str(file) in str(error.value)
    assert words in str(error.value)


def test_a_missing_vocabulary_says_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be read"):
        read_vocabulary(tmp_path / "none.toml")


def test_an_empty_vocabulary_changes_nothing() -> None:
    assert Vocabulary().in_words(("kinship", "care")) == ("kinship", "care")
