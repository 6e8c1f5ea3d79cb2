"""Headings, find, words explained, tables and pictures in views of their own, and the outline that follows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from reader.bundle.screen_html import for_screen
from reader.domain.cancel import CancelToken
from reader.domain.page_extras import with_extras
from reader.domain.page_tables import PageTable, all_tables, table_of
from reader.services.workspace import Workspace, WorkspaceChoice
from reader.ui.actions import ActionId
from reader.ui.theme import LIGHT
from reader.ui.widgets.explanation_dialog import ExplanationDialog
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.picture_dialog import PictureDialog
from reader.ui.widgets.table_dialog import TableDialog
from tests.support.worlds import WESTSHIRE, World
from tests.ui.conftest import DeskOpener, OpenDesk
from tests.ui.pictures import HeldPictures, drawn, red_pixels

ALT = "Flowchart: a child is seen, then the manager decides."
LONG = "".join(f"<tr><td>Visit {n}</td><td>{n} days</td><td>Team Manager</td></tr>" for n in range(1, 400))
BODY = (
    "<h1>Home Visits</h1><p>Tell the IRO before the looked after review, and the zebra officer.</p>"
    '<p>Words before <img src="manual:westshire/procedures/media/flow.png" alt="{alt}" width="600" height="300">'
    " and behind.</p>"
    '<h2 id="terms">Terms</h2><table><tr><th>Term</th><th>Meaning</th></tr>'
    "<tr><td>Zebra officer (ZO)</td><td>Whoever looks after the zebra form.</td></tr></table>"
    '<h2 id="visits">Visits</h2><table><tr><th>Visit</th><th>Within</th><th>Who decides</th></tr>{rows}</table>'
    '<h2 id="end">The end</h2><p>Visit nobody alone.</p>'
)


@pytest.fixture(scope="module")
def shire_library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(a library with one manual whose chapter has headings, terms, a long table and a picture, its trust root)."""
    folder = tmp_path_factory.mktemp("shire")
    world = World.new()
    root = folder / "root.json"
    root.write_bytes(world.roots[0])
    bundle = world.bundle(WESTSHIRE).with_signed_file("media/flow.png", drawn(600, 300))
    chapter = BODY.format(alt=ALT, rows=LONG).encode()
    bundle = bundle.with_signed_file("chapters/home-visits.html", chapter)
    workspace = Workspace(WorkspaceChoice(folder / "library", root))
    workspace.library.install(bundle.write(folder, "west.manual"), CancelToken())
    workspace.search.prepare(workspace.library.load(CancelToken()), lambda _: None, CancelToken())
    workspace.close()
    return folder / "library", root


@pytest.fixture
def shire(open_desk: DeskOpener, shire_library: tuple[Path, Path], tmp_path: Path) -> OpenDesk:
    library, root = shire_library
    desk = open_desk(Path(shutil.copytree(library, tmp_path / "library")), trust=root, is_sample=False)
    assert desk.dialogs.shown == []
    desk.window.resize(1100, 700)
    desk.go("home-visits", WESTSHIRE)
    return desk


def _text(desk: OpenDesk) -> PageText:
    view = desk.window.current_view
    assert view is not None
    return view.text


def _do(desk: OpenDesk, action: ActionId) -> None:
    desk.window.actions_by_id[action].trigger()
    desk.wait()


def _put_cursor(text: PageText, words: str) -> None:
    cursor = text.document().find(words)
    assert not cursor.isNull()
    cursor.setPosition(cursor.selectionStart() + 1)
    text.setTextCursor(cursor)


# Headings


def test_headings_are_walked_with_a_key_and_the_outline_follows(shire: OpenDesk) -> None:
    text, outline = _text(shire), shire.window.outline
    seen = []
    for _ in range(3):
        _do(shire, ActionId.NEXT_HEADING)
        seen.append(text.textCursor().block().text())
    assert seen == ["Terms", "Visits", "The end"]
    _do(shire, ActionId.NEXT_HEADING)
    assert "last heading" in shire.window.activity.message
    _do(shire, ActionId.PREVIOUS_HEADING)
    assert text.textCursor().block().text() == "Visits"
    shire.qtbot.waitUntil(lambda: outline.current == "visits")
    view = shire.window.current_view
    assert view is not None
    checked = [a.text().strip() for a in view.strip.outline.menu().actions() if a.isChecked()]
    assert checked == ["Visits"]
    _do(shire, ActionId.SHOW_OUTLINE)
    assert shire.window.focusWidget() is outline.tree
    shire.qtbot.keyClick(outline.tree, Qt.Key.Key_Up)
    shire.qtbot.keyClick(outline.tree, Qt.Key.Key_Return)
    assert text.passage_at_top == "terms"


# Find


