"""From a file to a `VerifiedBundle`: the only door through which content of a bundle reaches the program."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from tuf.api.metadata import TargetFile

from reader.bundle import names, schema, trust
from reader.bundle.container import Container
from reader.bundle.metadata import expiry_date
from reader.bundle.names import Layout, UpdateLayout
from reader.bundle.trust import TrustChain, VerifiedRole
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, ContentsList, walk
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.manual import Domain, Edition, Manifest, ManualId
from reader.domain.trust import Floor, TrustState


class VerifiedBundle:
    """An edition whose signatures are good and whose manifest and contents list are what was signed.

    Only `open_bundle` makes one. `read` is the one way to its content, and checks length and hash each time.
    """

    def __init__(
        self,
        container: Container,
        role: VerifiedRole,
        edition: Edition,
    ) -> None:
        self._container = container
        self._role = role
        self._targets: Mapping[str, TargetFile] = role.metadata.signed.targets
        self.edition = edition

    @property
    def path(self) -> Path:
        return self._container.path

    @property
    def manual(self) -> ManualId:
        return self.edition.manifest.id

    @property
    def role_sha256(self) -> str:
        """Names the edition's exact text: the hash of the signed list of all its files."""
        return self._role.sha256

    @property
    def floor(self) -> Floor:
        """What to remember of the manual once this bundle is accepted."""
        return self._role.floor

    def as_superseded_by(self, edition: int | None) -> VerifiedBundle:
        """The same bundle, marked for what it is; with None as one that nothing has replaced."""
        marked = copy(self)
        marked.edition = replace(self.edition, superseded_by=edition)
        return marked

    def read(self, target: str) -> bytes:
        """The bytes of a file of the edition.

        Raises:
            BundleRefusedError: `tampered` or `missing`; `damaged` when the file became shorter.
            StorageError: when the bundle cannot be read.
        """
        return _read_checked(self._container, self._targets, target, self._title_of(target))

    @property
    def targets(self) -> Collection[str]:
        """Every file of the edition."""
        return self._targets.keys()

    def file_hashes(self, places: tuple[str, ...]) -> dict[str, str]:
        """The signed SHA-256 of every file in these folders of the manual, by place ("forms/plan.docx")."""
        prefix = f"{self.manual}/"
        found = {target.removeprefix(prefix): row.hashes["sha256"] for target, row in self._targets.items()}
        return {place: digest for place, digest in sorted(found.items()) if place.split("/")[0] in places}

    def trust_members(self) -> dict[str, bytes]:
        """The trust files of the bundle, whole, by name."""
        return {
            name: self._container.read(name) for name in self._container.names if name.startswith("trust/")
        }

    def check_all(self, cancel: CancelToken) -> None:
        """Check every file of the edition, as an installation must.

        Raises:
            BundleRefusedError: `tampered`, `missing`, `extra` or `damaged`.
            CancelledError: when the person stopped it.
            StorageError: when the bundle cannot be read.
        """
        for name in self._container.names:
            cancel.raise_if_cancelled()
            if name.startswith(names.CONTENT_PREFIX):
                self.read(name.removeprefix(names.CONTENT_PREFIX))
            else:
                self._container.read(name)

    def _title_of(self, target: str) -> str:
        return _title_of(self.edition.contents, target)


