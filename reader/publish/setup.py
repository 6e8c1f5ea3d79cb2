"""A trust domain for one council in one step: sensible defaults, one holder, everything encrypted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.bundle.trust import TrustRoot
from reader.domain.errors import SourceError
from reader.domain.manual import ManualId
from reader.publish.keys import load_signer, new_key_file
from reader.publish.trust_domain import Holders, TrustFiles, make_authority, make_register, make_root

ROOT_KEY: Final = "root.pem"
REGISTRAR_KEY: Final = "registrar.pem"


def set_up_domain(
    folder: Path, manual: ManualId, *, authority_name: str, holder: str, passphrase: str, expires: date
) -> TrustRoot:
    """Make root, register and list of signers for one manual, each with a key of its own.

    Args:
        folder: Where the public files go; the keys go into its folder keys/.
        manual: The manual that may then be signed.
        authority_name: Names the lead key.
        holder: Names the key that signs editions, as readers will see it.
        passphrase: Encrypts all four keys.
        expires: When the trust files should be renewed.

    Returns:
        The root, for IT to pin.

    Raises:
        SourceError: when the folder holds a trust domain already, or the passphrase is too short.
        StorageError: when a file cannot be written.
    """
    if any(folder.glob("*.json")):
        raise SourceError(f"{folder} holds a trust domain already: choose an empty folder.")
    keys = folder / "keys"
    files = {
        "root": (keys / ROOT_KEY, "Root"),
        "registrar": (keys / REGISTRAR_KEY, "Registrar"),
        "lead": (keys / f"{manual.authority}.pem", f"{authority_name}, lead"),
        "officer": (keys / f"{manual.authority}.{manual.manual}.pem", holder),
    }
    holders = {role: Holders((new_key_file(file, name, passphrase),)) for role, (file, name) in files.items()}
    signers = {role: load_signer(file, passphrase) for role, (file, _) in files.items()}
    trust = TrustFiles(
        {
            names.root_name(1): make_root(holders["root"], holders["registrar"], [signers["root"]], expires),
            names.REGISTER_NAME: make_register(
                {manual.authority: holders["lead"]}, [signers["registrar"]], expires
            ),
            names.authority_role_name(manual.authority): make_authority(
                manual.authority, {manual.manual: holders["officer"]}, [signers["lead"]], expires
            ),
        }
    )
    trust.write(folder)
    return trust.first_root
