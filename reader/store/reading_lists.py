"""Reading lists: in personal.sqlite, and as files to hand out."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.domain.text import storable

_MOST_BYTES: Final = 4 * 1024 * 1024
_MOST_ITEMS: Final = 2_000


class _ItemRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    location: str
    title: str = Field(max_length=1_000)
    edition: str = Field(max_length=200)
    remark: str = Field(default="", max_length=20_000)
    fingerprint: str = Field(default="", max_length=20)

    @classmethod
    def of(cls, item: ReadingItem) -> _ItemRow:
        return cls(
            location=str(item.location),
            title=storable(item.title),
            edition=storable(item.edition),
            remark=storable(item.remark),
            fingerprint=item.fingerprint,
        )

    def item(self) -> ReadingItem:
        return ReadingItem(
            Location.parse(self.location), self.title, self.edition, self.remark, self.fingerprint
        )


class _ListFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: Literal["procedures-reading-list"]
    format: Literal[1]
    id: str = Field(pattern=r"^[0-9a-zA-Z-]{1,64}$")
    title: str = Field(min_length=1, max_length=400)
    remark: str = Field(default="", max_length=20_000)
    items: list[_ItemRow] = Field(max_length=_MOST_ITEMS)


class ReadingListTable:
    """The reading lists of one personal.sqlite."""

    def __init__(
        self,
        reading: Callable[[], AbstractContextManager[sqlite3.Connection]],
        writing: Callable[[], AbstractContextManager[sqlite3.Connection]],
    ) -> None:
        self._reading = reading
        self._writing = writing

    def all(self) -> tuple[ReadingList, ...]:
        """Every list, in order. An item that cannot be read hides none of the others, and stays in the file.

        Raises:
            StorageError: when the file cannot be read.
        """
        with self._reading() as connection:
            lists = connection.execute(
                "SELECT id, title, remark FROM reading_list ORDER BY position, title"
            ).fetchall()
            return tuple(
                ReadingList(id_, title, remark, tuple(_items(connection, id_)))
                for id_, title, remark in lists
            )

    def put(self, reading_list: ReadingList) -> None:
        """Keep a list as it is now; a new one stands last.

        Raises:
            StorageError: when it cannot be kept; the old one then stays.
        """
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO reading_list VALUES (?1, ?2, ?3, (SELECT coalesce(max(position), -1) + 1 FROM"
                " reading_list)) ON CONFLICT (id) DO UPDATE SET title = ?2, remark = ?3",
                (reading_list.id, storable(reading_list.title), storable(reading_list.remark)),
            )
            connection.execute("DELETE FROM reading_list_item WHERE list = ?", (reading_list.id,))
            connection.executemany(
                "INSERT INTO reading_list_item VALUES (?, ?, ?)",
                [
                    (reading_list.id, position, _ItemRow.of(item).model_dump_json(exclude_defaults=True))
                    for position, item in enumerate(reading_list.items)
                ],
            )

    def remove(self, list_id: str) -> None:
        """Remove a list.

        Raises:
            NotFoundError: when it is gone already.
            StorageError: when that cannot be kept.
        """
        with self._writing() as connection:
            if connection.execute("DELETE FROM reading_list WHERE id = ?", (list_id,)).rowcount == 0:
                raise NotFoundError("This reading list is gone: it was removed in another window.")


def write_reading_list(file: Path, reading_list: ReadingList) -> None:
    """Write a list to be handed out.

    Raises:
        StorageError: when it cannot be written.
    """
    document = _ListFile(
        kind="procedures-reading-list",
        format=1,
        id=reading_list.id,
        title=storable(reading_list.title),
        remark=storable(reading_list.remark),
        items=[_ItemRow.of(item) for item in reading_list.items],
    )
    write_in_one_step(file, (document.model_dump_json(indent=1, exclude_defaults=False) + "\n").encode())


def read_reading_list(file: Path) -> ReadingList:
    """Read a list that was handed out.

    Raises:
        StorageError: when the file cannot be read, or is none.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise StorageError(f"{file} is too large for a reading list; nothing was opened.")
        parsed = _ListFile.model_validate_json(file.read_bytes())
        return ReadingList(parsed.id, parsed.title, parsed.remark, tuple(row.item() for row in parsed.items))
    except OSError as error:
        raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
    except (ValidationError, NotFoundError) as error:
        raise StorageError(f"{file} is no reading list of this program; nothing was opened.") from error


def _items(connection: sqlite3.Connection, list_id: str) -> list[ReadingItem]:
    rows = connection.execute(
        "SELECT item FROM reading_list_item WHERE list = ? ORDER BY position", (list_id,)
    )
    found: list[ReadingItem] = []
    for (item,) in rows:
        with contextlib.suppress(ValidationError, NotFoundError):
            found.append(_ItemRow.model_validate_json(item).item())
    return found
