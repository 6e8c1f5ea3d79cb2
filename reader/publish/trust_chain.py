"""The files of a trust domain: what each is, who must sign it, and which can go into force together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from securesystemslib.signer import Key
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, Targets

from reader.bundle import names
from reader.bundle.metadata import read_root, read_targets
from reader.bundle.names import UpdateLayout
from reader.bundle.trust import check_list
from reader.domain.errors import BundleRefusedError, SourceError
from reader.publish.trust_domain import SignatureNeed, is_signed_by

Files = Mapping[str, bytes]
"""The bytes of trust files, by their name inside a bundle ("trust/1.root.json")."""
TrustFile = Metadata[Root] | Metadata[Targets]


def read_folder(folder: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        for file in sorted(folder.glob("*.json")):
            name = f"trust/{file.name}"
            files[name] = file.read_bytes()
            read_file(name, files[name])
    except OSError as error:
        raise SourceError(f"{folder} cannot be read: {error.strerror}.") from error
    except BundleRefusedError as error:
        raise SourceError(f"{folder}: {error.finding}") from error
    return files


def check_whole(folder: Path, files: Files) -> None:
    """Refuse a folder from which a file was lost, or in which one stands under another's name."""
    try:
        UpdateLayout.of(tuple(files))
    except BundleRefusedError as error:
        raise SourceError(
            f"{folder}: {error.finding} Fetch the folder again from whoever keeps it."
        ) from error
    versions = sorted(version for name in files if (version := names.root_version(name)))
    is_chain = versions == list(range(1, len(versions) + 1))
    are_named_right = all(
        read_root(files[names.root_name(version)], "The trust root").signed.version == version
        for version in versions
    )
    if not versions or not is_chain or not are_named_right:
        raise SourceError(
            f"{folder} does not hold every trust root from the first one on: fetch the folder again from whoever keeps"
            " it."
        )


def check_in_force(folder: Path, in_force: Files, waiting: Files) -> None:
    """Refuse a folder in which something is in force that those who must sign it have not signed.

    What a change says is told by comparing it with what is in force: whoever could change that unseen, could have
    somebody sign what they were never shown. A move into force that was interrupted is finished by the next signature.
    """
    moved = movable(in_force, waiting)
    files = {**in_force, **{name: waiting[name] for name in moved}}
    for name in files:
        if (not is_list(name) or _is_registered(name, files)) and not _is_complete(name, files):
            raise SourceError(
                f"{folder}: {title_of(name)} is in force without the signatures that it needs, so it was changed by"
                " somebody who may not. Sign nothing, and fetch the folder again from whoever keeps it."
            )


def check_next(folder: Path, in_force: Files, waiting: Files) -> None:
    """Refuse what waits unless it is the very next version of what is in force: nothing steps back or leaps."""
    for name, raw in waiting.items():
        if names.root_version(name):
            before = max((version for known in in_force if (version := names.root_version(known))), default=0)
        else:
            before = read_file(name, in_force[name]).signed.version if name in in_force else 0
        version = read_file(name, raw).signed.version
        if version != before + 1:
            raise SourceError(
                f"{folder / plain_name(name)} is version {version} of what is in force as version {before}, and the"
                f" next is {before + 1}. Perhaps two people changed copies of the folder: remove that file, and make"
                " the change again."
            )


def read_file(name: str, raw: bytes) -> TrustFile:
    """Read a trust file, and refuse what a reader would refuse whoever signed it.

    Raises:
        BundleRefusedError: `meta-form`, `too-big` or `out-of-scope`.
    """
    if names.root_version(name):
        return read_root(raw, title_of(name))
    targets = read_targets(raw, title_of(name))
    check_list(targets, title_of(name), authority_of(name) if is_list(name) else None)
    return targets


def title_of(name: str) -> str:
    version = names.root_version(name)
    if version is not None:
        return f"Trust root {version}"
    return "The register" if name == names.REGISTER_NAME else f"The list of signers of {authority_of(name)}"


def plain_name(name: str) -> str:
    return name.removeprefix("trust/")


def newest_root(files: Files) -> str:
    return names.root_name(max(version for name in files if (version := names.root_version(name))))


def is_list(name: str) -> bool:
    return name != names.REGISTER_NAME and names.root_version(name) is None


def authority_of(name: str) -> str:
    return name.removeprefix("trust/").removesuffix(".json")


