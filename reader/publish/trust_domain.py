"""The publisher's side of the trust chain: who is the root, who is on the register, who signs which manual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from securesystemslib.exceptions import UnverifiedSignatureError
from securesystemslib.signer import Key, Signer
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, Targets

from reader.bundle import metadata, names
from reader.bundle.container import pack
from reader.bundle.metadata import SPEC_VERSION, holder_of
from reader.bundle.trust import TrustRoot
from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step
from reader.domain.manual import ManualId
from reader.publish.keys import add_signature


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
        return TrustRoot.parse(self.roots[0])

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Every root, from the first to the newest."""
        versions = sorted(v for name in self.files if (v := names.root_version(name)) is not None)
        return tuple(self.files[names.root_name(version)] for version in versions)

    def as_update(self) -> bytes:
        """A trust update: every root, the register, and the lists of signers of the authorities that are on it."""
        register = metadata.read_targets(self.files[names.REGISTER_NAME], "The register").signed
        on_it = (register.delegations.roles or {}) if register.delegations else {}
        wanted = {names.REGISTER_NAME, *(names.authority_role_name(authority) for authority in on_it)}
        members = {
            name: raw for name, raw in self.files.items() if name in wanted or names.root_version(name)
        }
        return pack(members, names.UPDATE_MIMETYPE)

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


@dataclass(frozen=True, slots=True)
class SignatureNeed:
    """How many of which holders must sign a file, and who has."""

    who: str
    threshold: int
    signed: tuple[str, ...]
    missing: tuple[str, ...]

    @classmethod
    def of(
        cls, file: Metadata[Root] | Metadata[Targets], who: str, role: Role, keys: Mapping[str, Key]
    ) -> SignatureNeed:
        """What a file has of the signatures that a role's holders must give it."""
        held = [keys[key_id] for key_id in role.keyids]
        good = [key for key in held if is_signed_by(file, key)]
        missing = [key for key in held if key not in good]
        return cls(who, role.threshold, tuple(map(holder_of, good)), tuple(map(holder_of, missing)))

    @property
    def is_met(self) -> bool:
        return len(self.signed) >= self.threshold

    @property
    def sentence(self) -> str:
        """Such as "1 of 2 signatures (Jo Root), waiting for Sam Root or Kit Root"."""
        by = f" ({'; '.join(self.signed)})" if self.signed else ""
        text = f"{len(self.signed)} of {self.threshold} signatures of {self.who}{by}"
        if self.is_met:
            return text
        left = self.threshold - len(self.signed)
        if left == len(self.missing):
            return f"{text}, waiting for {' and '.join(self.missing)}"
        if left == 1:
            return f"{text}, waiting for {' or '.join(self.missing)}"
        return f"{text}, waiting for {left} of {'; '.join(self.missing)}"


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
    roles = {name: (holders, role_path(name)) for name, holders in authorities.items()}
    return _signed(_delegator(roles, version, expires), signers)


def make_authority(
    authority: str, manuals: Mapping[str, Holders], signers: Sequence[Signer], expires: date, version: int = 1
) -> bytes:
    """An authority's list: each of its manuals and the keys that sign it."""
    roles = {
        f"{authority}.{manual}": (holders, role_path(authority, manual))
        for manual, holders in manuals.items()
    }
    return _signed(_delegator(roles, version, expires), signers)


def role_path(authority: str, manual: str | None = None) -> str:
    """The one path that an authority's or a manual's role may sign, spelled as the format demands."""
    return f"{authority}/{manual}/*/*" if manual else f"{authority}/*/*/*"


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


def is_signed_by(file: Metadata[Root] | Metadata[Targets], key: Key) -> bool:
    """Whether a file carries a good signature by a key."""
    signature = file.signatures.get(key.keyid)
    if signature is None:
        return False
    try:
        key.verify_signature(signature, file.signed_bytes)
    except UnverifiedSignatureError:
        return False
    return True


def _signed(payload: Metadata[Root] | Metadata[Targets], signers: Sequence[Signer]) -> bytes:
    for signer in signers:
        add_signature(payload, signer)
    return metadata.to_bytes(payload)
