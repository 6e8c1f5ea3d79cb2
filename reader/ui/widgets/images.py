"""Pictures of a chapter: decoded only as what their name says, within the limits, or not at all."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QPainter

from reader.bundle.limits import IMAGE_PIXELS, IMAGE_SIDE_PIXELS

_PLACEHOLDER_SIZE: Final = QSize(160, 48)
_FORMATS: Final = {"png": b"png", "jpg": b"jpeg"}


def decode(data: bytes, name: str, max_width: int = IMAGE_SIDE_PIXELS) -> QImage:
    """The picture, or a placeholder when it is not what its name says or too large.

    Args:
        data: Verified bytes.
        name: Its file name; the extension says the format, the content never does.
        max_width: In pixels; a wider picture is made smaller while it is decoded.
    """
    image_format = _FORMATS.get(name.rpartition(".")[2])
    if image_format is None:
        return placeholder("picture not shown")
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(image_format))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    size = reader.size()
    is_small = 0 < size.width() <= IMAGE_SIDE_PIXELS and 0 < size.height() <= IMAGE_SIDE_PIXELS
    if not is_small or size.width() * size.height() > IMAGE_PIXELS:
        return placeholder("picture too large or damaged")
    if size.width() > max_width > 0:
        reader.setScaledSize(QSize(max_width, max(size.height() * max_width // size.width(), 1)))
    image = reader.read()
    return placeholder("picture damaged") if image.isNull() else image


def placeholder(text: str) -> QImage:
    """A small grey box with a text: what stands in for a picture that is not shown."""
    image = QImage(_PLACEHOLDER_SIZE, QImage.Format.Format_RGB32)
    image.fill(QColor("#d9dce1"))
    painter = QPainter(image)
    painter.setPen(QColor("#33383f"))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
    painter.end()
    return image
