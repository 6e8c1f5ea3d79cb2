"""The library as it was on another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from PySide6.QtCore import QObject, Slot

from reader.domain.manual import day
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.navigation import NavigationController
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow


class AsAtController(QObject):
    """Asks for the day, and says all over the window that it is not today's library."""

    def __init__(
        self,
        window: MainWindow,
        library: CurrentLibrary,
        navigation: NavigationController,
        *,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(window)
        self._navigation = navigation
        self._window = window
        self._library = library
        self._dialogs = dialogs
        window.actions_by_id[ActionId.AS_AT].triggered.connect(self._on_asked)
        window.actions_by_id[ActionId.NOW].triggered.connect(self._on_now)
        library.changed.connect(self._on_library_changed)
        window.actions_by_id[ActionId.NOW].setEnabled(False)  # Qt takes it by position only

    @Slot()
    def _on_library_changed(self) -> None:
        self._show_banner(self._library.as_at)

    def _show(self, chosen: date | None) -> None:
        chosen = None if chosen == today() else chosen
        self._library.set_as_at(chosen)
        self._window.results.filters.set_as_at(chosen)
        self._window.actions_by_id[ActionId.NOW].setEnabled(chosen is not None)
        page = self._navigation.page_in_front
        if page is not None:  # the chapter in front as it was on that day, or as it is now
            self._navigation.go(replace(page.location, edition=None))

    def _show_banner(self, chosen: date | None) -> None:
        if chosen is None:
            self._window.show_banner("")
            return
        missing = [name for manual, name in self._library.names.items() if manual not in self._library.shown]
        without = f" No edition of that day is installed of {', '.join(missing)}." if missing else ""
        self._window.show_banner(
            f"AS AT {day(chosen).upper()}: chapters open as they were in force then, not as they are now.{without}"
        )

    @Slot()
    def _on_asked(self) -> None:
        self._dialogs.ask_day(
            "Show the library as at a day",
            "Show the editions that were in force on",
            self._library.as_at or today(),
            self._show,
        )

    @Slot()
    def _on_now(self) -> None:
        self._show(None)
