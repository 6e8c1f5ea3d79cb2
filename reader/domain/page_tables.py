"""The tables of a text, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

from typing_extensions import override

from reader.domain.page_extras import FRAMES, PART, table_sizes


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


def table_of(html: str, number: int) -> PageTable:
    """Read a table of a text, with the parts in which it may be shown."""
    reader = _TableReader(number)
    reader.feed(html)
    reader.close()
    return reader.table()


def all_tables(html: str) -> list[PageTable]:
    """Read every table of a text."""
    return [table_of(html, number) for number in range(len(table_sizes(html)))]


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
                if not classes & FRAMES and not (PART in classes and self._number >= 0):
                    self._number += 1
                self._is_in = not classes & FRAMES and self._number == self._wanted
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
