"""Bookmarks and recent chapters. Every change is written before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot

from reader.domain.bookmark import Bookmark, BookmarkFolder, BookmarkTree, RecentVisit
from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.domain.page import Page
from reader.services.workspace import Workspace
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.navigation import NavigationController
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow
from reader.ui.models.bookmark_model import BookmarkMove
from reader.ui.tasks import TaskRunner
from reader.ui.widgets.bookmarks_panel import BookmarkChoice

if TYPE_CHECKING:
    from reader.store.personal import PersonalStore

_UNDO_STEPS: Final = 50
_NO_FOLDER: Final = "No folder"


class BookmarksController(QObject):
    """Carries the person's wishes to the store, and its new state back to the panels."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        library: CurrentLibrary,
        navigation: NavigationController,
        runner: TaskRunner,
        *,
        dialogs: Dialogs,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._library = library
        self._navigation = navigation
        self._runner = runner
        self._dialogs = dialogs
        self._tree = BookmarkTree((), ())
        self._undo: list[BookmarkTree] = []
        panel = window.bookmarks
        panel.bookmark_activated.connect(self._on_location_activated)
        panel.rename_requested.connect(self._on_rename_requested)
        panel.remove_requested.connect(self._on_remove_requested)
        panel.move_requested.connect(self._on_move_requested)
        panel.folder_requested.connect(self._on_folder_requested)
        panel.undo_requested.connect(self._on_undo_requested)
        window.recent.location_activated.connect(self._on_location_activated)
        window.actions_by_id[ActionId.ADD_BOOKMARK].triggered.connect(self._on_add)
        window.actions_by_id[ActionId.NEW_FOLDER].triggered.connect(self._on_folder_requested)

    def load(self) -> None:
        """Open the person's file, show what is in it, and keep a backup of it."""

        def work(_: CancelToken) -> tuple[BookmarkTree, tuple[RecentVisit, ...], str | None]:
            personal = self._workspace.personal
            loaded = personal.bookmarks(), personal.recent(), personal.recovery
            personal.back_up()
            return loaded

        def done(loaded: tuple[BookmarkTree, tuple[RecentVisit, ...], str | None]) -> None:
            tree, visits, recovery = loaded
            self._show(tree)
            self._window.recent.set_visits(visits)
            if recovery:
                self._dialogs.show_text("Your bookmarks", recovery)

        self._runner.write(work, done, self._on_failed)

    def visit(self, page: Page) -> None:
        """Note that a page was opened."""
        if page.location.chapter is None and page.location.form is None:
            return

        def work(_: CancelToken) -> tuple[RecentVisit, ...]:
            self._workspace.personal.add_recent(page.location.without_anchor(), page.title)
            return self._workspace.personal.recent()

        self._runner.write(work, self._window.recent.set_visits, self._on_visit_failed)

    def _change(self, change: Callable[[PersonalStore], object], said: str = "") -> None:
        """Write a change, then show what the store holds; the state before can be brought back.

        Args:
            change: What to do with the store.
            said: A sentence for the person once it is on the disk.
        """

        def work(_: CancelToken) -> tuple[BookmarkTree, BookmarkTree]:
            before = self._workspace.personal.bookmarks()
            change(self._workspace.personal)
            return before, self._workspace.personal.bookmarks()

        def done(result: tuple[BookmarkTree, BookmarkTree]) -> None:
            before, after = result
            self._undo = [*self._undo, before][-_UNDO_STEPS:]
            self._show(after)
            if said:
                self._window.activity.show_message(said)

        self._runner.write(work, done, self._on_failed)

    def _show(self, tree: BookmarkTree) -> None:
        self._tree = tree
        self._window.bookmarks.set_bookmarks(tree)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))
        self._dialogs.show_text("Your bookmarks", str(error))

    def _on_visit_failed(self, error: ReaderError) -> None:
        """Reading goes on: a visit that is not noted is worth a line and no dialog."""
        self._window.activity.show_message(str(error))

    @Slot(object)
    def _on_location_activated(self, location: Location) -> None:
        self._navigation.go(self._library.following(location))

    @Slot()
    def _on_add(self) -> None:
        view = self._window.current_view
        if view is None or view.page is None:
            return
        page = view.page
        name = f"{page.title} ({page.strip.authority})"

        def named(given: str) -> None:
            if not self._tree.folders:
                self._add(given, page, None)
                return
            folders: tuple[BookmarkFolder, ...] = self._tree.folders
            choices = (_NO_FOLDER, *(folder.name for folder in folders))
            self._dialogs.ask_choice(
                "Bookmark",
                "Keep it in the folder:",
                choices,
                0,
                lambda chosen: self._add(given, page, folders[chosen - 1].id if chosen else None),
            )

        self._dialogs.ask_text("Bookmark", "Name of the bookmark:", name, named)

    def _add(self, name: str, page: Page, folder: str | None) -> None:
        self._change(
            lambda personal: personal.add_bookmark(name, page.location, page.title, folder),
            f"Bookmarked {page.title}.",
        )

    @Slot(object)
    def _on_rename_requested(self, choice: BookmarkChoice) -> None:
        value = choice.value

        def rename(name: str) -> None:
            if isinstance(value, Bookmark):
                self._change(lambda personal: personal.rename_bookmark(value.id, name))
            else:
                self._change(lambda personal: personal.rename_folder(value.id, name))

        self._dialogs.ask_text("Rename", "New name:", value.name, rename)

    @Slot(object)
    def _on_remove_requested(self, choice: BookmarkChoice) -> None:
        value = choice.value
        said = f"Removed {value.name}. Ctrl+Z in the bookmarks brings it back."
        if isinstance(value, Bookmark):
            self._change(lambda personal: personal.remove_bookmark(value.id), said)
        else:
            self._change(lambda personal: personal.remove_folder(value.id), said)

    @Slot(object)
    def _on_move_requested(self, move: BookmarkMove) -> None:
        self._change(lambda personal: personal.move_bookmark(move.bookmark, move.folder, move.position))

    @Slot()
    def _on_folder_requested(self) -> None:
        self._window.show_side(self._window.bookmarks)
        self._dialogs.ask_text(
            "New folder",
            "Name of the folder:",
            "",
            lambda name: self._change(lambda personal: personal.add_folder(name)),
        )

    @Slot()
    def _on_undo_requested(self) -> None:
        if not self._undo:
            self._window.activity.show_message("There is nothing to undo.")
            return
        before, undone = self._undo.pop(), self._tree

        def work(_: CancelToken) -> BookmarkTree:
            self._workspace.personal.restore_bookmarks(before, undone)
            return self._workspace.personal.bookmarks()

        self._runner.write(work, self._show, self._on_failed)
