"""Importing real HTML manuals that others wrote: how fast, how much is carried over, and the same bytes twice.

    python -m tests.benchmarks.importing [FOLDER]

FOLDER holds what `tests/corpora/fetch-manuals.sh` fetched (default: build/corpora/manuals, which `make corpora` fills).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from lxml import etree

from reader.publish.importing import ImportReport, import_source
from reader.publish.importing.findings import Outcome
from tests.benchmarks.measure import timed

DEFAULT: Final = Path("build/corpora/manuals")
STARTS: Final = (
    ("PostgreSQL", "postgresql-doc", "index.html"),
    ("Debian handbook", "debian-handbook", "en-US/index.html"),
    ("Python", "python3-doc", "contents.html"),
)
AIM_MB_A_MINUTE: Final = 20.0


def main(folder: Path = DEFAULT) -> int:
    found = [
        (name, start.parent) for name, package, page in STARTS for start in _starts(folder / package, page)
    ]
    if not found:
        print(f"no manuals in {folder}: `make corpora` fetches them; importing was not measured")
        return 0
    for name, manual in found:
        _measure(name, manual)
    return 0


def _starts(folder: Path, page: str) -> list[Path]:
    return sorted(folder.glob(f"**/{page}"), key=lambda file: len(file.parts))[:1]


def _measure(name: str, manual: Path) -> None:
    pages = sorted(manual.rglob("*.html"))
    size = sum(page.stat().st_size for page in pages) / 1e6
    reference = timed(lambda: [_parse(page) for page in pages])
    with tempfile.TemporaryDirectory() as work:
        target = Path(work) / "source"
        started = time.perf_counter()
        report = import_source(manual, target)
        taken = time.perf_counter() - started
        first = _content(target)
        import_source(manual, target)
        is_same = first == _content(target)
    speed = size / taken * 60
    print(
        f"{name}: {len(pages)} pages, {size:.1f} MB of HTML imported in {taken:.1f} s, {speed:.0f} MB a minute"
        f" (aim: {AIM_MB_A_MINUTE:.0f}; {'met' if speed >= AIM_MB_A_MINUTE else 'MISSED'});"
        f" parsing alone {reference:.1f} s, ratio {taken / reference:.1f};"
        f" {report.included} of {report.chapters} chapters with text, {report.pictures} pictures,"
        f" {_count(report)} things left out; imported again: {'the same bytes' if is_same else 'OTHER BYTES'}"
    )


def _parse(page: Path) -> object:
    return etree.fromstring(page.read_bytes(), etree.HTMLParser())


def _content(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()
    }


def _count(report: ImportReport) -> int:
    return sum(finding.outcome is Outcome.LEFT_OUT for finding in report.findings)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
