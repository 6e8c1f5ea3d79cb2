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
from reader.services.workspace import now
from reader.store.fault_log import FaultLog
from reader.store.places import Places, default_base_dir


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
    except Exception as error:  # noqa: BLE001  # the outermost edge: a fault of the program is recorded and said
        log = FaultLog(Places(default_base_dir()).fault_log_file, now)
        log.record(error)
        typer.echo(
            f"The program has a fault. Where it happened was written to {log.file}, without anything that you wrote or"
            " read: send this file to IT.",
            err=True,
        )
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    return int(result or 0)


if __name__ == "__main__":
    sys.exit(main())
