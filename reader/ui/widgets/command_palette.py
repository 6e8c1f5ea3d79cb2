"""The command palette: type what to do, or the number or title of a chapter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.ui.commands import Command
from reader.ui.models.rows_model import RowsModel, TextRow
from reader.ui.theme import Space
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.dialog_size import fit

_MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class CommandPalette(QDialog):
    """A line and what it finds. Up and Down walk the list while the line keeps the keyboard; Enter does it."""

    chosen = Signal(object)
    """Carries the command."""

    def __init__(self, search: Callable[[str], list[Command]], parent: QWidget | None = None) -> None:
        """Make the palette.

        Args:
            search: Gives what a query finds, best first.
            parent: The window.
        """
        super().__init__(parent)
        self.setWindowTitle("Commands and chapters")
        self._search = search
        self._found: list[Command] = []
        self._line = QLineEdit()
        self._line.setPlaceholderText("Type a command, or the number or title of a chapter")
        self._line.setAccessibleName("Command or chapter")
        make_clearable(self._line)
        self._model = RowsModel(("Command", "Keys or authority"), self)
        self._list = QTreeView()
        self._list.setAccessibleName("Commands and chapters that were found")
        self._list.setModel(self._model)
        self._list.setRootIsDecorated(False)
        self._list.setHeaderHidden(True)
        self._list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._list.setAllColumnsShowFocus(True)
        self._list.header().setStretchLastSection(False)
        self._list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self._list.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self._remark = QLabel()
        self._remark.setTextFormat(Qt.TextFormat.PlainText)
        self._remark.setWordWrap(True)
        self._remark.setObjectName("note")
        self._remark.setAccessibleDescription("About the chosen command")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self._line)
        layout.addWidget(self._list, 1)
        layout.addWidget(self._remark)
        self._line.textChanged.connect(self._on_typed)
        self._line.installEventFilter(self)
        self._list.activated.connect(self._on_activated)
        self._list.clicked.connect(self._on_activated)
        self._list.selectionModel().currentChanged.connect(self._on_current_changed)
        fit(self, 640, 420)
        self._on_typed("")

    @property
    def found(self) -> list[Command]:
        """What is in the list."""
        return self._found

    def type_text(self, text: str) -> None:
        self._line.setText(text)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and watched is self._line:
            if event.key() in _MOVES:
                self._move(event.key())
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
                self._choose(self._list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)

    def _move(self, key: int) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}[
            Qt.Key(key)
        ]
        count = len(self._found)
        if count:
            row = self._list.currentIndex().row() + step
            row = row % count if abs(step) == 1 else min(max(row, 0), count - 1)
            self._list.setCurrentIndex(self._model.index(row, 0))

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self._found) and not self._found[row].reason:
            command = self._found[row]
            self.accept()
            self.chosen.emit(command)

    @Slot(str)
    def _on_typed(self, typed: str) -> None:
        self._found = self._search(typed)
        self._model.set_rows([_row(command) for command in self._found])
        if self._found:
            self._list.setCurrentIndex(self._model.index(0, 0))
        else:
            self._remark.setText("Nothing is called like this. Ctrl+K searches the texts of all manuals.")

    @Slot(QModelIndex)
    def _on_activated(self, index: QModelIndex) -> None:
        self._choose(index.row())

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _: QModelIndex) -> None:
        row = current.row()
        reason = self._found[row].reason if 0 <= row < len(self._found) else ""
        self._remark.setText(f"Not now: {reason}." if reason else "Enter does it; Escape closes.")


def _row(command: Command) -> TextRow:
    detail = f"not now: {command.reason}" if command.reason else command.detail
    spoken = ", ".join(filter(None, (command.text, detail)))
    return TextRow((command.text, detail), spoken, is_enabled=not command.reason)
