"""Takes out each check of the verifier in turn and says which changes no test notices: `make mutants`.

Works on a copy of the checkout. Ends with 1 when a change survives that nobody has reviewed (`reviewed.toml`).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Final

from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.runner import Baseline, run

_BUNDLE: Final = "tests/unit/bundle/test_"
_UPDATES: Final = "tests/integration/test_trust_updates.py"
_RULES: Final = "tests/integration/test_library_rules.py"
_INTEGRATION: Final = (
    *("tests/integration/test_installing.py", _RULES, _UPDATES),
    "tests/integration/test_command_line.py",
)
# What is changed, and the tests that concern it most; all the others are run after them.
_TARGETS: Final = {
    "reader/bundle/limits.py": (f"{_BUNDLE}limits.py",),
    "reader/bundle/container.py": (f"{_BUNDLE}container.py",),
    "reader/bundle/canonical_json.py": (f"{_BUNDLE}canonical_json.py",),
    "reader/bundle/names.py": (f"{_BUNDLE}verifier.py", f"{_BUNDLE}container.py"),
    "reader/bundle/metadata.py": (f"{_BUNDLE}metadata.py", f"{_BUNDLE}what_tuf_leaves_to_us.py"),
    "reader/bundle/trust.py": (f"{_BUNDLE}trust.py", _UPDATES, _RULES),
    "reader/bundle/verifier.py": (f"{_BUNDLE}verifier.py", _UPDATES),
    "reader/bundle/schema.py": (f"{_BUNDLE}verifier.py",),
    "reader/bundle/html.py": (f"{_BUNDLE}chapter_html.py", f"{_BUNDLE}chapter_html_rules.py"),
    "reader/bundle/raw_depth.py": (f"{_BUNDLE}raw_depth.py",),
    "reader/services/library.py": _INTEGRATION,
    "reader/store/library.py": ("tests/unit/store/test_library_store.py", *_INTEGRATION),
}
_TEST_FOLDERS: Final = ("tests/unit/bundle", "tests/unit/publish", "tests/unit/store")
# It would notice much, without saying what, and takes its time.
_GENERATORS: Final = f"{_BUNDLE}generators.py"
_COPIED: Final = ("reader", "tests", "resources", "bundles", "pyproject.toml")
_REVIEWED: Final = Path("tests/mutation/reviewed.toml")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", help="parts of the names of files to change; all without any")
    parser.add_argument("--list", action="store_true", help="list the changes and run nothing")
    parser.add_argument("--reviewed", action="store_true", help="run the reviewed ones too")
    parser.add_argument("--budget", type=float, default=60, help="seconds of tests for each change")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    targets = [file for file in _TARGETS if not options.modules or any(m in file for m in options.modules)]
    if options.list:
        for file in targets:
            for mutant in mutants_of(file, Path(file).read_text(encoding="utf-8")):
                print(_line(mutant))
        return 0
    if options.here:
        return _run(targets, budget_seconds=options.budget, is_reviewed_too=options.reviewed)
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for name in _COPIED:
            source = Path(name)
            if source.is_dir():
                shutil.copytree(source, Path(folder) / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy2(source, folder)
        command = [sys.executable, "-m", "tests.mutation", "--here", *sys.argv[1:]]
        return subprocess.run(command, cwd=folder, check=False).returncode


def _run(targets: list[str], *, budget_seconds: float, is_reviewed_too: bool) -> int:
    began = time.monotonic()
    everything = [
        mutant for file in targets for mutant in mutants_of(file, Path(file).read_text(encoding="utf-8"))
    ]
    reviewed = _reviewed(targets)
    stale = reviewed.keys() - {mutant.key for mutant in everything}
    mutants = [mutant for mutant in everything if is_reviewed_too or mutant.key not in reviewed]
    caught: Counter[str] = Counter()
    seconds: defaultdict[str, float] = defaultdict(float)
    survivors: list[Mutant] = []
    print(f"{len(everything)} changes, of which {len(everything) - len(mutants)} are reviewed and not run.")
    tests = sorted(
        {
            *(str(file) for folder in _TEST_FOLDERS for file in Path(folder).rglob("test_*.py")),
            *(test for file in targets for test in _TARGETS[file]),
        }
        - {_GENERATORS}
    )
    unnecessary: list[Mutant] = []
    for answer in run(mutants, _TARGETS, tests, budget_seconds):
        if isinstance(answer, Baseline):
            print(f"{len(answer.seconds)} tests in {sum(answer.seconds.values()):.0f} s, lines counted.")
            for test in answer.failing:
                print(f"fails without any change, and is left out: {test}")
            continue
        mutant, is_caught, took = answer
        caught[mutant.file] += is_caught
        seconds[mutant.file] += took
        if is_caught and mutant.key in reviewed:
            unnecessary.append(mutant)
        if not is_caught and mutant.key not in reviewed:
            survivors.append(mutant)
            print(f"SURVIVED {_line(mutant)}", flush=True)
    for file in targets:
        of_file = sum(mutant.file == file for mutant in mutants)
        print(f"{file:32} {caught[file]:4} of {of_file:4} caught, {seconds[file]:5.0f} s")
    for key in sorted(stale):
        print("reviewed, and fits no change any more:", *key)
    for mutant in unnecessary:
        print(f"reviewed, and caught all the same: {_line(mutant)}")
    print(f"{len(survivors)} survived in {time.monotonic() - began:.0f} s.")
    return 1 if survivors or stale else 0


def _reviewed(targets: list[str]) -> dict[tuple[str, str, str], str]:
    rows = tomllib.loads(_REVIEWED.read_text(encoding="utf-8")).get("survivor", [])
    return {
        (row["file"], row["scope"], row["change"]): row["reason"] for row in rows if row["file"] in targets
    }


def _line(mutant: Mutant) -> str:
    return f"{mutant.file}:{mutant.line} {mutant.scope or '(module)'}: {mutant.before} -> {mutant.after}"


if __name__ == "__main__":
    sys.exit(main())
