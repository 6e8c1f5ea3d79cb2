"""How large a dialog opens: as it would like, and never larger than the window that it stands over."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QWidget

from reader.ui.theme import letter_factor

_MARGIN_PX: Final = 24


def fit(dialog: QWidget, width: int, height: int) -> None:
    """Resize to so many pixels at the usual size of letters, within the window."""
    factor = letter_factor()
    window = dialog.parentWidget()
    if window is not None:
        width = min(round(width * factor), max(window.width() - _MARGIN_PX, 320))
        height = min(round(height * factor), max(window.height() - _MARGIN_PX, 240))
    dialog.resize(width, height)
