"""What has changed in the manuals, as a queue to step through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QVBoxLayout, QWidget

from reader.domain.changes import ChangedChapter
from reader.domain.manual import ManualId
from reader.domain.text import counted
from reader.ui.models.changes_model import ChangesModel
from reader.ui.models.nodes import Role
from reader.ui.theme import Colours
from reader.ui.widgets.entry_tree import EntryTree


class ChangesPanel(QWidget):
    """Lists changed chapters; says which one the person wants to see."""

    change_activated = Signal(object)
    since_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = ChangesModel(self)
        self._since_box = QComboBox()
        self._since_box.setAccessibleName("Changes since")
        self._since_box.addItems(["Since the edition before", "Since I last read a chapter"])
        self._summary = QLabel()
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setAccessibleDescription("About these changes")
        self._next = QPushButton("Next change (F7)")
        self.tree = EntryTree("Changes")
        self.tree.setModel(self._model)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        for widget in (self._since_box, self._summary, self.tree, self._next):
            layout.addWidget(widget)
        self._since_box.activated.connect(self._on_since_activated)
        self._next.clicked.connect(self.step)
        self.tree.entry_activated.connect(self._on_entry_activated)

    @property
    def is_since_read(self) -> bool:
        """Whether chapters are wanted that changed since the person read them."""
        return self._since_box.currentIndex() == 1

    def set_changes(self, changes: Sequence[ChangedChapter], names: Mapping[ManualId, str]) -> None:
        """Show changes; the one that was chosen stays chosen."""
        chosen = self.tree.currentIndex().data(Role.LOCATION)
        self._model.set_changes(changes, names)
        self.tree.expandAll()
        self._next.setEnabled(bool(changes))
        seen = sum(one.is_seen for one in changes)
        if changes:
            count = len(changes)
            self._summary.setText(
                f"{counted(count, 'chapter')} changed"
                + (f", {seen} seen" if seen and not self.is_since_read else "")
            )
        elif self.is_since_read:
            self._summary.setText("Nothing that you have read has changed since.")
        else:
            self._summary.setText("No older edition is installed to compare with.")
        for index in self._rows():
            one = index.data(Role.LOCATION)
            if chosen is not None and (one.manual, one.change.id) == (chosen.manual, chosen.change.id):
                self.tree.setCurrentIndex(index)

    def set_message(self, text: str) -> None:
        """Show a sentence and no changes."""
        self._model.set_changes((), {})
        self._summary.setText(text)

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)

    @Slot()
    def step(self) -> None:
        """Open the change behind the chosen one; behind the last comes the first."""
        rows = self._rows()
        if rows:
            current = self.tree.currentIndex()
            place = rows.index(current) + 1 if current in rows else 0
            self.tree.setCurrentIndex(rows[place % len(rows)])
            self._on_entry_activated(rows[place % len(rows)].data(Role.LOCATION))

    def _rows(self) -> list[QModelIndex]:
        tops = [self._model.index(row, 0) for row in range(self._model.rowCount())]
        return [self._model.index(row, 0, top) for top in tops for row in range(self._model.rowCount(top))]

    @Slot(int)
    def _on_since_activated(self, _: int) -> None:
        self.since_changed.emit()

    @Slot(object)
    def _on_entry_activated(self, one: ChangedChapter) -> None:
        self.change_activated.emit(one)
