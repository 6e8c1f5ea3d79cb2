"""One file of the trust chain, really signed. Rows 8 to 12 and 28 to 30 of the threat table, and keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from securesystemslib.signer import CryptoSigner

from reader.bundle import limits, metadata, names
from reader.domain.errors import BundleRefusedError, Reason
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


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture(scope="module")
def bundle(world: World) -> SignedBundle:
    return world.bundle()


def _signatures(edit: Callable[[list[Json]], object]) -> Edit:
    return lambda file: edit(file["signatures"])


# Rows 8 to 12: signatures


@pytest.mark.threat(8)
@pytest.mark.parametrize("role", ["root", "register", "signer list", "edition"])
def test_a_file_without_signatures_is_refused(world: World, bundle: SignedBundle, role: str) -> None:
    strip: Edit = lambda file: file.update(signatures=[])  # noqa: E731
    bare = {
        "root": bundle.with_roots({1: edited(world.roots[0], strip)}),
        "register": bundle.with_trust(register=edited(world.register, strip)),
        "signer list": bundle.with_trust(signer_list=edited(world.signer_list("westshire"), strip)),
        "edition": bundle.with_role_raw(edited(bundle.role_bytes, strip)),
    }[role]
    with refused(Reason.SIGNATURE):
        open_in_full(bare)


@pytest.mark.threat(9)
def test_fewer_signatures_than_the_threshold_are_refused_with_both_numbers() -> None:
    world = World.new(officers={WESTSHIRE: Team.new("two officers", count=3, threshold=2)})
    team = world.officers[WESTSHIRE]
    with refused(Reason.SIGNATURE, "1 of 2"):
        open_in_full(world.bundle().signed_by(*team.only(0)))
    with refused(Reason.SIGNATURE, "0 of 2"):
        open_in_full(world.bundle().signed_by(make_signer("nobody"), make_signer("nobody else")))
    opened = open_in_full(world.bundle().signed_by(*team.only(0, 2)))
    assert {signer.name for signer in opened.edition.signers} == {"two officers 1", "two officers 3"}


@pytest.mark.threat(10)
def test_one_signature_that_stands_twice_is_refused() -> None:
    world = World.new(officers={WESTSHIRE: Team.new("two officers", count=2, threshold=2)})
    bundle = world.bundle().signed_by(*world.officers[WESTSHIRE].only(0))
    twice = edited(bundle.role_bytes, _signatures(lambda rows: rows.append(rows[0])))
    with refused(Reason.META_FORM, "one key signs twice"):
        open_in_full(bundle.with_role_raw(twice))


@pytest.mark.threat(11)
def test_a_signature_by_an_unknown_key_is_refused(bundle: SignedBundle) -> None:
    with refused(Reason.SIGNATURE, "0 of 1"):
        open_in_full(bundle.signed_by(make_signer("a stranger")))


@pytest.mark.threat(12)
def test_a_genuine_key_id_over_another_keys_signature_is_refused(bundle: SignedBundle) -> None:
    genuine = bundle.signers[0].public_key.keyid
    relabelled = edited(
        bundle.signed_by(make_signer("a stranger")).role_bytes,
        _signatures(lambda rows: rows[0].update(keyid=genuine)),
    )
    with refused(Reason.SIGNATURE, "0 of 1"):
        open_in_full(bundle.with_role_raw(relabelled))


def test_a_good_signature_beside_a_bad_one_of_the_role_is_refused() -> None:
    world = World.new(officers={WESTSHIRE: Team.new("two officers", count=2, threshold=1)})
    bundle = world.bundle()
    spoilt = edited(bundle.role_bytes, _signatures(lambda rows: rows[1].update(sig="00" * 64)))
    open_in_full(bundle)
    with refused(Reason.SIGNATURE):
        open_in_full(bundle.with_role_raw(spoilt))


def test_a_signature_of_another_file_by_the_same_key_is_refused(bundle: SignedBundle) -> None:
    other = json.loads(bundle.with_role(lambda role: role.update(version=2)).role_bytes)
    moved = edited(bundle.role_bytes, lambda file: file.update(signatures=other["signatures"]))
    with refused(Reason.SIGNATURE):
        open_in_full(bundle.with_role_raw(moved))


@pytest.mark.parametrize(
    "signature",
    ["", "0", "zz" * 64, "AB" * 64, "ab" * 63, "ab" * 1025, " " + "ab" * 64, None, 5, ["ab"], {"a": "b"}],
    ids=lambda value: repr(value)[:20],
)
def test_a_signature_in_another_form_is_refused(bundle: SignedBundle, signature: object) -> None:
    raw = edited(bundle.role_bytes, _signatures(lambda rows: rows[0].update(sig=signature)))
    with pytest.raises(BundleRefusedError) as error:
        open_in_full(bundle.with_role_raw(raw))
    assert error.value.reason in {Reason.META_FORM, Reason.SIGNATURE}


def test_more_signatures_than_a_list_has_keys_are_refused(bundle: SignedBundle) -> None:
    row = {"keyid": "", "sig": "00" * 64}
    rows = [{**row, "keyid": f"{number:064x}"} for number in range(limits.KEYS_IN_A_LIST)]
    raw = edited(bundle.role_bytes, _signatures(lambda signatures: signatures.extend(rows)))
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_role_raw(raw))


def test_a_signature_by_a_stranger_added_to_a_good_file_does_not_make_another_edition_of_it(
    bundle: SignedBundle,
) -> None:
    """Else whoever passes a bundle on could lock the genuine one out: "another text was already signed"."""
    stranger = json.loads(bundle.signed_by(make_signer("a stranger")).role_bytes)["signatures"]
    touched = bundle.with_role_raw(edited(bundle.role_bytes, _signatures(lambda rows: rows.extend(stranger))))
    state = bundle.world.trust_root.start(None)
    try:
        opened = open_in_full(touched, state)
    except BundleRefusedError:
        return  # refusing it is as good
    open_in_full(bundle, replace(state, floors={WESTSHIRE: opened.floor}))


# Rows 29 and 30: forms, signed by the right keys


def _signed_edits() -> dict[str, Edit]:
    """Changes of an edition's list of files that nobody should read, by what they are."""

    def first(role: Json) -> Json:
        row: Json = next(iter(role["targets"].values()))
        return row

    def put(**fields: object) -> Edit:
        return lambda role: role.update(fields)

    return {
        "md5 only": lambda role: first(role).update(hashes={"md5": "0" * 32}),
        "md5 beside sha256": lambda role: first(role)["hashes"].update(md5="0" * 32),
        "sha512 only": lambda role: first(role).update(hashes={"sha512": "0" * 128}),
        "no hash": lambda role: first(role).update(hashes={}),
        "upper-case hash": lambda role: first(role)["hashes"].update(sha256="AB" * 32),
        "short hash": lambda role: first(role)["hashes"].update(sha256="ab" * 31),
        "hash with a line end": lambda role: first(role)["hashes"].update(sha256="ab" * 32 + "\n"),
        "custom field of a target": lambda role: first(role).update(custom={"a": 1}),
        "negative length": lambda role: first(role).update(length=-1),
        "boolean length": lambda role: first(role).update(length=True),
        "length as text": lambda role: first(role).update(length="5"),
        "no length": lambda role: first(role).pop("length"),
        "extra signed field": put(note="hello"),
        "boolean version": put(version=True),
        "version as text": put(version="1"),
        "version zero": put(version=0),
        "negative version": put(version=-1),
        "huge version": put(version=2**31),
        "no version": lambda role: role.pop("version"),
        "null version": put(version=None),
        "date without time": put(expires="2027-01-05"),
        "date with an offset": put(expires="2027-01-05T00:00:00+00:00"),
        "date with fractions": put(expires="2027-01-05T00:00:00.000Z"),
        "date with a space": put(expires="2027-01-05 00:00:00Z"),
        "small letters in a date": put(expires="2027-01-05t00:00:00z"),
        "thirteenth month": put(expires="2027-13-05T00:00:00Z"),
        "thirtieth of February": put(expires="2027-02-30T00:00:00Z"),
        "year zero": put(expires="0000-01-01T00:00:00Z"),
        "date with a line end": put(expires="2027-01-05T00:00:00Z\n"),
        "date with other digits": put(expires="２０２７-01-05T00:00:00Z"),
        "date as a number": put(expires=1_800_000_000),
        "no date": lambda role: role.pop("expires"),
        "another spec version": put(spec_version="1.0.32"),
        "a future spec version": put(spec_version="2.0.0"),
        "no spec version": lambda role: role.pop("spec_version"),
        "another type": put(_type="root"),
        "type snapshot": put(_type="snapshot"),
        "no type": lambda role: role.pop("_type"),
        "targets as a list": put(targets=[]),
        "targets as null": put(targets=None),
        "no targets": lambda role: role.pop("targets"),
        "empty delegations": put(delegations={"keys": {}, "roles": []}),
        "delegations with a further role": put(
            delegations={
                "keys": Team.new("further").keys,
                "roles": [
                    {"name": "further", "paths": ["*"], "terminating": True, **Team.new("further").role}
                ],
            }
        ),
        "succinct delegations": put(
            delegations={
                "keys": {},
                "succinct_roles": {"bit_length": 1, "keyids": [], "name_prefix": "a", "threshold": 1},
            }
        ),
    }


