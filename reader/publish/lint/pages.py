"""A chapter as the lint looks at it: its blocks of text, headings, links, pictures and tables, each with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element
from markdown_it import MarkdownIt

from reader.bundle import html, limits
from reader.bundle.screen_html import check_screen
from reader.domain.errors import BundleRefusedError
from reader.domain.manual import ManualId
from reader.publish.links import within_bundle

_BOXES: Final = frozenset(
    {"scope", "related", "guidance", "legislation", "forms", "note", "amendment", "warning"}
)
_BLOCKS: Final = frozenset(
    {*html.HEADINGS, "p", "div", "blockquote", "pre", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead"}
    | {"tbody", "tfoot", "tr", "td", "th", "caption", "section", "article", "hr", "figure", "figcaption"}
)
_SKIPPED: Final = frozenset({"script", "style", "title", "svg", "math", "template", "noscript"})
_BUILT_ID: Final = re.compile(r'\s(?:id|name)="([^"]*)"')
_BUILT_TARGET: Final = re.compile(r'\s(?:href|src)="([^"]*)"')
_LINE: Final = "data-line"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a chapter something stands: the line of its file, and the passage."""

    line: int | None
    anchor: str | None
    heading: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that is read as one: a paragraph, a list item, a cell, a heading.

    Attributes:
        text: Its words, white space folded.
        compared: The same with the targets of internal links in place of their words, and with pictures.
        box: The class of the box that it stands in ("amendment"), or "".
        row: Blocks of one row of a table, or of one term and its meaning, have one number.
    """

    tag: str
    text: str
    compared: str
    box: str
    row: int | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    box: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Picture:
    src: str
    alt: str | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class Table:
    """A table: how many rows it has, how wide the widest is, and whether any header cell says something."""

    rows: int
    columns: int
    has_headers: bool
    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a chapter.

    Attributes:
        anchors: The ids that the chapter has once it is built.
        targets: Where its links and pictures lead once it is built.
        refused: Why no bundle takes it, or "".
    """

    chapter: str
    file: str
    blocks: tuple[Block, ...] = ()
    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    anchors: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    refused: str = ""

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)


def read_page(folder: Path, chapter_id: str, raw: str, manual: ManualId) -> Page:
    """Read a chapter as it is written, and as it will be built.

    Args:
        folder: The source folder.
        chapter_id: The chapter's id.
        raw: Its HTML, as the source folder gives it.
        manual: The manual that it is built for.
    """
    is_markdown = (folder / "chapters" / f"{chapter_id}.md").is_file()
    file = f"chapters/{chapter_id}.{'md' if is_markdown else 'html'}"
    try:
        built = html.with_anchors(html.sanitise(within_bundle(raw, manual), manual))
    except BundleRefusedError as error:
        return Page(chapter_id, file, refused=error.finding)
    written = _markdown_with_lines(folder / file) if is_markdown else raw
    reader = _Reader(manual, has_line_attributes=is_markdown)
    reader.read(html.with_anchors(written))
    return Page(
        chapter_id,
        file,
        tuple(reader.blocks),
        tuple(reader.headings),
        tuple(reader.links),
        tuple(reader.pictures),
        tuple(reader.tables),
        frozenset(unescape(found) for found in _BUILT_ID.findall(built)),
        frozenset(unescape(found) for found in _BUILT_TARGET.findall(built)),
        _refusal(built, reader.deepest, reader.nested_tables),
    )


def _refusal(built: str, depth: int, nested_tables: int) -> str:
    """Why the build refuses a chapter, or "". What is far from every limit is not measured: that takes longest."""
    is_far_from_limits = (
        depth < limits.ELEMENT_DEPTH // 2
        and nested_tables < limits.TABLE_NESTING
        and len(built) < limits.PARAGRAPH_CHARACTERS
        and built.count("<img") < limits.IMAGES
        and 'span="' not in built
        and built.count("<t") < limits.TABLE_CELLS
        and max(map(len, built.split()), default=0) < limits.WORD_CHARACTERS
    )
    try:
        if not is_far_from_limits:
            html.check_layout(built)
        check_screen(built)
    except BundleRefusedError as error:
        return error.finding
    return ""


def _markdown_with_lines(file: Path) -> str:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(file.read_text(encoding="utf-8-sig"))
    for token in tokens:
        if token.map and token.nesting >= 0 and token.type != "inline":
            token.attrSet(_LINE, str(token.map[0] + 1))
    return str(markdown.renderer.render(tokens, markdown.options, {}))


@dataclass
class _OpenTable:
    line: int | None
    spot: Spot
    rows: int = 0
    columns: int = 0
    cells: int = 0
    has_headers: bool = False
    words: list[str] = field(default_factory=list)


