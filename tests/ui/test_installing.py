from __future__ import annotations

import gc
import shutil
from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from reader.store.places import sample_bundles, sample_root_file
from reader.ui.actions import ActionId
from reader.ui.garbage import GarbageCollector
from tests.support.worlds import WESTSHIRE, Team, World
from tests.ui.conftest import WAIT_MS, DeskOpener, OpenDesk

BUNDLES = {file.stem: file for file in sample_bundles()}


def _changed(tmp_path: Path) -> Path:
    """A sample bundle with one byte changed in its contents list."""
    raw = bytearray(BUNDLES["lancashire"].read_bytes())
    raw[raw.find(b"Young Carers")] ^= 1
    file = tmp_path / "changed.manual"
    file.write_bytes(raw)
    return file


def test_an_empty_library_explains_itself_and_offers_both_ways_in(
    open_desk: DeskOpener, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "empty", trust=sample_root_file(), is_sample=False)
    assert "This laptop has no manual yet" in desk.window.welcome.message
    assert desk.window.welcome._add.isVisible()
    assert desk.window.welcome._samples.isVisible()


def test_without_a_trust_root_nothing_can_be_added_and_it_says_why(
    open_desk: DeskOpener, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "empty", BUNDLES["lancashire"], is_sample=False)
    assert "ask IT" in desk.window.welcome.message
    assert "No trust root is set on this computer" in desk.dialogs.shown[0]
    assert desk.window.library.model.rowCount() == 0


def test_a_bundle_given_at_the_start_is_installed_and_shown(open_desk: DeskOpener, tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "new", BUNDLES["lancashire"], trust=sample_root_file(), is_sample=False)
    desk.wait()
    assert [*desk.desk.library_state.names.values()] == ["Lancashire County Council"]
    assert "Added Lancashire County Council" in desk.window.activity.message
    desk.type_search("chronologies")
    assert desk.window.results.tree.model().rowCount() == 1


def test_a_bundle_is_added_by_the_menu(open_desk: DeskOpener, tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "new", trust=sample_root_file(), is_sample=False)
    desk.dialogs.bundles = (BUNDLES["lancashire"], BUNDLES["cambridgeshire"])
    desk.window.actions_by_id[ActionId.ADD_BUNDLE].trigger()
    desk.wait()
    assert desk.window.library.model.rowCount() == 2


def test_a_bundle_is_added_by_drag_and_drop(open_desk: DeskOpener, tmp_path: Path) -> None:
    desk = open_desk(tmp_path / "new", trust=sample_root_file(), is_sample=False)
    data = QMimeData()
    data.setUrls(
        [QUrl.fromLocalFile(str(BUNDLES["lancashire"])), QUrl.fromLocalFile(str(tmp_path / "x.txt"))]
    )
    event = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    desk.window.dropEvent(event)
    desk.wait()
    assert desk.window.library.model.rowCount() == 1


def test_a_changed_bundle_is_refused_in_plain_words_and_the_rest_keeps_working(
    desk: OpenDesk, tmp_path: Path
) -> None:
    desk.desk.library.install((_changed(tmp_path), BUNDLES["leicestershire"]))
    desk.wait()
    assert len(desk.dialogs.shown) == 1
    message = desk.dialogs.shown[0]
    assert "was changed after it was signed" in message
    assert "changed.manual" in message
    assert "Traceback" not in message
    assert desk.window.library.model.rowCount() == 5
    desk.go("young-carers")
    assert "5.5.1 Young Carers" in desk.page_text


def test_a_bundle_that_was_damaged_on_disk_is_left_out_and_the_others_are_shown(
    library_dir: Path, open_desk: DeskOpener, tmp_path: Path
) -> None:
    shutil.copyfile(_changed(tmp_path), library_dir / "library" / "lancashire" / "procedures" / "1.manual")
    desk = open_desk(library_dir)
    assert desk.window.library.model.rowCount() == 5, (
        "the sample library heals itself from the program's own samples"
    )
    assert "Lancashire County Council" in desk.desk.library_state.names.values()


def test_problems_of_a_library_are_listed(library_dir: Path, open_desk: DeskOpener, tmp_path: Path) -> None:
    shutil.copyfile(_changed(tmp_path), library_dir / "library" / "lancashire" / "procedures" / "1.manual")
    desk = open_desk(library_dir, trust=sample_root_file(), is_sample=False)
    assert desk.window.library.model.rowCount() == 4
    assert "1 file of the library cannot be shown" in desk.window.activity.message
    desk.window.actions_by_id[ActionId.PROBLEMS].trigger()
    assert "was changed after it was signed" in desk.dialogs.shown[-1]


