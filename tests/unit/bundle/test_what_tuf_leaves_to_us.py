"""What python-tuf's low-level interface does not check, and the reader must: each row is shown on a signed bundle.

`Metadata`, `Root` and `Targets` verify signatures against a threshold of keys, and little else. Read from tuf 7.0
(`tuf/api/_payload.py`, `metadata.py`) and securesystemslib 1.6 (`signer/_key.py`, `_crypto_signer.py`). A bundle of
`UNREAD` and `UNSIGNED` passes the whole chain of python-tuf and is refused by the reader; where python-tuf begins to
refuse one by itself, that test fails and its row can go.

What it leaves to us                                             Where the reader looks, and the test
---------------------------------------------------------------  ------------------------------------------------------
JSON in any spelling, keys that stand twice, other characters    canonical_json; UNSIGNED, test_canonical_json
files and lists of any size, JSON of any depth                   limits; test_canonical_json, test_metadata, test_limits
fields that nobody knows, signed or not (kept, or thrown away)   extra="forbid"; UNREAD, UNSIGNED, test_metadata
the kind of a value: true for 1, numbers that no file counts to  strict forms; UNREAD, test_metadata
the version of the specification behind its first figure         SPEC_VERSION; UNREAD
a date in another spelling than the one that is signed           _Expires; UNSIGNED
that a root file is a root, and a list a list                    _type by place; test_metadata (signed as a root)
key ids: any text is believed                                    key_id; UNREAD, test_metadata
one key under two ids, by which one person signs for two         _material; UNREAD, test_metadata
roles that name keys which are not listed (passed over)          _check_roles; UNREAD, test_metadata
kinds of keys and schemes: everything that its libraries know    _SCHEMES; UNREAD, test_metadata, test_signature_vectors
the size of an RSA key, and its exponent                         RSA_BITS, RSA_EXPONENT; UNREAD
points of low order, under which anybody signs anything          _LOW_ORDER_Y; UNREAD, test_signature_vectors
the curve of a key before a signature is looked at               _CURVES; test_metadata
a key's spelling: text around PEM, line ends                     _material; UNREAD, test_metadata
what else stands beside a public key (a private one, say)        extra="forbid"; UNREAD
hashes of any kind, or of two kinds                              _HashesForm; UNREAD, test_metadata
names of targets: any text                                       check_safe, is_target; test_verifier (rows 32, 39)
delegations by hash, in bins, to several, with wildcards,        _DelegatedRoleForm, _check_delegator; UNREAD,
  without an end, and over other people's paths                    test_metadata, test_trust
the names of delegated roles                                     _check_delegator; UNREAD, test_trust
files that a delegator signs itself                              _check_delegator; UNREAD, test_trust
that a role is looked up where the path says (a caller's walk)   TrustChain.owns; test_trust (rows 13 to 18)
versions: older, the same twice, or far ahead                    _newest, verify_manual_role; test_trust (rows 20 to 24)
that roots follow one by one, signed by old and new              _walk_roots; test_trust (rows 25 and 26)
expiry, in this interface                                        warned of, never a lock; test_verifier (row 27)
a bad signature beside enough good ones                          _verified_signers; UNSIGNED, test_metadata
signatures in capitals or with spaces                            _SignatureForm; UNSIGNED, test_metadata
length and hash of the content                                   _read_checked; test_verifier (rows 1 to 4)

Looked at and left as it is, because it gives nobody anything: see ACCEPTED.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from securesystemslib.signer import CryptoSigner, Key, SSlibKey
from tuf.api.metadata import Metadata, Root, Targets

from reader.bundle import metadata, names
from reader.domain.errors import Reason
from tests.support.opening import open_in_full, refused
from tests.support.worlds import (
    WESTSHIRE,
    Edit,
    Json,
    SignedBundle,
    Team,
    World,
    edited,
    make_signer,
    resigned,
    sign,
)

_WORLD: Final = World.new()
_BUNDLE: Final = _WORLD.bundle()
_LEAD: Final = _WORLD.leads["westshire"].signers
_OFFICER: Final = _WORLD.officers[WESTSHIRE].signers[0]
Change = Callable[[], SignedBundle]


def _does_tuf_verify(bundle: SignedBundle) -> bool:
    """The chain of a bundle as python-tuf alone sees it: a good signature at each step, from the root downwards."""
    first, root = (
        Metadata[Root].from_bytes(bundle.trust[name])
        for name in (names.root_name(1), max(name for name in bundle.trust if names.root_version(name)))
    )
    register = Metadata[Targets].from_bytes(bundle.trust[names.REGISTER_NAME])
    signers = Metadata[Targets].from_bytes(bundle.trust[bundle.list_name])
    files = Metadata[Targets].from_bytes(bundle.role_bytes)
    role = f"{bundle.manual.authority}.{bundle.manual.manual}"
    return all(
        (
            first.signed.get_verification_result("root", first.signed_bytes, first.signatures),
            first.signed.get_verification_result("root", root.signed_bytes, root.signatures),
            root.signed.get_verification_result("root", root.signed_bytes, root.signatures),
            root.signed.get_verification_result("targets", register.signed_bytes, register.signatures),
            register.signed.get_verification_result(
                bundle.manual.authority, signers.signed_bytes, signers.signatures
            ),
            signers.signed.get_verification_result(role, files.signed_bytes, files.signatures),
        )
    )


# Signed by the right people


def _files(edit: Edit) -> Change:
    """The list of files changed, and signed by the officer."""
    return lambda: _BUNDLE.with_role(edit)


def _signers(edit: Edit) -> Change:
    """The list of signers changed, and signed by the lead."""
    return lambda: _BUNDLE.with_trust(signer_list=resigned(_WORLD.signer_list("westshire"), edit, _LEAD))


def _register(edit: Edit) -> Change:
    """The register changed, and signed by the registrar."""
    return lambda: _BUNDLE.with_trust(register=resigned(_WORLD.register, edit, _WORLD.registrar.signers))


def _root(edit: Edit) -> Change:
    """A second root that is changed, and signed by the holders of the first."""

    def change() -> SignedBundle:
        second = _WORLD.with_next_root().roots[1]
        return _BUNDLE.with_roots({1: _WORLD.roots[0], 2: resigned(second, edit, _WORLD.root.only(0, 1))})

    return change


def _own_role(edit: Edit) -> Edit:
    def change(signed: Json) -> None:
        for role in signed["delegations"]["roles"]:
            if role["name"] == "westshire.procedures":
                edit(role)

    return change


def _keys(signers: Sequence[CryptoSigner], threshold: int = 1, **changed: object) -> Change:
    """The officer's keys replaced by others, which sign the list of files."""

    def change() -> SignedBundle:
        keys = {s.public_key.keyid: {**s.public_key.to_dict(), **changed} for s in signers}

        def edit(signed: Json) -> None:
            signed["delegations"]["keys"].update(keys)
            _own_role(lambda role: role.update(keyids=list(keys), threshold=threshold))(signed)

        return _signers(edit)().signed_by(*signers)

    return change


