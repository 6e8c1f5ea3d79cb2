"""Attacks carried out in the real window: what a person is told, and that nothing of what is refused is seen."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractItemView, QTabWidget, QTextEdit, QWidget

from reader.bundle.trust import fingerprint
from tests.support.worlds import EASTSHIRE, WESTSHIRE, Json, SignedBundle, World, edited
from tests.ui.conftest import DeskOpener, OpenDesk

_WORLD: Final = World.new()
_SECRET: Final = "Quagmire"
"""A word that stands in every place of a refused bundle that a person could read."""


def _marked(world: World = _WORLD, edition: int = 2) -> SignedBundle:
    """An edition whose every text holds the word."""

    def mark(contents: Json) -> None:
        for entry in contents["entries"][0]["entries"]:
            entry.update(
                {key: f"{_SECRET} {entry[key]}" for key in ("title", "text", "note") if entry.get(key)}
            )
        contents["entries"][0]["title"] = _SECRET

    names = {"title": _SECRET, "authority_name": f"{_SECRET} Council", "note": _SECRET, "label": _SECRET}
    return world.bundle(WESTSHIRE, edition, words=_SECRET, manifest=names).with_contents(mark)


def _pinned(tmp_path: Path) -> Path:
    file = tmp_path / "root.json"
    file.write_bytes(_WORLD.roots[0])
    return file


@pytest.fixture
def reader(open_desk: DeskOpener, tmp_path: Path) -> OpenDesk:
    """A window in which edition 1 of Westshire is open, and edition 4 of Eastshire is installed."""
    files = [
        _WORLD.bundle(WESTSHIRE, 1).write(tmp_path, "west.manual"),
        _WORLD.bundle(EASTSHIRE, 4).write(tmp_path, "east.manual"),
    ]
    desk = open_desk(tmp_path / "library", *files, trust=_pinned(tmp_path), is_sample=False)
    desk.wait()
    assert desk.dialogs.shown == []
    desk.go("home-visits", WESTSHIRE)
    return desk


def _library(desk: OpenDesk) -> dict[str, bytes]:
    folder = desk.desk.workspace.places.base_dir / "library"
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.name != ".lock"
    }


def _cells(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            yield str(model.data(index, role) or "")
        yield from _cells(model, index)


def _said(widget: QWidget) -> Iterator[str]:
    """What a widget shows, or tells who points at it or has it read out."""
    for name in ("text", "title", "toolTip", "statusTip", "windowTitle", "accessibleName", "placeholderText"):
        say = getattr(widget, name, None)
        if callable(say):
            yield str(say())
    if isinstance(widget, QTextEdit):
        yield widget.toHtml()
    if isinstance(widget, QTabWidget):
        yield from (widget.tabText(tab) + widget.tabToolTip(tab) for tab in range(widget.count()))
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        yield from _cells(widget.model(), QModelIndex())


def _everything(desk: OpenDesk) -> str:
    widgets = [desk.window, *desk.window.findChildren(QWidget)]
    actions = [f"{action.text()} {action.toolTip()}" for action in desk.window.findChildren(QAction)]
    return "\n".join([*(text for widget in widgets for text in _said(widget)), *actions, *desk.dialogs.shown])


def _add(desk: OpenDesk, tmp_path: Path, bundle: SignedBundle | bytes) -> str:
    """Add a file as a person does; gives the message that answers."""
    file = tmp_path / "delivered.manual"
    file.write_bytes(bundle if isinstance(bundle, bytes) else bundle.pack())
    desk.desk.library.install((file,))
    desk.wait()
    return "\n".join(desk.dialogs.shown)


def _one_byte_changed() -> bytes:
    raw = _marked().pack()
    assert raw.count(b"See every child alone") == 1
    return raw.replace(b"See every child alone", b"See every child never")


def _without_signatures() -> SignedBundle:
    bundle = _marked()
    return bundle.with_role_raw(edited(bundle.role_bytes, lambda file: file.update(signatures=[])))


_REFUSED: Final[list[tuple[int, Callable[[], SignedBundle | bytes], tuple[str, ...]]]] = [
    (1, _one_byte_changed, ("was changed after it was signed", "Home Visits")),
    (8, _without_signatures, ("does not carry the signatures that it needs", "0 of 1")),
    (18, lambda: _marked(World.new("attacker")), ("another trust root",)),
    (22, lambda: _marked(edition=2_000_000), ("jumps from 1 to 2000000",)),
]


@pytest.mark.threat(1, 8, 18, 22)
@pytest.mark.parametrize(("row", "make", "words"), _REFUSED, ids=[str(row) for row, _, _ in _REFUSED])
def test_a_refused_bundle_says_why_and_shows_nothing(  # fixtures
    reader: OpenDesk,
    tmp_path: Path,
    row: int,
    make: Callable[[], SignedBundle | bytes],
    words: tuple[str, ...],
) -> None:
    before, page = _library(reader), reader.page_text
    message = _add(reader, tmp_path, make())
    for word in (*words, "delivered.manual" if row == 1 else ""):
        assert word in message
    if row == 1:  # a message names the chapter that was changed, and nothing else of the bundle
        message = message.replace(f"“1.1 {_SECRET} Home Visits”", "")
        reader.dialogs.shown[:] = [message]
    assert _SECRET not in _everything(reader)
    assert _library(reader) == before
    assert reader.page_text == page
    reader.go("private-fostering", WESTSHIRE)
    assert "Notify the team" in reader.page_text, "the rest goes on"


@pytest.mark.threat(20)
def test_an_older_edition_that_is_brought_back_is_refused_with_both_numbers(
    reader: OpenDesk, tmp_path: Path
) -> None:
    _add(reader, tmp_path, _WORLD.bundle(WESTSHIRE, 7))
    assert reader.dialogs.shown == []
    before = _library(reader)
    message = _add(reader, tmp_path, _marked(edition=5))
    assert "edition 5" in message
    assert "edition 7" in message
    assert _SECRET not in _everything(reader)
    assert _library(reader) == before


@pytest.mark.threat(21)
def test_an_older_edition_that_the_newest_vouches_for_is_shown_as_superseded(
    reader: OpenDesk, tmp_path: Path
) -> None:
    old = _WORLD.bundle(EASTSHIRE, 3)
    _add(reader, tmp_path, _WORLD.bundle(EASTSHIRE, 5, history=[old]))
    _add(reader, tmp_path, old)
    assert reader.dialogs.shown == []
    reader.go("home-visits", EASTSHIRE, edition=3)
    view = reader.window.current_view
    assert view is not None
    assert "Superseded: edition 5 of this manual is installed" in view.strip.text
    assert "See every child alone" in reader.page_text


@pytest.mark.threat(19)
def test_without_a_trust_root_nothing_opens_and_the_offered_fingerprint_is_shown(
    open_desk: DeskOpener, tmp_path: Path
) -> None:
    desk = open_desk(tmp_path / "library", _marked().write(tmp_path, "west.manual"), is_sample=False)
    desk.wait()
    (message,) = desk.dialogs.shown
    assert "No trust root is set on this computer" in message
    assert fingerprint(_WORLD.roots[0]) in message
    assert _SECRET not in _everything(desk)
    assert _library(desk) == {}


@pytest.mark.threat(27)
def test_an_edition_that_expired_years_ago_opens_with_a_warning(reader: OpenDesk, tmp_path: Path) -> None:
    old = {"issued": "2011-01-05", "effective_from": "2011-01-12", "review_by": "2012-01-05"}
    _add(reader, tmp_path, _WORLD.bundle(WESTSHIRE, 2, manifest=old))
    assert reader.dialogs.shown == []
    reader.go("home-visits", WESTSHIRE, edition=2)
    view = reader.window.current_view
    assert view is not None
    assert "The review date, 5 January 2012, has passed" in view.strip.text
    assert "See every child alone" in reader.page_text


@pytest.mark.threat(28)
def test_an_edition_of_a_day_to_come_opens_with_a_warning_of_the_clock(
    reader: OpenDesk, tmp_path: Path
) -> None:
    to_come = {"issued": "2190-01-05", "effective_from": "2190-01-12", "review_by": "2191-01-05"}
    _add(reader, tmp_path, _WORLD.bundle(WESTSHIRE, 2, manifest=to_come))
    assert reader.dialogs.shown == []
    reader.go("home-visits", WESTSHIRE, edition=2)
    view = reader.window.current_view
    assert view is not None
    assert "check the clock" in view.strip.text
    assert "Not yet in force" in view.strip.text


def _ordinary_zip() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<xml>{_SECRET}</xml>" * 500)
    return buffer.getvalue()


@pytest.mark.threat(47)
@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.7\n" + _SECRET.encode() * 100, _SECRET.encode() * 1000, _ordinary_zip()],
    ids=["empty", "PDF", "text", "zip"],
)
def test_another_file_under_a_bundles_name_is_called_that(
    reader: OpenDesk, tmp_path: Path, data: bytes
) -> None:
    before = _library(reader)
    message = _add(reader, tmp_path, data)
    assert "delivered.manual is not a manual bundle" in message
    assert "Traceback" not in message
    assert _SECRET not in _everything(reader)
    assert _library(reader) == before


def test_the_search_for_the_word_would_find_it(reader: OpenDesk, tmp_path: Path) -> None:
    """Everything that the tests above look through does show what is installed."""
    _add(reader, tmp_path, _marked())
    reader.go("home-visits", WESTSHIRE)
    assert _everything(reader).count(_SECRET) > 5
