"""Bookmarks by folder, beside the library tree."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree
from reader.ui.icons import Icon, dress
from reader.ui.models.bookmark_model import BookmarkModel, BookmarkMove
from reader.ui.models.nodes import Role
from reader.ui.theme import LIGHT, Colours
from reader.ui.widgets.entry_tree import EntryTree


@dataclass(frozen=True, slots=True)
class BookmarkChoice:
    """A bookmark or folder that something is to be done with."""

    value: Bookmark | BookmarkFolder


class BookmarksPanel(QWidget):
    """Shows bookmarks; says what the person wants of them.

    Keys: Enter opens, F2 renames, Delete removes, Alt+Up and Alt+Down move, Ctrl+M moves to the next folder.
    """

    bookmark_activated = Signal(object)
    rename_requested = Signal(object)
    remove_requested = Signal(object)
    move_requested = Signal(object)
    folder_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree_value = BookmarkTree((), ())
        self._model = BookmarkModel(self)
        self.tree = EntryTree("Bookmarks")
        self.tree.setModel(self._model)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.tree.setDropIndicatorShown(True)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._empty = QLabel("No bookmarks yet.\nOpen a chapter and press Ctrl+D.")
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        buttons = QHBoxLayout()
        self._colours = LIGHT
        self._buttons: dict[Icon, QToolButton] = {}
        for icon, name, slot in (
            (Icon.FOLDER, "New folder of bookmarks", self._on_new_folder),
            (Icon.UP, "Move the bookmark up", self._on_up),
            (Icon.DOWN, "Move the bookmark down", self._on_down),
            (Icon.REMOVE, "Remove the bookmark or folder", self._on_remove),
        ):
            button = self._buttons[icon] = QToolButton()
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(name)
            button.setToolTip(name)
            button.clicked.connect(slot)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(buttons)
        layout.addWidget(self._empty)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self._menu = QMenu(self)
        for text, slot, key in (
            ("&Open", self._on_open, "Return"),
            ("&Rename…", self._on_rename, "F2"),
            ("Move &up", self._on_up, "Alt+Up"),
            ("Move &down", self._on_down, "Alt+Down"),
            ("Move to the &next folder", self._on_next_folder, "Ctrl+M"),
            ("Re&move", self._on_remove, "Del"),
            ("&Undo the last change", self._on_undo, "Ctrl+Z"),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self._menu.addAction(action)
            if key != "Return":  # the tree itself opens with Enter
                self.tree.addAction(action)
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        self.tree.entry_activated.connect(self._on_entry_activated)
        self._model.move_requested.connect(self.move_requested)

    def set_bookmarks(self, tree: BookmarkTree) -> None:
        """Show these; the selected row stays selected where it still is."""
        selected = self._selected_id()
        self._tree_value = tree
        self._model.set_bookmarks(tree)
        self.tree.expandAll()
        is_empty = not tree.bookmarks and not tree.folders
        self._empty.setVisible(is_empty)
        self.tree.setVisible(not is_empty)
        for node_id in self._model.node_ids():
            if self._model.node_at(node_id).value.id == selected:
                self.tree.setCurrentIndex(self._model.index_of(node_id))

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)
        self._colours = colours
        if self.isVisible():
            self._dress()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._dress()

    def _dress(self) -> None:
        for icon, button in self._buttons.items():
            dress(button, icon, self._colours)

    def _selected(self) -> Bookmark | BookmarkFolder | None:
        index = self.tree.currentIndex()
        value = index.data(Role.LOCATION) if index.isValid() else None
        return value if isinstance(value, Bookmark | BookmarkFolder) else None

    def _selected_id(self) -> str | None:
        selected = self._selected()
        return selected.id if selected else None

    def _move_by(self, step: int) -> None:
        selected = self._selected()
        if isinstance(selected, Bookmark):
            siblings = self._tree_value.of_folder(selected.folder)
            position = siblings.index(selected) + step
            if 0 <= position < len(siblings):
                self.move_requested.emit(BookmarkMove(selected.id, selected.folder, position))

    @Slot(object)
    def _on_entry_activated(self, value: Bookmark | BookmarkFolder) -> None:
        if isinstance(value, Bookmark):
            self.bookmark_activated.emit(value.location)

    @Slot()
    def _on_open(self) -> None:
        selected = self._selected()
        if isinstance(selected, Bookmark):
            self.bookmark_activated.emit(selected.location)

    @Slot()
    def _on_rename(self) -> None:
        selected = self._selected()
        if selected is not None:
            self.rename_requested.emit(BookmarkChoice(selected))

    @Slot()
    def _on_remove(self) -> None:
        selected = self._selected()
        if selected is not None:
            self.remove_requested.emit(BookmarkChoice(selected))

    @Slot()
    def _on_up(self) -> None:
        self._move_by(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move_by(1)

    @Slot()
    def _on_next_folder(self) -> None:
        selected = self._selected()
        if isinstance(selected, Bookmark):
            places = [None, *(folder.id for folder in self._tree_value.folders)]
            target = places[(places.index(selected.folder) + 1) % len(places)]
            self.move_requested.emit(
                BookmarkMove(selected.id, target, len(self._tree_value.of_folder(target)))
            )

    @Slot()
    def _on_new_folder(self) -> None:
        self.folder_requested.emit()

    @Slot()
    def _on_undo(self) -> None:
        self.undo_requested.emit()

    @Slot(QPoint)
    def _on_menu_requested(self, position: QPoint) -> None:
        self._menu.popup(self.tree.viewport().mapToGlobal(position))
