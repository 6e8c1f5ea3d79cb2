"""A sanitised chapter, made ready for a window that lays text out on the thread on which it also answers the reader.

Qt lays out paragraphs as they come into view, but a table in one go, and some things cost it the square of their
number. What was measured (PySide6 6.11, two cores at 2.5 GHz): a table of 5,950 cells takes 470 ms, and 260 ms again
at each step of a resize; in pieces of some rows it takes 65 and 15. 60,000 items in one list take 98 s, 59,000
different anchors 132 s, 60,000 lines in one paragraph 1.3 s, a tab in preformatted text 80 µs. So `for_screen`

* cuts long tables into tables of some rows, with the same widths of columns,
* shows the cells of a row that is too much for a table (or of more columns than fit) as blocks below each other,
* cuts long lists, leaves out anchors beyond hundreds, and writes tabs as spaces,

and `check_screen` refuses what is still too much for one go. Both work on what is shown only: what is signed stays as
it is. Nothing is taken out but anchors, and every word stays in its order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from reader.domain.errors import BundleRefusedError, Reason

ELEMENTS: Final = 16_000
"""Of a chapter, rows and groups of rows not counted; a line or a tab of preformatted text counts as one. 6 µs each."""
INLINE_ELEMENTS: Final = 5_000
"""Of a paragraph. 18 µs each."""
LINE_BREAKS: Final = 2_000
"""Of a paragraph. 20 µs each."""
PARAGRAPH_UNUSUAL: Final = 12_000
"""Characters of a paragraph that need another font or shaping. 1 to 7 µs each."""
CHAPTER_UNUSUAL: Final = 120_000
ZERO_WIDTH: Final = 20_000
"""Characters of a chapter that take no place, so that any number of them is on screen at once."""

_WHOLE_TABLE_COST: Final = 600
_PIECE_COST: Final = 300
_CHARACTERS_OF_A_CELL: Final = 100  # as expensive as one more cell
_SPANNED_OF_A_CELL: Final = 2  # places that a cell covers beside its own
_NESTING_FACTOR: Final = 2.5
_COLUMNS: Final = 30
_LIST_ITEMS: Final = 100
_ANCHORS: Final = 500
_TAB: Final = "    "
_LINE: Final = 75.0  # characters
_CELL_PADDING: Final = 3.0
_BOLD: Final = 1.2
_LONG_WORD: Final = 30
_LONG_TEXT: Final = 60
_LARGE_TABLE: Final = "This table is large, so it is shown row by row."

# A box that holds neither another one nor a table.
_BOX: Final = re.compile(
    r'<div class="(scope|related|guidance|legislation|forms|amendment|note|warning)">'
    r"((?:(?!<div|</div|<table).){1,8000})</div>",
    re.DOTALL,
)
_BOXES: Final = 60
_TOKEN: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>")
_ATTRIBUTE: Final = re.compile(r'\s([a-z]+)="([^"]*)"')
_ID: Final = re.compile(r'\s(?:id|name)="([^"]*)"')
_ANCHOR_LINK: Final = re.compile(r'\shref="#([^"]*)"')
_HEADING_ID: Final = re.compile(r'<h[1-6][^<>]*\sid="([^"]*)"')
_ENTITY: Final = re.compile(r"&[a-zA-Z]+;")
_UNUSUAL: Final = re.compile(r"[^\x00-\u024f\u1e00-\u1eff\u2010-\u2027\u2030-\u205e\u2070-\u22ff]")
_ZERO_WIDTH: Final = re.compile(
    r"[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_VOID: Final = frozenset({"br", "hr", "img"})
_ROW_GROUPS: Final = frozenset({"thead", "tbody", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
_LISTS: Final = frozenset({"ul", "ol"})
_UNCOUNTED: Final = _ROW_GROUPS | {"tr"}
_DEAR: Final = {"table": 4, "blockquote": 2}
_BLOCKS: Final = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "div", "blockquote", "pre", "ul", "ol", "li", "dl"}
) | {"dt", "dd", "table", "tr", "td", "th", "caption", "hr"}


def check_screen(html: str) -> None:
    """Refuse a sanitised chapter that would stop the window for longer than one notices.

    These limits are narrower than those of format 1: a chapter between the two is genuine, and is not shown.

    Raises:
        BundleRefusedError: `chapter-too-complex`, naming the limit.
    """
    elements = inline = breaks = unusual = all_unusual = zero_width = pre_depth = position = 0
    for token in _TOKEN.finditer(html):
        text, position = html[position : token.start()], token.end()
        is_start, tag = not token[1], token[2]
        if pre_depth:
            elements += text.count("\n") + text.count("\t")
        if not text.isascii():
            count = len(_UNUSUAL.findall(text))
            unusual, all_unusual = unusual + count, all_unusual + count
            zero_width += len(_ZERO_WIDTH.findall(text))
            _check(unusual, PARAGRAPH_UNUSUAL, "a paragraph has more than {:,} characters of unusual scripts")
        if is_start and tag not in _UNCOUNTED:
            elements += _DEAR.get(tag, 1)
            inline += 1
        if tag == "br":
            breaks += 1
            _check(breaks, LINE_BREAKS, "a paragraph has more than {:,} lines")
        _check(inline, INLINE_ELEMENTS, "a paragraph has more than {:,} elements")
        if tag in _BLOCKS:
            inline = breaks = unusual = 0
        if tag == "pre":
            pre_depth += 1 if is_start else -1
    _check(elements, ELEMENTS, "it has more than {:,} elements and lines of code")
    _check(all_unusual, CHAPTER_UNUSUAL, "it has more than {:,} characters of unusual scripts")
    _check(zero_width, ZERO_WIDTH, "it has more than {:,} characters that cannot be seen")


def for_screen(html: str) -> str:
    """The sanitised chapter as the window is given it; one that costs little is returned as it is."""
    tabs = "<pre" in html and "\t" in html
    is_cheap = len(html) < _WHOLE_TABLE_COST * _CHARACTERS_OF_A_CELL // 2 or "<table" not in html
    if (
        is_cheap
        and not tabs
        and html.count("<t") <= _WHOLE_TABLE_COST // 4
        and html.count("<li") <= _LIST_ITEMS
        and html.count('="') <= _ANCHORS
    ):
        return _framed(html)
    kept = _kept_anchors(html)
    if kept is not None:
        html = _without_anchors(html, kept)
    return _framed("".join(_shown(_parse(html))))


def _framed(html: str) -> str:
    """Boxes as tables of one cell: Qt has no other frame, and shades a box paragraph by paragraph."""
    if html.count("<div") > _BOXES:
        return html
    return _BOX.sub(
        r'<table class="box" width="100%" cellspacing="0"><tr><td class="\1">\2</td></tr></table>', html
    )


def _check(count: int, limit: int, sentence: str) -> None:
    if count > limit:
        raise BundleRefusedError(
            Reason.CHAPTER_TOO_COMPLEX,
            f"This chapter is too complex to be shown safely: {sentence.format(limit)}.",
        )


# Anchors


def _kept_anchors(html: str) -> frozenset[str] | None:
    """Which anchors stay: those that the chapter links to, then headings, then the others. None: all of them."""
    anchors = dict.fromkeys(_ID.findall(html))
    if len(anchors) <= _ANCHORS:
        return None
    linked = (anchor for anchor in dict.fromkeys(_ANCHOR_LINK.findall(html)) if anchor in anchors)
    ordered = dict.fromkeys((*linked, *_HEADING_ID.findall(html), *anchors))
    return frozenset(list(ordered)[:_ANCHORS])


def _without_anchors(html: str, kept: frozenset[str]) -> str:
    def without(token: re.Match[str]) -> str:
        return _ID.sub(lambda match: match[0] if match[1] in kept else "", token[0])

    return _TOKEN.sub(without, html)


# The chapter as a tree


@dataclass(slots=True)
class _Element:
    tag: str
    attributes: str = ""
    children: list[_Element | str] = field(default_factory=list)

    @property
    def id_attribute(self) -> str:
        match = _ID.search(self.attributes)
        return match[0] if match else ""

    def elements(self) -> Iterator[_Element]:
        return (child for child in self.children if isinstance(child, _Element))

    def span(self, name: str) -> int:
        match = re.search(rf'\s{name}="(\d+)"', self.attributes)
        return max(int(match[1]), 1) if match else 1

    def opened(self, more: str = "") -> str:
        return f"<{self.tag}{self.attributes}{more}>"


def _parse(html: str) -> _Element:
    """Sanitised HTML is balanced, and has no ">" in an attribute."""
    root = _Element("")
    open_elements = [root]
    position = 0
    for token in _TOKEN.finditer(html):
        if token.start() > position:
            open_elements[-1].children.append(html[position : token.start()])
        position = token.end()
        if token[1]:
            if len(open_elements) > 1:
                open_elements.pop()
            continue
        element = _Element(token[2], token[3])
        open_elements[-1].children.append(element)
        if element.tag not in _VOID:
            open_elements.append(element)
    open_elements[-1].children.append(html[position:])
    return root


def _shown(node: _Element | str, *, is_in_table: bool = False, is_in_pre: bool = False) -> Iterator[str]:
    """The HTML of a node, with its large parts taken apart."""
    if isinstance(node, str):
        yield node.replace("\t", _TAB) if is_in_pre else node
        return
    if node.tag in _VOID:
        yield node.opened()
        return
    if node.tag == "table" and not is_in_table:
        yield from _table(node)
        return
    if node.tag in _LISTS:
        yield from _list(node, is_in_table=is_in_table)
        return
    yield node.opened() if node.tag else ""
    yield from _inside(node, is_in_table=is_in_table, is_in_pre=is_in_pre or node.tag == "pre")
    yield f"</{node.tag}>" if node.tag else ""


def _inside(node: _Element, *, is_in_table: bool = False, is_in_pre: bool = False) -> Iterator[str]:
    for child in node.children:
        yield from _shown(child, is_in_table=is_in_table or node.tag == "table", is_in_pre=is_in_pre)


def _text(node: _Element | str) -> str:
    return node if isinstance(node, str) else "".join(_text(child) for child in node.children)


# Lists


def _list(node: _Element, *, is_in_table: bool) -> Iterator[str]:
    """A list, cut where it is long: Qt marks every item of a list as changed for every item that is added."""
    items = sum(child.tag == "li" for child in node.elements())
    pieces = -(-items // _LIST_ITEMS)
    if pieces <= 1:
        yield node.opened()
        yield from _inside(node, is_in_table=is_in_table)
        yield f"</{node.tag}>"
        return
    first = node.span("start") if node.tag == "ol" else 1
    yield node.opened(' style="margin-bottom: 0;"')
    count = 0
    for child in node.children:
        if isinstance(child, _Element) and child.tag == "li":
            if count and count % _LIST_ITEMS == 0:
                start = f' start="{first + count}"' if node.tag == "ol" else ""
                margins = (
                    "margin-top: 0;"
                    if count // _LIST_ITEMS == pieces - 1
                    else "margin-top: 0; margin-bottom: 0;"
                )
                yield f'</{node.tag}><{node.tag}{start} style="{margins}">'
            count += 1
        yield from _shown(child, is_in_table=is_in_table)
    yield f"</{node.tag}>"


# Tables


@dataclass(slots=True)
class _Cell:
    """A cell at its place in the grid."""

    element: _Element
    row: int
    column: int
    rows: int
    columns: int


@dataclass(slots=True)
class _Row:
    element: _Element
    cells: list[_Cell]
    cost: float
    is_header: bool


def _cost(node: _Element | str, depth: int = 0) -> float:
    """What it costs to lay out, in cells of a plain table. Every table around it makes it dearer."""
    factor = _NESTING_FACTOR ** max(depth - 1, 0)
    if isinstance(node, str):
        return factor * len(node) / _CHARACTERS_OF_A_CELL
    own = factor if node.tag not in _UNCOUNTED else 0.0
    if node.tag in _CELLS:
        own *= 1 + (node.span("colspan") * node.span("rowspan") - 1) / _SPANNED_OF_A_CELL
    inner = depth + (node.tag == "table")
    return own + sum(_cost(child, inner) for child in node.children)


def _rows_of(table: _Element) -> list[_Row]:
    rows: list[_Row] = []
    taken: dict[int, int] = {}  # by column, how many more rows a cell from above reaches down
    for group in table.elements():
        within = group.elements() if group.tag in _ROW_GROUPS else iter((group,))
        for element in within:
            if element.tag != "tr":
                continue
            cells: list[_Cell] = []
            column = 0
            below: dict[int, int] = {}
            for cell in element.elements():
                if cell.tag not in _CELLS:
                    continue
                while taken.get(column, 0):
                    column += 1
                span, down = cell.span("colspan"), cell.span("rowspan")
                cells.append(_Cell(cell, len(rows), column, down, span))
                below.update(dict.fromkeys(range(column, column + span), down))
                column += span
            taken = {at: left - 1 for at, left in taken.items() if left > 1}
            taken |= {at: down - 1 for at, down in below.items() if down > 1}
            is_header = group.tag == "thead" or all(cell.element.tag == "th" for cell in cells)
            rows.append(_Row(element, cells, _cost(element, 1), is_header and bool(cells)))
    return rows


def _table(table: _Element) -> Iterator[str]:
    """A table as it is, in pieces, or its rows as blocks."""
    rows = _rows_of(table)
    columns = max((cell.column + cell.columns for row in rows for cell in row.cells), default=0)
    if columns <= _COLUMNS and _cost(table) <= _WHOLE_TABLE_COST:
        yield table.opened()
        yield from _inside(table, is_in_table=True)
        yield "</table>"
        return
    captions = [child for child in table.elements() if child.tag == "caption"]
    is_by_blocks = [columns > _COLUMNS or row.cost > _WHOLE_TABLE_COST for row in rows]
    if any(is_by_blocks) and columns > 1:
        yield f'<p class="note">{_LARGE_TABLE}</p>'
    labels = _labels(rows)
    widths = _widths(rows, columns)
    start = table.id_attribute
    for first, end in _pieces(rows, is_by_blocks):
        if is_by_blocks[first]:
            yield f"<div{start}>{''.join(_caption(captions))}</div>" if start or captions else ""
            yield from _blocks(rows[first], labels)
        else:
            attributes = f"{start}{_class_of(table, is_first=first == 0)}"
            yield f'<table{attributes} width="{min(sum(widths), 100)}%">'
            for caption in captions:
                yield from _shown(caption, is_in_table=True)
            yield from _piece(rows, first, end, widths)
            yield "</table>"
        start, captions = "", []


def _class_of(table: _Element, *, is_first: bool) -> str:
    """The class of a piece; those behind the first one are told from tables of their own by another one."""
    match = re.search(r'\sclass="([^"]*)"', table.attributes)
    classes = [match[1]] if match else []
    classes += [] if is_first else ["part"]
    return f' class="{" ".join(classes)}"' if classes else ""


def _caption(captions: Iterable[_Element]) -> Iterator[str]:
    for caption in captions:
        yield "<b>"
        yield from _inside(caption)
        yield "</b>"


def _pieces(rows: list[_Row], is_by_blocks: list[bool]) -> Iterator[tuple[int, int]]:
    """(first row, row behind the last one) of each piece; rows that are shown as blocks are pieces of their own.

    A piece ends between two rows that no cell joins, or where it has become twice as long as it should be.
    """
    first, cost, joined_until = 0, 0.0, 0
    for index, row in enumerate(rows):
        is_due = cost + row.cost > _PIECE_COST and (
            index >= joined_until or cost + row.cost > 2 * _PIECE_COST
        )
        if index > first and (is_by_blocks[index] or is_by_blocks[index - 1] or is_due):
            yield first, index
            first, cost = index, 0.0
        cost += row.cost
        joined_until = max((joined_until, *(index + cell.rows for cell in row.cells)))
    if rows:
        yield first, len(rows)


def _piece(rows: list[_Row], first: int, end: int, widths: list[int]) -> Iterator[str]:
    """Some rows of a table. A cell that reaches over an edge of the piece goes on as an empty one behind it."""
    reaching = (
        [cell for row in rows[:first] for cell in row.cells if cell.row + cell.rows > first] if first else []
    )
    given: set[int] = set()
    for index in range(first, end):
        yield rows[index].element.opened()
        cells = [(cell.column, cell) for cell in rows[index].cells]
        if index == first:
            cells += [(cell.column, cell) for cell in reaching]
        for column, cell in sorted(cells, key=lambda pair: pair[0]):
            down = min(cell.row + cell.rows, end) - index
            width = ""
            if cell.columns == 1 and column not in given:
                given.add(column)
                width = f' width="{widths[column]}%"'
            spans = "".join(
                f' {name}="{count}"'
                for name, count in (("colspan", cell.columns), ("rowspan", down))
                if count > 1
            )
            if cell.row < index:
                yield f"<td{spans}{width}></td>"
                continue
            yield f"<{cell.element.tag}{cell.element.id_attribute}{spans}{width}>"
            yield from _inside(cell.element, is_in_table=True)
            yield f"</{cell.element.tag}>"
        yield "</tr>"


def _widths(rows: list[_Row], columns: int) -> list[int]:
    """The width of each column in percent, so that all pieces have the same: by the longest text and longest word."""
    least, wanted = [5.0] * columns, [5.0] * columns
    for row in rows:
        for cell in row.cells:
            if cell.columns == 1:
                text = _ENTITY.sub("x", _text(cell.element))
                word = max((len(part) for part in text.split()), default=0)
                width = _BOLD if row.is_header else 1.0
                least[cell.column] = max(least[cell.column], min(word, _LONG_WORD) * width + _CELL_PADDING)
                wanted[cell.column] = max(
                    wanted[cell.column], min(len(text), _LONG_TEXT) * width + _CELL_PADDING
                )
    spare = max(_LINE - sum(least), 0.0)
    more = sum(wanted) - sum(least)
    share = min(spare / more, 1.0) if more > 0 else 0.0
    widths = [low + share * (high - low) for low, high in zip(least, wanted, strict=True)]
    whole = max(sum(widths), _LINE)
    return [max(int(100 * width / whole), 1) for width in widths]


def _labels(rows: list[_Row]) -> dict[int, str]:
    """What the first row says of each column, when it is a header."""
    if not rows or not rows[0].is_header:
        return {}
    return {
        column: " ".join(_text(cell.element).split())
        for cell in rows[0].cells
        for column in range(cell.column, cell.column + cell.columns)
    }


def _blocks(row: _Row, labels: dict[int, str]) -> Iterator[str]:
    """The cells of a row below each other; short ones share a paragraph. Tables in them stand by themselves."""
    is_open = False
    anchor = row.element.id_attribute
    for cell in row.cells:
        has_blocks = any(child.tag in _BLOCKS for child in cell.element.elements())
        label = "" if row.is_header else labels.get(cell.column, "")
        name = f"<b>{label}:</b> " if label else ""
        if has_blocks:
            yield "</p>" if is_open else ""
            yield f"<div{anchor}><div{cell.element.id_attribute}>{name}"
            yield from _inside(cell.element)
            yield "</div></div>"
            is_open, anchor = False, ""
            continue
        if is_open:
            yield "; "
        else:
            yield f"<p{anchor}>"
            is_open, anchor = True, ""
        is_head = cell.element.tag == "th"
        yield f"<span{cell.element.id_attribute}>{name}{'<b>' if is_head else ''}"
        yield from _inside(cell.element)
        yield f"{'</b>' if is_head else ''}</span>"
    yield "</p>" if is_open else ""
