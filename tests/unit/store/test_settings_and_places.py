"""settings.toml, and where things lie."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reader.domain.errors import StorageError
from reader.domain.machine import MachineSettings
from reader.domain.settings import LineLength, Settings, TextFont, Theme
from reader.store import places
from reader.store.places import Places
from reader.store.settings import SettingsStore


@pytest.fixture
def store(tmp_path: Path) -> SettingsStore:
    return SettingsStore(tmp_path / "settings.toml")


def test_without_a_file_the_defaults_count(store: SettingsStore, tmp_path: Path) -> None:
    assert store.load() == Settings()
    assert list(tmp_path.iterdir()) == []


@hypothesis_settings(
    deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.builds(
        Settings,
        st.sampled_from(Theme),
        st.integers(80, 300),
        st.none()
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).map(
            lambda name: Path("/inbox") / name.replace("/", "")
        ),
        st.sampled_from(TextFont),
        st.integers(100, 200),
        st.integers(50, 300),
        st.sampled_from(LineLength),
        st.booleans(),
        st.booleans(),
    )
)
def test_settings_come_back_as_they_were(store: SettingsStore, settings: Settings) -> None:
    store.save(settings)
    assert store.load() == settings


@pytest.mark.parametrize(
    "text",
    [
        "theme = ",
        'theme = "purple"',
        "theme = 5",
        "zoom_percent = 49",
        "zoom_percent = 301",
        'zoom_percent = "large"',
        "zoom_percent = 100.5",
        "line_percent = 90",
        "paragraph_percent = 301",
        'text_font = "comic"',
        'line_length = "endless"',
        "watched_dir = 5",
        "[theme]",
        "\0",
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_left_alone(
    store: SettingsStore, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match="default settings"):
        store.load()
    assert file.read_text(encoding="utf-8") == text


def test_a_file_that_is_no_text_is_said(store: SettingsStore, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StorageError, match="default settings"):
        store.load()


def test_settings_of_a_newer_program_are_read_as_far_as_they_are_known(
    store: SettingsStore, tmp_path: Path
) -> None:
    (tmp_path / "settings.toml").write_text('theme = "dark"\nfuture = true\n', encoding="utf-8")
    assert store.load() == Settings(theme=Theme.DARK)


def test_settings_that_cannot_be_written_leave_the_old_ones(
    store: SettingsStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.save(Settings(theme=Theme.DARK))

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(StorageError, match="No space left"):
        store.save(Settings(theme=Theme.LIGHT))
    assert store.load().theme is Theme.DARK


def test_letters_smaller_than_the_smallest_are_brought_up_to_it(store: SettingsStore, tmp_path: Path) -> None:
    """An earlier program went down to half their size."""
    (tmp_path / "settings.toml").write_text("zoom_percent = 50", encoding="utf-8")
    assert store.load().zoom_percent == 80


# Places


def test_everything_of_a_person_lies_under_one_folder(tmp_path: Path) -> None:
    found = Places(tmp_path)
    everything = {
        found.library_dir,
        found.index_dir,
        found.personal_file,
        found.backup_dir,
        found.settings_file,
        found.log_dir,
    }
    assert len(everything) == 6
    assert all(place.parent == tmp_path for place in everything)


def test_the_sample_library_is_not_the_persons_own() -> None:
    assert places.default_base_dir() != places.sample_base_dir()
    assert places.default_base_dir() not in places.sample_base_dir().parents


def test_the_machines_trust_root_wins_over_the_persons_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine, person = tmp_path / "machine", tmp_path / "person"
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda *_, **__: str(machine))
    monkeypatch.setattr(platformdirs, "user_config_dir", lambda *_, **__: str(person))
    assert places.pinned_root(MachineSettings()) is None
    for folder in (person, machine):
        (folder / "trust").mkdir(parents=True)
        (folder / "trust" / "root.json").write_text("{}", encoding="ascii")
        assert places.pinned_root(MachineSettings()) == places.Pin(
            folder / "trust" / "root.json", is_machine_wide=folder.name == "machine"
        )


def test_resources_are_found_in_a_checkout_and_in_a_frozen_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert places.sample_root_file().is_file()
    assert len(places.sample_bundles()) >= 1
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert places.sample_root_file() == tmp_path / "resources" / "trust" / "sample-root.json"
    assert places.sample_bundles() == ()


@pytest.mark.parametrize("inside", ["", "Procedures Reader.app/Contents/MacOS"], ids=["folder", "macOS"])
def test_a_frozen_program_with_the_marker_beside_it_keeps_everything_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    program = tmp_path / "stick" / inside / "procedures-reader"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "executable", str(program))
    (tmp_path / "stick" / places.PORTABLE_MARKER).touch()
    assert places.portable_dir() is None, "only a frozen program is portable"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert places.default_base_dir() == tmp_path / "stick" / "data"
    assert places.sample_base_dir() == tmp_path / "stick" / "sample-data"
    assert places.person_pin_file() == tmp_path / "stick" / "trust" / "root.json"
    assert tmp_path not in places.machine_dir().parents, "what IT has settled for a computer counts there"
    (tmp_path / "stick" / places.PORTABLE_MARKER).unlink()
    assert places.default_base_dir() == Path(platformdirs.user_data_dir(places.APP_NAME, appauthor=False))


@pytest.mark.parametrize(
    "damage", [b"", b"\0" * 80, b"theme = ", b"\xff"], ids=["empty", "zeroed", "cut", "bytes"]
)
def test_damaged_settings_come_back_from_their_copy(tmp_path: Path, damage: bytes) -> None:
    file, copy = tmp_path / "settings.toml", tmp_path / "backups" / "settings.toml"
    SettingsStore(file, copy).save(Settings(theme=Theme.DARK))
    file.write_bytes(damage)
    with pytest.raises(StorageError, match="default settings"):
        SettingsStore(file, copy).read()
    store = SettingsStore(file, copy)
    assert store.load() == Settings(theme=Theme.DARK)
    assert store.recovery is not None
    assert "settings-damaged.toml" in store.recovery
    assert (tmp_path / "settings-damaged.toml").read_bytes() == damage
    again = SettingsStore(file, copy)
    assert (again.load(), again.recovery) == (Settings(theme=Theme.DARK), None)


def test_damaged_settings_with_a_damaged_copy_are_said_and_left_alone(tmp_path: Path) -> None:
    file, copy = tmp_path / "settings.toml", tmp_path / "settings-copy.toml"
    file.write_bytes(b"theme = ")
    copy.write_bytes(b"\0")
    with pytest.raises(StorageError, match="mend the file"):
        SettingsStore(file, copy).load()
    assert file.read_bytes() == b"theme = "
