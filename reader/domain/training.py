"""Training mode: a chapter, or two beside each other, one passage at a time, for a room to look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slide:
    """One passage on the screen.

    Attributes:
        name: What it is called in the list of slides: its heading.
        steps: What is shown, one after the other: sanitised HTML, each step with more than the one before.
    """

    name: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Show:
    """What is shown to a room.

    Attributes:
        title: Number and title, and the authority.
        provenance: What vouches for it, on one line; it stands on every slide.
        warnings: Sentences that stand on every slide too.
    """

    title: str
    provenance: str
    warnings: tuple[str, ...]
    slides: tuple[Slide, ...]
    start: int = 0
