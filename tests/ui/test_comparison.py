from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QAction, QFont
from PySide6.QtWidgets import QApplication, QLabel

from reader.domain.manual import ManualId
from reader.ui.actions import ActionId
from tests.ui.conftest import DeskOpener, OpenDesk

CAMBRIDGESHIRE = ManualId("cambridgeshire", "procedures")


def _open(desk: OpenDesk) -> None:
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()


def test_the_counterpart_stands_beside_the_chapter(desk: OpenDesk) -> None:
    desk.go("adoption-reviews")
    _open(desk)
    page = desk.window.comparison.page
    assert page is not None
    assert page.title == "3.1.7 Adoption Reviews"
    assert page.strip.authority == "Bedford Borough Council"


def test_the_chosen_authority_stays_for_the_next_chapter(desk: OpenDesk) -> None:
    desk.go("adoption-reviews")
    _open(desk)
    desk.window.comparison.choose_manual(CAMBRIDGESHIRE)
    desk.wait()
    desk.go("life-story-work")
    page = desk.window.comparison.page
    assert page is not None
    assert (page.location.manual, page.title) == (CAMBRIDGESHIRE, "4.8.1 Life Story Work")


def test_no_counterpart_is_said_and_any_near_chapter_can_be_chosen(desk: OpenDesk) -> None:
    desk.go("multi-agency-care-planning-protocol")
    _open(desk)
    panel = desk.window.comparison
    assert panel.page is None
    assert "No chapter there has a title" in panel.message
    box = panel._chapter_box
    assert box.count() > 1
    box.setCurrentIndex(1)
    desk.wait()
    assert panel.page is not None


def test_the_pane_follows_tabs_and_closes(desk: OpenDesk) -> None:
    desk.go("adoption-reviews")
    desk.go("intermediary-services")
    _open(desk)
    desk.window.tabs.setCurrentIndex(0)
    desk.wait()
    page = desk.window.comparison.page
    assert page is not None
    assert page.title.endswith("Adoption Reviews")
    _open(desk)
    assert not desk.window.is_comparison_visible


def test_without_a_chapter_the_pane_asks_for_one(desk: OpenDesk) -> None:
    _open(desk)
    assert desk.window.comparison.page is None
    assert "Open a chapter" in desk.window.comparison._heading.text()


def test_after_a_restart_the_pane_compares_the_chapter_that_is_in_front(
    desk: OpenDesk, open_desk: DeskOpener
) -> None:
    desk.go("adoption-reviews")
    _open(desk)
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    again.wait()
    assert again.window.is_comparison_visible
    page = again.window.comparison.page
    assert page is not None
    assert page.title == "3.1.7 Adoption Reviews"
    assert again.window.library.tree.currentIndex().data() == "7.2.6 Adoption Reviews"


def test_provenance_is_shown_in_full_in_a_narrow_pane_with_large_letters(
    open_desk: DeskOpener, library_dir: Path, qapp: QApplication
) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(18)
    try:
        qapp.setFont(large)
        desk = open_desk(library_dir)
        desk.window.resize(1280, 820)
        desk.go("allegations-against-foster-carers")
        _open(desk)
        desk.window.resize(1280, 820)
        desk.qtbot.wait(200)
        labels = desk.window.comparison.findChildren(QLabel)
        seen = [label for label in labels if label.isVisible() and label.wordWrap()]
        assert len(seen) >= 4
        for label in seen:
            assert label.height() >= label.heightForWidth(label.width()) - 2, label.text()
    finally:
        qapp.setFont(usual)


def _choose(desk: OpenDesk, text: str) -> None:
    """Choose from the menu of the pane."""
    action = next(a for a in desk.window.comparison.findChildren(QAction) if a.text() == text)
    assert action.isVisible()
    action.trigger()
    desk.wait()


def test_ones_own_decision_wins_over_the_matching_and_stays(library_dir: Path, open_desk: DeskOpener) -> None:
    desk = open_desk(library_dir)
    desk.go("adoption-reviews")
    _open(desk)
    panel = desk.window.comparison
    assert panel.page is not None
    first = panel.page.title
    _choose(desk, "This is not the counterpart")
    assert "No chapter there" in panel.message
    titles = [panel._chapter_box.itemText(row) for row in range(panel._chapter_box.count())]
    assert not any(first in title for title in titles), "what was called wrong is not offered again"
    panel._chapter_box.setCurrentIndex(1)
    desk.wait()
    chosen = panel.page
    assert chosen is not None
    _choose(desk, "This is the counterpart")
    assert panel.message == "Counterpart: your own choice."
    desk.desk.close()
    again = open_desk(library_dir)
    again.wait()
    shown = again.window.comparison.page
    assert shown is not None
    assert shown.title == chosen.title


def test_a_listed_chapter_beside_another_stays_a_page_of_its_own_when_both_are_wanted(desk: OpenDesk) -> None:
    desk.go("adoption-reviews")
    _open(desk)
    desk.window.actions_by_id[ActionId.SIDE_BY_SIDE].trigger()
    desk.wait()
    page = desk.window.comparison.page
    assert page is not None
    assert page.title == "3.1.7 Adoption Reviews"
    desk.window.actions_by_id[ActionId.SAVE_COMPARISON].trigger()
    assert "side by side first" in desk.window.comparison.message
