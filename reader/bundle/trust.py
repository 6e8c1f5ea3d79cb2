"""The trust chain: root to register to authority to manual, walked offline, and what is remembered of it.

Pure functions over bytes: nothing here reads or writes a file, so every rule can be tested on a really signed
bundle without a disk. Rules: the manual bundle, format 1, "Roles" and "Policy"; the walk from root N to N + 1
follows the TUF specification, section 5.3.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Metadata, Root, Targets

from reader.bundle import names
from reader.bundle.container import Container
from reader.bundle.limits import EDITION_JUMP, ROOTS_IN_A_BUNDLE
from reader.bundle.metadata import holder_of, read_root, read_targets
from reader.bundle.names import Layout, UpdateLayout
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.manual import ID_PATTERN, ManualId
from reader.domain.provenance import (
    AuthorityTrust,
    Link,
    LinkKind,
    ManualTrust,
    Provenance,
    Signer,
    TrustReport,
    grouped,
)
from reader.domain.trust import AcceptedEdition, Floor, TrustState


@dataclass(frozen=True, slots=True)
class TrustRoot:
    """The pinned root: whom IT decided to trust. Only `parse` makes one."""

    raw: bytes
    version: int
    fingerprint: str

    @classmethod
    def parse(cls, raw: bytes) -> TrustRoot:
        """Read a root file and check that its own keys signed it.

        Raises:
            BundleRefusedError: `meta-form` or `signature`.
        """
        root = read_root(raw, "The trust root")
        if not root.signed.get_root_verification_result(None, root.signed_bytes, root.signatures):
            raise BundleRefusedError(Reason.SIGNATURE, "The trust root is not signed by its own keys.")
        return cls(raw, root.signed.version, fingerprint(raw))

    def start(self, remembered: TrustState | None) -> TrustState:
        """The state to go on from: what is remembered if it is of the same line as this pin, else a clean one.

        A pin is of the same line when it stands in the remembered chain, when it follows on that chain, or when
        the chain follows on it; so a redeployed older pin does not step back, and another domain starts clean.
        """
        fresh = TrustState(roots=(self.raw,))
        if remembered is None or not remembered.roots:
            return fresh
        known = remembered.roots
        try:
            at = next((at for at, raw in enumerate(known) if _is_same_root(raw, self.raw)), None)
            if at is not None:
                is_older_part_good = all(map(_follows, known[:at], known[1 : at + 1]))
                roots = (*(known[:at] if is_older_part_good else ()), self.raw, *known[at + 1 :])
            elif _follows(known[-1], self.raw):
                roots = (*known, self.raw)
            elif _follows(self.raw, known[0]):
                roots = (self.raw, *known)
            else:
                return fresh
        except BundleRefusedError:  # damaged inside: as good as forgotten
            return fresh
        return replace(remembered, roots=_verified_chain(roots, self.raw))


@dataclass(frozen=True, slots=True)
class Verified:
    """A file of the trust chain whose signatures were found good."""

    raw: bytes
    metadata: Metadata[Targets]
    signers: tuple[Signer, ...]


@dataclass(frozen=True, slots=True)
class TrustChain:
    """The verified delegators of one manual, newest known version of each."""

    root: Metadata[Root]
    root_fingerprint: str
    register: Verified
    authority: Verified
    manual: ManualId

    def owns(self, target: str) -> bool:
        """Whether the delegations at both levels give a target to this manual's role and to nobody else."""
        return _owners(self.register.metadata, target) == [self.manual.authority] and _owners(
            self.authority.metadata, target
        ) == [f"{self.manual.authority}.{self.manual.manual}"]

    def provenance(self, role: VerifiedRole) -> Provenance:
        """The chain down to an edition, for people."""
        return Provenance(
            self.root_fingerprint,
            (
                _root_link(self.root),
                _link(LinkKind.REGISTER, self.register, self.root, "targets"),
                _link(LinkKind.AUTHORITY, self.authority, self.register.metadata, self.manual.authority),
                _link(
                    LinkKind.EDITION,
                    role,
                    self.authority.metadata,
                    f"{self.manual.authority}.{self.manual.manual}",
                ),
            ),
        )


