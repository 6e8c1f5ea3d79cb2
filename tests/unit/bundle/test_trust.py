"""The trust chain: who may sign what, and what is remembered. Rows 13 to 26 of the threat table."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from reader.bundle import canonical_json, limits, names
from reader.bundle import trust as trust_module
from reader.bundle.container import Container
from reader.bundle.metadata import read_targets
from reader.bundle.trust import TrustRoot, Verified, fingerprint, offered_fingerprint, report
from reader.bundle.verifier import walk_bundle
from reader.domain.errors import BundleRefusedError, Reason
from reader.domain.manual import ManualId
from reader.domain.provenance import ManualTrust
from reader.domain.trust import TrustState
from tests.support.opening import open_in_full, refused, state_after
from tests.support.worlds import (
    EASTSHIRE,
    WESTSHIRE,
    WESTSHIRE_FOSTERING,
    Edit,
    Json,
    SignedBundle,
    Team,
    World,
    resigned,
    sign,
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture(scope="module")
def bundle(world: World) -> SignedBundle:
    return world.bundle()


def _accepted(bundle: SignedBundle, state: TrustState | None = None) -> TrustState:
    """What is remembered after a bundle was accepted."""
    known = state or bundle.world.trust_root.start(None)
    opened = open_in_full(bundle, known)
    walked = state_after(bundle, known)
    return replace(walked, floors={**walked.floors, bundle.manual: opened.floor})


# The good way


def test_a_bundle_of_the_pinned_domain_opens(bundle: SignedBundle) -> None:
    opened = open_in_full(bundle)
    assert opened.manual == WESTSHIRE
    assert [signer.name for signer in opened.edition.signers] == ["shires officer of westshire/procedures 1"]
    assert opened.floor.edition == 1
    assert set(opened.floor.accepted) == {1}
    assert opened.floor.accepted[1].signed_sha256 == bundle.signed_sha256
    assert opened.floor.accepted[1].key_ids == set(bundle.world.officers[WESTSHIRE].key_ids)


# Rows 13 to 18: the wrong people


@pytest.mark.threat(13)
def test_a_signer_of_another_authority_cannot_sign_a_manual(world: World) -> None:
    with refused(Reason.SIGNATURE, "0 of 1"):
        open_in_full(world.bundle().signed_by(*world.officers[EASTSHIRE].signers))


def test_a_lead_cannot_sign_an_edition(world: World) -> None:
    with refused(Reason.SIGNATURE):
        open_in_full(world.bundle().signed_by(*world.leads["westshire"].signers))


@pytest.mark.threat(14)
@pytest.mark.parametrize("who", ["lead of eastshire", "officer", "registrar", "root"])
def test_nobody_but_the_lead_writes_the_list_of_signers(world: World, bundle: SignedBundle, who: str) -> None:
    signers = {
        "lead of eastshire": world.leads["eastshire"],
        "officer": world.officers[WESTSHIRE],
        "registrar": world.registrar,
        "root": world.root,
    }[who].signers
    forged = sign(world.signer_list_payload("westshire"), signers)
    with refused(Reason.SIGNATURE, "list of signers of westshire"):
        open_in_full(bundle.with_trust(signer_list=forged))


@pytest.mark.parametrize("who", ["lead", "officer", "root"])
def test_nobody_but_the_registrar_writes_the_register(world: World, bundle: SignedBundle, who: str) -> None:
    signers = {
        "lead": world.leads["westshire"],
        "officer": world.officers[WESTSHIRE],
        "root": world.root,
    }[who].signers
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(bundle.with_trust(register=sign(world.register_payload, signers)))


@pytest.mark.threat(15)
@pytest.mark.parametrize(
    "target",
    [
        "westshire/procedures/chapters/home-visits.html",
        "eastshire/fostering/chapters/home-visits.html",
        "eastshire/procedures-2/media/flow.png",
    ],
)
def test_signed_paths_of_somebody_else_are_refused(world: World, target: str) -> None:
    row = {"hashes": {"sha256": "0" * 64}, "length": 5}
    foreign = world.bundle(EASTSHIRE).with_role(lambda role: role["targets"].update({target: row}))
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(foreign)
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(foreign.with_member(f"content/{target}", b"hello"))


def test_an_unsigned_file_of_somebody_else_is_refused(world: World) -> None:
    with refused(Reason.EXTRA):
        open_in_full(
            world.bundle(EASTSHIRE).with_member("content/westshire/procedures/chapters/a.html", b"hello")
        )


@pytest.mark.threat(16)
def test_a_signer_of_one_manual_cannot_sign_another_of_the_same_authority(world: World) -> None:
    with refused(Reason.SIGNATURE):
        open_in_full(world.bundle(WESTSHIRE).signed_by(*world.officers[WESTSHIRE_FOSTERING].signers))


@pytest.mark.threat(16)
def test_a_manual_that_its_authority_has_given_to_nobody_is_refused(world: World) -> None:
    unknown = ManualId("westshire", "adoption")
    signer = world.officers[WESTSHIRE]
    other = replace(world, officers={**world.officers, unknown: signer})
    invented = other.bundle(unknown).with_trust(signer_list=world.signer_list("westshire"))
    with refused(Reason.NOT_DELEGATED, "adoption"):
        open_in_full(invented)


@pytest.mark.threat(17)
def test_an_authority_that_is_not_on_the_register_is_refused(world: World) -> None:
    southshire = ManualId("southshire", "procedures")
    other = replace(
        world,
        leads={**world.leads, "southshire": Team.new("lead of southshire")},
        officers={**world.officers, southshire: Team.new("officer of southshire")},
    )
    with refused(Reason.NOT_DELEGATED, "southshire"):
        open_in_full(other.bundle(southshire).with_trust(register=world.register))


@pytest.mark.threat(18)
def test_a_whole_chain_of_an_attackers_own_is_refused(world: World) -> None:
    with refused(Reason.SIGNATURE, "another trust root"):
        open_in_full(World.new("attacker").bundle(), world.trust_root)


@pytest.mark.threat(18)
def test_an_attackers_chain_with_the_pinned_root_copied_in_is_refused(world: World) -> None:
    attacker = World.new("attacker")
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(attacker.bundle().with_roots({1: world.roots[0]}), world.trust_root)
    follower = attacker.with_next_root().roots[1]
    with refused(Reason.SIGNATURE, "Trust root 2"):
        open_in_full(attacker.bundle().with_roots({1: world.roots[0], 2: follower}), world.trust_root)


# Delegations that give away more than they may


@pytest.mark.parametrize(
    "paths",
    [
        ["*/*/*/*"],
        ["*"],
        ["westshire/*/*"],
        ["westshire/*/*/*/*"],
        ["eastshire/*/*/*"],
        ["westshire/procedures/*/*"],
        ["w*/*/*/*"],
        ["/westshire/*/*/*"],
    ],
)
def test_a_register_with_other_paths_than_the_literal_ones_is_refused(
    world: World, bundle: SignedBundle, paths: list[str]
) -> None:
    def edit(signed: Json) -> None:
        for role in signed["delegations"]["roles"]:
            if role["name"] == "westshire":
                role["paths"] = paths

    raw = resigned(world.register, edit, world.registrar.signers)
    with refused(Reason.OUT_OF_SCOPE, "gives away more than it may"):
        open_in_full(bundle.with_trust(register=raw))


@pytest.mark.parametrize("name", ["West", "w", "west shire", "west.shire", "westshire/x", "*", "w" * 42])
def test_a_register_with_a_name_that_is_no_id_is_refused(
    world: World, bundle: SignedBundle, name: str
) -> None:
    raw = resigned(
        world.register,
        lambda signed: signed["delegations"]["roles"][0].update(name=name, paths=[f"{name}/*/*/*"]),
        world.registrar.signers,
    )
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(bundle.with_trust(register=raw))


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("westshire.procedures", "*/*/*/*"),
        ("westshire.procedures", "westshire/*/*/*"),
        ("westshire.procedures", "eastshire/procedures/*/*"),
        ("westshire.procedures", "westshire/fostering/*/*"),
        ("eastshire.procedures", "eastshire/procedures/*/*"),
        ("procedures", "westshire/procedures/*/*"),
        ("westshire", "westshire/procedures/*/*"),
        ("westshire.a.b", "westshire/a.b/*/*"),
    ],
)
def test_a_list_of_signers_that_reaches_further_than_its_authority_is_refused(
    world: World, bundle: SignedBundle, name: str, path: str
) -> None:
    def edit(signed: Json) -> None:
        for role in signed["delegations"]["roles"]:
            if role["name"] == "westshire.procedures":
                role.update(name=name, paths=[path])

    raw = resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)
    with refused(Reason.OUT_OF_SCOPE, "gives away more than it may"):
        open_in_full(bundle.with_trust(signer_list=raw))


@pytest.mark.parametrize("role", ["register", "signer list"])
def test_a_delegator_that_signs_files_itself_is_refused(
    world: World, bundle: SignedBundle, role: str
) -> None:
    row = {"hashes": {"sha256": "0" * 64}, "length": 5}
    edit: Edit = lambda signed: signed["targets"].update({"westshire/procedures/media/a.png": row})  # noqa: E731
    changed = {
        "register": bundle.with_trust(register=resigned(world.register, edit, world.registrar.signers)),
        "signer list": bundle.with_trust(
            signer_list=resigned(world.signer_list("westshire"), edit, world.leads["westshire"].signers)
        ),
    }[role]
    with refused(Reason.OUT_OF_SCOPE, "signs files itself"):
        open_in_full(changed)


def test_a_register_without_delegations_knows_nobody(world: World, bundle: SignedBundle) -> None:
    raw = resigned(world.register, lambda signed: signed.pop("delegations"), world.registrar.signers)
    with refused(Reason.NOT_DELEGATED):
        open_in_full(bundle.with_trust(register=raw))


def test_a_list_without_delegations_knows_nobody(world: World, bundle: SignedBundle) -> None:
    raw = resigned(
        world.signer_list("westshire"),
        lambda signed: signed.pop("delegations"),
        world.leads["westshire"].signers,
    )
    with refused(Reason.NOT_DELEGATED):
        open_in_full(bundle.with_trust(signer_list=raw))


@pytest.mark.parametrize("role", ["register", "signer list"])
def test_delegations_of_no_role_know_nobody(world: World, bundle: SignedBundle, role: str) -> None:
    def empty(signed: Json) -> None:
        signed["delegations"]["roles"] = []

    changed = {
        "register": bundle.with_trust(register=resigned(world.register, empty, world.registrar.signers)),
        "signer list": bundle.with_trust(
            signer_list=resigned(world.signer_list("westshire"), empty, world.leads["westshire"].signers)
        ),
    }[role]
    with refused(Reason.NOT_DELEGATED):
        open_in_full(changed)


@pytest.mark.parametrize("level", ["register", "signer list", "neither"])
def test_a_file_that_a_second_role_could_own_too_is_nobodys(
    tmp_path: Path, world: World, bundle: SignedBundle, level: str
) -> None:
    """No such list passes the check of delegators; the owner is looked up all the same."""
    walked = walk_bundle(bundle.write(tmp_path), world.trust_root.start(None))
    target = bundle.target("media/flow.png")
    assert walked.chain.owns(target)

    def second(signed: Json) -> None:
        row = signed["delegations"]["roles"][0]
        signed["delegations"]["roles"].append({**row, "name": "another", "paths": ["westshire/*/*/*"]})

    def with_second(file: Verified) -> Verified:
        return replace(file, metadata=read_targets(resigned(file.raw, second, ()), "The list"))

    chain = {
        "register": replace(walked.chain, register=with_second(walked.chain.register)),
        "signer list": replace(walked.chain, authority=with_second(walked.chain.authority)),
        "neither": walked.chain,
    }[level]
    assert chain.owns(target) is (level == "neither")


# Row 19: the pin


def test_a_pin_that_its_own_keys_did_not_sign_is_refused(world: World) -> None:
    for signers in ((), world.root.only(0), Team.new("stranger", 2).signers):
        raw = resigned(world.roots[0], lambda _: None, signers)
        with refused(Reason.SIGNATURE, "not signed by its own keys"):
            TrustRoot.parse(raw)


@pytest.mark.parametrize("raw", [b"", b"hello", b"\xff\xfe", b"{}\n", b"null\n"])
def test_a_pin_that_is_no_root_is_refused(raw: bytes) -> None:
    with refused(Reason.META_FORM):
        TrustRoot.parse(raw)


def test_a_fingerprint_is_the_hash_in_groups_of_four(world: World) -> None:
    grouped = world.trust_root.fingerprint
    assert grouped == fingerprint(world.roots[0])
    assert grouped.replace(" ", "") == hashlib.sha256(world.roots[0]).hexdigest()
    assert {len(group) for group in grouped.split()} == {4}


def test_the_offered_fingerprint_is_that_of_the_oldest_root(tmp_path: Path, world: World) -> None:
    later = {number: f"root {number}".encode() for number in (10, 2, 9)}
    file = world.bundle().with_roots(later).write(tmp_path)
    assert offered_fingerprint(Container(file)) == fingerprint(b"root 2")
    without = world.bundle().with_roots({}).write(tmp_path)
    assert offered_fingerprint(Container(without)) is None


# Rows 20 to 23: editions


@pytest.mark.threat(20)
def test_an_older_edition_is_a_rollback_with_both_numbers(world: World) -> None:
    state = _accepted(world.bundle(edition=7))
    with refused(Reason.ROLLBACK, "edition 5", "edition 7"):
        open_in_full(world.bundle(edition=5), state)
    open_in_full(world.bundle(edition=8), state)
    open_in_full(world.bundle(edition=7), state)


@pytest.mark.threat(21)
def test_an_older_edition_that_is_vouched_for_opens(world: World) -> None:
    old = world.bundle(edition=5)
    state = _accepted(world.bundle(edition=7, history=[old]))
    opened = open_in_full(old, state, vouched={5: old.role_sha256})
    assert opened.floor.edition == 7
    assert opened.floor.accepted[5].signed_sha256 == old.signed_sha256


@pytest.mark.parametrize("vouched", [{5: "0" * 64}, {6: "same"}, {}])
def test_an_older_edition_is_vouched_for_by_its_very_hash_and_number_only(
    world: World, vouched: dict[int, str]
) -> None:
    old = world.bundle(edition=5)
    state = _accepted(world.bundle(edition=7))
    rows = {edition: old.role_sha256 if sha == "same" else sha for edition, sha in vouched.items()}
    with refused(Reason.ROLLBACK):
        open_in_full(old, state, vouched=rows)


def test_a_vouched_edition_needs_no_signature_and_is_checked_all_the_same(world: World) -> None:
    old = world.bundle(edition=5)
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    state = _accepted(newer.bundle(edition=7))
    opened = open_in_full(old, state, vouched={5: old.role_sha256})
    assert opened.edition.signers == ()
    with refused(Reason.SIGNATURE):
        open_in_full(old, state)
    with refused(Reason.TAMPERED, "Home Visits"):
        open_in_full(
            old.with_file(
                "chapters/home-visits.html", old.files[old.target("chapters/home-visits.html")] + b" "
            ),
            state,
            vouched={5: old.role_sha256},
        )


def test_an_edition_that_was_accepted_once_stays_welcome(world: World) -> None:
    first = world.bundle(edition=5)
    state = _accepted(world.bundle(edition=7), _accepted(first))
    open_in_full(first, state)


def test_two_texts_of_one_edition_are_a_conflict(world: World) -> None:
    state = _accepted(world.bundle(edition=5))
    with refused(Reason.CONFLICT, "edition 5"):
        open_in_full(world.bundle(edition=5, words="something else"), state)
    newer = _accepted(world.bundle(edition=6), state)
    with refused(Reason.CONFLICT, "edition 5"):
        open_in_full(world.bundle(edition=5, words="something else"), newer)


@pytest.mark.threat(22)
@pytest.mark.parametrize("floor", [0, 3])
def test_a_jump_of_the_edition_number_beyond_the_limit_is_refused(world: World, floor: int) -> None:
    state = _accepted(world.bundle(edition=floor)) if floor else world.trust_root.start(None)
    open_in_full(world.bundle(edition=floor + limits.EDITION_JUMP), state)
    for edition in (floor + limits.EDITION_JUMP + 1, 2_000_000):
        with refused(Reason.FAST_FORWARD, str(edition)):
            open_in_full(world.bundle(edition=edition), state)


def test_a_vouched_edition_does_not_jump_either(world: World) -> None:
    far = world.bundle(edition=2_000_000)
    with refused(Reason.FAST_FORWARD):
        open_in_full(far, vouched={2_000_000: far.role_sha256})


@pytest.mark.threat(23)
def test_after_all_keys_were_replaced_a_lower_number_is_accepted(world: World) -> None:
    state = _accepted(world.bundle(edition=9_000))
    recovered = world.with_officers(WESTSHIRE, Team.new("new officer"))
    state = _accepted(recovered.bundle(edition=3), state)
    assert state.floors[WESTSHIRE].edition == 3
    with refused(Reason.SIGNATURE):
        open_in_full(world.bundle(edition=9_001), state)


def test_while_one_of_the_keys_stays_a_lower_number_is_a_rollback() -> None:
    both = Team.new("officers", count=2)
    world = World.new(officers={WESTSHIRE: both})
    state = _accepted(world.bundle(edition=9))
    fewer = world.with_officers(WESTSHIRE, Team(both.only(1)))
    with refused(Reason.ROLLBACK):
        open_in_full(fewer.bundle(edition=8), state)


def test_a_floor_survives_that_only_the_last_signer_leaves() -> None:
    """Edition 5 was seen under a key that is still trusted: withdrawing the key of edition 6 must not bring 1 back."""
    first, second = Team.new("first officer"), Team.new("second officer")
    world = World.new(officers={WESTSHIRE: Team((*first.signers, *second.signers))})
    state = _accepted(world.bundle(edition=5).signed_by(*first.signers))
    state = _accepted(world.bundle(edition=6).signed_by(*second.signers), state)
    later = world.with_officers(WESTSHIRE, first)
    with refused(Reason.ROLLBACK):
        open_in_full(later.bundle(edition=1), state)


def test_floors_of_two_manuals_do_not_touch_each_other(world: World) -> None:
    state = _accepted(world.bundle(edition=9))
    state = _accepted(world.bundle(WESTSHIRE_FOSTERING, edition=2), state)
    assert {manual: floor.edition for manual, floor in state.floors.items()} == {
        WESTSHIRE: 9,
        WESTSHIRE_FOSTERING: 2,
    }


# Row 24 and the rest of what is remembered


@pytest.mark.threat(24)
def test_a_withdrawn_key_with_its_own_old_list_is_refused(world: World) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    state = state_after(newer.bundle(WESTSHIRE_FOSTERING), world.trust_root)
    with refused(Reason.SIGNATURE):
        open_in_full(world.bundle(edition=2), state)
    open_in_full(newer.bundle(edition=2), state)


def test_a_withdrawn_lead_with_its_own_old_register_is_refused(world: World) -> None:
    newer = world.with_lead("westshire", Team.new("new lead"))
    state = state_after(newer.bundle(EASTSHIRE), world.trust_root)
    with refused(Reason.SIGNATURE, "list of signers of westshire"):
        open_in_full(world.bundle(), state)
    open_in_full(newer.bundle(), state)


def test_an_authority_that_was_struck_off_stays_struck_off(world: World) -> None:
    newer = replace(
        world, leads={"eastshire": world.leads["eastshire"]}, register_version=world.register_version + 1
    )
    state = state_after(newer.bundle(EASTSHIRE), world.trust_root)
    with refused(Reason.NOT_DELEGATED):
        open_in_full(world.bundle(), state)


def test_a_remembered_newer_list_takes_the_place_of_an_older_one(world: World, bundle: SignedBundle) -> None:
    newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new officer of fostering"))
    state = state_after(newer.bundle(), world.trust_root)
    opened = open_in_full(bundle, state)
    assert opened.edition.signers
    kept = state_after(bundle, state)
    assert kept.authorities["westshire"] == newer.signer_list("westshire")
    assert kept == state


def test_two_texts_of_a_list_under_one_version_are_a_conflict(world: World, bundle: SignedBundle) -> None:
    state = state_after(bundle)
    other = replace(world, officers={**world.officers, WESTSHIRE_FOSTERING: Team.new("somebody")})
    with refused(Reason.CONFLICT, "two texts under one version"):
        open_in_full(other.bundle(), state)


def test_two_texts_of_the_register_under_one_version_are_a_conflict(
    world: World, bundle: SignedBundle
) -> None:
    state = state_after(bundle)
    other = replace(world, register_expires="2037-01-01")
    with refused(Reason.CONFLICT, "register"):
        open_in_full(other.bundle(), state)


def test_an_unsigned_text_under_a_remembered_version_is_a_bad_signature_and_no_conflict(
    world: World, bundle: SignedBundle
) -> None:
    state = state_after(bundle)
    other = replace(world, register_expires="2037-01-01")
    forged = sign(other.register_payload, Team.new("stranger").signers)
    with refused(Reason.SIGNATURE):
        open_in_full(bundle.with_trust(register=forged), state)


def test_a_list_of_a_replaced_lead_no_longer_binds(world: World) -> None:
    """A thief of the lead's key signed version 900; the registrar replaced the lead, who goes on from 2."""
    stolen = replace(world, list_versions={"westshire": 900})
    state = state_after(stolen.bundle(), world.trust_root)
    recovered = world.with_lead("westshire", Team.new("new lead"))
    assert state_after(recovered.bundle(), state).authorities["westshire"] == recovered.signer_list(
        "westshire"
    )
    open_in_full(recovered.bundle(), state)


