"""Reading lists: made of places that are installed, and looked through for what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from reader.domain.citation import Citation
from reader.domain.errors import BundleRefusedError, NotFoundError, StorageError
from reader.domain.location import Location
from reader.domain.reading_list import PrintedList, ReadingItem, ReadingList
from reader.services.citations import CitationService
from reader.services.snapshot import LibrarySnapshot


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item, and what is wrong with it here; "" when it opens as it was meant.

    Attributes:
        location: Where to read it: the pinned edition, or the one in force where that is not installed; None when
            nothing of it is here.
    """

    item: ReadingItem
    problem: str
    location: Location | None


class ReadingListService:
    """Makes items, and says what of a list is not here."""

    def __init__(self, citations: CitationService, today: Callable[[], date]) -> None:
        self._citations = citations
        self._today = today

    def item(self, snapshot: LibrarySnapshot, location: Location, remark: str) -> ReadingItem:
        """An item for a chapter, or for the passage at an anchor, pinned to its edition.

        Raises:
            NotFoundError: when it is not installed, or is no chapter.
            BundleRefusedError: when the chapter was changed since it was signed.
            StorageError: when the bundle cannot be read.
        """
        cited = self._citations.cite(snapshot, location)
        return ReadingItem(cited.location, _title(cited), cited.edition, remark, cited.fingerprint)

    def checked(self, snapshot: LibrarySnapshot, reading_list: ReadingList) -> tuple[CheckedItem, ...]:
        """Every item with what is wrong with it."""
        return tuple(self._checked(snapshot, item) for item in reading_list.items)

    def _checked(self, snapshot: LibrarySnapshot, item: ReadingItem) -> CheckedItem:
        location = item.location
        try:
            current = snapshot.get(location.manual, None, self._today())
        except NotFoundError:
            return CheckedItem(item, f"The manual {location.manual} is not installed.", None)
        numbers = {bundle.edition.manifest.edition for bundle in snapshot.editions(location.manual)}
        if location.edition not in numbers:
            name = current.edition.manifest.edition_name
            wanted = item.edition or f"edition {location.edition}"
            missing = f"{wanted[0].upper()}{wanted[1:]} is not installed"
            there = current.edition.contents.place(location.chapter or "")
            if there is None:
                return CheckedItem(item, f"{missing}, and {name} does not hold this chapter.", None)
            return CheckedItem(
                item,
                f"{missing}: {name} opens in its place.",
                Location(location.manual, location.chapter, None, location.anchor),
            )
        try:
            cited = self._citations.cite(snapshot, location)
        except (NotFoundError, BundleRefusedError, StorageError) as error:
            return CheckedItem(item, str(error), None)
        if location.anchor is not None and cited.location.anchor is None:
            return CheckedItem(item, "This edition has no such passage: the chapter opens.", cited.location)
        if item.fingerprint and cited.fingerprint != item.fingerprint:
            return CheckedItem(item, "Its words are not those that the list was made with.", location)
        return CheckedItem(item, "", location)


def printed(reading_list: ReadingList, checked: tuple[CheckedItem, ...]) -> PrintedList:
    """A list as it goes on paper."""
    places = tuple((one.location, one.item.remark) for one in checked if one.location is not None)
    return PrintedList(reading_list.title, places, tuple(missing_lines(checked)))


def missing_lines(checked: tuple[CheckedItem, ...]) -> list[str]:
    """What is missing, a line for each item that has something wrong."""
    return [f"{one.item.title}: {one.problem}" for one in checked if one.problem]


def _title(cited: Citation) -> str:
    passage = f": {cited.heading}" if cited.heading else ""
    return f"{cited.title}{passage} ({cited.authority})"
