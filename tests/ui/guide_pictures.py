"""Take the pictures of the user guide, and write its table of keys (`make guide-pictures`).

The pictures are states of the real window, in few colours.

They are kept with the sources of the guide, because letters are drawn a little differently on every machine.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Final

import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QMessageBox

from reader.domain.settings import Settings, Theme
from reader.ui.actions import ActionId
from reader.ui.dialogs import WindowDialogs
from tests.support.guide import KEYS_FILE, MEDIA_DIR, MOST_BYTES, keys_chapter
from tests.ui.conftest import DeskOpener, OpenDesk, samples
from tests.ui.test_pictures_of_states import (
    EVERYTHING,
    STATES,
    indexed,
    picture_of,
    the_sample_is_what_is_wanted,
)

__all__ = ("indexed", "the_sample_is_what_is_wanted")

SIZE: Final = (1100, 700)
_COLOURS: Final = 64
_EDGE: Final = (96, 104, 112)
NAMES: Final = {
    "03-tree": "library",
    "04-chapter": "window",
    "09-results": "search",
    "13-side-by-side": "side-by-side",
    "14-editions": "changes",
    "15-coverage": "coverage",
    "19-warned": "as-at",
    "21-provenance": "who-vouches",
    "24-reading": "reading-settings",
    "27-refused": "refused",
    "28-highlighted": "bookmarks",
    "30-reading-list": "reading-list",
    "31-print": "print",
    "32-extract": "court-extract",
    "33-training": "training",
}


def _refused(desk: OpenDesk, folder: Path) -> None:
    """A bundle of which one letter was changed on the way, really refused."""
    (whole,) = samples("northmere-2")
    raw = bytearray(whole.read_bytes())
    raw[raw.index(b"<h2") + 1] ^= 1
    changed = folder / whole.name
    changed.write_bytes(raw)
    desk.desk.library.install((changed,))
    desk.wait()
    title, _, text = desk.dialogs.shown.pop().partition(": ")
    WindowDialogs(desk.window).show_text(title, text)
    desk.dialogs.opened += desk.window.findChildren(QMessageBox)


def _trigger(desk: OpenDesk, *actions: ActionId) -> None:
    for action in actions:
        desk.window.actions_by_id[action].trigger()
        desk.wait()


@pytest.mark.skipif(not EVERYTHING, reason="the pictures need the wider library: PICTURES=all")
@pytest.mark.stall_ms(60_000)
def test_take_the_pictures_of_the_guide(
    indexed: Path, open_desk: DeskOpener, tmp_path: Path
) -> None:  # the fixture
    desk = open_desk(shutil.copytree(indexed, tmp_path / "library"))
    desk.desk.appearance.change(Settings(Theme.LIGHT))
    for state, reach in STATES.items():
        desk.window.resize(*SIZE)
        if NAMES.get(state) == "refused":
            _refused(desk, tmp_path)
        else:
            reach(desk)
        desk.wait()
        is_wide = NAMES.get(state) == "side-by-side"
        if is_wide:
            _trigger(desk, ActionId.SIDE_PANEL)
        if NAMES.get(state) == "changes":
            _trigger(desk, ActionId.NEXT_CHANGE, ActionId.NEXT_CHANGE)
        desk.window.resize(*SIZE)
        desk.wait()
        desk.qtbot.wait(60)
        dialogs = [dialog for dialog in desk.dialogs.opened if dialog.isVisible()]
        room = desk.desk.training.view
        if room is not None:
            room.resize(*SIZE)
            desk.qtbot.wait(60)
        if state in NAMES:
            _save(picture_of(room or desk.window, dialogs), MEDIA_DIR / f"{NAMES[state]}.png")
        if is_wide:
            _trigger(desk, ActionId.SIDE_PANEL)
        for dialog in dialogs:
            dialog.reject()
        desk.dialogs.opened.clear()
        desk.desk.training.end()
    KEYS_FILE.write_text(keys_chapter(), encoding="utf-8")
    assert all(file.stat().st_size < MOST_BYTES for file in MEDIA_DIR.glob("*.png"))
    assert {file.stem for file in MEDIA_DIR.glob("*.png")} == set(NAMES.values())


def _save(picture: QPixmap, file: Path) -> None:
    """As a PNG of few colours: a picture of a window needs no more, and a bundle is carried on sticks."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert picture.save(buffer, "PNG")
    image = Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB")
    edge = (0, 0, image.width - 1, image.height - 1)
    ImageDraw.Draw(image).rectangle(edge, outline=_EDGE)  # on a page as white as itself it would have no end
    file.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(_COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
