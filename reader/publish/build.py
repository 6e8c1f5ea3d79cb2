"""From a source folder to a bundle that waits for its signatures, and from there to a signed one."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from securesystemslib.signer import Signer
from tuf.api.metadata import Metadata, TargetFile, Targets

from reader.bundle import canonical_json, html, metadata, names, schema
from reader.bundle.container import Container, pack
from reader.bundle.names import Layout
from reader.bundle.screen_html import check_screen
from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import open_bundle, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.contents import Chapter, ContentsList, Division, Entry, Held
from reader.domain.errors import BundleRefusedError, Reason, SourceError
from reader.domain.files import write_in_one_step
from reader.domain.manual import Domain, Manifest, ManualId, PastEdition, day
from reader.domain.text import counted
from reader.publish.chapter_ids import give_ids, read_chapter_ids, write_chapter_ids
from reader.publish.keys import add_signature
from reader.publish.links import within_bundle
from reader.publish.source import Source, read_source
from reader.publish.trust_domain import SignatureNeed, TrustFiles


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made. `new_ids` are the chapters that were not in the mapping before."""

    manifest: Manifest
    chapters: int
    included: int
    new_ids: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SigningStatus:
    """How far the signatures of a bundle are."""

    manual: ManualId
    edition: int
    need: SignatureNeed


def build_bundle(
    source_folder: Path, trust: TrustFiles, file: Path, previous: Path | None = None
) -> BuildReport:
    """Make a bundle without signatures, and give every new chapter its id.

    Args:
        source_folder: See `source`.
        trust: The public files of the trust domain that will sign it.
        file: The bundle to write.
        previous: The bundle of the edition before, which the new one then vouches for.

    Raises:
        SourceError: when the source cannot be used.
        BundleRefusedError: when what it holds goes beyond the format's limits.
        StorageError: when a file cannot be written.
    """
    source = read_source(source_folder)
    known = read_chapter_ids(source_folder)
    contents, ids = (source.with_ids(), known) if source.has_lasting_ids else give_ids(source.contents, known)
    manual = source.manifest.id
    contents = ContentsList(_with_held(contents.entries, source, manual))
    own_trust = trust.for_manual(manual)
    manifest = replace(source.manifest, history=_history(source.manifest, previous, trust))
    files = _content_files(source, contents, manifest)
    targets = Targets(
        version=manifest.edition,
        spec_version=metadata.SPEC_VERSION,
        expires=metadata.expiry_of(manifest.review_by),
        targets={target: _target_file(target, data) for target, data in files.items()},
    )
    members = {f"{names.CONTENT_PREFIX}{target}": data for target, data in files.items()}
    members |= own_trust
    members[names.manual_role_name(manual)] = metadata.to_bytes(Metadata(targets))
    Layout.of(tuple(members))
    write_in_one_step(file, pack(members))
    if ids != known:
        write_chapter_ids(source_folder, ids)
    chapters = list(contents.chapters())
    return BuildReport(
        manifest,
        len(chapters),
        sum(1 for chapter in chapters if chapter.held is Held.INCLUDED),
        tuple(row.id for row in ids[len(known) :]),
        source.warnings,
    )


def describe_bundle(file: Path) -> str:
    """What a bundle says that it is, for whoever is about to sign it.

    Raises:
        BundleRefusedError: when the file is no sound bundle.
        StorageError: when it cannot be read.
    """
    container = Container(file)
    layout = Layout.of(container.names)
    manual = layout.manual
    manifest_name = f"{names.CONTENT_PREFIX}{names.manifest_target(manual)}"
    contents_name = f"{names.CONTENT_PREFIX}{names.contents_target(manual)}"
    if manifest_name not in container or contents_name not in container:
        raise SourceError(f"{file} does not say what it is: nothing was signed; build it again.")
    manifest = schema.read_manifest(container.read(manifest_name))
    contents = schema.read_contents(container.read(contents_name), manual)
    chapters = list(contents.chapters())
    included = sum(chapter.held is Held.INCLUDED for chapter in chapters)
    vouched = ", ".join(str(past.edition) for past in manifest.history)
    return (
        f"{manifest.authority_name}, {manifest.title}, {manifest.edition_name}, issued {day(manifest.issued)},"
        f" in force from {day(manifest.effective_from)}, review by {day(manifest.review_by)}:"
        f" {counted(len(chapters), 'chapter')},"
        f" the text of {included} included" + (f"; vouches for edition {vouched}" if vouched else "")
    )


