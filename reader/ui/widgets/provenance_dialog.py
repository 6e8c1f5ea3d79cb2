"""Who vouches for a text: the chain from the trust root down, in plain words, with fingerprints to compare."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from reader.domain.page import Page
from reader.ui.widgets.plain_label import plain_label

_WIDTH = 620
_HEIGHT = 560


class ProvenanceDialog(QDialog):
    """Shows the provenance of a page. Every text is plain: labels would load files from rich text."""

    def __init__(self, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Who vouches for this")
        self._page = page
        inner = QWidget()
        grid = QGridLayout(inner)
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(2)
        row = 0
        heading = plain_label(f"{page.strip.authority}: {page.title}")
        heading.setFont(_bold(heading.font()))
        grid.addWidget(heading, row, 0, 1, 2)
        row += 1
        grid.addWidget(plain_label(f"{page.strip.manual}, {page.strip.edition}"), row, 0, 1, 2)
        for warning in page.strip.warnings:
            row += 1
            grid.addWidget(plain_label(f"⚠ {warning}"), row, 0, 1, 2)
        for number, line in enumerate(page.provenance, start=1):
            row += 1
            grid.setRowMinimumHeight(row, 10)
            row += 1
            is_step = bool(line.details)
            if is_step:
                step = plain_label(f"{number}.")
                step.setFont(_bold(step.font()))
                grid.addWidget(step, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(plain_label(line.sentence), row, 1 if is_step else 0, 1, 1 if is_step else 2)
            for detail in line.details:
                row += 1
                label = plain_label(detail)
                label.setObjectName("detail")
                if detail.startswith(("Key of", "Fingerprint")):
                    label.setFont(_fixed(label.font()))
                grid.addWidget(label, row, 1)
        grid.setRowStretch(row + 1, 1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        copy.setToolTip("Copy all of this as text")
        copy.setAutoDefault(False)
        copy.clicked.connect(self._on_copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)
        self.resize(_WIDTH, _HEIGHT)

    @property
    def text(self) -> str:
        """Everything that it says."""
        strip = self._page.strip
        lines = [
            f"{strip.authority}: {self._page.title}",
            f"{strip.manual}, {strip.edition}",
            *strip.warnings,
        ]
        for line in self._page.provenance:
            lines += ["", line.sentence, *(f"    {detail}" for detail in line.details)]
        return "\n".join(lines)

    @Slot()
    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)


def _fixed(font: QFont) -> QFont:
    """Letters of one width, as large as the others: the system's own do not grow with the person's choice."""
    fixed = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    fixed.setPointSizeF(font.pointSizeF())
    return fixed


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font
