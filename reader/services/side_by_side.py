"""Chapters beside each other as a page: on screen, on paper, and in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Final

from reader.domain.page import Strip
from reader.domain.sides import Difference, Mark, MarkedPassage, MarkKind, Row, SideBySide
from reader.services.html_page import html_page

ANCHOR: Final = "difference-"
"""Before the number of a row in which something differs, from 1: its anchor on the screen."""

_SIGNS: Final = {
    MarkKind.TIME: "time",
    MarkKind.FIGURE: "figure",
    MarkKind.DECIDER: "who",
    MarkKind.DUTY: "duty",
}
_LEGEND: Final = (
    "Time limits, figures and who decides are bold and named where the other side does not say the same. Words are"
    " underlined where both say a sentence nearly alike."
)


def differing_rows(found: SideBySide) -> tuple[int, ...]:
    """The positions of the rows in which something differs."""
    return tuple(index for index, row in enumerate(found.rows) if row.differs)


def screen_html(found: SideBySide, *, shows_lone: bool) -> str:
    """The page for the window: sanitised by making, each row a table of its own.

    Args:
        found: The chapters.
        shows_lone: Whether passages that only some sides have are shown in full, or named only.
    """
    numbers = {index: number for number, index in enumerate(differing_rows(found), start=1)}
    parts = [
        f"<p><small>{_LEGEND}</small></p>",
        _table([f"<b>{escape(_name(found, side))}</b>" for side in _sides(found)]),
    ]
    for index, row in enumerate(found.rows):
        number = numbers.get(index)
        anchor = f'<a name="{ANCHOR}{number}"></a>' if number else ""
        if not row.is_shared and not shows_lone:
            parts.append(f"<p>{anchor}<small>{escape(_only(found, row))}</small></p>")
            continue
        if row.differences:
            said = "; ".join(_difference(found, difference) for difference in row.differences)
            parts.append(f"<p>{anchor}<small><b>Differs:</b> {escape(said)}</small></p>")
        elif anchor:
            parts.append(f"<p>{anchor}</p>" if not row.is_shared else anchor)
        parts.append(_table([_cell(found, row, side) for side in _sides(found)]))
    return "".join(parts)


def row_html(found: SideBySide, row: Row) -> str:
    """One row for the window, with what differs in it said above: for showing row by row."""
    said = "; ".join(_difference(found, difference) for difference in row.differences)
    heads = [f"<b>{escape(found.sides[side].strip.authority)}</b>" for side in _sides(found)]
    cells = [_cell(found, row, side) if row.cells[side] else "" for side in _sides(found)]
    differs = f"<p><b>Differs:</b> {escape(said)}</p>" if said else ""
    return f"{_table(heads)}{_table(cells)}{differs}"


def printable_page(found: SideBySide) -> str:
    """The page to print and pass on; it loads nothing, and says above what vouches for each side."""
    parts = [*provenance_lines(side.strip for side in found.sides), sides_html(found)]
    return html_page(sides_title(found), parts)


def sides_html(found: SideBySide) -> str:
    """The chapters beside each other as one table, with a word on the marks before it."""
    heads = "".join(f"<th scope='col'>{escape(_name(found, side))}</th>" for side in _sides(found))
    parts = [
        f'<p class="note">{_LEGEND}</p>',
        f'<table class="sides"><thead><tr>{heads}</tr></thead><tbody>',
    ]
    for row in found.rows:
        if row.differences:
            said = "; ".join(_difference(found, difference) for difference in row.differences)
            text = f"<strong>Differs:</strong> {escape(said)}"
            parts.append(f'<tr><td colspan="{len(found.sides)}" class="differs">{text}</td></tr>')
        cells = "".join(f"<td>{_cell(found, row, side)}</td>" for side in _sides(found))
        parts.append(f"<tr>{cells}</tr>")
    parts.append("</tbody></table>")
    return "\n".join(parts)


def side_lines(found: SideBySide) -> Iterator[str]:
    """The chapters beside each other as lines of text, the differences first in each row."""
    yield sides_title(found)
    for side in found.sides:
        yield f"  {side.strip.authority}: {side.strip.manual}, {side.strip.edition}. {side.strip.signed_by}"
        yield from (f"  ! {warning}" for warning in side.strip.warnings)
    for row in found.rows:
        yield ""
        if not row.is_shared:
            yield _only(found, row)
            continue
        yield "  =  ".join(" + ".join(_heading(marked) for marked in cell) for cell in row.cells)
        for difference in row.differences:
            yield f"  differs: {_difference(found, difference)}"
        for side, cell in zip(found.sides, row.cells, strict=True):
            words = [text for marked in cell for text in _marked_words(marked)]
            if words:
                yield f"  {side.strip.authority}: {' … '.join(f'[{word}]' for word in words)}"


def _sides(found: SideBySide) -> range:
    return range(len(found.sides))


def sides_title(found: SideBySide) -> str:
    """What stands beside what."""
    return " beside ".join(f"{side.title} ({side.strip.authority})" for side in found.sides)


def _name(found: SideBySide, side: int) -> str:
    own = found.sides[side]
    return f"{own.strip.authority}: {own.title}"


def provenance_lines(strips: Iterable[Strip]) -> Iterator[str]:
    """What vouches for texts, as HTML: a line for each, and its warnings."""
    for strip in strips:
        yield (
            f"<p><strong>{escape(strip.authority)}</strong>: {escape(strip.manual)},"
            f" {escape(strip.edition)}. {escape(strip.signed_by)}.</p>"
        )
        yield from (f'<p class="warning">{escape(warning)}</p>' for warning in strip.warnings)


def _only(found: SideBySide, row: Row) -> str:
    """Which sides alone have something."""
    those = [side for side in _sides(found) if row.cells[side]]
    names = ", ".join(found.sides[side].strip.authority for side in those)
    headings = " + ".join(dict.fromkeys(_heading(marked) for side in those for marked in row.cells[side]))
    return f"Only {names}: {headings}"


def _heading(marked: MarkedPassage) -> str:
    return marked.passage.heading or "Before the first heading"


def _difference(found: SideBySide, difference: Difference) -> str:
    said = (
        f"{found.sides[side].strip.authority} {', '.join(texts) or 'says none of these'}"
        for side, texts in enumerate(difference.said)
    )
    return f"{difference.kind.label.lower()} ({' | '.join(said)})"


def _table(cells: Sequence[str]) -> str:
    width = 100 // len(cells)
    row = "".join(f'<td width="{width}%" valign="top">{cell}</td>' for cell in cells)
    return f'<table width="100%" cellspacing="0" cellpadding="6"><tr>{row}</tr></table>'


def _cell(found: SideBySide, row: Row, side: int) -> str:
    cell = row.cells[side]
    if not cell:
        return f"<p><i>Not in {escape(found.sides[side].strip.authority)}’s chapter.</i></p>"
    return "".join(f"<h3>{escape(_heading(marked))}</h3><p>{_marked(marked)}</p>" for marked in cell)


def _marked(marked: MarkedPassage) -> str:
    """The text with its marks: bold and named, or underlined, so that nobody depends on colour."""
    text = marked.passage.text
    done = 0
    parts: list[str] = []
    for mark in marked.marks:
        parts += [escape(text[done : mark.start]), _mark(text, mark)]
        done = mark.end
    return "".join([*parts, escape(text[done:])])


def _mark(text: str, mark: Mark) -> str:
    said = escape(text[mark.start : mark.end])
    sign = _SIGNS.get(mark.kind)
    if sign is None:
        return f"<u>{said}</u>"
    return f'<b class="differs">{said}</b> <sup>[{sign}]</sup>'


def _marked_words(marked: MarkedPassage) -> Iterator[str]:
    for mark in marked.marks:
        if mark.kind in {MarkKind.WORDS, MarkKind.DUTY}:
            yield marked.passage.text[mark.start : mark.end]
