"""settings.toml: the person's choices. A damaged file costs the choices and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.errors import StorageError
from reader.domain.files import write_in_one_step
from reader.domain.settings import Settings, Theme


class _SettingsToml(BaseModel):
    model_config = ConfigDict(extra="ignore")

    theme: Literal["system", "light", "dark", "high-contrast"] = "system"
    zoom_percent: Annotated[int, Field(ge=50, le=300)] = 100
    watched_dir: str = ""


class SettingsStore:
    """The one reader and writer of settings.toml."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def load(self) -> Settings:
        """The settings; the defaults when there is no file yet.

        Raises:
            StorageError: when the file is there and cannot be used; the caller goes on with the defaults.
        """
        try:
            parsed = _SettingsToml.model_validate(tomllib.loads(self._file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return Settings()
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
            raise StorageError(
                f"{self._file} cannot be used, so the default settings are: mend the file or remove it."
            ) from error
        return Settings(
            Theme(parsed.theme), parsed.zoom_percent, Path(parsed.watched_dir) if parsed.watched_dir else None
        )

    def save(self, settings: Settings) -> None:
        """Write all settings in one step.

        Raises:
            StorageError: when the file cannot be written.
        """
        import tomlkit  # noqa: PLC0415  # not needed to start

        text = tomlkit.dumps(
            {
                "theme": settings.theme.value,
                "zoom_percent": settings.zoom_percent,
                "watched_dir": str(settings.watched_dir or ""),
            }
        )
        write_in_one_step(self._file, text.encode("utf-8"))
