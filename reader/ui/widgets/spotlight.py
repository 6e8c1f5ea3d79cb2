"""A light on one paragraph of a text: everything else is dimmed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QRegion, QTextBlock
from PySide6.QtWidgets import QTextEdit, QWidget
from typing_extensions import override

_DIM = QColor(0, 0, 0, 165)
_MARGIN_PX = 8


class Spotlight(QWidget):
    """Lies over the view of a text and lets everything through but light. Off until it is switched on."""

    def __init__(self, text: QTextEdit) -> None:
        super().__init__(text.viewport())
        self._text = text
        self._number = -1
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        text.viewport().installEventFilter(self)
        text.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.hide()

    @property
    def is_on(self) -> bool:
        return self._number >= 0

    @property
    def words(self) -> str:
        """The paragraph in the light."""
        block = self._block
        return block.text() if block is not None else ""

    def switch(self, *, is_on: bool) -> None:
        """Light the first paragraph, or everything."""
        self._number = -1
        if is_on:
            self.step(1)
        self.setVisible(self.is_on)

    def step(self, step: int) -> bool:
        """Light the next (+1) or previous (-1) paragraph that has words; False at the ends."""
        blocks = [block.blockNumber() for block in self._blocks()]
        behind = (
            [n for n in blocks if n > self._number] if step > 0 else [n for n in blocks if n < self._number]
        )
        if not behind:
            return False
        self._number = behind[0] if step > 0 else behind[-1]
        block = self._block
        if block is not None:
            cursor = self._text.textCursor()
            cursor.setPosition(block.position())
            self._text.setTextCursor(cursor)
            self._text.ensureCursorVisible()
        self.setGeometry(self._text.viewport().rect())
        self.update()
        return True

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._text.viewport().rect())
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        block = self._block
        if block is None:
            return
        area = self._text.document().documentLayout().blockBoundingRect(block)
        top = round(area.top()) - self._text.verticalScrollBar().value() - _MARGIN_PX
        lit = QRect(0, top, self.width(), round(area.height()) + 2 * _MARGIN_PX)
        painter = QPainter(self)
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(lit)))
        painter.fillRect(self.rect(), _DIM)
        painter.end()

    @property
    def _block(self) -> QTextBlock | None:
        block = self._text.document().findBlockByNumber(self._number) if self._number >= 0 else None
        return block if block is not None and block.isValid() else None

    def _blocks(self) -> list[QTextBlock]:
        found: list[QTextBlock] = []
        block = self._text.document().begin()
        while block.isValid():
            if block.text().strip():
                found.append(block)
            block = block.next()
        return found

    def _on_scrolled(self, _: int) -> None:
        self.update()
