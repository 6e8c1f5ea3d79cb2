"""Reading lists, beside the library tree: one of them, its places in order, and what of it is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QLabel, QVBoxLayout, QWidget

from reader.domain.reading_list import ReadingList
from reader.domain.text import counted
from reader.ui.icons import Icon
from reader.ui.models.nodes import Role
from reader.ui.models.reading_list_model import ReadingListModel, ReadingRow
from reader.ui.theme import Colours, Space
from reader.ui.widgets.entry_tree import EntryTree
from reader.ui.widgets.icon_buttons import IconButtons
from reader.ui.widgets.plain_label import plain_label


@dataclass(frozen=True, slots=True)
class ItemMove:
    """The wish to put the item of one number at another (both from 0)."""

    number: int
    to: int


class ReadingListsPanel(QWidget):
    """Shows one list; says what the person wants of it.

    Keys: Enter opens a place in its edition, F2 changes its remark, Delete takes it out, Alt+Up and Alt+Down move it.
    """

    list_chosen = Signal(object)
    """Carries the number of the list."""
    item_activated = Signal(object)
    remark_requested = Signal(object)
    item_removed = Signal(object)
    item_moved = Signal(object)
    new_requested = Signal()
    remove_requested = Signal()
    save_requested = Signal()
    print_requested = Signal()
    open_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists = QComboBox()
        self._lists.setAccessibleName("Reading list")
        self._lists.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._lists.activated.connect(self._on_list_chosen)
        self._remark = plain_label()
        self._missing = plain_label()
        self._missing.setObjectName("warning")
        self._model = ReadingListModel(self)
        self.tree = EntryTree("Places of the reading list")
        self.tree.setRootIsDecorated(False)
        self.tree.setModel(self._model)
        self.tree.entry_activated.connect(self.item_activated)
        self._empty = QLabel(
            "A reading list is an order of places to read, with remarks, for a training day or a new colleague.\n\n"
            "Open a chapter and press Ctrl+Shift+D to begin one, or open a list that you were given."
        )
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._buttons = IconButtons(
            (Icon.ADD, "New reading list", self.new_requested),
            (Icon.LIBRARY, "Open a reading list that you were given", self.open_requested),
            (Icon.SAVE, "Save this list to hand it out", self.save_requested),
            (Icon.PRINT, "Print this list with its texts, or save it as a PDF", self.print_requested),
            (Icon.REMOVE, "Remove this list", self.remove_requested),
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        for widget in (self._buttons, self._lists, self._remark, self._missing, self._empty):
            layout.addWidget(widget)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        for text, slot, key in (
            ("Change the remark…", self._on_remark, "F2"),
            ("Take it out", self._on_remove, "Del"),
            ("Move up", self._on_up, "Alt+Up"),
            ("Move down", self._on_down, "Alt+Down"),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self.tree.addAction(action)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.set_lists((), -1, ())

    def set_lists(self, lists: Sequence[ReadingList], chosen: int, rows: Sequence[ReadingRow]) -> None:
        """Show one of these lists with its rows; the selected place stays selected."""
        current = self._current()
        self._lists.clear()
        self._lists.addItems([one.title for one in lists])
        self._lists.setCurrentIndex(chosen)
        self._lists.setToolTip(self._lists.currentText())
        is_any = 0 <= chosen < len(lists)
        self._remark.setText(lists[chosen].remark if is_any else "")
        self._remark.setVisible(bool(self._remark.text()))
        missing = sum(1 for row in rows if row.problem)
        self._missing.setText(
            f"{missing} of {counted(len(rows), 'place')} not here as they were meant." if missing else ""
        )
        self._missing.setVisible(bool(missing))
        self._model.set_rows(rows)
        for widget in (self._lists, self.tree):
            widget.setVisible(is_any)
        self._empty.setVisible(not is_any)
        self._buttons.set_enabled(Icon.SAVE, Icon.PRINT, Icon.REMOVE, is_enabled=is_any)
        if current is not None and rows:
            self.tree.setCurrentIndex(self._model.index_of(min(current.number, len(rows) - 1)))

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)
        self._buttons.set_colours(colours)

    def select(self, number: int) -> None:
        self.tree.setCurrentIndex(self._model.index_of(number))

    @property
    def said(self) -> str:
        """What stands above the places."""
        return "\n".join(label.text() for label in (self._remark, self._missing) if label.text())

    def _current(self) -> ReadingRow | None:
        value = self.tree.currentIndex().data(Role.LOCATION)
        return value if isinstance(value, ReadingRow) else None

    def _move_by(self, step: int) -> None:
        row = self._current()
        if row is not None and 0 <= row.number + step < self._model.rowCount():
            self.item_moved.emit(ItemMove(row.number, row.number + step))
            self.tree.setCurrentIndex(self._model.index_of(row.number + step))

    @Slot(int)
    def _on_list_chosen(self, number: int) -> None:
        self.list_chosen.emit(number)

    @Slot()
    def _on_remark(self) -> None:
        row = self._current()
        if row is not None:
            self.remark_requested.emit(row)

    @Slot()
    def _on_remove(self) -> None:
        row = self._current()
        if row is not None:
            self.item_removed.emit(row)

    @Slot()
    def _on_up(self) -> None:
        self._move_by(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move_by(1)
