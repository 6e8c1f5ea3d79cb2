"""Logs of limited size: when a file is full it is turned over, and the oldest goes."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

from typing_extensions import override


def append_to_log(file: Path, lines: Iterable[str], *, max_bytes: int, kept_files: int) -> None:
    """Add lines to a log. One that cannot be written stops nothing."""
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    # Opened for each writing: another process may turn the files over in the meantime.
    handler = _QuietHandler(file, maxBytes=max_bytes, backupCount=kept_files, encoding="utf-8", delay=True)
    for line in lines:
        handler.handle(logging.LogRecord("log", logging.INFO, "", 0, line, None, None))
    handler.close()


class _QuietHandler(RotatingFileHandler):
    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk or a read-only folder costs the line and nothing else."""
