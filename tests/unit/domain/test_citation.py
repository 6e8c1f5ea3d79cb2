"""Citations can be read again, whatever happened to their line breaks; their fingerprint sees every word."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.domain.citation import Citation, CitationStyle, fingerprint, is_link, read_citation
from reader.domain.contents import Passage
from reader.domain.location import Location
from reader.domain.manual import ManualId
from tests.support.search_worlds import repeatable

SALTBY = ManualId("saltby", "procedures")


def passage(text: str, heading: str = "2. Visits") -> Passage:
    return Passage("visits", heading, 2, text)


def citation(anchor: str | None = "visits", quote: str = "") -> Citation:
    return Citation(
        Location(SALTBY, "contact", 2, anchor),
        "Saltby Borough Council",
        "Procedures",
        "5.7 Contact",
        "2. Visits" if anchor else "",
        "edition 2 (February 2026)",
        date(2026, 2, 1),
        date(2026, 11, 22),
        fingerprint([passage("Within seven days.")]),
        quote,
    )


@pytest.mark.parametrize("style", CitationStyle)
@pytest.mark.parametrize("anchor", ["visits", None])
@pytest.mark.parametrize("between", [" ", "\n", "\u00a0 ", "\r\n  "])
def test_what_was_written_is_read_again(style: CitationStyle, anchor: str | None, between: str) -> None:
    one = citation(anchor)
    read = read_citation(f"See: {one.text(style)}, last line.".replace(" ", between))
    assert read is not None
    assert read.location == one.location
    assert read.edition == 2
    assert read.fingerprint == one.fingerprint


def test_a_link_alone_says_where_and_which_words() -> None:
    one = citation()
    read = read_citation(one.link)
    assert is_link(one.link)
    assert read is not None
    assert (read.location, read.fingerprint) == (one.location, one.fingerprint)


def test_quoted_words_stand_before_the_citation_and_are_read() -> None:
    read = read_citation(citation(quote="seven days").text(CitationStyle.PLAIN))
    assert read is not None
    assert read.quote == "seven days"


@pytest.mark.parametrize(
    "text", ["", "contact visits", "s47", "“family time”", "edition of the day", "text messages"]
)
def test_what_is_searched_for_is_no_citation(text: str) -> None:
    assert read_citation(text) is None


@pytest.mark.parametrize(
    "text",
    ["procedures://SALTBY/x/y", "procedures:/saltby", "procedures://saltby/procedures", "file:///etc/passwd"],
)
def test_what_is_no_link_is_none(text: str) -> None:
    assert not is_link(text)


def test_a_changed_word_changes_the_fingerprint_and_white_space_does_not() -> None:
    own = fingerprint([passage("Visit within 7 days.")])
    assert own == fingerprint([passage("Visit  within\u00a07 days. ")])
    assert own != fingerprint([passage("Visit within 9 days.")])
    assert own != fingerprint([passage("Visit within 7 days.", heading="3. Visits")])


@repeatable(200)
@given(st.text(max_size=300))
def test_any_text_is_a_citation_or_none_and_never_a_fault(text: str) -> None:
    read = read_citation(text)
    assert read is None or read.location or read.fingerprint or read.edition is not None


@repeatable(100)
@given(st.text(max_size=200), st.text(max_size=200))
def test_fingerprints_can_be_typed_again(heading: str, text: str) -> None:
    short = fingerprint([passage(text.replace("\ud800", ""), heading)])
    read = read_citation(f"text {short.lower().replace('-', '')}")
    assert read is not None
    assert read.fingerprint == short
