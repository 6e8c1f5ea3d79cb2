"""Timing, and saying a figure beside its reference."""

from __future__ import annotations

import time
from collections.abc import Callable


def timed(work: Callable[[], object]) -> float:
    """How long one run takes, in seconds."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def seconds(work: Callable[[], object], rounds: int) -> float:
    """The best of several runs, in seconds: a busy machine only makes them longer."""
    return min(timed(work) for _ in range(rounds))


def report(
    name: str, seconds: float, reference: str, reference_seconds: float, aim: float | None = None
) -> None:
    """Print a figure, its reference of the same run, and their ratio."""
    ratio = seconds / reference_seconds
    verdict = "" if aim is None else f" (aim: at most {aim}; {'met' if ratio <= aim else 'MISSED'})"
    print(f"{name}: {_ms(seconds)}; {reference}: {_ms(reference_seconds)}; ratio {ratio:.2f}{verdict}")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms" if seconds >= 0.001 else f"{seconds * 1000:.3f} ms"
