"""Files change in one step, whatever happens in between. Row 45 of the threat table, for single files."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from reader.domain.errors import StorageError
from reader.domain.files import copy_to_part, remove, settle, write_in_one_step, write_together


class Interruptions:
    """Makes one step of writing fail, as a full disk does."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def at(self, step: str) -> None:
        def fail(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        real_fsync = os.fsync

        def fail_on_folders(descriptor: int) -> None:
            if stat.S_ISDIR(os.fstat(descriptor).st_mode):
                raise OSError(22, "Invalid argument")  # what some network file systems answer
            real_fsync(descriptor)

        targets: dict[str, tuple[object, str, Callable[..., None]]] = {
            "make folder": (Path, "mkdir", fail),
            "make part": (tempfile, "NamedTemporaryFile", fail),
            "fsync": (os, "fsync", fail),
            "chmod": (Path, "chmod", fail),
            "replace": (Path, "replace", fail),
            "copy": (shutil, "copyfileobj", fail),
            "fsync of the folder": (os, "fsync", fail_on_folders),
        }
        self._monkeypatch.setattr(*targets[step])


@pytest.fixture
def interrupt(monkeypatch: pytest.MonkeyPatch) -> Interruptions:
    return Interruptions(monkeypatch)


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_file_is_written_with_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b" / "file.json"
    write_in_one_step(file, b"new")
    assert _everything(tmp_path) == {"a/b/file.json": b"new"}
    write_in_one_step(file, b"newer")
    assert _everything(tmp_path) == {"a/b/file.json": b"newer"}


@pytest.mark.skipif(os.name == "nt", reason="no permissions there")
def test_permissions_are_as_asked_for(tmp_path: Path) -> None:
    write_in_one_step(tmp_path / "key.pem", b"secret", mode=0o600)
    write_in_one_step(tmp_path / "file.json", b"public")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "file.json").stat().st_mode) == 0o644