def _key(keytype: str, scheme: str, public: str, key_id: str = "") -> SSlibKey:
    return SSlibKey(key_id or metadata.key_id(keytype, scheme, public), keytype, scheme, {"public": public})


def _ecdsa(curve: ec.EllipticCurve, scheme: str, edit: Callable[[str], str] = str) -> Change:
    def change() -> SignedBundle:
        private = ec.generate_private_key(curve)
        public = edit(CryptoSigner(private).public_key.keyval["public"])
        return _keys([CryptoSigner(private, _key("ecdsa", scheme, public))])()

    return change


def _rsa(bits: int, scheme: str = "rsassa-pss-sha256", exponent: int = 65537) -> Change:
    def change() -> SignedBundle:
        private = rsa.generate_private_key(65537 if exponent > 3 else 3, bits)
        public = CryptoSigner(private).public_key.keyval["public"]
        return _keys([CryptoSigner(private, _key("rsa", scheme, public))])()

    return change


def _one_person_for_two() -> SignedBundle:
    private = ec.generate_private_key(ec.SECP256R1())
    pem = CryptoSigner(private).public_key.keyval["public"]
    spelled = (pem, pem.rstrip())
    return _keys(
        [CryptoSigner(private, _key("ecdsa", "ecdsa-sha2-nistp256", public)) for public in spelled], 2
    )()


