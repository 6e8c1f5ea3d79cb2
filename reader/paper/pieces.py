"""What pages are put together from. A piece knows how high it is, can be cut in two, and draws itself.

Widths and heights are in points. A piece is never taller than it says; one that cannot be cut where it must be is cut
where it can.
"""

from __future__ import annotations

import struct
import zlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

from PIL.Image import Image as PixelImage
from PIL.Image import new as new_pixels
from PIL.Image import open as open_pixels
from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Paragraph as Lines
from typing_extensions import override

from reader.paper.tagging import Element, TaggedCanvas

FRAME_COLOUR: Final = HexColor("#5b6573")
RULE_COLOUR: Final = HexColor("#8a929d")
_FUZZ: Final = 0.01
_LEAST_BEFORE_CUT: Final = 36.0


@dataclass(slots=True)
class Piece(ABC):
    """A part of a page.

    Attributes:
        before: Space above it, left out at the top.
        after: Space below it.
        stays_with_next: It is never the last on a page.
    """

    before: float = 0.0
    after: float = 0.0
    stays_with_next: bool = False

    @abstractmethod
    def height(self, width: float) -> float: ...

    @abstractmethod
    def cut(self, width: float, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        """Two pieces of which the first fits the room; None when it cannot be cut there.

        Args:
            width: Of the column.
            room: The height that is left; less than its own.
            must: The room is a whole page: rules of good setting give way.
        """

    @abstractmethod
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None: ...


@dataclass(slots=True)
class Text(Piece):
    """A paragraph.

    Attributes:
        element: What it belongs to; None: an artifact.
        label: What stands before its first line, and what that belongs to.
        indent: Where its lines begin.
        right: What stands at the right end of its last line; of a known width, and set before it is drawn.
        place: The name of this place in the document, for links and the outline.
        outline: Its title and level in the outline.
    """

    lines: Lines | None = None
    element: Element | None = None
    label: tuple[Lines, Element | None] | None = None
    indent: float = 0.0
    right: RightEnd | None = None
    place: str = ""
    outline: tuple[str, int] | None = None
    _wrapped: tuple[float, float] | None = None

    @override
    def height(self, width: float) -> float:
        if self._wrapped is None or self._wrapped[0] != width:
            assert self.lines is not None  # noqa: S101  # every text has lines
            inner = width - self.indent - (self.right.width if self.right else 0)
            self._wrapped = width, self.lines.wrap(max(inner, 10), 100_000)[1]
        return self._wrapped[1]

    @override
    def cut(self, width: float, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        self.height(width)
        assert self.lines is not None  # noqa: S101
        self.lines.allowOrphans = self.lines.allowWidows = int(must)
        inner = width - self.indent - (self.right.width if self.right else 0)
        parts = self.lines.split(max(inner, 10), room)
        if len(parts) != 2:  # noqa: PLR2004
            self._wrapped = None  # a failed attempt lets go of the lines
            return None
        first = replace(self, lines=parts[0], after=0, right=None, _wrapped=None)
        rest = replace(self, lines=parts[1], label=None, before=0, place="", outline=None, _wrapped=None)
        return first, rest

    @override
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        height = self.height(width)
        assert self.lines is not None  # noqa: S101
        if self.place:
            canvas.bookmarkHorizontal(self.place, 0, top + 6)
        if self.outline and self.place:
            title, level = self.outline
            canvas.addOutlineEntry(title, self.place, level, closed=level > 0)
        if self.label is not None:
            mark, element = self.label
            mark_height = mark.wrap(self.indent, 1000)[1]
            _draw_text(canvas, mark, element, x, top - mark_height)
        _draw_text(canvas, self.lines, self.element, x + self.indent, top - height)
        if self.right is not None:
            self.right.draw(canvas, x + width, top - height, self.element)


@dataclass(slots=True)
class RightEnd:
    """What stands at the right end of a line. `text` may be set until it is drawn."""

    width: float
    font: str
    size: float
    text: str = ""
    link: str = ""

    def draw(self, canvas: TaggedCanvas, right: float, bottom: float, element: Element | None) -> None:
        if element is None:
            return
        canvas.begin_text(element)
        canvas.setFont(self.font, self.size)
        canvas.setFillColor(black)
        canvas.drawRightString(right, bottom + self.size * 0.35, self.text)
        canvas.end_text()


def _draw_text(canvas: TaggedCanvas, lines: Lines, element: Element | None, x: float, y: float) -> None:
    if element is None:
        canvas.begin(None)
        lines.drawOn(canvas, x, y)
        canvas.end()
        return
    canvas.begin_text(element)
    lines.drawOn(canvas, x, y)
    canvas.end_text()


@dataclass(slots=True)
class Line(Piece):
    """A line across."""

    weight: float = 0.5

    @override
    def height(self, width: float) -> float:
        return self.weight

    @override
    def cut(self, width: float, room: float, *, must: bool) -> None:
        return None

    @override
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        canvas.begin(None)
        canvas.setStrokeColor(RULE_COLOUR)
        canvas.setLineWidth(self.weight)
        canvas.line(x, top, x + width, top)
        canvas.end()


def decoded(data: bytes, name: str) -> PixelImage | None:
    """The pixels of a picture on white paper, or None when they cannot be read.

    Args:
        data: A file that holds nothing but pixels.
        name: Its extension says what it is; the content never does.
    """
    try:
        with open_pixels(BytesIO(data), formats=["PNG" if name.endswith(".png") else "JPEG"]) as found:
            found.load()
            if found.mode in {"L", "RGB"} and "transparency" not in found.info:
                return found.copy()
            layered = found.convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, zlib.error):
        return None
    paper = new_pixels("RGB", layered.size, "white")
    paper.paste(layered, mask=layered.getchannel("A"))
    return paper


@dataclass(slots=True)
class Image(Piece):
    """A picture, as large as it wants to be and the page allows."""

    image: PixelImage | None = None
    wanted: tuple[float, float] = (1.0, 1.0)
    most_height: float = 100.0
    element: Element | None = None

    def _size(self, width: float) -> tuple[float, float]:
        scale = min(1.0, width / self.wanted[0], self.most_height / self.wanted[1])
        return self.wanted[0] * scale, self.wanted[1] * scale

    @override
    def height(self, width: float) -> float:
        return self._size(width)[1]

    @override
    def cut(self, width: float, room: float, *, must: bool) -> None:
        return None

    @override
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        own_width, own_height = self._size(width)
        canvas.begin(self.element)
        canvas.drawImage(ImageReader(self.image), x, top - own_height, own_width, own_height)
        canvas.end()


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn around a stack."""

    fill: Color | None = None
    bar: Color | None = None
    line: Color | None = None


@dataclass(slots=True)
class Stack(Piece):
    """Pieces below each other, with a margin at the left, and perhaps a frame."""

    pieces: Sequence[Piece] = ()
    left: float = 0.0
    padding: float = 0.0
    frame: Frame | None = None

    def _inner(self, width: float) -> float:
        return max(width - self.left - 2 * self.padding, 10)

    @override
    def height(self, width: float) -> float:
        inner = self._inner(width)
        total = 2 * self.padding
        for index, piece in enumerate(self.pieces):
            total += piece.height(inner) + self._gap(index)
        return total

    def _gap(self, index: int) -> float:
        """Space above a piece: the larger of what it and the one before ask for."""
        return max(self.pieces[index].before, self.pieces[index - 1].after) if index else 0.0

    @override
    def cut(self, width: float, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        inner = self._inner(width)
        left = room - 2 * self.padding
        kept: list[Piece] = []
        rest: list[Piece] = list(self.pieces)
        for index, piece in enumerate(self.pieces):
            gap = self._gap(index)
            height = piece.height(inner)
            if height + gap <= left + _FUZZ:
                kept.append(rest.pop(0))
                left -= height + gap
                continue
            both = piece.cut(inner, left - gap, must=must and not kept) if left - gap > 0 else None
            if both is not None:
                kept.append(both[0])
                rest[0] = both[1]
            break
        while kept and kept[-1].stays_with_next and rest and (len(kept) > 1 or not must):
            rest.insert(0, kept.pop())
        if must and not kept and rest:  # nothing of it can be cut: it is drawn as it is
            kept.append(rest.pop(0))
        if not kept or not rest:
            return (replace(self, pieces=kept, after=0), Stack()) if kept and must else None
        return replace(self, pieces=kept, after=0), replace(self, pieces=rest, before=0)

    @override
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        if self.frame is not None:
            self._draw_frame(canvas, self.frame, x + self.left, top, width - self.left)
        inner = self._inner(width)
        y = top - self.padding
        for index, piece in enumerate(self.pieces):
            y -= self._gap(index)
            piece.draw(canvas, x + self.left + self.padding, y, inner)
            y -= piece.height(inner)

    def _draw_frame(self, canvas: TaggedCanvas, frame: Frame, x: float, top: float, width: float) -> None:
        height = self.height(width + self.left)
        canvas.begin(None)
        canvas.saveState()
        if frame.fill is not None:
            canvas.setFillColor(frame.fill)
            canvas.rect(x, top - height, width, height, stroke=0, fill=1)
        if frame.line is not None:
            canvas.setStrokeColor(frame.line)
            canvas.setLineWidth(0.8)
            canvas.rect(x, top - height, width, height, stroke=1, fill=0)
        if frame.bar is not None:
            canvas.setFillColor(frame.bar)
            canvas.rect(x, top - height, 2.5, height, stroke=0, fill=1)
        canvas.restoreState()
        canvas.end()


@dataclass(slots=True)
class GridCell:
    """A cell. One that spans rows goes on below, in the rows that it spans."""

    stack: Stack
    column: int
    columns: int = 1
    rows: int = 1
    is_head: bool = False


@dataclass(slots=True)
class Grid(Piece):
    """A table. Its heading rows stand above each part of it; drawn again they are artifacts.

    Attributes:
        shares: The part of the width that each column has; together 1.
    """

    shares: tuple[float, ...] = ()
    heads: tuple[tuple[GridCell, ...], ...] = ()
    rows: tuple[tuple[GridCell, ...], ...] = ()
    is_again: bool = False
    inset: float = 4.0
    _heights: tuple[float, tuple[float, ...]] | None = None

    def _cell_width(self, cell: GridCell, width: float) -> float:
        share = sum(self.shares[cell.column : cell.column + cell.columns])
        return share * width - 2 * self.inset

    def _row_heights(self, width: float) -> tuple[float, ...]:
        """The height of each row, headings first. A cell of several rows fills up the last of them."""
        if self._heights is not None and self._heights[0] == width:
            return self._heights[1]
        rows = (*self.heads, *self.rows)
        heights = [0.0] * len(rows)
        open_cells: list[tuple[int, float]] = []  # (last row, height still needed)
        for index, row in enumerate(rows):
            least = 2 * self.inset + 6
            for cell in row:
                need = cell.stack.height(self._cell_width(cell, width)) + 2 * self.inset
                if cell.rows == 1:
                    least = max(least, need)
                else:
                    open_cells.append((min(index + cell.rows - 1, len(rows) - 1), need))
            least = max([least, *(need for last, need in open_cells if last == index)])
            heights[index] = least
            open_cells = [(last, need - least) for last, need in open_cells if last != index]
        self._heights = width, tuple(heights)
        return self._heights[1]

    @override
    def height(self, width: float) -> float:
        return sum(self._row_heights(width))

    @override
    def cut(self, width: float, room: float, *, must: bool) -> tuple[Piece, Piece] | None:
        heights = self._row_heights(width)
        head_height = sum(heights[: len(self.heads)])
        left = room - head_height
        count = 0
        for height in heights[len(self.heads) :]:
            if height > left + _FUZZ:
                break
            left -= height
            count += 1
        if count < len(self.rows) and (left > _LEAST_BEFORE_CUT or (must and not count)):
            both = self._cut_row(self.rows[count], width, left, must=must and not count)
            if both is not None:
                first = (*self.rows[:count], both[0])
                return self._parts(first, (both[1], *self.rows[count + 1 :]), width)
        whole = self._rows_that_may_end(count)
        if whole == 0 or whole < count // 2:  # cells that span many rows are cut too
            whole = count or int(must and len(self.rows) > 1)
        if not 0 < whole < len(self.rows):
            return None
        return self._parts(self.rows[:whole], self.rows[whole:], width)

    def _parts(
        self, first: tuple[_GridRow, ...], rest: tuple[_GridRow, ...], width: float
    ) -> tuple[Piece, Piece]:
        """Two tables. A cell that spans rows of both is cut, and goes on in the second."""
        count = len(first)
        heights = self._natural_heights(first, width)
        going_on: list[GridCell] = []
        kept: list[_GridRow] = []
        for index, row in enumerate(first):
            cells: list[GridCell] = []
            for cell in row:
                if index + cell.rows <= count:
                    cells.append(cell)
                    continue
                own_width = self._cell_width(cell, width)
                room = sum(heights[index:]) - 2 * self.inset
                top, more = _cut_stack(cell.stack, own_width, room)
                cells.append(replace(cell, stack=top, rows=count - index))
                going_on.append(replace(cell, stack=more, rows=index + cell.rows - count))
            kept.append(tuple(cells))
        following = tuple(sorted((*rest[0], *going_on), key=lambda cell: cell.column))
        return (
            replace(self, rows=tuple(kept), after=0, _heights=None),
            replace(self, rows=(following, *rest[1:]), before=0, is_again=True, _heights=None),
        )

    def _natural_heights(self, rows: tuple[_GridRow, ...], width: float) -> list[float]:
        """The heights of rows without what cells that go on below them ask for."""
        closed = tuple(
            tuple(cell for cell in row if index + cell.rows <= len(rows)) for index, row in enumerate(rows)
        )
        return list(replace(self, heads=(), rows=closed, _heights=None)._row_heights(width))  # noqa: SLF001

    def _rows_that_may_end(self, count: int) -> int:
        """The most rows, up to a count, behind which no cell goes on, and that end with no heading of the next row."""
        for number in range(min(count, len(self.rows)), 0, -1):
            goes_on = any(
                index + cell.rows > number for index, row in enumerate(self.rows[:number]) for cell in row
            )
            is_heading = number < len(self.rows) and self._is_across(self.rows[number - 1])
            if not goes_on and not (is_heading and number > 1):
                return number
        return 0

    def _is_across(self, row: _GridRow) -> bool:
        """Whether a row is one cell over several columns: it says something of the row below."""
        return len(row) == 1 and row[0].columns == len(self.shares) > 1

    def _cut_row(
        self, row: tuple[GridCell, ...], width: float, room: float, *, must: bool
    ) -> tuple[tuple[GridCell, ...], tuple[GridCell, ...]] | None:
        tops: list[GridCell] = []
        rests: list[GridCell] = []
        is_any_cut = False
        for cell in row:
            own_width, own_room = self._cell_width(cell, width), room - 2 * self.inset
            if cell.stack.height(own_width) <= own_room + _FUZZ:
                tops.append(replace(cell, rows=1))
                rests.append(replace(cell, stack=Stack()))
                continue
            both = cell.stack.cut(own_width, own_room, must=must) if own_room > 0 else None
            if both is None or not isinstance(both[0], Stack) or not isinstance(both[1], Stack):
                return None
            is_any_cut = True
            tops.append(replace(cell, stack=both[0], rows=1))
            rests.append(replace(cell, stack=both[1]))
        return (tuple(tops), tuple(rests)) if is_any_cut else None

    @override
    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        heights = self._row_heights(width)
        rows = (*self.heads, *self.rows)
        edges = [x + sum(self.shares[:index]) * width for index in range(len(self.shares) + 1)]
        y = top
        for index, row in enumerate(rows):
            for cell in row:
                left, right = edges[cell.column], edges[min(cell.column + cell.columns, len(self.shares))]
                height = sum(heights[index : index + cell.rows])
                canvas.begin(None)
                canvas.saveState()
                canvas.setStrokeColor(RULE_COLOUR)
                canvas.setLineWidth(0.6)
                canvas.setFillColor(HexColor("#eef0f3"))
                canvas.rect(left, y - height, right - left, height, stroke=1, fill=int(cell.is_head))
                canvas.restoreState()
                canvas.end()
                is_repeat = self.is_again and index < len(self.heads)
                stack = without_elements(cell.stack) if is_repeat else cell.stack
                stack.draw(canvas, left + self.inset, y - self.inset, right - left - 2 * self.inset)
            y -= heights[index]


_GridRow = tuple[GridCell, ...]


def _cut_stack(stack: Stack, width: float, room: float) -> tuple[Stack, Stack]:
    """What of a stack fits, and the rest of it."""
    if stack.height(width) <= room + _FUZZ:
        return stack, Stack()
    both = stack.cut(width, room, must=False) if room > 0 else None
    if both is None or not isinstance(both[0], Stack) or not isinstance(both[1], Stack):
        return Stack(), stack
    return both[0], both[1]


def without_elements(piece: Stack) -> Stack:
    """The same, drawn as an artifact."""

    def one(inner: Piece) -> Piece:
        if isinstance(inner, Text):
            mark = (inner.label[0], None) if inner.label else None
            return replace(inner, element=None, label=mark, place="", outline=None)
        if isinstance(inner, Stack):
            return without_elements(inner)
        return replace(inner, element=None) if isinstance(inner, Image) else inner

    return replace(piece, pieces=[one(inner) for inner in piece.pieces])
