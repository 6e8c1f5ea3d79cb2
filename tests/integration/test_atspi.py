"""The real window on a real X server, read through AT-SPI by another process, as a screen reader does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support import screen_reader


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a client sees, from the application down."""
    reason = screen_reader.missing()
    if reason:
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("atspi")
    command = [sys.executable, "-m", "reader.app", "--sample", "--library", str(folder)]
    return screen_reader.read_window(command, folder, {"PYTHONPATH": str(Path(__file__).parents[2])})


def test_a_screen_reader_finds_the_parts_of_the_window(nodes: list[dict[str, Any]]) -> None:
    names = {node["name"] for node in nodes}
    for name in (
        "Search all manuals",
        "Filter the library by number or title",
        "Library",
        "Back",
        "Reading settings",
        "File",
    ):
        assert name in names, name


def test_whatever_takes_the_keyboard_has_a_name(nodes: list[dict[str, Any]]) -> None:
    assert [node for node in nodes if node["focusable"] and not node["name"].strip()] == []


def test_sentences_are_read_and_not_only_named(nodes: list[dict[str, Any]]) -> None:
    labels = [node["name"] for node in nodes if node["role"] == "label"]
    assert any("verified" in label or "sample library" in label.casefold() for label in labels), labels
