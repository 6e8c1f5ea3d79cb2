"""Draws the program's icon in the sizes and files that systems ask for, from its two SVG drawings.

Small sizes have a drawing of their own: lines of text would only blur there.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICON_DIR: Final = Path(__file__).resolve().parent.parent / "resources" / "icons" / "program"
NAME: Final = "procedures-reader"
SMALL_PX: Final = 32
PNG_SIDES: Final = (16, 32, 48, 64, 128, 256)
ICO_SIDES: Final = (16, 20, 24, 32, 40, 48, 64, 256)
ICNS_SIDES: Final = (16, 32, 64, 128, 256, 512)


def main() -> int:
    application = QGuiApplication([])
    for side in PNG_SIDES:
        drawn(side).save(ICON_DIR / f"{NAME}-{side}.png", optimize=True)
    largest = drawn(max(ICO_SIDES))
    smaller = [drawn(side) for side in ICO_SIDES if side != largest.width]
    largest.save(ICON_DIR / f"{NAME}.ico", sizes=[(side, side) for side in ICO_SIDES], append_images=smaller)
    largest = drawn(max(ICNS_SIDES))
    largest.save(ICON_DIR / f"{NAME}.icns", append_images=[drawn(side) for side in ICNS_SIDES[:-1]])
    application.quit()
    return 0


def drawn(side: int) -> Image.Image:
    """The icon as pixels, `side` wide and high."""
    source = ICON_DIR / (f"{NAME}-small.svg" if side <= SMALL_PX else f"{NAME}.svg")
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(source.read_bytes())).render(painter)
    painter.end()
    buffer = QBuffer()
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs know files only
    with Image.open(io.BytesIO(buffer.data().data())) as picture:
        return picture.convert("RGBA")


if __name__ == "__main__":
    sys.exit(main())
