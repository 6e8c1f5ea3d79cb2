"""The differences between two editions of a manual."""

from __future__ import annotations

from collections.abc import Iterator

from reader.compare.passages import changed_passages
from reader.domain.changes import (
    ChapterChange,
    ChapterEntry,
    EditionChanges,
    EditionText,
    FileChange,
    Kind,
)
from reader.domain.contents import ChapterPlace, Form, walk


def compare_editions(before: EditionText, after: EditionText) -> EditionChanges:
    """Every difference between two editions of one manual: chapters are told apart by their ids alone."""
    chapters = [
        change
        for place in after.contents.places()
        if (change := _changed(before, after, before.contents.place(place.chapter.id), place)) is not None
    ]
    chapters += [
        change
        for place in before.contents.places()
        if after.contents.place(place.chapter.id) is None
        and (change := _changed(before, after, place, None)) is not None
    ]
    return EditionChanges(before, after, tuple(chapters), tuple(_changed_files(before, after)))


def _changed(
    before: EditionText, after: EditionText, old: ChapterPlace | None, new: ChapterPlace | None
) -> ChapterChange | None:
    found = new or old
    if found is None:
        return None
    chapter_id = found.chapter.id
    was, is_now = _entry(old), _entry(new)
    had, has = before.passages.get(chapter_id), after.passages.get(chapter_id)
    passages = changed_passages(had or (), has or ())
    kinds: list[Kind] = []
    if was is None:
        kinds.append(Kind.NEW)
    elif is_now is None:
        kinds.append(Kind.GONE)
    else:
        kinds += _moves(was, is_now)
        if had is None and has is not None:
            kinds.append(Kind.TEXT_ADDED)
        elif had is not None and has is None:
            kinds.append(Kind.TEXT_GONE)
        elif passages:
            kinds.append(Kind.TEXT)
    return ChapterChange(chapter_id, tuple(kinds), was, is_now, passages) if kinds else None


def _moves(was: ChapterEntry, is_now: ChapterEntry) -> Iterator[Kind]:
    if was.title != is_now.title:
        yield Kind.RENAMED
    if was.number != is_now.number:
        yield Kind.RENUMBERED
    if was.division != is_now.division:
        yield Kind.MOVED
    if was.statuses != is_now.statuses:
        yield Kind.STATUS


def _entry(place: ChapterPlace | None) -> ChapterEntry | None:
    if place is None:
        return None
    chapter = place.chapter
    return ChapterEntry(
        chapter.number,
        chapter.title,
        # Numbers of divisions shift like those of chapters: a division is what it is called.
        " › ".join(division.title or division.numbered_title for division in place.divisions),
        tuple(status.value for status in chapter.statuses),
    )


def _changed_files(before: EditionText, after: EditionText) -> Iterator[FileChange]:
    titles = {
        entry.file.split("/", 2)[2]: entry.title
        for edition in (before, after)
        for entry, _ in walk(edition.contents.entries)
        if isinstance(entry, Form)
    }
    for file in sorted({*before.files, *after.files}):
        old, new = before.files.get(file), after.files.get(file)
        if old != new:
            kind = Kind.NEW if old is None else Kind.GONE if new is None else Kind.TEXT
            yield FileChange(file, titles.get(file), kind)
