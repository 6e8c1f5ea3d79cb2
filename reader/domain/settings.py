"""The person's choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices, with their defaults.

    Attributes:
        zoom_percent: Size of the chapter text, 50 to 300.
        watched_dir: Bundles that appear in this folder are installed by themselves; None means no folder.
    """

    theme: Theme = Theme.SYSTEM
    zoom_percent: int = 100
    watched_dir: Path | None = None
