"""Builds the tree of a contents list from its rows. Every row ends in some entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from reader.domain.contents import Chapter, Division, Entry, Held, Note, SeeAlso, walk
from reader.domain.text import file_slug, title_key
from reader.publish.contents.facts import day_of_update
from reader.publish.contents.lines import has_words
from reader.publish.contents.marks import (
    Marks,
    added,
    is_sentence,
    marks_alone,
    names_a_source,
    split_title,
    whole_bracket,
)
from reader.publish.contents.numbering import Finding, PlacedNumber, numbering_findings
from reader.publish.contents.numbers import Number, leading_number
from reader.publish.contents.outline import Outline, OutlineRow, outline_of
from reader.publish.contents.rows import Row, RowKind

_SEE_ALSO_WITHIN = re.compile(r" ?See also: ?")
_YEARS = re.compile(r"\d{4}(?:\s?[-–/]\s?\d{2,4})?")


@dataclass(frozen=True, slots=True)
class Tree:
    """The entries of a contents list, and what is odd in it.

    Attributes:
        section_titles: Title (or None) and position of every section, by its figure.
        links: Where the entries lead that are links on the page.
    """

    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    section_titles: dict[int, tuple[str | None, int]]
    links: EntryLinks


@dataclass(frozen=True, slots=True)
class EntryLinks:
    """Where the entries of a contents list lead, as the page writes it.

    Attributes:
        chapters: By the id that this reading gave the chapter.
        others: Of divisions, see-alsos and notes, by kind and words as they stand in the tree.
    """

    chapters: dict[str, str] = field(default_factory=dict)
    others: dict[tuple[type[Entry], str], str] = field(default_factory=dict)

    def of(self, entry: Entry) -> str | None:
        """Where an entry leads, or None when it is no link."""
        match entry:
            case Chapter():
                return self.chapters.get(entry.id)
            case Division():
                return self.others.get((Division, entry.numbered_title))
            case SeeAlso():
                return self.others.get((SeeAlso, entry.title))
            case Note():
                return self.others.get((Note, entry.text))
            case _:
                return None


@dataclass(slots=True)
class _Open:
    """A division while it is filled. `key` tells it from every other one."""

    key: int
    number: Number | None
    title: str | None
    heading: int = 0
    entries: list[Entry | _Open] = field(default_factory=list)

    @property
    def parts(self) -> tuple[int, ...]:
        return self.number.parts if self.number else ()


def build_tree(rows: Sequence[Row], unit: str) -> Tree:
    """The tree of rows whose lines have been joined.

    Args:
        rows: The rows.
        unit: What their positions count, "line" or "row".
    """
    return _Builder(outline_of(rows), unit).build(rows)


class _Builder:
    def __init__(self, outline: Outline, unit: str) -> None:
        self._outline = outline
        self._unit = unit
        self._root = _Open(0, None, None)
        self._open: list[_Open] = [self._root]
        self._keys = 0
        self._ids: set[str] = set()
        self._copies: dict[str, int] = {}
        self._placed: list[PlacedNumber] = []
        self._findings: list[Finding] = []
        self._sections: dict[int, tuple[str | None, int]] = {}
        self._links = EntryLinks()

    def build(self, rows: Sequence[Row]) -> Tree:
        for index, row in enumerate(rows):
            place = self._outline.rows.get(index)
            if row.number is not None and place is not None:
                self._add_numbered(row, row.number, place)
            elif row.kind is RowKind.HEADING:
                self._add_heading(row)
            else:
                self._add_companion(row)
        entries = _closed(self._root.entries)
        findings = sorted(
            (*self._findings, *numbering_findings(self._placed, self._unit)),
            key=lambda finding: finding.position,
        )
        return Tree(_linked(entries), tuple(findings), self._sections, self._links)

    # Divisions and chapters

    def _add_numbered(self, row: Row, number: Number, place: OutlineRow) -> None:
        self._go_to(row, number, place)
        self._placed.append(PlacedNumber(row.position, number, self._top.key, self._top.number))
        if place.is_division:
            title = " ".join((row.text, *row.line.labels)).strip() or None
            if title is None:
                self._find(row, f"{number.text} has no title")
            self._descend(number, title, row, heading=row.line.heading)
        else:
            self._add_chapter(row, number)

    def _add_heading(self, row: Row) -> None:
        while len(self._open) > 1 and not 0 < self._top.heading < row.line.heading:
            self._open.pop()
        self._descend(None, " ".join((row.text, *row.line.labels)), row, heading=row.line.heading)

    def _add_chapter(self, row: Row, number: Number) -> None:
        text, *see_alsos = _SEE_ALSO_WITHIN.split(row.text)
        if not has_words(text):
            text, see_alsos = row.text, []
            self._find(row, f"{number.text} is a see-also with a number, and is read as a chapter")
        parts = split_title(text)
        marks, sources, notes = parts.marks, [parts.source] if parts.source else [], []
        for label in row.line.labels:
            inner = whole_bracket(label)
            if found := marks_alone(label):
                marks = added(marks, found)
            elif inner and names_a_source(inner):
                sources.append(inner)
            else:
                notes.append(label)
        chapter = Chapter(
            id=self._new_id(parts.title),
            number=number.text,
            title=parts.title,
            statuses=marks.statuses,
            revised=marks.revised,
            held=Held.EXTERNAL if sources else Held.LISTED,
            source="; ".join(sources) or None,
            note="; ".join(notes) or None,
        )
        self._top.entries.append(chapter)
        if row.line.href:
            self._links.chapters[chapter.id] = row.line.href
        for target in see_alsos:
            self._add_see_also(target, row)

    def _new_id(self, title: str) -> str:
        base = file_slug(title, "chapter")
        chapter_id = base
        while chapter_id in self._ids:
            self._copies[base] = self._copies.get(base, 1) + 1
            chapter_id = f"{base}-{self._copies[base]}"
        self._ids.add(chapter_id)
        return chapter_id

    # Where a numbered row belongs

    @property
    def _top(self) -> _Open:
        return self._open[-1]

    def _nearest_number(self) -> Number | None:
        return next((division.number for division in reversed(self._open) if division.number), None)

    def _descend(self, number: Number | None, title: str | None, row: Row, *, heading: int = 0) -> None:
        self._keys += 1
        division = _Open(self._keys, number, title, heading)
        self._top.entries.append(division)
        if row.line.href and title:
            shown = Division(number.text if number else None, title).numbered_title
            self._links.others.setdefault((Division, shown), row.line.href)
        self._open.append(division)
        if number is not None and number.level == 1:
            self._sections.setdefault(number.parts[0], (title, row.position))

    def _go_to(self, row: Row, number: Number, place: OutlineRow) -> None:
        """Make the division that a numbered row stands in the top one, and make it if the list leaves it out."""
        fit = max((i for i, division in enumerate(self._open) if number.is_under(division.parts)), default=0)
        fitting = self._open[fit]
        home = self._nearest_number()
        if number.level == 1 and not place.is_division and any(division.heading for division in self._open):
            while not self._top.heading:
                self._open.pop()
            return
        is_child = fitting.parts == number.parent or fitting.parts == number.parts[:-1]
        if number.level == 1 or (is_child and fitting.number):
            self._cut(fit, row)
        elif self._is_slip(number, place, home, fitting):
            if place.is_division:
                self._leave_level(number.level)
        else:
            self._cut(fit, row)
            if self._top.number or len(self._open) == 1:
                self._make_missing(number, row)

    def _is_slip(self, number: Number, place: OutlineRow, home: Number | None, fitting: _Open) -> bool:
        """Whether a row that fits nowhere is misnumbered, and not the first of a division without a row."""
        if home is None:
            return False
        if number.parent in self._outline.headed:
            return True
        if fitting.number and home.parts == fitting.parts:
            return False
        following = place.next_sibling
        goes_back = following is not None and following[: home.level] == home.parts
        starts_anew = place.is_division or number.parts[-1] <= 1
        goes_on = fitting.number is not None or number.parts[0] > home.parts[0]
        return goes_back or not starts_anew or not goes_on

    def _cut(self, fit: int, row: Row) -> None:
        """Close the divisions below the fitting one, but not un-numbered ones that head the row too."""
        keep = fit + 1
        heading = row.line.heading
        while keep < len(self._open):
            division = self._open[keep]
            if division.number is not None or (heading and division.heading >= heading):
                break
            keep += 1
        del self._open[keep:]

    def _leave_level(self, level: int) -> None:
        while len(self._open) > 1 and self._top.number and self._top.number.level >= level:
            self._open.pop()

    def _make_missing(self, number: Number, row: Row) -> None:
        for level in range(len(self._top.parts) + 1, number.level):
            parts = number.parts[:level]
            if parts[-1] != 0:
                missing = Number(".".join(number.text.split(".")[:level]), parts)
                self._placed.append(PlacedNumber(row.position, missing, self._top.key, self._top.number))
                self._find(row, f"{missing.text} has no row of its own; {number.text} stands under it")
                self._descend(missing, None, row)

    # What stands beside chapters

    def _add_companion(self, row: Row) -> None:
        last = self._top.entries[-1] if self._top.entries else None
        if row.kind is RowKind.SEE_ALSO or (row.kind is RowKind.AND and isinstance(last, SeeAlso)):
            self._add_see_also(row.text, row)
        elif row.kind is RowKind.BRACKET:
            self._add_bracket(row, last)
        elif row.kind is RowKind.MARKS:
            self._add_marks(row, marks_alone(row.text), last)
        elif row.kind is RowKind.LAST_UPDATED:
            day = day_of_update(row)
            if day is None:
                self._find(row, f"“{row.text}” names no exact day and stays a note")
            self._add_marks(row, Marks(revised=day) if day else None, last)
        else:
            self._add_note(row)

    def _add_see_also(self, target: str, row: Row) -> None:
        if not has_words(target):
            self._find(row, "“See also:” points at nothing and stays a note")
            self._add_note(row)
            return
        title, note = _without_explanation(target)
        parts = split_title(title)
        behind = title[len(parts.title) :].replace(f"({parts.source})", "") if parts.marks != Marks() else ""
        notes = [text for text in (behind.strip(" -–—,;"), *row.line.labels, note) if text]
        self._top.entries.append(SeeAlso(parts.title, source=parts.source, note="; ".join(notes) or None))
        if row.line.href:
            self._links.others.setdefault((SeeAlso, parts.title), row.line.href)

    def _add_bracket(self, row: Row, last: Entry | _Open | None) -> None:
        if isinstance(last, Chapter | SeeAlso) and names_a_source(row.text):
            source = f"{last.source}; {row.text}" if last.source else row.text
            if isinstance(last, Chapter):
                self._top.entries[-1] = replace(last, source=source, held=Held.EXTERNAL)
            else:
                self._top.entries[-1] = replace(last, source=source)
        elif isinstance(last, Chapter) and _YEARS.fullmatch(row.text):
            self._top.entries[-1] = replace(last, title=f"{last.title} ({row.text})")
        else:
            self._add_note(row)

    def _add_marks(self, row: Row, marks: Marks | None, last: Entry | _Open | None) -> None:
        if marks is None or not isinstance(last, Chapter) or (marks.revised and last.revised):
            self._add_note(row)
            return
        whole = added(Marks(last.statuses, last.revised), marks)
        self._top.entries[-1] = replace(last, statuses=whole.statuses, revised=whole.revised)

    def _add_note(self, row: Row) -> None:
        note = Note(" ".join((row.line.text, *row.line.labels)))
        self._top.entries.append(note)
        if row.line.href:
            self._links.others.setdefault((Note, note.text), row.line.href)

    def _find(self, row: Row, text: str) -> None:
        self._findings.append(Finding(row.position, text))


def _without_explanation(target: str) -> tuple[str, str | None]:
    """A see-also's title, and the sentence that explains it behind a dash."""
    title, dash, rest = target.partition(" - ")
    if not dash:
        title, dash, rest = target.partition(" – ")
    if has_words(title) and rest[:1].isupper() and rest.endswith(".") and is_sentence(rest):
        return title, rest
    return target, None


