"""Where things lie: the person's data, what IT deploys, and what came with the program."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import platformdirs

APP_NAME: Final = "procedures-reader"
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
    def log_dir(self) -> Path:
        return self.base_dir / "log"


def default_base_dir() -> Path:
    """The platform's per-user data folder."""
    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def sample_base_dir() -> Path:
    """The sample library's own folder: nothing of it ever mixes with the person's library."""
    return Path(platformdirs.user_data_dir(f"{APP_NAME}-sample", appauthor=False))


def pinned_root_file() -> Path | None:
    """The trust root that IT or the person has set: the machine's wins over the person's own; None if none is."""
    for folder in (
        platformdirs.site_config_dir(APP_NAME, appauthor=False),
        platformdirs.user_config_dir(APP_NAME, appauthor=False),
    ):
        file = Path(folder) / "trust" / "root.json"
        if file.is_file():
            return file
    return None


def resources_dir() -> Path:
    """The folder of resources, in a checkout, an installed package or a frozen program."""
    return _beside_program("resources", installed_as="_resources")


def sample_root_file() -> Path:
    return resources_dir() / "trust" / "sample-root.json"


def sample_bundles() -> tuple[Path, ...]:
    """The signed sample bundles that came with the program, by name."""
    return tuple(sorted(_beside_program("bundles", installed_as="_bundles").glob("*.manual")))


def _beside_program(name: str, installed_as: str) -> Path:
    frozen_dir = getattr(sys, "_MEIPASS", None)
    if frozen_dir is not None:
        return Path(frozen_dir) / name
    installed = _PACKAGE_DIR / installed_as
    return installed if installed.is_dir() else _PACKAGE_DIR.parent / name
