"""A paper document to a tagged PDF file."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4, landscape

from reader.domain.cancel import CancelToken
from reader.domain.paper import Block, Contents, MadePaper, PaperDocument, PaperPart, label
from reader.paper.fonts import FAMILY, Fonts
from reader.paper.pieces import FRAME_COLOUR, Frame, Piece, RightEnd, Stack, Text, without_elements
from reader.paper.setting import BODY_SIZE, Setter, part_place
from reader.paper.tagging import Element, TaggedCanvas

_SIDE: Final = 54.0
_TOP: Final = 36.0
_BOTTOM: Final = 34.0
_GAP: Final = 12.0
_HEAD_SIZE: Final = 8.0
_FOOT_SIZE: Final = 7.5
_NUMBER_WIDTH: Final = 120.0
_CONTENTS_NUMBER_WIDTH: Final = 40.0
_LEAST_TEXT_HEIGHT: Final = 200.0


@dataclass(slots=True)
class _Pages:
    """The pages of a part, before they are drawn."""

    part: PaperPart
    size: tuple[float, float]
    element: Element
    head: Stack
    foot: Text
    pages: list[Piece]


def make_pdf(
    document: PaperDocument,
    fonts_dir: Path,
    cancel: CancelToken,
    on_page: Callable[[int, int], None] = lambda _done, _total: None,
) -> MadePaper:
    """Make the PDF. Equal documents give equal bytes.

    Args:
        document: What to print.
        fonts_dir: Where the program's fonts are.
        cancel: Stops it between two pages.
        on_page: Told how many pages are done, of how many.

    Raises:
        CancelledError: when the person stopped it.
    """
    return _Maker(document, fonts_dir, cancel, on_page).make()


class _Maker:
    def __init__(
        self,
        document: PaperDocument,
        fonts_dir: Path,
        cancel: CancelToken,
        on_page: Callable[[int, int], None],
    ) -> None:
        self._document = document
        self._cancel = cancel
        self._on_page = on_page
        self._fonts = Fonts(fonts_dir)
        self._setter = Setter(self._fonts, A4[1] - 280)
        self._numbers: list[tuple[RightEnd, int]] = []

    def make(self) -> MadePaper:
        document = self._document
        canvas = TaggedCanvas(document.made, self._clean(document.title), document.subject, document.authors)
        parts = [self._paginated(number, part, canvas.root) for number, part in enumerate(document.parts)]
        firsts = tuple(itertools.accumulate((len(part.pages) for part in parts), initial=0))
        for end, number in self._numbers:
            end.text = label(document.prefix, firsts[number])
        total = firsts[-1]
        done = 0
        for number, part in enumerate(parts):
            canvas.setPageSize(part.size)
            for index, page in enumerate(part.pages):
                self._cancel.raise_if_cancelled()
                if index == 0:
                    canvas.bookmarkPage(part_place(number))
                    if part.part.is_listed:
                        canvas.addOutlineEntry(
                            self._clean(part.part.title), part_place(number), 0, closed=False
                        )
                self._draw_page(canvas, part, page, done, total, is_first=index == 0)
                canvas.showPage()
                done += 1
                self._on_page(done, total)
        canvas.showOutline()
        pdf = canvas.finish(document.prefix)
        return MadePaper(pdf, total, firsts[:-1], tuple(self._fonts.replaced))

    def _paginated(self, number: int, part: PaperPart, root: Element) -> _Pages:
        size: tuple[float, float] = landscape(A4) if part.is_landscape else A4
        width = size[0] - 2 * _SIDE
        element = root.add("Part", title=self._clean(part.title))
        self._setter.begin_part(number, part.blocks)
        head = self._head(part, element)
        foot = self._setter.text(part.foot, element if part.foot else None, _FOOT_SIZE)
        room = self._room(size, head, foot, width)
        pieces: list[Piece] = []
        for block in part.blocks:
            pieces += self._contents(element) if isinstance(block, Contents) else self._set(block, element)
            self._cancel.raise_if_cancelled()
        if foot.element is not None:  # it is read after the text
            element.kids.remove(foot.element)
            element.kids.append(foot.element)
        pages: list[Piece] = []
        rest: Piece = Stack(pieces=pieces)
        while rest.height(width) > room:
            self._cancel.raise_if_cancelled()
            both = rest.cut(width, room, must=True)
            if both is None or (isinstance(both[1], Stack) and not both[1].pieces):
                break
            pages.append(both[0])
            rest = both[1]
        pages.append(rest)
        return _Pages(part, size, element, head, foot, pages)

    def _set(self, block: Block, element: Element) -> list[Piece]:
        return self._setter.pieces([block], element)

    def _head(self, part: PaperPart, element: Element) -> Stack:
        lines: list[Piece] = [
            self._setter.text(line, element, _HEAD_SIZE + (0.5 if index == 0 else 0), is_bold=index == 0)
            for index, line in enumerate(part.head)
        ]
        if part.warnings:
            inner = [
                self._setter.text(warning, element, _HEAD_SIZE, is_bold=True) for warning in part.warnings
            ]
            lines.append(Stack(pieces=inner, padding=4, frame=Frame(line=black, bar=black), before=4))
        return Stack(pieces=lines)

    def _room(self, size: tuple[float, float], head: Stack, foot: Text, width: float) -> float:
        used = head.height(width) + foot.height(width - _NUMBER_WIDTH) + _TOP + _BOTTOM + 2 * _GAP + 6
        return max(size[1] - used, _LEAST_TEXT_HEIGHT)

    def _contents(self, element: Element) -> list[Piece]:
        """The parts with the numbers of their pages, which are filled in once they are known."""
        listing = element.add("TOC")
        rows: list[Piece] = []
        for number, part in enumerate(self._document.parts):
            if not part.is_listed:
                continue
            row = self._setter.linked(part.title, part_place(number), listing.add("TOCI"), BODY_SIZE)
            row.right = RightEnd(_CONTENTS_NUMBER_WIDTH, FAMILY, BODY_SIZE)
            self._numbers.append((row.right, number))
            rows.append(row)
        return rows

    def _draw_page(
        self, canvas: TaggedCanvas, part: _Pages, page: Piece, index: int, total: int, *, is_first: bool
    ) -> None:
        width = part.size[0] - 2 * _SIDE
        top = part.size[1] - _TOP
        # What vouches for a part is read once, and stands above each page.
        head = part.head if is_first else without_elements(part.head)
        head.draw(canvas, _SIDE, top, width)
        y = top - head.height(width) - 4
        self._rule(canvas, y, width)
        page.draw(canvas, _SIDE, y - _GAP, width)
        foot_height = part.foot.height(width - _NUMBER_WIDTH)
        self._rule(canvas, _BOTTOM + foot_height + 4, width)
        foot = part.foot if is_first else _as_artifact(part.foot)
        foot.draw(canvas, _SIDE, _BOTTOM + foot_height, width - _NUMBER_WIDTH)
        canvas.begin(None)
        canvas.setFillColor(black)
        canvas.setFont(f"{FAMILY}-Bold", _FOOT_SIZE + 1)
        prefix = self._document.prefix
        number = f"Page {index + 1} of {total}"
        text = f"{label(prefix, index)}  ({number.lower()})" if prefix else number
        canvas.drawRightString(_SIDE + width, _BOTTOM + foot_height - _FOOT_SIZE - 1.5, text)
        canvas.end()

    @staticmethod
    def _rule(canvas: TaggedCanvas, y: float, width: float) -> None:
        canvas.begin(None)
        canvas.setStrokeColor(FRAME_COLOUR)
        canvas.setLineWidth(0.6)
        canvas.line(_SIDE, y, _SIDE + width, y)
        canvas.end()

    def _clean(self, text: str) -> str:
        return self._fonts.drawable(text)


def _as_artifact(text: Text) -> Text:
    found = without_elements(Stack(pieces=[text])).pieces[0]
    assert isinstance(found, Text)  # noqa: S101
    return found
