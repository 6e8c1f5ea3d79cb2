from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, QModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel, QToolButton
from pytestqt.modeltest import ModelTester

from reader.domain.contents import Status
from reader.ui.actions import ActionId
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
    desk.window.results.filters.choose_status(Status.UNDER_REVIEW)
    desk.wait()
    titles = [title for rows in _shown(desk).values() for title in rows]
    assert titles
    assert len(titles) < everything
    assert "3.1.13 Access to Birth Records and Adoption Case Records" in titles


def test_hits_show_the_path_of_their_chapter(desk: OpenDesk) -> None:
    desk.type_search("staying put policy")
    model = desk.window.results.tree.model()
    first = model.index(0, 0, model.index(0, 0))
    assert "Leaving Care" in first.data(Role.SHOWN).path


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


def _summary(desk: OpenDesk) -> str:
    labels = desk.window.results.findChildren(QLabel)
    return next(label.text() for label in labels if label.accessibleDescription() == "Search summary")


def _box(desk: OpenDesk, name: str) -> QComboBox:
    boxes = desk.window.results.filters.findChildren(QComboBox)
    return next(box for box in boxes if box.accessibleName() == name)


def _choose(desk: OpenDesk, name: str, text: str) -> None:
    """Choose a row of a box as a person does."""
    box = _box(desk, name)
    row = next(row for row in range(box.count()) if box.itemText(row).startswith(text))
    box.setCurrentIndex(row)
    box.activated.emit(row)
    desk.wait()


def test_one_can_look_in_the_division_in_front_and_everywhere_again(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.type_search("policy")
    everywhere = sum(map(len, _shown(desk).values()))
    _choose(desk, "Search in", "This division")
    [(authority, inside)] = _shown(desk).items()
    assert authority.startswith("Lancashire County Council")
    assert "6.8.2 Staying Put Policy" in inside
    assert len(inside) < everywhere
    _choose(desk, "Search in", "This chapter")
    assert list(_shown(desk).values()) == [["6.8.2 Staying Put Policy"]]
    _choose(desk, "Search in", "All manuals")
    assert sum(map(len, _shown(desk).values())) == everywhere


def test_one_can_look_in_several_manuals(desk: OpenDesk) -> None:
    desk.type_search("kinship")
    desk.dialogs.several = frozenset({0, 4})
    _choose(desk, "Search in", "Several manuals")
    assert set(_shown(desk)) == {
        "Bedford Borough Council (1 hit)",
        "Westmorland and Furness Council (1 hit)",
    }
    assert _box(desk, "Search in").currentText().startswith("2 manuals: Bedford Borough Council")


def test_a_day_before_every_edition_finds_nothing_and_says_why(desk: OpenDesk) -> None:
    desk.type_search("kinship")
    _choose(desk, "Editions", "As at")
    edit = next(
        e for e in desk.window.results.findChildren(QDateEdit) if e.accessibleName() == "Editions as at"
    )
    edit.setDate(QDate(1999, 1, 1))
    desk.wait()
    assert _shown(desk) == {}
    notes = [label.text() for label in desk.window.results.findChildren(QLabel)]
    assert any("As at 1 January 1999" in note and "No edition of" in note for note in notes)
    _choose(desk, "Editions", "All editions")
    assert len(_shown(desk)) == 3


def test_a_slip_in_the_syntax_is_said_in_plain_words(desk: OpenDesk) -> None:
    desk.type_search("(kinship OR")
    assert len(_shown(desk)) == 3
    notes = [label.text() for label in desk.window.results.findChildren(QLabel)]
    assert any("A bracket is not closed" in note for note in notes)


def test_a_saved_search_comes_back_with_its_filter_in_the_next_session(
    library_dir: Path, open_desk: DeskOpener
) -> None:
    desk = open_desk(library_dir)
    desk.type_search("adoption")
    _choose(desk, "Status", "Under review")
    found = _shown(desk)
    save = next(b for b in desk.window.results.findChildren(QToolButton) if b.text() == "Save search")
    desk.qtbot.mouseClick(save, Qt.MouseButton.LeftButton)
    desk.wait()
    assert save.isChecked()
    desk.desk.close()
    again = open_desk(library_dir)
    again.window.actions_by_id[ActionId.SEARCH].trigger()
    again.wait()
    assert _shown(again) == {"Saved searches": ["adoption"]}
    again.window.results.activate_current()
    again.wait()
    assert again.window.search_field.text() == "adoption"
    assert _box(again, "Status").currentText() == "Under review"
    assert _shown(again) == found


def test_a_search_that_led_somewhere_is_offered_again_until_it_is_forgotten(desk: OpenDesk) -> None:
    desk.type_search("csap")
    desk.qtbot.keyClick(desk.window.search_field, Qt.Key.Key_Return)
    desk.wait()
    desk.window.search_field.clear()
    desk.window.actions_by_id[ActionId.SEARCH].trigger()
    desk.wait()
    assert _shown(desk) == {"Recent searches": ["csap"]}
    desk.qtbot.keyClick(desk.window.results.tree, Qt.Key.Key_Delete)
    desk.wait()
    assert _shown(desk) == {}


def test_hits_are_exported_with_what_vouches_for_them(desk: OpenDesk, tmp_path: Path) -> None:
    desk.dialogs.folder = tmp_path
    desk.type_search("kinship")
    for choice, name in enumerate(("search.csv", "search.html")):
        desk.dialogs.choice = choice
        export = next(b for b in desk.window.results.findChildren(QToolButton) if b.text() == "Export…")
        desk.qtbot.mouseClick(export, Qt.MouseButton.LeftButton)
        desk.wait()
        assert _summary(desk) == f"Written: {tmp_path / name}"
        text = (tmp_path / name).read_text(encoding="utf-8-sig")
        assert "Bedford Borough Council" in text
        assert "Kinship Care" in text
        assert "Signed by" in text
        assert "Sample library" in text


def test_found_words_are_marked_in_titles_too(desk: OpenDesk) -> None:
    desk.type_search("kinship")
    model = desk.window.results.tree.model()
    first = model.index(0, 0, model.index(0, 0))
    assert [str(first.data())[start:end] for start, end in first.data(Role.SHOWN).title_marks] == ["Kinship"]
