"""The user guide, in a window of its own.

It is signed with the sample key, which counts in libraries of what came with the program alone. So it never stands
among the manuals that the person trusts: it opens beside them, in a process of its own over a library of its own.
There it needs no trust root from IT, and no manual; and whoever reads it keeps what they were doing before their eyes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QProcess, QProcessEnvironment, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.domain.manual import GUIDE
from reader.domain.settings import Settings
from reader.services.workspace import lend_looks_to_guide
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools


def guide_command() -> tuple[str, ...]:
    """The program and its arguments that open the guide: the frozen program itself, or this Python."""
    if getattr(sys, "frozen", False):
        return (sys.executable, "--guide")
    return (sys.executable, "-m", "reader.app", "--guide")


def start_guide() -> bool:
    """Start another reader at the user guide; it stays open when this one is closed.

    Returns:
        Whether it could be started.
    """
    program, *arguments = guide_command()
    process = QProcess()
    process.setProgram(program)
    process.setArguments(arguments)
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert(
        "PYINSTALLER_RESET_ENVIRONMENT", "1"
    )  # a frozen child is a program, no helper of this one
    process.setProcessEnvironment(environment)
    return bool(process.startDetached())


class GuideController(ToolController):
    """Opens the user guide; in the guide's own window, its first chapter."""

    def __init__(self, tools: Tools, *, settings: Callable[[], Settings], start: Callable[[], bool]) -> None:
        """Make the controller.

        Args:
            tools: Those of the window.
            settings: The looks of this window, in which the guide opens.
            start: Starts the guide's window; says whether it could.
        """
        super().__init__(tools)
        self._settings = settings
        self._start = start
        tools.window.actions_by_id[ActionId.USER_GUIDE].triggered.connect(self._on_asked)

    def open_first(self) -> None:
        """Show the guide's first chapter."""
        guide = self._library.shown.get(GUIDE)
        chapter = next(guide.edition.contents.chapters(), None) if guide else None
        if chapter is not None:
            self._navigation.go(Location(GUIDE, chapter.id))

    @Slot()
    def _on_asked(self) -> None:
        if self._workspace.is_guide:
            self.open_first()
            return
        settings = self._settings()

        def work(_: CancelToken) -> None:
            lend_looks_to_guide(settings)

        self._window.activity.show_message("The user guide opens in a window of its own.")
        self._runner.write(work, lambda _: self._open(), self._on_looks_not_lent)

    def _on_looks_not_lent(self, _: ReaderError) -> None:
        self._open()  # then it looks as it did last time

    def _open(self) -> None:
        if not self._start():
            self._dialogs.show_text(
                "The user guide does not open",
                "Another window of the program could not be started. The guide is also in the sample library"
                " (File > Open the sample library), under “Procedures Reader”.",
            )
