"""Keys of people: made, kept encrypted or in hardware, and loaded to sign. No secret ever reaches a log or a bundle.

A key in a file lies in two: NAME.pem is the private one, encrypted (PKCS#8); NAME.pub is the public one, to be handed
to whoever delegates to it. A key in hardware (a smart card, a token) is named by a URI of securesystemslib: `hsm:2` or
`hsm:2?label=YubiKey`; the environment variable PYKCS11LIB names its PKCS#11 module.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.exceptions import UnsupportedLibraryError
from securesystemslib.signer import CryptoSigner, HSMSigner, Key, Signer
from tuf.api.exceptions import UnsignedMetadataError
from tuf.api.metadata import Metadata, Root, Targets

from reader.bundle import metadata
from reader.bundle.metadata import HOLDER_FIELD, holder_of
from reader.domain.errors import BundleRefusedError, SourceError
from reader.domain.files import write_in_one_step
from reader.domain.manual import day
from reader.domain.provenance import grouped
from reader.domain.text import is_one_printable_line

PRIVATE_SUFFIX: Final = ".pem"
PUBLIC_SUFFIX: Final = ".pub"
HARDWARE_SCHEME: Final = "hsm:"
MIN_PASSPHRASE_LENGTH: Final = 8
_MAX_HOLDER_LENGTH: Final = 120
_KINDS: Final = {
    "ed25519": "Ed25519",
    "ecdsa-sha2-nistp256": "ECDSA P-256",
    "ecdsa-sha2-nistp384": "ECDSA P-384",
    "rsassa-pss-sha256": "RSA-PSS",
}

Secrets = Callable[[str], str]
"""Gives a secret that is asked for by name, such as "passphrase of keys/lead.pem"."""


def new_signer(holder: str) -> CryptoSigner:
    """A fresh Ed25519 key that lives in memory only.

    Args:
        holder: The person or desk that holds it, as readers will see it.
    """
    return _named(CryptoSigner(Ed25519PrivateKey.generate()), holder)


def new_key_file(file: Path, holder: str, passphrase: str) -> Key:
    """Make a key and keep it in a file, encrypted (PKCS#8); its public half goes beside it, as NAME.pub.

    Raises:
        SourceError: when a file exists, the passphrase is too short, or the holder's name cannot be shown.
        StorageError: when it cannot be written.
    """
    check_holder(holder)
    for place in (file, file.with_suffix(PUBLIC_SUFFIX)):
        if place.exists():
            raise SourceError(f"{place} exists already: choose another name, a key is never overwritten.")
    if file.suffix != PRIVATE_SUFFIX:
        raise SourceError(f"{file}: name the file of a key NAME{PRIVATE_SUFFIX}.")
    if len(passphrase) < MIN_PASSPHRASE_LENGTH:
        raise SourceError(f"The passphrase needs at least {MIN_PASSPHRASE_LENGTH} characters.")
    private_key = Ed25519PrivateKey.generate()
    pem = private_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode("utf-8"))
    )
    write_in_one_step(file, pem, mode=0o600)
    key = _named(CryptoSigner(private_key), holder).public_key
    write_public_key(file.with_suffix(PUBLIC_SUFFIX), key)
    return key


def check_holder(holder: str) -> None:
    """Refuse a name that readers could not be shown.

    Raises:
        SourceError: when it is empty, too long, or not one printable line.
    """
    if not holder or len(holder) > _MAX_HOLDER_LENGTH or not is_one_printable_line(holder):
        raise SourceError(
            f"The name of a key's holder is one printable line of at most {_MAX_HOLDER_LENGTH} characters."
        )


def write_public_key(file: Path, key: Key) -> None:
    """Write a public key for handing out.

    Raises:
        StorageError: when it cannot be written.
    """
    write_in_one_step(file, metadata.key_to_bytes(key))


def read_public_key(file: Path) -> Key:
    """Read a public key that somebody handed out.

    Raises:
        SourceError: when the file is none.
    """
    if file.suffix == PRIVATE_SUFFIX and file.with_suffix(PUBLIC_SUFFIX).exists():
        file = file.with_suffix(PUBLIC_SUFFIX)
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise SourceError(f"The key {file} cannot be read: {error.strerror}.") from error
    if b"PRIVATE KEY" in raw:
        raise SourceError(
            f"{file} is a private key: name the {PUBLIC_SUFFIX} file, and keep this one to its holder."
        )
    try:
        return metadata.read_key(raw, str(file))
    except BundleRefusedError as error:
        how = "was changed on its way (the ends of its lines)" if b"\r" in raw else "is no public key"
        raise SourceError(f"{file} {how}: ask its holder for the {PUBLIC_SUFFIX} file.") from error


def load_signer(reference: str | Path, secrets: Secrets) -> Signer:
    """Load a key for signing: a private key's file, or `hsm:` for one in hardware.

    Raises:
        SourceError: when there is no such key, or the secret does not open it.
    """
    if str(reference).startswith(HARDWARE_SCHEME):
        return _load_hardware_signer(str(reference), secrets)
    file = Path(reference)
    try:
        pem = file.read_bytes()
    except OSError as error:
        raise SourceError(f"The key {file} cannot be read: {error.strerror}.") from error
    if b"PRIVATE KEY" not in pem:
        raise SourceError(f"{file} holds no private key: name the {PRIVATE_SUFFIX} file of your key.")
    if b"ENCRYPTED" not in pem:
        raise SourceError(
            f"The key {file} is not encrypted: keep keys encrypted, as `publish keys new` makes them."
        )
    try:
        private_key = load_pem_private_key(pem, secrets(f"passphrase of {file}").encode("utf-8"))
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SourceError(f"The key {file} does not open with this passphrase, or is damaged.") from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise SourceError(f"The key {file} is not an Ed25519 key.")
    return CryptoSigner(private_key)


def public_key_of(reference: str | Path, secrets: Secrets) -> Key:
    """The public key of a file (.pub, or .pem with its .pub beside it) or of a key in hardware.

    Raises:
        SourceError: when there is no such key.
    """
    if str(reference).startswith(HARDWARE_SCHEME):
        return load_signer(reference, secrets).public_key
    return read_public_key(Path(reference))


def named_key(key: Key, holder: str) -> Key:
    """The key with the name of who holds it.

    Raises:
        SourceError: when the name cannot be shown.
    """
    check_holder(holder)
    key.unrecognized_fields[HOLDER_FIELD] = holder
    return key


def kind_of(key: Key) -> str:
    """What sort of key it is, for people."""
    return _KINDS.get(key.scheme, key.scheme)


@dataclass(frozen=True, slots=True)
class FingerprintSheet:
    """A page with fingerprints, to be printed and handed over in person or read out over the telephone.

    Attributes:
        rows: (what it is, whose or where, the fingerprint's hexadecimal digits).
    """

    title: str
    rows: tuple[tuple[str, str, str], ...]
    printed_on: date

    @classmethod
    def of_keys(cls, keys: tuple[Key, ...], printed_on: date) -> FingerprintSheet:
        rows = tuple((f"{kind_of(key)} key", holder_of(key), key.keyid) for key in keys)
        return cls("Fingerprints of keys", rows, printed_on)

    @property
    def text(self) -> str:
        lines = [self.title, f"Made on {day(self.printed_on)}", ""]
        for what, whose, digest in self.rows:
            groups = grouped(digest).split()
            lines += [f"{what}: {whose}"]
            lines += ["    " + " ".join(groups[at : at + 4]) for at in range(0, len(groups), 4)] + [""]
        return "\n".join([*lines, _SHEET_ADVICE, ""])

    @property
    def html(self) -> str:
        """A page of its own that any browser prints; it loads nothing."""
        blocks = []
        for what, whose, digest in self.rows:
            groups = grouped(digest).split()
            lines = "<br>".join(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))
            blocks.append(f"<h2>{escape(what)}: {escape(whose)}</h2><p class='print'>{lines}</p>")
        style = (
            "body{font:12pt sans-serif;margin:2cm}h2{font-size:13pt;margin:1.2em 0 .3em}"
            ".print{font:18pt/1.5 monospace;margin:0}section{break-inside:avoid}"
        )
        body = "".join(f"<section>{block}</section>" for block in blocks)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(self.title)}</title>'
            f"<style>{style}</style></head><body><h1>{escape(self.title)}</h1><p>Made on {day(self.printed_on)}</p>"
            f"{body}<p>{escape(_SHEET_ADVICE)}</p></body></html>\n"
        )

    def write(self, file: Path) -> None:
        """Write the sheet: as a web page when the file is named so, else as plain text.

        Raises:
            StorageError: when it cannot be written.
        """
        text = self.html if file.suffix in {".html", ".htm"} else self.text
        write_in_one_step(file, text.encode("utf-8"))


_SHEET_ADVICE: Final = (
    "Compare every group with what the holder reads out. One group that differs means that it is another key:"
    " do not use it, and ask again."
)


def add_signature(file: Metadata[Root] | Metadata[Targets], signer: Signer) -> None:
    """Sign a file of the trust chain, beside the signatures that it carries.

    Raises:
        SourceError: when the token that holds the key does not sign.
    """
    try:
        file.sign(signer, append=True)
    except UnsignedMetadataError as error:
        raise _hardware_error("key", error.__cause__ or error) from error


def _load_hardware_signer(uri: str, secrets: Secrets) -> Signer:
    @functools.cache
    def pin(_: str) -> str:
        """Asked for once, however much is signed."""
        return secrets(f"PIN of {uri}")

    number, _, query = uri.removeprefix(HARDWARE_SCHEME).partition("?")
    try:
        label = parse_qs(query, strict_parsing=bool(query)).get("label", [None])[0]
        found_uri, key = HSMSigner.import_(int(number) if number else None, label, pin)
        return Signer.from_priv_key_uri(found_uri, key, pin)
    except UnsupportedLibraryError as error:
        raise SourceError(
            "Keys in hardware need the package python-pkcs11 beside the reader: install both with Python (the program"
            " that comes as a folder takes no packages), then try again."
        ) from error
    except _hardware_faults() as error:
        raise _hardware_error(uri, error) from error


def _hardware_faults() -> tuple[type[Exception], ...]:
    """What a token and its module raise. python-pkcs11 is there only where publishers installed it."""
    try:
        from pkcs11.exceptions import PKCS11Error  # noqa: PLC0415
    except ImportError:
        return (ValueError, RuntimeError, OSError)
    return (ValueError, RuntimeError, OSError, PKCS11Error)


def _hardware_error(uri: str, error: BaseException) -> SourceError:
    return SourceError(
        f"The {uri} cannot be used ({str(error) or type(error).__name__}): check that the token is plugged in, that"
        " PYKCS11LIB names its PKCS#11 module, and the PIN."
    )


def _named(signer: CryptoSigner, holder: str) -> CryptoSigner:
    signer.public_key.unrecognized_fields[HOLDER_FIELD] = holder
    return signer
