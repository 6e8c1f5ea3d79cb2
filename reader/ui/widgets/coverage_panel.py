"""The coverage map: topics against authorities, and the gaps of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.coverage import Coverage, Topic
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.text import counted
from reader.ui.models.coverage_model import CoverageModel
from reader.ui.widgets.clearable import make_clearable
from reader.ui.widgets.coverage_table import CoverageTable

_ALL, _INCOMPLETE = range(2)
_ANY_OTHER, _ALL_OTHERS = range(2)
_BOX_LETTERS: Final = 12


class CoveragePanel(QWidget):
    """Shows which authority has a chapter on what; says which chapter the person wants, and that it is to be exported.

    Keys: arrows walk the cells, Enter opens the chapter of a cell or asks which of several; Down leads from the filter
    into the table, Escape empties the filter.
    """

    chapter_activated = Signal(object)
    """Carries a location."""
    export_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._coverage = Coverage()
        self._names: dict[ManualId, str] = {}
        self.model = CoverageModel(self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Filter topics")
        make_clearable(self.filter)
        self.filter.setAccessibleName("Filter topics by words of their names, divisions and chapters")
        self.shown_box = _box("Which topics")
        self.against_box = _box("Gaps against whom")
        self.export_button = QToolButton()
        self.export_button.setText("Export…")
        self.export_button.setToolTip("Write these topics to a table or a page")
        self.export_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.summary = QLabel()
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.summary.setWordWrap(True)
        self.summary.setAccessibleDescription("How many topics")
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.table = CoverageTable(self.model)
        self._menu = QMenu(self)
        self._offered: list[Location] = []
        bar = QGridLayout()
        bar.addWidget(self.filter, 0, 0)
        bar.addWidget(self.export_button, 0, 1)
        boxes = QGridLayout()
        boxes.addWidget(self.shown_box, 0, 0)
        boxes.addWidget(self.against_box, 0, 1)
        bar.addLayout(boxes, 1, 0, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addLayout(bar)
        layout.addWidget(self.summary)
        layout.addWidget(self.table, 1)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.filter.installEventFilter(self)
        self.shown_box.activated.connect(self._on_shown_activated)
        self.against_box.activated.connect(self._on_against_activated)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.table.cell_activated.connect(self._on_cell_activated)
        self._menu.triggered.connect(self._on_menu_triggered)
        self.set_coverage(Coverage(), {})

    @property
    def topics(self) -> tuple[Topic, ...]:
        """What is shown, for whoever exports it."""
        return self.model.topics

    def set_coverage(self, coverage: Coverage, names: Mapping[ManualId, str]) -> None:
        """Show a map; what the boxes and the filter say stays where it still can.

        Args:
            coverage: The map.
            names: The authorities' names as they stand on screen.
        """
        gaps_of, against = self._gaps_of, self._against
        choice, scope = self.shown_box.currentIndex(), self.against_box.currentIndex()
        self._coverage, self._names = coverage, dict(names)
        manuals = coverage.manual_ids
        self.shown_box.clear()
        self.shown_box.addItems(["All topics", "Only where somebody has none"])
        self.shown_box.addItems([f"Gaps of {self._name(manual)}" for manual in manuals])
        if gaps_of in manuals:
            self.shown_box.setCurrentIndex(manuals.index(gaps_of) + _INCOMPLETE + 1)
        elif gaps_of is None and choice == _INCOMPLETE:
            self.shown_box.setCurrentIndex(_INCOMPLETE)
        self._fill_against()
        others = self._others()
        if against in others:
            self.against_box.setCurrentIndex(others.index(against) + _ALL_OTHERS + 1)
        elif against is None and scope == _ALL_OTHERS and others:
            self.against_box.setCurrentIndex(_ALL_OTHERS)
        self._show()

    def set_message(self, text: str) -> None:
        """Say something in place of how many topics there are; what is shown stays."""
        self.summary.setText(text)

    def choose_gaps(self, manual: ManualId, against: ManualId | None = None) -> None:
        """Show the gaps of a manual; one that is not in the map changes nothing."""
        manuals = self._coverage.manual_ids
        if manual in manuals:
            self.shown_box.setCurrentIndex(manuals.index(manual) + _INCOMPLETE + 1)
            self._fill_against()
            others = self._others()
            if against in others:
                self.against_box.setCurrentIndex(others.index(against) + _ALL_OTHERS + 1)
            self._show()

    @override
    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]  # Qt says QObject
        if watched is self.filter and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down:
                self.table.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if event.key() == Qt.Key.Key_Escape and self.filter.text():
                self.filter.clear()
                return True
        return super().eventFilter(watched, event)

    @property
    def _gaps_of(self) -> ManualId | None:
        position = self.shown_box.currentIndex() - _INCOMPLETE - 1
        return self._coverage.manual_ids[position] if position >= 0 else None

    @property
    def _against(self) -> ManualId | None:
        position = self.against_box.currentIndex() - _ALL_OTHERS - 1
        return self._others()[position] if position >= 0 else None

    def _others(self) -> list[ManualId]:
        """Against whom the chosen manual can be held."""
        chosen = self._gaps_of
        return [] if chosen is None else [other for other in self._coverage.manual_ids if other != chosen]

    def _name(self, manual: ManualId) -> str:
        return self._names.get(manual, str(manual))

    def _fill_against(self) -> None:
        self.against_box.clear()
        others = self._others()
        if others:
            self.against_box.addItems(["against anybody", "against all the others together"])
            self.against_box.addItems([f"against {self._name(other)}" for other in others])
        self.against_box.setVisible(bool(others))

    def _show(self) -> None:
        chosen = self._chosen()
        words = self.filter.text().casefold().split()
        shown = [topic for topic in chosen if all(word in _haystack(topic) for word in words)]
        self.model.set_topics(shown, self._columns(), self._names)
        self.table.fit()
        if shown:
            self.table.setCurrentIndex(self.model.index(0, 0))
        how = (
            " Matched by titles alone: there are too many texts to compare."
            if self._coverage.by_titles_alone
            else ""
        )
        self.summary.setText(f"{self._summary(len(shown))}{how}")
        self.export_button.setEnabled(bool(shown))

    def _columns(self) -> list[ManualId]:
        """The manuals, first the two that are held against each other."""
        first = [manual for manual in (self._gaps_of, self._against) if manual is not None]
        return [*first, *(manual for manual in self._coverage.manual_ids if manual not in first)]

    def _chosen(self) -> tuple[Topic, ...]:
        gaps_of = self._gaps_of
        if gaps_of is not None:
            if self.against_box.currentIndex() == _ALL_OTHERS:
                return self._coverage.gaps_alone(gaps_of)
            return self._coverage.gaps(gaps_of, self._against)
        is_incomplete = self.shown_box.currentIndex() == _INCOMPLETE
        return self._coverage.incomplete() if is_incomplete else self._coverage.topics

    def _summary(self, count: int) -> str:
        if not self._coverage.topics:
            return "No manual is installed: there is nothing to compare."
        topics = counted(count, "topic")
        gaps_of = self._gaps_of
        total = len(self._coverage.topics)
        if gaps_of is None:
            return f"{topics} of {total}."
        if self.against_box.currentIndex() == _ALL_OTHERS:
            have = "that all the others have"
        elif self._against is None:
            have = "that another manual has"
        else:
            have = f"that {self._name(self._against)} has"
        return f"{self._name(gaps_of)} has no chapter on {topics} {have}, of {total} in all."

    @Slot(str)
    def _on_filter_changed(self, _: str) -> None:
        self._show()

    @Slot(int)
    def _on_shown_activated(self, _: int) -> None:
        self._fill_against()
        self._show()

    @Slot(int)
    def _on_against_activated(self, _: int) -> None:
        self._show()

    @Slot()
    def _on_export_clicked(self) -> None:
        self.export_requested.emit()

    @Slot(QModelIndex)
    def _on_cell_activated(self, index: QModelIndex) -> None:
        chapters = self.model.chapters(index)
        if len(chapters) == 1:
            self.chapter_activated.emit(chapters[0].location)
        elif chapters:
            self._offered = [found.location for found in chapters]
            self._menu.clear()
            for found in chapters:
                self._menu.addAction(found.chapter.numbered_title.replace("&", "&&"))
            rectangle = self.table.visualRect(index)
            self._menu.popup(self.table.viewport().mapToGlobal(rectangle.bottomLeft()))
            self._menu.setActiveAction(self._menu.actions()[0])

    @Slot(object)
    def _on_menu_triggered(self, action: object) -> None:
        position = next(i for i, offered in enumerate(self._menu.actions()) if offered is action)
        self.chapter_activated.emit(self._offered[position])


def _haystack(topic: Topic) -> str:
    chapters = " ".join(found.chapter.numbered_title for found in topic.chapters)
    return f"{topic.name} {topic.division} {chapters}".casefold()


def _box(name: str) -> QComboBox:
    """A box that never widens the window, however long its rows are."""
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(_BOX_LETTERS)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return box
