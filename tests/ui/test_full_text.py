"""Chapters whose text is held, in the real window: headings, pictures, links, hostile ones, a second edition."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from reader.domain.location import Location
from reader.ui.actions import ActionId
from tests.support.worlds import EASTSHIRE, WESTSHIRE, WESTSHIRE_FOSTERING, World
from tests.ui.conftest import DeskOpener, OpenDesk


@pytest.fixture
def shires(open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path) -> OpenDesk:
    """A window with the manuals of two shires, texts and all."""
    files = [
        world.bundle(WESTSHIRE, words="Bring the zebra form.").write(tmp_path, "west.manual"),
        world.bundle(EASTSHIRE).write(tmp_path, "east.manual"),
    ]
    desk = open_desk(tmp_path / "library", *files, trust=root_file, is_sample=False)
    desk.wait()
    assert desk.dialogs.shown == []
    return desk


def _red_pixels(desk: OpenDesk) -> int:
    view = desk.window.current_view
    assert view is not None
    image = view.text.grab().toImage()
    red = QColor("#ff0000").rgb()
    return sum(
        image.pixelColor(x, y).rgb() == red for x in range(image.width()) for y in range(image.height())
    )


def test_a_held_chapter_shows_its_text_and_who_signed_it(shires: OpenDesk) -> None:
    shires.go("home-visits", WESTSHIRE)
    assert shires.page_text.startswith("Home Visits\nSee every child alone")
    view = shires.window.current_view
    assert view is not None
    assert "Signed by shires officer of westshire/procedures 1" in view.strip.text
    assert "sample" not in view.strip.text


def test_the_outline_leads_to_the_passages(shires: OpenDesk) -> None:
    shires.window.resize(700, 300)
    shires.go("home-visits", WESTSHIRE)
    view = shires.window.current_view
    assert view is not None
    entries = view.strip.outline.menu().actions()
    assert [entry.text().strip() for entry in entries] == ["Home Visits", "Before the visit"]
    view.text.resize(300, 60)
    entries[1].trigger()
    assert view.text.verticalScrollBar().value() > 0
    shires.go("missing-children", WESTSHIRE)
    view = shires.window.current_view
    assert view is not None
    assert view.strip.outline.isHidden(), "a chapter that is not held has no passages"


def test_a_picture_of_the_bundle_is_painted(shires: OpenDesk) -> None:
    shires.go("private-fostering", WESTSHIRE)
    assert _red_pixels(shires) == 1, "the test picture is one red pixel"


def test_a_hit_opens_at_its_passage_with_the_words_marked(shires: OpenDesk) -> None:
    shires.type_search("zebra")
    assert shires.window.results.tree.model().rowCount() == 1
    shires.qtbot.keyClick(shires.window.search_field, Qt.Key.Key_Return)
    shires.wait()
    view = shires.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location == Location(WESTSHIRE, "home-visits", 1, "before-the-visit")
    assert view.text.mark_position == (1, 1)
    text = view.text.toPlainText()
    assert view.text.textCursor().position() == text.index("zebra")


def test_held_chapters_are_compared_side_by_side(shires: OpenDesk) -> None:
    shires.go("home-visits", WESTSHIRE)
    shires.window.actions_by_id[ActionId.COMPARE].trigger()
    shires.wait()
    page = shires.window.comparison.page
    assert page is not None
    assert page.location.manual == EASTSHIRE
    assert "See every child alone" in page.html


def test_a_newer_edition_takes_the_place_of_the_older_in_the_tree_and_the_older_says_so(
    shires: OpenDesk, world: World, tmp_path: Path
) -> None:
    shires.go("home-visits", WESTSHIRE)
    newer = world.bundle(WESTSHIRE, 2, words="Bring the giraffe form.").write(tmp_path, "west-2.manual")
    shires.desk.library.install((newer,))
    shires.wait()
    view = shires.window.current_view
    assert view is not None
    assert "Superseded: edition 2 of this manual is installed" in view.strip.text, (
        "the open page stays, and says so"
    )
    assert "zebra" in shires.page_text
    assert shires.window.library.model.rowCount() == 2
    shires.go("home-visits", WESTSHIRE)
    assert "giraffe" in shires.page_text, "without an edition the current one opens"


@pytest.mark.threat(20)
def test_a_rollback_is_refused_with_both_numbers(shires: OpenDesk, world: World, tmp_path: Path) -> None:
    shires.desk.library.install((world.bundle(WESTSHIRE, 5).write(tmp_path, "5.manual"),))
    shires.wait()
    shires.desk.library.install((world.bundle(WESTSHIRE, 3).write(tmp_path, "3.manual"),))
    shires.wait()
    (message,) = shires.dialogs.shown
    assert "edition 3" in message
    assert "edition 5" in message


@pytest.mark.threat(44)
@pytest.mark.parametrize(
    ("html", "cause"),
    [
        ("<table><tr><td>" * 12 + "x" + "</td></tr></table>" * 12, "tables are nested"),
        ("<p>" + "x" * 5000 + "</p>", "a word is longer"),
        ("<div></b>" * 3000, "nested"),
        ("<table>" + "<tr><td>x</td></tr>" * 6001 + "</table>", "more than 6,000 cells"),
    ],
    ids=["nested tables", "huge word", "deep", "huge table"],
)
def test_a_hostile_chapter_costs_a_message_and_the_rest_stays_readable(  # noqa: PLR0917  # fixtures
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path, html: str, cause: str
) -> None:
    target = "chapters/private-fostering.html"
    bundle = world.bundle(WESTSHIRE).with_signed_file(target, html.encode())
    desk = open_desk(
        tmp_path / "library", bundle.write(tmp_path, "west.manual"), trust=root_file, is_sample=False
    )
    desk.wait()
    desk.go("private-fostering", WESTSHIRE)
    assert "too complex to be shown safely" in desk.page_text
    assert cause in desk.page_text
    view = desk.window.current_view
    assert view is not None
    assert "Westshire Council" in view.strip.text
    desk.go("home-visits", WESTSHIRE)
    assert desk.page_text.startswith("Home Visits")
    desk.type_search("chronology")
    assert desk.window.results.tree.model().rowCount() == 1, "the other chapters are indexed"


@pytest.mark.threat(40, 41, 42)
def test_scripts_handlers_and_foreign_pictures_of_a_signed_chapter_are_not_shown(
    open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path
) -> None:
    red = tmp_path / "red.png"
    red.write_bytes(bytes(world.bundle(WESTSHIRE).files[f"{WESTSHIRE}/media/flow.png"]))
    html = (
        f'<h1>Attack</h1><script>alert(1)</script><p onclick="x()">Text</p><img src="{red.as_uri()}">'
        '<img src="http://127.0.0.1:9/track.png"><a href="javascript:alert(1)">go</a><iframe src="x"></iframe>'
    )
    target = "chapters/private-fostering.html"
    bundle = world.bundle(WESTSHIRE).with_signed_file(target, html.encode())
    desk = open_desk(
        tmp_path / "library", bundle.write(tmp_path, "west.manual"), trust=root_file, is_sample=False
    )
    desk.wait()
    desk.go("private-fostering", WESTSHIRE)
    view = desk.window.current_view
    assert view is not None
    assert view.page is not None
    for word in ("script", "onclick", "file:", "127.0.0.1", "javascript", "iframe"):
        assert word not in view.page.html
    assert "alert" not in desk.page_text
    assert _red_pixels(desk) == 0


def test_a_bundle_that_changes_on_disk_while_it_is_open_is_not_shown_any_more(
    shires: OpenDesk, tmp_path: Path
) -> None:
    file = tmp_path / "library" / "library" / "westshire" / "procedures" / "1.manual"
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"See every child alone", b"See every adult alone"))
    shires.go("home-visits", WESTSHIRE)
    assert shires.window.tabs.count() == 0
    assert "was changed after it was signed" in shires.window.activity.message


def test_a_bookmark_and_the_session_follow_to_the_newer_edition(
    shires: OpenDesk, open_desk: DeskOpener, world: World, root_file: Path, tmp_path: Path
) -> None:
    shires.go("home-visits", WESTSHIRE)
    shires.window.actions_by_id[ActionId.ADD_BOOKMARK].trigger()
    shires.wait()
    newer = world.bundle(WESTSHIRE, 2, words="Bring the giraffe form.").write(tmp_path, "west-2.manual")
    shires.desk.library.install((newer,))
    shires.wait()
    shires.window.bookmarks.tree.entry_activated.emit(shires.window.bookmarks._tree_value.bookmarks[0])
    shires.wait()
    assert "giraffe" in shires.page_text
    shires.window.tabs.removeTab(1)
    base_dir = shires.desk.workspace.places.base_dir
    shires.desk.close()
    again = open_desk(base_dir, trust=root_file, is_sample=False)
    again.wait()
    assert "giraffe" in again.page_text


def test_pictures_are_shown_in_the_comparison_too(shires: OpenDesk) -> None:
    shires.go("private-fostering", WESTSHIRE)
    shires.window.actions_by_id[ActionId.COMPARE].trigger()
    shires.wait()
    image = shires.window.comparison._view.text.grab().toImage()
    red = QColor("#ff0000").rgb()
    assert (
        sum(image.pixelColor(x, y).rgb() == red for x in range(image.width()) for y in range(image.height()))
        == 1
    )


def test_the_tree_stays_open_and_selected_when_a_manual_is_added(
    shires: OpenDesk, world: World, tmp_path: Path
) -> None:
    shires.go("home-visits", WESTSHIRE)
    tree = shires.window.library.tree
    assert tree.currentIndex().data() == "1.1 Home Visits"
    shires.desk.library.install((world.bundle(WESTSHIRE_FOSTERING).write(tmp_path, "fostering.manual"),))
    shires.wait()
    assert shires.window.library.model.rowCount() == 3
    assert tree.currentIndex().data() == "1.1 Home Visits"
    assert tree.isExpanded(tree.currentIndex().parent())
