"""How long the turns of the window's event loop are: what a key that is pressed meanwhile has to wait for."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QObject, Slot

_MS: Final = 1000.0


class Turns(QObject):
    """The longest turn since it was asked to begin: from one look for events to the next, in ms of computing."""

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0
        self._longest = 0.0
        QAbstractEventDispatcher.instance().aboutToBlock.connect(self._on_turn)

    def begin(self) -> None:
        self._longest = 0.0
        self._began = time.thread_time()

    def longest(self) -> float:
        """In milliseconds of the processor's time; what is under way counts."""
        self._on_turn()
        return self._longest * _MS

    @Slot()
    def _on_turn(self) -> None:
        now = time.thread_time()
        self._longest = max(self._longest, now - self._began)
        self._began = now
