"""How a search's filter is written into personal.sqlite."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.contents import Status
from reader.domain.errors import NotFoundError
from reader.domain.manual import ManualId
from reader.domain.search import SearchFilter
from reader.domain.text import storable


class _FilterJson(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    manuals: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    status: Status | None = None
    with_other_terms: bool = True
    chapter: str | None = None
    division: str | None = None
    revised_since: date | None = None
    as_at: date | None = None
    all_editions: bool = False


def filter_to_json(search_filter: SearchFilter) -> str:
    """The same filter always gives the same text; what is not set is left out."""
    return _FilterJson(
        manuals=tuple(sorted(str(manual) for manual in search_filter.manuals or ())),
        status=search_filter.status,
        with_other_terms=search_filter.with_other_terms,
        chapter=None if search_filter.chapter is None else storable(search_filter.chapter),
        division=None if search_filter.division is None else storable(search_filter.division),
        revised_since=search_filter.revised_since,
        as_at=search_filter.as_at,
        all_editions=search_filter.all_editions,
    ).model_dump_json(exclude_defaults=True)


def filter_from_json(text: str) -> SearchFilter:
    """Read what `filter_to_json` wrote.

    Raises:
        ValueError: when it is something else.
    """
    try:
        read = _FilterJson.model_validate_json(text)
        manuals = frozenset(ManualId.parse(manual) for manual in read.manuals)
    except (ValidationError, NotFoundError) as error:
        raise ValueError("no filter of a search") from error
    return SearchFilter(
        manuals or None,
        read.status,
        read.with_other_terms,
        read.chapter,
        read.division,
        read.revised_since,
        read.as_at,
        read.all_editions,
    )
