"""Small tools on lxml trees that every part of the importer shares."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.text import one_line

HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
MAX_DEPTH: Final = 100
"""Elements inside each other; what is deeper is no document of people."""

HEADING_TAGS: Final = frozenset(HEADINGS)
INLINE: Final = frozenset(
    {
        "a",
        "strong",
        "b",
        "em",
        "i",
        "u",
        "s",
        "sub",
        "sup",
        "small",
        "code",
        "abbr",
        "cite",
        "span",
        "br",
        "img",
    }
)
BLOCKS: Final = frozenset({*HEADINGS, "p", "ul", "ol", "dl", "table", "pre", "blockquote", "hr"})
INNER: Final = frozenset({"li", "dt", "dd", "td", "th", "caption", "tr", "thead", "tbody", "tfoot"})
_UNREAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_MEANT: Final = {
    chr(number): bytes([number]).decode("cp1252")
    for number in range(0x80, 0xA0)
    if number not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # these five mean nothing
}
_READ_ATTRIBUTES: Final = frozenset({"href", "src", "alt", "title", "id", "name", "data", "aria-label"})
LINE_ATTRIBUTE: Final = "data-source-line"
"""On links and pictures of a draft: the line of the file."""
FRAGMENTS: Final = "data-fragments"
"""The names by which links call an element, until it has its anchor."""
BOX: Final = "data-box"
"""On the first block of a box, until it is made: its class and how many blocks it has."""


def with_real_characters(root: Element) -> None:
    """Mend a parsed tree's characters in place.

    Controls, which no tree may hold, go. Characters 128 to 159 are what a wrong conversion made of Windows text, and
    become what that meant (146 is ’); libxml2 does so with references such as "&#146;" alone.
    """
    for element in root.iter():
        text = element.text
        if isinstance(text, str) and _UNREAL.search(text):
            element.text = _real(text)
        if element.tail and _UNREAL.search(element.tail):
            element.tail = _real(element.tail)
        if isinstance(element.tag, str):
            for name, value in element.items():
                if name in _READ_ATTRIBUTES and _UNREAL.search(said := str(value)):
                    element.set(name, _real(said))


def _real(text: str) -> str:
    return _UNREAL.sub(lambda found: _MEANT.get(found[0], ""), text)


def raw_text(element: Element) -> str:
    """All characters of an element."""
    return "".join(str(text) for text in element.itertext())


def text_of(element: Element) -> str:
    """The words of an element on one line."""
    return one_line(raw_text(element))


def pop(element: Element, name: str) -> str | None:
    """Take an attribute off."""
    value = element.get(name)
    if value is not None:
        del element.attrib[name]
    return value


def remove(element: Element) -> None:
    """Take an element out; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    if fragments := element.get(FRAGMENTS):
        add_fragments(parent, fragments)
    parent.remove(element)


def add_fragments(element: Element, fragments: str) -> None:
    """Let an element carry further names by which links call it."""
    known = element.get(FRAGMENTS)
    element.set(FRAGMENTS, f"{known}\n{fragments}" if known else fragments)


def carrier_of(element: Element, block: Element) -> Element:
    """The element that can carry an anchor: the block, list item or cell around an element."""
    while element is not block and element.tag not in BLOCKS and element.tag not in INNER:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


def bare(tag: str) -> Element:
    """A new element without anything in it."""
    return etree.Element(tag)


def unwrap(element: Element) -> None:
    """Take an element away and leave what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    index = parent.index(element)
    text, children, tail = element.text, list(element), element.tail
    element.tail = None
    parent.remove(element)

    def add_text(words: str | None, at: int) -> None:
        if not words:
            return
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + words
        else:
            parent.text = (parent.text or "") + words

    add_text(text, index)
    for offset, child in enumerate(children):
        parent.insert(index + offset, child)
    add_text(tail, index + len(children))
