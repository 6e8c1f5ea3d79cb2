"""`make bench`: start-up, installing, searching per keystroke, comparing, large chapters; each with its reference.

Every pair is measured alternately and the best of the runs counts: a busy machine slows both.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from reader.domain.cancel import CancelToken
from reader.domain.search import SearchFilter
from reader.services.counterparts import CounterpartService
from reader.services.workspace import Workspace, WorkspaceChoice, today
from reader.store.places import sample_bundles, sample_root_file
from tests.benchmarks import comparing, importing, searching, trust
from tests.benchmarks.measure import report, timed

ROUNDS: Final = 7
QUERIES: Final = (
    "kinship care",
    "placements with connected persons",
    "section 47",
    "6.2.3",
    "looked after reviews",
)
_HERE: Final = "tests.benchmarks"


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="procedures-bench-") as folder:
        base = Path(folder)
        library = base / "library"
        _bench_install(base)
        workspace = _fill(library)
        _bench_index(workspace, library)
        _bench_search(workspace)
        _bench_counterparts(workspace)
        workspace.close()
        _bench_start(library)
    searching.main([])
    comparing.main()
    importing.main()
    return trust.main()


def _fill(library: Path) -> Workspace:
    workspace = Workspace(WorkspaceChoice(library, sample_root_file()))
    for file in sample_bundles():
        workspace.library.install(file, CancelToken())
    return workspace


def _bench_start(library: Path) -> None:
    """On each platform that is there: offscreen, and a real X server without a screen (Xvfb)."""
    _start_on({"QT_QPA_PLATFORM": "offscreen"}, "offscreen", library)
    server = shutil.which("Xvfb")
    if server is None:
        print("no Xvfb here: start-up was measured offscreen only")
        return
    with subprocess.Popen(
        [server, "-displayfd", "1", "-screen", "0", "1400x900x24"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as running:
        assert running.stdout is not None
        display = running.stdout.readline().decode().strip()
        try:
            _start_on({"QT_QPA_PLATFORM": "xcb", "DISPLAY": f":{display}"}, "X", library)
        except subprocess.CalledProcessError:
            print("Qt does not start on X here: start-up was measured offscreen only")
        finally:
            running.terminate()


def _start_on(environment: dict[str, str], platform: str, library: Path) -> None:
    reader: list[float] = []
    minimal: list[float] = []
    for _ in range(ROUNDS):
        minimal.append(_seconds_to_paint(environment, "minimal_window"))
        reader.append(_seconds_to_paint(environment, "reader_window", str(library), str(sample_root_file())))
    name = f"process start to the painted tree, {len(sample_bundles())} manuals, {platform}"
    report(name, min(reader), "minimal PySide6 window", min(minimal), 1.6)


def _seconds_to_paint(environment: dict[str, str], module: str, *arguments: str) -> float:
    # As installed: with byte code, which some development environments forbid to write.
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    started = time.time_ns()
    done = subprocess.run(
        [sys.executable, "-m", f"{_HERE}.{module}", *arguments],
        capture_output=True,
        text=True,
        check=True,
        env=inherited | environment,
    )
    painted = next(line for line in done.stdout.splitlines() if line.startswith("painted"))
    return (int(painted.split()[1]) - started) / 1e9


def _bench_install(base: Path) -> None:
    bundle = max(sample_bundles(), key=lambda file: file.stat().st_size)
    installing: list[float] = []
    copying: list[float] = []
    for number in range(ROUNDS):
        workspace = Workspace(WorkspaceChoice(base / f"install-{number}", sample_root_file()))
        installing.append(timed(lambda w=workspace: w.library.install(bundle, CancelToken())))  # type: ignore[misc]
        copying.append(timed(lambda n=number: _copy_and_hash(bundle, base / f"copy-{n}")))  # type: ignore[misc]
        shutil.rmtree(base / f"install-{number}")
    report("install of one bundle", min(installing), "copy, fsync and hash", min(copying))


def _copy_and_hash(bundle: Path, target: Path) -> None:
    with target.open("wb") as file:
        file.write(bundle.read_bytes())
        file.flush()
        os.fsync(file.fileno())
    hashlib.sha256(target.read_bytes()).hexdigest()


def _bench_index(workspace: Workspace, library: Path) -> None:
    snapshot = workspace.library.load(CancelToken())
    taken = timed(lambda: workspace.search.prepare(snapshot, lambda _: None, CancelToken()))
    size = sum(file.stat().st_size for file in (library / "index").rglob("*") if file.is_file())
    print(f"indexing {len(snapshot.bundles)} manuals in a child process: {taken:.2f} s, {size / 1e6:.1f} MB")


def _bench_search(workspace: Workspace) -> None:
    """Every prefix of every query, as it is typed."""
    snapshot = workspace.library.load(CancelToken())
    texts = [
        f"{place.chapter.numbered_title} {' '.join(d.numbered_title for d in place.divisions)}".lower()
        for bundle in snapshot.bundles
        for place in bundle.edition.contents.places()
    ]
    prefixes = [query[:length] for query in QUERIES for length in range(1, len(query) + 1)]
    keystrokes = [
        timed(lambda p=prefix: workspace.search.search(p, SearchFilter(), 200, CancelToken()))  # type: ignore[misc]
        for prefix in prefixes
    ]
    scanning = [
        timed(lambda p=prefix: [text for text in texts if all(word in text for word in p.split())])  # type: ignore[misc]
        for prefix in prefixes
    ]
    ordered = sorted(keystrokes)
    print(
        f"search per keystroke, {len(prefixes)} keystrokes: median {statistics.median(ordered) * 1000:.1f} ms,"
        f" 95th percentile {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms, worst {ordered[-1] * 1000:.1f} ms"
    )
    report(
        "median keystroke",
        statistics.median(ordered),
        "substring scan of all titles",
        statistics.median(scanning),
    )


def _bench_counterparts(workspace: Workspace) -> None:
    snapshot = workspace.library.load(CancelToken())
    bundles = snapshot.current(today())

    def match() -> int:
        service = CounterpartService(workspace.vocabulary)
        return sum(len(service.pairs(a, b)) for a in bundles for b in bundles if a is not b)

    def compare() -> int:
        titles = [[chapter.title for chapter in b.edition.contents.chapters()] for b in bundles]
        return sum(x == y for a in titles for b in titles if a is not b for x in a for y in b)

    report(
        "counterparts of all ordered pairs",
        min(timed(match) for _ in range(3)),
        "comparing titles for equality",
        timed(compare),
    )


if __name__ == "__main__":
    sys.exit(main())
