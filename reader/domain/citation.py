"""Citations: where words were read, written so that another reader can check them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from reader.domain.contents import Passage
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.manual import day

LINK_SCHEME: Final = "procedures:"
# Crockford's alphabet: nothing in it is mistaken for something else when it is read out or typed again.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FINGERPRINT_LENGTH: Final = 10
_FINGERPRINT: Final = re.compile(
    r"\b(?:text|fingerprint)[ :=]{1,2}([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{2})\b",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"(?:procedures://|manual:)(?P<path>[a-z][a-z0-9-]*/[a-z][a-z0-9-]*/[a-z0-9][a-z0-9-]*)"
    r"(?:@(?P<edition>[0-9]{1,10}))?(?P<text>\?text=[0-9A-Za-z-]{10,12})?(?:#(?P<anchor>[A-Za-z0-9][A-Za-z0-9._:-]*))?"
)
_EDITION: Final = re.compile(r"\bedition (?P<number>[0-9]{1,9})\b", re.IGNORECASE)
_QUOTED: Final = re.compile(r"[“\"](?P<words>[^”\"]{3,})[”\"]\s*\(")
_SPACES: Final = re.compile(r"\s+")
_SENTENCE_END: Final = ".,;:)>]’”"


class CitationStyle(Enum):
    """How a citation is written."""

    PLAIN = "plain"
    COURT = "court"


@dataclass(frozen=True, slots=True)
class Citation:
    """Where words were read.

    Attributes:
        location: With its edition, and the anchor of the passage where it is not the whole chapter.
        title: Number and title of the chapter.
        heading: The passage's heading; "" for the whole chapter.
        edition: "edition 3 (April 2026)".
        fingerprint: What `fingerprint` makes of the words under the location.
        quote: The words that are quoted; "" when none are.
    """

    location: Location
    authority: str
    manual: str
    title: str
    heading: str
    edition: str
    effective_from: date
    read_on: date
    fingerprint: str
    quote: str = ""

    @property
    def link(self) -> str:
        """A link to these very words: `procedures://AUTHORITY/MANUAL/CHAPTER@EDITION?text=FINGERPRINT#ANCHOR`."""
        place = str(self.location.without_anchor()).removeprefix("manual:")
        anchor = f"#{self.location.anchor}" if self.location.anchor else ""
        return f"{LINK_SCHEME}//{place}?text={self.fingerprint}{anchor}"

    def text(self, style: CitationStyle) -> str:
        """The citation on one line.

        The court's style goes by OSCOLA (4th edition, "Websites and blogs"): author, title in quotation marks, date in
        brackets, address in angle brackets, date of access.
        """
        words = self._court() if style is CitationStyle.COURT else self._plain()
        return f"“{self.quote}” ({words})" if self.quote else words

    def _plain(self) -> str:
        passage = f", “{self.heading}”" if self.heading else ""
        return (
            f"{self.authority}, {self.manual}, {self.title}{passage}, {self.edition}, in force from"
            f" {day(self.effective_from)}. Read on {day(self.read_on)}. Text {self.fingerprint}. {self._address}"
        )

    def _court(self) -> str:
        passage = f", ‘{self.heading}’" if self.heading else ""
        return (
            f"{self.authority}, ‘{self.title}’{passage} in {self.manual} ({self.edition}, in force from"
            f" {day(self.effective_from)}) <{self._address}> accessed {day(self.read_on)} [text {self.fingerprint}]"
        )

    @property
    def _address(self) -> str:
        """The link without the fingerprint, which stands beside it."""
        return f"{LINK_SCHEME}//{str(self.location).removeprefix('manual:')}"


@dataclass(frozen=True, slots=True)
class CitedWords:
    """What a text says that it cites. Anything may be missing from it.

    Attributes:
        location: Where its link leads; None where it holds no link.
        edition: The number that its words name.
        fingerprint: Of the words that were cited.
        quote: The words that it quotes.
    """

    location: Location | None
    edition: int | None
    fingerprint: str | None
    quote: str


def fingerprint(passages: Iterable[Passage]) -> str:
    """A short fingerprint of words: ten letters and figures for 50 bits of their SHA-256.

    White space and typographic forms of one character make no difference, every word does. Whoever wants to deceive
    must find another text with the same 50 bits, and still has no signature for it.
    """
    parts = [part for passage in passages for part in (passage.heading, passage.text) if part]
    words = _SPACES.sub(" ", unicodedata.normalize("NFC", "\n".join(parts))).strip()
    number = int.from_bytes(hashlib.sha256(words.encode()).digest()[:7], "big") >> 6
    signs = "".join(_ALPHABET[number >> (5 * place) & 31] for place in reversed(range(_FINGERPRINT_LENGTH)))
    return f"{signs[:4]}-{signs[4:8]}-{signs[8:]}"


def read_citation(text: str) -> CitedWords | None:
    """What a text cites; None when it holds neither a link nor a fingerprint nor the number of an edition."""
    text = _SPACES.sub(" ", text).strip()
    link = _LINK.search(text)
    signs = _FINGERPRINT.search(text)
    edition = _EDITION.search(text)
    if link is None and signs is None and edition is None:
        return None
    location = _location_of(link) if link else None
    short = "-".join(group.upper() for group in signs.groups()) if signs else None
    if link is not None and link["text"] and short is None:
        plain = link["text"].removeprefix("?text=").replace("-", "").upper()
        is_whole = len(plain) == _FINGERPRINT_LENGTH and all(sign in _ALPHABET for sign in plain)
        short = f"{plain[:4]}-{plain[4:8]}-{plain[8:]}" if is_whole else None
    number = location.edition if location and location.edition else None
    if number is None and edition is not None:
        number = int(edition["number"])
    quoted = _QUOTED.match(text)
    return CitedWords(location, number, short, quoted["words"] if quoted else "")


def is_link(text: str) -> bool:
    """Whether a text is one link to a chapter and nothing else."""
    return text.startswith(LINK_SCHEME) and _LINK.fullmatch(text) is not None


def _location_of(link: re.Match[str]) -> Location | None:
    edition = f"@{link['edition']}" if link["edition"] else ""
    anchor = (link["anchor"] or "").rstrip(_SENTENCE_END)
    try:
        return Location.parse(f"manual:{link['path']}{edition}{f'#{anchor}' if anchor else ''}")
    except NotFoundError:
        return None
