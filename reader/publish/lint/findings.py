"""A finding of the lint: what is wrong, where, and what to do."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

_FINGERPRINT_CHARACTERS: Final = 12
_KEY_CHARACTERS: Final = 6
_QUOTE_CHARACTERS: Final = 90


class Severity(StrEnum):
    """How much a finding weighs: readers would stumble, somebody should look, or it could be better."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a person looked at a finding and let it stand."""

    because: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to be looked at.

    Attributes:
        code: The rule, as `RULES` names it.
        file: Where it stands, as a path inside the source folder.
        line: The line of that file, from 1, where it can be told.
        chapter: The id of the chapter that it belongs to.
        anchor: The id of the passage that it stands in.
        heading: The heading of that passage.
        text: One sentence: what is wrong.
        advice: One sentence: what to do.
        subject: The text that was judged. When it changes, an acceptance no longer counts.
        spot: What names the place when it is in no chapter, such as a file.
    """

    code: str
    severity: Severity
    file: str
    line: int | None
    chapter: str | None
    anchor: str | None
    heading: str
    text: str
    advice: str
    subject: str
    spot: str = ""
    accepted: Acceptance | None = None

    @property
    def place(self) -> str:
        """The chapter and its passage, or the file: "case-recording#4-records"."""
        if self.chapter is None:
            return self.spot or self.file
        return f"{self.chapter}#{self.anchor}" if self.anchor else self.chapter

    @property
    def fingerprint(self) -> str:
        """Tells whether the text that was judged is still the same; white space does not count."""
        told = " ".join(f"{self.code} {self.subject}".split())
        return hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:_FINGERPRINT_CHARACTERS]

    @property
    def key(self) -> str:
        """What names this finding on the command line."""
        return f"{self.code}:{self.place}@{self.fingerprint[:_KEY_CHARACTERS]}"

    @property
    def quote(self) -> str:
        """The beginning of the text that was judged."""
        return shortened(self.subject, _QUOTE_CHARACTERS)


def shortened(text: str, characters: int = 60) -> str:
    """The text on one line, cut between words where it is long."""
    folded = " ".join(text.split())
    if len(folded) <= characters:
        return folded
    cut = folded[:characters]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "..."