def _nobody() -> SignedBundle:
    """A key that nobody holds: under the neutral point the same few bytes sign everything."""
    neutral = "01" + "00" * 31
    key = _key("ed25519", "ed25519", neutral)

    def edit(signed: Json) -> None:
        signed["delegations"]["keys"][key.keyid] = key.to_dict()
        _own_role(lambda role: role.update(keyids=[key.keyid]))(signed)

    signature = {"keyid": key.keyid, "sig": neutral + "00" * 32}
    unsigned = edited(_BUNDLE.role_bytes, lambda file: file.update(signatures=[signature]))
    return _signers(edit)().with_role_raw(unsigned)


def _misnamed_key() -> SignedBundle:
    signer = CryptoSigner(
        make_signer("misnamed")._private_key,
        _key("ed25519", "ed25519", make_signer("misnamed").public_key.keyval["public"], "0" * 64),
    )
    return _keys([signer])()


def _first_target(role: Json) -> Json:
    row: Json = role["targets"]["westshire/procedures/media/flow.png"]
    return row


def _put(**fields: object) -> Edit:
    return lambda signed: signed.update(fields)


_OTHER_TARGET: Final = {"eastshire/procedures/media/a.png": {"hashes": {"sha256": "0" * 64}, "length": 1}}
_BINS: Final = {
    "keys": {},
    "succinct_roles": {"bit_length": 1, "keyids": [], "name_prefix": "a", "threshold": 1},
}

