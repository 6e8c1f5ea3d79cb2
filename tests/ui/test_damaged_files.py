"""Whatever file of a used library comes to harm: the window opens, and what the person wrote is there.

`tests.benchmarks.endurance damage` tries every file with every kind of damage; here each file has one, in turn.
"""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtWidgets import QApplication

from tests.support.damages import DAMAGES, files_of, fresh_copy
from tests.support.driven import Driven
from tests.support.used_library import Used, deployed, make_used

_HARMS: Final = ("nonsense", "empty", "a byte flipped", "cut in half", "a folder in its place", "zeroed")


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, qapp: QApplication) -> Used:
    qapp.setStyle("Fusion")
    found = make_used(tmp_path_factory.mktemp("used") / "used")
    fresh_copy(found.folder / "killed", found.library)
    return found


def test_whatever_file_is_damaged_nothing_that_was_written_is_lost(used: Used, tmp_path: Path) -> None:
    harms = cycle(_HARMS)
    tried = 0
    for file in files_of(used.folder):
        part = file.relative_to(used.folder)
        in_index = "index" in part.parts
        if part.parts[0] not in {"library", "machine"} or (in_index and file.name != "impacts.bin"):
            continue  # each file of an index is damaged in a test of its own
        damaged = Used(fresh_copy(used.folder, tmp_path / "damaged"), used.names)
        harm = next(harms)
        DAMAGES[harm](damaged.folder / part)
        with deployed(damaged.folder):
            driven = Driven.open(damaged.library)
            personal = driven.desk.workspace.personal
            names = frozenset(bookmark.name for bookmark in personal.bookmarks().bookmarks)
            lists = [one.title for one in personal.reading_lists.all()]
            driven.close()
        assert (names, lists) == (used.names, ["To read"]), f"{part} ({harm})"
        assert driven.faults == [], f"{part} ({harm})"
        tried += 1
    assert tried >= 12
