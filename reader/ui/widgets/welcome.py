"""What the middle shows while no chapter is open."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.location import Location
from reader.ui.icons import Icon, icon_side, pixmap
from reader.ui.theme import LIGHT, Colours, Letters, Space, letter_factor

_EMPTY = (
    "This laptop has no manual yet.\n\n"
    "Manuals come as files that end in .manual, from your authority or from IT. Add one here, or drop it on this"
    " window. It is checked before anything of it is shown, and works without a network from then on."
)
_NO_TRUST_ROOT = (
    "Nobody has set on this computer which authorities it may trust, so no manual can be opened yet: ask IT to set"
    " the trust root. You can look around in the sample library until then."
)
_READY = "Choose a chapter on the left, type in the search field above, or open a manual:"
_KEYS = (
    "Ctrl+K searches all manuals, Ctrl+L filters the list on the left, Ctrl+D sets a bookmark, F9 compares with"
    " another authority, Ctrl+Shift+P finds every command, F1 lists all keys."
)
_WIDTH = 640

_MANUALS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ManualSummary:
    """A manual in two lines, and where it opens."""

    location: Location
    name: str
    detail: str


class ManualCard(QPushButton):
    """A button of two lines: a manual's authority, and which edition of it is here."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(f"{name}: {detail}")
        self._icon = QLabel()
        self._name = _line(name)
        font = self._name.font()
        font.setBold(True)
        self._name.setFont(font)
        self._detail = _line(detail)
        lines = QVBoxLayout()
        lines.setSpacing(Space.HAIR)
        lines.addWidget(self._name)
        lines.addWidget(self._detail)
        layout = self._layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.SMALL, Space.MEDIUM, Space.SMALL)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(lines, 1)
        for label in (self._icon, self._name, self._detail):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_colours(self, colours: Colours) -> None:
        self._icon.setPixmap(pixmap(Icon.LIBRARY, colours.accent, icon_side()))

    @override
    def sizeHint(self) -> QSize:
        return self._layout.sizeHint()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setMinimumHeight(self._layout.heightForWidth(self.width()))


def _line(text: str) -> QLabel:
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setWordWrap(True)
    return label


class Welcome(QWidget):
    """Explains itself; offers the installed manuals, or to add a bundle or open the sample library."""

    location_activated = Signal(object)
    add_requested = Signal()
    samples_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = QLabel("Procedures Reader")
        self._title.setTextFormat(Qt.TextFormat.PlainText)
        self._text = QLabel()
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setWordWrap(True)
        self._text.setMaximumWidth(_WIDTH)
        self._keys = QLabel()
        self._keys.setTextFormat(Qt.TextFormat.PlainText)
        self._keys.setWordWrap(True)
        self._keys.setMaximumWidth(_WIDTH)
        self._keys.setObjectName("note")
        self._add = QPushButton("Add a bundle…")
        self._add.setProperty("isFirst", True)  # noqa: FBT003  # Qt takes it by position only
        self._samples = QPushButton("Open the sample library")
        inner = QWidget()
        inner.setObjectName("scrolled")
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(Space.HUGE, Space.WIDE, Space.HUGE, Space.WIDE)
        layout.setSpacing(Space.MEDIUM)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        self._manuals = QVBoxLayout()
        self._manuals.setSpacing(Space.SMALL)
        layout.addLayout(self._manuals)
        self._buttons: list[ManualCard] = []
        self._locations: list[Location] = []
        self._colours = LIGHT
        choices = self._choices = QHBoxLayout()
        choices.setSpacing(Space.SMALL)
        choices.addWidget(self._add)
        choices.addWidget(self._samples)
        choices.addStretch(1)
        layout.addLayout(choices)
        layout.addWidget(self._keys)
        layout.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self._add.clicked.connect(self._on_add)
        self._samples.clicked.connect(self._on_samples)
        self.show_verifying()

    def show_verifying(self) -> None:
        self._show("The installed manuals are being verified…", can_add=False, can_open_samples=False)

    def show_empty(self, *, has_trust_root: bool) -> None:
        self._show(
            _EMPTY if has_trust_root else _NO_TRUST_ROOT, can_add=has_trust_root, can_open_samples=True
        )

    def show_ready(self, manuals: tuple[ManualSummary, ...]) -> None:
        """Offer the installed manuals; of many the first dozen, the tree has them all."""
        self._show(_READY, can_add=False, can_open_samples=False)
        self._keys.setText(_KEYS)
        for number, manual in enumerate(manuals[:_MANUALS_SHOWN]):
            button = ManualCard(manual.name, manual.detail)
            button.setProperty("number", number)
            button.setMaximumWidth(round(_WIDTH * letter_factor()))
            button.set_colours(self._colours)
            button.clicked.connect(self._on_manual)
            self._manuals.addWidget(button)
            self._buttons.append(button)
            self._locations.append(manual.location)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        font = QApplication.font()  # not its own: those are of before while a chapter is in front
        font.setPointSizeF(font.pointSizeF() * Letters.TITLE_FACTOR)
        self._title.setFont(font)
        for button in self._buttons:
            button.set_colours(colours)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = (
            self._add.sizeHint().width() + self._samples.sizeHint().width() + 2 * Space.HUGE + Space.LARGE
        )
        across, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._choices.setDirection(below if needed > event.size().width() else across)

    @property
    def message(self) -> str:
        return self._text.text()

    def _show(self, text: str, *, can_add: bool, can_open_samples: bool) -> None:
        self._text.setText(text)
        self._keys.setText("")
        for button in self._buttons:
            self._manuals.removeWidget(button)
            button.deleteLater()
        self._buttons, self._locations = [], []
        self._add.setVisible(can_add)
        self._samples.setVisible(can_open_samples)

    @Slot()
    def _on_manual(self) -> None:
        button = self.sender()
        if button is not None:
            self.location_activated.emit(self._locations[int(button.property("number"))])

    @Slot()
    def _on_add(self) -> None:
        self.add_requested.emit()

    @Slot()
    def _on_samples(self) -> None:
        self.samples_requested.emit()
