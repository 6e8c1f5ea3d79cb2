"""machine.toml, which IT writes: read strictly, and never loosened by a mistake."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import platformdirs
import pytest

from reader.domain.errors import NotAllowedError, StorageError
from reader.domain.machine import MachineSettings, Permission
from reader.store import places
from reader.store.machine_settings import (
    _MachineToml,
    check_machine_settings,
    machine_settings_schema,
    read_machine_settings,
)


@pytest.fixture(autouse=True)
def machine_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda *_, **__: str(tmp_path / "machine"))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(tmp_path / "person"))
    (tmp_path / "machine").mkdir()
    return tmp_path / "machine"


def write(machine_dir: Path, text: str) -> MachineSettings:
    file = places.machine_settings_file()
    assert file.parent == machine_dir
    file.write_text(text, encoding="utf-8")
    return read_machine_settings(file)


def test_without_a_file_everything_is_allowed_and_the_folder_of_it_is_watched(machine_dir: Path) -> None:
    found = read_machine_settings(places.machine_settings_file())
    assert found == MachineSettings(folders=(machine_dir / "bundles",))
    assert all(found.allows(permission) for permission in Permission)


def test_the_template_changes_nothing(machine_dir: Path) -> None:
    text = places.machine_settings_template().read_text(encoding="utf-8")
    found = write(machine_dir, text)
    assert found.problem is None
    assert found == MachineSettings(places.machine_settings_file(), folders=(machine_dir / "bundles",)), (
        "every setting stands in it with its usual value"
    )
    assert set(tomllib.loads(text)) == set(_MachineToml.model_fields), "it names every setting"
    for name, section in tomllib.loads(text).items():
        if isinstance(section, dict):
            assert section == getattr(_MachineToml(format=1), name).model_dump()


def test_the_schema_names_every_setting_and_says_what_it_does() -> None:
    schema = json.loads(machine_settings_schema())
    assert set(schema["properties"]) == set(_MachineToml.model_fields)
    assert schema["additionalProperties"] is False
    for section in schema["$defs"].values():
        assert all("description" in one for one in section["properties"].values())


def test_the_schema_says_the_same_where_nothing_written_about_the_parts_of_a_program_is_kept() -> None:
    asked = "from reader.store.machine_settings import machine_settings_schema as s; print(s(), end='')"
    command = [sys.executable, "-OO", "-c", asked]
    said = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    assert json.loads(said) == json.loads(machine_settings_schema())


def test_everything_that_is_set_counts(machine_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READER_TEST_SHARE", "/mnt/share")
    digits = "0123456789abcdef" * 4
    found = write(
        machine_dir,
        f"""
        format = 1
        [trust]
        root = "council.json"
        fingerprint = "{digits.upper()}"
        [bundles]
        folders = ["/srv/procedures", "$READER_TEST_SHARE/manuals", "beside"]
        look_every_minutes = 5
        who_may_add = "it"
        who_may_remove = "it"
        [paper]
        print = false
        pdf = false
        court_extracts = false
        [exports]
        files = false
        """,
    )
    assert found.problem is None
    assert found.root_file == machine_dir / "council.json"
    assert found.root_fingerprint == digits
    assert found.folders == (
        machine_dir / "bundles",
        Path("/srv/procedures"),
        Path("/mnt/share/manuals"),
        machine_dir / "beside",
    )
    assert found.look_every_minutes == 5
    assert found.forbidden == frozenset(Permission)
    for permission in Permission:
        with pytest.raises(NotAllowedError, match="IT"):
            found.require(permission)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "format is missing"),
        ("format = 2", "format: input should be 1"),
        ("format = 1\n[paper]\nprnt = false", "there is no setting paper.prnt"),
        ("format = 1\nprint = false", "there is no setting print"),
        ('format = 1\n[paper]\nprint = "no"', "paper.print: input should be a valid boolean"),
        ("format = 1\n[bundles]\nlook_every_minutes = 0", "bundles.look_every_minutes"),
        ('format = 1\n[bundles]\nwho_may_add = "nobody"', "'everyone' or 'it'"),
        ('format = 1\ntelemetry = "full"', "telemetry: input should be 'none'"),
        ('format = 1\n[trust]\nfingerprint = "abc"', "3 digits in place of 64"),
        ("format = 1\n[bundles", "it is no TOML"),
        ('format = 1\n[bundles]\nfolders = ["C:\\Procedures"]', "it is no TOML"),
    ],
)
def test_a_file_with_a_mistake_forbids_until_it_is_mended(machine_dir: Path, text: str, fault: str) -> None:
    found = write(machine_dir, text)
    assert found.problem is not None
    assert fault in found.problem
    assert str(places.machine_settings_file()) in found.problem
    assert found.forbidden == frozenset(Permission)
    with pytest.raises(NotAllowedError, match="cannot be read"):
        found.require(Permission.PRINT)
    with pytest.raises(StorageError):
        check_machine_settings(places.machine_settings_file())


def test_every_byte_that_is_damaged_is_said_or_changes_nothing_for_the_worse(machine_dir: Path) -> None:
    """No single damaged byte lets through what the whole file forbids, unless it still reads as a good setting."""
    good = b'format = 1\n[paper]\nprint = false\n[bundles]\nwho_may_add = "it"\n'
    file = places.machine_settings_file()
    for index in range(len(good)):
        for byte in (0x00, 0xFF, good[index] ^ 0x01):
            damaged = bytearray(good)
            damaged[index] = byte
            file.write_bytes(bytes(damaged))
            found = read_machine_settings(file)
            assert found.problem is not None or not found.allows(Permission.ADD) or b"everyone" in damaged
    for end in range(1, len(good)):
        file.write_bytes(good[:end])
        read_machine_settings(file)


def test_a_file_that_starts_with_a_mark_of_windows_editors_is_read(machine_dir: Path) -> None:
    places.machine_settings_file().write_bytes(b"\xef\xbb\xbfformat = 1\r\n[paper]\r\nprint = false\r\n")
    found = read_machine_settings(places.machine_settings_file())
    assert found.forbidden == {Permission.PRINT}


def test_a_root_that_the_settings_name_counts_also_where_it_is_missing(machine_dir: Path) -> None:
    (machine_dir / "trust").mkdir()
    (machine_dir / "trust" / "root.json").write_text("{}", encoding="ascii")
    found = write(machine_dir, 'format = 1\n[trust]\nroot = "other.json"')
    assert places.pinned_root(found) == places.Pin(machine_dir / "other.json", is_machine_wide=True)


@pytest.mark.parametrize("text", ["format = ", 'format = 1\n[trust]\nfingerprint = "' + "a" * 64 + '"'])
def test_no_root_of_a_persons_stands_in_for_the_one_that_it_may_have_named(
    machine_dir: Path, text: str
) -> None:
    own = places.person_pin_file()
    own.parent.mkdir(parents=True)
    own.write_text("{}", encoding="ascii")
    assert places.pinned_root(MachineSettings()) is not None
    assert places.pinned_root(write(machine_dir, text)) is None


def test_bundles_from_the_folders_of_it_are_allowed_where_people_may_add_none(tmp_path: Path) -> None:
    share = tmp_path / "share"
    share.mkdir()
    found = MachineSettings(folders=(share,), forbidden=frozenset({Permission.ADD}))
    found.require_source(share / "good.manual")
    with pytest.raises(NotAllowedError, match="IT adds the manuals"):
        found.require_source(tmp_path / "other.manual")
    with pytest.raises(NotAllowedError):
        found.require_source(share / ".." / "other.manual")
    with pytest.raises(NotAllowedError):
        found.require_source(share / "below" / "other.manual")
