"""The real window on a real X server, read through AT-SPI by another process, as a screen reader does."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_SYSTEM_PYTHON = Path("/usr/bin/python3")
_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_CLIENT = Path(__file__).parent.parent / "support" / "atspi_client.py"
_SCRIPT = """
{launcher} --launch-immediately & bus=$!
"$1" -m reader.app --sample --library "$2" & reader=$!
"{python}" "{client}" "Procedures Reader"; code=$?
kill $reader $bus; wait $reader
exit $code
"""


def _missing() -> str:
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


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a client sees, from the application down."""
    reason = _missing()
    if reason:
        pytest.skip(reason)
    script = _SCRIPT.format(launcher=_LAUNCHER, python=_SYSTEM_PYTHON, client=_CLIENT)
    library_dir = tmp_path_factory.mktemp("atspi")
    done = subprocess.run(
        [
            "xvfb-run",
            "-a",
            "dbus-run-session",
            "--",
            "sh",
            "-c",
            script,
            "sh",
            sys.executable,
            str(library_dir),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin",
            "HOME": str(library_dir),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "PYTHONPATH": str(_CLIENT.parent.parent.parent),
        },
    )
    answer = json.loads(done.stdout.splitlines()[-1] if done.stdout.strip() else "{}")
    assert "nodes" in answer, (answer, done.stderr[-2_000:])
    found: list[dict[str, Any]] = answer["nodes"]
    return found


def test_a_screen_reader_finds_the_parts_of_the_window(nodes: list[dict[str, Any]]) -> None:
    names = {node["name"] for node in nodes}
    for name in (
        "Search all manuals",
        "Filter the library by number or title",
        "Library",
        "Back",
        "Reading settings",
        "File",
    ):
        assert name in names, name


def test_whatever_takes_the_keyboard_has_a_name(nodes: list[dict[str, Any]]) -> None:
    assert [node for node in nodes if node["focusable"] and not node["name"].strip()] == []


def test_sentences_are_read_and_not_only_named(nodes: list[dict[str, Any]]) -> None:
    labels = [node["name"] for node in nodes if node["role"] == "label"]
    assert any("verified" in label or "sample library" in label.casefold() for label in labels), labels
