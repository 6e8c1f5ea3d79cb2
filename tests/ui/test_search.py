from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt
from pytestqt.modeltest import ModelTester

from reader.domain.contents import Status
from reader.ui.models.nodes import Role
from tests.ui.conftest import WAIT_MS, DeskOpener, OpenDesk


def _shown(desk: OpenDesk) -> dict[str, list[str]]:
    """The chapters that were found, by authority row."""
    model = desk.window.results.tree.model()
    found: dict[str, list[str]] = {}
    for row in range(model.rowCount()):
        top = model.index(row, 0)
        found[str(top.data())] = [str(model.index(i, 0, top).data()) for i in range(model.rowCount(top))]
    return found


def test_hits_appear_as_one_types_grouped_by_authority(desk: OpenDesk) -> None:
    desk.type_search("kinship")
    assert desk.window.is_showing_results
    assert _shown(desk) == {
        "Bedford Borough Council (1 hit)": ["2.1.4 Kinship Care"],
        "Westmorland and Furness Council (1 hit)": ["1.1.6 Kinship Care"],
        "Leicestershire County Council (2 hits)": [
            "3.4.1 Family and Friends Care (Kinship Care)",
            "4.2.2 Placements with Connected Persons (Kinship Care)",
        ],
    }


def test_a_half_typed_word_finds_its_whole(desk: OpenDesk) -> None:
    desk.type_search("kins")
    assert "Bedford Borough Council (1 hit)" in _shown(desk)


def test_a_number_goes_straight_to_its_chapters(desk: OpenDesk) -> None:
    desk.type_search("4.2.2")
    titles = [title for rows in _shown(desk).values() for title in rows]
    assert "4.2.2 Placements with Connected Persons (Kinship Care)" in titles
    assert all(title.startswith("4.2.2") for title in titles)


def test_enter_opens_the_best_hit_with_its_words_marked(desk: OpenDesk) -> None:
    desk.type_search("csap")
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Return)
    desk.wait()
    view = desk.window.current_view
    assert view is not None
    assert not desk.window.is_showing_results
    number, total = view.text.mark_position
    assert 1 <= number <= total


def test_escape_goes_back_to_the_chapter(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.type_search("kinship")
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Escape)
    assert not desk.window.is_showing_results
    assert desk.page_text.startswith("6.8.2")


def test_down_from_the_field_walks_the_hits(desk: OpenDesk) -> None:
    desk.window.activateWindow()
    desk.type_search("kinship")
    desk.window.search_field.setFocus()
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Down)
    tree = desk.window.results.tree
    assert desk.window.focusWidget() is tree
    assert tree.currentIndex().data() == "2.1.4 Kinship Care"
    desk.qtbot.keyClick(tree, Qt.Key.Key_Down)
    desk.qtbot.keyClick(tree, Qt.Key.Key_Down)
    desk.qtbot.keyClick(tree, Qt.Key.Key_Return)
    desk.wait()
    assert desk.page_text.startswith("1.1.6 Kinship Care")


def test_a_slip_of_the_finger_is_answered_with_the_right_word(desk: OpenDesk) -> None:
    desk.type_search("kinshp")
    assert "Bedford Borough Council (1 hit)" in _shown(desk)
    desk.window.results.suggestion_chosen.emit("kinship")
    desk.qtbot.waitUntil(lambda: desk.window.search_field.text() == "kinship", timeout=WAIT_MS)
    desk.wait()
    assert "Bedford Borough Council (1 hit)" in _shown(desk)


def test_nothing_found_is_said_and_no_hit_of_before_stays(desk: OpenDesk) -> None:
    desk.type_search("kinship")
    desk.type_search("xyzzyx")
    assert _shown(desk) == {}
    assert desk.window.results.tree.isHidden()


def test_the_status_narrows_the_search(desk: OpenDesk) -> None:
    desk.type_search("adoption")
    everything = sum(len(rows) for rows in _shown(desk).values())
    desk.window.results.choose_status(Status.UNDER_REVIEW)
    desk.wait()
    titles = [title for rows in _shown(desk).values() for title in rows]
    assert titles
    assert len(titles) < everything
    assert "3.1.13 Access to Birth Records and Adoption Case Records" in titles


def test_hits_show_the_path_of_their_chapter(desk: OpenDesk) -> None:
    desk.type_search("staying put policy")
    model = desk.window.results.tree.model()
    first = model.index(0, 0, model.index(0, 0))
    assert "Leaving Care" in str(first.data(Role.PATH))


def test_the_results_model_keeps_qts_rules(desk: OpenDesk, qtmodeltester: ModelTester) -> None:
    desk.type_search("placement")
    model = desk.window.results.tree.model()
    assert model.rowCount(QModelIndex()) == 5
    qtmodeltester.check(model, force_py=True)


def test_a_library_without_indexes_builds_them_and_then_finds(
    library_dir: Path, open_desk: DeskOpener
) -> None:
    """The child process runs while the window lives; its progress was shown and is gone when it is done."""
    for folder in (library_dir / "index").iterdir():
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
    desk = open_desk(library_dir)
    assert len(list((library_dir / "index").iterdir())) == 5
    assert desk.window.activity.activity == ""
    desk.type_search("kinship")
    assert len(_shown(desk)) == 3


def test_a_word_without_end_does_not_widen_the_window(desk: OpenDesk) -> None:
    width = desk.window.width()
    desk.type_search("x" * 20_000)
    desk.qtbot.wait(50)
    assert desk.window.width() == width


def test_escape_right_after_the_last_key_stays_with_the_chapter(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.window.search_field.setText("kinship")
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Escape)
    desk.qtbot.wait(200)
    desk.wait()
    assert not desk.window.is_showing_results


def test_enter_before_the_answer_came_opens_the_best_hit_of_what_is_typed(desk: OpenDesk) -> None:
    desk.window.search_field.setText("kinship")
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Return)
    desk.wait()
    assert desk.page_text.startswith("2.1.4 Kinship Care")
    desk.qtbot.wait(150)
    desk.wait()
    assert not desk.window.is_showing_results
