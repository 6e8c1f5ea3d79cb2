"""settings.toml: the person's choices. A damaged file costs the choices and nothing else."""

from __future__ import annotations

import contextlib
import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reader.domain.errors import StorageError
from reader.domain.files import is_there, replace, write_in_one_step
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
    """The one reader and writer of settings.toml.

    Attributes:
        recovery: A sentence for the person when the file was damaged and its copy took its place, else None.
    """

    def __init__(self, file: Path, copy: Path | None = None) -> None:
        """Name the file, and where a copy of it is kept; nothing is read yet."""
        self._file = file
        self._copy = copy
        self.recovery: str | None = None

    def load(self) -> Settings:
        """The settings; from the copy when the file is damaged, which is set aside then.

        Raises:
            StorageError: when the file is there and cannot be used, nor a copy; the caller goes on with the defaults.
        """
        try:
            return self.read()
        except StorageError:
            settings = self._from_copy()
            if settings is None:
                raise
            return settings

    def read(self) -> Settings:
        """The settings as the file has them, and nothing else; the defaults when there is no file yet.

        Raises:
            StorageError: when the file is there and cannot be used.
        """
        return _read(self._file) if is_there(self._file) else Settings()

    def _from_copy(self) -> Settings | None:
        if self._copy is None or not is_there(self._copy):
            return None
        aside = self._file.with_name(f"{self._file.stem}-damaged{self._file.suffix}")
        try:
            settings = _read(self._copy)
            if not aside.exists():
                replace(self._file, aside)
            self.save(settings)
        except (OSError, StorageError):
            return None
        self.recovery = (
            f"{self._file} was damaged. The copy of your settings took its place; the damaged file is kept as"
            f" {aside.name}."
        )
        return settings

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
        if self._copy is not None:
            with contextlib.suppress(StorageError):
                write_in_one_step(self._copy, text.encode("utf-8"))


def _read(file: Path) -> Settings:
    try:
        raw = file.read_bytes()
        if not raw.strip(b"\0 \r\n\t"):
            raise StorageError(f"{file} is empty, so the default settings are used: remove it.")
        parsed = _SettingsToml.model_validate(tomllib.loads(raw.decode("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise StorageError(
            f"{file} cannot be used, so the default settings are: mend the file or remove it."
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