def fingerprint(root_raw: bytes) -> str:
    """SHA-256 of a root file in groups of four, for people to compare by eye."""
    return grouped(hashlib.sha256(root_raw).hexdigest())


def offered_fingerprint(container: Container) -> str | None:
    """The fingerprint of the oldest root that a bundle brings, for IT; nothing is said about its worth."""
    versions = sorted(v for name in container.names if (v := names.root_version(name)) is not None)
    return fingerprint(container.read(names.root_name(versions[0]))) if versions else None


def walk(container: Container, layout: Layout, state: TrustState) -> tuple[TrustState, TrustChain]:
    """Walk the trust files of a bundle, on top of what is remembered.

    The new state may be kept even when the rest of the bundle is refused: it is verified in itself.

    Raises:
        BundleRefusedError: `signature`, `meta-form`, `root-version`, `not-delegated`, `conflict`, `too-many`.
    """
    roots = _walk_roots(container, layout.root_versions, state.roots)
    root = read_root(roots[-1], "The trust root")
    register = _newest_register(root, container.read(names.REGISTER_NAME), state.register)
    authority_id = layout.manual.authority
    authority = _newest_authority(
        register.metadata,
        authority_id,
        container.read(names.authority_role_name(authority_id)),
        state.authorities.get(authority_id),
    )
    authorities = {**state.authorities, authority_id: authority.raw}
    new_state = replace(state, roots=roots, register=register.raw, authorities=authorities)
    return new_state, TrustChain(root, fingerprint(roots[-1]), register, authority, layout.manual)


def walk_update(container: Container, layout: UpdateLayout, state: TrustState) -> TrustState:
    """What is remembered once a trust update was walked: newer roots, register and lists of signers, no content.

    An update that is older than what is remembered may still speak of authorities that have left since: that is passed
    over, so that one which IT left lying beside a newer one does no harm.

    Raises:
        BundleRefusedError: `signature`, `meta-form`, `root-version`, `not-delegated`, `conflict`, `too-many`.
    """
    roots = _walk_roots(container, layout.root_versions, state.roots)
    root = read_root(roots[-1], "The trust root")
    offered = container.read(names.REGISTER_NAME)
    register = _newest_register(root, offered, state.register)
    is_older = read_targets(offered, "The register").signed.version < register.metadata.signed.version
    authorities = dict(state.authorities)
    for authority in layout.authorities:
        if is_older and not _is_on(register.metadata, authority):
            continue
        raw = container.read(names.authority_role_name(authority))
        found = _newest_authority(register.metadata, authority, raw, authorities.get(authority))
        authorities[authority] = found.raw
    return replace(state, roots=roots, register=register.raw, authorities=authorities)


def check_list(targets: Metadata[Targets], what: str, authority: str | None) -> None:
    """Refuse a register (without an authority) or an authority's list that gives away more than it may.

    Raises:
        BundleRefusedError: `out-of-scope`.
    """
    if authority is None:
        _check_delegator(targets, what, prefix="", path_tail="/*/*/*")
    else:
        _check_delegator(targets, what, prefix=f"{authority}.", path_tail="/*/*")


def report(pin: TrustRoot, state: TrustState) -> TrustReport:
    """Whom a laptop trusts with what. What is remembered is verified again, and left out where it does not hold."""
    root = read_root(state.roots[-1], "The trust root")
    register = _still_good(root, "targets", state.register, "The register") if state.register else None
    authorities: list[AuthorityTrust] = []
    delegations = register.metadata.signed.delegations if register else None
    for name, role in sorted(((delegations.roles or {}) if delegations else {}).items()):
        assert register is not None  # noqa: S101  # it named the role
        assert delegations is not None  # noqa: S101
        leads = tuple(holder_of(delegations.keys[key_id]) for key_id in role.keyids)
        raw = state.authorities.get(name)
        found = _still_good(register.metadata, name, raw, name) if raw is not None else None
        authorities.append(
            AuthorityTrust(
                name,
                leads,
                _link(LinkKind.AUTHORITY, found, register.metadata, name) if found else None,
                _manuals_of(found.metadata, state) if found else (),
            )
        )
    return TrustReport(
        pin.version,
        pin.fingerprint,
        _root_link(root),
        fingerprint(state.roots[-1]),
        _link(LinkKind.REGISTER, register, root, "targets") if register else None,
        tuple(authorities),
    )