def test_a_remembered_list_of_one_authority_does_not_touch_another(world: World) -> None:
    state = state_after(world.bundle(EASTSHIRE), state_after(world.bundle()))
    assert set(state.authorities) == {"westshire", "eastshire"}


# Rows 25 and 26: the chain of roots


def test_a_root_passed_on_by_old_and_new_holders_is_followed(world: World) -> None:
    newer = world.with_next_root(Team.new("new root", count=3, threshold=2), Team.new("new registrar"))
    open_in_full(newer.bundle(), world.trust_root)
    state = state_after(newer.bundle(), world.trust_root)
    assert state.roots == newer.roots
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(world.bundle(), replace(state, register=None))  # signed by the old registrar


@pytest.mark.threat(25)
@pytest.mark.parametrize(
    ("old", "new"), [((0, 1), ()), ((), (0, 1)), ((0,), (0, 1)), ((0, 1), (0,)), ((), ()), ((0,), (0,))]
)
def test_a_root_that_old_or_new_holders_did_not_sign_is_refused(
    world: World, old: tuple[int, ...], new: tuple[int, ...]
) -> None:
    root = Team.new("new root", count=3, threshold=2)
    signers = (*world.root.only(*old), *root.only(*new))
    newer = world.with_next_root(root, signers=signers)
    with refused(Reason.SIGNATURE, "Trust root 2"):
        open_in_full(newer.bundle(), world.trust_root)


