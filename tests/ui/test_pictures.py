"""Pictures come from beside the GUI thread, into boxes of their size, within a budget; hostile ones stay boxes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot
from typing_extensions import override

from reader.domain.location import Location
from reader.services.pages import PageService
from reader.ui.actions import ActionId
from reader.ui.controllers import media
from reader.ui.styles import TextLook
from reader.ui.widgets import page_pictures
from reader.ui.widgets.images import LoadedPicture, decode
from reader.ui.widgets.page_text import RESIZE_REST_MS, PageText
from tests.support.pictures import chunk, packed_zeros, png
from tests.support.worlds import EASTSHIRE, WESTSHIRE, World
from tests.ui.conftest import DeskOpener, OpenDesk
from tests.ui.pictures import RED, HeldPictures, drawn, red_pixels

MOST = QSize(10_000, 10_000)


def _text(qtbot: QtBot, pictures: HeldPictures, html: str, size: tuple[int, int] = (400, 300)) -> PageText:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(*size)
    text.set_pictures(pictures)
    text.show()
    text.set_page(html, None)
    return text


def _img(name: str, attributes: str = "") -> str:
    return f'<p><img src="manual:aa/bb/media/{name}"{attributes}></p>'


def _is_painted(text: PageText, pixels: int) -> bool:
    """Whether so many pixels are red; a blinking text cursor may stand before a few of them."""
    return 0.97 * pixels < red_pixels(text) <= pixels


def _bytes_held(text: PageText) -> int:
    return text._pictures.bytes_held


# Where the work is done


@pytest.fixture
def with_large_pictures(open_desk: DeskOpener, tmp_path: Path) -> OpenDesk:
    """A window with two manuals, each with a picture of several megapixels."""
    world = World.new()
    root = tmp_path / "root.json"
    root.write_bytes(world.roots[0])
    files = [
        world.bundle(manual).with_signed_file("media/flow.png", drawn(2_000, 1_000)).write(tmp_path)
        for manual in (WESTSHIRE, EASTSHIRE)
    ]
    desk = open_desk(tmp_path / "library", *files, trust=root, is_sample=False)
    desk.wait()
    assert desk.dialogs.shown == []
    return desk


def test_pictures_are_read_and_decoded_beside_the_gui_thread(
    with_large_pictures: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[tuple[str, threading.Thread]] = []
    read, decoding = PageService.media, decode

    def noted_read(*arguments: object) -> bytes:
        threads.append(("read", threading.current_thread()))
        return read(*arguments)  # type: ignore[arg-type]

    def noted_decode(data: bytes, name: str, most: QSize) -> LoadedPicture:
        threads.append(("decode", threading.current_thread()))
        return decoding(data, name, most)

    monkeypatch.setattr(PageService, "media", noted_read)
    monkeypatch.setattr(media, "decode", noted_decode)
    desk = with_large_pictures
    desk.go("private-fostering", WESTSHIRE)
    view = desk.window.current_view
    assert view is not None
    assert red_pixels(view.text) > 1_000
    desk.window.actions_by_id[ActionId.COMPARE].trigger()
    desk.wait()
    assert red_pixels(desk.window.comparison) > 1_000
    assert {what for what, _ in threads} == {"read", "decode"}
    assert threading.main_thread() not in {thread for _, thread in threads}


def test_a_page_states_the_size_of_its_pictures_before_they_are_decoded(
    with_large_pictures: OpenDesk,
) -> None:
    with_large_pictures.go("private-fostering", WESTSHIRE)
    view = with_large_pictures.window.current_view
    assert view is not None
    assert view.page is not None
    assert 'width="2000" height="1000"' in view.page.html


def test_closing_the_window_while_a_picture_is_on_its_way_ends_well(with_large_pictures: OpenDesk) -> None:
    desk = with_large_pictures
    desk.desk.navigation.go(Location(WESTSHIRE, "private-fostering"))
    desk.qtbot.waitUntil(lambda: desk.window.current_view is not None)
    desk.desk.close()


# Boxes first


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        (' width="200" height="80"', (200, 80)),
        (' width="4000" height="1000"', (360, 90)),
        (' width="10" height="10000"', (10, 10_000)),
        (' width="1" height="1"', (1, 1)),
    ],
)
def test_a_picture_has_its_final_size_before_it_is_there(
    qtbot: QtBot, attributes: str, expected: tuple[int, int]
) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png", attributes) + "<p>behind</p>")
    behind = text.document().find("behind")
    before = text.cursorRect(behind)
    (request,) = pictures.requests
    pictures.deliver_all(lambda _: drawn(300, 90))
    assert text.cursorRect(behind) == before, "nothing moved"
    box = text._pictures._boxes["manual:aa/bb/media/a.png"]
    assert (box.width(), box.height()) == expected
    assert request.most.width() <= 2_000


def test_a_picture_without_a_stated_size_takes_its_place_when_it_is_known(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png") + _img("b.png", ' width="30"'))
    assert red_pixels(text) == 0
    assert set(pictures.deliver_all(lambda _: drawn(60, 40))) == {"aa/bb/media/a.png", "aa/bb/media/b.png"}
    assert _is_painted(text, 60 * 40 + 30 * 20)


def test_a_picture_wider_than_the_column_is_made_smaller_and_larger_again(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png", ' width="3000" height="300"'))
    (request,) = pictures.requests
    assert request.most == QSize(360, 36), "decoded no larger than it is shown"
    pictures.deliver_all(lambda _: drawn(3_000, 300))
    assert _is_painted(text, 360 * 36)
    assert text.horizontalScrollBar().maximum() == 0
    for width in (260, 460):
        text.resize(width + 40, 300)
        qtbot.waitUntil(lambda: len(pictures.requests) == 1)
        assert red_pixels(text) > 200 * 20, "the picture as it was stands in"
        assert pictures.requests[0].most == QSize(width, width // 10), "sharp at its new size"
        pictures.deliver_all(lambda _: drawn(3_000, 300))
        assert _is_painted(text, width * (width // 10))


def test_pictures_stay_when_the_text_is_coloured_or_zoomed_anew(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png", ' width="60" height="40"'))
    pictures.deliver_all(lambda _: drawn(60, 40))
    text.set_look(TextLook(zoom_percent=150))
    assert _is_painted(text, 60 * 40)
    assert pictures.requests == []


# Superseded work


def test_pictures_of_a_page_that_was_left_are_dropped(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png", ' width="60" height="40"'))
    (request,) = pictures.requests
    text.set_page(_img("a.png", ' width="50" height="40"') + "<p>x</p>", None)
    assert request.token.is_cancelled
    request.on_loaded(decode(drawn(60, 40), "a.png", MOST))
    assert red_pixels(text) == 0, "what comes late is not shown"
    assert len(pictures.requests) == 2, "the new page asks for its own"


def test_a_text_that_is_not_seen_asks_for_nothing(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img("a.png", ' width="60" height="40"'))
    (request,) = pictures.requests
    text.hide()
    assert request.token.is_cancelled
    text.set_page(_img("b.png", ' width="60" height="40"'), None)
    assert len(pictures.requests) == 1
    text.show()
    assert [one.target for one in pictures.requests[1:]] == ["aa/bb/media/b.png"]


# The budget


def test_only_pictures_near_the_view_are_asked_for(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    html = "".join(_img(f"p-{i}.png", ' width="300" height="250"') for i in range(60))
    text = _text(qtbot, pictures, html)
    first = pictures.deliver_all(lambda _: drawn(300, 250))
    assert first[0] == "aa/bb/media/p-0.png"
    assert len(first) < 6
    text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: bool(pictures.requests))
    then = pictures.deliver_all(lambda _: drawn(300, 250))
    assert "aa/bb/media/p-59.png" in then
    assert len(then) < 6


def test_pictures_far_away_make_room_and_come_back(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = 300 * 250 * 4 * 8
    monkeypatch.setattr(page_pictures, "BUDGET_BYTES", budget)
    pictures = HeldPictures()
    html = "".join(_img(f"p-{i}.png", ' width="300" height="250"') for i in range(40))
    text = _text(qtbot, pictures, html)
    text.verticalScrollBar().setValue(text.verticalScrollBar().maximum())
    seen: set[str] = set()
    for value in (*range(0, text.verticalScrollBar().maximum(), 300), 0):
        text.verticalScrollBar().setValue(value)
        text._pictures.look()
        seen |= set(pictures.deliver_all(lambda _: drawn(300, 250)))
        assert 0 < _bytes_held(text) <= budget
        assert red_pixels(text) >= 300 * 200, "what is looked at is there"
    assert len(seen) == 40


def test_pictures_beyond_the_budget_say_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_pictures, "BUDGET_BYTES", 100 * 50 * 4)
    pictures = HeldPictures()
    size = ' width="100" height="50"'
    text = _text(qtbot, pictures, _img("a.png", size) + _img("b.png", size))
    pictures.deliver_all(lambda _: drawn(100, 50))
    assert _is_painted(text, 100 * 50)
    assert "too many large pictures" in text._pictures._problems["manual:aa/bb/media/b.png"]


def test_a_picture_is_decoded_no_finer_than_a_screen_needs(qtbot: QtBot) -> None:
    pictures = HeldPictures()
    _text(qtbot, pictures, _img("a.png", ' width="2400" height="10000"'), (2_000, 400))
    (request,) = pictures.requests
    assert request.most.width() * request.most.height() <= 4_000_000


# Hostile files


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a png that states 30,000 x 30,000": (lambda: png(30_000, 30_000, pixels=b""), "x.png"),
    "a png named jpg": (lambda: drawn(60, 40), "x.jpg"),
    "a jpeg named png": (lambda: drawn(60, 40, "jpeg"), "x.png"),
    "a vector picture": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "x.png"),
    "a png without pixels": (lambda: png(60, 40, pixels=b""), "x.png"),
    "a png cut short": (lambda: drawn(60, 40)[:60], "x.png"),
    "a png that unpacks to 50 MB": (lambda: png(60, 40, pixels=packed_zeros(50)), "x.png"),
    "nothing": (lambda: b"", "x.png"),
}


@pytest.mark.threat(43)
@pytest.mark.qt_log_ignore("libpng error", "libpng warning", "Not a JPEG file")
@pytest.mark.parametrize("name", list(HOSTILE))
def test_a_hostile_picture_leaves_a_box_that_says_why(qtbot: QtBot, name: str) -> None:
    make, file_name = HOSTILE[name]
    loaded = decode(make(), file_name, MOST)
    assert loaded.image.isNull()
    assert "picture" in loaded.problem.lower()
    pictures = HeldPictures()
    text = _text(qtbot, pictures, _img(file_name, ' width="300" height="100"'))
    empty = text.grab().toImage()
    pictures.deliver_all(lambda _: make())
    assert red_pixels(text) == 0
    assert text.grab().toImage() != empty, "a sentence stands in the box"


@pytest.mark.threat(43)
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: drawn(60, 40), "x.png"),
        (lambda: png(60, 40, beside=chunk(b"zTXt", b"a\0\0" + packed_zeros(20)) * 20), "x.png"),
        (lambda: png(60, 40, beside=chunk(b"iCCP", b"a\0\0" + packed_zeros(20))), "x.png"),
        (lambda: png(60, 40, beside=chunk(b"acTL", bytes(8))), "x.png"),
        (lambda: drawn(60, 40, "jpeg"), "x.jpg"),
        (lambda: drawn(60, 40, "jpeg", is_progressive=True), "x.jpg"),
    ],
    ids=["png", "packed texts", "packed profile", "animated", "jpeg", "progressive jpeg"],
)
def test_a_picture_with_more_in_its_file_than_pixels_is_shown(make: Callable[[], bytes], name: str) -> None:
    loaded = decode(make(), name, MOST)
    assert loaded.problem == ""
    assert (loaded.image.width(), loaded.image.height()) == (60, 40)
    colour = loaded.image.pixelColor(5, 5)
    assert abs(colour.red() - RED.red()) < 4
    assert colour.green() < 4


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_large_picture_is_made_smaller_while_it_is_decoded(kind: str) -> None:
    loaded = decode(drawn(3_000, 300, kind), f"x.{kind.replace('e', '')}", QSize(300, 30))
    assert loaded.natural == QSize(3_000, 300)
    assert loaded.image.size() == QSize(300, 30)


def test_a_picture_that_is_missing_or_was_changed_says_so(
    with_large_pictures: OpenDesk, tmp_path: Path
) -> None:
    desk = with_large_pictures
    file = tmp_path / "library" / "library" / "westshire" / "procedures" / "1.manual"
    raw = file.read_bytes()
    picture = drawn(2_000, 1_000)
    file.write_bytes(raw.replace(picture, picture[:200] + b"x" + picture[201:]))
    desk.go("private-fostering", WESTSHIRE)
    view = desk.window.current_view
    assert view is not None
    (problem,) = view.text._pictures._problems.values()
    assert "was changed" in problem
    assert red_pixels(view.text) == 0


class _Counted(PageText):
    """Counts how often its text is set anew."""

    def __init__(self) -> None:
        self.count = 0
        super().__init__("Text")

    @override
    def _set_text(self, html: str) -> None:
        self.count += 1
        super()._set_text(html)


@pytest.mark.parametrize("height", [528, 535, 542, 547])
def test_a_picture_that_is_higher_without_the_scroll_bar_comes_to_rest(qtbot: QtBot, height: int) -> None:
    """With the bar the column is narrower, the picture smaller, and no bar needed: that must not go on for ever."""
    text = _Counted()
    qtbot.addWidget(text)
    text.resize(560, height)
    text.set_pictures(HeldPictures())
    text.show()
    words = "<h1>Heading</h1>" + "<p>A paragraph of some words.</p>" * 3
    text.set_page(words + _img("a.png", ' width="2000" height="1200"'), None)
    qtbot.wait(5 * RESIZE_REST_MS)
    count = text.count
    assert count < 6
    qtbot.wait(3 * RESIZE_REST_MS)
    assert text.count == count
