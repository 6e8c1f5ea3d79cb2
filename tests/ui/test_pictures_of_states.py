"""Every state of the real window: nothing in it is cut, and a picture of each is kept to be looked at.

The usual run takes one theme, with the smallest window and twice the letters: there things are cut first.
`make pictures` takes every theme, larger letters and a larger window too. The folder is `PICTURES_DIR`, or
`build/pictures`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QMessageBox,
    QWidget,
)

from reader.domain.bookmark import CarryOver, Colour, Quote, Verdict
from reader.domain.manual import ManualId
from reader.domain.settings import Settings, Theme
from reader.store.places import sample_root_file
from reader.ui.actions import ActionId
from reader.ui.dialogs import WindowDialogs
from reader.ui.widgets.bookmark_dialog import BookmarkDialog, BookmarkDraft
from reader.ui.widgets.provenance_dialog import ProvenanceDialog
from tests.support.prepared import Prepared
from tests.ui.conftest import DeskOpener, OpenDesk, samples

NORTHMERE = ManualId("northmere", "procedures")
SALTBY = ManualId("saltby", "procedures")
EVERYTHING = os.environ.get("PICTURES") == "all"
FOLDER = Path(os.environ.get("PICTURES_DIR", "build/pictures"))
WANTED = ("northmere-3", "saltby-2", *(("northmere-2", "lancashire") if EVERYTHING else ()))

VIEWS = [("light", 1024, 640, 200)]
if EVERYTHING:
    VIEWS = [(theme, 1024, 640, 100) for theme in ("light", "dark", "sepia", "high-contrast")]
    VIEWS += [("light", 1024, 640, 200), ("dark", 1024, 640, 300), ("light", 1440, 900, 100)]


@pytest.fixture(scope="module")
def indexed(prepared: Prepared) -> Path:
    """A library with two training manuals and a contents list, indexed once."""
    return prepared.library(samples(*WANTED))


@pytest.fixture(scope="module", autouse=True)
def the_sample_is_what_is_wanted() -> Iterator[None]:
    wanted = samples(*WANTED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reader.services.workspace.sample_bundles", lambda: wanted)
        yield


def _do(desk: OpenDesk, *actions: ActionId) -> None:
    for action in actions:
        desk.window.actions_by_id[action].trigger()
        desk.wait()


def _tree(desk: OpenDesk) -> None:
    desk.window.library.tree.expandAll()
    desk.window.library.tree.scrollToBottom()


def _chapter(desk: OpenDesk) -> None:
    desk.window.library.tree.collapseAll()
    desk.go("contacts-and-referrals", NORTHMERE)


def _table(desk: OpenDesk) -> None:
    desk.go("kinship-care", NORTHMERE)
    view = desk.window.current_view
    assert view is not None
    view.text.setTextCursor(view.text.document().find("Open this table"))
    view.text.verticalScrollBar().setValue(view.text.verticalScrollBar().value() + 200)


def _flowchart(desk: OpenDesk) -> None:
    _chapter(desk)
    view = desk.window.current_view
    assert view is not None
    found = view.text.document().find("Open this picture large")
    view.text.setTextCursor(found)
    view.text.ensureCursorVisible()
    found.clearSelection()
    view.text.setTextCursor(found)
    desk.qtbot.wait(150)
    desk.wait()


def _listed(desk: OpenDesk) -> None:
    desk.go("young-carers", NORTHMERE)


def _find(desk: OpenDesk) -> None:
    desk.go("contacts-and-referrals", NORTHMERE)
    _do(desk, ActionId.FIND_IN_PAGE)
    desk.qtbot.keyClicks(desk.window.focusWidget(), "child")


def _end_find(desk: OpenDesk) -> None:
    desk.qtbot.keyClick(desk.window.focusWidget(), Qt.Key.Key_Escape)


def _results(desk: OpenDesk) -> None:
    _end_find(desk)
    desk.type_search("kinship carer")


def _filters(desk: OpenDesk) -> None:
    boxes = {box.accessibleName(): box for box in desk.window.results.filters.findChildren(QComboBox)}
    boxes["Revised"].setCurrentIndex(4)
    boxes["Revised"].activated.emit(4)
    boxes["Editions"].setCurrentIndex(1)
    boxes["Editions"].activated.emit(1)
    desk.wait()


def _nothing(desk: OpenDesk) -> None:
    for box in desk.window.results.filters.findChildren(QComboBox):
        if box.accessibleName() in {"Revised", "Editions"}:
            box.setCurrentIndex(0)
            box.activated.emit(0)
    desk.type_search("kinshpi safegarding")


def _searches(desk: OpenDesk) -> None:
    desk.window.search_field.setText("")
    desk.qtbot.wait(80)
    _do(desk, ActionId.SEARCH)


def _side_by_side(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    _do(desk, ActionId.SIDE_BY_SIDE)
    desk.window.comparison.choose_manual(NORTHMERE)
    desk.wait()


def _editions(desk: OpenDesk) -> None:
    _do(desk, ActionId.SIDE_BY_SIDE, ActionId.SHOW_CHANGES, ActionId.NEXT_CHANGE)


def _coverage(desk: OpenDesk) -> None:
    if desk.window.is_comparison_visible:
        _do(desk, ActionId.COMPARE)
    _do(desk, ActionId.SHOW_LIBRARY, ActionId.COVERAGE)


def _bookmarks(desk: OpenDesk) -> None:
    desk.go("family-time", NORTHMERE)
    _do(desk, ActionId.ADD_BOOKMARK, ActionId.SHOW_BOOKMARKS)


def _select(desk: OpenDesk, words: str) -> None:
    view = desk.window.current_view
    assert view is not None
    found = view.text.document().find(words)
    assert not found.isNull()
    view.text.setTextCursor(found)


def _highlighted(desk: OpenDesk) -> None:
    desk.go("case-records", SALTBY)
    _select(desk, "recorded")
    desk.dialogs.draft = lambda draft: replace(
        draft,
        name="What counts as recorded, and by when",
        note="Ask the independent reviewing officer before the review.\nSee the supervision notes of 3 March.",
        tags=("court", "supervision"),
        folder="Hearing on 12 December",
    )
    _do(desk, ActionId.ADD_BOOKMARK, ActionId.SHOW_BOOKMARKS)
    desk.dialogs.draft = None
    kept = desk.desk.workspace.personal
    bookmark = kept.bookmarks().bookmarks[-1]
    before = replace(bookmark.location, edition=1)
    carried = CarryOver(Verdict.CHANGED, 2, before, Quote("written down", is_selection=True), 0.8)
    kept.change_bookmarks([replace(bookmark, carried=carried)])
    desk.desk.bookmarks.load()
    desk.wait()
    desk.window.bookmarks.select(bookmark.id)


def _bookmark_dialog(desk: OpenDesk) -> None:
    draft = BookmarkDraft(
        "every eight weeks",
        ("“every eight weeks”", "The passage “4. Reviewing”", "The whole chapter"),
        folder="Hearing on 12 December",
        tags=("court",),
        colour=Colour.GREEN,
        note="Eight weeks since this edition.",
    )
    desk.dialogs.show(
        lambda window: BookmarkDialog("Bookmark", draft, ("Hearing on 12 December",), ("court",), window)
    )


def _reading_list(desk: OpenDesk) -> None:
    for chapter, manual in (("contact", SALTBY), ("family-time", NORTHMERE)):
        desk.go(chapter, manual)
        desk.dialogs.texts = ["Induction week for newly qualified social workers"]
        _do(desk, ActionId.ADD_TO_READING_LIST)
    lists = desk.desk.workspace.personal.reading_lists
    kept = lists.all()[0]
    missing = replace(kept.items[0], location=replace(kept.items[0].location, edition=9), edition="edition 9")
    lists.put(replace(kept, remark="Read these before Monday.", items=(*kept.items, missing)))
    desk.desk.reading_lists.load()
    _do(desk, ActionId.SHOW_READING_LISTS)


def _print(desk: OpenDesk) -> None:
    _do(desk, ActionId.PRINT)
    assert desk.desk.paper.print_dialog is not None
    desk.dialogs.opened.append(desk.desk.paper.print_dialog)


def _extract(desk: OpenDesk) -> None:
    _do(desk, ActionId.COURT_EXTRACT)
    assert desk.desk.paper.extract_dialog is not None
    desk.dialogs.opened.append(desk.desk.paper.extract_dialog)


def _warned(desk: OpenDesk) -> None:
    desk.dialogs.day = date(2025, 12, 1)
    _do(desk, ActionId.AS_AT)


def _explained(desk: OpenDesk) -> None:
    _do(desk, ActionId.NOW)
    view = desk.window.current_view
    assert view is not None
    cursor = view.text.document().find("care plan")
    cursor.clearSelection()
    view.text.setTextCursor(cursor)
    _do(desk, ActionId.EXPLAIN)


def _provenance(desk: OpenDesk) -> None:
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    page = view.page
    desk.dialogs.show(lambda window: ProvenanceDialog(page, window))


def _refused(desk: OpenDesk) -> None:
    WindowDialogs(desk.window).show_text(
        "Not added",
        "northmere-4.manual was not added: chapters/family-time.html was changed after it was signed. Ask whoever"
        " gave you the file for another copy.",
    )
    desk.dialogs.opened += desk.window.findChildren(QMessageBox)


def _large_picture(desk: OpenDesk) -> None:
    _chapter(desk)
    _do(desk, ActionId.OPEN_PICTURE)


def _triggers(*actions: ActionId) -> Callable[[OpenDesk], None]:
    return lambda desk: _do(desk, *actions)


STATES: dict[str, Callable[[OpenDesk], None]] = {
    "02-library": lambda _: None,
    "03-tree": _tree,
    "04-chapter": _chapter,
    "05-table": _table,
    "06-flowchart": _flowchart,
    "07-listed": _listed,
    "08-find": _find,
    "09-results": _results,
    "10-filters": _filters,
    "11-nothing": _nothing,
    "12-searches": _searches,
    "13-side-by-side": _side_by_side,
    "14-editions": _editions,
    "15-coverage": _coverage,
    "16-bookmarks": _bookmarks,
    "17-recent": _triggers(ActionId.SHOW_RECENT),
    "18-outline": _triggers(ActionId.SHOW_OUTLINE),
    "19-warned": _warned,
    "20-explained": _explained,
    "21-provenance": _provenance,
    "22-palette": _triggers(ActionId.COMMANDS),
    "23-keys": _triggers(ActionId.SHORTCUTS),
    "24-reading": _triggers(ActionId.READING),
    "25-table-view": _triggers(ActionId.OPEN_TABLE),
    "26-picture": _large_picture,
    "27-refused": _refused,
    "28-highlighted": _highlighted,
    "29-bookmark": _bookmark_dialog,
    "30-reading-list": _reading_list,
    "31-print": _print,
    "32-extract": _extract,
    "33-training": _triggers(ActionId.TRAINING),
}


@pytest.mark.parametrize("view", VIEWS, ids=["-".join(map(str, view)) for view in VIEWS])
def test_nothing_is_cut_in_any_state(
    indexed: Path,
    open_desk: DeskOpener,
    tmp_path: Path,
    view: tuple[str, int, int, int],
) -> None:
    theme, width, height, percent = view
    folder = FOLDER / f"{theme}-{width}x{height}-{percent}"
    folder.mkdir(parents=True, exist_ok=True)
    cut: dict[str, list[str]] = {}
    look = Settings(Theme(theme), percent)

    def keep(desk: OpenDesk, state: str) -> None:
        desk.wait()
        desk.qtbot.wait(20)
        dialogs = [dialog for dialog in desk.dialogs.opened if dialog.isVisible()]
        room = desk.desk.training.view
        if room is not None:
            room.resize(width, height)
        window: QWidget = room or desk.window
        tops: list[QWidget] = [*dialogs] if dialogs else [window]
        faults = [fault for top in tops for fault in _cut(top)]
        if faults:
            cut[state] = sorted(set(faults))
        picture_of(window, dialogs).save(str(folder / f"{state}.png"))
        for dialog in dialogs:
            dialog.reject()
        desk.dialogs.opened.clear()
        desk.desk.training.end()

    empty = open_desk(tmp_path / "empty", trust=sample_root_file(), is_sample=False)
    empty.desk.appearance.change(look)
    empty.window.resize(width, height)
    keep(empty, "01-empty")
    empty.desk.close()

    desk = open_desk(shutil.copytree(indexed, tmp_path / "library"))
    desk.desk.appearance.change(look)
    for state, reach in STATES.items():
        desk.window.resize(width, height)
        reach(desk)
        desk.wait()
        desk.window.resize(width, height)
        keep(desk, state)
        size = (desk.window.width(), desk.window.height())
        if size != (width, height):
            cut.setdefault(state, []).append(f"the window is {size}")
    assert cut == {}


def picture_of(window: QWidget, dialogs: list[QDialog]) -> QPixmap:
    """The window with the dialogs over it, as a screen shows them."""
    picture = window.grab()
    painter = QPainter(picture)
    for dialog in dialogs:
        place = QPoint((window.width() - dialog.width()) // 2, (window.height() - dialog.height()) // 2)
        painter.drawPixmap(place, dialog.grab())
        painter.drawRect(place.x(), place.y(), dialog.width() - 1, dialog.height() - 1)
    painter.end()
    return picture


def _cut(top: QWidget) -> list[str]:
    """Labels and buttons that have less room than their words need, and say them nowhere else."""
    found: list[str] = []
    for widget in top.findChildren(QWidget):
        if not widget.isVisible() or widget.window() is not top.window():
            continue
        words = widget.text() if isinstance(widget, QLabel | QAbstractButton) else widget.accessibleName()
        name = f"{type(widget).__name__} “{words[:40]}”"
        if isinstance(widget, QLabel) and widget.text() and not widget.toolTip():
            needed = (
                widget.heightForWidth(widget.width()) if widget.wordWrap() else widget.sizeHint().height()
            )
            if widget.height() < needed - 2:
                found.append(f"{name} is {widget.height()} high, needs {needed}")
            if not widget.wordWrap() and widget.width() < widget.sizeHint().width() - 2:
                found.append(f"{name} is {widget.width()} wide, needs {widget.sizeHint().width()}")
        elif isinstance(widget, QAbstractButton) and widget.text() and not widget.toolTip():
            letters = QFontMetrics(widget.font()).horizontalAdvance(widget.text().replace("&", ""))
            if isinstance(widget, QCheckBox):
                letters += 20
            if widget.width() < letters or widget.height() < QFontMetrics(widget.font()).height():
                found.append(f"{name} is {widget.width()} wide, needs {letters}")
        visible = widget.visibleRegion().boundingRect()
        is_control = isinstance(widget, QAbstractButton | QComboBox)
        if is_control and not _scrolls(widget, top) and visible.width() < widget.width() - 2:
            found.append(f"{name} lies partly outside: {visible.width()} of {widget.width()}")
    return found


def _scrolls(widget: QWidget, top: QWidget) -> bool:
    """Whether what holds a widget can be scrolled to show it."""
    above = widget.parentWidget()
    while above is not None and above is not top:
        if above.inherits("QAbstractScrollArea") or above.inherits("QTabBar"):
            return True
        above = above.parentWidget()
    return False
