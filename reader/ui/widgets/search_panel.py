"""Search results: grouped, counted, with snippets; and a plain reason when there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.contents import Status
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import SearchAnswer, SearchFilter, SearchHit
from reader.ui.models.nodes import NodeKind, Role
from reader.ui.models.search_model import SearchModel
from reader.ui.theme import Colours
from reader.ui.widgets.entry_tree import EntryTree

_MAX_QUERY_SHOWN = 80


@dataclass(frozen=True, slots=True)
class ChosenHit:
    """A place to open, and the words to mark there."""

    location: Location
    words: tuple[str, ...]


class SearchPanel(QWidget):
    """Shows one answer; says which hit was chosen and how the person narrows the search."""

    hit_chosen = Signal(object)
    filter_changed = Signal(object)
    suggestion_chosen = Signal(object)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SearchModel(self)
        self._summary = QLabel()
        self._summary.setTextFormat(Qt.TextFormat.PlainText)
        self._summary.setWordWrap(True)
        self._summary.setAccessibleName("Search summary")
        self._summary.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # never widens the window
        self._manual_box = QComboBox()
        self._manual_box.setAccessibleName("Search in")
        self._status_box = QComboBox()
        self._status_box.setAccessibleName("Status")
        self._status_box.addItems(["Any status", *(status.label for status in Status)])
        self._other_terms = QCheckBox("Other terms too")
        self._other_terms.setChecked(True)
        self._other_terms.setToolTip(
            "Also find places that say the same in another term, such as family time for contact"
        )
        self._manuals: list[ManualId] = []
        self._suggestions = QVBoxLayout()
        self.tree = EntryTree("Search results")
        self.tree.setModel(self._model)
        self.tree.setAlternatingRowColors(False)
        filters = QHBoxLayout()
        filters.addWidget(self._manual_box)
        filters.addWidget(self._status_box)
        filters.addWidget(self._other_terms)
        filters.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addLayout(filters)
        layout.addWidget(self._summary)
        layout.addLayout(self._suggestions)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self._suggestion_widgets: list[QWidget] = []
        self._manual_box.currentIndexChanged.connect(self._on_filter_changed)
        self._status_box.currentIndexChanged.connect(self._on_filter_changed)
        self._other_terms.toggled.connect(self._on_other_terms_toggled)
        self.tree.entry_activated.connect(self._on_entry_activated)
        self.set_manuals({})

    @property
    def search_filter(self) -> SearchFilter:
        """What the two boxes say."""
        statuses = (None, *Status)
        manual = self._chosen_manual()
        return SearchFilter(
            frozenset({manual}) if manual else None,
            statuses[self._status_box.currentIndex()],
            self._other_terms.isChecked(),
        )

    def set_manuals(self, names: Mapping[ManualId, str]) -> None:
        """The manuals to choose from, by the names that stand on screen."""
        chosen = self._chosen_manual()
        self._manuals = list(names)
        self._manual_box.blockSignals(True)  # noqa: FBT003  # Qt takes it by position only
        self._manual_box.clear()
        self._manual_box.addItems(["All manuals", *names.values()])
        self._manual_box.setCurrentIndex(self._manuals.index(chosen) + 1 if chosen in self._manuals else 0)
        self._manual_box.blockSignals(False)  # noqa: FBT003

    def choose_status(self, status: Status | None) -> None:
        """Look for chapters of a status only, or of any."""
        self._status_box.setCurrentIndex((None, *Status).index(status))

    def set_answer(self, answer: SearchAnswer, names: Mapping[ManualId, str]) -> None:
        """Show an answer, the first hit selected."""
        self._model.set_answer(answer, names)
        self.tree.expandAll()
        first = self._first_hit()
        if first.isValid():
            self.tree.setCurrentIndex(first)
        self._show_suggestions(answer.suggestions)
        self.tree.setVisible(bool(answer.hits))
        if not answer.query.strip():
            self._summary.setText("Type a word, the beginning of one, or a chapter number.")
        elif answer.total:
            shown = "" if len(answer.hits) == answer.total else f", the best {len(answer.hits)} shown"
            manuals = len(answer.per_manual)
            self._summary.setText(
                f"{answer.total} {'place' if answer.total == 1 else 'places'} in"
                f" {manuals} {'manual' if manuals == 1 else 'manuals'}{shown}"
            )
        else:
            query = (
                answer.query
                if len(answer.query) <= _MAX_QUERY_SHOWN
                else f"{answer.query[:_MAX_QUERY_SHOWN]}…"
            )
            self._summary.setText(f"Nothing was found for “{query}”.")

    def set_message(self, text: str) -> None:
        """Show a sentence instead of an answer."""
        self._summary.setText(text)

    def focus_results(self) -> None:
        self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def activate_current(self) -> None:
        """Open the selected hit, the first one unless the person moved."""
        index = self.tree.currentIndex()
        value = index.data(Role.LOCATION) if index.isValid() else None
        if value is not None:
            self._on_entry_activated(value)

    def set_colours(self, colours: Colours) -> None:
        self.tree.set_colours(colours)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)

    def _chosen_manual(self) -> ManualId | None:
        index = self._manual_box.currentIndex()
        return self._manuals[index - 1] if index > 0 else None

    def _first_hit(self) -> QModelIndex:
        index = self._model.index(0, 0)
        while index.isValid() and index.data(Role.KIND) is NodeKind.AUTHORITY:
            index = self._model.index(0, 0, index)
        return index

    def _show_suggestions(self, suggestions: tuple[str, ...]) -> None:
        for widget in self._suggestion_widgets:
            self._suggestions.removeWidget(widget)
            widget.deleteLater()
        self._suggestion_widgets = []
        for suggestion in suggestions:
            made = self._suggestion_widget(suggestion)
            self._suggestions.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
            self._suggestion_widgets.append(made)

    def _suggestion_widget(self, suggestion: str) -> QWidget:
        """A sentence as it is; another query as a button."""
        if suggestion.endswith("."):
            label = QLabel(suggestion)
            label.setTextFormat(Qt.TextFormat.PlainText)
            return label
        button = QPushButton(f"Did you mean “{suggestion}”?")
        button.setProperty("suggestion", suggestion)
        button.clicked.connect(self._on_suggestion_clicked)
        return button

    @Slot()
    def _on_suggestion_clicked(self) -> None:
        button = self.sender()
        if button is not None:
            self.suggestion_chosen.emit(str(button.property("suggestion")))

    @Slot(int)
    def _on_filter_changed(self, _: int) -> None:
        self.filter_changed.emit(self.search_filter)

    @Slot(bool)
    def _on_other_terms_toggled(self, _: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.filter_changed.emit(self.search_filter)

    @Slot(object)
    def _on_entry_activated(self, value: SearchHit | Location) -> None:
        if isinstance(value, SearchHit):
            self.hit_chosen.emit(ChosenHit(value.location, value.words))
        else:
            self.hit_chosen.emit(ChosenHit(value, ()))
