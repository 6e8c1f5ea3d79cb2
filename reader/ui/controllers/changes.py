"""Stepping through what has changed."""

from __future__ import annotations

from PySide6.QtCore import Slot

from reader.domain.cancel import CancelToken
from reader.domain.changes import ChangedChapter
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.ui.actions import ActionId
from reader.ui.controllers.comparison import ComparisonController
from reader.ui.controllers.tools import ToolController, Tools


class ChangesController(ToolController):
    """Works only while the panel is in front. A change is opened with the edition before it beside it."""

    def __init__(self, tools: Tools, *, comparison: ComparisonController) -> None:
        super().__init__(tools)
        window, library = tools.window, tools.library
        self._comparison = comparison
        self._request = CancelToken()
        window.changes.change_activated.connect(self._on_change_activated)
        window.changes.since_changed.connect(self.refresh)
        window.side.currentChanged.connect(self._on_side_changed)
        window.actions_by_id[ActionId.SHOW_CHANGES].triggered.connect(self._on_show)
        window.actions_by_id[ActionId.NEXT_CHANGE].triggered.connect(self._on_next)
        library.changed.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Look again, if anybody looks."""
        self._request.cancel()
        if self._window.side.currentWidget() is not self._window.changes:
            return
        snapshot, is_since_read = self._library.snapshot, self._window.changes.is_since_read

        def work(cancel: CancelToken) -> tuple[ChangedChapter, ...]:
            visits = self._workspace.personal.recent()
            queue = self._workspace.change_queue
            find = queue.since_last_read if is_since_read else queue.since_last_edition
            return tuple(find(snapshot, visits, cancel))

        self._request = self._runner.read(work, self._show, self._on_failed)

    def _show(self, changes: tuple[ChangedChapter, ...]) -> None:
        self._window.changes.set_changes(changes, self._library.names)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.changes.set_message(str(error))

    @Slot(object)
    def _on_change_activated(self, one: ChangedChapter) -> None:
        edition = one.before if one.is_gone else one.current
        self._navigation.go(Location(one.manual, one.change.id, edition))
        self._comparison.compare_with_edition(one.current if one.is_gone else one.before)

    @Slot(int)
    def _on_side_changed(self, _: int) -> None:
        self.refresh()

    @Slot()
    def _on_show(self) -> None:
        self._window.show_side(self._window.changes)

    @Slot()
    def _on_next(self) -> None:
        if self._window.side.currentWidget() is self._window.changes:
            self._window.changes.step()
        else:
            self._on_show()
