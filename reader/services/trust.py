"""Setting the trust root of a computer."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from reader.bundle.trust import TrustRoot
from reader.domain.errors import BundleRefusedError, TrustError
from reader.domain.files import write_in_one_step
from reader.store.places import Pin, machine_pin_file, person_pin_file, pinned_root


def read_root(file: Path) -> TrustRoot:
    """Read a trust root that somebody handed over.

    Raises:
        TrustError: when the file is none.
    """
    try:
        return TrustRoot.parse(file.read_bytes())
    except OSError as error:
        raise TrustError(f"The trust root {file} cannot be read: {error.strerror}.") from error
    except BundleRefusedError as error:
        raise TrustError(f"{file} is no trust root that can be set: {error.finding}") from error


def set_pin(root: TrustRoot, *, is_machine_wide: bool) -> Path:
    """Set the trust root, for everybody on this computer or for this person.

    Returns:
        Where it lies.

    Raises:
        TrustError: when IT has set another one for everybody, which a person's own cannot replace.
        StorageError: when it cannot be written, as without administrator rights.
    """
    pin = pinned_root()
    if pin is not None and pin.is_machine_wide and not is_machine_wide:
        raise TrustError(f"IT has set the trust root of this computer ({pin.file}): ask IT to change it.")
    file = machine_pin_file() if is_machine_wide else person_pin_file()
    write_in_one_step(file, root.raw)
    return file


def may_be_changed_by_anybody(pin: Pin) -> bool:
    """Whether a machine-wide pin lies where the person who runs the reader can change it, which it should not.

    It is tried out, without changing anything: what the permissions of a file say is not the whole truth on Windows.
    """
    return (
        pin.is_machine_wide
        and not _is_administrator()
        and (_is_writable(pin.file) or _takes_files(pin.file.parent))
    )


def _is_administrator() -> bool:
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415  # for this one question

        return bool(ctypes.windll.shell32.IsUserAnAdmin())
    return os.geteuid() == 0


def _is_writable(file: Path) -> bool:
    try:
        with file.open("r+b"):
            return True
    except OSError:
        return False


def _takes_files(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
