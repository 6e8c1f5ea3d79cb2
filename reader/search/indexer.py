"""Building the index of one edition. Runs in a child process: Whoosh in a thread would make the window stutter."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from whoosh.index import create_in

from reader.domain.errors import SearchError
from reader.domain.manual import ManualId
from reader.domain.search import IndexDocument
from reader.search.schema import SCHEMA_VERSION, make_schema

_COMPLETE_NAME: Final = "complete"
_REPORT_EVERY: Final = 50
_PART_PREFIX: Final = ".index."
_PART_SECONDS: Final = 24 * 60 * 60


def index_folder(index_dir: Path, role_sha256: str) -> Path:
    """Where the index of an edition lies: named by the edition's exact text and the schema version."""
    return index_dir / f"{role_sha256}-{SCHEMA_VERSION}"


def is_complete(folder: Path) -> bool:
    """Whether an index was finished. Whether it is sound shows when it is opened."""
    return (folder / _COMPLETE_NAME).is_file()


def build_index(
    folder: Path,
    manual: ManualId,
    edition: int,
    documents: Sequence[IndexDocument],
    on_progress: Callable[[int, int], None],
) -> None:
    """Build an index beside its place and move it there when it is complete.

    Args:
        folder: The place of the index; what is there is replaced.
        manual: The manual that the documents are of.
        edition: Its edition.
        documents: Everything that can be found.
        on_progress: Called with (documents done, documents in all).

    Raises:
        SearchError: when it cannot be written; nothing is left behind.
    """
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=_PART_PREFIX, dir=folder.parent))
        index = create_in(str(part), make_schema())
        writer = index.writer(limitmb=64)
        for done, document in enumerate(documents, start=1):
            writer.add_document(
                manual=str(manual),
                edition=edition,
                chapter=document.chapter or "",
                number=document.number or "",
                statuses=" ".join(status.value for status in document.statuses),
                anchor=document.anchor or "",
                form=document.form or "",
                title=document.title,
                heading=document.heading,
                division=document.division,
                text=document.text,
                extra=document.extra,
                words=f"{document.title} {document.heading} {document.text} {document.extra}",
            )
            if done % _REPORT_EVERY == 0:
                on_progress(done, len(documents))
        writer.commit(optimize=True)
        index.close()
        (part / _COMPLETE_NAME).write_text("", encoding="ascii")
        _remove(folder)
        part.replace(folder)
        on_progress(len(documents), len(documents))
    except OSError as error:
        raise SearchError(
            f"Cannot write the search index in {folder.parent}: {error.strerror or error}."
        ) from error
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part, ignore_errors=True)


def forget(folder: Path) -> None:
    """Mark an index as unfinished, so that it is built again."""
    with contextlib.suppress(OSError):
        (folder / _COMPLETE_NAME).unlink(missing_ok=True)


def sweep(index_dir: Path, wanted: set[Path]) -> None:
    """Remove the indexes of editions that are no longer installed, and what was left half-built a day ago.

    A younger half-built one may be another program's, still at work.
    """
    with contextlib.suppress(OSError):
        for folder in index_dir.iterdir():
            is_part = folder.name.startswith(_PART_PREFIX)
            if is_part and time.time() - folder.stat().st_mtime < _PART_SECONDS:
                continue
            if folder not in wanted:
                _remove(folder)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
