"""Expected failures, worded for the person who reads manuals.

The tree is narrow on purpose: code catches a `ReaderError` at the edge (a controller, the command line)
and shows its sentence; everything else is a fault of the program and crashes loudly.
"""

from __future__ import annotations

from enum import StrEnum


class ReaderError(Exception):
    """A failure that is shown to a person: one plain sentence that says what is wrong and what to do."""


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


class BundleRefusedError(ReaderError):
    """A bundle, or a part of one, is not shown. `reason` is the code, the text is the sentence."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