def sign_bundle(file: Path, signer: Signer) -> SigningStatus:
    """Add one person's signature to a bundle, in one step.

    Nobody signs unseen what was changed since the build: every file is compared with the list first. A bundle that has
    all its signatures is opened as a reader opens it.

    Raises:
        SourceError: when this key may not sign this manual, or readers would refuse the bundle all the same.
        BundleRefusedError: when the file is no sound bundle.
        StorageError: when it cannot be written.
    """
    container = Container(file)
    manual = Layout.of(container.names).manual
    role_name = names.manual_role_name(manual)
    role = metadata.read_targets(container.read(role_name), f"The list of files of {manual}")
    authority = _authority_list(container, manual)
    delegated = (authority.signed.delegations.roles or {}) if authority.signed.delegations else {}
    delegation = delegated.get(f"{manual.authority}.{manual.manual}")
    if delegation is None or signer.public_key.keyid not in delegation.keyids:
        raise SourceError(
            f"This key ({signer.public_key.keyid[:12]}) may not sign {manual}: the list of signers in {file.name} does"
            " not name it. If it was authorised since the bundle was built, name the trust domain with --domain."
        )
    role = copy.deepcopy(role)  # what was read is shared
    members = {name: container.read(name) for name in container.names if name != names.MIMETYPE_NAME}
    _check_unchanged(members, role, file)
    add_signature(role, signer)
    members[role_name] = metadata.to_bytes(role)
    write_in_one_step(file, pack(members))
    status = signing_status(file)
    if status.need.is_met:
        _open_as_a_reader(file, container)
    return status


def signing_status(file: Path) -> SigningStatus:
    """How many of the signatures that a bundle needs it has.

    Raises:
        SourceError: when nobody may sign its manual.
        BundleRefusedError: when the file is no sound bundle.
        StorageError: when it cannot be read.
    """
    container = Container(file)
    manual = Layout.of(container.names).manual
    role = metadata.read_targets(
        container.read(names.manual_role_name(manual)), f"The list of files of {manual}"
    )
    delegations = _authority_list(container, manual).signed.delegations
    delegated = (delegations.roles or {}).get(f"{manual.authority}.{manual.manual}") if delegations else None
    if delegations is None or delegated is None:
        raise SourceError(
            f"{manual.authority} has not said who may sign {manual}: authorise a signer"
            f" (`publish authorise DOMAIN {manual} --key SIGNER.pub`), then name the domain with --domain."
        )
    need = SignatureNeed.of(role, f"the signers of {manual}", delegated, delegations.keys)
    return SigningStatus(manual, role.signed.version, need)


def bring_trust_up_to_date(file: Path, trust: TrustFiles) -> None:
    """Put the newest files of its trust domain into a bundle; what its officers signed stays as it is.

    Raises:
        SourceError: when the domain does not know the bundle's authority.
        BundleRefusedError: when the file is no sound bundle.
        StorageError: when it cannot be written.
    """
    container = Container(file)
    layout = Layout.of(container.names)
    kept = [
        name
        for name in container.names
        if name.startswith(names.CONTENT_PREFIX) or name == names.manual_role_name(layout.manual)
    ]
    members = {name: container.read(name) for name in kept} | trust.for_manual(layout.manual)
    write_in_one_step(file, pack(members))


def _check_unchanged(members: Mapping[str, bytes], role: Metadata[Targets], file: Path) -> None:
    content = {
        name.removeprefix(names.CONTENT_PREFIX): hashlib.sha256(data).hexdigest()
        for name, data in members.items()
        if name.startswith(names.CONTENT_PREFIX)
    }
    signed = {target: row.hashes["sha256"] for target, row in role.signed.targets.items()}
    differing = sorted(dict(content.items() ^ signed.items()))
    if differing:
        raise SourceError(
            f"{file} was changed since it was built ({differing[0]}): nothing was signed; build it again."
        )


