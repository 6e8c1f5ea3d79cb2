"""Reading lists: places to read in an order, each in one edition, with remarks; made to be handed out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reader.domain.location import Location

READING_LIST_SUFFIX: Final = ".readinglist"


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """One place of a list.

    Attributes:
        location: With the edition that it is pinned to.
        title: Number and title of the chapter, and the authority: what to look for where it is not installed.
        edition: "edition 3 (April 2026)".
        fingerprint: Of the words there (see `domain.citation.fingerprint`); "" where they are not held.
    """

    location: Location
    title: str
    edition: str
    remark: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class ReadingList:
    """An ordered, titled set of places. `id` is lasting: the same list, taken in again, takes its own place."""

    id: str
    title: str
    remark: str = ""
    items: tuple[ReadingItem, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedList:
    """A list as it goes on paper.

    Attributes:
        places: What is here, in order: each with the person's remark.
        missing: What of the list is not here, a sentence each.
    """

    title: str
    places: tuple[tuple[Location, str], ...]
    missing: tuple[str, ...]
