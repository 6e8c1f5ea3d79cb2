"""Bundles that come by themselves while somebody reads, and what IT has switched off, in the window."""

from __future__ import annotations

import dataclasses
import os
import shutil
from pathlib import Path

import platformdirs
import pytest

from reader.store import places
from reader.store.places import sample_bundles, sample_root_file
from reader.ui.actions import ActionId
from reader.ui.widgets.report_dialog import ReportDialog
from tests.support.worlds import EASTSHIRE, WESTSHIRE, Team, World
from tests.ui.conftest import WAIT_MS, DeskOpener, OpenDesk

BUNDLES = {file.stem: file for file in sample_bundles()}


@pytest.fixture(autouse=True)
def machine_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(platformdirs, "site_config_dir", lambda *_, **__: str(tmp_path / "machine"))
    (tmp_path / "machine").mkdir()
    return tmp_path / "machine"


def settle(machine_dir: Path, text: str) -> None:
    (machine_dir / "machine.toml").write_text(f"format = 1\n{text}\n", encoding="utf-8")


def at_rest(desk: OpenDesk) -> None:
    """Until nothing is left to be taken in."""
    desk.qtbot.waitUntil(lambda: desk.desk.intake.is_at_rest and desk.desk.runner.is_idle, timeout=WAIT_MS)


def test_a_new_edition_comes_while_somebody_reads_and_leaves_the_text_where_it_was(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, machine_dir: Path
) -> None:
    """The open chapter stays in its edition and at its place; the next turn of a page is in the new one."""
    share = tmp_path / "share"
    share.mkdir()
    settle(machine_dir, f'[bundles]\nfolders = ["{share}"]')
    first = world.bundle(words="Long ago. " * 2000)
    desk = open_desk(tmp_path / "library", first.write(tmp_path), trust=root_file, is_sample=False)
    at_rest(desk)
    desk.go("home-visits", WESTSHIRE, anchor="before-the-visit")
    view = desk.window.current_view
    assert view is not None
    bar = view.text.verticalScrollBar()
    bar.setValue(bar.maximum())
    place = bar.value()
    assert place > 0
    cursor = view.text.textCursor()
    cursor.setPosition(40)
    cursor.setPosition(60, cursor.MoveMode.KeepAnchor)
    view.text.setTextCursor(cursor)
    bar.setValue(place)
    second = world.bundle(edition=2, history=[first], words="Now.")
    second.write(share, "half.part")
    (share / "half.part").rename(share / "new.manual")
    desk.qtbot.waitUntil(lambda: len(desk.desk.library_state.snapshot.bundles) == 2, timeout=WAIT_MS)
    at_rest(desk)
    assert "Added from the watched folders: Westshire Council, edition 2" in desk.window.activity.message
    assert desk.dialogs.shown == [], "nobody is interrupted"
    assert desk.window.current_view is view
    assert view.page is not None
    assert view.page.location.edition == 1
    assert bar.value() == place
    assert view.text.textCursor().selectionStart() == 40, "nor is what was selected"
    assert "Long ago." in desk.page_text
    assert "edition 2" in view.strip.text.casefold(), "the page says that there is a newer one"
    desk.go("private-fostering", WESTSHIRE)
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location.edition == 2
    assert len(desk.desk.library_state.snapshot.bundles) == 2, "the old edition stays"


def test_many_bundles_come_in_while_bookmarks_are_kept(
    open_desk: DeskOpener, tmp_path: Path, machine_dir: Path
) -> None:
    """Each file is one step in the lane of what writes: a bookmark waits for one file, not for all."""
    folder = machine_dir / "bundles"
    folder.mkdir()
    desk = open_desk(tmp_path / "library", BUNDLES["saltby-2"], trust=sample_root_file(), is_sample=False)
    desk.go(None, desk.desk.library_state.snapshot.manuals()[0])
    for number in range(40):
        (folder / f"broken-{number}.manual").write_bytes(os.urandom(2000))
    for name in ("lancashire", "cambridgeshire", "bedford-borough"):
        shutil.copyfile(BUNDLES[name], folder / f"{name}.manual")
    desk.desk.intake.look_soon()
    desk.qtbot.waitUntil(lambda: "Adding" in desk.window.activity.activity, timeout=WAIT_MS)
    desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.qtbot.waitUntil(
        lambda: desk.window.bookmarks.tree.model().rowCount() == 1 and not desk.desk.intake.is_at_rest,
        timeout=WAIT_MS,
    )
    at_rest(desk)
    assert desk.window.library.model.rowCount() == 4
    assert desk.window.activity.activity == ""
    desk.window.actions_by_id[ActionId.PROBLEMS].trigger()
    assert desk.dialogs.shown[-1].count("broken-") == 40


