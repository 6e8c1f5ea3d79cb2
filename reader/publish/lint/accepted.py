"""lint-accepted.toml: findings that a person looked at and let stand, with the reason.

An acceptance counts for one finding at one place, and only as long as the text there is the same.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import tomlkit
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.domain.text import one_line
from reader.publish.lint.findings import Acceptance, Finding

FILE_NAME: Final = "lint-accepted.toml"
_COMMENT: Final = (
    "Findings of `procedures publish lint` that were looked at and let stand. A row counts as long as the text at its",
    "place is the same. `procedures publish lint SOURCE --accept CODE:PLACE --because REASON` adds one.",
)

_Text = Annotated[str, StringConstraints(min_length=1, max_length=2_000, strip_whitespace=True)]


class _RowToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: _Text
    place: _Text
    quote: str = ""
    fingerprint: _Text
    because: _Text
    on: date | None = None


class _AcceptedToml(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    accepted: tuple[_RowToml, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One acceptance, as the file writes it down."""

    code: str
    place: str
    quote: str
    fingerprint: str
    because: str
    on: date | None

    def covers(self, finding: Finding) -> bool:
        """Whether this row speaks of that finding, and the text at its place is still the same."""
        told = (finding.code, finding.place, finding.fingerprint)
        return told == (self.code, self.place, self.fingerprint)

    @property
    def acceptance(self) -> Acceptance:
        return Acceptance(self.because, self.on)


def read_accepted(folder: Path) -> tuple[Row, ...]:
    """The acceptances of a source folder; none when it has no such file.

    Raises:
        SourceError: when the file cannot be read.
    """
    file = folder / FILE_NAME
    if not file.exists():
        return ()
    try:
        parsed = _AcceptedToml.model_validate(tomllib.loads(file.read_text(encoding="utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{file} cannot be read: {error}.") from error
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file} is not written as TOML: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SourceError(f"{file}: “{place}”: {first['msg']}.") from error
    return tuple(
        Row(row.code, row.place, row.quote, row.fingerprint, row.because, row.on) for row in parsed.accepted
    )


def add_acceptance(folder: Path, finding: Finding, because: str, on: date) -> None:
    """Write a row for a finding. What people wrote into the file beside it stays.

    Raises:
        SourceError: when the file cannot be read, or holds the finding already.
        StorageError: when it cannot be written.
    """
    rows = read_accepted(folder)
    if any(row.covers(finding) for row in rows):
        raise SourceError(f"{finding.key} is accepted already: change the reason in {folder / FILE_NAME}.")
    file = folder / FILE_NAME
    is_there = file.exists()
    text = file.read_text(encoding="utf-8-sig") if is_there else "".join(f"# {line}\n" for line in _COMMENT)
    row = tomlkit.table()
    row.update({"code": finding.code, "place": finding.place, "quote": one_line(finding.quote)})
    row.update({"fingerprint": finding.fingerprint, "because": because, "on": on})
    written = tomlkit.dumps({"accepted": [row]})
    whole = f"{text.rstrip()}\n\n{written}"
    try:
        tomllib.loads(whole)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{file} cannot be added to: write its rows as [[accepted]] ({error}).") from error
    write_in_one_step(file, whole.encode("utf-8"))
