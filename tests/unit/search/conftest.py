"""Nothing stays open behind a test, and no test waits for the disk: no index here is to outlive a power cut."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.support.search_worlds import close_all


@pytest.fixture(autouse=True, scope="module")
def _no_waiting_for_the_disk() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_all()
