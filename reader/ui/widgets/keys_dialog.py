"""The table of keys: grouped, searched by words or by a key, and to be taken along as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.ui.models.rows_model import RowsModel, TextRow
from reader.ui.theme import Space
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.dialog_size import fit


@dataclass(frozen=True, slots=True)
class KeyRow:
    """What a key does, and where."""

    group: str
    what: str
    keys: str


class KeysDialog(QDialog):
    """Every key of the program. Typing narrows the table; Escape closes it."""

    save_requested = Signal(object)
    """Carries the table as text."""

    def __init__(self, rows: Sequence[KeyRow], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        self._rows = tuple(rows)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("What, where, or a key such as F9")
        self._filter.setAccessibleName("Find a key")
        make_clearable(self._filter)
        self._nothing = QLabel("No key does that. Ctrl+Shift+P finds every command, with and without a key.")
        self._nothing.setWordWrap(True)
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.hide()
        self._model = RowsModel(("Where", "What", "Keys"), self)
        self._table = QTableView()
        self._table.setAccessibleName("Keys")
        self._table.setModel(self._model)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.setTabKeyNavigation(False)  # Tab leaves the table
        self._table.setShowGrid(False)
        self._table.setWordWrap(True)
        self._table.verticalHeader().hide()
        header = self._table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self._table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy as text", QDialogButtonBox.ButtonRole.ActionRole)
        save = buttons.addButton("Save as text…", QDialogButtonBox.ButtonRole.ActionRole)
        for button in (copy, save):
            button.setAutoDefault(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self._filter)
        layout.addWidget(self._nothing)
        layout.addWidget(self._table, 1)
        layout.addWidget(buttons)
        copy.clicked.connect(self._on_copy)
        save.clicked.connect(self._on_save)
        buttons.rejected.connect(self.reject)
        self._filter.textChanged.connect(self._on_filtered)
        fit(self, 680, 520)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._on_filtered(
            self._filter.text()
        )  # not before: each row would be measured at each step to the screen

    @property
    def text(self) -> str:
        """The table as text, for paper or for a message."""
        lines: list[str] = ["Procedures Reader: keys"]
        group = ""
        for row in self._rows:
            if row.group != group:
                group = row.group
                lines += ["", group]
            lines.append(f"  {row.what:<58} {row.keys}")
        return "\n".join(lines) + "\n"

    @property
    def shown(self) -> tuple[TextRow, ...]:
        """The rows that the filter leaves."""
        return self._model.rows

    def filter_by(self, typed: str) -> None:
        self._filter.setText(typed)

    @Slot(str)
    def _on_filtered(self, typed: str) -> None:
        words = typed.casefold().split()
        left = [
            row
            for row in self._rows
            if all(word in f"{row.group} {row.what} {row.keys}".casefold() for word in words)
        ]
        self._model.set_rows([TextRow((row.group, row.what, row.keys)) for row in left])
        self._nothing.setVisible(not left)
        self._table.setVisible(bool(left))
        if left:
            self._table.setCurrentIndex(self._model.index(0, 1))

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)

    @Slot()
    def _on_save(self) -> None:
        self.save_requested.emit(self.text)