def test_a_root_with_one_bad_signature_beside_enough_good_ones_is_refused(world: World) -> None:
    newer = world.with_next_root(signers=world.root.only(0, 1, 2))
    good = newer.roots[1]
    file = json.loads(good)
    file["signatures"][2]["sig"] = "00" * 64
    open_in_full(newer.bundle(), world.trust_root)
    with refused(Reason.SIGNATURE):
        open_in_full(
            newer.bundle().with_roots({1: newer.roots[0], 2: canonical_json.dump(file)}), world.trust_root
        )


@pytest.mark.threat(26)
def test_a_gap_in_the_chain_ends_the_walk(world: World) -> None:
    second = world.with_next_root()
    third = second.with_next_root()
    bundle = world.bundle().with_roots({1: third.roots[0], 3: third.roots[2]})
    assert state_after(bundle).roots == world.roots


@pytest.mark.threat(26)
def test_a_root_that_states_another_version_than_its_name_is_refused(world: World) -> None:
    second = world.with_next_root()
    third = second.with_next_root()
    with refused(Reason.ROOT_VERSION, "version 3"):
        open_in_full(world.bundle().with_roots({1: world.roots[0], 2: third.roots[2]}), world.trust_root)
    with refused(Reason.ROOT_VERSION, "version 1"):
        open_in_full(world.bundle().with_roots({1: world.roots[0], 2: world.roots[0]}), world.trust_root)


