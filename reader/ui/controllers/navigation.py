"""The navigator: the one way to go anywhere, for tree, hit, link, bookmark, history and command line."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from reader.domain.cancel import CancelToken
from reader.domain.errors import NotFoundError, ReaderError
from reader.domain.files import write_in_one_step
from reader.domain.location import Location
from reader.domain.machine import Permission
from reader.domain.page import Page
from reader.services.snapshot import LibrarySnapshot
from reader.services.workspace import Workspace
from reader.ui.actions import ActionId
from reader.ui.controllers.current_library import CurrentLibrary
from reader.ui.controllers.media import MediaSource
from reader.ui.controllers.permissions import may
from reader.ui.dialogs import Dialogs
from reader.ui.main_window import MainWindow
from reader.ui.styles import TextLook
from reader.ui.tasks import TaskRunner
from reader.ui.widgets.page_view import PageView

_REFUSED: Final = "<p>This text is not shown any more: it cannot be verified.</p>"
_MAX_TABS: Final = 24
_MOST_STEPS_BACK: Final = 1_000
_TAB_TITLE_LENGTH: Final = 32
_ADDRESS_LINE: Final = 80
_IN_TEXT_MENU: Final = (
    ActionId.HIGHLIGHT,
    ActionId.ADD_BOOKMARK,
    ActionId.COPY_CITATION,
    ActionId.COPY_COURT_CITATION,
)
_WEB_SCHEMES: Final = frozenset({"http", "https"})
_OUTSIDE_SCHEMES: Final = _WEB_SCHEMES | {"mailto", "tel"}


class NavigationController(QObject):
    """Opens locations in tabs and remembers the way. An edition of None follows the current one."""

    page_shown = Signal(object)
    """Carries the page in front, whenever that changes; None when no tab is open."""
    zoom_requested = Signal(object)
    highlight_activated = Signal(object)
    view_opened = Signal(object)
    """Carries the view of a new tab."""
    passage_reached = Signal(object)
    """Carries the anchor of the passage at the top of the tab in front."""

    def __init__(
        self,
        window: MainWindow,
        library: CurrentLibrary,
        workspace: Workspace,
        runner: TaskRunner,
        dialogs: Dialogs,
        *,
        on_visit: Callable[[Page], None],
        on_problem: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._library = library
        self._workspace = workspace
        self._runner = runner
        self._dialogs = dialogs
        self._on_visit = on_visit
        self._on_problem = on_problem
        self._look = TextLook()
        self._history: list[Location] = []
        self._position = -1
        self._absent: list[Location] = []
        self._request = CancelToken()
        window.tabs.currentChanged.connect(self._on_current_changed)
        window.tabs.tabCloseRequested.connect(self._on_tab_close_requested)
        actions = window.actions_by_id
        actions[ActionId.BACK].triggered.connect(self.back)
        actions[ActionId.FORWARD].triggered.connect(self.forward)
        actions[ActionId.CLOSE_TAB].triggered.connect(self.close_tab)
        actions[ActionId.NEXT_TAB].triggered.connect(self._on_next_tab)
        actions[ActionId.PREVIOUS_TAB].triggered.connect(self._on_previous_tab)
        actions[ActionId.OUTLINE].triggered.connect(self._on_outline)
        actions[ActionId.PROVENANCE].triggered.connect(self._on_provenance)
        actions[ActionId.SHOW_IN_TREE].triggered.connect(self._on_show_in_tree)
        actions[ActionId.FIND_IN_PAGE].triggered.connect(self._on_find_in_page)
        actions[ActionId.FIND_NEXT].triggered.connect(self._on_find_next)
        actions[ActionId.FIND_PREVIOUS].triggered.connect(self._on_find_previous)
        actions[ActionId.SAVE_FORM].triggered.connect(self._on_save_form)
        self._update_actions()

    @Slot(object)
    def go(self, location: Location, words: tuple[str, ...] = ()) -> None:
        """Open a location in its tab, marking words there. The newest request wins."""
        self._go(location, words, remember=True)

    @Slot(object)
    def follow(self, address: str) -> None:
        """Follow a link of a text: inside to its location, outside only after the person has seen the address."""
        if address.startswith("manual:"):
            try:
                location = Location.parse(address)
            except NotFoundError as error:
                self._on_problem(str(error))
                return
            page = self.page_in_front
            if location.form is not None and page is not None and page.location == location:
                self._on_save_form()
            else:
                self.go(location)
            return
        url = QUrl(address, QUrl.ParsingMode.StrictMode)
        shown = bytes(url.toEncoded().data()).decode("ascii")  # to the letter what the desktop is given
        has_place = bool(url.host() if url.scheme() in _WEB_SCHEMES else url.path())
        if url.scheme() not in _OUTSIDE_SCHEMES or not shown or not has_place:
            self._on_problem(f"The link {address[:200]!a} is of a kind that is not opened.")
            return
        host = bytes(QUrl.toAce(url.host()).data()).decode("ascii")
        where = f"\n\nIt opens at: {host}" if host else ""
        self._dialogs.confirm(
            "Open outside this program?",
            f"This link leads out of the manual, to:\n\n{_in_lines(shown)}{where}"
            "\n\nOpening it needs a connection.",
            "Open it",
            lambda: _open_outside(url),
        )

    @Slot(object)
    def show_provenance(self, page: Page) -> None:
        """Show who vouches for a page."""
        self._dialogs.show_provenance(page)

    @Slot()
    def back(self) -> None:
        """Go back to the location before this one."""
        if self._position > 0:
            self._position -= 1
            self._go(self._history[self._position], (), remember=False)

    @Slot()
    def forward(self) -> None:
        """Go forward again."""
        if self._position < len(self._history) - 1:
            self._position += 1
            self._go(self._history[self._position], (), remember=False)

    @Slot()
    def close_tab(self) -> None:
        self._on_tab_close_requested(self._window.tabs.currentIndex())

    @property
    def page_in_front(self) -> Page | None:
        view = self._window.current_view
        return view.page if view is not None else None

    @Slot()
    def _on_save_form(self) -> None:
        """Write a copy of the form in front where the person wants it."""
        page = self.page_in_front
        if page is None or page.location.form is None:
            return
        if not may(Permission.EXPORT, self._workspace.machine, self._dialogs, "Save a copy of this form"):
            return
        location, snapshot = page.location, self._library.snapshot

        def write(file: Path) -> None:
            self._runner.write(
                lambda _: write_in_one_step(file, self._workspace.pages.form(snapshot, location)),
                lambda _: self._offer_to_open(file, page),
                self._on_failed,
            )

        self._dialogs.choose_copy("Save a copy of this form", page.location.form, write)

    def _offer_to_open(self, file: Path, page: Page) -> None:
        self._dialogs.confirm(
            "Open the copy?",
            f"A copy of “{page.title}” ({page.strip.authority}, {page.strip.edition}) was saved as:\n\n{file}"
            "\n\nIt is a copy: look here for a newer edition before you use it again.",
            "Open it",
            lambda: _open_outside(QUrl.fromLocalFile(str(file))),
        )

    def restore(self, tabs: tuple[Location, ...], current: int, on_restored: Callable[[], None]) -> None:
        """Open the tabs of the last session again, one by one and the one in front first.

        What the person has opened or closed meanwhile stays so, and in front stays what they look at.
        Tabs whose manual is not there today are kept for the next session: a USB stick may be missing.
        """
        snapshot = self._library.snapshot
        restored: dict[PageView, int] = {}

        def load(token: CancelToken) -> None:
            front_first = sorted(range(len(tabs)), key=lambda number: number != current)
            for number in front_first:
                token.raise_if_cancelled()
                page = None
                with suppress(ReaderError):
                    page = self._workspace.pages.page(snapshot, self._library.following(tabs[number]))
                self._runner.report(partial(self._show_restored, restored, number, tabs[number], page))

        self._runner.read(load, lambda _: on_restored(), self._on_failed)

    def _show_restored(
        self, restored: dict[PageView, int], number: int, location: Location, page: Page | None
    ) -> None:
        """Add a tab of the last session where it stood among those that are back already."""
        if page is None:
            self._absent.append(location)
            return
        if self._view_of(page.location) is not None:
            return
        self._make_room()
        numbers = [restored.get(view) for view in self._window.views()]
        before = [at + 1 for at, one in enumerate(numbers) if one is not None and one < number]
        behind = [at for at, one in enumerate(numbers) if one is not None and one > number]
        restored[self._add_tab(page, max(before, default=min(behind, default=-1)))] = number
        if self._window.tabs.count() == 1:
            self._window.show_tabs()

    def refresh(self) -> None:
        """Show every open page anew, after the library has changed. Pages that are gone keep a notice."""
        snapshot = self._library.snapshot
        for view in self._window.views():
            if view.page is not None:
                self._refresh_view(view, view.page, snapshot)

    def set_look(self, look: TextLook) -> None:
        """Let the text of every open chapter, and of each that is opened from now on, look like this."""
        self._look = look
        for view in self._window.views():
            view.set_look(look)

    def open_locations(self) -> tuple[Location, ...]:
        """The tabs, for the next session."""
        opened = [view.page.location for view in self._window.views() if view.page is not None]
        return (*opened, *self._absent)

    def _go(self, location: Location, words: tuple[str, ...], *, remember: bool) -> None:
        self._request.cancel()
        snapshot, location = self._library.snapshot, self._library.dated(location)

        def load(_: CancelToken) -> Page:
            return self._workspace.pages.page(snapshot, location)

        def show(page: Page) -> None:
            self._show(page, words)
            if remember:
                self._remember(page.location)
            self._on_visit(page)

        self._request = self._runner.read(load, show, self._on_failed)

    def _show(self, page: Page, words: tuple[str, ...]) -> None:
        with QSignalBlocker(self._window.tabs):  # announced once, below, whatever tabs come and go on the way
            view = self._view_of(page.location)
            if view is None:
                self._make_room()
                view = self._add_tab(page)
            else:
                view.set_page(page)
            self._window.tabs.setCurrentWidget(view)
        self._window.show_tabs()
        view.mark_words(words)
        view.text.setFocus(Qt.FocusReason.OtherFocusReason)
        self._announce()

    def _view_of(self, location: Location) -> PageView | None:
        wanted = location.without_anchor()
        for view in self._window.views():
            if view.page is not None and view.page.location.without_anchor() == wanted:
                return view
        return None

    def _make_room(self) -> None:
        """Close the first tab where there would be one too many."""
        if self._window.tabs.count() >= _MAX_TABS:
            closed = self._window.tabs.tabText(0).replace("&&", "&")
            self._remove_tab(0)
            self._window.activity.show_message(
                f"At most {_MAX_TABS} chapters are open at once: {closed} was closed. It stands under Recent."
            )

    def _add_tab(self, page: Page, at: int = -1) -> PageView:
        view = PageView()
        view.set_look(self._look)
        view.set_colours(self._look.colours)
        view.set_pictures(MediaSource(self._workspace, self._library, page.location, self._runner))
        view.link_activated.connect(self.follow)
        view.zoom_requested.connect(self.zoom_requested)
        view.passage_reached.connect(self.passage_reached)
        view.provenance_requested.connect(self.show_provenance)
        view.text.highlight_activated.connect(self.highlight_activated)
        actions = self._window.actions_by_id
        view.text.set_menu_actions(tuple(actions[action] for action in _IN_TEXT_MENU))
        self.view_opened.emit(view)
        view.set_page(page)  # before it becomes a tab: the first tab is in front at once, and is announced
        tooltip = _plain_tooltip(f"{page.strip.authority}: {page.title}")
        self._window.add_view(view, _tab_title(page), tooltip, at)
        return view

    def _refresh_view(self, view: PageView, page: Page, snapshot: LibrarySnapshot) -> None:
        def load(_: CancelToken) -> Page:
            return self._workspace.pages.page(snapshot, page.location)

        def show(loaded: Page) -> None:
            if view in self._window.views():  # its tab may have been closed meanwhile
                view.set_page(loaded, moves=False)

        def show_gone(error: ReaderError) -> None:
            refusal = snapshot.refusal_of(page.location.manual, page.location.edition)
            sentence = refusal or str(error)
            if sentence in page.strip.warnings:
                return
            strip = replace(page.strip, warnings=(sentence, *page.strip.warnings))
            if refusal is None:  # what was removed may be read to its end
                show(replace(page, strip=strip))
                return
            show(replace(page, strip=replace(strip, signed_by=""), html=_REFUSED, passages=(), provenance=()))

        self._runner.read(load, show, show_gone)

    def _remember(self, location: Location) -> None:
        if self._history and self._position >= 0 and self._history[self._position] == location:
            return
        self._history = [*self._history[: self._position + 1], location][-_MOST_STEPS_BACK:]
        self._position = len(self._history) - 1
        self._update_actions()

    def _update_actions(self) -> None:
        actions = self._window.actions_by_id
        actions[ActionId.BACK].setEnabled(self._position > 0)
        actions[ActionId.FORWARD].setEnabled(self._position < len(self._history) - 1)
        is_open = self._window.tabs.count() > 0
        for action in (
            ActionId.CLOSE_TAB,
            ActionId.OUTLINE,
            ActionId.PROVENANCE,
            ActionId.SHOW_IN_TREE,
            ActionId.FIND_IN_PAGE,
            ActionId.FIND_NEXT,
            ActionId.FIND_PREVIOUS,
            ActionId.ADD_BOOKMARK,
            ActionId.HIGHLIGHT,
            ActionId.NEXT_HIGHLIGHT,
            ActionId.PREVIOUS_HIGHLIGHT,
            ActionId.ADD_TO_READING_LIST,
            ActionId.COPY_CITATION,
            ActionId.COPY_COURT_CITATION,
            ActionId.COPY_LINK,
            ActionId.TRAINING,
            ActionId.REMOVE_EDITION,
        ):
            actions[action].setEnabled(is_open)
        page = self.page_in_front
        actions[ActionId.SAVE_FORM].setEnabled(page is not None and page.location.form is not None)

    def _announce(self) -> None:
        view = self._window.current_view
        self._update_actions()
        self.page_shown.emit(view.page if view is not None else None)

    def _remove_tab(self, index: int) -> None:
        widget = self._window.tabs.widget(index)
        if widget is not None:
            self._window.tabs.removeTab(index)
            widget.deleteLater()

    def _on_failed(self, error: ReaderError) -> None:
        self._on_problem(str(error))

    @Slot(int)
    def _on_current_changed(self, _: int) -> None:
        self._announce()

    @Slot(int)
    def _on_tab_close_requested(self, index: int) -> None:
        self._remove_tab(index)
        self._window.show_tabs()
        view = self._window.current_view
        if view is not None:
            view.text.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._window.library.focus_tree()
        self._announce()

    @Slot()
    def _on_next_tab(self) -> None:
        self._step_tab(1)

    @Slot()
    def _on_previous_tab(self) -> None:
        self._step_tab(-1)

    def _step_tab(self, step: int) -> None:
        tabs = self._window.tabs
        if tabs.count():
            tabs.setCurrentIndex((tabs.currentIndex() + step) % tabs.count())
            self._window.show_tabs()

    @Slot()
    def _on_show_in_tree(self) -> None:
        view = self._window.current_view
        if view is not None and view.page is not None:
            self._window.show_side(self._window.library)
            self._window.library.reveal(view.page.location)
            self._window.library.focus_tree()

    @Slot()
    def _on_provenance(self) -> None:
        view = self._window.current_view
        if view is not None and view.page is not None:
            self.show_provenance(view.page)

    @Slot()
    def _on_outline(self) -> None:
        view = self._window.current_view
        if view is not None:
            self._window.show_tabs()
            view.strip.open_outline()

    @Slot()
    def _on_find_in_page(self) -> None:
        view = self._window.current_view
        if view is not None:
            self._window.show_tabs()
            view.open_find()

    @Slot()
    def _on_find_next(self) -> None:
        view = self._window.current_view
        if view is not None:
            view.step_mark(1)

    @Slot()
    def _on_find_previous(self) -> None:
        view = self._window.current_view
        if view is not None:
            view.step_mark(-1)


def _in_lines(address: str) -> str:
    """A long address on several lines: the whole of it is shown."""
    return "\n".join(
        address[start : start + _ADDRESS_LINE] for start in range(0, len(address), _ADDRESS_LINE)
    )


def _open_outside(url: QUrl) -> None:
    QDesktopServices.openUrl(url)


def _tab_title(page: Page) -> str:
    title = (
        page.title if len(page.title) <= _TAB_TITLE_LENGTH else f"{page.title[:_TAB_TITLE_LENGTH].rstrip()}…"
    )
    return title.replace("&", "&&")


def _plain_tooltip(text: str) -> str:
    """Qt takes a tooltip for rich text when it looks like it, and would load files from it."""
    return text.replace("<", "‹").replace(">", "›")
