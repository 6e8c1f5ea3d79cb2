"""What a signed chapter may make Qt load: pictures of its own bundle, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QTextDocument
from pytestqt.qtbot import QtBot

from reader.domain.page import Strip
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.strip_bar import StripBar
from tests.ui.pictures import HeldPictures, drawn, red_pixels


@pytest.fixture
def red_file(tmp_path: Path) -> Path:
    file = tmp_path / "red.png"
    file.write_bytes(drawn(60, 60))
    return file


def _shown(qtbot: QtBot, html: str, pictures: HeldPictures | None = None) -> PageText:
    text = PageText("Text")
    qtbot.addWidget(text)
    text.resize(300, 200)
    text.set_pictures(pictures or HeldPictures())
    text.set_page(html, None)
    text.show()
    return text


def test_the_measure_sees_a_red_picture(qtbot: QtBot, red_file: Path) -> None:
    pictures = HeldPictures()
    text = _shown(qtbot, '<img src="manual:aa/bb/media/red.png">', pictures)
    pictures.deliver_all(lambda _: red_file.read_bytes())
    assert red_pixels(text) > 3000


@pytest.mark.threat(42)
def test_pictures_on_the_disk_are_not_painted(
    qtbot: QtBot, red_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(red_file.parent)
    for source in (red_file.as_uri(), str(red_file), red_file.name, f"file:{red_file}", f"qrc:{red_file}"):
        assert red_pixels(_shown(qtbot, f'<p>x</p><img src="{source}">')) == 0, source


@pytest.mark.threat(41)
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


def test_titles_with_markup_are_shown_as_plain_text(qtbot: QtBot, red_file: Path) -> None:
    bar = StripBar()
    qtbot.addWidget(bar)
    attack = f'<img src="{red_file.as_uri()}"><b>x</b>'
    bar.set_strip(Strip((attack, attack), attack, attack, attack, (), attack, (attack,)))
    bar.resize(600, 300)
    bar.show()
    assert red_pixels(bar) == 0
    assert "<b>x</b>" in bar.text


def test_words_behind_wide_characters_are_marked_where_they_stand(qtbot: QtBot) -> None:
    text = _shown(qtbot, "<p>😀😀😀😀 some kinship words</p>")
    assert text.mark(re.compile("kinship"), moves=True) == 1
    assert text.extraSelections()[0].cursor.selectedText() == "kinship"
