"""Slides of a chapter, and of chapters beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from typing import Final

from typing_extensions import override

from reader.domain.page import Page, Strip
from reader.domain.sides import MarkedPassage, Row, SideBySide
from reader.domain.training import Show, Slide
from reader.services.side_by_side import row_html

_HEADING: Final = re.compile(r"h[1-6]")
_VOID: Final = frozenset({"br", "hr", "img", "col", "wbr"})
_EMPTY: Final = re.compile(r"<(div|table|tbody|tr|td|ul|ol|blockquote)\b[^<>]*>\s*</\1>")
_HEADINGS: Final = re.compile(r"<(h[1-6])\b.*?</\1>", re.DOTALL)
_SAID: Final = re.compile(r"<[^<>]*>")


def show_of_page(page: Page, anchor: str | None) -> Show:
    """The passages of a page, a slide each; the first one is that of the anchor."""
    pieces = _with_their_headings(passages_html(page.html))
    names = {passage.anchor: passage.heading for passage in page.passages}
    slides = tuple(Slide(names.get(found) or page.title, (html,)) for found, html in pieces)
    start = next((i for i, (found, _) in enumerate(pieces) if anchor and found == anchor), 0)
    return Show(
        f"{page.title} ({page.strip.authority})",
        _provenance(page.strip),
        page.strip.warnings,
        slides or (Slide(page.title, (page.html,)),),
        start,
    )


def show_of_sides(found: SideBySide) -> Show:
    """The rows of chapters beside each other: first one side, then all of them, then what differs."""
    strips = [side.strip for side in found.sides]
    return Show(
        " beside ".join(f"{side.title} ({side.strip.authority})" for side in found.sides),
        " · ".join(_provenance(strip) for strip in strips),
        tuple(dict.fromkeys(f"{strip.authority}: {text}" for strip in strips for text in strip.warnings)),
        tuple(Slide(_name(row), tuple(_steps(found, row))) for row in found.rows),
    )


def passages_html(html: str) -> list[tuple[str | None, str]]:
    """Sanitised HTML cut before each heading: (the heading's anchor, its passage), with what is open around it."""
    cutter = _Cutter()
    cutter.feed(html)
    cutter.close()
    return cutter.finish()


def _steps(found: SideBySide, row: Row) -> Iterator[str]:
    """The sides one after the other, then what differs; two steps that look alike are one."""
    shown: list[str] = []
    plain = replace(row, cells=tuple(tuple(_unmarked(cell)) for cell in row.cells), differences=())
    for last in range(len(row.cells)):
        if row.cells[last]:
            cells = tuple(cell if i <= last else () for i, cell in enumerate(plain.cells))
            shown.append(row_html(found, replace(plain, cells=cells)))
    shown.append(row_html(found, row))
    yield from dict.fromkeys(shown)


def _unmarked(cell: tuple[MarkedPassage, ...]) -> Iterator[MarkedPassage]:
    return (MarkedPassage(marked.passage) for marked in cell)


def _name(row: Row) -> str:
    headings = [marked.passage.heading for cell in row.cells for marked in cell if marked.passage.heading]
    return headings[0] if headings else "Beginning"


def _provenance(strip: Strip) -> str:
    return f"{strip.authority}, {strip.manual}, {strip.edition}. {strip.signed_by}"


def _with_their_headings(pieces: list[tuple[str | None, str]]) -> list[tuple[str | None, str]]:
    """The pieces with words of their own; a heading alone stands above what follows it."""
    found: list[tuple[str | None, str]] = []
    above: list[tuple[str | None, str]] = []
    for anchor, html in pieces:
        whole = _without_empty_frames(html)
        if _has_words(_HEADINGS.sub("", whole)):
            found.append((above[0][0] if above else anchor, "".join(text for _, text in above) + whole))
            above = []
        elif _has_words(whole):
            above.append((anchor, whole))
    return [*found, *above]


def _without_empty_frames(html: str) -> str:
    """Without the boxes that were open where a passage was cut and hold nothing of it."""
    before = ""
    while before != html:
        before, html = html, _EMPTY.sub("", html)
    return html


def _has_words(html: str) -> bool:
    return bool(_SAID.sub("", html).strip()) or "<img" in html


class _Cutter(HTMLParser):
    """Cuts balanced HTML before headings, keeping what is open around them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self._open: list[tuple[str, str]] = []
        self._pieces: list[tuple[str | None, list[str]]] = [(None, [])]

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        raw = self.get_starttag_text() or f"<{tag}>"
        if _HEADING.fullmatch(tag):
            self._pieces[-1][1].extend(f"</{open_tag}>" for open_tag, _ in reversed(self._open))
            self._pieces.append((dict(attrs).get("id"), [text for _, text in self._open]))
        if tag not in _VOID:
            self._open.append((tag, raw))
        self._pieces[-1][1].append(raw)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._pieces[-1][1].append(self.get_starttag_text() or f"<{tag}>")

    @override
    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        self._pieces[-1][1].append(f"</{tag}>")

    @override
    def handle_data(self, data: str) -> None:
        self._pieces[-1][1].append(data)

    @override
    def handle_entityref(self, name: str) -> None:
        self._pieces[-1][1].append(f"&{name};")

    @override
    def handle_charref(self, name: str) -> None:
        self._pieces[-1][1].append(f"&#{escape(name)};")

    def finish(self) -> list[tuple[str | None, str]]:
        return [(anchor, "".join(parts)) for anchor, parts in self._pieces]
