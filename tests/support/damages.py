"""Ways in which a file on a disk comes to harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _cut(file: Path) -> None:
    raw = file.read_bytes()
    file.write_bytes(raw[: len(raw) // 2])


def _flipped(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


def _zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _nonsense(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * (file.stat().st_size // 256 + 1))


def _gone(file: Path) -> None:
    file.unlink()


def _folder(file: Path) -> None:
    file.unlink()
    file.mkdir()
    (file / "something").write_text("in its place")


def _link_to_nowhere(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nowhere"))


DAMAGES: Final[Mapping[str, Callable[[Path], None]]] = {
    "empty": _empty,
    "cut in half": _cut,
    "a byte flipped": _flipped,
    "zeroed": _zeroed,
    "nonsense": _nonsense,
    "gone": _gone,
    "a folder in its place": _folder,
    "a link to nowhere": _link_to_nowhere,
}


def files_of(folder: Path) -> Iterator[Path]:
    """Every file below a folder that holds something, in a fixed order."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.stat().st_size:
            yield file


def each_byte(raw: bytes) -> Iterator[bytes]:
    """The file with one byte changed, at each place: all of its bits, and the lowest."""
    for place in range(len(raw)):
        for bits in (0xFF, 0x01):
            changed = bytearray(raw)
            changed[place] ^= bits
            yield bytes(changed)
    for end in range(len(raw)):
        yield raw[:end]


def fresh_copy(source: Path, target: Path) -> Path:
    """A folder as it was, in the place of another one."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, symlinks=True)
    return target
