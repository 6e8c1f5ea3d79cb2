"""A page of plain text to be read, copied, and passed on to those who help."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from reader.ui.theme import Space
from reader.ui.widgets.announce import announce
from reader.ui.widgets.dialog_size import fit


class ReportDialog(QDialog):
    """Escape closes it; the text can be walked by keyboard."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.page = QPlainTextEdit(text)
        self.page.setReadOnly(True)
        self.page.setAccessibleName(title)
        self.page.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("&Copy all", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(self.page, 1)
        layout.addWidget(buttons)
        self.page.setFocus()
        fit(self, 760, 560)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.page.toPlainText())
        announce(self, "Copied")