def test_bundles_that_appear_in_the_watched_folder_are_installed(
    open_desk: DeskOpener, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "new", trust=sample_root_file(), is_sample=False)
    watched = tmp_path / "watched"
    watched.mkdir()
    desk.dialogs.folder = watched
    desk.window.actions_by_id[ActionId.WATCH_FOLDER].trigger()
    shutil.copyfile(BUNDLES["lancashire"], watched / "lancashire.manual")
    desk.qtbot.waitUntil(lambda: desk.window.library.model.rowCount() == 1, timeout=WAIT_MS)
    desk.wait()
    assert desk.desk.appearance.settings.watched_dir == watched


def test_a_removed_edition_disappears_and_can_be_added_again(desk: OpenDesk) -> None:
    desk.go("young-carers")
    desk.window.actions_by_id[ActionId.REMOVE_EDITION].trigger()
    desk.wait()
    assert desk.window.library.model.rowCount() == 4
    view = desk.window.current_view
    assert view is not None
    assert "is not installed" in view.strip.text, "the open page says that its manual is gone"
    desk.desk.library.install((BUNDLES["lancashire"],))
    desk.wait()
    assert desk.window.library.model.rowCount() == 5


def test_the_welcome_offers_the_installed_manuals(desk: OpenDesk) -> None:
    buttons = desk.window.welcome._buttons
    assert buttons[2].accessibleName().startswith("Lancashire County Council: ")
    assert "188 chapters" in buttons[2].accessibleName()
    buttons[2].click()
    desk.wait()
    assert desk.page_text.startswith("Children's Social Care Procedures Manual")


def test_a_watched_folder_is_looked_at_quietly_at_each_start(
    desk: OpenDesk, open_desk: DeskOpener, tmp_path: Path
) -> None:
    """What is installed already is passed over; a bad file costs a line and no dialog."""
    watched = tmp_path / "watched"
    watched.mkdir()
    shutil.copyfile(BUNDLES["lancashire"], watched / "lancashire.manual")
    shutil.copyfile(_changed(tmp_path), watched / "changed.manual")
    desk.desk.intake.watch(watched)
    desk.qtbot.waitUntil(
        lambda: "changed.manual was not added" in desk.window.activity.message, timeout=WAIT_MS
    )
    desk.wait()
    assert desk.dialogs.shown == []
    assert "Added" not in desk.window.activity.message


def test_widgets_are_never_collected_in_a_worker(desk: OpenDesk) -> None:
    GarbageCollector(desk.desk)
    assert not gc.isenabled()


def test_a_trust_update_is_taken_in_like_a_manual(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "library", world.bundle().write(tmp_path), trust=root_file, is_sample=False)
    desk.wait()
    desk.go("home-visits", WESTSHIRE)
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    desk.desk.library.install((newer.update(tmp_path, "westshire"),))
    desk.wait()
    assert desk.window.library.model.rowCount() == 0, "what a withdrawn key signed is not shown any more"
    view = desk.window.current_view
    assert view is not None
    assert "does not carry the signatures" in view.strip.text, "an open page says that it counts no more"
    assert "✗ Not verified" in view.strip.text
    assert "✓" not in view.strip.text
    assert desk.page_text == "This text is not shown any more: it cannot be verified."
    desk.window.actions_by_id[ActionId.PROBLEMS].trigger()
    assert "does not carry the signatures that it needs" in desk.dialogs.shown[-1]
    desk.desk.library.install((newer.bundle(edition=2).write(tmp_path),))
    desk.wait()
    assert desk.window.library.model.rowCount() == 1


def test_a_trust_update_that_is_none_is_refused_in_plain_words(
    open_desk: DeskOpener, root_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "news.trust"
    file.write_bytes(b"hello")
    desk = open_desk(tmp_path / "library", file, trust=root_file, is_sample=False)
    desk.wait()
    said = desk.dialogs.shown[-1]
    assert "This file is not what its name says. Nothing of it was taken in." in said
    assert "What to do: Ask whoever sent it" in said
    assert "(code: not-a-bundle)" in said
