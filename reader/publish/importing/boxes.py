"""Headings, boxes and the heads of tables: what a document shows by its looks alone becomes what it is."""

from __future__ import annotations

from typing import Final

from lxml.etree import _Element as Element

from reader.publish.contents.numbers import leading_number
from reader.publish.importing.elements import (
    BOX,
    FRAGMENTS,
    HEADING_TAGS,
    HEADINGS,
    add_fragments,
    bare,
    pop,
    text_of,
    unwrap,
)
from reader.publish.importing.labels import box_of, label_and_rest

_FEWEST_NUMBERED: Final = 2
_LONGEST_FAKE_HEADING: Final = 120


def make_headings(blocks: list[Element]) -> None:
    """Paragraphs in bold that begin with a number, or are a label, are headings that nobody marked as such."""
    for block in blocks:
        if block.tag != "p" or (block.get(BOX) is not None and not is_all_bold(block)):
            continue
        text = text_of(block)
        if not 0 < len(text) <= _LONGEST_FAKE_HEADING or not is_all_bold(block):
            continue
        numbered = leading_number(text)
        depth = numbered.number.level if numbered and numbered.is_certain and numbered.text else 0
        if box_of(text) or depth:
            level = max(2, min(depth + 1, 6))
            block.tag = f"h{level}"
            for bold in list(block.iter("strong", "b")):
                if fragments := bold.get(FRAGMENTS):
                    add_fragments(block, fragments)
                unwrap(bold)


def is_all_bold(block: Element) -> bool:
    if (block.text or "").strip():
        return False
    children = [child for child in block if child.tag != "br" or (child.tail or "").strip()]
    return bool(children) and all(
        child.tag in {"strong", "b"} and not (child.tail or "").strip()
        for child in children
        if text_of(child)
    )


def box_around(wrapper: Element) -> str | None:
    """The class of the box that a wrapper is: its first words are a label, and no other heading follows."""
    first = next(
        (x for x in wrapper.iter(*HEADINGS, "strong", "b", "p", "dt", "th", "legend", "span") if text_of(x)),
        None,
    )
    if first is None:
        return None
    box = box_of(text_of(first))
    if box is None:
        return None
    others = [
        x for x in wrapper.iter(*HEADINGS) if x is not first and not _is_inside(x, first) and text_of(x)
    ]
    return None if others else box


def _is_inside(element: Element, outer: Element) -> bool:
    return any(ancestor is outer for ancestor in element.iterancestors())


def with_boxes(blocks: list[Element]) -> list[Element]:
    """The blocks with those of each box put into it."""
    done: list[Element] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        marked = pop(block, BOX)
        if marked:
            box, count = marked.split(" ")
            end = index + int(count)
        elif block.tag in HEADING_TAGS and (found := box_of(text_of(block))):
            box, end = found, _end_of_box(blocks, index)
        else:
            noted = _noted(block)
            done.append(noted)
            index += 1
            continue
        inside = blocks[index:end]
        done.append(_box(box, inside))
        index = end
    return done


def _end_of_box(blocks: list[Element], start: int) -> int:
    level = str(blocks[start].tag)
    end = start + 1
    while end < len(blocks):
        block = blocks[end]
        if block.get(BOX) is not None:
            break
        if block.tag in HEADING_TAGS:
            is_numbered = leading_number(text_of(block)) is not None
            if str(block.tag) <= level or is_numbered or box_of(text_of(block)):
                break
        end += 1
    return end


def _box(box: str, blocks: list[Element]) -> Element:
    frame = bare("div")
    frame.set("class", box)
    for block in blocks:
        pop(block, BOX)
    first = blocks[0]
    if first.tag not in HEADING_TAGS and box_of(text_of(first)):
        for bold in list(first.iter("strong", "b")):
            unwrap(bold)
        first.tag = "h2"
    if first.tag in HEADING_TAGS:
        first.tag = "h2"
        for other in blocks[1:]:
            if other.tag in HEADING_TAGS:
                other.tag = "h3"
    elif first.tag == "p" and _is_plain(first) and (parts := label_and_rest(text_of(first))):
        heading = bare("h2")
        heading.text = parts[0]
        paragraph = bare("p")
        paragraph.text = parts[1]
        if fragments := first.get(FRAGMENTS):
            heading.set(FRAGMENTS, fragments)
        blocks = [heading, paragraph, *blocks[1:]]
    frame.extend(blocks)
    return frame


def _noted(block: Element) -> Element:
    """A paragraph that begins with a "Note:" in bold stands out as one."""
    if block.tag == "p" and not (block.text or "").strip() and len(block):
        first = block[0]
        if first.tag in {"strong", "b"} and box_of(text_of(first)) == "note":
            block.set("class", "note")
    return block


def _is_plain(block: Element) -> bool:
    """Whether a paragraph holds words alone, but for the label in bold that it begins with."""
    return all(
        child.tag in {"strong", "b"} and not len(child) and index == 0 for index, child in enumerate(block)
    )


def set_levels(blocks: list[Element]) -> None:
    """Headings begin at the second level. Where most have numbers, the numbers say how deep each one is."""
    headings = [block for block in blocks if block.tag in HEADING_TAGS]
    if not headings:
        return
    numbers = [leading_number(text_of(heading)) for heading in headings]
    depths = [found.number.level if found and found.text else 0 for found in numbers]
    numbered = [depth for depth in depths if depth]
    levels = [int(str(heading.tag)[1]) for heading in headings]
    if len(numbered) >= _FEWEST_NUMBERED and len(numbered) * 2 > len(headings):
        by_depth: dict[int, set[int]] = {}
        for depth, level in zip(depths, levels, strict=True):
            if depth:
                by_depth.setdefault(depth, set()).add(level)
        is_steady = all(len(found) == 1 for found in by_depth.values()) and sorted(
            by_depth, key=lambda depth: min(by_depth[depth])
        ) == sorted(by_depth)
        if not is_steady or len({min(found) for found in by_depth.values()}) < len(by_depth):
            top = min(numbered)
            last = 2
            for heading, depth in zip(headings, depths, strict=True):
                level = 2 + depth - top if depth else last
                last = level
                heading.tag = f"h{min(level, 6)}"
            return
    shift = min(levels) - 2
    if shift:
        for heading, level in zip(headings, levels, strict=True):
            heading.tag = f"h{min(max(level - shift, 2), 6)}"


def make_table_heads(block: Element) -> None:
    """A first row that is all bold is the head of its table."""
    for table in block.iter("table"):
        if next(table.iter("th"), None) is not None:
            continue
        rows = list(table.iter("tr"))
        if len(rows) < 2 or not len(rows[0]):  # noqa: PLR2004  # a head and a row
            continue
        if not all(text_of(cell) and is_all_bold(_only_paragraph(cell)) for cell in rows[0]):
            continue
        for cell in rows[0]:
            cell.tag = "th"
            for bold in list(cell.iter("strong", "b")):
                unwrap(bold)


def _only_paragraph(cell: Element) -> Element:
    return cell[0] if len(cell) == 1 and cell[0].tag == "p" and not (cell.text or "").strip() else cell