def _open_as_a_reader(file: Path, container: Container) -> None:
    oldest = min(version for name in container.names if (version := names.root_version(name)))
    try:
        root = TrustRoot.parse(container.read(names.root_name(oldest)))
        open_bundle(walk_bundle(file, root.start(None)), {}, Domain.PINNED).check_all(CancelToken())
    except BundleRefusedError as error:
        raise SourceError(
            f"{file} has its signatures, but readers would refuse it: {error.finding}"
        ) from error


def _authority_list(container: Container, manual: ManualId) -> Metadata[Targets]:
    name = names.authority_role_name(manual.authority)
    return metadata.read_targets(container.read(name), f"The list of signers of {manual.authority}")


def _with_held(entries: tuple[Entry, ...], source: Source, manual: ManualId) -> tuple[Entry, ...]:
    def one(entry: Entry) -> Entry:
        match entry:
            case Division():
                return replace(entry, entries=_with_held(entry.entries, source, manual))
            case Chapter() if entry.id in source.chapter_html:
                return replace(entry, held=Held.INCLUDED, file=names.chapter_target(manual, entry.id))
            case _:
                return entry

    return tuple(one(entry) for entry in entries)


def _content_files(source: Source, contents: ContentsList, manifest: Manifest) -> dict[str, bytes]:
    """Every file of the edition by target."""
    manual = manifest.id
    files = {
        names.manifest_target(manual): canonical_json.dump(schema.manifest_json(manifest)),
        names.contents_target(manual): canonical_json.dump(schema.contents_json(contents)),
    }
    schema.read_manifest(files[names.manifest_target(manual)])
    schema.read_contents(files[names.contents_target(manual)], manual)
    for chapter_id, text in source.chapter_html.items():
        if contents.place(chapter_id) is None:
            raise SourceError(
                f"{source.folder / 'chapters' / chapter_id}: no chapter of the contents list has this id;"
                " see chapter-ids.toml."
            )
        try:
            clean = html.with_anchors(html.sanitise(within_bundle(text, manual), manual))
            html.check_layout(clean)
            check_screen(clean)
        except BundleRefusedError as error:
            raise SourceError(f"{source.folder / 'chapters' / chapter_id}: {error.finding}") from error
        files[names.chapter_target(manual, chapter_id)] = clean.encode("utf-8")
    for place, data in source.files.items():
        target = f"{manual}/{place}"
        if not names.is_target(target):
            raise SourceError(
                f"{source.folder / place}: pictures are .png or .jpg, forms .pdf or .docx, named in small letters."
            )
        files[target] = data
    return files


def _history(manifest: Manifest, previous: Path | None, trust: TrustFiles) -> tuple[PastEdition, ...]:
    """What the new edition vouches for. Readers ask what is vouched for for no signature, so it is verified here."""
    if previous is None:
        return ()
    try:
        # Under what is in force now: a key that was withdrawn must not have itself vouched for.
        in_force = replace(
            trust.first_root.start(None),
            roots=trust.roots,
            register=trust.files[names.REGISTER_NAME],
            authorities={
                manifest.id.authority: trust.files[names.authority_role_name(manifest.id.authority)]
            },
        )
        walked = walk_bundle(previous, in_force)
        bundle = open_bundle(walked, {}, Domain.PINNED)
        bundle.check_all(CancelToken())
    except BundleRefusedError as error:
        again = (
            " If those who signed it may not any more, and it is genuine, sign it anew first"
            " (`publish sign FILE --key KEY --domain DOMAIN`)."
            if error.reason is Reason.SIGNATURE
            else ""
        )
        raise SourceError(f"{previous} cannot be vouched for: {error.finding}{again}") from error
    before = bundle.edition.manifest
    if before.id != manifest.id:
        raise SourceError(f"{previous} is an edition of {before.id}, not of {manifest.id}.")
    if before.edition >= manifest.edition:
        raise SourceError(
            f"{previous} is edition {before.edition}: write a higher edition than that into manual.toml."
        )
    return (*before.history, PastEdition(before.edition, before.effective_from, bundle.role_sha256))


def _target_file(target: str, data: bytes) -> TargetFile:
    hashes: Mapping[str, str] = {"sha256": hashlib.sha256(data).hexdigest()}
    return TargetFile(len(data), dict(hashes), target)
