"""The coverage panel: topics against authorities, the gaps of each, and the way to a chapter. No service behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from reader.domain.contents import Chapter, Status
from reader.domain.coverage import Coverage, CoveredManual, Topic, TopicChapter
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.ui.models.coverage_model import CoverageModel
from reader.ui.widgets.coverage_panel import CoveragePanel

EAST, WEST, NORTH = (ManualId(f"{name}shire", "procedures") for name in ("east", "west", "north"))
NAMES = {EAST: "Eastshire Council", WEST: "Westshire Council", NORTH: "Northshire Council"}


def _chapter(manual: ManualId, chapter_id: str, title: str, *statuses: Status) -> TopicChapter:
    return TopicChapter(manual, Chapter(chapter_id, "1.1", title, statuses), "Assessment")


VISITS = Topic("Home Visits", "Assessment", tuple(_chapter(m, "visits", "Home Visits") for m in NAMES))
KINSHIP = Topic(
    "Kinship Care",
    "Placements",
    (
        _chapter(EAST, "kinship", "Kinship Care", Status.UPDATED),
        _chapter(NORTH, "family", "Family and Friends"),
    ),
    (_chapter(WEST, "connected", "Connected Persons"), _chapter(WEST, "regulation", "Regulation 24 & After")),
)
RECORDS = Topic("Records", "", (_chapter(WEST, "records", "Case Records"),))
COVERAGE = Coverage(tuple(CoveredManual(manual, 1) for manual in NAMES), (VISITS, KINSHIP, RECORDS))


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> CoveragePanel:
    made = CoveragePanel()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    made.set_coverage(COVERAGE, NAMES)
    return made


def _names(panel: CoveragePanel) -> list[str]:
    return [topic.name for topic in panel.topics]


def _cell(panel: CoveragePanel, topic: Topic, manual: ManualId) -> QModelIndex:
    heads = [
        panel.model.headerData(column, Qt.Orientation.Horizontal)
        for column in range(panel.model.columnCount())
    ]
    return panel.model.index(panel.topics.index(topic), heads.index(NAMES[manual]))


def _choose(panel: CoveragePanel, row: int) -> None:
    """Choose a row of the first box, as with the keyboard."""
    panel.shown_box.setCurrentIndex(row)
    panel.shown_box.activated.emit(row)


# The model


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester, qapp: QApplication) -> None:
    model = CoverageModel()
    qtmodeltester.check(model, force_py=True)
    model.set_topics(COVERAGE.topics, COVERAGE.manual_ids, NAMES)
    qtmodeltester.check(model, force_py=True)


def test_topics_are_rows_and_authorities_columns(panel: CoveragePanel) -> None:
    model = panel.model
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)] == list(
        NAMES.values()
    )
    assert model.headerData(1, Qt.Orientation.Vertical) == "Kinship Care\n(Placements)"
    assert _cell(panel, KINSHIP, EAST).data() == "1.1 Kinship Care (Updated)"


def test_a_gap_is_said_in_words_with_what_comes_nearest(panel: CoveragePanel) -> None:
    assert _cell(panel, RECORDS, EAST).data() == "none"
    said = _cell(panel, KINSHIP, WEST).data()
    assert said == "none\nnearest: 1.1 Connected Persons; 1.1 Regulation 24 & After"


def test_a_cell_read_aloud_says_topic_and_authority(panel: CoveragePanel) -> None:
    aloud = _cell(panel, RECORDS, EAST).data(Qt.ItemDataRole.AccessibleTextRole)
    assert aloud == "Records, Eastshire Council: none"


# What is shown


def test_all_topics_are_shown_at_first(panel: CoveragePanel) -> None:
    assert _names(panel) == ["Home Visits", "Kinship Care", "Records"]
    assert panel.summary.text() == "3 topics of 3."
    assert not panel.against_box.isVisible()


def test_topics_where_somebody_has_none(panel: CoveragePanel) -> None:
    _choose(panel, 1)
    assert _names(panel) == ["Kinship Care", "Records"]


def test_gaps_of_one_authority_against_any_all_or_one_other(panel: CoveragePanel) -> None:
    panel.choose_gaps(WEST)
    assert _names(panel) == ["Kinship Care"]
    panel.choose_gaps(EAST)
    assert _names(panel) == ["Records"]
    assert panel.summary.text() == (
        "Eastshire Council has no chapter on 1 topic that another manual has, of 3 in all."
    )
    panel.choose_gaps(EAST, NORTH)
    assert _names(panel) == []
    assert not panel.export_button.isEnabled()
    panel.choose_gaps(WEST)
    panel.against_box.setCurrentIndex(1)
    panel.against_box.activated.emit(1)
    assert _names(panel) == ["Kinship Care"]
    assert "that all the others have" in panel.summary.text()


def test_the_two_that_are_held_against_each_other_stand_first(panel: CoveragePanel) -> None:
    panel.choose_gaps(NORTH, WEST)
    heads = [panel.model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)]
    assert heads == ["Northshire Council", "Westshire Council", "Eastshire Council"]


def test_the_filter_finds_words_of_topics_divisions_and_chapters(panel: CoveragePanel, qtbot: QtBot) -> None:
    qtbot.keyClicks(panel.filter, "friends KIN")
    assert _names(panel) == ["Kinship Care"]
    qtbot.keyClick(panel.filter, Qt.Key.Key_Escape)
    assert len(_names(panel)) == 3
    qtbot.keyClicks(panel.filter, "assessment")
    assert _names(panel) == ["Home Visits"]


def test_a_new_map_keeps_what_the_boxes_and_the_filter_say(panel: CoveragePanel) -> None:
    panel.choose_gaps(NORTH, WEST)
    panel.filter.setText("rec")
    panel.set_coverage(Coverage(COVERAGE.manuals[1:], COVERAGE.topics), NAMES)
    assert panel.shown_box.currentText() == "Gaps of Northshire Council"
    assert panel.against_box.currentText() == "against Westshire Council"
    assert _names(panel) == ["Records"]


def test_without_manuals_the_panel_says_so(panel: CoveragePanel) -> None:
    panel.choose_gaps(WEST)
    panel.set_coverage(Coverage(), {})
    assert panel.summary.text() == "No manual is installed: there is nothing to compare."
    assert panel.model.rowCount() == 0


# What the person wants


def test_enter_opens_the_chapter_of_a_cell(panel: CoveragePanel, qtbot: QtBot) -> None:
    panel.table.setCurrentIndex(_cell(panel, KINSHIP, NORTH))
    with qtbot.waitSignal(panel.chapter_activated) as caught:
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert caught.args == [Location(NORTH, "family")]


def test_a_double_click_opens_the_chapter_of_a_cell(panel: CoveragePanel, qtbot: QtBot) -> None:
    place = panel.table.visualRect(_cell(panel, VISITS, EAST)).topLeft() + QPoint(4, 4)
    qtbot.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(panel.chapter_activated) as caught:
        qtbot.mouseDClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [Location(EAST, "visits")]


@pytest.mark.qt_log_ignore(
    "does not support raise", "grabbing the keyboard", extend=True
)  # of popups offscreen
def test_a_cell_with_several_chapters_asks_which(panel: CoveragePanel, qtbot: QtBot) -> None:
    panel.table.setCurrentIndex(_cell(panel, KINSHIP, WEST))
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    menu = panel.findChild(QMenu)
    assert menu is not None
    assert [action.text() for action in menu.actions()] == [
        "1.1 Connected Persons",
        "1.1 Regulation 24 && After",
    ]
    with qtbot.waitSignal(panel.chapter_activated) as caught:
        menu.actions()[1].trigger()
    menu.close()
    assert caught.args == [Location(WEST, "regulation")]


def test_a_bare_gap_leads_nowhere(panel: CoveragePanel, qtbot: QtBot) -> None:
    panel.table.setCurrentIndex(_cell(panel, RECORDS, EAST))
    with qtbot.assertNotEmitted(panel.chapter_activated):
        qtbot.keyClick(panel.table, Qt.Key.Key_Return)


def test_the_table_is_to_be_exported(panel: CoveragePanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.export_requested):
        qtbot.keyClick(panel.export_button, Qt.Key.Key_Space)


# With the keyboard, and by ear


def test_down_leads_from_the_filter_into_the_table_and_tab_out_of_it(
    panel: CoveragePanel, qtbot: QtBot
) -> None:
    panel.activateWindow()
    panel.filter.setFocus()
    qtbot.keyClick(panel.filter, Qt.Key.Key_Down)
    assert panel.focusWidget() is panel.table
    assert panel.table.currentIndex().row() == 0
    qtbot.keyClick(panel.table, Qt.Key.Key_Tab)
    assert panel.focusWidget() is not panel.table


def test_every_control_has_a_name_and_can_be_reached(panel: CoveragePanel) -> None:
    panel.choose_gaps(WEST)
    for widget in (panel.filter, panel.shown_box, panel.against_box, panel.table):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert panel.export_button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert panel.export_button.toolTip()


def test_rows_grow_with_the_letters(panel: CoveragePanel, qtbot: QtBot) -> None:
    before = panel.table.rowHeight(1)
    font = panel.table.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    panel.table.setFont(font)
    qtbot.waitUntil(lambda: panel.table.rowHeight(1) > before * 1.5)
    assert panel.table.verticalHeader().width() > panel.table.fontMetrics().averageCharWidth() * 20


# Many topics

MANY = tuple(
    Topic(
        f"Topic {number} " + "of some length " * (number % 5),
        "Assessment",
        tuple(
            _chapter(manual, f"c{number}", f"Chapter {number} " + "with many words " * ((number * place) % 9))
            for place, manual in enumerate(NAMES)
            if (number + place) % 4
        ),
        tuple(_chapter(manual, f"n{number}", "What comes nearest") for manual in NAMES),
    )
    for number in range(400)
)


@pytest.fixture
def long_panel(panel: CoveragePanel) -> CoveragePanel:
    """A map with 400 topics."""
    panel.set_coverage(Coverage(COVERAGE.manuals, MANY), NAMES)
    assert panel.model.rowCount() == 400
    return panel


def test_every_row_gets_the_height_that_its_cells_need(long_panel: CoveragePanel, qtbot: QtBot) -> None:
    table = long_panel.table
    for width in (900, 600):
        long_panel.resize(width, 600)
        qtbot.waitUntil(lambda: table.is_fitted)
        too_low = [row for row in range(400) if table.rowHeight(row) < table.sizeHintForRow(row)]
        assert too_low == []
        line = table.fontMetrics().lineSpacing()
        heads = [table.verticalHeader().sectionSizeFromContents(row).height() for row in range(400)]
        too_high = [
            row
            for row in range(400)
            if table.rowHeight(row) > max(table.sizeHintForRow(row), heads[row]) + line
        ]
        assert too_high == []


def test_what_is_in_view_stays_while_rows_above_are_measured(long_panel: CoveragePanel, qtbot: QtBot) -> None:
    table = long_panel.table
    qtbot.waitUntil(lambda: table.is_fitted)
    table.scrollTo(long_panel.model.index(200, 0), table.ScrollHint.PositionAtTop)
    long_panel.resize(620, 600)
    qtbot.waitUntil(lambda: not table.is_fitted)
    qtbot.waitUntil(lambda: table.is_fitted)
    assert abs(table.rowAt(0) - 200) <= 1


def test_rows_that_are_gone_are_not_measured(long_panel: CoveragePanel, qtbot: QtBot) -> None:
    assert not long_panel.table.is_fitted
    long_panel.set_coverage(Coverage(), {})
    qtbot.waitUntil(lambda: long_panel.table.is_fitted)
    assert long_panel.model.rowCount() == 0


def test_the_current_cell_stays_in_view_after_a_jump_to_rows_that_are_not_measured(
    long_panel: CoveragePanel, qtbot: QtBot
) -> None:
    table = long_panel.table
    assert not table.is_fitted
    last = long_panel.model.index(399, 2)
    table.setCurrentIndex(last)
    assert table.viewport().rect().intersects(table.visualRect(last))
    qtbot.waitUntil(lambda: table.is_fitted)
    assert table.currentIndex() == last
    assert table.viewport().rect().intersects(table.visualRect(last))


def test_rows_above_are_measured_many_at_a_step_of_the_scroll_bar(
    long_panel: CoveragePanel, qtbot: QtBot
) -> None:
    table = long_panel.table
    qtbot.waitUntil(lambda: table.is_fitted)
    table.scrollToBottom()
    bottom = table.rowAt(table.viewport().height() - 2)
    heights = [table.rowHeight(row) for row in range(400)]
    steps: list[int] = []
    table.verticalScrollBar().valueChanged.connect(steps.append)
    long_panel.resize(620, 600)
    qtbot.waitUntil(lambda: not table.is_fitted)
    qtbot.waitUntil(lambda: table.is_fitted)
    grown = sum(before != table.rowHeight(row) for row, before in enumerate(heights))
    assert bottom == 399
    assert len(steps) < grown / 2
