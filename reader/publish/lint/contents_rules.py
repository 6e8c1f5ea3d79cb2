"""What the contents list, manual.toml and the files of a source folder say, held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from reader.domain.contents import Chapter, ContentsList, Division, Entry, Form, Held, Status, walk
from reader.domain.manual import Purpose, day
from reader.publish.lint.findings import Finding
from reader.publish.lint.pages import Page
from reader.publish.lint.report import manual_finding
from reader.publish.source import Source

MANUAL_TOML: Final = "manual.toml"
_CONTENTS_NAMES: Final = ("contents.json", "contents.txt", "contents.html", "contents.htm", "contents.md")
_NUMBER: Final = re.compile(r"(?P<parent>(?:\d{1,4}\.)*)(?P<last>\d{1,4})\.?")
_TO_FOLLOW: Final = re.compile(r"\(?\bto follow\b\)?", re.IGNORECASE)


class Lines:
    """The line of each entry in the file of the contents list, where it can be told."""

    def __init__(self, folder: Path) -> None:
        self.file = next((name for name in _CONTENTS_NAMES if (folder / name).is_file()), _CONTENTS_NAMES[0])
        try:
            text = (folder / self.file).read_text(encoding="utf-8-sig", errors="replace")
        except OSError:
            text = ""
        self._is_json = self.file.endswith(".json")
        self._lines: dict[str, int] = {}
        for number, line in enumerate(text.splitlines(), 1):
            self._lines.setdefault(" ".join(line.split()).rstrip(","), number)
        self._texts = None if self._is_json else list(self._lines.items())

    def of(self, entry: Entry) -> int | None:
        """The line on which an entry stands, from 1; None where it is not plain."""
        match entry:
            case Chapter() if self._is_json:
                return self._lines.get(f'"id": "{entry.id}"')
            case Form() if self._is_json:
                name = entry.file.rpartition("/")[2]
                return self._lines.get(f'"file": "forms/{name}"')
            case Division() if self._is_json:
                return self._lines.get(f'"title": "{entry.title}"')
            case Chapter() | Division() | Form():
                return self._in_text(entry.title or "", getattr(entry, "number", None))
            case _:
                return None

    def _in_text(self, title: str, number: str | None) -> int | None:
        if not title or self._texts is None:
            return None
        with_title = [(text, line) for text, line in self._texts if title in text]
        with_number = [line for text, line in with_title if number and number in text]
        return with_number[0] if with_number else (with_title[0][1] if with_title else None)


def manifest_findings(source: Source) -> Iterator[Finding]:
    """Dates of manual.toml that contradict each other."""
    manifest = source.manifest
    dates = f"{manifest.issued} {manifest.effective_from} {manifest.review_by}"

    def found(text: str) -> Finding:
        return manual_finding(
            "manual-dates",
            MANUAL_TOML,
            None,
            text,
            advice="Correct issued, effective_from and review_by in manual.toml.",
            subject=dates,
        )

    if manifest.review_by < manifest.issued:
        yield found(
            f"The review date, {day(manifest.review_by)}, lies before the day of issue, {day(manifest.issued)}."
        )
    elif manifest.review_by < manifest.effective_from:
        yield found(
            f"The review date, {day(manifest.review_by)}, passes before the edition is in force,"
            f" {day(manifest.effective_from)}."
        )


def number_findings(contents: ContentsList, lines: Lines) -> Iterator[Finding]:
    """Numbers that stand twice, are left out, or go backwards."""
    yield from _duplicates(contents.entries, lines)
    numbers = frozenset(
        (entry.number or "").rstrip(".")
        for entry, _ in walk(contents.entries)
        if isinstance(entry, Chapter | Division)
    )
    yield from _gaps(contents.entries, numbers, lines)


def held_findings(
    source: Source, contents: ContentsList, pages: Mapping[str, Page], lines: Lines
) -> Iterator[Finding]:
    """Chapters that are listed and not held, or held and not listed."""
    listed = [
        chapter
        for chapter in contents.chapters()
        if chapter.id not in source.chapter_html and chapter.held is Held.LISTED and not is_to_follow(chapter)
    ]
    if source.manifest.purpose is Purpose.CONTENTS_ONLY:
        listed = []
    elif listed and not source.chapter_html:
        yield manual_finding(
            "chapter-not-held",
            lines.file,
            None,
            "No chapter of the contents list has a text.",
            advice='Put the texts into the folder chapters, or write purpose = "contents-only" into manual.toml.',
            subject="none",
        )
        listed = []
    for chapter in listed:
        yield manual_finding(
            "chapter-not-held",
            lines.file,
            lines.of(chapter),
            f"“{chapter.numbered_title}” is in the contents list, and its text is not in the folder.",
            advice=f"Put chapters/{chapter.id}.html there, mark it as to follow, or say who holds the text.",
            subject=chapter.numbered_title,
            chapter=chapter.id,
        )
    for chapter_id, page in pages.items():
        place = contents.place(chapter_id)
        if place is None:
            yield manual_finding(
                "chapter-not-listed",
                page.file,
                None,
                f"{page.file} is the text of no chapter of the contents list.",
                advice="Name the file by the id in chapter-ids.toml, list the chapter, or remove the file.",
                subject=page.file,
                chapter=chapter_id,
            )
        elif is_to_follow(place.chapter):
            yield manual_finding(
                "held-but-to-follow",
                lines.file,
                lines.of(place.chapter),
                f"“{place.chapter.numbered_title}” is marked as to follow, and its text is in the folder.",
                advice="Take “to follow” out of the contents list.",
                subject=place.chapter.numbered_title,
                chapter=chapter_id,
            )


def is_to_follow(chapter: Chapter) -> bool:
    """Whether the contents list says that the text of a chapter is still to come."""
    said = f"{chapter.title} {chapter.note or ''}"
    return Status.TO_FOLLOW in chapter.statuses or _TO_FOLLOW.search(said) is not None


def review_findings(
    source: Source, contents: ContentsList, lines: Lines, last: tuple[ContentsList, date] | None
) -> Iterator[Finding]:
    """Chapters that have been under review for longer than a year when the edition is issued.

    Args:
        source: The edition.
        contents: Its contents list, with lasting ids.
        lines: Where it writes its entries.
        last: The contents list of the last edition and the day when that was issued.
    """
    issued = source.manifest.issued
    for chapter in contents.chapters():
        if Status.UNDER_REVIEW not in chapter.statuses:
            continue
        since = chapter.revised
        how = "its row was revised"
        before = last[0].place(chapter.id) if last else None
        if (
            last
            and before
            and Status.UNDER_REVIEW in before.chapter.statuses
            and (since is None or last[1] < since)
        ):
            since, how = last[1], "it was under review already in the last edition, issued"
        if since is None or not _is_over_a_year(since, issued):
            continue
        yield manual_finding(
            "review-overdue",
            lines.file,
            lines.of(chapter),
            f"“{chapter.numbered_title}” has been under review for over a year: {how} on {day(since)}.",
            advice="Finish the review, or take the status away.",
            subject=f"{chapter.numbered_title} {since.isoformat()}",
            chapter=chapter.id,
        )


def file_findings(
    source: Source, contents: ContentsList, pages: Mapping[str, Page], lines: Lines
) -> Iterator[Finding]:
    """Forms past their date, forms that are missing, and files that nothing names."""
    manual = f"{source.manifest.id}/"
    in_force = source.manifest.effective_from
    named: set[str] = set()
    for form in (entry for entry, _ in walk(contents.entries) if isinstance(entry, Form)):
        file = form.file.removeprefix(manual)
        named.add(file)
        if file not in source.files:
            yield manual_finding(
                "missing-form",
                lines.file,
                lines.of(form),
                f"The contents list names the form “{form.title}”, and {file} is not in the folder.",
                advice=f"Put {file} there, or take the form off the list.",
                subject=f"{form.title} {file}",
                spot=file,
            )
        elif form.review_by is not None and form.review_by < in_force:
            yield manual_finding(
                "form-past-review",
                lines.file,
                lines.of(form),
                f"The form “{form.title}” was to be reviewed by {day(form.review_by)}, before the edition is in force"
                f" ({day(in_force)}).",
                advice="Review the form and write its new date into the contents list.",
                subject=f"{form.title} {form.review_by.isoformat()}",
                spot=file,
            )
    for page in pages.values():
        named.update(target.partition(f"manual:{manual}")[2] for target in page.targets)
    for file in source.files:
        if file not in named:
            yield manual_finding(
                "file-not-used",
                file,
                None,
                f"Neither a chapter nor the contents list names {file}.",
                advice="Link to it, or remove it.",
                subject=file,
            )


def _is_over_a_year(since: date, on: date) -> bool:
    try:
        anniversary = since.replace(year=since.year + 1)
    except ValueError:
        anniversary = date(since.year + 1, 3, 1)
    return anniversary < on


def _duplicates(entries: Sequence[Entry], lines: Lines) -> Iterator[Finding]:
    seen: dict[tuple[int, str], Chapter | Division] = {}
    for entry, divisions in walk(tuple(entries)):
        if not isinstance(entry, Chapter | Division) or not entry.number:
            continue
        number = entry.number.rstrip(".")
        key = (_scope(number, divisions), number)
        first = seen.setdefault(key, entry)
        if first is entry or isinstance(first, Division) != isinstance(entry, Division):
            continue
        yield manual_finding(
            "duplicate-number",
            lines.file,
            lines.of(entry),
            f"The number {number} stands twice: at “{_title(first)}” and at “{_title(entry)}”.",
            advice="Give one of them another number.",
            subject=f"{number} {_title(first)} {_title(entry)}",
            chapter=entry.id if isinstance(entry, Chapter) else None,
            spot=f"contents/{number}",
        )


def _scope(number: str, divisions: tuple[Division, ...]) -> int:
    """What a number counts in: numbers that go on from those above count in all of them, others in their division."""
    scope = 0
    for division in divisions:
        own = (division.number or "").rstrip(".")
        if not own or not number.startswith(f"{own}."):
            scope = id(division)
    return scope


def _title(entry: Chapter | Division) -> str:
    return entry.title or entry.numbered_title


def _gaps(entries: Sequence[Entry], numbers: frozenset[str], lines: Lines) -> Iterator[Finding]:
    for kind in (Chapter, Division):
        before: tuple[str, int] | None = None
        for entry in entries:
            if not isinstance(entry, Chapter | Division) or not isinstance(entry, kind):
                continue
            match = _NUMBER.fullmatch(entry.number or "")
            if match is None:
                before = None
                continue
            parent, last = match["parent"], int(match["last"])
            if before is not None and before[0] == parent and last != before[1]:
                yield from _step(entry, match, before[1], numbers, lines)
            before = (parent, last)
    for entry in entries:
        if isinstance(entry, Division):
            yield from _gaps(entry.entries, numbers, lines)


def _step(
    entry: Chapter | Division, match: re.Match[str], before: int, numbers: frozenset[str], lines: Lines
) -> Iterator[Finding]:
    parent, last = match["parent"], int(match["last"])
    chapter = entry.id if isinstance(entry, Chapter) else None
    # A number that stands elsewhere is not lost: divisions and chapters may count together.
    missing = [number for number in range(before + 1, last) if f"{parent}{number}" not in numbers]
    if last < before:
        yield manual_finding(
            "number-out-of-order",
            lines.file,
            lines.of(entry),
            f"“{_title(entry)}” has the number {parent}{last} and follows on {parent}{before}.",
            advice="Put the entries in the order of their numbers, or number them anew.",
            subject=f"{parent}{before} {parent}{last} {_title(entry)}",
            chapter=chapter,
            spot=f"contents/{parent}{last}",
        )
    elif missing:
        said = f"{parent}{missing[0]}" + (f" to {parent}{missing[-1]}" if len(missing) > 1 else "")
        yield manual_finding(
            "missing-number",
            lines.file,
            lines.of(entry),
            f"The contents list goes from {parent}{before} to {parent}{last}, “{_title(entry)}”: {said} is missing.",
            advice="Check whether an entry was lost; number the others anew where none was.",
            subject=f"{parent}{before} {parent}{last} {_title(entry)}",
            chapter=chapter,
            spot=f"contents/{parent}{last}",
        )
