"""A tree view of nodes: one look and one set of keys for library, results and bookmarks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, QRect, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTreeView, QWidget
from typing_extensions import override

from reader.ui.models.nodes import Role
from reader.ui.theme import Colours, letter_factor
from reader.ui.widgets.entry_delegate import EntryDelegate

_INDENTATION_PX: Final = 16


class EntryTree(QTreeView):
    """Says which row was chosen, with Enter or a double click, or with one click where it leads somewhere."""

    entry_activated = Signal(object)
    """Carries the row's value (`Role.LOCATION`)."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_held = False
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(False)
        self.setExpandsOnDoubleClick(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._delegate = EntryDelegate(self)
        self.setItemDelegate(self._delegate)
        self.clicked.connect(self._on_chosen)

    def set_colours(self, colours: Colours) -> None:
        self._delegate.set_colours(colours)
        self.setIndentation(round(_INDENTATION_PX * letter_factor()))
        self.viewport().update()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()  # rows are as high as their titles need

    def set_held(self, *, is_held: bool) -> None:
        """Do not lay rows out while letters, style and indentation change one after the other; then do it once."""
        self._is_held = is_held
        if not is_held:
            self.scheduleDelayedItemsLayout()

    @override
    def doItemsLayout(self) -> None:
        if not self._is_held:
            super().doItemsLayout()

    @override
    def verticalOffset(self) -> int:
        """How far it is scrolled, as if all rows were one line high.

        Qt asks at each painting, to place a background that has a pattern, and would ask each row above for its height.
        Where several rows can be chosen it also tells from this over which rows the mouse has been drawn.
        """
        if self.selectionMode() is not QAbstractItemView.SelectionMode.SingleSelection:
            return super().verticalOffset()
        return self.verticalScrollBar().value() * self.fontMetrics().height()

    @override
    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        """Where a row stands in the viewport, in pixels; for one that is out of sight, somewhere above or below.

        Qt asks for the rows that are chosen now and were before, and would add up the heights of all between.
        """
        line = self.fontMetrics().height()
        seen = self.viewport().rect()
        first, last = self.indexAt(seen.topLeft()), self.indexAt(seen.bottomLeft())
        if index.isValid() and first.isValid() and _place(index) < _place(first):
            return QRect(0, -2 * line, seen.width(), line)
        if last.isValid() and _place(index) > _place(last):
            return QRect(0, seen.height() + line, seen.width(), line)
        return super().visualRect(index)

    @override
    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        """What to paint anew where rows were chosen or are no more."""
        if self.selectionMode() is not QAbstractItemView.SelectionMode.SingleSelection:
            return super().visualRegionForSelection(selection)
        region = QRegion()
        for index in selection.indexes():
            region += self.visualRect(index)
        return region

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self.currentIndex().data(Role.LOCATION) is None:
                self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
            else:
                self._on_chosen(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex | QPersistentModelIndex) -> None:
        value = index.data(Role.LOCATION)
        if value is not None:
            self.entry_activated.emit(value)


def _place(index: QModelIndex | QPersistentModelIndex) -> tuple[int, ...]:
    """The rows that lead to a row: those of a row further down are greater."""
    rows: list[int] = []
    while index.isValid():
        rows.append(index.row())
        index = index.parent()
    return tuple(reversed(rows))
