"""Locations, manuals, contents lists, texts: the values that everything else is about."""

from __future__ import annotations

import pickle
import threading
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, ContentsList, Division, Form, Note, SeeAlso, Status, walk
from reader.domain.errors import BundleRefusedError, CancelledError, NotFoundError, ReaderError, Reason
from reader.domain.location import Location
from reader.domain.manual import Domain, Edition, Manifest, ManualId, Purpose, day
from reader.domain.provenance import Link, LinkKind, Provenance
from reader.domain.text import is_one_printable_line, one_line, slug, title_key
from tests.support.worlds import WESTSHIRE

ids = st.from_regex(r"[a-z][a-z0-9-]{1,40}", fullmatch=True)
chapter_ids = st.from_regex(r"[a-z0-9][a-z0-9-]{0,80}", fullmatch=True)
anchors = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,120}", fullmatch=True)


# Locations


@settings(deadline=None)
@given(
    st.builds(
        Location,
        st.builds(ManualId, ids, ids),
        st.none() | chapter_ids,
        st.none() | st.integers(1, 2**31 - 1),
        st.none() | anchors,
    )
)
def test_a_location_is_read_back_from_its_text(location: Location) -> None:
    assert Location.parse(str(location)) == location
    assert location.without_anchor().anchor is None


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_not_found(text: str) -> None:
    for candidate in (text, f"manual:{text}", f"manual:westshire/procedures/{text}", f"manual:a/b#{text}"):
        try:
            location = Location.parse(candidate)
        except NotFoundError:
            continue
        assert Location.parse(str(location)) == location


@pytest.mark.parametrize(
    "text",
    [
        "",
        "manual:",
        "manual:westshire",
        "manual:westshire/",
        "manual:Westshire/procedures",
        "manual:westshire/procedures/Home",
        "manual:westshire/procedures/../x",
        "manual:westshire/procedures/home/visits",
        "manual:westshire/procedures/home@",
        "manual:westshire/procedures/home@one",
        "manual:westshire/procedures/home@-1",
        "manual:westshire/procedures/home#",
        "manual:westshire/procedures/home#a b",
        "manual:westshire/procedures/home#a#b",
        "manual:westshire/procedures/home\n",
        "manual:westshire/procedures/home#a\n",
        " manual:westshire/procedures/home",
        "MANUAL:westshire/procedures/home",
        "file:///etc/passwd",
        "manual:westshire/procedures/home@٣٣",
    ],
)
def test_a_text_of_another_form_points_at_nothing(text: str) -> None:
    with pytest.raises(NotFoundError, match=r"points at no chapter|names no manual"):
        Location.parse(text)


@pytest.mark.parametrize(
    ("chapter", "edition", "anchor"),
    [
        ("", None, None),
        ("Home", None, None),
        ("home/visits", None, None),
        ("home\n", None, None),
        ("home", 0, None),
        ("home", -1, None),
        ("home", 2**31, None),
        ("home", None, ""),
        ("home", None, "an anchor with spaces"),
        ("home", None, "#a"),
    ],
)
def test_a_location_that_could_not_be_read_again_cannot_be_made(
    chapter: str, edition: int | None, anchor: str | None
) -> None:
    with pytest.raises(ValueError, match="no location"):
        Location(WESTSHIRE, chapter, edition, anchor)


def test_a_manual_is_named_by_authority_and_manual() -> None:
    assert ManualId.parse("westshire/procedures") == WESTSHIRE
    for text in (
        "westshire",
        "",
        "/",
        "westshire/",
        "Westshire/procedures",
        "a/b/c",
        "westshire/procedures\n",
    ):
        with pytest.raises(NotFoundError, match="names no manual"):
            ManualId.parse(text)


# Contents lists


