"""Bookmarks by folder, beside the library tree: a filter above, the chosen one below."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree, Colour
from reader.ui.icons import Icon
from reader.ui.models.bookmark_model import BookmarkModel, BookmarkMove
from reader.ui.models.nodes import Role
from reader.ui.theme import Colours, Space
from reader.ui.widgets.bookmark_details import BookmarkDetails
from reader.ui.widgets.bookmark_dialog import COLOUR_NAMES
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.entry_tree import EntryTree
from reader.ui.widgets.icon_buttons import IconButtons


@dataclass(frozen=True, slots=True)
class BookmarkChoice:
    """Bookmarks and folders that something is to be done with."""

    bookmarks: tuple[Bookmark, ...]
    folders: tuple[BookmarkFolder, ...] = ()


@dataclass(frozen=True, slots=True)
class ColourChoice:
    """The wish to highlight the words of bookmarks in a colour, or in none."""

    bookmarks: tuple[Bookmark, ...]
    colour: Colour | None


class BookmarksPanel(QWidget):
    """Shows bookmarks; says what the person wants of them. Several can be chosen at once.

    Keys: Enter opens, F2 edits, Delete removes, Alt+Up and Alt+Down move, Ctrl+M moves to the next folder,
    Ctrl+Z undoes.
    """

    bookmark_activated = Signal(object)
    bookmark_chosen = Signal(object)
    """Carries the one bookmark that is selected, or None."""
    edit_requested = Signal(object)
    rename_requested = Signal(object)
    remove_requested = Signal(object)
    move_requested = Signal(object)
    colour_requested = Signal(object)
    tag_requested = Signal(object)
    folder_requested = Signal()
    undo_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree_value = BookmarkTree((), ())
        self._model = BookmarkModel(self)
        self.tree = EntryTree("Bookmarks")
        self.tree.setModel(self._model)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.tree.setDropIndicatorShown(True)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.details = BookmarkDetails()
        self._empty = QLabel(
            "No bookmarks yet.\n\nOpen a chapter and press Ctrl+D: it marks the chapter, the passage that you are in,"
            " or the words that you have selected."
        )
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._filter = QLineEdit()
        self._filter.setPlaceholderText("Filter: words, #tags, colours, “changed”")
        self._filter.setAccessibleName("Filter the bookmarks")
        make_clearable(self._filter)
        self._filter.textChanged.connect(self._on_filter_changed)
        self._nothing = QLabel("No bookmark matches this filter.")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        self._nothing.hide()
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.addWidget(self.tree)
        self._split.addWidget(self.details)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.SMALL, Space.SMALL, Space.SMALL, Space.SMALL)
        layout.addWidget(self._filter)
        self._buttons = IconButtons(
            (Icon.FOLDER, "New folder of bookmarks", self._on_new_folder),
            (Icon.UP, "Move up", self._on_up),
            (Icon.DOWN, "Move down", self._on_down),
            (Icon.REMOVE, "Remove", self._on_remove),
        )
        layout.addWidget(self._buttons)
        layout.addWidget(self._empty)
        layout.addWidget(self._nothing)
        layout.addWidget(self._split, 1)
        layout.addStretch(0)
        self._build_menu()
        self.tree.customContextMenuRequested.connect(self._on_menu_requested)
        self.tree.entry_activated.connect(self._on_entry_activated)
        self._model.move_requested.connect(self.move_requested)
        self.tree.selectionModel().selectionChanged.connect(self._on_selection_changed)

    def set_bookmarks(self, tree: BookmarkTree) -> None:
        """Show these; what is selected stays selected where it still is."""
        self._tree_value = tree
        self._show()

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)
        self._buttons.set_colours(colours)

    def select(self, bookmark_id: str) -> None:
        """Select a bookmark, taking a filter away that hides it."""
        if self._index_of(bookmark_id) is None and self._filter.text():
            self._filter.clear()
        index = self._index_of(bookmark_id)
        if index is not None:
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)

    def filter_by(self, text: str) -> None:
        self._filter.setText(text)

    @property
    def selected(self) -> BookmarkChoice:
        """What is selected, in the order in which it stands there."""
        indexes = sorted(self.tree.selectedIndexes(), key=lambda index: index.internalId())
        values = [index.data(Role.LOCATION) for index in indexes]
        return BookmarkChoice(
            tuple(value for value in values if isinstance(value, Bookmark)),
            tuple(value for value in values if isinstance(value, BookmarkFolder)),
        )

    def _show(self) -> None:
        chosen = self.selected
        selected = {bookmark.id for bookmark in chosen.bookmarks} | {folder.id for folder in chosen.folders}
        current = self.tree.currentIndex().data(Role.LOCATION)
        self._model.set_bookmarks(self._tree_value, self._filter.text())
        self.tree.expandAll()
        is_empty = not self._tree_value.bookmarks and not self._tree_value.folders
        self._empty.setVisible(is_empty)
        self._filter.setVisible(not is_empty)
        self._split.setVisible(not is_empty)
        self._nothing.setVisible(not is_empty and not self._model.rowCount())
        again = QItemSelection()
        for node_id in self._model.node_ids():
            value, index = self._model.node_at(node_id).value, self._model.index_of(node_id)
            if value.id in selected:
                again.select(index, index)
            if current is not None and value.id == current.id:
                self.tree.selectionModel().setCurrentIndex(
                    index, self.tree.selectionModel().SelectionFlag.NoUpdate
                )
        self.tree.selectionModel().select(again, self.tree.selectionModel().SelectionFlag.ClearAndSelect)
        self._on_selection_changed()

    def _index_of(self, bookmark_id: str) -> QModelIndex | None:
        for node_id in self._model.node_ids():
            if self._model.node_at(node_id).value.id == bookmark_id:
                return self._model.index_of(node_id)
        return None

    def _build_menu(self) -> None:
        self._menu = QMenu(self)
        for text, slot, key in (
            ("&Open", self._on_open, "Return"),
            ("&Edit…", self._on_edit, "F2"),
            ("Add a &tag…", self._on_tag, ""),
            ("Move &up", self._on_up, "Alt+Up"),
            ("Move &down", self._on_down, "Alt+Down"),
            ("Move to the &next folder", self._on_next_folder, "Ctrl+M"),
            ("Re&move", self._on_remove, "Del"),
            ("&Undo the last change", self._on_undo, "Ctrl+Z"),
        ):
            action = QAction(text, self)
            if key:
                action.setShortcut(QKeySequence(key))
                action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.triggered.connect(slot)
            self._menu.addAction(action)
            if key not in {"", "Return"}:  # the tree itself opens with Enter
                self.tree.addAction(action)
        colours = QMenu("&Highlight", self)
        self._colour_actions: list[QAction] = []
        for _, name in COLOUR_NAMES:
            action = colours.addAction(name)
            action.triggered.connect(self._on_colour)
            self._colour_actions.append(action)
        self._menu.insertMenu(self._menu.actions()[3], colours)

    def _move_by(self, step: int) -> None:
        bookmarks = self.selected.bookmarks
        if not bookmarks:
            return
        folder = bookmarks[0].folder
        chosen = [bookmark for bookmark in bookmarks if bookmark.folder == folder]
        siblings = list(self._tree_value.of_folder(folder))
        places = [siblings.index(bookmark) for bookmark in chosen]
        is_possible = min(places) + step >= 0 and max(places) + step < len(siblings)
        if is_possible:
            self.move_requested.emit(
                BookmarkMove(tuple(bookmark.id for bookmark in chosen), folder, min(places) + step)
            )

    @Slot(str)
    def _on_filter_changed(self, _: str) -> None:
        self._show()

    @Slot()
    def _on_selection_changed(self) -> None:
        selected = self.selected
        one = selected.bookmarks[0] if len(selected.bookmarks) == 1 and not selected.folders else None
        if one != self.details.bookmark:
            self.details.set_bookmark(one)
            self.bookmark_chosen.emit(one)

    @Slot(object)
    def _on_entry_activated(self, value: Bookmark | BookmarkFolder) -> None:
        if isinstance(value, Bookmark) and len(self.tree.selectedIndexes()) <= 1:
            self.bookmark_activated.emit(value)

    @Slot()
    def _on_open(self) -> None:
        for bookmark in self.selected.bookmarks:
            self.bookmark_activated.emit(bookmark)

    @Slot()
    def _on_edit(self) -> None:
        selected = self.selected
        if selected.bookmarks:
            self.edit_requested.emit(selected.bookmarks[0])
        elif selected.folders:
            self.rename_requested.emit(selected.folders[0])

    @Slot()
    def _on_tag(self) -> None:
        if self.selected.bookmarks:
            self.tag_requested.emit(self.selected.bookmarks)

    @Slot()
    def _on_colour(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and self.selected.bookmarks:
            colour = COLOUR_NAMES[self._colour_actions.index(action)][0]
            self.colour_requested.emit(ColourChoice(self.selected.bookmarks, colour))

    @Slot()
    def _on_remove(self) -> None:
        if self.selected.bookmarks or self.selected.folders:
            self.remove_requested.emit(self.selected)

    @Slot()
    def _on_up(self) -> None:
        self._move_by(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move_by(1)

    @Slot()
    def _on_next_folder(self) -> None:
        bookmarks = self.selected.bookmarks
        if bookmarks:
            places = [None, *(folder.id for folder in self._tree_value.folders)]
            target = places[(places.index(bookmarks[0].folder) + 1) % len(places)]
            self.move_requested.emit(
                BookmarkMove(
                    tuple(bookmark.id for bookmark in bookmarks),
                    target,
                    len(self._tree_value.of_folder(target)),
                )
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
