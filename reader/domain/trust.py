"""What is remembered of the trust chain between two bundles, and what was decided about files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class AcceptedEdition:
    """An edition that was accepted once.

    Attributes:
        signed_sha256: The hash of what was signed (the signed part of its role file, without the signatures): a
            second text under the same number is a conflict, another set of good signatures is not.
        key_ids: The keys whose signatures were good.
    """

    signed_sha256: str
    key_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Floor:
    """The editions of a manual that were accepted, by number: an older one is a rollback from then on.

    An edition counts for as long as one of the keys that it was seen under is still trusted.
    """

    accepted: Mapping[int, AcceptedEdition]

    def under(self, key_ids: frozenset[str]) -> Floor:
        """What of it still counts when these keys are trusted."""
        living = {edition: seen for edition, seen in self.accepted.items() if seen.key_ids & key_ids}
        return Floor(living)

    @property
    def edition(self) -> int:
        """The newest edition that counts; 0 when none does."""
        return max(self.accepted, default=0)


@dataclass(frozen=True, slots=True)
class TrustState:
    """The newest trust files that were seen, and the floor of each manual.

    Attributes:
        roots: The chain of root files, from the oldest known to the newest.
    """

    roots: tuple[bytes, ...]
    register: bytes | None = None
    authorities: Mapping[str, bytes] = field(default_factory=dict)
    floors: Mapping[ManualId, Floor] = field(default_factory=dict)


class Act(StrEnum):
    """What was being done when a file was accepted or refused."""

    VERIFY = "verify"
    INSTALL = "install"
    LOAD = "load"
    READ = "read"
    REMOVE = "remove"
    UPDATE = "trust-update"
    PIN = "pin"


ACCEPTED = "accepted"
NOT_ALLOWED = "not-allowed"
STORAGE = "storage"


@dataclass(frozen=True, slots=True)
class Decision:
    """That a file was accepted or refused: what IT finds in the log. Holds no path and no content.

    Attributes:
        file: The name of the file, without its folder.
        code: `accepted`, a `Reason`, or `storage` when the disk was at fault.
    """

    act: Act
    file: str
    code: str
    manual: ManualId | None = None
    edition: int | None = None
