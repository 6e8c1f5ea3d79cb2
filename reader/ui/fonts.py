"""Which installed font stands for a choice of letters."""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QFontDatabase, QFontInfo, QGuiApplication

from reader.domain.settings import TextFont

_CANDIDATES: Final = {
    TextFont.SERIF: (
        "Georgia",
        "Cambria",
        "Charter",
        "Source Serif 4",
        "Noto Serif",
        "Liberation Serif",
        "DejaVu Serif",
        "Times New Roman",
        "Times",
    ),
    TextFont.READABLE: (
        "Atkinson Hyperlegible Next",
        "Atkinson Hyperlegible",
        "Lexend",
        "OpenDyslexic",
        "Verdana",
        "Tahoma",
        "DejaVu Sans",
    ),
}


def family_of(choice: TextFont) -> str:
    """The font that stands for a choice on this computer; empty for the window's own, or where there is none."""
    if choice is TextFont.SYSTEM:
        return ""
    return next((family for family in _CANDIDATES[choice] if QFontDatabase.hasFamily(family)), "")


def offered_fonts() -> dict[TextFont, str]:
    """The choices that there are on this computer, each with the font that stands for it."""
    own = QFontInfo(QGuiApplication.font()).family()
    found = {TextFont.SYSTEM: own}
    for choice in (TextFont.SERIF, TextFont.READABLE):
        family = family_of(choice)
        if family and family != own:
            found[choice] = family
    return found
