from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QSize,
    Qt,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyleOptionViewItem, QTreeView
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from typing_extensions import override

from reader.domain.location import Location
from reader.ui.models.nodes import Node, NodeKind, NodeModel, Role
from reader.ui.widgets.entry_delegate import EntryDelegate
from reader.ui.widgets.entry_tree import EntryTree
from tests.ui.conftest import LANCASHIRE, OpenDesk


def _rows(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[QModelIndex]:
    """Every row below an index, depth first."""
    above = parent or QModelIndex()
    found: list[QModelIndex] = []
    for row in range(model.rowCount(above)):
        index = model.index(row, 0, above)
        found.append(index)
        found.extend(_rows(model, index))
    return found


def _texts(model: QAbstractItemModel, kind: NodeKind) -> list[str]:
    return [str(index.data()) for index in _rows(model) if index.data(Role.KIND) is kind]


def test_the_tree_shows_every_chapter_of_the_five_manuals(desk: OpenDesk) -> None:
    model = desk.window.library.model
    assert _texts(model, NodeKind.AUTHORITY) == [
        "Bedford Borough Council",
        "Cambridgeshire County Council",
        "Lancashire County Council",
        "Leicestershire County Council",
        "Westmorland and Furness Council",
    ]
    chapters = [index for index in _rows(model) if index.data(Role.KIND) is NodeKind.CHAPTER]
    assert len(chapters) == 708
    counts: dict[str, int] = {}
    for index in chapters:
        authority = index.data(Role.LOCATION).manual.authority
        counts[authority] = counts.get(authority, 0) + 1
    assert counts == {
        "bedford-borough": 138,
        "cambridgeshire": 121,
        "lancashire": 188,
        "leicestershire": 118,
        "westmorland-and-furness": 143,
    }


def test_the_models_keep_qts_rules(desk: OpenDesk, qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(desk.window.library.model, force_py=True)
    qtmodeltester.check(desk.window.library.tree.model(), force_py=True)


def test_statuses_stand_as_badges_beside_the_title(desk: OpenDesk) -> None:
    index = desk.window.library.model.index_of_location(Location(LANCASHIRE, "lado-referral-process"))
    assert index.data() == "1.1.7 LADO Referral Process"
    assert index.data(Role.SHOWN).badges == ("New",)
    assert "New" in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_see_alsos_and_notes_stand_at_their_chapter(desk: OpenDesk) -> None:
    model = desk.window.library.model
    chapter = model.index_of_location(Location(LANCASHIRE, "children-in-our-care-reviews"))
    assert model.rowCount(chapter) == 0
    chapter = model.index_of_location(Location(LANCASHIRE, "permanence-policy"))
    below = [(index.data(Role.KIND), index.data()) for index in _rows(model, chapter)]
    assert below[0] == (NodeKind.SEE_ALSO, "Lasting Homes Panel Protocol")
    assert below[1][0] is NodeKind.NOTE
    see_also = _rows(model, chapter)[2]
    assert see_also.data(Role.LOCATION) is not None, (
        "the title is a chapter of the same manual, so it leads there"
    )


def test_the_filter_keeps_matching_chapters_under_their_divisions(desk: OpenDesk) -> None:
    panel = desk.window.library
    panel.set_filter("kinship")
    shown = panel.tree.model()
    assert sorted(_texts(shown, NodeKind.CHAPTER)) == [
        "1.1.6 Kinship Care",
        "2.1.4 Kinship Care",
        "3.4.1 Family and Friends Care (Kinship Care)",
        "4.2.2 Placements with Connected Persons (Kinship Care)",
    ]
    assert "Westmorland and Furness Council" in _texts(shown, NodeKind.AUTHORITY)
    assert all(panel.tree.isExpanded(index) for index in _rows(shown) if shown.rowCount(index))
    panel.set_filter("")
    assert len(_texts(shown, NodeKind.CHAPTER)) == 708


@pytest.mark.parametrize(
    ("typed", "found"), [("2.1.4", "2.1.4 Kinship Care"), ("care KINSHIP", "1.1.6 Kinship Care")]
)
def test_the_filter_takes_numbers_and_words_in_any_order(desk: OpenDesk, typed: str, found: str) -> None:
    desk.window.library.set_filter(typed)
    assert found in _texts(desk.window.library.tree.model(), NodeKind.CHAPTER)


def test_a_filter_that_finds_nothing_says_so(desk: OpenDesk) -> None:
    panel = desk.window.library
    panel.set_filter("xyzzy")
    assert panel.tree.isHidden()
    panel.set_filter("")
    assert not panel.tree.isHidden()


def test_opening_a_chapter_shows_where_it_stands(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    tree: Any = desk.window.library.tree
    assert tree.currentIndex().data() == "6.8.2 Staying Put Policy"
    assert tree.isExpanded(tree.currentIndex().parent())


def test_enter_in_the_tree_opens_the_chapter(desk: OpenDesk) -> None:
    panel = desk.window.library
    panel.reveal(Location(LANCASHIRE, "direct-payments"))
    desk.qtbot.keyClick(panel.tree, Qt.Key.Key_Return)
    desk.wait()
    assert "5.1.4 Direct Payments" in desk.page_text


def test_long_titles_are_shown_in_full(desk: OpenDesk) -> None:
    """A row is as high as its title needs at the width that there is."""
    panel = desk.window.library
    title = "supporting-the-education-and-promoting-the-achievement-of"
    panel.reveal(Location(LANCASHIRE, "direct-payments"))
    short = panel.tree.visualRect(panel.tree.currentIndex()).height()
    long_id = next(
        index.data(Role.LOCATION)
        for index in _rows(panel.model)
        if index.data(Role.KIND) is NodeKind.CHAPTER and index.data(Role.LOCATION).chapter.startswith(title)
    )
    panel.reveal(long_id)
    desk.qtbot.waitUntil(lambda: panel.tree.visualRect(panel.tree.currentIndex()).height() >= 2 * short - 6)


def test_rows_that_the_mouse_is_drawn_over_are_chosen_although_the_tree_scrolls_meanwhile(
    qtbot: QtBot, qapp: QApplication
) -> None:
    tree = EntryTree("Rows of several lines")
    qtbot.addWidget(tree)
    model: NodeModel[int] = NodeModel(tree)
    model.begin()
    for number in range(200):
        model.add(Node(kind=NodeKind.CHAPTER, text=f"Row {number} " + "of some length " * 6, value=number))
    model.end()
    tree.setModel(model)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    tree.resize(200, 300)
    tree.show()
    pressed, released = QPoint(50, 30), QPoint(60, 200)
    first = tree.indexAt(pressed).row()
    qtbot.mousePress(tree.viewport(), Qt.MouseButton.LeftButton, pos=pressed)
    tree.verticalScrollBar().setValue(30)
    _draw(tree, released)
    last = tree.indexAt(released).row()
    assert last > first + 30
    chosen = [index.row() for index in tree.selectionModel().selectedIndexes()]
    assert sorted(chosen) == list(range(first, last + 1))


def _draw(tree: EntryTree, to: QPoint) -> None:
    """Move the mouse there with its left button held."""
    there = QPointF(to), QPointF(tree.viewport().mapToGlobal(to))
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    move = QMouseEvent(QEvent.Type.MouseMove, *there, none, left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(tree.viewport(), move)


class _Watched(EntryDelegate):
    """Writes down which rows were measured, and which were painted."""

    def __init__(self, view: QTreeView) -> None:
        super().__init__(view)
        self.measured = 0
        self.painted: list[Location] = []

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        self.measured += 1
        return super().sizeHint(option, index)

    @override
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        self.painted.append(index.data(Role.LOCATION))
        super().paint(painter, option, index)


def _watch(desk: OpenDesk) -> tuple[_Watched, list[QModelIndex]]:
    """Open every division of the library, and watch its rows; gives those of chapters too."""
    tree = desk.window.library.tree
    tree.expandAll()
    watched = _Watched(tree)
    tree.setItemDelegate(watched)
    desk.wait()
    return watched, [index for index in _rows(tree.model()) if index.data(Role.KIND) is NodeKind.CHAPTER]


def test_a_row_far_away_is_shown_without_measuring_all_between(desk: OpenDesk) -> None:
    library, tree = desk.window.library, desk.window.library.tree
    watched, rows = _watch(desk)
    near, far = rows[2], rows[-2]
    seen = tree.viewport().rect()
    for chosen, other in ((near, far), (far, near), (near, far)):
        watched.measured = 0
        library.reveal(chosen.data(Role.LOCATION))
        place, elsewhere = tree.visualRect(chosen), tree.visualRect(other)
        assert seen.contains(place)
        assert tree.indexAt(place.center()) == chosen
        assert not seen.intersects(elsewhere)
        assert (elsewhere.top() > place.top()) == (chosen == near), "below what is seen, or above"
        assert watched.measured < 200 < len(rows), "some screenfuls"
        desk.wait()
    assert tree.visualRect(QModelIndex()).isEmpty()


def test_rows_are_measured_as_wide_as_they_are_painted(desk: OpenDesk) -> None:
    tree = desk.window.library.tree
    tree.expandAll()
    desk.wait()
    option = QStyleOptionViewItem()
    option.font = tree.font()
    margins = set()
    for index in _rows(tree.model())[:40]:
        place = tree.visualRect(index)
        if tree.viewport().rect().contains(place):
            margins.add(place.width() - tree.itemDelegate().sizeHint(option, index).width())
    assert margins == {6}, "a margin of three pixels on both sides"


def test_a_choice_is_painted_where_it_is_and_where_it_was(desk: OpenDesk) -> None:
    library, tree = desk.window.library, desk.window.library.tree
    watched, rows = _watch(desk)
    first, second = (index.data(Role.LOCATION) for index in rows[:2])
    library.reveal(first)
    desk.wait()
    desk.qtbot.waitUntil(lambda: first in watched.painted)
    watched.painted.clear()
    library.reveal(second)
    desk.qtbot.waitUntil(lambda: {first, second} <= set(watched.painted))
    watched.painted.clear()
    tree.clearSelection()
    desk.qtbot.waitUntil(lambda: second in watched.painted)
