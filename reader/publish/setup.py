"""A trust domain in one step: for one council, whole and signed; for a consortium, waiting for its holders."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from reader.bundle import names
from reader.bundle.trust import TrustRoot
from reader.domain.errors import SourceError, TrustError
from reader.domain.manual import ManualId
from reader.publish.domain_changes import TrustDomain
from reader.publish.keys import check_holder, load_signer, new_key_file
from reader.publish.trust_domain import Holders, TrustFiles, make_authority, make_register, make_root

KEYS_FOLDER: Final = "keys"
ROOT_KEY: Final = "root.pem"
REGISTRAR_KEY: Final = "registrar.pem"


def set_up_council(
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
    if any(folder.glob("*.json")) or any(folder.glob("*/*.json")):
        raise SourceError(f"{folder} holds a trust domain already: choose an empty folder.")
    keys = folder / KEYS_FOLDER
    files = {
        "root": (keys / ROOT_KEY, f"{authority_name}, trust root"),
        "registrar": (keys / REGISTRAR_KEY, f"{authority_name}, registrar"),
        "lead": (keys / f"{manual.authority}.pem", f"{authority_name}, lead"),
        "officer": (keys / f"{manual.authority}.{manual.manual}.pem", holder),
    }
    for _, name in files.values():
        check_holder(name)
    holders = {role: Holders((new_key_file(file, name, passphrase),)) for role, (file, name) in files.items()}
    signers = {role: load_signer(file, lambda _: passphrase) for role, (file, _) in files.items()}
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


def set_up_consortium(folder: Path, root: Holders, registrar: Holders, expires: date) -> TrustDomain:
    """Make the first root and an empty register, both waiting for the signatures of their holders.

    Args:
        folder: Where the public files go; no key is made or asked for.
        root: The holders of the trust root, for example three of whom two must sign.
        registrar: Who keeps the register of authorities.
        expires: When the trust files should be renewed.

    Raises:
        TrustError: when more signatures would be needed than there are keys.
        SourceError: when the folder holds a trust domain already.
        StorageError: when a file cannot be written.
    """
    for what, holders in (("the trust root", root), ("the register", registrar)):
        if len({key.keyid for key in holders.keys}) != len(holders.keys):
            raise TrustError(f"One key is named twice for {what}: every holder has a key of their own.")
        if not 1 <= holders.threshold <= len(holders.keys):
            raise TrustError(
                f"{holders.threshold} signatures would be needed for {what}, of {len(holders.keys)} keys: name more"
                " keys, or ask for fewer signatures."
            )
    return TrustDomain.propose(
        folder, make_root(root, registrar, (), expires), make_register({}, (), expires)
    )
