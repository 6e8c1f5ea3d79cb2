"""Chapter ids are made once and kept.

The mapping lives in the source folder as chapter-ids.toml, to be read, compared and corrected by people. A chapter
keeps its id while its title stays; a person who renames a chapter writes the new title beside the old id. An id is
never given to another chapter: those of chapters that are gone stay in the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import tomlkit

from reader.domain.contents import Chapter, ContentsList, Division, Entry, SeeAlso, walk
from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.domain.location import CHAPTER_ID_PATTERN
from reader.domain.text import file_slug, title_key

FILE_NAME: Final = "chapter-ids.toml"
_OPTIONAL: Final = ("origin", "split_from", "merged_into")
_COMMENT: Final = (
    "The identity of each chapter, made once and kept. When a chapter gets another title, write the new title\n"
    "beside its id before the next build. Ids are never given to another chapter: remove none."
)


@dataclass(frozen=True, slots=True)
class ChapterId:
    """One line of the mapping.

    Attributes:
        division: Tells apart chapters that share a title.
        origin: The page or file that an import made it of.
        split_from: The id of the chapter that its text was part of.
        merged_into: The id of the chapter that its text became part of.
    """

    id: str
    title: str
    division: str
    origin: str | None = None
    split_from: str | None = None
    merged_into: str | None = None


def read_chapter_ids(folder: Path) -> tuple[ChapterId, ...]:
    """The ids that a source folder has given out; none when it has no mapping yet.

    Raises:
        SourceError: when the file cannot be read or contradicts itself.
    """
    file = folder / FILE_NAME
    if not file.exists():
        return ()
    try:
        parsed = tomllib.loads(file.read_text(encoding="utf-8"))
        rows = tuple(
            ChapterId(
                str(row["id"]),
                str(row["title"]),
                str(row["division"]),
                **{name: str(row[name]) for name in _OPTIONAL if name in row},
            )
            for row in parsed["chapter"]
        )
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SourceError(
            f"{file} cannot be read ({error}): restore it from the last edition's source."
        ) from error
    seen: set[str] = set()
    for row in rows:
        if not CHAPTER_ID_PATTERN.fullmatch(row.id) or row.id in seen:
            raise SourceError(f"{file}: the id “{row.id}” stands twice or is not written as ids are.")
        seen.add(row.id)
    return rows


def write_chapter_ids(folder: Path, ids: tuple[ChapterId, ...]) -> None:
    """Write the mapping in one step.

    Raises:
        StorageError: when it cannot be written.
    """
    write_in_one_step(folder / FILE_NAME, chapter_ids_bytes(ids))


def chapter_ids_bytes(ids: tuple[ChapterId, ...]) -> bytes:
    """The mapping as its file spells it."""
    document = tomlkit.document()
    for line in _COMMENT.splitlines():
        document.add(tomlkit.comment(line))
    rows = tomlkit.aot()
    for row in ids:
        table = tomlkit.table()
        table.update({"id": row.id, "title": row.title, "division": row.division})
        table.update({name: value for name in _OPTIONAL if (value := getattr(row, name)) is not None})
        rows.append(table)
    document.append("chapter", rows)
    return tomlkit.dumps(document).encode("utf-8")


def give_ids(
    contents: ContentsList, known: tuple[ChapterId, ...]
) -> tuple[ContentsList, tuple[ChapterId, ...]]:
    """Give each chapter the id that it had, or a new one; see-alsos follow.

    Returns:
        The contents list with its lasting ids, and the mapping with the new ones at its end.
    """
    ids = list(known)
    taken = {row.id for row in known}
    free = list(known)
    renamed: dict[str, str] = {}
    chapters = list(chapters_with_division(contents))
    for wants_same_division in (True, False):
        for chapter, division in chapters:
            if chapter.id in renamed:
                continue
            match = next(
                (
                    row
                    for row in free
                    if title_key(row.title) == title_key(chapter.title)
                    and (not wants_same_division or row.division == division)
                ),
                None,
            )
            if match is not None:
                free.remove(match)
                renamed[chapter.id] = match.id
    for chapter, division in chapters:
        if chapter.id not in renamed:
            new_id = _unused(file_slug(chapter.title, "chapter"), taken)
            taken.add(new_id)
            renamed[chapter.id] = new_id
            ids.append(ChapterId(new_id, chapter.title, division))
    return ContentsList(_rename(contents.entries, renamed)), tuple(ids)


def chapters_with_division(contents: ContentsList) -> Iterator[tuple[Chapter, str]]:
    """Every chapter with the titles of the divisions above it, on one line."""
    for entry, divisions in walk(contents.entries):
        if isinstance(entry, Chapter):
            yield entry, division_path(divisions)


def division_path(divisions: tuple[Division, ...]) -> str:
    """The titles of divisions, outermost first, on one line: how a chapter's place is told from another."""
    return " > ".join(division.title or division.number or "" for division in divisions)


def _rename(entries: tuple[Entry, ...], renamed: dict[str, str]) -> tuple[Entry, ...]:
    def one(entry: Entry) -> Entry:
        match entry:
            case Division():
                return replace(entry, entries=_rename(entry.entries, renamed))
            case Chapter():
                return replace(entry, id=renamed[entry.id])
            case SeeAlso(chapter=str(target)):
                return replace(entry, chapter=renamed[target])
            case _:
                return entry

    return tuple(one(entry) for entry in entries)


def _unused(base: str, taken: set[str]) -> str:
    candidate, count = base, 1
    while candidate in taken:
        count += 1
        candidate = f"{base}-{count}"
    return candidate
