"""How everything looks: theme, letters, spacing. Applied at once, kept in settings.toml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError, StorageError
from reader.domain.settings import LEAST_ZOOM, MOST_ZOOM, LineLength, Settings, Theme
from reader.store.settings import SettingsStore
from reader.ui.actions import ActionId
from reader.ui.controllers.navigation import NavigationController
from reader.ui.dialogs import Dialogs
from reader.ui.fonts import family_of, offered_fonts
from reader.ui.main_window import MainWindow
from reader.ui.styles import TextLook, Typography
from reader.ui.tasks import TaskRunner, nothing_to_show
from reader.ui.theme import SYSTEM_POINTS, Colours, colours_of, palette_of

_ZOOM_STEP: Final = 10
_MOST_FACTOR: Final = 2.0
_LINE_CHARACTERS: Final = {
    LineLength.NARROW: 58,
    LineLength.NORMAL: 75,
    LineLength.WIDE: 95,
    LineLength.FULL: None,
}
_EFFECTS: Final = (
    Qt.UIEffect.UI_AnimateMenu,
    Qt.UIEffect.UI_AnimateCombo,
    Qt.UIEffect.UI_AnimateTooltip,
    Qt.UIEffect.UI_AnimateToolBox,
    Qt.UIEffect.UI_FadeMenu,
    Qt.UIEffect.UI_FadeTooltip,
)
_SAME_POINTS: Final = 0.01
_THEME_ACTIONS: Final = {
    ActionId.THEME_SYSTEM: Theme.SYSTEM,
    ActionId.THEME_LIGHT: Theme.LIGHT,
    ActionId.THEME_DARK: Theme.DARK,
    ActionId.THEME_SEPIA: Theme.SEPIA,
    ActionId.THEME_HIGH_CONTRAST: Theme.HIGH_CONTRAST,
}


class AppearanceController(QObject):
    """The one owner of the settings while the window is open."""

    colours_changed = Signal(object)

    def __init__(
        self,
        window: MainWindow,
        store: SettingsStore,
        navigation: NavigationController,
        runner: TaskRunner,
        *,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._store = store
        self._navigation = navigation
        self._runner = runner
        self._dialogs = dialogs
        self._look = TextLook()
        self._flash_ms = QApplication.cursorFlashTime()
        self._effects = {effect: QApplication.isEffectEnabled(effect) for effect in _EFFECTS}
        self._is_calmed = False
        self._dressing = QTimer(self)
        self._dressing.setSingleShot(True)
        self._dressing.timeout.connect(self._dress_window)
        self.settings = self._load()
        actions = window.actions_by_id
        group = QActionGroup(self)
        for action_id in _THEME_ACTIONS:
            group.addAction(actions[action_id])
        group.triggered.connect(self._on_theme_triggered)
        actions[ActionId.READING].triggered.connect(self._on_reading)
        actions[ActionId.ZOOM_IN].triggered.connect(self._on_zoom_in)
        actions[ActionId.ZOOM_OUT].triggered.connect(self._on_zoom_out)
        actions[ActionId.ZOOM_RESET].triggered.connect(self._on_zoom_reset)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._on_system_colours_changed)
        hints.accessibility().contrastPreferenceChanged.connect(self._on_system_contrast_changed)
        self.apply()

    def apply(self) -> None:
        """Bring the settings to the screen."""
        self._show_look()
        self._dress_window()

    def _show_look(self) -> None:
        settings = self.settings
        typography = Typography(
            family_of(settings.text_font),
            settings.line_percent,
            settings.paragraph_percent,
            _LINE_CHARACTERS[settings.line_length],
        )
        self._look = look = TextLook(self.colours, typography, settings.zoom_percent)
        self._navigation.set_look(look)
        self._window.comparison.set_look(look)

    @Slot()
    def _dress_window(self) -> None:
        self._dressing.stop()
        settings, window, colours = self.settings, self._window, self.colours
        with window.trees_held():
            self._follow()
            QApplication.setPalette(palette_of(colours))
            window.set_colours(colours)
            self.colours_changed.emit(colours)
            for action_id, theme in _THEME_ACTIONS.items():
                window.actions_by_id[action_id].setChecked(theme is settings.theme)
            self._calm()

    @property
    def colours(self) -> Colours:
        """The colours that count now."""
        return colours_of(self.settings.theme)

    def release(self) -> None:
        """Give the application its usual letters and effects back."""
        self._dressing.stop()
        if self._is_calmed:
            self._stir()
            self._is_calmed = False
        application = QApplication.instance()
        usual = application.property(SYSTEM_POINTS) if application is not None else None
        if application is not None and usual is not None:
            font = QApplication.font()
            font.setPointSizeF(float(usual))
            QApplication.setFont(font)
            application.setProperty(SYSTEM_POINTS, None)

    def _follow(self) -> None:
        """Let the window's letters grow with the text."""
        application = QApplication.instance()
        assert application is not None  # noqa: S101  # there is a window
        font = QApplication.font()
        usual = float(application.property(SYSTEM_POINTS) or font.pointSizeF())
        percent = self.settings.zoom_percent if self.settings.window_follows else 100
        factor = min(max(percent / 100, 1.0), _MOST_FACTOR)
        if abs(font.pointSizeF() - usual * factor) > _SAME_POINTS:
            application.setProperty(SYSTEM_POINTS, usual)
            font.setPointSizeF(usual * factor)
            QApplication.setFont(font)
            # Now, not when the event loop comes to it: what is dressed next takes its letters from what it stands in.
            QCoreApplication.sendPostedEvents(application, QEvent.Type.ApplicationFontChange.value)

    def _calm(self) -> None:
        """Let nothing move by itself where the person or the system does not want it (WCAG 2.2, 2.3.3)."""
        is_calm = self.settings.less_motion or not QApplication.isEffectEnabled(Qt.UIEffect.UI_General)
        self._window.setAnimated(not is_calm)
        if self.settings.less_motion:
            for effect in self._effects:
                QApplication.setEffectEnabled(effect, False)  # noqa: FBT003  # Qt takes it by position only
            QApplication.setCursorFlashTime(0)
        elif self._is_calmed:
            self._stir()
        self._is_calmed = self.settings.less_motion

    def _stir(self) -> None:
        """Let move again what moved before."""
        for effect, was_enabled in self._effects.items():
            QApplication.setEffectEnabled(effect, was_enabled)
        QApplication.setCursorFlashTime(self._flash_ms)

    def set_watched_dir(self, folder: Path) -> None:
        self.change(replace(self.settings, watched_dir=folder))

    @Slot(object)
    def zoom_by(self, step: int) -> None:
        """Make the text larger (+1) or smaller (-1)."""
        percent = self.settings.zoom_percent + step * _ZOOM_STEP
        self._set_zoom(max(LEAST_ZOOM, min(percent, MOST_ZOOM)))

    def _load(self) -> Settings:
        try:
            settings = self._store.load()
        except StorageError as error:
            self._window.activity.show_message(str(error))
            return Settings()
        if self._store.recovery:
            self._dialogs.show_text("Your settings", self._store.recovery)
        return settings

    def change(self, settings: Settings) -> None:
        """Apply settings, and keep them.

        Where the size alone is another one, the window follows the text a turn of the event loop later, and once for
        several steps of a mouse wheel.
        """
        is_zoom = replace(settings, zoom_percent=self.settings.zoom_percent) == self.settings
        self.settings = settings
        self._show_look()
        if is_zoom:
            self._dressing.start()
        else:
            self._dress_window()

        def work(_: CancelToken) -> None:
            self._store.save(settings)

        self._runner.write(work, nothing_to_show, self._on_failed)

    def _set_zoom(self, percent: int) -> None:
        if percent != self.settings.zoom_percent:
            self.change(replace(self.settings, zoom_percent=percent))
            self._window.activity.show_message(f"Text size {percent} %")

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))

    @Slot(object)
    def _on_theme_triggered(self, action: object) -> None:
        for action_id, theme in _THEME_ACTIONS.items():
            if self._window.actions_by_id[action_id] is action:
                self.change(replace(self.settings, theme=theme))

    @Slot()
    def _on_reading(self) -> None:
        from reader.ui.widgets.reading_dialog import ReadingDialog  # noqa: PLC0415  # wanted seldom

        def make(window: QWidget) -> ReadingDialog:
            dialog = ReadingDialog(self.settings, offered_fonts(), window)
            dialog.show_settings(self.settings, self._look)
            dialog.settings_changed.connect(self._on_settings_changed)
            return dialog

        self._dialogs.show(make)

    @Slot(object)
    def _on_settings_changed(self, settings: Settings) -> None:
        self.change(settings)
        from reader.ui.widgets.reading_dialog import ReadingDialog  # noqa: PLC0415  # loaded by now

        dialog = self.sender()
        if isinstance(dialog, ReadingDialog):
            dialog.show_settings(settings, self._look)

    @Slot()
    def _on_zoom_in(self) -> None:
        self.zoom_by(1)

    @Slot()
    def _on_zoom_out(self) -> None:
        self.zoom_by(-1)

    @Slot()
    def _on_zoom_reset(self) -> None:
        self._set_zoom(100)

    @Slot(Qt.ColorScheme)
    def _on_system_colours_changed(self, _: Qt.ColorScheme) -> None:
        if self.settings.theme is Theme.SYSTEM:
            self.apply()

    @Slot(Qt.ContrastPreference)
    def _on_system_contrast_changed(self, _: Qt.ContrastPreference) -> None:
        if self.settings.theme is Theme.SYSTEM:
            self.apply()