class VerifiedExcerpt:
    """A part of an edition whose signatures are good: some chapters, and what vouches for them.

    Only `open_excerpt` makes one. It is no bundle, so nothing can install it.
    """

    def __init__(self, bundle: VerifiedBundle, held: frozenset[str]) -> None:
        self._bundle = bundle
        self._held = held

    @property
    def edition(self) -> Edition:
        return self._bundle.edition

    @property
    def manual(self) -> ManualId:
        return self._bundle.manual

    @property
    def role_sha256(self) -> str:
        return self._bundle.role_sha256

    @property
    def chapters(self) -> frozenset[str]:
        """The ids of the chapters whose text is held."""
        contents = self.edition.contents
        return frozenset(chapter.id for chapter in contents.chapters() if chapter.file in self._held)

    def read(self, target: str) -> bytes:
        """The bytes of a file, as `VerifiedBundle.read`."""
        return self._bundle.read(target)

    def file_hashes(self, places: tuple[str, ...]) -> dict[str, str]:
        """As `VerifiedBundle.file_hashes`; files that are not held are named too."""
        return self._bundle.file_hashes(places)

    def as_superseded_by(self, edition: int | None) -> VerifiedExcerpt:
        """The same excerpt, marked for what it is; with None as one that nothing has replaced."""
        return VerifiedExcerpt(self._bundle.as_superseded_by(edition), self._held)

    def check_all(self, cancel: CancelToken) -> None:
        """Check every file that is held, as `VerifiedBundle.check_all`."""
        self._bundle.check_all(cancel)


@dataclass(frozen=True, slots=True)
class Walked:
    """A bundle whose trust files were walked: the trust update that it brings, and the way to its content."""

    container: Container
    layout: Layout
    state: TrustState
    chain: TrustChain


def walk_bundle(path: Path, state: TrustState) -> Walked:
    """Open a file, check its form, and walk its trust files on top of what is remembered.

    Raises:
        BundleRefusedError: see `Container` and `trust.walk`.
        StorageError: when the file cannot be read.
    """
    return walk_container(Container(path), state)


def walk_container(container: Container, state: TrustState) -> Walked:
    """As `walk_bundle`, for what was opened already.

    Raises:
        BundleRefusedError: see `Layout` and `trust.walk`.
        StorageError: when the file cannot be read.
    """
    layout = Layout.of(container.names)
    new_state, chain = trust.walk(container, layout, state)
    return Walked(container, layout, new_state, chain)


def walk_update_file(path: Path, state: TrustState) -> TrustState:
    """Open a trust update, check its form, and walk it on top of what is remembered.

    Raises:
        BundleRefusedError: see `Container` and `trust.walk_update`.
        StorageError: when the file cannot be read.
    """
    container = Container(path, names.UPDATE_MIMETYPE)
    return trust.walk_update(container, UpdateLayout.of(container.names), state)


def open_bundle(walked: Walked, vouched: Mapping[int, str], domain: Domain) -> VerifiedBundle:
    """Verify the edition: signatures, scope, manifest, contents list. Chapters are verified as they are read.

    Args:
        walked: What `walk_bundle` found.
        vouched: By edition, the role file's hash that the newest installed edition vouches for.
        domain: Which trust root this is, to be shown with everything.

    Raises:
        BundleRefusedError: with the reason.
        StorageError: when the file cannot be read.
    """
    return _opened(walked, vouched, domain, is_whole=True)


def open_excerpt(walked: Walked, vouched: Mapping[int, str], domain: Domain) -> VerifiedExcerpt:
    """Verify what a court extract holds of an edition, by the same rules; it need not hold every file.

    Args:
        walked: What `walk_container` found in a folder of the extract.
        vouched: As for `open_bundle`.
        domain: Which trust root this is.

    Raises:
        BundleRefusedError: with the reason.
        StorageError: when the file cannot be read.
    """
    return VerifiedExcerpt(_opened(walked, vouched, domain, is_whole=False), walked.layout.targets)


