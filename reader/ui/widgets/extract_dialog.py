"""What a court extract quotes, in which order, and what its cover says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from reader.domain.extract import DEFAULT_TITLE, ExtractFacts
from reader.domain.location import Location
from reader.domain.paper import PaperItem
from reader.ui.widgets.dialog_size import fit

_LONGEST_LINE = 400
_LONGEST_REMARK = 4000
_REST_MS = 350


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chapter that an extract may quote, by the name that stands in the lists."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True)
class _Chosen:
    candidate: Candidate
    passage: str = ""
    anchor: str | None = None
    remark: str = ""

    @property
    def name(self) -> str:
        passage = f" › {self.passage}" if self.passage else ""
        return f"{self.candidate.name}{passage}{' (remark)' if self.remark else ''}"


class ExtractDialog(QDialog):
    """Two lists: what there is, and what is chosen. Everything can be done with the keyboard."""

    changed = Signal()
    """What is chosen, or a word on the cover, is another one; comes once the person pauses."""
    passages_wanted = Signal(object)
    """Carries the location of the chapter whose passages are to be offered."""
    make_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, candidates: Sequence[Candidate], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Court extract")
        self._candidates = tuple(candidates)
        self._listed: list[Candidate] = []
        self._chosen: list[_Chosen] = []
        self._headings: tuple[tuple[str, str], ...] = ()
        self._is_filling = False
        self.filter = _line("Filter the chapters", "Filter by number, title or authority")
        self.available = _list("Chapters")
        self.chosen = _list("Quoted, in this order")
        self.add = _button("&Add")
        self.remove = _button("&Remove")
        self.up = _button("Move &up")
        self.down = _button("Move &down")
        self.passage = QComboBox()
        self.passage.setAccessibleName("Whole chapter, or which passage")
        self.passage.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.remark = _line("Remark on the selected text", "Printed before the text, and marked as a remark")
        self.remark.setMaxLength(_LONGEST_REMARK)
        self.title = _line("Title", "")
        self.title.setText(DEFAULT_TITLE)
        self.case = _line("Case reference", "")
        self.prepared_by = _line("Prepared by", "")
        self.prefix = _line("Letters before page numbers", "")
        self.prefix.setText("A")
        self.prefix.setMaxLength(4)
        self._pages = QLabel()
        self._pages.setTextFormat(Qt.TextFormat.PlainText)
        self._pages.setWordWrap(True)
        self._pages.setAccessibleName("Number of pages")
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Progress")
        self._progress.hide()
        self.make = _button("&Make the extract…")
        self.close_button = _button("Close")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REST_MS)
        self._lay_out()
        self._connect()
        self._fill_available()
        self._show_state()
        fit(self, 860, 620)

    @property
    def items(self) -> tuple[PaperItem, ...]:
        """What is chosen, in order."""
        return tuple(
            PaperItem(replace(one.candidate.location, anchor=one.anchor), one.remark) for one in self._chosen
        )

    @property
    def facts(self) -> ExtractFacts:
        texts = (field.text().strip() for field in (self.title, self.case, self.prepared_by))
        title, case, prepared_by = (" ".join(text.split()) for text in texts)
        return ExtractFacts(title or DEFAULT_TITLE, case, prepared_by, self.prefix.text().strip().upper())

    @property
    def message(self) -> str:
        return self._pages.text()

    def choose(self, candidate: Candidate) -> None:
        """Add a chapter at the end."""
        self._chosen.append(_Chosen(candidate))
        self._refill(len(self._chosen) - 1)
        self._say_changed()

    def set_passages(self, location: Location, headings: Sequence[tuple[str, str]]) -> None:
        """Offer the passages (anchor, heading) of a chapter, if it is still the selected one."""
        current = self._current()
        if current is None or current.candidate.location != location:
            return
        self._is_filling = True
        self._headings = tuple(headings)
        self.passage.clear()
        self.passage.addItems(["The whole chapter", *(heading for _, heading in self._headings)])
        anchors = [None, *(anchor for anchor, _ in self._headings)]
        self.passage.setCurrentIndex(anchors.index(current.anchor) if current.anchor in anchors else 0)
        self._is_filling = False

    def show_message(self, sentence: str) -> None:
        """Say how many pages it will have, or what is in the way."""
        self._pages.setText(sentence)

    def show_progress(self, done: int, total: int) -> None:
        """Say how far the making is."""
        self._progress.show()
        self._progress.setRange(0, total)
        self._progress.setValue(done)

    def set_making(self, *, is_making: bool) -> None:
        """While it is being made the button stops it."""
        self.make.setEnabled(not is_making and bool(self._chosen))
        self.close_button.setText("Stop" if is_making else "Close")
        self._progress.setVisible(is_making)
        if is_making:
            self._progress.setRange(0, 0)

    @property
    def is_making(self) -> bool:
        return self.close_button.text() == "Stop"

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.addWidget(_label("&Filter", self.filter), 0, 0)
        grid.addWidget(self.filter, 1, 0)
        grid.addWidget(self.available, 2, 0)
        middle = QVBoxLayout()
        middle.addStretch(1)
        for button in (self.add, self.remove, self.up, self.down):
            middle.addWidget(button)
        middle.addStretch(1)
        grid.addLayout(middle, 2, 1)
        grid.addWidget(_label("&Quoted, in this order", self.chosen), 1, 2)
        grid.addWidget(self.chosen, 2, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(2, 1)
        form = QFormLayout()
        form.addRow("&Passage", self.passage)
        form.addRow("R&emark", self.remark)
        form.addRow("&Title", self.title)
        form.addRow("&Case", self.case)
        form.addRow("Prepared &by", self.prepared_by)
        form.addRow("&Letters before page numbers", self.prefix)
        row = QHBoxLayout()
        row.addWidget(self._pages, 1)
        row.addWidget(self._progress)
        row.addWidget(self.make)
        row.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addLayout(grid, 1)
        layout.addLayout(form)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter_changed)
        self.available.itemActivated.connect(self._on_add)
        self.chosen.currentRowChanged.connect(self._on_chosen_row_changed)
        self.add.clicked.connect(self._on_add)
        self.remove.clicked.connect(self._on_remove)
        self.up.clicked.connect(self._on_up)
        self.down.clicked.connect(self._on_down)
        self.passage.currentIndexChanged.connect(self._on_passage_changed)
        self.remark.textEdited.connect(self._on_remark_edited)
        for field in (self.title, self.case, self.prepared_by, self.prefix):
            field.textEdited.connect(self._on_words_edited)
        self.make.clicked.connect(self._on_make)
        self.close_button.clicked.connect(self._on_close)
        self._timer.timeout.connect(self.changed)
        for keys, slot in (("Alt+Up", self._on_up), ("Alt+Down", self._on_down)):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)
        gone = QShortcut(QKeySequence(Qt.Key.Key_Delete), self.chosen)
        gone.setContext(Qt.ShortcutContext.WidgetShortcut)
        gone.activated.connect(self._on_remove)

    def _current(self) -> _Chosen | None:
        row = self.chosen.currentRow()
        return self._chosen[row] if 0 <= row < len(self._chosen) else None

    def _fill_available(self) -> None:
        words = self.filter.text().casefold().split()
        self.available.clear()
        self._listed = [one for one in self._candidates if all(word in one.name.casefold() for word in words)]
        self.available.addItems([one.name for one in self._listed])
        if self._listed:
            self.available.setCurrentRow(0)

    def _refill(self, row: int) -> None:
        self._is_filling = True
        self.chosen.clear()
        self.chosen.addItems([one.name for one in self._chosen])
        self._is_filling = False
        self.chosen.setCurrentRow(min(row, len(self._chosen) - 1))
        self._show_state()

    def _show_state(self) -> None:
        row, current = self.chosen.currentRow(), self._current()
        self.remove.setEnabled(current is not None)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(current is not None and row + 1 < len(self._chosen))
        self.passage.setEnabled(current is not None)
        self.remark.setEnabled(current is not None)
        self.make.setEnabled(bool(self._chosen) and not self.is_making)
        if not self._chosen:
            self._pages.setText("Choose the chapters that the extract quotes.")

    def _say_changed(self) -> None:
        self._timer.start()

    def _change_current(self, changed: _Chosen) -> None:
        row = self.chosen.currentRow()
        self._chosen[row] = changed
        self.chosen.item(row).setText(changed.name)
        self._say_changed()

    @Slot()
    def _on_filter_changed(self) -> None:
        self._fill_available()

    @Slot()
    def _on_add(self) -> None:
        row = self.available.currentRow()
        if 0 <= row < len(self._listed):
            self.choose(self._listed[row])

    @Slot()
    def _on_remove(self) -> None:
        row = self.chosen.currentRow()
        if 0 <= row < len(self._chosen):
            del self._chosen[row]
            self._refill(row)
            self._say_changed()

    @Slot()
    def _on_up(self) -> None:
        self._move(-1)

    @Slot()
    def _on_down(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        row = self.chosen.currentRow()
        if 0 <= row < len(self._chosen) and 0 <= row + step < len(self._chosen):
            self._chosen[row], self._chosen[row + step] = self._chosen[row + step], self._chosen[row]
            self._refill(row + step)
            self._say_changed()

    @Slot(int)
    def _on_chosen_row_changed(self, _: int) -> None:
        current = self._current()
        if self._is_filling:
            return
        self._show_state()
        self._is_filling = True
        self.passage.clear()
        self.remark.setText(current.remark if current else "")
        self._is_filling = False
        if current is not None:
            self.passages_wanted.emit(current.candidate.location)

    @Slot(int)
    def _on_passage_changed(self, index: int) -> None:
        current = self._current()
        if self._is_filling or current is None or index < 0:
            return
        anchor, heading = self._headings[index - 1] if index else (None, "")
        self._change_current(replace(current, anchor=anchor, passage=heading))

    @Slot(str)
    def _on_remark_edited(self, text: str) -> None:
        current = self._current()
        if current is not None:
            self._change_current(replace(current, remark=text.strip()))

    @Slot()
    def _on_words_edited(self) -> None:
        self._say_changed()

    @Slot()
    def _on_make(self) -> None:
        self.make_requested.emit()

    @Slot()
    def _on_close(self) -> None:
        if self.is_making:
            self.cancel_requested.emit()
        else:
            self.reject()


def _line(name: str, placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setAccessibleName(name)
    line.setPlaceholderText(placeholder)
    line.setMaxLength(_LONGEST_LINE)
    return line


def _list(name: str) -> QListWidget:
    found = QListWidget()
    found.setAccessibleName(name)
    found.setWordWrap(True)
    return found


def _button(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setAccessibleName(text.replace("&", "").rstrip("…"))
    button.setAutoDefault(False)
    return button


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
