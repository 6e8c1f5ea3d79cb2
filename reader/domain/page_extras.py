"""What a text is given for the screen beside its own words: a way to open tables and pictures large.

All that is added carries an address of its own (`table:3`, `picture:0`), so that it can be told from the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

TABLE_SCHEME: Final = "table"
PICTURE_SCHEME: Final = "picture"
_MANY_ROWS: Final = 10
_MANY_COLUMNS: Final = 4
_SMALL_PX: Final = 120
_TOKEN: Final = re.compile(r"<(/?)(table|td|th|a|img|p|li|dt|dd|div|blockquote|h[1-6])\b([^<>]*)>")
_CELL: Final = re.compile(r"<(/?)(table|tr|td|th)\b([^<>]*)>")
_CLOSE_LINES: Final = ' style="line-height: 100%;"'
"""For a paragraph with a picture: more would put a share of the picture's height above it."""
_CLASS: Final = re.compile(r'\sclass="([^"]*)"')
_SOURCE: Final = re.compile(r'\ssrc="([^"]*)"')
_ALT: Final = re.compile(r'\salt="([^"]*)"')
_SPAN: Final = re.compile(r'\scolspan="(\d+)"')
_WIDTH: Final = re.compile(r'\swidth="(\d+)"')
_FRAMES: Final = frozenset({"box", "facts"})
_PART: Final = "part"


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A picture of a text.

    Attributes:
        target: Its place in the bundle; empty when it is of nowhere.
        alt: What it says in words.
    """

    target: str
    alt: str


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a text, cell by cell. A cell that covers several places stands in each of them.

    Attributes:
        header: The names of the columns; empty when it has none.
        has_side: Whether the first cell of each row is its name.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    has_side: bool

    @property
    def columns(self) -> int:
        return max((len(row) for row in (self.header, *self.rows)), default=0)


@dataclass(frozen=True, slots=True)
class Extras:
    """A text made ready for the screen.

    Attributes:
        html: The text with ways to open its large tables and its pictures.
        tables: For each table that Qt will make, in order: which table of the text it belongs to, or None for a frame.
        pictures: Its pictures, in order.
    """

    html: str
    tables: tuple[int | None, ...]
    pictures: tuple[PagePicture, ...]


def with_extras(html: str) -> Extras:
    """Add the ways to open tables and pictures; a text without them stays as it is."""
    if "<table" not in html and "<img" not in html:
        return Extras(html, (), ())
    sizes = _sizes(html)
    added: list[tuple[int, str]] = []
    order: list[int | None] = []
    pictures: list[PagePicture] = []
    blocks: list[int] = []
    closed: set[int] = set()
    depth = links = number = 0
    for token in _TOKEN.finditer(html):
        is_end, tag, attributes = bool(token[1]), token[2], token[3]
        if tag == "a":
            links += -1 if is_end else 1
        elif tag == "img":
            picture = PagePicture(_target(attributes), unescape(_found(_ALT, attributes)))
            if not links and picture.target and not _is_small(attributes):
                added.append((token.end(), _picture_link(len(pictures), picture)))
            pictures.append(picture)
            if blocks and blocks[-1] not in closed:
                added.append((blocks[-1], _CLOSE_LINES))
                closed.add(blocks[-1])
        elif tag == "table":
            depth += -1 if is_end else 1
            if not is_end and depth == 1:
                classes = _classes(attributes)
                if classes & _FRAMES:
                    order.append(None)
                elif _PART in classes and number:
                    order.append(number - 1)
                else:
                    added.append((token.start(), _table_link(number, *sizes[number])))
                    order.append(number)
                    number += 1
        elif not is_end:
            blocks.append(token.end() - 1)
        elif blocks:
            blocks.pop()
    return Extras(_with(html, added), tuple(order), tuple(pictures))


def _with(html: str, added: list[tuple[int, str]]) -> str:
    pieces: list[str] = []
    position = 0
    for place, text in sorted(added, key=lambda one: one[0]):
        pieces += [html[position:place], text]
        position = place
    return "".join((*pieces, html[position:]))


def table_of(html: str, number: int) -> PageTable:
    """Read a table of a text, with the parts in which it may be shown."""
    reader = _TableReader(number)
    reader.feed(html)
    reader.close()
    return reader.table()


def all_tables(html: str) -> list[PageTable]:
    """Read every table of a text."""
    return [table_of(html, number) for number in range(len(_sizes(html)))]


def _sizes(html: str) -> list[tuple[int, int]]:
    """(rows, columns) of each table, its parts together."""
    sizes: list[tuple[int, int]] = []
    depth = cells = 0
    is_counted = False
    for token in _CELL.finditer(html):
        is_end, tag = bool(token[1]), token[2]
        if tag == "table":
            depth += -1 if is_end else 1
            if not is_end and depth == 1:
                classes = _classes(token[3])
                is_counted = not classes & _FRAMES
                if is_counted and not (_PART in classes and sizes):
                    sizes.append((0, 0))
        elif depth == 1 and is_counted and not is_end:
            rows, columns = sizes[-1]
            if tag == "tr":
                sizes[-1], cells = (rows + 1, columns), 0
            elif tag in {"td", "th"}:
                cells += int(_found(_SPAN, token[3]) or 1)
                sizes[-1] = (rows, max(columns, cells))
    return sizes


def _table_link(number: int, rows: int, columns: int) -> str:
    if rows < _MANY_ROWS and columns < _MANY_COLUMNS:
        return ""
    words = f"Open this table in a view of its own ({rows} rows, {columns} columns)"
    return f'<p class="extra"><a href="{TABLE_SCHEME}:{number}">{words}</a></p>'


def _picture_link(number: int, picture: PagePicture) -> str:
    address = f"{PICTURE_SCHEME}:{number}"
    alt = f' <a class="alt" href="{address}">{escape(picture.alt)}</a>' if picture.alt else ""
    return f'<br><small><a href="{address}">Open this picture large.</a>{alt}</small>'


def _classes(attributes: str) -> set[str]:
    return set(_found(_CLASS, attributes).split())


def _target(attributes: str) -> str:
    source = unescape(_found(_SOURCE, attributes))
    return source.removeprefix("manual:") if source.startswith("manual:") else ""


def _is_small(attributes: str) -> bool:
    width = _found(_WIDTH, attributes)
    return bool(width) and int(width) < _SMALL_PX


def _found(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return match[1] if match else ""


class _TableReader(HTMLParser):
    """Reads one table with its parts; what stands in tables within its cells counts as their text."""

    def __init__(self, number: int) -> None:
        super().__init__(convert_charrefs=True)
        self._wanted = number
        self._number = -1
        self._depth = 0
        self._is_in = False
        self._text: list[str] | None = None
        self._caption = ""
        self._is_header_group = False
        self._rows: list[list[tuple[str, bool, int, int]]] = []
        self._header_rows: list[bool] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "table":
            self._depth += 1
            if self._depth == 1:
                classes = set(given.get("class", "").split())
                if not classes & _FRAMES and not (_PART in classes and self._number >= 0):
                    self._number += 1
                self._is_in = not classes & _FRAMES and self._number == self._wanted
        if not self._is_in:
            return
        if self._depth > 1:
            self._break(tag)
        elif tag == "tr":
            self._rows.append([])
            self._header_rows.append(self._is_header_group)
        elif tag in {"td", "th"} and self._rows:
            self._text = []
            across, down = (max(int(given.get(name) or 1), 1) for name in ("colspan", "rowspan"))
            self._rows[-1].append(("", tag == "th", across, down))
        elif tag == "caption":
            self._text = []
        elif tag == "thead":
            self._is_header_group = True
        else:
            self._break(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._is_in and self._depth == 1:
            text = " ".join("".join(self._text or ()).split(" ")).strip()
            if tag in {"td", "th"} and self._rows and self._rows[-1]:
                _, is_head, across, down = self._rows[-1][-1]
                self._rows[-1][-1] = (text, is_head, across, down)
                self._text = None
            elif tag == "caption":
                self._caption, self._text = text, None
            elif tag == "thead":
                self._is_header_group = False
        if tag == "table":
            self._depth -= 1
            if self._depth == 0:
                self._is_in = False

    @override
    def handle_data(self, data: str) -> None:
        if self._is_in and self._text is not None:
            self._text.append(" ".join(data.split("\n")))

    def table(self) -> PageTable:
        """What was read."""
        grid: list[list[tuple[str, bool]]] = []
        reaching: dict[int, tuple[int, str, bool]] = {}
        for row in self._rows:
            line: list[tuple[str, bool]] = []
            below: dict[int, tuple[int, str, bool]] = {}
            for text, is_head, across, down in row:
                while len(line) in reaching:
                    line.append(reaching[len(line)][1:])
                for _ in range(min(across, 100)):
                    if down > 1:
                        below[len(line)] = (down - 1, text, is_head)
                    line.append((text, is_head))
            while len(line) in reaching:
                line.append(reaching[len(line)][1:])
            reaching = {at: (left - 1, text, head) for at, (left, text, head) in reaching.items() if left > 1}
            reaching |= below
            grid.append(line)
        header: tuple[str, ...] = ()
        if grid and (self._header_rows[0] or (grid[0] and all(is_head for _, is_head in grid[0]))):
            header = tuple(text for text, _ in grid.pop(0))
        has_side = bool(grid) and all(line and line[0][1] for line in grid)
        return PageTable(
            self._caption, header, tuple(tuple(text for text, _ in line) for line in grid), has_side
        )

    def _break(self, tag: str) -> None:
        """Paragraphs, items and lines in a cell stay apart."""
        if self._text is not None and tag in {"p", "li", "br", "div", "tr"} and "".join(self._text).strip():
            self._text.append("\n• " if tag == "li" else "\n")
