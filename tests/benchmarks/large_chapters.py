"""How long the window stands still while chapters at the edge of what may be signed are opened, read and resized.

A stall is the longest piece of work on the GUI thread, in its own processor time, so that a busy machine changes
little. The reference is opening a usual chapter of 2,500 words. `--raw` shows the chapters as they are signed.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from reader.bundle.html import readable
from reader.bundle.screen_html import for_screen
from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError
from reader.domain.manual import ManualId
from reader.ui.tasks import TaskRunner, nothing_to_show
from reader.ui.widgets.images import LoadedPicture, decode
from reader.ui.widgets.page_text import PageText

MANUAL: Final = ManualId("westshire", "procedures")
USUAL: Final = "<h2>Aims</h2>" + ("<p>" + "word " * 50 + "</p>") * 50
SIZE: Final = (780, 700)
RESIZES: Final = 4
QUIET_PASSES: Final = 40
AIM: Final = 0.15  # seconds


def _table(rows: int, columns: int, text: str = "some words here") -> str:
    cells = "".join(f"<td>{text} {column}</td>" for column in range(columns))
    return "<table><tbody>" + f"<tr>{cells}</tr>" * rows + "</tbody></table>"


def _nested(depth: int, inner: str) -> str:
    return "<table><tbody><tr><td>" * depth + inner + "</td></tr></tbody></table>" * depth


def _numbered(form: str, count: int) -> str:
    return "".join(form.format(number) for number in range(count))


CHAPTERS: Final[dict[str, Callable[[], str]]] = {
    "usual, 2,500 words": lambda: USUAL,
    "table of 500 cells": lambda: _table(100, 5),
    "table of 5,950 cells": lambda: _table(1_190, 5),
    "two tables, 11,900 cells": lambda: _table(1_190, 5) * 2,
    "6,000 rows of one cell": lambda: _table(6_000, 1),
    "200 columns": lambda: _table(30, 200),
    "5,900 cells in three tables": lambda: _nested(3, _table(1_180, 5)),
    "20,000 words in four tables": lambda: _nested(4, ("<p>" + "word " * 100 + "</p>") * 200),
    "cells over 200 rows": lambda: (
        "<table>"
        + ('<tr><td rowspan="200">x</td><td>y</td></tr>' + "<tr><td>y</td></tr>" * 199) * 15
        + "</table>"
    ),
    "3,000 small tables": lambda: "<table><tbody><tr><td>x</td></tr></tbody></table>" * 3_000,
    "list of 15,000": lambda: "<ol>" + "<li>x</li>" * 15_000 + "</ol>",
    "15,500 paragraphs": lambda: "<p>x</p>" * 15_500,
    "7,900 links": lambda: _numbered('<p><a href="https://a/{}">x</a></p>', 7_900),
    "15,000 anchors": lambda: _numbered('<p id="a{}">x</p>', 15_000),
    "5,000 elements in a paragraph": lambda: "<p>" + "<sup>x</sup> " * 4_900 + "</p>",
    "depth of 48": lambda: ("<div>" * 47 + "x" + "</div>" * 47) * 330,
    "paragraph of 60,000 characters": lambda: "<p>" + "word " * 11_990 + "</p>",
    "2 MB of text": lambda: ("<p>" + "word " * 25 + "</p>") * 15_000,
    "15,000 lines of code": lambda: "<pre>" + "x\n" * 15_000 + "</pre>",
    "200 pictures": lambda: (
        '<p><img src="manual:westshire/procedures/media/a.png" width="700" height="500"></p>' * 200
    ),
    "60,000 elements": lambda: "<p>x</p>" * 59_000,
    "2,500 lines in a paragraph": lambda: "<p>" + "x<br>" * 2_500 + "</p>",
}


def main() -> int:
    application = QApplication(sys.argv[:1])
    application.setStyle("Fusion")
    is_raw = "--raw" in sys.argv[1:]
    _measure(USUAL)
    reference = min(_measure(USUAL)[0] for _ in range(5))
    print(f"stalls in ms, and their ratio to opening a usual chapter ({reference * 1000:.1f} ms)")
    worst = 0.0
    for name, make in CHAPTERS.items():
        try:
            html = readable(make().encode(), MANUAL)
        except ReaderError as error:
            print(f"  {name}: not shown: {error}")
            continue
        stalls = _measure(html if is_raw else for_screen(html))
        worst = max(worst, *stalls)
        figures = (f"{stall * 1000:.0f} ({stall / reference:.0f} x)" for stall in stalls)
        print("  {}: opening {}, opening at the end {}, resizing at the end {}".format(name, *figures))
    worst = max(worst, _measure_pictures(reference))
    verdict = "met" if worst <= AIM else "MISSED"
    print(f"longest stall: {worst * 1000:.0f} ms (aim: at most {AIM * 1000:.0f}; {verdict})")
    return 0


class _Pictures:
    """The same large picture under every name, decoded beside the GUI thread."""

    def __init__(self) -> None:
        image = QImage(5_800, 3_800, QImage.Format.Format_RGB32)
        for row in range(image.height()):
            for column in range(0, image.width(), 400):
                image.setPixelColor(column, row, QColor(row % 256, column % 256, 90))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        assert image.save(buffer, "jpeg")  # type: ignore[call-overload]  # its types know names of files only
        self.data = bytes(buffer.data().data())
        self.runner = TaskRunner()
        self.loaded = 0

    def load(self, target: str, most: QSize, on_loaded: Callable[[LoadedPicture], None]) -> CancelToken:
        def done(picture: LoadedPicture) -> None:
            self.loaded += 1
            on_loaded(picture)

        return self.runner.read(lambda _: decode(self.data, target, most), done, nothing_to_show)


def _measure_pictures(reference: float) -> float:
    """The longest stall while a chapter with twelve pictures of 22 megapixels is opened and read to its end."""
    pictures = _Pictures()
    started = time.thread_time()
    decode(pictures.data, "x.jpg", QSize(525, 344))
    in_one_go = 12 * (time.thread_time() - started)
    text = PageText("Text")
    text.resize(*SIZE)
    text.set_pictures(pictures)
    text.show()
    _settle()
    tag = '<p><img src="manual:westshire/procedures/media/p-{}.jpg" width="5800" height="3800"></p>'
    started = time.thread_time()
    text.set_page(_numbered(tag, 12), None)
    stall = max(time.thread_time() - started, _settle())
    bar = text.verticalScrollBar()
    while bar.value() < bar.maximum():
        bar.setValue(bar.value() + SIZE[1] // 2)
        stall = max(stall, _settle())
        while not pictures.runner.is_idle:
            stall = max(stall, _settle())
    text.close()
    pictures.runner.close()
    assert pictures.loaded == 12
    print(
        f"  12 pictures of 22 megapixels: {stall * 1000:.0f} ({stall / reference:.0f} x);"
        f" decoded on the GUI thread in one go: {in_one_go * 1000:.0f}"
    )
    return stall


def _measure(html: str) -> tuple[float, float, float]:
    """The longest stall while opening, opening at the end, and resizing there."""
    opening = _opened(html, None)[1]
    text, at_end = _opened(f'{html}<h2 id="the-end">End</h2>', "the-end")
    resizing = 0.0
    for step in range(1, RESIZES + 1):
        started = time.thread_time()
        text.resize(SIZE[0] - 20 * step, SIZE[1])
        resizing = max(resizing, time.thread_time() - started, _settle())
    text.close()
    return opening, at_end, resizing


def _opened(html: str, anchor: str | None) -> tuple[PageText, float]:
    text = PageText("Text")
    text.resize(*SIZE)
    text.show()
    _settle()
    started = time.thread_time()
    text.set_page(html, anchor)
    stall = time.thread_time() - started
    return text, max(stall, _settle())


def _settle() -> float:
    """Let everything happen that waits to; the longest piece of it."""
    longest, quiet = 0.0, 0
    while quiet < QUIET_PASSES:
        started = time.thread_time()
        QCoreApplication.processEvents()
        taken = time.thread_time() - started
        longest = max(longest, taken)
        quiet = quiet + 1 if taken < 0.001 else 0
        time.sleep(0.005)
    return longest


if __name__ == "__main__":
    sys.exit(main())
