"""Rows of plain text for Qt: palette, table of keys, and tables of chapters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from PySide6.QtGui import QFont
from typing_extensions import override

from reader.ui.models.nodes import Index


@dataclass(frozen=True, slots=True)
class TextRow:
    """A row.

    Attributes:
        cells: Plain texts, one for each column.
        spoken: What a screen reader says of the first cell; empty for the cell itself.
        is_enabled: Whether it can be chosen.
    """

    cells: tuple[str, ...]
    spoken: str = ""
    is_enabled: bool = True


class RowsModel(QAbstractTableModel):
    """Owns the rows; replaced as a whole."""

    def __init__(self, headers: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headers = tuple(headers)
        self._side: tuple[str, ...] = ()
        self._rows: tuple[TextRow, ...] = ()

    @property
    def rows(self) -> tuple[TextRow, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[TextRow]) -> None:
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def set_side(self, labels: Sequence[str]) -> None:
        """What stands at the side of each row, in place of its number."""
        self._side = tuple(labels)
        self.headerDataChanged.emit(Qt.Orientation.Vertical, 0, max(len(labels) - 1, 0))

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._headers)

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        text = row.cells[column] if column < len(row.cells) else ""
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return text
            case Qt.ItemDataRole.AccessibleTextRole:
                return row.spoken if column == 0 and row.spoken else text
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
            case Qt.ItemDataRole.FontRole if not row.is_enabled:
                font = QFont()
                font.setItalic(True)  # more than a fainter colour tells what cannot be chosen
                return font
            case _:
                return None

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Horizontal:
            return self._headers[section] if section < len(self._headers) else None
        return self._side[section] if section < len(self._side) else str(section + 1)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        chosen = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        if index.isValid() and self._rows[index.row()].is_enabled:
            return chosen | Qt.ItemFlag.ItemIsEnabled
        return chosen
