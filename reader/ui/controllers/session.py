"""The session: the tabs and the arrangement of the last time."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

from reader.domain.bookmark import Session
from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.services.workspace import Workspace
from reader.ui.controllers.navigation import NavigationController
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner, nothing_to_show

_SAVE_DELAY_MS: Final = 1_000


class SessionController(QObject):
    """Keeps the session while the window is open, so that a crash loses a second of it at most."""

    def __init__(
        self, window: MainWindow, workspace: Workspace, navigation: NavigationController, runner: TaskRunner
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._navigation = navigation
        self._runner = runner
        self._is_restored = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SAVE_DELAY_MS)
        self._timer.timeout.connect(self.save)
        navigation.page_shown.connect(self._on_page_shown)
        window.closing.connect(self.save)

    def restore(self) -> None:
        """Bring the last session back. Only once, after the library was loaded for the first time."""
        if self._is_restored:
            return

        def work(_: CancelToken) -> Session:
            return self._workspace.personal.session()

        def done(session: Session) -> None:
            self._window.arrange(session.window)
            self._navigation.restore(session.tabs, session.current, self._on_restored)

        self._runner.write(work, done, self._on_failed)

    @Slot()
    def save(self) -> None:
        """Keep what is open now."""
        self._timer.stop()
        if not self._is_restored:
            return  # nothing was brought back yet: saving would forget the last session
        session = Session(
            self._navigation.open_locations(), self._window.tabs.currentIndex(), self._window.arrangement()
        )

        def work(_: CancelToken) -> None:
            self._workspace.personal.save_session(session)

        self._runner.write(work, nothing_to_show, self._on_failed)

    def _on_restored(self) -> None:
        self._is_restored = (
            True  # not before: what is saved until then would forget the tabs that are on their way
        )
        self._timer.start()

    def _on_failed(self, error: ReaderError) -> None:
        self._is_restored = True
        self._window.activity.show_message(str(error))

    @Slot(object)
    def _on_page_shown(self, _: object) -> None:
        if self._is_restored:
            self._timer.start()
