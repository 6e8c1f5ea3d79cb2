"""The pictures of one text: boxes of their final size first, and the picture once it is decoded."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QSize, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QColor, QImage, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QTextEdit

from reader.bundle.limits import IMAGE_SIDE_PIXELS, MIB
from reader.domain.cancel import CancelToken
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.images import PLACEHOLDER_SIZE, LoadedPicture, PictureSource, placeholder
from reader.ui.widgets.paced_layout import line_at

BUDGET_BYTES: Final = 64 * MIB
"""What the decoded pictures of one text may take: some twenty pages full of pictures on a usual screen."""
_MOST_PIXELS: Final = 4_000_000
_LOOK_MS: Final = 30
_OBJECT: Final = "\ufffc"
_TAG: Final = re.compile(r"<img\b[^>]*>")
_SOURCE: Final = re.compile(r'\ssrc="([^"]*)"')
_SIDE: Final = re.compile(r'\s(width|height)="([0-9]+)"')
_SCHEME: Final = "manual:"


class PagePictures(QObject):
    """Decides what stands in the place of each picture. Nothing is read or decoded on the GUI thread.

    Only pictures near the visible part of the text are asked for, one at a time. Those farthest away make room when
    the budget is used up. In the HTML every picture gets a width and a height, so that Qt never needs a picture to
    lay the text out, and nothing moves when it arrives.
    """

    sizes_learnt = Signal()
    """The size of a picture is known only now: the text must be laid out anew."""

    def __init__(self, edit: QTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._source: PictureSource | None = None
        self._colours = LIGHT
        self._places: list[tuple[int, str]] = []
        self._boxes: dict[str, QSize] = {}
        self._natural: dict[str, QSize] = {}
        self._unsized: set[str] = set()
        self._images: dict[str, QImage] = {}
        self._problems: dict[str, str] = {}
        self._loading: tuple[str, CancelToken] | None = None
        self._request = 0
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(_LOOK_MS)
        self._look_timer.timeout.connect(self.look)
        edit.verticalScrollBar().valueChanged.connect(self.look_soon)

    @property
    def bytes_held(self) -> int:
        """What the decoded pictures take now."""
        return sum(image.sizeInBytes() for image in self._images.values())

    @property
    def positions(self) -> tuple[int, ...]:
        """Where the pictures stand in the text, in order."""
        return tuple(position for position, _ in self._places)

    @property
    def are_any(self) -> bool:
        """Whether the text has pictures."""
        return bool(self._boxes)

    def set_source(self, source: PictureSource) -> None:
        """Take pictures from here."""
        self.stop()
        self._source = source
        self.look_soon()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    def clear(self) -> None:
        """Forget every picture: the text is another one."""
        self.stop()
        for held in (self._places, self._boxes, self._natural, self._unsized, self._images, self._problems):
            held.clear()

    def stop(self) -> None:
        """Ask for nothing more, until the next look."""
        self._request += 1
        self._look_timer.stop()
        if self._loading is not None:
            self._loading[1].cancel()
            self._loading = None

    def sized(self, html: str, column_width: int) -> str:
        """The text in which every picture has its size on screen, no wider than the column."""
        for held in (self._boxes, self._places, self._unsized):
            held.clear()

        def with_size(match: re.Match[str]) -> str:
            tag = match[0]
            source = _SOURCE.search(tag)
            address = source[1] if source else ""
            box = self._box(address, tag, column_width)
            self._boxes[address] = self._boxes.get(address, QSize()).expandedTo(box)
            return f'{_SIDE.sub("", tag)[:-1]} width="{box.width()}" height="{box.height()}">'

        return _TAG.sub(with_size, html)

    def find_places(self) -> None:
        """Look up where the pictures stand, once the text is set."""
        self._places.clear()
        if not self._boxes:
            return
        document = self._edit.document()
        text = document.toRawText()
        units, start = 0, 0
        while (found := text.find(_OBJECT, start)) >= 0:
            units += len(text[start:found].encode("utf-16-le", errors="surrogatepass")) // 2
            form = _format_at(document, units)
            if form.isImageFormat():
                self._places.append((units, form.toImageFormat().name()))
            units, start = units + 1, found + 1

    def image(self, address: str) -> QImage:
        """What to paint for an address now."""
        image = self._images.get(address)
        if image is not None:
            return image
        is_expected = address.startswith(_SCHEME) and self._source is not None
        problem = self._problems.get(address, "" if is_expected else "picture not shown")
        paper, ink = QColor(self._colours.panel), QColor(self._colours.ink)
        return placeholder(problem, self._boxes.get(address, PLACEHOLDER_SIZE), paper, ink)

    @Slot()
    def look_soon(self) -> None:
        """Look once the scrolling rests."""
        if self._boxes:
            self._look_timer.start()

    @Slot()
    def look(self) -> None:
        """Ask for the next picture near the visible part of the text."""
        if (
            self._loading is not None
            or self._source is None
            or not self._places
            or not self._edit.isVisible()
        ):
            return
        for address in self._near():
            if not address.startswith(_SCHEME) or address in self._problems:
                continue
            most, held = self._most(address), self._images.get(address)
            if held is None or held.size() != self._natural[address].boundedTo(most):
                self._request += 1
                arrive = partial(self._on_loaded, self._request, address)
                self._loading = (address, self._source.load(address.removeprefix(_SCHEME), most, arrive))
                return

    def _box(self, address: str, tag: str, column_width: int) -> QSize:
        """The size on screen: its own or the stated one, in proportion no larger than the column."""
        given = {side: int(pixels) for side, pixels in _SIDE.findall(tag)}
        natural = self._natural.get(address)
        if len(given) == 2:  # noqa: PLR2004
            size = QSize(given["width"], given["height"])
        elif natural is None:
            size = PLACEHOLDER_SIZE
            self._unsized.add(address)
        elif "width" in given:
            size = QSize(given["width"], natural.height() * given["width"] // natural.width())
        elif "height" in given:
            size = QSize(natural.width() * given["height"] // natural.height(), given["height"])
        else:
            size = natural
        shrink = min(column_width / max(size.width(), 1), IMAGE_SIDE_PIXELS / max(size.height(), 1), 1.0)
        return QSize(max(round(size.width() * shrink), 1), max(round(size.height() * shrink), 1))

    def _most(self, address: str) -> QSize:
        """How many pixels of the screen a picture covers, within reason."""
        size = self._boxes[address] * self._edit.devicePixelRatioF()
        pixels = max(size.width() * size.height(), 1)
        shrink = min((_MOST_PIXELS / pixels) ** 0.5, 1.0)
        return QSize(max(round(size.width() * shrink), 1), max(round(size.height() * shrink), 1))

    def _near(self) -> list[str]:
        """The pictures on screen, then those within a screen of it."""
        document, height = self._edit.document(), self._edit.viewport().height()
        value = self._edit.verticalScrollBar().value()
        above, top, bottom, below = (
            line_at(document, y)[0] if y > 0 else 0
            for y in (value - height, value, value + height, value + 2 * height)
        )
        block = document.findBlock(
            top
        )  # a tall picture may begin above the view, in this paragraph or the one before
        top = (block.previous() if block.previous().isValid() else block).position()
        shown = [address for position, address in self._places if top <= position <= bottom]
        near = [address for position, address in self._places if above <= position <= below]
        return list(dict.fromkeys((*shown, *near)))

    def _on_loaded(self, request: int, address: str, picture: LoadedPicture) -> None:
        if request != self._request or address not in self._boxes:
            return  # another text, or another look, since it was asked for
        self._loading = None
        if picture.problem:
            self._problems[address] = picture.problem
            self._images.pop(address, None)
        elif self._make_room(picture.image.sizeInBytes(), address):
            self._images[address] = picture.image
            self._natural[address] = picture.natural
        else:
            self._problems[address] = "picture not shown: there are too many large pictures here"
        self._put(address)
        if address in self._unsized and address in self._natural:
            self.sizes_learnt.emit()
        self.look()

    def _make_room(self, more_bytes: int, address: str) -> bool:
        """Whether a picture fits in, after those that are far away have gone."""
        self._images.pop(address, None)
        if self.bytes_held + more_bytes <= BUDGET_BYTES:
            return True
        near = set(self._near())
        for other in [held for held in self._images if held not in near]:
            del self._images[other]
            self._put(other)
            if self.bytes_held + more_bytes <= BUDGET_BYTES:
                return True
        return False

    def _put(self, address: str) -> None:
        kind = QTextDocument.ResourceType.ImageResource
        self._edit.document().addResource(kind, QUrl(address), self.image(address))
        self._edit.viewport().update()


def _format_at(document: QTextDocument, position: int) -> QTextCharFormat:
    """The format of a character. A cursor would know it too, and lay the text out down to there."""
    fragments = document.findBlock(position).begin()
    while not fragments.atEnd():
        fragment = fragments.fragment()
        if fragment.contains(position):
            return fragment.charFormat()
        fragments += 1
    return QTextCharFormat()
