"""Decisions about counterparts as a file: what `corrections export` writes and `corrections import` reads."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from reader.domain.counterpart import Correction
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore")

    first: str
    second: str
    is_counterpart: bool


class _CorrectionFile(BaseModel):
    model_config = ConfigDict(extra="ignore")

    kind: Literal["procedures-corrections"]
    format: Literal[1]
    corrections: list[_Row]


def corrections_json(corrections: Iterable[Correction]) -> str:
    """The decisions as the text of a file, indented for people."""
    document = _CorrectionFile(
        kind="procedures-corrections",
        format=1,
        corrections=[
            _Row(first=str(one.first), second=str(one.second), is_counterpart=one.is_counterpart)
            for one in corrections
        ],
    )
    return document.model_dump_json(indent=1) + "\n"


def write_corrections(file: Path, corrections: Iterable[Correction]) -> None:
    """Write an export in one step.

    Raises:
        StorageError: when it cannot be written.
    """
    write_in_one_step(file, corrections_json(corrections).encode("utf-8"))


def read_corrections(file: Path) -> tuple[Correction, ...]:
    """Read an export.

    Raises:
        StorageError: when it is not one; nothing of it is taken.
    """
    try:
        parsed = _CorrectionFile.model_validate_json(file.read_bytes().removeprefix(b"\xef\xbb\xbf"))
        found = tuple(
            Correction.of(
                Location.parse(row.first), Location.parse(row.second), is_counterpart=row.is_counterpart
            )
            for row in parsed.corrections
        )
    except OSError as error:
        raise StorageError(f"Cannot read {file}: {error.strerror}.") from error
    except (ValidationError, NotFoundError) as error:
        raise StorageError(f"{file} is no export of corrections; nothing was imported.") from error
    if any(one.first.chapter is None or one.second.chapter is None for one in found):
        raise StorageError(f"{file} names manuals where chapters must stand; nothing was imported.")
    if any(one.first.manual == one.second.manual for one in found):
        raise StorageError(f"{file} pairs chapters of one manual; nothing was imported.")
    return found
