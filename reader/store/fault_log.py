"""Faults of the program, for its makers: where each happened, and never with what it was holding.

A message of an exception may quote a note, a query or a path with somebody's name: only its type and the lines of
code that it passed through are kept.
"""

from __future__ import annotations

import contextlib
import faulthandler
import platform
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from reader import __version__

_MAX_BYTES: Final = 256 * 1024
_KEPT_FILES: Final = 2
_PACKAGE_DIR: Final = Path(__file__).resolve().parent.parent


class FaultLog:
    """A few files of limited size. A log that cannot be written stops nothing."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._file = file
        self._now = now
        self._crashes: TextIOWrapper | None = None

    @property
    def file(self) -> Path:
        return self._file

    @property
    def _crash_file(self) -> Path:
        return self._file.with_name("crash.log")

    def record(self, error: BaseException) -> None:
        """Take down where a fault happened."""
        from reader.store.log_files import append_to_log  # noqa: PLC0415  # not needed to start

        at = self._now().isoformat(timespec="seconds")
        head = f"{at} Procedures Reader {__version__}, {platform.system()} {platform.release()}"
        text = "\n".join([head, *_lines(error)])
        append_to_log(self._file, [text], max_bytes=_MAX_BYTES, kept_files=_KEPT_FILES)

    def watch_for_crashes(self) -> None:
        """From now on a crash below Python leaves the lines of code it happened in, too."""
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            is_full = self._crash_file.exists() and self._crash_file.stat().st_size > _MAX_BYTES
            self._crashes = self._crash_file.open("w" if is_full else "a", encoding="utf-8")
            faulthandler.enable(self._crashes)

    def close(self) -> None:
        """Let go of the files; what is empty goes."""
        if self._crashes is None:
            return
        faulthandler.disable()
        self._crashes.close()
        with contextlib.suppress(OSError):
            if self._crash_file.stat().st_size == 0:
                self._crash_file.unlink()


def _lines(error: BaseException) -> Iterator[str]:
    found: BaseException | None = error
    while found is not None:
        yield f"  {type(found).__module__}.{type(found).__qualname__}"
        for frame in traceback.extract_tb(found.__traceback__):
            yield f"    {_place(Path(frame.filename))}:{frame.lineno} {frame.name}"
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _place(file: Path) -> str:
    """A file of code without the folders that lead to it: they may name a person."""
    with contextlib.suppress(ValueError):
        return file.relative_to(_PACKAGE_DIR.parent).as_posix()
    return file.name