def _closed(entries: Sequence[Entry | _Open]) -> tuple[Entry, ...]:
    return tuple(
        Division(
            entry.number.text if entry.number else None,
            entry.title,
            _closed(entry.entries),
        )
        if isinstance(entry, _Open)
        else entry
        for entry in entries
    )


def _linked(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries with every see-also pointing at the chapter of the same title, when the manual has one."""
    ids: dict[str, str] = {}
    for entry, _ in walk(entries):
        if isinstance(entry, Chapter):
            ids.setdefault(title_key(entry.title), entry.id)
    ids.pop("", None)
    return _pointing(entries, ids)


def _pointing(entries: tuple[Entry, ...], ids: dict[str, str]) -> tuple[Entry, ...]:
    found: list[Entry] = []
    for entry in entries:
        if isinstance(entry, Division):
            found.append(replace(entry, entries=_pointing(entry.entries, ids)))
        elif isinstance(entry, SeeAlso) and entry.source is None:
            found.append(replace(entry, chapter=_target(entry.title, ids)))
        else:
            found.append(entry)
    return tuple(found)


def _target(title: str, ids: dict[str, str]) -> str | None:
    exact = ids.get(title_key(title))
    numbered = leading_number(title)
    return exact or (ids.get(title_key(numbered.text)) if numbered else None)