def test_taking_in_can_be_stopped_and_goes_on_later(
    open_desk: DeskOpener, tmp_path: Path, machine_dir: Path
) -> None:
    folder = machine_dir / "bundles"
    folder.mkdir()
    desk = open_desk(tmp_path / "library", trust=sample_root_file(), is_sample=False)
    for number in range(60):
        (folder / f"broken-{number}.manual").write_bytes(os.urandom(2000))
    shutil.copyfile(BUNDLES["lancashire"], folder / "z.manual")
    desk.desk.intake.look_soon()
    desk.qtbot.waitUntil(lambda: "Adding" in desk.window.activity.activity, timeout=WAIT_MS)
    desk.window.activity.cancel_requested.emit()
    at_rest(desk)
    assert "was stopped" in desk.window.activity.message
    assert desk.window.library.model.rowCount() == 0
    desk.desk.intake.look_soon()
    desk.qtbot.waitUntil(lambda: desk.window.library.model.rowCount() == 1, timeout=WAIT_MS)
    at_rest(desk)


def test_a_trust_update_in_a_folder_lets_in_what_it_vouches_for(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, machine_dir: Path
) -> None:
    folder = machine_dir / "bundles"
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    old, new = world.bundle(), newer.bundle()
    name = next(name for name in old.members if name.endswith("westshire.json"))
    new.with_member(name, old.members[name]).write(folder, "a.manual")
    desk = open_desk(tmp_path / "library", trust=root_file, is_sample=False)
    at_rest(desk)
    assert desk.window.library.model.rowCount() == 0
    desk.desk.library.install((newer.update(tmp_path / "given", "westshire"),))
    desk.qtbot.waitUntil(lambda: desk.window.library.model.rowCount() == 1, timeout=WAIT_MS)
    at_rest(desk)


# What IT has switched off


def test_what_it_has_switched_off_is_said_before_any_dialog_opens(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, machine_dir: Path
) -> None:
    desk = open_desk(tmp_path / "library", world.bundle().write(tmp_path), trust=root_file, is_sample=False)
    desk.desk.close()
    settle(
        machine_dir,
        '[bundles]\nwho_may_add = "it"\nwho_may_remove = "it"\n'
        "[paper]\nprint = false\npdf = false\ncourt_extracts = false\n[exports]\nfiles = false",
    )
    desk = open_desk(tmp_path / "library", trust=root_file, is_sample=False)
    desk.dialogs.bundles = (world.bundle(EASTSHIRE).write(tmp_path),)
    desk.dialogs.folder = tmp_path / "exports"
    desk.go("home-visits", WESTSHIRE)
    for action, sentence in (
        (ActionId.ADD_BUNDLE, "IT adds the manuals"),
        (ActionId.WATCH_FOLDER, "IT adds the manuals"),
        (ActionId.REMOVE_EDITION, "IT keeps the manuals"),
        (ActionId.PRINT, "printing off"),
        (ActionId.SAVE_PDF, "saving as PDF off"),
        (ActionId.COURT_EXTRACT, "court extracts off"),
        (ActionId.EXPORT_BOOKMARKS, "exporting files off"),
    ):
        desk.window.actions_by_id[action].trigger()
        desk.wait()
        assert sentence in desk.dialogs.shown[-1], action
    assert desk.dialogs.asked == [], "no dialog was opened first"
    assert desk.dialogs.opened == []
    assert desk.desk.paper.print_dialog is None
    assert desk.desk.paper.extract_dialog is None
    desk.desk.library.install(desk.dialogs.bundles)
    desk.wait()
    assert "IT adds the manuals" in desk.dialogs.shown[-1], "dropping a file is no way around it"
    assert desk.window.library.model.rowCount() == 1
    assert "chronology" in desk.page_text, "reading goes on"


