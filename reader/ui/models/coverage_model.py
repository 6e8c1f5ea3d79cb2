"""The coverage map as a table: a row for each topic, a column for each manual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from reader.domain.coverage import Topic, TopicChapter
from reader.domain.manual import ManualId

Index = QModelIndex | QPersistentModelIndex
NONE: Final = "none"


class CoverageModel(QAbstractTableModel):
    """Some topics of a coverage map. The model owns the lists; Qt holds rows and columns of them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._topics: tuple[Topic, ...] = ()
        self._manuals: tuple[ManualId, ...] = ()
        self._names: dict[ManualId, str] = {}

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What is shown, in its order."""
        return self._topics

    def set_topics(
        self, topics: Sequence[Topic], manuals: Sequence[ManualId], names: Mapping[ManualId, str]
    ) -> None:
        """Show topics.

        Args:
            topics: A row each.
            manuals: A column each.
            names: What heads the columns; a manual without a name is called by its id.
        """
        self.beginResetModel()
        self._topics, self._manuals, self._names = tuple(topics), tuple(manuals), dict(names)
        self.endResetModel()

    def chapters(self, index: Index) -> tuple[TopicChapter, ...]:
        """The chapters that a cell names: the manual's own, else those that come nearest."""
        if not index.isValid():
            return ()
        topic, manual = self._topics[index.row()], self._manuals[index.column()]
        return topic.of(manual) or topic.near_in(manual)

    def cells(self, row: int) -> list[tuple[str, bool]]:
        """What the cells of a row say, and whether that is set in italics."""
        topic = self._topics[row]
        return [(_said(topic, manual), not topic.of(manual)) for manual in self._manuals]

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._topics)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return 0 if parent.isValid() else len(self._manuals)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        topic, manual = self._topics[index.row()], self._manuals[index.column()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _said(topic, manual)
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{topic.name}, {self._name(manual)}: {_said(topic, manual)}"
            case Qt.ItemDataRole.FontRole if not topic.of(manual):
                font = QFont()
                font.setItalic(True)
                return font
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_column = orientation is Qt.Orientation.Horizontal
        if not 0 <= section < (len(self._manuals) if is_column else len(self._topics)):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            if is_column:
                return self._name(self._manuals[section])
            topic = self._topics[section]
            return f"{topic.name}\n({topic.division})" if topic.division else topic.name
        return None

    def _name(self, manual: ManualId) -> str:
        return self._names.get(manual, str(manual))


def _said(topic: Topic, manual: ManualId) -> str:
    """A cell: each chapter on a line of its own, or that there is none, and what comes nearest."""
    own = topic.of(manual)
    if own:
        return "\n".join(_chapter(found) for found in own)
    near = "; ".join(_chapter(found) for found in topic.near_in(manual))
    return f"{NONE}\nnearest: {near}" if near else NONE


def _chapter(found: TopicChapter) -> str:
    marks = ", ".join(status.label for status in found.chapter.statuses)
    return found.chapter.numbered_title + (f" ({marks})" if marks else "")
