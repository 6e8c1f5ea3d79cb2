"""`procedures machine`, `update`, `remove` and `doctor`: what IT does on the computers that it looks after."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import platformdirs
import pytest

from reader.store import places
from tests.support.terminals import Terminal
from tests.support.worlds import EASTSHIRE, World


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda *_, **__: str(tmp_path / "etc"))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "config"))
    return Terminal(tmp_path)


@pytest.fixture
def world() -> World:
    found = World.new()
    file = places.machine_pin_file()
    file.parent.mkdir(parents=True)
    file.write_bytes(found.roots[0])
    return found


@pytest.fixture(autouse=True)
def not_the_administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root: whoever can change the trust root is then nobody to be warned of."""
    monkeypatch.setattr("reader.services.doctor.may_be_changed_by_anybody", lambda _: False)


def settle(text: str) -> Path:
    """IT writes the settings of the computer."""
    file = places.machine_settings_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def verdicts(report: dict[str, list[dict[str, object]]], section: str) -> list[tuple[str, str]]:
    [found] = [one for one in report["sections"] if one["name"] == section]
    findings = found["findings"]
    assert isinstance(findings, list)
    return [(finding["verdict"], finding["text"]) for finding in findings]


# The settings of the computer


def test_the_template_is_a_file_that_can_be_used(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "machine.toml"
    file.write_text(terminal.run("machine", "template").out, encoding="utf-8")
    answer = terminal.run("machine", "check", file, "--json")
    assert answer.code == 0, answer.err
    assert answer.json["problem"] is None
    assert set(answer.json["allowed"].values()) == {True}


def test_the_schema_is_json(terminal: Terminal) -> None:
    assert terminal.run("machine", "schema").json["properties"].keys() >= {"trust", "bundles", "paper"}


def test_a_mistake_in_the_settings_is_named(terminal: Terminal, tmp_path: Path) -> None:
    file = settle("format = 1\n[paper]\nprnt = false\n")
    for arguments in (("machine", "check"), ("machine", "check", file)):
        answer = terminal.run(*arguments)
        assert answer.code == 1
        assert "there is no setting paper.prnt" in answer.err
    shown = terminal.run("machine", "show", "--json")
    assert shown.code == 0
    assert set(shown.json["allowed"].values()) == {False}
    assert terminal.run("machine", "check", tmp_path / "none.toml").code == 1


def test_without_settings_it_is_shown_where_they_belong(terminal: Terminal) -> None:
    answer = terminal.run("machine", "show")
    assert f"File: {places.machine_settings_file()} (not there)" in answer.out
    assert "People may print: yes" in answer.out


def test_a_root_with_another_fingerprint_is_refused(terminal: Terminal, world: World, tmp_path: Path) -> None:
    file = world.bundle().write(tmp_path)
    settle(f'format = 1\n[trust]\nfingerprint = "{"0" * 64}"\n')
    answer = terminal.run("install", file)
    assert answer.code == 1
    assert "asks for another trust root" in answer.err
    settle(f'format = 1\n[trust]\nfingerprint = "{world.trust_root.fingerprint}"\n')
    assert terminal.run("install", file).code == 0


@pytest.mark.parametrize(
    "switched_off",
    [
        ("[exports]\nfiles = false", ("bookmarks", "export", "b.json"), "exporting files off"),
        ("[exports]\nfiles = false", ("search", "visit", "--export", "hits.csv"), "exporting files off"),
        ("[exports]\nfiles = false", ("coverage", "--export", "c.csv"), "exporting files off"),
        ("[exports]\nfiles = false", ("corrections", "export", "c.json"), "exporting files off"),
        ("[exports]\nfiles = false", ("changes", "westshire", "--html", "c.html"), "exporting files off"),
        (
            "[exports]\nfiles = false",
            ("compare", "westshire", "home-visits", "--edition", "1", "--html", "c.html"),
            "exporting files off",
        ),
        ("[exports]\nfiles = false", ("reading-list", "save", "x", "x.readinglist"), "exporting files off"),
        ("[paper]\npdf = false", ("print", "westshire", "home-visits", "--pdf", "p.pdf"), "as PDF off"),
        ("[paper]\npdf = false", ("reading-list", "print", "x", "--pdf", "p.pdf"), "as PDF off"),
        (
            "[paper]\ncourt_extracts = false",
            ("extract", "westshire:home-visits", "--out", "e.pdf"),
            "extracts off",
        ),
        ('[bundles]\nwho_may_remove = "it"', ("remove", "westshire", "--edition", "1"), "ask IT to remove"),
    ],
)
def test_what_it_has_switched_off_says_so(
    terminal: Terminal,
    world: World,
    tmp_path: Path,
    switched_off: tuple[str, tuple[str, ...], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings, arguments, refusal = switched_off
    monkeypatch.chdir(tmp_path)
    assert terminal.run("install", world.bundle().write(tmp_path / "given")).code == 0
    before = set(tmp_path.iterdir())
    settle(f"format = 1\n{settings}\n")
    answer = terminal.run(*arguments)
    assert answer.code == 1
    assert refusal in answer.err
    assert set(tmp_path.iterdir()) == before, "nothing was written"
    assert len(terminal.run("list", "--json").json["manuals"]) == 1


def test_reading_goes_on_under_settings_that_are_damaged(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    assert terminal.run("install", world.bundle().write(tmp_path)).code == 0
    settle("\0")
    assert "chronology" in terminal.run("show", "westshire", "home-visits").out
    answer = terminal.run("install", world.bundle(EASTSHIRE).write(tmp_path))
    assert answer.code == 1
    assert str(places.machine_settings_file()) in answer.err


# Updates


def test_update_takes_in_what_lies_in_the_folders_of_it(
    terminal: Terminal, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.cli.upkeep._SETTLE_SECONDS", 0.0)
    share = tmp_path / "share"
    settle(f'format = 1\n[bundles]\nfolders = ["{share}"]\nwho_may_add = "it"\n')
    away = terminal.run("update", "--json")
    assert away.code == 0
    assert [row["outcome"] for row in away.json["files"]] == ["unreachable"]
    world.bundle().write(share, "a.manual")
    world.bundle(EASTSHIRE).write(places.deployed_dir(), "b.manual")
    (share / "broken.manual").write_bytes(b"no bundle")
    answer = terminal.run("update", "--json")
    assert answer.code == 1
    assert {Path(row["file"]).name: row["outcome"] for row in answer.json["files"]} == {
        "a.manual": "added",
        "b.manual": "added",
        "broken.manual": "refused",
    }
    (share / "broken.manual").unlink()
    again = terminal.run("update")
    assert (again.code, again.out) == (0, "Nothing new.\n")
    assert len(terminal.run("list", "--json").json["manuals"]) == 2


def test_a_watched_folder_that_is_there_and_cannot_be_looked_into_is_for_it_to_mend(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reader.cli.upkeep._SETTLE_SECONDS", 0.0)
    share = tmp_path / "share"
    share.write_bytes(b"a file where the folder was")
    settle(f'format = 1\n[bundles]\nfolders = ["{share}"]\n')
    answer = terminal.run("update")
    assert answer.code == 1
    assert str(share) in answer.err


def test_what_the_settings_forbid_stands_in_the_log_of_decisions(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    settle('format = 1\n[bundles]\nwho_may_add = "it"\n')
    assert terminal.run("install", world.bundle().write(tmp_path, "own.manual")).code == 1
    [log] = terminal.folder.rglob("decisions.jsonl")
    [line] = log.read_text(encoding="ascii").splitlines()
    assert {name: json.loads(line)[name] for name in ("act", "code", "file")} == {
        "act": "install",
        "code": "not-allowed",
        "file": "own.manual",
    }


def test_the_list_is_an_inventory(terminal: Terminal, world: World, tmp_path: Path) -> None:
    file = world.bundle().write(tmp_path)
    terminal.run("install", file)
    [manual] = terminal.run("list", "--json").json["manuals"]
    [edition] = manual["editions"]
    assert edition["size_bytes"] == file.stat().st_size
    assert Path(edition["file"]).read_bytes() == file.read_bytes()
    assert len(edition["signed_sha256"]) == 64


def test_an_edition_is_removed_by_command(terminal: Terminal, world: World, tmp_path: Path) -> None:
    terminal.run("install", world.bundle().write(tmp_path))
    assert terminal.run("remove", "westshire", "--edition", "7").code == 1
    assert terminal.run("remove", "westshire", "--edition", "1").code == 0
    assert terminal.run("list", "--json").json["manuals"] == []


# The doctor


def test_a_well_installation_is_said_to_be_well(terminal: Terminal, world: World, tmp_path: Path) -> None:
    terminal.run("install", world.bundle().write(tmp_path))
    terminal.run("search", "chronology")
    answer = terminal.run("doctor")
    assert answer.code == 0, answer.out
    assert "Nothing is wrong." in answer.out
    assert "Editions that are indexed: 1 of 1" in answer.out
    assert world.trust_root.fingerprint in answer.out
    report = terminal.run("doctor", "--json").json
    assert report["is_well"] is True
    assert any("Westshire" in text for _, text in verdicts(report, "manuals"))


def test_the_doctor_changes_nothing_of_an_empty_place(terminal: Terminal) -> None:
    answer = terminal.run("doctor", "--json")
    assert answer.code == 1
    assert ("wrong", "No trust root is set.") in verdicts(answer.json, "trust")
    assert not list(places.default_base_dir().rglob("*.sqlite")), "no file of the person's is made"


def test_the_doctor_finds_what_is_wrong(terminal: Terminal, world: World, tmp_path: Path) -> None:
    bundle = world.bundle().write(tmp_path)
    terminal.run("install", bundle)
    terminal.run("install", world.bundle(EASTSHIRE).write(tmp_path))
    terminal.run("search", "chronology")
    terminal.run("bookmarks", "list")
    listed = terminal.run("list", "--json").json["manuals"]
    installed = Path(next(m for m in listed if m["authority"] == "eastshire")["editions"][0]["file"])
    base_dir = installed.parents[3]
    raw = bytearray(installed.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    installed.write_bytes(raw)
    (base_dir / "personal.sqlite").write_bytes(b"no database" * 1000)
    (base_dir / "settings.toml").write_text("theme = 5", encoding="utf-8")
    for index in (base_dir / "index").glob("*/impacts.bin"):
        index.write_bytes(index.read_bytes()[:-1])
    settle("format = 1\ntypo = 1\n")
    answer = terminal.run("doctor", "--json")
    assert answer.code == 1
    report = answer.json
    assert [verdict for verdict, _ in verdicts(report, "machine")].count("wrong") == 1
    assert any(verdict == "wrong" and "eastshire" in text for verdict, text in verdicts(report, "manuals"))
    assert ("note", "Damaged: 1") in verdicts(report, "index")
    assert [verdict for verdict, _ in verdicts(report, "personal")].count("wrong") == 2
    assert (base_dir / "personal.sqlite").read_bytes() == b"no database" * 1000, "it only looks"


@pytest.mark.parametrize("root", [b"", b"{}", b"\xff", None], ids=["empty", "json", "bytes", "gone"])
def test_the_doctor_opens_where_the_trust_root_cannot_be_used(
    terminal: Terminal, world: World, root: bytes | None
) -> None:
    if root is None:
        places.machine_pin_file().unlink()
        settle('format = 1\n[trust]\nroot = "trust/root.json"\n')
    else:
        places.machine_pin_file().write_bytes(root)
    answer = terminal.run("doctor", "--json")
    assert answer.code == 1
    [(verdict, text)] = verdicts(answer.json, "trust")
    assert verdict == "wrong"
    assert str(places.machine_pin_file()) in text
    listed = terminal.run("list")
    assert listed.code == 1
    assert str(places.machine_pin_file()) in listed.err


# Faults of the program


def test_a_fault_of_the_program_is_recorded_without_what_it_was_about(tmp_path: Path) -> None:
    """No traceback reaches a person, and no word of theirs reaches the log."""
    code = (
        "import sys\n"
        "from reader.cli import __main__ as program, commands\n"
        "def fault(*_, **__):\n"
        "    try:\n"
        "        raise ValueError('a note about Mrs Brown')\n"
        "    except ValueError as error:\n"
        "        raise KeyError('what was searched for') from error\n"
        "commands.Context.load = fault\n"
        "sys.argv = ['procedures', 'list']\n"
        "sys.exit(program.main())\n"
    )
    terminal = Terminal(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env=terminal.environment,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    [log] = tmp_path.rglob("faults.log")
    assert str(log) in done.stderr
    text = log.read_text(encoding="utf-8")
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "reader/cli/" in text
    for secret in ("Mrs Brown", "searched for", str(tmp_path)):
        assert secret not in text


def test_a_place_that_may_not_be_looked_into_is_a_finding_and_no_fault(
    terminal: Terminal, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of IT itself, and one with a refused file; the tests may run as root, who may look anywhere."""
    share = tmp_path / "share"
    share.mkdir()
    (share / "broken.manual").write_bytes(b"no bundle")
    settle(f"format = 1\n[bundles]\nfolders = [{str(share)!r}]\n".replace("'", '"'))
    assert terminal.run("update").code == 1
    shut = (share, places.deployed_dir())
    look = Path.stat

    def guarded(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if any(self.is_relative_to(one) for one in shut):
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return look(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(Path, "stat", guarded)
    answer = terminal.run("doctor")
    assert answer.err == ""
    assert "broken.manual was not added" in answer.out
    assert terminal.run("machine", "show").code == 0


def test_a_machine_wide_root_can_be_read_by_everybody(terminal: Terminal, tmp_path: Path) -> None:
    root = tmp_path / "root.json"
    world = World.new()
    root.write_bytes(world.roots[0])
    before = os.umask(0o077)
    try:
        answer = terminal.run(
            "trust", "pin", root, "--machine", "--fingerprint", world.trust_root.fingerprint
        )
    finally:
        os.umask(before)
    assert answer.code == 0, answer.err
    pin = places.machine_pin_file()
    assert [stat.S_IMODE(one.stat().st_mode) & 0o055 for one in (pin, pin.parent)] == [0o044, 0o055]


def test_what_the_next_edition_will_change_is_said_before_its_day(
    terminal: Terminal, world: World, tmp_path: Path
) -> None:
    first = world.bundle()
    terminal.run("install", first.write(tmp_path))
    assert "nothing to compare it with" in terminal.run("changes", "westshire").err
    coming = world.bundle(
        edition=2,
        words="Now.",
        history=[first],
        manifest={"effective_from": "2099-01-01", "review_by": "2099-12-31"},
    )
    assert terminal.run("install", coming.write(tmp_path)).code == 0
    for since in ((), ("--since", "1")):
        answer = terminal.run("changes", "westshire", *since)
        assert answer.code == 0, answer.err
        assert "Now." in answer.out
    assert "nothing to compare it with" in terminal.run("changes", "westshire", "--since", "2").err
