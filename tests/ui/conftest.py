"""A real window over a copy of the sample library, with dialogs that answer as a test tells them."""

from __future__ import annotations

import gc
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtCore import QEvent, QEventLoop, Qt
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.store.places import sample_bundles
from reader.ui.desk import Desk
from reader.ui.main_window import MainWindow
from reader.ui.widgets.bookmark_dialog import BookmarkDraft
from tests.support.prepared import Prepared
from tests.support.stalls import Clock, Stall
from tests.support.turns import Turns
from tests.support.worlds import World

WAIT_MS = 30_000
LANCASHIRE = ManualId("lancashire", "procedures")


@dataclass
class ScriptedDialogs:
    """Answers every question as the test has set; remembers what was asked and shown."""

    bundles: tuple[Path, ...] = ()
    folder: Path | None = None
    texts: list[str] = field(default_factory=list)
    choice: int = 0
    day: date | None = None
    several: frozenset[int] = frozenset()
    says_yes: bool = True
    file: Path | None = None
    draft: Callable[[BookmarkDraft], BookmarkDraft] | None = None
    printer: QPrinter | None = None
    shown: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    opened: list[QDialog] = field(default_factory=list)
    window: QWidget | None = None

    def over(self, window: QWidget) -> ScriptedDialogs:
        self.window = window
        return self

    def choose_bundles(self, on_chosen: Callable[[tuple[Path, ...]], None]) -> None:
        if self.bundles:
            on_chosen(self.bundles)

    def choose_folder(self, title: str, on_chosen: Callable[[Path], None]) -> None:
        self.asked.append(title)
        if self.folder is not None:
            on_chosen(self.folder)

    def choose_copy(self, title: str, name: str, on_chosen: Callable[[Path], None]) -> None:
        self.asked.append(f"{title}: {name}")
        if self.folder is not None:
            on_chosen(self.folder / name)

    def ask_text(self, title: str, label: str, text: str, on_given: Callable[[str], None]) -> None:
        self.asked.append(f"{title}: {label} [{text}]")
        on_given(self.texts.pop(0) if self.texts else text)

    def ask_choice(
        self, title: str, label: str, choices: tuple[str, ...], current: int, on_given: Callable[[int], None]
    ) -> None:
        self.asked.append(f"{title}: {label} {choices} [{current}]")
        on_given(self.choice)

    def choose_several(
        self,
        title: str,
        choices: tuple[str, ...],
        chosen: frozenset[int],
        on_given: Callable[[frozenset[int]], None],
    ) -> None:
        self.asked.append(f"{title}: {choices} {sorted(chosen)}")
        on_given(self.several)

    def ask_day(self, title: str, label: str, day: date, on_given: Callable[[date], None]) -> None:
        self.asked.append(f"{title}: {label} [{day}]")
        on_given(self.day or day)

    def edit_bookmark(
        self,
        title: str,
        draft: BookmarkDraft,
        folders: tuple[str, ...],
        tags: tuple[str, ...],
        on_given: Callable[[BookmarkDraft], None],
    ) -> None:
        self.asked.append(f"{title}: {draft.name} {draft.targets} {folders} {tags}")
        if self.draft is not None:
            on_given(self.draft(draft))
            return
        folder = folders[self.choice - 1] if 0 < self.choice <= len(folders) else draft.folder
        on_given(replace(draft, name=self.texts.pop(0) if self.texts else draft.name, folder=folder))

    def choose_file(self, title: str, kinds: str, on_chosen: Callable[[Path], None]) -> None:
        self.asked.append(f"{title}: {kinds}")
        if self.file is not None:
            on_chosen(self.file)

    def choose_printer(self, title: str, pages: int, on_chosen: Callable[[QPrinter], None]) -> None:
        self.asked.append(f"{title}: {pages} pages")
        if self.printer is not None:
            on_chosen(self.printer)

    def confirm(self, title: str, text: str, yes: str, on_yes: Callable[[], None]) -> None:
        self.asked.append(f"{title} {text} [{yes}]")
        if self.says_yes:
            on_yes()

    def show_text(self, title: str, text: str) -> None:
        self.shown.append(f"{title}: {text}")

    def show_provenance(self, page: Page) -> None:
        self.shown.append("\n".join(line.sentence for line in page.provenance))

    def show(self, make: Callable[[QWidget], QDialog]) -> None:
        """Dialogs that ask nothing open for real."""
        assert self.window is not None
        dialog = make(self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.opened.append(dialog)
        dialog.open()


@dataclass
class OpenDesk:
    """A desk and what a test does with it."""

    desk: Desk
    dialogs: ScriptedDialogs
    qtbot: QtBot

    @property
    def window(self) -> MainWindow:
        return self.desk.window

    def wait(self) -> None:
        """Until nothing runs and everything is shown."""
        self.qtbot.waitUntil(lambda: self.desk.runner.is_idle, timeout=WAIT_MS)

    def go(
        self,
        chapter: str | None,
        manual: ManualId = LANCASHIRE,
        anchor: str | None = None,
        edition: int | None = None,
    ) -> None:
        self.desk.navigation.go(Location(manual, chapter, edition, anchor))
        self.wait()

    def type_search(self, text: str) -> None:
        """Type into the search field and wait for the answer."""
        with self.qtbot.waitSignal(self.window.search_field.query_changed, timeout=WAIT_MS):
            self.window.search_field.setText(text)
        self.wait()

    @property
    def page_text(self) -> str:
        """The text of the tab in front."""
        view = self.window.current_view
        assert view is not None
        return view.text.toPlainText()


DeskOpener = Callable[..., OpenDesk]


_MOST_COMPUTING_MS: Final = float(os.environ.get("STALL_MS", "150"))
_MOST_WAITING_MS: Final = float(os.environ.get("STALL_MS", "400"))
_WATCHED: Final = ((QEventLoop, "exec"), (QAction, "trigger"))


@pytest.fixture(scope="session")
def turns(qapp: QApplication) -> Turns:
    return Turns()


@pytest.fixture(autouse=True)
def the_event_loop_never_stands_still(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, turns: Turns
) -> Iterator[None]:
    """Watch what a test does to the window by an action, a key or a click, and every turn of the loop while it waits.

    On an idle machine none of them may take 100 ms: `make endurance` asks for that, with `STALL_MS=100` and one test
    after the other. Here the limits are wider, because a processor that does two things at once is half as fast, and a
    disk is not ours. What is known to compute longer is marked with `stall_ms`. Of a wait, all that was neither
    computing nor sleep counts as one.
    """
    marker = request.node.get_closest_marker("stall_ms")
    most_computing = float(marker.args[0]) if marker else _MOST_COMPUTING_MS
    blocked = turns.longest = 0.0
    wait = QtBot.wait

    def watched_wait(self: QtBot, ms: int) -> None:
        nonlocal blocked
        before = Clock.now()
        wait(self, ms)
        blocked = max(blocked, Stall.between(before, Clock.now(), ms).blocked)

    monkeypatch.setattr(QtBot, "wait", watched_wait)
    for owner, name in _WATCHED:
        monkeypatch.setattr(owner, name, _under(turns, getattr(owner, name)))
    for name in ("keyClick", "mouseClick"):
        monkeypatch.setattr(QtBot, name, staticmethod(_under(turns, getattr(QtBot, name))))
    yield
    is_kept = turns.longest <= most_computing and blocked <= _MOST_WAITING_MS
    assert is_kept, f"The window stood still: {Stall(turns.longest, blocked)}"


def _under(turns: Turns, act: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *args, **more: turns.watch(partial(act, *args, **more))


@pytest.fixture
def world() -> World:
    return World.new()


@pytest.fixture
def root_file(world: World, tmp_path: Path) -> Path:
    file = tmp_path / "root.json"
    file.write_bytes(world.roots[0])
    return file


@pytest.fixture(scope="session", autouse=True)
def collect_on_the_gui_thread() -> Iterator[None]:
    """As in the program: a collection in a worker thread would destroy widgets there.

    What was there before the first window (modules, the tests themselves) is not looked through again after each test:
    no widget is among it.
    """
    gc.disable()
    gc.collect()
    assert not QApplication.instance() or not QApplication.allWidgets()
    gc.freeze()
    yield
    gc.unfreeze()
    gc.enable()


def samples(*starts: str) -> tuple[Path, ...]:
    """The bundles of the sample library whose names begin like this."""
    return tuple(file for file in sample_bundles() if file.stem.startswith(starts))


COUNCILS = tuple(file for file in sample_bundles() if not file.stem[-1].isdigit())


@pytest.fixture(scope="module", autouse=True)
def the_sample_is_the_five_councils() -> Iterator[None]:
    """The contents lists alone: the full texts of the training manuals take seconds to index."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.services.workspace.sample_bundles", lambda: COUNCILS)
        yield


@pytest.fixture(scope="session")
def filled_library(prepared: Prepared) -> Path:
    """A library with the contents lists of the five councils, indexed once for all tests: copy it."""
    return prepared.library(COUNCILS)


@pytest.fixture(scope="session")
def first_edition_library(prepared: Prepared) -> Path:
    """A library with the first edition of Saltby's manual and the whole sample, indexed once for all tests: copy it."""
    return prepared.library((*samples("saltby-1"), *COUNCILS))


@pytest.fixture(scope="session")
def both_editions_library(prepared: Prepared) -> Path:
    """A library with both editions of Saltby's manual and the whole sample, indexed once for all tests: copy it."""
    return prepared.library((*samples("saltby"), *COUNCILS))


@pytest.fixture
def open_desk(qtbot: QtBot, qapp: QApplication) -> Iterator[DeskOpener]:
    """Opens windows over a library; closes them, and looks that nothing of them stays behind."""
    qapp.setStyle("Fusion")
    opened: list[OpenDesk] = []

    def open_one(
        library_dir: Path,
        *files: Path,
        trust: Path | None = None,
        is_sample: bool = True,
        choice: WorkspaceChoice | None = None,
    ) -> OpenDesk:
        workspace = Workspace(choice or WorkspaceChoice(library_dir, trust, is_sample))
        dialogs = ScriptedDialogs()
        desk = Desk(workspace, lambda: None, dialogs.over)
        found = OpenDesk(desk, dialogs, qtbot)
        opened.append(found)
        desk.start(files)
        found.wait()
        return found

    yield open_one
    for one in opened:
        one.desk.close()
        one.window.deleteLater()
        one.desk.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    opened.clear()
    gc.collect()
    threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert not [name for name in threads if name.startswith(("reader", "writer"))]
    assert not QApplication.topLevelWidgets() or all(w.isHidden() for w in QApplication.topLevelWidgets())


@pytest.fixture
def library_dir(filled_library: Path, tmp_path: Path) -> Path:
    """This test's own copy of the filled library."""
    target = tmp_path / "library"
    shutil.copytree(filled_library, target)
    return target


@pytest.fixture
def desk(open_desk: DeskOpener, library_dir: Path) -> OpenDesk:
    """A window over the five sample manuals."""
    return open_desk(library_dir)
