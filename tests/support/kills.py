"""Doing something in a child process that is killed between two of its steps: at the first, the second, and so on.

A step is whatever changes files or reads them for changing: opening, making, renaming, removing, and each statement
that a database is given. Needs a system with `fork`.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_EVENTS: Final = {
    "open",
    "os.chmod",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.truncate",
    "shutil.copyfile",
    "shutil.rmtree",
    "tempfile.mkdtemp",
    "tempfile.mkstemp",
}
_DONE: Final = 0
_FAILED: Final = 1


@dataclass(slots=True)
class _Countdown:
    """Kills this process when so many steps have begun."""

    left: int
    place: str

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS and self.place in str(arguments):
            self.step()


def killed_at(step: int, act: Callable[[], object], place: str) -> bool:
    """Do something in a child that is killed as a step begins.

    Args:
        step: Which one, from 1.
        act: What to do.
        place: Only steps that name this folder count, and every statement of a database.

    Returns:
        Whether it was killed; False when it was done before.

    Raises:
        AssertionError: when it failed by itself; the child has printed why.
    """
    child = os.fork()
    if child == 0:
        code = _FAILED
        try:
            countdown = _Countdown(step, place)
            sys.addaudithook(countdown.hook)
            _count_statements(countdown)
            act()
            code = _DONE
        except BaseException:  # noqa: BLE001  # the parent says it
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == _DONE, f"It failed by itself before step {step}."
    return False


def _count_statements(countdown: _Countdown) -> None:
    """Let each statement of a database be a step, before SQLite begins with it."""
    connect = sqlite3.connect

    class Counting(sqlite3.Connection):
        def execute(self, *arguments: Any) -> sqlite3.Cursor:
            countdown.step()
            return super().execute(*arguments)

    def counting(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return connect(*arguments, factory=Counting, **named)

    sqlite3.connect = counting  # type: ignore[assignment]  # in a child that ends soon
