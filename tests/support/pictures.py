"""Picture files, honest and hostile, made byte by byte."""

from __future__ import annotations

import struct
import zlib
from typing import Final

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(
    width: int, height: int, *, beside: bytes = b"", pixels: bytes | None = None, is_interlaced: bool = False
) -> bytes:
    """A PNG file: red unless `pixels` says otherwise (packed already), with other chunks before them."""
    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, is_interlaced)
    packed = zlib.compress((b"\0" + b"\xff\0\0" * width) * height) if pixels is None else pixels
    return _PNG_START + chunk(b"IHDR", header) + beside + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def packed_zeros(megabytes: int) -> bytes:
    """So many zeros, a thousandth of that when packed."""
    packer = zlib.compressobj(9)
    parts = [packer.compress(bytes(1 << 20)) for _ in range(megabytes)]
    return b"".join((*parts, packer.flush()))


def jpeg(width: int, height: int, *, frame: int = 0xC0, scans: int = 1, beside: bytes = b"") -> bytes:
    """The segments of a grey JPEG file, in order; nobody can decode its pixels."""
    parts = (
        b"\xff\xd8",
        segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
        beside,
        segment(0xDB, b"\0" + bytes([16] * 64)),
        segment(frame, struct.pack(">BHHB3B", 8, height, width, 1, 1, 0x11, 0)),
        segment(0xC4, b"\0\1" + bytes(15) + b"\0"),
        (segment(0xDA, bytes([1, 1, 0, 0, 63, 0])) + b"\x12\xff\0\x34\xff\xd0\x56") * scans,
        b"\xff\xd9",
    )
    return b"".join(parts)


def segment(marker: int, data: bytes) -> bytes:
    """A segment of a JPEG file."""
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data
