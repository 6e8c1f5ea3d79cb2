"""Style sheets for the parts of a window, each given when its part is seen.

Qt works a style sheet out anew for every widget below the one that it is set on, seen or not. With two dozen chapters
open that is a thousand widgets and a sixth of a second at each change of theme or size; what is seen are a hundred.
"""

from __future__ import annotations

from typing import Final

import shiboken6
from PySide6.QtCore import QChildEvent, QEvent, QObject
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QProxyStyle, QStyle, QStyleOption, QWidget
from typing_extensions import override

_SEPARATOR_PX: Final = 5
_WORN: Final = "_style_sheet_number"
_SEEN: Final = frozenset({QEvent.Type.Polish, QEvent.Type.Show})


class _FrameStyle(QProxyStyle):
    """What stands between the parts: a style sheet for that would be worked out for everything in the window."""

    @override
    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric is QStyle.PixelMetric.PM_DockWidgetSeparatorExtent:
            return _SEPARATOR_PX
        return super().pixelMetric(metric, option, widget)

    @override
    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if element is not QStyle.PrimitiveElement.PE_IndicatorDockWidgetResizeHandle:
            super().drawPrimitive(element, option, painter, widget)
            return
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        role = QPalette.ColorRole.Highlight if is_hovered else QPalette.ColorRole.Mid
        painter.fillRect(option.rect, option.palette.color(role))


def leave_background_to_frame(area: QAbstractScrollArea) -> None:
    """Let a scroll area's frame alone paint its background: for those that come and go, before they are seen.

    Otherwise Qt keeps, for every viewport that it painted by a style sheet, how that one was to be painted, and
    forgets it of all widgets but viewports when they go (measured with Qt 6.11: 0.9 KB for each).
    """
    area.viewport().setAutoFillBackground(False)


class PartStyles(QObject):
    """Keeps the style sheet of a window's parts, and of the dialogs that open over it."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._parts: list[QWidget] = []
        self._css = ""
        self._number = 0
        self._frame = _FrameStyle("Fusion")  # Qt does not own it
        window.setStyle(self._frame)
        window.installEventFilter(self)

    def add(self, *parts: QWidget) -> None:
        """Dress these parts too; none of them may lie in another."""
        self._parts = [part for part in self._parts if shiboken6.isValid(part)]
        for part in parts:
            self._parts.append(part)
            part.installEventFilter(self)
            if part.isVisible():
                self._dress(part)

    def set_css(self, css: str) -> None:
        """Dress what is seen, and the rest when it comes to be seen."""
        if css == self._css:
            return
        self._css = css
        self._number += 1
        for part in self._parts:
            if shiboken6.isValid(part) and part.isVisible():
                self._dress(part)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.ChildPolished and watched is self._window:
            assert isinstance(event, QChildEvent)  # noqa: S101  # what Qt says of this kind
            child = event.child()
            if isinstance(child, QWidget) and child.isWindow():
                self.add(child)
                self._dress(child)
        elif kind in _SEEN and watched is not self._window:
            assert isinstance(watched, QWidget)  # noqa: S101  # as added
            self._dress(watched)
        return False

    def _dress(self, part: QWidget) -> None:
        if part.property(_WORN) != self._number:
            part.setProperty(_WORN, self._number)
            part.setStyleSheet(self._css)
