"""A window that the harness drives, and that says how it does."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication

from reader.services.workspace import Workspace, WorkspaceChoice
from reader.ui.desk import Desk
from reader.ui.garbage import GarbageCollector
from tests.support.stalls import Clock, Stall
from tests.support.turns import Turns
from tests.ui.conftest import ScriptedDialogs

_LIMIT_SECONDS: Final = 120.0
_TURN_MS: Final = 3
_SHORT_MS: Final = 50.0


def application() -> QApplication:
    """The one application of this process, without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    made = QApplication(sys.argv[:1])
    made.setStyle("Fusion")
    return made


@dataclass
class Driven:
    """A desk with dialogs that answer by themselves, and the stalls of its event loop.

    Attributes:
        faults: What reached the last resort for errors; nothing may.
        doing: What is being done, in words of whoever drives.
        turns: Each turn of the event loop over fifty milliseconds: what was done, and how long it stood.
    """

    desk: Desk
    dialogs: ScriptedDialogs
    faults: list[BaseException] = field(default_factory=list)
    doing: str = ""
    turns: list[tuple[str, Stall]] = field(default_factory=list)
    # One for all turns: each QTimer.singleShot() leaks a little.
    _loop: QEventLoop = field(default_factory=QEventLoop)
    _end_of_turn: QTimer = field(default_factory=QTimer)

    def __post_init__(self) -> None:
        self._end_of_turn.setSingleShot(True)
        self._end_of_turn.setInterval(_TURN_MS)
        self._end_of_turn.timeout.connect(self._loop.quit)
        self._watch = Turns()

    @classmethod
    def open(cls, library: Path, *, root: Path | None = None, is_sample: bool = False) -> Driven:
        """Open a window and wait until it has nothing left to do."""
        dialogs = ScriptedDialogs()
        desk = Desk(Workspace(WorkspaceChoice(library, root, is_sample)), lambda: None, dialogs.over)
        GarbageCollector(desk)
        driven = cls(desk, dialogs)
        sys.excepthook = driven._on_fault
        desk.start()
        driven.settle()
        return driven

    def settle(self, until: Callable[[], bool] = lambda: True) -> None:
        """Let the event loop turn until nothing runs any more, and something is so."""
        limit = time.monotonic() + _LIMIT_SECONDS
        idle = 0
        while idle < 2 or not until():  # what is delivered at the end may ask for more
            self._turn()
            idle = idle + 1 if self.desk.runner.is_idle else 0
            if time.monotonic() > limit:
                faulthandler.dump_traceback(all_threads=True)
                raise AssertionError("The window does not come to rest.")

    @contextlib.contextmanager
    def hearing(self, signal: SignalInstance) -> Iterator[Callable[[], bool]]:
        """Gives a question: whether a signal was sent since."""
        heard: list[object] = []
        signal.connect(heard.append)
        yield lambda: bool(heard)
        signal.disconnect(heard.append)

    def close(self) -> None:
        self.desk.close()
        self.desk.window.deleteLater()
        self.desk.deleteLater()
        for _ in range(3):
            self._turn()
        sys.excepthook = sys.__excepthook__

    def do(self, action: Callable[[], object]) -> None:
        """Do what a person does, as a part of a turn, and let the window come to rest."""
        self._turn(action)
        self.settle()

    def _turn(self, action: Callable[[], object] | None = None) -> None:
        """Let a real event loop turn for a moment: only such a one lets go of what is to be deleted."""
        before = Clock.now()
        self._watch.longest = 0.0
        if action is not None:
            self._watch.watch(action)
        self._end_of_turn.start()
        self._watch.watch(self._loop.exec)
        stall = Stall(self._watch.longest, Stall.between(before, Clock.now(), _TURN_MS).blocked)
        if stall.whole > _SHORT_MS:
            self.turns.append((self.doing, stall))

    def _on_fault(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.__excepthook__(kind, error, trace)
        self.faults.append(error)
