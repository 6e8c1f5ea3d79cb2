"""Tests run without a display, wherever they run."""

from __future__ import annotations

import os

import pytest

from tests.support.prepared import Prepared

os.environ["QT_QPA_PLATFORM"] = "offscreen"


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """What all workers of this run share."""
    return Prepared(tmp_path_factory)
