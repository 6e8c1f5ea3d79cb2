"""Installing really signed bundles into a library on disk. Rows 19 to 24, 27, 28, 45 and 46 of the threat table."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from reader.bundle.trust import TrustRoot, fingerprint
from reader.bundle.verifier import VerifiedBundle, Walked, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, CancelledError, NotFoundError, Reason, StorageError
from reader.domain.location import Location
from reader.domain.manual import Domain
from reader.domain.trust import TrustState
from reader.store import library as store_module
from reader.store.library import LibraryStore
from tests.support.laptops import Laptop, page_service
from tests.support.opening import refused
from tests.support.worlds import (
    EASTSHIRE,
    TODAY,
    WESTSHIRE,
    WESTSHIRE_FOSTERING,
    SignedBundle,
    Team,
    World,
)


@pytest.fixture(scope="module")
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(tmp_path: Path, world: World) -> Laptop:
    return Laptop(tmp_path, world.trust_root)


# The good way


def test_a_bundle_is_installed_whole_and_is_there_after_a_restart(laptop: Laptop, world: World) -> None:
    bundle = world.bundle(edition=3)
    installed = laptop.install(bundle)
    assert installed.path == laptop.library_dir / "westshire" / "procedures" / "3.manual"
    assert laptop.files()["westshire/procedures/3.manual"] == bundle.pack()
    assert set(laptop.files()) == {"westshire/procedures/3.manual", "trust-state.json"}
    snapshot = laptop.load()
    assert snapshot.problems == ()
    assert [b.role_sha256 for b in snapshot.bundles] == [bundle.role_sha256]
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.floors[WESTSHIRE].edition == 3


def test_verifying_installs_and_remembers_nothing(laptop: Laptop, world: World) -> None:
    assert laptop.verify(world.bundle()).manual == WESTSHIRE
    assert laptop.files() == {}


def test_the_same_bundle_installs_again(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    laptop.install(world.bundle())
    assert laptop.files() == before


def test_manuals_of_several_authorities_stand_beside_each_other(laptop: Laptop, world: World) -> None:
    for manual in (WESTSHIRE, EASTSHIRE, WESTSHIRE_FOSTERING):
        laptop.install(world.bundle(manual, edition=2))
    assert laptop.installed() == ["eastshire/procedures@2", "westshire/fostering@2", "westshire/procedures@2"]
    snapshot = laptop.load()
    assert snapshot.find_manual("eastshire") == EASTSHIRE
    with pytest.raises(NotFoundError, match="several manuals"):
        snapshot.find_manual("westshire")
    with pytest.raises(NotFoundError, match="northshire"):
        snapshot.find_manual("northshire")


def test_a_newer_edition_supersedes_the_older_one_which_stays(laptop: Laptop, world: World) -> None:
    first = world.bundle(edition=1)
    laptop.install(first)
    laptop.install(world.bundle(edition=2, history=[first]))
    assert laptop.installed() == ["westshire/procedures@2", "westshire/procedures@1"]
    newest, oldest = laptop.load().bundles
    assert newest.edition.superseded_by is None
    assert oldest.edition.superseded_by == 2
    assert "Superseded: edition 2" in oldest.edition.warnings(TODAY)[0]


def test_the_edition_in_force_on_a_day_is_shown(laptop: Laptop, world: World) -> None:
    first = world.bundle(edition=1, manifest={"effective_from": "2026-01-12"})
    laptop.install(first)
    laptop.install(world.bundle(edition=2, manifest={"effective_from": "2026-06-01"}))
    early, later = laptop.on(date(2026, 3, 1)), laptop.on(date(2026, 6, 1))

    def current(found: Laptop) -> int:
        return found.load().get(WESTSHIRE, None, found.today).edition.manifest.edition

    assert (current(early), current(later), current(laptop.on(date(2020, 1, 1)))) == (1, 2, 1)
    assert [b.edition.superseded_by for b in early.load().bundles] == [None, None]
    assert [b.edition.superseded_by for b in later.load().bundles] == [None, 2]


def test_removing_an_edition_keeps_what_is_remembered(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2))
    laptop.service().remove(WESTSHIRE, 2)
    assert laptop.installed() == []
    with refused(Reason.ROLLBACK):
        laptop.install(world.bundle(edition=1))
    with pytest.raises(NotFoundError):
        laptop.service().remove(WESTSHIRE, 2)
    laptop.install(world.bundle(edition=2))


# Rows 20 to 24


@pytest.mark.threat(20)
def test_an_older_edition_is_refused_and_the_library_is_as_before(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2))
    before = laptop.files()
    with refused(Reason.ROLLBACK, "edition 1", "edition 2"):
        laptop.install(world.bundle(edition=1))
    assert laptop.files() == before


@pytest.mark.threat(21)
def test_an_older_edition_that_the_newest_lists_installs_as_superseded(laptop: Laptop, world: World) -> None:
    first = world.bundle(edition=1)
    laptop.install(world.bundle(edition=2, history=[first]))
    laptop.install(first)
    assert [b.edition.superseded_by for b in laptop.load().bundles] == [None, 2]
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.floors[WESTSHIRE].edition == 2


def test_another_text_than_the_listed_one_is_still_a_rollback(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2, history=[world.bundle(edition=1)]))
    with refused(Reason.ROLLBACK):
        laptop.install(world.bundle(edition=1, words="not what was listed"))


def test_a_listed_edition_counts_after_the_keys_were_replaced(laptop: Laptop, world: World) -> None:
    first = world.bundle(edition=1)
    later = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.install(later.bundle(edition=2, history=[first]))
    laptop.install(first)
    newest, oldest = laptop.load().bundles
    assert newest.edition.signers
    assert oldest.edition.signers == ()


def test_the_same_edition_with_other_bytes_is_a_conflict(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2))
    before = laptop.files()
    with refused(Reason.CONFLICT, "edition 2"):
        laptop.install(world.bundle(edition=2, words="another text"))
    assert laptop.files() == before


@pytest.mark.threat(22)
def test_a_jump_to_two_million_is_refused(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=2))
    before = laptop.files()
    with refused(Reason.FAST_FORWARD, "2000000"):
        laptop.install(world.bundle(edition=2_000_000))
    assert laptop.files() == before
    laptop.install(world.bundle(edition=3))


@pytest.mark.threat(23)
def test_after_all_keys_were_replaced_a_lower_number_installs(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=9_000))
    recovered = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.install(recovered.bundle(edition=3))
    snapshot = laptop.load()
    assert laptop.installed() == ["westshire/procedures@3"]
    assert [problem.file.name for problem in snapshot.problems] == ["9000.manual"]
    laptop.install(recovered.bundle(edition=4))
    with refused(Reason.ROLLBACK):
        laptop.install(recovered.bundle(edition=2))


@pytest.mark.threat(24)
def test_a_withdrawn_key_is_refused_after_a_newer_list_was_seen(laptop: Laptop, world: World) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.install(newer.bundle(WESTSHIRE_FOSTERING))
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle(edition=2))
    laptop.install(newer.bundle(edition=2))


def test_a_withdrawn_key_is_refused_after_the_newer_list_came_in_a_bundle_that_was_refused(
    laptop: Laptop, world: World
) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    broken = newer.bundle(edition=2).with_file("chapters/home-visits.html", b"tampered")
    with refused(Reason.TAMPERED):
        laptop.install(broken)
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.authorities["westshire"] == newer.signer_list("westshire")
    assert remembered.floors == {}
    assert laptop.installed() == []
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle(edition=1))


def test_editions_of_a_withdrawn_key_are_no_longer_shown(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=1))
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.install(newer.bundle(WESTSHIRE_FOSTERING))
    snapshot = laptop.load()
    assert [str(b.manual) for b in snapshot.bundles] == ["westshire/fostering"]
    assert [problem.file.name for problem in snapshot.problems] == ["1.manual"]


# Row 19 and pins


@pytest.mark.threat(19)
def test_without_a_pin_nothing_opens_and_the_fingerprint_is_offered(laptop: Laptop, world: World) -> None:
    unpinned = laptop.pinned(None)
    offered = fingerprint(world.roots[0])
    for act in (unpinned.install, unpinned.verify):
        with refused(Reason.NO_TRUST_ROOT, "Ask IT", offered):
            act(world.bundle())
    assert laptop.files() == {}
    assert unpinned.service().has_trust_root is False


def test_a_library_whose_pin_was_taken_away_shows_nothing(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    snapshot = laptop.pinned(None).load()
    assert snapshot.bundles == ()
    assert "ask IT" in snapshot.problems[0].message
    assert laptop.files() == before


@pytest.mark.threat(18)
def test_nothing_of_the_content_stands_in_a_refusal(laptop: Laptop) -> None:
    attacker = World.new("attacker").bundle(manifest={"title": "Send money to Mallory", "note": "Mallory"})
    with pytest.raises(BundleRefusedError) as error:
        laptop.install(attacker)
    assert "Mallory" not in str(error.value)
    assert "Home Visits" not in str(error.value)
    assert laptop.files() == {}


def test_another_pin_starts_clean_and_shows_nothing_of_the_old_one(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=5))
    other = World.new("other")
    moved = laptop.pinned(other.trust_root)
    snapshot = moved.load()
    assert snapshot.bundles == ()
    assert len(snapshot.problems) == 1
    moved.install(other.bundle(edition=1))
    assert moved.installed() == ["westshire/procedures@1"]


def test_a_redeployed_older_pin_does_not_step_back(laptop: Laptop, world: World) -> None:
    newer = world.with_next_root(registrar=Team.new("new registrar")).with_lead("westshire", Team.new("lead"))
    laptop.install(newer.bundle(edition=2))
    assert laptop.installed() == ["westshire/procedures@2"]
    moved = laptop.pinned(TrustRoot.parse(newer.roots[1]))
    assert moved.installed() == ["westshire/procedures@2"]
    assert laptop.installed() == ["westshire/procedures@2"]
    thief = replace(world, register_version=50, leads={**world.leads, "westshire": Team.new("thief")})
    with refused(Reason.SIGNATURE, "register"):
        laptop.install(thief.bundle(edition=3))


def test_the_sample_root_does_not_open_a_library_of_its_own_signers(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    sample = laptop.pinned(World.new("sample").trust_root, Domain.SAMPLE)
    with refused(Reason.WRONG_LIBRARY, "sample"):
        sample.load()
    with refused(Reason.WRONG_LIBRARY):
        sample.install(World.new("sample").bundle())
    assert laptop.files() == before


def test_everything_in_a_sample_library_says_so(tmp_path: Path) -> None:
    world = World.new("sample")
    laptop = Laptop(tmp_path, world.trust_root, Domain.SAMPLE)
    laptop.install(world.bundle())
    (bundle,) = laptop.load().bundles
    page = page_service().page(laptop.load(), Location(WESTSHIRE, "home-visits"))
    assert any("sample key" in warning for warning in bundle.edition.warnings(TODAY))
    assert any("sample key" in warning for warning in page.strip.warnings)
    assert "(sample key), verified at 09:31" in page.strip.signed_by


# Rows 27 and 28


@pytest.mark.threat(27)
def test_everything_expired_opens_fourteen_years_later_with_a_warning(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    later = laptop.on(date(2040, 3, 2))
    (bundle,) = later.load().bundles
    assert "review date" in bundle.edition.warnings(later.today)[0]
    assert later.install(world.bundle(edition=2)).manual == WESTSHIRE


@pytest.mark.threat(28)
def test_a_laptop_whose_clock_is_a_year_behind_opens_with_a_warning(laptop: Laptop, world: World) -> None:
    behind = laptop.on(date(2025, 3, 2))
    behind.install(world.bundle())
    (bundle,) = behind.load().bundles
    assert any("clock" in warning for warning in bundle.edition.warnings(behind.today))


# What is remembered gets lost


@pytest.mark.parametrize("how", ["lost", "empty", "text", "half", "other version"])
def test_a_lost_or_damaged_memory_is_rebuilt_from_what_is_installed(
    laptop: Laptop, world: World, how: str
) -> None:
    first = world.bundle(edition=1)
    newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new officer"))
    laptop.install(first)
    laptop.install(newer.bundle(edition=2, history=[first]))
    laptop.install(newer.bundle(WESTSHIRE_FOSTERING))
    before = laptop.remembered()
    good = laptop.state_file.read_bytes()
    if how == "lost":
        laptop.state_file.unlink()
    else:
        laptop.state_file.write_bytes(
            {
                "empty": b"",
                "text": b"not json",
                "half": good[: len(good) // 2],
                "other version": good.replace(b'"format": 1', b'"format": 9'),
            }[how]
        )
    snapshot = laptop.load()
    assert len(snapshot.bundles) == 3
    assert [b.edition.superseded_by for b in snapshot.editions(WESTSHIRE)] == [None, 2]
    assert len(snapshot.problems) == (0 if how == "lost" else 1)
    assert laptop.remembered() == before
    assert laptop.load().problems == ()
    with refused(Reason.CONFLICT):
        laptop.install(newer.bundle(edition=2, words="x"))


@pytest.mark.parametrize("part", ["roots", "register_list", "authorities"])
def test_a_memory_that_is_damaged_inside_locks_nothing(laptop: Laptop, world: World, part: str) -> None:
    laptop.install(world.bundle(edition=2))
    state = json.loads(laptop.state_file.read_text())
    if part == "roots":
        state["roots"].append("damaged")
    elif part == "register_list":
        state["register_list"] = "damaged"
    else:
        state["authorities"]["westshire"] = "damaged"
    laptop.state_file.write_text(json.dumps(state))
    assert laptop.installed() == ["westshire/procedures@2"]
    laptop.install(world.bundle(edition=3))
    with refused(Reason.ROLLBACK):
        laptop.install(world.bundle(edition=1))


def test_a_root_that_somebody_planted_into_the_memory_is_not_believed(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    attacker = World.new("attacker").with_next_root()
    state = json.loads(laptop.state_file.read_text())
    state["roots"].append(attacker.roots[1].decode())
    state["register_list"] = attacker.register.decode()
    state["authorities"] = {"westshire": attacker.signer_list("westshire").decode()}
    state["accepted"] = []
    laptop.state_file.write_text(json.dumps(state))
    bundle = attacker.bundle(edition=2).with_roots({1: world.roots[0], 2: attacker.roots[1]})
    with refused(Reason.SIGNATURE):
        laptop.install(bundle)
    assert laptop.installed() == ["westshire/procedures@1"]


def test_a_lost_memory_does_not_bring_a_withdrawn_key_back(laptop: Laptop, world: World) -> None:
    """The newest list of signers lies in another manual's bundle, which is looked at later."""
    laptop.install(world.bundle(WESTSHIRE_FOSTERING))
    newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new officer"))
    laptop.install(newer.bundle(WESTSHIRE))
    assert laptop.installed() == ["westshire/procedures@1"]
    laptop.state_file.unlink()
    assert laptop.installed() == ["westshire/procedures@1"]


