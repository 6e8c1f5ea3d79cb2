"""Sanitised HTML to the blocks that go on paper. Every word stays, in its order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from reader.domain.paper import (
    Block,
    Box,
    Cell,
    Heading,
    ItemList,
    ListItem,
    Paragraph,
    Picture,
    Rule,
    Run,
    Style,
    Table,
)

_VOID: Final = frozenset({"br", "hr", "img"})
_INLINE: Final = {
    "strong": Style.BOLD,
    "b": Style.BOLD,
    "th": Style.BOLD,
    "dt": Style.BOLD,
    "em": Style.ITALIC,
    "i": Style.ITALIC,
    "cite": Style.ITALIC,
    "u": Style.UNDERLINE,
    "s": Style.STRIKE,
    "sub": Style.SUB,
    "sup": Style.SUP,
    "small": Style.SMALL,
}
_TRANSPARENT: Final = frozenset({*_INLINE, "a", "span", "abbr", "code"}) - {"th", "dt"}
_BULLETS: Final = ("•", "–", "▪")
_SPACES: Final = re.compile(r"[ \t\r\n\f]+")
_PLAIN: Final = frozenset[Style]()


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str]
    children: list[_Node | str] = field(default_factory=list)


def blocks_of(html: str) -> tuple[Block, ...]:
    """The blocks of sanitised HTML. Pictures come without their data."""
    tree = _Tree()
    tree.feed(html)
    tree.close()
    return tuple(_blocks(tree.root.children, _PLAIN, None, 0))


class _Tree(HTMLParser):
    """Sanitised HTML is balanced, and no deeper than the format allows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("div", {})
        self._open = [self.root]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in _VOID:
            self._open.append(node)

    @override
    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    @override
    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


class _Line:
    """Gathers runs until a block begins."""

    def __init__(self) -> None:
        self._runs: list[Run] = []

    def add(self, text: str, styles: frozenset[Style], link: str | None) -> None:
        text = _SPACES.sub(" ", text)
        before = self._runs[-1].text if self._runs else "\n"
        if before.endswith((" ", "\n")):
            text = text.removeprefix(" ")
        if not text:
            return
        last = self._runs[-1] if self._runs else None
        if last is not None and last.text != "\n" and (last.styles, last.link) == (styles, link):
            self._runs[-1] = Run(last.text + text, styles, link)
        else:
            self._runs.append(Run(text, styles, link))

    def break_line(self) -> None:
        self._runs.append(Run("\n"))

    def take(self) -> tuple[Run, ...]:
        runs, self._runs = self._runs, []
        while runs and not runs[-1].text.strip():
            runs.pop()
        while runs and not runs[0].text.strip():
            runs.pop(0)
        if runs:
            runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].styles, runs[-1].link)
        return tuple(runs)


def _blocks(
    children: list[_Node | str], styles: frozenset[Style], link: str | None, depth: int
) -> Iterator[Block]:
    line = _Line()
    for block in _mixed(children, styles, link, depth, line):
        if runs := line.take():
            yield Paragraph(runs)
        if not isinstance(block, _Flush):
            yield block
    if runs := line.take():
        yield Paragraph(runs)


class _Flush:
    """Ends a paragraph, and is none itself."""


def _mixed(
    children: list[_Node | str], styles: frozenset[Style], link: str | None, depth: int, line: _Line
) -> Iterator[Block | _Flush]:
    """Runs into the line, blocks out; what is in the line belongs before the block that comes out."""
    for child in children:
        if isinstance(child, str):
            line.add(child, styles, link)
        elif child.tag == "br":
            line.break_line()
        elif child.tag in _TRANSPARENT:
            own = styles | {_INLINE[child.tag]} if child.tag in _INLINE else styles
            target = child.attributes.get("href") or link
            yield from _mixed(child.children, own, target, depth, line)
        elif child.tag in {"p", "div"} and not child.attributes.get("class"):
            yield _Flush()
            yield from _mixed(child.children, styles, link, depth, line)
            yield _Flush()
        else:
            # The line is handed over before the block is made: making it takes nothing from the line.
            yield from _block(child, styles, link, depth)


