"""Questions to the person. Never blocking: each dialog is opened, and answers through a callback."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QMessageBox, QWidget

from reader.domain.page import Page
from reader.ui.widgets.bookmark_dialog import BookmarkDialog, BookmarkDraft

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_DIALOG_WIDTH: Final = 480


class Dialogs(Protocol):
    """What controllers may ask. Tests give their own answers."""

    def choose_bundles(self, on_chosen: Callable[[tuple[Path, ...]], None]) -> None: ...
    def choose_folder(self, title: str, on_chosen: Callable[[Path], None]) -> None: ...
    def choose_copy(self, title: str, name: str, on_chosen: Callable[[Path], None]) -> None: ...
    def ask_text(self, title: str, label: str, text: str, on_given: Callable[[str], None]) -> None: ...
    def ask_choice(
        self, title: str, label: str, choices: tuple[str, ...], current: int, on_given: Callable[[int], None]
    ) -> None: ...
    def choose_several(
        self,
        title: str,
        choices: tuple[str, ...],
        chosen: frozenset[int],
        on_given: Callable[[frozenset[int]], None],
    ) -> None: ...
    def ask_day(self, title: str, label: str, day: date, on_given: Callable[[date], None]) -> None: ...
    def edit_bookmark(
        self,
        title: str,
        draft: BookmarkDraft,
        folders: tuple[str, ...],
        tags: tuple[str, ...],
        on_given: Callable[[BookmarkDraft], None],
    ) -> None: ...
    def choose_file(self, title: str, kinds: str, on_chosen: Callable[[Path], None]) -> None: ...

    def choose_printer(self, title: str, pages: int, on_chosen: Callable[[QPrinter], None]) -> None: ...
    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None: ...
    def show_text(self, title: str, text: str) -> None: ...
    def show_provenance(self, page: Page) -> None: ...
    def show(self, make: Callable[[QWidget], QDialog]) -> None: ...


class WindowDialogs(QObject):
    """Dialogs over a window. Every text is shown as plain text."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._answers: dict[QDialog, Callable[[], None]] = {}

    def choose_bundles(self, on_chosen: Callable[[tuple[Path, ...]], None]) -> None:
        """Let the person choose bundle files."""
        dialog = QFileDialog(self._window, "Add a bundle")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(["Manuals and trust updates (*.manual *.trust)", "All files (*)"])
        self._open(dialog, lambda: on_chosen(tuple(Path(file) for file in dialog.selectedFiles())))

    def choose_folder(self, title: str, on_chosen: Callable[[Path], None]) -> None:
        """Let the person choose a folder."""
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        self._open(dialog, lambda: on_chosen(Path(dialog.selectedFiles()[0])))

    def choose_copy(self, title: str, name: str, on_chosen: Callable[[Path], None]) -> None:
        """Let the person choose where a copy is written; replacing a file is asked about."""
        dialog = QFileDialog(self._window, title)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.selectFile(name)
        self._open(dialog, lambda: on_chosen(Path(dialog.selectedFiles()[0])))

    def ask_text(self, title: str, label: str, text: str, on_given: Callable[[str], None]) -> None:
        """Ask for a line of text; an empty one is no answer."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        dialog.setTextValue(text)
        dialog.resize(_DIALOG_WIDTH, dialog.sizeHint().height())

        def answer() -> None:
            given = dialog.textValue().strip()
            if given:
                on_given(given)

        self._open(dialog, answer)

    def ask_choice(
        self, title: str, label: str, choices: tuple[str, ...], current: int, on_given: Callable[[int], None]
    ) -> None:
        """Ask for one of several choices."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(title)
        dialog.setLabelText(label)
        # Numbered where two are alike: the dialog answers with the text.
        labels = [
            f"{text} ({choices[:i].count(text) + 1})" if text in choices[:i] else text
            for i, text in enumerate(choices)
        ]
        dialog.setComboBoxItems(labels)
        dialog.setTextValue(labels[current])
        dialog.resize(_DIALOG_WIDTH, dialog.sizeHint().height())
        self._open(dialog, lambda: on_given(labels.index(dialog.textValue())))

    def choose_several(
        self,
        title: str,
        choices: tuple[str, ...],
        chosen: frozenset[int],
        on_given: Callable[[frozenset[int]], None],
    ) -> None:
        """Ask for any number of several choices, by their numbers."""
        from reader.ui.widgets.choices_dialog import ChoicesDialog  # noqa: PLC0415  # wanted seldom

        dialog = ChoicesDialog(title, choices, chosen, self._window)
        self._open(dialog, lambda: on_given(dialog.chosen))

    def ask_day(self, title: str, label: str, day: date, on_given: Callable[[date], None]) -> None:
        """Ask for a day."""
        from reader.ui.widgets.day_dialog import DayDialog  # noqa: PLC0415  # wanted seldom

        dialog = DayDialog(title, label, day, self._window)
        self._open(dialog, lambda: on_given(dialog.day))

    def edit_bookmark(
        self,
        title: str,
        draft: BookmarkDraft,
        folders: tuple[str, ...],
        tags: tuple[str, ...],
        on_given: Callable[[BookmarkDraft], None],
    ) -> None:
        """Ask what a bookmark is to be."""
        dialog = BookmarkDialog(title, draft, folders, tags, self._window)
        self._open(dialog, lambda: on_given(dialog.draft))

    def choose_file(self, title: str, kinds: str, on_chosen: Callable[[Path], None]) -> None:
        """Let the person choose a file to open."""
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([kinds, "All files (*)"])
        self._open(dialog, lambda: on_chosen(Path(dialog.selectedFiles()[0])))

    def choose_printer(self, title: str, pages: int, on_chosen: Callable[[QPrinter], None]) -> None:
        """Let the person choose a printer and which of the pages it is to print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # noqa: PLC0415  # rarely needed

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(title)
        dialog = QPrintDialog(printer, self._window)
        dialog.setMinMax(1, pages)
        dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
        self._open(dialog, lambda: on_chosen(printer))

    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None:
        """Ask before something that cannot be undone."""
        dialog = QMessageBox(self._window)
        dialog.setWindowTitle(title)
        dialog.setTextFormat(Qt.TextFormat.PlainText)
        dialog.setText(text)
        dialog.setIcon(QMessageBox.Icon.Question)
        accept = dialog.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
        dialog.addButton(QMessageBox.StandardButton.Cancel)
        dialog.setDefaultButton(accept)

        def answer() -> None:
            if dialog.clickedButton() is accept:
                on_yes()

        self._open(dialog, answer)

    def show_text(self, title: str, text: str) -> None:
        """Show a message that the person closes."""
        dialog = QMessageBox(self._window)
        dialog.setWindowTitle(title)
        dialog.setTextFormat(Qt.TextFormat.PlainText)
        dialog.setText(text)
        dialog.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._open(dialog, _no_answer)

    def show_provenance(self, page: Page) -> None:
        """Show who vouches for a page."""
        from reader.ui.widgets.provenance_dialog import ProvenanceDialog  # noqa: PLC0415  # wanted seldom

        self._open(ProvenanceDialog(page, self._window), _no_answer)

    def show(self, make: Callable[[QWidget], QDialog]) -> None:
        """Open a dialog of one's own, made over the window."""
        self._open(make(self._window), _no_answer)

    def _open(self, dialog: QDialog, answer: Callable[[], None]) -> None:
        self._answers[dialog] = answer
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(self._on_finished)
        dialog.open()

    @Slot(int)
    def _on_finished(self, result: int) -> None:
        dialog = self.sender()
        if isinstance(dialog, QDialog):
            answer = self._answers.pop(dialog, _no_answer)
            # A message box finishes with the number of its button, every other dialog with accepted or rejected.
            if isinstance(dialog, QMessageBox) or result == QDialog.DialogCode.Accepted:
                answer()


def _no_answer() -> None:
    return None