def test_a_bundle_without_the_pinned_root_opens_when_the_rest_fits(world: World) -> None:
    """A bundle may carry any run of the chain."""
    newer = world.with_next_root()
    opened = open_in_full(newer.bundle().with_roots({2: newer.roots[1]}), world.trust_root)
    assert opened.manual == WESTSHIRE


def test_more_roots_than_the_format_allows_are_refused(world: World) -> None:
    many = world
    for _ in range(limits.ROOTS_IN_A_BUNDLE):
        many = many.with_next_root()
    assert len(many.roots) == limits.ROOTS_IN_A_BUNDLE + 1
    with refused(Reason.TOO_MANY):
        open_in_full(many.bundle(), world.trust_root)
    run = {number: many.roots[number - 1] for number in range(2, limits.ROOTS_IN_A_BUNDLE + 2)}
    open_in_full(many.bundle().with_roots(run), world.trust_root)


def test_a_newer_remembered_root_stays_in_force(world: World) -> None:
    newer = world.with_next_root(registrar=Team.new("new registrar"))
    state = replace(state_after(newer.bundle(), world.trust_root), register=None)
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(world.bundle(edition=2), state)
    thief = replace(world, register_version=900, leads={**world.leads, "westshire": Team.new("thief")})
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(thief.bundle(), state_after(newer.bundle(), world.trust_root))


