"""Wrappers dissolve: what a document holds becomes a plain row of blocks, with every word in its order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.publish.importing.boxes import box_around
from reader.publish.importing.elements import (
    BLOCKS,
    BOX,
    FRAGMENTS,
    HEADING_TAGS,
    INLINE,
    INNER,
    add_fragments,
    bare,
    raw_text,
    text_of,
    unwrap,
)
from reader.publish.importing.labels import box_of

_WRAPPERS: Final = frozenset(
    {"div", "section", "article", "main", "aside", "header", "footer", "nav", "form", "figure", "details"}
    | {"fieldset", "center", "body", "html", "hgroup", "dialog", "search", "object"}
)


_MOST_OF_A_LAYOUT: Final = 0.75
_BLOCKS_OF_A_LAYOUT: Final = 6
_FEWEST_CELLS: Final = 2


def flat(root: Element) -> list[Element]:
    """The blocks of a wrapper, in order; what stands between blocks becomes paragraphs."""
    flattener = _Flattener()
    flattener.walk(root)
    return flattener.finish()


class _Flattener:
    def __init__(self) -> None:
        self._blocks: list[Element] = []
        self._run: list[str | Element] = []
        self._pending: list[str] = []

    def walk(self, wrapper: Element) -> None:
        if fragments := wrapper.get(FRAGMENTS):
            self._close_run()
            self._pending.append(fragments)
        if wrapper.text:
            self._run.append(wrapper.text)
        for child in list(wrapper):
            tail, child.tail = child.tail, None
            self._take(child, str(child.tag))
            if tail:
                self._run.append(tail)

    def finish(self) -> list[Element]:
        self._close_run()
        if self._pending and self._blocks:
            add_fragments(self._blocks[-1], "\n".join(self._pending))
        return self._blocks

    def _take(self, child: Element, tag: str) -> None:
        if tag in BLOCKS:
            self._close_run()
            for block in _tidy_block(child):
                if block.tag == "p" and not len(block) and not block.text:
                    self._pending.extend(filter(None, [block.get(FRAGMENTS)]))
                else:
                    self._emit(block)
        elif tag in _WRAPPERS or tag in INNER or _holds_blocks(child):
            self._close_run()
            box = box_around(child)
            before = len(self._blocks)
            self.walk(child)
            self._close_run()
            if box and len(self._blocks) > before:
                self._blocks[before].set(BOX, f"{box} {len(self._blocks) - before}")
        else:
            if tag not in INLINE:  # an element that nobody knows: its words count
                child.tag = "span"
            self._run.append(child)

    def _emit(self, block: Element) -> None:
        block.tail = None
        if self._pending:
            add_fragments(block, "\n".join(self._pending))
            self._pending.clear()
        self._blocks.append(block)

    def _close_run(self) -> None:
        if not self._run:
            return
        paragraph = bare("p")
        for piece in self._run:
            _append(paragraph, piece)
        self._run.clear()
        _without_unknown(paragraph)
        if raw_text(paragraph).strip() or paragraph.find(".//img") is not None:
            for part in _at_breaks(paragraph):
                self._emit(part)
        else:
            self._pending.extend(found for x in paragraph.iter() if (found := x.get(FRAGMENTS)))


def _holds_blocks(element: Element) -> bool:
    return any(
        str(x.tag) in BLOCKS or str(x.tag) in _WRAPPERS or str(x.tag) in INNER
        for x in element.iter(etree.Element)
        if x is not element
    )


def _append(parent: Element, piece: str | Element) -> None:
    if isinstance(piece, str):
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + piece
        else:
            parent.text = (parent.text or "") + piece
    else:
        parent.append(piece)


def _at_breaks(paragraph: Element) -> Iterator[Element]:
    """Two line breaks in a row part paragraphs, as old pages do it."""
    children = list(paragraph)
    cut = [
        index
        for index in range(len(children) - 1)
        if children[index].tag == "br"
        and children[index + 1].tag == "br"
        and not (children[index].tail or "").strip()
    ]
    if not cut:
        yield paragraph
        return
    current = etree.Element("p")
    current.text = paragraph.text
    if fragments := paragraph.get(FRAGMENTS):
        current.set(FRAGMENTS, fragments)
    index = 0
    while index < len(children):
        if index in cut:
            if raw_text(current).strip() or len(current):
                yield current
            current = etree.Element("p")
            while index < len(children) and children[index].tag == "br":
                current.text = children[index].tail
                index += 1
                if (current.text or "").strip():
                    break
            continue
        current.append(children[index])
        index += 1
    if raw_text(current).strip() or len(current):
        yield current


def _tidy_block(block: Element) -> list[Element]:
    """A block with its inside in order; one that holds what it may not is dissolved."""
    tag = str(block.tag)
    if tag == "p" or tag in HEADING_TAGS:
        return _tidy_words(block)
    match tag:
        case "hr":
            return [bare("hr")]
        case "pre":
            _without_unknown(block, inside_pre=True)
            return [block] if text_of(block) else []
        case "blockquote":
            inner = flat(block)
            quote = _copy_frame(block)
            quote.extend(inner)
            return [quote] if inner else []
        case "table":
            return _tidy_table(block)
        case _:
            return _tidy_list(block)


def _tidy_words(block: Element) -> list[Element]:
    """A paragraph or heading."""
    if _holds_blocks(block):
        block.tag = "div"
        return flat(block)
    has_words, has_picture = bool(text_of(block)), block.find(".//img") is not None
    if has_picture and not has_words:
        block.tag = "p"
    if not has_words and not has_picture:
        fragments = [found for x in block.iter() if (found := x.get(FRAGMENTS))]
        empty = bare("p")
        if fragments:
            empty.set(FRAGMENTS, "\n".join(fragments))
        return [empty] if fragments else []
    _without_unknown(block)
    return list(_at_breaks(block)) if block.tag == "p" else [block]


def _tidy_list(block: Element) -> list[Element]:
    items = {"ul": ("li",), "ol": ("li",), "dl": ("dt", "dd")}[str(block.tag)]
    made = _copy_frame(block)
    _stray(block, made, items[-1])
    for child in list(block):
        tail, child.tail = child.tail, None
        if child.tag in items:
            made.append(_tidy_inner(child))
        elif child.tag in {"div", "section", "ul", "ol", "dl"} and child.tag not in {"ul", "ol", "dl"}:
            for inner in _tidy_list(_renamed_copy(child, str(block.tag))):
                made.extend(list(inner))
        elif text_of(child) or child.find(".//img") is not None:
            item = bare(items[-1])
            item.append(child)
            if made.tag != "dl" and child.tag in {"ul", "ol", "dl"} and len(made):
                made[-1].append(_tidy_inner(item)[0])  # a list in a list, with no item around it
            else:
                made.append(_tidy_inner(item))
        if tail and tail.strip():
            item = bare(items[-1])
            item.text = tail
            made.append(item)
    for item in list(made):
        if not text_of(item) and item.find(".//img") is None:
            made.remove(item)
    return [made] if len(made) else []


def _stray(block: Element, made: Element, tag: str) -> None:
    if block.text and block.text.strip():
        item = bare(tag)
        item.text = block.text
        made.append(item)


def _renamed_copy(element: Element, tag: str) -> Element:
    element.tag = tag
    return element


def _tidy_table(table: Element) -> list[Element]:
    """A table with its cells in order. One with a single cell is no table, but a frame around what it holds."""
    cells = [cell for cell in table.iter("td", "th") if _table_of(cell) is table]
    rows = [row for row in table.iter("tr") if _table_of(row) is table]
    if not rows or not cells:
        table.tag = "div"
        return flat(table)
    outside = _outside_of_cells(table)
    parts = _parts_of_layout(table, rows, cells)
    if not parts:
        return outside + _cells_in_order(table, rows, cells)
    blocks = [block for part in parts for block in _framed(part)]
    if blocks and (fragments := table.get(FRAGMENTS)):
        add_fragments(blocks[0], fragments)
    return outside + blocks


def _outside_of_cells(table: Element) -> list[Element]:
    """Words and elements that broken markup puts between the rows and cells of a table; they stand before it."""
    outside = bare("div")

    def gather(part: Element) -> None:
        if part.text and part.text.strip():
            _append(outside, f" {part.text}")
            part.text = None
        for child in list(part):
            tail = child.tail
            if tail and tail.strip():
                child.tail = None
            if child.tag in {"thead", "tbody", "tfoot", "tr"}:
                gather(child)
            elif child.tag not in {"td", "th"} and (
                child.tag != "caption" or part is not table or table.find("caption") is not child
            ):
                child.tail = None
                outside.append(child)
            if tail and tail.strip():
                _append(outside, f" {tail}")

    gather(table)
    return flat(outside)


def _parts_of_layout(table: Element, rows: list[Element], cells: list[Element]) -> list[list[Element]]:
    """The cells of a table that is but a frame, by what they frame together; none of a table that is one."""
    if len(cells) < _FEWEST_CELLS or table.find("caption") is not None:
        return []
    if _is_layout(table, cells):
        return [[cell] for cell in cells]
    return _boxes_of_column(cells) if len(cells) == len(rows) else []


def _is_layout(table: Element, cells: list[Element]) -> bool:
    """Whether a table only lays out a page: it has no heads, and one cell holds most of its words, in many blocks."""
    if any(cell.tag == "th" for cell in cells):
        return False
    largest = max(cells, key=lambda cell: len(raw_text(cell)))
    if len(raw_text(largest)) < _MOST_OF_A_LAYOUT * len(raw_text(table)):
        return False
    blocks = sum(1 for x in largest.iter(*HEADING_TAGS, "p", "ul", "ol", "dl", "blockquote", "table"))
    return largest.find(".//table") is not None or blocks >= _BLOCKS_OF_A_LAYOUT


def _boxes_of_column(cells: list[Element]) -> list[list[Element]]:
    """The cells of a table with one column, by boxes: old pages frame a box so, and Word joins two that touch."""
    boxes: list[list[Element]] = []
    for cell in cells:
        if _opens_box(cell):
            boxes.append([cell])
        elif not boxes:
            return []
        else:
            boxes[-1].append(cell)
    return boxes


def _opens_box(cell: Element) -> bool:
    first = next((x for x in cell.iter(*HEADING_TAGS, "strong", "b", "p") if text_of(x)), cell)
    return box_of(text_of(first)) is not None and text_of(cell).startswith(text_of(first))


def _framed(cells: list[Element]) -> list[Element]:
    """The blocks of cells that are one box."""
    frame = bare("div")
    for cell in cells:
        cell.tail = None
        cell.tag = "div"
        frame.append(cell)
    if not len(cells[0]) and box_of(text_of(cells[0])):
        cells[0].tag = "p"
    box = box_around(frame)
    blocks = flat(frame)
    if box and blocks:
        blocks[0].set(BOX, f"{box} {len(blocks)}")
    return blocks


def _cells_in_order(table: Element, rows: list[Element], cells: list[Element]) -> list[Element]:
    if len(cells) == 1:
        box = box_around(table)
        frame = cells[0]
        if fragments := table.get(FRAGMENTS):
            add_fragments(frame, fragments)
        frame.tag = "div"
        captions = [caption for caption in table.iter("caption") if text_of(caption)]
        blocks = [_renamed_copy(caption, "p") for caption in captions] + flat(frame)
        if box and blocks:
            blocks[0].set(BOX, f"{box} {len(blocks)}")
        return blocks
    made = _copy_frame(table)
    for caption in table.iter("caption"):
        if _table_of(caption) is table and text_of(caption):
            made.append(_tidy_inner(caption))
            break
    sections: dict[str, Element] = {}
    for row in rows:
        parent = row.getparent()
        kind = str(parent.tag) if parent is not None and parent.tag in {"thead", "tfoot"} else "tbody"
        own = [cell for cell in row if cell.tag in {"td", "th"}]
        if not own:
            continue
        if kind not in sections:
            sections[kind] = bare(kind)
        new = etree.SubElement(sections[kind], "tr")
        if fragments := row.get(FRAGMENTS):
            add_fragments(own[0], fragments)
        new.extend(_tidy_inner(cell) for cell in own)
    made.extend(sections[kind] for kind in ("thead", "tbody", "tfoot") if kind in sections)
    return [made]


def _table_of(element: Element) -> Element | None:
    return next(element.iterancestors("table"), None)


def _tidy_inner(element: Element) -> Element:
    """An item or cell: words alone stay words, one paragraph alone is none, anything else becomes blocks."""
    if not _holds_blocks(element):
        _without_unknown(element)
        return element
    made = _copy_frame(element)
    blocks = flat(element)
    rest = blocks[1:]
    is_in_list = element.tag in {"li", "dd"} and all(block.tag in {"ul", "ol"} for block in rest)
    if blocks and blocks[0].tag == "p" and (not rest or is_in_list):
        only = blocks[0]
        if fragments := only.get(FRAGMENTS):
            add_fragments(made, fragments)
        made.text = only.text
        made.extend([*list(only), *rest])
    else:
        made.extend(blocks)
    return made


def _copy_frame(element: Element) -> Element:
    frame = etree.Element(str(element.tag))
    for name, value in element.attrib.items():
        frame.set(name, value)
    return frame


def _without_unknown(block: Element, *, inside_pre: bool = False) -> None:
    """Elements that no chapter has give up their tag and keep their words."""
    for element in list(block.iter(etree.Element)):
        if element is block:
            continue
        is_span = element.tag == "span"
        # A link without a target, and one inside of another link, which browsers know no way to follow.
        is_empty_link = element.tag == "a" and (
            not element.get("href") or next(element.iterancestors("a"), None) is not None
        )
        is_known = element.tag in INLINE and not (inside_pre and element.tag == "img")
        if is_known and not is_span and not is_empty_link:
            continue
        if fragments := element.get(FRAGMENTS):
            parent = element.getparent()
            if parent is not None:
                add_fragments(parent, fragments)
        unwrap(element)
