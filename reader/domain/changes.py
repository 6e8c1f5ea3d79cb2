"""What differs between two editions of a manual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reader.domain.contents import ContentsList, Passage, Status
from reader.domain.manual import ManualId


class Kind(StrEnum):
    """What happened to a chapter. Several can have happened at once."""

    NEW = "new"
    GONE = "gone"
    RENAMED = "renamed"
    RENUMBERED = "renumbered"
    MOVED = "moved"
    TEXT = "text"
    TEXT_ADDED = "text-added"
    TEXT_GONE = "text-gone"
    STATUS = "status"


class WordKind(StrEnum):
    """What happened to some words."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Words:
    """Some words in a row, and what happened to them."""

    kind: WordKind
    text: str


@dataclass(frozen=True, slots=True)
class PassageChange:
    """A passage of one chapter in two editions.

    Attributes:
        before: The passage as it was; None when it is new.
        after: The passage as it is; None when it is gone.
        words: Its words in order, with what happened to them; the heading is not among them.
        is_moved: Whether it stands in another order among the passages that both editions have.
    """

    before: Passage | None
    after: Passage | None
    words: tuple[Words, ...]
    is_moved: bool = False

    @property
    def heading(self) -> str:
        """Its heading as it is now, or as it was."""
        found = self.after or self.before
        return found.heading if found else ""

    @property
    def is_renamed(self) -> bool:
        return (
            self.before is not None and self.after is not None and self.before.heading != self.after.heading
        )


@dataclass(frozen=True, slots=True)
class ChapterEntry:
    """A chapter's place in one edition."""

    number: str | None
    title: str
    division: str
    statuses: tuple[str, ...]

    @property
    def numbered_title(self) -> str:
        return f"{self.number} {self.title}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class ChapterChange:
    """What happened to one chapter. `passages` are those that changed, in their order."""

    id: str
    kinds: tuple[Kind, ...]
    before: ChapterEntry | None
    after: ChapterEntry | None
    passages: tuple[PassageChange, ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether more than its status, its number and what it says of its own changes is another."""
        if set(self.kinds) - {Kind.STATUS, Kind.RENUMBERED, Kind.TEXT}:
            return True
        return any(not _is_amendment(passage) for passage in self.passages)

    @property
    def is_listed(self) -> bool:
        """Whether the manual itself says that the chapter changed: by its status, or by its note of amendments."""
        if self.after is None:
            return False
        is_marked = bool({"new", "updated"} & set(self.after.statuses))
        return is_marked or any(_is_amendment(passage) for passage in self.passages)


@dataclass(frozen=True, slots=True)
class ChangedChapter:
    """A chapter of an installed manual that is another than it was, to be looked at.

    Attributes:
        manual: Its manual.
        current: The edition in force.
        before: The edition that it is held against.
        change: What happened to it.
        is_seen: Whether the person has opened it since it is as it is.
    """

    manual: ManualId
    current: int
    before: int
    change: ChapterChange
    is_seen: bool = False

    @property
    def is_gone(self) -> bool:
        return self.change.after is None

    @property
    def title(self) -> str:
        entry = self.change.after or self.change.before
        return entry.numbered_title if entry else self.change.id


def _is_amendment(passage: PassageChange) -> bool:
    """Whether a passage is the chapter's own note of its amendments."""
    return any(side is not None and side.box == "amendment" for side in (passage.before, passage.after))


@dataclass(frozen=True, slots=True)
class FileChange:
    """A form or picture that is new, gone or of other bytes."""

    file: str
    title: str | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class EditionText:
    """One edition, as far as it is compared.

    Attributes:
        passages: The passages of each chapter whose text is held, by id.
        files: The hash of every form and picture, by place in the manual ("forms/plan.docx").
    """

    manual: ManualId
    authority_name: str
    title: str
    edition: int
    label: str | None
    effective_from: date
    contents: ContentsList
    passages: dict[str, tuple[Passage, ...]]
    files: dict[str, str]

    @property
    def name(self) -> str:
        return f"edition {self.edition} ({self.label})" if self.label else f"edition {self.edition}"


@dataclass(frozen=True, slots=True)
class EditionChanges:
    """Every difference between two editions of one manual, in the order of the newer contents list."""

    before: EditionText
    after: EditionText
    chapters: tuple[ChapterChange, ...]
    files: tuple[FileChange, ...]

    @property
    def not_listed(self) -> tuple[ChapterChange, ...]:
        """Chapters that changed and that the newer edition does not call changed; gone ones it cannot."""
        return tuple(
            one for one in self.chapters if one.is_real and not one.is_listed and one.after is not None
        )

    @property
    def not_changed(self) -> tuple[ChapterEntry, ...]:
        """Chapters that the newer edition calls new or updated, and in which nothing else differs."""
        real = {one.id for one in self.chapters if one.is_real}
        return tuple(
            ChapterEntry(
                chapter.number, chapter.title, "", tuple(status.value for status in chapter.statuses)
            )
            for chapter in self.after.contents.chapters()
            if {Status.NEW, Status.UPDATED} & set(chapter.statuses) and chapter.id not in real
        )

    def count(self, kind: Kind) -> int:
        """How many chapters something happened to."""
        return sum(kind in chapter.kinds for chapter in self.chapters)
