"""Asks for any number of several choices."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget


class ChoicesDialog(QDialog):
    """A list with a mark beside each row. Space sets and takes away a mark."""

    def __init__(
        self, title: str, choices: tuple[str, ...], chosen: frozenset[int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._list = QListWidget()
        self._list.setAccessibleName(title)
        self._list.setWordWrap(True)
        for number, choice in enumerate(choices):
            item = QListWidgetItem(choice, self._list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if number in chosen else Qt.CheckState.Unchecked)
        self._list.setCurrentRow(0)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(self._list)
        layout.addWidget(buttons)
        self.resize(420, 360)

    @property
    def chosen(self) -> frozenset[int]:
        """The numbers of the marked rows, from 0."""
        return frozenset(
            row
            for row in range(self._list.count())
            if self._list.item(row).checkState() == Qt.CheckState.Checked
        )
