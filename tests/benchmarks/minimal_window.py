"""The reference for start-up: the least that PySide6 can show with a tree and a text browser."""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QObject, QStringListModel, QTimer, Slot
from PySide6.QtWidgets import QApplication, QSplitter, QTextBrowser, QTreeView


class _Watch(QObject):
    """Says when the window has been painted, then ends."""

    def __init__(self, window: QSplitter) -> None:
        super().__init__()
        self._window = window

    @Slot()
    def look(self) -> None:
        self._window.grab()
        print(f"painted {time.time_ns()}", flush=True)
        QApplication.quit()


def main() -> int:
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    window = QSplitter()
    tree = QTreeView()
    tree.setModel(QStringListModel([f"Row {number}" for number in range(5)], window))
    text = QTextBrowser()
    text.setHtml("<h1>Text</h1><p>One paragraph.</p>")
    window.addWidget(tree)
    window.addWidget(text)
    window.resize(1280, 820)
    window.show()
    watch = _Watch(window)
    QTimer.singleShot(0, watch.look)
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