@pytest.mark.threat(29, 30)
@pytest.mark.parametrize("name", list(_signed_edits()))
def test_a_list_of_files_in_another_form_is_refused_though_it_is_signed(
    bundle: SignedBundle, name: str
) -> None:
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_role(_signed_edits()[name]))


@pytest.mark.threat(30)
@pytest.mark.parametrize("version", ["1.0", "1.5", "2E0", "1e0"])
def test_a_version_with_a_fraction_is_refused(bundle: SignedBundle, version: str) -> None:
    raw = bundle.role_bytes.replace(b'"version": 1\n', f'"version": {version}\n'.encode())
    assert raw != bundle.role_bytes
    with refused(Reason.META_FORM, "fraction"):
        open_in_full(bundle.with_role_raw(raw))


@pytest.mark.parametrize(
    "edit",
    [
        lambda file: file.update(extra=1),
        lambda file: file["signatures"][0].update(extra=1),
        lambda file: file["signatures"][0].update(method="ed25519"),
        lambda file: file.update(signatures={}),
        lambda file: file.update(signatures=None),
        lambda file: file.pop("signatures"),
        lambda file: file.pop("signed"),
        lambda file: file.update(signed=[]),
    ],
)
def test_a_field_outside_of_what_is_signed_is_refused(bundle: SignedBundle, edit: Edit) -> None:
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_role_raw(edited(bundle.role_bytes, edit)))


