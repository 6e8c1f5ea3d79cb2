"""A whole session of the real program, carried out by itself: `python -m tests.support.session WHAT ARGUMENTS...`.

The program is started as `procedures-reader ARGUMENTS` is, with all its options. Once it is idle the script takes
over: it reads, searches, compares, copies, bookmarks and follows links, then closes the window. With "again" it only
looks at what the session before has left.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, QUrl, Slot
from PySide6.QtWidgets import QApplication, QDialog

from reader.app import program
from reader.domain.location import Location
from reader.services.workspace import Workspace
from reader.ui.actions import ActionId
from reader.ui.desk import Desk
from tests.support.worlds import WESTSHIRE

_STEP_MS: Final = 150
_LIMIT_STEPS: Final = 400


class _Script(QObject):
    """Takes one step whenever the program has nothing to do."""

    def __init__(self, desk: Desk, what: str) -> None:
        super().__init__(desk)
        self._desk = desk
        self._steps = self._again() if what == "again" else self._session()
        self._taken = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_STEP_MS)
        self._timer.timeout.connect(self._on_time)
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        self._taken += 1
        if self._taken > _LIMIT_STEPS:
            print("The session does not come to an end.", file=sys.stderr)  # noqa: T201
            QApplication.exit(3)
            return
        if self._desk.runner.is_idle:
            step = next(self._steps, None)
            if step is None:
                self._timer.stop()
                self._desk.window.close()
                QApplication.quit()
            else:
                print(f"step: {step}", flush=True)  # noqa: T201

    def _session(self) -> Iterator[str]:
        desk, window = self._desk, self._desk.window
        actions = window.actions_by_id
        yield "started"
        assert window.library.model.rowCount() == 2, "both bundles are installed"
        for chapter in ("home-visits", "private-fostering", "missing-children", None):
            desk.navigation.go(Location(WESTSHIRE, chapter))
            yield f"opened {chapter}"
            window.grab()
            yield f"painted {chapter}"
        desk.navigation.go(Location(WESTSHIRE, "private-fostering"))
        yield "opened the hostile chapter again"
        view = window.current_view
        assert view is not None
        assert "attack" in view.text.toPlainText()
        view.text.selectAll()
        view.text.copy()
        yield "copied"
        for link in (
            "http://127.0.0.1:9/x",
            "https://example.org/",
            "mailto:a@b.example",
            "file:///etc/passwd",
        ):
            view.text.anchorClicked.emit(QUrl(link))
            for dialog in window.findChildren(QDialog):
                dialog.reject()
            yield f"asked about {link}, and declined"
        window.search_field.setText("chronology colleague")
        yield "typed"
        yield "searched"
        assert window.results.tree.model().rowCount() > 0
        actions[ActionId.COMPARE].trigger()
        yield "compared"
        window.grab()
        assert window.comparison.page is not None
        for action in (
            ActionId.ADD_BOOKMARK,
            ActionId.SHOW_BOOKMARKS,
            ActionId.SHOW_RECENT,
            ActionId.SHOW_LIBRARY,
        ):
            actions[action].trigger()
            yield f"{action.name}"
        window.resize(900, 600)
        yield "resized"
        actions[ActionId.ABOUT].trigger()
        for dialog in window.findChildren(QDialog):
            dialog.reject()
        yield "closing"

    def _again(self) -> Iterator[str]:
        yield "started again"
        assert self._desk.window.tabs.count() > 1, "the session is there again"
        self._desk.window.grab()
        yield "painted"


def main(arguments: list[str]) -> int:
    what, rest = arguments[0], arguments[1:]

    class ScriptedDesk(Desk):
        def __init__(self, workspace: Workspace, on_samples_requested: Callable[[], None]) -> None:
            super().__init__(workspace, on_samples_requested)
            self.script: _Script | None = None

        def start(self, files: tuple[Path, ...] = (), link: str = "") -> None:
            super().start(files, link)
            self.script = _Script(self, what)

    vars(program)["Desk"] = ScriptedDesk
    return program.run(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
