"""The one model that text, HTML and Markdown are turned into: the readable lines of a page, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reader.domain.text import one_line

_BULLET = re.compile(r"[ \t\u00a0\u200b\ufeff]*(?:[•·▪▫◦‣●○■□\uf0a7\uf0b7]|[-–—*+](?=\s|\d+\.))\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """One readable line.

    Attributes:
        position: Line of the file, or row of the page; counted from 1.
        text: One printable line, never empty.
        labels: What stands in cells or marked words of its own behind the text: statuses, dates, remarks.
        heading: Level of the heading that the line is, 0 when it is none.
        depth: How many lists the line stands in.
        joins_previous: Whether it goes on in the paragraph or cell of the line before it.
        href: Where the first link of the line leads, exactly as the page has it.
    """

    position: int
    text: str
    labels: tuple[str, ...] = ()
    heading: int = 0
    depth: int = 0
    joins_previous: bool = False
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of one page.

    Attributes:
        unit: What a position counts: "line" of the file, or "row" of the page.
        head_title: The title that an HTML page has beside its text.
    """

    lines: tuple[Line, ...]
    unit: str = "line"
    head_title: str | None = None


def clean(text: str) -> str:
    """The text on one printable line, with single spaces only."""
    return one_line(one_line(text))


def without_bullet(text: str) -> str:
    """The text behind a bullet that was typed before it; the text itself when there is none."""
    bullet = _BULLET.match(text)
    return text[bullet.end() :] if bullet else text


def has_words(text: str) -> bool:
    """Whether anything in a text is read aloud."""
    return any(character.isalnum() for character in text)


def word_key(text: str) -> str:
    """The text in the form in which fixed phrases are recognised: small letters, no full stop or colon behind."""
    return text.casefold().rstrip(" .:")


def word_set(words: str) -> frozenset[str]:
    """The words of a text that is a list of words, parted by spaces."""
    return frozenset(words.split())