def test_find_counts_marks_in_the_scroll_bar_and_takes_options(shire: OpenDesk) -> None:
    text = _text(shire)
    _do(shire, ActionId.FIND_IN_PAGE)
    shire.qtbot.keyClicks(shire.window.focusWidget(), "visit")
    view = shire.window.current_view
    assert view is not None
    count = next(
        label for label in view._find.findChildren(QLabel) if label.accessibleDescription() == "Matches"
    )
    shown = text.toPlainText()
    total = len(re.findall("visit", shown, re.IGNORECASE))
    assert total > 400
    assert count.text() == f"1 of {total}"
    shire.qtbot.waitUntil(lambda: len(text._bar.shares) > 100)
    assert text._bar.shares[0] < 0.05
    assert text._bar.shares[-1] > 0.9
    buttons = {button.accessibleName(): button for button in view._find.findChildren(QToolButton)}
    buttons["Match case"].click()
    assert count.text() == f"1 of {shown.count('visit')}" if "visit" in shown else "Not in this chapter"
    buttons["Match case"].click()
    buttons["Whole words"].click()
    whole = len(re.findall(r"(?<!\w)visit(?!\w)", shown, re.IGNORECASE))
    assert count.text() == f"1 of {whole}"
    assert whole < total
    line = view._find.findChild(QLineEdit)
    shire.qtbot.keyClick(line, Qt.Key.Key_Return)
    assert count.text().startswith("2 of")
    shire.qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert text._bar.shares == ()
    assert shire.window.focusWidget() is text


# Words


def _explained(desk: OpenDesk, words: str) -> ExplanationDialog:
    _put_cursor(_text(desk), words)
    _do(desk, ActionId.EXPLAIN)
    dialog = desk.dialogs.opened[-1]
    assert isinstance(dialog, ExplanationDialog)
    return dialog


def test_a_word_of_the_sector_is_explained_and_searched_for(shire: OpenDesk) -> None:
    dialog = _explained(shire, "IRO")
    assert "independent reviewing officer" in dialog.text.casefold()
    assert "In the text: IRO" in dialog.text
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in dialog.findChildren(QLabel))
    search = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Search for it")
    search.click()
    assert "reviewing officer" in shire.window.search_field.text().casefold()
    shire.wait()


def test_the_longest_term_at_the_cursor_counts(shire: OpenDesk) -> None:
    assert "review" in _explained(shire, "after review").text.splitlines()[0].casefold()
    assert _explained(shire, "looked").text.splitlines()[1].startswith("In the text: looked after review")


def test_the_manuals_own_definition_comes_first(shire: OpenDesk) -> None:
    dialog = _explained(shire, "zebra officer")
    assert "Whoever looks after the zebra form." in dialog.text
    assert "In “" in dialog.text
    shire.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_what_nobody_explains_is_said_plainly(shire: OpenDesk) -> None:
    assert "neither this manual nor the vocabulary" in _explained(shire, "nobody").text


# Tables


def test_a_long_table_opens_in_a_view_of_its_own_with_its_parts_together(shire: OpenDesk) -> None:
    text = _text(shire)
    assert text.toPlainText().count("Open this table in a view of its own") == 1
    _do(shire, ActionId.NEXT_HEADING)
    _do(shire, ActionId.NEXT_HEADING)
    _do(shire, ActionId.OPEN_TABLE)
    dialog = shire.dialogs.opened[-1]
    assert isinstance(dialog, TableDialog)
    model = dialog.table.model()
    assert (model.rowCount(), model.columnCount()) == (399, 3)
    assert [model.headerData(i, Qt.Orientation.Horizontal) for i in range(3)] == [
        "Visit",
        "Within",
        "Who decides",
    ]
    dialog.find_text("visit 39")
    assert len(dialog.matches) == 11
    assert dialog.table.currentIndex().data() == "Visit 39"
    dialog.copy()
    assert QGuiApplication.clipboard().text().splitlines()[:2] == [
        "Visit\tWithin\tWho decides",
        "Visit 1\t1 days\tTeam Manager",
    ]
    before = dialog.table.rowHeight(0)
    for _ in range(8):
        dialog._on_larger()
    assert dialog.table.rowHeight(0) > before
    dialog.reject()


def test_a_link_above_a_table_opens_it(shire: OpenDesk) -> None:
    text = _text(shire)
    cursor = text.document().find("Open this table")
    text.setTextCursor(cursor)
    text.anchorClicked.emit(cursor.charFormat().anchorHref())
    shire.wait()
    assert isinstance(shire.dialogs.opened[-1], TableDialog)
    shire.dialogs.opened[-1].reject()


def test_cells_that_span_stand_in_each_place() -> None:
    html = (
        "<table><caption>Who</caption><thead><tr><th>A</th><th>B</th><th>C</th></tr></thead>"
        '<tr><th rowspan="2">x</th><td colspan="2">one<p>two</p></td></tr><tr><td>3</td><td>4 &amp; 5</td></tr></table>'
    )
    assert table_of(html, 0) == PageTable(
        "Who", ("A", "B", "C"), (("x", "one\ntwo", "one\ntwo"), ("x", "3", "4 & 5")), has_side=True
    )


