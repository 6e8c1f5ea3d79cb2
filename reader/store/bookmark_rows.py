"""Bookmarks as they lie in files: what a row of personal.sqlite and an entry of an export have in common."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from reader.domain.bookmark import Bookmark, CarryOver, Colour, Quote, Verdict
from reader.domain.errors import NotFoundError
from reader.domain.location import Location
from reader.domain.text import storable

COLUMNS: Final = "id, name, location, title, folder, position, created, note, tags, colour, quote, carried"
INSERT: Final = f"INSERT INTO bookmark ({COLUMNS}, seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
UPDATE: Final = (
    "UPDATE bookmark SET name = ?, location = ?, title = ?, created = ?, note = ?, tags = ?, colour = ?, quote = ?,"
    " carried = ?, seal = ? WHERE id = ?"
)
_FOLDER, _POSITION = 4, 5
_TAGS: Final = TypeAdapter(tuple[str, ...])


class QuoteRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    exact: str
    prefix: str = ""
    suffix: str = ""
    heading: str = ""
    fingerprint: str = ""
    is_selection: bool = False

    @classmethod
    def of(cls, quote: Quote) -> QuoteRow:
        return cls(
            exact=quote.exact,
            prefix=quote.prefix,
            suffix=quote.suffix,
            heading=quote.heading,
            fingerprint=quote.fingerprint,
            is_selection=quote.is_selection,
        )

    def quote(self) -> Quote:
        return Quote(self.exact, self.prefix, self.suffix, self.heading, self.fingerprint, self.is_selection)


class CarryRow(BaseModel):
    model_config = ConfigDict(extra="ignore")

    verdict: Verdict
    edition: int
    before: str
    quote: QuoteRow | None = None
    confidence: float
    is_settled: bool = False

    @classmethod
    def of(cls, carried: CarryOver) -> CarryRow:
        return cls(
            verdict=carried.verdict,
            edition=carried.edition,
            before=str(carried.before),
            quote=QuoteRow.of(carried.quote) if carried.quote else None,
            confidence=carried.confidence,
            is_settled=carried.is_settled,
        )

    def carried(self) -> CarryOver:
        """As the domain knows it.

        Raises:
            NotFoundError: when it points at no chapter.
        """
        return CarryOver(
            self.verdict,
            self.edition,
            Location.parse(self.before),
            self.quote.quote() if self.quote else None,
            self.confidence,
            self.is_settled,
        )


def row_of(bookmark: Bookmark) -> tuple[Any, ...]:
    """The values of `INSERT`."""
    row = (
        bookmark.id,
        storable(bookmark.name),
        str(bookmark.location),
        storable(bookmark.title),
        bookmark.folder,
        bookmark.position,
        bookmark.created.isoformat(),
        *_said(bookmark),
    )
    return *row, seal_of(row)


def changes_of(bookmark: Bookmark) -> tuple[Any, ...]:
    """The values of `UPDATE`: everything but where it stands among the others."""
    id_, name, location, title, _, _, *rest = row_of(bookmark)
    return name, location, title, *rest, id_


def seal_of(row: tuple[Any, ...]) -> str:
    """What tells whether a row of `COLUMNS` is as it was written: SQLite itself does not notice a changed letter.

    Where the bookmark stands among the others is left out: it changes with its neighbours.
    """
    said = [value for i, value in enumerate(row) if i not in {_FOLDER, _POSITION}]
    return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()[:16]


def _said(bookmark: Bookmark) -> tuple[str | None, ...]:
    return (
        storable(bookmark.note),
        _TAGS.dump_json(tuple(storable(tag) for tag in bookmark.tags)).decode(),
        bookmark.colour.value if bookmark.colour else None,
        QuoteRow.of(bookmark.quote).model_dump_json(exclude_defaults=True) if bookmark.quote else None,
        CarryRow.of(bookmark.carried).model_dump_json(exclude_defaults=True) if bookmark.carried else None,
    )


def bookmark_of(row: tuple[Any, ...]) -> Bookmark:
    """A row of `COLUMNS`. What is said of a bookmark may be unreadable: the bookmark itself then still counts.

    Raises:
        NotFoundError: when it points at no chapter.
        ValueError: when it cannot be read otherwise.
    """
    id_, name, location, title, folder, position, created, note, tags, colour, quote, carried = row
    return Bookmark(
        id_,
        name,
        Location.parse(location),
        title,
        folder,
        position,
        datetime.fromisoformat(created),
        note=note,
        tags=_tags(tags),
        colour=Colour(colour) if colour in set(Colour) else None,
        quote=_quote(quote),
        carried=_carried(carried),
    )


def _tags(stored: str) -> tuple[str, ...]:
    try:
        return _TAGS.validate_json(stored)
    except ValidationError:
        return ()


def _quote(stored: str | None) -> Quote | None:
    try:
        return QuoteRow.model_validate_json(stored).quote() if stored else None
    except ValidationError:
        return None


def _carried(stored: str | None) -> CarryOver | None:
    try:
        return CarryRow.model_validate_json(stored).carried() if stored else None
    except (ValidationError, NotFoundError):
        return None
