"""What happens when the program itself has a fault: it is recorded, said once, and what the person wrote stays."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType

from reader.store.fault_log import FaultLog


class Faults:
    """The last resort for errors that nobody expected. PySide calls it for errors in slots, and goes on."""

    def __init__(self, log: FaultLog, say: Callable[[str], None]) -> None:
        self._log = log
        self._say = say
        self._is_said = False
        log.watch_for_crashes()

    def on_fault(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Record a fault; the person is told of the first one. As `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self._log.record(error)
        if sys.stderr is not None:  # a windowed program on Windows has none
            traceback.print_exception(kind, error, trace)
        if not self._is_said and threading.current_thread() is threading.main_thread():
            self._is_said = True
            self._say(
                "The program has a fault, and something that you asked for may not have happened. What you wrote is"
                " kept.\n\nClose the program and start it again. If this comes back, send this file to IT. It says"
                f" where in the program it happened, and nothing about what you wrote or read:\n\n{self._log.file}"
            )

    def close(self) -> None:
        """Let go of the log."""
        self._log.close()
