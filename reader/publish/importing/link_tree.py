"""The tree of links that a contents page is, whatever elements it is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from lxml.etree import _Element as Element

from reader.domain.text import one_line
from reader.publish.importing.elements import HEADINGS, raw_text

_LISTS: Final = frozenset({"ul", "ol", "dl", "menu", "dir"})
_NO_NUMBER: Final = frozenset(
    {"span", "a", "code", "em", "strong", "b", "i", "small", "sub", "sup", "img", "br"}
)


@dataclass(slots=True)
class Node:
    """An entry of a contents page: its words, where it leads, the page that it stands on, what stands below it."""

    text: str
    href: str | None
    page: str
    heading: int = 0
    children: list[Node] = field(default_factory=list)


def link_tree(root: Element, page: str) -> list[Node]:
    """The links of an element as a tree: lists nest, and headings hold what follows them."""
    top = Node("", None, page)
    open_headings: list[Node] = [top]
    for node in _nodes(root, page):
        if node.heading:
            while len(open_headings) > 1 and open_headings[-1].heading >= node.heading:
                open_headings.pop()
            open_headings[-1].children.append(node)
            open_headings.append(node)
        else:
            open_headings[-1].children.append(node)
    return top.children


def _nodes(element: Element, page: str) -> list[Node]:
    found: list[Node] = []
    for child in element:
        tag = str(child.tag)
        if tag in _LISTS:
            found.extend(_list_nodes(child, page))
        elif tag in HEADINGS:
            node = _own(child, page)
            node.heading = int(tag[1])
            if node.text:
                found.append(node)
        elif tag == "tr":
            found.extend(_row_nodes(child, page))
        elif tag == "a":
            if child.get("href") and (text := one_line(raw_text(child))):
                found.append(Node(text, child.get("href"), page))
        elif tag == "p":
            found.extend(_paragraph_nodes(child, page))
        elif isinstance(child.tag, str):
            found.extend(_nodes(child, page))
    return found


def _list_nodes(element: Element, page: str) -> list[Node]:
    nodes: list[Node] = []
    for child in element:
        tag = str(child.tag)
        if tag == "dd":
            below = [node for inner in child for node in _below(inner, page)]
            links = below or [n for n in _nodes(child, page) if n.href]
            if nodes:
                nodes[-1].children.extend(links)
            else:
                nodes.extend(links)
        elif tag in {"li", "dt"}:
            node = _own(child, page)
            node.children = [n for inner in child for n in _below(inner, page)]
            if node.text or node.children:
                nodes.append(node)
        elif tag in _LISTS and nodes:
            nodes[-1].children.extend(_list_nodes(child, page))
        elif isinstance(child.tag, str):
            nodes.extend(
                _list_nodes(child, page) if tag in {*_LISTS, "div", "section"} else _nodes(child, page)
            )
    return nodes


def _below(element: Element, page: str) -> list[Node]:
    """The lists inside an item's element."""
    if element.tag in _LISTS:
        return _list_nodes(element, page)
    if element.tag in {"table", "tbody"}:
        return _nodes(element, page)
    return [node for child in element for node in _below(child, page)]


def _own(element: Element, page: str) -> Node:
    """The words and the first link of an item, without those of lists inside it."""
    words: list[str] = []
    hrefs: list[str] = []

    def walk(node: Element) -> None:
        if node.tag == "a" and node.get("href"):
            hrefs.append(str(node.get("href")))
        words.append(node.text or "")
        for child in node:
            if child.tag not in _LISTS and child.tag != "table":
                if child.tag not in _NO_NUMBER:
                    words.append(" ")
                walk(child)
            words.append(child.tail or "")

    walk(element)
    return Node(one_line("".join(words)), hrefs[0] if hrefs else None, page)


def _row_nodes(row: Element, page: str) -> list[Node]:
    """A row of a table: one entry, with the number that stands in the cell before its link."""
    links = [a for a in row.iter("a") if a.get("href") and one_line(raw_text(a))]
    if not links:
        node = _own(row, page)
        return [node] if node.text and any(cell.tag == "th" for cell in row) else []
    first = links[0]
    number = one_line("".join(_texts_before(row, first)))
    title = one_line(raw_text(first))
    return [Node(f"{number} {title}".strip(), first.get("href"), page)] + [
        Node(one_line(raw_text(a)), a.get("href"), page) for a in links[1:]
    ]


def _texts_before(row: Element, link: Element) -> list[str]:
    texts: list[str] = []
    for event, element in etree.iterwalk(row, events=("start", "end")):
        if element is link:
            break
        texts.append((element.text or "") if event == "start" else (element.tail or ""))
    return texts


def _paragraph_nodes(paragraph: Element, page: str) -> list[Node]:
    links = [a for a in paragraph.iter("a") if a.get("href") and one_line(raw_text(a))]
    if len(links) == 1:
        whole = _own(paragraph, page)
        return [whole]
    return [Node(one_line(raw_text(a)), a.get("href"), page) for a in links]
