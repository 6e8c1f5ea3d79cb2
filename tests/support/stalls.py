"""How long the window's event loop stood still, told apart from how busy the machine is.

A turn of the loop takes the processor's time for what it computes (`computing`), waits for locks (Python's own among
them: a thread that computes holds it) or the disk (`blocked`), or waits for a processor that other programs use, or
other machines of the same host. The last two are nobody's fault and are left out; Linux tells them apart, elsewhere
only the computing is known.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_SCHEDULING: Final = Path("/proc/thread-self/schedstat")
_PROCESSORS: Final = Path("/proc/stat")
_STOLEN: Final = 8
_NS: Final = 1_000_000
_MS: Final = 1000.0


@dataclass(frozen=True, slots=True)
class Clock:
    """The clocks of the calling thread at one moment, in milliseconds."""

    computing: float
    wall: float
    queued: float | None

    @classmethod
    def now(cls) -> Self:
        try:
            queued = int(_SCHEDULING.read_text(encoding="ascii").split()[1]) / _NS + _stolen()
        except OSError:
            queued = None
        return cls(time.thread_time() * _MS, time.monotonic() * _MS, queued)


def _stolen() -> float:
    """What other machines of the same host have taken from this one's processors, in milliseconds."""
    with _PROCESSORS.open("rb") as file:
        return int(file.readline().split()[_STOLEN]) / os.sysconf("SC_CLK_TCK") * _MS


@dataclass(frozen=True, slots=True)
class Stall:
    """How long the loop stood still in one stretch, in milliseconds."""

    computing: float
    blocked: float

    @classmethod
    def between(cls, before: Clock, after: Clock, slept: float) -> Self:
        """What lies between two moments, of which the thread meant to sleep so long."""
        computing = after.computing - before.computing
        if before.queued is None or after.queued is None:
            return cls(computing, 0.0)
        queued = after.queued - before.queued
        return cls(computing, max(after.wall - before.wall - slept - queued - computing, 0.0))

    @property
    def whole(self) -> float:
        return self.computing + self.blocked

    def __str__(self) -> str:
        return f"{self.computing:.0f} ms of computing, {self.blocked:.0f} ms of waiting"
