"""The task runner: the one way to do something beside the GUI thread, and the one `except Exception`."""

from __future__ import annotations

import queue
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import CancelledError, ReaderError

_READERS: Final = 3
_SWITCH_SECONDS: Final = 0.001 if sys.platform == "win32" else 0.0002
"""After how long a thread that computes gives way. Qt's calls let go of Python's lock, and to get it back costs the
window this time each: at Python's own 5 ms a turn of twenty calls waited for 100. Windows waits in whole milliseconds,
and Python would ask without end where it is told to wait for none."""
_TURN_SECONDS: Final = 0.01
"""After how long the results that are left wait for the next turn of the event loop."""
_T = TypeVar("_T")


class TaskRunner(QObject):
    """Runs work in threads and brings results back to the GUI thread, through typed callbacks.

    Reading work shares a few threads; writing work has one lane, so that writes happen in the order in which they
    were asked for. A `ReaderError` goes to the task's failure callback; any other error is raised again on the
    GUI thread, where it crashes loudly, once. A cancelled task calls nothing back.

    It sets how soon threads give way to each other, which counts for the whole process.
    """

    _result_ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        sys.setswitchinterval(_SWITCH_SECONDS)
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._results: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._open: set[Future[None]] = set()
        self._reading: set[CancelToken] = set()
        self._is_closed = False
        self._result_ready.connect(self._on_result_ready, Qt.ConnectionType.QueuedConnection)
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._deliver)

    def read(
        self,
        work: Callable[[CancelToken], _T],
        on_done: Callable[[_T], None],
        on_failed: Callable[[ReaderError], None],
    ) -> CancelToken:
        """Run work that changes nothing; several at once."""
        return self._submit(self._readers, work, on_done, on_failed)

    def write(
        self,
        work: Callable[[CancelToken], _T],
        on_done: Callable[[_T], None],
        on_failed: Callable[[ReaderError], None],
    ) -> CancelToken:
        """Run work that writes; one after the other."""
        return self._submit(self._writer, work, on_done, on_failed)

    def report(self, callback: Callable[[], None]) -> None:
        """Call something on the GUI thread. The one method for other threads: work reports its progress with it."""
        if not self._is_closed:
            self._results.put(callback)
            self._result_ready.emit()

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing waits to be delivered."""
        return not self._open and self._results.empty()

    def close(self) -> None:
        """Stop what reads, finish everything that was to be written, and deliver nothing any more."""
        self._is_closed = True
        for token in tuple(self._reading):
            token.cancel()
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True)

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[CancelToken], _T],
        on_done: Callable[[_T], None],
        on_failed: Callable[[ReaderError], None],
    ) -> CancelToken:
        token = CancelToken()
        if self._is_closed:  # a late timer or signal of a window that is gone
            token.cancel()
            return token
        if pool is self._readers:
            self._reading.add(token)

        def run() -> None:
            outcome: Callable[[], Any]
            try:
                token.raise_if_cancelled()
                result = work(token)
            except CancelledError:
                outcome = nothing_to_show
            except ReaderError as error:
                failure = error
                outcome = lambda: on_failed(failure)  # noqa: E731
            except Exception as error:  # noqa: BLE001  # forwarded: the GUI thread raises it
                fault = error
                outcome = lambda: _raise(fault)  # noqa: E731
            else:
                outcome = lambda: _unless_cancelled(token, on_done, result)  # noqa: E731

            def deliver() -> None:
                self._open.discard(future)
                self._reading.discard(token)
                outcome()

            self.report(deliver)

        future = pool.submit(run)
        self._open.add(future)
        return token

    @Slot()
    def _on_result_ready(self) -> None:
        if not self._next_turn.isActive():  # else it waits behind those that wait
            self._deliver()

    @Slot()
    def _deliver(self) -> None:
        """Deliver what there is, in as many turns of the event loop as it takes: each result is shown at its cost."""
        deadline = time.monotonic() + _TURN_SECONDS
        try:
            while not self._is_closed and time.monotonic() < deadline:
                try:
                    callback = self._results.get_nowait()
                except queue.Empty:
                    return
                callback()
        finally:  # also where one of them was a fault
            if not self._is_closed and not self._results.empty():
                self._next_turn.start()


def nothing_to_show(_: object = None) -> None:
    """For work whose end changes nothing on screen."""


def _raise(error: Exception) -> None:
    raise error


def _unless_cancelled(token: CancelToken, on_done: Callable[[_T], None], result: _T) -> None:
    if not token.is_cancelled:
        on_done(result)
