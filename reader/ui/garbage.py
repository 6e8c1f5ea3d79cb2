"""Collecting Python's garbage on the GUI thread alone.

Python collects in whichever thread happens to cross the threshold. When that is a worker, widgets that hang in a
reference cycle are destroyed there, and Qt crashes. So the automatic collection is off, and this looks once a second.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer, Slot

_PERIOD_MS: Final = 1_000


class GarbageCollector(QObject):
    """Does what the automatic collection would do, on the thread that owns the widgets."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        self._thresholds = gc.get_threshold()
        self._timer = QTimer(self)
        self._timer.setInterval(_PERIOD_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation whose threshold is crossed."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation]:
                gc.collect(generation)
                return
