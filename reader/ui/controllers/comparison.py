"""The open chapter beside its counterpart in another authority."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import Slot

from reader.domain.cancel import CancelToken
from reader.domain.contents import Held
from reader.domain.counterpart import Correction, Counterpart
from reader.domain.errors import NotFoundError, ReaderError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.manual import GUIDE, ManualId
from reader.domain.page import Page
from reader.domain.sides import SideBySide
from reader.services.side_by_side import ANCHOR, differing_rows, printable_page, screen_html
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import today
from reader.ui.actions import ActionId
from reader.ui.controllers.media import MediaSource
from reader.ui.controllers.tools import ToolController, Tools

_SUGGESTIONS: Final = 12
_HALF: Final = 0.5
_WIDE: Final = 0.72
_HEADING_ANCHOR: Final = re.compile(r'<h2 id="([^"]+)"')


@dataclass(frozen=True, slots=True)
class _Shown:
    """A chapter to show, and which of its passages say the same as those of the open one."""

    page: Page
    pairs: Mapping[str, str]
    differences: tuple[str, ...] = ()
    sides: SideBySide | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    suggestions: tuple[Counterpart, ...]
    counterpart: Counterpart | None
    shown: _Shown | None
    decisions: tuple[Correction, ...] = ()


class ComparisonController(ToolController):
    """Works only while the pane is open. The newest request wins."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(tools)
        window, library, navigation = tools.window, tools.library, tools.navigation
        self._page: Page | None = None
        self._other: Location | None = None
        self._sides: SideBySide | None = None
        self._decisions: tuple[Correction, ...] = ()
        self._is_swapped = False
        self._is_wide = False
        self._preferred: ManualId | int | Literal["all"] | None = None
        self._request = CancelToken()
        panel = window.comparison
        panel.manual_chosen.connect(self._on_manual_chosen)
        panel.edition_chosen.connect(self._on_edition_chosen)
        panel.chapter_chosen.connect(self._on_chapter_chosen)
        panel.all_chosen.connect(self._on_all_chosen)
        panel.layout_changed.connect(self._on_layout_changed)
        panel.counterpart_judged.connect(self._on_judged)
        panel.decision_forgotten.connect(self._on_forgotten)
        panel.link_activated.connect(navigation.follow)
        navigation.page_shown.connect(self._on_page_shown)
        navigation.passage_reached.connect(panel.follow)
        actions = window.actions_by_id
        actions[ActionId.COMPARE].toggled.connect(self._on_toggled)
        actions[ActionId.SIDE_BY_SIDE].toggled.connect(self._on_side_by_side_toggled)
        actions[ActionId.SWAP_SIDES].triggered.connect(self._on_swap)
        actions[ActionId.NEXT_DIFFERENCE].triggered.connect(self._on_next_difference)
        actions[ActionId.PREVIOUS_DIFFERENCE].triggered.connect(self._on_previous_difference)
        actions[ActionId.SAVE_COMPARISON].triggered.connect(self._on_save)
        library.changed.connect(self._on_library_changed)

    @property
    def sides(self) -> SideBySide | None:
        """What stands side by side, or None."""
        return self._sides

    @property
    def other(self) -> Location | None:
        """The chapter of another authority that stands beside the one in front, or None."""
        is_other = self._window.is_comparison_visible and self._window.comparison.edition is None
        return self._other if is_other else None

    @property
    def compared_edition(self) -> int | None:
        """The edition of the chapter in front that stands beside it, or None."""
        return self._window.comparison.edition if self._window.is_comparison_visible else None

    def compare_with_edition(self, edition: int) -> None:
        """Show the chapter in front beside another edition of itself, from now on."""
        self._preferred = edition
        if self._window.is_comparison_visible:
            self._compare()
        else:
            self._window.actions_by_id[ActionId.COMPARE].setChecked(True)

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
        shown = self._library.shown
        others = {
            manual: name
            for manual, name in self._library.names.items()
            if manual not in {page.location.manual, GUIDE} and manual in shown
        }
        panel.set_targets(others, self._other_editions(page.location))
        if isinstance(self._preferred, ManualId):
            panel.choose_manual(self._preferred)
        elif self._preferred == "all":
            panel.choose_all()
        elif self._preferred is not None:
            panel.choose_edition(self._preferred)
        panel.set_heading(f"{page.title} ({page.strip.authority})")
        manual = panel.manual
        self._other, self._sides, self._is_swapped = None, None, False
        if panel.edition is not None:
            self._compare_editions(page, panel.edition)
            return
        if panel.compares_with_all:
            self._compare_with_all(page)
            return
        if manual is None:
            panel.set_message("Only one authority's manual is installed: add another one to compare.")
            return
        location, snapshot, workspace = page.location, self._library.snapshot, self._workspace

        def work(cancel: CancelToken) -> _Found:
            bundle = snapshot.get(location.manual, location.edition, today())
            other = shown[manual]
            assert location.chapter is not None  # noqa: S101  # looked at above
            counterpart = workspace.counterparts.counterpart(bundle, location.chapter, other)
            suggestions = workspace.counterparts.suggestions(bundle, location.chapter, other, _SUGGESTIONS)
            cancel.raise_if_cancelled()
            decisions = workspace.counterparts.decisions(location, manual)
            if counterpart is None:
                return _Found(suggestions, None, None, decisions)
            beside = Location(manual, counterpart.chapter.id, other.edition.manifest.edition)
            return _Found(suggestions, counterpart, self._shown(snapshot, page, beside, cancel), decisions)

        def show(found: _Found) -> None:
            self._decisions = found.decisions
            if found.counterpart is not None:
                self._other = Location(manual, found.counterpart.chapter.id)
            panel.set_suggestions(found.suggestions, found.counterpart, is_decided=bool(found.decisions))
            if found.shown is not None:
                self._show(found.shown)

        self._request = self._runner.read(work, show, self._on_failed)

    def _shown(self, snapshot: LibrarySnapshot, page: Page, other: Location, cancel: CancelToken) -> _Shown:
        """Another chapter, or both beside each other, as the person wants it. Runs in a worker."""
        workspace = self._workspace
        shown = workspace.pages.page(snapshot, other)
        texts = page.held is Held.INCLUDED and shown.held is Held.INCLUDED
        if not self._window.comparison.is_side_by_side or not texts:
            return _Shown(shown, workspace.comparison.passage_pairs(page.passages, shown.passages, cancel))
        first, second = (other, page.location) if self._is_swapped else (page.location, other)
        return self._laid_out(shown, workspace.comparison.side_by_side(snapshot, first, (second,), cancel))

    def _laid_out(self, shown: Page, sides: SideBySide) -> _Shown:
        html = screen_html(sides, shows_lone=self._window.comparison.shows_lone)
        anchors = tuple(f"{ANCHOR}{number + 1}" for number in range(len(differing_rows(sides))))
        title = " beside ".join(side.title for side in sides.sides)
        return _Shown(replace(shown, title=title, html=html, passages=()), {}, anchors, sides)

    def _compare_with_all(self, page: Page) -> None:
        """Show the chapter beside each counterpart whose text is held."""
        panel, location = self._window.comparison, page.location
        snapshot, workspace = self._library.snapshot, self._workspace
        editions = [bundle for bundle in self._library.editions if bundle.manual != location.manual]
        panel.set_no_chapters()

        def work(cancel: CancelToken) -> _Shown:
            bundle = snapshot.get(location.manual, location.edition, today())
            assert location.chapter is not None  # noqa: S101  # looked at by the caller
            others: list[Location] = []
            for other in editions:
                pair = workspace.counterparts.counterpart(bundle, location.chapter, other)
                if pair is not None and pair.chapter.held is Held.INCLUDED:
                    others.append(Location(other.manual, pair.chapter.id, other.edition.manifest.edition))
            if not others or page.held is not Held.INCLUDED:
                raise NotFoundError(
                    "No other manual holds the text of a counterpart: there is nothing to show."
                )
            return self._laid_out(page, workspace.comparison.side_by_side(snapshot, location, others, cancel))

        def show(shown: _Shown) -> None:
            panel.set_remark("Each counterpart whose text is held, passage by passage.")
            self._show(shown)

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
            title, body = workspace.comparison.changes_page(snapshot, location, other)
            html = f"<h1>{escape(title)}</h1>{body}"
            newer = max(other, location.edition or 0)
            shown = workspace.pages.page(snapshot, replace(location.without_anchor(), edition=newer))
            anchors = {passage.anchor: passage.anchor for passage in page.passages if passage.anchor}
            differences = tuple(_HEADING_ANCHOR.findall(html))
            return _Shown(replace(shown, title=title, html=html, passages=()), anchors, differences)

        def show(shown: _Shown) -> None:
            panel.set_remark(
                "Words that were added are underlined, words that were removed are struck through."
            )
            self._show(shown)

        self._request = self._runner.read(work, show, self._on_failed)

    def _show(self, shown: _Shown) -> None:
        pictures = MediaSource(self._workspace, self._library, shown.page.location, self._runner)
        self._sides = shown.sides
        if shown.sides is None:
            self._other = shown.page.location.without_anchor()
        self._window.comparison.set_page(shown.page, pictures, shown.pairs, shown.differences)

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

        if open_page is None:
            return
        self._other = location
        dated = self._library.dated(location)

        def work(cancel: CancelToken) -> _Shown:
            return self._shown(snapshot, open_page, dated, cancel)

        self._request = self._runner.read(work, self._show, self._on_failed)

    @Slot()
    def _on_all_chosen(self) -> None:
        self._preferred = "all"
        self._window.give_comparison(_WIDE)
        self._compare()

    @Slot(object)
    def _on_judged(self, is_counterpart: bool) -> None:  # noqa: FBT001  # Qt's signal
        """Keep what the person decided of the chosen chapter, and match anew."""
        chosen, page = self._window.comparison.chosen, self._page
        if chosen is None or page is None:
            return
        correction = Correction.of(page.location, chosen, is_counterpart=is_counterpart)
        self._runner.write(
            lambda _: self._workspace.personal.correct([correction]),
            lambda _: self._compare(),
            self._on_failed,
        )

    @Slot()
    def _on_forgotten(self) -> None:
        """Leave the chapter and the chosen authority to the matching again."""
        decisions = self._decisions

        def work(_: CancelToken) -> None:
            for one in decisions:
                self._workspace.personal.forget_correction(one)

        self._runner.write(work, lambda _: self._compare(), self._on_failed)

    @Slot()
    def _on_layout_changed(self) -> None:
        panel = self._window.comparison
        self._window.actions_by_id[ActionId.SIDE_BY_SIDE].setChecked(panel.is_side_by_side)
        if self._is_wide != panel.is_side_by_side:
            self._is_wide = panel.is_side_by_side
            self._window.give_comparison(_WIDE if self._is_wide else _HALF)
        self._again()

    @Slot(bool)
    def _on_side_by_side_toggled(self, is_wanted: bool) -> None:  # noqa: FBT001  # Qt's signal
        if not self._window.is_comparison_visible and is_wanted:
            self._window.actions_by_id[ActionId.COMPARE].setChecked(True)
        self._window.comparison.is_side_by_side = is_wanted

    @Slot()
    def _on_swap(self) -> None:
        self._is_swapped = not self._is_swapped
        self._again()

    @Slot()
    def _on_next_difference(self) -> None:
        self._window.comparison.step_difference(1)

    @Slot()
    def _on_previous_difference(self) -> None:
        self._window.comparison.step_difference(-1)

    @Slot()
    def _on_save(self) -> None:
        """Write what stands side by side as a page."""
        sides = self._sides
        if sides is None:
            self._window.comparison.set_remark("Show both texts side by side first (Shift+F9).")
            return
        if not self._may(Permission.EXPORT, "Save this comparison"):
            return
        self._dialogs.choose_copy(
            "Save this comparison as a page", "comparison.html", lambda file: self._write(file, sides)
        )

    def _write(self, file: Path, sides: SideBySide) -> None:
        self._runner.write(
            lambda _: write_in_one_step(file, printable_page(sides).encode("utf-8")),
            lambda _: self._window.comparison.set_remark(f"Written: {file}"),
            self._on_failed,
        )

    def _again(self) -> None:
        """Lay out anew what is compared."""
        panel = self._window.comparison
        if panel.compares_with_all:
            self._compare()
        elif panel.edition is None and self._other is not None:
            self._on_chapter_chosen(self._other)