def test_where_paper_is_off_and_pdf_is_not_the_preview_still_saves(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, machine_dir: Path
) -> None:
    settle(machine_dir, "[paper]\nprint = false")
    desk = open_desk(tmp_path / "library", world.bundle().write(tmp_path), trust=root_file, is_sample=False)
    desk.go("home-visits", WESTSHIRE)
    desk.dialogs.folder = tmp_path / "pdf"
    desk.dialogs.folder.mkdir()
    desk.window.actions_by_id[ActionId.PRINT].trigger()
    desk.wait()
    dialog = desk.desk.paper.print_dialog
    assert dialog is not None
    dialog.print_requested.emit()
    assert "printing off" in desk.dialogs.shown[-1]
    dialog.save_requested.emit()
    desk.wait()
    assert [file.suffix for file in desk.dialogs.folder.iterdir()] == [".pdf"]
    dialog.reject()


# When what IT set cannot be used


def test_a_trust_root_that_cannot_be_used_is_said_in_the_window(
    open_desk: DeskOpener, world: World, tmp_path: Path, machine_dir: Path
) -> None:
    file = places.machine_pin_file()
    file.parent.mkdir()
    file.write_bytes(world.roots[0])
    desk = open_desk(tmp_path / "library", world.bundle().write(tmp_path), is_sample=False)
    desk.wait()
    assert desk.window.library.model.rowCount() == 1
    desk.desk.close()
    for root in (b"", b"{}", b"\xff\xfe"):
        file.write_bytes(root)
        desk = open_desk(tmp_path / "library", is_sample=False)
        assert desk.window.library.model.rowCount() == 0, "nothing is shown that cannot be verified"
        assert str(file) in desk.window.activity.message
        desk.window.actions_by_id[ActionId.PROBLEMS].trigger()
        assert str(file) in desk.dialogs.shown[-1]
        desk.desk.close()
    file.write_bytes(world.roots[0])
    desk = open_desk(tmp_path / "library", is_sample=False)
    assert desk.window.library.model.rowCount() == 1, "and it is all there when the root is mended"


def test_damaged_settings_of_it_are_said_and_reading_goes_on(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, machine_dir: Path
) -> None:
    desk = open_desk(tmp_path / "library", world.bundle().write(tmp_path), trust=root_file, is_sample=False)
    desk.desk.close()
    pin = places.machine_pin_file()
    pin.parent.mkdir()
    pin.write_bytes(world.roots[0])
    (machine_dir / "machine.toml").write_bytes(b"\0")
    desk = open_desk(tmp_path / "library", is_sample=False)
    assert "machine.toml" in desk.window.activity.message
    desk.go("home-visits", WESTSHIRE)
    assert "chronology" in desk.page_text


def test_the_page_on_an_installation_can_be_read_and_copied(desk: OpenDesk) -> None:
    desk.window.actions_by_id[ActionId.EXAMINE].trigger()
    desk.wait()
    [dialog] = desk.dialogs.opened
    assert isinstance(dialog, ReportDialog)
    text = dialog.page.toPlainText()
    assert "Editions that are indexed: 5 of 5" in text
    assert "Nothing is wrong." in text
    dialog.close()


def test_the_persons_own_folder_is_left_alone_where_only_it_adds(
    open_desk: DeskOpener, tmp_path: Path, machine_dir: Path
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    shutil.copyfile(BUNDLES["lancashire"], own / "a.manual")
    settle(machine_dir, '[bundles]\nwho_may_add = "it"')
    desk = open_desk(tmp_path / "library", trust=sample_root_file(), is_sample=False)
    settings = dataclasses.replace(desk.desk.appearance.settings, watched_dir=own)
    desk.desk.appearance.change(settings)
    desk.desk.intake.watch(own)
    at_rest(desk)
    assert desk.window.library.model.rowCount() == 0
