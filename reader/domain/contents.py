"""The contents list of a manual: divisions, chapters, see-alsos, notes and forms, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a contents list says of a chapter beside its title. Two can stand at once."""

    NEW = "new"
    UPDATED = "updated"
    UNDER_REVIEW = "under-review"
    TO_FOLLOW = "to-follow"

    @property
    def label(self) -> str:
        """The status as it stands on screen."""
        return self.value.replace("-", " ").capitalize()


class Held(StrEnum):
    """Where the text of a chapter is."""

    INCLUDED = "included"
    LISTED = "listed"
    EXTERNAL = "external"


@dataclass(frozen=True, slots=True)
class Note:
    """A free remark. It belongs to the entry that it follows, or to its division when it comes first."""

    text: str


@dataclass(frozen=True, slots=True)
class SeeAlso:
    """A pointer beside a chapter.

    Attributes:
        source: Who holds what it points at, when that is another body's manual, library or website.
        chapter: Id of the chapter of the same manual that it points at.
    """

    title: str
    source: str | None = None
    chapter: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A document of the bundle's documents library. `file` is the target inside the bundle."""

    title: str
    file: str
    review_by: date | None = None

    @property
    def file_name(self) -> str:
        """How a location names it ("contact-agreement.docx")."""
        return self.file.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One procedure. `id` is its identity for ever; number and title may change between editions.

    Attributes:
        revised: The date that the contents list gives for the row.
        held: Where its text is; `file` names the target inside the bundle exactly when it is included.
        source: The other publisher's manual or site that holds the text, exactly as the list words it.
    """

    id: str
    number: str | None
    title: str
    statuses: tuple[Status, ...] = ()
    revised: date | None = None
    held: Held = Held.LISTED
    file: str | None = None
    source: str | None = None
    note: str | None = None

    @property
    def numbered_title(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class Division:
    """A section or subsection. Either of number and title may be missing, never both."""

    number: str | None
    title: str | None
    entries: tuple[Entry, ...] = ()

    @property
    def numbered_title(self) -> str:
        """As it stands on screen; a division without a title of its own is "Section 4"."""
        if not self.title:
            return f"Section {self.number}"
        return f"{self.number} {self.title}" if self.number else self.title


Entry = Division | Chapter | SeeAlso | Note | Form


@dataclass(frozen=True, slots=True)
class ChapterPlace:
    """A chapter with the divisions above it, outermost first, and the entries that belong to it.

    `companions` are the see-alsos and notes that stand between the chapter and the next chapter or division.
    """

    chapter: Chapter
    divisions: tuple[Division, ...]
    companions: tuple[SeeAlso | Note | Form, ...]


@dataclass(frozen=True, slots=True)
class ContentsList:
    """The tree of a manual. Chapter ids are unique in it."""

    entries: tuple[Entry, ...]
    _places: dict[str, ChapterPlace] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: dict[str, ChapterPlace] = {}
        for place in _places(self.entries, ()):
            places[place.chapter.id] = place
        object.__setattr__(self, "_places", places)

    def chapters(self) -> Iterator[Chapter]:
        """Every chapter, in the order of the list."""
        return (place.chapter for place in self._places.values())

    def places(self) -> Iterator[ChapterPlace]:
        """Every chapter with its divisions and companions, in the order of the list."""
        return iter(self._places.values())

    def place(self, chapter_id: str) -> ChapterPlace | None:
        """The chapter of an id, or None."""
        return self._places.get(chapter_id)

    def find(self, id_or_number: str) -> ChapterPlace | None:
        """The chapter that an id names, else the first one with that number, or None."""
        by_id = self._places.get(id_or_number)
        if by_id is not None:
            return by_id
        return next((p for p in self._places.values() if p.chapter.number == id_or_number), None)


def path_of(divisions: tuple[Division, ...]) -> str:
    """Divisions, outermost first, on one line."""
    return " › ".join(division.numbered_title for division in divisions)


def walk(
    entries: tuple[Entry, ...], divisions: tuple[Division, ...] = ()
) -> Iterator[tuple[Entry, tuple[Division, ...]]]:
    """Every entry with the divisions above it, in reading order; a division comes before its entries."""
    for entry in entries:
        yield entry, divisions
        if isinstance(entry, Division):
            yield from walk(entry.entries, (*divisions, entry))


def _places(entries: tuple[Entry, ...], divisions: tuple[Division, ...]) -> Iterator[ChapterPlace]:
    for index, entry in enumerate(entries):
        if isinstance(entry, Division):
            yield from _places(entry.entries, (*divisions, entry))
        elif isinstance(entry, Chapter):
            companions: list[SeeAlso | Note | Form] = []
            for follower in entries[index + 1 :]:
                if isinstance(follower, Chapter | Division):
                    break
                companions.append(follower)
            yield ChapterPlace(entry, divisions, tuple(companions))


@dataclass(frozen=True, slots=True)
class Passage:
    """The part of a chapter under one heading, as plain text.

    Attributes:
        anchor: The id of the heading; None for what stands before the first heading.
        level: 1 to 6; 0 for what stands before the first heading.
        box: The class of the box that it stands in ("related"), or None.
        pictures: What the pictures in it show, as their alternative texts say.
    """

    anchor: str | None
    heading: str
    level: int
    text: str
    box: str | None = None
    pictures: tuple[str, ...] = ()
