"""A library that somebody has used, and what IT has deployed on that computer."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import platformdirs

from reader.domain.location import Location
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.ui.actions import ActionId
from tests.support.damages import fresh_copy
from tests.support.driven import Driven
from tests.support.worlds import EASTSHIRE, WESTSHIRE, World


@dataclass(frozen=True, slots=True)
class Used:
    """A library that somebody has used, and what IT has deployed.

    Attributes:
        names: Of the bookmarks that the person has made.
    """

    folder: Path
    names: frozenset[str]

    @property
    def library(self) -> Path:
        return self.folder / "library"


def make_used(folder: Path) -> Used:
    """Install two manuals, read, search, bookmark, make a list, close."""
    world = World.new()
    machine = folder / "machine"
    (machine / "trust").mkdir(parents=True)
    (machine / "trust" / "root.json").write_bytes(world.roots[0])
    world.update(machine / "trust", "westshire")
    (machine / "machine.toml").write_text(
        "format = 1\n[bundles]\nlook_every_minutes = 30\n", encoding="utf-8"
    )
    world.bundle().write(machine / "bundles", "west.manual")
    with deployed(folder):
        driven = Driven.open(folder / "library")
        driven.settle(lambda: driven.desk.intake.is_at_rest and len(driven.desk.library_state.editions) == 1)
        driven.desk.library.install((world.bundle(EASTSHIRE).write(folder / "given"),))
        driven.settle()
        for manual in (WESTSHIRE, EASTSHIRE):
            driven.desk.navigation.go(Location(manual, "home-visits"))
            driven.settle()
        personal = driven.desk.workspace.personal
        names = frozenset({"Home visits", "Fostering", "Für später"})
        for name in names:
            personal.add_bookmark(name, Location(WESTSHIRE, "home-visits", 1), "Home Visits", None)
        personal.reading_lists.put(
            ReadingList(
                "0" * 32,
                "To read",
                items=(ReadingItem(Location(WESTSHIRE, "home-visits", 1), "Home Visits", "edition 1"),),
            )
        )
        personal.back_up()
        driven.desk.window.actions_by_id[ActionId.THEME_DARK].trigger()
        driven.settle()
        fresh_copy(
            folder / "library", folder / "killed"
        )  # as a power cut leaves it: with SQLite's log beside the file
        driven.close()
    return Used(folder, names)


@contextlib.contextmanager
def deployed(folder: Path) -> Iterator[None]:
    """What IT has deployed counts; watched folders are looked into without much ado."""
    with (
        mock.patch.object(platformdirs, "site_config_dir", return_value=str(folder / "machine")),
        mock.patch("reader.ui.controllers.intake._SETTLE_MS", 20),
    ):
        yield
