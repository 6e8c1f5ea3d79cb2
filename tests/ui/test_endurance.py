"""What is opened and closed again leaves nothing behind. The whole hard day is in the benchmarks."""

from __future__ import annotations

import pytest

from reader.ui.actions import ActionId
from tests.support.heap import CAN_BE_MEASURED, held_bytes
from tests.ui.conftest import OpenDesk

_FIRST = 20
_OPENINGS = 100
_MOST_BYTES = 900
"""For each chapter. Two viewports that the style sheet does not forget take 1,800; caches come and go by 33,000."""


@pytest.mark.skipif(not CAN_BE_MEASURED, reason="this C library does not say what it has given away")
def test_a_chapter_that_is_closed_leaves_nothing_behind(desk: OpenDesk) -> None:
    def open_and_close(times: int) -> None:
        for number in range(times):
            desk.go(("staying-put-policy", "direct-payments")[number % 2])
            desk.window.actions_by_id[ActionId.CLOSE_TAB].trigger()
            desk.wait()
        assert desk.window.tabs.count() == 0

    open_and_close(_FIRST)
    before = held_bytes()
    open_and_close(_OPENINGS)
    assert (held_bytes() - before) / _OPENINGS < _MOST_BYTES
