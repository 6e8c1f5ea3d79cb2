"""What is to be printed, and what it will look like."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.ui.widgets.dialog_size import fit

_SIZE = QSize(560, 760)
_LEAST = QSize(240, 320)


class PrintDialog(QDialog):
    """A choice of what to print, a picture of each page, and where it goes."""

    choice_changed = Signal(object)
    """Carries the number of the choice."""
    page_wanted = Signal(object)
    """Carries the number of the page whose picture is wanted, from 0."""
    print_requested = Signal()
    save_requested = Signal()

    def __init__(self, choices: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Print")
        self._index = 0
        self._count = 0
        self._picture = QPixmap()
        self.choice = QComboBox()
        self.choice.setAccessibleName("What to print")
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.addItems(choices)
        label = QLabel("P&rint")
        label.setBuddy(self.choice)
        self._preview = QLabel()
        self._preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._preview.setMinimumSize(_LEAST)
        self._preview.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setAccessibleDescription("Pages")
        self.previous = self._button("Pre&vious page", self._on_previous)
        self.next = self._button("&Next page", self._on_next)
        self.to_printer = self._button("&To a printer…", self._on_print)
        self.to_file = self._button("Save as P&DF…", self._on_save)
        self.to_printer.setDefault(True)
        close = self._button("Close", self.reject)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.choice, 1)
        bottom = QHBoxLayout()
        for button in (self.previous, self.next):
            bottom.addWidget(button)
        bottom.addStretch(1)
        for button in (self.to_printer, self.to_file, close):
            bottom.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._preview, 1)
        layout.addWidget(self._message)
        layout.addLayout(bottom)
        self.choice.currentIndexChanged.connect(self._on_choice_changed)
        fit(self, _SIZE.width(), _SIZE.height())
        self.show_waiting()

    @property
    def message(self) -> str:
        return self._message.text()

    @property
    def picture(self) -> QPixmap:
        """The page that is shown, as large as it came."""
        return self._picture

    def show_waiting(self) -> None:
        """The pages are being made."""
        self._count = self._index = 0
        self._message.setText("Making the pages…")
        self._set_enabled(is_ready=False)

    def show_problem(self, sentence: str) -> None:
        """It cannot be printed, and why."""
        self._count = 0
        self._picture = QPixmap()
        self._preview.clear()
        self._message.setText(sentence)
        self._set_enabled(is_ready=False)

    def show_message(self, sentence: str) -> None:
        """Say how far the printing is."""
        self._message.setText(sentence)

    def show_page(self, index: int, count: int, picture: QImage) -> None:
        """Show a page."""
        self._index, self._count = index, count
        self._picture = QPixmap.fromImage(picture)
        self._preview.setAccessibleName(f"Picture of page {index + 1} of {count}")
        self._message.setText(f"Page {index + 1} of {count}")
        self._set_enabled(is_ready=True)
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._picture.isNull():
            fitted = self._picture.scaled(
                self._preview.size(),
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            self._preview.setPixmap(fitted)

    def _button(self, text: str, slot: object) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text.replace("&", "").rstrip("…"))
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _set_enabled(self, *, is_ready: bool) -> None:
        self.to_printer.setEnabled(is_ready)
        self.to_file.setEnabled(is_ready)
        self.previous.setEnabled(is_ready and self._index > 0)
        self.next.setEnabled(is_ready and self._index + 1 < self._count)

    @Slot(int)
    def _on_choice_changed(self, number: int) -> None:
        self.choice_changed.emit(number)

    @Slot()
    def _on_previous(self) -> None:
        self.page_wanted.emit(self._index - 1)

    @Slot()
    def _on_next(self) -> None:
        self.page_wanted.emit(self._index + 1)

    @Slot()
    def _on_print(self) -> None:
        self.print_requested.emit()

    @Slot()
    def _on_save(self) -> None:
        self.save_requested.emit()
