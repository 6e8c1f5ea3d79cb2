"""What is opened and closed again leaves nothing behind. The whole hard day is in the benchmarks."""

from __future__ import annotations

import pytest

from reader.ui.actions import ActionId
from tests.support.heap import CAN_BE_MEASURED, held_bytes
from tests.ui.conftest import OpenDesk

_ROUNDS = 3
_OPENINGS = 30
_MOST_BYTES = 400
"""For each chapter; a viewport that the style sheet does not forget takes 900, a connection to an action 144."""


@pytest.mark.skipif(not CAN_BE_MEASURED, reason="this C library does not say what it has given away")
def test_a_chapter_that_is_closed_leaves_nothing_behind(desk: OpenDesk) -> None:
    def round_of_openings() -> None:
        for number in range(_OPENINGS):
            desk.go(("staying-put-policy", "direct-payments")[number % 2])
            desk.window.actions_by_id[ActionId.CLOSE_TAB].trigger()
            desk.wait()
        assert desk.window.tabs.count() == 0

    round_of_openings()
    grown: list[int] = []
    for _ in range(_ROUNDS):
        before = held_bytes()
        round_of_openings()
        grown.append(held_bytes() - before)
    # The least of the rounds: what leaks does so in each; a cache that grows by a page does so in one.
    assert min(grown) < _MOST_BYTES * _OPENINGS, [
        f"{one / _OPENINGS:.0f} bytes for each chapter" for one in grown
    ]
