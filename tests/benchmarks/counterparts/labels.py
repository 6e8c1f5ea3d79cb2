"""What was judged by reading: the chapters of other manuals that are right, and those that only look right."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

LABELS_FILE: Final = Path(__file__).with_name("labels.toml")
TRAINING: Final = frozenset({"northmere", "saltby"})


class Asked(NamedTuple):
    """A chapter of one manual, and the other manual in which its counterpart is looked for."""

    manual: str
    chapter: str
    other: str


@dataclass(frozen=True, slots=True)
class Label:
    """What is right for one chapter in one other manual.

    Attributes:
        theme: What the chapter is about; all labels of one theme are held out or none.
        is_held_out: Whether neither terms nor weights may be chosen by it.
        accepted: The chapters that are right, the best first; none where the other manual has no counterpart.
        look_alikes: Chapters that look right and are not.
    """

    asked: Asked
    theme: str
    is_held_out: bool
    accepted: tuple[str, ...]
    look_alikes: tuple[str, ...]

    @property
    def is_training(self) -> bool:
        """Whether a training manual takes part."""
        return bool(TRAINING & {self.asked.manual, self.asked.other})


def labels(file: Path = LABELS_FILE) -> tuple[Label, ...]:
    """All labels, in the order of the file."""
    found = tuple(
        Label(
            asked=Asked(str(row["manual"]), str(row["id"]), str(other)),
            theme=str(row["theme"]),
            is_held_out=bool(row["held_out"]),
            accepted=tuple(map(str, accepted)),
            look_alikes=tuple(map(str, row.get("look_alikes", {}).get(other, ()))),
        )
        for row in tomllib.loads(file.read_text(encoding="utf-8"))["chapter"]
        for other, accepted in row["counterparts"].items()
    )
    assert len({label.asked for label in found}) == len(found), "a chapter is judged twice"
    return found


def check(found: tuple[Label, ...], titles: Mapping[str, Mapping[str, str]]) -> None:
    """That every chapter which a label names is in its manual."""
    for label in found:
        asked = label.asked
        assert asked.chapter in titles[asked.manual], asked
        missing = {*label.accepted, *label.look_alikes} - titles[asked.other].keys()
        assert not missing, (asked, missing)