@pytest.mark.parametrize("value", [b"[]\n", b"1\n", b'"a"\n', b"null\n", b"{}\n"])
def test_a_file_that_is_no_metadata_at_all_is_refused(bundle: SignedBundle, value: bytes) -> None:
    for changed in (
        bundle.with_role_raw(value),
        bundle.with_trust(register=value),
        bundle.with_trust(signer_list=value),
    ):
        with refused(Reason.META_FORM):
            open_in_full(changed)
    with refused(Reason.META_FORM):
        metadata.read_root(value, "The trust root")


@pytest.mark.parametrize("where", ["target", "role name", "path", "hash", "key", "holder", "type"])
def test_a_lone_surrogate_anywhere_is_refused_and_crashes_nothing(
    world: World, bundle: SignedBundle, where: str
) -> None:
    lone = "\ud800"
    signer_list = world.signer_list("westshire")

    def first_key(file: Json) -> Json:
        key: Json = next(iter(file["signed"]["delegations"]["keys"].values()))
        return key

    def of_list(edit: Edit) -> SignedBundle:
        return bundle.with_trust(signer_list=edited(signer_list, edit))

    def of_role(edit: Edit) -> SignedBundle:
        return bundle.with_role_raw(edited(bundle.role_bytes, edit))

    row = {"hashes": {"sha256": "0" * 64}, "length": 1}
    changed = {
        "target": of_role(lambda file: file["signed"]["targets"].update({lone: row})),
        "hash": of_role(
            lambda file: next(iter(file["signed"]["targets"].values()))["hashes"].update(sha256=lone)
        ),
        "type": of_role(lambda file: file["signed"].update(spec_version=lone)),
        "role name": of_list(lambda file: file["signed"]["delegations"]["roles"][0].update(name=lone)),
        "path": of_list(lambda file: file["signed"]["delegations"]["roles"][0].update(paths=[lone])),
        "key": of_list(lambda file: first_key(file)["keyval"].update(public=lone)),
        "holder": of_list(lambda file: first_key(file).update({metadata.HOLDER_FIELD: lone})),
    }[where]
    with pytest.raises(BundleRefusedError):
        open_in_full(changed)