def test_another_root_of_the_same_number_is_refused(world: World) -> None:
    fork = world.with_next_root(Team.new("fork", count=3, threshold=2))
    main = world.with_next_root(Team.new("main", count=3, threshold=2))
    state = state_after(main.bundle(), world.trust_root)
    with refused(Reason.CONFLICT, "Trust root 2 exists in two texts"):
        open_in_full(fork.bundle(), state)


# The pin and what is remembered


def test_a_redeployed_older_pin_of_the_same_line_does_not_step_back(world: World) -> None:
    newer = world.with_next_root(registrar=Team.new("new registrar"))
    state = _accepted(newer.bundle(edition=4), world.trust_root.start(None))
    again = world.trust_root.start(state)
    assert again == state
    with refused(Reason.SIGNATURE, "register"):
        open_in_full(world.bundle(edition=5), replace(again, register=None))
    with refused(Reason.ROLLBACK):
        open_in_full(newer.bundle(edition=3), again)


def test_a_newer_pin_of_the_same_line_goes_on_from_what_is_remembered(world: World) -> None:
    state = _accepted(world.bundle(edition=4))
    newer = world.with_next_root()
    again = TrustRoot.parse(newer.roots[1]).start(state)
    assert again.roots == newer.roots
    assert again.floors == state.floors


