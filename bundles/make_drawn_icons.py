"""Draws the few icons that style sheets need as pictures: Qt takes none there in the colour of a theme.

One size is enough: Qt draws it smaller, and never larger.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from reader.domain.settings import Theme
from reader.ui.theme import PALETTES

ICONS_DIR = Path(__file__).resolve().parent.parent / "resources" / "icons"
SIDE = 48


def main() -> int:
    application = QGuiApplication([])
    target_dir = ICONS_DIR / "drawn"
    target_dir.mkdir(exist_ok=True)
    for theme, colours in PALETTES.items():
        for name, colour in (
            ("chevron-down", colours.ink),
            ("chevron-right", colours.ink),
            ("chevron-left", colours.ink),
            ("check", colours.accent_ink),
            ("x", colours.muted),
        ):
            raw = (ICONS_DIR / f"{name}.svg").read_bytes().replace(b"currentColor", colour.encode())
            image = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32)
            image.fill(Qt.GlobalColor.transparent)
            painter = QPainter(image)
            QSvgRenderer(QByteArray(raw)).render(painter)
            painter.end()
            image.save(str(target_dir / f"{name}-{Theme(theme).value}.png"))
    application.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