def _opened(walked: Walked, vouched: Mapping[int, str], domain: Domain, *, is_whole: bool) -> VerifiedBundle:
    container, layout = walked.container, walked.layout
    manual = layout.manual
    raw_role = container.read(names.manual_role_name(manual))
    role = trust.verify_manual_role(raw_role, walked.chain, walked.state.floors.get(manual), vouched)
    targets: Mapping[str, TargetFile] = role.metadata.signed.targets
    _check_scope(targets, layout, walked.chain)
    manifest_target, contents_target = names.manifest_target(manual), names.contents_target(manual)
    for needed in (manifest_target, contents_target):
        if needed not in targets:
            raise BundleRefusedError(Reason.MANIFEST, f"The edition does not hold {needed}.")
    manifest = schema.read_manifest(_read_checked(container, targets, manifest_target, "The manifest"))
    contents = schema.read_contents(
        _read_checked(container, targets, contents_target, "The contents list"), manual
    )
    _check_manifest(manifest, manual, role.metadata.signed.version, expiry_date(role.metadata))
    _check_files(contents, targets, layout, is_whole=is_whole)
    edition = Edition(manifest, contents, walked.chain.provenance(role), domain)
    return VerifiedBundle(container, role, edition)


def _check_scope(targets: Mapping[str, TargetFile], layout: Layout, chain: TrustChain) -> None:
    owned: dict[str, bool] = {}  # by folder: a delegation's path says nothing about the last part of a name
    for target in targets:
        if target not in layout.targets:  # those were looked at as members
            names.check_safe(target)
        folder = target.rpartition("/")[0]
        if folder not in owned:
            owned[folder] = chain.owns(target)
        if not names.is_target(target) or not target.startswith(f"{layout.manual}/") or not owned[folder]:
            raise BundleRefusedError(
                Reason.OUT_OF_SCOPE,
                f"The signer of {layout.manual} signed a file that is not theirs to sign ({target}).",
            )
    for target in layout.targets - targets.keys():
        raise BundleRefusedError(Reason.EXTRA, f"The bundle holds a file that nobody signed ({target}).")


def _check_manifest(manifest: Manifest, manual: ManualId, version: int, expires: date) -> None:
    if manifest.id != manual or manifest.edition != version or manifest.review_by != expires:
        raise BundleRefusedError(
            Reason.MANIFEST,
            f"The manifest says {manifest.id}, edition {manifest.edition}, review by {manifest.review_by};"
            f" what was signed is {manual}, edition {version}, review by {expires}.",
        )


def _check_files(
    contents: ContentsList, targets: Mapping[str, TargetFile], layout: Layout, *, is_whole: bool
) -> None:
    listed = list(schema.files_of(contents))
    for target in listed:
        if target not in targets:
            raise BundleRefusedError(
                Reason.MANIFEST, f"The contents list names {target}, which was not signed."
            )
    if len(set(listed)) != len(listed):
        raise BundleRefusedError(Reason.MANIFEST, "The contents list names one file twice.")
    for target in targets:
        if target not in listed and ("/chapters/" in target or "/forms/" in target):
            raise BundleRefusedError(Reason.MANIFEST, f"The contents list does not name {target}.")
        if is_whole and target not in layout.targets:
            raise _missing(_title_of(contents, target))


def _read_checked(container: Container, targets: Mapping[str, TargetFile], target: str, title: str) -> bytes:
    signed = targets.get(target)
    name = names.CONTENT_PREFIX + target
    if signed is None or name not in container:
        raise _missing(title)
    if container.size_bytes(name) != signed.length:
        raise _tampered(title)
    data = container.read_unchecked(name)
    if hashlib.sha256(data).hexdigest() != signed.hashes["sha256"]:
        raise _tampered(title)
    if zlib.crc32(data) != container.crc(name):
        raise BundleRefusedError(
            Reason.DAMAGED,
            f"{container.path.name} is damaged ({title} has a wrong checksum).",
        )
    return data


def _title_of(contents: ContentsList, target: str) -> str:
    for entry, _ in walk(contents.entries):
        if isinstance(entry, Chapter) and entry.file == target:
            return f"The chapter “{entry.numbered_title}”"
    return f"The file {target}"


def _missing(title: str) -> BundleRefusedError:
    return BundleRefusedError(Reason.MISSING, f"{title} was signed but is not in the bundle.")


def _tampered(title: str) -> BundleRefusedError:
    return BundleRefusedError(
        Reason.TAMPERED,
        f"{title} was changed after it was signed.",
    )
