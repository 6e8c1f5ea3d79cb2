"""Loading, installing and removing manuals; keeping the indexes in step; the watched folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, ReaderError
from reader.domain.location import Location
from reader.domain.manual import BUNDLE_SUFFIX, UPDATE_SUFFIX, Domain, Edition, Purpose, day
from reader.domain.search import IndexProgress
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import Workspace, today
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner
from reader.ui.widgets.welcome import ManualSummary

_SETTLE_MS: Final = 700


class LibraryController(QObject):
    """Brings the library to the screen and keeps it there."""

    loaded = Signal()
    """After the first load, and after each change."""
    failed = Signal()
    """When the library as a whole could not be opened."""
    indexed = Signal()

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        library: CurrentLibrary,
        runner: TaskRunner,
        dialogs: Dialogs,
        *,
        on_watched_dir_chosen: Callable[[Path], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._library = library
        self._runner = runner
        self._dialogs = dialogs
        self._on_watched_dir_chosen = on_watched_dir_chosen
        self._indexing = CancelToken()
        self._watcher = QFileSystemWatcher(self)
        self._watched_dir: Path | None = None
        self._seen: dict[Path, tuple[int, int]] = {}
        self._taken: dict[Path, tuple[int, int]] = {}
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._look_into_watched_dir)
        self._watcher.directoryChanged.connect(self._on_directory_changed)
        library.as_at_changed.connect(self._on_as_at_changed)
        window.welcome.add_requested.connect(self._on_add)
        window.activity.cancel_requested.connect(self._on_cancel_indexing)
        actions = window.actions_by_id
        actions[ActionId.ADD_BUNDLE].triggered.connect(self._on_add)
        actions[ActionId.REMOVE_EDITION].triggered.connect(self._on_remove)
        actions[ActionId.WATCH_FOLDER].triggered.connect(self._on_watch_folder)
        actions[ActionId.PROBLEMS].triggered.connect(self._on_problems)

    def load(self) -> None:
        """Verify what is installed, beside the GUI thread, then show it."""
        self._window.welcome.show_verifying()
        if self._workspace.is_sample:
            self._runner.write(self._load_samples, self._on_loaded, self._on_load_failed)
        else:
            self._runner.write(self._workspace.library.load, self._on_loaded, self._on_load_failed)

    @Slot(object)
    def install(self, files: tuple[Path, ...]) -> None:
        """Take in bundles and trust updates one after the other; a refused one stops none of the others."""
        for number, file in enumerate(files, start=1):
            self._install_one(file, is_last=number == len(files), is_asked_for=True)

    def watch(self, folder: Path | None) -> None:
        """Install what appears in a folder; None stops watching."""
        if self._watcher.directories():
            self._watcher.removePaths(self._watcher.directories())
        self._watched_dir = folder
        self._seen = {}
        if folder is not None and folder.is_dir():
            self._watcher.addPath(str(folder))
            self._settle.start()

    def _load_samples(self, cancel: CancelToken) -> LibrarySnapshot:
        for _ in self._workspace.install_samples(cancel):
            cancel.raise_if_cancelled()
        return self._workspace.library.load(cancel)

    def _install_one(self, file: Path, *, is_last: bool, is_asked_for: bool) -> None:
        """Take in one file; what nobody asked for (a watched folder) says less, and is passed over when it is there."""
        library = self._workspace.library
        installed = {bundle.role_sha256 for bundle in self._library.snapshot.bundles}

        def work(cancel: CancelToken) -> tuple[str, LibrarySnapshot] | None:
            if file.suffix == UPDATE_SUFFIX:
                library.update_trust(file)
                return f"Took in the trust update {file.name}.", library.load(cancel)
            if not is_asked_for and library.verify(file, cancel).role_sha256 in installed:
                return None
            manifest = library.install(file, cancel).edition.manifest
            in_force = day(manifest.effective_from)
            sentence = f"Added {manifest.authority_name}, {manifest.edition_name}, in force from {in_force}."
            return sentence, library.load(cancel)

        def done(result: tuple[str, LibrarySnapshot] | None) -> None:
            self._window.activity.end_activity()
            if result is None:
                return
            sentence, snapshot = result
            self._window.activity.show_message(sentence)
            self._show(snapshot, should_index=is_last)

        def failed(error: ReaderError) -> None:
            self._window.activity.end_activity()
            self._window.activity.show_message(f"{file.name} was not added: {_in_short(error)}")
            if is_asked_for:
                self._dialogs.show_text("This file was not added", f"{file.name}\n\n{_in_full(error)}")
            if is_last:
                self._index(self._library.snapshot)

        self._window.activity.show_activity(f"Verifying {file.name}", 0.0, can_cancel=False)
        self._runner.write(work, done, failed)

    def _on_loaded(self, snapshot: LibrarySnapshot) -> None:
        self._show(snapshot, should_index=True)

    def _on_load_failed(self, error: ReaderError) -> None:
        self._window.welcome.show_empty(has_trust_root=self._workspace.library.has_trust_root)
        self._window.activity.show_message(str(error))
        self._dialogs.show_text("The library cannot be opened", str(error))
        self.failed.emit()

    def _show(self, snapshot: LibrarySnapshot, *, should_index: bool) -> None:
        self._library.set_snapshot(snapshot)
        window = self._window
        editions = self._fill_tree()
        window.results.filters.set_manuals(self._library.names)
        if editions:
            window.welcome.show_ready(tuple(_summary(edition) for edition in editions))
        else:
            window.welcome.show_empty(has_trust_root=self._workspace.library.has_trust_root)
        self._say_warnings(snapshot)
        self.loaded.emit()
        if should_index:
            self._index(snapshot)

    def _fill_tree(self) -> list[Edition]:
        """Show the editions in the tree: those in force, or those of the day that was chosen."""
        editions = [bundle.edition for bundle in self._library.editions]
        editions.sort(key=lambda edition: edition.manifest.authority_name.casefold())
        self._window.library.set_editions(editions)
        return editions

    @Slot()
    def _on_as_at_changed(self) -> None:
        self._fill_tree()

    def _say_warnings(self, snapshot: LibrarySnapshot) -> None:
        if snapshot.problems:
            count = len(snapshot.problems)
            self._window.activity.show_message(
                f"{count} {'file' if count == 1 else 'files'} of the library cannot be shown: Help > Problems."
            )
            return
        warned = [
            b
            for b in snapshot.current(today())
            if any("review date" in w for w in b.edition.warnings(today()))
        ]
        if warned:
            names = ", ".join(bundle.edition.manifest.authority_name for bundle in warned)
            self._window.activity.show_message(f"The review date has passed: {names}.")
        elif self._workspace.library.domain is Domain.SAMPLE and not self._window.activity.message:
            self._window.activity.show_message("Sample library: not for practice.")

    def _index(self, snapshot: LibrarySnapshot) -> None:
        """Bring the indexes in step, in a child process; the newest library wins."""
        self._indexing.cancel()
        activity = self._window.activity

        def progress(state: IndexProgress) -> None:
            share = (state.done + state.share) / max(state.total, 1)
            text = f"Indexing {min(state.done + 1, state.total)} of {state.total}"
            self._runner.report(lambda: activity.show_activity(text, share, can_cancel=True))

        def work(cancel: CancelToken) -> tuple[str, ...]:
            return self._workspace.search.prepare(snapshot, progress, cancel)

        def done(problems: tuple[str, ...]) -> None:
            activity.end_activity()
            if problems:
                activity.show_message(" ".join(problems))
            self.indexed.emit()

        def failed(error: ReaderError) -> None:
            activity.end_activity()
            activity.show_message(str(error))

        self._indexing = self._runner.read(work, done, failed)

    @Slot()
    def _on_cancel_indexing(self) -> None:
        self._indexing.cancel()
        self._window.activity.end_activity()
        self._window.activity.show_message(
            "Indexing was stopped: search finds only what is indexed until the next start."
        )
        self.indexed.emit()

    @Slot()
    def _on_add(self) -> None:
        self._dialogs.choose_bundles(self.install)

    @Slot()
    def _on_remove(self) -> None:
        view = self._window.current_view
        if view is None or view.page is None or view.page.location.edition is None:
            return
        page = view.page
        manual, edition = page.location.manual, page.location.edition
        assert edition is not None  # noqa: S101  # looked at above

        def remove() -> None:
            def work(cancel: CancelToken) -> LibrarySnapshot:
                self._workspace.library.remove(manual, edition)
                return self._workspace.library.load(cancel)

            self._runner.write(work, self._on_loaded, self._on_action_failed)

        self._dialogs.confirm(
            "Remove this edition?",
            f"{page.strip.authority}, {page.strip.manual}, {page.strip.edition}\n\n"
            "It is removed from this laptop. Your bookmarks stay, and lead to it again when it is added again.",
            "Remove it",
            remove,
        )

    def _on_action_failed(self, error: ReaderError) -> None:
        self._window.activity.show_message(str(error))

    @Slot()
    def _on_watch_folder(self) -> None:
        def chosen(folder: Path) -> None:
            self.watch(folder)
            self._on_watched_dir_chosen(folder)
            self._window.activity.show_message(f"Bundles that appear in {folder} are added by themselves.")

        self._dialogs.choose_folder("Watch a folder for bundles", chosen)

    @Slot()
    def _on_problems(self) -> None:
        problems = self._library.snapshot.problems
        text = "\n\n".join(f"{problem.subject}: {problem.message}" for problem in problems)
        self._dialogs.show_text(
            "Problems with the library", text or "Everything that is installed can be shown."
        )

    @Slot(str)
    def _on_directory_changed(self, _: str) -> None:
        self._settle.start()

    @Slot()
    def _look_into_watched_dir(self) -> None:
        """Install the bundles whose size has not changed since the last look: the others are still being copied."""
        if self._watched_dir is None:
            return
        found: dict[Path, tuple[int, int]] = {}
        try:
            files = [
                file for file in self._watched_dir.iterdir() if file.suffix in {BUNDLE_SUFFIX, UPDATE_SUFFIX}
            ]
            # Trust updates first: they say who may sign the manuals beside them.
            for file in sorted(files, key=lambda file: (file.suffix == BUNDLE_SUFFIX, file)):
                stat = file.stat()
                found[file] = (stat.st_size, stat.st_mtime_ns)
        except OSError as error:
            self._window.activity.show_message(f"Cannot look into {self._watched_dir}: {error.strerror}.")
            return
        new = {file: mark for file, mark in found.items() if self._taken.get(file) != mark}
        settled = tuple(file for file, mark in new.items() if self._seen.get(file) == mark)
        self._seen = found
        for file in settled:
            self._taken[file] = found[file]
        for number, file in enumerate(settled, start=1):
            self._install_one(file, is_last=number == len(settled), is_asked_for=False)
        if len(settled) < len(new):
            self._settle.start()


def _in_short(error: ReaderError) -> str:
    return error.explanation.happened if isinstance(error, BundleRefusedError) else str(error)


def _in_full(error: ReaderError) -> str:
    """What has happened and what to do, for whoever reads it; what was found, for whoever is told."""
    if not isinstance(error, BundleRefusedError):
        return str(error)
    return (
        f"{error.explanation.happened} {error.outcome}\n\nWhat to do: {error.explanation.advice}\n\n"
        f"What was found: {error.finding} (code: {error.reason.value})"
    )


def _summary(edition: Edition) -> ManualSummary:
    manifest = edition.manifest
    held = "contents list only, " if manifest.purpose is Purpose.CONTENTS_ONLY else ""
    count = sum(1 for _ in edition.contents.chapters())
    detail = f"{manifest.title}, {manifest.edition_name}, {held}{count} chapters"
    return ManualSummary(Location(manifest.id), manifest.authority_name, detail)
