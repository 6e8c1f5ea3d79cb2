"""What is remembered of the trust chain between two bundles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class Floor:
    """The newest edition that was accepted of a manual: an older one is a rollback from then on.

    Attributes:
        key_ids: The keys that signed it. The floor counts for as long as one of them is still trusted.
        accepted: The hash of the role file of each edition that was ever accepted, by edition.
    """

    edition: int
    key_ids: frozenset[str]
    accepted: Mapping[int, str]


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