def _list() -> ContentsList:
    return ContentsList(
        (
            Note("About this manual"),
            Chapter("intro", None, "Introduction"),
            Division(
                "1",
                "Assessment",
                (
                    Note("Of the division"),
                    Chapter("a", "1.1", "A", (Status.NEW, Status.UNDER_REVIEW)),
                    SeeAlso("B", chapter="b"),
                    Note("Of A"),
                    Division(None, "Inner", (Chapter("b", "1.2", "B"), Form("F", "x/y/forms/f.pdf"))),
                    Chapter("c", "1.1", "C"),
                ),
            ),
        )
    )


def test_chapters_stand_in_reading_order_with_their_divisions() -> None:
    contents = _list()
    assert [chapter.id for chapter in contents.chapters()] == ["intro", "a", "b", "c"]
    place = contents.place("b")
    assert place is not None
    assert [division.numbered_title for division in place.divisions] == ["1 Assessment", "Inner"]
    assert contents.place("none") is None


def test_see_alsos_notes_and_forms_belong_to_the_chapter_before_them() -> None:
    companions = {place.chapter.id: place.companions for place in _list().places()}
    assert [type(entry).__name__ for entry in companions["a"]] == ["SeeAlso", "Note"]
    assert [type(entry).__name__ for entry in companions["b"]] == ["Form"]
    assert companions["intro"] == companions["c"] == ()


def test_a_chapter_is_found_by_id_and_else_by_its_first_number() -> None:
    contents = _list()
    for name, expected in (("a", "a"), ("1.1", "a"), ("1.2", "b"), ("c", "c")):
        place = contents.find(name)
        assert place is not None
        assert place.chapter.id == expected
    assert contents.find("9.9") is None


def test_every_entry_is_walked_with_what_is_above_it() -> None:
    rows = [(type(entry).__name__, len(above)) for entry, above in walk(_list().entries)]
    assert rows == [
        ("Note", 0),
        ("Chapter", 0),
        ("Division", 0),
        ("Note", 1),
        ("Chapter", 1),
        ("SeeAlso", 1),
        ("Note", 1),
        ("Division", 1),
        ("Chapter", 2),
        ("Form", 2),
        ("Chapter", 1),
    ]


def test_a_status_is_written_for_people() -> None:
    assert [status.label for status in Status] == ["New", "Updated", "Under review", "To follow"]


# Texts


@given(st.text(max_size=60))
def test_one_line_of_any_text_is_one_printable_line(text: str) -> None:
    assert is_one_printable_line(one_line(text))
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    "character",
    ["\n", "\r", "\t", "\0", "\x1b", "\x85", "\u2028", "\u2029", "\u200b", "\u200e", "\u202e", "\u2066", "\u2069",
     "\ufeff", "\u00ad", "\ue000", "\ud800", "\U000e0041", "\ufff9"],
)  # fmt: skip
def test_a_character_that_could_mislead_is_on_no_line(character: str) -> None:
    assert not is_one_printable_line(f"Home{character}Visits")
    assert not is_one_printable_line(f"{character}Home Visits")
    assert character not in one_line(f"Home{character}Visits")


@pytest.mark.parametrize("text", ["Home Visits", "Café – “naïve” & <b>", "日本語", "🙂", ""])
def test_ordinary_text_is_one_printable_line(text: str) -> None:
    assert is_one_printable_line(text)
    assert one_line(text) == text


@given(st.text(max_size=120), st.integers(2, 80))
def test_a_slug_is_an_identifier_of_at_most_its_length(text: str, length: int) -> None:
    found = slug(text, length)
    assert len(found) <= length
    assert found == found.strip("-")
    assert set(found) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_a_slug_is_cut_between_words() -> None:
    assert slug("Children's Homes & Visits") == "childrens-homes-visits"
    assert slug("one two three", 9) == "one-two"
    assert slug("é ü") == "e-u"
    assert slug("日本") == ""


@given(st.text(max_size=40))
def test_titles_are_the_same_in_any_composition_and_case(text: str) -> None:
    key = title_key(text)
    assert title_key(unicodedata.normalize("NFC", text)) == title_key(unicodedata.normalize("NFD", text))
    assert title_key(f"  {text} ") == key