# Keys


def _with_key(world: World, public: Json, key_id: str | None = None, scheme: str = "") -> bytes:
    """The list of signers of Westshire in which the officer's key is another one, signed by the lead."""
    key_type = public["keytype"]
    scheme = scheme or public["scheme"]
    known_id = key_id or metadata.key_id(key_type, scheme, public["keyval"]["public"])

    def edit(signed: Json) -> None:
        signed["delegations"]["keys"] = {known_id: {**public, "scheme": scheme}}
        for role in signed["delegations"]["roles"]:
            role["keyids"] = [known_id]

    return resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)


def _pem(key: Any) -> str:
    pem: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode()


def _ed25519(raw_hex: str) -> Json:
    return {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": raw_hex}}


@pytest.mark.parametrize("key_id", ["0" * 64, "f" * 64])
def test_a_key_under_an_id_that_is_not_its_own_is_refused(
    world: World, bundle: SignedBundle, key_id: str
) -> None:
    public = bundle.signers[0].public_key.to_dict()
    with refused(Reason.META_FORM, "does not have the id that it states"):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public, key_id)))


def test_one_key_under_two_ids_is_refused() -> None:
    """Else one person could reach a threshold of two alone, under two spellings of one key."""
    lead = Team.new("lead")
    private = ec.generate_private_key(ec.SECP256R1())
    plain = CryptoSigner(private)
    pem = plain.public_key.keyval["public"]
    keys = {}
    for spelling in (pem, pem + "\n"):
        public = {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": spelling}}
        keys[metadata.key_id("ecdsa", "ecdsa-sha2-nistp256", spelling)] = public
    assert len(keys) == 2
    world = replace(World.new(), leads={**World.new().leads, "westshire": lead})

    def edit(signed: Json) -> None:
        signed["delegations"]["keys"] = keys
        for role in signed["delegations"]["roles"]:
            role.update(keyids=list(keys), threshold=2)

    raw = resigned(world.signer_list("westshire"), edit, lead.signers)
    with refused(Reason.META_FORM):
        open_in_full(world.bundle().with_trust(signer_list=raw))


def test_a_role_that_names_one_key_twice_is_refused(world: World, bundle: SignedBundle) -> None:
    def edit(signed: Json) -> None:
        for role in signed["delegations"]["roles"]:
            role.update(keyids=role["keyids"] * 2, threshold=2)

    raw = resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)
    with refused(Reason.META_FORM, "a role names a key twice"):
        open_in_full(bundle.with_trust(signer_list=raw))


def test_a_root_that_names_one_key_twice_is_refused(world: World) -> None:
    def edit(signed: Json) -> None:
        signed["roles"]["root"]["keyids"] *= 2

    with refused(Reason.META_FORM):
        metadata.read_root(resigned(world.roots[0], edit, world.root.signers), "The trust root")


def _low_order_points() -> list[str]:
    p = 2**255 - 19
    order_eight = [
        int.from_bytes(bytes.fromhex(text), "little")
        for text in (
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        )
    ]
    spellings = [0, 1, p - 1, p, p + 1, *order_eight]
    return [
        (y | (sign << 255)).to_bytes(32, "little").hex() for y in spellings for sign in (0, 1) if y < 2**255
    ]


@pytest.mark.parametrize("point", _low_order_points())
def test_a_point_of_low_order_or_with_a_second_spelling_is_refused(
    world: World, bundle: SignedBundle, point: str
) -> None:
    with refused(Reason.META_FORM, "low order or has two spellings"):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, _ed25519(point))))


