"""The palette, the table of keys, the reading settings, and F6."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QPushButton, QSlider

from reader.domain.settings import LineLength, Settings, TextFont, Theme
from reader.ui.actions import SPECS, ActionId
from reader.ui.fonts import offered_fonts
from reader.ui.theme import SEPIA
from reader.ui.widgets.command_palette import CommandPalette
from reader.ui.widgets.keys_dialog import KeysDialog
from reader.ui.widgets.reading_dialog import ReadingDialog
from tests.ui.conftest import OpenDesk


def _opened(desk: OpenDesk, action: ActionId) -> QDialog:
    desk.window.actions_by_id[action].trigger()
    return desk.dialogs.opened[-1]


def _palette(desk: OpenDesk, typed: str) -> CommandPalette:
    palette = _opened(desk, ActionId.COMMANDS)
    assert isinstance(palette, CommandPalette)
    palette.type_text(typed)
    return palette


def test_the_palette_does_what_is_typed(desk: OpenDesk) -> None:
    palette = _palette(desk, "high con")
    assert palette.found[0].value is ActionId.THEME_HIGH_CONTRAST
    line = palette.findChild(QLineEdit)
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert desk.desk.appearance.settings.theme is Theme.HIGH_CONTRAST
    assert _palette(desk, "").found[0].value is ActionId.THEME_HIGH_CONTRAST, "what was used last comes first"


@pytest.mark.parametrize("typed", ["6.8.2", "staying put", "stayng putt policy"])
def test_the_palette_goes_to_chapters_by_number_title_and_slip(desk: OpenDesk, typed: str) -> None:
    palette = _palette(desk, typed)
    texts = [one.text for one in palette.found if one.detail == "Lancashire County Council"]
    assert texts[0] == "6.8.2 Staying Put Policy"
    row = next(
        i for i, one in enumerate(palette.found) if one.text == texts[0] and "Lancashire" in one.detail
    )
    line = palette.findChild(QLineEdit)
    for _ in range(row):
        desk.qtbot.keyClick(line, Qt.Key.Key_Down)
    desk.qtbot.keyClick(line, Qt.Key.Key_Return)
    desk.wait()
    assert desk.page_text.startswith("6.8.2")


def test_what_cannot_be_done_is_shown_with_its_reason_and_not_done(desk: OpenDesk) -> None:
    palette = _palette(desk, "close tab")
    assert palette.found[0].reason == "open a chapter first"
    assert not palette._model.flags(palette._model.index(0, 0)) & Qt.ItemFlag.ItemIsEnabled
    desk.qtbot.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.reject()


def test_the_table_of_keys_holds_every_key_and_is_searched(desk: OpenDesk) -> None:
    dialog = _opened(desk, ActionId.SHORTCUTS)
    assert isinstance(dialog, KeysDialog)
    with_keys = [spec for spec in SPECS if spec.keys]
    assert len(dialog.shown) >= len(with_keys) + 15
    assert {spec.name for spec in with_keys} <= {row.cells[1] for row in dialog.shown}
    dialog.filter_by("differ f8")
    assert [row.cells[1] for row in dialog.shown] == ["Next difference", "Previous difference"]
    dialog.filter_by("nothing like it")
    assert dialog.shown == ()
    dialog.reject()


def test_the_table_of_keys_is_copied_and_saved_as_text(desk: OpenDesk, tmp_path: Path) -> None:
    dialog = _opened(desk, ActionId.SHORTCUTS)
    desk.dialogs.folder = tmp_path
    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    buttons["Save as text…"].click()
    desk.wait()
    text = (tmp_path / "keys.txt").read_text("utf-8")
    assert "Search all manuals" in text
    assert "Ctrl+K, Ctrl+Shift+F" in text
    buttons["Copy as text"].click()
    assert QGuiApplication.clipboard().text() == text
    dialog.reject()


def _reading(desk: OpenDesk) -> ReadingDialog:
    dialog = _opened(desk, ActionId.READING)
    assert isinstance(dialog, ReadingDialog)
    return dialog


def test_reading_settings_show_at_once_and_are_kept(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    view = desk.window.current_view
    assert view is not None
    dialog = _reading(desk)
    boxes = {box.accessibleName(): box for box in dialog.findChildren(QComboBox)}
    sliders = {slider.accessibleName(): slider for slider in dialog.findChildren(QSlider)}
    with desk.qtbot.waitSignal(dialog.settings_changed):
        boxes["Colours"].setCurrentText("Sepia")
        boxes["Length of lines"].setCurrentText("Narrow")
        boxes["Letters"].setCurrentIndex(boxes["Letters"].count() - 1)
        sliders["Size of the text"].setValue(150)
        sliders["Distance of lines"].setValue(160)
    desk.wait()
    kept = desk.desk.workspace.settings.load()
    assert (kept.theme, kept.line_length, kept.zoom_percent, kept.line_percent) == (
        Theme.SEPIA,
        LineLength.NARROW,
        150,
        160,
    )
    assert kept.text_font is list(offered_fonts())[-1]
    for text in (view.text, dialog.preview):
        assert text.document().defaultFont().pointSizeF() == 16.5
        assert text.document().begin().blockFormat().lineHeight() == 115, "headings stay close"
        image = text.grab().toImage()
        assert image.pixelColor(image.width() // 2, image.height() - 5).name() == SEPIA.paper
    usual = next(button for button in dialog.findChildren(QPushButton) if button.text() == "As at first")
    usual.click()
    desk.wait()
    assert desk.desk.workspace.settings.load() == Settings()
    assert dialog.settings == Settings()
    dialog.reject()


def test_lines_are_as_long_as_is_wanted(desk: OpenDesk) -> None:
    desk.window.resize(1600, 800)
    desk.go("staying-put-policy")
    view = desk.window.current_view
    assert view is not None
    margins: list[float] = []
    for length in LineLength:
        desk.desk.appearance.change(Settings(line_length=length))
        margins.append(view.text.document().rootFrame().frameFormat().leftMargin())
    assert margins == sorted(margins, reverse=True)
    assert margins[-1] == 20
    desk.wait()


def test_only_fonts_that_are_installed_are_offered(qapp: QApplication) -> None:
    for choice, family in offered_fonts().items():
        assert family
        assert choice in TextFont


def test_the_windows_letters_follow_the_text_and_come_back(desk: OpenDesk) -> None:
    usual = QApplication.font().pointSizeF()
    _change(desk, Settings(zoom_percent=150))
    assert QApplication.font().pointSizeF() == usual * 1.5
    _change(desk, Settings(zoom_percent=300))
    assert QApplication.font().pointSizeF() == usual * 2, "no larger than twice: the window must still fit"
    _change(desk, Settings(zoom_percent=80))
    assert QApplication.font().pointSizeF() == usual
    _change(desk, Settings(zoom_percent=200, window_follows=False))
    assert QApplication.font().pointSizeF() == usual
    _change(desk, Settings(zoom_percent=200))
    desk.desk.close()
    assert QApplication.font().pointSizeF() == usual


def _change(desk: OpenDesk, settings: Settings) -> None:
    desk.desk.appearance.change(settings)
    desk.wait()


def test_the_window_follows_several_steps_of_the_wheel_once_after_the_text(desk: OpenDesk) -> None:
    desk.go("allegations-against-foster-carers")
    view = desk.window.current_view
    assert view is not None
    usual, letters = QApplication.font().pointSizeF(), view.text.document().defaultFont().pointSizeF()
    dressed: list[object] = []
    desk.desk.appearance.colours_changed.connect(dressed.append)
    for percent in (110, 120, 130):
        desk.desk.appearance.zoom_by(1)
        assert view.text.document().defaultFont().pointSizeF() == pytest.approx(letters * percent / 100)
    assert QApplication.font().pointSizeF() == usual
    assert not dressed
    desk.wait()
    assert QApplication.font().pointSizeF() == pytest.approx(usual * 1.3)
    assert len(dressed) == 1
    assert view.text.document().defaultFont().pointSizeF() == pytest.approx(letters * 1.3), (
        "no more than once"
    )
    desk.desk.appearance.zoom_by(1)
    desk.desk.close()
    assert QApplication.font().pointSizeF() == usual, (
        "a window that is closed meanwhile gives its letters back"
    )


def test_nothing_moves_where_that_is_not_wanted(desk: OpenDesk) -> None:
    flash_ms = QApplication.cursorFlashTime()
    desk.desk.appearance.change(Settings(less_motion=True))
    assert not desk.window.isAnimated()
    assert QApplication.cursorFlashTime() == 0
    assert not QApplication.isEffectEnabled(Qt.UIEffect.UI_AnimateMenu)
    desk.desk.appearance.change(Settings())
    assert QApplication.cursorFlashTime() == flash_ms
    desk.wait()


def test_f6_walks_the_parts_of_the_window(desk: OpenDesk) -> None:
    desk.go("allegations-against-foster-carers")
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()
    desk.window.search_field.setFocus()
    seen = []
    for _ in range(5):
        desk.window.actions_by_id[ActionId.NEXT_PANE].trigger()
        seen.append(desk.window.focusWidget())
    view = desk.window.current_view
    assert view is not None
    assert seen == [
        desk.window.library.tree,
        view.text,
        desk.window.comparison.view.text,
        desk.window.search_field,
        desk.window.library.tree,
    ]
    desk.window.actions_by_id[ActionId.PREVIOUS_PANE].trigger()
    assert desk.window.focusWidget() is desk.window.search_field


def test_the_side_panel_is_hidden_and_shown_again(desk: OpenDesk) -> None:
    action = desk.window.actions_by_id[ActionId.SIDE_PANEL]
    for is_shown in (False, True):
        action.trigger()
        desk.wait()
        assert desk.window.library.isVisible() is is_shown
        assert action.isChecked() is is_shown
