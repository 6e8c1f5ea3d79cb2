"""The program opens no connection: every system call about the network is written down while it is used (strace).

What is allowed is a pair of sockets between a process and its child, and sockets of this computer's own file system
(AF_UNIX), by which programs speak to a display, to the desktop and to the system's log. Whatever else is opened,
and whatever is connected to by an address, is a failure: remote pictures and styles of signed chapters, links that
were declined, checks for updates, look-ups of names.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tests.support.worlds import EASTSHIRE, WESTSHIRE, World

_REPOSITORY: Final = Path(__file__).parents[2]
_LIMIT_SECONDS: Final = 180
_CALL: Final = re.compile(r"^\d+\s+(?:<\.\.\. )?([a-z_0-9]+)(?: resumed>|\()(.*)$")
_FAMILY: Final = re.compile(r"\b(AF_[A-Z0-9]+)\b")
_ONLY_THESE_CALLS: Final = "--seccomp-bpf"
"""The kernel hands strace the calls that are asked for, and no others: the same lines in a fraction of the time."""
_HARMLESS: Final = frozenset({"AF_UNIX", "AF_UNSPEC"})
"""AF_UNIX stays on this computer. AF_UNSPEC is no family: it is how a socket is told to forget its peer."""

HOSTILE: Final = (
    '<h1>Private Fostering</h1><p>An attack.</p><img src="http://127.0.0.1:9/pixel.png" width="1" height="1">'
    '<img src="//127.0.0.1:9/pixel.png"><img src="file://127.0.0.1/share/x.png"><img src="\\\\127.0.0.1\\share\\x.png">'
    '<link rel="stylesheet" href="http://127.0.0.1:9/x.css"><style>@import url(http://127.0.0.1:9/y.css);'
    "p { background: url(http://127.0.0.1:9/z.png) }</style><script src='http://127.0.0.1:9/x.js'></script>"
    '<iframe src="http://127.0.0.1:9/"></iframe><object data="http://127.0.0.1:9/x"></object>'
    '<table background="http://127.0.0.1:9/b.png"><tr><td>x</td></tr></table>'
    '<meta http-equiv="refresh" content="0;url=http://127.0.0.1:9/">'
    '<a href="http://127.0.0.1:9/x">link</a><img src="manual:westshire/procedures/media/flow.png">'
)  # fmt: skip


def _why_not_traced() -> str:
    """Why system calls cannot be written down here; empty when they can."""
    if not sys.platform.startswith("linux"):
        return "strace exists on Linux only"
    if shutil.which("strace") is None:
        return "strace is not installed: `make test` installs it where it may (TEST_PACKAGES in the Makefile)"
    tried = subprocess.run(
        ["strace", "-f", _ONLY_THESE_CALLS, "-qq", "-o", os.devnull, "true"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if tried.returncode:
        return f"this system does not let strace look at another process: {tried.stderr.strip()[:200]}"
    return ""


_WHY_NOT: Final = _why_not_traced()
pytestmark = pytest.mark.skipif(bool(_WHY_NOT), reason=_WHY_NOT or "traced")


@dataclass(frozen=True, slots=True)
class Traced:
    """A process that has ended, with all its children, and the lines of its trace."""

    done: subprocess.CompletedProcess[str]
    lines: tuple[str, ...]

    @property
    def families(self) -> set[str]:
        """The kinds of addresses that sockets were made for, or that were connected, sent or bound to."""
        return {family for line in self.lines for family in _FAMILY.findall(line)}

    @property
    def calls(self) -> set[str]:
        return {match[1] for line in self.lines if (match := _CALL.match(line))}

    def faults(self) -> list[str]:
        """Every line that is more than talk within this computer."""
        return [
            line
            for line in self.lines
            if set(_FAMILY.findall(line)) - _HARMLESS or "io_uring_setup" in line or "sin_port" in line
        ]


def _trace(tmp_path: Path, *command: str, cwd: Path = _REPOSITORY) -> Traced:
    out = tmp_path / "trace"
    # A session of its own: no display, no desktop bus, no settings and no home of whoever runs the tests.
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("XDG_", "DBUS_", "DISPLAY", "WAYLAND_", "PYTEST_", "COV_"))
    }
    environment |= {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [
            "strace",
            "-f",
            _ONLY_THESE_CALLS,
            "-qq",
            "-e",
            "trace=%network,io_uring_setup",
            "-e",
            "signal=none",
            "-o",
            str(out),
            *command,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=_LIMIT_SECONDS,
        env=environment,
        cwd=cwd,
    )
    return Traced(done, tuple(out.read_text(errors="replace").splitlines()))


@pytest.fixture
def delivered(tmp_path: Path) -> tuple[Path, tuple[Path, ...]]:
    """A trust root, and two bundles under it; one holds a chapter that would like to be heard of."""
    world = World.new()
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])
    west = world.bundle(WESTSHIRE).with_signed_file("chapters/private-fostering.html", HOSTILE.encode())
    return root, (west.write(tmp_path, "west.manual"), world.bundle(EASTSHIRE).write(tmp_path, "east.manual"))


def test_the_trace_sees_a_connection_a_look_up_and_a_child_of_a_child(tmp_path: Path) -> None:
    inner = "import socket; s = socket.socket(); s.settimeout(1); print(s.connect_ex(('127.0.0.1', 9)))"
    outer = (
        "import subprocess, sys, socket, threading;"
        "u = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM);"
        f"t = threading.Thread(target=lambda: subprocess.run([sys.executable, '-c', {inner!r}], check=True));"
        "t.start(); t.join()"
    )
    traced = _trace(tmp_path, sys.executable, "-c", outer)
    assert traced.done.returncode == 0, traced.done.stderr
    assert {"AF_INET", "AF_INET6"} <= traced.families
    assert any("connect(" in line and "htons(9)" in line for line in traced.faults())
    quiet = _trace(tmp_path, sys.executable, "-c", "import socket; a, b = socket.socketpair(); a.send(b'x')")
    assert quiet.calls
    assert quiet.faults() == []


@pytest.mark.threat(41)
def test_a_whole_session_in_the_window_opens_no_connection(
    tmp_path: Path, delivered: tuple[Path, tuple[Path, ...]]
) -> None:
    root, files = delivered
    program = (sys.executable, "-m", "tests.support.session")
    options = ("--library", str(tmp_path / "library"), "--trust", str(root))
    traced = _trace(tmp_path, *program, "session", *options, *map(str, files))
    assert traced.done.returncode == 0, traced.done.stderr
    assert "Traceback" not in traced.done.stderr
    steps = traced.done.stdout.splitlines()
    assert "step: closing" in steps, "the script was carried out to its end"
    assert "step: asked about http://127.0.0.1:9/x, and declined" in steps
    assert traced.faults() == []
    assert list((tmp_path / "library" / "index").iterdir()), "the indexes were built, in a child process"
    again = _trace(tmp_path, *program, "again", *options)
    assert again.done.returncode == 0, again.done.stderr
    assert "step: painted" in again.done.stdout.splitlines()
    assert "Traceback" not in again.done.stderr
    assert again.faults() == []


@pytest.mark.threat(41)
def test_the_program_as_it_is_installed_opens_no_connection(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    traced = _trace(tmp_path, sys.executable, "-m", "reader.app", "--sample", "--picture", str(picture))
    assert traced.done.returncode == 0, traced.done.stderr
    assert picture.is_file()
    assert traced.faults() == []


@pytest.mark.threat(41)
def test_the_command_line_opens_no_connection(
    tmp_path: Path, delivered: tuple[Path, tuple[Path, ...]]
) -> None:
    root, files = delivered
    options = ("--library", str(tmp_path / "library"), "--trust", str(root))
    for arguments in (
        ("verify", *map(str, files)),
        ("install", *map(str, files)),
        ("list", "--json"),
        ("contents", "westshire"),
        ("show", "westshire", "private-fostering"),
        ("search", "chronology"),
        ("counterparts", "westshire"),
    ):
        traced = _trace(tmp_path, sys.executable, "-m", "reader.cli", *options, *arguments)
        assert traced.done.returncode == 0, (arguments, traced.done.stderr)
        assert traced.done.stdout.strip(), arguments
        assert traced.faults() == [], arguments
