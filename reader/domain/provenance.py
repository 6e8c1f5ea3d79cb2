"""Who vouches for an edition: the chain from the trust root to the people who signed it, as it was verified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Signer:
    """A key whose good signature stands under a file of the trust chain.

    Attributes:
        key_id: SHA-256 of the key in hexadecimal digits: its fingerprint.
        name: The name that the key was registered under; the start of the key id if it was given none.
    """

    key_id: str
    name: str


class LinkKind(StrEnum):
    """The four files between a trust root and a text, in the order in which one vouches for the next."""

    ROOT = "root"
    REGISTER = "register"
    AUTHORITY = "authority"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Link:
    """One file of the chain.

    Attributes:
        version: Its number; of an edition the edition's number.
        expires: The day by which it should be renewed. Later than that it warns, and is never refused for it.
        signers: Whose signatures under it are good, among those that had to sign it.
        threshold: How many had to.
        holders: How many might.
    """

    kind: LinkKind
    version: int
    expires: date
    signers: tuple[Signer, ...]
    threshold: int
    holders: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """The whole chain, from the trust root to the edition.

    Attributes:
        root_fingerprint: Of the newest trust root, as `grouped` shows it.
        links: One of each kind, in order.
    """

    root_fingerprint: str
    links: tuple[Link, ...]

    @property
    def renew_by(self) -> date:
        """The day by which the first of the files above the edition should be renewed."""
        return min(link.expires for link in self.links if link.kind is not LinkKind.EDITION)


@dataclass(frozen=True, slots=True)
class ManualTrust:
    """Who may sign a manual.

    Attributes:
        manual: "authority/manual".
        holders: The names of everybody whose signature counts.
        edition: The newest edition that was accepted on this laptop; 0 when none was.
    """

    manual: str
    holders: tuple[str, ...]
    threshold: int
    edition: int


@dataclass(frozen=True, slots=True)
class AuthorityTrust:
    """What is known of an authority that is on the register.

    Attributes:
        signer_list: Its list of signers; None when no bundle and no trust update brought one yet.
    """

    authority: str
    leads: tuple[str, ...]
    signer_list: Link | None
    manuals: tuple[ManualTrust, ...]


@dataclass(frozen=True, slots=True)
class TrustReport:
    """Whom this laptop trusts with what, at one moment.

    Attributes:
        pin_version: Of the trust root that was set.
        root: The newest root that follows from it.
        register: None when no bundle and no trust update brought one yet.
    """

    pin_version: int
    pin_fingerprint: str
    root: Link
    root_fingerprint: str
    register: Link | None
    authorities: tuple[AuthorityTrust, ...]


def grouped(digest: str) -> str:
    """A fingerprint in groups of four, for people to compare by eye."""
    return " ".join(digest[i : i + 4] for i in range(0, len(digest), 4))
