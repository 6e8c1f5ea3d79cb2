"""Chapters at the edge of what may be signed: they are laid out in parts, and every place in them can be gone to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlock, QTextCursor
from pytestqt.qtbot import QtBot

from reader.bundle.screen_html import for_screen
from reader.ui.styles import TextLook
from reader.ui.widgets.page_text import PageText
from tests.support.worlds import WESTSHIRE, World
from tests.ui.conftest import DeskOpener, OpenDesk

ROWS = 1_190


def _anchor(row: int) -> str:
    return f' id="row-{row}"' if row % 100 in {0, 1, 3} else ""


TABLE = (
    "<table><tbody>"
    + "".join(
        f"<tr><td{_anchor(n)}>row {n}</td>" + "".join(f"<td>some words {n}</td>" for _ in range(4)) + "</tr>"
        for n in range(ROWS)
    )
    + '</tbody></table><h2 id="end">The end</h2>'
    + "<p>behind</p>" * 100
)


@pytest.fixture
def text(qtbot: QtBot) -> PageText:
    widget = PageText("Text")
    qtbot.addWidget(widget)
    widget.resize(780, 500)
    widget.show()
    return widget


def _is_laid_out(text: PageText) -> bool:
    """Whether everything is laid out, as far as the last row."""
    (last,) = (block for block in _blocks(text) if block.text() == f"row {ROWS - 1}")
    return last.layout().lineCount() > 0


def _is_at_top(text: PageText, words: str) -> bool:
    """Whether the paragraph or cell with exactly these words stands at the top of the view."""
    block = next(block for block in _blocks(text) if block.text() == words)
    return block.layout().lineCount() > 0 and -20 <= text.cursorRect(QTextCursor(block)).top() <= 60


def _blocks(text: PageText) -> Iterator[QTextBlock]:
    block = text.document().begin()
    while block.isValid():
        yield block
        block = block.next()


def _is_at_rest(text: PageText) -> bool:
    return (
        text.viewport().updatesEnabled() and not text._layout._waiting and not text._resize_timer.isActive()
    )


@pytest.mark.threat(44)
def test_a_large_table_is_laid_out_as_far_as_it_is_seen(text: PageText, qtbot: QtBot) -> None:
    text.set_page(TABLE, None)
    assert _is_laid_out(text), "one table is laid out in one go: what this test would not see mended"
    text.set_page(for_screen(TABLE), None)
    assert not _is_laid_out(text)
    qtbot.waitUntil(lambda: _is_laid_out(text), timeout=10_000)


@pytest.mark.parametrize("anchor", ["row-3", "row-700", "end"])
def test_every_place_of_a_large_table_can_be_gone_to(text: PageText, qtbot: QtBot, anchor: str) -> None:
    text.set_page(for_screen(TABLE), anchor)
    wanted = "The end" if anchor == "end" else anchor.replace("-", " ")
    qtbot.waitUntil(lambda: _is_at_top(text, wanted), timeout=10_000)
    text.go_to_anchor("row-1")
    qtbot.waitUntil(lambda: _is_at_top(text, "row 1"), timeout=10_000)


def test_going_to_the_end_of_a_long_text_does_not_lay_it_out_at_once(text: PageText, qtbot: QtBot) -> None:
    text.set_page(for_screen(TABLE), "end")
    assert not _is_laid_out(text), "the window would have stood still until then"
    qtbot.waitUntil(lambda: _is_at_top(text, "The end"), timeout=10_000)


def test_words_in_a_large_table_are_marked_and_gone_to(text: PageText, qtbot: QtBot) -> None:
    text.set_page(for_screen(TABLE), None)
    assert text.mark(re.compile(r"\brow \d*99\b"), moves=True) == 11
    assert not _is_laid_out(text)
    qtbot.waitUntil(lambda: text.textCursor().block().text() == "row 99", timeout=10_000)
    assert text.step_mark(-1) == 10
    qtbot.waitUntil(lambda: text.textCursor().block().text() == "row 1099", timeout=10_000)
    assert text.viewport().rect().contains(text.cursorRect())
    assert len(text.extraSelections()) == 11


@pytest.mark.parametrize("width", [400, 700, 900])
def test_a_long_text_stays_where_it_is_read_while_the_window_is_resized(
    text: PageText, qtbot: QtBot, width: int
) -> None:
    text.set_page(for_screen(TABLE), "row-900")
    qtbot.waitUntil(lambda: _is_at_top(text, "row 900") and _is_laid_out(text), timeout=10_000)
    for step in range(0, width - 780, 40) if width > 780 else range(0, 780 - width, 40):
        text.resize(780 + (step if width > 780 else -step), 500)
    text.resize(width, 500)
    assert _is_laid_out(text), "not at every step"
    qtbot.waitUntil(lambda: _is_at_rest(text), timeout=10_000)
    assert _is_at_top(text, "row 900")
    assert text.document().pageSize().width() == text.viewport().width()


def test_a_long_text_stays_where_it_is_read_when_it_is_zoomed_or_coloured(
    text: PageText, qtbot: QtBot
) -> None:
    text.set_page(for_screen(TABLE), "row-900")
    qtbot.waitUntil(lambda: _is_at_top(text, "row 900"), timeout=10_000)
    for percent in (150, 80):
        text.set_look(TextLook(zoom_percent=percent))
        qtbot.waitUntil(lambda: _is_at_rest(text), timeout=10_000)
        assert _is_at_top(text, "row 900")


def test_a_short_text_stays_where_it_is_read_when_it_is_zoomed(text: PageText) -> None:
    text.set_page("".join(f"<p id='p{n}'>paragraph {n}</p>" for n in range(200)), "p120")
    assert _is_at_top(text, "paragraph 120")
    text.set_look(TextLook(zoom_percent=200))
    assert _is_at_top(text, "paragraph 120")
    text.resize(300, 500)
    text.set_look(TextLook(zoom_percent=100))
    assert _is_at_top(text, "paragraph 120")


def test_a_place_that_waits_is_forgotten_when_another_page_is_shown(text: PageText, qtbot: QtBot) -> None:
    text.set_page(for_screen(TABLE), "end")
    text.set_page("<p>short</p>" + "<p>x</p>" * 200, None)
    qtbot.wait(100)
    assert text.verticalScrollBar().value() == 0
    assert text.viewport().updatesEnabled()


def test_a_page_that_is_not_seen_is_laid_out_when_it_is(qtbot: QtBot) -> None:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(400, 200)
    text.set_page("<p>x</p>" * 50 + '<p id="there">there</p>' + "<p>x</p>" * 50, "there")
    assert text.toPlainText() == "", "of many tabs that are opened at once only one is looked at"
    text.show()
    assert _is_at_top(text, "there")


# In the real window


@pytest.fixture
def open_chapter(open_desk: DeskOpener, tmp_path: Path) -> Callable[[str], OpenDesk]:
    """Opens a window on a signed chapter."""
    world = World.new()
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])

    def open_one(html: str) -> OpenDesk:
        bundle = world.bundle(WESTSHIRE).with_signed_file("chapters/private-fostering.html", html.encode())
        desk = open_desk(tmp_path / "library", bundle.write(tmp_path), trust=root, is_sample=False)
        desk.wait()
        assert desk.dialogs.shown == []
        desk.go("private-fostering", WESTSHIRE)
        return desk

    return open_one


@pytest.mark.threat(44)
@pytest.mark.stall_ms(250)  # Qt reads a text in one go, and this is as long as one may be
def test_a_large_table_of_a_signed_chapter_is_found_marked_and_read(
    open_chapter: Callable[[str], OpenDesk],
) -> None:
    desk = open_chapter(TABLE.replace("row 1100<", "row zebra<"))
    view = desk.window.current_view
    assert view is not None
    desk.type_search("zebra")
    assert desk.window.results.tree.model().rowCount() == 1
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Return)
    desk.wait()
    assert view.text.mark_position == (1, 1)
    desk.qtbot.waitUntil(lambda: view.text.textCursor().block().text() == "row zebra", timeout=10_000)
    assert view.text.viewport().rect().contains(view.text.cursorRect())


@pytest.mark.threat(44)
@pytest.mark.parametrize(
    ("html", "cause"),
    [
        ("<p>" + "x<br>" * 20_000 + "</p>", "more than 2,000 lines"),
        ("<p>x</p>" * 30_000, "more than 16,000 elements"),
        ("<p>" + "<a href='#x'>y</a> " * 6_000 + "</p>", "more than 5,000 elements"),
        ("<pre>" + "\t x" * 15_500 + "\n" * 2_000 + "</pre>", "lines of code"),
        ("<p>" + "😀 " * 20_000 + "</p>", "unusual scripts"),
        (("<p>" + ("a" + "\u0301" * 400 + " ") * 29 + "</p>") * 2, "cannot be seen"),
    ],
    ids=["lines", "elements", "links", "tabs", "pictographs", "accents"],
)
def test_a_chapter_that_would_stop_the_window_costs_a_message(
    open_chapter: Callable[[str], OpenDesk], html: str, cause: str
) -> None:
    desk = open_chapter(html)
    assert "too complex to be shown safely" in desk.page_text
    assert cause in desk.page_text
    desk.go("home-visits", WESTSHIRE)
    assert desk.page_text.startswith("Home Visits")