UNREAD: Final[dict[str, tuple[Reason, Change]]] = {
    "true for a version": (Reason.META_FORM, _files(_put(version=True))),
    "a version beyond all counting": (Reason.META_FORM, _files(_put(version=2**40))),
    "true for a threshold": (Reason.META_FORM, _signers(_own_role(_put(threshold=True)))),
    "true for a length": (Reason.META_FORM, _files(lambda role: _first_target(role).update(length=True))),
    "another version of the specification": (Reason.META_FORM, _files(_put(spec_version="1.0.32"))),
    "a version of the specification in two figures": (Reason.META_FORM, _files(_put(spec_version="1.0"))),
    "a version of the specification in other digits": (Reason.META_FORM, _files(_put(spec_version="1.٠.31"))),
    "a field in a list of files": (Reason.META_FORM, _files(_put(note="hello"))),
    "a field of a target": (Reason.META_FORM, _files(lambda role: _first_target(role).update(custom={}))),
    "a field of a role": (Reason.META_FORM, _signers(_own_role(_put(note="hello")))),
    "a field of the delegations": (Reason.META_FORM, _signers(lambda s: s["delegations"].update(note=1))),
    "a field of a key": (Reason.META_FORM, _keys([_OFFICER], note="hello")),
    "a private key beside the public one": (
        Reason.META_FORM,
        _keys([_OFFICER], keyval={"public": _OFFICER.public_key.keyval["public"], "private": "00" * 32}),
    ),
    "a field of a root": (Reason.META_FORM, _root(_put(note="hello"))),
    "a root of another version of the specification": (Reason.META_FORM, _root(_put(spec_version="1.0.32"))),
    "a root with consistent snapshots": (Reason.META_FORM, _root(_put(consistent_snapshot=True))),
    "a root that does not say": (Reason.META_FORM, _root(lambda signed: signed.pop("consistent_snapshot"))),
    "a hash that nobody can trust": (
        Reason.META_FORM,
        _files(lambda role: _first_target(role).update(hashes={"md5": "0" * 32})),
    ),
    "a role that names a key which is not listed": (
        Reason.META_FORM,
        _signers(_own_role(lambda role: role["keyids"].append("0" * 64))),
    ),
    "a second kind of hash": (
        Reason.META_FORM,
        _files(lambda role: _first_target(role)["hashes"].update(crc="0")),
    ),
    "a hash that is none": (
        Reason.META_FORM,
        _files(lambda role: _first_target(role).update(hashes={"sha256": "?"})),
    ),
    "a key under an id of its own choice": (Reason.META_FORM, _misnamed_key),
    "one person for two": (Reason.META_FORM, _one_person_for_two),
    "a key that nobody holds": (Reason.META_FORM, _nobody),
    "an RSA key of 2048 bits": (Reason.META_FORM, _rsa(2048)),
    "an RSA key whose exponent is 3": (Reason.META_FORM, _rsa(3072, exponent=3)),
    "RSA in the older form": (Reason.META_FORM, _rsa(3072, "rsa-pkcs1v15-sha256")),
    "RSA with another hash": (Reason.META_FORM, _rsa(3072, "rsassa-pss-sha512")),
    "another curve": (Reason.META_FORM, _ecdsa(ec.SECP521R1(), "ecdsa-sha2-nistp521")),
    "a key with other line ends": (
        Reason.META_FORM,
        _ecdsa(ec.SECP256R1(), "ecdsa-sha2-nistp256", lambda pem: pem.replace("\n", "\r\n")),
    ),
    "a key with words before it": (
        Reason.META_FORM,
        _ecdsa(ec.SECP256R1(), "ecdsa-sha2-nistp256", lambda pem: f"The council's key\n{pem}"),
    ),
    "a key with white space around it": (
        Reason.META_FORM,
        _ecdsa(ec.SECP256R1(), "ecdsa-sha2-nistp256", lambda pem: f"\u2003\n{pem}\n"),
    ),
    "a delegation without an end": (Reason.META_FORM, _signers(_own_role(_put(terminating=False)))),
    "a delegation with a word for true": (Reason.META_FORM, _signers(_own_role(_put(terminating="yes")))),
    "a delegation by hash": (
        Reason.META_FORM,
        _signers(_own_role(lambda role: (role.pop("paths"), role.update(path_hash_prefixes=[""])))),
    ),
    "a delegation of two paths": (
        Reason.META_FORM,
        _signers(_own_role(_put(paths=["westshire/procedures/*/*", "eastshire/procedures/*/*"]))),
    ),
    "a delegation of no path": (Reason.META_FORM, _signers(_own_role(_put(paths=[])))),
    "a delegation of everybody's paths": (Reason.OUT_OF_SCOPE, _signers(_own_role(_put(paths=["*/*/*/*"])))),
    "a path with a wildcard for a letter": (
        Reason.OUT_OF_SCOPE,
        _signers(_own_role(_put(paths=["westshire/procedure?/*/*"]))),
    ),
    "a path with a choice of letters": (
        Reason.OUT_OF_SCOPE,
        _signers(_own_role(_put(paths=["westshire/[op]rocedures/*/*"]))),
    ),
    "a further role with a name of another authority": (
        Reason.OUT_OF_SCOPE,
        _signers(
            lambda signed: signed["delegations"]["roles"].append(
                {**signed["delegations"]["roles"][0], "name": "eastshire.procedures"}
            )
        ),
    ),
    "a further role with a name that is a path": (
        Reason.OUT_OF_SCOPE,
        _register(
            lambda signed: signed["delegations"]["roles"].append(
                {**signed["delegations"]["roles"][0], "name": "../../evil", "paths": ["../../evil/*/*/*"]}
            )
        ),
    ),
    "a list of files that delegates": (
        Reason.META_FORM,
        _files(_put(delegations={"keys": {}, "roles": []})),
    ),
    "a list of files with bins": (Reason.META_FORM, _files(_put(delegations=_BINS))),
    "a register that signs files": (Reason.OUT_OF_SCOPE, _register(_put(targets=_OTHER_TARGET))),
    "a list of signers that signs files": (Reason.OUT_OF_SCOPE, _signers(_put(targets=_OTHER_TARGET))),
    "a target of somebody else": (
        Reason.OUT_OF_SCOPE,
        _files(lambda role: role["targets"].update(_OTHER_TARGET)),
    ),
    "a target outside of the bundle": (
        Reason.BAD_NAME,
        _files(lambda role: role["targets"].update({"../../evil": _first_target(role)})),
    ),
}


@pytest.mark.parametrize("what", list(UNREAD))
def test_what_tuf_reads_and_verifies_is_refused_though_the_right_people_signed_it(what: str) -> None:
    reason, change = UNREAD[what]
    bundle = change()
    assert _does_tuf_verify(bundle), "python-tuf refuses this by itself now"
    with refused(reason):
        open_in_full(bundle)


