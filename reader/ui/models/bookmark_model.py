"""Bookmarks by folder, movable by drag and drop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from typing_extensions import override

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree, matches
from reader.ui.models.nodes import Index, Node, NodeKind, NodeModel

_MIME: Final = "application/x-procedures-bookmark"
_SHOWN: Final = 140


@dataclass(frozen=True, slots=True)
class BookmarkMove:
    """The wish to put bookmarks, in this order, at a place (from 0) of a folder."""

    bookmarks: tuple[str, ...]
    folder: str | None
    position: int


class BookmarkModel(NodeModel[Bookmark | BookmarkFolder]):
    """Folders first, then the bookmarks of no folder. Moves are asked for, never made here."""

    move_requested = Signal(object)

    def set_bookmarks(self, tree: BookmarkTree, filter_text: str = "") -> None:
        """Show these bookmarks, or those of them that match a filter, with the folders that hold one."""
        self.begin()
        for folder in tree.folders:
            inside = _matching(tree, folder.id, filter_text)
            if not inside and filter_text.strip():
                continue
            parent = self.add(Node(NodeKind.FOLDER, folder.name, folder))
            for bookmark in inside:
                self.add(_node(bookmark), parent)
        for bookmark in _matching(tree, None, filter_text):
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
        values = [node.value for index in indexes if (node := self.node(index)) is not None]
        ids = [value.id for value in values if isinstance(value, Bookmark)]
        if ids:
            data.setData(_MIME, "\n".join(ids).encode())
        return data

    @override
    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        if not data.hasFormat(_MIME):
            return False
        node = self.node(parent)
        folder = node.value.id if node is not None and isinstance(node.value, BookmarkFolder) else None
        bookmarks = tuple(bytes(data.data(_MIME).data()).decode().split("\n"))
        siblings = [self._bookmark_id(self.index(i, 0, parent)) for i in range(self.rowCount(parent))]
        above = siblings[: row if row >= 0 else len(siblings)]
        # Folders stand above the bookmarks of no folder, and what is moved leaves its own place.
        position = sum(1 for sibling in above if sibling is not None and sibling not in bookmarks)
        self.move_requested.emit(BookmarkMove(bookmarks, folder, position))
        return False  # the view must not remove the row itself: the new order comes back from the store

    def _bookmark_id(self, index: Index) -> str | None:
        node = self.node(index)
        return node.value.id if node is not None and isinstance(node.value, Bookmark) else None


def _matching(tree: BookmarkTree, folder: str | None, filter_text: str) -> list[Bookmark]:
    return [bookmark for bookmark in tree.of_folder(folder) if matches(bookmark, tree, filter_text)]


def _node(bookmark: Bookmark) -> Node[Bookmark | BookmarkFolder]:
    badges = [f"#{tag}" for tag in bookmark.tags[:1]]
    if len(bookmark.tags) > 1:
        badges.append(f"+{len(bookmark.tags) - 1}")  # the rest stands below the tree, and in the tooltip
    if bookmark.needs_a_look and bookmark.carried is not None:
        badges.insert(0, bookmark.carried.verdict.label)
    words = bookmark.quote.exact if bookmark.quote is not None and bookmark.quote.is_selection else ""
    first_line = bookmark.note.partition("\n")[0]
    colour = f"{bookmark.colour.value.capitalize()}: " if bookmark.colour else ""
    quoted = f"{colour}“{_cut(words)}”" if words else ""
    return Node(
        NodeKind.BOOKMARK,
        bookmark.name,
        bookmark,
        badges=tuple(badges),
        path="" if bookmark.title in bookmark.name else bookmark.title,
        detail=" · ".join(filter(None, (quoted, _cut(first_line)))),
        tooltip="  ".join(f"#{tag}" for tag in bookmark.tags),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN].rsplit(' ', 1)[0]} …"
