"""The log of decisions: which file was accepted or refused, when, and with which code. For IT."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

from typing_extensions import override

from reader.domain.trust import Decision

_MAX_BYTES: Final = 1024 * 1024
_KEPT_FILES: Final = 3


class DecisionLog:
    """One JSON document a line, in a few files of limited size. A log that cannot be written stops nothing."""

    def __init__(self, file: Path, now: Callable[[], datetime]) -> None:
        self._file = file
        self._now = now

    def record(self, decisions: Sequence[Decision]) -> None:
        """Write a line for each decision."""
        if not decisions:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
        # Opened for each writing: another process may turn the files over in the meantime.
        handler = _QuietHandler(
            self._file, maxBytes=_MAX_BYTES, backupCount=_KEPT_FILES, encoding="utf-8", delay=True
        )
        at = self._now().isoformat(timespec="seconds")
        for decision in decisions:
            line = json.dumps(
                {
                    "at": at,
                    "act": decision.act.value,
                    "code": decision.code,
                    "file": decision.file,
                    "manual": str(decision.manual) if decision.manual else None,
                    "edition": decision.edition,
                },
                ensure_ascii=True,
            )
            handler.handle(logging.LogRecord("decisions", logging.INFO, "", 0, line, None, None))
        handler.close()


class _QuietHandler(RotatingFileHandler):
    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk or a read-only folder costs the line and nothing else."""
