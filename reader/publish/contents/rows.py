"""Says what every line of a page is, by what stands in it; where it belongs is for the tree to say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum, auto

from reader.publish.contents.furniture import (
    is_furniture,
    is_quick_links_heading,
    is_version_label,
    last_updated,
)
from reader.publish.contents.lines import Line, Page, has_words
from reader.publish.contents.marks import is_sentence, marks_alone, whole_bracket
from reader.publish.contents.numbers import Number, NumberedText, NumberReader


class RowKind(Enum):
    """What a line is."""

    NUMBERED = auto()
    HEADING = auto()
    SEE_ALSO = auto()
    AND = auto()
    BRACKET = auto()
    MARKS = auto()
    REMARK = auto()
    TEXT = auto()
    QUICK_LINKS = auto()
    LAST_UPDATED = auto()
    VERSION = auto()


@dataclass(frozen=True, slots=True)
class Row:
    """A line and what it is.

    Attributes:
        text: What the row says without what makes it of its kind: the title behind a number, the target behind
            "See also:", what stands in the bracket.
        number: The number of a numbered row.
        has_title_apart: Whether the title of a numbered row stands on a line of its own.
    """

    kind: RowKind
    line: Line
    text: str
    number: Number | None = None
    has_title_apart: bool = False

    @property
    def position(self) -> int:
        return self.line.position


_SEE_ALSO = re.compile(
    r"(?:please )?(?:see[ -]?also|also[ -]see)(?:\s{0,3}[:;.\-–—]{1,3}\s{0,3}|\s+|$)(?P<target>.*)",
    re.IGNORECASE,
)
_SEE = re.compile(r"(?:please )?see ?:\s*(?P<target>.*)", re.IGNORECASE)
_SEE_TITLE = re.compile(r"See (?P<target>[A-Z“‘\"'].*)")
_AND = re.compile(r"(?:and|&) (?P<target>.+)", re.IGNORECASE)
_REMARK = re.compile(r"(?:please note|note|n\.?b\.?|important)\b\s{0,2}[:\-–—]|please note\b", re.IGNORECASE)


def rows_of(page: Page) -> tuple[Row, ...]:
    """What every line of a page is; furniture is left out."""
    reader = NumberReader()
    found = [(line, *_classified(line, reader)) for line in page.lines]
    _settle_lone_figures(found)
    rows = []
    for line, kind, numbered in found:
        if kind is not None:
            rows.append(Row(kind, line, numbered.text, numbered.number) if numbered else _row(kind, line))
    return tuple(rows)


def bracket_row(row: Row) -> Row:
    """The row as what its brackets make it, when it stands in one pair of brackets as a whole."""
    inner = whole_bracket(row.line.text)
    if inner is None:
        return row
    target = _see_also_target(inner)
    if target is not None:
        return replace(row, kind=RowKind.SEE_ALSO, text=target)
    if marks_alone(inner):
        return replace(row, kind=RowKind.MARKS, text=inner)
    return replace(row, kind=RowKind.BRACKET, text=inner)


def opens_a_remark(text: str) -> bool:
    """Whether a text says of itself that it is a note."""
    return _REMARK.match(text) is not None


_Found = tuple[Line, RowKind | None, NumberedText | None]


def _classified(line: Line, reader: NumberReader) -> tuple[RowKind | None, NumberedText | None]:
    text = line.text
    kind: RowKind | None = None
    if is_quick_links_heading(text):
        kind = RowKind.QUICK_LINKS
    elif is_furniture(text):
        # A full stop on a line of its own ends the paragraph before it.
        kind = RowKind.TEXT if line.joins_previous and not has_words(text) else None
    elif last_updated(text) is not None:
        kind = RowKind.LAST_UPDATED
    elif is_version_label(text):
        kind = RowKind.VERSION
    elif marks_alone(text):
        kind = RowKind.MARKS
    elif numbered := reader.read(text):
        return RowKind.NUMBERED, numbered
    elif line.heading:
        kind = RowKind.HEADING
    else:
        kind = _kind_of_words(text)
    return kind, None


def _kind_of_words(text: str) -> RowKind:
    if _see_also_target(text) is not None:
        return RowKind.SEE_ALSO
    if whole_bracket(text) is not None:
        return RowKind.BRACKET
    if _AND.fullmatch(text):
        return RowKind.AND
    return RowKind.REMARK if opens_a_remark(text) or is_sentence(text) else RowKind.TEXT


def _row(kind: RowKind, line: Line) -> Row:
    text = line.text
    if kind is RowKind.SEE_ALSO:
        text = _see_also_target(text) or ""
    elif kind is RowKind.AND and (found := _AND.fullmatch(text)):
        text = found["target"]
    elif kind is RowKind.BRACKET:
        return bracket_row(Row(kind, line, text))
    return Row(kind, line, text)


def _see_also_target(text: str) -> str | None:
    found = _SEE_ALSO.fullmatch(text) or _SEE.fullmatch(text)
    if not found and not is_sentence(text):
        found = _SEE_TITLE.fullmatch(text)
    if not found:
        return None
    return found["target"] if has_words(found["target"]) else ""


def _settle_lone_figures(found: list[_Found]) -> None:
    """Take "3 Adoption" for a section when its neighbours say so; else it is a line that begins with a figure."""
    numbered = [
        (index, entry[2]) for index, entry in enumerate(found) if entry[1] is RowKind.NUMBERED and entry[2]
    ]
    next_certain: NumberedText | None = None
    certain_after: list[NumberedText | None] = []
    for _, row in reversed(numbered):
        certain_after.append(next_certain)
        next_certain = row if row.is_certain else next_certain
    certain_after.reverse()
    before: NumberedText | None = None
    for place, (index, row) in enumerate(numbered):
        after = numbered[place + 1][1] if place + 1 < len(numbered) else None
        if row.is_certain or _is_section(row, before, after, certain_after[place]):
            before = row
        else:
            line = found[index][0]
            kind = RowKind.HEADING if line.heading else _kind_of_words(line.text)
            found[index] = (line, kind, None)


def _is_section(
    row: NumberedText, before: NumberedText | None, after: NumberedText | None, certain: NumberedText | None
) -> bool:
    """Whether longer numbers of its own come next, or the rows around it count on from it."""
    figure = row.number.parts[0]
    heads_next = certain is not None and certain.number.level > 1 and certain.number.parts[0] == figure
    is_next = before is None or before.number.parts[0] < figure
    counts_on = any(
        other is not None and not other.is_certain and other.number.parts[0] == figure + step
        for other, step in ((before, -1), (after, 1))
    )
    return (heads_next and is_next) or counts_on
