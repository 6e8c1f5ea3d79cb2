"""A terminal: `procedures` as scripts and people run it, with nothing of the real person's in sight."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main
from typer.testing import CliRunner

from reader.cli import commands
from reader.domain.errors import ReaderError

PASSPHRASE: Final = "seven grey herons, standing"


_command_tree: Final = functools.cache(typer.main.get_command)
"""Typer reads the signatures of all commands anew at every run, which takes longer than most commands do. What it
makes of them keeps nothing of a run; `Terminal.spawn` meets it as a person does, made once for each process."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Runs commands in one place, with nothing of the real person's in sight."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        home = {
            "HOME": "home",
            "XDG_DATA_HOME": "data",
            "XDG_CONFIG_HOME": "config",
            "XDG_CONFIG_DIRS": "etc",
        }
        return {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("XDG", "PROCEDURES"))
            },
            **{name: str(self.folder / place) for name, place in home.items()},
            "PROCEDURES_PASSPHRASE": PASSPHRASE,
            "NO_COLOR": "1",
        }

    def run(self, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> Answer:
        """In this process: quick. The exit code is settled as `main` does."""
        runner = CliRunner(env={**self.environment, **(environment or {})})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("typer.testing._get_command", _command_tree)
            result = runner.invoke(commands.app, [str(argument) for argument in arguments])
        if isinstance(result.exception, ReaderError):
            return Answer(1, result.stdout, result.stderr + f"{result.exception}\n")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def spawn(
        self,
        *arguments: str | Path,
        stdin: str | None = None,
        passphrase: str | None = PASSPHRASE,
        environment: Mapping[str, str] | None = None,
    ) -> Answer:
        """In a process of its own: everything as a person meets it."""
        own = {**self.environment, **(environment or {})}
        del own["PROCEDURES_PASSPHRASE"]
        if passphrase is not None:
            own["PROCEDURES_PASSPHRASE"] = passphrase
        done = subprocess.run(
            [sys.executable, "-m", "reader.cli", *map(str, arguments)],
            env={**own, "PYTHONPATH": str(Path(commands.__file__).parents[2])},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            input=stdin or "",
        )
        return Answer(done.returncode, done.stdout, done.stderr)