def _block(node: _Node, styles: frozenset[Style], link: str | None, depth: int) -> Iterator[Block]:
    inner = node.children
    match node.tag:
        case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
            yield from _heading(node, styles, link, depth)
        case "p" | "div":
            yield Box(node.attributes["class"], tuple(_blocks(inner, styles, link, depth)))
        case "blockquote":
            yield Box("quote", tuple(_blocks(inner, styles, link, depth)))
        case "ul" | "ol":
            yield from _list(node, styles, link, depth)
        case "dl":
            yield from _definitions(inner, styles, link, depth)
        case "table":
            yield from _table(node, styles, link, depth)
        case "pre":
            yield Paragraph((Run(_text(node).strip("\n"), styles),), is_code=True)
        case "img":
            own = node.attributes
            width, height = int(own.get("width") or 0), int(own.get("height") or 0)
            yield Picture(own.get("src", ""), own.get("alt", ""), None, width, height)
        case "hr":
            yield Rule()
        case _:  # rows and cells outside a table, captions
            yield from _blocks(inner, styles, link, depth)


def _heading(node: _Node, styles: frozenset[Style], link: str | None, depth: int) -> Iterator[Block]:
    found = list(_blocks(node.children, styles, link, depth))
    runs: list[Run] = []
    for block in found:
        if isinstance(block, Paragraph):
            runs += [Run(" "), *block.runs] if runs else block.runs
    if runs:
        level = int(node.tag[1])
        flat = (Run(" ", run.styles, run.link) if run.text == "\n" else run for run in runs)
        yield Heading(level, tuple(flat), node.attributes.get("id"))
    yield from (block for block in found if not isinstance(block, Paragraph))


def _list(node: _Node, styles: frozenset[Style], link: str | None, depth: int) -> Iterator[Block]:
    is_numbered = node.tag == "ol"
    number = int(node.attributes.get("start") or 1)
    items: list[ListItem] = []
    for child in node.children:
        if isinstance(child, str):
            if child.strip():
                items.append(ListItem("", tuple(_blocks([child], styles, link, depth + 1))))
            continue
        text = _bullet(depth, number, is_numbered=is_numbered) if child.tag == "li" else ""
        number += child.tag == "li"
        inner: list[_Node | str] = child.children if child.tag == "li" else [child]
        items.append(ListItem(text, tuple(_blocks(inner, styles, link, depth + 1))))
    if items:
        yield ItemList(tuple(items), is_numbered)


def _bullet(depth: int, number: int, *, is_numbered: bool) -> str:
    return f"{number}." if is_numbered else _BULLETS[min(depth, len(_BULLETS) - 1)]


def _definitions(
    children: list[_Node | str], styles: frozenset[Style], link: str | None, depth: int
) -> Iterator[Block]:
    for child in children:
        if isinstance(child, str) or child.tag != "dd":
            bold = styles if isinstance(child, str) else styles | {Style.BOLD}
            inner: list[_Node | str] = [child] if isinstance(child, str) else child.children
            yield from _blocks(inner, bold, link, depth)
        else:
            yield Box("quote", tuple(_blocks(child.children, styles, link, depth)))


def _table(node: _Node, styles: frozenset[Style], link: str | None, depth: int) -> Iterator[Block]:
    rows: list[tuple[Cell, ...]] = []
    heads = 0
    caption: tuple[Run, ...] = ()
    for child, group in _table_parts(node):
        if child.tag == "caption":
            found = [
                block
                for block in _blocks(child.children, styles, link, depth)
                if isinstance(block, Paragraph)
            ]
            caption = tuple(run for block in found for run in block.runs)
            continue
        cells = tuple(_cell(cell, styles, link) for cell in child.children if isinstance(cell, _Node))
        if not cells:
            continue
        is_head = group == "thead" or (group != "tfoot" and all(cell.is_head for cell in cells))
        if is_head and heads == len(rows):
            heads += 1
        rows.append(cells)
    if rows:
        yield Table(tuple(rows), heads if heads < len(rows) else 0, caption)


def _table_parts(node: _Node, group: str = "") -> Iterator[tuple[_Node, str]]:
    for child in node.children:
        if isinstance(child, str):
            continue
        if child.tag in {"thead", "tbody", "tfoot"}:
            yield from _table_parts(child, child.tag)
        elif child.tag in {"tr", "caption"}:
            yield child, group


def _cell(node: _Node, styles: frozenset[Style], link: str | None) -> Cell:
    is_head = node.tag == "th"
    own = styles | {Style.BOLD} if is_head else styles
    inner = node.children if node.tag in {"th", "td"} else [node]
    return Cell(
        tuple(_blocks(list(inner), own, link, 0)),
        is_head,
        int(node.attributes.get("colspan") or 1),
        int(node.attributes.get("rowspan") or 1),
    )


def _text(node: _Node) -> str:
    return "".join(
        child if isinstance(child, str) else "\n" if child.tag == "br" else _text(child)
        for child in node.children
    )
