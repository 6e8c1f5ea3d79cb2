"""What a word means: the usual term, its other names, who says so, and a way to search for it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from reader.domain.explanation import Explanation
from reader.ui.theme import Letters, Space
from reader.ui.widgets.dialog_size import fit
from reader.ui.widgets.plain_label import plain_label

_LINE_PX: Final = 32


class ExplanationDialog(QDialog):
    """Escape closes it. Every text is plain and can be reached with Tab, so that a screen reader reads it."""

    search_requested = Signal(object)
    """Carries what to search for."""

    def __init__(self, explanation: Explanation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation = explanation
        self.setWindowTitle("What this word means")
        inner = QWidget()
        inner.setObjectName("scrolled")
        form = QFormLayout(inner)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(Space.SMALL)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        heading = plain_label(explanation.name or explanation.term)
        font = heading.font()
        font.setPointSizeF(font.pointSizeF() * Letters.HEADING_FACTOR)
        font.setBold(True)
        heading.setFont(font)
        form.addRow(heading)
        self._lines = list(_lines(explanation))
        for label, text in self._lines:
            name = QLabel(label)
            name.setTextFormat(Qt.TextFormat.PlainText)
            name.setObjectName("note")
            said = plain_label(text)
            said.setAccessibleName(f"{label}: {text}")
            form.addRow(name, said)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        search = buttons.addButton("Search for it", QDialogButtonBox.ButtonRole.ActionRole)
        search.setToolTip("Search all manuals for this term and its other names")
        search.clicked.connect(self._on_search)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.LARGE, Space.MEDIUM, Space.LARGE, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addWidget(scroll, 1)
        layout.addWidget(buttons)
        fit(self, 460, min(130 + _LINE_PX * len(self._lines), 360))

    @property
    def text(self) -> str:
        """Everything that it says."""
        lines = [f"{label}: {text}" for label, text in self._lines]
        return "\n".join([self._explanation.name or self._explanation.term, *lines])

    @Slot()
    def _on_search(self) -> None:
        self.accept()
        self.search_requested.emit(self._explanation.name or self._explanation.term)


def _lines(explanation: Explanation) -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    if explanation.name and explanation.term.casefold() != explanation.name.casefold():
        lines.append(("In the text", explanation.term))
    lines += [(f"In “{one.where}”", one.text) for one in explanation.definitions]
    lines += explanation.facts
    if explanation.source:
        lines.append(("Laid down in", explanation.source))
    if explanation.facts or explanation.source:
        lines.append(("From", "the vocabulary of the sector that came with this program"))
    if not lines:
        lines.append(
            ("Not explained", "neither this manual nor the vocabulary of the sector knows this term.")
        )
    return lines