def _manuals_of(signer_list: Metadata[Targets], state: TrustState) -> tuple[ManualTrust, ...]:
    delegations = signer_list.signed.delegations
    if delegations is None:
        return ()
    found: list[ManualTrust] = []
    for name, role in sorted((delegations.roles or {}).items()):
        manual = ManualId(*name.split(".", 1))
        floor = state.floors.get(manual, Floor({})).under(frozenset(role.keyids))
        holders = tuple(holder_of(delegations.keys[key_id]) for key_id in role.keyids)
        found.append(ManualTrust(str(manual), holders, role.threshold, floor.edition))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class VerifiedRole:
    """An edition's list of files whose signatures were found good, or that a newer edition vouches for.

    Attributes:
        sha256: Of the whole role file: what a newer edition's history names.
    """

    metadata: Metadata[Targets]
    sha256: str
    signers: tuple[Signer, ...]
    floor: Floor


def verify_manual_role(
    raw: bytes, chain: TrustChain, floor: Floor | None, vouched: Mapping[int, str]
) -> VerifiedRole:
    """Verify the role file of an edition and settle the floor.

    Args:
        raw: The role file of the bundle.
        chain: The delegators, as `walk` found them.
        floor: What is remembered of the manual.
        vouched: By edition, the hash of the role file that the newest installed edition vouches for.

    Raises:
        BundleRefusedError: `signature`, `meta-form`, `not-delegated`, `rollback`, `fast-forward`, `conflict`.
    """
    manual = chain.manual
    what = f"The list of files of {manual}"
    targets = read_targets(raw, what)
    if targets.signed.delegations is not None:
        raise BundleRefusedError(Reason.META_FORM, f"{what} delegates further, which no edition may do.")
    name = f"{manual.authority}.{manual.manual}"
    delegator = chain.authority.metadata
    delegations = delegator.signed.delegations
    role = (delegations.roles or {}).get(name) if delegations else None
    if role is None:
        raise BundleRefusedError(
            Reason.NOT_DELEGATED,
            f"{manual.authority} has not said who may sign its manual “{manual.manual}”.",
        )
    edition = targets.signed.version
    sha256 = hashlib.sha256(raw).hexdigest()
    is_vouched = vouched.get(edition) == sha256
    payload = targets.signed_bytes
    signers = _verified_signers(delegator, name, targets, what, payload=payload, is_vouched=is_vouched)
    # When every key that an edition was seen under has been withdrawn it no longer counts: recovery after a compromise.
    living = (floor or Floor({})).under(frozenset(role.keyids))
    seen = AcceptedEdition(
        hashlib.sha256(payload).hexdigest(), frozenset(signer.key_id for signer in signers)
    )
    known = living.accepted.get(edition)
    if known is not None and known.signed_sha256 != seen.signed_sha256:
        raise BundleRefusedError(
            Reason.CONFLICT,
            f"Another text was already signed as edition {edition} of {manual}.",
        )
    if edition < living.edition and known is None and not is_vouched:
        raise BundleRefusedError(
            Reason.ROLLBACK,
            f"This is edition {edition} of {manual}, older than edition {living.edition}, which this"
            " reader has seen.",
        )
    if edition > living.edition + EDITION_JUMP:
        raise BundleRefusedError(
            Reason.FAST_FORWARD,
            f"The edition number of {manual} jumps from {living.edition} to {edition}.",
        )
    return VerifiedRole(targets, sha256, signers, Floor({**living.accepted, edition: seen}))


def _newest_register(root: Metadata[Root], offered: bytes, remembered: bytes | None) -> Verified:
    register = _newest(root, "targets", offered, remembered, "The register")
    check_list(register.metadata, "The register", None)
    return register


def _newest_authority(
    register: Metadata[Targets], authority: str, offered: bytes, remembered: bytes | None
) -> Verified:
    if not _is_on(register, authority):
        raise BundleRefusedError(
            Reason.NOT_DELEGATED,
            f"The authority {authority} is not on the register of authorities that this reader trusts.",
        )
    what = f"The list of signers of {authority}"
    found = _newest(register, authority, offered, remembered, what)
    check_list(found.metadata, what, authority)
    return found


