"""The table of the coverage map: cells of wrapped text, as high as they need."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyle, QTableView, QWidget
from typing_extensions import override

from reader.ui.models.coverage_model import CoverageModel
from reader.ui.widgets.wrapped_table import WRAPPED, WrappedTable

_COLUMN_LETTERS: Final = 20
_TOPIC_LETTERS: Final = 26
_MARGIN: Final = 6
_EDGE: Final = 1
_TURN_SECONDS: Final = 0.01


class CoverageTable(WrappedTable):
    """The topics stay in view at the side, the authorities above.

    Rows are measured once per width: those in view at once, the others a few at a time. Many authorities have thousands
    of topics, and measuring them all takes seconds. What is in view stays where it is meanwhile.
    """

    cell_activated = Signal(QModelIndex)

    def __init__(self, model: CoverageModel) -> None:
        super().__init__()
        self._topics = model
        self.setModel(model)
        self.setAccessibleName("Topics and the chapters of each authority")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalHeader(_WrappedHeader(Qt.Orientation.Vertical, self))
        self.setHorizontalHeader(_WrappedHeader(Qt.Orientation.Horizontal, self))
        # Once per change of width, not at every step of it.
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(0)
        self._fitting.timeout.connect(self.fit)
        self._unmeasured: Iterator[int] = iter(())
        self._measure = _Measure.of(self, 1)
        self._measuring = QTimer(self)
        self._measuring.setInterval(0)
        self._measuring.timeout.connect(self._on_measuring)
        self.doubleClicked.connect(self.cell_activated)

    @property
    def is_fitted(self) -> bool:
        """Whether every row has the height that its text needs."""
        return not (self._fitting.isActive() or self._measuring.isActive())

    @Slot()
    def fit(self) -> None:
        """Share the width among the columns, and give rows the height that their text needs."""
        self._unmeasured = iter(())
        if not self._topics.columnCount():
            return  # no map yet: the window starts without one
        letter = self.fontMetrics().averageCharWidth()
        self.verticalHeader().setFixedWidth(letter * _TOPIC_LETTERS)
        columns = self.horizontalHeader()
        count = max(1, columns.count())
        width = max(letter * _COLUMN_LETTERS, (self.viewport().width() - 1) // count)
        for column in range(columns.count()):
            columns.resizeSection(column, width)
        heights = [columns.sectionSizeFromContents(column).height() for column in range(columns.count())]
        columns.setFixedHeight(max(heights, default=0))
        self._measure = _Measure.of(self, width)
        first, rows = max(self.rowAt(0), 0), self._topics.rowCount()
        last = first
        while last < rows and self.rowViewportPosition(last) < self.viewport().height():
            self._fit_row(last)
            last += 1
        self._unmeasured = chain(range(last, rows), range(first - 1, -1, -1))
        self._measuring.start()

    @Slot()
    def _on_measuring(self) -> None:
        until = time.monotonic() + _TURN_SECONDS
        top = self.rowAt(0)
        place = self.rowViewportPosition(top)
        was_in_view = self._is_current_in_view
        for row in self._unmeasured:
            self._fit_row(row)
            if time.monotonic() >= until:
                break
        else:
            self._measuring.stop()
        self.updateGeometries()  # the scroll bar knows of the new heights
        # Once for all rows of a turn: each step of the scroll bar paints the table anew.
        self.verticalScrollBar().setValue(
            self.verticalScrollBar().value() + self.rowViewportPosition(top) - place
        )
        if was_in_view and not self._is_current_in_view:  # rows between the two grew, after a jump to them
            self.scrollTo(self.currentIndex())

    @property
    def _is_current_in_view(self) -> bool:
        return self.viewport().rect().intersects(self.visualRect(self.currentIndex()))

    def _fit_row(self, row: int) -> None:
        needed = max(
            self.verticalHeader().sectionSizeFromContents(row).height(),
            self._measure.height(self._topics.cells(row)),
        )
        self.verticalHeader().resizeSection(row, needed)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fitting.start()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fitting.start()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self.cell_activated.emit(self.currentIndex())
            event.accept()
            return
        super().keyPressEvent(event)


class _Measure:
    """How high cells of one width are; the same text is measured once."""

    def __init__(self, upright: QFont, width: int, *, air: int) -> None:
        italic = QFont(upright)
        italic.setItalic(True)
        self._metrics = {False: QFontMetrics(upright), True: QFontMetrics(italic)}
        self._width = max(width, 1)
        self._air = air
        self._known: dict[tuple[str, bool], int] = {}

    @classmethod
    def of(cls, table: QTableView, column_width: int) -> _Measure:
        """For the cells of a table, as its delegate draws them."""
        margin = table.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, None, table) + 1
        return cls(table.font(), column_width - 2 * margin - 2 * _EDGE, air=2 * _EDGE)

    def height(self, cells: Iterable[tuple[str, bool]]) -> int:
        """The height of the highest of these cells, each its text and whether it is set in italics."""
        return max(map(self._height, set(cells)), default=0)

    def _height(self, cell: tuple[str, bool]) -> int:
        found = self._known.get(cell)
        if found is None:
            text, is_italic = cell
            room = self._metrics[is_italic].boundingRect(
                0, 0, self._width, 0, int(Qt.TextFlag.TextWordWrap), text
            )
            found = self._known[cell] = room.height() + self._air
        return found


class _WrappedHeader(QHeaderView):
    """Topics at the side, or authorities above: their names in as many lines as they need."""

    def __init__(self, orientation: Qt.Orientation, parent: QWidget) -> None:
        super().__init__(orientation, parent)
        self.setDefaultAlignment(WRAPPED)
        self.setHighlightSections(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    @override
    def sectionSizeFromContents(self, logicalIndex: int) -> QSize:
        is_column = self.orientation() is Qt.Orientation.Horizontal
        text = str(self.model().headerData(logicalIndex, self.orientation()) or "")
        width = self.sectionSize(logicalIndex) if is_column else self.width()
        font = self.font()
        font.setBold(True)  # as a section is drawn that holds the current cell
        room = QFontMetrics(font).boundingRect(
            0, 0, max(1, width - 2 * _MARGIN), 0, int(Qt.TextFlag.TextWordWrap), text
        )
        return QSize(width, room.height() + 2 * _MARGIN)
