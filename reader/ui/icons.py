"""Icons of one family (Lucide), drawn from our own files in the colour of the theme, when they are first needed."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractButton

from reader.store.places import resources_dir
from reader.ui.theme import Colours, letter_factor

_USUAL_PX: Final = 18
_MOST_PX: Final = 48


class Icon(Enum):
    """Names a file in resources/icons."""

    ADD = "plus"
    BACK = "arrow-left"
    BOOKMARK = "bookmark"
    CASE = "case-sensitive"
    CHANGES = "history"
    CLOSE = "x"
    COMPARE = "columns-2"
    COPY = "copy"
    COVERAGE = "grid-3x3"
    DOWN = "arrow-down"
    EXPORT = "download"
    FIND = "text-search"
    FOLDER = "folder-plus"
    FORWARD = "arrow-right"
    KEYBOARD = "keyboard"
    LIBRARY = "book-open"
    NEXT = "chevron-down"
    OUTLINE = "list-tree"
    PREVIOUS = "chevron-up"
    PRINT = "printer"
    READING = "a-large-small"
    RECENT = "clock"
    REFUSED = "shield-x"
    REMOVE = "trash-2"
    SAMPLES = "compass"
    SAVE = "save"
    SEARCH = "search"
    TABLE = "table"
    UP = "arrow-up"
    VERIFIED = "shield-check"
    WARNING = "triangle-alert"
    WHOLE_WORDS = "whole-word"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"


def icon(name: Icon, colours: Colours) -> QIcon:
    """An icon in the colours of a theme: the usual one, and fainter where what it stands for cannot be done."""
    side = icon_side()
    drawn = QIcon()
    drawn.addPixmap(pixmap(name, colours.ink, side), QIcon.Mode.Normal)
    drawn.addPixmap(pixmap(name, _between(colours.ink, colours.panel), side), QIcon.Mode.Disabled)
    return drawn


def icon_side() -> int:
    """How large icons are, in pixels: they grow with the window's letters."""
    return min(round(_USUAL_PX * letter_factor()), _MOST_PX)


def dress(button: QAbstractButton, name: Icon, colours: Colours) -> None:
    """Give a button its icon."""
    button.setIcon(QIcon(pixmap(name, colours.ink, icon_side())))
    button.setIconSize(QSize(icon_side(), icon_side()))


def pixmap(name: Icon, colour: str, side: int) -> QPixmap:
    """One drawing of an icon, sharp on this screen."""
    ratio = max((screen.devicePixelRatio() for screen in QGuiApplication.screens()), default=1.0)
    return _drawn(name, colour, side, ratio)


@cache
def _drawn(name: Icon, colour: str, side: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415  # loaded with the first icon

    raw = (
        (resources_dir() / "icons" / f"{name.value}.svg")
        .read_bytes()
        .replace(b"currentColor", colour.encode())
    )
    image = QImage(QSize(side, side) * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(raw)).render(painter)
    painter.end()
    image.setDevicePixelRatio(ratio)
    return QPixmap.fromImage(image)


def _between(one: str, other: str) -> str:
    """A colour half-way between two."""
    first, second = QColor(one), QColor(other)
    return QColor(
        (first.red() + second.red()) // 2,
        (first.green() + second.green()) // 2,
        (first.blue() + second.blue()) // 2,
    ).name()
