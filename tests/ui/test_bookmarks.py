from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from reader.domain.bookmark import Bookmark
from reader.domain.errors import StorageError
from reader.store import personal
from reader.store.personal import PersonalStore
from reader.ui.actions import ActionId
from reader.ui.models.bookmark_model import BookmarkModel, BookmarkMove
from reader.ui.models.nodes import Role
from tests.ui.conftest import DeskOpener, OpenDesk


def _add(desk: OpenDesk, chapter: str, name: str) -> None:
    desk.go(chapter)
    desk.dialogs.texts = [name]
    desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.wait()


def _shown(desk: OpenDesk, parent: QModelIndex | None = None) -> list[str]:
    model = desk.window.bookmarks.tree.model()
    above = parent or QModelIndex()
    return [str(model.index(row, 0, above).data()) for row in range(model.rowCount(above))]


def _select(desk: OpenDesk, row: int, parent: QModelIndex | None = None) -> None:
    model = desk.window.bookmarks.tree.model()
    desk.window.show_side(desk.window.bookmarks)
    desk.window.bookmarks.tree.setCurrentIndex(model.index(row, 0, parent or QModelIndex()))


def test_a_bookmark_is_offered_a_name_and_opens_its_chapter(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.wait()
    assert _shown(desk) == ["6.8.2 Staying Put Policy (Lancashire County Council)"]
    desk.go("young-carers")
    _select(desk, 0)
    desk.qtbot.keyClick(desk.window.bookmarks.tree, Qt.Key.Key_Return)
    desk.wait()
    assert desk.page_text.startswith("6.8.2")


def test_bookmarks_are_there_again_after_a_restart(desk: OpenDesk, open_desk: DeskOpener) -> None:
    _add(desk, "staying-put-policy", "Care leavers")
    _add(desk, "young-carers", "Carers")
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    assert _shown(again) == ["Care leavers", "Carers"]


def test_bookmarks_go_into_folders(desk: OpenDesk) -> None:
    desk.dialogs.texts = ["Court"]
    desk.window.actions_by_id[ActionId.NEW_FOLDER].trigger()
    desk.wait()
    desk.dialogs.choice = 1
    _add(desk, "staying-put-policy", "In the folder")
    model = desk.window.bookmarks.tree.model()
    assert _shown(desk) == ["Court"]
    assert _shown(desk, model.index(0, 0)) == ["In the folder"]


def test_bookmarks_are_renamed_reordered_removed_and_brought_back(desk: OpenDesk) -> None:
    for chapter, name in (("staying-put-policy", "A"), ("young-carers", "B"), ("direct-payments", "C")):
        _add(desk, chapter, name)
    _select(desk, 2)
    desk.window.bookmarks._on_up()
    desk.wait()
    assert _shown(desk) == ["A", "C", "B"]
    assert desk.window.bookmarks.tree.currentIndex().data() == "C", "the moved one stays selected"
    desk.dialogs.texts = ["C2"]
    desk.window.bookmarks._on_edit()
    desk.wait()
    assert _shown(desk) == ["A", "C2", "B"]
    _select(desk, 0)
    desk.window.bookmarks._on_remove()
    desk.wait()
    assert _shown(desk) == ["C2", "B"]
    for expected in (["A", "C2", "B"], ["A", "C", "B"], ["A", "B", "C"]):
        desk.window.bookmarks._on_undo()
        desk.wait()
        assert _shown(desk) == expected


def test_removing_a_folder_keeps_its_bookmarks(desk: OpenDesk) -> None:
    desk.dialogs.texts = ["Court"]
    desk.window.actions_by_id[ActionId.NEW_FOLDER].trigger()
    desk.wait()
    desk.dialogs.choice = 1
    _add(desk, "staying-put-policy", "Kept")
    _select(desk, 0)
    desk.window.bookmarks._on_remove()
    desk.wait()
    assert _shown(desk) == ["Kept"]


def test_a_drop_asks_for_the_place_where_it_fell(desk: OpenDesk) -> None:
    for chapter, name in (("staying-put-policy", "A"), ("young-carers", "B"), ("direct-payments", "C")):
        _add(desk, chapter, name)
    model = desk.window.bookmarks.tree.model()
    assert isinstance(model, BookmarkModel)
    data = model.mimeData([model.index(0, 0)])
    asked: list[BookmarkMove] = []
    model.move_requested.connect(asked.append)
    model.dropMimeData(data, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    desk.wait()
    bookmark = model.index(1, 0).data(Role.LOCATION)
    assert isinstance(bookmark, Bookmark)
    assert _shown(desk) == ["B", "A", "C"]
    assert asked == [BookmarkMove((bookmark.id,), None, 1)]


def test_the_model_keeps_qts_rules(desk: OpenDesk, qtmodeltester: ModelTester) -> None:
    desk.dialogs.texts = ["Court"]
    desk.window.actions_by_id[ActionId.NEW_FOLDER].trigger()
    desk.wait()
    _add(desk, "young-carers", "B")
    qtmodeltester.check(desk.window.bookmarks.tree.model(), force_py=True)


def test_a_bookmark_of_a_manual_that_is_gone_stays(desk: OpenDesk) -> None:
    _add(desk, "staying-put-policy", "Care leavers")
    desk.window.actions_by_id[ActionId.REMOVE_EDITION].trigger()
    desk.wait()
    assert len(desk.desk.library_state.names) == 4
    assert _shown(desk) == ["Care leavers"]
    desk.window.tabs.removeTab(0)
    _select(desk, 0)
    desk.qtbot.keyClick(desk.window.bookmarks.tree, Qt.Key.Key_Return)
    desk.wait()
    assert "not installed" in desk.window.activity.message


def test_each_undo_takes_back_one_change_however_fast_they_came(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.dialogs.texts = ["A", "B", "C"]
    for _ in range(3):
        desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.wait()
    assert _shown(desk) == ["A", "B", "C"]
    for expected in (["A", "B"], ["A"], []):
        desk.window.bookmarks._on_undo()
        desk.wait()
        assert _shown(desk) == expected


def test_nothing_is_said_to_be_kept_that_is_not(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.go("staying-put-policy")

    def full(*_: object, **__: object) -> None:
        raise StorageError("Cannot save: database or disk is full.")

    monkeypatch.setattr(PersonalStore, "add_bookmark", full)
    desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.wait()
    assert "Bookmarked" not in desk.window.activity.message
    assert "disk is full" in desk.dialogs.shown[-1]
    assert _shown(desk) == []


def test_a_visit_that_cannot_be_noted_costs_a_line_and_no_dialog(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("Cannot save: database or disk is full.")

    monkeypatch.setattr(PersonalStore, "add_recent", full)
    desk.go("staying-put-policy")
    assert desk.page_text.startswith("6.8.2")
    assert desk.dialogs.shown == []
    assert "disk is full" in desk.window.activity.message


@pytest.mark.parametrize("how", ["locked", "damaged", "a folder", "of a newer program"])
def test_a_file_of_bookmarks_that_cannot_be_used_stops_no_reading(
    open_desk: DeskOpener, filled_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(personal, "_BUSY_SECONDS", 0.05)
    folder = shutil.copytree(filled_library, tmp_path / "laptop")
    file = folder / "personal.sqlite"
    file.unlink(missing_ok=True)
    holder = sqlite3.connect(tmp_path / "other.sqlite", isolation_level=None)
    if how == "locked":
        holder.close()
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("CREATE TABLE x (y)")
        holder.execute("BEGIN EXCLUSIVE")
    elif how == "damaged":
        file.write_bytes(b"not a database at all" * 200)
    elif how == "a folder":
        file.mkdir()
    else:
        newer = sqlite3.connect(file)
        newer.execute("PRAGMA user_version = 99")
        newer.close()
    desk = open_desk(folder)
    desk.go("staying-put-policy")
    assert desk.page_text.startswith("6.8.2")
    desk.type_search("kinship")
    assert desk.window.results.tree.model().rowCount() > 0
    (said,) = desk.dialogs.shown
    assert "bookmarks" in said.lower()
    assert "Traceback" not in said
    holder.close()