def test_titles_are_compared_without_case_quotes_and_ampersand() -> None:
    assert title_key("Children’s Homes & Visits") == title_key("CHILDREN'S  homes and visits")
    assert title_key("Home Visits") != title_key("Home Visit")


# Warnings, tokens, errors


def _edition(**changes: object) -> Edition:
    facts: dict[str, object] = {
        "id": WESTSHIRE,
        "authority_name": "Westshire Council",
        "title": "Procedures",
        "edition": 3,
        "label": "v87",
        "issued": date(2026, 1, 5),
        "effective_from": date(2026, 1, 12),
        "review_by": date(2027, 1, 5),
        "purpose": Purpose.PRACTICE,
        "note": None,
        **changes,
    }
    return Edition(Manifest(**facts), ContentsList(()), _provenance(), Domain.PINNED)  # type: ignore[arg-type]


def _provenance() -> Provenance:
    links = [Link(kind, 1, date(2028, 1, 1), (), 1, 1) for kind in LinkKind]
    return Provenance("abcd", tuple(links))


def test_an_edition_in_force_has_no_warnings() -> None:
    assert _edition().warnings(date(2026, 6, 1)) == ()
    assert _edition().manifest.edition_name == "edition 3 (v87)"
    assert day(date(2026, 2, 5)) == "5 February 2026"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    edition = Edition(_edition().manifest, ContentsList(()), _provenance(), Domain.SAMPLE, superseded_by=4)
    assert len(edition.warnings(date(2020, 1, 1))) == 4
    assert len(edition.warnings(date(2028, 1, 1))) == 3
    assert len(edition.warnings(date(2030, 1, 1))) == 4, "the trust files were to be renewed, too"


def test_a_token_stays_cancelled_and_is_seen_in_other_threads() -> None:
    token = CancelToken()
    token.raise_if_cancelled()
    thread = threading.Thread(target=token.cancel)
    thread.start()
    thread.join()
    assert token.is_cancelled
    with pytest.raises(CancelledError):
        token.raise_if_cancelled()
    assert not CancelToken().is_cancelled


def test_every_expected_failure_is_one_kind_of_error() -> None:
    error = BundleRefusedError(Reason.TAMPERED, "The chapter was changed.")
    assert isinstance(error, ReaderError)
    assert (error.reason, error.finding) == (Reason.TAMPERED, "The chapter was changed.")
    assert isinstance(pickle.loads(pickle.dumps(error)), BundleRefusedError)  # noqa: S301  # from the index's child
    assert issubclass(CancelledError, ReaderError)


@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_says_what_was_found_what_became_of_it_and_what_to_do(reason: Reason) -> None:
    error = BundleRefusedError(reason, "west.manual is odd.").with_outcome("Nothing of it was shown.")
    found, outcome, advice = "west.manual is odd.", "Nothing of it was shown.", error.explanation.advice
    assert str(error) == f"{found} {outcome} {advice}"
    for sentence in (error.explanation.happened, advice):
        assert sentence[0].isupper()
        assert sentence.endswith(".")
        for jargon in ("metadata", "hash", "sha256", "JSON", "zip", "root key", "threshold", "delegat"):
            assert jargon not in sentence


@pytest.mark.parametrize(("purpose", "is_warned"), [(Purpose.TRAINING, True), (Purpose.PRACTICE, False)])
def test_a_training_manual_says_so_wherever_it_is_shown(purpose: Purpose, is_warned: bool) -> None:
    day_of_use = date(2026, 3, 2)
    manifest = Manifest(
        ManualId("westshire", "procedures"), "Westshire Council", "Manual", 1, None,
        day_of_use, day_of_use, date(2027, 3, 2), purpose, None,
    )  # fmt: skip
    warnings = Edition(manifest, ContentsList(()), _provenance(), Domain.PINNED).warnings(day_of_use)
    assert any("training" in warning for warning in warnings) is is_warned
