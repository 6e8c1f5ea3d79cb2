"""The reader itself, ended as soon as its tree of installed manuals has been painted."""

from __future__ import annotations

import gc
import os
import sys


def main() -> int:
    """Start as `reader.app.__main__` does, then end."""
    gc.disable()
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
    from tests.benchmarks.watched_reader import run  # noqa: PLC0415  # after the two lines above

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
