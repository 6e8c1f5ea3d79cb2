"""The open chapter beside its counterpart in another authority."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QObject, Slot

from reader.domain.cancel import CancelToken
from reader.domain.counterpart import Counterpart
from reader.domain.errors import ReaderError
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.services.workspace import Workspace, today
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.media import MediaSource
from reader.ui.controllers.navigation import NavigationController
from reader.ui.main_window import MainWindow
from reader.ui.tasks import TaskRunner

_SUGGESTIONS: Final = 12


@dataclass(frozen=True, slots=True)
class _Shown:
    """A chapter to show, and which of its passages say the same as those of the open one."""

    page: Page
    pairs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    suggestions: tuple[Counterpart, ...]
    counterpart: Counterpart | None
    shown: _Shown | None


class ComparisonController(QObject):
    """Works only while the pane is open. The newest request wins."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        library: CurrentLibrary,
        navigation: NavigationController,
        runner: TaskRunner,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self._library = library
        self._runner = runner
        self._page: Page | None = None
        self._preferred: ManualId | int | None = None
        self._request = CancelToken()
        panel = window.comparison
        panel.manual_chosen.connect(self._on_manual_chosen)
        panel.edition_chosen.connect(self._on_edition_chosen)
        panel.chapter_chosen.connect(self._on_chapter_chosen)
        panel.link_activated.connect(navigation.follow)
        navigation.page_shown.connect(self._on_page_shown)
        navigation.passage_reached.connect(panel.follow)
        window.actions_by_id[ActionId.COMPARE].toggled.connect(self._on_toggled)
        library.changed.connect(self._on_library_changed)

    def _compare(self) -> None:
        """Find the counterpart of the page in front in the chosen manual, and show it."""
        self._request.cancel()
        panel, page = self._window.comparison, self._page
        if not self._window.is_comparison_visible:
            return
        if page is None or page.location.chapter is None:
            panel.set_heading("Open a chapter to compare it with another authority's.")
            panel.set_suggestions((), None)
            panel.set_message("")
            return
        others = {
            manual: name for manual, name in self._library.names.items() if manual != page.location.manual
        }
        panel.set_targets(others, self._other_editions(page.location))
        if isinstance(self._preferred, ManualId):
            panel.choose_manual(self._preferred)
        elif self._preferred is not None:
            panel.choose_edition(self._preferred)
        panel.set_heading(f"{page.title} ({page.strip.authority})")
        manual = panel.manual
        if panel.edition is not None:
            self._compare_editions(page, panel.edition)
            return
        if manual is None:
            panel.set_message("Only one authority's manual is installed: add another one to compare.")
            return
        location, snapshot, workspace = page.location, self._library.snapshot, self._workspace

        def work(cancel: CancelToken) -> _Found:
            bundle = snapshot.get(location.manual, location.edition, today())
            other = snapshot.get(manual, None, today())
            assert location.chapter is not None  # noqa: S101  # looked at above
            counterpart = workspace.counterparts.counterpart(bundle, location.chapter, other)
            suggestions = workspace.counterparts.suggestions(bundle, location.chapter, other, _SUGGESTIONS)
            cancel.raise_if_cancelled()
            if counterpart is None:
                return _Found(suggestions, None, None)
            shown = workspace.pages.page(snapshot, Location(manual, counterpart.chapter.id))
            pairs = workspace.comparison.passage_pairs(page.passages, shown.passages)
            return _Found(suggestions, counterpart, _Shown(shown, pairs))

        def show(found: _Found) -> None:
            panel.set_suggestions(found.suggestions, found.counterpart)
            if found.shown is not None:
                self._show(found.shown)

        self._request = self._runner.read(work, show, self._on_failed)

    def _other_editions(self, location: Location) -> dict[int, str]:
        """The other installed editions of a manual, as they stand in the list."""
        editions = (bundle.edition.manifest for bundle in self._library.snapshot.editions(location.manual))
        return {
            manifest.edition: f"{manifest.edition_name[0].upper()}{manifest.edition_name[1:]} of this manual"
            for manifest in editions
            if manifest.edition != location.edition
        }

    def _compare_editions(self, page: Page, other: int) -> None:
        """Show what differs between the edition in front and another one."""
        panel, location = self._window.comparison, page.location
        snapshot, workspace = self._library.snapshot, self._workspace
        panel.set_no_chapters()

        def work(_: CancelToken) -> _Shown:
            title, html = workspace.comparison.changes_page(snapshot, location, other)
            newer = max(other, location.edition or 0)
            shown = workspace.pages.page(snapshot, replace(location.without_anchor(), edition=newer))
            anchors = {passage.anchor: passage.anchor for passage in page.passages if passage.anchor}
            return _Shown(replace(shown, title=title, html=html, passages=()), anchors)

        def show(shown: _Shown) -> None:
            panel.set_remark(
                "Words that were added are underlined, words that were removed are struck through."
            )
            self._show(shown)

        self._request = self._runner.read(work, show, self._on_failed)

    def _show(self, shown: _Shown) -> None:
        pictures = MediaSource(self._workspace, self._library, shown.page.location, self._runner)
        self._window.comparison.set_page(shown.page, pictures, shown.pairs)

    def _on_failed(self, error: ReaderError) -> None:
        self._window.comparison.set_message(str(error))

    @Slot(bool)
    def _on_toggled(self, is_visible: bool) -> None:  # noqa: FBT001  # Qt's signal
        if is_visible != self._window.is_comparison_visible:
            self._window.set_comparison_visible(is_visible)
        self._compare()

    @Slot(object)
    def _on_page_shown(self, page: Page | None) -> None:
        if (
            self._page is None
            or page is None
            or page.location.without_anchor() != self._page.location.without_anchor()
        ):
            self._page = page
            self._compare()

    @Slot()
    def _on_library_changed(self) -> None:
        self._compare()

    @Slot(object)
    def _on_manual_chosen(self, manual: ManualId) -> None:
        self._preferred = manual
        self._compare()

    @Slot(int)
    def _on_edition_chosen(self, edition: int) -> None:
        self._preferred = edition
        self._compare()

    @Slot(object)
    def _on_chapter_chosen(self, location: Location | None) -> None:
        """The person's own choice of a chapter."""
        self._request.cancel()
        if location is None:
            self._window.comparison.set_message("Choose a chapter from the list.")
            return
        snapshot = self._library.snapshot

        open_page = self._page

        def work(_: CancelToken) -> _Shown:
            shown = self._workspace.pages.page(snapshot, location)
            passages = open_page.passages if open_page is not None else ()
            return _Shown(shown, self._workspace.comparison.passage_pairs(passages, shown.passages))

        self._request = self._runner.read(work, self._show, self._on_failed)
