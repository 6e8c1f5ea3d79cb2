"""The compiled libraries of packages that are imported late."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_COMPILED: Final = (".so", ".dll", ".dylib", ".pyd")


def read_ahead(*packages: str) -> int:
    """Read the compiled libraries of packages, so that importing them need not wait for the disk.

    While the system loads a library Python's lock is held, and the window stands still even where a worker imports it
    (measured: as long as loading takes). Reading a file lets go of the lock.

    Returns:
        How many bytes were read; what cannot be read is left to the import.
    """
    return sum(_read(file) for package in packages for file in _libraries_of(package))


def _libraries_of(package: str) -> Iterator[Path]:
    """Those inside the package, and those that its wheel brought beside it."""
    spec = find_spec(package)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(place)
        for file in (*folder.rglob("*"), *folder.parent.glob(f"{package.lower()}*.libs/*")):
            if any(suffix in _COMPILED for suffix in file.suffixes):
                yield file


def _read(file: Path) -> int:
    try:
        return len(file.read_bytes())
    except OSError:
        return 0
