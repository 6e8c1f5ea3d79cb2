"""What the controllers of one window work with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from reader.domain.machine import Permission
from reader.services.workspace import Workspace
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.navigation import NavigationController
from reader.ui.controllers.permissions import may
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner


@dataclass(frozen=True, slots=True)
class Tools:
    """The window, the services behind it, and the ways to go somewhere, to work in the background and to ask."""

    window: MainWindow
    workspace: Workspace
    library: CurrentLibrary
    navigation: NavigationController
    runner: TaskRunner
    dialogs: Dialogs


class ToolController(QObject):
    """A controller that has all of them."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools.window)
        self._window = tools.window
        self._workspace = tools.workspace
        self._library = tools.library
        self._navigation = tools.navigation
        self._runner = tools.runner
        self._dialogs = tools.dialogs

    def _may(self, permission: Permission, title: str) -> bool:
        """See `permissions.may`."""
        return may(permission, self._workspace.machine, self._dialogs, title)
