"""A window of the reader that says when its tree has been painted."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from reader.services.workspace import Workspace, WorkspaceChoice
from reader.ui.desk import Desk


class _Watch(QObject):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        desk.library.loaded.connect(self.look)

    @Slot()
    def look(self) -> None:
        self._desk.window.grab()
        is_filled = self._desk.window.library.model.rowCount() > 0
        if is_filled:
            print(f"painted {time.time_ns()}", flush=True)
        QApplication.exit(0 if is_filled else 1)  # an error in a slot would leave the window open for ever


def run(arguments: list[str]) -> int:
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    library, root = Path(arguments[0]), Path(arguments[1])
    desk = Desk(Workspace(WorkspaceChoice(library, root)), lambda: None)
    watch = _Watch(desk)
    desk.start()
    code = application.exec()
    desk.close()
    del watch
    return code
