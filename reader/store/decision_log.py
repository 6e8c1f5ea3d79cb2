"""The log of decisions: which file was accepted or refused, when, and with which code. For IT."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from reader.domain.trust import Decision
from reader.store.log_files import append_to_log

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
        at = self._now().isoformat(timespec="seconds")
        lines = [
            json.dumps(
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
            for decision in decisions
        ]
        append_to_log(self._file, lines, max_bytes=_MAX_BYTES, kept_files=_KEPT_FILES)