def _is_on(register: Metadata[Targets], authority: str) -> bool:
    delegations = register.signed.delegations
    return delegations is not None and authority in (delegations.roles or {})


def _walk_roots(
    container: Container, offered: tuple[int, ...], known: tuple[bytes, ...]
) -> tuple[bytes, ...]:
    """The known roots and every verified successor among the offered versions."""
    if len(offered) > ROOTS_IN_A_BUNDLE:
        raise BundleRefusedError(Reason.TOO_MANY, "The bundle holds more trust roots than the format allows.")
    by_version = {read_root(raw, "The trust root").signed.version: raw for raw in known}
    chain = list(known)
    newest = max(by_version)
    for version in offered:
        if version in by_version:
            _check_same_root(container.read(names.root_name(version)), by_version, version)
    while newest + 1 in offered:
        what = f"Trust root {newest + 1}"
        raw = container.read(names.root_name(newest + 1))
        candidate = read_root(raw, what)
        if candidate.signed.version != newest + 1:
            raise BundleRefusedError(
                Reason.ROOT_VERSION,
                f"{what} of the bundle says that it is version {candidate.signed.version}.",
            )
        if not _follows(chain[-1], raw):
            raise BundleRefusedError(
                Reason.SIGNATURE, f"{what} of the bundle is not signed by those who hold the one before it."
            )
        chain.append(raw)
        newest += 1
    return tuple(chain)


def _check_same_root(offered: bytes, known: Mapping[int, bytes], version: int) -> None:
    """A root that is known already must be the same one; another set of good signatures under it may be."""
    if _is_same_root(offered, known[version]):
        return
    before = known.get(version - 1)
    if before is not None and _follows(before, offered):
        raise BundleRefusedError(Reason.CONFLICT, f"Trust root {version} exists in two texts.")
    raise BundleRefusedError(
        Reason.SIGNATURE, "It was signed under another trust root than the one that IT has set here."
    )


def _is_same_root(one: bytes, other: bytes) -> bool:
    """Whether two files are one root: byte for byte, or signed anew by its own holders."""
    if one == other:
        return True
    first, second = read_root(one, "The trust root"), read_root(other, "The trust root")
    return first.signed_bytes == second.signed_bytes and all(
        bool(root.signed.get_root_verification_result(None, root.signed_bytes, root.signatures))
        and _all_known_signatures_good(root, root.signed)
        for root in (first, second)
    )


def _verified_chain(roots: tuple[bytes, ...], pin: bytes) -> tuple[bytes, ...]:
    """The remembered roots up to the last one that follows from the pin: a file on disk is not believed."""
    at = roots.index(pin)
    good = list(roots[: at + 1])
    for candidate in roots[at + 1 :]:
        try:
            if not _follows(good[-1], candidate):
                break
        except BundleRefusedError:
            break
        good.append(candidate)
    return tuple(good)


def _follows(first: bytes, second: bytes) -> bool:
    """Whether a root file is the verified successor of another one."""
    before, after = read_root(first, "The trust root").signed, read_root(second, "The trust root")
    if after.signed.version != before.version + 1:
        return False
    return bool(
        after.signed.get_root_verification_result(before, after.signed_bytes, after.signatures)
    ) and _all_known_signatures_good(after, before, after.signed)


def _all_known_signatures_good(metadata: Metadata[Root], *delegators: Root) -> bool:
    for delegator in delegators:
        result = delegator.get_verification_result("root", metadata.signed_bytes, metadata.signatures)
        if any(key_id in metadata.signatures for key_id in result.unsigned):
            return False
    return True