class _Reader:
    """Walks the tree of a chapter once. The tree is shallow: the build refuses deep ones before."""

    def __init__(self, manual: ManualId, *, has_line_attributes: bool) -> None:
        self._has_line_attributes = has_line_attributes
        self._inside = f"manual:{manual}/"
        self.deepest = 0
        self.nested_tables = 0
        self._depth = 0
        self.blocks: list[Block] = []
        self.headings: list[Heading] = []
        self.links: list[Link] = []
        self.pictures: list[Picture] = []
        self.tables: list[Table] = []
        self._words: list[str] = []
        self._compared: list[str] = []
        self._tags: list[str] = ["p"]
        self._lines: list[int | None] = [None]
        self._boxes: list[str] = [""]
        self._rows: list[int | None] = [None]
        self._last_row = 0
        self._open_tables: list[_OpenTable] = []
        self._link_words: list[str] | None = None
        self._internal_target = ""
        self._skipped = 0
        self._anchor: str | None = None
        self._heading = ""

    def read(self, text: str) -> None:
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        root = etree.fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser)
        if root is None:
            return
        for event, element in _walk(root):
            tag = str(element.tag)
            if event == "start":
                self._depth += 1
                self.deepest = max(self.deepest, self._depth)
                self._start(tag, element)
            else:
                self._depth -= 1
                self._end(tag, element)
        self._flush()

    def _spot(self, line: int | None) -> Spot:
        return Spot(line, self._anchor, self._heading)

    def _line_of(self, element: Element) -> int | None:
        """The line of the chapter's file; what was Markdown is no longer on the lines on which it was written."""
        if self._has_line_attributes:
            written = element.get(_LINE) or ""
            return int(written) if written.isdecimal() else None
        line: object = element.sourceline
        return line if isinstance(line, int) and line > 0 else None

    def _start(self, tag: str, element: Element) -> None:
        if tag in _SKIPPED:
            self._skipped += 1
        if self._skipped:
            return
        line = self._line_of(element) or self._lines[-1]
        if tag in _BLOCKS:
            self._start_block(tag, element, line)
        elif tag == "a":
            self._start_link(element)
        elif tag == "br":
            self._say(" ")
        elif tag == "img":
            source = (element.get("src") or "").strip()
            self.pictures.append(Picture(source, element.get("alt"), self._spot(line)))
            self._compared.append(f" [{source} {element.get('alt') or ''}] ")
        if element.text:
            self._say(element.text)

    def _start_block(self, tag: str, element: Element, line: int | None) -> None:
        self._flush()
        self._tags.append(tag)
        self._lines.append(line)
        box = next((name for name in (element.get("class") or "").split() if name in _BOXES), "")
        self._boxes.append(box or self._boxes[-1])
        if tag in {"tr", "dt"}:
            self._last_row += 1
        is_row = tag in {"tr", "dt", "dd"}
        self._rows.append(self._last_row if is_row else (None if tag == "table" else self._rows[-1]))
        if tag in html.HEADINGS:
            self._anchor, self._heading = element.get("id"), ""
        elif tag == "table":
            self._open_tables.append(_OpenTable(line, self._spot(line)))
            self.nested_tables = max(self.nested_tables, len(self._open_tables))
        elif tag == "tr" and self._open_tables:
            self._open_tables[-1].rows += 1
            self._open_tables[-1].cells = 0
        elif tag in {"td", "th"} and self._open_tables:
            table = self._open_tables[-1]
            table.cells += 1
            table.columns = max(table.columns, table.cells)

    def _start_link(self, element: Element) -> None:
        href = element.get("href")
        if href is None:
            return
        self._link_words = []
        href = href.strip()
        is_internal = href.startswith((self._inside, "#", "../")) or ":" not in href
        self._internal_target = href if is_internal else ""
        if is_internal:
            self._compared.append(f"[{href}]")
        line = self._line_of(element) or self._lines[-1]
        self.links.append(Link(href, "", self._spot(line)))

    def _end(self, tag: str, element: Element) -> None:
        if tag in _SKIPPED:
            self._skipped -= 1
        elif not self._skipped:
            if tag in _BLOCKS:
                self._end_block(tag)
            elif tag == "a" and self._link_words is not None:
                last = self.links[-1]
                self.links[-1] = Link(last.href, " ".join("".join(self._link_words).split()), last.spot)
                self._link_words, self._internal_target = None, ""
        if element.tail and not self._skipped:
            self._say(element.tail)

    def _end_block(self, tag: str) -> None:
        line = self._lines[-1]
        if tag in html.HEADINGS:
            self._heading = " ".join("".join(self._words).split())
            self.headings.append(Heading(int(tag[1]), self._heading, self._boxes[-1], self._spot(line)))
        elif tag == "th" and self._open_tables and "".join(self._words).strip():
            self._open_tables[-1].has_headers = True
        self._flush()
        if tag == "table" and self._open_tables:
            done = self._open_tables.pop()
            text = " | ".join(done.words)
            self.tables.append(Table(done.rows, done.columns, done.has_headers, text, done.spot))
        for stack in (self._tags, self._lines, self._boxes, self._rows):
            stack.pop()

    def _say(self, text: str) -> None:
        self._words.append(text)
        if self._link_words is not None:
            self._link_words.append(text)
        if not self._internal_target:
            self._compared.append(text)

    def _flush(self) -> None:
        if not self._words and not self._compared:
            return
        text = " ".join("".join(self._words).split())
        compared = " ".join("".join(self._compared).split())
        if text or compared:
            block = Block(
                self._tags[-1], text, compared, self._boxes[-1], self._rows[-1], self._spot(self._lines[-1])
            )
            self.blocks.append(block)
            for table in self._open_tables:
                table.words.append(text)
        self._words, self._compared = [], []


def _walk(root: Element) -> Iterator[tuple[str, Element]]:
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if isinstance(element.tag, str):
            yield str(event), element
