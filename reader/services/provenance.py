"""Who vouched for whom, in words for somebody who is no engineer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from reader.domain.manual import Domain, Edition, day
from reader.domain.page import ProvenanceLine
from reader.domain.provenance import Link, LinkKind, Provenance, Signer, grouped
from reader.domain.text import counted


def signature_line(edition: Edition, verified_at: datetime) -> str:
    """The line that stands above a text: "Signed by Westshire Council, verified at 09:31"."""
    names = "; ".join(signer.name for signer in edition.signers)
    if not names:
        by = "Vouched for by a newer edition"
    elif edition.domain is Domain.SAMPLE:
        by = f"Signed by {names} (sample key)"
    else:
        by = f"Signed by {names}"
    return f"{by}, verified {clock(verified_at)}"


def clock(moment: datetime) -> str:
    """A moment of today: "at 09:31"."""
    return f"at {moment:%H:%M}"


def explain(edition: Edition, verified_at: datetime) -> tuple[ProvenanceLine, ...]:
    """Who vouched for whom, from the trust root down to the text, in words for somebody who is no engineer.

    Args:
        edition: A verified edition.
        verified_at: When the text was compared with what was signed.
    """
    manifest = edition.manifest
    provenance = edition.provenance
    is_sample = edition.domain is Domain.SAMPLE
    root = (
        "The trust root of the sample library, which came with the program,"
        if is_sample
        else "The trust root, which IT has set on this computer,"
    )
    # Nothing that a sample key said was said by the authority.
    speaker = (
        f"A sample key in the place of {manifest.authority_name}" if is_sample else manifest.authority_name
    )
    says: dict[LinkKind, Callable[[Link], str]] = {
        LinkKind.ROOT: lambda link: f"{root} says who keeps the register of authorities. {_signed_by(link)}",
        LinkKind.REGISTER: lambda link: (
            f"The register says who may speak for {manifest.authority_name}. {_signed_by(link)}"
            if not is_sample
            else f"The sample register names a sample key for {manifest.authority_name}. {_signed_by(link)}"
        ),
        LinkKind.AUTHORITY: lambda link: (
            f"{speaker} says who may sign the manual “{manifest.title}”. {_signed_by(link)}"
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
            "The signatures were checked on this computer when the library was opened, and this text was compared with"
            f" what was signed when it was opened, {clock(verified_at)}. No network was needed.",
            (),
        ),
    )


def _signed_by(link: Link) -> str:
    names = [signer.name for signer in link.signers]
    return f"Signed by {' and '.join(names)}." if names else ""


def _details(link: Link, provenance: Provenance) -> tuple[str, ...]:
    version = "Edition" if link.kind is LinkKind.EDITION else "Version"
    until = "review by" if link.kind is LinkKind.EDITION else "to be renewed by"
    needed = f"{link.threshold} of {counted(link.holders, 'key')} must sign"
    root = (f"Fingerprint {provenance.root_fingerprint}",) if link.kind is LinkKind.ROOT else ()
    return (
        f"{version} {link.version}, {until} {day(link.expires)}; {needed}",
        *root,
        *map(_key, link.signers),
    )


def _key(signer: Signer) -> str:
    return f"Key of {signer.name}: {grouped(signer.key_id)}"
