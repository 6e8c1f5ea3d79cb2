"""The table in which a person says which chapter is which, where an import was unsure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.publish.importing.identity import Identity, KnownChapter, Verdict

_HEAD: Final = (
    "answer",
    "chapter",
    "number",
    "page",
    "likeliest id",
    "likeliest title",
    "likeness",
    "why",
    "other ids",
)
_NEW: Final = "new"
_MAX_BYTES: Final = 4 * 1024 * 1024


def write_review(file: Path, identities: Sequence[Identity]) -> int:
    """Write the table; a spreadsheet opens it.

    Returns:
        How many rows wait for an answer.

    Raises:
        StorageError: when it cannot be written.
    """
    unsure = [identity for identity in identities if identity.verdict is Verdict.UNSURE]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(_HEAD)
    for identity in unsure:
        best = identity.candidates[0] if identity.candidates else None
        others = " ".join(candidate.known.id for candidate in identity.candidates[1:])
        row = (
            "",
            identity.chapter.title,
            identity.chapter.number or "",
            identity.chapter.key,
            identity.id,
            best.known.title if best else "",
            f"{best.likeness:.2f}" if best else "",
            identity.why,
            others,
        )
        table.writerow([_safe(cell) for cell in row])
    write_in_one_step(file, b"\xef\xbb\xbf" + out.getvalue().encode("utf-8"))
    return len(unsure)


def read_review(file: Path, known: Sequence[KnownChapter]) -> dict[str, str]:
    """The answers of a table: by page the id that the chapter keeps, or "new".

    Raises:
        SourceError: when it cannot be read, or an answer is no id, or one id is given twice.
    """
    try:
        if file.stat().st_size > _MAX_BYTES:
            raise SourceError(f"{file} is larger than any such table: let the import write it anew.")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{file} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file} is no UTF-8 text: save it as “CSV UTF-8”.") from error
    try:
        first = text.split("\n", 1)[0]
        rows = list(
            csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
        )
    except csv.Error as error:
        raise SourceError(f"{file} is not written as a table of comma-separated values: {error}.") from error
    if rows and not {"answer", "page"} <= rows[0].keys():
        raise SourceError(f"{file} has no columns “answer” and “page”: let the import write it anew.")
    ids = {row.id for row in known}
    answers: dict[str, str] = {}
    given: dict[str, int] = {}
    for line, row in enumerate(rows, start=2):
        answer = (row.get("answer") or "").strip().removeprefix("'").casefold()
        if not answer:
            continue
        if answer in {"same", "yes"}:
            answer = (row.get("likeliest id") or "").strip()
        if answer != _NEW and answer not in ids:
            raise SourceError(
                f"{file}, line {line}: “{answer[:80]}” is no id of the last edition: write “same”, “new”,"
                " or one of the ids."
            )
        if answer != _NEW and answer in given:
            raise SourceError(
                f"{file}, line {line}: “{answer}” was given to another chapter in line {given[answer]}."
            )
        given[answer] = line
        answers[(row.get("page") or "").removeprefix("'")] = answer
    return answers


def _safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r", "'"} else cell
