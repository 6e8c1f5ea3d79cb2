"""The sector's vocabulary: a file that people read and add to, and terms that stand for one concept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.errors import StorageError
from reader.domain.vocabulary import Concept, Vocabulary, words_of
from reader.search.query import OneMeaning, parse
from reader.search.terms import Terms
from reader.store.places import vocabulary_file
from reader.store.vocabulary import read_vocabulary

SHIPPED = read_vocabulary(vocabulary_file())


def _write(folder: Path, text: str) -> Path:
    file = folder / "vocabulary.toml"
    file.write_text(text, encoding="utf-8")
    return file


def _every_term(concept: Concept) -> Iterator[str]:
    yield from (*concept.terms(), *concept.narrower, *concept.typed)


def test_the_vocabulary_that_comes_with_the_program_is_whole() -> None:
    terms = [term for concept in SHIPPED.concepts for term in (*concept.terms(), *concept.narrower)]
    assert len(SHIPPED.concepts) >= 450
    assert len(terms) >= 2000
    assert sum(1 for concept in SHIPPED.concepts if concept.source) >= 200


def test_no_term_is_one_or_two_letters() -> None:
    """Such a term would be found in ordinary words ("do", "is") or stand for many things ("PA", "EP")."""
    every = ((concept.id, term) for concept in SHIPPED.concepts for term in _every_term(concept))
    assert not [(id_, term) for id_, term in every if re.fullmatch(r"[a-z]{1,2}", "".join(words_of(term)))]


@pytest.mark.parametrize(
    "words",
    [
        "prevent, cutting, contact, do, sin, dash, pace, met, par, app, cop, ace, ico",
        "guardian, participation, letterbox, surrogacy, probation, need to know, out of hours",
    ],
)
def test_words_that_mean_much_else_tell_no_title(words: str) -> None:
    assert not list(SHIPPED.runs(words_of(words)))


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


@pytest.mark.parametrize(
    ("concept", "terms"),
    [
        ("looked-after-children", "LAC; CLA; CiC; CioC; looked after; child in care; cared for child"),
        (
            "decision-to-look-after",
            "decision to look after; deciding to look after a child",
        ),
        ("child-sexual-exploitation", "CSE; sexual exploitation; child sexual exploitation"),
        ("pledge", "pledge; our promise; promises"),
        ("confidentiality", "confidentiality; confidentiality policy"),
        ("looked-after-children", "children in our care; looked-after child; children looked after"),
        ("family-time", "family time; contact arrangements; family contact"),
        ("kinship-care", "kinship care; family and friends care; kinship carers"),
        ("section-47", "s47; S.47; section 47; section 47 enquiries; child protection enquiry"),
        ("section-17", "s17; section 17; child in need; CIN"),
        ("section-20", "s20; section 20; voluntary accommodation"),
        ("police-protection", "section 46; s46; police protection"),
        ("lado", "LADO; local authority designated officer"),
        ("public-law-outline", "PLO; public law outline"),
        ("emergency-protection-orders", "EPO; EPOs; emergency protection order; section 44"),
        ("special-guardianship", "SGO; SGOs; special guardianship order"),
        ("independent-reviewing-officers", "IRO; IROs; independent reviewing officer"),
        ("mash", "MASH; multi-agency safeguarding hub"),
        ("mace", "MACE; multi-agency child exploitation meeting"),
        (
            "unaccompanied-children",
            "UASC; unaccompanied migrant child; unaccompanied asylum seeking child; unaccompanied migrant children",
        ),
        ("ehcp", "EHCP; EHCPs; education, health and care plan"),
        ("deprivation-of-liberty", "DoLS; deprivation of liberty; deprivation of liberty safeguards"),
        ("interim-care-orders", "interim care order; interim care orders"),
        ("family-assistance-orders", "FAO; family assistance order"),
        ("practice-reviews", "LCSPR; SCR; serious case review"),
        ("designated-safeguarding-lead", "DSL; designated safeguarding lead"),
        ("senco", "SENCO; special educational needs co-ordinator"),
        ("cafcass", "CAFCASS; Children and Family Court Advisory and Support Service"),
        ("childrens-guardian", "children's guardian; guardian ad litem; Cafcass guardian"),
        ("icb", "ICB; integrated care board; clinical commissioning group"),
        ("honour-based-abuse", "HBA; honour-based violence"),
        ("non-accidental-injury", "NAI; non-accidental injury"),
        ("regulation-24", "Regulation 24; Reg 24; temporary approval of connected persons"),
        ("regulation-44", "Regulation 44; Reg 44 visits; regulation 33 visits"),
        ("children-act-1989", "Children Act 1989; CA 1989; CA89; 1989 Act"),
        ("adoption-and-children-act-2002", "Adoption and Children Act 2002; ACA 2002"),
        ("children-and-families-act-2014", "Children and Families Act 2014; CFA 2014"),
        ("mental-capacity", "Mental Capacity Act 2005; MCA 2005; MCA"),
        (
            "care-planning-regulations-2010",
            "Care Planning, Placement and Case Review (England) Regulations 2010; Care Planning Regulations",
        ),
    ],
)
def test_what_people_say_for_one_thing_is_one_concept(concept: str, terms: str) -> None:
    for term in terms.split("; "):
        found = SHIPPED.in_words(words_of(term))
        assert found[0] == f"concept:{concept}", term
        assert set(found[1:]) <= {"visit"}, term
        [(start, _, by_run), *_] = SHIPPED.runs(words_of(term))
        assert (start, by_run.id) == (0, concept)


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("contact", "family-time"),
        ("prevent", "radicalisation"),
        ("guardian", "childrens-guardian"),
        ("ICO", "interim-care-orders"),
        ("section 8", "section-8-orders"),
        ("section 34", "family-time"),
        ("out of hours", "edt"),
    ],
)
def test_a_word_that_is_typed_for_a_concept_is_found_by_search_alone(typed: str, concept: str) -> None:
    node = Terms(SHIPPED).widen(parse(f"{typed} ")).node
    assert isinstance(node, OneMeaning)
    [name] = [known.name for known in SHIPPED.concepts if known.id == concept]
    assert node.others[0][0] == name
    assert not list(SHIPPED.runs(words_of(typed)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Adoption Panel", "Fostering Panel"),
        ("Placements with Connected Persons", "Kinship Care"),
        ("Supervision Policy", "Supervision Orders"),
        ("Care Orders", "Interim Care Orders"),
        ("Care Orders", "Child Arrangements Orders"),
        ("Initial Child Protection Conferences", "Review Child Protection Conferences"),
        ("Child Arrangements Orders", "Child Arrangements Order Allowances"),
        ("Foster Care", "Long Term Foster Care"),
        ("Placement Disruption", "Adoption Disruption"),
        ("Allegations Against Foster Carers", "Allegations Against Prospective Adopters"),
        ("Scheme of Delegated Authority", "Delegated Authority"),
        ("Secure Accommodation", "Secure Accommodation Reviews"),
        ("Children Act 1989", "Children Act 2004"),
        ("Human Rights Act 1998", "HRA 2017"),
        ("Forced Marriage", "Honour Based Abuse"),
        ("Children Missing Education", "Elective Home Education"),
        ("Restorative Justice", "Restorative Practice"),
        ("Regulation 44", "Regulation 45"),
        ("Child Exploitation", "Child Sexual Exploitation"),
        ("Confidentiality", "Information Sharing"),
    ],
)
def test_look_alikes_stay_apart(one: str, other: str) -> None:
    found = SHIPPED.in_words(words_of(one)), SHIPPED.in_words(words_of(other))
    assert not set(found[0]) & {token for token in found[1] if token.startswith("concept:")}


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
