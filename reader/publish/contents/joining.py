"""Joins what a page gives on several lines: numbers and titles, see-alsos and targets, paragraphs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.publish.contents.lines import has_words
from reader.publish.contents.rows import Row, RowKind, bracket_row, opens_a_remark

_WORDS = frozenset({RowKind.TEXT, RowKind.REMARK, RowKind.AND})


def joined(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows with their later lines joined to them."""
    together: list[Row] = []
    index = 0
    while index < len(rows):
        row = rows[index]
        end = index + 1
        if row.kind is RowKind.NUMBERED and not row.text:
            row, end = _with_title(row, rows, end)
        if row.kind in {RowKind.NUMBERED, RowKind.SEE_ALSO} and row.text:
            row, end = _with_wrapped_words(row, rows, end)
        elif row.kind is RowKind.SEE_ALSO:
            targets, end = _with_targets(row, rows, end)
            together.extend(targets)
            index = end
            continue
        elif row.kind in _WORDS and has_words(row.line.text):
            row, end = _with_paragraph(row, rows, end)
        if has_words(row.line.text):
            together.append(row)
        index = end
    return tuple(together)


def _with_title(row: Row, rows: Sequence[Row], index: int) -> tuple[Row, int]:
    """A bare number with the title that stands on the next line; without one it stays bare."""
    title = rows[index] if index < len(rows) else None
    if title is None or title.kind not in {RowKind.TEXT, RowKind.AND, RowKind.HEADING}:
        return row, index
    labels = (*row.line.labels, *title.line.labels)
    line = replace(
        row.line,
        labels=labels,
        heading=row.line.heading or title.line.heading,
        href=row.line.href or title.line.href,
    )
    return replace(row, line=line, text=title.line.text, has_title_apart=True), index + 1


def _with_wrapped_words(row: Row, rows: Sequence[Row], index: int) -> tuple[Row, int]:
    """A row with the lines on which its title goes on: they follow directly and begin with a small letter."""
    parts = [row.text]
    end = index
    while (
        end < len(rows)
        and rows[end].kind is RowKind.TEXT
        and rows[end].line.joins_previous
        and rows[end].text[0].islower()
        and not row.line.labels
    ):
        parts.append(rows[end].text)
        end += 1
    return (replace(row, text=" ".join(parts)), end) if end > index else (row, index)


def _with_targets(row: Row, rows: Sequence[Row], index: int) -> tuple[list[Row], int]:
    """A "See also:" with nothing behind it, with the lines under it that say what; alone it stays alone."""
    end = index
    while end < len(rows) and rows[end].kind in {RowKind.TEXT, RowKind.AND} and has_words(rows[end].text):
        if end > index and rows[end].line.depth <= row.line.depth:
            break
        end += 1
    if end == index:
        return [row], index
    targets = [replace(rows[i], kind=RowKind.SEE_ALSO) for i in range(index, end)]
    targets[-1], end = _with_wrapped_words(targets[-1], rows, end)
    return targets, end


def _with_paragraph(row: Row, rows: Sequence[Row], index: int) -> tuple[Row, int]:
    """A note with the further lines of its paragraph, on one line."""
    end = index
    text = [row.line.text]
    while (
        end < len(rows)
        and rows[end].kind in _WORDS
        and rows[end].line.joins_previous
        and not opens_a_remark(rows[end].text)
    ):
        part = rows[end].line.text
        text.append(f" {part}" if has_words(part) else part)
        end += 1
    if end == index:
        return row, index
    whole = "".join(text)
    note = replace(row, kind=RowKind.REMARK, text=whole, line=replace(row.line, text=whole))
    return bracket_row(note), end
