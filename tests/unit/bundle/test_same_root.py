"""One root in two files: signed anew by its holders it is the same one, in two texts it is a conflict."""

from __future__ import annotations

import json

import pytest

from reader.bundle import canonical_json
from reader.bundle.trust import TrustRoot
from reader.domain.errors import Reason
from tests.support.opening import open_in_full, refused, state_after
from tests.support.worlds import World, root_signed, sign


@pytest.fixture
def world() -> World:
    return World.new()


def _signed_by_all(world: World) -> bytes:
    """The first root with all three signatures, of which two are needed."""
    return sign(root_signed(1, world.root, world.registrar), world.root.signers)


def test_a_root_that_a_third_holder_signed_later_is_the_same_one(world: World) -> None:
    again = _signed_by_all(world)
    assert again != world.roots[0]
    open_in_full(world.bundle().with_roots({1: again}), world.trust_root)
    open_in_full(world.bundle(), TrustRoot.parse(again))


def test_a_pin_that_a_third_holder_signed_later_goes_on_with_what_is_remembered(world: World) -> None:
    newer = world.with_next_root()
    state = state_after(newer.bundle(), world.trust_root)
    again = TrustRoot.parse(_signed_by_all(world)).start(state)
    assert again.roots == (_signed_by_all(world), newer.roots[1])
    assert again.register == state.register


@pytest.mark.parametrize("keep", [(0,), (), (0, 0)])
def test_the_same_root_with_too_few_signatures_is_not_taken(world: World, keep: tuple[int, ...]) -> None:
    file = json.loads(world.roots[0])
    file["signatures"] = [file["signatures"][number] for number in dict.fromkeys(keep)]
    with refused(Reason.SIGNATURE, "another trust root"):
        open_in_full(world.bundle().with_roots({1: canonical_json.dump(file)}), world.trust_root)


def test_the_same_root_with_a_bad_signature_among_good_ones_is_not_taken(world: World) -> None:
    file = json.loads(_signed_by_all(world))
    file["signatures"][2]["sig"] = file["signatures"][1]["sig"]
    with refused(Reason.SIGNATURE, "another trust root"):
        open_in_full(world.bundle().with_roots({1: canonical_json.dump(file)}), world.trust_root)


def test_two_texts_of_one_later_root_are_a_conflict(world: World) -> None:
    newer = world.with_next_root()
    state = state_after(newer.bundle(), world.trust_root)
    other = sign(root_signed(2, world.root, world.registrar, expires="2031-01-01"), world.root.only(0, 1))
    bundle = world.bundle().with_roots({1: world.roots[0], 2: other})
    with refused(Reason.CONFLICT, "Trust root 2 exists in two texts"):
        open_in_full(bundle, state)


def test_another_domains_root_under_a_known_number_is_no_conflict(world: World) -> None:
    newer = world.with_next_root()
    state = state_after(newer.bundle(), world.trust_root)
    stranger = World.new("strangers").with_next_root()
    with refused(Reason.SIGNATURE, "another trust root"):
        open_in_full(stranger.bundle().with_roots({2: stranger.roots[1]}), state)
