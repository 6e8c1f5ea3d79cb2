"""What the person writes: bookmarks, highlights and notes in their folders; and where they were when they left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from reader.domain.location import Location


class Colour(StrEnum):
    """The colour of a highlight. Each is told by its line as well as by its colour."""

    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PINK = "pink"


class Verdict(StrEnum):
    """What became of a bookmark in a newer edition."""

    SAME = "same"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"
    UNSURE = "unsure"

    @property
    def label(self) -> str:
        """The verdict as it stands on screen."""
        return _LABELS[self]


_LABELS = {
    Verdict.SAME: "Same text",
    Verdict.MOVED: "Moved",
    Verdict.CHANGED: "Text changed",
    Verdict.GONE: "Gone",
    Verdict.UNSURE: "Not found again",
}


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that a bookmark stands on, so that they are found again in another edition.

    After the W3C's Web Annotation Data Model (section 4.2.4, "Text Quote Selector").

    Attributes:
        exact: The words: what was selected, or the text of the passage; "" for a whole chapter.
        prefix: What stands before a selection in the chapter's text.
        suffix: What stands behind it.
        heading: The heading of the passage that it is in.
        fingerprint: Of the passage's words, or of the whole chapter's (see `domain.citation.fingerprint`).
        is_selection: Whether words were selected; else the passage or chapter is meant as a whole.
    """

    exact: str
    prefix: str = ""
    suffix: str = ""
    heading: str = ""
    fingerprint: str = ""
    is_selection: bool = False


@dataclass(frozen=True, slots=True)
class CarryOver:
    """How a bookmark came into the edition that it is in now, or why it did not.

    Attributes:
        edition: The newer edition, in which it was looked for.
        before: Where it was.
        quote: The words that it stood on there.
        confidence: 0 to 1: how sure the place is.
        is_settled: Whether the person has seen it and left it so.
    """

    verdict: Verdict
    edition: int
    before: Location
    quote: Quote | None
    confidence: float
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class BookmarkFolder:
    """A folder of bookmarks. `position` orders folders among each other, from 0."""

    id: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named location, with what the person says of it.

    Attributes:
        id: Lasting; an import that meets it again changes nothing.
        location: Where it is; its edition is the one in which its words were last found.
        folder: Id of its folder; None for the top.
        position: Order within its folder, from 0.
        title: Number and title of the chapter when it was marked: shown when its manual is gone.
        quote: The words that it stands on; None where they are not known (a chapter whose text is not held).
        colour: Of the highlight in the text; None shows none.
        tags: In the order in which they were given; each once.
        carried: What the newest edition made of it; None while it is in the edition in which it was made.
    """

    id: str
    name: str
    location: Location
    title: str
    folder: str | None
    position: int
    created: datetime
    note: str = ""
    tags: tuple[str, ...] = ()
    colour: Colour | None = None
    quote: Quote | None = None
    carried: CarryOver | None = None

    @property
    def needs_a_look(self) -> bool:
        """Whether a newer edition did something to it that the person has not settled."""
        return (
            self.carried is not None
            and not self.carried.is_settled
            and self.carried.verdict not in {Verdict.SAME, Verdict.MOVED}
        )

    def back_where_it_was(self) -> Bookmark:
        """This bookmark with its carry-over undone: in the older edition, and left there."""
        if self.carried is None:
            return self
        return replace(
            self,
            location=self.carried.before,
            quote=self.carried.quote,
            carried=replace(self.carried, verdict=Verdict.UNSURE, is_settled=True),
        )

    def settled(self) -> Bookmark:
        """This bookmark, left as it is now."""
        return replace(self, carried=replace(self.carried, is_settled=True)) if self.carried else self


@dataclass(frozen=True, slots=True)
class BookmarkTree:
    """All bookmarks: folders in order, bookmarks by folder and position."""

    folders: tuple[BookmarkFolder, ...]
    bookmarks: tuple[Bookmark, ...]

    def of_folder(self, folder: str | None) -> tuple[Bookmark, ...]:
        return tuple(bookmark for bookmark in self.bookmarks if bookmark.folder == folder)

    def folder_name(self, folder: str | None) -> str:
        """The name of a folder; "" for the top."""
        return next((one.name for one in self.folders if one.id == folder), "")

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag that is in use, in alphabetical order."""
        return tuple(sorted({tag for bookmark in self.bookmarks for tag in bookmark.tags}, key=str.casefold))


@dataclass(frozen=True, slots=True)
class RecentVisit:
    """A chapter that was opened. Newest first wherever there are several."""

    location: Location
    title: str
    opened: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """The tabs that were open, and how the window was arranged.

    Attributes:
        current: Index of the tab in front; -1 when there is none.
        window: What the window itself wants back (size, docks), opaque to everybody else.
    """

    tabs: tuple[Location, ...] = ()
    current: int = -1
    window: bytes = b""


def matches(bookmark: Bookmark, tree: BookmarkTree, filter_text: str) -> bool:
    """Whether a bookmark holds every word of a filter: in what is said of it, and in what it stands on.

    A word that begins with "#" is looked for among the tags alone.
    """
    tags = [tag.casefold() for tag in bookmark.tags]
    parts = [bookmark.name, bookmark.title, bookmark.note, *tags, tree.folder_name(bookmark.folder)]
    if bookmark.quote is not None:
        parts += [bookmark.quote.exact, bookmark.quote.heading]
    if bookmark.colour is not None:
        parts.append(bookmark.colour.value)
    if bookmark.carried is not None:
        parts.append(bookmark.carried.verdict.label)
    text = "\n".join(parts).casefold()
    return all(
        any(tag.startswith(word[1:]) for tag in tags)
        if word.startswith("#") and len(word) > 1
        else word in text
        for word in filter_text.casefold().split()
    )
