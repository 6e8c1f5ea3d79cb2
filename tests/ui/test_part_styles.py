"""Everything that is seen has the colours and letters of now, and nothing is dressed that nobody sees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import SIGNAL, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDockWidget,
    QLabel,
    QStackedWidget,
    QTabBar,
    QTabWidget,
    QToolButton,
    QTreeView,
    QWidget,
)

from reader.ui.actions import ActionId
from reader.ui.styles import widget_css
from reader.ui.theme import DARK, LIGHT, SEPIA, Colours, Letters, letter_factor
from tests.ui.conftest import LANCASHIRE, OpenDesk

_FRAMES = (QDockWidget, QStackedWidget, QTabWidget)
"""What holds parts and shows nothing itself."""


@pytest.fixture
def full(desk: OpenDesk) -> OpenDesk:
    """A window with four chapters open."""
    contents = desk.desk.library_state.snapshot.editions(LANCASHIRE)[0].edition.contents
    for chapter in list(contents.chapters())[:4]:
        desk.go(chapter.id)
    assert desk.window.tabs.count() == 4
    return desk


def test_everything_that_is_seen_is_dressed_in_every_part_of_the_window(full: OpenDesk) -> None:
    window, actions = full.window, full.window.actions_by_id
    assert _undressed(full, LIGHT) == []
    actions[ActionId.THEME_DARK].trigger()
    actions[ActionId.ZOOM_IN].trigger()
    full.wait()
    assert _undressed(full, DARK) == []
    for number in range(window.side.count()):
        window.side.setCurrentIndex(number)
        assert _undressed(full, DARK) == [], window.side.tabText(number)
    for number in range(window.tabs.count()):
        window.tabs.setCurrentIndex(number)
        assert _undressed(full, DARK) == [], window.tabs.tabText(number)
    full.type_search("kinship care")
    assert window.is_showing_results
    assert _undressed(full, DARK) == []
    actions[ActionId.COVERAGE].trigger()
    full.wait()
    assert window.is_showing_coverage
    assert _undressed(full, DARK) == []
    window.show_tabs()
    actions[ActionId.COMPARE].trigger()
    full.wait()
    assert window.is_comparison_visible
    assert _undressed(full, DARK) == []
    window.show_banner("Read this first.")
    actions[ActionId.FIND_IN_PAGE].trigger()
    assert _undressed(full, DARK) == []
    while window.tabs.count():
        actions[ActionId.CLOSE_TAB].trigger()
    full.wait()
    assert _undressed(full, DARK) == [], "the welcome"


def test_a_dialog_is_dressed_when_it_opens_and_when_the_theme_changes_below_it(full: OpenDesk) -> None:
    actions = full.window.actions_by_id
    actions[ActionId.THEME_DARK].trigger()
    actions[ActionId.READING].trigger()
    full.wait()
    (dialog,) = (one for one in full.window.findChildren(QDialog) if one.isVisible())
    assert dialog.styleSheet() == widget_css(DARK, letter_factor())
    actions[ActionId.THEME_SEPIA].trigger()
    full.wait()
    assert dialog.styleSheet() == widget_css(SEPIA, letter_factor())
    dialog.close()


def test_chapters_behind_are_dressed_when_they_come_to_the_front(full: OpenDesk) -> None:
    behind, front = full.window.views()[0], full.window.views()[-1]
    before = behind.styleSheet()
    full.window.actions_by_id[ActionId.THEME_DARK].trigger()
    full.wait()
    now = widget_css(DARK, letter_factor())
    assert (behind.styleSheet(), front.styleSheet()) == (before, now)
    full.window.tabs.setCurrentWidget(behind)
    assert behind.styleSheet() == now
    strip = behind.strip.grab().toImage()
    assert strip.pixelColor(strip.width() - 2, 2).name() == DARK.panel


def test_the_letters_of_everything_that_is_seen_grow_together(full: OpenDesk) -> None:
    usual = QApplication.font().pointSizeF()
    for _ in range(3):
        full.window.actions_by_id[ActionId.ZOOM_IN].trigger()
    full.wait()
    points = QApplication.font().pointSizeF()
    assert points > usual
    text_points = full.window.views()[-1].text.document().defaultFont().pointSizeF()
    for number in range(full.window.tabs.count()):
        full.window.tabs.setCurrentIndex(number)
        shown = [
            one
            for kind in (QTabBar, QTreeView, QLabel)
            for one in full.window.findChildren(kind)
            if one.isVisible()
        ]
        assert len(shown) > 5
        other = {
            type(one).__name__: one.font().pointSizeF() for one in shown if one.font().pointSizeF() != points
        }
        assert other == {}
        assert full.window.views()[number].text.document().defaultFont().pointSizeF() == text_points


def test_a_strip_behind_is_as_high_as_its_letters_need_when_it_comes_to_the_front(full: OpenDesk) -> None:
    behind, front = full.window.views()[0], full.window.views()[-1]
    _set_zoom(full, 300)
    full.window.tabs.setCurrentWidget(behind)
    large = behind.strip.height()
    full.window.tabs.setCurrentWidget(front)
    _set_zoom(full, 100)
    usual = front.strip.height()
    full.window.tabs.setCurrentWidget(behind)
    assert behind.strip.height() == usual < large


def test_the_title_of_the_welcome_grows_with_the_letters_while_a_chapter_is_in_front(full: OpenDesk) -> None:
    _set_zoom(full, 140)
    while full.window.tabs.count():
        full.window.actions_by_id[ActionId.CLOSE_TAB].trigger()
    titles = [one for one in full.window.welcome.findChildren(QLabel) if one.text() == "Procedures Reader"]
    assert [one.font().pointSizeF() for one in titles] == [
        pytest.approx(QApplication.font().pointSizeF() * Letters.TITLE_FACTOR)
    ]


def test_what_stands_between_the_parts_has_the_colour_of_the_theme(full: OpenDesk) -> None:
    side = full.window.side
    between = side.mapTo(full.window, QPoint(side.width() + 1, side.height() // 2))
    for action, colours in ((ActionId.THEME_DARK, DARK), (ActionId.THEME_LIGHT, LIGHT)):
        full.window.actions_by_id[action].trigger()
        full.wait()
        picture = full.window.grab().toImage()
        assert picture.pixelColor(between).name() == colours.line


def _set_zoom(desk: OpenDesk, percent: int) -> None:
    appearance = desk.desk.appearance
    appearance.change(replace(appearance.settings, zoom_percent=percent))
    desk.wait()


def _undressed(desk: OpenDesk, colours: Colours) -> list[str]:
    """What is seen without the style sheet of now."""
    css = widget_css(colours, letter_factor())
    return [
        f"{widget.metaObject().className()} {widget.objectName()}"
        for widget in desk.window.findChildren(QWidget)
        if widget.isVisible()
        and not _is_frame(widget)
        and css not in (one.styleSheet() for one in _line(widget))
    ]


def _is_frame(widget: QWidget) -> bool:
    return isinstance(widget, _FRAMES) or type(widget) is QWidget


def _line(widget: QWidget) -> Iterator[QWidget]:
    """A widget and all in which it stands."""
    above: QWidget | None = widget
    while above is not None:
        yield above
        above = above.parentWidget()


def test_what_comes_and_goes_leaves_nothing_with_the_style_sheet(full: OpenDesk) -> None:
    """Qt never forgets a viewport that it painted by a style sheet: a page's are painted by their frames."""
    view = full.window.current_view
    assert view is not None
    viewports = view.findChildren(QWidget, "qt_scrollarea_viewport")
    assert len(viewports) == 2
    assert not [one for one in viewports if one.testAttribute(Qt.WidgetAttribute.WA_StyledBackground)]
    full.window.actions_by_id[ActionId.THEME_DARK].trigger()
    full.wait()
    assert not [one for one in viewports if one.testAttribute(Qt.WidgetAttribute.WA_StyledBackground)]
    for one in viewports:  # and the frame does
        painted = one.grab().toImage().pixelColor(one.rect().bottomRight())
        assert painted in (QColor(DARK.paper), QColor(DARK.panel))


def test_a_button_hears_once_of_each_change_of_its_action(full: OpenDesk) -> None:
    buttons = [
        button for button in full.window.findChildren(QToolButton) if button.defaultAction() is not None
    ]
    assert len(buttons) > 5
    for button in buttons:
        action = button.defaultAction()
        was = button.isEnabled()
        before = action.receivers(SIGNAL("changed()"))
        for _ in range(4):
            action.setEnabled(not action.isEnabled())
        assert action.receivers(SIGNAL("changed()")) <= before + 1, action.text()
        assert button.isEnabled() is was
        action.setEnabled(not was)
        assert button.isEnabled() is not was, "the button still follows"