@pytest.mark.parametrize("spelling", ["upper", "short", "long", "not hex", "pem", "empty", "space"])
def test_an_ed25519_key_in_another_spelling_is_refused(
    world: World, bundle: SignedBundle, spelling: str
) -> None:
    public = bundle.signers[0].public_key.keyval["public"]
    spelled = {
        "upper": public.upper(),
        "short": public[:-2],
        "long": public + "00",
        "not hex": "z" * 64,
        "pem": _pem(ed25519.Ed25519PrivateKey.generate()),
        "empty": "",
        "space": public + "\n",
    }[spelling]
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, _ed25519(spelled))))


@pytest.mark.parametrize("bits", [1024, 2048, 3071])
def test_a_short_rsa_key_is_refused(world: World, bundle: SignedBundle, bits: int) -> None:
    public = CryptoSigner(rsa.generate_private_key(65537, bits)).public_key.to_dict()
    with refused(Reason.META_FORM, "shorter than 3072 bits"):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


@pytest.mark.parametrize("kind", ["rsa", "p256", "p384", "ed25519"])
def test_every_accepted_kind_of_key_signs_an_edition(world: World, bundle: SignedBundle, kind: str) -> None:
    kinds: dict[str, Callable[[], Any]] = {
        "rsa": lambda: rsa.generate_private_key(65537, 3072),
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
    }
    signer = CryptoSigner(kinds[kind]())
    signed = bundle.with_trust(signer_list=_with_key(world, signer.public_key.to_dict())).signed_by(signer)
    opened = open_in_full(signed)
    assert [found.key_id for found in opened.edition.signers] == [signer.public_key.keyid]
    assert opened.edition.signers[0].name == f"key {signer.public_key.keyid[:12]}"
    with refused(Reason.SIGNATURE):
        open_in_full(signed.signed_by(make_signer("a stranger")))


