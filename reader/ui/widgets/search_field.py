"""The one search field at the top of the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from typing_extensions import override

from reader.ui.icons import Icon, icon_side, pixmap
from reader.ui.theme import Colours, Space
from reader.ui.widgets.clearable import make_clearable

_PAUSE_MS = 60
_MAX_LENGTH = 4_000  # a citation with the words that it quotes


class SearchField(QLineEdit):
    """Says what is typed, a blink after the last key, so that a fast typist does not queue up old questions."""

    query_changed = Signal(object)
    """Carries the text."""
    left_downwards = Signal()
    accepted = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Search all manuals")
        self.setPlaceholderText("Search all manuals (Ctrl+K)")
        make_clearable(self)
        self.setMaxLength(_MAX_LENGTH)
        self._lens = QLabel(self)
        self._lens.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._on_pause)
        self.textChanged.connect(self._on_text_changed)

    @Slot()
    def open_field(self) -> None:
        """Take the keyboard, with the old query selected."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def set_colours(self, colours: Colours) -> None:
        """Draw the lens in front of what is typed."""
        side = icon_side()
        self._lens.setPixmap(pixmap(Icon.SEARCH, colours.muted, side))
        self._lens.resize(side, side)
        self.setTextMargins(side + Space.TIGHT, 0, 0, 0)
        self._place_lens()

    def _place_lens(self) -> None:
        self._lens.move(Space.SMALL, (self.height() - self._lens.height()) // 2)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_lens()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Down:
                self.left_downwards.emit()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._timer.stop()
                self.accepted.emit()
            case Qt.Key.Key_Escape:
                self._timer.stop()
                self.dismissed.emit()
            case _:
                super().keyPressEvent(event)

    @Slot(str)
    def _on_text_changed(self, _: str) -> None:
        self._timer.start()

    @Slot()
    def _on_pause(self) -> None:
        self.query_changed.emit(self.text())