def _newest(
    delegator: Metadata[Root] | Metadata[Targets],
    role: str,
    offered_raw: bytes,
    remembered_raw: bytes | None,
    what: str,
) -> Verified:
    """The newer of the offered and the remembered file of a role; the remembered one only while it verifies."""
    remembered = _still_good(delegator, role, remembered_raw, what) if remembered_raw is not None else None
    offered = read_targets(offered_raw, what)
    if remembered is not None:
        known = remembered.metadata
        if known.signed.version > offered.signed.version:
            return remembered
        if known.signed.version == offered.signed.version:
            if known.signed_bytes != offered.signed_bytes:
                _verified_signers(delegator, role, offered, what)
                raise BundleRefusedError(
                    Reason.CONFLICT,
                    f"{what} exists in two texts under one version.",
                )
            return remembered
    return Verified(offered_raw, offered, _verified_signers(delegator, role, offered, what))


def _still_good(
    delegator: Metadata[Root] | Metadata[Targets], role: str, raw: bytes, what: str
) -> Verified | None:
    """A remembered file, unless it is damaged or its signers were replaced: what they said no longer binds."""
    try:
        metadata = read_targets(raw, what)
        return Verified(raw, metadata, _verified_signers(delegator, role, metadata, what))
    except BundleRefusedError:
        return None


def _verified_signers(
    delegator: Metadata[Root] | Metadata[Targets],
    role: str,
    metadata: Metadata[Targets],
    what: str,
    *,
    payload: bytes | None = None,
    is_vouched: bool = False,
) -> tuple[Signer, ...]:
    """The keys of the role whose signatures are good.

    Every signature by a key of the role must be good, not only enough of them: a changed one is a changed file.
    Signatures by other keys count for nothing, so that withdrawing one of two signers does not lock what both signed.

    Raises:
        BundleRefusedError: `signature`, unless the file is vouched for.
    """
    signed = payload if payload is not None else metadata.signed_bytes
    result = delegator.signed.get_verification_result(role, signed, metadata.signatures)
    is_any_bad = any(key_id in metadata.signatures for key_id in result.unsigned)
    if not is_vouched and (not result or is_any_bad):
        raise BundleRefusedError(
            Reason.SIGNATURE,
            f"{what} does not carry the signatures that it needs ({len(result.signed)} of {result.threshold}).",
        )
    return _signers(result.signed)


def _signers(keys: Mapping[str, Key]) -> tuple[Signer, ...]:
    signers = (Signer(key_id, holder_of(key)) for key_id, key in keys.items())
    return tuple(sorted(signers, key=lambda signer: (signer.name.casefold(), signer.key_id)))


def _root_link(root: Metadata[Root]) -> Link:
    signed = root.signed.get_verification_result("root", root.signed_bytes, root.signatures).signed
    role = root.signed.roles["root"]
    return Link(
        LinkKind.ROOT,
        root.signed.version,
        root.signed.expires.date(),
        _signers(signed),
        role.threshold,
        len(role.keyids),
    )


def _link(
    kind: LinkKind,
    file: Verified | VerifiedRole,
    delegator: Metadata[Root] | Metadata[Targets],
    role_name: str,
) -> Link:
    signed = file.metadata.signed
    role = delegator.signed.get_delegated_role(role_name)
    return Link(kind, signed.version, signed.expires.date(), file.signers, role.threshold, len(role.keyids))


def _check_delegator(metadata: Metadata[Targets], what: str, prefix: str, path_tail: str) -> None:
    """Refuse delegations whose names and paths are not the literal ones of the format, and direct targets."""
    if metadata.signed.targets:
        raise BundleRefusedError(Reason.OUT_OF_SCOPE, f"{what} signs files itself, which it may not.")
    delegations = metadata.signed.delegations
    for name, role in ((delegations.roles if delegations else None) or {}).items():
        own_name = name.removeprefix(prefix)
        literal_path = f"{prefix.removesuffix('.')}/{own_name}{path_tail}" if prefix else f"{name}{path_tail}"
        if not name.startswith(prefix) or not ID_PATTERN.fullmatch(own_name) or role.paths != [literal_path]:
            raise BundleRefusedError(
                Reason.OUT_OF_SCOPE, f"{what} gives away more than it may ({ascii(name)[:60]})."
            )


def _owners(metadata: Metadata[Targets], target: str) -> list[str]:
    roles: Mapping[str, DelegatedRole] = (
        (metadata.signed.delegations.roles or {}) if metadata.signed.delegations else {}
    )
    return [name for name, role in roles.items() if role.is_delegated_path(target)]
