"""Where things lie: the person's data, what IT deploys, and what came with the program."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

from reader.domain.files import is_there
from reader.domain.machine import MachineSettings
from reader.domain.manual import BUNDLE_SUFFIX, UPDATE_SUFFIX

APP_NAME: Final = "procedures-reader"
PORTABLE_MARKER: Final = "portable.toml"
"""Where this file lies beside the frozen program, everything that a person has lies there too."""
_PACKAGE_DIR: Final = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Places:
    """The folders and files under one library folder."""

    base_dir: Path

    @property
    def library_dir(self) -> Path:
        """Bundles, whole, by manual and edition, and the remembered trust state."""
        return self.base_dir / "library"

    @property
    def intake_file(self) -> Path:
        """What became of the files of watched folders; disposable."""
        return self.library_dir / "taken-in.json"

    @property
    def index_dir(self) -> Path:
        """Whoosh indexes; disposable."""
        return self.base_dir / "index"

    @property
    def personal_file(self) -> Path:
        return self.base_dir / "personal.sqlite"

    @property
    def backup_dir(self) -> Path:
        return self.base_dir / "backups"

    @property
    def settings_file(self) -> Path:
        return self.base_dir / "settings.toml"

    @property
    def settings_copy(self) -> Path:
        """As settings.toml was last written: where that is damaged, this takes its place."""
        return self.backup_dir / "settings.toml"

    @property
    def log_dir(self) -> Path:
        return self.base_dir / "log"

    @property
    def fault_log_file(self) -> Path:
        """Faults of the program, without anything that a person wrote or read; for its makers."""
        return self.log_dir / "faults.log"

    @property
    def decision_log_file(self) -> Path:
        """Which files were accepted or refused; for IT."""
        return self.log_dir / "decisions.jsonl"


def portable_dir() -> Path | None:
    """The folder of a frozen program that keeps everything beside itself, as on a USB stick; else None."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable)
    bundles = [parent for parent in program.parents if parent.suffix == ".app"]  # macOS: beside the .app
    folder = (bundles[-1] if bundles else program).parent
    return folder if (folder / PORTABLE_MARKER).is_file() else None


def default_base_dir() -> Path:
    """The platform's per-user data folder, or the one beside a portable program."""
    portable = portable_dir()
    return portable / "data" if portable else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def sample_base_dir() -> Path:
    """The sample library's own folder: nothing of it ever mixes with the person's library."""
    portable = portable_dir()
    if portable:
        return portable / "sample-data"
    return Path(platformdirs.user_data_dir(f"{APP_NAME}-sample", appauthor=False))


def guide_base_dir() -> Path:
    """The folder of the user guide's own library, which opens whatever else is installed or trusted."""
    portable = portable_dir()
    if portable:
        return portable / "guide-data"
    return Path(platformdirs.user_data_dir(f"{APP_NAME}-guide", appauthor=False))


def machine_dir() -> Path:
    """Where IT puts what counts for everybody on this computer; other people can only read there."""
    return Path(platformdirs.site_config_dir(APP_NAME, appauthor=False))


def deployed_dir() -> Path:
    """The folder of IT that is always looked into for bundles, where it is there."""
    return machine_dir() / "bundles"


def machine_settings_file() -> Path:
    return machine_dir() / "machine.toml"


@dataclass(frozen=True, slots=True)
class Pin:
    """A trust root that was set, and by whom. Trust updates that are deployed lie beside it.

    Attributes:
        is_machine_wide: Whether it stands where only IT can write; such a pin wins over every other one.
    """

    file: Path
    is_machine_wide: bool

    @property
    def updates(self) -> tuple[Path, ...]:
        """The trust updates that lie beside the root, by name."""
        return tuple(sorted(self.file.parent.glob(f"*{UPDATE_SUFFIX}")))


def machine_pin_file() -> Path:
    """Where IT sets the trust root for everybody on this computer."""
    return machine_dir() / "trust" / "root.json"


def person_pin_file() -> Path:
    """Where a person sets a trust root on a computer that nobody looks after."""
    own_dir = portable_dir() or Path(platformdirs.user_config_dir(APP_NAME, appauthor=False))
    return own_dir / "trust" / "root.json"


def pinned_root(machine: MachineSettings) -> Pin | None:
    """The trust root that is set: the machine's wins over the person's own; None if none is.

    A root that the machine's settings name counts even where its file is missing, and where these settings cannot
    be read no root of a person's stands in for the one that they may have named.
    """
    if machine.root_file is not None:
        return Pin(machine.root_file, is_machine_wide=True)
    if is_there(machine_pin_file()):
        return Pin(machine_pin_file(), is_machine_wide=True)
    if machine.problem is None and machine.root_fingerprint is None and is_there(person_pin_file()):
        return Pin(person_pin_file(), is_machine_wide=False)
    return None


def resources_dir() -> Path:
    """The folder of resources, in a checkout, an installed package or a frozen program."""
    return _beside_program("resources", installed_as="_resources")


def fonts_dir() -> Path:
    """The folder of the fonts that paper is printed with."""
    return resources_dir() / "fonts"


def machine_settings_template() -> Path:
    """A machine.toml with every setting as it is without one, for IT to start from."""
    return resources_dir() / "machine" / "machine.toml"


def vocabulary_file() -> Path:
    """The sector's vocabulary that came with the program."""
    return resources_dir() / "vocabulary.toml"


def sample_root_file() -> Path:
    return resources_dir() / "trust" / "sample-root.json"


def sample_bundles() -> tuple[Path, ...]:
    """The signed sample bundles that came with the program, by name."""
    return tuple(sorted(_beside_program("bundles", installed_as="_bundles").glob(f"*{BUNDLE_SUFFIX}")))


def guide_bundles() -> tuple[Path, ...]:
    """Those of the sample bundles that are the user guide."""
    return tuple(file for file in sample_bundles() if file.stem.startswith("user-guide-"))


def _beside_program(name: str, installed_as: str) -> Path:
    frozen_dir = getattr(sys, "_MEIPASS", None)
    if frozen_dir is not None:
        return Path(frozen_dir) / name
    installed = _PACKAGE_DIR / installed_as
    return installed if installed.is_dir() else _PACKAGE_DIR.parent / name
