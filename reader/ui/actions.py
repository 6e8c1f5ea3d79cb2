"""Every action of the window, in one table: its words, its keys, and the menu that it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from reader.ui.icons import Icon

_Key = QKeySequence.StandardKey


class ActionId(Enum):
    """Names an action."""

    ADD_BUNDLE = "add-bundle"
    OPEN_SAMPLES = "open-samples"
    WATCH_FOLDER = "watch-folder"
    SAVE_FORM = "save-form"
    PRINT = "print"
    SAVE_PDF = "save-pdf"
    COURT_EXTRACT = "court-extract"
    REMOVE_EDITION = "remove-edition"
    QUIT = "quit"
    SEARCH = "search"
    FIND_IN_PAGE = "find-in-page"
    FIND_NEXT = "find-next"
    FIND_PREVIOUS = "find-previous"
    FILTER_TREE = "filter-tree"
    BACK = "back"
    FORWARD = "forward"
    CLOSE_TAB = "close-tab"
    NEXT_TAB = "next-tab"
    PREVIOUS_TAB = "previous-tab"
    OUTLINE = "outline"
    PROVENANCE = "provenance"
    SHOW_IN_TREE = "show-in-tree"
    ADD_BOOKMARK = "add-bookmark"
    HIGHLIGHT = "highlight"
    NEXT_HIGHLIGHT = "next-highlight"
    PREVIOUS_HIGHLIGHT = "previous-highlight"
    NEW_FOLDER = "new-folder"
    EXPORT_BOOKMARKS = "export-bookmarks"
    IMPORT_BOOKMARKS = "import-bookmarks"
    ADD_TO_READING_LIST = "add-to-reading-list"
    OPEN_READING_LIST = "open-reading-list"
    COPY_CITATION = "copy-citation"
    COPY_COURT_CITATION = "copy-court-citation"
    COPY_LINK = "copy-link"
    COMPARE = "compare"
    SIDE_BY_SIDE = "side-by-side"
    SWAP_SIDES = "swap-sides"
    NEXT_DIFFERENCE = "next-difference"
    PREVIOUS_DIFFERENCE = "previous-difference"
    SAVE_COMPARISON = "save-comparison"
    READING = "reading"
    PRINT_COMPARISON = "print-comparison"
    ZOOM_IN = "zoom-in"
    ZOOM_OUT = "zoom-out"
    ZOOM_RESET = "zoom-reset"
    THEME_SYSTEM = "theme-system"
    THEME_LIGHT = "theme-light"
    THEME_DARK = "theme-dark"
    THEME_SEPIA = "theme-sepia"
    THEME_HIGH_CONTRAST = "theme-high-contrast"
    SHOW_LIBRARY = "show-library"
    SHOW_BOOKMARKS = "show-bookmarks"
    SHOW_RECENT = "show-recent"
    SHOW_CHANGES = "show-changes"
    SHOW_READING_LISTS = "show-reading-lists"
    SHOW_OUTLINE = "show-outline"
    NEXT_CHANGE = "next-change"
    COVERAGE = "coverage"
    TRAINING = "training"
    AS_AT = "as-at"
    NOW = "now"
    SIDE_PANEL = "side-panel"
    NEXT_PANE = "next-pane"
    PREVIOUS_PANE = "previous-pane"
    NEXT_HEADING = "next-heading"
    PREVIOUS_HEADING = "previous-heading"
    EXPLAIN = "explain"
    OPEN_TABLE = "open-table"
    OPEN_PICTURE = "open-picture"
    COMMANDS = "commands"
    SHORTCUTS = "shortcuts"
    USER_GUIDE = "user-guide"
    PROBLEMS = "problems"
    EXAMINE = "examine"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """An action as it stands in the menu. Several keys may trigger it."""

    id: ActionId
    menu: str
    text: str
    keys: tuple[QKeySequence.StandardKey | str, ...] = ()
    is_checkable: bool = False
    starts_group: bool = False
    icon: Icon | None = None

    @property
    def name(self) -> str:
        """Its words without the marks of a menu."""
        return self.text.replace("&", "").removesuffix("…")


SPECS: tuple[ActionSpec, ...] = (
    ActionSpec(ActionId.ADD_BUNDLE, "&File", "&Add a bundle…", (_Key.Open,)),
    ActionSpec(ActionId.WATCH_FOLDER, "&File", "&Watch a folder for bundles…"),
    ActionSpec(ActionId.OPEN_SAMPLES, "&File", "Open the &sample library"),
    ActionSpec(ActionId.SAVE_FORM, "&File", "Save a &copy of this form…", (_Key.Save,), starts_group=True),
    ActionSpec(ActionId.PRINT, "&File", "&Print…", (_Key.Print,), starts_group=True),
    ActionSpec(ActionId.SAVE_PDF, "&File", "Save as P&DF…", ("Ctrl+Shift+S",)),
    ActionSpec(ActionId.COURT_EXTRACT, "&File", "Court &extract…"),
    ActionSpec(ActionId.REMOVE_EDITION, "&File", "&Remove this edition…", starts_group=True),
    ActionSpec(ActionId.QUIT, "&File", "&Quit", (_Key.Quit, "Ctrl+Q"), starts_group=True),
    ActionSpec(ActionId.SEARCH, "&Search", "&Search all manuals", ("Ctrl+K", "Ctrl+Shift+F")),
    ActionSpec(ActionId.FIND_IN_PAGE, "&Search", "&Find in this chapter", (_Key.Find,), icon=Icon.FIND),
    ActionSpec(ActionId.FIND_NEXT, "&Search", "Find &next", ("F3",)),
    ActionSpec(ActionId.FIND_PREVIOUS, "&Search", "Find &previous", ("Shift+F3",)),
    ActionSpec(ActionId.FILTER_TREE, "&Search", "Filter the &library", ("Ctrl+L",), starts_group=True),
    ActionSpec(ActionId.BACK, "&Go", "&Back", ("Alt+Left",), icon=Icon.BACK),
    ActionSpec(ActionId.FORWARD, "&Go", "&Forward", ("Alt+Right",), icon=Icon.FORWARD),
    ActionSpec(ActionId.OUTLINE, "&Go", "&Outline of the chapter", ("Ctrl+G",)),
    ActionSpec(ActionId.NEXT_HEADING, "&Go", "Ne&xt heading", ("Ctrl+Down",)),
    ActionSpec(ActionId.PREVIOUS_HEADING, "&Go", "Pre&vious heading", ("Ctrl+Up",)),
    ActionSpec(ActionId.NEXT_TAB, "&Go", "&Next tab", ("Ctrl+Tab", "Ctrl+PgDown"), starts_group=True),
    ActionSpec(ActionId.PREVIOUS_TAB, "&Go", "&Previous tab", ("Ctrl+Shift+Tab", "Ctrl+PgUp")),
    ActionSpec(ActionId.CLOSE_TAB, "&Go", "&Close tab", ("Ctrl+W",)),
    ActionSpec(ActionId.NEXT_PANE, "&Go", "Next part of the &window", ("F6",), starts_group=True),
    ActionSpec(ActionId.PREVIOUS_PANE, "&Go", "Previous part of the window", ("Shift+F6",)),
    ActionSpec(ActionId.OPEN_TABLE, "&Go", "Open the &table in a view of its own", ("Ctrl+T",)),
    ActionSpec(ActionId.OPEN_PICTURE, "&Go", "Open the p&icture large", ("Ctrl+Shift+I",)),
    ActionSpec(ActionId.SHOW_IN_TREE, "&Go", "Show in the &library", ("Ctrl+E",)),
    ActionSpec(
        ActionId.ADD_BOOKMARK,
        "&Bookmarks",
        "&Bookmark this chapter, passage or selection…",
        ("Ctrl+D",),
        icon=Icon.BOOKMARK,
    ),
    ActionSpec(ActionId.HIGHLIGHT, "&Bookmarks", "&Highlight the selection", ("Ctrl+Shift+H",)),
    ActionSpec(ActionId.NEXT_HIGHLIGHT, "&Bookmarks", "&Next highlight in this chapter", ("F4",)),
    ActionSpec(ActionId.PREVIOUS_HIGHLIGHT, "&Bookmarks", "&Previous highlight", ("Shift+F4",)),
    ActionSpec(ActionId.NEW_FOLDER, "&Bookmarks", "New &folder…", starts_group=True),
    ActionSpec(ActionId.EXPORT_BOOKMARKS, "&Bookmarks", "&Export bookmarks and notes…"),
    ActionSpec(ActionId.IMPORT_BOOKMARKS, "&Bookmarks", "&Import bookmarks…"),
    ActionSpec(
        ActionId.ADD_TO_READING_LIST,
        "&Bookmarks",
        "Add this place to a &reading list…",
        ("Ctrl+Shift+D",),
        starts_group=True,
    ),
    ActionSpec(ActionId.OPEN_READING_LIST, "&Bookmarks", "&Open a reading list…"),
    ActionSpec(ActionId.COPY_CITATION, "C&ite", "Copy a &citation", ("Ctrl+Shift+C",)),
    ActionSpec(ActionId.COPY_COURT_CITATION, "C&ite", "Copy a citation for &court", ("Ctrl+Alt+C",)),
    ActionSpec(ActionId.COPY_LINK, "C&ite", "Copy a &link to this very text"),
    ActionSpec(ActionId.SIDE_PANEL, "&View", "S&ide panel", ("Ctrl+B",), is_checkable=True),
    ActionSpec(ActionId.SHOW_LIBRARY, "&View", "&Library", ("Ctrl+1",)),
    ActionSpec(ActionId.SHOW_BOOKMARKS, "&View", "&Bookmarks", ("Ctrl+2",)),
    ActionSpec(ActionId.SHOW_RECENT, "&View", "&Recent chapters", ("Ctrl+3",)),
    ActionSpec(ActionId.SHOW_CHANGES, "&View", "C&hanges", ("Ctrl+4",)),
    ActionSpec(ActionId.SHOW_READING_LISTS, "&View", "Readin&g lists", ("Ctrl+7",)),
    ActionSpec(ActionId.SHOW_OUTLINE, "&View", "&Outline", ("Ctrl+6",)),
    ActionSpec(
        ActionId.COMPARE,
        "&Compare",
        "&Compare with another authority or edition",
        ("F9",),
        is_checkable=True,
        icon=Icon.COMPARE,
    ),
    ActionSpec(
        ActionId.SIDE_BY_SIDE, "&Compare", "Both texts side &by side", ("Shift+F9",), is_checkable=True
    ),
    ActionSpec(ActionId.SWAP_SIDES, "&Compare", "&Swap the sides", ("Ctrl+F9",)),
    ActionSpec(ActionId.NEXT_DIFFERENCE, "&Compare", "&Next difference", ("F8",), starts_group=True),
    ActionSpec(ActionId.PREVIOUS_DIFFERENCE, "&Compare", "&Previous difference", ("Shift+F8",)),
    ActionSpec(ActionId.NEXT_CHANGE, "&Compare", "Next chapter that changed", ("F7",), starts_group=True),
    ActionSpec(ActionId.COVERAGE, "&Compare", "C&overage: who has a chapter on what", ("Ctrl+5",)),
    ActionSpec(ActionId.SAVE_COMPARISON, "&Compare", "Save this comparison as a page…", starts_group=True),
    ActionSpec(ActionId.TRAINING, "&View", "&Training mode: show this to a room", ("F5",), starts_group=True),
    ActionSpec(ActionId.PRINT_COMPARISON, "&Compare", "&Print this comparison…"),
    ActionSpec(ActionId.AS_AT, "&View", "&As at another day…", starts_group=True),
    ActionSpec(ActionId.NOW, "&View", "Back to the editions in &force now"),
    ActionSpec(ActionId.PROVENANCE, "&View", "&Who vouches for this chapter…", ("Ctrl+I",)),
    ActionSpec(
        ActionId.ZOOM_IN,
        "&View",
        "Larger &text",
        (_Key.ZoomIn, "Ctrl+="),
        starts_group=True,
        icon=Icon.ZOOM_IN,
    ),
    ActionSpec(ActionId.ZOOM_OUT, "&View", "&Smaller text", (_Key.ZoomOut,)),
    ActionSpec(ActionId.ZOOM_RESET, "&View", "&Normal text size", ("Ctrl+0",)),
    ActionSpec(
        ActionId.READING, "&View", "&Reading settings…", ("Ctrl+,",), starts_group=True, icon=Icon.READING
    ),
    ActionSpec(
        ActionId.THEME_SYSTEM, "&View", "Colours like the s&ystem's", is_checkable=True, starts_group=True
    ),
    ActionSpec(ActionId.THEME_LIGHT, "&View", "L&ight", is_checkable=True),
    ActionSpec(ActionId.THEME_DARK, "&View", "&Dark", is_checkable=True),
    ActionSpec(ActionId.THEME_SEPIA, "&View", "Se&pia", is_checkable=True),
    ActionSpec(ActionId.THEME_HIGH_CONTRAST, "&View", "&High contrast", is_checkable=True),
    ActionSpec(ActionId.COMMANDS, "&Help", "&Commands and chapters…", ("Ctrl+Shift+P",)),
    ActionSpec(ActionId.USER_GUIDE, "&Help", "&User guide", ("Ctrl+F1",)),
    ActionSpec(ActionId.SHORTCUTS, "&Help", "&Keys…", ("F1", "Ctrl+/")),
    ActionSpec(ActionId.EXPLAIN, "&Help", "&Explain the word at the cursor", ("Ctrl+Shift+G", "Shift+F1")),
    ActionSpec(ActionId.PROBLEMS, "&Help", "&Problems with the library…"),
    ActionSpec(ActionId.EXAMINE, "&Help", "E&xamine this installation…"),
    ActionSpec(ActionId.ABOUT, "&Help", "&About Procedures Reader"),
)


def build_actions(parent: QWidget) -> Mapping[ActionId, QAction]:
    """One `QAction` for each row of the table. They are connected by whoever carries them out."""
    actions: dict[ActionId, QAction] = {}
    for spec in SPECS:
        action = QAction(spec.text, parent)
        action.setObjectName(spec.id.value)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.is_checkable)
        actions[spec.id] = action
    return actions
