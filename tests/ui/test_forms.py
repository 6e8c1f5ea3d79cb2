"""Forms in the window: in the tree, on a page of their own, found by their words, and saved as a copy."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.ui.actions import ActionId
from tests.support.prepared import Prepared
from tests.ui.conftest import COUNCILS, DeskOpener, OpenDesk, samples

NORTHMERE = ManualId("northmere", "procedures")
STAY = Location(NORTHMERE, form="overnight-stay-record.pdf")
FORM_SOURCE = (
    Path(__file__).parents[2]
    / "bundles"
    / "sources"
    / "northmere"
    / "3"
    / "forms"
    / "overnight-stay-record.pdf"
)


@pytest.fixture
def desk(open_desk: DeskOpener, prepared: Prepared, tmp_path: Path) -> OpenDesk:
    """A window over the newest edition of one training manual, and the whole sample."""
    filled = prepared.library((*samples("northmere-3"), *COUNCILS))
    return open_desk(Path(shutil.copytree(filled, tmp_path / "library")))


def test_a_form_in_the_tree_opens_its_page_with_its_words(desk: OpenDesk) -> None:
    tree = desk.window.library
    tree.reveal(STAY)
    tree.tree.setFocus()
    desk.qtbot.keyClick(tree.tree, Qt.Key.Key_Return)
    desk.wait()
    assert desk.page_text.startswith("Overnight Stay Record")
    assert "PDF document" in desk.page_text
    assert "Ring the social worker" in desk.page_text
    view = desk.window.current_view
    assert view is not None
    assert "Training manual of an invented council. Not for practice." in view.strip.text


def test_a_link_of_a_chapter_opens_the_form(desk: OpenDesk) -> None:
    desk.go("overnight-stays", NORTHMERE)
    desk.desk.navigation.follow(str(STAY))
    desk.wait()
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location.form == "overnight-stay-record.pdf"


def test_a_form_is_found_by_its_words_and_opened(desk: OpenDesk) -> None:
    desk.type_search("household known as a risk stay")
    rows = desk.window.results.tree.model()
    titles = []
    for row in range(rows.rowCount()):
        parent = rows.index(row, 0)
        titles += [rows.index(child, 0, parent).data() for child in range(rows.rowCount(parent))]
    assert any("Overnight Stay Record" in str(title) for title in titles)


def test_a_copy_of_a_form_is_the_signed_file(desk: OpenDesk, tmp_path: Path) -> None:
    desk.desk.navigation.go(STAY)
    desk.wait()
    desk.dialogs.folder = tmp_path
    desk.dialogs.says_yes = False
    desk.window.actions_by_id[ActionId.SAVE_FORM].trigger()
    desk.wait()
    copy = tmp_path / "overnight-stay-record.pdf"
    assert hashlib.sha256(copy.read_bytes()).digest() == hashlib.sha256(FORM_SOURCE.read_bytes()).digest()
    assert "look here for a newer edition" in desk.dialogs.asked[-1]


def test_the_link_on_the_form_s_page_saves_a_copy(desk: OpenDesk, tmp_path: Path) -> None:
    desk.desk.navigation.go(STAY)
    desk.wait()
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    desk.dialogs.folder = tmp_path
    desk.dialogs.says_yes = False
    desk.desk.navigation.follow(str(view.page.location))
    desk.wait()
    assert (tmp_path / "overnight-stay-record.pdf").is_file()


def test_saving_is_offered_on_a_form_s_page_only(desk: OpenDesk) -> None:
    save = desk.window.actions_by_id[ActionId.SAVE_FORM]
    desk.go("overnight-stays", NORTHMERE)
    assert not save.isEnabled()
    desk.desk.navigation.go(STAY)
    desk.wait()
    assert save.isEnabled()


def test_a_form_that_is_not_there_is_said(desk: OpenDesk) -> None:
    desk.desk.navigation.go(Location(NORTHMERE, form="no-such-form.pdf"))
    desk.wait()
    assert "has no form “no-such-form.pdf”" in desk.window.activity.message


def test_a_disk_that_refuses_the_copy_is_said_and_nothing_is_left(desk: OpenDesk, tmp_path: Path) -> None:
    desk.desk.navigation.go(STAY)
    desk.wait()
    (tmp_path / "file").write_text("not a folder")
    desk.dialogs.folder = tmp_path / "file"
    desk.window.actions_by_id[ActionId.SAVE_FORM].trigger()
    desk.wait()
    assert "Cannot write" in desk.window.activity.message
    assert "Open the copy?" not in " ".join(desk.dialogs.asked)
