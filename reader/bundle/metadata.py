"""One file of the trust chain: strict reading of TUF metadata, before and after python-tuf has read it.

python-tuf's Metadata API verifies signatures and thresholds. It keeps unknown fields, trusts the key ids that a
file states, takes any hash kind and any scheme that its libraries know, and reads JSON in any spelling; all of
that is refused here. Field names and meanings: the TUF specification 1.0, sections 4.2 to 4.5.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Annotated, Final, Literal, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from securesystemslib.formats import encode_canonical
from securesystemslib.signer import Key, SSlibKey
from tuf.api.metadata import Metadata, Root, Targets

from reader.bundle import canonical_json
from reader.bundle.canonical_json import JsonValue
from reader.bundle.limits import (
    KEY_BYTES,
    KEYS_IN_A_LIST,
    ROLE_BYTES,
    ROLES_OF_A_DELEGATOR,
    ROOT_BYTES,
    RSA_BITS,
    RSA_EXPONENT,
)
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.text import is_one_printable_line

SPEC_VERSION: Final = "1.0.31"
"""Pinned: another version of the library must not change what a bundle says."""
HOLDER_FIELD: Final = "x-procedures-holder"
"""The name of the person or desk that holds a key. Signed by whoever delegates to the key."""

_SHORT_KEY_ID: Final = 12

_SCHEMES: Final = {
    ("ed25519", "ed25519"),
    ("ecdsa", "ecdsa-sha2-nistp256"),
    ("ecdsa", "ecdsa-sha2-nistp384"),
    ("rsa", "rsassa-pss-sha256"),
}
_CURVES: Final = {"ecdsa-sha2-nistp256": "secp256r1", "ecdsa-sha2-nistp384": "secp384r1"}

# The y coordinates of the eight points of low order on edwards25519; under them one signature fits many messages.
_FIELD_PRIME: Final = 2**255 - 19
_LOW_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _FIELD_PRIME - 1,
        int.from_bytes(
            bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"
        ),
        int.from_bytes(
            bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"
        ),
    }
)

# Every bundle of a library brings the same root and register. Reading is remembered, never that a signature was good;
# what is read is shared, so nobody changes it.
_CACHED_FILES: Final = 8

_Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
_Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
_Expires = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")
]
_KeyIds = Annotated[list[_Hex64], Field(max_length=KEYS_IN_A_LIST)]


def _must_be(wanted: bool) -> AfterValidator:  # noqa: FBT001
    def check(value: bool) -> bool:  # noqa: FBT001
        if value is not wanted:
            raise ValueError(f"must be {str(wanted).lower()}")
        return value

    return AfterValidator(check)


# Not Literal[True]: that takes 1 for true.
_True = Annotated[bool, _must_be(True)]  # noqa: FBT003
_False = Annotated[bool, _must_be(False)]  # noqa: FBT003


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _SignatureForm(_Strict):
    keyid: _Hex64
    sig: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{2}){0,1024}$")]


class _KeyValueForm(_Strict):
    public: Annotated[str, StringConstraints(max_length=4096)]


class _KeyForm(_Strict):
    keytype: str
    scheme: str
    keyval: _KeyValueForm
    holder: Annotated[str | None, Field(alias=HOLDER_FIELD, max_length=120)] = None


class _KeyFileForm(_KeyForm):
    keyid: _Hex64


_Keys = dict[_Hex64, _KeyForm]


class _RoleForm(_Strict):
    keyids: _KeyIds
    threshold: Annotated[int, Field(ge=1, le=KEYS_IN_A_LIST)]


class _DelegatedRoleForm(_RoleForm):
    name: str
    paths: Annotated[list[str], Field(min_length=1, max_length=1)]
    terminating: _True


class _DelegationsForm(_Strict):
    keys: _Keys
    roles: Annotated[list[_DelegatedRoleForm], Field(max_length=ROLES_OF_A_DELEGATOR)]


class _HashesForm(_Strict):
    sha256: _Hex64


class _TargetForm(_Strict):
    hashes: _HashesForm
    length: Annotated[int, Field(ge=0)]


class _SignedForm(_Strict):
    version: _Version
    spec_version: str
    expires: _Expires


class _RootRolesForm(_Strict):
    root: _RoleForm
    targets: _RoleForm
    timestamp: _RoleForm
    snapshot: _RoleForm


class _RootForm(_SignedForm):
    type: Annotated[Literal["root"], Field(alias="_type")]
    consistent_snapshot: _False
    keys: _Keys
    roles: _RootRolesForm


class _TargetsForm(_SignedForm):
    type: Annotated[Literal["targets"], Field(alias="_type")]
    delegations: _DelegationsForm | None = None
    targets: dict[str, _TargetForm]


class _RootFileForm(_Strict):
    signatures: Annotated[list[_SignatureForm], Field(max_length=KEYS_IN_A_LIST)]
    signed: _RootForm


class _TargetsFileForm(_Strict):
    signatures: Annotated[list[_SignatureForm], Field(max_length=KEYS_IN_A_LIST)]
    signed: _TargetsForm


_Payload = TypeVar("_Payload", Root, Targets)


@lru_cache(maxsize=_CACHED_FILES)
def read_root(raw: bytes, what: str) -> Metadata[Root]:
    """Read a root file; its signatures are not verified here.

    Args:
        raw: The bytes of the file.
        what: The file as a message names it.

    Raises:
        BundleRefusedError: `meta-form`, or `too-big`.
    """
    value = canonical_json.parse(raw, what, Reason.META_FORM, ROOT_BYTES)
    form = _check_form(_RootFileForm, value, what)
    _check_common(form.signatures, form.signed, form.signed.keys, what)
    roles = form.signed.roles
    _check_roles((roles.root, roles.targets, roles.timestamp, roles.snapshot), form.signed.keys, what)
    root: Metadata[Root] = _read(value, what)
    return root


@lru_cache(maxsize=_CACHED_FILES)
def read_targets(raw: bytes, what: str) -> Metadata[Targets]:
    """Read a register, an authority's list or an edition's list; its signatures are not verified here.

    Raises:
        BundleRefusedError: `meta-form`, or `too-big`.
    """
    value = canonical_json.parse(raw, what, Reason.META_FORM, ROLE_BYTES)
    form = _check_form(_TargetsFileForm, value, what)
    delegations = form.signed.delegations
    _check_common(form.signatures, form.signed, delegations.keys if delegations else {}, what)
    if delegations:
        names = [role.name for role in delegations.roles]
        if len(set(names)) != len(names):
            raise _refuse(what, "a role stands twice")
        _check_roles(delegations.roles, delegations.keys, what)
    targets: Metadata[Targets] = _read(value, what)
    return targets


def read_key(raw: bytes, what: str) -> Key:
    """Read a public key that stands in a file of its own.

    Raises:
        BundleRefusedError: `meta-form`, or `too-big`.
    """
    value = canonical_json.parse(raw, what, Reason.META_FORM, KEY_BYTES)
    form = _check_form(_KeyFileForm, value, what)
    _check_keys({form.keyid: form}, what)
    key = SSlibKey(form.keyid, form.keytype, form.scheme, {"public": form.keyval.public})
    if form.holder is not None:
        key.unrecognized_fields[HOLDER_FIELD] = form.holder
    return key


def key_to_bytes(key: Key) -> bytes:
    """A public key as a file of its own."""
    value: JsonValue = {"keyid": key.keyid, **key.to_dict()}
    return canonical_json.dump(value)


def holder_of(key: Key) -> str:
    """The name that a key was registered under; the start of its id if it was given none."""
    return str(key.unrecognized_fields.get(HOLDER_FIELD) or f"key {key.keyid[:_SHORT_KEY_ID]}")


def to_bytes(metadata: Metadata[Root] | Metadata[Targets]) -> bytes:
    """The canonical spelling of a metadata file."""
    value: JsonValue = metadata.to_dict()
    return canonical_json.dump(value)


def expiry_date(metadata: Metadata[Targets]) -> date:
    """The day that a role file says it should be reviewed by."""
    return metadata.signed.expires.date()


def expiry_of(day: date) -> datetime:
    """The `expires` of a role that is to be reviewed by a day: its midnight, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def key_id(keytype: str, scheme: str, public: str) -> str:
    """The id of a key: SHA-256 of its canonical JSON (TUF specification, section 4.2)."""
    value = {"keytype": keytype, "scheme": scheme, "keyval": {"public": public}}
    return hashlib.sha256(str(encode_canonical(value)).encode()).hexdigest()


