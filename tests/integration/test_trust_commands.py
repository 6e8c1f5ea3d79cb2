"""`procedures trust`: what IT sees and sets. The machine's pin wins over everything."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from reader.services.trust import may_be_changed_by_anybody
from reader.store import places
from tests.support.terminals import Terminal
from tests.support.worlds import EASTSHIRE, WESTSHIRE, Team, World


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda *_, **__: str(tmp_path / "etc"))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    return Terminal(tmp_path)


@pytest.fixture
def world() -> World:
    return World.new()


def _root(world: World, folder: Path, name: str = "root.json") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(world.roots[0])
    return file


def _deploy(world: World) -> Path:
    """IT sets the pin for everybody."""
    return _root(world, places.machine_pin_file().parent)


def test_a_root_is_set_when_its_fingerprint_is_the_one_that_was_read_out(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    file = _root(world, tmp_path / "given")
    wrong = terminal.run("trust", "pin", file, "--fingerprint", "0" * 64)
    assert wrong.code == 1
    assert "do not use this file" in wrong.err
    assert not places.person_pin_file().exists()
    done = terminal.run("trust", "pin", file, "--fingerprint", world.trust_root.fingerprint.upper())
    assert done.code == 0, done.err
    assert places.person_pin_file().read_bytes() == world.roots[0]
    assert terminal.run("install", world.bundle().write(tmp_path)).code == 0


def test_a_root_is_not_set_without_an_answer(terminal: Terminal, world: World, tmp_path: Path) -> None:
    file = _root(world, tmp_path / "given")
    asked = terminal.spawn("trust", "pin", file, stdin="n\n")
    assert asked.code == 1
    assert world.trust_root.fingerprint in asked.out
    assert "Nothing was set" in asked.err


@pytest.mark.parametrize("content", [b"", b"{}", b"hello", None], ids=["empty", "json", "text", "no file"])
def test_what_is_no_root_is_not_set(terminal: Terminal, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "root.json"
    if content is not None:
        file.write_bytes(content)
    answer = terminal.run("trust", "pin", file, "--fingerprint", "0" * 64)
    assert answer.code == 1
    assert str(file) in answer.err
    assert not places.person_pin_file().exists()


def test_a_root_that_its_own_keys_did_not_sign_is_not_set(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    value = json.loads(world.roots[0])
    value["signatures"] = value["signatures"][:1]
    file = tmp_path / "root.json"
    file.write_text(json.dumps(value, indent=1, sort_keys=True, separators=(",", ": ")) + "\n", "ascii")
    answer = terminal.run("trust", "pin", file, "--fingerprint", "0" * 64)
    assert answer.code == 1
    assert "not signed by its own keys" in answer.err


def test_the_pin_of_the_machine_wins_over_the_persons_and_over_the_option(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    stranger = World.new("strangers")
    own = _root(stranger, places.person_pin_file().parent)
    bundle = stranger.bundle().write(tmp_path, "stranger.manual")
    assert terminal.run("verify", bundle).code == 0, "without a pin of the machine the person's own counts"
    _deploy(world)
    assert terminal.run("verify", bundle).code == 1
    refused = terminal.run("--trust", own, "verify", bundle)
    assert refused.code == 1
    assert "IT has set the trust root" in refused.err
    assert (
        terminal.run(
            "--trust", _root(world, tmp_path / "same"), "verify", world.bundle().write(tmp_path)
        ).code
        == 0
    )
    answer = terminal.run("trust", "pin", own, "--fingerprint", stranger.trust_root.fingerprint)
    assert answer.code == 1
    assert "ask IT" in answer.err


def test_a_machines_pin_that_is_damaged_does_not_give_way_to_the_persons_own(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    _root(world, places.person_pin_file().parent)
    _deploy(world).write_bytes(b"{}")
    answer = terminal.run("verify", world.bundle().write(tmp_path))
    assert answer.code == 1
    assert "etc" in answer.err


def test_it_sets_the_root_for_everybody(terminal: Terminal, world: World, tmp_path: Path) -> None:
    file = _root(world, tmp_path / "given")
    answer = terminal.run("trust", "pin", file, "--machine", "--fingerprint", world.trust_root.fingerprint)
    assert answer.code == 0, answer.err
    assert places.machine_pin_file().read_bytes() == world.roots[0]


def test_updates_beside_the_machines_pin_count_without_a_command(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    pin = _deploy(world)
    assert terminal.run("install", world.bundle().write(tmp_path)).code == 0
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    newer.update(pin.parent, "westshire", name="2026-03.trust")
    listed = terminal.run("list")
    assert "does not carry the signatures" in listed.err
    shown = terminal.run("trust", "show")
    assert "2026-03.trust" in shown.out
    assert "new officer 1" in shown.out


def test_what_a_laptop_trusts_is_shown(terminal: Terminal, world: World, tmp_path: Path) -> None:
    nothing = terminal.run("trust", "show")
    assert nothing.code == 0
    assert "No trust root is set" in nothing.out
    assert terminal.run("trust", "show", "--json").json["pin"] is None
    pin = _deploy(world)
    assert "No register is known yet" in terminal.run("trust", "show").out
    newer = world.with_next_root()
    assert terminal.run("install", newer.bundle(edition=3).write(tmp_path)).code == 0
    shown = terminal.run("trust", "show").out
    for words in (
        str(pin),
        "set by IT for this computer",
        world.trust_root.fingerprint,
        "Newest root that follows from it: version 2",
        "westshire, led by shires lead of westshire 1",
        "westshire/procedures: 1 of 1 must sign (shires officer of westshire/procedures 1), newest edition seen: 3",
        "no list of its signers is known yet",
    ):
        assert words in shown
    row = terminal.run("trust", "show", "--json").json
    assert row["pin"]["is_machine_wide"]
    assert row["root"]["version"] == 2
    assert [authority["authority"] for authority in row["authorities"]] == ["eastshire", "westshire"]


@pytest.fixture
def anybody() -> Iterator[Path]:
    """A folder that everybody may look into, and a process that is nobody in particular."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        os.seteuid(0)


