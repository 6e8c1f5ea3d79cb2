"""What a signed chapter may make Qt load: pictures of its own bundle, and nothing else."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from reader.domain.page import Strip
from reader.ui.widgets.images import decode
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.strip_bar import StripBar

RED = QColor("#ff0000")


def _png(width: int, height: int) -> bytes:
    """A PNG file that states a size and holds no pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def red_file(tmp_path: Path) -> Path:
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(RED)
    file = tmp_path / "red.png"
    assert image.save(str(file))
    return file


def _red_pixels(widget: QWidget) -> int:
    image = widget.grab().toImage()
    return sum(
        1
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).rgb() == RED.rgb()
    )


def _shown(qtbot: QtBot, html: str) -> PageText:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(300, 200)
    text.set_page(html, None)
    text.show()
    return text


def test_the_measure_sees_a_red_picture(qtbot: QtBot, red_file: Path) -> None:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(300, 200)
    text.set_media_loader(lambda _: red_file.read_bytes())
    text.set_page('<img src="manual:aa/bb/media/red.png">', None)
    text.show()
    assert _red_pixels(text) > 3000


def test_pictures_on_the_disk_are_not_painted(
    qtbot: QtBot, red_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(red_file.parent)
    for source in (red_file.as_uri(), str(red_file), red_file.name, f"file:{red_file}", f"qrc:{red_file}"):
        assert _red_pixels(_shown(qtbot, f'<p>x</p><img src="{source}">')) == 0, source


def test_style_sheets_and_foreign_pictures_are_answered_here(qtbot: QtBot) -> None:
    text = _shown(
        qtbot, '<link rel="stylesheet" href="file:///etc/passwd"><img src="http://127.0.0.1:9/x.png">'
    )
    image = text.loadResource(
        QTextDocument.ResourceType.ImageResource.value, QUrl("http://127.0.0.1:9/x.png")
    )
    assert isinstance(image, QImage)
    assert not image.isNull()
    assert (
        text.loadResource(QTextDocument.ResourceType.StyleSheetResource.value, QUrl("file:///etc/passwd"))
        == b""
    )


def test_a_picture_that_states_a_huge_size_is_not_decoded() -> None:
    for width, height in ((30_000, 30_000), (10_001, 10), (10, 10_001), (9_000, 9_000)):
        image = decode(_png(width, height), "x.png")
        assert image.width() < 1000, (width, height)


@pytest.mark.qt_log_ignore("Not a JPEG file", "Not a PNG file")
def test_a_picture_is_decoded_only_as_what_its_name_says(red_file: Path) -> None:
    png = red_file.read_bytes()
    assert decode(png, "x.png").pixelColor(5, 5) == RED
    for name in ("x.jpg", "x.svg", "x", "x.bmp"):
        assert decode(png, name).pixelColor(5, 5) != RED, name
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="red"/></svg>'
    assert decode(svg, "x.png").pixelColor(5, 5) != RED


@pytest.mark.parametrize("cut", [0, 1, 8, 20, 40])
def test_a_damaged_picture_leaves_a_placeholder(red_file: Path, cut: int) -> None:
    image = decode(red_file.read_bytes()[:cut], "x.png")
    assert not image.isNull()


def test_titles_with_markup_are_shown_as_plain_text(qtbot: QtBot, red_file: Path) -> None:
    bar = StripBar()
    qtbot.addWidget(bar)
    attack = f'<img src="{red_file.as_uri()}"><b>x</b>'
    bar.set_strip(Strip((attack, attack), attack, attack, attack, (), attack, (attack,)))
    bar.resize(600, 300)
    bar.show()
    assert _red_pixels(bar) == 0
    assert "<b>x</b>" in bar.text


def test_words_behind_wide_characters_are_marked_where_they_stand(qtbot: QtBot) -> None:
    text = _shown(qtbot, "<p>😀😀😀😀 some kinship words</p>")
    assert text.mark(re.compile("kinship"), moves=True) == 1
    assert text._marks[0].selectedText() == "kinship"


def test_a_picture_wider_than_the_text_is_made_smaller(qtbot: QtBot, tmp_path: Path) -> None:
    image = QImage(3000, 300, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(tmp_path / "wide.png"))
    data = (tmp_path / "wide.png").read_bytes()
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(300, 200)
    text.set_media_loader(lambda _: data)
    text.show()
    text.set_page('<img src="manual:aa/bb/media/wide.png">', None)
    assert text.horizontalScrollBar().maximum() == 0
    assert _red_pixels(text) > 1000