def test_an_older_pin_than_the_remembered_chain_begins_with_is_of_the_same_line(world: World) -> None:
    newer = world.with_next_root()
    state = _accepted(newer.bundle(edition=4), TrustRoot.parse(newer.roots[1]).start(None))
    assert state.roots == newer.roots[1:]
    again = world.trust_root.start(state)
    assert again.roots == newer.roots
    assert again.floors == state.floors


def test_a_pin_of_another_domain_starts_clean(world: World) -> None:
    state = _accepted(world.bundle(edition=4))
    other = World.new("other").trust_root
    assert other.start(state) == TrustState(roots=(other.raw,))


def test_a_remembered_chain_that_does_not_follow_from_the_pin_is_not_believed(world: World) -> None:
    """Whoever can write into the library folder must not be able to add a root of their own."""
    attacker = World.new("attacker").with_next_root()
    planted = TrustState(roots=(world.roots[0], attacker.roots[1]))
    state = world.trust_root.start(planted)
    with pytest.raises(BundleRefusedError):
        open_in_full(attacker.bundle().with_roots({1: world.roots[0], 2: attacker.roots[1]}), state)
    assert state.roots == world.roots


def test_a_remembered_chain_behind_an_older_pin_is_not_believed_beyond_its_first_root(world: World) -> None:
    newer = world.with_next_root()
    attacker = World.new("attacker").with_next_root().with_next_root()
    planted = TrustState(roots=(newer.roots[1], attacker.roots[2]))
    assert attacker.roots[2] not in world.trust_root.start(planted).roots


