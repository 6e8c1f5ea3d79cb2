"""Pictures for tests of the window: drawn by Qt, delivered when a test says so, and found again on screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter
from PySide6.QtWidgets import QWidget

from reader.domain.cancel import CancelToken
from reader.ui.widgets.images import LoadedPicture, decode

RED = QColor("#ff0000")


def drawn(width: int, height: int, kind: str = "png", *, is_progressive: bool = False) -> bytes:
    """A red picture as Qt writes it: "png" or "jpeg"."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(RED)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(kind.encode()))
    writer.setProgressiveScanWrite(is_progressive)
    assert writer.write(image), writer.errorString()
    return bytes(buffer.data().data())


def red_pixels(widget: QWidget) -> int:
    """How many pixels of a widget are painted in the colour of the test pictures."""
    return red_pixels_of(widget.grab().toImage())


def red_pixels_of(image: QImage) -> int:
    raw = bytes(image.convertToFormat(QImage.Format.Format_RGB32).constBits())
    red = RED.rgb().to_bytes(4, "little")
    return sum(raw[start : start + 4] == red for start in range(0, len(raw), 4))


@dataclass
class Request:
    """A picture that was asked for."""

    target: str
    most: QSize
    on_loaded: Callable[[LoadedPicture], None]
    token: CancelToken = field(default_factory=CancelToken)

    def deliver(self, data: bytes) -> None:
        """Give it what a file with these bytes holds, as the task runner would: unless it was cancelled."""
        if not self.token.is_cancelled:
            self.on_loaded(decode(data, self.target, self.most))


@dataclass
class HeldPictures:
    """A source of pictures that delivers only when a test says so."""

    requests: list[Request] = field(default_factory=list)

    def load(self, target: str, most: QSize, on_loaded: Callable[[LoadedPicture], None]) -> CancelToken:
        request = Request(target, most, on_loaded)
        self.requests.append(request)
        return request.token

    def deliver_all(self, data: Callable[[str], bytes]) -> list[str]:
        """Deliver until nothing more is asked for; which targets were."""
        done: list[str] = []
        while self.requests:
            request = self.requests.pop(0)
            done.append(request.target)
            request.deliver(data(request.target))
        return done
