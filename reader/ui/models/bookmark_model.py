"""Bookmarks by folder, movable by drag and drop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from typing_extensions import override

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree
from reader.ui.models.nodes import Index, Node, NodeKind, NodeModel

_MIME: Final = "application/x-procedures-bookmark"


@dataclass(frozen=True, slots=True)
class BookmarkMove:
    """The wish to put a bookmark at a place (from 0) of a folder."""

    bookmark: str
    folder: str | None
    position: int


class BookmarkModel(NodeModel[Bookmark | BookmarkFolder]):
    """Folders first, then the bookmarks of no folder. Moves are asked for, never made here."""

    move_requested = Signal(object)

    def set_bookmarks(self, tree: BookmarkTree) -> None:
        """Show these bookmarks."""
        self.begin()
        for folder in tree.folders:
            parent = self.add(Node(NodeKind.FOLDER, folder.name, folder))
            for bookmark in tree.of_folder(folder.id):
                self.add(_node(bookmark), parent)
        for bookmark in tree.of_folder(None):
            self.add(_node(bookmark))
        self.end()

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        node = self.node(index)
        if node is None or node.kind is NodeKind.FOLDER:
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemIsDragEnabled

    @override
    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    @override
    def mimeTypes(self) -> list[str]:
        return [_MIME]

    @override
    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        node = self.node(indexes[0]) if indexes else None
        if node is not None and isinstance(node.value, Bookmark):
            data.setData(_MIME, node.value.id.encode())
        return data

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not data.hasFormat(_MIME):
            return False
        node = self.node(parent)
        folder = node.value.id if node is not None and isinstance(node.value, BookmarkFolder) else None
        bookmark = bytes(data.data(_MIME).data()).decode()
        siblings = [self._bookmark_id(self.index(i, 0, parent)) for i in range(self.rowCount(parent))]
        above = siblings[: row if row >= 0 else len(siblings)]
        # Folders stand above the bookmarks of no folder, and the moved one leaves its own place.
        position = sum(1 for sibling in above if sibling is not None and sibling != bookmark)
        self.move_requested.emit(BookmarkMove(bookmark, folder, position))
        return False  # the view must not remove the row itself: the new order comes back from the store

    def _bookmark_id(self, index: Index) -> str | None:
        node = self.node(index)
        return node.value.id if node is not None and isinstance(node.value, Bookmark) else None


def _node(bookmark: Bookmark) -> Node[Bookmark | BookmarkFolder]:
    return Node(
        NodeKind.BOOKMARK,
        bookmark.name,
        bookmark,
        detail="" if bookmark.title in bookmark.name else bookmark.title,
    )
