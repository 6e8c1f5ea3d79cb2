"""The library tree with its filter box."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from reader.domain.location import Location
from reader.domain.manual import Edition
from reader.ui.models.library_model import LibraryModel
from reader.ui.models.nodes import Role
from reader.ui.theme import Colours
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.entry_tree import EntryTree

_FILTER_DELAY_MS = 120


class _EntryFilter(QSortFilterProxyModel):
    """Keeps rows that hold every word of the filter, with their divisions above and what stands below them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words: tuple[str, ...] = ()
        self.setRecursiveFilteringEnabled(True)
        self.setAutoAcceptChildRows(True)

    def set_filter(self, typed: str) -> None:
        self.beginFilterChange()
        self._words = tuple(typed.casefold().split())
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex) -> bool:  # type: ignore[override]
        if not self._words:
            return True
        index = self.sourceModel().index(source_row, 0, source_parent)
        text = str(index.data(Role.FILTER)).casefold()
        return all(word in text for word in self._words)


class LibraryPanel(QWidget):
    """Shows the contents lists; says which location was chosen."""

    location_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = LibraryModel(self)
        self._proxy = _EntryFilter(self)
        self._proxy.setSourceModel(self._model)
        self._filter = _FilterLine()
        self._filter.setAccessibleName("Filter the library by number or title")
        self._filter.setPlaceholderText("Filter by number or title")
        make_clearable(self._filter)
        self.tree = EntryTree("Library")
        self.tree.setModel(self._proxy)
        self._nothing = QLabel(
            "No entry holds these words.\nThe search field above looks into texts as well."
        )
        self._nothing.setTextFormat(Qt.TextFormat.PlainText)
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_FILTER_DELAY_MS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._filter)
        layout.addWidget(self._nothing)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self._timer.timeout.connect(self._apply_filter)
        self._filter.textChanged.connect(self._on_filter_changed)
        self._filter.left_downwards.connect(self.focus_tree)
        self.tree.entry_activated.connect(self.location_activated)

    @property
    def model(self) -> LibraryModel:
        return self._model

    def set_editions(self, editions: Iterable[Edition]) -> None:
        """Show these editions; what was open stays open, what was selected stays selected."""
        opened = self._opened(QModelIndex())
        selected = self.tree.currentIndex().data(Role.LOCATION)
        self._model.set_editions(editions)
        self._open_again(QModelIndex(), opened)
        self._open_single()
        if isinstance(selected, Location):
            self.reveal(selected)

    def _open_single(self) -> None:
        if self._proxy.rowCount() == 1:
            self.tree.expand(self._proxy.index(0, 0))

    def _opened(self, parent: QModelIndex, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
        """The open rows, each as the titles that lead to it."""
        found: set[tuple[str, ...]] = set()
        for row in range(self._proxy.rowCount(parent)):
            index = self._proxy.index(row, 0, parent)
            if self.tree.isExpanded(index):
                own = (*path, str(index.data()))
                found |= {own} | self._opened(index, own)
        return found

    def _open_again(
        self, parent: QModelIndex, opened: set[tuple[str, ...]], path: tuple[str, ...] = ()
    ) -> None:
        for row in range(self._proxy.rowCount(parent)):
            index = self._proxy.index(row, 0, parent)
            own = (*path, str(index.data()))
            if own in opened:
                self.tree.expand(index)
                self._open_again(index, opened, own)

    def reveal(self, location: Location) -> None:
        """Show where a chapter stands: its divisions open, its row selected and in view."""
        source = self._model.index_of_location(location)
        if not source.isValid():
            return
        index = self._proxy.mapFromSource(source)
        if not index.isValid():
            self._filter.clear()
            self._apply_filter()
            index = self._proxy.mapFromSource(source)
        self.tree.setCurrentIndex(index)
        self.tree.scrollTo(index, EntryTree.ScrollHint.EnsureVisible)

    def focus_filter(self) -> None:
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    @Slot()
    def focus_tree(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.tree.currentIndex().isValid():
            self.tree.setCurrentIndex(self._proxy.index(0, 0))

    def set_filter(self, typed: str) -> None:
        """Filter at once."""
        self._filter.setText(typed)
        self._apply_filter()

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)

    @Slot(str)
    def _on_filter_changed(self, _: str) -> None:
        self._timer.start()

    @Slot()
    def _apply_filter(self) -> None:
        self._timer.stop()
        typed = self._filter.text()
        selected = self.tree.currentIndex().data(Role.LOCATION)
        self.tree.collapseAll()  # first: taking rows out of an open tree is ten times slower
        self._proxy.set_filter(typed)
        if typed.strip():
            self.tree.expandAll()
        else:
            self._open_single()
            if isinstance(selected, Location):
                self.reveal(selected)
        is_empty = bool(typed.strip()) and self._proxy.rowCount() == 0
        self._nothing.setVisible(is_empty)
        self.tree.setVisible(not is_empty)


class _FilterLine(QLineEdit):
    left_downwards = Signal()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.left_downwards.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)
