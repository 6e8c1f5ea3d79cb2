"""Entry point of `procedures-reader`. Spawned index processes import this module: keep it light."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys


def main() -> int:
    """Start the window; returns the exit code."""
    multiprocessing.freeze_support()
    gc.disable()  # until the window is up: what a start makes is kept, and looking through it costs a tenth of it
    # No plugin that happens to be installed on this computer is loaded into the reader, nor looked for.
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    from reader.app.program import run  # noqa: PLC0415  # a spawned child must not load Qt

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
