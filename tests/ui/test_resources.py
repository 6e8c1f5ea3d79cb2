"""What a signed chapter may make Qt load: pictures of its own bundle, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSizeF, QUrl
from PySide6.QtGui import QImage, QPainter, QPdfWriter, QPicture, QTextDocument
from pytestqt.qtbot import QtBot

from reader.bundle.html import readable
from reader.domain.page import Strip
from reader.ui.widgets.page_text import PageText
from reader.ui.widgets.strip_bar import StripBar
from tests.support.worlds import WESTSHIRE
from tests.ui.pictures import HeldPictures, drawn, red_pixels, red_pixels_of


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


# On paper, in a file, on the clipboard


def _on_an_image(document: QTextDocument) -> QImage:
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    document.drawContents(painter, QRectF(0, 0, 300, 400))
    painter.end()
    return image


def _on_a_picture(document: QTextDocument) -> QImage:
    picture = QPicture()
    painter = QPainter(picture)
    document.drawContents(painter, QRectF(0, 0, 300, 400))
    painter.end()
    image = QImage(300, 400, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    painter.drawPicture(0, 0, picture)
    painter.end()
    return image


OUTPUTS: dict[str, Callable[[QTextDocument], QImage]] = {"image": _on_an_image, "picture": _on_a_picture}
COPIES: dict[str, Callable[[QTextDocument], QTextDocument]] = {
    "the document": lambda document: document,
    "a copy that belongs to it": lambda document: document.clone(document),
    "a copy that belongs to nobody": lambda document: document.clone(),
}


def _hostile(red_file: Path) -> str:
    """Every way that Qt knows to name a picture on the disk, and some that it might learn."""
    uri, path = red_file.as_uri(), str(red_file)
    sources = (
        uri, path, red_file.name, f"./{red_file.name}", f"file:{path}", f"FILE://{path}", f"qrc:{path}", f":{path}",
        f"//localhost{path}", f"\\\\localhost{path}", f"image://{path}", f"asset:{path}", f"manual:{path}",
        f"manual:../..{path}", f"manual:westshire/procedures/media/../../../..{path}", f" {uri}", f"{uri}?x.png",
        f"data:image/png;base64,{'A' * 40}", "http://127.0.0.1:9/x.png",
    )  # fmt: skip
    pictures = "".join(f'<img src="{source}" width="60" height="60">' for source in sources)
    return (
        f'{pictures}<table background="{uri}"><tr><td background="{uri}">x</td></tr></table>'
        f'<body background="{uri}"><p style="background-image: url({uri})">y</p>'
        f"<style>p {{ background: url({uri}); }} li {{ list-style-image: url({uri}); }}</style>"
        f'<ul style="list-style-image: url({uri})"><li>z</li></ul><object data="{uri}" type="image/png"></object>'
        f'<link rel="stylesheet" href="{uri}"><input type="image" src="{uri}"><embed src="{uri}">'
    )


def _readable(html: str) -> str:
    return readable(html.encode(), WESTSHIRE)


@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize("copy", list(COPIES))
def test_the_measure_sees_a_red_picture_in_each_output(
    qtbot: QtBot, red_file: Path, output: str, copy: str
) -> None:
    pictures = HeldPictures()
    text = _shown(qtbot, '<img src="manual:aa/bb/media/red.png" width="60" height="60">', pictures)
    pictures.deliver_all(lambda _: red_file.read_bytes())
    assert red_pixels_of(OUTPUTS[output](COPIES[copy](text.document()))) == 60 * 60


def test_a_copy_that_belongs_to_nobody_reads_the_disk(qtbot: QtBot, red_file: Path) -> None:
    """Why nothing harmful may be left in the HTML: there is no `loadResource` of ours to stand before the disk."""
    document = QTextDocument()
    document.setHtml(f'<img src="{red_file.as_uri()}" width="60" height="60">')
    assert red_pixels_of(_on_an_image(document.clone())) == 60 * 60


@pytest.mark.threat(41, 42)
@pytest.mark.parametrize("output", list(OUTPUTS))
@pytest.mark.parametrize("copy", list(COPIES))
def test_nothing_of_the_disk_is_painted_anywhere(
    qtbot: QtBot, red_file: Path, monkeypatch: pytest.MonkeyPatch, output: str, copy: str
) -> None:
    monkeypatch.chdir(red_file.parent)
    text = _shown(qtbot, _readable(_hostile(red_file)))
    assert red_pixels_of(OUTPUTS[output](COPIES[copy](text.document()))) == 0
    assert red_pixels(text) == 0


@pytest.mark.threat(42)
def test_a_printed_chapter_holds_no_picture_of_the_disk(qtbot: QtBot, red_file: Path) -> None:
    def printed(document: QTextDocument) -> bytes:
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        document.setPageSize(QSizeF(300, 400))
        document.print_(writer)
        del writer
        return bytes(buffer.data().data())

    careless = QTextDocument()
    careless.setHtml(_hostile(red_file))
    assert b"/Subtype /Image" in printed(careless), "what is looked for"
    text = _shown(qtbot, _readable(_hostile(red_file)))
    for make_copy in COPIES.values():
        assert b"/Subtype /Image" not in printed(make_copy(text.document()))


@pytest.mark.threat(41, 42)
def test_qt_asks_for_nothing_but_pictures_of_the_bundle(
    qtbot: QtBot, red_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    answer = PageText.loadResource

    def noted(text: PageText, kind: int, name: QUrl) -> object:
        asked.append(name.toString())
        return answer(text, kind, name)

    monkeypatch.setattr(PageText, "loadResource", noted)
    good = '<img src="manual:westshire/procedures/media/a.png">'
    text = _shown(qtbot, _hostile(red_file))
    text.grab()
    assert red_file.as_uri() in asked, "the log sees what Qt asks for"
    asked.clear()
    text = _shown(qtbot, _readable(good + _hostile(red_file)))
    text.grab()
    assert set(asked) == {"manual:westshire/procedures/media/a.png"}


@pytest.mark.threat(41, 42)
def test_what_is_copied_or_dragged_makes_nobody_load_anything(qtbot: QtBot, red_file: Path) -> None:
    html = '<p>Before <b>bold</b> <a href="https://example.org/x">link</a></p>'
    good = '<img src="manual:westshire/procedures/media/a.png">'
    text = _shown(qtbot, _readable(html + good + _hostile(red_file)))
    text.selectAll()
    data = text.createMimeDataFromSelection()
    assert sorted(data.formats()) == ["text/html", "text/plain"]
    assert data.text().startswith("Before bold link")
    assert '<a href="https://example.org/x">' in data.html(), "a link is loaded by nobody who is not asked to"
    assert "bold" in data.html()
    for word in (
        "<img",
        "url(",
        "file:",
        "127.0.0.1",
        "background=",
        "<object",
        "data:",
        "qrc:",
        red_file.name,
    ):
        assert word not in data.html(), word
    assert not data.hasImage()
    assert not data.hasUrls()
    again = QTextDocument()
    again.setHtml(data.html())
    assert red_pixels_of(_on_an_image(again)) == 0


def test_a_picture_is_never_copied_whatever_the_page(qtbot: QtBot, red_file: Path) -> None:
    text = _shown(qtbot, f'<p>x<img src="{red_file.as_uri()}">y</p>')
    text.selectAll()
    html = text.createMimeDataFromSelection().html()
    assert "red.png" not in html
    assert "x" in html
    assert "y" in html


def test_what_a_page_says_of_itself_as_html_names_no_place_but_its_bundle(
    qtbot: QtBot, red_file: Path
) -> None:
    good = '<img src="manual:westshire/procedures/media/a.png">'
    html = _shown(qtbot, _readable(good + _hostile(red_file))).toHtml()
    assert re.findall(r'(?:src|background|data)="([^"]*)"', html) == [
        "manual:westshire/procedures/media/a.png"
    ]
    assert "url(" not in html


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
