"""Every byte of a bundle changed, and every value of its JSON changed and signed again by the right keys.

Nothing may be accepted but what the tables below say, with the reason, and nothing but the named errors may be raised.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from reader.bundle import canonical_json, names
from reader.bundle.container import pack
from reader.domain.errors import BundleRefusedError
from reader.domain.manual import ManualId
from reader.domain.trust import TrustState
from tests.support.opening import open_in_full
from tests.support.worlds import (
    WESTSHIRE,
    Json,
    SignedBundle,
    Team,
    World,
    chapter_entry,
    manifest_of,
    role_signed,
    root_signed,
    sign,
)


def _is_accepted(file: Path, state: TrustState) -> bool:
    try:
        open_in_full(file, state)
    except BundleRefusedError:
        return False
    return True


class _Rewritten:
    """One file that is written over again and again: making it anew each time is what a disk is slow at."""

    def __init__(self, file: Path, state: TrustState) -> None:
        self._file = file
        self._state = state
        file.touch()

    def is_accepted(self, data: bytes) -> bool:
        """Whether the file is accepted when it holds these bytes, and no others."""
        with self._file.open("r+b", buffering=0) as handle:
            assert handle.write(data) == len(data)
            handle.truncate()
        assert self._file.stat().st_size == len(data)
        return _is_accepted(self._file, self._state)


# Bytes


def _smallest() -> SignedBundle:
    """One key for each role, one manual, and nothing in it."""
    manual = ManualId("ab", "cd")
    root, registrar, lead, officer = (Team.new(name) for name in ("r", "g", "l", "o"))
    raw = sign(root_signed(1, root, registrar), root.signers)
    world = World(root, registrar, {manual.authority: lead}, {manual: officer}, (raw,))
    facts = {**manifest_of(manual, 1), "authority_name": "Ab", "title": "Cd"}
    files = {
        names.manifest_target(manual): canonical_json.dump(facts),
        names.contents_target(manual): canonical_json.dump({"entries": []}),
    }
    role = role_signed(files, facts)
    return SignedBundle(world, manual, world.trust_members(manual.authority), files, role, officer.signers)


@pytest.mark.parametrize("flip", [0x01, 0x20, 0xFF])
def test_no_changed_byte_is_accepted(tmp_path: Path, flip: int) -> None:
    bundle = _smallest()
    whole = bundle.pack()
    state = bundle.world.trust_root.start(None)
    file = tmp_path / "some.manual"
    file.write_bytes(whole)
    assert _is_accepted(file, state)
    with file.open("r+b", buffering=0) as handle:
        for position, byte in enumerate(whole):
            handle.seek(position)
            handle.write(bytes([byte ^ flip]))
            assert not _is_accepted(file, state), position
            handle.seek(position)
            handle.write(bytes([byte]))
    assert _is_accepted(file, state)


def test_no_changed_byte_of_a_member_is_accepted_with_a_corrected_checksum(tmp_path: Path) -> None:
    bundle = _smallest()
    file = _Rewritten(tmp_path / "some.manual", bundle.world.trust_root.start(None))
    # Packed from the members: a bundle asked for them anew would sign its role anew, to the same bytes.
    members = bundle.members
    assert file.is_accepted(pack(members))
    for name, data in members.items():
        for position, byte in enumerate(data):
            flip = (0x01, 0x20, 0x80, 0xFF)[position % 4]
            changed = data[:position] + bytes([byte ^ flip]) + data[position + 1 :]
            assert not file.is_accepted(pack({**members, name: changed})), (name, position)


def test_no_byte_can_be_taken_out_or_put_in(tmp_path: Path) -> None:
    bundle = _smallest()
    whole = bundle.pack()
    file = _Rewritten(tmp_path / "some.manual", bundle.world.trust_root.start(None))
    assert file.is_accepted(whole)
    for position in range(0, len(whole), 3):
        for changed in (
            whole[:position] + whole[position + 1 :],
            whole[:position] + b"\0" + whole[position:],
        ):
            assert not file.is_accepted(changed), position


# Values

Place = tuple[str | int, ...]
_NOTHING: Final = object()
_OTHER_VALUES: Final[dict[str, object]] = {
    "null": None,
    "true": True,
    "0": 0,
    "-1": -1,
    "huge": 2**40,
    "empty text": "",
    "x": "x",
    "a path outwards": "../x",
    "markup": "<script>alert(1)</script>",
    "turned around": "x\u202e",
    "half a character": "\ud800",
    "[]": [],
    "{}": {},
    "[[]]": [[]],
}


def _places(value: object, place: Place = ()) -> Iterator[Place]:
    yield place
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _places(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _places(item, (*place, index))


def _at(value: Any, place: Place) -> Any:
    for key in place:
        value = value[key]
    return value


def _changes(old: object) -> Iterator[tuple[str, object]]:
    """What may stand in the place of a value, by name."""
    yield "left out", _NOTHING
    for name, new in _OTHER_VALUES.items():
        if json.dumps(new) != json.dumps(old):
            yield name, new
    if isinstance(old, dict):
        yield "one key more", {**old, "zz": 1}
        for key in old:
            yield "one key renamed", {**{k: v for k, v in old.items() if k != key}, f"{key}x": old[key]}
    elif isinstance(old, list) and old:
        yield "doubled", [*old, *old]
        if old[::-1] != old:
            yield "turned round", old[::-1]
    elif isinstance(old, str):
        yield "longer", f"{old}x"
        if old.swapcase() != old:
            yield "in other letters", old.swapcase()
        yield "much longer", old + "x" * 30_000
    elif type(old) is int:
        yield "one more", old + 1
        yield "as text", str(old)


def _changed(value: Json, place: Place, new: object) -> Json:
    copied = copy.deepcopy(value)
    inner = _at(copied, place[:-1])
    if new is _NOTHING:
        del inner[place[-1]]
    else:
        inner[place[-1]] = new
    return copied


def _general(place: Place) -> str:
    """A place without its numbers, names and key ids: all rows of a list are alike."""
    parts = []
    for before, part in zip(("", *place), place, strict=False):
        is_one_of_many = isinstance(part, int) or before in {"keys", "targets"}
        parts.append("*" if is_one_of_many else str(part))
    text = "/".join(parts)
    while "entries/*/entries" in text:
        text = text.replace("entries/*/entries", "entries")
    return text


def _full() -> SignedBundle:
    """A bundle in which every field of the format says something."""
    world = World.new().with_next_root()
    past = world.bundle(edition=1)
    bundle = world.bundle(
        edition=2, history=[past], manifest={"label": "v2", "note": "A note.", "purpose": "training"}
    )
    form = {
        "kind": "form",
        "title": "Referral",
        "file": "westshire/procedures/forms/referral.pdf",
        "review_by": "2026-12-01",
    }
    external = chapter_entry(
        WESTSHIRE,
        "abroad",
        "2.1",
        "Abroad",
        held="external",
        file=None,
        source="The Department",
        note="Read it there.",
        revised="2025-02-05",
        status=["new", "under-review"],
    )

    def fill(contents: Json) -> None:
        contents["entries"][0]["entries"].append(form)
        contents["entries"][0]["entries"][2].update(source="Eastshire", note="See there.")
        contents["entries"].append(
            {"kind": "division", "number": "2", "title": "Elsewhere", "entries": [external]}
        )

    return bundle.with_signed_file("forms/referral.pdf", b"%PDF").with_contents(fill)


_FULL: Final = _full()
_WORLD: Final = _FULL.world
_Signed = tuple[Json, Callable[[Json], SignedBundle]]


def _members() -> dict[str, _Signed]:
    """Every JSON member: what is signed of it, and the bundle with another one, signed by the right keys."""

    def second_root(signed: Json) -> SignedBundle:
        return _FULL.with_roots({1: _WORLD.roots[0], 2: sign(signed, _WORLD.root.only(0, 1))})

    def register(signed: Json) -> SignedBundle:
        return _FULL.with_trust(register=sign(signed, _WORLD.registrar.signers))

    def signer_list(signed: Json) -> SignedBundle:
        return _FULL.with_trust(signer_list=sign(signed, _WORLD.leads["westshire"].signers))

    def meta(name: str) -> _Signed:
        raw = _FULL.files[_FULL.target(f"meta/{name}.json")]
        return json.loads(raw), lambda value: _FULL.with_signed_file(
            f"meta/{name}.json", canonical_json.dump(value)
        )

    return {
        "root": (json.loads(_WORLD.roots[1])["signed"], second_root),
        "register": (_WORLD.register_payload, register),
        "signer list": (_WORLD.signer_list_payload("westshire"), signer_list),
        "edition": (_FULL.role, lambda signed: replace(_FULL, role=signed)),
        "manifest": meta("manifest"),
        "contents": meta("contents"),
    }


# What is accepted, by member and place, and why. All of it is for the signer to say; texts are shown as plain text.
_LINE: Final = {"x", "a path outwards", "markup", "longer", "in other letters"}
_NUMBER: Final = _LINE - {"in other letters"}  # the numbers of the test have no letters
_REVIEWED_KEYS: Final[dict[str, tuple[set[str], str]]] = {
    "keys/*/x-procedures-holder": (
        {*_LINE, "left out", "null", "empty text"},
        "who delegates to a key names its holder, or does not: then the key's id is shown",
    ),
}
_REVIEWED_DELEGATIONS: Final[dict[str, tuple[set[str], str]]] = {
    **{f"delegations/{place}": row for place, row in _REVIEWED_KEYS.items()},
    "delegations/roles": ({"turned round"}, "each role stands for itself, in whatever order"),
    "delegations/roles/*": ({"left out"}, "somebody else's role: theirs alone is withdrawn"),
    "delegations/roles/*/keyids": ({"[]"}, "somebody else's role, which nobody can use then"),
    "delegations/roles/*/keyids/*": ({"left out"}, "the same"),
    "delegations/roles/*/threshold": (
        {"one more"},
        "somebody else's role, which needs another signature then",
    ),
    "version": ({"one more"}, "a newer file of the right people"),
}
REVIEWED: Final[dict[str, dict[str, tuple[set[str], str]]]] = {
    "root": {
        **_REVIEWED_KEYS,
        "roles/root/keyids": ({"turned round"}, "the holders in another order"),
        "roles/root/keyids/*": ({"left out"}, "one holder of three less; the other two signed it"),
        "roles/snapshot/threshold": (
            {"one more"},
            "the format has no such role, and asks for none of its files",
        ),
        "roles/timestamp/threshold": ({"one more"}, "the same"),
    },
    "register": _REVIEWED_DELEGATIONS,
    "signer list": _REVIEWED_DELEGATIONS,
    "edition": {},
    "manifest": {
        "authority_name": (_LINE, "a text"),
        "title": (_LINE, "a text"),
        "label": ({*_LINE, "null"}, "a text, or none"),
        "note": ({*_LINE, "null"}, "a text, or none"),
        "history": ({"[]"}, "an edition need not vouch for older ones"),
        "history/*": ({"left out"}, "the same"),
    },
    "contents": {
        "entries": (
            {"[]", "turned round"},
            "the order is the authority's; what names no file may be left out",
        ),
        "entries/*": ({"left out"}, "an entry that names no file"),
        "entries/*/chapter": ({"null"}, "a see-also that points at no chapter"),
        "entries/*/id": ({"x", "longer"}, "of a chapter without a file; nobody points at it"),
        "entries/*/note": ({*_LINE, "null"}, "a text, or none"),
        "entries/*/number": ({*_NUMBER, "null"}, "a text, or none"),
        "entries/*/review_by": ({"null"}, "a form need not say"),
        "entries/*/revised": ({"null"}, "a chapter need not say"),
        "entries/*/source": ({*_LINE, "null"}, "a text, or none"),
        "entries/*/status": ({"[]", "turned round"}, "none, or the same ones"),
        "entries/*/status/*": ({"left out"}, "one of two"),
        "entries/*/text": (_LINE, "a text"),
        "entries/*/title": ({*_LINE, "null"}, "a text; a division with a number may have none"),
    },
}


@pytest.mark.parametrize("member", list(_members()))
def test_only_the_reviewed_changes_of_a_value_are_accepted(tmp_path: Path, member: str) -> None:
    signed, with_signed = _members()[member]
    state = TrustState(_WORLD.roots[:1] if member == "root" else _WORLD.roots)
    file = _Rewritten(tmp_path / "some.manual", state)
    accepted: dict[str, set[str]] = {}
    assert file.is_accepted(with_signed(signed).pack())
    for place in _places(signed):
        if not place:
            continue
        for what, new in _changes(_at(signed, place)):
            if file.is_accepted(with_signed(_changed(signed, place, new)).pack()):
                accepted.setdefault(_general(place), set()).add(what)
    assert accepted == {place: changes for place, (changes, _) in REVIEWED[member].items()}
