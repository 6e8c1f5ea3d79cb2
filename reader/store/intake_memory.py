"""What became of the files of watched folders: kept so that each is looked at once, and not at every start."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from reader.domain.errors import StorageError
from reader.domain.files import write_in_one_step
from reader.domain.intake import Offer

_FORMAT: Final = 1


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    file: str
    size_bytes: int
    modified_ns: int
    refused: str | None


class _MemoryFile(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: int
    files: list[_Row]


class IntakeMemory:
    """By file, as it was then: None when it was taken in, or why it was refused. Lost, every file is verified again."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> dict[Offer, str | None]:
        """What is remembered; nothing where the file is missing or damaged."""
        try:
            parsed = _MemoryFile.model_validate_json(self._file.read_bytes())
        except (OSError, ValidationError):
            return {}
        if parsed.format != _FORMAT:
            return {}
        return {Offer(Path(row.file), row.size_bytes, row.modified_ns): row.refused for row in parsed.files}

    def save(self, fates: Mapping[Offer, str | None]) -> None:
        """Remember, in one step. Where that fails, the files are verified again at the next start."""
        rows = [
            _Row(
                file=str(offer.file),
                size_bytes=offer.size_bytes,
                modified_ns=offer.modified_ns,
                refused=refused,
            )
            for offer, refused in fates.items()
        ]
        text = _MemoryFile(format=_FORMAT, files=rows).model_dump_json(indent=1)
        with contextlib.suppress(StorageError):
            write_in_one_step(self._file, text.encode("utf-8", errors="surrogatepass"))
