"""The frozen program beside the unfrozen one: how long each takes to start, and what the frozen one is made of.

Both save a picture of the window over the same, indexed library: process start, verifying, painting, saving, ending.
Both print their version too: what is left of the difference there is the starter's own. `make dist` first.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Final

from reader.domain.cancel import CancelToken
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_bundles, sample_root_file
from tests.benchmarks.measure import report

FOLDER: Final = Path(os.environ.get("READER_FROZEN", "dist/procedures-reader")).absolute()
ROUNDS: Final = 9
_AIM_BYTES: Final = 120_000_000
_AIM_RATIO: Final = 1.3
_GROUPS: Final = {
    "PySide6": "Qt and PySide6",
    "shiboken6": "Qt and PySide6",
    "bundles": "sample bundles",
    "resources": "resources",
    "python3": "Python",
    "libpython3": "Python",
    "base_library": "modules of the reader, of others and of Python",
    "procedures": "both programs",
    "NOTICES": "licences",
}


def main() -> int:
    if not FOLDER.is_dir():
        print(f"{FOLDER} is not there: `make dist` makes it.", file=sys.stderr)
        return 1
    _report_sizes()
    with tempfile.TemporaryDirectory(prefix="procedures-bench-") as folder:
        library = Path(folder) / "library"
        workspace = Workspace(WorkspaceChoice(library, sample_root_file()))
        for file in sample_bundles():
            workspace.library.install(file, CancelToken())
        workspace.search.prepare(workspace.library.load(CancelToken()), lambda _: None, CancelToken())
        workspace.close()
        picture = Path(folder) / "window.png"
        given = ("--library", str(library), "--trust", str(sample_root_file()))
        _compare("window, from start to a saved picture", "reader.app", (*given, "--picture", str(picture)))
        _compare("window program, version", "reader.app", ("--version",))
        _compare("command line, list", "reader.cli", (*given, "list"))
        _compare("command line, search", "reader.cli", (*given, "search", "kinship care"))
    return 0


def _compare(name: str, module: str, arguments: tuple[str, ...]) -> None:
    program = FOLDER / ("procedures-reader" if module == "reader.app" else "procedures")
    frozen: list[float] = []
    unfrozen: list[float] = []
    for _ in range(ROUNDS):
        frozen.append(_seconds([str(program), *arguments]))
        unfrozen.append(_seconds([sys.executable, "-m", module, *arguments]))
    report(f"{name}, frozen", min(frozen), "unfrozen", min(unfrozen), _AIM_RATIO)
    print(
        f"  median {statistics.median(frozen) * 1000:.0f} ms against {statistics.median(unfrozen) * 1000:.0f} ms"
    )


def _seconds(command: list[str]) -> float:
    # As installed: with byte code, which some development environments forbid to write.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run(
        command, capture_output=True, check=True, env=environment | {"QT_QPA_PLATFORM": "offscreen"}
    )
    return time.perf_counter() - started


def _report_sizes() -> None:
    groups: Counter[str] = Counter()
    for file in FOLDER.rglob("*"):
        if file.is_file() and not file.is_symlink():
            parts = file.relative_to(FOLDER).parts
            top = parts[1] if parts[0] == "_internal" else parts[0]
            groups[_group(top)] += file.stat().st_size
    total = groups.total()
    verdict = "met" if total < _AIM_BYTES else "MISSED"
    print(f"the whole program: {total / 1e6:.1f} MB (aim: under {_AIM_BYTES / 1e6:.0f} MB; {verdict})")
    for name, size in groups.most_common():
        print(f"  {size / 1e6:6.1f} MB  {name}")


def _group(top: str) -> str:
    name = top.partition(".")[0]
    if name in _GROUPS:
        return _GROUPS[name]
    if name.startswith("procedures"):
        return _GROUPS["procedures"]
    if name.startswith(("lib", "icu")):
        return "libraries of the system"
    return name.partition("-")[0]


if __name__ == "__main__":
    sys.exit(main())
