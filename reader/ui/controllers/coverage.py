"""The coverage map: who has a chapter on what."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot

from reader.domain.cancel import CancelToken
from reader.domain.coverage import Coverage
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools


class CoverageController(ToolController):
    """Makes the map when it is asked for, and anew when the library changes while it is shown."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window, library = tools.window, tools.library
        self._coverage: Coverage | None = None
        self._request = CancelToken()
        window.actions_by_id[ActionId.COVERAGE].triggered.connect(self._on_asked)
        window.coverage.chapter_activated.connect(self._on_chapter_activated)
        window.coverage.export_requested.connect(self._on_export_requested)
        library.changed.connect(self._on_library_changed)

    def _make(self) -> None:
        self._request.cancel()
        snapshot = self._library.snapshot
        self._window.coverage.set_message("Comparing the contents lists…")

        def work(cancel: CancelToken) -> Coverage:
            return self._workspace.coverage.coverage(snapshot, cancel)

        self._request = self._runner.read(work, self._show, self._on_failed)

    def _show(self, coverage: Coverage) -> None:
        self._coverage = coverage
        self._window.coverage.set_coverage(coverage, self._library.names)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.coverage.set_message(str(error))

    @Slot()
    def _on_asked(self) -> None:
        self._window.show_coverage()
        self._make()

    @Slot()
    def _on_library_changed(self) -> None:
        if self._window.is_showing_coverage:
            self._make()

    @Slot(object)
    def _on_chapter_activated(self, location: Location) -> None:
        self._navigation.go(location)

    @Slot()
    def _on_export_requested(self) -> None:
        if not self._may(Permission.EXPORT, "Export the coverage map"):
            return
        self._dialogs.ask_choice(
            "Export the coverage map",
            "As",
            ("A table for an office program (CSV)", "A page to print (HTML)"),
            0,
            lambda choice: self._dialogs.choose_copy(
                "Export the coverage map", ("coverage.csv", "coverage.html")[choice], self._export
            ),
        )

    def _export(self, file: Path) -> None:
        from reader.services.coverage_export import export_coverage  # noqa: PLC0415  # seldom asked for

        coverage, snapshot, topics = self._coverage, self._library.snapshot, self._window.coverage.topics
        if coverage is None:
            return
        self._runner.write(
            lambda _: export_coverage(file, coverage, snapshot, today(), topics),
            lambda _: self._window.coverage.set_message(f"Written: {file}"),
            self._on_failed,
        )