def delegated_roles(delegations: Delegations | None) -> dict[str, DelegatedRole]:
    if delegations is None or delegations.roles is None:
        return {}
    return delegations.roles


def roles_of(signed: Root | Targets) -> Mapping[str, Role]:
    """The roles that a file gives to keys; the two of a root that are not used stay out."""
    if isinstance(signed, Root):
        return {name: signed.roles[name] for name in ("root", "targets")}
    return delegated_roles(signed.delegations)


def keys_of(signed: Root | Targets) -> Mapping[str, Key]:
    if isinstance(signed, Root):
        return signed.keys
    return signed.delegations.keys if signed.delegations else {}


def role_title(name: str) -> str:
    if name == "root":
        return "trust root"
    if name == "targets":
        return "register"
    return f"signer of {name.replace('.', '/', 1)}" if "." in name else f"lead of {name}"


def must_sign(name: str, files: Files) -> list[tuple[str, Role, Mapping[str, Key]]]:
    """The roles whose holders must sign a file: (who they are, the role, its keys)."""
    version = names.root_version(name)
    if version is not None:
        own = read_root(files[name], "The trust root").signed
        found: list[tuple[str, Role, Mapping[str, Key]]] = []
        before_raw = files.get(names.root_name(version - 1))
        if before_raw is not None:
            before = read_root(before_raw, "The trust root").signed
            if set(before.roles["root"].keyids) != set(own.roles["root"].keyids) or (
                before.roles["root"].threshold != own.roles["root"].threshold
            ):
                found.append((f"the holders of trust root {version - 1}", before.roles["root"], before.keys))
        return [*found, ("the holders of the trust root", own.roles["root"], own.keys)]
    if name == names.REGISTER_NAME:
        root = read_root(files[newest_root(files)], "The trust root").signed
        return [("the registrar", root.roles["targets"], root.keys)]
    register = read_targets(files[names.REGISTER_NAME], "The register").signed
    role = delegated_roles(register.delegations).get(authority_of(name))
    if role is None or register.delegations is None:
        return []
    return [(f"the lead of {authority_of(name)}", role, register.delegations.keys)]


def good_signatures(name: str, files: Files) -> set[str]:
    """The ids of the keys whose signatures count under a file and are good."""
    file = read_file(name, files[name])
    held = {id_: keys[id_] for _, role, keys in must_sign(name, files) for id_ in role.keyids}
    return {id_ for id_, key in held.items() if is_signed_by(file, key)}


def needs_of(name: str, files: Files) -> tuple[SignatureNeed, ...]:
    file = read_file(name, files[name])
    return tuple(SignatureNeed.of(file, who, role, keys) for who, role, keys in must_sign(name, files))


def _is_complete(name: str, files: Files) -> bool:
    """Whether a reader would take it: enough good signatures, and no bad one by a key that counts."""
    needs = needs_of(name, files)
    held = {id_ for _, role, _ in must_sign(name, files) for id_ in role.keyids}
    bad = (held & read_file(name, files[name]).signatures.keys()) - good_signatures(name, files)
    return bool(needs) and all(need.is_met for need in needs) and not bad


def _is_registered(name: str, files: Files) -> bool:
    register = read_targets(files[names.REGISTER_NAME], "The register")
    return authority_of(name) in delegated_roles(register.signed.delegations)


def movable(in_force: Files, waiting: Files) -> tuple[str, ...]:
    """The waiting files that can go into force together: complete, and leaving nothing else without its signatures."""
    waiting_root = next((name for name in waiting if names.root_version(name)), None)
    is_register_waiting = names.REGISTER_NAME in waiting
    for with_root in (True, False) if waiting_root else (False,):
        for with_register in (True, False) if is_register_waiting else (False,):
            moved = {waiting_root} if with_root and waiting_root else set()
            moved |= {names.REGISTER_NAME} if with_register else set()
            files = {**in_force, **{name: waiting[name] for name in moved}}
            if not any(names.root_version(name) for name in files) or names.REGISTER_NAME not in files:
                continue
            if not all(_is_complete(name, files) for name in (newest_root(files), names.REGISTER_NAME)):
                continue
            lists = {
                name
                for name in waiting
                if is_list(name) and _is_complete(name, {**files, name: waiting[name]})
            }
            stays = [name for name in in_force if is_list(name) and name not in lists]
            if all(_is_complete(name, files) for name in stays if _is_registered(name, files)):
                return (*sorted(moved), *sorted(lists))
    return ()
