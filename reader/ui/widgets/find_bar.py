"""Find in page: a line below the text."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget
from typing_extensions import override

from reader.ui.icons import Icon, dress
from reader.ui.theme import LIGHT, Colours, Space
from reader.ui.widgets.announce import announce
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.page_text import MOST_MARKS


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
        make_clearable(self._line)
        self._count = QLabel()
        self._count.setTextFormat(Qt.TextFormat.PlainText)
        self._count.setAccessibleDescription("Matches")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.TIGHT, Space.MEDIUM, Space.TIGHT)
        layout.setSpacing(Space.TIGHT)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._count)
        self._colours = LIGHT
        self._buttons: dict[Icon, QToolButton] = {}
        for name, words, slot in (
            (Icon.CASE, "Match case", self._on_option),
            (Icon.WHOLE_WORDS, "Whole words", self._on_option),
            (Icon.PREVIOUS, "Previous match", self._on_previous),
            (Icon.NEXT, "Next match", self._on_next),
            (Icon.CLOSE, "Close find", self._on_close),
        ):
            button = QToolButton()
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setCheckable(name in {Icon.CASE, Icon.WHOLE_WORDS})
            button.clicked.connect(slot)
            layout.addWidget(button)
            self._buttons[name] = button
        self._line.textChanged.connect(self._on_text_changed)
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where Tab stops, in order."""
        return self._line, *self._buttons.values()

    def open_line(self) -> None:
        """Show the bar with the cursor in it."""
        self._dress()
        self.show()
        self._line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._line.selectAll()
        self._on_text_changed(self._line.text())

    def set_position(self, current: int, total: int) -> None:
        """Show "3 of 17"; (0, 0) with a text in the line says that there is none."""
        if not self._line.text().strip():
            self._count.setText("")
        elif not total:
            self._count.setText("Not in this chapter")
        else:
            self._count.setText(f"{current} of {total}" + (" and more" if total >= MOST_MARKS else ""))
        announce(self, self._count.text())

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self.isVisible():
            self._dress()

    def _dress(self) -> None:
        for name, button in self._buttons.items():
            dress(button, name, self._colours)

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
        self.pattern_changed.emit(self._pattern(text.strip()))

    def _pattern(self, text: str) -> re.Pattern[str] | None:
        if not text:
            return None
        # Any white space will do for a space: a line of the text may end there.
        wanted = r"\s+".join(map(re.escape, text.split()))
        if self._buttons[Icon.WHOLE_WORDS].isChecked():
            wanted = rf"(?<!\w){wanted}(?!\w)"
        return re.compile(wanted, 0 if self._buttons[Icon.CASE].isChecked() else re.IGNORECASE)

    @Slot()
    def _on_option(self) -> None:
        self._on_text_changed(self._line.text())

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
