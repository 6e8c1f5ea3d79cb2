"""A program on a real X server, read through AT-SPI by another process, as a screen reader does."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

_SYSTEM_PYTHON: Final = Path("/usr/bin/python3")
_LAUNCHER: Final = Path("/usr/libexec/at-spi-bus-launcher")
_CLIENT: Final = Path(__file__).with_name("atspi_client.py")
_SCRIPT: Final = f"""
{_LAUNCHER} --launch-immediately & bus=$!
"$@" & reader=$!
"{_SYSTEM_PYTHON}" "{_CLIENT}" "Procedures Reader"; code=$?
kill $reader $bus; wait $reader
exit $code
"""


def missing() -> str:
    """What is not installed here that reading needs; empty where everything is."""
    for tool in ("xvfb-run", "dbus-run-session"):
        if shutil.which(tool) is None:
            return f"{tool} is not installed"
    if not _LAUNCHER.exists():
        return "at-spi2-core is not installed"
    try:
        subprocess.run(
            [_SYSTEM_PYTHON, "-c", "import gi; gi.require_version('Atspi', '2.0')"],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return "the system's Python has no AT-SPI client (python3-gi, gir1.2-atspi-2.0)"
    return ""


def read_window(command: list[str], home: Path, environment: dict[str, str]) -> list[dict[str, Any]]:
    """Start a program, and give what a client sees of its window, from the application down."""
    done = subprocess.run(
        ["xvfb-run", "-a", "dbus-run-session", "--", "sh", "-c", _SCRIPT, "sh", *command],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin",
            "HOME": str(home),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            **environment,
        },
    )
    answer = json.loads(done.stdout.splitlines()[-1] if done.stdout.strip() else "{}")
    assert "nodes" in answer, (answer, done.stderr[-2_000:])
    found: list[dict[str, Any]] = answer["nodes"]
    return found
