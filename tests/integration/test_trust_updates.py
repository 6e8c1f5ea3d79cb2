"""Trust updates: what IT deploys alone, without any content, and what it does to the library."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reader.bundle import names
from reader.bundle.container import pack
from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, Reason, StorageError
from reader.domain.location import Location
from tests.support.laptops import Laptop, page_service
from tests.support.opening import refused
from tests.support.worlds import (
    EASTSHIRE,
    WESTSHIRE,
    Team,
    World,
    edited,
    resigned,
    root_signed,
    sign,
    write_update,
)


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def laptop(tmp_path: Path, world: World) -> Laptop:
    return Laptop(tmp_path / "laptop", world.trust_root)


def test_a_trust_update_withdraws_a_key_without_any_content(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle())
    laptop.install(world.bundle(EASTSHIRE))
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer.update(tmp_path, "westshire"))
    assert laptop.installed() == ["eastshire/procedures@1"], (
        "what the withdrawn key signed is not shown any more"
    )
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle(edition=2))
    laptop.install(newer.bundle(edition=1, words="signed anew"))
    assert laptop.installed() == ["eastshire/procedures@1", "westshire/procedures@1"]


def test_a_trust_update_brings_a_new_root_a_register_and_several_lists(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle())
    newer = (
        world.with_next_root(registrar=Team.new("second registrar"))
        .with_lead("westshire", Team.new("second lead"))
        .with_officers(EASTSHIRE, Team.new("second officer"))
    )
    report = laptop.service().update_trust(newer.update(tmp_path, "westshire", "eastshire"))
    assert (report.pin_version, report.root.version) == (1, 2)
    assert [authority.authority for authority in report.authorities] == ["eastshire", "westshire"]
    state = laptop.remembered()
    assert state is not None
    assert len(state.roots) == 2
    assert set(state.authorities) == {"westshire", "eastshire"}
    laptop.install(newer.bundle(EASTSHIRE))
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle(EASTSHIRE, edition=2))


def test_an_older_trust_update_changes_nothing(laptop: Laptop, world: World, tmp_path: Path) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer.update(tmp_path, "westshire"))
    before = laptop.remembered()
    laptop.service().update_trust(world.update(tmp_path, "westshire", name="old.trust"))
    assert laptop.remembered() == before


def test_a_trust_update_does_not_need_anything_installed_and_outlives_a_restart(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer.update(tmp_path, "westshire"))
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle())


def _bad_updates(folder: Path, world: World) -> dict[str, tuple[Path, Reason]]:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    stranger = World.new("strangers")
    good = {names.root_name(1): world.roots[0], names.REGISTER_NAME: world.register}
    west = {names.authority_role_name("westshire"): newer.signer_list("westshire")}
    unsigned = edited(newer.signer_list("westshire"), lambda file: file.update(signatures=[]))
    by_officer = sign(newer.signer_list_payload("westshire"), Team.new("nobody").signers)
    other_text = resigned(
        world.signer_list("westshire"),
        lambda signed: signed.update(expires="2031-01-01T00:00:00Z"),
        world.leads["westshire"].signers,
    )
    one_signs = sign(root_signed(2, world.root, world.registrar), world.root.only(0))
    chapter = {f"content/{WESTSHIRE}/chapters/home-visits.html": b"<p>x</p>"}
    role = {names.manual_role_name(WESTSHIRE): world.bundle().role_bytes}
    unknown = {names.authority_role_name("northshire"): world.signer_list("westshire")}
    list_name = names.authority_role_name("westshire")

    def made(name: str, members: dict[str, bytes]) -> Path:
        return write_update(folder, members, f"{name}.trust")

    raw = made("whole", {**good, **west}).read_bytes()
    (folder / "cut.trust").write_bytes(raw[:-30])
    (folder / "text.trust").write_bytes(b"hello")
    (folder / "manual.trust").write_bytes(world.bundle().pack())
    return {
        "unsigned list": (made("a", {**good, list_name: unsigned}), Reason.SIGNATURE),
        "list signed by nobody": (made("b", {**good, list_name: by_officer}), Reason.SIGNATURE),
        "another text of one version": (made("c", {**good, list_name: other_text}), Reason.CONFLICT),
        "root signed by one": (made("d", {**good, names.root_name(2): one_signs}), Reason.SIGNATURE),
        "another domain": (stranger.update(folder, "westshire", name="e.trust"), Reason.SIGNATURE),
        "holds a chapter": (made("f", {**good, **chapter}), Reason.SHAPE),
        "holds an edition": (made("g", {**good, **west, **role}), Reason.SHAPE),
        "no register": (made("h", west), Reason.SHAPE),
        "authority that is not on the register": (made("i", {**good, **unknown}), Reason.NOT_DELEGATED),
        "reserved name": (made("j", {**good, "trust/snapshot.json": world.register}), Reason.SHAPE),
        "cut short": (folder / "cut.trust", Reason.DAMAGED),
        "no update at all": (folder / "text.trust", Reason.NOT_A_BUNDLE),
        "a manual": (folder / "manual.trust", Reason.NOT_A_BUNDLE),
    }


@pytest.mark.parametrize(
    "name",
    [
        "unsigned list",
        "list signed by nobody",
        "another text of one version",
        "root signed by one",
        "another domain",
        "holds a chapter",
        "holds an edition",
        "no register",
        "authority that is not on the register",
        "reserved name",
        "cut short",
        "no update at all",
        "a manual",
    ],
)
def test_a_bad_trust_update_is_refused_and_changes_nothing(
    laptop: Laptop, world: World, tmp_path: Path, name: str
) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    file, reason = _bad_updates(tmp_path / "updates", world)[name]
    with refused(reason):
        laptop.service().update_trust(file)
    assert laptop.files() == before
    deployed = laptop.with_deployed(file)
    snapshot = deployed.load()
    assert [bundle.manual for bundle in snapshot.bundles] == [WESTSHIRE], (
        "a bad one that is deployed stops nothing"
    )
    assert [(problem.file, problem.code) for problem in snapshot.problems] == [(file, reason.value)]


def test_a_trust_update_is_no_manual(laptop: Laptop, world: World, tmp_path: Path) -> None:
    with refused(Reason.NOT_A_BUNDLE, "is a trust update"):
        laptop.install(world.update(tmp_path, "westshire"))


def test_every_byte_of_a_trust_update_counts(laptop: Laptop, world: World, tmp_path: Path) -> None:
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    raw = newer.update(tmp_path, "westshire").read_bytes()
    file = tmp_path / "flipped.trust"
    service = laptop.service()
    for position in range(0, len(raw), 7):
        file.write_bytes(raw[:position] + bytes([raw[position] ^ 0x41]) + raw[position + 1 :])
        with pytest.raises(BundleRefusedError):
            service.update_trust(file)
    assert laptop.remembered() is None


def test_an_update_without_a_pin_offers_its_fingerprint_to_it(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    with refused(Reason.NO_TRUST_ROOT, world.trust_root.fingerprint):
        laptop.pinned(None).service().update_trust(world.update(tmp_path, "westshire"))


def test_updates_that_it_deployed_beside_the_pin_count_at_every_start(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle())
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    deployed = laptop.with_deployed(newer.update(tmp_path, "westshire"))
    assert deployed.installed() == []
    with refused(Reason.SIGNATURE):
        deployed.install(world.bundle(edition=2))
    assert laptop.installed() == [], "what was deployed once is remembered"


def test_an_authority_that_was_struck_off_is_not_shown_any_more(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle())
    laptop.install(world.bundle(EASTSHIRE))
    leads = {name: team for name, team in world.leads.items() if name != "westshire"}
    newer = replace(world, leads=leads, register_version=2)
    laptop.service().update_trust(newer.update(tmp_path))
    snapshot = laptop.load()
    assert [bundle.manual for bundle in snapshot.bundles] == [EASTSHIRE]
    assert "not on the register" in snapshot.problems[0].message


def test_an_old_trust_update_that_names_an_authority_that_has_left_does_no_harm(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle())
    old = world.update(tmp_path, "westshire", "eastshire", name="a-old.trust")
    leads = {name: team for name, team in world.leads.items() if name != "eastshire"}
    newer = replace(world, leads=leads, register_version=2).update(tmp_path, "westshire", name="b-new.trust")
    deployed = laptop.with_deployed(old, newer)
    assert deployed.load().problems == ()
    before = laptop.remembered()
    assert deployed.load().problems == (), "the old one comes first again, on top of what the newer one said"
    laptop.service().update_trust(old)
    assert laptop.remembered() == before


def test_what_was_learnt_under_a_root_is_not_forgotten_while_another_one_is_set(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    laptop.install(world.bundle(edition=2))
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer.update(tmp_path, "westshire"))
    learnt = laptop.remembered()
    other_world = World.new("elsewhere")
    other = laptop.pinned(other_world.trust_root)
    other.install(other_world.bundle(EASTSHIRE))
    assert laptop.remembered() != learnt
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle(edition=3))
    assert laptop.installed() == []
    laptop.service().update_trust(newer.update(tmp_path, "westshire", "eastshire"))
    assert laptop.remembered() != learnt
    assert other.installed() == [f"{EASTSHIRE}@1"]


def test_a_failing_disk_leaves_what_is_remembered(
    laptop: Laptop, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.install(world.bundle())
    before = laptop.files()
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(StorageError, match="No space left"):
            laptop.service().update_trust(newer.update(tmp_path, "westshire"))
    assert laptop.files() == before


# The log of decisions


def test_every_decision_is_taken_down_with_its_code(laptop: Laptop, world: World, tmp_path: Path) -> None:
    laptop.install(world.bundle())
    with refused(Reason.SIGNATURE):
        laptop.verify(world.bundle(edition=2).signed_by())
    laptop.load()
    laptop.service().update_trust(world.update(tmp_path, "westshire"))
    laptop.service().remove(WESTSHIRE, 1)
    rows = [
        (row["act"], row["code"], row["file"], row["manual"], row["edition"]) for row in laptop.decisions()
    ]
    west = "westshire/procedures"
    assert rows == [
        ("install", "accepted", "delivered.manual", west, 1),
        ("verify", "signature", "delivered.manual", None, None),
        ("load", "accepted", "1.manual", west, 1),
        ("trust-update", "accepted", "news.trust", None, None),
        ("remove", "accepted", "1.manual", west, 1),
    ]


def test_the_log_names_no_folder_and_holds_no_word_of_a_manual(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    with refused(Reason.TAMPERED):
        laptop.install(
            world.bundle(edition=2).with_file("chapters/home-visits.html", b"<p>Leave the child</p>")
        )
    file = laptop.library_dir / "westshire" / "procedures" / "1.manual"
    file.write_bytes(b"broken")
    laptop.load()
    text = laptop.log_file.read_text("utf-8")
    assert str(laptop.base_dir) not in text
    assert "child" not in text
    assert [row["code"] for row in laptop.decisions()] == ["accepted", "tampered", "not-a-bundle"]


def test_a_part_that_is_not_shown_is_taken_down(laptop: Laptop, world: World) -> None:
    deep = b"<table><tr><td>" * 12 + b"x"
    laptop.install(world.bundle().with_signed_file("chapters/private-fostering.html", deep))
    file = laptop.library_dir / "westshire" / "procedures" / "1.manual"
    service = laptop.service()
    snapshot = service.load(CancelToken())
    file.write_bytes(file.read_bytes().replace(b"See every child alone", b"See every adult alone"))
    pages = page_service(service.read_refused)
    pages.page(snapshot, Location(WESTSHIRE, "private-fostering"))
    with refused(Reason.TAMPERED):
        pages.page(snapshot, Location(WESTSHIRE, "home-visits"))
    rows = [(row["act"], row["code"], row["edition"]) for row in laptop.decisions() if row["act"] == "read"]
    assert rows == [("read", "chapter-too-complex", 1), ("read", "tampered", 1)]


def test_a_load_is_taken_down_once_while_the_program_runs(laptop: Laptop, world: World) -> None:
    laptop.install(world.bundle())
    service = laptop.service()
    for _ in range(3):
        service.load(CancelToken())
    assert [row["act"] for row in laptop.decisions()] == ["install", "load"]


def test_a_log_that_cannot_be_written_stops_nothing(laptop: Laptop, world: World) -> None:
    laptop.log_file.parent.parent.mkdir(parents=True)
    laptop.log_file.parent.write_text("a file where the folder should be", encoding="ascii")
    laptop.install(world.bundle())
    assert laptop.installed() == ["westshire/procedures@1"]


def test_the_log_does_not_grow_without_end(laptop: Laptop, world: World) -> None:
    laptop.log_file.parent.mkdir(parents=True)
    laptop.log_file.write_bytes(b"x" * 1024 * 1024)
    laptop.install(world.bundle())
    assert laptop.log_file.stat().st_size < 1000
    assert (laptop.log_file.parent / "decisions.jsonl.1").stat().st_size == 1024 * 1024


def test_a_trust_update_cannot_carry_an_executable_name(tmp_path: Path) -> None:
    with refused(Reason.BAD_NAME):
        pack({"trust/../evil.json": b""}, names.UPDATE_MIMETYPE)


def test_an_older_register_does_not_keep_a_newer_list_beside_it_from_counting(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    newer_register = replace(world, register_version=2)
    laptop.service().update_trust(newer_register.update(tmp_path, "eastshire", name="register.trust"))
    newer_list = world.with_officers(WESTSHIRE, Team.new("new officer"))
    laptop.service().update_trust(newer_list.update(tmp_path, "westshire", name="list.trust"))
    with refused(Reason.SIGNATURE):
        laptop.install(world.bundle())
    laptop.install(newer_list.bundle())


def test_each_of_several_roots_finds_its_own_memory_again(
    laptop: Laptop, world: World, tmp_path: Path
) -> None:
    worlds = [world, World.new("strangers"), World.new("others")]
    for number, one in enumerate(worlds):
        newer = one.with_officers(WESTSHIRE, Team.new("new officer"))
        update = newer.update(tmp_path, "westshire", name=f"{number}.trust")
        laptop.pinned(one.trust_root).service().update_trust(update)
    for one in worlds:
        with refused(Reason.SIGNATURE):
            laptop.pinned(one.trust_root).install(one.bundle())