def test_a_memory_that_cannot_be_written_is_a_problem_and_the_manuals_are_shown(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle())
    laptop.state_file.unlink()

    def full(*_: object) -> None:
        raise StorageError("Cannot write: read-only file system.")

    monkeypatch.setattr(LibraryStore, "save_trust", full)
    snapshot = laptop.load()
    assert len(snapshot.bundles) == 1
    assert "read-only" in snapshot.problems[0].message


# Row 45: interrupted at every step


def _fail(*_: object, **__: object) -> None:
    raise StorageError("Cannot write: No space left on device.")


def _steps() -> dict[str, Callable[[pytest.MonkeyPatch], None]]:
    def no_space(patch: pytest.MonkeyPatch, target: object, name: str) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        patch.setattr(target, name, fail)

    return {
        "stage": lambda patch: patch.setattr(LibraryStore, "stage", _fail),
        "keep": lambda patch: patch.setattr(LibraryStore, "keep", _fail),
        "save_trust": lambda patch: patch.setattr(LibraryStore, "save_trust", _fail),
        "fsync": lambda patch: no_space(patch, os, "fsync"),
        "replace": lambda patch: no_space(patch, Path, "replace"),
        "chmod": lambda patch: no_space(patch, Path, "chmod"),
    }


@pytest.mark.threat(45)
@pytest.mark.parametrize("step", list(_steps()))
@pytest.mark.parametrize("already", [(), (1,)], ids=["empty library", "with an edition"])
def test_a_full_disk_at_any_step_leaves_the_library_as_before(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch, step: str, already: tuple[int, ...]
) -> None:
    for edition in already:
        laptop.install(world.bundle(edition=edition))
    before, shown = laptop.files(), laptop.installed()
    file = laptop.deliver(world.bundle(edition=2))
    with monkeypatch.context() as full:
        _steps()[step](full)
        with pytest.raises(StorageError, match="No space left"):
            laptop.install(file)
    laptop.service().sweep()
    after = laptop.files()
    if not already and step == "keep":
        del after["trust-state.json"]  # a verified trust update is kept
    assert after == before
    snapshot = laptop.load()
    assert [f"{b.manual}@{b.edition.manifest.edition}" for b in snapshot.bundles] == shown
    assert snapshot.problems == ()
    laptop.install(file)
    assert laptop.installed()[0] == "westshire/procedures@2"