def test_a_pin_that_the_person_can_change_is_warned_of(anybody: Path, world: World) -> None:
    file = _root(world, anybody / "trust")
    pin = places.Pin(file, is_machine_wide=True)
    assert not may_be_changed_by_anybody(pin), "an administrator may change it"
    os.seteuid(65534)
    assert not may_be_changed_by_anybody(pin), "it lies as it should"
    os.seteuid(0)
    file.chmod(0o666)
    os.seteuid(65534)
    assert may_be_changed_by_anybody(pin)
    assert not may_be_changed_by_anybody(places.Pin(file, is_machine_wide=False)), (
        "their own is theirs to change"
    )


def test_a_pin_in_a_folder_that_the_person_can_write_into_is_warned_of(anybody: Path, world: World) -> None:
    file = _root(world, anybody / "trust")
    file.parent.chmod(0o777)
    os.seteuid(65534)
    assert may_be_changed_by_anybody(places.Pin(file, is_machine_wide=True))
    assert [found.name for found in file.parent.iterdir()] == ["root.json"], (
        "trying it out leaves nothing behind"
    )


def test_the_warning_is_shown(terminal: Terminal, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _deploy(world)
    monkeypatch.setattr("reader.cli.trust.may_be_changed_by_anybody", lambda _: True)
    assert "you can change this file" in terminal.run("trust", "show").out
    assert terminal.run("trust", "show", "--json").json["pin"]["is_writable"]


def test_a_bad_update_among_good_ones_is_said_and_the_others_are_taken_in(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    _deploy(world)
    bad = tmp_path / "bad.trust"
    bad.write_bytes(b"hello")
    newer = world.with_officers(EASTSHIRE, Team.new("new officer"))
    good = newer.update(tmp_path, "eastshire")
    answer = terminal.run("trust", "update", bad, good, "--json")
    assert answer.code == 1
    assert [(row["ok"], row["reason"]) for row in answer.json["files"]] == [
        (False, "not-a-bundle"),
        (True, None),
    ]
    assert "new officer 1" in terminal.run("trust", "show").out


def test_what_was_set_and_refused_stands_in_the_log(terminal: Terminal, world: World, tmp_path: Path) -> None:
    file = _root(world, tmp_path / "given")
    for fingerprint in ("0" * 64, world.trust_root.fingerprint):
        terminal.run("--library", tmp_path / "laptop", "trust", "pin", file, "--fingerprint", fingerprint)
    log = places.Places(tmp_path / "laptop").decision_log_file
    rows = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    assert [(row["act"], row["code"], row["file"]) for row in rows] == [
        ("pin", "failed", "root.json"),
        ("pin", "accepted", "root.json"),
    ]


def test_the_sample_library_is_shown_for_what_it_is(terminal: Terminal) -> None:
    assert "of the sample library" in terminal.run("--sample", "trust", "show").out
