"""Find in page: a line below the text."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget
from typing_extensions import override


class FindBar(QWidget):
    """Says what to look for and in which direction; shows how many there are."""

    pattern_changed = Signal(object)
    """Carries a compiled pattern, or None for an empty line."""
    step_requested = Signal(object)
    """Carries +1 or -1."""
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._line = QLineEdit()
        self._line.setAccessibleName("Find in this chapter")
        self._line.setPlaceholderText("Find in this chapter")
        self._line.setClearButtonEnabled(True)
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setAccessibleName("Matches")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._count)
        for text, name, slot in (
            ("‹", "Previous match", self._on_previous),
            ("›", "Next match", self._on_next),
            ("×", "Close find", self._on_close),
        ):
            button = QToolButton()
            button.setText(text)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.setAutoRaise(True)
            button.clicked.connect(slot)
            layout.addWidget(button)
        self._line.textChanged.connect(self._on_text_changed)
        self.hide()

    def open_line(self) -> None:
        """Show the bar with the cursor in it."""
        self.show()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()
        self._on_text_changed(self._line.text())

    def set_position(self, current: int, total: int) -> None:
        """Show "3 of 17"; (0, 0) with a text in the line says that there is none."""
        if not self._line.text():
            self._count.setText("")
        else:
            self._count.setText(f"{current} of {total}" if total else "Not in this chapter")

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape:
                self._on_close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                is_back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                self.step_requested.emit(-1 if is_back else 1)
            case _:
                super().keyPressEvent(event)

    @Slot(str)
    def _on_text_changed(self, text: str) -> None:
        pattern = re.compile(re.escape(text.strip()), re.IGNORECASE) if text.strip() else None
        self.pattern_changed.emit(pattern)

    @Slot()
    def _on_next(self) -> None:
        self.step_requested.emit(1)

    @Slot()
    def _on_previous(self) -> None:
        self.step_requested.emit(-1)

    @Slot()
    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()
