"""What an import could not carry over as it stood, with its place: nothing is dropped in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reader.domain.text import one_line


class Outcome(StrEnum):
    """What became of the thing that a finding speaks of."""

    LEFT_OUT = "left out"
    CHANGED = "changed"
    FURNITURE = "page furniture"
    TO_CHECK = "to check"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One remark of an import.

    Attributes:
        file: The file of the source, as a path inside it.
        line: Its line, counted from 1, where one is known.
        text: One sentence: what it is, and what became of it.
    """

    file: str
    line: int | None
    outcome: Outcome
    text: str

    def __str__(self) -> str:
        name = one_line(self.file)
        place = f"{name}, line {self.line}" if self.line else name
        return f"{place}: {one_line(self.text)}"


class Findings:
    """Collects the findings of an import, in order, each once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(self, file: str, line: int | None, outcome: Outcome, text: str) -> None:
        self._found[Finding(file, line, outcome, text)] = None

    def extend(self, findings: Iterable[Finding]) -> None:
        self._found.update(dict.fromkeys(findings))

    def all(self) -> tuple[Finding, ...]:
        """All of them, by file and line."""
        return tuple(sorted(self._found, key=lambda found: (found.file, found.line or 0)))
