"""A row of buttons that show their icons and say their words: what stands above a list."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget
from typing_extensions import override

from reader.ui.icons import Icon, dress
from reader.ui.theme import LIGHT, Colours


class IconButtons(QWidget):
    """Buttons in the order in which they are given. Icons are drawn once they are seen."""

    def __init__(
        self, *buttons: tuple[Icon, str, Callable[[], None] | SignalInstance], parent: QWidget | None = None
    ) -> None:
        """Make the row: for each button its icon, its words, and what pressing it calls or emits."""
        super().__init__(parent)
        self._colours = LIGHT
        self._buttons: dict[Icon, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for icon, words, pressed in buttons:
            button = self._buttons[icon] = QToolButton()
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.clicked.connect(pressed)
            layout.addWidget(button)
        layout.addStretch(1)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        if self.isVisible():
            self._dress()

    def set_enabled(self, *icons: Icon, is_enabled: bool) -> None:
        """Say whether what some of the buttons stand for can be done."""
        for icon in icons:
            self._buttons[icon].setEnabled(is_enabled)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._dress()

    def _dress(self) -> None:
        for icon, button in self._buttons.items():
            dress(button, icon, self._colours)
