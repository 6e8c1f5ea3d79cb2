"""A table of a chapter in a view of its own: it scrolls inside itself, its headings stay."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt, QTimer, Slot
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.page_tables import PageTable
from reader.domain.text import counted
from reader.ui.icons import Icon, dress
from reader.ui.models.rows_model import RowsModel, TextRow
from reader.ui.theme import Colours, Space
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.dialog_size import fit
from reader.ui.widgets.wrapped_table import WRAPPED, WrappedTable

_STEP: Final = 1.15
_ROWS_AT_ONCE: Final = 40
_LEAST_POINTS: Final = 7.0
_MOST_POINTS: Final = 40.0
_FIXED_FROM: Final = 4
_SIDE_LETTERS: Final = 22
_COLUMN_LETTERS: Final = 16
_MOST_COLUMN_LETTERS: Final = 60


class TableDialog(QDialog):
    """Arrows walk the cells; Ctrl+F finds, F3 goes on, Ctrl+C copies, Ctrl++ and Ctrl+- change the size."""

    def __init__(self, table: PageTable, title: str, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Table: {table.caption or title}")
        self._side = table.has_side or (table.columns > _FIXED_FROM and bool(table.rows))
        first = 1 if self._side else 0
        names = list(table.header) or [f"Column {number}" for number in range(1, table.columns + 1)]
        names += [""] * (table.columns - len(names))
        self._model = RowsModel(names[first:], self)
        self._model.set_rows([TextRow(tuple(row[first:])) for row in table.rows])
        if self._side:
            self._model.set_side([row[0] if row else "" for row in table.rows])
        self._corner = names[0] if self._side else ""
        self._find = QLineEdit()
        self._find.setPlaceholderText("Find in this table")
        self._find.setAccessibleName("Find in this table")
        make_clearable(self._find)
        self._count = QLabel()
        self._count.setAccessibleDescription("Matches")
        self._wrap = QCheckBox("&Wrap text")
        self._wrap.setChecked(True)
        self.table = _Table(self._model, has_side=self._side)
        self.table.setAccessibleName(table.caption or title)
        self._say = QLabel(
            f"{counted(len(table.rows), 'row')}, {counted(table.columns, 'column')}"
            + (f". The rows are named by: {self._corner}" if self._corner else "")
        )
        self._say.setTextFormat(Qt.TextFormat.PlainText)
        self._say.setObjectName("note")
        self._say.setWordWrap(True)
        self._lay_out(colours)
        for text, keys, slot in (
            ("Find", QKeySequence.StandardKey.Find, self._on_find),
            ("Find next", QKeySequence.StandardKey.FindNext, self._on_next),
            ("Copy", QKeySequence.StandardKey.Copy, self.copy),
            ("Larger", QKeySequence.StandardKey.ZoomIn, self._on_larger),
            ("Larger", "Ctrl+=", self._on_larger),
            ("Smaller", QKeySequence.StandardKey.ZoomOut, self._on_smaller),
        ):
            action = QAction(text, self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(slot)
            self.addAction(action)
        self._find.textChanged.connect(self._on_find_changed)
        self._find.returnPressed.connect(self._on_next)
        self._wrap.toggled.connect(self._on_wrap_toggled)
        fit(self, 900, 560)
        self.table.fit()
        if table.rows:
            self.table.setCurrentIndex(self._model.index(0, 0))
        self.table.setFocus()

    def _lay_out(self, colours: Colours) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(Space.SMALL)
        bar.addWidget(self._find, 1)
        bar.addWidget(self._count)
        bar.addWidget(self._wrap)
        for name, words, slot in (
            (Icon.ZOOM_OUT, "Smaller letters", self._on_smaller),
            (Icon.ZOOM_IN, "Larger letters", self._on_larger),
            (Icon.COPY, "Copy the selected cells, or the whole table", self.copy),
        ):
            button = QToolButton()
            button.setAutoRaise(True)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            dress(button, name, colours)
            button.clicked.connect(slot)
            bar.addWidget(button)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)  # Enter finds
        foot = QHBoxLayout()
        foot.addWidget(self._say, 1)
        foot.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.MEDIUM, Space.MEDIUM, Space.MEDIUM)
        layout.setSpacing(Space.SMALL)
        layout.addLayout(bar)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)

    @property
    def matches(self) -> list[tuple[int, int]]:
        """(row, column) of every cell that holds what is looked for; column -1 is the name of the row."""
        wanted = self._find.text().strip().casefold()
        if not wanted:
            return []
        found: list[tuple[int, int]] = []
        for number, row in enumerate(self._model.rows):
            side = str(self._model.headerData(number, Qt.Orientation.Vertical)) if self._side else ""
            if wanted in side.casefold():
                found.append((number, -1))
            found += [(number, column) for column, cell in enumerate(row.cells) if wanted in cell.casefold()]
        return found

    @Slot()
    def copy(self) -> None:
        """Copy the selected cells, or everything when one cell or none is selected, as rows of a spreadsheet."""
        chosen = {(index.row(), index.column()) for index in self.table.selectionModel().selectedIndexes()}
        rows = self._model.rows
        lines: list[str] = []
        if len(chosen) > 1:
            for row in sorted({row for row, _ in chosen}):
                cells = [rows[row].cells[column] for at, column in sorted(chosen) if at == row]
                lines.append("\t".join(map(_one_line, cells)))
        else:
            names = [
                str(self._model.headerData(column, Qt.Orientation.Horizontal))
                for column in range(self._model.columnCount())
            ]
            lines.append("\t".join(map(_one_line, ([self._corner] if self._side else []) + names)))
            for number, whole in enumerate(rows):
                side = [str(self._model.headerData(number, Qt.Orientation.Vertical))] if self._side else []
                lines.append("\t".join(map(_one_line, (*side, *whole.cells))))
        QApplication.clipboard().setText("\n".join(lines))

    def find_text(self, text: str) -> None:
        self._find.setText(text)

    @Slot()
    def _on_find(self) -> None:
        self._find.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._find.selectAll()

    @Slot(str)
    def _on_find_changed(self, _: str) -> None:
        self._go_to_match(0)

    @Slot()
    def _on_next(self) -> None:
        found = self.matches
        current = (self.table.currentIndex().row(), self.table.currentIndex().column())
        behind = next((number for number, place in enumerate(found) if place > current), 0)
        self._go_to_match(behind)

    def _go_to_match(self, number: int) -> None:
        found = self.matches
        if not self._find.text().strip():
            self._count.setText("")
        elif not found:
            self._count.setText("Not in this table")
        else:
            self._count.setText(f"{number + 1} of {len(found)}")
            row, column = found[number]
            index = self._model.index(row, max(column, 0))
            self.table.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.table.scrollTo(index)

    @Slot(bool)
    def _on_wrap_toggled(self, is_wanted: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.table.setWordWrap(is_wanted)
        self.table.fit()

    @Slot()
    def _on_larger(self) -> None:
        self._scale(_STEP)

    @Slot()
    def _on_smaller(self) -> None:
        self._scale(1 / _STEP)

    def _scale(self, factor: float) -> None:
        font = self.table.font()
        font.setPointSizeF(min(max(font.pointSizeF() * factor, _LEAST_POINTS), _MOST_POINTS))
        self.table.set_letters(font)


class _Table(WrappedTable):
    """Cells of wrapped text, as high as they need; the names of columns and rows stay in view."""

    def __init__(self, model: RowsModel, *, has_side: bool) -> None:
        super().__init__()
        self._has_side = has_side
        self.setModel(model)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setDefaultAlignment(WRAPPED)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.verticalHeader().setVisible(has_side)
        self._fitted = 0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._fit_rows)

    def set_letters(self, font: object) -> None:
        self.setFont(font)  # type: ignore[arg-type]  # a QFont
        self.fit()

    def fit(self) -> None:
        """Share the width among the columns by what they hold, and give rows the height that their text needs."""
        letter = self.fontMetrics().averageCharWidth()
        side = letter * _SIDE_LETTERS if self._has_side else 0
        self.verticalHeader().setFixedWidth(side or self.verticalHeader().sizeHint().width())
        model = self.model()
        count = model.columnCount()
        wanted = []
        for column in range(count):
            longest = max(
                (len(str(model.index(row, column).data())) for row in range(min(model.rowCount(), 200))),
                default=0,
            )
            name = len(str(model.headerData(column, Qt.Orientation.Horizontal)))
            wanted.append(min(max(longest, name, _COLUMN_LETTERS), _MOST_COLUMN_LETTERS) * letter)
        room = self.viewport().width() - 1
        total = sum(wanted) or 1
        for column, width in enumerate(wanted):
            # Where all of it fits, the columns share the room; else each has at least the width of some words.
            shared = width * room // total
            self.setColumnWidth(column, max(shared, min(width, letter * _COLUMN_LETTERS)))
        self._fitted = 0
        self._fit_rows()

    @Slot()
    def _fit_rows(self) -> None:
        """Give some rows their height, from the top; the others follow when the window has done what else is due."""
        end = min(self._fitted + _ROWS_AT_ONCE, self.model().rowCount())
        for row in range(self._fitted, end):
            self.resizeRowToContents(row)
        self._fitted = end
        if end < self.model().rowCount():
            self._rest.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.StyleChange:
            self.fit()


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
