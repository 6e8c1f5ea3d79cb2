"""personal.sqlite: what the person wrote is never lost."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reader.domain.bookmark import (
    Bookmark,
    BookmarkFolder,
    BookmarkTree,
    CarryOver,
    Colour,
    Quote,
    Session,
    Verdict,
)
from reader.domain.errors import NotFoundError, StorageError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.domain.search import SearchFilter
from reader.store import bookmark_rows, personal
from reader.store.bookmark_file import bookmarks_json, read_bookmarks, write_bookmarks
from reader.store.personal import PersonalStore
from tests.support.worlds import WESTSHIRE

HERE = Location(WESTSHIRE, "home-visits", 3, "before-the-visit")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that goes on by one second at each look."""

    def __init__(self) -> None:
        self._now = START

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class Desk:
    """Opens the store of one folder, again and again, as restarts do."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "data" / "personal.sqlite"
        self.backup_dir = folder / "data" / "backups"
        self._clock = Clock()
        self._open: list[PersonalStore] = []

    def store(self) -> PersonalStore:
        self.close()
        return self.another()

    def another(self) -> PersonalStore:
        """A second program on the same file."""
        store = PersonalStore(self.file, self.backup_dir, self._clock)
        self._open.append(store)
        return store

    def close(self) -> None:
        for store in self._open:
            store.close()
        self._open.clear()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    yield found
    found.close()


def _names(store: PersonalStore, folder: str | None = None) -> list[str]:
    return [bookmark.name for bookmark in store.bookmarks().of_folder(folder)]


def _add(store: PersonalStore, *names: str, folder: str | None = None) -> list[Bookmark]:
    return [store.add_bookmark(name, HERE, "1.1 Home Visits", folder) for name in names]


# Bookmarks


def test_a_new_store_is_empty(desk: Desk) -> None:
    store = desk.store()
    assert store.bookmarks() == BookmarkTree((), ())
    assert store.recent() == ()
    assert store.session() == Session()
    assert store.recovery is None


def test_a_bookmark_survives_reopening_as_it_was(desk: Desk) -> None:
    bookmark = desk.store().add_bookmark("Court, Tuesday – “urgent” 'x'; DROP", HERE, "1.1 Home Visits", None)
    assert desk.store().bookmarks().bookmarks == (bookmark,)
    assert bookmark.location == HERE
    assert bookmark.created == START + timedelta(seconds=1)


def test_bookmarks_stand_in_the_order_in_which_they_were_added(desk: Desk) -> None:
    _add(desk.store(), "a", "b", "c")
    assert _names(desk.store()) == ["a", "b", "c"]


def test_a_bookmark_is_renamed_and_removed(desk: Desk) -> None:
    store = desk.store()
    first, second = _add(store, "a", "b")
    store.change_bookmarks([replace(first, name="z")])
    store.remove([second.id])
    assert _names(desk.store()) == ["z"]


@pytest.mark.parametrize("change", ["rename", "remove", "move", "rename folder", "remove folder", "add into"])
def test_what_is_gone_cannot_be_changed_and_nothing_else_is(desk: Desk, change: str) -> None:
    store = desk.store()
    there, _ = _add(store, "a", "b")
    before = store.bookmarks()
    calls: dict[str, Callable[[], object]] = {
        "rename": lambda: store.change_bookmarks([replace(there, name="x", id="gone")]),
        "remove": lambda: store.remove(["gone"]),
        "move": lambda: store.move_bookmarks(["gone"], None, 0),
        "rename folder": lambda: store.rename_folder("gone", "x"),
        "remove folder": lambda: store.remove((), ["gone"]),
        "add into": lambda: store.add_bookmark("x", HERE, "x", "gone"),
    }
    with pytest.raises(NotFoundError, match="gone"):
        calls[change]()
    assert store.bookmarks() == before


@pytest.mark.parametrize(
    ("index", "to", "expected"),
    [
        (0, 3, "bcda"),
        (0, 1, "bacd"),
        (3, 0, "dabc"),
        (1, 2, "acbd"),
        (2, 2, "abcd"),
        (0, 99, "bcda"),
        (3, -5, "dabc"),
    ],
)
def test_bookmarks_are_put_in_another_order(desk: Desk, index: int, to: int, expected: str) -> None:
    store = desk.store()
    bookmarks = _add(store, *"abcd")
    store.move_bookmarks([bookmarks[index].id], None, to)
    assert "".join(_names(desk.store())) == expected
    positions = [bookmark.position for bookmark in desk.store().bookmarks().bookmarks]
    assert positions == [0, 1, 2, 3]


def test_a_bookmark_moves_into_a_folder_and_back(desk: Desk) -> None:
    store = desk.store()
    folder = store.add_folder("Court")
    a, b, _ = _add(store, "a", "b", "c")
    _add(store, "x", "y", folder=folder.id)
    store.move_bookmarks([a.id], folder.id, 1)
    assert (_names(store), _names(store, folder.id)) == (["b", "c"], ["x", "a", "y"])
    store.move_bookmarks([a.id], None, 1)
    assert (_names(store), _names(store, folder.id)) == (["b", "a", "c"], ["x", "y"])
    with pytest.raises(NotFoundError):
        store.move_bookmarks([b.id], "gone", 0)
    assert _names(store) == ["b", "a", "c"]


def test_a_new_bookmark_stands_last_even_after_others_were_removed(desk: Desk) -> None:
    store = desk.store()
    a, b, _ = _add(store, "a", "b", "c")
    store.remove([a.id])
    store.remove([b.id])
    _add(store, "d")
    assert _names(store) == ["c", "d"]


def test_a_new_bookmark_stands_last_even_after_others_moved_away(desk: Desk) -> None:
    store = desk.store()
    folder = store.add_folder("Court")
    a, b, _ = _add(store, "a", "b", "c")
    store.move_bookmarks([a.id], folder.id, 0)
    store.move_bookmarks([b.id], folder.id, 0)
    _add(store, "d")
    assert _names(store) == ["c", "d"]


def test_a_new_folder_stands_last_even_after_others_were_removed(desk: Desk) -> None:
    store = desk.store()
    first, second, _ = (store.add_folder(name) for name in "xyz")
    store.remove((), [first.id])
    store.remove((), [second.id])
    store.add_folder("a")
    assert [folder.name for folder in store.bookmarks().folders] == ["z", "a"]


def test_an_imported_bookmark_stands_last_even_after_others_were_removed(desk: Desk) -> None:
    store = desk.store()
    a, b, _ = _add(store, "a", "b", "c")
    store.remove([a.id])
    store.remove([b.id])
    store.import_bookmarks(BookmarkTree((), (Bookmark("new", "d", HERE, "t", None, 0, START),)))
    assert _names(store) == ["c", "d"]


def test_the_bookmarks_of_a_removed_folder_move_to_the_end_of_the_top(desk: Desk) -> None:
    store = desk.store()
    folder = store.add_folder("Court")
    a, *_ = _add(store, "a", "b")
    _add(store, "x", "y", folder=folder.id)
    store.remove([a.id])
    store.remove((), [folder.id])
    assert store.bookmarks().folders == ()
    assert _names(desk.store()) == ["b", "x", "y"]


def test_a_folder_is_renamed(desk: Desk) -> None:
    store = desk.store()
    folder = store.add_folder("Court")
    store.rename_folder(folder.id, "Court, family")
    assert desk.store().bookmarks().folders == (BookmarkFolder(folder.id, "Court, family", 0),)


def test_undo_puts_everything_back_exactly(desk: Desk) -> None:
    store = desk.store()
    folder = store.add_folder("Court")
    a, b = _add(store, "a", "b")
    _add(store, "x", folder=folder.id)
    before = store.bookmarks()
    store.remove((), [folder.id])
    store.remove([a.id])
    store.change_bookmarks([replace(b, name="z")])
    store.restore_bookmarks(before, store.bookmarks())
    assert desk.store().bookmarks() == before


def test_undo_that_cannot_be_kept_changes_nothing(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a", "b")
    before = store.bookmarks()
    twins = BookmarkTree((), (before.bookmarks[0], before.bookmarks[0]))
    with pytest.raises(StorageError, match="Nothing was changed"):
        store.restore_bookmarks(twins, store.bookmarks())
    assert store.bookmarks() == before
    assert desk.store().bookmarks() == before


def _spoil(desk: Desk, statement: str) -> None:
    """What another version of the program might have written."""
    desk.close()
    with sqlite3.connect(desk.file) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


@pytest.mark.parametrize("column", ["location", "created"])
def test_one_unreadable_bookmark_does_not_hide_the_others_and_is_not_thrown_away(
    desk: Desk, column: str
) -> None:
    _add(desk.store(), "a", "odd", "b")
    statements = {
        "location": "UPDATE bookmark SET location = 'from another world' WHERE name = 'odd'",
        "created": "UPDATE bookmark SET created = 'from another world' WHERE name = 'odd'",
    }
    _spoil(desk, statements[column])
    store = desk.store()
    assert _names(store) == ["a", "b"]
    _add(store, "c")
    assert _names(store) == ["a", "b", "c"]
    count = store._connection.execute("SELECT count(*) FROM bookmark WHERE name = 'odd'").fetchone()
    assert count == (1,)


def test_undo_leaves_alone_what_another_program_added(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a", "b")
    before = store.bookmarks()
    store.remove([before.bookmarks[0].id])
    undone = store.bookmarks()
    _add(desk.another(), "from elsewhere")
    store.restore_bookmarks(before, undone)
    assert sorted(_names(store)) == ["a", "b", "from elsewhere"]


def test_undo_does_not_throw_away_a_bookmark_that_cannot_be_read(desk: Desk) -> None:
    _add(desk.store(), "a", "odd")
    _spoil(desk, "UPDATE bookmark SET location = 'from another world' WHERE name = 'odd'")
    store = desk.store()
    before = store.bookmarks()
    store.remove([before.bookmarks[0].id])
    store.restore_bookmarks(before, store.bookmarks())
    assert store.bookmarks() == before
    count = store._connection.execute("SELECT count(*) FROM bookmark WHERE name = 'odd'").fetchone()
    assert count == (1,)


def test_a_recent_visit_or_tab_that_cannot_be_read_does_not_hide_the_others(desk: Desk) -> None:
    store = desk.store()
    other = Location(WESTSHIRE, "private-fostering")
    store.add_recent(HERE, "good")
    store.add_recent(other, "odd")
    store.save_session(Session((other, HERE), 1))
    _spoil(desk, "UPDATE recent SET location = 'from another world' WHERE title = 'odd'")
    _spoil(desk, "UPDATE session_tab SET location = 'from another world' WHERE position = 0")
    again = desk.store()
    assert [visit.title for visit in again.recent()] == ["good"]
    session = again.session()
    assert session.tabs == (HERE,)
    assert session.current == 0


# Export and import


def _rich(store: PersonalStore) -> BookmarkTree:
    folder = store.add_folder("Court")
    _add(store, "a", "b")
    _add(store, "x – “é”", folder=folder.id)
    return store.bookmarks()


def test_an_export_is_read_back_as_it_was(desk: Desk, tmp_path: Path) -> None:
    tree = _rich(desk.store())
    file = tmp_path / "out" / "bookmarks.json"
    write_bookmarks(file, tree)
    again = read_bookmarks(file)
    assert bookmarks_json(again) == bookmarks_json(tree)
    other = Desk(tmp_path / "other laptop")
    try:
        store = other.store()
        assert store.import_bookmarks(again) == 3
        assert bookmarks_json(store.bookmarks()) == bookmarks_json(tree)
    finally:
        other.close()


def test_an_import_merges_and_leaves_alone_what_is_there(desk: Desk, tmp_path: Path) -> None:
    store = desk.store()
    tree = _rich(store)
    store.change_bookmarks([replace(tree.bookmarks[0], name="renamed since")])
    store.remove([tree.bookmarks[1].id])
    assert store.import_bookmarks(tree) == 1
    assert sorted(b.name for b in store.bookmarks().bookmarks) == sorted(
        ["renamed since", tree.bookmarks[1].name, tree.bookmarks[2].name]
    )
    assert store.import_bookmarks(tree) == 0
    assert len(store.bookmarks().folders) == 1


def test_an_imported_bookmark_of_an_unknown_folder_goes_to_the_top(desk: Desk) -> None:
    store = desk.store()
    store.import_bookmarks(BookmarkTree((), (Bookmark("new", "d", HERE, "t", "nowhere", 0, START),)))
    assert _names(store) == ["d"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]",
        "{}",
        '{"kind": "something-else", "format": 1, "folders": [], "bookmarks": []}',
        '{"kind": "procedures-bookmarks", "format": 3, "folders": [], "bookmarks": []}',
        '{"kind": "procedures-bookmarks", "format": 1, "folders": [], "bookmarks": [{"id": "a"}]}',
        (
            '{"kind": "procedures-bookmarks", "format": 1, "folders": [], "bookmarks": [{"id": "a", "name": "b",'
            ' "location": "file:///etc/passwd", "title": "t", "created": "2026-03-02T09:00:00Z"}]}'
        ),
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bookmarks.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(StorageError, match="nothing was imported"):
        read_bookmarks(file)


def test_an_export_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="Cannot read"):
        read_bookmarks(tmp_path / "none.json")


def test_an_import_that_fails_half_way_keeps_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = desk.store()
    _add(store, "a")
    before = store.bookmarks()
    real = bookmark_rows.row_of
    calls: list[str] = []

    def failing(bookmark: Bookmark) -> tuple[Any, ...]:
        calls.append(bookmark.id)
        if len(calls) == 2:
            raise sqlite3.OperationalError("database or disk is full")
        return real(bookmark)

    monkeypatch.setattr(personal, "row_of", failing)
    new = tuple(Bookmark(str(n), str(n), HERE, "t", None, n, START) for n in range(3))
    with pytest.raises(StorageError, match="disk is full"):
        store.import_bookmarks(BookmarkTree((BookmarkFolder("f", "f", 0),), new))
    assert store.bookmarks() == before
    assert desk.store().bookmarks() == before


# Recent chapters and the session


def test_recent_chapters_are_newest_first_and_each_once(desk: Desk) -> None:
    store = desk.store()
    other = Location(WESTSHIRE, "private-fostering", 3)
    for location in (HERE, other, HERE):
        store.add_recent(location, str(location))
    assert [visit.location for visit in desk.store().recent()] == [HERE, other]


def test_only_the_newest_hundred_recent_chapters_are_kept(desk: Desk) -> None:
    store = desk.store()
    for number in range(105):
        store.add_recent(Location(WESTSHIRE, f"chapter-{number}"), str(number))
    titles = [visit.title for visit in store.recent()]
    assert titles == [str(number) for number in range(104, 4, -1)]


def test_the_session_comes_back(desk: Desk) -> None:
    session = Session((HERE, Location(ManualId("eastshire", "procedures"))), 1, b"\x00\xffwindow")
    desk.store().save_session(session)
    assert desk.store().session() == session
    desk.store().save_session(Session())
    assert desk.store().session() == Session()


# The file


def test_it_is_written_with_full_synchronisation_and_a_write_ahead_log(desk: Desk) -> None:
    connection = desk.store()._connection
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def _backed_up(desk: Desk, *names: str) -> None:
    store = desk.store()
    _add(store, *names)
    store.back_up()
    desk.close()


def _damage(file: Path, how: str) -> None:
    data = file.read_bytes()
    damaged = {
        "text": b"this is no database at all, and never was one",
        "head": b"\0" * 100 + data[100:],
        "middle": data[:4096] + b"\xff" * 8192 + data[12288:],
        "tail": data[: len(data) // 2],
        "zeros": bytes(len(data)),
    }[how]
    file.write_bytes(damaged)


@pytest.mark.parametrize("how", ["text", "head", "middle", "tail", "zeros"])
def test_a_damaged_file_is_set_aside_and_the_newest_backup_takes_its_place(desk: Desk, how: str) -> None:
    _backed_up(desk, "a")
    _backed_up(desk, "b")
    _damage(desk.file, how)
    damaged = desk.file.read_bytes()
    store = desk.store()
    assert _names(store) == ["a", "b"]
    assert store.recovery is not None
    assert "was damaged" in store.recovery
    aside = list(desk.file.parent.glob("personal-damaged-*.sqlite"))
    assert [file.read_bytes() for file in aside] == [damaged]
    assert aside[0].name in store.recovery
    _add(store, "c")
    again = desk.store()
    assert _names(again) == ["a", "b", "c"]
    assert again.recovery is None


def test_a_file_that_was_cut_to_nothing_is_damaged_and_not_new(desk: Desk) -> None:
    """What a power cut leaves of a file on some disks."""
    _backed_up(desk, "a")
    desk.file.write_bytes(b"")
    store = desk.store()
    assert _names(store) == ["a"]
    assert store.recovery is not None


def test_a_damaged_backup_is_passed_over(desk: Desk) -> None:
    _backed_up(desk, "a")
    _backed_up(desk, "b")
    newest = max(desk.backup_dir.glob("*.sqlite"))
    newest.write_bytes(b"damaged" * 1000)
    _damage(desk.file, "text")
    assert _names(desk.store()) == ["a"]


def test_without_a_backup_a_damaged_file_is_kept_and_said(desk: Desk) -> None:
    _add(desk.store(), "a")
    desk.close()
    for beside in desk.backup_dir.glob("*"):
        beside.unlink()
    _damage(desk.file, "text")
    store = desk.store()
    assert _names(store) == []
    assert store.recovery is not None
    assert "no good backup" in store.recovery
    assert len(list(desk.file.parent.glob("personal-damaged-*.sqlite"))) == 1


def test_a_recovery_that_cannot_be_written_loses_neither_file_nor_backup(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _backed_up(desk, "a")
    _damage(desk.file, "text")
    damaged = desk.file.read_bytes()
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        real(path, data[: len(data) // 2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    try:
        store = desk.store()
    except StorageError:
        pass
    else:
        assert _names(store) == ["a"]  # it found another way
    monkeypatch.undo()
    assert _names(desk.store()) == ["a"]
    asides = [file.read_bytes() for file in desk.file.parent.glob("personal-damaged-*.sqlite")]
    assert damaged in asides


def test_five_backups_are_kept_and_each_is_whole(desk: Desk) -> None:
    store = desk.store()
    for name in "abcdefgh":
        _add(store, name)
        store.back_up()
    backups = sorted(desk.backup_dir.glob("*.sqlite"))
    assert len(backups) == 5
    with sqlite3.connect(backups[-1]) as copy:
        assert copy.execute("SELECT count(*) FROM bookmark").fetchone()[0] == 8
        assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    copy.close()


def test_a_backup_that_fails_costs_nothing(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a")
    shutil.rmtree(desk.backup_dir, ignore_errors=True)
    desk.backup_dir.write_text("a file stands in its place", encoding="ascii")
    store.back_up()
    assert _names(store) == ["a"]


def _digest(folder: Path) -> dict[str, str]:
    return {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.iterdir()
        if file.is_file()
    }


def test_a_file_of_a_newer_program_is_refused_and_not_touched(desk: Desk) -> None:
    _add(desk.store(), "a")
    desk.close()
    with sqlite3.connect(desk.file, isolation_level=None) as newer:
        newer.execute("CREATE TABLE future (x)")
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    before = _digest(desk.file.parent)
    with pytest.raises(StorageError, match="newer version of the reader"):
        desk.store()
    assert _digest(desk.file.parent) == before


def test_a_locked_file_is_a_storage_error_and_nothing_is_set_aside(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal, "_BUSY_SECONDS", 0.01)
    store = desk.store()
    _add(store, "a")
    with sqlite3.connect(desk.file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageError, match="Nothing was changed"):
            _add(store, "b")
        other.execute("ROLLBACK")
    other.close()
    _add(store, "c")
    assert _names(desk.store()) == ["a", "c"]
    assert not list(desk.file.parent.glob("personal-damaged-*"))


def test_a_read_only_file_is_a_storage_error_and_is_still_read(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a")
    store._connection.execute("PRAGMA query_only = ON")  # as a file system without rights answers
    with pytest.raises(StorageError, match="readonly"):
        _add(store, "b")
    with pytest.raises(StorageError):
        store.save_session(Session((HERE,), 0))
    assert _names(store) == ["a"]


def test_a_full_disk_is_a_storage_error_and_nothing_changes(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a")
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        store.add_bookmark("big", HERE, "x" * 100_000, None)
    assert _names(store) == ["a"]
    assert _names(desk.store()) == ["a"]


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="ascii")
    with pytest.raises(StorageError, match="Bookmarks cannot be shown or kept"):
        PersonalStore(tmp_path / "file" / "personal.sqlite", tmp_path / "backups", Clock())


def test_window_and_command_line_write_into_one_file(desk: Desk) -> None:
    first, second = desk.store(), desk.another()
    _add(first, "a")
    _add(second, "b")
    _add(first, "c")
    assert _names(first) == _names(second) == ["a", "b", "c"]


def test_two_programs_that_start_at_once_for_the_first_time_both_open(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_connect = sqlite3.connect
    is_first = [True]

    class Overtaken(sqlite3.Connection):
        """Before this program writes the schema, another one has done so."""

        def executescript(self, script: str, /) -> sqlite3.Cursor:
            if is_first.pop() if is_first else False:
                desk.another()
            return super().executescript(script)

    def connect(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        return real_connect(*args, factory=Overtaken, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", connect)
    store = desk.another()
    _add(store, "a")
    assert _names(store) == ["a"]


def test_many_threads_add_at_once_and_nothing_is_lost(desk: Desk) -> None:
    store = desk.store()
    threads = [
        threading.Thread(target=_add, args=(store, *(f"{number}-{n}" for n in range(10))))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(_names(store))) == 60
    assert sorted(bookmark.position for bookmark in store.bookmarks().bookmarks) == list(range(60))


_CHILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.domain.search import SearchFilter
from reader.store.personal import PersonalStore
folder = Path(sys.argv[1])
store = PersonalStore(folder / "personal.sqlite", folder / "backups", lambda: datetime.now(UTC))
number = 0
while True:
    number += 1
    bookmark = store.add_bookmark(f"{number}", Location(ManualId("westshire", "procedures"), "a"), "t", None)
    print(bookmark.id, flush=True)
    if number % 7 == 0:
        store.move_bookmarks([bookmark.id], None, 0)
    if number % 11 == 0:
        store.back_up()
"""


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
def test_whatever_was_acknowledged_is_there_after_a_kill_at_any_moment(tmp_path: Path) -> None:
    random_moments = random.Random(9)  # noqa: S311  # the same bits each time
    acknowledged: set[str] = set()
    for _ in range(15):
        with subprocess.Popen(
            [sys.executable, "-c", _CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            for _ in range(random_moments.randint(1, 25)):
                acknowledged.add(child.stdout.readline().strip())
            child.send_signal(signal.SIGKILL)
            acknowledged |= {line.strip() for line in child.stdout if len(line) == 33}
    store = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", Clock())
    try:
        assert store.recovery is None
        there = {bookmark.id for bookmark in store.bookmarks().bookmarks}
        assert acknowledged - {""} <= there
        assert len(there) <= len(acknowledged) + 15
    finally:
        store.close()


def test_a_clock_that_is_set_back_neither_drops_the_newest_backup_nor_the_newest_visit(
    tmp_path: Path,
) -> None:
    now = START

    def clock() -> datetime:
        return now

    store = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", clock)
    for number in range(personal._RECENT_KEPT):
        store.add_recent(Location(WESTSHIRE, f"chapter-{number}"), str(number))
        now += timedelta(seconds=1)
    for _ in range(personal._BACKUPS_KEPT):
        store.back_up()
        now += timedelta(seconds=1)
    now -= timedelta(days=3000)
    store.add_recent(Location(WESTSHIRE, "read-today"), "today")
    store.add_search("asked today", SearchFilter())
    store.add_bookmark("made today", HERE, "t", None)
    store.back_up()
    assert store.recent()[0].title == "today"
    assert store.searches()[0].query == "asked today"
    store.close()
    (tmp_path / "personal.sqlite").write_bytes(b"damaged beyond repair" * 400)
    again = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", clock)
    assert again.recovery is not None
    assert [bookmark.name for bookmark in again.bookmarks().bookmarks] == ["made today"]
    again.close()


def test_what_is_said_of_a_bookmark_survives_as_it_was_and_unreadable_parts_cost_only_themselves(
    desk: Desk,
) -> None:
    quote = Quote(
        "every three\u00a0months", "before ", " after", "4. Reviewing", "AAAA-BBBB-CC", is_selection=True
    )
    store = desk.store()
    made = store.add_bookmark(
        "Name", HERE, "t", None, note="one\n\ntwo", tags=("court", "ünïcode"), colour=Colour.PINK, quote=quote
    )
    carried = replace(
        made, carried=CarryOver(Verdict.CHANGED, 4, HERE, quote, 0.75), location=replace(HERE, edition=4)
    )
    store.change_bookmarks([carried])
    assert desk.store().bookmarks().bookmarks == (carried,)
    for column, broken in (
        ("tags", "{"),
        ("quote", "[]"),
        ("carried", '{"verdict": "odd"}'),
        ("colour", "mauve"),
    ):
        _spoil(desk, f"UPDATE bookmark SET {column} = '{broken}'")  # noqa: S608
    (left,) = desk.store().bookmarks().bookmarks
    assert (left.name, left.note, left.location) == ("Name", "one\n\ntwo", carried.location)
    assert (left.tags, left.quote, left.carried, left.colour) == ((), None, None, None)


def test_reading_lists_come_back_in_order_and_change_as_a_whole(desk: Desk) -> None:
    first = ReadingList("a", "First", "remark", (ReadingItem(HERE, "t", "edition 3"),))
    second = ReadingList("b", "Second")
    store = desk.store()
    store.reading_lists.put(first)
    store.reading_lists.put(second)
    assert desk.store().reading_lists.all() == (first, second)
    changed = replace(
        first, title="Renamed", items=(*first.items, ReadingItem(HERE, "u", "edition 3", "note", "X"))
    )
    desk.store().reading_lists.put(changed)
    assert desk.store().reading_lists.all() == (changed, second)
    _spoil(desk, "UPDATE reading_list_item SET item = 'odd' WHERE position = 0")
    assert desk.store().reading_lists.all()[0].items == changed.items[1:]
    desk.store().reading_lists.remove("a")
    assert desk.store().reading_lists.all() == (second,)
    with pytest.raises(NotFoundError, match="gone"):
        desk.store().reading_lists.remove("a")


def test_a_damaged_letter_costs_itself_and_hides_nothing(desk: Desk) -> None:
    _add(desk.store(), "a", "b")
    _spoil(desk, "UPDATE bookmark SET name = CAST(x'61ff62' AS TEXT) WHERE name = 'a'")
    assert _names(desk.store()) == ["a\ufffdb", "b"]


def test_a_letter_that_changed_on_the_disk_comes_back_from_the_backup(desk: Desk) -> None:
    store = desk.store()
    _add(store, "a", "b", "c")
    before = store.bookmarks()
    store.back_up()
    _spoil(desk, "UPDATE bookmark SET name = 'x' WHERE name = 'a'")
    _spoil(desk, "UPDATE bookmark SET location = 'from another world' WHERE name = 'b'")
    again = desk.store()
    assert again.bookmarks() == before
    assert again.recovery is not None
    assert "2 bookmarks were damaged on the disk and came back" in again.recovery
    assert desk.store().recovery is None


def test_without_a_backup_what_is_damaged_is_said_and_stays(desk: Desk) -> None:
    _add(desk.store(), "a", "b")
    _spoil(desk, "UPDATE bookmark SET name = 'x' WHERE name = 'a'")
    again = desk.store()
    assert _names(again) == ["x", "b"]
    assert again.recovery is not None
    assert "0 of them came back" in again.recovery


@pytest.mark.parametrize("damage", [b"", b"\0" * 5000, b"nonsense" * 1000, None])
def test_a_damaged_log_of_sqlite_after_a_kill_costs_nothing(tmp_path: Path, damage: bytes | None) -> None:
    """SQLite leaves a damaged log out without a word: whatever was written must lie in the file itself by then."""
    store = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", lambda: datetime.now(UTC))
    store.add_bookmark("Home visits", Location(ManualId("westshire", "procedures")), "Home Visits", None)
    killed = tmp_path / "killed"
    killed.mkdir()
    for file in tmp_path.glob("personal.sqlite*"):
        shutil.copyfile(file, killed / file.name)
    store.close()
    log = killed / "personal.sqlite-wal"
    assert log.exists()
    if damage is None:
        log.unlink()
    else:
        log.write_bytes(damage)
    again = PersonalStore(killed / "personal.sqlite", killed / "backups", lambda: datetime.now(UTC))
    assert [bookmark.name for bookmark in again.bookmarks().bookmarks] == ["Home visits"]
    again.close()


@pytest.mark.parametrize("name", ["personal.sqlite", "personal.sqlite-wal", "personal.sqlite-shm"])
@pytest.mark.parametrize("is_folder", [True, False], ids=["folder", "link"])
def test_what_is_no_file_is_set_aside(tmp_path: Path, name: str, *, is_folder: bool) -> None:
    store = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", lambda: datetime.now(UTC))
    store.add_bookmark("Home visits", Location(ManualId("westshire", "procedures")), "Home Visits", None)
    store.back_up()
    store.close()
    place = tmp_path / name
    place.unlink(missing_ok=True)
    if is_folder:
        place.mkdir()
        (place / "something").write_text("in its place")
    else:
        place.symlink_to(tmp_path / "nowhere")
    again = PersonalStore(tmp_path / "personal.sqlite", tmp_path / "backups", lambda: datetime.now(UTC))
    assert [bookmark.name for bookmark in again.bookmarks().bookmarks] == ["Home visits"]
    again.close()
