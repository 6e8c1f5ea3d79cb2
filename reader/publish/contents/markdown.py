"""A contents list as Markdown: rendered to HTML, with the line of the file kept beside every block."""

from __future__ import annotations

from markdown_it import MarkdownIt
from markdown_it.token import Token

from reader.publish.contents.html import LINE_ATTRIBUTE

_MOST_MARKS = 100_000


def is_too_dense(text: str) -> bool:
    """Whether a text has so many characters that may mean something that rendering it would take for ever."""
    return sum(text.count(mark) for mark in "[*_`<") > _MOST_MARKS


def markdown_markup(text: str) -> str:
    """A Markdown text as HTML. Items of an ordered list keep the numbers that they are written with."""
    renderer = MarkdownIt("commonmark", {"breaks": True}).enable("table")
    environment: dict[str, object] = {}
    tokens = renderer.parse(text, environment)
    open_lists: list[list[Token]] = []
    for token in tokens:
        if token.map is not None and token.nesting == 1:
            token.attrSet(LINE_ATTRIBUTE, str(token.map[0] + 1))
        if token.type in {"ordered_list_open", "bullet_list_open"}:
            open_lists.append([])
        elif token.type == "list_item_open":
            open_lists[-1].append(token)
        elif token.type in {"ordered_list_close", "bullet_list_close"}:
            _keep_numbers(open_lists.pop())
    return str(renderer.renderer.render(tokens, renderer.options, environment))


def _keep_numbers(items: list[Token]) -> None:
    """Give every item the number that it is written with; a list written "1. 1. 1." is counted when shown."""
    if len({item.info for item in items}) == 1:
        return
    for item in items:
        if item.info:
            item.attrSet("value", item.info)
