"""What a text is given for the screen beside its own words: a way to open tables and pictures large.

All that is added carries an address of its own (`table:3`, `picture:0`), so that it can be told from the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

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
FRAMES: Final = frozenset({"box", "facts"})
PART: Final = "part"


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
    from html import unescape  # noqa: PLC0415  # not needed to show the first window

    sizes = table_sizes(html)
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
                if classes & FRAMES:
                    order.append(None)
                elif PART in classes and number:
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


def table_sizes(html: str) -> list[tuple[int, int]]:
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
                is_counted = not classes & FRAMES
                if is_counted and not (PART in classes and sizes):
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
    return f'<p class="extra"><a href="{TABLE_SCHEME}:{number}">Open this table in a view of its own</a></p>'


def _picture_link(number: int, picture: PagePicture) -> str:
    from html import escape  # noqa: PLC0415

    address = f"{PICTURE_SCHEME}:{number}"
    alt = f' <a class="alt" href="{address}">{escape(picture.alt)}</a>' if picture.alt else ""
    return f'<br><small><a href="{address}">Open this picture large.</a>{alt}</small>'


def _classes(attributes: str) -> set[str]:
    return set(_found(_CLASS, attributes).split())


def _target(attributes: str) -> str:
    source = _found(_SOURCE, attributes)  # an address of ours holds nothing that is escaped
    return source.removeprefix("manual:") if source.startswith("manual:") else ""


def _is_small(attributes: str) -> bool:
    width = _found(_WIDTH, attributes)
    return bool(width) and int(width) < _SMALL_PX


def _found(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return match[1] if match else ""
