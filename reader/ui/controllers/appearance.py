"""Theme and size of text: applied at once, kept in settings.toml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QActionGroup, QGuiApplication
from PySide6.QtWidgets import QApplication

from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError, StorageError
from reader.domain.settings import Settings, Theme
from reader.store.settings import SettingsStore
from reader.ui.actions import ActionId
from reader.ui.controllers.navigation import NavigationController
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner, nothing_to_show
from reader.ui.theme import colours_of, palette_of

_ZOOM_STEP: Final = 10
_MIN_ZOOM: Final = 50
_MAX_ZOOM: Final = 300
_THEME_ACTIONS: Final = {
    ActionId.THEME_SYSTEM: Theme.SYSTEM,
    ActionId.THEME_LIGHT: Theme.LIGHT,
    ActionId.THEME_DARK: Theme.DARK,
    ActionId.THEME_HIGH_CONTRAST: Theme.HIGH_CONTRAST,
}


class AppearanceController(QObject):
    """The one owner of the settings while the window is open."""

    def __init__(
        self, window: MainWindow, store: SettingsStore, navigation: NavigationController, runner: TaskRunner
    ) -> None:
        super().__init__(window)
        self._window = window
        self._store = store
        self._navigation = navigation
        self._runner = runner
        self.settings = self._load()
        actions = window.actions_by_id
        group = QActionGroup(self)
        for action_id in _THEME_ACTIONS:
            group.addAction(actions[action_id])
        group.triggered.connect(self._on_theme_triggered)
        actions[ActionId.ZOOM_IN].triggered.connect(self._on_zoom_in)
        actions[ActionId.ZOOM_OUT].triggered.connect(self._on_zoom_out)
        actions[ActionId.ZOOM_RESET].triggered.connect(self._on_zoom_reset)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_colours_changed)
        self.apply()

    def apply(self) -> None:
        """Bring the settings to the screen."""
        colours = colours_of(self.settings.theme)
        QApplication.setPalette(palette_of(colours))
        self._navigation.set_colours(colours)
        self._window.set_colours(colours)
        self._navigation.set_zoom(self.settings.zoom_percent)
        self._window.comparison.set_zoom(self.settings.zoom_percent)
        for action_id, theme in _THEME_ACTIONS.items():
            self._window.actions_by_id[action_id].setChecked(theme is self.settings.theme)

    def set_watched_dir(self, folder: Path) -> None:
        self._change(replace(self.settings, watched_dir=folder))

    @Slot(object)
    def zoom_by(self, step: int) -> None:
        """Make the text larger (+1) or smaller (-1)."""
        percent = self.settings.zoom_percent + step * _ZOOM_STEP
        self._set_zoom(max(_MIN_ZOOM, min(percent, _MAX_ZOOM)))

    def _load(self) -> Settings:
        try:
            return self._store.load()
        except StorageError as error:
            self._window.activity.show_message(str(error))
            return Settings()

    def _change(self, settings: Settings) -> None:
        self.settings = settings
        self.apply()

        def work(_: CancelToken) -> None:
            self._store.save(settings)

        self._runner.write(work, nothing_to_show, self._on_failed)

    def _set_zoom(self, percent: int) -> None:
        if percent != self.settings.zoom_percent:
            self._change(replace(self.settings, zoom_percent=percent))
            self._window.activity.show_message(f"Text size {percent} %")

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))

    @Slot(object)
    def _on_theme_triggered(self, action: object) -> None:
        for action_id, theme in _THEME_ACTIONS.items():
            if self._window.actions_by_id[action_id] is action:
                self._change(replace(self.settings, theme=theme))

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
