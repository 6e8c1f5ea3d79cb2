"""Chapters side by side, changes as a queue and the library as at a day, as a person works with them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.ui.actions import ActionId
from tests.support.prepared import Prepared
from tests.ui.conftest import DeskOpener, OpenDesk, samples

SALTBY = ManualId("saltby", "procedures")
NORTHMERE = ManualId("northmere", "procedures")
PICTURES = os.environ.get("PROCEDURES_PICTURES")


@pytest.fixture(scope="module", autouse=True)
def the_sample_is_the_two_training_manuals() -> Iterator[None]:
    wanted = samples("saltby", "northmere-3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.services.workspace.sample_bundles", lambda: wanted)
        yield


@pytest.fixture(scope="module")
def indexed(prepared: Prepared) -> Path:
    """A library with the two manuals, indexed once."""
    return prepared.library(samples("saltby", "northmere-3"))


@pytest.fixture
def library_dir(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "library"))


@pytest.fixture
def saltby(library_dir: Path, open_desk: DeskOpener) -> OpenDesk:
    return open_desk(library_dir)


def do(desk: OpenDesk, *actions: ActionId) -> None:
    for action in actions:
        desk.window.actions_by_id[action].trigger()
        desk.wait()


def as_at(desk: OpenDesk, day: date) -> None:
    desk.dialogs.day = day
    do(desk, ActionId.AS_AT)


def page_in_front(desk: OpenDesk) -> Page:
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    return view.page


def beside(desk: OpenDesk) -> Page:
    page = desk.window.comparison.page
    assert page is not None, desk.window.comparison.message
    return page


def side_by_side(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    desk.window.resize(1280, 820)
    do(desk, ActionId.SIDE_BY_SIDE)


def place(desk: OpenDesk) -> str:
    [label] = [
        x for x in desk.window.comparison.findChildren(QLabel) if x.accessibleDescription() == "Differences"
    ]
    return label.text()


def picture(desk: OpenDesk, name: str) -> None:
    if PICTURES:
        desk.qtbot.wait(200)
        desk.window.grab().save(str(Path(PICTURES) / f"{name}.png"))


# Side by side


def test_side_by_side_is_worked_with_the_keyboard_alone(saltby: OpenDesk) -> None:
    saltby.go("contact", SALTBY)
    window, bot = saltby.window, saltby.qtbot
    window.show()
    bot.waitExposed(window)
    window.activateWindow()
    bot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    saltby.wait()
    assert " beside " in beside(saltby).title
    bot.keyClick(window, Qt.Key.Key_F8)
    assert "Differences: 1 of" in place(saltby)
    bot.keyClick(window, Qt.Key.Key_F8)
    assert "Differences: 2 of" in place(saltby)
    bot.keyClick(window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    bot.keyClick(window, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    count = place(saltby).split(" of ")[1].split(" ")[0]
    assert place(saltby).startswith(f"Differences: {count} of {count}"), "before the first comes the last"
    before = beside(saltby).title
    bot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    saltby.wait()
    assert beside(saltby).title == " beside ".join(reversed(before.split(" beside ")))
    bot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    saltby.wait()
    assert beside(saltby).title == before
    bot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ShiftModifier)
    saltby.wait()
    assert " beside " not in beside(saltby).title
    bot.keyClick(window, Qt.Key.Key_F9)
    saltby.wait()
    assert not window.is_comparison_visible


def test_stepping_through_differences_before_anything_is_compared_does_nothing(saltby: OpenDesk) -> None:
    do(saltby, ActionId.NEXT_DIFFERENCE, ActionId.PREVIOUS_DIFFERENCE, ActionId.SWAP_SIDES)
    assert not saltby.window.is_comparison_visible


def test_swapped_sides_stay_swapped_when_lone_passages_are_hidden(saltby: OpenDesk) -> None:
    side_by_side(saltby)
    do(saltby, ActionId.SWAP_SIDES)
    swapped = beside(saltby).title
    longer = len(beside(saltby).html)
    _press(saltby, "Show passages that only one has")
    assert beside(saltby).title == swapped
    assert len(beside(saltby).html) < longer


def test_everything_in_the_pane_has_a_name_and_can_be_reached_by_tab(saltby: OpenDesk) -> None:
    side_by_side(saltby)
    panel = saltby.window.comparison
    saltby.window.show()
    boxes = [box for box in panel.findChildren(QComboBox) if box.isVisible()]
    buttons = [button for button in panel.findChildren(QAbstractButton) if button.isVisible()]
    assert boxes
    assert buttons
    for box in boxes:
        assert box.accessibleName()
        assert box.focusPolicy() & Qt.FocusPolicy.TabFocus
    for button in buttons:
        assert button.accessibleName() or button.text()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.text()
    assert panel.view.text.accessibleName()


@pytest.mark.parametrize("percent", [100, 200])
def test_the_window_at_its_usual_size_holds_everything_open_at_once(
    library_dir: Path, open_desk: DeskOpener, qapp: QApplication, percent: int
) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * percent / 100)
    try:
        qapp.setFont(large)
        desk = open_desk(library_dir)
        window = desk.window
        window.show()
        window.resize(1280, 820)
        side_by_side(desk)
        as_at(desk, date(2025, 6, 1))
        do(desk, ActionId.SHOW_CHANGES)
        desk.qtbot.wait(100)
        picture(desk, f"everything-{percent}")
        assert window.comparison.view.text.viewport().height() >= 120, "there is room left to read"
        if percent == 100:
            assert (window.width(), window.height()) == (1280, 820)
    finally:
        qapp.setFont(usual)


def test_a_comparison_is_saved_as_a_page_that_says_what_vouches_for_each_side(
    saltby: OpenDesk, tmp_path: Path
) -> None:
    side_by_side(saltby)
    saltby.dialogs.folder = tmp_path
    do(saltby, ActionId.SAVE_COMPARISON)
    text = (tmp_path / "comparison.html").read_text("utf-8")
    assert text.count("Not for practice.") >= 2
    assert "Saltby Borough Council" in text
    assert "Northmere County Council" in text
    assert "<script" not in text


def test_a_page_that_cannot_be_written_is_said_and_the_comparison_can_be_shown_again(
    saltby: OpenDesk, tmp_path: Path
) -> None:
    side_by_side(saltby)
    (tmp_path / "in-the-way").write_text("a file")
    saltby.dialogs.folder = tmp_path / "in-the-way"
    do(saltby, ActionId.SAVE_COMPARISON)
    assert "comparison.html" in saltby.window.comparison.message or "in-the-way" in (
        saltby.window.comparison.message
    )


# One's own decisions


def _press(desk: OpenDesk, text: str) -> None:
    [action] = [found for found in desk.window.comparison.findChildren(QAction) if found.text() == text]
    assert action.isVisible()
    action.trigger()
    desk.wait()


def _choose_chapter(desk: OpenDesk, row: int) -> str:
    [box] = [
        box
        for box in desk.window.comparison.findChildren(QComboBox)
        if box.accessibleName() == "Chapter to compare with"
    ]
    box.setCurrentIndex(row)
    desk.wait()
    return beside(desk).title


def test_the_newest_choice_of_a_counterpart_counts(saltby: OpenDesk) -> None:
    saltby.go("child-protection-enquiries", SALTBY)
    do(saltby, ActionId.COMPARE)
    for _ in range(4):
        chosen = _choose_chapter(saltby, 1)
        _press(saltby, "This is the counterpart")
        assert beside(saltby).title == chosen
        assert saltby.window.comparison.message == "Counterpart: your own choice."


# The library as at a day


def test_before_the_first_edition_the_tree_is_empty_and_the_banner_names_every_manual(
    saltby: OpenDesk,
) -> None:
    saltby.go("contact", SALTBY)
    as_at(saltby, date(1999, 1, 1))
    assert saltby.window.library.model.rowCount() == 0
    assert "Saltby" in saltby.window.banner
    assert "Northmere" in saltby.window.banner
    assert saltby.page_text, "an open tab stays open"
    do(saltby, ActionId.NOW)
    assert saltby.window.library.model.rowCount() == 2


def test_in_the_future_the_newest_editions_are_shown(saltby: OpenDesk) -> None:
    as_at(saltby, date(2099, 12, 31))
    assert "31 DECEMBER 2099" in saltby.window.banner
    saltby.go("contact", SALTBY)
    assert page_in_front(saltby).location.edition == 2


def test_today_is_no_other_day(saltby: OpenDesk) -> None:
    saltby.dialogs.day = None
    do(saltby, ActionId.AS_AT)
    assert saltby.window.banner == ""


def test_to_and_fro_with_open_tabs_each_edition_keeps_its_own(saltby: OpenDesk) -> None:
    saltby.go("contact", SALTBY)
    for _ in range(3):
        as_at(saltby, date(2025, 6, 1))
        saltby.go("contact", SALTBY)
        assert page_in_front(saltby).location.edition == 1
        do(saltby, ActionId.NOW)
        saltby.go("contact", SALTBY)
        assert page_in_front(saltby).location.edition == 2
    editions = [view.page.location.edition for view in saltby.window.views() if view.page]
    assert sorted(str(number) for number in editions) == ["1", "2"]


def test_a_bookmark_opens_in_the_edition_of_the_day_that_is_shown(saltby: OpenDesk) -> None:
    saltby.go("contact", SALTBY)
    do(saltby, ActionId.ADD_BOOKMARK)
    as_at(saltby, date(2025, 6, 1))
    saltby.desk.navigation.go(saltby.desk.library_state.following(Location(SALTBY, "contact", 2)))
    saltby.wait()
    assert page_in_front(saltby).location.edition == 1


def test_a_chapter_as_at_a_day_is_compared_with_the_chapter_of_that_day(saltby: OpenDesk) -> None:
    as_at(saltby, date(2025, 6, 1))
    saltby.go("contact", SALTBY)
    do(saltby, ActionId.COMPARE)
    shown = saltby.window.comparison.page
    assert shown is None or shown.location.manual == SALTBY, "nothing of Northmere was in force in June 2025"


def test_a_change_is_opened_in_the_edition_that_changed_it_whatever_day_is_shown(saltby: OpenDesk) -> None:
    as_at(saltby, date(2025, 6, 1))
    do(saltby, ActionId.NEXT_CHANGE, ActionId.NEXT_CHANGE)
    assert page_in_front(saltby).location.edition == 2
    assert "from edition 1" in beside(saltby).title


def test_a_session_from_as_at_a_day_comes_back_in_force_now_without_a_banner(
    saltby: OpenDesk, open_desk: DeskOpener
) -> None:
    as_at(saltby, date(2025, 6, 1))
    saltby.go("contact", SALTBY)
    base_dir = saltby.desk.workspace.places.base_dir
    saltby.desk.close()
    again = open_desk(base_dir)
    again.wait()
    assert again.window.banner == ""
    assert page_in_front(again).location.edition == 2


def test_removing_the_edition_that_is_shown_leaves_a_tree_and_a_banner_that_are_true(
    saltby: OpenDesk,
) -> None:
    as_at(saltby, date(2025, 6, 1))
    saltby.go("contact", SALTBY)
    assert "Saltby" not in saltby.window.banner
    do(saltby, ActionId.REMOVE_EDITION)
    assert saltby.window.library.model.rowCount() == 0
    assert "Saltby" in saltby.window.banner, "no edition of that day is installed any more"


def test_the_queue_forgets_what_was_removed(saltby: OpenDesk) -> None:
    do(saltby, ActionId.SHOW_CHANGES)
    model = saltby.window.changes.tree.model()
    assert model.rowCount() == 1
    saltby.go("contact", SALTBY, edition=1)
    do(saltby, ActionId.REMOVE_EDITION)
    assert model.rowCount() == 0
    do(saltby, ActionId.NEXT_CHANGE, ActionId.NEXT_CHANGE)
    assert saltby.window.current_view is not None


def test_f7_steps_round_the_queue_and_past_chapters_that_are_gone(saltby: OpenDesk) -> None:
    do(saltby, ActionId.SHOW_CHANGES)
    model = saltby.window.changes.tree.model()
    top = model.index(0, 0)
    count = model.rowCount(top)
    titles = []
    for _ in range(count + 1):
        do(saltby, ActionId.NEXT_CHANGE)
        titles.append(page_in_front(saltby).title)
    assert titles[0] == titles[-1]
    assert len(set(titles)) == count


def test_training_mode_reveals_what_differs_step_by_step(saltby: OpenDesk) -> None:
    """First one authority's words, then the other's, then the differences."""
    desk = saltby
    side_by_side(desk)
    desk.window.actions_by_id[ActionId.TRAINING].trigger()
    desk.wait()
    view = desk.desk.training.view
    assert view is not None
    assert "Saltby Borough Council" in view.said
    assert "Northmere County Council" in view.said
    seen: list[str] = []
    while True:
        seen.append(view.text.toPlainText())
        place = view.place
        view.go_on()
        if view.place == place:
            break
    first = next(i for i, text in enumerate(seen) if "Differs:" in text)
    assert "Differs:" not in seen[first - 1]
    assert set(seen[first - 2].split()) < set(seen[first - 1].split()), (
        "each step shows more than the one before"
    )
    view.close()
