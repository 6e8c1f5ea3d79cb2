"""Blocks as text: one block a line, so that two editions of a chapter can be compared line by line."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.publish.importing.elements import BLOCKS, BOX, FRAGMENTS, INNER, LINE_ATTRIBUTE, pop

_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_TAG: Final = re.compile(r"<[a-z][^<>]*>")
_SINGLE: Final = re.compile(r"""(\s[a-z-]+)=("[^"]*"|'[^']*')""")
_IN_LINES: Final = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "blockquote"})


def written(block: Element) -> str:
    """A block as text, one line for each block that it holds."""
    block.tail = "\n"
    for element in block.iter(etree.Element):
        if element.tag not in {"a", "img"}:
            pop(element, LINE_ATTRIBUTE)
        pop(element, BOX)
        pop(element, FRAGMENTS)
    if block.tag != "pre":
        _fold_spaces(block)
    if block.tag in _IN_LINES | {"div"}:
        _in_lines(block)
    return _TAG.sub(_in_double_quotes, etree.tostring(block, encoding="unicode", method="html"))


def _in_double_quotes(tag: re.Match[str]) -> str:
    """A tag with all its values in double quotes: libxml2 takes single ones where a value holds a double one."""
    return _SINGLE.sub(lambda found: _quoted(found[1], found[2]), tag[0]) if "'" in tag[0] else tag[0]


def _quoted(name: str, value: str) -> str:
    is_double = value.startswith('"')
    return f"{name}={value}" if is_double else f'{name}="{value[1:-1].replace(chr(34), "&quot;")}"'


def _in_lines(block: Element) -> None:
    if (block.text or "").strip() or any((child.tail or "").strip() for child in block):
        return
    block.text = "\n"
    for child in block:
        child.tail = "\n"
        if child.tag in _IN_LINES:
            _in_lines(child)


def _fold_spaces(block: Element) -> None:
    for element in block.iter(etree.Element):
        if element.tag == "pre":
            continue
        if element.text and not _within_pre(element, block):
            element.text = _SPACE.sub(" ", element.text)
        if element.tail and element is not block and not _within_pre(element, block, of_tail=True):
            element.tail = _SPACE.sub(" ", element.tail)
    for element in block.iter(etree.Element):
        if element.tag in BLOCKS or element.tag in INNER:
            if element.tag == "pre":
                continue
            if element.text:
                element.text = element.text.lstrip(" ")
            if len(element):
                last = element[-1]
                if last.tail:
                    last.tail = last.tail.rstrip(" ")
            elif element.text:
                element.text = element.text.rstrip(" ")


def _within_pre(element: Element, block: Element, *, of_tail: bool = False) -> bool:
    node: Element | None = element.getparent() if of_tail else element
    while node is not None and node is not block:
        if node.tag == "pre":
            return True
        node = node.getparent()
    return False
