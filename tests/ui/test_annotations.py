"""Highlights and notes in the text, and what a new edition makes of them."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QTextCursor

from reader.domain.bookmark import Bookmark, Colour, Verdict
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.services.carrying import Selection
from reader.store.places import sample_bundles
from reader.ui.actions import ActionId
from reader.ui.models.bookmark_model import BookmarkMove
from reader.ui.models.nodes import Role
from reader.ui.widgets.bookmark_details import PlaceChoice
from reader.ui.widgets.bookmark_dialog import BookmarkDialog, BookmarkDraft
from reader.ui.widgets.bookmarks_panel import ColourChoice
from reader.ui.widgets.highlights import Highlight
from tests.ui.conftest import DeskOpener, OpenDesk

SALTBY = ManualId("saltby", "procedures")
SECOND = next(file for file in sample_bundles() if file.stem == "saltby-2")


@pytest.fixture
def desk(open_desk: DeskOpener, tmp_path: Path, first_edition_library: Path) -> OpenDesk:
    """A window over the first edition of a manual that has a second one."""
    shutil.copytree(first_edition_library, tmp_path / "laptop")
    return open_desk(tmp_path / "laptop")


def select(desk: OpenDesk, words: str) -> None:
    """Select words in the text in front, as the mouse does."""
    view = desk.window.current_view
    assert view is not None
    found = view.text.document().find(words)
    assert not found.isNull(), words
    view.text.setTextCursor(found)


def highlight(desk: OpenDesk, chapter: str, words: str) -> Bookmark:
    desk.go(chapter, SALTBY)
    select(desk, words)
    desk.window.actions_by_id[ActionId.HIGHLIGHT].trigger()
    desk.wait()
    return bookmarks(desk)[-1]


def bookmarks(desk: OpenDesk) -> tuple[Bookmark, ...]:
    return desk.desk.workspace.personal.bookmarks().bookmarks


def highlighted(desk: OpenDesk) -> list[str]:
    """The words that the text in front shows as highlighted."""
    view = desk.window.current_view
    assert view is not None
    return [
        selection.cursor.selectedText().replace("\u2029", " ")
        for selection in view.text.extraSelections()
        if selection.cursor.hasSelection()
    ]


def install_second(desk: OpenDesk) -> None:
    desk.desk.library.install((SECOND,))
    desk.wait()


def test_selected_words_are_highlighted_and_found_again_after_a_restart(
    desk: OpenDesk, open_desk: DeskOpener
) -> None:
    bookmark = highlight(desk, "contact", "every three months")
    assert bookmark.colour is Colour.YELLOW
    assert bookmark.quote is not None
    assert (bookmark.quote.exact, bookmark.quote.is_selection) == ("every three months", True)
    assert bookmark.location.edition == 1
    assert highlighted(desk) == ["every three months"]
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    again.go("contact", SALTBY)
    assert highlighted(again) == ["every three months"]


def test_without_a_selection_nothing_is_highlighted_and_it_is_said(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    desk.window.actions_by_id[ActionId.HIGHLIGHT].trigger()
    desk.wait()
    assert bookmarks(desk) == ()
    assert "Select the words" in desk.window.activity.message


def test_what_a_bookmark_stands_on_is_offered_the_narrowest_first(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    select(desk, "every three months")
    seen: list[BookmarkDraft] = []

    def choose(draft: BookmarkDraft) -> BookmarkDraft:
        seen.append(draft)
        return replace(draft, target=1, note="Ask the IRO.\nBefore the review.", tags=("court",), colour=None)

    desk.dialogs.draft = choose
    desk.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    desk.wait()
    words, passage, chapter = seen[0].targets
    assert words == "“every three months”"
    assert passage.startswith("The passage “")
    assert chapter == "The whole chapter"
    kept = bookmarks(desk)[0]
    assert kept.note == "Ask the IRO.\nBefore the review."
    assert kept.tags == ("court",)
    assert kept.location.anchor is not None
    assert kept.quote is not None
    assert not kept.quote.is_selection
    assert "every three months" in kept.quote.exact


def test_every_colour_has_a_line_of_its_own(desk: OpenDesk) -> None:
    bookmark = highlight(desk, "contact", "every three months")
    styles = set()
    for colour in Colour:
        desk.window.bookmarks.colour_requested.emit(ColourChoice((bookmark,), colour))
        desk.wait()
        view = desk.window.current_view
        assert view is not None
        selection = view.text.extraSelections()[0]
        form = selection.format
        styles.add((form.underlineStyle(), form.background().color().name()))
    assert len({style for style, _ in styles}) == len({behind for _, behind in styles}) == len(Colour)


def test_keys_step_from_highlight_to_highlight_and_choose_it_in_the_panel(desk: OpenDesk) -> None:
    highlight(desk, "contact", "every three months")
    view = desk.window.current_view
    assert view is not None
    later = view.text.document().find("contact", view.text.textCursor().selectionEnd())
    view.text.setTextCursor(later)
    desk.window.actions_by_id[ActionId.HIGHLIGHT].trigger()
    desk.wait()
    view.text.moveCursor(QTextCursor.MoveOperation.Start)
    for expected in ("every three months", "contacts", "every three months"):
        desk.window.actions_by_id[ActionId.NEXT_HIGHLIGHT].trigger()
        assert view.text.textCursor().selectedText() == expected
    desk.window.actions_by_id[ActionId.PREVIOUS_HIGHLIGHT].trigger()
    assert view.text.textCursor().selectedText() == "contacts", "half a word is taken as a whole"
    assert view.text.textCursor().selectionStart() == later.selectionStart()
    chosen = desk.window.bookmarks.tree.currentIndex().data(Role.LOCATION)
    assert chosen.quote.exact == "contacts"


def test_a_new_edition_carries_each_bookmark_over_with_a_verdict(desk: OpenDesk) -> None:
    changed = highlight(desk, "contact", "three months")
    same = highlight(desk, "case-records", "recorded")
    gone = highlight(desk, "strategy-meetings", "A strategy meeting is where social care")
    moved = highlight(
        desk,
        "strategy-meetings",
        "Each brings a check of its own records for every adult and child of the household",
    )
    install_second(desk)
    now = {bookmark.id: bookmark for bookmark in bookmarks(desk)}
    verdicts = {id_: bookmark.carried.verdict for id_, bookmark in now.items() if bookmark.carried}
    assert verdicts[same.id] is Verdict.SAME
    assert verdicts[gone.id] is Verdict.GONE
    assert verdicts[moved.id] is Verdict.MOVED
    assert now[moved.id].location.chapter == "child-protection-enquiries"
    assert verdicts[changed.id] in {Verdict.CHANGED, Verdict.UNSURE}
    assert now[gone.id].location.edition == 1
    assert now[gone.id].quote == gone.quote
    assert "carried over" in desk.window.activity.message
    assert now[gone.id].needs_a_look
    assert not now[same.id].needs_a_look


def test_a_bookmark_that_is_gone_opens_in_its_old_edition(desk: OpenDesk) -> None:
    gone = highlight(desk, "strategy-meetings", "A strategy meeting is where social care")
    install_second(desk)
    desk.go("contact", SALTBY)
    desk.window.bookmarks.select(gone.id)
    desk.window.bookmarks._on_open()
    desk.wait()
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location.edition == 1
    assert view.text.textCursor().selectedText() == "A strategy meeting is where social care"
    assert "Superseded" in " ".join(view.page.strip.warnings)
    assert "Gone: edition 2 does not hold these words" in desk.window.bookmarks.details.said


def test_both_texts_are_shown_where_the_words_changed(desk: OpenDesk) -> None:
    desk.go("subject-access-requests", SALTBY)
    words = "the search made, the pages withheld and each reason are recorded"
    bookmark = highlight(desk, "subject-access-requests", words)
    install_second(desk)
    desk.window.bookmarks.select(bookmark.id)
    said = desk.window.bookmarks.details.said
    assert "Text changed in edition 2" in said
    assert f"Then: “{words}”" in said
    assert "Now: “" in said
    assert "the search terms, the pages withheld" in said
    desk.window.bookmarks.details.settled.emit(bookmarks(desk)[0])
    desk.wait()
    assert not bookmarks(desk)[0].needs_a_look


def test_a_carry_over_is_undone_and_stays_undone(desk: OpenDesk, open_desk: DeskOpener) -> None:
    bookmark = highlight(desk, "contact", "three months")
    install_second(desk)
    carried = bookmarks(desk)[0]
    assert carried.carried is not None
    desk.window.bookmarks.details.carry_undo_requested.emit(carried)
    desk.wait()
    back = bookmarks(desk)[0]
    assert (back.location, back.quote) == (bookmark.location, bookmark.quote)
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    assert bookmarks(again)[0].location == bookmark.location


def test_the_whole_carry_over_is_one_step_of_undo(desk: OpenDesk) -> None:
    highlight(desk, "contact", "three months")
    highlight(desk, "case-records", "recorded")
    before = bookmarks(desk)
    install_second(desk)
    assert bookmarks(desk) != before
    desk.window.bookmarks._on_undo()
    desk.wait()
    assert bookmarks(desk) == before


def test_what_is_not_sure_is_asked_about_and_put_where_the_person_says(desk: OpenDesk) -> None:
    words = "may notice an arrangement"
    desk.go("private-fostering", SALTBY)
    view = desk.window.current_view
    assert view is not None
    if view.text.document().find(words).isNull():
        words = "notice an arrangement"
    bookmark = highlight(desk, "private-fostering", words)
    install_second(desk)
    carried = bookmarks(desk)[0].carried
    assert carried is not None
    assert carried.verdict is Verdict.UNSURE
    assert bookmarks(desk)[0].location.edition == 1, "nothing is guessed"
    desk.window.bookmarks.select(bookmark.id)
    desk.wait()
    details = desk.window.bookmarks.details
    assert details._places.count() >= 1
    details.place_chosen.emit(PlaceChoice(bookmarks(desk)[0], 0))
    desk.wait()
    put = bookmarks(desk)[0]
    assert put.location.edition == 2
    assert not put.needs_a_look


def test_bookmarks_of_a_manual_that_is_absent_are_left_as_they_are(desk: OpenDesk) -> None:
    bookmark = highlight(desk, "contact", "three months")
    desk.window.actions_by_id[ActionId.REMOVE_EDITION].trigger()
    desk.wait()
    assert bookmarks(desk) == (bookmark,)


def test_several_are_moved_tagged_coloured_and_removed_at_once(desk: OpenDesk) -> None:
    one = highlight(desk, "contact", "three months")
    two = highlight(desk, "case-records", "recorded")
    three = highlight(desk, "strategy-meetings", "pool what they know")
    panel = desk.window.bookmarks
    panel.move_requested.emit(BookmarkMove((three.id, one.id), None, 0))
    desk.wait()
    assert [bookmark.id for bookmark in bookmarks(desk)] == [three.id, one.id, two.id]
    panel.tree.selectAll()
    assert len(panel.selected.bookmarks) == 3
    desk.dialogs.texts = ["court, #urgent"]
    panel._on_tag()
    desk.wait()
    assert {bookmark.tags for bookmark in bookmarks(desk)} == {("court", "urgent")}
    panel.tree.selectAll()
    panel._on_remove()
    desk.wait()
    assert bookmarks(desk) == ()
    panel._on_undo()
    desk.wait()
    assert len(bookmarks(desk)) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("three", 1),
        ("#court", 1),
        ("#cou", 1),
        ("yellow", 2),
        ("contact months", 1),
        ("nothing of it", 0),
        ("", 2),
    ],
)
def test_the_filter_looks_at_everything_that_is_said_of_a_bookmark(
    desk: OpenDesk, text: str, count: int
) -> None:
    one = highlight(desk, "contact", "three months")
    highlight(desk, "case-records", "recorded")
    desk.desk.workspace.personal.change_bookmarks([replace(one, tags=("court",))])
    desk.desk.bookmarks.load()
    desk.wait()
    panel = desk.window.bookmarks
    desk.window.show_side(panel)
    panel.filter_by(text)
    assert panel.tree.model().rowCount() == count
    assert panel._nothing.isVisibleTo(panel) == (count == 0)


def test_every_export_holds_the_words_and_the_note(desk: OpenDesk, tmp_path: Path) -> None:
    one = highlight(desk, "contact", "three months")
    desk.desk.workspace.personal.change_bookmarks([replace(one, note="Ask <b>again</b>")])
    desk.dialogs.folder = tmp_path
    for kind in range(5):
        desk.dialogs.choice = kind
        desk.window.actions_by_id[ActionId.EXPORT_BOOKMARKS].trigger()
        desk.wait()
    for ending in ("html", "md", "csv", "jsonld", "json"):
        text = (tmp_path / f"bookmarks.{ending}").read_text("utf-8-sig")
        assert "three months" in text
        assert "Ask" in text
        assert "<b>again</b>" not in text or ending not in {"html", "md"}
    page = json.loads((tmp_path / "bookmarks.jsonld").read_text())
    selectors = {selector["type"] for selector in page["items"][0]["target"]["selector"]}
    assert selectors == {"FragmentSelector", "TextQuoteSelector"}


@pytest.mark.parametrize("ending", ["json", "jsonld"])
def test_an_import_brings_the_highlight_back_and_replaces_nothing(
    desk: OpenDesk, tmp_path: Path, ending: str
) -> None:
    one = highlight(desk, "contact", "three months")
    desk.desk.workspace.personal.change_bookmarks([replace(one, note="mine", tags=("court",))])
    desk.dialogs.folder = tmp_path
    desk.dialogs.choice = ["html", "md", "csv", "jsonld", "json"].index(ending)
    desk.window.actions_by_id[ActionId.EXPORT_BOOKMARKS].trigger()
    desk.wait()
    desk.desk.workspace.personal.change_bookmarks([replace(one, note="newer")])
    desk.dialogs.file = tmp_path / f"bookmarks.{ending}"
    desk.window.actions_by_id[ActionId.IMPORT_BOOKMARKS].trigger()
    desk.wait()
    assert [bookmark.note for bookmark in bookmarks(desk)] == ["newer"]
    desk.desk.workspace.personal.remove([one.id])
    desk.window.actions_by_id[ActionId.IMPORT_BOOKMARKS].trigger()
    desk.wait()
    (again,) = bookmarks(desk)
    assert (again.note, again.tags, again.location, again.colour) == (
        "mine",
        ("court",),
        one.location,
        one.colour,
    )
    assert again.quote is not None
    assert again.quote.exact == "three months"
    assert highlighted(desk) == ["three months"]


def test_the_dialog_gives_back_what_was_put_into_it(desk: OpenDesk) -> None:
    draft = BookmarkDraft(
        "Name", ("“words”", "The whole chapter"), 0, "Court", ("a", "b"), Colour.BLUE, "note"
    )
    dialog = BookmarkDialog("Bookmark", draft, ("Court",), ("a",), desk.window)
    assert dialog.draft == draft
    dialog._target.setCurrentIndex(1)
    assert dialog.draft.colour is None, "only words are highlighted"
    dialog._tags.setText(" #x, x,, y ")
    dialog._name.setText("  ")
    assert dialog.draft.tags == ("x", "y")
    assert dialog.draft.name == "Name"
    dialog.deleteLater()


def test_a_passage_that_is_bookmarked_has_a_sign_beside_its_heading(desk: OpenDesk) -> None:
    desk.go("contact", SALTBY)
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    anchor = next(passage.anchor for passage in view.page.passages if passage.level > 1)
    before = view.text.grab().toImage()
    desk.desk.workspace.personal.add_bookmark(
        "x",
        Location(SALTBY, "contact", 1, anchor),
        "5.7",
        None,
        quote=desk.desk.workspace.carrying.targets(
            desk.desk.library_state.snapshot, Location(SALTBY, "contact", 1, anchor), None
        )[0].quote,
    )
    desk.desk.bookmarks.load()
    desk.wait()
    assert view.text.grab().toImage() != before


def test_whatever_is_selected_on_screen_is_found_in_the_text_and_highlighted_there(desk: OpenDesk) -> None:
    """Over tables, boxes, lists and the links that are added for the screen."""
    chance = random.Random(7)  # noqa: S311
    carrying = desk.desk.workspace.carrying
    missed: list[str] = []
    tried = 0
    for chapter in (
        "contact",
        "case-records",
        "private-fostering",
        "strategy-meetings",
        "subject-access-requests",
    ):
        desk.go(chapter, SALTBY)
        view = desk.window.current_view
        assert view is not None
        assert view.page is not None
        title_end = len(view.page.title) + 1
        length = view.text.document().characterCount() - 1
        for _ in range(25):
            start = chance.randrange(title_end, length - 60)
            end = start + chance.choice((12, 40, 200))
            cursor = view.text.textCursor()
            cursor.setPosition(start)
            cursor.setPosition(min(end, length), QTextCursor.MoveMode.KeepAnchor)
            view.text.setTextCursor(cursor)
            chosen = view.text.selection
            if chosen is None:
                continue
            tried += 1
            start = view.text.textCursor().selectionStart()  # Qt takes whole rows of a table
            words, before, anchor = chosen
            location = Location(SALTBY, chapter, 1, anchor)
            targets = carrying.targets(desk.desk.library_state.snapshot, location, Selection(words, before))
            quote = targets[0].quote
            if quote is None or not quote.is_selection:
                missed.append(words)
                continue
            shown = Highlight(
                "x", targets[0].location.anchor, quote.exact, quote.prefix, Colour.YELLOW, False
            )
            view.text.set_highlights((shown,))
            places = [(first, last) for first, last, _ in view.text._places_of_highlights()]
            assert len(places) == 1, words
            first, last = places[0]
            assert first <= start + len(words) - len(words.lstrip()), words
            assert last >= start + len(words.rstrip()), words
    assert tried > 100
    assert missed == []


def test_two_windows_on_one_file_see_each_others_bookmarks(desk: OpenDesk, open_desk: DeskOpener) -> None:
    other = open_desk(desk.desk.workspace.places.base_dir)
    highlight(desk, "contact", "three months")
    assert bookmarks(other)[0].quote is not None
    other.go("contact", SALTBY)
    assert highlighted(other) == []
    other.window.came_to_front.emit()
    other.wait()
    assert highlighted(other) == ["three months"]
    assert other.window.bookmarks.tree.model().rowCount() == 1
    other.window.bookmarks._on_undo()
    other.wait()
    assert len(bookmarks(desk)) == 1, "undo takes back one's own changes only"
