"""Expected failures, worded for the person who reads manuals.

The tree is narrow on purpose: code catches a `ReaderError` at the edge (a controller, the command line)
and shows its sentence; everything else is a fault of the program and crashes loudly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ReaderError(Exception):
    """A failure that is shown to a person, in plain words: what is wrong and what to do."""


class CancelledError(ReaderError):
    """The person stopped the work. Never shown."""


class StorageError(ReaderError):
    """A file could not be read or written."""


class NotFoundError(ReaderError):
    """A manual, edition, chapter or bookmark that was named does not exist."""


class SourceError(ReaderError):
    """A publisher's source (contents list, manual.toml, chapter, key) cannot be used as it stands."""


class TrustError(ReaderError):
    """A trust root cannot be set or used, or a change of a trust domain is not possible."""


class NotAllowedError(ReaderError):
    """IT has switched this off for the people of this computer."""


class SearchError(ReaderError):
    """An index cannot be built or searched."""


class Reason(StrEnum):
    """The code of a refusal: what scripts and tests look at, and what the threat table names."""

    TAMPERED = "tampered"
    MISSING = "missing"
    EXTRA = "extra"
    SHAPE = "shape"
    DAMAGED = "damaged"
    NOT_A_BUNDLE = "not-a-bundle"
    SIGNATURE = "signature"
    META_FORM = "meta-form"
    OUT_OF_SCOPE = "out-of-scope"
    NOT_DELEGATED = "not-delegated"
    NO_TRUST_ROOT = "no-trust-root"
    ROLLBACK = "rollback"
    FAST_FORWARD = "fast-forward"
    ROOT_VERSION = "root-version"
    BAD_NAME = "bad-name"
    ZIP_FORM = "zip-form"
    TOO_MANY = "too-many"
    TOO_BIG = "too-big"
    MANIFEST = "manifest"
    CONTENT = "content"
    CHAPTER_TOO_COMPLEX = "chapter-too-complex"
    CONFLICT = "conflict"
    WRONG_LIBRARY = "wrong-library"


@dataclass(frozen=True, slots=True)
class Explanation:
    """A kind of refusal in words for somebody who reads manuals: what has happened, and what to do next."""

    happened: str
    advice: str


_FRESH_COPY: Final = "Ask whoever sent it for a fresh copy."
_NOT_GENUINE_FORM: Final = "This file is not genuine, or it was made wrongly."
_TELL_AUTHORITY_AND_IT: Final = "Do not use it: tell the authority and IT."

EXPLANATIONS: Final[Mapping[Reason, Explanation]] = {
    Reason.TAMPERED: Explanation(
        "A text was changed after the authority signed it.",
        "Do not use this copy: ask the authority or IT for a fresh one.",
    ),
    Reason.MISSING: Explanation(
        "A part of this manual is missing.", "Ask the authority or IT for a fresh copy."
    ),
    Reason.EXTRA: Explanation("This file holds something that nobody signed.", _FRESH_COPY),
    Reason.SHAPE: Explanation(_NOT_GENUINE_FORM, _FRESH_COPY),
    Reason.DAMAGED: Explanation("This file is damaged.", _FRESH_COPY),
    Reason.NOT_A_BUNDLE: Explanation(
        "This file is not what its name says.", "Ask whoever sent it for the file that was meant."
    ),
    Reason.SIGNATURE: Explanation(
        "The people who have to sign this have not signed it.",
        "Do not use it: ask the authority for a signed copy, or IT whether those who may sign have changed.",
    ),
    Reason.META_FORM: Explanation(_NOT_GENUINE_FORM, _TELL_AUTHORITY_AND_IT),
    Reason.OUT_OF_SCOPE: Explanation("Somebody signed what is not theirs to sign.", _TELL_AUTHORITY_AND_IT),
    Reason.NOT_DELEGATED: Explanation(
        "Nobody whom this computer trusts has said who may sign this.",
        "Ask IT whether a trust update is missing.",
    ),
    Reason.NO_TRUST_ROOT: Explanation(
        "This computer has not been told yet whom to trust.", "Ask IT to set the trust root of this computer."
    ),
    Reason.ROLLBACK: Explanation(
        "This edition is older than one that was installed here before.",
        "Install the newest edition instead.",
    ),
    Reason.FAST_FORWARD: Explanation(
        "The number of this edition can hardly be right.", "Ask the authority whether that number is right."
    ),
    Reason.ROOT_VERSION: Explanation(_NOT_GENUINE_FORM, _TELL_AUTHORITY_AND_IT),
    Reason.BAD_NAME: Explanation(_NOT_GENUINE_FORM, _TELL_AUTHORITY_AND_IT),
    Reason.ZIP_FORM: Explanation(_NOT_GENUINE_FORM, _FRESH_COPY),
    Reason.TOO_MANY: Explanation(
        "This file holds more than a manual can.", "Tell the authority: it has to be made smaller."
    ),
    Reason.TOO_BIG: Explanation(
        "This file is larger than a manual can be.", "Tell the authority: it has to be made smaller."
    ),
    Reason.MANIFEST: Explanation(
        "What this manual says of itself does not fit together.",
        "Tell the authority: it has to be built and signed again.",
    ),
    Reason.CONTENT: Explanation(
        "A part of this manual cannot be shown safely.", "Tell the authority: that part has to be mended."
    ),
    Reason.CHAPTER_TOO_COMPLEX: Explanation(
        "A chapter cannot be shown safely.",
        "Tell the authority: it has to be made simpler. The rest of the manual can be read.",
    ),
    Reason.CONFLICT: Explanation(
        "Two different texts claim to be the same one.",
        "Do not use it: tell the authority and IT, who have to find out which is genuine.",
    ),
    Reason.WRONG_LIBRARY: Explanation(
        "This library belongs to another trust root.",
        "Open it without --sample, or name another library folder.",
    ),
}
"""Every reason in plain words; the code beside it is for scripts and logs."""


class BundleRefusedError(ReaderError):
    """A bundle, a trust update, or a part of one, is not shown.

    As text it is the finding, then what became of the file, then what to do.

    Attributes:
        reason: The code.
        finding: One sentence: what exactly is wrong.
        outcome: What was done with the file; empty where that is plain.
    """

    def __init__(self, reason: Reason, finding: str, outcome: str = "") -> None:
        super().__init__(reason, finding, outcome)
        self.reason = reason
        self.finding = finding
        self.outcome = outcome

    def __str__(self) -> str:
        return " ".join(part for part in (self.finding, self.outcome, self.explanation.advice) if part)

    @property
    def explanation(self) -> Explanation:
        return EXPLANATIONS[self.reason]

    def with_outcome(self, outcome: str) -> BundleRefusedError:
        """The same refusal, saying what became of the file."""
        return BundleRefusedError(self.reason, self.finding, outcome)
