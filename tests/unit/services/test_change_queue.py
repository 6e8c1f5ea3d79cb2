"""The queue of changes, while editions come and go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from reader.domain.bookmark import RecentVisit
from reader.domain.cancel import CancelToken
from reader.domain.changes import ChangedChapter
from reader.domain.errors import BundleRefusedError, CancelledError, StorageError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.services.change_queue import ChangeQueue
from reader.services.snapshot import LibrarySnapshot
from tests.support.laptops import Laptop
from tests.support.worlds import EASTSHIRE, TODAY, WESTSHIRE, Json, SignedBundle, World

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(tmp_path: Path, world: World) -> Laptop:
    return Laptop(tmp_path / "laptop", world.trust_root)


@pytest.fixture
def three(world: World) -> list[SignedBundle]:
    """Three editions; each changes the first chapter, and the third drops another one."""
    editions: list[SignedBundle] = []
    for number in (1, 2, 3):
        manifest: Json = {"effective_from": f"2026-01-{10 + number}"}
        bundle = world.bundle(
            WESTSHIRE, number, words=f"Edition {number}.", manifest=manifest, history=editions
        )
        if number == 3:
            bundle = bundle.with_contents(lambda it: it["entries"][0]["entries"].pop(-2))
        editions.append(bundle)
    return editions


def queue(today: date = TODAY) -> ChangeQueue:
    return ChangeQueue(lambda: today)


def visit(chapter: str | None, edition: int | None, manual: ManualId = WESTSHIRE) -> RecentVisit:
    return RecentVisit(Location(manual, chapter, edition), "title", NOW)


def since_last(
    snapshot: LibrarySnapshot, *visits: RecentVisit, of: ChangeQueue | None = None
) -> list[ChangedChapter]:
    return list((of or queue()).since_last_edition(snapshot, visits, CancelToken()))


def since_read(snapshot: LibrarySnapshot, *visits: RecentVisit, of: ChangeQueue | None = None) -> list[str]:
    return [one.change.id for one in (of or queue()).since_last_read(snapshot, visits, CancelToken())]


def test_nothing_is_in_the_queue_of_an_empty_library_or_of_one_edition(laptop: Laptop, world: World) -> None:
    assert since_last(LibrarySnapshot()) == []
    laptop.install(world.bundle())
    assert since_last(laptop.load()) == []


def test_the_edition_in_force_is_held_against_the_one_before(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    found = since_last(laptop.load())
    assert [(one.change.id, one.before, one.current, one.is_gone) for one in found] == [
        ("home-visits", 2, 3, False),
        ("missing-children", 2, 3, True),
    ]


def test_an_edition_that_is_not_in_force_yet_changes_nothing(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    before = date(2026, 1, 12)
    found = list(queue(before).since_last_edition(laptop.load(), (), CancelToken()))
    assert {(one.before, one.current) for one in found} == {(1, 2)}


def test_an_edition_removed_between_is_stepped_over(laptop: Laptop, three: list[SignedBundle]) -> None:
    for bundle in three:
        laptop.install(bundle)
    one_queue = queue()
    assert {one.before for one in since_last(laptop.load(), of=one_queue)} == {2}
    laptop.service().remove(WESTSHIRE, 2)
    assert {one.before for one in since_last(laptop.load(), of=one_queue)} == {1}
    laptop.service().remove(WESTSHIRE, 1)
    assert since_last(laptop.load(), of=one_queue) == []


def test_an_edition_installed_meanwhile_is_the_next_to_be_looked_at(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    laptop.install(three[0])
    laptop.install(three[1])
    one_queue = queue()
    assert {one.current for one in since_last(laptop.load(), of=one_queue)} == {2}
    laptop.install(three[2])
    assert {one.current for one in since_last(laptop.load(), of=one_queue)} == {3}


def test_a_queue_over_a_library_that_is_gone_from_the_disk_says_so(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    snapshot = laptop.load()
    for file in laptop.library_dir.rglob("*.manual"):
        file.unlink()
    with pytest.raises((StorageError, BundleRefusedError)):
        since_last(snapshot)


def test_what_was_opened_in_the_edition_in_force_is_seen_and_nothing_else(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    snapshot = laptop.load()
    visits = (
        visit("home-visits", 2),
        visit(None, 3),
        visit("home-visits", None),
        visit("home-visits", 3, EASTSHIRE),
    )
    assert not any(one.is_seen for one in since_last(snapshot, *visits))
    assert [one.is_seen for one in since_last(snapshot, *visits, visit("home-visits", 3))] == [True, False]


def test_a_chapter_that_is_gone_is_seen_once_it_was_opened_where_it_last_stood(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    found = since_last(laptop.load(), visit("missing-children", 2))
    assert [one.is_seen for one in found if one.is_gone] == [True]


def test_what_one_read_is_held_against_the_edition_in_which_one_read_it(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    snapshot = laptop.load()
    found = list(queue().since_last_read(snapshot, [visit("home-visits", 1)], CancelToken()))
    assert [(one.change.id, one.before, one.current) for one in found] == [("home-visits", 1, 3)]
    assert since_read(snapshot, visit("home-visits", 1), visit("home-visits", 3)) == []
    assert since_read(snapshot, visit("private-fostering", 1)) == []
    assert since_read(snapshot, visit("home-visits", 9), visit("nonsense", 1)) == []


def test_what_one_read_in_an_edition_that_is_gone_is_held_against_the_next_one_that_is_there(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    laptop.install(three[1])
    laptop.install(three[2])
    assert since_read(laptop.load(), visit("home-visits", 1)) == ["home-visits"]


def test_the_person_can_stop_it(laptop: Laptop, three: list[SignedBundle]) -> None:
    for bundle in three:
        laptop.install(bundle)
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        list(queue().since_last_edition(laptop.load(), (), cancel))


def test_a_chapter_changed_behind_the_signers_back_stops_the_queue_with_a_reason(
    laptop: Laptop, three: list[SignedBundle]
) -> None:
    for bundle in three:
        laptop.install(bundle)
    snapshot = laptop.load()
    tampered = replace(three[2]).with_file("chapters/home-visits.html", b"<p>evil</p>")
    [file] = [file for file in laptop.library_dir.rglob("*.manual") if file.stem == "3"]
    file.write_bytes(tampered.pack())
    with pytest.raises((BundleRefusedError, StorageError)):
        since_last(snapshot)