def test_boxes_and_facts_are_no_tables_and_nested_ones_are_text() -> None:
    html = for_screen(
        '<div class="scope"><p>Box</p></div><table class="facts"><tr><td>1</td></tr></table>'
        "<table><tr><td>outer <table><tr><td>inner</td></tr></table></td></tr></table>"
    )
    (table,) = all_tables(html)
    assert "inner" in table.rows[0][0]
    assert with_extras(html).tables == (None, None, 0)


@pytest.mark.parametrize("rows", [12, 700])
def test_every_row_of_a_table_in_parts_is_read(rows: int) -> None:
    body = "".join(f"<tr><td>a{n}</td><td>b{n}</td></tr>" for n in range(rows))
    shown = for_screen(f"<table>{body}</table><table><tr><td>other</td></tr></table>")
    extras = with_extras(shown)
    assert extras.html.count('href="table:0"') == 1
    assert table_of(shown, 0).rows == tuple((f"a{n}", f"b{n}") for n in range(rows))
    assert table_of(shown, 1).rows == (("other",),)
    assert set(extras.tables) == {0, 1}


# Pictures


def test_a_picture_opens_large_with_its_words_beneath(shire: OpenDesk, tmp_path: Path) -> None:
    text = _text(shire)
    assert ALT in text.toPlainText(), "who cannot see the picture reads its words in their place"
    _do(shire, ActionId.OPEN_PICTURE)
    dialog = shire.dialogs.opened[-1]
    assert isinstance(dialog, PictureDialog)
    assert dialog.view.accessibleName() == ALT
    assert ALT in [label.text() for label in dialog.findChildren(QLabel)]
    assert red_pixels(dialog.view) > 10_000
    whole = dialog.view.factor
    shire.qtbot.keyClick(dialog.view, Qt.Key.Key_1)
    assert dialog.view.factor == 1.0
    for _ in range(4):
        shire.qtbot.keyClick(dialog.view, Qt.Key.Key_Plus)
    assert dialog.view.factor > 2
    across = dialog.view.horizontalScrollBar()
    across.setValue(across.minimum())
    shire.qtbot.keyClick(dialog.view, Qt.Key.Key_Right)
    assert across.value() > across.minimum()
    shire.qtbot.keyClick(dialog.view, Qt.Key.Key_0)
    assert dialog.view.factor == whole
    dialog.copy()
    assert QGuiApplication.clipboard().image().width() == 600
    shire.dialogs.folder = tmp_path
    save = next(b for b in dialog.findChildren(QToolButton) if b.accessibleName().startswith("Save"))
    save.click()
    shire.wait()
    assert (tmp_path / "flow.png").read_bytes() == drawn(600, 300)
    dialog.reject()


def test_a_click_on_a_picture_opens_it(qtbot: QtBot) -> None:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(500, 500)
    held = HeldPictures()
    text.set_pictures(held)
    text.set_page('<p><img src="manual:a/b/media/a.png" alt="Words" width="300" height="200"></p>', None)
    text.show()
    with qtbot.waitSignal(text.picture_requested) as asked:
        for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            place = QPointF(100, 100)
            event = QMouseEvent(
                kind,
                place,
                text.viewport().mapToGlobal(place),
                Qt.MouseButton.LeftButton,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
            QApplication.sendEvent(text.viewport(), event)
    assert asked.args[0].target == "a/b/media/a.png"


def test_what_is_added_to_a_text_can_be_told_from_it(qtbot: QtBot) -> None:
    """Whoever quotes a text leaves out what has an address of ours."""
    text = PageText("Text")
    qtbot.addWidget(text)
    text.show()
    html = BODY.format(alt=ALT, rows=LONG)
    text.set_page(html, None)
    plain = PageText("Text")
    qtbot.addWidget(plain)
    plain.setHtml(html)
    kept = []
    block = text.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            fragment = pieces.fragment()
            if not fragment.charFormat().anchorHref().startswith(("table:", "picture:")):
                kept.append(fragment.text())
            pieces += 1
        block = block.next()
    assert "".join("".join(kept).split()) == "".join(plain.toPlainText().split())


def test_a_table_shows_its_side_when_it_is_wide(qtbot: QtBot) -> None:
    wide = PageTable(
        "", tuple("ABCDE"), tuple(tuple(f"{row}{n}" for n in range(5)) for row in "xyz"), has_side=False
    )
    dialog = TableDialog(wide, "Chapter", LIGHT)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.table.verticalHeader().isVisible()
    assert dialog.table.model().headerData(1, Qt.Orientation.Vertical) == "y0"
