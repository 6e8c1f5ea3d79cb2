"""A line that can be emptied with a button, which says to a screen reader what it does."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QToolButton

from reader.ui.widgets.default_actions import hear_once


def make_clearable(line: QLineEdit) -> None:
    """Give a line its button; Qt leaves it without a name."""
    line.setClearButtonEnabled(True)
    clear = line.findChild(QAction, "_q_qlineeditclearaction")
    if clear is not None:
        clear.setText("Clear what is typed")
    for button in line.findChildren(QToolButton):
        hear_once(button)
