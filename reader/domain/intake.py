"""Files in watched folders, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from reader.domain.manual import Manifest


@dataclass(frozen=True, slots=True)
class Offer:
    """A file in a watched folder, as it was when it was looked at.

    Attributes:
        modified_ns: When it was last written to, in nanoseconds.
    """

    file: Path
    size_bytes: int
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A folder that cannot be looked into.

    Attributes:
        why: In the words of the system.
        is_away: Whether it is merely not there now (a share without a network, a stick that is not plugged in), so
            that nobody has to mend anything.
    """

    folder: Path
    why: str
    is_away: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a look into the watched folders found.

    Attributes:
        offers: Files to be taken in, in this order: trust updates first, since they say who may sign the manuals.
        arriving: How many files are still being copied, or could not be read yet.
    """

    offers: tuple[Offer, ...] = ()
    arriving: int = 0
    unreachable: tuple[Unreachable, ...] = ()


class Fate(Enum):
    """What became of a file."""

    ADDED = "added"
    TRUST_UPDATED = "trust-updated"
    KNOWN = "known"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file.

    Attributes:
        manifest: Of the edition that was added.
        sentence: Why it was refused, or has to wait.
        is_news: Whether nobody has been told yet.
    """

    file: Path
    fate: Fate
    manifest: Manifest | None = None
    sentence: str = ""
    is_news: bool = True