def test_a_remembered_root_that_is_damaged_is_as_good_as_lost(world: World) -> None:
    for roots in ((world.roots[0], b"damaged"), (b"damaged", world.roots[0])):
        try:
            state = world.trust_root.start(TrustState(roots=roots))
        except BundleRefusedError:
            continue  # the library then starts anew
        open_in_full(world.bundle(), state)


def test_a_memory_without_roots_or_of_damaged_ones_starts_clean(world: World) -> None:
    good = world.roots[0]
    for roots in ((), (b"damaged",), (b"damaged", good), (b"",), (good, b"damaged"), (good, b"", good)):
        assert world.trust_root.start(TrustState(roots)).roots == world.roots


def test_older_roots_than_the_pin_are_kept_when_they_lead_to_it_and_only_then(world: World) -> None:
    newer = world.with_next_root().with_next_root()
    pin = TrustRoot.parse(newer.roots[1])
    assert pin.start(TrustState(newer.roots)).roots == newer.roots
    attacker = World.new("attacker")
    assert pin.start(TrustState((attacker.roots[0], *newer.roots[1:]))).roots == newer.roots[1:]


@pytest.mark.parametrize("part", ["register", "authorities"])
def test_a_remembered_file_that_is_damaged_does_not_lock_the_library(world: World, part: str) -> None:
    damaged: dict[str, object] = {"register": b"damaged"}
    if part == "authorities":
        damaged = {"authorities": {"westshire": b"damaged"}}
    state = replace(world.trust_root.start(None), **damaged)  # type: ignore[arg-type]
    open_in_full(world.bundle(), state)


