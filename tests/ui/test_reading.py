from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QDesktopServices, QFont, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from reader.domain.contents import SeeAlso, walk
from reader.domain.location import Location
from reader.domain.manual import ManualId
from reader.domain.page import Page
from reader.services.pages import PageService
from reader.services.snapshot import LibrarySnapshot
from reader.store.places import sample_root_file
from reader.ui.actions import ActionId
from reader.ui.controllers.navigation import NavigationController
from tests.ui.conftest import LANCASHIRE, WAIT_MS, DeskOpener, OpenDesk


def test_a_chapter_opens_in_a_tab_with_its_provenance(desk: OpenDesk) -> None:
    desk.go("family-and-friends-care")
    view = desk.window.current_view
    assert view is not None
    assert desk.window.tabs.tabText(0) == "5.4.1 Family and Friends Care"
    strip = view.strip.text
    for words in (
        "Lancashire County Council › 5 Children in Particular Circumstances › 5.4 Family and Friends Care",
        "edition 1, in force from 22 November 2026, review by 22 November 2027",
        "Signed by Sample signer (sample key), verified at",
        "Updated",
        "Do not use it for practice",
    ):
        assert words in strip


def test_a_chapter_that_is_not_held_says_where_its_text_lives(desk: OpenDesk) -> None:
    desk.go("allegations-against-foster-carers")
    text = desk.page_text
    assert "The text of this chapter is not in this bundle" in text
    assert (
        "Blackburn with Darwen, Blackpool and Lancashire Children's Safeguarding Assurance Partnership"
        in text
    )
    assert "Under review" in text


def test_a_chapter_that_is_not_held_leads_to_its_counterparts(desk: OpenDesk) -> None:
    desk.go("allegations-against-foster-carers")
    assert "4.10 Allegations Against Foster Carers" in desk.page_text
    desk.desk.navigation.follow("manual:bedford-borough/procedures/allegations-against-foster-carers")
    desk.wait()
    assert desk.window.tabs.count() == 2
    assert desk.page_text.startswith("4.10 Allegations Against Foster Carers")


def test_see_alsos_of_a_chapter_are_links(desk: OpenDesk) -> None:
    desk.go("permanence-policy")
    view = desk.window.current_view
    assert view is not None
    assert "manual:lancashire/procedures/early-permanence" in view.text.toHtml()


def test_the_cover_shows_the_whole_contents_list(desk: OpenDesk) -> None:
    desk.go(None)
    assert "Contents list only" in desk.page_text
    bundle = desk.desk.library_state.snapshot.get(LANCASHIRE, 1, date(2026, 11, 22))
    see_alsos = [entry for entry, _ in walk(bundle.edition.contents.entries) if isinstance(entry, SeeAlso)]
    assert len(see_alsos) > 20
    assert desk.page_text.count("See also:") == len(see_alsos)
    assert "7.4.5 Child Arrangements Order Allowances" in desk.page_text