def test_a_memory_that_fails_at_its_second_write_does_not_leave_an_edition_that_nobody_remembers(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle has its place by then: it must be taken back, or be remembered at the next start."""
    laptop.install(world.bundle(edition=1))
    with monkeypatch.context() as full:
        full.setattr(LibraryStore, "save_trust", _fail)
        with pytest.raises(StorageError):
            laptop.install(world.bundle(edition=2))
    laptop.load()
    if "westshire/procedures@2" in laptop.installed():
        with refused(Reason.CONFLICT):
            laptop.install(world.bundle(edition=2, words="another text"))
        laptop.service().remove(WESTSHIRE, 2)
        with refused(Reason.ROLLBACK):
            laptop.install(world.bundle(edition=1, words="x"))
    else:
        laptop.install(world.bundle(edition=2, words="another text"))


def test_what_was_installed_and_not_yet_remembered_is_remembered_at_the_next_start(
    laptop: Laptop, world: World
) -> None:
    """A power cut between the two steps."""
    laptop.install(world.bundle(edition=1))
    before = laptop.state_file.read_bytes()
    laptop.install(world.bundle(edition=2))
    laptop.state_file.write_bytes(before)
    assert laptop.installed()[0] == "westshire/procedures@2"
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.floors[WESTSHIRE].edition == 2
    with refused(Reason.CONFLICT):
        laptop.install(world.bundle(edition=2, words="another text"))


def test_what_an_interrupted_installation_left_is_swept_away(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    (laptop.library_dir / ".install.abc.part").write_bytes(world.bundle(edition=2).pack()[:500])
    (laptop.library_dir / ".trust-state.json.abc.part").write_bytes(b"{")
    assert laptop.installed() == ["westshire/procedures@1"]
    laptop.service().sweep()
    assert laptop.files() == before


def test_stopping_an_installation_leaves_the_library_as_before(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle(edition=1))
    before = laptop.files()
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        laptop.service().install(laptop.deliver(world.bundle(edition=2)), token)
    assert laptop.files() == before
    with pytest.raises(CancelledError):
        laptop.service().load(token)


def test_a_copy_that_differs_from_what_was_looked_at_is_refused(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stick holds a good bundle while it is looked at, and another one while it is copied."""
    good = laptop.deliver(world.bundle())
    evil = (
        world.bundle().with_file("chapters/home-visits.html", b"evil").write(laptop.base_dir, "evil.manual")
    )
    real = LibraryStore.stage
    monkeypatch.setattr(LibraryStore, "stage", lambda store, _: real(store, evil))
    with refused(Reason.TAMPERED, "Home Visits"):
        laptop.install(good)
    assert "westshire/procedures/1.manual" not in laptop.files()


_KILLED = """
import os, sys
from datetime import date
from pathlib import Path
from reader.bundle.trust import TrustRoot
from reader.bundle.verifier import VerifiedBundle, Walked, walk_bundle
from reader.domain.cancel import CancelToken
from reader.domain.manual import Domain
from reader.services.library import LibraryService
from reader.store.library import LibraryStore

folder, file, root, calls = Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
events = {"open", "os.rename", "os.mkdir", "os.chmod", "os.remove", "tempfile.mkstemp"}
count = 0
def hook(event, arguments):
    global count
    if event in events and str(folder) in str(arguments):
        count += 1
        if count == calls:
            os.kill(os.getpid(), 9)
service = LibraryService(LibraryStore(folder), TrustRoot.parse(root.read_bytes()), Domain.PINNED, date.today)
sys.addaudithook(hook)
service.install(file, CancelToken())
print("done", flush=True)
"""


@pytest.mark.threat(45)
@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_a_kill_between_any_two_steps_leaves_the_old_library_or_the_new_one(
    tmp_path: Path, world: World
) -> None:
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])
    file = world.bundle(edition=2).write(tmp_path, "new.manual")
    children: list[tuple[Laptop, subprocess.Popen[str]]] = []
    results: list[int] = []

    def finish(laptop: Laptop, child: subprocess.Popen[str]) -> None:
        out, err = child.communicate()
        assert err == ""
        assert (child.returncode, out) in {(-signal.SIGKILL, ""), (0, "done\n")}
        results.append(child.returncode)
        laptop.service().sweep()
        snapshot = laptop.load()
        assert snapshot.problems == ()
        shown = [b.edition.manifest.edition for b in snapshot.bundles]
        assert shown in ([1], [2, 1])
        assert set(laptop.files()) == {
            "trust-state.json",
            *(f"westshire/procedures/{edition}.manual" for edition in shown),
        }
        laptop.install(file)
        assert laptop.installed() == ["westshire/procedures@2", "westshire/procedures@1"]

    for calls in (2, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 24, 200):
        laptop = Laptop(tmp_path / str(calls), world.trust_root)
        laptop.install(world.bundle(edition=1))
        command = [sys.executable, "-c", _KILLED, str(laptop.library_dir), str(file), str(root), str(calls)]
        children.append(
            (laptop, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        )
        if len(children) == 3:
            finish(*children.pop(0))
    for laptop, child in children:
        finish(laptop, child)
    assert results.count(-signal.SIGKILL) >= 8
    assert results[-1] == 0


# Row 46: two at once


def _install_in_child(folder: Path, root: bytes, file: Path, barrier: object, results: object) -> None:
    laptop = Laptop(folder, TrustRoot.parse(root))
    service = laptop.service()
    service.load(CancelToken())
    barrier.wait()  # type: ignore[attr-defined]
    try:
        service.install(file, CancelToken())
        results.put("done")  # type: ignore[attr-defined]
    except (BundleRefusedError, StorageError) as error:
        results.put(str(error))  # type: ignore[attr-defined]


def _at_once(laptop: Laptop, world: World, bundles: list[SignedBundle]) -> list[str]:
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(len(bundles)), context.Queue()
    files = [bundle.write(laptop.base_dir, f"{n}.manual") for n, bundle in enumerate(bundles)]
    children = [
        context.Process(
            target=_install_in_child, args=(laptop.base_dir, world.roots[0], file, barrier, results)
        )
        for file in files
    ]
    for child in children:
        child.start()
    answers = [results.get(timeout=60) for _ in children]
    for child in children:
        child.join()
    results.close()
    results.join_thread()
    return answers


@pytest.mark.threat(46)
def test_two_programs_install_different_manuals_at_once_and_both_are_remembered(
    laptop: Laptop, world: World
) -> None:
    answers = _at_once(laptop, world, [world.bundle(), world.bundle(EASTSHIRE, edition=4)])
    assert answers == ["done", "done"]
    assert laptop.installed() == ["eastshire/procedures@4", "westshire/procedures@1"]
    remembered = laptop.remembered()
    assert remembered is not None
    assert set(remembered.floors) == {WESTSHIRE, EASTSHIRE}


@pytest.mark.threat(46)
def test_two_programs_install_two_texts_of_one_edition_at_once_and_one_wins(
    laptop: Laptop, world: World
) -> None:
    answers = _at_once(laptop, world, [world.bundle(), world.bundle(words="another text")])
    assert sorted(answer == "done" for answer in answers) == [False, True]
    (refusal,) = (answer for answer in answers if answer != "done")
    assert "Another text was already signed" in refusal
    assert laptop.load().problems == ()
    assert laptop.installed() == ["westshire/procedures@1"]


def test_a_program_that_has_been_open_for_long_does_not_forget_what_another_one_remembered(
    laptop: Laptop, world: World
) -> None:
    window = laptop.service()
    window.load(CancelToken())
    newer = world.with_officers(WESTSHIRE_FOSTERING, Team.new("new officer"))
    laptop.install(newer.bundle(WESTSHIRE, edition=7))  # by the command line, say
    window.install(laptop.deliver(world.bundle(EASTSHIRE)), CancelToken())
    remembered = laptop.remembered()
    assert remembered is not None
    assert remembered.floors[WESTSHIRE].edition == 7
    assert remembered.authorities["westshire"] == newer.signer_list("westshire")
    with refused(Reason.ROLLBACK):
        window.install(laptop.deliver(world.bundle(edition=6)), CancelToken())
    with refused(Reason.SIGNATURE):
        window.install(laptop.deliver(world.bundle(WESTSHIRE_FOSTERING)), CancelToken())


def test_a_library_that_another_program_holds_is_said_so(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_LOCK_SECONDS", 0.01)
    with laptop.store.locked(), pytest.raises(StorageError, match="Another program"):
        laptop.install(world.bundle())
    assert laptop.files() == {}


# What happens to installed files


def _three(laptop: Laptop, world: World) -> None:
    for manual in (WESTSHIRE, EASTSHIRE, WESTSHIRE_FOSTERING):
        laptop.install(world.bundle(manual))


def test_a_removed_file_is_simply_gone(laptop: Laptop, world: World) -> None:
    _three(laptop, world)
    (laptop.library_dir / "eastshire" / "procedures" / "1.manual").unlink()
    assert laptop.load().problems == ()
    assert laptop.installed() == ["westshire/fostering@1", "westshire/procedures@1"]


@pytest.mark.parametrize(
    "how", ["cut", "empty", "text", "flipped", "other manual", "other edition", "folder"]
)
def test_an_installed_file_that_changed_is_a_problem_and_the_rest_is_shown(
    laptop: Laptop, world: World, how: str
) -> None:
    _three(laptop, world)
    file = laptop.library_dir / "eastshire" / "procedures" / "1.manual"
    data = file.read_bytes()
    if how == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(
            {
                "cut": data[:-200],
                "empty": b"",
                "text": b"hello",
                "flipped": data.replace(b'"review_by": "2027', b'"review_by": "2029'),
                "other manual": world.bundle(WESTSHIRE).pack(),
                "other edition": world.bundle(EASTSHIRE, edition=2).pack(),
            }[how]
        )
    snapshot = laptop.load()
    assert [str(b.manual) for b in snapshot.bundles] == ["westshire/fostering", "westshire/procedures"]
    assert [problem.file for problem in snapshot.problems] == [file]
    if how != "folder":
        laptop.install(world.bundle(EASTSHIRE))
        assert laptop.load().problems == ()


def test_a_chapter_that_changed_on_the_disk_is_refused_when_it_is_shown_and_the_others_are_not(
    laptop: Laptop, world: World
) -> None:
    laptop.install(world.bundle())
    file = laptop.library_dir / "westshire" / "procedures" / "1.manual"
    file.write_bytes(file.read_bytes().replace(b"what the child said", b"what the child hid!"))
    snapshot = laptop.load()
    pages = page_service()
    with refused(Reason.TAMPERED, "Home Visits"):
        pages.page(snapshot, Location(WESTSHIRE, "home-visits"))
    assert "Notify the team" in pages.page(snapshot, Location(WESTSHIRE, "private-fostering")).html
    with refused(Reason.TAMPERED):
        laptop.verify(file)


def test_pictures_come_from_the_manuals_own_media_only(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    laptop.install(world.bundle(EASTSHIRE))
    pages = page_service()
    snapshot = laptop.load()
    assert pages.media(snapshot, WESTSHIRE, None, "westshire/procedures/media/flow.png").startswith(
        b"\x89PNG"
    )
    for target in (
        "eastshire/procedures/media/flow.png",
        "westshire/procedures/chapters/home-visits.html",
        "../x",
        "",
    ):
        with pytest.raises(NotFoundError):
            pages.media(snapshot, WESTSHIRE, None, target)
    with refused(Reason.MISSING):
        pages.media(snapshot, WESTSHIRE, None, "westshire/procedures/media/none.png")


@pytest.mark.threat(40, 41, 42)
def test_a_signed_chapter_with_a_script_is_shown_without_it(laptop: Laptop, world: World) -> None:
    hostile = (
        b"<h1>Home</h1><script>alert(1)</script><p onclick='x'>Text</p><img src='file:///etc/passwd'>"
        b"<img src='http://evil.example/x.png'><a href='javascript:alert(1)'>link</a><iframe src='x'></iframe>"
    )
    laptop.install(world.bundle().with_signed_file("chapters/home-visits.html", hostile))
    page = page_service().page(laptop.load(), Location(WESTSHIRE, "home-visits"))
    assert "Text" in page.html
    for trace in ("script", "onclick", "file:", "http:", "javascript", "iframe"):
        assert trace not in page.html


@pytest.mark.threat(44)
def test_a_signed_chapter_that_is_too_complex_is_replaced_by_the_reason_and_the_rest_is_readable(
    laptop: Laptop, world: World
) -> None:
    table = b"<table><tbody>" + b"<tr><td>a</td><td>b</td></tr>" * 5_000 + b"</tbody></table>"
    laptop.install(world.bundle().with_signed_file("chapters/home-visits.html", table))
    pages = page_service()
    page = pages.page(laptop.load(), Location(WESTSHIRE, "home-visits"))
    assert "too complex to be shown safely" in page.html
    assert "<td>" not in page.html
    assert page.strip.authority == "Westshire Council"
    assert "Notify" in pages.page(laptop.load(), Location(WESTSHIRE, "private-fostering")).html


def test_titles_and_notes_are_escaped_on_pages(laptop: Laptop, world: World) -> None:
    bundle = world.bundle(manifest={"title": "<b>Manual</b>", "note": "<img src='file:///x'>"}).with_contents(
        lambda contents: contents["entries"][0]["entries"][3].update(title="<i>Missing</i>")
    )
    laptop.install(bundle)
    pages = page_service()
    cover = pages.page(laptop.load(), Location(WESTSHIRE)).html
    listed = pages.page(laptop.load(), Location(WESTSHIRE, "missing-children")).html
    for html in (cover, listed):
        assert "<i>" not in html
        assert "<img" not in html
    assert "&lt;b&gt;Manual" in cover
    assert "&lt;i&gt;Missing" in listed


# The checks are really needed


def test_without_the_floor_an_older_edition_would_be_installed(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle(edition=2))
    monkeypatch.setattr("reader.services.library.walk_bundle", _forgetful)
    laptop.install(world.bundle(edition=1))
    assert "westshire/procedures@1" in laptop.installed()


def _forgetful(file: Path, state: TrustState) -> Walked:
    walked = walk_bundle(file, state)
    return replace(walked, state=replace(walked.state, floors={}))


def test_without_a_look_at_the_copy_a_changed_one_would_be_kept(
    laptop: Laptop, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = world.bundle().with_file("chapters/home-visits.html", b"evil")
    monkeypatch.setattr(VerifiedBundle, "check_all", lambda *_: None)
    with pytest.raises(BundleRefusedError):
        laptop.install(bundle).read("westshire/procedures/chapters/home-visits.html")