# Changed behind the signers' backs


def _respelled(edit: Callable[[bytes], bytes]) -> Change:
    """The list of files in other bytes, under the same signatures."""

    def change() -> SignedBundle:
        raw = edit(_BUNDLE.role_bytes)
        assert raw != _BUNDLE.role_bytes
        return _BUNDLE.with_role_raw(raw)

    return change


def _unsigned(edit: Edit) -> Change:
    return _respelled(lambda raw: edited(raw, edit))


def _signature(edit: Callable[[str], str]) -> Change:
    return _unsigned(lambda file: file["signatures"][0].update(sig=edit(file["signatures"][0]["sig"])))


def _bad_one_beside_a_good_one() -> SignedBundle:
    team = Team.new("two officers", count=2)
    bundle = World.new(officers={WESTSHIRE: team}).bundle()
    return bundle.with_role_raw(
        edited(bundle.role_bytes, lambda file: file["signatures"][1].update(sig="00" * 64))
    )


UNSIGNED: Final[dict[str, tuple[Reason, Change]]] = {
    "other white space": (Reason.META_FORM, _respelled(lambda raw: raw.replace(b"\n", b"\n\n", 1))),
    "all on one line": (Reason.META_FORM, _respelled(lambda raw: json.dumps(json.loads(raw)).encode())),
    "another order of keys": (
        Reason.META_FORM,
        _respelled(lambda raw: json.dumps(dict(reversed(json.loads(raw).items())), indent=1).encode()),
    ),
    "a key that stands twice": (
        Reason.META_FORM,
        _respelled(lambda raw: raw.replace(b'"version": 1\n', b'"version": 9,\n  "version": 1\n')),
    ),
    "letters written as numbers": (
        Reason.META_FORM,
        _respelled(lambda raw: raw.replace(b"html", b"\\u0068tml")),
    ),
    "a field beside what is signed": (Reason.META_FORM, _unsigned(_put(note="hello"))),
    "a field of a signature": (
        Reason.META_FORM,
        _unsigned(lambda file: file["signatures"][0].update(method="none")),
    ),
    "a date in fewer figures": (
        Reason.META_FORM,
        _unsigned(lambda file: file["signed"].update(expires="2027-1-5T0:0:0Z")),
    ),
    "a signature in capitals": (Reason.META_FORM, _signature(str.upper)),
    "a signature with spaces": (Reason.META_FORM, _signature(lambda sig: f" {sig[:8]} {sig[8:]}\n")),
    "a bad signature beside a good one": (Reason.SIGNATURE, _bad_one_beside_a_good_one),
}


@pytest.mark.parametrize("what", list(UNSIGNED))
def test_what_tuf_verifies_though_it_was_changed_after_it_was_signed_is_refused(what: str) -> None:
    reason, change = UNSIGNED[what]
    bundle = change()
    assert _does_tuf_verify(bundle), "python-tuf refuses this by itself now"
    with refused(reason):
        open_in_full(bundle)


# Accepted, and why


def _mirrored() -> SignedBundle:
    signer = CryptoSigner(ec.generate_private_key(ec.SECP256R1()))
    bundle = _keys([signer])()
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

    def mirror(file: Json) -> None:
        r, s = decode_dss_signature(bytes.fromhex(file["signatures"][0]["sig"]))
        file["signatures"][0]["sig"] = encode_dss_signature(r, order - s).hex()

    return bundle.with_role_raw(edited(bundle.role_bytes, mirror))


def _reversed_signatures() -> SignedBundle:
    bundle = World.new(officers={WESTSHIRE: Team.new("two officers", count=2)}).bundle()
    return bundle.with_role_raw(edited(bundle.role_bytes, lambda file: file["signatures"].reverse()))


