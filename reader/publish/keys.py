"""Keys of people: made, kept encrypted, and loaded for one signature. No secret ever reaches a log or a bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, Key

from reader.bundle.metadata import HOLDER_FIELD
from reader.domain.errors import SourceError
from reader.domain.files import write_in_one_step

MIN_PASSPHRASE_LENGTH: Final = 8


def new_signer(holder: str) -> CryptoSigner:
    """A fresh Ed25519 key that lives in memory only.

    Args:
        holder: The person or desk that holds it, as readers will see it.
    """
    return _named(CryptoSigner(Ed25519PrivateKey.generate()), holder)


def new_key_file(file: Path, holder: str, passphrase: str) -> Key:
    """Make a key and keep it in a file, encrypted (PKCS#8).

    Raises:
        SourceError: when the file exists or the passphrase is too short.
        StorageError: when it cannot be written.
    """
    if file.exists():
        raise SourceError(f"{file} exists already: choose another name, a key is never overwritten.")
    if len(passphrase) < MIN_PASSPHRASE_LENGTH:
        raise SourceError(f"The passphrase needs at least {MIN_PASSPHRASE_LENGTH} characters.")
    private_key = Ed25519PrivateKey.generate()
    pem = private_key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode("utf-8"))
    )
    write_in_one_step(file, pem, mode=0o600)
    return _named(CryptoSigner(private_key), holder).public_key


def load_signer(file: Path, passphrase: str) -> CryptoSigner:
    """Load a key for signing.

    Raises:
        SourceError: when the file is no key, or the passphrase does not open it.
    """
    try:
        pem = file.read_bytes()
    except OSError as error:
        raise SourceError(f"The key {file} cannot be read: {error.strerror}.") from error
    try:
        private_key = load_pem_private_key(pem, passphrase.encode("utf-8"))
    except TypeError as error:
        raise SourceError(
            f"The key {file} is not encrypted: keep keys encrypted, as `publish init` makes them."
        ) from error
    except ValueError as error:
        raise SourceError(f"The key {file} does not open with this passphrase, or is damaged.") from error
    if not isinstance(private_key, Ed25519PrivateKey):
        raise SourceError(f"The key {file} is not an Ed25519 key.")
    return CryptoSigner(private_key)


def _named(signer: CryptoSigner, holder: str) -> CryptoSigner:
    signer.public_key.unrecognized_fields[HOLDER_FIELD] = holder
    return signer
