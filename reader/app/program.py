"""The window as a program: options, the application object, and pictures of itself without a display."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Signal, Slot
from PySide6.QtGui import QFileOpenEvent, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox
from typing_extensions import override

from reader import __version__
from reader.app.faults import Faults
from reader.domain.citation import LINK_SCHEME
from reader.domain.errors import ReaderError
from reader.services.workspace import Workspace, WorkspaceChoice, open_fault_log
from reader.store.places import resources_dir
from reader.ui.desk import Desk
from reader.ui.garbage import GarbageCollector

_POLL_MS: Final = 50
_PICTURE_LIMIT_MS: Final = 60_000
_PICTURE_SIZE: Final = QSize(1280, 820)
_ICON_SIDES: Final = (16, 32, 48, 64, 128, 256)


def run(arguments: list[str]) -> int:
    """Run the window until it is closed.

    Returns:
        0 done, 1 failed with a sentence on standard error, 2 wrong usage.
    """
    options = _parse(arguments)
    if options.picture and "QT_QPA_PLATFORM" not in os.environ and not _has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = _Application(sys.argv[:1])
    application.setApplicationName("Procedures Reader")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("procedures-reader")
    application.setWindowIcon(_icon())
    application.setStyle("Fusion")
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    collector = GarbageCollector()
    choice = WorkspaceChoice(
        options.library, options.trust, options.sample or options.guide, is_guide=options.guide
    )
    program = _Program(choice, options.picture)
    faults = Faults(open_fault_log(choice), program.say)
    sys.excepthook = faults.on_fault
    try:
        links = [given for given in options.files if given.startswith(LINK_SCHEME)]
        files = tuple(Path(given) for given in options.files if not given.startswith(LINK_SCHEME))
        program.open(files, links[-1] if links else "")
    except ReaderError as error:
        _say(str(error))
        return 1
    application.handed_over.connect(program.take)
    code = application.exec()
    program.close()
    faults.close()
    collector.deleteLater()
    return code or program.exit_code


class _Application(QApplication):
    """Says what the system hands over: on macOS files and links are no arguments, and come while the reader runs."""

    handed_over = Signal(object)

    @override
    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent):
            self.handed_over.emit(event)
            return True
        return super().event(event)


class _Program(QObject):
    """Holds the open desk; opens the sample library in its place when asked."""

    def __init__(self, choice: WorkspaceChoice, picture: Path | None) -> None:
        super().__init__()
        self._choice = choice
        self._picture = picture
        self._desk: Desk | None = None
        self._waited_ms = 0
        self._closed: list[Desk] = []
        self.exit_code = 0

    def open(self, files: tuple[Path, ...], link: str) -> None:
        """Open the chosen library, and the files and the link in it.

        Raises:
            ReaderError: when the workspace cannot be opened.
        """
        self._desk = Desk(Workspace(self._choice), self._on_samples_requested)
        self._desk.start(files, link)
        if self._picture is not None:
            QTimer.singleShot(_POLL_MS, self._take_picture)

    @Slot(object)
    def take(self, event: QFileOpenEvent) -> None:
        """Open the file or the link that the system hands over."""
        if self._desk is None:
            return
        address = event.url()
        if address.scheme() == LINK_SCHEME.rstrip(":"):
            self._desk.open_given(link=address.toString())
        elif event.file():
            self._desk.open_given((Path(event.file()),))

    def close(self) -> None:
        if self._desk is not None:
            self._desk.close()

    def say(self, sentence: str) -> None:
        """Show a sentence that the person closes."""
        if self._desk is not None:
            self._desk.say(sentence)

    def _on_samples_requested(self) -> None:
        QTimer.singleShot(0, self._open_samples)

    @Slot()
    def _open_samples(self) -> None:
        before = self._desk
        if before is None or before.workspace.is_sample:
            return  # asked for twice
        try:
            workspace = Workspace(WorkspaceChoice(is_sample=True))
        except ReaderError as error:
            before.say(str(error))
            return
        self._desk = Desk(workspace, self._on_samples_requested)
        self._desk.start()
        before.close()
        self._desk.appearance.apply()  # the one before has given back the letters that it had made larger
        self._closed.append(before)  # kept until the end: events for its widgets may still be on the way

    @Slot()
    def _take_picture(self) -> None:
        """Save a picture of the window once it has nothing left to do, say where, and end."""
        assert self._desk is not None  # noqa: S101  # a desk was opened before the timer
        assert self._picture is not None  # noqa: S101
        self._waited_ms += _POLL_MS
        window = self._desk.window
        is_settled = self._desk.runner.is_idle and window.size() == _PICTURE_SIZE
        if not is_settled and self._waited_ms < _PICTURE_LIMIT_MS:
            window.resize(_PICTURE_SIZE)  # what stands in it takes its place in the turns that follow
            QTimer.singleShot(_POLL_MS, self._take_picture)
            return
        if window.grab().save(str(self._picture)):
            print(f"A picture of the window: {self._picture.absolute()}")  # noqa: T201
        else:
            print(f"Cannot save a picture to {self._picture}.", file=sys.stderr)  # noqa: T201
            self.exit_code = 1
        QApplication.quit()


def _icon() -> QIcon:
    """The program's icon, in the sizes that it was drawn for."""
    icon = QIcon()
    for side in _ICON_SIDES:
        icon.addFile(str(resources_dir() / "icons" / "program" / f"procedures-reader-{side}.png"))
    return icon


def _say(sentence: str) -> None:
    """Say why there is no window: where the program was started, or, without such a place, in a box."""
    if sys.stderr is None:  # a windowed program of Windows
        QMessageBox.critical(None, "Procedures Reader", sentence)
    else:
        print(sentence, file=sys.stderr)  # noqa: T201  # before there is a window


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="procedures-reader", description="Offline reader of children's services procedures."
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="bundles to add, a reading list or the file of a court extract to open, or a procedures: link to follow",
    )
    parser.add_argument("--library", type=Path, metavar="DIR", help="the library folder, instead of your own")
    parser.add_argument(
        "--trust", type=Path, metavar="FILE", help="the trust root, instead of the one that IT set"
    )
    parser.add_argument("--sample", action="store_true", help="open the sample library")
    parser.add_argument("--guide", action="store_true", help="open the user guide")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="save a picture of the window and end")
    parser.add_argument("--version", action="version", version=f"Procedures Reader {__version__}")
    return parser.parse_args(arguments)
