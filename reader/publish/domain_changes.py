"""Changes of a trust domain, and the signatures that they wait for.

What is in force lies in the folder of the domain; a change lies in its folder `waiting/` until everybody whose
signature it needs has signed, each in turn and each with a key that only they hold. Then it goes into force, together
with what depends on it: a new registrar, say, together with the register that the new registrar signed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from securesystemslib.signer import Key, Signer
from tuf.api.metadata import DelegatedRole, Delegations, Metadata, Role, Root, Targets

from reader.bundle import metadata, names
from reader.bundle.metadata import holder_of, read_root, read_targets
from reader.bundle.trust import TrustRoot
from reader.domain.errors import SourceError, StorageError, TrustError
from reader.domain.files import write_in_one_step
from reader.domain.manual import ManualId
from reader.publish.differences import describe_changes
from reader.publish.keys import add_signature
from reader.publish.trust_chain import (
    Files,
    TrustFile,
    check_in_force,
    check_next,
    check_whole,
    delegated_roles,
    good_signatures,
    is_list,
    movable,
    must_sign,
    needs_of,
    newest_root,
    plain_name,
    read_file,
    read_folder,
    role_title,
    roles_of,
    title_of,
)
from reader.publish.trust_domain import SignatureNeed, TrustFiles, role_path

WAITING: Final = "waiting"
_MIN_KEY_PREFIX: Final = 6
_File = TypeVar("_File", Metadata[Root], Metadata[Targets], Metadata[Root] | Metadata[Targets])


@dataclass(frozen=True, slots=True)
class FileStatus:
    """How one file of a domain stands.

    Attributes:
        name: Its name in the folder ("targets.json").
        title: What it is, in words.
        changes: What it would change, a sentence each; of a file in force nothing.
        needs: A line for every group of holders that must sign.
    """

    name: str
    title: str
    version: int
    expires: date
    is_waiting: bool
    needs: tuple[SignatureNeed, ...]
    changes: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return all(need.is_met for need in self.needs)


class TrustDomain:
    """The public files of a trust domain in its folder, and the changes that wait beside them.

    Every change starts from what waits already, if there is anything, and so drops the signatures under it.
    """

    def __init__(self, folder: Path) -> None:
        """Open a folder.

        Raises:
            SourceError: when it holds no trust domain, or a file of it cannot be used.
        """
        self.folder = folder
        self._in_force = read_folder(folder)
        waiting = read_folder(folder / WAITING)
        # An interrupted move into force leaves behind what is in force already.
        self._waiting = {name: raw for name, raw in waiting.items() if self._in_force.get(name) != raw}
        if not self._in_force and not self._waiting:
            raise SourceError(
                f"{folder} is no trust domain: name the folder that `publish init` made, or make one with it."
            )
        check_whole(folder, self._in_force or self._newest)
        check_whole(folder, self._newest)
        check_next(folder / WAITING, self._in_force, self._waiting)
        check_in_force(folder, self._in_force, self._waiting)

    @classmethod
    def propose(cls, folder: Path, root: bytes, register: bytes) -> TrustDomain:
        """Start a domain whose first root and register wait for their signatures.

        Raises:
            SourceError: when the folder holds a trust domain already.
            StorageError: when it cannot be written.
        """
        if any(folder.glob("*.json")) or any((folder / WAITING).glob("*.json")):
            raise SourceError(f"{folder} holds a trust domain already: choose an empty folder.")
        for name, raw in ((names.root_name(1), root), (names.REGISTER_NAME, register)):
            write_in_one_step(folder / WAITING / plain_name(name), raw)
        return cls(folder)

    @property
    def trust_files(self) -> TrustFiles:
        """What is in force.

        Raises:
            SourceError: when nothing is yet.
        """
        if not self._in_force:
            raise SourceError(
                f"Nothing in {self.folder} is in force yet: `publish status {self.folder}` shows who has to sign."
            )
        return TrustFiles.read(self.folder)

    @property
    def first_root(self) -> TrustRoot | None:
        """The root that IT pins; None when nothing is in force yet."""
        return self.trust_files.first_root if self._in_force else None

    @property
    def keys(self) -> tuple[tuple[str, Key], ...]:
        """Every key of the domain with what it is for, changes that wait taken in."""
        root = self._root.signed
        found = [(f"trust root {root.version}", root.keys[id_]) for id_ in root.roles["root"].keyids]
        found += [("register", root.keys[id_]) for id_ in root.roles["targets"].keyids]
        for name in (names.REGISTER_NAME, *self._list_names()):
            delegations = self._targets(name).signed.delegations
            for role_name, role in sorted(delegated_roles(delegations).items()):
                what = (
                    f"lead of {role_name}"
                    if name == names.REGISTER_NAME
                    else f"signer of {role_name.replace('.', '/', 1)}"
                )
                found += [(what, delegations.keys[id_]) for id_ in role.keyids if delegations]
        return tuple(found)

    @property
    def authorised(self) -> tuple[str, ...]:
        """The authorities ("westshire") and manuals ("westshire/procedures") that somebody may sign for."""
        register = delegated_roles(self._targets(names.REGISTER_NAME).signed.delegations)
        lists = [delegated_roles(self._targets(name).signed.delegations) for name in self._list_names()]
        return (*register, *(role.replace(".", "/", 1) for roles in lists for role in roles))

    def find_key(self, text: str) -> Key:
        """The key whose id begins like this, or whose holder has this name.

        Raises:
            TrustError: when there is none, or more than one.
        """
        wanted = text.casefold().replace(" ", "")
        by_id = {key.keyid: key for _, key in self.keys}
        found = [
            key
            for id_, key in by_id.items()
            if (len(wanted) >= _MIN_KEY_PREFIX and id_.startswith(wanted))
            or holder_of(key).casefold() == text.casefold()
        ]
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(key.keyid[:12] for key in found)
            raise TrustError(f"“{text}” is the holder of several keys: name one of {choices}.")
        raise TrustError(
            f"{self.folder} knows no key “{text}”: `publish keys show {self.folder}` lists them."
        )

    # Changes

    def authorise_lead(self, authority: str, keys: Sequence[Key], threshold: int | None) -> None:
        """Put an authority on the register, or give it further lead keys.

        Raises:
            TrustError: when the threshold does not fit the number of keys.
            StorageError: when the change cannot be written.
        """
        register = self._targets_draft(names.REGISTER_NAME)
        _add_to_role(register.signed, authority, role_path(authority), keys, threshold)
        self._write(names.REGISTER_NAME, register)

    def authorise_signers(
        self, manual: ManualId, keys: Sequence[Key], threshold: int | None, expires: date
    ) -> None:
        """Let holders of keys sign a manual.

        Args:
            manual: Which manual.
            keys: Whose signatures are to count, beside those that count already.
            threshold: How many must sign; None leaves it as it is, or makes it 1.
            expires: By when a first list of this authority should be renewed.

        Raises:
            TrustError: when the authority is not on the register, or the threshold does not fit the number of keys.
            StorageError: when the change cannot be written.
        """
        if manual.authority not in delegated_roles(self._targets(names.REGISTER_NAME).signed.delegations):
            raise TrustError(
                f"{manual.authority} is not on the register: authorise its lead first"
                f" (`publish authorise {self.folder} {manual.authority} --key LEAD.pub`)."
            )
        name = names.authority_role_name(manual.authority)
        signers = self._targets_draft(name) if name in self._newest else Metadata(_empty_list(expires))
        role_name = f"{manual.authority}.{manual.manual}"
        _add_to_role(signers.signed, role_name, role_path(manual.authority, manual.manual), keys, threshold)
        self._write(name, signers)

    def strike_off(self, what: str) -> None:
        """Take an authority off the register ("westshire"), or a manual off its authority's list ("westshire/x").

        Raises:
            TrustError: when it is not there.
            StorageError: when the change cannot be written.
        """
        authority, _, manual = what.partition("/")
        name = names.authority_role_name(authority) if manual else names.REGISTER_NAME
        role_name = f"{authority}.{manual}" if manual else authority
        if name not in self._newest or role_name not in delegated_roles(
            self._targets(name).signed.delegations
        ):
            raise TrustError(
                f"{self.folder} knows no {what}: `publish status {self.folder}` shows what it knows."
            )
        draft = self._targets_draft(name)
        roles = delegated_roles(draft.signed.delegations)
        for key_id in list(roles[role_name].keyids):
            draft.signed.revoke_key(key_id, role_name)
        del roles[role_name]
        self._write(name, draft)
        if not manual:  # a change of its own list can never be signed any more
            self._remove_waiting({names.authority_role_name(authority)} & self._waiting.keys())

    def withdraw(self, key: Key, threshold: int | None = None) -> None:
        """Take a key out of every role that it holds.

        Args:
            key: The key.
            threshold: How many must sign from then on, in each role that it leaves; None leaves that as it is.

        Raises:
            TrustError: when a role would be left with fewer keys than must sign.
            StorageError: when the change cannot be written.
        """
        self._exchange(key, None, threshold)

    def exchange(self, old: Key, new: Key) -> None:
        """Put one key in the place of another in every role that it holds.

        Raises:
            TrustError: when the new key holds such a role already.
            StorageError: when the change cannot be written.
        """
        self._exchange(old, new, None)

    def renew(self, expires: date) -> None:
        """Give every file a later day of renewal.

        Raises:
            StorageError: when the change cannot be written.
        """
        for name in (self._root_name, names.REGISTER_NAME, *self._list_names()):
            draft = self._draft(name)
            draft.signed.expires = metadata.expiry_of(expires)
            self._write(name, draft)

    def drop_waiting(self) -> None:
        """Forget the changes that wait.

        Raises:
            StorageError: when one cannot be removed.
        """
        self._remove_waiting(self._waiting)

    # Signatures

    def sign(self, signer: Signer) -> tuple[str, ...]:
        """Sign everything that waits for this key, and put into force what is then complete.

        Returns:
            The titles of what was signed.

        Raises:
            TrustError: when nothing waits for this key.
            SourceError: when the token that holds the key does not sign.
            StorageError: when a file cannot be written.
        """
        signed: list[str] = []
        for name in self._waiting:
            if any(signer.public_key.keyid in role.keyids for _, role, _ in must_sign(name, self._newest)):
                file = copy.deepcopy(self._metadata(name))
                # One bad signature by a key that counts, and readers refuse the file.
                for key_id in file.signatures.keys() - good_signatures(name, self._newest):
                    del file.signatures[key_id]
                add_signature(file, signer)
                self._write(name, file)
                signed.append(title_of(name))
        if not signed:
            raise TrustError(
                f"Nothing in {self.folder} waits for this key ({signer.public_key.keyid[:12]}):"
                f" `publish status {self.folder}` shows who has to sign what."
            )
        self._put_into_force()
        return tuple(signed)

    def may_sign(self, key_id: str) -> bool:
        """Whether something waits for the signature of this key."""
        return any(
            key_id in role.keyids and key_id not in self._metadata(name).signatures
            for name in self._waiting
            for _, role, _ in must_sign(name, self._newest)
        )

    def status(self) -> tuple[FileStatus, ...]:
        """Every file: what waits first, then what is in force."""
        waiting = [self._status(name, is_waiting=True) for name in self._waiting]
        in_force = [
            self._status(name, is_waiting=False) for name in self._in_force if name not in self._old_roots()
        ]
        return (*waiting, *in_force)

    # Inside

    @property
    def _newest(self) -> Files:
        return {**self._in_force, **self._waiting}

    @property
    def _root_name(self) -> str:
        return newest_root(self._newest)

    @property
    def _root(self) -> Metadata[Root]:
        return read_root(self._newest[self._root_name], "The trust root")

    def _list_names(self) -> list[str]:
        return [name for name in self._newest if is_list(name)]

    def _old_roots(self) -> set[str]:
        roots = {name for name in self._in_force if names.root_version(name)}
        return roots - {newest_root(self._in_force)} if roots else set()

    def _targets(self, name: str) -> Metadata[Targets]:
        return read_targets(self._newest[name], title_of(name))

    def _metadata(self, name: str) -> TrustFile:
        return read_file(name, self._newest[name])

    def _draft(self, name: str) -> TrustFile:
        return self._without_signatures(name, self._metadata(name))

    def _targets_draft(self, name: str) -> Metadata[Targets]:
        return self._without_signatures(name, self._targets(name))

    def _without_signatures(self, name: str, file: _File) -> _File:
        """A copy to change: without signatures, one version above what is in force."""
        draft = copy.deepcopy(file)
        draft.signatures.clear()
        if name not in self._waiting:
            draft.signed.version += 1
        return draft

    def _write(self, name: str, file: TrustFile) -> None:
        if names.root_version(name):
            name = names.root_name(file.signed.version)
        raw = metadata.to_bytes(file)
        read_file(name, raw)  # never let through what a reader would refuse
        write_in_one_step(self.folder / WAITING / plain_name(name), raw)
        self._waiting = {**self._waiting, name: raw}

    def _exchange(self, old: Key, new: Key | None, threshold: int | None) -> None:
        drafts: list[tuple[str, TrustFile]] = []
        for name in (self._root_name, names.REGISTER_NAME, *self._list_names()):
            roles = roles_of(self._metadata(name).signed)
            held = [role_name for role_name, role in roles.items() if old.keyid in role.keyids]
            if not held:
                continue
            draft = self._draft(name)
            for role_name in held:
                role = roles_of(draft.signed)[role_name]
                if new is not None:
                    if new.keyid in role.keyids:
                        raise TrustError(f"{holder_of(new)} holds {role_title(role_name)} already.")
                    draft.signed.add_key(new, role_name)
                draft.signed.revoke_key(old.keyid, role_name)
                role.threshold = threshold if threshold is not None else role.threshold
                _check_threshold(role_name, role)
            drafts.append((name, draft))
        if not drafts:
            raise TrustError(f"The key {old.keyid[:12]} holds no role in {self.folder}.")
        for name, draft in drafts:
            self._write(name, draft)
        self._sign_anew_below(old)

    def _sign_anew_below(self, old: Key) -> None:
        """Ask for fresh signatures where a file that stays as it is was signed by too few of the keys that remain."""
        for name in (names.REGISTER_NAME, *self._list_names()):
            if name in self._waiting or old.keyid not in self._metadata(name).signatures:
                continue
            if not all(need.is_met for need in needs_of(name, self._newest)):
                self._write(name, self._draft(name))

    def _status(self, name: str, *, is_waiting: bool) -> FileStatus:
        files = self._newest if is_waiting else self._in_force
        file = read_file(name, files[name])
        before = (
            self._in_force.get(newest_root(self._in_force) if names.root_version(name) else name)
            if self._in_force
            else None
        )
        return FileStatus(
            plain_name(name),
            title_of(name),
            file.signed.version,
            file.signed.expires.date(),
            is_waiting,
            needs_of(name, files),
            describe_changes(read_file(name, before).signed if before else None, file.signed)
            if is_waiting
            else (),
        )

    def _put_into_force(self) -> None:
        """Move what is complete, as far as all that stays in force still holds under it."""
        moved = movable(self._in_force, self._waiting)
        for name in moved:
            write_in_one_step(self.folder / plain_name(name), self._waiting[name])
        self._in_force = {**self._in_force, **{name: self._waiting[name] for name in moved}}
        self._remove_waiting(moved)

    def _remove_waiting(self, gone: Iterable[str]) -> None:
        gone = tuple(gone)
        try:
            for name in gone:
                (self.folder / WAITING / plain_name(name)).unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"Cannot change {self.folder / WAITING}: {error.strerror}.") from error
        self._waiting = {name: raw for name, raw in self._waiting.items() if name not in gone}


def _add_to_role(
    signed: Targets, role_name: str, path: str, keys: Sequence[Key], threshold: int | None
) -> None:
    delegations = signed.delegations
    if delegations is None or delegations.roles is None:
        delegations = signed.delegations = Delegations({}, {})
    roles = delegated_roles(delegations)
    if role_name not in roles:
        roles[role_name] = DelegatedRole(role_name, [], 1, terminating=True, paths=[path])
    for key in keys:
        signed.add_key(key, role_name)
    role = roles[role_name]
    role.threshold = threshold if threshold is not None else role.threshold
    _check_threshold(role_name, role)


def _check_threshold(role_name: str, role: Role) -> None:
    if not role.keyids:
        raise TrustError(
            f"{role_title(role_name)}: nobody would be left who may sign. Put another key in its place with"
            " `publish rotate`."
        )
    if not 1 <= role.threshold <= len(role.keyids):
        raise TrustError(
            f"{role_title(role_name)}: {role.threshold} signatures would be needed of {len(role.keyids)} keys:"
            " name more keys, or another --threshold."
        )


def _empty_list(expires: date) -> Targets:
    return Targets(
        version=1,
        spec_version=metadata.SPEC_VERSION,
        expires=metadata.expiry_of(expires),
        delegations=Delegations({}, {}),
    )