def test_the_same_chapter_opens_one_tab(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.go("direct-payments")
    desk.go("staying-put-policy")
    assert desk.window.tabs.count() == 2
    assert desk.page_text.startswith("6.8.2")


def test_back_and_forward_walk_the_way(desk: OpenDesk) -> None:
    actions = desk.window.actions_by_id
    assert not actions[ActionId.BACK].isEnabled()
    for chapter in ("staying-put-policy", "direct-payments", "young-carers"):
        desk.go(chapter)
    for expected in ("5.1.4", "6.8.2"):
        actions[ActionId.BACK].trigger()
        desk.wait()
        assert desk.page_text.startswith(expected)
    assert not actions[ActionId.BACK].isEnabled()
    actions[ActionId.FORWARD].trigger()
    desk.wait()
    assert desk.page_text.startswith("5.1.4")
    desk.go("private-fostering")
    assert not actions[ActionId.FORWARD].isEnabled()


def test_the_way_back_has_an_end(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.ui.controllers.navigation._MOST_STEPS_BACK", 2)
    actions = desk.window.actions_by_id
    for chapter in ("staying-put-policy", "direct-payments", "young-carers"):
        desk.go(chapter)
    actions[ActionId.BACK].trigger()
    desk.wait()
    assert desk.page_text.startswith("5.1.4")
    assert not actions[ActionId.BACK].isEnabled(), "what lies further back stands under Recent"


def test_a_tab_that_gives_way_is_named(desk: OpenDesk) -> None:
    contents = desk.desk.library_state.snapshot.editions(LANCASHIRE)[0].edition.contents
    chapters = list(contents.chapters())[:25]
    for chapter in chapters[:24]:
        desk.go(chapter.id)
    assert desk.window.tabs.count() == 24
    assert "was closed" not in desk.window.activity.message
    desk.go(chapters[24].id)
    assert desk.window.tabs.count() == 24
    assert chapters[0].title[:20] in desk.window.activity.message
    assert "was closed" in desk.window.activity.message
    desk.go(chapters[0].id)
    assert chapters[1].title[:20] in desk.window.activity.message, "it comes back, and the next one goes"


def test_tabs_close_and_the_last_one_leaves_the_welcome(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.window.actions_by_id[ActionId.CLOSE_TAB].trigger()
    assert desk.window.tabs.count() == 0
    assert desk.window.welcome.isVisible()


def test_find_in_page_counts_and_steps(desk: OpenDesk) -> None:
    desk.go(None)
    desk.window.actions_by_id[ActionId.FIND_IN_PAGE].trigger()
    view = desk.window.current_view
    assert view is not None
    desk.qtbot.keyClicks(desk.window.focusWidget(), "adoption panel")
    current, total = view.text.mark_position
    text = view.text.toPlainText().lower()
    assert (current, total) == (1, text.count("adoption panel"))
    assert view.text.textCursor().position() == text.find("adoption panel")
    desk.window.actions_by_id[ActionId.FIND_NEXT].trigger()
    assert view.text.textCursor().position() == text.find("adoption panel", text.find("adoption panel") + 1)


def test_a_link_out_of_the_manual_is_shown_and_asked_for(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    desk.dialogs.says_yes = False
    desk.desk.navigation.follow("https://www.example.org/page")
    assert opened == []
    assert "https://www.example.org/page" in desk.dialogs.asked[0]
    desk.dialogs.says_yes = True
    desk.desk.navigation.follow("https://www.example.org/page")
    assert opened == ["https://www.example.org/page"]


def test_links_to_files_and_scripts_are_never_opened(desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    for address in (
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "smb://host/share",
        "x",
        "",
    ):
        desk.desk.navigation.follow(address)
    assert opened == []
    assert desk.dialogs.asked == []


def test_a_location_that_is_not_installed_says_so_and_opens_nothing(desk: OpenDesk) -> None:
    desk.go("no-such-chapter")
    assert "no chapter “no-such-chapter”" in desk.window.activity.message
    desk.go(None, ManualId("nowhere", "procedures"))
    assert "is not installed" in desk.window.activity.message
    assert desk.window.tabs.count() == 0


def test_the_session_is_there_again_after_a_restart(desk: OpenDesk, open_desk: DeskOpener) -> None:
    desk.go("staying-put-policy")
    desk.go("direct-payments")
    desk.go("young-carers")
    desk.window.tabs.setCurrentIndex(1)
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    again.wait()
    assert [again.window.tabs.tabText(i) for i in range(3)] == [
        "6.8.2 Staying Put Policy",
        "5.1.4 Direct Payments",
        "5.5.1 Young Carers",
    ]
    assert again.window.tabs.currentIndex() == 1


def _chapters(desk: OpenDesk, count: int) -> list[str]:
    lancashire = desk.desk.library_state.snapshot.editions(LANCASHIRE)[-1]
    return [chapter.id for chapter in lancashire.edition.contents.chapters()][:count]


def _shown(desk: OpenDesk) -> list[str | None]:
    return [view.page.location.chapter for view in desk.window.views() if view.page is not None]


@pytest.mark.parametrize("front", [0, 2, 4])
def test_tabs_come_back_in_their_order_whichever_was_in_front(
    desk: OpenDesk, open_desk: DeskOpener, front: int
) -> None:
    chapters = _chapters(desk, 5)
    for chapter in chapters:
        desk.go(chapter)
    desk.window.tabs.setCurrentIndex(front)
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    assert _shown(again) == chapters
    assert again.window.tabs.currentIndex() == front


@pytest.mark.parametrize("front", [0, 3, 25])
def test_more_tabs_than_may_be_open_come_back_in_their_order(desk: OpenDesk, front: int) -> None:
    """Those of an absent manual are kept beside as many as may be open: one day they are all there."""
    chapters = _chapters(desk, 27)
    desk.desk.navigation.restore(
        tuple(Location(LANCASHIRE, chapter) for chapter in chapters), front, lambda: None
    )
    desk.wait()
    shown = [chapter for chapter in _shown(desk) if chapter is not None]
    assert len(shown) == 24
    assert shown == sorted(shown, key=chapters.index)
    assert shown[-1] == chapters[-1]


def test_a_tab_that_is_closed_while_the_others_come_back_costs_none_of_them(
    desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapters = _chapters(desk, 4)
    gate = threading.Event()
    page = PageService.page

    def slowly(self: PageService, snapshot: LibrarySnapshot, location: Location) -> Page:
        if location.chapter != chapters[1]:
            gate.wait(WAIT_MS / 1000)
        return page(self, snapshot, location)

    monkeypatch.setattr(PageService, "page", slowly)
    desk.desk.navigation.restore(
        tuple(Location(LANCASHIRE, chapter) for chapter in chapters), 1, lambda: None
    )
    desk.qtbot.waitUntil(lambda: _shown(desk) == [chapters[1]], timeout=WAIT_MS)
    desk.window.actions_by_id[ActionId.CLOSE_TAB].trigger()
    gate.set()
    desk.wait()
    assert _shown(desk) == [chapters[0], *chapters[2:]]


def test_the_place_that_is_read_stays_through_zooms(desk: OpenDesk) -> None:
    """The scroll bar grows with the window's letters, a turn after the text: the text is laid out anew then."""
    desk.go(None)
    view = desk.window.current_view
    assert view is not None
    bar = view.text.verticalScrollBar()
    bar.setValue(bar.maximum() * 3 // 10)
    place = view.text._place()
    for step in (1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1):
        desk.desk.appearance.zoom_by(step)
        desk.wait()
        desk.qtbot.wait(50)
    assert view.text._place()[0] == place[0]


def test_recent_chapters_are_listed_newest_first(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    desk.go("direct-payments")
    desk.go("staying-put-policy")
    model = desk.window.recent.tree.model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == [
        "6.8.2 Staying Put Policy",
        "5.1.4 Direct Payments",
    ]


def test_everything_can_be_done_with_the_keyboard(desk: OpenDesk) -> None:
    """Filter, walk down, open, search, open the hit, close the tab: no mouse."""
    window = desk.window
    window.activateWindow()
    window.actions_by_id[ActionId.FILTER_TREE].trigger()
    desk.qtbot.keyClicks(window.focusWidget(), "direct payments")
    desk.qtbot.waitUntil(lambda: window.library.tree.isExpanded(window.library.tree.model().index(0, 0)))
    desk.qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    assert window.focusWidget() is window.library.tree
    for _ in range(3):
        desk.qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
    desk.qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    desk.wait()
    assert "Direct Payments" in desk.page_text
    window.actions_by_id[ActionId.SEARCH].trigger()
    assert window.focusWidget() is window.search_field
    desk.type_search("staying put")
    desk.qtbot.keyClick(window.search_field, Qt.Key.Key_Return)
    desk.wait()
    assert "Staying Put" in desk.page_text
    assert window.tabs.count() == 2
    window.actions_by_id[ActionId.CLOSE_TAB].trigger()
    assert window.tabs.count() == 1


def test_every_control_has_a_name_for_screen_readers(desk: OpenDesk) -> None:
    window = desk.window
    desk.go("staying-put-policy")
    view = window.current_view
    assert view is not None
    for widget in (
        window.search_field,
        window.library.tree,
        window.bookmarks.tree,
        window.recent.tree,
        window.results.tree,
        window.tabs,
        window.side,
        view.text,
    ):
        assert widget.accessibleName(), widget


def test_zoom_grows_the_text_and_is_kept(desk: OpenDesk, open_desk: DeskOpener) -> None:
    desk.go("staying-put-policy")
    view = desk.window.current_view
    assert view is not None
    before = view.text.document().defaultFont().pointSizeF()
    for _ in range(10):
        desk.window.actions_by_id[ActionId.ZOOM_IN].trigger()
    assert view.text.document().defaultFont().pointSizeF() == before * 2
    desk.wait()
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    assert open_desk(base_dir).desk.appearance.settings.zoom_percent == 200


def test_a_location_with_an_edition_is_that_edition(desk: OpenDesk) -> None:
    desk.desk.navigation.go(Location(LANCASHIRE, "young-carers", 9))
    desk.wait()
    assert "Edition 9 of lancashire/procedures is not installed." in desk.window.activity.message


def test_a_tab_that_is_closed_while_its_page_is_made_anew_costs_nothing(desk: OpenDesk) -> None:
    for chapter in ("staying-put-policy", "direct-payments", "young-carers"):
        desk.go(chapter)
    desk.desk.navigation.refresh()
    while desk.window.tabs.count():
        desk.desk.navigation.close_tab()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    desk.wait()
    assert desk.window.tabs.count() == 0


def test_no_key_means_two_things(desk: OpenDesk) -> None:
    """Qt does nothing at all for a key that two actions or menus claim."""
    desk.go("staying-put-policy")
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()
    claimed: dict[str, list[str]] = {}
    for action in desk.window.findChildren(QAction):
        is_local = action.shortcutContext() is Qt.ShortcutContext.WidgetWithChildrenShortcut
        owner = type(action.parent()).__name__ if is_local else ""
        for key in action.shortcuts():
            claimed.setdefault(f"{owner} {key.toString()}", []).append(action.text())
    assert {key: texts for key, texts in claimed.items() if len(texts) > 1} == {}
    menus = [action.text() for action in desk.window.menuBar().actions()]
    letters = [text[text.index("&") + 1].lower() for text in menus]
    assert len(set(letters)) == len(letters)
    labels = [label.text() for label in desk.window.findChildren(QLabel) if label.isVisible()]
    buttons = [button.text() for button in desk.window.findChildren(QAbstractButton) if button.isVisible()]
    assert [text for text in labels + buttons if "&" in text.replace("&&", "")] == []


def test_the_wheel_with_ctrl_changes_the_size_of_the_text(desk: OpenDesk) -> None:
    desk.go("staying-put-policy")
    view = desk.window.current_view
    assert view is not None
    view.text.zoom_requested.emit(1)
    desk.wait()
    assert desk.desk.appearance.settings.zoom_percent == 110


def _session(desk: OpenDesk) -> list[str]:
    return [str(tab.chapter) for tab in desk.desk.workspace.personal.session().tabs]


def test_a_window_that_is_closed_before_its_tabs_are_back_forgets_none(
    desk: OpenDesk, open_desk: DeskOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.go("staying-put-policy")
    desk.go("direct-payments")
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    with monkeypatch.context() as patch:
        patch.setattr(NavigationController, "restore", lambda *_: None)  # the pages never come
        open_desk(base_dir).desk.close()
    again = open_desk(base_dir)
    again.wait()
    assert _session(again) == ["staying-put-policy", "direct-payments"]
    assert again.window.tabs.count() == 2


def test_tabs_whose_manual_is_absent_today_are_there_tomorrow(
    desk: OpenDesk, open_desk: DeskOpener, tmp_path: Path
) -> None:
    desk.go("staying-put-policy")
    desk.go("young-carers", ManualId("bedford-borough", "procedures"))
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    stick = base_dir / "library" / "lancashire"
    stick.rename(tmp_path / "stick")
    without = open_desk(base_dir, trust=sample_root_file(), is_sample=False)
    without.wait()
    assert without.window.tabs.count() == 1
    without.desk.close()
    (tmp_path / "stick").rename(stick)
    again = open_desk(base_dir, trust=sample_root_file(), is_sample=False)
    again.wait()
    assert sorted(_session(again)) == ["staying-put-policy", "young-carers"]
    assert again.window.tabs.count() == 2


def test_the_right_authority_is_in_front_again(desk: OpenDesk, open_desk: DeskOpener) -> None:
    for authority in ("bedford-borough", "cambridgeshire", "leicestershire"):
        desk.go("young-carers", ManualId(authority, "procedures"))
    desk.window.tabs.setCurrentIndex(1)
    base_dir = desk.desk.workspace.places.base_dir
    desk.desk.close()
    again = open_desk(base_dir)
    again.wait()
    view = again.window.current_view
    assert view is not None
    assert view.page is not None
    assert view.page.location.manual.authority == "cambridgeshire"


def test_a_large_system_font_makes_the_text_of_chapters_large(desk: OpenDesk, qapp: QApplication) -> None:
    usual = qapp.font()
    large = QFont(usual)
    large.setPointSizeF(usual.pointSizeF() * 2)
    try:
        qapp.setFont(large)
        desk.go("staying-put-policy")
        view = desk.window.current_view
        assert view is not None
        assert view.text.document().defaultFont().pointSizeF() == 22
    finally:
        qapp.setFont(usual)


def test_a_short_text_stays_where_it_is_read_when_the_window_changes(desk: OpenDesk) -> None:
    desk.window.resize(1000, 600)
    desk.go(None, LANCASHIRE)
    view = desk.window.current_view
    assert view is not None
    bar = view.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    position = view.text._place()[0]
    block = view.text.document().findBlock(position)
    for width in (1400, 800, 1000):
        desk.window.resize(width, 600)
        desk.qtbot.wait(200)
        now = view.text.document().findBlock(view.text._place()[0])
        assert abs(now.blockNumber() - block.blockNumber()) <= 1


def test_a_scroll_bar_that_comes_and_goes_without_end_stays(desk: OpenDesk) -> None:
    """With the bar a text can be a line too long, and without it fit: the window must come to rest all the same."""
    desk.go("young-carers")
    view = desk.window.current_view
    assert view is not None
    text = view.text
    size = text.viewport().size()
    narrower = QSize(size.width() - 14, size.height())
    changes = 0
    while text.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAsNeeded:
        assert changes < 5
        text.resizeEvent(QResizeEvent(narrower, size))
        size, narrower = narrower, size
        changes += 1
    assert changes > 0, "a text that was just opened needs no bar"
    desk.window.resize(desk.window.width() - 40, desk.window.height())
    desk.qtbot.waitUntil(
        lambda: text.verticalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAsNeeded, timeout=WAIT_MS
    )
