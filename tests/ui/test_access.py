"""The window as a screen reader and a keyboard meet it: names, roles, the order of Tab, the ring of the focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from reader.domain.bookmark import Colour
from reader.domain.settings import Settings, Theme
from reader.ui.actions import ActionId
from reader.ui.widgets.bookmark_dialog import BookmarkDialog, BookmarkDraft
from tests.ui.conftest import OpenDesk
from tests.ui.test_theme import contrast

Role = QAccessible.Role
_ACTIVE = frozenset(
    {
        Role.Button,
        Role.ButtonMenu,
        Role.ButtonDropDown,
        Role.CheckBox,
        Role.ComboBox,
        Role.EditableText,
        Role.List,
        Role.MenuItem,
        Role.PageTab,
        Role.PageTabList,
        Role.ProgressBar,
        Role.RadioButton,
        Role.Slider,
        Role.SpinBox,
        Role.Table,
        Role.Tree,
        Role.TreeItem,
        Role.ListItem,
        Role.Cell,
    }
)
_MOST_ROWS = 25


def _walk(interface: QAccessibleInterface, depth: int = 0) -> Iterator[QAccessibleInterface]:
    """Everything that is seen, with the first rows of long lists."""
    if not interface.isValid() or interface.state().invisible:
        return
    yield interface
    if depth < 30:
        for index in range(min(interface.childCount(), _MOST_ROWS)):
            child = interface.child(index)
            if child is not None:
                yield from _walk(child, depth + 1)


def _faults(top: QWidget) -> list[str]:
    found: list[str] = []
    for interface in _walk(QAccessible.queryAccessibleInterface(top)):
        role, name = interface.role(), interface.text(QAccessible.Text.Name)
        widget = interface.object()
        what = f"{role.name} {type(widget).__name__} “{name}”"
        if role in _ACTIVE and not name.strip():
            if role in {Role.Cell, Role.TreeItem, Role.ListItem}:
                continue  # an empty cell of a table has nothing to say
            found.append(f"no name: {what}")
        if not isinstance(widget, QWidget):
            continue
        is_reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if is_reached and widget.isEnabled() and widget.focusProxy() is None:
            if not interface.state().focusable:
                found.append(f"not focusable: {what}")
            if role in {Role.NoRole, Role.Client}:
                found.append(f"no role: {what}")
            if not name.strip() and role is not Role.Client:
                found.append(f"no name: {what}")
    return found


def _welcome(desk: OpenDesk) -> None:
    desk.window.library.tree.expandAll()


def _chapter(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")


def _find(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.window.actions_by_id[ActionId.FIND_IN_PAGE].trigger()


def _results(desk: OpenDesk) -> None:
    desk.type_search("kinship")


def _nothing_found(desk: OpenDesk) -> None:
    desk.type_search("kinshpi crae")


def _comparison(desk: OpenDesk) -> None:
    desk.go("allegations-against-foster-carers")
    desk.window.actions_by_id[ActionId.COMPARE].trigger()


def _coverage(desk: OpenDesk) -> None:
    desk.window.actions_by_id[ActionId.COVERAGE].trigger()


def _trigger(*actions: ActionId) -> Callable[[OpenDesk], None]:
    def run(desk: OpenDesk) -> None:
        desk.go("staying-put-policy")
        for action in actions:
            desk.window.actions_by_id[action].trigger()
            desk.wait()

    return run


def _print(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    for action in (ActionId.PRINT, ActionId.COURT_EXTRACT):
        desk.window.actions_by_id[action].trigger()
        desk.wait()
    for dialog in (desk.desk.paper.print_dialog, desk.desk.paper.extract_dialog):
        assert dialog is not None
        desk.dialogs.opened.append(dialog)


def _bookmark(desk: OpenDesk) -> None:
    draft = BookmarkDraft("Name", ("“words”", "The whole chapter"), colour=Colour.GREEN)
    desk.dialogs.show(lambda window: BookmarkDialog("Bookmark", draft, ("Court",), ("court",), window))


STATES: dict[str, Callable[[OpenDesk], None]] = {
    "welcome": _welcome,
    "chapter": _chapter,
    "find": _find,
    "results": _results,
    "nothing found": _nothing_found,
    "comparison": _comparison,
    "coverage": _coverage,
    "bookmarks": _trigger(ActionId.ADD_BOOKMARK, ActionId.SHOW_BOOKMARKS),
    "recent": _trigger(ActionId.SHOW_RECENT),
    "changes": _trigger(ActionId.SHOW_CHANGES),
    "outline": _trigger(ActionId.SHOW_OUTLINE),
    "palette": _trigger(ActionId.COMMANDS),
    "keys": _trigger(ActionId.SHORTCUTS),
    "reading settings": _trigger(ActionId.READING),
    "reading lists": _trigger(ActionId.ADD_TO_READING_LIST, ActionId.SHOW_READING_LISTS),
    "a bookmark": _bookmark,
    "paper": _print,
}


def test_everything_that_is_seen_has_a_name_a_role_and_can_be_reached(desk: OpenDesk) -> None:
    found: dict[str, list[str]] = {}
    for state, reach in STATES.items():
        reach(desk)
        desk.wait()
        dialogs = [one for one in desk.dialogs.opened if _is_open(one)]
        for top in (desk.window, *dialogs):
            faults = _faults(top)
            if faults:
                found[state] = faults
        for dialog in dialogs:
            dialog.reject()
        desk.dialogs.opened.clear()
    assert found == {}


def _is_open(dialog: QDialog) -> bool:
    return dialog.isVisible()


def test_the_text_of_a_chapter_is_read_through_its_interface(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    view = desk.window.current_view
    assert view is not None
    interface = QAccessible.queryAccessibleInterface(view.text)
    text = interface.textInterface()
    assert text is not None
    words = view.text.toPlainText()
    assert text.text(0, text.characterCount()).replace("\u2029", "\n").startswith(words[:40])
    assert interface.text(QAccessible.Text.Name) == "Text of the chapter"
    start = words.index("Staying Put")
    text.setCursorPosition(start)
    assert view.text.textCursor().position() == start
    assert text.cursorPosition() == start


def test_rows_of_the_tree_say_their_status_to_a_screen_reader(desk: OpenDesk) -> None:
    tree = desk.window.library.tree
    tree.expandAll()
    names = [one.text(QAccessible.Text.Name) for one in _walk(QAccessible.queryAccessibleInterface(tree))]
    assert "Bedford Borough Council" in names
    desk.go("family-and-friends-care")
    index = tree.currentIndex()
    assert "Updated" in index.data(Qt.ItemDataRole.AccessibleTextRole)


# Tab


def _tab(desk: OpenDesk, *, is_back: bool = False) -> QWidget | None:
    focus = QApplication.focusWidget()
    assert focus is not None
    modifier = Qt.KeyboardModifier.ShiftModifier if is_back else Qt.KeyboardModifier.NoModifier
    desk.qtbot.keyClick(focus, Qt.Key.Key_Backtab if is_back else Qt.Key.Key_Tab, modifier)
    return QApplication.focusWidget()


def _round(desk: OpenDesk, start: QWidget, *, is_back: bool = False) -> list[QWidget]:
    start.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _ in range(120):
        here = _tab(desk, is_back=is_back)
        assert here is not None, f"the keyboard got lost behind {seen[-1] if seen else start}"
        if here is start and seen:
            return seen
        seen.append(here)
    raise AssertionError(f"Tab never came back: {[one.accessibleName() or one for one in seen[-6:]]}")


@pytest.mark.parametrize("state", ["welcome", "find", "results", "comparison"])
def test_tab_walks_through_the_whole_window_and_back(desk: OpenDesk, state: str) -> None:
    desk.window.activateWindow()
    desk.qtbot.waitActive(desk.window)
    STATES[state](desk)
    desk.wait()
    there = _round(desk, desk.window.search_field)
    back = _round(desk, desk.window.search_field, is_back=True)
    names = [[one.accessibleName() or type(one).__name__ for one in way] for way in (there, back)]
    assert sorted(set(names[0])) == sorted(set(names[1]))
    assert desk.window.library.tree in there
    if state in {"chapter", "find", "comparison"}:
        view = desk.window.current_view
        assert view is not None
        assert view.text in there
    if state == "results":
        assert desk.window.results.tree in there
    reached = {id(one) for one in there} | {id(desk.window.search_field)}
    missed = [
        one.accessibleName() or one.objectName() or type(one).__name__
        for one in desk.window.findChildren(QWidget)
        if one.isVisible()
        and one.isEnabled()
        and one.focusProxy() is None
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus
        and id(one) not in reached
    ]
    assert missed == []


# The ring


def _differs_by(before: QImage, after: QImage) -> float:
    """The best contrast between two pictures of the same widget, where a dozen pixels have it."""
    pairs: dict[tuple[int, int], int] = {}
    for y in range(before.height()):
        for x in range(before.width()):
            one, other = before.pixel(x, y), after.pixel(x, y)
            if one != other:
                pairs[one, other] = pairs.get((one, other), 0) + 1
    return max(
        (contrast(QColor(a).name(), QColor(b).name()) for (a, b), count in pairs.items() if count >= 12),
        default=1.0,
    )


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK, Theme.SEPIA, Theme.HIGH_CONTRAST])
def test_the_focus_is_seen_in_every_theme(desk: OpenDesk, theme: Theme) -> None:
    window = desk.window
    window.resize(1024, 640)
    window.activateWindow()
    desk.qtbot.waitActive(window)
    desk.desk.appearance.change(Settings(theme=theme))
    _comparison(desk)
    desk.wait()
    QApplication.setCursorFlashTime(0)
    too_weak: dict[str, float] = {}
    seen: set[int] = set()
    for start in (window.search_field,):
        for widget in [start, *_round(desk, start)]:
            kind = id(widget)
            if kind in seen or not widget.isVisible():
                continue
            seen.add(kind)
            window.setFocus()
            widget.clearFocus()
            before = _around(window, widget)
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            after = _around(window, widget)
            ratio = _differs_by(before, after)
            if ratio < 3:
                too_weak[f"{type(widget).__name__} {widget.accessibleName()}"] = round(ratio, 2)
    assert len(seen) > 12
    assert too_weak == {}
    desk.wait()


def _around(window: QWidget, widget: QWidget) -> QImage:
    """The edges of a widget, as they are painted in the window."""
    place = widget.mapTo(window, widget.rect().topLeft())
    picture = window.grab(widget.rect().translated(place)).toImage()
    return picture.copy(0, 0, min(picture.width(), 160), min(picture.height(), 60))
