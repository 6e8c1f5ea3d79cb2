"""How long the turns of the window's event loop are: what a key that is pressed meanwhile has to wait for."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TypeVar

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

_MS: Final = 1000.0
_T = TypeVar("_T")


class Turns(QObject):
    """The longest turn of what was done under its eyes: from one look for events to the next, in ms of computing.

    What a slot does in an event loop of its own counts as turns of that one.
    """

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0
        self._is_watching = False
        self.longest = 0.0
        """In milliseconds of the thread's own time; set it to 0 to begin anew."""
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._on_turn)

    def watch(self, action: Callable[[], _T]) -> _T:
        """Do something: call a slot, or let an event loop turn."""
        if self._is_watching:
            return action()
        self._is_watching = True
        self._began = time.thread_time()
        try:
            return action()
        finally:
            self._on_turn()
            self._is_watching = False

    @Slot()
    def _on_turn(self) -> None:
        if not self._is_watching:
            return
        now = time.thread_time()
        self.longest = max(self.longest, (now - self._began) * _MS)
        self._began = now
