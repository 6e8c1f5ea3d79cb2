"""Setting the trust root of a computer, and saying in plain words who vouches for what."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from reader.bundle.trust import TrustRoot
from reader.domain.errors import BundleRefusedError, TrustError
from reader.domain.files import write_in_one_step
from reader.domain.manual import Domain, Edition, day
from reader.domain.provenance import Link, LinkKind, Provenance, Signer, grouped
from reader.store.places import Pin, machine_pin_file, person_pin_file, pinned_root


def read_root(file: Path) -> TrustRoot:
    """Read a trust root that somebody handed over.

    Raises:
        TrustError: when the file is none.
    """
    try:
        return TrustRoot.parse(file.read_bytes())
    except OSError as error:
        raise TrustError(f"The trust root {file} cannot be read: {error.strerror}.") from error
    except BundleRefusedError as error:
        raise TrustError(f"{file} is no trust root that can be set: {error}") from error


def set_pin(root: TrustRoot, *, is_machine_wide: bool) -> Path:
    """Set the trust root, for everybody on this computer or for this person.

    Returns:
        Where it lies.

    Raises:
        TrustError: when IT has set another one for everybody, which a person's own cannot replace.
        StorageError: when it cannot be written, as without administrator rights.
    """
    pin = pinned_root()
    if pin is not None and pin.is_machine_wide and not is_machine_wide:
        raise TrustError(f"IT has set the trust root of this computer ({pin.file}): ask IT to change it.")
    file = machine_pin_file() if is_machine_wide else person_pin_file()
    write_in_one_step(file, root.raw)
    return file


def may_be_changed_by_anybody(pin: Pin) -> bool:
    """Whether a machine-wide pin lies where the person who runs the reader can change it, which it should not."""
    is_administrator = hasattr(os, "geteuid") and os.geteuid() == 0
    return (
        pin.is_machine_wide
        and not is_administrator
        and (os.access(pin.file, os.W_OK) or os.access(pin.file.parent, os.W_OK))
    )


@dataclass(frozen=True, slots=True)
class ProvenanceLine:
    """One step of the chain in plain words, with the details for those who check."""

    sentence: str
    details: tuple[str, ...]


def explain(edition: Edition, verified_at: str) -> tuple[ProvenanceLine, ...]:
    """Who vouched for whom, from the trust root down to the text, in words for somebody who is no engineer.

    Args:
        edition: A verified edition.
        verified_at: When its signatures were last checked, as it is to be said.
    """
    manifest = edition.manifest
    provenance = edition.provenance
    says: dict[LinkKind, Callable[[Link], str]] = {
        LinkKind.ROOT: lambda link: (
            (
                "The trust root of the sample library, which came with the program,"
                if edition.domain is Domain.SAMPLE
                else "The trust root, which IT has set on this computer,"
            )
            + f" says who keeps the register of authorities. {_signed_by(link)}"
        ),
        LinkKind.REGISTER: lambda link: (
            f"The register says who may speak for {manifest.authority_name}. {_signed_by(link)}"
        ),
        LinkKind.AUTHORITY: lambda link: (
            f"{manifest.authority_name} says who may sign its manual “{manifest.title}”. {_signed_by(link)}"
        ),
        LinkKind.EDITION: lambda link: (
            f"The text that you read, {manifest.edition_name}, is as it was signed. {_signed_by(link)}"
            if link.signers
            else f"Nobody whose signature counts today signed {manifest.edition_name}; a newer edition, which is"
            " signed, names it as a genuine older one."
        ),
    }
    return (
        *(ProvenanceLine(says[link.kind](link), _details(link, provenance)) for link in provenance.links),
        ProvenanceLine(
            f"All of this was checked on this computer, {verified_at}, without a network. Each chapter is compared with"
            " what was signed whenever it is opened.",
            (),
        ),
    )


def _signed_by(link: Link) -> str:
    names = [signer.name for signer in link.signers]
    return f"Signed by {' and '.join(names)}." if names else ""


def _details(link: Link, provenance: Provenance) -> tuple[str, ...]:
    version = "Edition" if link.kind is LinkKind.EDITION else "Version"
    until = "review by" if link.kind is LinkKind.EDITION else "to be renewed by"
    needed = f"{link.threshold} of {link.holders} {'key' if link.holders == 1 else 'keys'} must sign"
    root = (f"Fingerprint {provenance.root_fingerprint}",) if link.kind is LinkKind.ROOT else ()
    return (
        f"{version} {link.version}, {until} {day(link.expires)}; {needed}",
        *root,
        *map(_key, link.signers),
    )


def _key(signer: Signer) -> str:
    return f"Key of {signer.name}: {grouped(signer.key_id)}"
