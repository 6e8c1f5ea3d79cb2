"""Citations that are copied and pasted, links, and reading lists that are handed out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtGui import QGuiApplication

from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.reading_list import ReadingItem, ReadingList
from reader.store.reading_lists import read_reading_list, write_reading_list
from reader.ui.actions import ActionId
from reader.ui.widgets.reading_lists_panel import ItemMove
from tests.ui.conftest import DeskOpener, OpenDesk

SALTBY = ManualId("saltby", "procedures")


@pytest.fixture
def desk(open_desk: DeskOpener, tmp_path: Path, both_editions_library: Path) -> OpenDesk:
    """A window over a library with two editions of one manual."""
    shutil.copytree(both_editions_library, tmp_path / "laptop")
    return open_desk(tmp_path / "laptop")


def copied(desk: OpenDesk, action: ActionId) -> str:
    desk.window.actions_by_id[action].trigger()
    desk.wait()
    return QGuiApplication.clipboard().text()


def paste(desk: OpenDesk, text: str) -> None:
    desk.type_search(text)


def in_front(desk: OpenDesk) -> str:
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    return str(view.page.location.without_anchor())


@pytest.mark.parametrize("action", [ActionId.COPY_CITATION, ActionId.COPY_COURT_CITATION, ActionId.COPY_LINK])
def test_what_was_copied_opens_that_very_text_when_it_is_pasted(desk: OpenDesk, action: ActionId) -> None:
    desk.go("contact", SALTBY)
    text = copied(desk, action)
    desk.go("case-records", SALTBY)
    paste(desk, text)
    assert in_front(desk) == "manual:saltby/procedures/contact@2"
    assert "This is the text that was cited" in desk.window.activity.message
    assert not desk.window.is_showing_results
    assert desk.window.search_field.text() == ""


def test_a_citation_of_an_older_edition_opens_that_edition_and_says_so(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY, edition=1)
    text = copied(desk, ActionId.COPY_CITATION)
    desk.go("case-records", SALTBY)
    paste(desk, text)
    assert in_front(desk) == "manual:saltby/procedures/contact@1"
    assert "It is an older edition" in desk.dialogs.shown[-1]


def test_selected_words_stand_in_the_citation_and_a_change_of_them_is_noticed(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    view = desk.window.current_view
    assert view is not None
    view.text.setTextCursor(view.text.document().find("every eight weeks"))
    text = copied(desk, ActionId.COPY_CITATION)
    assert text.startswith("“every eight weeks” (Saltby Borough Council, ")
    paste(desk, text.replace("every eight weeks", "every eight years"))
    assert "the quotation was altered" in desk.dialogs.shown[-1]


def test_a_link_that_is_typed_waits_for_enter(desk: OpenDesk) -> None:
    desk.go("case-records", SALTBY)
    paste(desk, "procedures://saltby/procedures/contact@2")
    assert in_front(desk) == "manual:saltby/procedures/case-records@2"
    desk.window.search_field.accepted.emit()
    desk.wait()
    assert in_front(desk) == "manual:saltby/procedures/contact@2"


def test_a_link_of_the_desktop_opens_at_the_start(open_desk: DeskOpener, desk: OpenDesk) -> None:
    desk.desk.citations.open_text("procedures://saltby/procedures/contact@1")
    desk.wait()
    assert in_front(desk) == "manual:saltby/procedures/contact@1"


def test_a_citation_of_what_is_not_here_is_said_and_nothing_is_lost(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    desk.desk.citations.open_text("procedures://nowhere/procedures/contact@1")
    desk.wait()
    assert "is not installed" in desk.dialogs.shown[-1]
    assert in_front(desk) == "manual:saltby/procedures/contact@2"


def test_a_list_is_collected_ordered_remarked_and_handed_out(
    desk: OpenDesk, open_desk: DeskOpener, tmp_path: Path
) -> None:
    panel = desk.window.reading_lists
    for chapter in ("contact", "case-records"):
        desk.go(chapter, SALTBY)
        desk.dialogs.texts = ["Induction"]
        desk.dialogs.choice = 0
        desk.window.actions_by_id[ActionId.ADD_TO_READING_LIST].trigger()
        desk.wait()
    panel.select(1)
    panel.item_moved.emit(ItemMove(1, 0))
    desk.wait()
    panel.select(0)
    desk.dialogs.texts = ["Begin here."]
    panel._on_remark()
    desk.wait()
    desk.dialogs.folder = tmp_path
    panel.save_requested.emit()
    desk.wait()
    handed = read_reading_list(tmp_path / "Induction.readinglist")
    assert [item.location.chapter for item in handed.items] == ["case-records", "contact"]
    assert [item.location.edition for item in handed.items] == [2, 2]
    assert handed.items[0].remark == "Begin here."
    desk.dialogs.says_yes = True
    panel.remove_requested.emit()
    desk.wait()
    assert desk.desk.workspace.personal.reading_lists.all() == ()
    desk.desk._open_files((tmp_path / "Induction.readinglist",))
    desk.wait()
    assert desk.desk.reading_lists.chosen == handed
    assert panel.said == "", "nothing of it is missing"
    desk.go("strategy-meetings", SALTBY, edition=1)
    panel.select(0)
    panel.tree.entry_activated.emit(panel._current())
    desk.wait()
    assert in_front(desk) == "manual:saltby/procedures/case-records@2"


def test_what_is_missing_of_a_list_is_named_and_the_rest_opens(desk: OpenDesk, tmp_path: Path) -> None:
    def item(location: str, fingerprint: str = "") -> ReadingItem:
        return ReadingItem(Location.parse(location), location, "edition N", "", fingerprint)

    handed = ReadingList(
        "a1",
        "Training day",
        "Read these.",
        (
            item("manual:saltby/procedures/contact@2"),
            item("manual:saltby/procedures/contact@7"),
            item("manual:elsewhere/procedures/x@1"),
            item("manual:saltby/procedures/nothing@2"),
            item("manual:saltby/procedures/contact@2#nothing"),
            item("manual:saltby/procedures/contact@2", "AAAA-AAAA-AA"),
        ),
    )
    write_reading_list(tmp_path / "day.readinglist", handed)
    desk.desk._open_files((tmp_path / "day.readinglist",))
    desk.wait()
    said = desk.dialogs.shown[-1]
    for part in (
        "opens in its place",
        "The manual elsewhere/procedures is not installed",
        "has no chapter “nothing”",
        "no such passage",
        "not those that the list was made with",
    ):
        assert part in said
    panel = desk.window.reading_lists
    assert "5 of 6 places not here as they were meant." in panel.said
    panel.select(1)
    panel.tree.entry_activated.emit(panel._current())
    desk.wait()
    assert in_front(desk) == "manual:saltby/procedures/contact@2"


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"kind": "procedures-reading-list"}', "\0\0", '{"kind": 1']
)
def test_a_file_that_is_no_list_is_refused_in_a_sentence(desk: OpenDesk, tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.readinglist"
    file.write_text(text)
    desk.desk._open_files((file,))
    desk.wait()
    assert "no reading list" in desk.dialogs.shown[-1]
    assert desk.desk.workspace.personal.reading_lists.all() == ()


def test_a_list_is_printed_with_its_texts_and_what_is_missing_is_named(
    desk: OpenDesk, tmp_path: Path
) -> None:
    handed = ReadingList(
        "a1",
        "Training day",
        "",
        (
            ReadingItem(
                Location.parse("manual:saltby/procedures/contact@2"),
                "5.7 Contact",
                "edition 2",
                "Read first.",
            ),
            ReadingItem(Location.parse("manual:elsewhere/procedures/x@1"), "Elsewhere", "edition 1"),
        ),
    )
    write_reading_list(tmp_path / "day.readinglist", handed)
    desk.desk._open_files((tmp_path / "day.readinglist",))
    desk.wait()
    desk.window.reading_lists.print_requested.emit()
    desk.wait()
    dialog = desk.desk.paper.print_dialog
    assert dialog is not None
    desk.dialogs.folder = tmp_path
    dialog.save_requested.emit()
    desk.wait()
    pages = PdfReader(tmp_path / "training-day.pdf").pages
    words = " ".join(" ".join(page.extract_text() for page in pages).split())
    for part in (
        "Training day",
        "Read first.",
        "every eight weeks",
        "Not here",
        "elsewhere/procedures is not installed",
    ):
        assert part in words
    dialog.reject()
