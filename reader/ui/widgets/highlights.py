"""Where the words that a person has highlighted stand in a laid-out text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtGui import QColor, QTextCharFormat

from reader.domain.bookmark import Colour
from reader.ui.theme import Colours
from reader.ui.widgets.offsets import qt_offsets

_LINES: Final = {
    Colour.YELLOW: QTextCharFormat.UnderlineStyle.SingleUnderline,
    Colour.GREEN: QTextCharFormat.UnderlineStyle.DashUnderline,
    Colour.BLUE: QTextCharFormat.UnderlineStyle.DotLine,
    Colour.PINK: QTextCharFormat.UnderlineStyle.WaveUnderline,
}
_MOST_WORDS: Final = 2_000


@dataclass(frozen=True, slots=True)
class Highlight:
    """A bookmark as a text shows it: its words in a colour, or a sign beside the heading of its passage.

    Attributes:
        bookmark: Its id.
        words: The highlighted ones; "" marks the passage.
        colour: None underlines words without colouring them (a note stands on them).
    """

    bookmark: str
    anchor: str | None
    words: str
    prefix: str
    colour: Colour | None
    has_note: bool


def found_places(
    text: str, anchors: Sequence[tuple[int, str]], highlights: Sequence[Highlight]
) -> list[tuple[int, int, Highlight]]:
    """(start, end, highlight) in Qt's positions, for each one whose words stand in the text.

    Args:
        text: The plain text of the document.
        anchors: Where each heading begins, in Qt's positions, and its anchor.
        highlights: What is to be found.
    """
    to_qt = qt_offsets(text)
    starts = [position for position, _ in anchors]
    found: list[tuple[int, int, Highlight]] = []
    for highlight in highlights:
        words = highlight.words.split()
        if not words or len(words) > _MOST_WORDS:
            continue
        pattern = re.compile(r"\s+".join(re.escape(word) for word in words))
        best: tuple[tuple[int, int], int, int] | None = None
        for match in pattern.finditer(text):
            start = to_qt(match.start())
            index = bisect_right(starts, start) - 1
            anchor = anchors[index][1] if index >= 0 else None
            before = _shared_end(text[max(match.start() - 120, 0) : match.start()], highlight.prefix)
            rank = before, int(anchor == highlight.anchor)
            if best is None or rank > best[0]:
                best = rank, start, to_qt(match.end())
        if best is not None:
            found.append((best[1], best[2], highlight))
    return sorted(found, key=lambda place: place[:2])


def highlight_format(highlight: Highlight, colours: Colours) -> QTextCharFormat:
    """How highlighted words look: each colour has a line of its own, so that nothing is said by colour alone."""
    form = QTextCharFormat()
    form.setUnderlineColor(QColor(colours.ink))
    if highlight.colour is None:
        form.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashDotLine)
        return form
    behind = {
        Colour.YELLOW: colours.highlight_yellow,
        Colour.GREEN: colours.highlight_green,
        Colour.BLUE: colours.highlight_blue,
        Colour.PINK: colours.highlight_pink,
    }[highlight.colour]
    form.setBackground(QColor(behind))
    form.setForeground(QColor(colours.ink))
    form.setUnderlineStyle(_LINES[highlight.colour])
    return form


def _shared_end(one: str, other: str) -> int:
    """How many characters two texts share at their ends, white space apart."""
    first, second = "".join(one.split()), "".join(other.split())
    count = 0
    while count < min(len(first), len(second)) and first[-1 - count] == second[-1 - count]:
        count += 1
    return count