# These tests would fail without the checks that they are about


def test_without_the_remembered_chain_being_looked_at_old_lists_would_return(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    state = state_after(newer.bundle(WESTSHIRE_FOSTERING), world.trust_root)
    real = trust_module._newest
    monkeypatch.setattr(
        trust_module, "_newest", lambda root, role, raw, _remembered, what: real(root, role, raw, None, what)
    )
    open_in_full(world.bundle(edition=2), state)


def test_without_the_check_of_delegators_a_list_could_reach_further(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = resigned(
        world.signer_list("westshire"),
        lambda signed: signed["delegations"]["roles"].append(
            {**signed["delegations"]["roles"][0], "name": "eastshire.procedures", "paths": ["a/b/*/*"]}
        ),
        world.leads["westshire"].signers,
    )
    greedy = world.bundle().with_trust(signer_list=raw)
    with refused(Reason.OUT_OF_SCOPE):
        open_in_full(greedy)
    monkeypatch.setattr(trust_module, "_check_delegator", lambda *_, **__: None)
    open_in_full(greedy)


def test_the_names_of_trust_files_say_what_they_are() -> None:
    assert names.root_version("trust/12.root.json") == 12
    for name in (
        "trust/0.root.json",
        "trust/01.root.json",
        "trust/1.root.json.",
        "1.root.json",
        "trust/a.root.json",
    ):
        assert names.root_version(name) is None


# Whom a laptop trusts with what


def test_a_laptop_that_has_seen_nothing_trusts_its_root_and_nobody_else(world: World) -> None:
    found = report(world.trust_root, world.trust_root.start(None))
    assert (found.pin_version, found.root.version, found.register, found.authorities) == (1, 1, None, ())
    assert found.pin_fingerprint == found.root_fingerprint == fingerprint(world.roots[0])
    assert (found.root.threshold, found.root.holders, len(found.root.signers)) == (2, 3, 2)


def test_a_laptop_trusts_whom_the_files_that_it_has_seen_name(world: World) -> None:
    later = world.with_next_root()
    found = report(world.trust_root, _accepted(later.bundle(edition=3), world.trust_root.start(None)))
    assert (found.pin_version, found.root.version) == (1, 2)
    assert found.root_fingerprint == fingerprint(later.roots[1])
    assert found.register is not None
    assert found.register.signers[0].name == "shires registrar 1"
    east, west = found.authorities
    assert (east.authority, east.leads, east.signer_list, east.manuals) == (
        "eastshire",
        ("shires lead of eastshire 1",),
        None,
        (),
    )
    assert (west.authority, west.leads) == ("westshire", ("shires lead of westshire 1",))
    assert west.signer_list is not None
    assert west.signer_list.version == 1
    assert west.manuals == (
        ManualTrust("westshire/fostering", ("shires officer of westshire/fostering 1",), 1, 0),
        ManualTrust("westshire/procedures", ("shires officer of westshire/procedures 1",), 1, 3),
    )


@pytest.mark.parametrize("how", ["no delegations", "no roles"])
def test_a_register_or_a_list_that_names_nobody_is_told_as_that(world: World, how: str) -> None:
    def empty(signed: Json) -> None:
        if how == "no roles":
            signed["delegations"]["roles"] = []
        else:
            del signed["delegations"]

    start = world.trust_root.start(None)
    nobody = resigned(world.register, empty, world.registrar.signers)
    assert report(world.trust_root, replace(start, register=nobody)).authorities == ()
    bare = resigned(world.signer_list("westshire"), empty, world.leads["westshire"].signers)
    known = replace(start, register=world.register, authorities={"westshire": bare})
    (west,) = (found for found in report(world.trust_root, known).authorities if found.signer_list)
    assert (west.authority, west.manuals) == ("westshire", ())


def test_what_is_remembered_and_does_not_verify_is_left_out_of_the_report(world: World) -> None:
    stranger = Team.new("stranger").signers
    start = world.trust_root.start(None)
    forged = replace(start, register=sign(world.register_payload, stranger))
    assert report(world.trust_root, forged).register is None
    half = replace(
        start,
        register=world.register,
        authorities={"westshire": sign(world.signer_list_payload("westshire"), stranger)},
    )
    assert [found.signer_list for found in report(world.trust_root, half).authorities] == [None, None]
