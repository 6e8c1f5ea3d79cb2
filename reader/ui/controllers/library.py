"""Loading, installing and removing manuals; keeping the indexes in step."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot

from reader.domain.cancel import CancelToken
from reader.domain.errors import BundleRefusedError, ReaderError
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.manual import GUIDE, UPDATE_SUFFIX, Domain, Edition, Purpose, day
from reader.domain.search import IndexProgress
from reader.domain.text import counted
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.tools import ToolController, Tools
from reader.ui.widgets.welcome import ManualSummary


class LibraryController(ToolController):
    """Brings the library to the screen and keeps it there."""

    loaded = Signal()
    """After the first load, and after each change."""
    failed = Signal()
    """When the library as a whole could not be opened."""
    indexed = Signal()
    trust_changed = Signal()
    """After a trust update: what was refused before may count now."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window, library = tools.window, tools.library
        self._indexing = CancelToken()
        self._is_indexing = False
        library.as_at_changed.connect(self._on_as_at_changed)
        window.welcome.add_requested.connect(self._on_add)
        window.activity.cancel_requested.connect(self._on_cancel_indexing)
        actions = window.actions_by_id
        actions[ActionId.ADD_BUNDLE].triggered.connect(self._on_add)
        actions[ActionId.REMOVE_EDITION].triggered.connect(self._on_remove)
        actions[ActionId.PROBLEMS].triggered.connect(self._on_problems)
        actions[ActionId.EXAMINE].triggered.connect(self._on_examine)

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
            self._install_one(file, is_last=number == len(files))

    @Slot(object, bool)
    def show_library(self, snapshot: LibrarySnapshot, is_last: bool) -> None:  # noqa: FBT001  # a signal's
        """Show a library that has changed by itself; more may follow at once."""
        self._show(snapshot, should_index=is_last)

    def _load_samples(self, cancel: CancelToken) -> LibrarySnapshot:
        for _ in self._workspace.install_samples(cancel):
            cancel.raise_if_cancelled()
        return self._workspace.library.load(cancel)

    def _install_one(self, file: Path, *, is_last: bool) -> None:
        library = self._workspace.library

        def work(cancel: CancelToken) -> tuple[str, LibrarySnapshot]:
            if file.suffix == UPDATE_SUFFIX:
                library.update_trust(file)
                self._workspace.intake.trust_has_changed()
                return f"Took in the trust update {file.name}.", library.load(cancel)
            manifest = library.install(file, cancel).edition.manifest
            in_force = day(manifest.effective_from)
            sentence = f"Added {manifest.authority_name}, {manifest.edition_name}, in force from {in_force}."
            return sentence, library.load(cancel)

        def done(result: tuple[str, LibrarySnapshot]) -> None:
            self._window.activity.end_activity()
            sentence, snapshot = result
            self._window.activity.show_message(sentence)
            self._show(snapshot, should_index=is_last)
            if file.suffix == UPDATE_SUFFIX:
                self.trust_changed.emit()

        def failed(error: ReaderError) -> None:
            self._window.activity.end_activity()
            self._window.activity.show_message(f"{file.name} was not added: {_in_short(error)}")
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
        # The guide of the program, where it stands among manuals, comes after them.
        editions.sort(key=lambda one: (one.manifest.id == GUIDE, one.manifest.authority_name.casefold()))
        self._window.library.set_editions(editions)
        return editions

    @Slot()
    def _on_as_at_changed(self) -> None:
        self._fill_tree()

    def _say_warnings(self, snapshot: LibrarySnapshot) -> None:
        if self._workspace.faults:
            self._window.activity.show_message(self._workspace.faults[0])
            return
        if snapshot.problems:
            count = len(snapshot.problems)
            self._window.activity.show_message(
                f"{counted(count, 'file')} of the library cannot be shown: Help > Problems."
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
            self._window.activity.show_message(
                "How to use this program: no council's procedures."
                if self._workspace.is_guide
                else "Sample library: not for practice."
            )

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
            self._is_indexing = False
            activity.end_activity()
            if problems:
                activity.show_message(" ".join(problems))
            self.indexed.emit()

        def failed(error: ReaderError) -> None:
            self._is_indexing = False
            activity.end_activity()
            activity.show_message(str(error))

        self._is_indexing = True
        self._indexing = self._runner.read(work, done, failed)

    @Slot()
    def _on_cancel_indexing(self) -> None:
        if not self._is_indexing:
            return
        self._is_indexing = False
        self._indexing.cancel()
        self._window.activity.end_activity()
        self._window.activity.show_message(
            "Indexing was stopped: search finds only what is indexed until the next start."
        )
        self.indexed.emit()

    @Slot()
    def _on_add(self) -> None:
        if self._may(Permission.ADD, "Add a bundle"):
            self._dialogs.choose_bundles(self.install)

    @Slot()
    def _on_remove(self) -> None:
        view = self._window.current_view
        if view is None or view.page is None or view.page.location.edition is None:
            return
        if not self._may(Permission.REMOVE, "Remove this edition"):
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
    def _on_examine(self) -> None:
        """Show on one page how it stands with this installation: what helpers of the person ask for."""
        workspace, activity = self._workspace, self._window.activity

        def work(cancel: CancelToken) -> str:
            from reader.services.doctor import as_text, examine  # noqa: PLC0415  # wanted seldom

            return as_text(examine(workspace, cancel))

        def show(text: str) -> None:
            from reader.ui.widgets.report_dialog import ReportDialog  # noqa: PLC0415  # wanted seldom

            activity.end_activity()
            self._dialogs.show(lambda window: ReportDialog("This installation", text, window))

        def failed(error: ReaderError) -> None:
            activity.end_activity()
            activity.show_message(str(error))

        activity.show_activity("Examining this installation", 0.0, can_cancel=False)
        self._runner.read(work, show, failed)

    @Slot()
    def _on_problems(self) -> None:
        found = [f"{problem.subject}: {problem.message}" for problem in self._library.snapshot.problems]
        found += [f"{file}: {why}" for file, why in self._workspace.intake.refused]
        text = "\n\n".join((*self._workspace.faults, *found))
        self._dialogs.show_text(
            "Problems with the library", text or "Everything that is installed can be shown."
        )


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
    detail = f"{manifest.title}, {manifest.edition_name}, {held}{counted(count, 'chapter')}"
    return ManualSummary(Location(manifest.id), manifest.authority_name, detail)