_Form = TypeVar("_Form", bound=_Strict)


def _check_form(form: type[_Form], value: JsonValue, what: str) -> _Form:
    try:
        return form.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part)[:40] for part in first["loc"])
        raise _refuse(what, f"{place}: {first['msg'].lower()}") from error


def _check_common(
    signatures: list[_SignatureForm], signed: _SignedForm, keys: dict[str, _KeyForm], what: str
) -> None:
    signers = [signature.keyid for signature in signatures]
    if len(set(signers)) != len(signers):
        raise _refuse(what, "one key signs twice")
    if signed.spec_version != SPEC_VERSION:
        raise _refuse(what, f"it follows version {signed.spec_version[:20]} of the specification")
    _check_keys(keys, what)


def _check_roles(roles: Iterable[_RoleForm], keys: Mapping[str, _KeyForm], what: str) -> None:
    for role in roles:
        if len(set(role.keyids)) != len(role.keyids):
            raise _refuse(what, "a role names a key twice")
        if not keys.keys() >= set(role.keyids):
            raise _refuse(what, "a role names a key that is not listed")


def _check_keys(keys: Mapping[str, _KeyForm], what: str) -> None:
    materials: set[bytes] = set()
    for stated_id, key in keys.items():
        if (key.keytype, key.scheme) not in _SCHEMES:
            raise _refuse(
                what, f"a key is of a kind that is not accepted ({key.keytype[:20]}/{key.scheme[:40]})"
            )
        if key.holder is not None and not is_one_printable_line(key.holder):
            raise _refuse(what, "the name of a key's holder is not one printable line")
        if key_id(key.keytype, key.scheme, key.keyval.public) != stated_id:
            raise _refuse(what, "a key does not have the id that it states")
        material = _material(key, what)
        if material in materials:
            raise _refuse(what, "one key stands under two ids")
        materials.add(material)


