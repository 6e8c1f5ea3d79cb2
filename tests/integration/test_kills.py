"""Killed between any two steps of what it writes, the program opens again and has lost nothing.

Where there are many steps every fifth or so is tried; with EVERY_STEP=1 (`make endurance`) each of them.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.location import Location
from reader.domain.settings import Settings, Theme
from reader.search.indexer import build_index, is_complete, is_sound, sweep
from reader.services.intake import IntakeService
from reader.store.intake_memory import IntakeMemory
from reader.store.personal import _MIGRATIONS, PersonalStore
from reader.store.settings import SettingsStore
from tests.support.kills import killed_at
from tests.support.laptops import Laptop
from tests.support.search_worlds import chapters
from tests.support.worlds import EASTSHIRE, WESTSHIRE, Team, World

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is killed between its steps")

_MOST_STEPS: Final = 2000


def steps(
    folder: Path, act: Callable[[Path], object], prepare: Callable[[Path], object], stride: int = 1
) -> Iterator[Path]:
    """Do something again and again, each time in a folder made anew and killed some steps later, until it is done.

    Yields:
        The folder as it was left.
    """
    template = folder / "template"
    template.mkdir(parents=True)
    prepare(template)
    for step in itertools.count(1, 1 if os.environ.get("EVERY_STEP") else stride):
        assert step < _MOST_STEPS
        place = folder / "place"
        shutil.copytree(template, place)
        was_killed = killed_at(step, lambda place=place: act(place), str(place))  # type: ignore[misc]
        yield place
        shutil.rmtree(place)
        if not was_killed:
            assert step > 1, "nothing counted as a step"
            return


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


def laptop_in(place: Path, world: World) -> Laptop:
    return Laptop(place, world.trust_root)


def test_killed_while_an_edition_is_installed(tmp_path: Path, world: World) -> None:
    second = world.bundle(edition=2).write(tmp_path, "second.manual")
    found = set()
    for place in steps(
        tmp_path / "steps",
        lambda place: laptop_in(place, world).install(second),
        lambda place: laptop_in(place, world).install(world.bundle()),
        stride=3,
    ):
        laptop = laptop_in(place, world)
        laptop.service().sweep()
        snapshot = laptop.load()
        assert snapshot.problems == ()
        found.add(len(snapshot.bundles))
        assert not list(place.rglob("*.part")), "nothing half-copied stays"
        laptop.install(second)
        assert laptop.installed() == ["westshire/procedures@2", "westshire/procedures@1"]
    assert found == {1, 2}


def test_killed_while_an_edition_is_removed(tmp_path: Path, world: World) -> None:
    def prepare(place: Path) -> None:
        laptop_in(place, world).install(world.bundle())
        laptop_in(place, world).install(world.bundle(EASTSHIRE))

    for place in steps(
        tmp_path / "steps", lambda place: laptop_in(place, world).service().remove(EASTSHIRE, 1), prepare
    ):
        snapshot = laptop_in(place, world).load()
        assert snapshot.problems == ()
        assert WESTSHIRE in snapshot.manuals()


def test_killed_while_a_trust_update_is_taken_in(tmp_path: Path, world: World) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    update = newer.update(tmp_path, "westshire")
    shown = []
    for place in steps(
        tmp_path / "steps",
        lambda place: laptop_in(place, world).service().update_trust(update),
        lambda place: laptop_in(place, world).install(world.bundle()),
    ):
        laptop = laptop_in(place, world)
        shown.append(laptop.installed())
        laptop.service().update_trust(update)
        assert laptop.installed() == [], "what a withdrawn key signed is not shown any more"
    assert shown == sorted(shown, reverse=True), "once it counts, it counts"


def test_killed_while_files_are_taken_in_from_a_folder(tmp_path: Path, world: World) -> None:
    share = tmp_path / "share"
    world.bundle().write(share, "a.manual")
    world.bundle(EASTSHIRE).write(share, "b.manual")
    (share / "c.manual").write_bytes(b"no bundle")

    def take(place: Path) -> None:
        intake = IntakeService(
            laptop_in(place, world).service(), IntakeMemory(place / "library" / "taken-in.json")
        )
        list(intake.take_all([share], lambda: None, CancelToken()))

    for place in steps(tmp_path / "steps", take, lambda _: None, stride=11):
        laptop_in(place, world).service().sweep()
        take(place)
        snapshot = laptop_in(place, world).load()
        assert [len(snapshot.bundles), len(snapshot.problems)] == [2, 0]


def test_killed_while_an_index_is_built(tmp_path: Path) -> None:
    documents = chapters("see the child alone", "write down what was said")

    def build(place: Path) -> None:
        build_index(place / "index" / "one", WESTSHIRE, 1, documents, lambda _done, _total: None)

    for place in steps(tmp_path / "steps", build, lambda _: None, stride=5):
        folder = place / "index" / "one"
        assert not is_complete(folder) or is_sound(folder), "an index is whole, or it is none"
        build(place)
        assert is_sound(folder)
        sweep(folder.parent, {folder})
        left = [one.name for one in folder.parent.iterdir() if one != folder]
        assert all(name.startswith(".index.") for name in left), "swept when it is a day old"


def test_killed_while_a_damaged_index_is_replaced(tmp_path: Path) -> None:
    documents = chapters("see the child alone")

    def build(place: Path) -> None:
        build_index(place / "index" / "one", WESTSHIRE, 1, documents, lambda _done, _total: None)

    def prepare(place: Path) -> None:
        build(place)
        for file in (place / "index" / "one").iterdir():
            if file.suffix == ".bin":
                file.write_bytes(file.read_bytes()[:-1])

    for place in steps(tmp_path / "steps", build, prepare, stride=7):
        folder = place / "index" / "one"
        build(place)
        assert is_sound(folder)


def old_store(place: Path, version: int) -> None:
    """A file of bookmarks as an older program wrote it."""
    place.mkdir(exist_ok=True)
    with closing(sqlite3.connect(place / "personal.sqlite", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        for script in _MIGRATIONS[:version]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        values = {
            "id": "0" * 32,
            "name": "Home visits",
            "location": str(Location(WESTSHIRE, "home-visits", 1)),
            "title": "Home Visits",
            "position": 0,
            "created": "2026-01-01T00:00:00+00:00",
        }
        connection.execute(
            "INSERT INTO bookmark (id, name, location, title, position, created)"
            " VALUES (:id, :name, :location, :title, :position, :created)",
            values,
        )


@pytest.mark.parametrize("version", range(1, len(_MIGRATIONS)))
def test_killed_while_bookmarks_are_brought_to_a_newer_form(tmp_path: Path, version: int) -> None:
    def open_it(place: Path) -> None:
        PersonalStore(place / "personal.sqlite", place / "backups", lambda: datetime.now(UTC)).close()

    for place in steps(tmp_path / "steps", open_it, lambda place: old_store(place, version)):
        store = PersonalStore(place / "personal.sqlite", place / "backups", lambda: datetime.now(UTC))
        assert store.recovery is None
        assert [bookmark.name for bookmark in store.bookmarks().bookmarks] == ["Home visits"]
        store.close()


def test_killed_while_settings_are_written(tmp_path: Path) -> None:
    old, new = Settings(theme=Theme.DARK), Settings(theme=Theme.SEPIA)
    found = set()
    for place in steps(
        tmp_path / "steps",
        lambda place: SettingsStore(place / "settings.toml").save(new),
        lambda place: SettingsStore(place / "settings.toml").save(old),
    ):
        found.add(SettingsStore(place / "settings.toml").load())
    assert found == {old, new}
