"""Search results: grouped, counted, with snippets; and a plain reason when there are none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.search import KeptSearch, SearchAnswer, SearchHit
from reader.domain.text import counted
from reader.ui.models.nodes import NodeKind, Role
from reader.ui.models.search_model import SearchModel
from reader.ui.theme import Colours
from reader.ui.widgets.announce import announce
from reader.ui.widgets.entry_tree import EntryTree
from reader.ui.widgets.search_filters import SearchFilters

_MAX_QUERY_SHOWN = 80
_SYNTAX = (
    "“Words in a row” · one OR another · -without · begin* · title:word · heading:word · authority:name · status:new"
    " · one NEAR two · (brackets)"
)


@dataclass(frozen=True, slots=True)
class ChosenHit:
    """A place to open, and the words to mark there."""

    location: Location
    words: tuple[str, ...]


class SearchPanel(QWidget):
    """Shows one answer, or the searches of before; says what was chosen and how the person narrows the search."""

    hit_chosen = Signal(object)
    search_chosen = Signal(object)
    """Carries a search of before, to be made again."""
    search_forgotten = Signal(object)
    suggestion_chosen = Signal(object)
    save_toggled = Signal(object)
    """Carries whether the search is to be kept."""
    export_requested = Signal()
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = SearchModel(self)
        self.filters = SearchFilters()
        self._summary = _sentence("Search summary")
        self._notes = _sentence("How the search was read")
        self._save = QToolButton()
        self._save.setText("Save search")
        self._save.setCheckable(True)
        self._save.setToolTip("Keep this search: Ctrl+K in the empty field shows it again")
        self._export = QToolButton()
        self._export.setText("Export…")
        self._export.setToolTip("Write these hits to a table or a page")
        self._suggestions = QVBoxLayout()
        self.tree = EntryTree("Search results")
        self.tree.setModel(self._model)
        self.tree.setAlternatingRowColors(False)
        head = QHBoxLayout()
        head.addWidget(self._summary, 1)
        head.addWidget(self._save)
        head.addWidget(self._export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.addWidget(self.filters)
        layout.addLayout(head)
        layout.addWidget(self._notes)
        layout.addLayout(self._suggestions)
        layout.addWidget(self.tree, 1)
        layout.addStretch(0)
        self._suggestion_widgets: list[QWidget] = []
        self._save.clicked.connect(self._on_save_clicked)
        self._export.clicked.connect(self._on_export_clicked)
        self.tree.entry_activated.connect(self._on_entry_activated)

    def set_answer(self, answer: SearchAnswer, names: Mapping[ManualId, str], *, is_saved: bool) -> None:
        """Show an answer, the first hit selected."""
        self._model.set_answer(answer, names)
        self.tree.expandAll()
        first = self._first_hit()
        if first.isValid():
            self.tree.setCurrentIndex(first)
        self._show_suggestions(answer.suggestions)
        self._say(self._notes, "\n".join(answer.notes))
        self._save.setVisible(bool(answer.query.strip()))
        self._save.setChecked(is_saved)
        self._export.setVisible(bool(answer.hits))
        self.tree.setVisible(bool(answer.hits))
        if not answer.query.strip():
            self._summary.setText("Type a word, the beginning of one, or a chapter number.")
        elif answer.total:
            shown = "" if len(answer.hits) == answer.total else f", the best {len(answer.hits)} shown"
            manuals = len(answer.per_manual)
            self._summary.setText(f"{counted(answer.total, 'place')} in {counted(manuals, 'manual')}{shown}")
        else:
            query = (
                answer.query
                if len(answer.query) <= _MAX_QUERY_SHOWN
                else f"{answer.query[:_MAX_QUERY_SHOWN]}…"
            )
            self._summary.setText(f"Nothing was found for “{query}”.")
        announce(self, self._summary.text())

    def show_searches(self, searches: tuple[KeptSearch, ...], names: Mapping[ManualId, str]) -> None:
        """Show the searches of before, to be made again."""
        self._model.set_searches(searches, names)
        self.tree.expandAll()
        self._show_suggestions(())
        self._say(self._notes, _SYNTAX)
        self._save.hide()
        self._export.hide()
        self.tree.setVisible(bool(searches))
        self._summary.setText("Type a word, the beginning of one, or a chapter number.")
        first = self._first_hit()
        if first.isValid():
            self.tree.setCurrentIndex(first)

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
        value = self.tree.currentIndex().data(Role.LOCATION)
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        elif event.key() == Qt.Key.Key_Delete and isinstance(value, KeptSearch):
            self.search_forgotten.emit(value)
        else:
            super().keyPressEvent(event)

    def _first_hit(self) -> QModelIndex:
        index = self._model.index(0, 0)
        while index.isValid() and index.data(Role.KIND) in {NodeKind.AUTHORITY, NodeKind.FOLDER}:
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

    @Slot(bool)
    def _on_save_clicked(self, is_checked: bool) -> None:  # noqa: FBT001  # Qt's signal
        self.save_toggled.emit(is_checked)

    @Slot()
    def _on_export_clicked(self) -> None:
        self.export_requested.emit()

    @Slot(object)
    def _on_entry_activated(self, value: SearchHit | Location | KeptSearch) -> None:
        match value:
            case SearchHit():
                self.hit_chosen.emit(ChosenHit(value.location, value.words))
            case KeptSearch():
                self.search_chosen.emit(value)
            case _:
                self.hit_chosen.emit(ChosenHit(value, ()))

    def _say(self, label: QLabel, text: str) -> None:
        label.setText(text)
        label.setVisible(bool(text))


def _sentence(name: str) -> QLabel:
    """A label for plain sentences that never widens the window."""
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setAccessibleDescription(name)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
