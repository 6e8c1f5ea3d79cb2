"""Entry point of `procedures-reader`. Spawned index processes import this module: keep it light."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Start the window; returns the exit code."""
    multiprocessing.freeze_support()
    from reader.app.program import run  # noqa: PLC0415  # a spawned child must not load Qt

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
