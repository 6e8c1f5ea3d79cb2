"""What the person writes: bookmarks and their folders; and where they were when they left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reader.domain.location import Location


@dataclass(frozen=True, slots=True)
class BookmarkFolder:
    """A folder of bookmarks. `position` orders folders among each other, from 0."""

    id: str
    name: str
    position: int


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A named location.

    Attributes:
        id: Lasting; an import that meets it again changes nothing.
        folder: Id of its folder; None for the top.
        position: Order within its folder, from 0.
        title: Number and title of the chapter when it was marked: shown when its manual is gone.
    """

    id: str
    name: str
    location: Location
    title: str
    folder: str | None
    position: int
    created: datetime


@dataclass(frozen=True, slots=True)
class BookmarkTree:
    """All bookmarks: folders in order, bookmarks by folder and position."""

    folders: tuple[BookmarkFolder, ...]
    bookmarks: tuple[Bookmark, ...]

    def of_folder(self, folder: str | None) -> tuple[Bookmark, ...]:
        return tuple(bookmark for bookmark in self.bookmarks if bookmark.folder == folder)


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
