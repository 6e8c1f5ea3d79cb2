"""The watched folders: bundles that appear in them are added by themselves, between two turns of a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QTimer, Signal, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.intake import Fate, Look, Offer, Taken
from reader.domain.machine import Permission
from reader.services.intake import summary
from reader.services.snapshot import LibrarySnapshot
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools

_SETTLE_MS: Final = 700
_AGAIN_MS: Final = 5_000
_LOOKS_AT_WHAT_WAITS: Final = 24
"""How often in a row what could not be read is looked at every few seconds; then it waits for the next turn."""
_SHOW_EVERY_SECONDS: Final = 5.0
_MS_PER_MINUTE: Final = 60_000


class IntakeController(ToolController):
    """Watches the folders of IT and the person's own.

    Files are taken in one at a time in the lane of what writes, so that a bookmark never waits for hundreds of them;
    the library is shown anew every few seconds and at the end.
    """

    library_changed = Signal(object, bool)
    """A newer `LibrarySnapshot`, and whether it is the last one for now."""

    def __init__(self, tools: Tools, *, on_own_folder_chosen: Callable[[Path], None]) -> None:
        super().__init__(tools)
        self._on_own_folder_chosen = on_own_folder_chosen
        self._own_folder: Path | None = None
        self._queue: list[Offer] = []
        self._taken: list[Taken] = []
        self._current: CancelToken | None = None
        self._looking = False
        self._shown_at = 0.0
        self._is_shown = True
        self._stopped = ""
        self._patience = _LOOKS_AT_WHAT_WAITS
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.timeout.connect(self._look)
        self._period = QTimer(self)
        self._period.timeout.connect(self.look_soon)
        tools.window.activity.cancel_requested.connect(self._on_cancel)
        tools.window.actions_by_id[ActionId.WATCH_FOLDER].triggered.connect(self._on_watch_folder)

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is being taken in, and no look is due at once."""
        return not self._looking and not self._queue and self._current is None and not self._settle.isActive()

    def watch(self, own_folder: Path | None) -> None:
        """Take in what lies in IT's folders and in the person's own from now on; None: there is none of their own."""
        self._own_folder = own_folder
        self._period.start(self._workspace.machine.look_every_minutes * _MS_PER_MINUTE)
        if self._folders:
            self.look_soon()

    @Slot()
    def look_soon(self) -> None:
        """Look into the folders in a moment."""
        self._patience = _LOOKS_AT_WHAT_WAITS
        self._settle.start(_SETTLE_MS)

    @property
    def _folders(self) -> tuple[Path, ...]:
        return self._workspace.watched_folders(self._own_folder)

    @Slot()
    def _look(self) -> None:
        if self._looking or self._queue or self._current is not None:
            self._settle.start(_SETTLE_MS)
            return
        folders = self._folders

        def work(cancel: CancelToken) -> tuple[Look, list[str]]:
            look = self._workspace.intake.look(folders, cancel)
            away = {one.folder for one in look.unreachable}
            return look, [str(folder) for folder in folders if folder not in away]

        self._looking = True
        self._runner.read(work, self._on_looked, self._on_look_failed)

    def _on_looked(self, found: tuple[Look, list[str]]) -> None:
        look, reachable = found
        self._looking = False
        if new := [folder for folder in reachable if folder not in self._watcher.directories()]:
            self._watcher.addPaths(new)
        own = [one.why for one in look.unreachable if one.folder == self._own_folder]
        if own:
            self._window.activity.show_message(f"Cannot look into {self._own_folder}: {own[0]}.")
        self._queue = list(look.offers)
        self._taken = []
        if self._queue:
            self._shown_at = monotonic()
            self._take_next()
        elif look.arriving:
            self._look_again(_SETTLE_MS)

    def _on_look_failed(self, error: ReaderError) -> None:
        self._looking = False
        self._window.activity.show_message(str(error))

    def _take_next(self) -> None:
        offer = self._queue.pop(0)
        done, total = len(self._taken), len(self._taken) + len(self._queue) + 1
        self._window.activity.show_activity(
            f"Adding {done + 1} of {total} from the watched folders", done / total, can_cancel=total > 1
        )
        installed = self._library.snapshot.bundles
        intake = self._workspace.intake
        is_last = not self._queue

        def work(cancel: CancelToken) -> Taken:
            taken = intake.take(offer, installed, cancel)
            if is_last:
                intake.remember()
            return taken

        self._current = self._runner.write(work, self._on_taken, self._on_take_failed)

    def _on_taken(self, taken: Taken) -> None:
        self._current = None
        self._taken.append(taken)
        self._is_shown = self._is_shown and taken.fate not in {Fate.ADDED, Fate.TRUST_UPDATED}
        if self._queue and monotonic() - self._shown_at < _SHOW_EVERY_SECONDS:
            self._take_next()
        else:
            self._show_library()

    def _on_take_failed(self, error: ReaderError) -> None:
        self._current = None
        self._queue.clear()
        self._window.activity.end_activity()
        self._window.activity.show_message(str(error))

    def _show_library(self) -> None:
        """Show what is installed by now; at the end of the queue also say it."""
        is_last = not self._queue
        if self._is_shown:
            self._go_on(is_last=is_last)
            return
        self._is_shown = True

        def show(snapshot: LibrarySnapshot) -> None:
            self._current = None
            if is_last:
                self._window.activity.end_activity()
            self.library_changed.emit(snapshot, is_last)
            self._go_on(is_last=is_last)

        self._current = self._runner.write(self._workspace.library.load, show, self._on_take_failed)

    def _go_on(self, *, is_last: bool) -> None:
        self._shown_at = monotonic()
        if not is_last and self._queue:
            self._take_next()
            return
        self._window.activity.end_activity()
        stopped, self._stopped = self._stopped, ""
        if sentence := " ".join(filter(None, (summary(self._taken), stopped))):
            self._window.activity.show_message(sentence)
        waiting = [taken for taken in self._taken if taken.fate is Fate.LATER]
        if waiting and self._patience == 0:
            self._window.activity.show_message(waiting[0].sentence)
        self._look_again(_AGAIN_MS if waiting else _SETTLE_MS)  # more may have come while these were taken in

    def _look_again(self, delay_ms: int) -> None:
        if self._patience > 0:
            self._patience -= 1
            self._settle.start(delay_ms)

    @Slot(str)
    def _on_directory_changed(self, _: str) -> None:
        self.look_soon()

    @Slot()
    def _on_cancel(self) -> None:
        """Stop before the next file; what was taken in stays, the rest comes at the next look."""
        if not self._queue:
            return
        self._queue.clear()
        self._patience = 0
        self._stopped = (
            "Adding from the watched folders was stopped: it goes on at the next start, or when a file there"
            " changes."
        )

    @Slot()
    def _on_watch_folder(self) -> None:
        if not self._may(Permission.ADD, "Watch a folder"):
            return

        def chosen(folder: Path) -> None:
            self.watch(folder)
            self._on_own_folder_chosen(folder)
            self._window.activity.show_message(f"Bundles that appear in {folder} are added by themselves.")

        self._dialogs.choose_folder("Watch a folder for bundles", chosen)
