"""Getting about with the keyboard: the palette, the table of keys, and from one part of the window to the next."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from reader.domain.errors import ReaderError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.ui.actions import SPECS, ActionId, ActionSpec
from reader.ui.commands import Command, matching
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.navigation import NavigationController
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner, nothing_to_show

_REMEMBERED: Final = 8
_REASONS: Final = {
    ActionId.OPEN_SAMPLES: "this window shows what came with the program",
    ActionId.SAVE_FORM: "no form is in front",
    ActionId.BACK: "there is nothing before this",
    ActionId.FORWARD: "there is nothing behind this",
    ActionId.NOW: "the editions in force now are shown",
}
_USUAL_REASON: Final = "open a chapter first"
_FIXED_KEYS: Final = (
    ("In lists", "Open what is chosen", "Enter"),
    ("In lists", "Open and close a division", "Right, Left"),
    ("In lists", "Jump to what begins like what is typed", "letters"),
    ("In the search field", "Go to the hits", "Down"),
    ("In the search field", "Open the first hit", "Enter"),
    ("In the search field", "Back to the chapter", "Esc"),
    ("In the list of searches", "Forget a search", "Del"),
    ("In a chapter", "From link to link", "Tab, Shift+Tab"),
    ("In a chapter", "Follow the link", "Enter"),
    ("In a chapter", "Choose text", "Shift with the arrows"),
    ("In a chapter", "Larger and smaller text", "Ctrl with the wheel"),
    ("In find", "Next and previous match", "Enter, Shift+Enter"),
    ("In find", "Close", "Esc"),
    ("In bookmarks", "Rename", "F2"),
    ("In bookmarks", "Remove", "Del"),
    ("In bookmarks", "Move up and down", "Alt+Up, Alt+Down"),
    ("In bookmarks", "Move to the next folder", "Ctrl+M"),
    ("In bookmarks", "Undo the last change", "Ctrl+Z"),
    ("In the coverage map", "Open the chapter of a cell", "Enter"),
    ("In a picture", "Larger, smaller, whole, its own size", "+, -, 0, 1"),
    ("In a picture", "Move over it", "arrows"),
)


class CommandsController(QObject):
    """Carries out what the palette is asked for; remembers what was used last."""

    def __init__(
        self,
        window: MainWindow,
        library: CurrentLibrary,
        navigation: NavigationController,
        runner: TaskRunner,
        *,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._navigation = navigation
        self._runner = runner
        self._dialogs = dialogs
        self._recent: list[ActionId] = []
        self._chapters: list[Command] | None = None
        actions = window.actions_by_id
        actions[ActionId.COMMANDS].triggered.connect(self._on_commands)
        actions[ActionId.SHORTCUTS].triggered.connect(self._on_keys)
        actions[ActionId.NEXT_PANE].triggered.connect(self._on_next_pane)
        actions[ActionId.PREVIOUS_PANE].triggered.connect(self._on_previous_pane)
        library.changed.connect(self._on_library_changed)

    def commands(self) -> list[Command]:
        """What can be done, and why some of it cannot be done now."""
        return [self._command(spec) for spec in SPECS if spec.id is not ActionId.COMMANDS]

    def find(self, typed: str) -> list[Command]:
        """What a query of the palette finds."""
        return matching(self.commands(), self._all_chapters(), typed, self._recent)

    def _command(self, spec: ActionSpec) -> Command:
        action = self._window.actions_by_id[spec.id]
        menu = spec.menu.replace("&", "")
        reason = "" if action.isEnabled() else _REASONS.get(spec.id, _USUAL_REASON)
        return Command(spec.name, _keys(spec) or f"in {menu}", spec.id, reason)

    def _all_chapters(self) -> list[Command]:
        if self._chapters is None:
            self._chapters = [
                Command(
                    chapter.numbered_title,
                    bundle.edition.manifest.authority_name,
                    Location(bundle.manual, chapter.id),
                )
                for bundle in self._library.shown.values()
                for chapter in bundle.edition.contents.chapters()
            ]
        return self._chapters

    @Slot()
    def _on_library_changed(self) -> None:
        self._chapters = None

    @Slot()
    def _on_commands(self) -> None:
        from reader.ui.widgets.command_palette import CommandPalette  # noqa: PLC0415  # wanted seldom

        def make(window: QWidget) -> CommandPalette:
            palette = CommandPalette(self.find, window)
            palette.chosen.connect(self._on_chosen)
            return palette

        self._dialogs.show(make)

    @Slot(object)
    def _on_chosen(self, command: Command) -> None:
        if isinstance(command.value, Location):
            self._navigation.go(command.value)
            return
        if command.value in self._recent:
            self._recent.remove(command.value)
        self._recent.insert(0, command.value)
        del self._recent[_REMEMBERED:]
        self._window.actions_by_id[command.value].trigger()

    @Slot()
    def _on_keys(self) -> None:
        from reader.ui.widgets.keys_dialog import KeyRow, KeysDialog  # noqa: PLC0415  # wanted seldom

        rows = [KeyRow(*row) for row in key_rows()]

        def make(window: QWidget) -> KeysDialog:
            dialog = KeysDialog(rows, window)
            dialog.save_requested.connect(self._on_save_keys)
            return dialog

        self._dialogs.show(make)

    @Slot(object)
    def _on_save_keys(self, text: str) -> None:
        def write(file: Path) -> None:
            self._runner.write(
                lambda _: write_in_one_step(file, text.encode("utf-8")), nothing_to_show, self._on_failed
            )

        self._dialogs.choose_copy("Save the keys as text", "keys.txt", write)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))

    # From one part of the window to the next

    @Slot()
    def _on_next_pane(self) -> None:
        self._step_pane(1)

    @Slot()
    def _on_previous_pane(self) -> None:
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        panes = self._window.panes()
        focus = QApplication.focusWidget()
        inside = [focus is not None and (focus is pane or pane.isAncestorOf(focus)) for pane in panes]
        current = inside.index(True) if True in inside else -1
        place = (current + step) % len(panes) if current >= 0 else 0
        target = self._window.entry_of(panes[place])
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def key_rows() -> list[tuple[str, str, str]]:
    """Every key of the window as (where, what, keys), by where it counts."""
    rows = [(spec.menu.replace("&", ""), spec.name, _keys(spec)) for spec in SPECS if spec.keys]
    rows += _FIXED_KEYS
    groups = list(dict.fromkeys(group for group, _, _ in rows))
    return sorted(rows, key=lambda row: groups.index(row[0]))


def _keys(spec: ActionSpec) -> str:
    """All keys of an action, as this system writes them."""
    found: list[str] = []
    for key in spec.keys:
        bound = (
            QKeySequence.keyBindings(key)
            if isinstance(key, QKeySequence.StandardKey)
            else [QKeySequence(key)]
        )
        found += [one.toString(QKeySequence.SequenceFormat.NativeText) for one in bound]
    found = [
        text for text in found if "+" in text or (text.startswith("F") and text[1:].isdigit())
    ]  # no "Open" key
    return ", ".join(dict.fromkeys(filter(None, found)))
