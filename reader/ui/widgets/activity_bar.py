"""The bottom line: what is going on, with cancel; and the last message."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from reader.ui.widgets.announce import announce


class ActivityBar(QWidget):
    """Shows a message and, while something runs, how far it is."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message = QLabel()
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setAccessibleDescription("Message")
        self._activity = QLabel()
        self._activity.setTextFormat(Qt.TextFormat.PlainText)
        self._activity.setAccessibleDescription("What is going on")
        self._progress = QProgressBar()
        self._progress.setAccessibleName("Progress")
        self._progress.setMaximumWidth(160)
        self._progress.setRange(0, 1000)
        self._progress.setTextVisible(False)
        self._cancel = QToolButton()
        self._cancel.setText("Cancel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 12, 2)
        layout.addWidget(self._message, 1)
        layout.addWidget(self._activity)
        layout.addWidget(self._progress)
        layout.addWidget(self._cancel)
        self._cancel.clicked.connect(self._on_cancel)
        self.end_activity()

    def show_message(self, text: str) -> None:
        """Show a sentence; it is cut only on screen, never in the tooltip."""
        self._message.setText(text)
        announce(self, text)
        self._message.setToolTip("" if len(text) < 100 else text.replace("<", "‹"))  # noqa: PLR2004

    def show_activity(self, text: str, share: float, *, can_cancel: bool) -> None:
        """Show what runs and how far it is (0 to 1)."""
        self._activity.setText(text)
        self._progress.setValue(round(share * 1000))
        self._activity.show()
        self._progress.show()
        self._cancel.setVisible(can_cancel)

    def end_activity(self) -> None:
        self._activity.hide()
        self._progress.hide()
        self._cancel.hide()

    @property
    def message(self) -> str:
        return self._message.text()

    @property
    def activity(self) -> str:
        """What runs, or an empty text."""
        return "" if self._activity.isHidden() else self._activity.text()

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel_requested.emit()
