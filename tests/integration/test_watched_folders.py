"""Bundles in watched folders are taken in by themselves, each once, whatever else lies there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import NotAllowedError
from reader.domain.intake import Fate, Look, Taken, Unreachable
from reader.domain.machine import MachineSettings, Permission
from reader.services.intake import IntakeService, summary
from reader.services.library import LibraryService
from reader.store.intake_memory import IntakeMemory
from tests.support.laptops import Laptop
from tests.support.worlds import EASTSHIRE, WESTSHIRE, Team, World


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(world: World, tmp_path: Path) -> Laptop:
    return Laptop(tmp_path / "laptop", world.trust_root)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "share"
    found.mkdir()
    return found


def started(laptop: Laptop, library: LibraryService | None = None) -> IntakeService:
    """The intake of a program that has just started."""
    return IntakeService(
        library or laptop.service(), IntakeMemory(laptop.base_dir / "library" / "taken-in.json")
    )


def look(service: IntakeService, *folders: Path) -> Look:
    return service.look(folders, CancelToken())


def take_all(laptop: Laptop, *folders: Path) -> list[Taken]:
    """As the command line does it, in a program that has just started."""
    found = started(laptop).take_all(folders, lambda: None, CancelToken())
    return [one for one in found if isinstance(one, Taken)]


def fates(taken: Sequence[Taken]) -> list[tuple[str, Fate]]:
    return [(one.file.name, one.fate) for one in taken]


def test_what_lies_in_a_folder_is_added_once(laptop: Laptop, world: World, folder: Path) -> None:
    world.bundle().write(folder, "a.manual")
    world.bundle(EASTSHIRE).write(folder, "b.manual")
    assert fates(take_all(laptop, folder)) == [("a.manual", Fate.ADDED), ("b.manual", Fate.ADDED)]
    assert laptop.installed() == ["eastshire/procedures@1", "westshire/procedures@1"]
    assert take_all(laptop, folder) == [], "the next start does not look at them again"


def test_a_new_edition_is_added_and_the_old_one_stays(laptop: Laptop, world: World, folder: Path) -> None:
    first = world.bundle()
    first.write(folder, "westshire 9.manual")
    take_all(laptop, folder)
    world.bundle(edition=2, history=[first]).write(folder, "westshire 10.manual")
    assert fates(take_all(laptop, folder)) == [("westshire 10.manual", Fate.ADDED)]
    assert laptop.installed() == ["westshire/procedures@2", "westshire/procedures@1"]


def test_numbers_in_names_count_as_numbers(laptop: Laptop, world: World, folder: Path) -> None:
    """Older editions first: also a publisher who vouches for no older edition gets all of them in."""
    for edition in (2, 10):
        world.bundle(edition=edition).write(folder, f"westshire-{edition}.manual")
    assert fates(take_all(laptop, folder)) == [
        ("westshire-2.manual", Fate.ADDED),
        ("westshire-10.manual", Fate.ADDED),
    ]


def test_a_file_is_left_alone_until_it_has_stopped_growing(
    laptop: Laptop, world: World, folder: Path, tmp_path: Path
) -> None:
    whole = world.bundle().write(tmp_path).read_bytes()
    service = started(laptop)
    for end in (1000, 2000, 3000, len(whole)):
        (folder / "a.manual").write_bytes(whole[:end])
        found = look(service, folder)
        assert found.offers == ()
        assert found.arriving == 1
    offers = look(service, folder).offers
    assert [offer.file.name for offer in offers] == ["a.manual"]
    assert service.take(offers[0], (), CancelToken()).fate is Fate.ADDED


def test_half_a_file_is_refused_and_added_when_the_rest_has_come(
    laptop: Laptop, world: World, folder: Path, tmp_path: Path
) -> None:
    whole = world.bundle().write(tmp_path).read_bytes()
    (folder / "a.manual").write_bytes(whole[: len(whole) // 2])
    assert fates(take_all(laptop, folder)) == [("a.manual", Fate.REFUSED)]
    assert laptop.installed() == []
    (folder / "a.manual").write_bytes(whole)
    assert fates(take_all(laptop, folder)) == [("a.manual", Fate.ADDED)]


def test_among_hundreds_of_files_the_good_ones_are_added(
    laptop: Laptop, world: World, folder: Path, tmp_path: Path
) -> None:
    """Damaged, cut short, empty, foreign, no file at all: each costs itself and nothing else."""
    good = {manual: world.bundle(manual).write(tmp_path) for manual in (WESTSHIRE, EASTSHIRE)}
    raw = good[WESTSHIRE].read_bytes()
    for number in range(60):
        damaged = bytearray(raw)
        damaged[number * len(raw) // 60] ^= 0xFF
        (folder / f"damaged-{number}.manual").write_bytes(damaged)
        (folder / f"short-{number}.manual").write_bytes(raw[: number * len(raw) // 60])
        (folder / f"note-{number}.txt").write_text("no bundle")
    shutil.copyfile(good[EASTSHIRE], folder / "good east.manual")
    shutil.copyfile(good[WESTSHIRE], folder / "good west.manual")
    World.new("strangers").bundle().write(folder, "strange.manual")
    (folder / "folder.manual").mkdir()
    (folder / "nowhere.manual").symlink_to(folder / "gone")
    os.mkfifo(folder / "pipe.manual")
    taken = take_all(laptop, folder)
    assert len(taken) == 123
    assert [one.file.name for one in taken if one.fate is Fate.ADDED] == [
        "good east.manual",
        "good west.manual",
    ]
    assert all(one.sentence for one in taken if one.fate is Fate.REFUSED)
    assert laptop.installed() == ["eastshire/procedures@1", "westshire/procedures@1"]
    assert summary(take_all(laptop, folder)) == "", "the next start tries again, and says nothing new"


def test_a_trust_update_goes_before_the_bundles(laptop: Laptop, world: World, folder: Path) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    newer.update(folder, "westshire", name="z.trust")
    newer.bundle().write(folder, "a.manual")
    assert fates(take_all(laptop, folder)) == [("z.trust", Fate.TRUST_UPDATED), ("a.manual", Fate.ADDED)]


def test_a_file_that_was_refused_is_tried_again_after_a_trust_update(
    laptop: Laptop, world: World, folder: Path
) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    # Signed by somebody whom only the update names; the bundle itself brings the old list.
    mixed = newer.bundle()
    old = world.bundle()
    name = next(name for name in old.members if name.endswith("westshire.json"))
    mixed.with_member(name, old.members[name]).write(folder, "a.manual")
    service = started(laptop)
    look(service, folder)
    [offer] = look(service, folder).offers
    assert service.take(offer, (), CancelToken()).fate is Fate.REFUSED
    assert look(service, folder).offers == ()
    newer.update(folder, "westshire")
    look(service, folder)
    [update] = look(service, folder).offers
    assert service.take(update, (), CancelToken()).fate is Fate.TRUST_UPDATED
    [again] = look(service, folder).offers
    assert again.file.name == "a.manual"


def test_what_is_installed_already_is_not_copied_again(laptop: Laptop, world: World, folder: Path) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    world.bundle().write(folder, "again.manual")
    assert fates(take_all(laptop, folder)) == [("again.manual", Fate.KNOWN)]
    assert {name: raw for name, raw in laptop.files().items() if name != "taken-in.json"} == before


def test_an_edition_that_was_removed_does_not_come_back_by_itself(
    laptop: Laptop, world: World, folder: Path
) -> None:
    world.bundle().write(folder, "a.manual")
    take_all(laptop, folder)
    laptop.service().remove(WESTSHIRE, 1)
    assert take_all(laptop, folder) == []
    assert laptop.installed() == []


def test_a_folder_that_is_not_there_is_looked_into_when_it_comes(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    service = started(laptop)
    assert look(service, stick).unreachable == (
        Unreachable(stick, "No such file or directory", is_away=True),
    )
    world.bundle().write(stick, "a.manual")
    assert look(service, stick).arriving == 1
    assert len(look(service, stick).offers) == 1


def test_what_was_taken_in_from_a_stick_is_remembered_while_the_stick_is_away(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    world.bundle().write(stick, "a.manual")
    take_all(laptop, stick)
    stick.rename(tmp_path / "away")
    assert take_all(laptop, stick) == []
    (tmp_path / "away").rename(stick)
    assert take_all(laptop, stick) == []


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b'{"format": 9, "files": []}', b"[1]"])
def test_a_damaged_memory_costs_a_second_look(
    laptop: Laptop, world: World, folder: Path, damage: bytes
) -> None:
    world.bundle().write(folder, "a.manual")
    take_all(laptop, folder)
    (laptop.library_dir / "taken-in.json").write_bytes(damage)
    assert fates(take_all(laptop, folder)) == [("a.manual", Fate.KNOWN)]


def test_a_file_that_cannot_be_read_yet_waits(
    laptop: Laptop, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows whoever copies a file keeps it locked until it is whole."""
    file = world.bundle().write(folder, "a.manual")
    service = started(laptop)
    look(service, folder)
    [offer] = look(service, folder).offers
    original = Path.open

    def locked(self: Path, *rest: object, **named: object) -> object:
        if self == file:
            raise PermissionError(13, "The process cannot access the file")
        return original(self, *rest, **named)  # type: ignore[call-overload]  # passed on as it came

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", locked)
        taken = service.take(offer, (), CancelToken())
        assert taken.fate is Fate.LATER
        assert "a.manual" in taken.sentence
    [again] = look(service, folder).offers
    assert service.take(again, (), CancelToken()).fate is Fate.ADDED


