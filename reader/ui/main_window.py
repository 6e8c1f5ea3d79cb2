"""The window: where each widget stands. It controls nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QPixmapCache
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from reader.domain.manual import BUNDLE_SUFFIX, UPDATE_SUFFIX
from reader.domain.reading_list import READING_LIST_SUFFIX
from reader.ui.actions import SPECS, ActionId, build_actions
from reader.ui.icons import Icon, dress, icon, icon_side
from reader.ui.part_styles import PartStyles
from reader.ui.styles import widget_css
from reader.ui.theme import Colours, Space, letter_factor
from reader.ui.widgets.activity_bar import ActivityBar
from reader.ui.widgets.bookmarks_panel import BookmarksPanel
from reader.ui.widgets.changes_panel import ChangesPanel
from reader.ui.widgets.comparison_panel import ComparisonPanel
from reader.ui.widgets.coverage_panel import CoveragePanel
from reader.ui.widgets.default_actions import hear_once
from reader.ui.widgets.entry_tree import EntryTree
from reader.ui.widgets.library_panel import LibraryPanel
from reader.ui.widgets.outline_panel import OutlinePanel
from reader.ui.widgets.page_view import PageView
from reader.ui.widgets.reading_lists_panel import ReadingListsPanel
from reader.ui.widgets.recent_panel import RecentPanel
from reader.ui.widgets.search_field import SearchField
from reader.ui.widgets.search_panel import SearchPanel
from reader.ui.widgets.welcome import Welcome

_THREE_PARTS_PX: Final = 980
"""How much width library, text and comparison need beside each other, with letters of the usual size."""
_LEFT_OF_SEARCH: Final = (ActionId.BACK, ActionId.FORWARD)
_RIGHT_OF_SEARCH: Final = (
    ActionId.ADD_BOOKMARK,
    ActionId.FIND_IN_PAGE,
    ActionId.READING,
    ActionId.COMPARE,
)


class MainWindow(QMainWindow):
    """Left the library, bookmarks and recent chapters; in the middle tabs or results; right the comparison."""

    files_dropped = Signal(object)
    """Carries a tuple of paths."""
    closing = Signal()
    came_to_front = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("main-window")
        self.setWindowTitle(title)
        self.setAcceptDrops(True)
        self.resize(1280, 820)
        self.actions_by_id: Mapping[ActionId, QAction] = build_actions(self)
        self.search_field = SearchField()
        self.library = LibraryPanel()
        self.bookmarks = BookmarksPanel()
        self.recent = RecentPanel()
        self.welcome = Welcome()
        self.results = SearchPanel()
        self.coverage = CoveragePanel()
        self.changes = ChangesPanel()
        self.reading_lists = ReadingListsPanel()
        self.outline = OutlinePanel()
        self.comparison = ComparisonPanel()
        self.activity = ActivityBar()
        self.tabs = _chapter_tabs()
        self._banner = QLabel()
        self._banner.setObjectName("banner")
        self._banner.setTextFormat(Qt.TextFormat.PlainText)
        self._banner.setWordWrap(True)
        self._banner.setAccessibleDescription("Banner")
        self._banner.hide()
        self._middle = QStackedWidget()
        for widget in (self.welcome, self.tabs, self.results, self.coverage):
            self._middle.addWidget(widget)
        self.setCentralWidget(self._with_banner())
        self.side = self._side_tabs()
        self._side_dock = self._dock(
            "Library", "library-dock", self.side, Qt.DockWidgetArea.LeftDockWidgetArea
        )
        self._side_dock.setTitleBarWidget(QWidget())  # its tabs say what it is; Ctrl+B hides it
        self._comparison_dock = self._dock(
            "Comparison", "comparison-dock", self.comparison, Qt.DockWidgetArea.RightDockWidgetArea
        )
        self._comparison_title = _DockTitle("Comparison", self.actions_by_id[ActionId.COMPARE])
        self._comparison_dock.setTitleBarWidget(self._comparison_title)
        self._comparison_dock.hide()
        # Narrower than their widest page asks for: large letters must not make the window wider than the screen.
        for part, least in ((self.side, 220), (self._middle, 360), (self.comparison, 400)):
            part.setMinimumWidth(least)
        self.resizeDocks([self._side_dock], [380], Qt.Orientation.Horizontal)
        self._build_menus()
        self._build_tool_bar()
        self.statusBar().addWidget(self.activity, 1)
        self.statusBar().setSizeGripEnabled(False)
        _name_inner_buttons(self)
        self._styles = PartStyles(self)
        self._styles.add(*self._parts())
        self._side_width = 0
        self._icons_drawn: tuple[Colours, int] | None = None
        self._comparison_dock.visibilityChanged.connect(self._on_comparison_visibility_changed)
        self._side_dock.visibilityChanged.connect(self._on_side_visibility_changed)
        self.actions_by_id[ActionId.SIDE_PANEL].triggered.connect(self._on_side_panel)

    # The middle

    def show_tabs(self) -> None:
        """Show the chapters, or the welcome while none is open."""
        if not self.tabs.count():
            self._middle.setCurrentWidget(self.welcome)
        elif self._middle.currentWidget() is not self.tabs:
            front = self.tabs.currentWidget()
            front.hide()  # laid out once, when the tabs have the size of the middle
            self._middle.setCurrentWidget(self.tabs)
            front.show()

    def show_results(self) -> None:
        self._middle.setCurrentWidget(self.results)

    def show_coverage(self) -> None:
        self._middle.setCurrentWidget(self.coverage)
        self.coverage.setFocus()

    @property
    def is_showing_coverage(self) -> bool:
        return self._middle.currentWidget() is self.coverage

    @property
    def is_showing_results(self) -> bool:
        return self._middle.currentWidget() is self.results

    @property
    def current_view(self) -> PageView | None:
        """The tab in front, or None."""
        widget = self.tabs.currentWidget()
        return widget if isinstance(widget, PageView) else None

    def add_view(self, view: PageView, title: str, tooltip: str, at: int = -1) -> None:
        """Give a page a tab of its own, at a place among the others or as the last."""
        self._styles.add(view)
        self.tabs.setTabToolTip(self.tabs.insertTab(at, view, title), tooltip)

    def views(self) -> list[PageView]:
        """Every tab, in order."""
        widgets = (self.tabs.widget(i) for i in range(self.tabs.count()))
        return [widget for widget in widgets if isinstance(widget, PageView)]

    def show_banner(self, text: str) -> None:
        """Show a sentence above everything in the middle that must not be overlooked; an empty one takes it away."""
        self._banner.setText(text)
        self._banner.setVisible(bool(text))

    @property
    def banner(self) -> str:
        return "" if self._banner.isHidden() else self._banner.text()

    def _with_banner(self) -> QWidget:
        both = QWidget()
        layout = QVBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._banner)
        layout.addWidget(self._middle, 1)
        return both

    def _parts(self) -> tuple[QWidget, ...]:
        """What is dressed by itself, and only when it is seen; chapters come with their tabs."""
        bars = (self.menuBar(), self._tool_bar, self.statusBar(), self.tabs.tabBar(), self.side.tabBar())
        panels = (self.library, self.bookmarks, self.recent, self.changes, self.reading_lists, self.outline)
        middle = (self._banner, self.welcome, self.results, self.coverage)
        return *bars, *panels, *middle, self._comparison_title, self.comparison

    # The sides

    def _side_tabs(self) -> QTabWidget:
        """Everything that stands beside the text, a tab each; short names, so that all can be seen at once."""
        side = QTabWidget()
        side.setObjectName("side")
        side.setAccessibleName("Library, bookmarks, recent chapters, changes, reading lists and outline")
        side.setDocumentMode(True)
        side.tabBar().setDrawBase(False)
        for panel, name in (
            (self.library, "Library"),
            (self.bookmarks, "Bookmarks"),
            (self.recent, "Recent"),
            (self.changes, "Changes"),
            (self.reading_lists, "Lists"),
            (self.outline, "Outline"),
        ):
            side.addTab(panel, name)
        return side

    def show_side(self, panel: QWidget) -> None:
        """Bring the library, the bookmarks or the recent chapters to the front."""
        self._side_dock.show()
        self.side.setCurrentWidget(panel)

    def set_comparison_visible(self, is_visible: bool) -> None:  # noqa: FBT001
        if is_visible and self._comparison_dock.isHidden():
            self._side_width = self._side_dock.width()
            if self.width() < _THREE_PARTS_PX * letter_factor():
                self._side_dock.hide()  # else none of the three could be read
        self._comparison_dock.setVisible(is_visible)
        if not is_visible and self._side_width:
            self._side_dock.show()
            self.resizeDocks([self._side_dock], [self._side_width], Qt.Orientation.Horizontal)
        if is_visible:
            half = max((self.width() - self._side_dock.width()) // 2, 260)
            self.resizeDocks([self._comparison_dock], [half], Qt.Orientation.Horizontal)

    def give_comparison(self, share: float) -> None:
        """Give the comparison a share of the width that it and the text have together."""
        both = self._comparison_dock.width() + self._middle.width()
        self.resizeDocks([self._comparison_dock], [round(both * share)], Qt.Orientation.Horizontal)

    @property
    def is_comparison_visible(self) -> bool:
        return not self._comparison_dock.isHidden()

    @contextmanager
    def trees_held(self) -> Iterator[None]:
        """Trees lay their rows out once, after all that happens meanwhile."""
        trees = self.findChildren(EntryTree)
        for tree in trees:
            tree.set_held(is_held=True)
        try:
            yield
        finally:
            for tree in trees:
                tree.set_held(is_held=False)

    def set_colours(self, colours: Colours) -> None:
        """Colour everything that paints for itself; the palette is the application's."""
        for tabs in (
            self.side,
            self.tabs,
        ):  # a tab bar's style sheet keeps Qt from letting them grow by themselves
            tabs.setFont(QApplication.font())
        self._styles.set_css(widget_css(colours, letter_factor()))
        side = icon_side()
        self._tool_bar.setIconSize(QSize(side, side))
        if self._icons_drawn != (colours, side):
            self._icons_drawn = colours, side
            QPixmapCache.clear()  # the icons of before, in each size
            for spec in SPECS:
                if spec.icon is not None:
                    self.actions_by_id[spec.id].setIcon(icon(spec.icon, colours))
        self.search_field.set_colours(colours)
        self._comparison_title.set_colours(colours)
        self.welcome.set_colours(colours)
        panels = (self.library, self.bookmarks, self.recent, self.changes, self.reading_lists, self.outline)
        for panel in (*panels, self.results, self.comparison):
            panel.set_colours(colours)
        for view in self.views():
            view.set_colours(colours)

    # The keyboard

    def panes(self) -> list[QWidget]:
        """The parts of the window that are seen, as F6 walks them."""
        return [
            pane
            for pane in (self.search_field, self.side, self._middle, self.comparison)
            if pane.isVisibleTo(self)
        ]

    def entry_of(self, pane: QWidget) -> QWidget:
        """What takes the keyboard when one comes to a part of the window."""
        if isinstance(pane, QTabWidget | QStackedWidget):
            pane = pane.currentWidget() or pane
        if pane is self.tabs:
            view = self.current_view
            pane = view.text if view is not None else self.tabs
        elif pane is self.comparison and self.comparison.page is not None:
            return self.comparison.view.text
        if pane.focusProxy() is not None or pane.focusPolicy() is not Qt.FocusPolicy.NoFocus:
            return pane
        inside = [one for one in pane.findChildren(QWidget) if one.isVisibleTo(pane) and one.isEnabled()]
        views = [one for one in inside if isinstance(one, QAbstractItemView)]
        buttons = [one for one in inside if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        return next(iter(views + buttons), pane)

    # Its place and size

    def arrangement(self) -> bytes:
        """Size and docks, to be given back to `arrange`."""
        geometry, state = self.saveGeometry().data(), self.saveState().data()
        return len(geometry).to_bytes(4, "big") + geometry + state

    def arrange(self, arrangement: bytes) -> None:
        """Take back an arrangement; one that cannot be used is ignored."""
        length = int.from_bytes(arrangement[:4], "big")
        if 0 < length < len(arrangement):
            self.restoreGeometry(QByteArray(arrangement[4 : 4 + length]))
            self.restoreState(QByteArray(arrangement[4 + length :]))

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self.came_to_front.emit()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit()
        super().closeEvent(event)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _files_of(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        bundles = _files_of(event.mimeData())
        if bundles:
            event.acceptProposedAction()
            self.files_dropped.emit(bundles)

    def _on_comparison_visibility_changed(self, _: bool) -> None:  # noqa: FBT001
        self.actions_by_id[ActionId.COMPARE].setChecked(self.is_comparison_visible)

    @Slot(bool)
    def _on_side_panel(self, is_wanted: bool) -> None:  # noqa: FBT001  # a signal's
        self._side_dock.setVisible(
            is_wanted
        )  # connected to Qt's own method it would come without its argument

    def _on_side_visibility_changed(self, _: bool) -> None:  # noqa: FBT001
        self.actions_by_id[ActionId.SIDE_PANEL].setChecked(not self._side_dock.isHidden())

    def _dock(self, title: str, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title, self)
        dock.setObjectName(name)
        dock.setWidget(content)
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetClosable | QDockWidget.DockWidgetFeature.DockWidgetMovable
        )
        self.addDockWidget(area, dock)
        return dock

    def _build_menus(self) -> None:
        menus: dict[str, QMenu] = {}
        for spec in SPECS:
            menu = menus.get(spec.menu)
            if menu is None:
                menu = menus[spec.menu] = self.menuBar().addMenu(spec.menu)
            if spec.starts_group:
                menu.addSeparator()
            menu.addAction(self.actions_by_id[spec.id])

    def _build_tool_bar(self) -> None:
        bar = QToolBar("Navigation and search")
        bar.setObjectName("tool-bar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._tool_bar = bar
        self.search_field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for action_id in _LEFT_OF_SEARCH:
            self._add_tool(action_id)
        bar.addWidget(self.search_field)
        for action_id in _RIGHT_OF_SEARCH:
            self._add_tool(action_id)
        self.addToolBar(bar)

    def _add_tool(self, action_id: ActionId) -> None:
        """A button that shows its icon, says its words and key, and can be reached with Tab."""
        action = self.actions_by_id[action_id]
        words = action.text().replace("&", "").removesuffix("…")
        action.setToolTip(f"{words} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        self._tool_bar.addAction(action)
        button = self._tool_bar.widgetForAction(action)
        if isinstance(button, QToolButton):
            button.setAutoRaise(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(words)
            hear_once(button)


class _DockTitle(QWidget):
    """What a dock is, and a way to close it, in the window's own letters."""

    def __init__(self, text: str, closes: QAction) -> None:
        super().__init__()
        self._close = QToolButton()
        self._close.setAutoRaise(True)
        self._close.setAccessibleName(f"Close the {text.lower()}")
        self._close.setToolTip(f"Close the {text.lower()} ({closes.shortcut().toString()})")
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(closes.trigger)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(Space.MEDIUM, Space.HAIR, Space.TIGHT, Space.HAIR)
        layout.addWidget(QLabel(text), 1)
        layout.addWidget(self._close)

    def set_colours(self, colours: Colours) -> None:
        dress(self._close, Icon.CLOSE, colours)


def _name_inner_buttons(window: MainWindow) -> None:
    """Name what Qt makes by itself inside its tabs, for screen readers."""
    for bar in (window.tabs.tabBar(), window.side.tabBar()):
        for name, words in (
            ("ScrollLeftButton", "Tabs to the left"),
            ("ScrollRightButton", "Tabs to the right"),
        ):
            button = bar.findChild(QToolButton, name)
            if button is not None:
                button.setAccessibleName(words)


def _chapter_tabs() -> QTabWidget:
    tabs = QTabWidget()
    tabs.setAccessibleName("Open chapters")
    tabs.setTabsClosable(True)
    tabs.setMovable(True)
    tabs.setDocumentMode(True)
    tabs.tabBar().setDrawBase(False)  # Qt takes it by position only
    tabs.setElideMode(Qt.TextElideMode.ElideNone)  # titles are short already; buttons scroll
    tabs.setUsesScrollButtons(True)
    return tabs


def _files_of(data: QMimeData) -> tuple[Path, ...]:
    files = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return tuple(file for file in files if file.suffix in {BUNDLE_SUFFIX, UPDATE_SUFFIX, READING_LIST_SUFFIX})
