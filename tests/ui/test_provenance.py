"""Who vouches for a text: one line above it, and the chain behind it in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from reader.domain.page import ProvenanceLine
from reader.ui.actions import ActionId
from reader.ui.dialogs import WindowDialogs
from reader.ui.widgets.provenance_dialog import ProvenanceDialog
from tests.support.worlds import WESTSHIRE, Team, World
from tests.ui.conftest import DeskOpener, OpenDesk


@pytest.fixture
def shires(open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path) -> OpenDesk:
    desk = open_desk(
        tmp_path / "library",
        world.bundle(WESTSHIRE).write(tmp_path, "west.manual"),
        trust=root_file,
        is_sample=False,
    )
    desk.wait()
    desk.go("home-visits", WESTSHIRE)
    return desk


def test_the_strip_says_who_signed_and_when_it_was_verified(shires: OpenDesk) -> None:
    view = shires.window.current_view
    assert view is not None
    assert "✓ Signed by shires officer of westshire/procedures 1, verified at " in view.strip.text


def test_the_chain_is_explained_from_the_trust_root_to_the_text(shires: OpenDesk) -> None:
    shires.window.actions_by_id[ActionId.PROVENANCE].trigger()
    said = shires.dialogs.shown[-1].splitlines()
    assert len(said) == 5
    assert "which IT has set on this computer, says who keeps the register" in said[0]
    assert "Signed by shires root 1 and shires root 2." in said[0]
    assert "who may speak for Westshire Council. Signed by shires registrar 1." in said[1]
    assert "Westshire Council says who may sign the manual “Procedures Manual”" in said[2]
    assert "edition 1, is as it was signed. Signed by shires officer of westshire/procedures 1." in said[3]
    assert "No network was needed" in said[4]


def test_the_button_in_the_strip_opens_the_same(shires: OpenDesk, qtbot: QtBot) -> None:
    view = shires.window.current_view
    assert view is not None
    button = next(b for b in view.strip.findChildren(QToolButton) if b.text() == "Signature…")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert "says who keeps the register" in shires.dialogs.shown[-1]


def test_the_dialog_shows_every_fingerprint_and_copies_it(
    shires: OpenDesk, qtbot: QtBot, world: World
) -> None:
    view = shires.window.current_view
    assert view is not None
    assert view.page is not None
    WindowDialogs(shires.window).show_provenance(view.page)
    dialog = shires.window.findChild(ProvenanceDialog)
    assert isinstance(dialog, QDialog)
    text = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    compact = text.replace(" ", "")
    assert world.trust_root.fingerprint in text
    for team in (world.registrar, world.leads["westshire"], world.officers[WESTSHIRE]):
        assert team.key_ids[0] in compact
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))
    copy = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy")
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == dialog.text
    assert world.trust_root.fingerprint in dialog.text
    dialog.reject()


def test_an_older_edition_that_only_a_newer_one_vouches_for_says_so(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path
) -> None:
    old = world.bundle(edition=1)
    newer = world.with_officers(WESTSHIRE, Team.new("new officer"))
    desk = open_desk(
        tmp_path / "library",
        newer.bundle(edition=2, history=[old]).write(tmp_path, "2.manual"),
        old.write(tmp_path, "1.manual"),
        trust=root_file,
        is_sample=False,
    )
    desk.wait()
    desk.go("home-visits", WESTSHIRE, edition=1)
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    assert "Vouched for by a newer edition" in view.strip.text
    assert "Superseded" in view.strip.text
    assert any("names it as a genuine older one" in line.sentence for line in view.page.provenance)


def test_nothing_of_a_sample_is_said_to_come_from_the_authority(desk: OpenDesk) -> None:
    desk.go(next(iter(desk.desk.library_state.snapshot.bundles[0].edition.contents.chapters())).id)
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    said: tuple[ProvenanceLine, ...] = view.page.provenance
    name = view.page.strip.authority
    assert f"A sample key in the place of {name} says who may sign" in said[2].sentence
    assert f"names a sample key for {name}" in said[1].sentence
    assert "IT has set" not in said[0].sentence
