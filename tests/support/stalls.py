"""How long the window's event loop stood still, told apart from how busy the machine is.

A turn of the loop takes the processor's time for what it computes (`computing`), waits for locks (Python's own among
them: a thread that computes holds it) or the disk (`blocked`), or waits for a processor that other programs use, or
other machines of the same host. The last two are nobody's fault and are left out; Linux tells them apart, elsewhere
only the computing is known.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
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
    stolen: tuple[float, ...] = ()

    @classmethod
    def now(cls) -> Self:
        computing, wall = time.thread_time() * _MS, time.monotonic() * _MS
        try:
            queued = int(_SCHEDULING.read_text(encoding="ascii").split()[1]) / _NS
            return cls(computing, wall, queued, tuple(_stolen()))
        except OSError:
            return cls(computing, wall, None)


def _stolen() -> Iterator[float]:
    """What other machines of the same host have taken of each of this one's processors, in milliseconds."""
    with _PROCESSORS.open("rb") as file:
        next(file)  # the sum
        for line in file:
            fields = line.split()
            if not fields[0].startswith(b"cpu"):
                return
            yield int(fields[_STOLEN]) / os.sysconf("SC_CLK_TCK") * _MS


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
        pairs = zip(before.stolen, after.stolen, strict=False)  # the one on which the thread ran is not known
        elsewhere = after.queued - before.queued + max((late - early for early, late in pairs), default=0.0)
        return cls(computing, max(after.wall - before.wall - slept - elsewhere - computing, 0.0))

    @property
    def whole(self) -> float:
        return self.computing + self.blocked

    def __str__(self) -> str:
        return f"{self.computing:.0f} ms of computing, {self.blocked:.0f} ms of waiting"