def _material(key: _KeyForm, what: str) -> bytes:
    """The key itself, in an encoding that does not depend on how the file spells it."""
    public = key.keyval.public
    if key.keytype == "ed25519":
        if not re.fullmatch(r"[0-9a-f]{64}", public):
            raise _refuse(what, "a key is not spelled as it must be")
        raw = bytes.fromhex(public)
        y = int.from_bytes(raw, "little") & (2**255 - 1)
        if y >= _FIELD_PRIME or y in _LOW_ORDER_Y:
            raise _refuse(what, "a key is a point of low order or has two spellings")
        return b"ed25519" + raw
    try:
        loaded = load_pem_public_key(public.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise _refuse(what, "a key cannot be read") from error
    pem = loaded.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    if pem.decode() not in {public, f"{public}\n"}:
        raise _refuse(what, "a key is not spelled as it must be")
    if key.keytype == "rsa":
        if not isinstance(loaded, rsa.RSAPublicKey) or loaded.key_size < RSA_BITS:
            raise _refuse(what, f"an RSA key is shorter than {RSA_BITS} bits")
        if loaded.public_numbers().e < RSA_EXPONENT:
            raise _refuse(what, f"the exponent of an RSA key is smaller than {RSA_EXPONENT}")
    elif not isinstance(loaded, ec.EllipticCurvePublicKey) or loaded.curve.name != _CURVES[key.scheme]:
        raise _refuse(what, "a key is not on the curve that it states")
    return loaded.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _read(value: JsonValue, what: str) -> Metadata[_Payload]:
    assert isinstance(value, dict)  # noqa: S101  # the form was checked just before
    try:
        return Metadata[_Payload].from_dict(value)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refuse(what, "it cannot be read") from error


def _refuse(what: str, cause: str) -> BundleRefusedError:
    return BundleRefusedError(
        Reason.META_FORM, f"{what} is not in the form that is signed and trusted: {cause}."
    )
