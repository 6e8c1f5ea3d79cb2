"""Search as you type."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.search import SearchAnswer
from reader.services.workspace import Workspace
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.navigation import NavigationController
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner
from reader.ui.widgets.search_panel import ChosenHit

_LIMIT: Final = 200


class SearchController(QObject):
    """Asks the search service at each pause in typing; the newest question wins."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        library: CurrentLibrary,
        navigation: NavigationController,
        runner: TaskRunner,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._library = library
        self._navigation = navigation
        self._runner = runner
        self._question = CancelToken()
        self._is_accept_waiting = False
        field, results = window.search_field, window.results
        field.query_changed.connect(self._on_query_changed)
        field.left_downwards.connect(self._on_left_downwards)
        field.accepted.connect(self._on_accepted)
        field.dismissed.connect(self._on_dismissed)
        results.hit_chosen.connect(self._on_hit_chosen)
        results.filter_changed.connect(self._on_filter_changed)
        results.suggestion_chosen.connect(self._on_suggestion_chosen)
        results.dismissed.connect(self._on_dismissed)
        window.actions_by_id[ActionId.SEARCH].triggered.connect(self._on_search)

    @Slot()
    def refresh(self) -> None:
        """Ask again: the indexes have changed."""
        if self._window.is_showing_results:
            self._ask()

    def _ask(self) -> None:
        self._question.cancel()
        typed = self._window.search_field.text()
        search_filter = self._window.results.search_filter

        def work(cancel: CancelToken) -> SearchAnswer:
            return self._workspace.search.search(typed, search_filter, _LIMIT, cancel)

        self._question = self._runner.read(work, self._show, self._on_failed)

    def _show(self, answer: SearchAnswer) -> None:
        self._window.results.set_answer(answer, self._library.names)
        if self._window.activity.activity.startswith("Indexing") and not answer.hits:
            self._window.results.set_message(
                "The manuals are still being indexed: hits appear when that is done."
            )
        if self._is_accept_waiting:
            self._is_accept_waiting = False
            self._window.results.activate_current()

    def _on_failed(self, error: ReaderError) -> None:
        self._window.results.set_message(str(error))

    @Slot(object)
    def _on_query_changed(self, typed: str) -> None:
        if typed.strip():
            self._window.show_results()
            self._ask()
        elif self._window.is_showing_results:
            self._on_dismissed()

    @Slot(object)
    def _on_filter_changed(self, _: object) -> None:
        self._ask()

    @Slot(object)
    def _on_suggestion_chosen(self, suggestion: str) -> None:
        self._window.search_field.setText(suggestion)
        self._window.search_field.setFocus()

    @Slot(object)
    def _on_hit_chosen(self, chosen: ChosenHit) -> None:
        self._navigation.go(chosen.location, chosen.words)

    @Slot()
    def _on_search(self) -> None:
        self._window.search_field.open_field()
        if self._window.search_field.text().strip():
            self._window.show_results()
            self._ask()

    @Slot()
    def _on_left_downwards(self) -> None:
        if self._window.is_showing_results:
            self._window.results.focus_results()

    @Slot()
    def _on_accepted(self) -> None:
        """Enter opens the best hit of what is typed, even when it was pressed before the answer came."""
        if self._window.search_field.text().strip():
            self._is_accept_waiting = True
            self._window.show_results()
            self._ask()

    @Slot()
    def _on_dismissed(self) -> None:
        self._question.cancel()
        self._is_accept_waiting = False
        self._window.show_tabs()
        view = self._window.current_view
        if view is not None:
            view.setFocus()
