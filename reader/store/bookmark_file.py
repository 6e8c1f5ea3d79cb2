"""Bookmarks as a file: what `bookmarks export` writes and `bookmarks import` reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location


class _FolderRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    name: str


class _BookmarkRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    name: str
    location: str
    title: str
    folder: str | None = None
    created: datetime


class _BookmarkFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: Literal["procedures-bookmarks"]
    format: Literal[1]
    folders: list[_FolderRow]
    bookmarks: list[_BookmarkRow]


def bookmarks_json(tree: BookmarkTree) -> str:
    """The bookmarks as the text of a file, indented for people."""
    document = _BookmarkFile(
        kind="procedures-bookmarks",
        format=1,
        folders=[_FolderRow(id=folder.id, name=folder.name) for folder in tree.folders],
        bookmarks=[
            _BookmarkRow(
                id=bookmark.id,
                name=bookmark.name,
                location=str(bookmark.location),
                title=bookmark.title,
                folder=bookmark.folder,
                created=bookmark.created,
            )
            for bookmark in tree.bookmarks
        ],
    )
    return document.model_dump_json(indent=1) + "\n"


def write_bookmarks(file: Path, tree: BookmarkTree) -> None:
    """Write an export in one step.

    Raises:
        StorageError: when it cannot be written.
    """
    write_in_one_step(file, bookmarks_json(tree).encode("utf-8"))


def read_bookmarks(file: Path) -> BookmarkTree:
    """Read an export.

    Raises:
        StorageError: when it is not one; nothing of it is taken.
    """
    try:
        parsed = _BookmarkFile.model_validate_json(file.read_bytes())
        return BookmarkTree(
            tuple(BookmarkFolder(row.id, row.name, index) for index, row in enumerate(parsed.folders)),
            tuple(
                Bookmark(
                    row.id, row.name, Location.parse(row.location), row.title, row.folder, index, row.created
                )
                for index, row in enumerate(parsed.bookmarks)
            ),
        )
    except OSError as error:
        raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
    except (ValidationError, NotFoundError) as error:
        raise StorageError(f"{file} is no export of bookmarks; nothing was imported.") from error
