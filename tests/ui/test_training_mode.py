"""Training mode: one passage at a time, worked with the keys of a remote control."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from reader.domain.manual import ManualId
from reader.services.training import passages_html
from reader.ui.actions import ActionId
from reader.ui.widgets.training_view import TrainingView
from tests.ui.conftest import DeskOpener, OpenDesk

SALTBY = ManualId("saltby", "procedures")


@pytest.fixture
def desk(open_desk: DeskOpener, tmp_path: Path, both_editions_library: Path) -> OpenDesk:
    """A window over a library with two editions of one manual."""
    shutil.copytree(both_editions_library, tmp_path / "laptop")
    return open_desk(tmp_path / "laptop")


def start(desk: OpenDesk) -> TrainingView:
    desk.window.actions_by_id[ActionId.TRAINING].trigger()
    desk.wait()
    view = desk.desk.training.view
    assert view is not None
    view.resize(1280, 800)
    return view


def press_until_it_turns(desk: OpenDesk, view: TrainingView, key: Qt.Key) -> int:
    """Press a key until another passage comes; a passage longer than the screen is scrolled first.

    Returns:
        How often it was pressed.
    """
    place = view.place
    for count in range(1, 30):
        desk.qtbot.keyClick(view, key)
        if view.place != place:
            return count
    return 30


def test_a_passage_that_is_longer_than_the_screen_is_shown_to_its_end_first(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    view = start(desk)
    view.resize(700, 420)
    view._set_zoom(400)
    presses = press_until_it_turns(desk, view, Qt.Key.Key_PageDown)
    assert presses > 2
    assert view.place == (1, 0)
    view.close()


def test_every_passage_is_shown_once_in_order_with_what_vouches_for_it(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    page = desk.window.current_view
    assert page is not None
    assert page.page is not None
    view = start(desk)
    shown: list[str] = []
    count = int(re.findall(r"1 of (\d+)", view.said)[0])
    for number in range(count):
        assert view.place == (number, 0)
        assert "Training manual of an invented council" in view.said
        assert "Saltby Borough Council" in view.said
        assert "edition 2" in view.said
        shown.append(view.text.toPlainText())
        press_until_it_turns(desk, view, Qt.Key.Key_PageDown)
    assert view.place == (count - 1, 0), "behind the last one there is none"
    words = " ".join(" ".join(shown).split())
    assert words == " ".join(page.text.toPlainText().split())
    press_until_it_turns(desk, view, Qt.Key.Key_PageUp)
    assert view.place == (count - 2, 0)
    desk.qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert desk.desk.training.view is None


def test_it_begins_where_the_person_reads(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    page = desk.window.current_view
    assert page is not None
    assert page.page is not None
    passage = page.page.passages[3]
    desk.go("contact", SALTBY, anchor=passage.anchor)
    view = start(desk)
    assert view.place[0] > 0
    assert view.text.toPlainText().strip().startswith(passage.heading)
    view.close()


def test_nothing_that_the_person_wrote_is_shown(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    page = desk.window.current_view
    assert page is not None
    page.text.setTextCursor(page.text.document().find("every eight weeks"))
    desk.window.actions_by_id[ActionId.HIGHLIGHT].trigger()
    desk.wait()
    assert page.text.extraSelections()
    view = start(desk)
    while "every eight weeks" not in view.text.toPlainText():
        view.go_on()
    assert view.text.extraSelections() == []
    view.close()


def is_dark(view: TrainingView) -> bool:
    return view.is_dark


def test_the_screen_goes_dark_and_any_key_lights_it_where_it_was(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    view = start(desk)
    press_until_it_turns(desk, view, Qt.Key.Key_Right)
    for key in (Qt.Key.Key_B, Qt.Key.Key_Period):
        desk.qtbot.keyClick(view, key)
        assert is_dark(view)
        desk.qtbot.keyClick(view, Qt.Key.Key_PageDown)
        assert not is_dark(view)
        assert view.place == (1, 0)
    view.close()


def test_the_light_goes_from_paragraph_to_paragraph(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    view = start(desk)
    for _ in range(3):
        view.go_on()
    paragraphs = [line for line in view.text.toPlainText().split("\n") if line.strip()]
    before = view.grab().toImage()
    desk.qtbot.keyClick(view, Qt.Key.Key_S)
    assert view.spotlight.words == paragraphs[0]
    assert view.grab().toImage() != before
    desk.qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.spotlight.words == paragraphs[1]
    desk.qtbot.keyClick(view, Qt.Key.Key_Up)
    desk.qtbot.keyClick(view, Qt.Key.Key_Up)
    assert view.spotlight.words == paragraphs[0]
    press_until_it_turns(desk, view, Qt.Key.Key_PageDown)
    assert not view.spotlight.is_on
    view.close()


def test_letters_are_large_and_change_by_key(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    page = desk.window.current_view
    assert page is not None
    view = start(desk)
    usual = view.text.document().defaultFont().pointSizeF()
    assert usual >= 1.9 * page.text.document().defaultFont().pointSizeF()
    desk.qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.text.document().defaultFont().pointSizeF() > usual
    for _ in range(30):
        desk.qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.text.document().defaultFont().pointSizeF() >= 0.9 * usual / 2
    view.close()


def test_letters_are_as_large_whatever_the_size_in_the_window(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    sizes = []
    for percent in (100, 180):
        appearance = desk.desk.appearance
        appearance.change(replace(appearance.settings, zoom_percent=percent))
        desk.wait()
        view = start(desk)
        sizes.append(view.text.document().defaultFont().pointSizeF())
        view.close()
        desk.wait()
    assert sizes[1] == pytest.approx(sizes[0], rel=0.02)


def test_closing_the_window_ends_it(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    start(desk)
    desk.window.close()
    assert desk.desk.training.view is None


def test_cut_html_keeps_every_word_and_stays_balanced() -> None:
    html = (
        '<p>a</p><div class="box"><h2 id="x">One &amp; two</h2><p>b<br>c</p>'
        '<h3 id="y">Three</h3><ul><li>d</li></ul></div><p>e</p>'
    )
    pieces = passages_html(html)
    assert [anchor for anchor, _ in pieces] == [None, "x", "y"]
    for _, piece in pieces:
        for tag in ("div", "p", "ul", "li", "h2", "h3"):
            assert len(re.findall(rf"<{tag}[ >]", piece)) == piece.count(f"</{tag}>")
    assert re.sub(r"<[^>]*>", "", "".join(piece for _, piece in pieces)) == re.sub(r"<[^>]*>", "", html)
