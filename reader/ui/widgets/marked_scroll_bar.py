"""A scroll bar that shows where the matches are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollBar
from typing_extensions import override

from reader.ui.theme import LIGHT, Colours

_HEIGHT_PX: Final = 3.0
_INSET_PX: Final = 2.0


class MarkedScrollBar(QScrollBar):
    """Draws a line for each place over itself."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._shares: tuple[float, ...] = ()
        self._colours = LIGHT

    @property
    def shares(self) -> tuple[float, ...]:
        """Where the lines are, from 0 (top) to 1."""
        return self._shares

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def set_shares(self, shares: Sequence[float]) -> None:
        """Where the lines are; those that would fall on the same pixel are one."""
        pixels = max(self.height(), 1)
        self._shares = tuple(dict.fromkeys(round(share * pixels) / pixels for share in shares))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._shares:
            painter = QPainter(self)
            colour = QColor(self._colours.match)
            for share in self._shares:
                top = share * (self.height() - _HEIGHT_PX)
                painter.fillRect(QRectF(_INSET_PX, top, self.width() - 2 * _INSET_PX, _HEIGHT_PX), colour)
            painter.end()
