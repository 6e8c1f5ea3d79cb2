"""The source folder that an import makes, and what the last one left there.

An import never writes over what a person changed since: it remembers the hash of every file that it wrote.
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import tomlkit

from reader.domain.contents import Chapter
from reader.domain.errors import SourceError, StorageError
from reader.domain.files import replace
from reader.publish.chapter_ids import FILE_NAME as IDS_NAME
from reader.publish.chapter_ids import ChapterId, chapters_with_division, read_chapter_ids
from reader.publish.importing.identity import KnownChapter
from reader.publish.source import read_source_text
from reader.publish.words import words_of

RECORD_NAME: Final = "import.toml"
REPORT_NAME: Final = "import-report.txt"
_COMMENT: Final = (
    "What the last import wrote, so that the next one can tell what a person has changed since.\n"
    "Nothing in this file goes into a bundle."
)
_OWNED_BY_PEOPLE: Final = frozenset({"manual.toml", "lint-accepted.toml"})


@dataclass(frozen=True, slots=True)
class LastEdition:
    """What is known of the chapters that have ids."""

    chapters: tuple[KnownChapter, ...]
    ids: tuple[ChapterId, ...]


def read_last(folder: Path) -> LastEdition:
    """The chapters of a source folder: of the one that is written again, or that of the last edition.

    Raises:
        SourceError: when its files cannot be read.
    """
    ids = read_chapter_ids(folder)
    if not ids:
        return LastEdition((), ())
    current: dict[str, tuple[Chapter, str]] = {}
    texts: dict[str, str] = {}
    source = read_source_text(folder)
    if source is not None:
        current = {
            chapter.id: (chapter, division) for chapter, division in chapters_with_division(source.contents)
        }
        texts = {chapter_id: words_of(html) for chapter_id, html in source.chapter_html.items()}
    known = []
    for row in ids:
        here = current.get(row.id)
        known.append(
            KnownChapter(
                row.id,
                here[0].title if here else row.title,
                here[1] if here else row.division,
                texts.get(row.id, ""),
                row.origin,
                is_current=here is not None or not current,
                number=here[0].number if here else None,
            )
        )
    return LastEdition(tuple(known), ids)


def changed_by_hand(folder: Path) -> tuple[str, ...]:
    """The files of an earlier import that are not as it wrote them.

    Raises:
        SourceError: when the folder is no import's, or its record cannot be read.
    """
    record = _record(folder)
    return tuple(
        name
        for name, digest in record.items()
        if (folder / name).is_file() and _digest(folder / name) != digest
    )


def added_by_hand(folder: Path, files: Iterable[str]) -> tuple[str, ...]:
    """The files of a person that an import would write over: they are there, and no import made them.

    Raises:
        SourceError: when the record of the last import cannot be read.
    """
    known = {*_record(folder), *_OWNED_BY_PEOPLE, IDS_NAME, REPORT_NAME}
    return tuple(name for name in files if name not in known and (folder / name).exists())


def check_writable(folder: Path) -> None:
    """Refuse a folder that is there and was made by something else.

    One that an import was moving aside when it was killed comes back first.

    Raises:
        SourceError: with what to do.
        StorageError: when it cannot be brought back.
    """
    _bring_back(folder)
    if not folder.exists():
        return
    if not folder.is_dir():
        raise SourceError(f"{folder} is a file: name the folder that the import is to make.")
    names = {path.name for path in folder.iterdir()}
    if names and RECORD_NAME not in names:
        raise SourceError(
            f"{folder} holds files, and no import made them: name a new folder; with --last, ids are taken"
            " from this one."
        )


def write_folder(folder: Path, files: dict[str, bytes], kept_from: Path | None) -> None:
    """Put an import's files in the place of the last one's, in one step.

    What a person added to the folder stays.

    Args:
        folder: The source folder.
        files: What the import made, by place.
        kept_from: The folder whose own files of the person (manual.toml, accepted findings) go along, if it has any.

    Raises:
        StorageError: when the disk is full or the folder cannot be written; the old one is then as it was.
    """
    record = _record(folder) if (folder / RECORD_NAME).exists() else {}
    part: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
        part.chmod(0o755)
        if folder.is_dir():
            _copy_own(folder, part, set(record))
        if kept_from is not None:
            for name in _OWNED_BY_PEOPLE:
                if (kept_from / name).is_file() and name not in files and not (part / name).exists():
                    shutil.copyfile(kept_from / name, part / name)
        for name, data in files.items():
            target = part / name
            if name in _OWNED_BY_PEOPLE and target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        (part / RECORD_NAME).write_bytes(_record_bytes(files))
        _swap(part, folder)
    except OSError as error:
        raise StorageError(f"Cannot write {folder}: {error.strerror or error}.") from error
    finally:
        if part is not None and part.exists():
            shutil.rmtree(part, ignore_errors=True)


def _copy_own(folder: Path, part: Path, written: set[str]) -> None:
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where) / name
            inside = path.relative_to(folder).as_posix()
            if inside not in written and inside not in {RECORD_NAME, REPORT_NAME}:
                (part / inside).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, part / inside)


def _bring_back(folder: Path) -> None:
    """Undo a swap that was cut off between its two steps, and clear away what cut-off imports left."""
    try:
        for aside in sorted(folder.parent.glob(f".{glob.escape(folder.name[:40])}.old.*")):
            if (aside / "folder").is_dir() and not folder.exists():
                replace(aside / "folder", folder)
            shutil.rmtree(aside, ignore_errors=True)
    except OSError as error:
        raise StorageError(f"Cannot bring back {folder}: {error.strerror or error}.") from error


def _swap(part: Path, folder: Path) -> None:
    if not folder.exists():
        replace(part, folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}.old."))
    replace(folder, old / "folder")
    try:
        replace(part, folder)
    except OSError:
        replace(old / "folder", folder)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _record(folder: Path) -> dict[str, str]:
    file = folder / RECORD_NAME
    try:
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
        return {str(name): str(digest) for name, digest in parsed["files"].items()}
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise SourceError(
            f"{file} cannot be read ({error}): import into a new folder, with --last {folder}."
        ) from error


def _record_bytes(files: dict[str, bytes]) -> bytes:
    document = tomlkit.document()
    for line in _COMMENT.splitlines():
        document.add(tomlkit.comment(line))
    table = tomlkit.table()
    for name in sorted(files):
        if name not in {*_OWNED_BY_PEOPLE, IDS_NAME, REPORT_NAME}:
            table.add(name, hashlib.sha256(files[name]).hexdigest())
    document.add("files", table)
    return tomlkit.dumps(document).encode("utf-8")


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise SourceError(f"{file} cannot be read ({error.strerror}).") from error
