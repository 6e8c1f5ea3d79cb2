"""A read-only tree of nodes for Qt: the model owns a list, Qt holds indexes into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from typing_extensions import override

Index = QModelIndex | QPersistentModelIndex
_T = TypeVar("_T")
_NO_PARENT: Final = -1


class NodeKind(Enum):
    """What a row is; delegates and tests look at it."""

    AUTHORITY = "authority"
    DIVISION = "division"
    CHAPTER = "chapter"
    SEE_ALSO = "see-also"
    NOTE = "note"
    FORM = "form"
    PASSAGE = "passage"
    FOLDER = "folder"
    BOOKMARK = "bookmark"
    VISIT = "visit"
    SEARCH = "search"


class Role:
    """Data roles beyond Qt's own. Values are domain objects or plain texts."""

    LOCATION: Final = Qt.ItemDataRole.UserRole + 1
    KIND: Final = Qt.ItemDataRole.UserRole + 2
    FILTER: Final = Qt.ItemDataRole.UserRole + 3
    SHOWN: Final = Qt.ItemDataRole.UserRole + 4


class Shown(NamedTuple):
    """All that a row shows, asked for at once: each question of a view to a model has its price."""

    kind: NodeKind
    title: str
    title_marks: tuple[tuple[int, int], ...]
    badges: tuple[str, ...]
    path: str
    detail: str
    marks: tuple[tuple[int, int], ...]
    depth: int
    """How many rows it lies below."""


@dataclass(slots=True)
class Node(Generic[_T]):
    """One row. `text` and `detail` are plain text, always shown as such.

    Attributes:
        path: A line below the text that says where it stands; cut where it is too long.
        detail: What stands below that, in as many lines as it needs.
        marks: (start, end) in the detail, to be emphasised.
        title_marks: The same in the text.
    """

    kind: NodeKind
    text: str
    value: _T
    number: str = ""
    badges: tuple[str, ...] = ()
    path: str = ""
    detail: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    title_marks: tuple[tuple[int, int], ...] = ()
    tooltip: str = ""
    parent: int = _NO_PARENT
    depth: int = 0
    row: int = 0
    children: list[int] = field(default_factory=list)


class NodeModel(QAbstractItemModel, Generic[_T]):
    """A tree of nodes. Build it with `add`, between `begin` and `end`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._nodes: list[Node[_T]] = []
        self._roots: list[int] = []

    def begin(self) -> None:
        """Start anew; views forget what they showed."""
        self.beginResetModel()
        self._nodes, self._roots = [], []

    def add(self, node: Node[_T], parent: int | None = None) -> int:
        """Append a row.

        Returns:
            Its node id, to be named as parent of other rows.
        """
        node_id = len(self._nodes)
        siblings = self._roots if parent is None else self._nodes[parent].children
        if parent is None:
            node.parent, node.depth = _NO_PARENT, 0
        else:
            node.parent, node.depth = parent, self._nodes[parent].depth + 1
        node.row = len(siblings)
        siblings.append(node_id)
        self._nodes.append(node)
        return node_id

    def end(self) -> None:
        """Show what was added."""
        self.endResetModel()

    def node(self, index: Index) -> Node[_T] | None:
        """The row at an index, or None for an invalid one."""
        return self._nodes[index.internalId()] if index.isValid() else None

    def index_of(self, node_id: int) -> QModelIndex:
        """The index of a node id."""
        return self.createIndex(self._nodes[node_id].row, 0, node_id)

    def node_ids(self) -> range:
        return range(len(self._nodes))

    def node_at(self, node_id: int) -> Node[_T]:
        return self._nodes[node_id]

    @override
    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        siblings = self._nodes[parent.internalId()].children if parent.isValid() else self._roots
        if column != 0 or not 0 <= row < len(siblings):
            return QModelIndex()
        return self.createIndex(row, 0, siblings[row])

    @override
    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008  # QObject.parent() shares the name
        if not child.isValid():
            return QModelIndex()
        parent = self._nodes[child.internalId()].parent
        return QModelIndex() if parent == _NO_PARENT else self.index_of(parent)

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._roots)
        return len(self._nodes[parent.internalId()].children) if parent.column() == 0 else 0

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        read = _DATA.get(role)
        return read(node) if node is not None and read is not None else None


def _accessible_text(node: Node[Any]) -> str:
    kind = "" if node.kind in {NodeKind.CHAPTER, NodeKind.AUTHORITY} else f"{node.kind.value}: "
    return ", ".join((kind + _title(node), *node.badges, *filter(None, (node.path, node.detail))))


def _title(node: Node[Any]) -> str:
    return f"{node.number} {node.text}" if node.number else node.text


def _title_marks(node: Node[Any]) -> tuple[tuple[int, int], ...]:
    """The marks of the text, where they stand behind the number."""
    shift = len(_title(node)) - len(node.text)
    return tuple((start + shift, end + shift) for start, end in node.title_marks)


def _shown(node: Node[Any]) -> Shown:
    return Shown(
        node.kind,
        _title(node),
        _title_marks(node),
        node.badges,
        node.path,
        node.detail,
        node.marks,
        node.depth,
    )


_DATA: Final[dict[int, Callable[[Node[Any]], Any]]] = {
    Qt.ItemDataRole.DisplayRole: _title,
    Qt.ItemDataRole.AccessibleTextRole: _accessible_text,
    Qt.ItemDataRole.ToolTipRole: lambda node: node.tooltip or None,
    Role.KIND: lambda node: node.kind,
    Role.LOCATION: lambda node: node.value,
    Role.SHOWN: _shown,
    Role.FILTER: lambda node: " ".join((node.number, node.text, *node.badges)),
}