@pytest.mark.parametrize(
    ("keytype", "scheme", "private"),
    [
        ("ecdsa", "ecdsa-sha2-nistp256", lambda: ec.generate_private_key(ec.SECP384R1())),
        ("ecdsa", "ecdsa-sha2-nistp384", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("ecdsa", "ecdsa-sha2-nistp256", lambda: ec.generate_private_key(ec.SECP256K1())),
        ("ecdsa", "ecdsa-sha2-nistp256", lambda: rsa.generate_private_key(65537, 3072)),
        ("rsa", "rsassa-pss-sha256", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("rsa", "rsassa-pss-sha256", ed25519.Ed25519PrivateKey.generate),
        ("ecdsa", "ecdsa-sha2-nistp256", ed448.Ed448PrivateKey.generate),
        ("rsa", "rsassa-pss-sha256", lambda: dsa.generate_private_key(2048)),
        ("rsa", "rsa-pkcs1v15-sha256", lambda: rsa.generate_private_key(65537, 3072)),
        ("rsa", "rsassa-pss-sha512", lambda: rsa.generate_private_key(65537, 3072)),
        ("ecdsa", "ecdsa-sha2-nistp521", lambda: ec.generate_private_key(ec.SECP521R1())),
        ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("sigstore-oidc", "Fulcio", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("sphincs", "sphincs-shake-128s", lambda: ec.generate_private_key(ec.SECP256R1())),
        ("", "", lambda: ec.generate_private_key(ec.SECP256R1())),
    ],
)
def test_a_key_of_another_kind_than_it_states_or_of_an_unknown_kind_is_refused(
    world: World, bundle: SignedBundle, keytype: str, scheme: str, private: Callable[[], Any]
) -> None:
    public = {"keytype": keytype, "scheme": scheme, "keyval": {"public": _pem(private())}}
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


@pytest.mark.parametrize(
    "pem", ["", "no PEM", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_a_key_that_cannot_be_read_is_refused(world: World, bundle: SignedBundle, pem: str) -> None:
    public = {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": pem}}
    with refused(Reason.META_FORM, "cannot be read"):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


@pytest.mark.parametrize("spelling", ["line ends", "text before", "text after", "long lines", "spaces"])
def test_a_pem_key_in_another_spelling_is_refused(world: World, bundle: SignedBundle, spelling: str) -> None:
    pem = _pem(ec.generate_private_key(ec.SECP256R1()))
    begin, *lines, end = pem.strip().split("\n")
    spelled = {
        "line ends": pem.replace("\n", "\r\n"),
        "text before": f"A key of the council\n{pem}",
        "text after": f"{pem}A key of the council\n",
        "long lines": "\n".join([begin, "".join(lines), end]) + "\n",
        "spaces": pem.replace("\n", " \n"),
    }[spelling]
    public = {"keytype": "ecdsa", "scheme": "ecdsa-sha2-nistp256", "keyval": {"public": spelled}}
    with refused(Reason.META_FORM, "a key "):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


@pytest.mark.parametrize("holder", ["", "two\nlines", "evil\u202egnp.exe", "x" * 121, 5])
def test_a_holders_name_that_could_mislead_is_refused(
    world: World, bundle: SignedBundle, holder: object
) -> None:
    public = {**bundle.signers[0].public_key.to_dict(), metadata.HOLDER_FIELD: holder}
    signed = bundle.with_trust(signer_list=_with_key(world, public))
    if holder == "":
        assert open_in_full(signed).edition.signers[0].name.startswith("key ")
        return
    with refused(Reason.META_FORM):
        open_in_full(signed)


@pytest.mark.parametrize("field", ["url", "x-note", "private", "keyid_hash_algorithms"])
def test_a_key_with_another_field_is_refused(world: World, bundle: SignedBundle, field: str) -> None:
    public = {**bundle.signers[0].public_key.to_dict(), field: "a"}
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


def test_a_role_may_name_32_keys_and_no_more() -> None:
    for count in (limits.KEYS_IN_A_LIST, limits.KEYS_IN_A_LIST + 1):
        world = World.new(officers={WESTSHIRE: Team.new("many", count=count)})
        bundle = world.bundle().signed_by(*world.officers[WESTSHIRE].only(count - 1))
        if count == limits.KEYS_IN_A_LIST:
            open_in_full(bundle)
        else:
            with refused(Reason.META_FORM):
                open_in_full(bundle)


@pytest.mark.parametrize("threshold", [0, -1, True, "1", 33, None])
def test_a_threshold_that_is_no_number_of_people_is_refused(
    world: World, bundle: SignedBundle, threshold: object
) -> None:
    def edit(signed: Json) -> None:
        for role in signed["delegations"]["roles"]:
            role["threshold"] = threshold

    raw = resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(signer_list=raw))


def test_a_role_that_names_a_key_which_is_not_listed_is_refused(world: World, bundle: SignedBundle) -> None:
    def unlist(signed: Json) -> None:
        signed["delegations"]["keys"] = {}

    def add(signed: Json) -> None:
        signed["delegations"]["roles"][0]["keyids"].append("0" * 64)

    for edit in (unlist, add):
        raw = resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)
        with refused(Reason.META_FORM, "a role names a key that is not listed"):
            open_in_full(bundle.with_trust(signer_list=raw))
    for role in ("root", "targets", "timestamp", "snapshot"):
        raw = edited(
            world.roots[0],
            lambda file, role=role: file["signed"]["roles"][role]["keyids"].append("0" * 64),  # type: ignore[misc]
        )
        with refused(Reason.META_FORM, "a role names a key that is not listed"):
            metadata.read_root(raw, "The trust root")


@pytest.mark.parametrize(
    "edit",
    [
        lambda role: role.update(terminating=False),
        lambda role: role.pop("terminating"),
        lambda role: role.update(paths=[]),
        lambda role: role.update(paths=role["paths"] * 2),
        lambda role: role.pop("paths"),
        lambda role: (role.pop("paths"), role.update(path_hash_prefixes=["ab"])),
        lambda role: role.update(path_hash_prefixes=["ab"]),
        lambda role: role.update(note="hello"),
    ],
)
def test_a_delegation_in_another_form_is_refused(world: World, bundle: SignedBundle, edit: Edit) -> None:
    raw = resigned(
        world.signer_list("westshire"),
        lambda signed: edit(signed["delegations"]["roles"][0]),
        world.leads["westshire"].signers,
    )
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(signer_list=raw))


def test_a_role_that_stands_twice_is_refused(world: World, bundle: SignedBundle) -> None:
    raw = resigned(
        world.signer_list("westshire"),
        lambda signed: signed["delegations"]["roles"].append(signed["delegations"]["roles"][0]),
        world.leads["westshire"].signers,
    )
    with refused(Reason.META_FORM, "a role stands twice"):
        open_in_full(bundle.with_trust(signer_list=raw))


@pytest.mark.parametrize("name", ["root", "targets", "snapshot", "timestamp"])
def test_a_delegation_to_a_top_level_role_is_refused(world: World, bundle: SignedBundle, name: str) -> None:
    raw = resigned(
        world.register,
        lambda signed: signed["delegations"]["roles"][0].update(name=name, paths=[f"{name}/*/*/*"]),
        world.registrar.signers,
    )
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_trust(register=raw))


@pytest.mark.parametrize(
    "edit",
    [
        lambda signed: signed.update(consistent_snapshot=True),
        lambda signed: signed.update(consistent_snapshot=None),
        lambda signed: signed.pop("consistent_snapshot"),
        lambda signed: signed["roles"].pop("timestamp"),
        lambda signed: signed["roles"].update(mirrors={"keyids": [], "threshold": 1}),
        lambda signed: signed["roles"]["root"].update(threshold=0),
        lambda signed: signed["roles"]["targets"].update(paths=["*"]),
        lambda signed: signed.update(version=0),
        lambda signed: signed.update(extra=1),
        lambda signed: signed.update(keys=[]),
    ],
)
def test_a_root_in_another_form_is_refused(world: World, edit: Edit) -> None:
    with refused(Reason.META_FORM):
        metadata.read_root(resigned(world.roots[0], edit, world.root.signers), "The trust root")


def test_a_root_over_its_limit_is_refused(world: World) -> None:
    padded = world.roots[0] + b" " * limits.ROOT_BYTES
    with refused(Reason.TOO_BIG):
        metadata.read_root(padded, "The trust root")


def test_an_edition_list_that_is_signed_as_a_root_is_refused(world: World, bundle: SignedBundle) -> None:
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_role_raw(world.roots[0]))
    with refused(Reason.META_FORM):
        open_in_full(bundle.with_roots({1: world.roots[0], 2: bundle.role_bytes}))


def test_a_key_id_is_computed_as_the_specification_says() -> None:
    key = make_signer("anybody").public_key
    assert metadata.key_id(key.keytype, key.scheme, key.keyval["public"]) == key.keyid
    assert names.root_version("trust/1.root.json") == 1


# Each form at its edge, read alone: what comes after it must not be what refuses


def _read_files(bundle: SignedBundle, edit: Edit) -> None:
    metadata.read_targets(edited(bundle.role_bytes, edit), "The list of files")


@pytest.mark.parametrize(
    "expires",
    [
        "227-01-05T00:00:00Z",
        "02027-01-05T00:00:00Z",
        "2027-1-05T00:00:00Z",
        "2027-01-5T00:00:00Z",
        "2027-01-05T0:00:00Z",
        "2027-01-05T00:0:00Z",
        "2027-01-05T00:00:0Z",
        " 2027-01-05T00:00:00Z",
        "2027-01-05T00:00:00Z ",
        "2027-01-05T00:00:00",
        "2027-01-05T24:00:00Z",
        "2027-01-05T00:00:61Z",
    ],
)
def test_a_date_has_one_spelling(bundle: SignedBundle, expires: str) -> None:
    with refused(Reason.META_FORM):
        _read_files(bundle, lambda file: file["signed"].update(expires=expires))


@pytest.mark.parametrize(
    "signature", ["a", "abc", "AB" * 64, "zzab", "abzz", "ab ", " ab", "ab\n", "ab cd", "ab" * 1025]
)
def test_a_signature_has_one_spelling(bundle: SignedBundle, signature: str) -> None:
    with refused(Reason.META_FORM, "signatures.0.sig"):
        _read_files(bundle, lambda file: file["signatures"][0].update(sig=signature))


@pytest.mark.parametrize("signature", ["", "ab", "ab" * 1024])
def test_a_signature_may_be_as_long_as_the_largest_key_makes_it(bundle: SignedBundle, signature: str) -> None:
    _read_files(bundle, lambda file: file["signatures"][0].update(sig=signature))


@pytest.mark.parametrize(
    "hash_", ["0" * 65, "x" + "0" * 64, "0" * 64 + "x", "0" * 63, "A" * 64, "0" * 64 + "\n"]
)
def test_a_hash_has_one_spelling(bundle: SignedBundle, hash_: str) -> None:
    with refused(Reason.META_FORM, "sha256"):
        _read_files(
            bundle, lambda file: next(iter(file["signed"]["targets"].values()))["hashes"].update(sha256=hash_)
        )


def test_a_delegator_may_have_2000_roles_and_no_more(world: World) -> None:
    payload = world.signer_list_payload("westshire")
    row = payload["delegations"]["roles"][0]
    for count in (limits.ROLES_OF_A_DELEGATOR, limits.ROLES_OF_A_DELEGATOR + 1):
        payload["delegations"]["roles"] = [{**row, "name": f"westshire.m{number}"} for number in range(count)]
        raw = sign(payload, ())
        if count == limits.ROLES_OF_A_DELEGATOR:
            read = metadata.read_targets(raw, "The list").signed.delegations
            assert read is not None
            assert read.roles is not None
            assert len(read.roles) == count
        else:
            with refused(Reason.META_FORM, "delegations.roles"):
                metadata.read_targets(raw, "The list")


def test_a_root_may_have_32_signatures_and_no_more(world: World) -> None:
    for count in (limits.KEYS_IN_A_LIST, limits.KEYS_IN_A_LIST + 1):
        rows = [{"keyid": f"{number:064x}", "sig": "00"} for number in range(count)]
        raw = edited(world.roots[0], lambda file, rows=rows: file.update(signatures=rows))  # type: ignore[misc]
        if count == limits.KEYS_IN_A_LIST:
            assert len(metadata.read_root(raw, "The trust root").signatures) == count
        else:
            with refused(Reason.META_FORM, "signatures"):
                metadata.read_root(raw, "The trust root")


def test_a_key_of_more_than_4096_characters_is_refused(world: World, bundle: SignedBundle) -> None:
    pem = _pem(rsa.generate_private_key(65537, 3072))
    public = {"keytype": "rsa", "scheme": "rsassa-pss-sha256", "keyval": {"public": pem + "x" * 4096}}
    with refused(Reason.META_FORM, "at most 4096 characters"):
        open_in_full(bundle.with_trust(signer_list=_with_key(world, public)))


# Public keys in files of their own


@pytest.mark.parametrize("holder", ["an officer", None])
def test_a_public_key_in_a_file_of_its_own_is_read_back(holder: str | None) -> None:
    key = make_signer("an officer").public_key
    if holder is None:
        del key.unrecognized_fields[metadata.HOLDER_FIELD]
    read = metadata.read_key(metadata.key_to_bytes(key), "The key")
    assert read == key
    assert metadata.HOLDER_FIELD in read.unrecognized_fields or holder is None
    assert metadata.holder_of(read) == (holder or f"key {key.keyid[:12]}")


@pytest.mark.parametrize(
    "edit",
    [
        lambda key: key.update(keyid="0" * 64),
        lambda key: key.update(keyid=key["keyid"].upper()),
        lambda key: key.pop("keyid"),
        lambda key: key.update(private="00"),
        lambda key: key.update(scheme="rsassa-pss-sha256"),
        lambda key: key["keyval"].update(public="01" + "00" * 31),
        lambda key: key["keyval"].update(private="00"),
        lambda key: key.update({metadata.HOLDER_FIELD: "two\nlines"}),
    ],
)
def test_a_public_key_in_another_form_is_refused(edit: Edit) -> None:
    raw = metadata.key_to_bytes(make_signer("an officer").public_key)
    with refused(Reason.META_FORM, "The key"):
        metadata.read_key(edited(raw, edit), "The key")


def test_a_public_key_over_its_limit_is_refused() -> None:
    with refused(Reason.TOO_BIG):
        metadata.read_key(b" " * (limits.KEY_BYTES + 1), "The key")
