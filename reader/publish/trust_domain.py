"""The publisher's side of the trust chain: who is the root, who is on the register, who signs which manual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, Targets

from reader.bundle import metadata, names
from reader.bundle.metadata import SPEC_VERSION
from reader.bundle.trust import TrustRoot
from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.domain.manual import ManualId


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds a role: the public keys, and how many of them must sign."""

    keys: tuple[Key, ...]
    threshold: int = 1

    @classmethod
    def of(cls, signers: Sequence[Signer], threshold: int = 1) -> Holders:
        return cls(tuple(signer.public_key for signer in signers), threshold)


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """The public files of a trust domain, by their name inside a bundle ("trust/1.root.json")."""

    files: Mapping[str, bytes]

    @classmethod
    def read(cls, folder: Path) -> TrustFiles:
        """Read the folder of a trust domain.

        Raises:
            SourceError: when there is no root or no register in it.
        """
        try:
            files = {f"trust/{file.name}": file.read_bytes() for file in sorted(folder.glob("*.json"))}
        except OSError as error:
            raise SourceError(f"{folder} cannot be read: {error.strerror}.") from error
        if names.REGISTER_NAME not in files or not any(names.root_version(name) for name in files):
            raise SourceError(
                f"{folder} is no trust domain: it holds no root and no register (targets.json)."
            )
        return cls(files)

    def write(self, folder: Path) -> None:
        """Write every file, each in one step.

        Raises:
            StorageError: when one cannot be written.
        """
        for name, raw in self.files.items():
            write_in_one_step(folder / name.removeprefix("trust/"), raw)

    @property
    def first_root(self) -> TrustRoot:
        """The root that IT pins."""
        version = min(v for name in self.files if (v := names.root_version(name)) is not None)
        return TrustRoot.parse(self.files[names.root_name(version)])

    def for_manual(self, manual: ManualId) -> dict[str, bytes]:
        """The trust files that a bundle of a manual carries, without the manual's own list.

        Raises:
            SourceError: when the authority has no list of signers in this domain.
        """
        authority = names.authority_role_name(manual.authority)
        if authority not in self.files:
            raise SourceError(
                f"{manual.authority} is not registered in this trust domain: authorise it first."
            )
        return {
            name: raw
            for name, raw in self.files.items()
            if name in {authority, names.REGISTER_NAME} or names.root_version(name)
        }


def make_root(root: Holders, registrar: Holders, signers: Sequence[Signer], expires: date) -> bytes:
    """Version 1 of a root, signed by its holders. Timestamp and snapshot have no keys: they are not used."""
    keys = {key.keyid: key for key in (*root.keys, *registrar.keys)}
    payload = Root(
        version=1,
        spec_version=SPEC_VERSION,
        expires=metadata.expiry_of(expires),
        keys=keys,
        roles={
            "root": Role([key.keyid for key in root.keys], root.threshold),
            "targets": Role([key.keyid for key in registrar.keys], registrar.threshold),
            "timestamp": Role([], 1),
            "snapshot": Role([], 1),
        },
        consistent_snapshot=False,
    )
    return _signed(Metadata(payload), signers)


def make_register(
    authorities: Mapping[str, Holders], signers: Sequence[Signer], expires: date, version: int = 1
) -> bytes:
    """The register: each authority and the keys that lead it."""
    roles = {name: (holders, f"{name}/*/*/*") for name, holders in authorities.items()}
    return _signed(_delegator(roles, version, expires), signers)


def make_authority(
    authority: str, manuals: Mapping[str, Holders], signers: Sequence[Signer], expires: date, version: int = 1
) -> bytes:
    """An authority's list: each of its manuals and the keys that sign it."""
    roles = {
        f"{authority}.{manual}": (holders, f"{authority}/{manual}/*/*") for manual, holders in manuals.items()
    }
    return _signed(_delegator(roles, version, expires), signers)


def _delegator(roles: Mapping[str, tuple[Holders, str]], version: int, expires: date) -> Metadata[Targets]:
    keys = {key.keyid: key for holders, _ in roles.values() for key in holders.keys}
    delegated = {
        name: DelegatedRole(
            name, [key.keyid for key in holders.keys], holders.threshold, terminating=True, paths=[path]
        )
        for name, (holders, path) in sorted(roles.items())
    }
    return Metadata(
        Targets(
            version=version,
            spec_version=SPEC_VERSION,
            expires=metadata.expiry_of(expires),
            delegations=Delegations(keys, delegated),
        )
    )


def _signed(payload: Metadata[Root] | Metadata[Targets], signers: Sequence[Signer]) -> bytes:
    for signer in signers:
        payload.sign(signer, append=True)
    return metadata.to_bytes(payload)
