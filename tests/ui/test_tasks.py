from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from itertools import groupby

import pytest
from PySide6.QtCore import QTimer
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError, StorageError
from reader.ui.tasks import TaskRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    runner = TaskRunner()
    yield runner
    runner.close()


def _unexpected(error: ReaderError) -> None:
    raise AssertionError(error)


def test_results_arrive_on_the_gui_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[tuple[str, bool]] = []
    runner.read(
        lambda _: threading.current_thread().name,
        lambda name: seen.append((name, threading.current_thread() is threading.main_thread())),
        _unexpected,
    )
    qtbot.waitUntil(lambda: runner.is_idle)
    assert len(seen) == 1
    assert seen[0][0].startswith("reader")
    assert seen[0][1]


def test_a_reader_error_goes_to_its_callback(runner: TaskRunner, qtbot: QtBot) -> None:
    failed: list[str] = []

    def work(_: CancelToken) -> None:
        raise StorageError("The disk is full.")

    runner.read(work, lambda _: failed.append("done"), lambda error: failed.append(str(error)))
    qtbot.waitUntil(lambda: runner.is_idle)
    assert failed == ["The disk is full."]


def test_a_fault_of_the_program_is_raised_and_not_swallowed(runner: TaskRunner, qtbot: QtBot) -> None:
    def work(_: CancelToken) -> None:
        raise KeyError("fault")

    with capture_exceptions() as caught:
        runner.read(work, lambda _: None, _unexpected)
        qtbot.waitUntil(lambda: runner.is_idle)
    assert [type(error[1]) for error in caught] == [KeyError]


def test_what_waits_behind_a_fault_is_delivered_all_the_same(runner: TaskRunner, qtbot: QtBot) -> None:
    seen: list[int] = []

    def show(number: int) -> None:
        time.sleep(0.02)
        if number == 1:
            raise KeyError("fault")
        seen.append(number)

    for number in range(4):
        runner.report(partial(show, number))
    with capture_exceptions() as caught:
        qtbot.waitUntil(lambda: runner.is_idle)
    assert [type(error[1]) for error in caught] == [KeyError]
    assert seen == [0, 2, 3]


def test_results_that_take_a_while_to_show_leave_the_window_its_turns(
    runner: TaskRunner, qtbot: QtBot
) -> None:
    order: list[str] = []
    timer = QTimer(runner)
    timer.timeout.connect(partial(order.append, "turn"))
    timer.start()

    def show() -> None:
        time.sleep(0.02)
        order.append("shown")

    for _ in range(4):
        runner.report(show)
    qtbot.waitUntil(lambda: runner.is_idle)
    assert [what for what, _ in groupby(order)].count("shown") == 4, "one result a turn"


def test_a_cancelled_task_calls_nothing_back(runner: TaskRunner, qtbot: QtBot) -> None:
    called: list[str] = []
    started, go_on = threading.Event(), threading.Event()

    def work(_: CancelToken) -> None:
        started.set()
        go_on.wait(10)

    token = runner.read(work, lambda _: called.append("done"), lambda _: called.append("failed"))
    assert started.wait(10)
    token.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: runner.is_idle)
    assert called == []


def test_writes_run_one_after_the_other_in_their_order(runner: TaskRunner, qtbot: QtBot) -> None:
    order: list[int] = []

    def work(number: int) -> int:
        time.sleep(0.002 * (5 - number))
        order.append(number)
        return number

    for number in range(5):
        runner.write(lambda _, n=number: work(n), lambda _: None, _unexpected)  # type: ignore[misc]
    qtbot.waitUntil(lambda: runner.is_idle)
    assert order == [0, 1, 2, 3, 4]


def test_the_window_lives_while_work_runs(runner: TaskRunner, qtbot: QtBot) -> None:
    """The event loop turns although a task waits; nothing of it blocks the GUI thread."""
    go_on = threading.Event()
    runner.read(lambda _: go_on.wait(30), lambda _: None, _unexpected)
    turned: list[bool] = []
    runner.report(lambda: turned.append(True))
    qtbot.waitUntil(lambda: bool(turned))
    assert not runner.is_idle
    go_on.set()
    qtbot.waitUntil(lambda: runner.is_idle)


def test_closing_waits_for_what_writes(qtbot: QtBot) -> None:
    runner = TaskRunner()
    written: list[int] = []

    def work(_: CancelToken) -> None:
        time.sleep(0.05)
        written.append(1)

    for _ in range(3):
        runner.write(work, lambda _: None, _unexpected)
    runner.close()
    assert written == [1, 1, 1], "also what had not begun yet"
