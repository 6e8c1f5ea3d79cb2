"""What an examination of an installation found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a finding is to be taken."""

    FACT = "fact"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what is so, and, where something should be done, what."""

    text: str
    verdict: Verdict = Verdict.FACT
    advice: str = ""


@dataclass(frozen=True, slots=True)
class HealthSection:
    """The findings about one part of the installation.

    Attributes:
        name: A short name for scripts.
    """

    name: str
    title: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """One page on an installation."""

    sections: tuple[HealthSection, ...]

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The findings of one kind, in the order of the page."""
        return tuple(f for section in self.sections for f in section.findings if f.verdict is verdict)

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong; notes may be there."""
        return not self.of(Verdict.WRONG)
