"""settings.toml: the person's choices. A damaged file costs the choices and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.errors import StorageError
from reader.domain.files import write_in_one_step
from reader.domain.settings import (
    LEAST_LINES,
    LEAST_PARAGRAPHS,
    LEAST_ZOOM,
    MOST_LINES,
    MOST_PARAGRAPHS,
    MOST_ZOOM,
    LineLength,
    Settings,
    TextFont,
    Theme,
)


class _SettingsToml(BaseModel):
    model_config = ConfigDict(extra="ignore")

    theme: Theme = Theme.SYSTEM
    zoom_percent: Annotated[int, Field(ge=50, le=MOST_ZOOM)] = 100  # earlier programs went down to 50
    watched_dir: str = ""
    text_font: TextFont = TextFont.SYSTEM
    line_percent: Annotated[int, Field(ge=LEAST_LINES, le=MOST_LINES)] = 125
    paragraph_percent: Annotated[int, Field(ge=LEAST_PARAGRAPHS, le=MOST_PARAGRAPHS)] = 100
    line_length: LineLength = LineLength.NORMAL
    window_follows: bool = True
    less_motion: bool = False


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
            parsed.theme,
            max(parsed.zoom_percent, LEAST_ZOOM),
            Path(parsed.watched_dir) if parsed.watched_dir else None,
            parsed.text_font,
            parsed.line_percent,
            parsed.paragraph_percent,
            parsed.line_length,
            parsed.window_follows,
            parsed.less_motion,
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
                "text_font": settings.text_font.value,
                "line_percent": settings.line_percent,
                "paragraph_percent": settings.paragraph_percent,
                "line_length": settings.line_length.value,
                "window_follows": settings.window_follows,
                "less_motion": settings.less_motion,
            }
        )
        write_in_one_step(self._file, text.encode("utf-8"))