ACCEPTED: Final[dict[str, Change]] = {
    # The text is the same. Who was vouched for by its old bytes is not vouched for in these: that is the safe side.
    "an ECDSA signature turned around, which anybody can do": _mirrored,
    "signatures in another order": _reversed_signatures,
    "a signature of a stranger": lambda: _BUNDLE.with_role_raw(
        sign(_BUNDLE.role, [*_BUNDLE.signers, make_signer("a stranger")])
    ),
    # Whoever writes the list could give the key a role as well.
    "a key that no role names": _signers(
        lambda signed: signed["delegations"]["keys"].update(Team.new("nobody").keys)
    ),
    # In a small authority one person leads and signs.
    "one key in two roles": lambda: replace(
        _WORLD, officers={**_WORLD.officers, WESTSHIRE: _WORLD.leads["westshire"]}
    ).bundle(),
    "everything expired": lambda: replace(_WORLD, register_expires="2012-01-01").bundle(),
}


@pytest.mark.parametrize("what", list(ACCEPTED))
def test_what_gives_nobody_anything_is_accepted(what: str) -> None:
    bundle = ACCEPTED[what]()
    assert _does_tuf_verify(bundle)
    assert open_in_full(bundle).edition.manifest.edition == 1


# What only our own reading of keys sees


def _rsa_pem(modulus: int, exponent: int, kind: str = "300d06092a864886f70d0101010500") -> str:
    """An RSA key of any two numbers, in the one spelling of its PEM."""

    def tagged(tag: int, content: bytes) -> bytes:
        size = len(content)
        spelled = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([size]) if size < 128 else bytes([0x80 | len(spelled)]) + spelled
        return bytes([tag]) + length + content

    numbers = b"".join(
        tagged(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (modulus, exponent)
    )
    der = tagged(0x30, bytes.fromhex(kind) + tagged(0x03, b"\0" + tagged(0x30, numbers)))
    text = base64.b64encode(der).decode()
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n"


def test_a_key_of_an_algorithm_that_nobody_here_knows_is_refused() -> None:
    pem = _rsa_pem(3, 3, kind="300a06082a85030701010101")  # GOST R 34.10
    with refused(Reason.META_FORM, "a key cannot be read"):
        open_in_full(_with_public(_key("ecdsa", "ecdsa-sha2-nistp256", pem)))


@pytest.mark.parametrize("exponent", [1, 2, 3, 17, 65535, 65536])
def test_an_rsa_key_with_a_small_or_even_exponent_is_refused(exponent: int) -> None:
    """With 1 the padded text is its own signature; 3 has a long history of forgeries."""
    modulus = rsa.generate_private_key(65537, 3072).public_key().public_numbers().n
    assert metadata.key_id("rsa", "rsassa-pss-sha256", _rsa_pem(modulus, 65537))
    key = _key("rsa", "rsassa-pss-sha256", _rsa_pem(modulus, exponent))
    with refused(Reason.META_FORM, "a key cannot be read" if exponent in {1, 2, 65536} else "exponent"):
        open_in_full(_with_public(key))


def test_a_foreign_spelling_of_the_same_numbers_is_the_key_itself() -> None:
    private = rsa.generate_private_key(65537, 3072)
    numbers = private.public_key().public_numbers()
    assert _rsa_pem(numbers.n, numbers.e) == CryptoSigner(private).public_key.keyval["public"]


def _with_public(key: Key) -> SignedBundle:
    def edit(signed: Json) -> None:
        signed["delegations"]["keys"] = {key.keyid: key.to_dict()}
        for role in signed["delegations"]["roles"]:
            role["keyids"] = [key.keyid]

    return _signers(edit)()


# Nothing is lost between the bytes, python-tuf's objects and what is verified


def test_what_is_verified_is_all_that_stands_in_the_file() -> None:
    """Else an unsigned word could stand in a file whose signatures are good."""
    for raw, read in (
        (_WORLD.roots[0], metadata.read_root),
        (_WORLD.register, metadata.read_targets),
        (_WORLD.signer_list("westshire"), metadata.read_targets),
        (_BUNDLE.role_bytes, metadata.read_targets),
    ):
        file: Any = read(raw, "The file")
        assert metadata.to_bytes(file) == raw
        assert sign(json.loads(raw)["signed"], []) == metadata.to_bytes(type(file)(file.signed, {}))
        payload: bytes = file.signed_bytes
        assert json.loads(payload) == json.loads(raw)["signed"]
