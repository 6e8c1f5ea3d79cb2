"""Files change in one step: a reader of a file sees the old bytes or the new ones, whatever happens between."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from reader.domain.errors import StorageError

PART_SUFFIX: Final = ".part"

_HELD_BY_OTHERS: Final = frozenset({5, 32, 33})
"""Access denied, sharing violation, lock violation: on Windows what a scanner or a second window makes of a file."""
_PAUSES_SECONDS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8)


def replace(source: Path, target: Path) -> None:
    """Give a file or folder another name, in place of what has it.

    Windows refuses while somebody has one of the two open. Scanners and other windows let go in a moment, so it is
    tried again for up to a second and a half.

    Raises:
        OSError: when it cannot be done.
    """
    _patiently(lambda: source.replace(target))


def remove(file: Path) -> None:
    """Remove a file; see `replace` for what happens where somebody has it open.

    Raises:
        OSError: when it cannot be done.
    """
    _patiently(file.unlink)


def _patiently(act: Callable[[], object]) -> None:
    for pause in _PAUSES_SECONDS:
        try:
            act()
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD_BY_OTHERS:
                raise
            time.sleep(pause)
        else:
            return
    act()


def is_there(path: Path) -> bool:
    """Whether something lies in a place. What may not be looked at does: reading it says why it cannot be read.

    A link that leads nowhere does not count.
    """
    try:
        return path.exists()
    except OSError:
        return True


def write_in_one_step(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write a file so that it is there in whole or not at all, after a crash too.

    Args:
        path: The file; its folder is made if it is not there.
        data: All of its bytes.
        mode: Its permissions where the system has any.

    Raises:
        StorageError: when the disk is full or the folder cannot be written; the old file is then as it was.
    """
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=PART_SUFFIX, delete=False
        ) as file:
            part = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(mode)
        replace(part, path)
        sync_folder(path.parent)
    except OSError as error:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        raise StorageError(f"Cannot write {path}: {error.strerror or error}.") from error


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all of their bytes are on the disk before the first one gets its name.

    Raises:
        StorageError: when the disk is full or a folder cannot be written; the old files are then as they were.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(
                dir=path.parent, prefix=f".{path.name[:40]}.", suffix=PART_SUFFIX, delete=False
            ) as file:
                staged.append((Path(file.name), path))
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for part, path in staged:
            part.chmod(0o644)
            replace(part, path)
            sync_folder(path.parent)
    except OSError as error:
        for part, _ in staged:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        names = " and ".join(str(path) for path in files)
        raise StorageError(f"Cannot write {names}: {error.strerror or error}.") from error


def copy_to_part(source: Path, folder: Path) -> Path:
    """Copy a file into a folder under a temporary name, and make sure that it is on the disk.

    The caller checks the copy and then calls `settle`, or removes it.

    Raises:
        StorageError: when it cannot be read or written; nothing is left behind.
    """
    part: Path | None = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (
            source.open("rb") as original,
            tempfile.NamedTemporaryFile(
                dir=folder, prefix=".install.", suffix=PART_SUFFIX, delete=False
            ) as file,
        ):
            part = Path(file.name)
            shutil.copyfileobj(original, file, 1024 * 1024)
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o644)
    except OSError as error:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
        raise StorageError(f"Cannot copy {source} into {folder}: {error.strerror or error}.") from error
    return part


def settle(part: Path, target: Path) -> None:
    """Give a finished part its name.

    Raises:
        StorageError: when that fails; the part is then removed.
    """
    try:
        replace(part, target)
        sync_folder(target.parent)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StorageError(f"Cannot write {target}: {error.strerror or error}.") from error


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep a rename. Where that is not to be had the rename has still happened."""
    if os.name == "nt":
        return  # Windows has no way to sync a folder, and none is needed there
    with contextlib.suppress(OSError):  # some network file systems know no folder to sync
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
