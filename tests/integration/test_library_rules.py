"""Each rule of the library by itself: what is checked at a start, beside what, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, NotFoundError, Reason, StorageError
from reader.domain.manual import Domain
from reader.domain.provenance import LinkKind
from reader.services.snapshot import LibrarySnapshot
from reader.store.library import LibraryStore
from tests.support.laptops import Laptop
from tests.support.opening import refused
from tests.support.worlds import EASTSHIRE, WESTSHIRE, WESTSHIRE_FOSTERING, Team, World
from tests.support.zips import Header, changed, entries_of_bundle, write_zip


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(tmp_path: Path, world: World) -> Laptop:
    return Laptop(tmp_path, world.trust_root)


def _place(laptop: Laptop, edition: int) -> Path:
    return laptop.library_dir / "westshire" / "procedures" / f"{edition}.manual"


# What somebody put into the folder by hand


def test_another_text_that_somebody_put_in_the_place_of_an_edition_is_not_shown(
    laptop: Laptop, world: World
) -> None:
    laptop.install(world.bundle(edition=2))
    _place(laptop, 2).write_bytes(world.bundle(edition=2, words="another text").pack())
    snapshot = laptop.load()
    assert snapshot.bundles == ()
    assert "Another text was already signed as edition 2" in snapshot.problems[0].message


def test_an_older_edition_that_somebody_put_beside_the_newest_is_not_shown(
    laptop: Laptop, world: World
) -> None:
    laptop.install(world.bundle(edition=2))
    _place(laptop, 1).write_bytes(world.bundle(edition=1).pack())
    snapshot = laptop.load()
    assert [bundle.edition.manifest.edition for bundle in snapshot.bundles] == [2]
    assert [problem.file for problem in snapshot.problems] == [_place(laptop, 1)]


# What is remembered


def test_a_damaged_memory_of_an_empty_library_is_mended_once(laptop: Laptop) -> None:
    laptop.library_dir.mkdir(parents=True)
    laptop.state_file.write_bytes(b"damaged")
    assert len(laptop.load().problems) == 1
    assert laptop.load().problems == ()


def test_what_was_installed_and_not_yet_remembered_counts_for_the_next_installation(
    laptop: Laptop, world: World
) -> None:
    """A power cut between the two steps, and no start of the window before the next bundle comes."""
    laptop.install(world.bundle(edition=1))
    before = laptop.state_file.read_bytes()
    laptop.install(world.bundle(edition=2))
    laptop.state_file.write_bytes(before)
    with refused(Reason.CONFLICT):
        laptop.install(world.bundle(edition=2, words="another text"))


def test_a_memory_of_another_root_without_any_manual_does_not_lock_the_sample_library(
    laptop: Laptop, world: World
) -> None:
    laptop.service().update_trust(world.update(laptop.base_dir / "news", "westshire"))
    sample = World.new("sample")
    moved = laptop.pinned(sample.trust_root, Domain.SAMPLE)
    moved.install(sample.bundle())
    assert moved.installed() == ["westshire/procedures@1"]


def test_each_line_of_roots_finds_its_own_memory_again(laptop: Laptop, world: World) -> None:
    """Whichever file of the memories that were set aside is looked at first."""
    worlds = [world, World.new("second"), World.new("third")]
    for number, one in enumerate(worlds):
        laptop.pinned(one.trust_root).install(one.bundle(edition=10 + number))
        laptop.pinned(one.trust_root).service().remove(WESTSHIRE, 10 + number)
    for number, one in enumerate(worlds):
        with refused(Reason.ROLLBACK, str(10 + number)):
            laptop.pinned(one.trust_root).install(one.bundle(edition=9))


def test_a_memory_that_is_in_use_again_is_no_longer_set_aside(laptop: Laptop, world: World) -> None:
    other = World.new("other")
    for one, edition in ((world, 1), (other, 1), (world, 2)):
        laptop.pinned(one.trust_root).install(one.bundle(edition=edition))
    assert [state.roots for state in laptop.store.load_set_aside_trust()] == [other.roots]


def test_a_memory_that_was_set_aside_does_not_step_before_the_one_in_use(
    laptop: Laptop, world: World
) -> None:
    laptop.install(world.bundle(edition=1))
    older = laptop.state_file.read_bytes()
    laptop.install(world.bundle(edition=2))
    laptop.service().remove(WESTSHIRE, 2)
    laptop.state_file.with_name("trust-state-0000.json").write_bytes(older)
    with refused(Reason.CONFLICT):
        laptop.install(world.bundle(edition=2, words="another text"))


def test_a_trust_update_that_cannot_be_read_stops_nothing(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    missing = laptop.base_dir / "missing.trust"
    snapshot = replace(laptop, deployed=(missing,)).load()
    assert len(snapshot.bundles) == 1
    assert [problem.file for problem in snapshot.problems] == [missing]


def test_an_older_trust_update_may_bring_a_newer_list_of_an_authority_that_is_still_there(
    laptop: Laptop, world: World
) -> None:
    later = replace(world, register_version=2)
    laptop.service().update_trust(later.update(laptop.base_dir / "first"))
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer.update(laptop.base_dir / "second", "westshire"))
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.register == later.register
    assert remembered.authorities == {"westshire": newer.signer_list("westshire")}


def test_a_lost_memory_counts_for_the_next_installation(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2))
    laptop.state_file.unlink()
    with refused(Reason.ROLLBACK):
        laptop.install(world.bundle(edition=1))


def test_a_lost_memory_is_walked_under_the_newest_root_that_any_bundle_brings(
    laptop: Laptop, world: World
) -> None:
    """Eastshire is looked at first, and under the first root; Westshire brings the second."""
    laptop.install(world.bundle(EASTSHIRE))
    laptop.install(world.with_next_root().bundle(WESTSHIRE))
    laptop.state_file.unlink()
    versions = [
        [link.version for link in bundle.edition.provenance.links if link.kind is LinkKind.ROOT]
        for bundle in laptop.load().bundles
    ]
    assert versions == [[2], [2]]


def test_a_lost_memory_does_not_bring_an_authority_back_that_was_struck_off(
    laptop: Laptop, world: World
) -> None:
    laptop.install(world.bundle(EASTSHIRE))
    later = replace(
        world, leads={"westshire": world.leads["westshire"]}, register_version=world.register_version + 1
    )
    laptop.install(later.bundle(WESTSHIRE))
    assert laptop.installed() == ["westshire/procedures@1"]
    laptop.state_file.unlink()
    assert laptop.installed() == ["westshire/procedures@1"]


def test_each_manual_is_vouched_for_by_its_own_newest_edition(laptop: Laptop, world: World) -> None:
    old = world.bundle(EASTSHIRE, edition=1)
    laptop.install(world.bundle(EASTSHIRE, edition=2, history=[old]))
    laptop.install(world.bundle(WESTSHIRE, edition=9))
    laptop.install(old)
    assert laptop.installed() == [
        "eastshire/procedures@2",
        "eastshire/procedures@1",
        "westshire/procedures@9",
    ]


def test_a_newest_edition_that_is_damaged_does_not_keep_the_next_one_from_vouching(
    laptop: Laptop, world: World
) -> None:
    old = world.bundle(edition=1)
    laptop.install(world.bundle(edition=2, history=[old]))
    laptop.install(world.bundle(edition=3, history=[old]))
    _place(laptop, 3).write_bytes(b"damaged")
    laptop.install(old)
    assert laptop.installed() == ["westshire/procedures@2", "westshire/procedures@1"]


# What stays and what goes


def test_removing_takes_that_edition_of_that_manual_alone(laptop: Laptop, world: World) -> None:
    for bundle in (world.bundle(EASTSHIRE), world.bundle(edition=1), world.bundle(edition=2)):
        laptop.install(bundle)
    for manual, edition in ((WESTSHIRE, 3), (WESTSHIRE_FOSTERING, 1), (EASTSHIRE, 2)):
        with pytest.raises(NotFoundError):
            laptop.service().remove(manual, edition)
    laptop.service().remove(WESTSHIRE, 1)
    assert laptop.installed() == ["eastshire/procedures@1", "westshire/procedures@2"]


def _full_at_the_second_write(monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = LibraryStore.save_trust, []

    def save(store: LibraryStore, state: object) -> None:
        calls.append(state)
        if len(calls) > 1:
            raise StorageError("Cannot write: No space left on device.")
        real(store, state)  # type: ignore[arg-type]

    monkeypatch.setattr(LibraryStore, "save_trust", save)


def test_an_edition_that_cannot_be_remembered_is_taken_back_beside_others_of_its_number(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle(EASTSHIRE, edition=3))
    laptop.install(world.bundle(WESTSHIRE, edition=2))
    with monkeypatch.context() as full:
        _full_at_the_second_write(full)
        newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new"))  # so that there is a first write
        with pytest.raises(StorageError):
            laptop.install(newer.bundle(WESTSHIRE, edition=3))
    assert laptop.installed() == ["eastshire/procedures@3", "westshire/procedures@2"]


def test_an_edition_that_stood_there_before_stays_when_it_cannot_be_remembered_again(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle(edition=2))
    with monkeypatch.context() as full:
        _full_at_the_second_write(full)
        newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new"))
        with pytest.raises(StorageError):
            laptop.install(newer.bundle(edition=2))
    assert laptop.installed() == ["westshire/procedures@2"]


# What is said, and how early


def test_a_bundle_that_is_refused_for_its_trust_files_is_not_even_copied(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_copy(*_: object) -> None:
        raise AssertionError("it was copied")

    monkeypatch.setattr(LibraryStore, "stage", no_copy)
    with refused(Reason.SIGNATURE):
        laptop.install(World.new("attacker").bundle())


def test_a_refusal_names_the_file_that_was_given_and_not_the_copy(laptop: Laptop, world: World) -> None:
    bundle = world.bundle()
    wrong = Header(crc=1)
    chapter = f"content/{bundle.target('chapters/home-visits.html')}"
    data = write_zip(
        changed(entries_of_bundle(bundle), chapter, lambda entry: replace(entry, local=wrong, central=wrong))
    )
    file = laptop.base_dir / "delivered.manual"
    file.write_bytes(data)
    with pytest.raises(BundleRefusedError) as error:
        laptop.install(file)
    assert error.value.reason is Reason.DAMAGED
    assert "delivered.manual" in str(error.value)
    assert ".part" not in str(error.value)


def test_a_bundle_without_any_root_offers_none(laptop: Laptop, world: World) -> None:
    bundle = world.bundle().with_roots({})
    with refused(Reason.NO_TRUST_ROOT, "(none)"):
        laptop.pinned(None).install(bundle)


def test_a_library_without_a_trust_root_gives_no_work_to_an_index(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    snapshot = laptop.load()
    (job,) = laptop.service().index_jobs(snapshot)
    assert job.role_sha256 == snapshot.bundles[0].role_sha256
    assert list(laptop.service().index_jobs(LibrarySnapshot())) == []
    assert list(laptop.service().index_jobs(replace(snapshot, state=None))) == []


def test_an_edition_is_found_by_its_manual_and_number(laptop: Laptop, world: World) -> None:
    first = world.bundle(edition=1)
    for bundle in (first, world.bundle(edition=2, history=[first]), world.bundle(EASTSHIRE, edition=2)):
        laptop.install(bundle)
    snapshot = laptop.load()
    for manual, edition in ((WESTSHIRE, 1), (WESTSHIRE, 2), (EASTSHIRE, 2)):
        found = snapshot.get(manual, edition, laptop.today)
        assert (found.manual, found.edition.manifest.edition) == (manual, edition)
    for missing, number in (
        (EASTSHIRE, 1),
        (WESTSHIRE, 3),
        (WESTSHIRE_FOSTERING, 1),
        (WESTSHIRE_FOSTERING, None),
    ):
        with pytest.raises(NotFoundError):
            snapshot.get(missing, number, laptop.today)
    assert snapshot.find_manual("westshire/procedures") == WESTSHIRE
    for name in ("westshire/fostering", "northshire", "northshire/procedures"):
        with pytest.raises(NotFoundError, match="Installed: eastshire/procedures, westshire/procedures"):
            snapshot.find_manual(name)
    with pytest.raises(NotFoundError, match="none; add a bundle first"):
        LibrarySnapshot().find_manual("westshire")


def test_a_library_in_which_nothing_can_be_shown_is_not_written_to_at_each_start(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle())
    _place(laptop, 1).write_bytes(b"damaged")
    laptop.state_file.unlink()

    def no_writing(*_: object) -> None:
        raise AssertionError("it was written to")

    monkeypatch.setattr(LibraryStore, "save_trust", no_writing)
    assert len(laptop.load().problems) == 1


# What is taken down


def test_a_verification_is_taken_down_with_what_was_verified(laptop: Laptop, world: World) -> None:
    laptop.verify(world.bundle(edition=3))
    with refused(Reason.NOT_A_BUNDLE):
        laptop.verify(_text_file(laptop))
    with pytest.raises(StorageError):
        laptop.verify(laptop.base_dir / "missing.manual")
    rows = [(row["act"], row["code"], row["manual"], row["edition"]) for row in laptop.decisions()]
    assert rows == [
        ("verify", "accepted", "westshire/procedures", 3),
        ("verify", "not-a-bundle", None, None),
        ("verify", "storage", None, None),
    ]


def _text_file(laptop: Laptop) -> Path:
    file = laptop.base_dir / "text.manual"
    file.write_text("Dear colleague", encoding="ascii")
    return file


def test_what_a_start_finds_is_taken_down_once(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    laptop.install(world.bundle(EASTSHIRE))
    (laptop.library_dir / "eastshire" / "procedures" / "1.manual").write_bytes(b"damaged")
    before = len(laptop.decisions())
    service = laptop.service()
    for _ in range(3):
        service.load(CancelToken())
    found = [(row["act"], row["code"], row["manual"]) for row in laptop.decisions()[before:]]
    assert sorted(found) == [
        ("load", "accepted", "westshire/procedures"),
        ("load", "not-a-bundle", "eastshire/procedures"),
    ]


def test_a_laptop_says_whom_it_trusts_when_it_has_a_trust_root(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    assert laptop.service().has_trust_root
    told = laptop.service().trust_report()
    assert told is not None
    assert [found.authority for found in told.authorities] == ["eastshire", "westshire"]
    unpinned = laptop.pinned(None).service()
    assert not unpinned.has_trust_root
    assert unpinned.trust_report() is None