def test_where_only_it_adds_bundles_a_persons_own_are_refused(
    laptop: Laptop, world: World, folder: Path, tmp_path: Path
) -> None:
    machine = MachineSettings(folders=(folder,), forbidden=frozenset({Permission.ADD, Permission.REMOVE}))
    library = LibraryService(
        laptop.store, laptop.trust_root, laptop.domain, lambda: laptop.today, machine=machine
    )
    with pytest.raises(NotAllowedError, match="ask IT for the manual"):
        library.install(world.bundle().write(tmp_path / "downloads"), CancelToken())
    assert laptop.installed() == []
    library.install(world.bundle().write(folder), CancelToken())
    assert laptop.installed() == ["westshire/procedures@1"]
    with pytest.raises(NotAllowedError, match="ask IT to remove"):
        library.remove(WESTSHIRE, 1)
    assert laptop.installed() == ["westshire/procedures@1"]


def test_the_notice_is_one_sentence_however_many_came(laptop: Laptop, world: World, folder: Path) -> None:
    manifest = laptop.install(world.bundle()).edition.manifest
    added = Taken(folder / "a.manual", Fate.ADDED, manifest)
    refused = Taken(folder / "b.manual", Fate.REFUSED, sentence="This file is damaged.")
    assert summary([]) == ""
    assert summary([Taken(folder / "a.manual", Fate.KNOWN)]) == ""
    assert summary([added] * 5).endswith(" and 2 more.")
    assert summary([refused]) == "b.manual was not added: This file is damaged."
    assert "2 files in the watched folders were not added" in summary([refused, refused, added])
