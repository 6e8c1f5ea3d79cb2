"""Going to places in a long text without laying everything before them out in one go."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QAbstractEventDispatcher, QEvent, QObject, QTimer, QTimerEvent, Slot
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QTextEdit
from typing_extensions import override

_STEP_CHARACTERS: Final = 2_000
_STEP_SECONDS: Final = 0.015
_BLOCK_WEIGHT: Final = 20
_LONG_WEIGHT: Final = 80_000


class PacedLayout(QObject):
    """Qt lays a text out as far as it is asked to, and then goes on by a timer, in steps that double.

    Asking for a place near the end of a long text therefore stops the window until everything above is laid out, and
    so does one of Qt's later steps. Here a long text is laid out in steps of some milliseconds, Qt's timer gives the
    beat for them, and a place is gone to once it has been reached. In a text that is not long nothing waits: what is
    to be done is done at once.
    """

    def __init__(self, edit: QTextEdit) -> None:
        super().__init__(edit)
        self._edit = edit
        self._reached = 0
        self._waiting: list[tuple[int, Callable[[], None]]] = []
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_step)
        edit.document().documentLayout().installEventFilter(self)

    @property
    def is_long(self) -> bool:
        """Whether laying the whole text out takes longer than one may wait. A character costs about 1 µs."""
        document = self._edit.document()
        return document.characterCount() + _BLOCK_WEIGHT * document.blockCount() > _LONG_WEIGHT

    def restart(self) -> None:
        """The text or its width is another one: what waited for a place is dropped."""
        self._timer.stop()
        self._waiting.clear()
        self.forget_reached()

    def forget_reached(self) -> None:
        """The width is another one, and what waits for a place still waits."""
        self._reached = 0

    def when_reached(self, position: int, act: Callable[[], None]) -> None:
        """Do something that needs the text up to a position laid out; later, in a long text."""
        if not self._waiting and (position <= self._reached or not self.is_long):
            act()
            return
        self._waiting.append((position, act))
        self._timer.start()

    @Slot()
    def _on_step(self) -> None:
        document = self._edit.document()
        last = document.characterCount() - 1
        if self._waiting and self._reached >= min(self._waiting[0][0], last):
            # A step after it was reached, so that the scroll bar has heard of it too.
            self._waiting.pop(0)[1]()
            return
        if not self._waiting:
            self._timer.stop()
            return
        self._lay_out_some()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.Timer
            and isinstance(event, QTimerEvent)
            and self._is_due(watched, event)
        ):
            if not self._waiting:  # else the timer of this one gives the beat
                self._lay_out_some()
            return True
        return False

    def _is_due(self, layout: QObject, event: QTimerEvent) -> bool:
        """Whether Qt would lay out the next part of a long text: the other timer of its layout has no interval."""
        if not self.is_long or self._reached >= self._edit.document().characterCount() - 1:
            return False
        timers = QAbstractEventDispatcher.instance().registeredTimers(layout)
        return any(timer.timerId == event.timerId() and timer.interval > 0 for timer in timers)

    def _lay_out_some(self) -> None:
        document = self._edit.document()
        layout, last = document.documentLayout(), document.characterCount() - 1
        deadline = time.perf_counter() + _STEP_SECONDS
        while self._reached < last and time.perf_counter() < deadline:
            self._reached = min(self._reached + _STEP_CHARACTERS, last)
            layout.blockBoundingRect(document.findBlock(self._reached))


def line_at(document: QTextDocument, y: float) -> tuple[int, float]:
    """The first line that begins at or below a height: (its position in the text, its own height there).

    Qt's way from a point to a position (`cursorForPosition`) goes through the whole text when the point is beside a
    table or between two paragraphs, and lays it all out. This looks at no more than twice what is above the height.
    """
    layout, count = document.documentLayout(), document.blockCount()

    def top(number: int) -> float:
        return layout.blockBoundingRect(document.findBlockByNumber(number)).top()

    high = 1
    while high < count and top(high) < y:
        high *= 2
    low, high = high // 2, min(high, count)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if top(middle) < y else (low, middle)
    before = document.findBlockByNumber(max(low - 1, 0))
    before_top = layout.blockBoundingRect(before).top()
    lines = before.layout()
    for number in range(lines.lineCount()):
        line = lines.lineAt(number)
        if before_top + line.y() >= y:
            return before.position() + line.textStart(), before_top + line.y()
    block = document.findBlockByNumber(min(low, count - 1))
    return block.position(), layout.blockBoundingRect(block).top()
