"""Setting the trust root of a computer."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from reader.bundle.trust import TrustRoot
from reader.domain.errors import BundleRefusedError, StorageError, TrustError
from reader.domain.files import is_there, write_in_one_step
from reader.domain.machine import MachineSettings
from reader.store.places import Pin, machine_pin_file, person_pin_file, pinned_root


def read_root_to_set(file: Path) -> TrustRoot:
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


def read_root(file: Path, machine: MachineSettings) -> TrustRoot:
    """Read the trust root that is set.

    Raises:
        StorageError: when its file cannot be read.
        BundleRefusedError: when it is no root.
        TrustError: when IT asks for another one.
    """
    try:
        root = TrustRoot.parse(file.read_bytes())
    except OSError as error:
        raise StorageError(f"The trust root {file} cannot be read: {error.strerror}.") from error
    except BundleRefusedError as error:
        raise BundleRefusedError(error.reason, f"{file}: {error.finding}") from error
    require_fingerprint(root, machine)
    return root


def set_pin(root: TrustRoot, machine: MachineSettings, *, is_machine_wide: bool) -> Path:
    """Set the trust root, for everybody on this computer or for this person.

    Returns:
        Where it lies.

    Raises:
        TrustError: when IT has set another one for everybody, which a person's own cannot replace; when the
            machine's settings name another place or another root.
        StorageError: when it cannot be written, as without administrator rights.
    """
    if machine.problem is not None and not is_machine_wide:
        raise TrustError(machine.problem)
    if is_machine_wide and machine.root_file is not None:
        raise TrustError(
            f"{machine.file} names the trust root {machine.root_file}: put the new root there, or take trust.root out."
        )
    require_fingerprint(root, machine)
    pin = pinned_root(machine)
    if pin is not None and pin.is_machine_wide and not is_machine_wide:
        raise TrustError(f"IT has set the trust root of this computer ({pin.file}): ask IT to change it.")
    file = machine_pin_file() if is_machine_wide else person_pin_file()
    if is_machine_wide:
        _make_open_folders(file.parent)
    write_in_one_step(file, root.raw)
    return file


def _make_open_folders(folder: Path) -> None:
    """Make a folder that everybody on this computer may look into, whatever the administrator's habits are."""
    missing = [one for one in (folder, *folder.parents) if not is_there(one)]
    try:
        for one in reversed(missing):
            one.mkdir()
            one.chmod(0o755)
    except OSError as error:
        raise StorageError(f"{folder} cannot be made: {error.strerror}.") from error


def require_fingerprint(root: TrustRoot, machine: MachineSettings) -> None:
    """Do nothing where a root is the one that IT has named.

    Raises:
        TrustError: where it is another one.
    """
    if machine.root_fingerprint not in {None, "".join(root.fingerprint.split()).casefold()}:
        raise TrustError(
            f"{machine.file} asks for another trust root than this one, which has the fingerprint"
            f" {root.fingerprint}: ask IT to put the right root in its place."
        )


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