@pytest.mark.parametrize("step", ["make folder", "make part", "fsync", "chmod", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, interrupt: Interruptions, step: str
) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(b"old")
    interrupt.at(step)
    with pytest.raises(StorageError, match=r"Cannot write .*file\.json: No space left on device"):
        write_in_one_step(file, b"new")
    assert _everything(tmp_path) == {"file.json": b"old"}


def test_a_write_whose_folder_cannot_be_synchronised_is_done_all_the_same(
    tmp_path: Path, interrupt: Interruptions
) -> None:
    """The new file has its name by then: to call that a failure, or to call it "as it was", would both be wrong."""
    file = tmp_path / "file.json"
    file.write_bytes(b"old")
    interrupt.at("fsync of the folder")
    write_in_one_step(file, b"new")
    assert _everything(tmp_path) == {"file.json": b"new"}


def test_the_bytes_are_on_the_disk_before_the_file_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync folder" if is_folder else f"sync {os.fstat(descriptor).st_size} bytes")
        real_fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        steps.append("replace")
        return real_replace(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_in_one_step(tmp_path / "file.json", b"12345")
    assert steps == ["sync 5 bytes", "replace", "sync folder"]
    steps.clear()
    settle(copy_to_part(tmp_path / "file.json", tmp_path), tmp_path / "copy.json")
    assert steps == ["sync 5 bytes", "replace", "sync folder"]


def test_a_reader_of_the_file_sees_old_bytes_or_new_ones(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    write_in_one_step(file, b"old" * 1000)
    with file.open("rb") as reading:
        beginning = reading.read(10)
        write_in_one_step(file, b"new" * 1000)
        assert beginning + reading.read() == b"old" * 1000
    assert file.read_bytes() == b"new" * 1000


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250)
    write_in_one_step(file, b"new")
    assert file.read_bytes() == b"new"


@pytest.mark.parametrize("step", ["make folder", "make part", "copy", "fsync", "chmod"])
def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path, interrupt: Interruptions, step: str) -> None:
    source = tmp_path / "from" / "a.manual"
    source.parent.mkdir()
    source.write_bytes(b"bundle")
    folder = tmp_path / "library"
    folder.mkdir()
    interrupt.at(step)
    with pytest.raises(StorageError, match="Cannot copy"):
        copy_to_part(source, folder)
    assert _everything(folder) == {}
    assert source.read_bytes() == b"bundle"


def test_a_source_that_is_gone_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Cannot copy"):
        copy_to_part(tmp_path / "gone.manual", tmp_path / "library")
    assert _everything(tmp_path) == {}


def test_a_part_that_cannot_get_its_name_is_removed(tmp_path: Path, interrupt: Interruptions) -> None:
    target = tmp_path / "1.manual"
    target.write_bytes(b"old")
    part = tmp_path / ".install.x.part"
    part.write_bytes(b"new")
    interrupt.at("replace")
    with pytest.raises(StorageError, match="Cannot write"):
        settle(part, target)
    assert _everything(tmp_path) == {"1.manual": b"old"}


def test_a_part_that_has_its_name_is_settled_though_its_folder_cannot_be_synchronised(
    tmp_path: Path, interrupt: Interruptions
) -> None:
    part = tmp_path / ".install.x.part"
    part.write_bytes(b"new")
    interrupt.at("fsync of the folder")
    settle(part, tmp_path / "1.manual")
    assert _everything(tmp_path) == {"1.manual": b"new"}


# Windows: a file that somebody has open is neither replaced nor removed


class Held:
    """Refuses an act of `Path` as Windows does, so many times, with an error number of Windows."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, act: str, times: int, number: int | None = 32
    ) -> None:
        real = getattr(Path, act)
        self.left = times
        self.pauses: list[float] = []

        def refuse(path: Path, *given: object, **named: object) -> object:
            if self.left:
                self.left -= 1
                error = PermissionError(13, "The process cannot access the file")
                if number is not None:
                    error.winerror = number  # type: ignore[attr-defined,unused-ignore]  # there on Windows alone
                raise error
            return real(path, *given, **named)

        monkeypatch.setattr(Path, act, refuse)
        monkeypatch.setattr("reader.domain.files.time.sleep", self.pauses.append)


@pytest.mark.parametrize("number", [5, 32, 33])
def test_a_file_that_a_scanner_holds_for_a_moment_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"old")
    held = Held(monkeypatch, "replace", 2, number)
    write_in_one_step(file, b"new")
    assert file.read_bytes() == b"new"
    assert len(held.pauses) == 2


def test_files_that_belong_together_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Held(monkeypatch, "replace", 3)
    write_together({tmp_path / "one": b"1", tmp_path / "two": b"2"})
    assert ((tmp_path / "one").read_bytes(), (tmp_path / "two").read_bytes()) == (b"1", b"2")


def test_a_file_that_stays_held_is_said_and_left_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"old")
    held = Held(monkeypatch, "replace", 1_000)
    with pytest.raises(StorageError, match="Cannot write"):
        write_in_one_step(file, b"new")
    assert sum(held.pauses) < 2.0, "a person waits for this"
    assert [path.name for path in tmp_path.iterdir()] == ["settings.toml"]
    assert file.read_bytes() == b"old"


def test_a_folder_without_permission_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(monkeypatch, "replace", 1_000, number=None)
    with pytest.raises(StorageError):
        write_in_one_step(tmp_path / "settings.toml", b"new")
    assert held.pauses == []


def test_a_file_that_is_held_for_a_moment_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "3.manual"
    file.write_bytes(b"")
    Held(monkeypatch, "unlink", 2)
    remove(file)
    assert not file.exists()


def test_a_part_that_is_scanned_still_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"data")
    part = copy_to_part(source, tmp_path)
    Held(monkeypatch, "replace", 4)
    settle(part, tmp_path / "1.manual")
    assert (tmp_path / "1.manual").read_bytes() == b"data"
