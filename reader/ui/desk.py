"""One window with its controllers, over one workspace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot

from reader import __version__
from reader.domain.location import Location
from reader.domain.manual import EXTRACT_SUFFIX
from reader.domain.page import Page
from reader.domain.reading_list import READING_LIST_SUFFIX
from reader.services.workspace import Workspace, today
from reader.ui.actions import ActionId
from reader.ui.controllers.appearance import AppearanceController
from reader.ui.controllers.as_at import AsAtController
from reader.ui.controllers.bookmarks import BookmarksController
from reader.ui.controllers.changes import ChangesController
from reader.ui.controllers.citations import CitationsController
from reader.ui.controllers.commands import CommandsController
from reader.ui.controllers.comparison import ComparisonController
from reader.ui.controllers.coverage import CoverageController
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.guide import GuideController, start_guide
from reader.ui.controllers.intake import IntakeController
from reader.ui.controllers.library import LibraryController
from reader.ui.controllers.navigation import NavigationController
from reader.ui.controllers.paper import PaperController
from reader.ui.controllers.reading_aids import ReadingAidsController
from reader.ui.controllers.reading_lists import ReadingListsController
from reader.ui.controllers.search import SearchController
from reader.ui.controllers.session import SessionController
from reader.ui.controllers.tools import Tools
from reader.ui.controllers.training import TrainingController
from reader.ui.dialogs import Dialogs, WindowDialogs
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner


class Desk(QObject):
    """Puts the window together and takes it apart again.

    Attributes:
        runner: Idle when nothing runs and nothing waits to be shown.
    """

    def __init__(
        self,
        workspace: Workspace,
        on_samples_requested: Callable[[], None],
        dialogs: Callable[[MainWindow], Dialogs] = WindowDialogs,
        start_guide: Callable[[], bool] = start_guide,
    ) -> None:
        super().__init__()
        self.workspace = workspace
        self.window = MainWindow(_title(workspace))
        self.runner = TaskRunner(self)
        self._on_samples_requested = on_samples_requested
        self._dialogs = dialogs(self.window)
        self._files: tuple[Path, ...] = ()
        self._link = ""
        self._is_closed = False
        self._is_loaded = False
        window, runner = self.window, self.runner
        self.library_state = CurrentLibrary(today, self)
        self.navigation = NavigationController(
            window,
            self.library_state,
            workspace,
            runner,
            self._dialogs,
            on_visit=self._on_visit,
            on_problem=self._on_problem,
        )
        self.appearance = AppearanceController(
            window, workspace.settings, self.navigation, runner, dialogs=self._dialogs
        )
        tools = Tools(window, workspace, self.library_state, self.navigation, runner, self._dialogs)
        self.library = LibraryController(tools)
        self.intake = IntakeController(tools, on_own_folder_chosen=self.appearance.set_watched_dir)
        self.citations = CitationsController(tools)
        self.search = SearchController(tools, open_citation=self.citations.offer)
        self.bookmarks = BookmarksController(tools)
        self.reading_lists = ReadingListsController(tools)
        self.comparison = ComparisonController(tools)
        self.changes = ChangesController(tools, comparison=self.comparison)
        self.coverage = CoverageController(tools)
        self.paper = PaperController(tools, comparison=self.comparison)
        self.aids = ReadingAidsController(tools)
        self.training = TrainingController(tools, comparison=self.comparison)
        self.as_at = AsAtController(window, self.library_state, self.navigation, dialogs=self._dialogs)
        self.reading_lists.print_requested.connect(self.paper.print_reading_list)
        self.commands = CommandsController(
            window, self.library_state, self.navigation, runner, dialogs=self._dialogs
        )
        self.appearance.colours_changed.connect(self.aids.set_colours)
        self.appearance.colours_changed.connect(self.training.set_colours)
        self.training.set_colours(self.appearance.colours)
        self.aids.set_colours(self.appearance.colours)
        self.guide = GuideController(tools, settings=lambda: self.appearance.settings, start=start_guide)
        self.session = SessionController(window, workspace, self.navigation, runner)
        self._connect()

    def start(self, files: tuple[Path, ...] = (), link: str = "") -> None:
        """Show the window, load the library, bring the session back, then open what was given.

        Args:
            files: Bundles and trust updates to install, reading lists to take in.
            link: A `procedures:` link, or a whole citation, to be opened.
        """
        self._files, self._link = files, link
        self.window.show()
        self.library.load()

    def open_given(self, files: tuple[Path, ...] = (), link: str = "") -> None:
        """Open what the system hands over while the window is there; before it is loaded, remember it."""
        if not self._is_loaded:
            self._files, self._link = (*self._files, *files), link or self._link
            return
        if link:
            self.citations.open_text(link)
        self._open_files(files)

    def say(self, sentence: str) -> None:
        """Show a message that the person closes."""
        self._dialogs.show_text("Procedures Reader", sentence)

    def close(self) -> None:
        """Save, stop all work, let go of every file."""
        if self._is_closed:
            return
        self._is_closed = True
        self.window.close()
        self.appearance.release()
        self.runner.close()
        self.workspace.close()

    def _connect(self) -> None:
        window, actions = self.window, self.window.actions_by_id
        window.library.location_activated.connect(self.navigation.go)
        window.welcome.location_activated.connect(self.navigation.go)
        self.navigation.page_shown.connect(self._on_page_shown)
        self.navigation.zoom_requested.connect(self.appearance.zoom_by)
        window.comparison.zoom_requested.connect(self.appearance.zoom_by)
        window.comparison.provenance_requested.connect(self.navigation.show_provenance)
        self.library.loaded.connect(self._on_loaded)
        self.library.failed.connect(self.bookmarks.load)
        self.library.indexed.connect(self.search.refresh)
        self.library.trust_changed.connect(self.intake.look_soon)
        self.intake.library_changed.connect(self.library.show_library)
        self.bookmarks.changed_elsewhere.connect(self.reading_lists.load)
        self.bookmarks.changed_elsewhere.connect(self.search.load)
        window.files_dropped.connect(self._open_files)
        window.welcome.samples_requested.connect(self._on_open_samples)
        actions[ActionId.OPEN_SAMPLES].triggered.connect(self._on_open_samples)
        actions[ActionId.OPEN_SAMPLES].setEnabled(not self.workspace.is_sample)
        actions[ActionId.QUIT].triggered.connect(window.close)
        actions[ActionId.FILTER_TREE].triggered.connect(self._on_filter_tree)
        actions[ActionId.SHOW_LIBRARY].triggered.connect(self._on_show_library)
        actions[ActionId.SHOW_BOOKMARKS].triggered.connect(self._on_show_bookmarks)
        actions[ActionId.SHOW_READING_LISTS].triggered.connect(self._on_show_reading_lists)
        actions[ActionId.SHOW_RECENT].triggered.connect(self._on_show_recent)
        actions[ActionId.ABOUT].triggered.connect(self._on_about)

    @Slot()
    def _on_loaded(self) -> None:
        files, self._files = self._files, ()
        is_first, self._is_loaded = not self._is_loaded, True
        if is_first:
            self.bookmarks.load()
            self.search.load()
            self.session.restore()
            if self.workspace.is_guide:
                self.guide.open_first()
            self.intake.watch(self.appearance.settings.watched_dir)
            self.window.search_field.setFocus()
        else:
            self.navigation.refresh()
        self.bookmarks.carry_over()
        self.reading_lists.load()
        link, self._link = self._link, ""
        if link:
            self.citations.open_text(link)
        self._open_files(files)

    @Slot(object)
    def _open_files(self, files: tuple[Path, ...]) -> None:
        """Take reading lists in, prove extracts, and install everything else."""
        for file in files:
            if file.suffix == READING_LIST_SUFFIX:
                self.reading_lists.open_file(file)
            if file.suffix == EXTRACT_SUFFIX:
                self.paper.prove(file)
        bundles = tuple(file for file in files if file.suffix not in {READING_LIST_SUFFIX, EXTRACT_SUFFIX})
        if bundles:
            self.library.install(bundles)

    def _on_visit(self, page: Page) -> None:
        self.bookmarks.visit(page)

    def _on_problem(self, sentence: str) -> None:
        self.window.activity.show_message(sentence)

    @Slot(object)
    def _on_page_shown(self, page: Page | None) -> None:
        if page is not None and self.window.side.currentWidget() is self.window.library:
            self.window.library.reveal(Location(page.location.manual, page.location.chapter))

    @Slot()
    def _on_open_samples(self) -> None:
        self._on_samples_requested()

    @Slot()
    def _on_filter_tree(self) -> None:
        self.window.show_side(self.window.library)
        self.window.library.focus_filter()

    @Slot()
    def _on_show_library(self) -> None:
        self.window.show_side(self.window.library)
        self.window.library.focus_tree()

    @Slot()
    def _on_show_bookmarks(self) -> None:
        self.window.show_side(self.window.bookmarks)
        self.window.bookmarks.tree.setFocus()

    @Slot()
    def _on_show_recent(self) -> None:
        self.window.show_side(self.window.recent)
        self.window.recent.tree.setFocus()

    @Slot()
    def _on_show_reading_lists(self) -> None:
        self.window.show_side(self.window.reading_lists)
        self.window.reading_lists.tree.setFocus()

    @Slot()
    def _on_about(self) -> None:
        self._dialogs.show_text(
            "About Procedures Reader",
            f"Procedures Reader {__version__}\n\nReads signed manuals of children's services procedures without a"
            f" network. It opens no connection.\n\nLibrary: {self.workspace.places.base_dir}",
        )


def _title(workspace: Workspace) -> str:
    if workspace.is_guide:
        return "Procedures Reader: user guide"
    return "Procedures Reader: sample library" if workspace.is_sample else "Procedures Reader"
