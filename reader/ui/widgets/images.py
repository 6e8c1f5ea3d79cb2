"""Pictures of a chapter: decoded only as what their name says, within the limits, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from reader.bundle.pictures import bare_picture, picture_size
from reader.domain.cancel import CancelToken
from reader.domain.errors import ReaderError

PLACEHOLDER_SIZE: Final = QSize(160, 48)
_FORMATS: Final = {"png": b"png", "jpg": b"jpeg"}
_PLACEHOLDER_PIXELS: Final = 500_000
_SMALLEST_TYPE_HEIGHT: Final = 14


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    """A picture that was decoded, or why it cannot be shown.

    Attributes:
        image: Null when it cannot be shown.
        natural: Its own size in pixels; the image may be smaller.
        problem: What to say in its place; empty when it can be shown.
    """

    image: QImage
    natural: QSize
    problem: str = ""


class PictureSource(Protocol):
    """Where a text has its pictures from. Reading, checking and decoding happen outside the GUI thread."""

    def load(self, target: str, most: QSize, on_loaded: Callable[[LoadedPicture], None]) -> CancelToken:
        """Load a picture such as "westshire/procedures/media/flow.png".

        Args:
            target: Its place in the bundle.
            most: In pixels of the screen; a larger picture is made smaller while it is decoded.
            on_loaded: Called later, on the GUI thread, unless the token that is returned was cancelled.
        """
        ...


def decode(data: bytes, name: str, most: QSize) -> LoadedPicture:
    """Decode a picture. Safe in any thread.

    Args:
        data: Verified bytes.
        name: Its file name; the extension says the format, the content never does.
        most: The size to which a larger picture is brought.
    """
    try:
        natural = QSize(*picture_size(data, name))
        bare = bare_picture(data, name)
    except ReaderError as error:
        return unloaded(str(error))
    buffer = QBuffer()
    buffer.setData(QByteArray(bare))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(_FORMATS[name.rpartition(".")[2]]))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    if natural.width() > most.width() or natural.height() > most.height():
        reader.setScaledSize(natural.boundedTo(most))
    image = reader.read()
    if image.isNull():
        return unloaded(f"The picture {name.rpartition('/')[2]} is damaged.")
    return LoadedPicture(image, natural)


def unloaded(problem: str) -> LoadedPicture:
    """What stands in for a picture that cannot be had."""
    return LoadedPicture(QImage(), QSize(), problem)


def placeholder(text: str, size: QSize, paper: QColor, ink: QColor) -> QImage:
    """A box with a text that can be drawn at a size: what stands in for a picture that is not shown (yet).

    Without a text it is a single pixel, and of a very large box a smaller likeness: both are stretched when drawn.
    """
    if not text:
        image = QImage(1, 1, QImage.Format.Format_RGB32)
        image.fill(paper)
        return image
    pixels = max(size.width() * size.height(), 1)
    shrink = min((_PLACEHOLDER_PIXELS / pixels) ** 0.5, 1.0)
    image = QImage(
        max(round(size.width() * shrink), 1),
        max(round(size.height() * shrink), 1),
        QImage.Format.Format_RGB32,
    )
    image.fill(paper)
    if image.height() >= _SMALLEST_TYPE_HEIGHT:
        painter = QPainter(image)
        painter.setPen(ink)
        painter.drawText(
            image.rect().adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text
        )
        painter.end()
    return image
