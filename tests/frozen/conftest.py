"""The program that `make dist` made, run with nothing around it: an empty home, and no Python on the path."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.terminals import PASSPHRASE

DEFAULT: Final = Path(__file__).parents[2] / "dist" / "procedures-reader"
ON_WINDOWS: Final = sys.platform == "win32"
_SECONDS: Final = 300
_NEEDED_BY_WINDOWS: Final = ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "NUMBER_OF_PROCESSORS")


@dataclass(frozen=True, slots=True)
class Done:
    """How a run of the program ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The program in its folder, and a home that nothing else knows."""

    folder: Path
    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """All that the program is told: no Python is on the path, nor anything else."""
        nowhere = self.home / "empty"
        nowhere.mkdir(exist_ok=True)
        own = {
            "HOME": str(self.home),
            "PATH": str(nowhere),
            "QT_QPA_PLATFORM": "offscreen",
            "PROCEDURES_PASSPHRASE": PASSPHRASE,
            "NO_COLOR": "1",
        }
        if ON_WINDOWS:
            own |= {name: os.environ[name] for name in _NEEDED_BY_WINDOWS if name in os.environ}
            for name in ("USERPROFILE", "LOCALAPPDATA", "APPDATA", "TEMP", "TMP"):
                own[name] = str(self.home)
        return own

    @property
    def internal(self) -> Path:
        """Where the libraries lie."""
        return self.folder / "_internal"

    def command_of(self, name: str, *arguments: str | Path) -> list[str]:
        return [str(self.folder / f"{name}{'.exe' if ON_WINDOWS else ''}"), *map(str, arguments)]

    def window(self, *arguments: str | Path) -> Done:
        return self._run(self.command_of("procedures-reader", *arguments))

    def run(self, *arguments: str | Path, code: int = 0) -> Done:
        """Run `procedures`, which must end with this code."""
        done = self._run(self.command_of("procedures", *arguments))
        assert done.code == code, (arguments, done)
        return done

    def sample(self, *arguments: str | Path, code: int = 0) -> Done:
        return self.run("--sample", *arguments, code=code)

    def _run(self, command: list[str]) -> Done:
        done = subprocess.run(
            command,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=_SECONDS,
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
        )
        said = Done(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in said.out + said.err, (command, said)
        assert "No module named" not in said.out + said.err, (command, said)
        return said


@pytest.fixture(scope="session")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    """The built program, with a home of its own in which the sample library is installed at the first use."""
    folder = Path(os.environ.get("READER_FROZEN", DEFAULT)).absolute()
    assert folder.is_dir(), f"{folder} is not there: `make dist` makes it."
    return Frozen(folder, tmp_path_factory.mktemp("home"))


@pytest.fixture
def fresh(frozen: Frozen, tmp_path: Path) -> Frozen:
    """The built program in a home that was never used."""
    home = tmp_path / "fresh home"
    home.mkdir()
    return Frozen(frozen.folder, home)
