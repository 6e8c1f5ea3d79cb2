"""The person's choices."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

LEAST_ZOOM: Final = 80
MOST_ZOOM: Final = 300
LEAST_LINES: Final = 100
MOST_LINES: Final = 200
LEAST_PARAGRAPHS: Final = 50
MOST_PARAGRAPHS: Final = 300


class Theme(StrEnum):
    """How the window looks."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    SEPIA = "sepia"
    HIGH_CONTRAST = "high-contrast"


class TextFont(StrEnum):
    """The letters of chapters. Which font stands for one depends on what is installed."""

    SYSTEM = "system"
    SERIF = "serif"
    READABLE = "readable"


class LineLength(StrEnum):
    """How far lines of a chapter reach."""

    NARROW = "narrow"
    NORMAL = "normal"
    WIDE = "wide"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Settings:
    """All choices, with their defaults.

    Attributes:
        zoom_percent: Size of the chapter text, 80 to 300.
        watched_dir: Bundles that appear in this folder are installed by themselves; None means no folder.
        line_percent: From line to line, 100 to 200; 100 is as close as the font allows.
        paragraph_percent: Distance between paragraphs, 50 to 300.
        window_follows: Whether the letters of the window grow with the text (up to twice their size).
        less_motion: Whether nothing moves by itself, even where the system would let it.
    """

    theme: Theme = Theme.SYSTEM
    zoom_percent: int = 100
    watched_dir: Path | None = None
    text_font: TextFont = TextFont.SYSTEM
    line_percent: int = 125
    paragraph_percent: int = 100
    line_length: LineLength = LineLength.NORMAL
    window_follows: bool = True
    less_motion: bool = False
