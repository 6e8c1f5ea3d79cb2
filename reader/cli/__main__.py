"""Entry point of `procedures`. No traceback ever reaches a person."""

from __future__ import annotations

import multiprocessing
import os
import sys

# No plugin that happens to be installed on this computer is loaded into the reader, nor looked for.
os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"

import typer

from reader.cli.commands import app
from reader.domain.errors import ReaderError


def main() -> int:
    """Run a command: 0 done, 1 refused or failed with one sentence on standard error, 2 wrong usage."""
    multiprocessing.freeze_support()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console's code page holds less
    try:
        result = app(standalone_mode=True)
    except ReaderError as error:
        typer.echo(str(error), err=True)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return int(result or 0)


if __name__ == "__main__":
    sys.exit(main())
