"""Blocks to pieces and structure elements: type sizes, indents, the widths of columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph as Lines

from reader.domain.paper import (
    Block,
    Box,
    Cell,
    Contents,
    Heading,
    ItemList,
    ListItem,
    Paragraph,
    Picture,
    Rule,
    Run,
    Style,
    Table,
    walk_blocks,
)
from reader.paper.fonts import FAMILY, Fonts
from reader.paper.pieces import (
    FRAME_COLOUR,
    Frame,
    Grid,
    GridCell,
    Image,
    Line,
    Piece,
    Stack,
    Text,
    decoded,
)
from reader.paper.tagging import LINK_COLOUR, Element

BODY_SIZE: Final = 9.5
_HEADINGS: Final = {1: 16.0, 2: 13.0, 3: 11.0, 4: 10.0, 5: 9.5, 6: 9.5}
_CELL_SIZES: Final = (8.5, 7.5, 6.5)
_INDENT: Final = 16.0
_TABLE_WIDTH: Final = 487.0
_WIDEST: Final = 1.4
"""How much more than the page a table may need: then words are broken. A wider one becomes a list of its rows."""
_TOO_WIDE: Final = "This table has more columns than the page has room for, so it stands here row by row."
_POINTS_OF_A_PIXEL: Final = 0.75  # 96 pixels to the inch, as on screen
_BOX_NAMES: Final = {
    "scope": "Scope",
    "related": "Related",
    "guidance": "Guidance",
    "legislation": "Legislation",
    "forms": "Forms",
    "note": "Note",
    "amendment": "Amendment",
    "warning": "Warning",
}
_UNFRAMED: Final = frozenset({"note", "plain"})
_TAGS: Final = {
    Style.BOLD: "b",
    Style.ITALIC: "i",
    Style.UNDERLINE: "u",
    Style.STRIKE: "strike",
    Style.SUB: "sub",
    Style.SUP: "super",
}
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f]")


@lru_cache(maxsize=256)
def text_style(size: float, *, is_bold: bool = False, is_code: bool = False) -> ParagraphStyle:
    """How a paragraph of a size is set."""
    return ParagraphStyle(
        f"size-{size}-{is_bold}-{is_code}",
        fontName=f"{FAMILY}-Bold" if is_bold else FAMILY,
        fontSize=size,
        leading=round(size * (1.25 if is_bold and size > BODY_SIZE else 1.38), 2),
        textColor=black,
        alignment=TA_LEFT,
        splitLongWords=1,
        allowWidows=0,
        allowOrphans=0,
        underlineWidth=0.5,
    )


class Setter:
    """Sets the blocks of one document."""

    def __init__(self, fonts: Fonts, page_height: float) -> None:
        """Make it.

        Args:
            fonts: What text is set with.
            page_height: The most that a picture may be high.
        """
        self._fonts = fonts
        self._page_height = page_height
        self._level = 0
        self._outline_level = 0
        self._places: dict[str, str] = {}
        self._part = 0

    def begin_part(self, number: int, blocks: tuple[Block, ...]) -> None:
        """What comes belongs to a part; links within it lead to its own headings."""
        self._part = number
        self._outline_level = 0
        headings = (block for block in walk_blocks(blocks) if isinstance(block, Heading) and block.anchor)
        self._places = {
            f"#{heading.anchor}": f"{part_place(number)}-{heading.anchor}" for heading in headings
        }

    def pieces(self, blocks: Iterable[Block], parent: Element, size: float = BODY_SIZE) -> list[Piece]:
        """Blocks of the text, below each other; their elements are added to the parent."""
        return [piece for block in blocks for piece in self._block(block, parent, size)]

    def text(
        self, text: str, parent: Element | None, size: float, *, is_bold: bool = False, kind: str = "P"
    ) -> Text:
        """One paragraph of plain text."""
        markup = escape(self._clean(text))
        element = parent.add(kind) if parent is not None else None
        return Text(lines=Lines(markup, text_style(size, is_bold=is_bold)), element=element, after=size * 0.2)

    def linked(self, text: str, target: str, parent: Element, size: float) -> Text:
        """One paragraph that leads to a place in the document."""
        colour = LINK_COLOUR.hexval().replace("0x", "#")
        markup = f'<a href="#{target}" color="{colour}">{escape(self._clean(text))}</a>'
        return Text(lines=Lines(markup, text_style(size)), element=parent.add("P"), after=size * 0.3)

    def _block(self, block: Block, parent: Element, size: float) -> list[Piece]:
        match block:
            case Heading():
                return [self._heading(block, parent, size)]
            case Paragraph():
                return [self._paragraph(block, parent.add("P"), size)]
            case ItemList():
                return [self._list(block, parent, size)]
            case Table():
                return self._table(block, parent, size)
            case Picture():
                return [self._picture(block, parent, size)]
            case Box():
                return [self._box(block, parent, size)]
            case Rule():
                return [Line(before=6, after=6)]
            case Contents():
                return []  # the document lists its own parts

    def _heading(self, block: Heading, parent: Element, size: float) -> Text:
        is_in_cell = size != BODY_SIZE
        if is_in_cell:
            style, element = text_style(size + 0.5, is_bold=True), parent.add("P")
        else:
            self._level = min(block.level, self._level + 1)
            style = text_style(_HEADINGS[block.level], is_bold=True)
            element = parent.add(f"H{self._level}", title=block.text)
        piece = Text(
            lines=Lines(self._markup(block.runs), style),
            element=element,
            before=style.fontSize * 0.9,
            after=style.fontSize * 0.35,
            stays_with_next=True,
        )
        if block.anchor:
            piece.place = self._places.get(f"#{block.anchor}", "")
            if not is_in_cell and block.level > 1:
                self._outline_level = min(block.level - 1, self._outline_level + 1)
                piece.outline = self._clean(block.text), self._outline_level
        return piece

    def _paragraph(self, block: Paragraph, element: Element, size: float) -> Text:
        if block.is_code:
            text = self._clean("".join(run.text for run in block.runs)).expandtabs(4)
            markup = "<br/>".join(escape(line).replace(" ", "\u00a0") for line in text.split("\n"))
        else:
            markup = self._markup(block.runs)
        return Text(
            lines=Lines(markup, text_style(size)), element=element, before=size * 0.3, after=size * 0.5
        )

    def _list(self, block: ItemList, parent: Element, size: float) -> Stack:
        numbering = "Decimal" if block.is_numbered else "Disc"
        owner = parent.add("L", attributes={"ListNumbering": numbering})
        rows: list[Piece] = []
        widest = max((self._fonts.width(item.label, size) for item in block.items), default=0)
        indent = max(_INDENT, widest + 6)
        for item in block.items:
            entry = owner.add("LI")
            mark = entry.add("Lbl") if item.label else None
            inner = self.pieces(item.blocks, entry.add("LBody"), size)
            if not inner:
                inner = [Text(lines=Lines("\u00a0", text_style(size)), element=None)]
            # The label stands before the first line of text; before anything else it has a line of its own.
            first = inner[0]
            label = (Lines(escape(self._clean(item.label)), text_style(size)), mark) if mark else None
            if isinstance(first, Text) and first.indent == 0:
                inner[0] = replace(first, label=label, indent=indent)
                rest: list[Piece] = [Stack(pieces=inner[1:], left=indent)] if inner[1:] else []
                rows.append(Stack(pieces=[inner[0], *rest], after=size * 0.25))
            elif label is not None:
                alone = Text(lines=label[0], element=mark, stays_with_next=True)
                rows.append(Stack(pieces=[alone, Stack(pieces=inner, left=indent)], after=size * 0.25))
            else:
                rows.append(Stack(pieces=inner, left=indent, after=size * 0.25))
        return Stack(pieces=rows, left=4, before=size * 0.2, after=size * 0.5)

    def _box(self, block: Box, parent: Element, size: float) -> Stack:
        name = _BOX_NAMES.get(block.kind, "")
        if block.kind == "quote":
            return Stack(
                pieces=self.pieces(block.blocks, parent.add("BlockQuote"), size), left=_INDENT, after=4
            )
        element = parent.add("Div", title=name)
        inner = self.pieces(block.blocks, element, size)
        if block.kind in _UNFRAMED:
            return Stack(pieces=inner, after=4)
        frame = (
            Frame(line=black, bar=black)
            if block.kind in {"warning", "not-held"}
            else Frame(fill=HexColor("#f3f4f6"), bar=FRAME_COLOUR)
        )
        return Stack(pieces=inner, padding=7, frame=frame, before=5, after=7)

    def _picture(self, block: Picture, parent: Element, size: float) -> Piece:
        words = self._clean(block.alternative)
        image = decoded(block.data, block.name) if block.data is not None else None
        if image is None or not block.width or not block.height:
            missing = f"[Picture that could not be printed: {words or 'without a description'}]"
            return self.text(missing, parent, size)
        element = parent.add("Figure", alternative=words or "Picture without a description")
        wanted = (block.width * _POINTS_OF_A_PIXEL, block.height * _POINTS_OF_A_PIXEL)
        return Image(
            image=image, wanted=wanted, most_height=self._page_height, element=element, before=5, after=7
        )

    def _table(self, block: Table, parent: Element, size: float) -> list[Piece]:
        places, count = _places(block.rows)
        available = _TABLE_WIDTH
        sizes = [one for one in _CELL_SIZES if one <= size] or [size]
        chosen = next((one for one in sizes if sum(self._least(places, count, one)) <= available), sizes[-1])
        if sum(self._least(places, count, chosen)) > available * _WIDEST:
            return self.pieces(_row_by_row(block, places), parent, size)
        shares = self._shares(places, count, chosen, available)
        element = parent.add("Table")
        before: list[Piece] = []
        if block.caption:
            caption = Lines(self._markup(block.caption), text_style(chosen + 0.5, is_bold=True))
            before.append(
                Text(lines=caption, element=element.add("Caption"), before=6, after=3, stays_with_next=True)
            )
        rows: list[tuple[GridCell, ...]] = []
        for index, row in enumerate(places):
            owner = element.add("TR")
            is_head = index < block.heads
            rows.append(
                tuple(self._grid_cell(cell, column, owner, chosen, is_head=is_head) for column, cell in row)
            )
        grid = Grid(
            shares=shares,
            heads=tuple(rows[: block.heads]),
            rows=tuple(rows[block.heads :]),
            before=5,
            after=8,
        )
        return [*before, grid]

    def _grid_cell(self, cell: Cell, column: int, owner: Element, size: float, *, is_head: bool) -> GridCell:
        kind = "TH" if cell.is_head or is_head else "TD"
        attributes: dict[str, str | int] = {}
        if kind == "TH":
            attributes["Scope"] = "Column" if is_head else "Row"
        if cell.columns > 1:
            attributes["ColSpan"] = cell.columns
        if cell.rows > 1:
            attributes["RowSpan"] = cell.rows
        stack = Stack(pieces=self.pieces(cell.blocks, owner.add(kind, attributes=attributes), size))
        return GridCell(stack, column, cell.columns, cell.rows, is_head=kind == "TH")

    def _least(self, places: _Rows, count: int, size: float) -> list[float]:
        """The width of the longest word of each column."""
        found = [size * 2] * count
        for row in places:
            for column, cell in row:
                words = (word for text in _texts(cell.blocks) for word in text.split())
                need = (
                    max((self._fonts.width(word, size, is_bold=cell.is_head) for word in words), default=0)
                    + 9
                )
                need = min(need, _TABLE_WIDTH / 2)  # a longer word is broken
                for at in range(column, column + cell.columns):
                    found[at] = max(found[at], need / cell.columns)
        return found

    def _shares(self, places: _Rows, count: int, size: float, available: float) -> tuple[float, ...]:
        """Room for the longest word in each column first; what is left goes by how much text there is."""
        least = self._least(places, count, size)
        wanted = list(least)
        for row in places:
            for column, cell in row:
                need = sum(self._fonts.width(text, size) for text in _texts(cell.blocks)) + 9
                for at in range(column, column + cell.columns):
                    wanted[at] = max(wanted[at], min(need / cell.columns, available))
        if sum(least) >= available:
            return tuple(one / sum(least) for one in least)
        more = [max(want - one, 0.1) ** 0.8 for want, one in zip(wanted, least, strict=True)]
        left = available - sum(least)
        widths = [one + left * extra / sum(more) for one, extra in zip(least, more, strict=True)]
        return tuple(width / available for width in widths)

    def _clean(self, text: str) -> str:
        return _CONTROL.sub(" ", self._fonts.drawable(text))

    def _markup(self, runs: Sequence[Run]) -> str:
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Run) -> str:
        if run.text == "\n":
            return "<br/>"
        text = escape(self._clean(run.text))
        for style in Style:  # one order, so that tags nest
            if style in run.styles and style in _TAGS:
                text = f"<{_TAGS[style]}>{text}</{_TAGS[style]}>"
        if Style.SMALL in run.styles:
            text = f'<font size="{BODY_SIZE - 1.5}">{text}</font>'
        target = self._target(run.link)
        if target:
            colour = LINK_COLOUR.hexval().replace("0x", "#")
            text = f'<a href={quoteattr(target)} color="{colour}"><u>{text}</u></a>'
        return text

    def _target(self, link: str | None) -> str:
        """Where a link leads on paper: an address outside, or a heading of the same part."""
        if not link or link.startswith("manual:"):
            return ""
        if link.startswith("#"):
            place = self._places.get(link)
            return f"#{place}" if place else ""
        return link


_Rows = Sequence[Sequence[tuple[int, Cell]]]


def part_place(number: int) -> str:
    """The name of the place where a part begins."""
    return f"part-{number}"


def _places(rows: Sequence[Sequence[Cell]]) -> tuple[list[list[tuple[int, Cell]]], int]:
    """Each cell with the column where it begins, and how many columns there are; gaps become empty cells."""
    taken: dict[tuple[int, int], None] = {}
    found: list[list[tuple[int, Cell]]] = []
    for index, row in enumerate(rows):
        column = 0
        placed: list[tuple[int, Cell]] = []
        for cell in row:
            while (index, column) in taken:
                column += 1
            cell = replace(cell, rows=min(cell.rows, len(rows) - index))  # noqa: PLW2901
            for down in range(cell.rows):
                for across in range(cell.columns):
                    taken[index + down, column + across] = None
            placed.append((column, cell))
            column += cell.columns
        found.append(placed)
    count = max((column + 1 for _, column in taken), default=1)
    for index, placed in enumerate(found):
        gaps = [column for column in range(count) if (index, column) not in taken]
        placed += [(column, Cell(())) for column in gaps]
        placed.sort(key=lambda pair: pair[0])
    return found, count


def _row_by_row(block: Table, places: _Rows) -> Iterator[Block]:
    """A table as a list of its rows, with the heading of its column before each cell."""
    heads: dict[int, str] = {}
    for row in places[: block.heads]:
        for column, cell in row:
            for at in range(column, column + cell.columns):
                heads[at] = " ".join([heads.get(at, ""), *_texts(cell.blocks)]).strip()
    if block.caption:
        yield Paragraph(block.caption)
    yield Paragraph((Run(_TOO_WIDE, frozenset({Style.ITALIC})),))
    items: list[ListItem] = []
    for number, row in enumerate(places[block.heads :], start=1):
        inner: list[Block] = []
        for column, cell in row:
            if cell.blocks and heads.get(column):
                inner.append(Paragraph((Run(f"{heads[column]}:", frozenset({Style.BOLD})),)))
            inner += cell.blocks
        items.append(ListItem(f"{number}.", tuple(inner)))
    yield ItemList(tuple(items), is_numbered=True)


def _texts(blocks: Iterable[Block]) -> Iterable[str]:
    for block in walk_blocks(tuple(blocks)):
        if isinstance(block, Paragraph | Heading):
            yield "".join(run.text for run in block.runs)
