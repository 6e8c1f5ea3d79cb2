"""Pictures of a chapter: how large they are, and the part of their file that is needed to draw them.

A decoder is asked for nothing but pixels. Whatever else a picture file carries (profiles, texts, previews, frames of
an animation) is left out before Qt sees it, because there a small file can hide minutes of work: 900 compressed
texts in one PNG kept Qt busy for 30 s before it said how large the picture is. Pixels are bounded by the limits of
format 1; data that unpacks to more than the stated size, and JPEG files of very many scans, are refused.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import Final

from reader.bundle import limits
from reader.domain.errors import BundleRefusedError, Reason

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_HEADER_BYTES: Final = 13
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_DEPTHS: Final = frozenset({1, 2, 4, 8, 16})
_INFLATED_PIECE_BYTES: Final = 1 << 18

_JPEG_START: Final = b"\xff\xd8"
_JPEG_END: Final = b"\xff\xd9"
_JPEG_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended, progressive: what Qt decodes
_JPEG_SCAN: Final = 0xDA
_JPEG_LENGTH_BYTES: Final = 2
_JPEG_FRAME_BYTES: Final = 9  # as far as height and width
_JPEG_KEPT: Final = frozenset({0xC4, 0xDB, 0xDD, 0xE0, 0xEE, _JPEG_SCAN}) | _JPEG_FRAMES
_JPEG_MARKER: Final = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")  # neither a stuffed byte nor a restart
_JPEG_MOST_SEGMENTS: Final = 2_000
_JPEG_SCANS: Final = 40  # encoders write a dozen at most; every scan passes over the whole picture


def picture_size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels, as the file's header states them.

    Args:
        data: Verified bytes.
        name: The file name; its extension says the format, the content never does.

    Raises:
        BundleRefusedError: `content` when it is no such picture, or larger than the format allows.
    """
    if name.endswith(".png"):
        return _checked(name, *_png_header(data, name)[:2])
    if name.endswith(".jpg"):
        return _checked(name, *_jpeg_size(data, name))
    raise _damaged(name)


def bare_picture(data: bytes, name: str) -> bytes:
    """The same picture in a file that holds nothing but its pixels.

    Raises:
        BundleRefusedError: `content`, as `picture_size`; also when its data would unpack to more than it states.
    """
    picture_size(data, name)
    return _bare_png(data, name) if name.endswith(".png") else _bare_jpeg(data, name)


def _checked(name: str, width: int, height: int) -> tuple[int, int]:
    if width < 1 or height < 1:
        raise _damaged(name)
    if max(width, height) > limits.IMAGE_SIDE_PIXELS or width * height > limits.IMAGE_PIXELS:
        raise BundleRefusedError(
            Reason.CONTENT,
            f"The picture {name} is larger than a manual may hold: {width:,} x {height:,} pixels.",
        )
    return width, height


def _damaged(name: str) -> BundleRefusedError:
    return BundleRefusedError(Reason.CONTENT, f"The picture {name} is damaged, or not what its name says.")


def _png_header(data: bytes, name: str) -> tuple[int, int, int, bool]:
    """(width, height, bits of a pixel, whether it is interlaced)."""
    start = len(_PNG_START)
    head = data[start : start + 8 + _PNG_HEADER_BYTES]
    if not data.startswith(_PNG_START) or len(head) < 8 + _PNG_HEADER_BYTES:
        raise _damaged(name)
    length, kind, width, height, depth, colour, _, _, interlace = struct.unpack(">I4s2I5B", head)
    if (
        length != _PNG_HEADER_BYTES
        or kind != b"IHDR"
        or colour not in _PNG_CHANNELS
        or depth not in _PNG_DEPTHS
    ):
        raise _damaged(name)
    return width, height, depth * _PNG_CHANNELS[colour], interlace != 0


def _bare_png(data: bytes, name: str) -> bytes:
    width, height, bits, _ = _png_header(data, name)
    parts = [_PNG_START]
    packed: list[memoryview] = []
    view, position = memoryview(data), len(_PNG_START)
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if end > len(data):
            break
        if kind in _PNG_KEPT:
            parts.append(data[position:end])
        if kind == b"IDAT":
            packed.append(view[position + 8 : end - 4])
        if kind == b"IEND":
            # Interlaced pictures have up to eight lines for one, each with a byte of its own and rounded up.
            _check_inflated(packed, height * ((width * bits + 7) // 8 + 1) + 16 * (height + 8), name)
            return b"".join(parts)
        position = end
    raise _damaged(name)


def _check_inflated(packed: list[memoryview], most_bytes: int, name: str) -> None:
    """Qt would unpack everything, and throw away what is more than the picture: 2 MB can hold 2 GB of that."""
    inflater = zlib.decompressobj()
    unpacked = 0
    try:
        for piece in packed:
            waiting: bytes | memoryview = piece
            while waiting and not inflater.eof:
                unpacked += len(inflater.decompress(waiting, _INFLATED_PIECE_BYTES))
                waiting = inflater.unconsumed_tail
                if unpacked > most_bytes:
                    raise _damaged(name)
    except zlib.error as error:
        raise _damaged(name) from error


def _jpeg_size(data: bytes, name: str) -> tuple[int, int]:
    for marker, start, end in _jpeg_segments(data, name):
        if marker in _JPEG_FRAMES and end - start >= _JPEG_FRAME_BYTES:
            height, width = struct.unpack_from(">2H", data, start + 5)
            return width, height
        if marker == _JPEG_SCAN:
            break
    raise _damaged(name)


def _bare_jpeg(data: bytes, name: str) -> bytes:
    segments = _jpeg_segments(data, name)
    scans = sum(marker == _JPEG_SCAN for marker, _, _ in segments)
    frames = sum(marker in _JPEG_FRAMES for marker, _, _ in segments)
    if frames != 1 or not 1 <= scans <= _JPEG_SCANS:
        raise _damaged(name)
    kept = (data[start:end] for marker, start, end in segments if marker in _JPEG_KEPT)
    return b"".join((_JPEG_START, *kept, _JPEG_END))


def _jpeg_segments(data: bytes, name: str) -> list[tuple[int, int, int]]:
    """(marker, start, end) of each segment up to the end of the picture; a scan's pixels belong to its segment."""
    if not data.startswith(_JPEG_START):
        raise _damaged(name)
    segments: list[tuple[int, int, int]] = []
    position = len(_JPEG_START)
    while found := _JPEG_MARKER.search(data, position):
        marker, start = found[1][0], found.end() - 2
        if marker == _JPEG_END[1]:
            break
        length = int.from_bytes(data[start + 2 : start + 4], "big")
        end = start + 2 + length
        if length < _JPEG_LENGTH_BYTES or end > len(data) or len(segments) > _JPEG_MOST_SEGMENTS:
            raise _damaged(name)
        if marker == _JPEG_SCAN:
            after = _JPEG_MARKER.search(data, end)
            end = after.start() if after else len(data)
        segments.append((marker, start, end))
        position = end
    return segments
