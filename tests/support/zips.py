"""A second, independent writer of zip files, in which every single field can be wrong.

It shares no code and no constant with `reader.bundle.container`; field by field after PKWARE's APPNOTE 6.3.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from tests.support.worlds import SignedBundle

_T = TypeVar("_T")
MIMETYPE = b"application/vnd.procedures-manual+zip;v=1"


@dataclass(frozen=True, slots=True)
class Header:
    """One local or central header. Sizes, CRC and offset follow the data unless they are given."""

    version_made_by: int = 20
    version_needed: int = 20
    flags: int = 0
    method: int = 0
    time: int = 0
    date: int = 0x21
    crc: int | None = None
    packed_size: int | None = None
    size: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    disk: int = 0
    internal_attributes: int = 0
    external_attributes: int = 0
    offset: int | None = None
    name: bytes | None = None


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """A member as it is written: its bytes, and the two headers that speak of it."""

    name: bytes
    data: bytes
    local: Header = field(default_factory=Header)
    central: Header = field(default_factory=Header)
    gap_before: bytes = b""
    stored: bytes | None = None
    is_hidden: bool = False

    def with_both(self, change: Callable[[Header], Header]) -> ZipEntry:
        return replace(self, local=change(self.local), central=change(self.central))


@dataclass(frozen=True, slots=True)
class End:
    """The record at the end, and what stands around the archive."""

    comment: bytes = b""
    disk: int = 0
    start_disk: int = 0
    count_here: int | None = None
    count: int | None = None
    directory_size: int | None = None
    directory_offset: int | None = None
    prefix: bytes = b""
    before_directory: bytes = b""
    after_directory: bytes = b""


def entries_of(members: Mapping[str, bytes]) -> tuple[ZipEntry, ...]:
    """The members in the order of the format."""
    rest = sorted(members.items())
    return tuple(ZipEntry(name.encode("latin-1"), data) for name, data in [("mimetype", MIMETYPE), *rest])


def entries_of_bundle(bundle: SignedBundle) -> tuple[ZipEntry, ...]:
    return entries_of(bundle.members)


def changed(entries: Sequence[ZipEntry], name: str, change: Callable[[ZipEntry], ZipEntry]) -> list[ZipEntry]:
    """The entries with one of them changed."""
    assert any(entry.name == name.encode() for entry in entries)
    return [change(entry) if entry.name == name.encode() else entry for entry in entries]


def write_zip(entries: Iterable[ZipEntry], end: End | None = None) -> bytes:
    """Write them, in the order given, exactly as they say."""
    tail = end or End()
    body = bytearray(tail.prefix)
    directory = bytearray()
    count = 0
    for entry in entries:
        body += entry.gap_before
        offset = len(body)
        stored = entry.stored if entry.stored is not None else entry.data
        body += _local(entry, stored) + stored
        if not entry.is_hidden:
            directory += _central(entry, stored, offset)
            count += 1
    body += tail.before_directory
    start = len(body)
    body += directory + tail.after_directory
    body += b"PK\x05\x06"
    body += _u16(tail.disk, tail.start_disk, _or(tail.count_here, count), _or(tail.count, count))
    body += _u32(_or(tail.directory_size, len(directory)), _or(tail.directory_offset, start))
    body += _u16(len(tail.comment)) + tail.comment
    return bytes(body)


def deflated(data: bytes) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    return compressor.compress(data) + compressor.flush()


def _local(entry: ZipEntry, stored: bytes) -> bytes:
    header = entry.local
    name = _or(header.name, entry.name)
    return (
        b"PK\x03\x04"
        + _u16(header.version_needed, header.flags, header.method, header.time, header.date)
        + _sizes(header, entry, stored)
        + _u16(len(name), len(header.extra))
        + name
        + header.extra
    )


def _central(entry: ZipEntry, stored: bytes, offset: int) -> bytes:
    header = entry.central
    name = _or(header.name, entry.name)
    return (
        b"PK\x01\x02"
        + _u16(header.version_made_by, header.version_needed, header.flags, header.method)
        + _u16(header.time, header.date)
        + _sizes(header, entry, stored)
        + _u16(len(name), len(header.extra), len(header.comment), header.disk, header.internal_attributes)
        + _u32(header.external_attributes, _or(header.offset, offset))
        + name
        + header.extra
        + header.comment
    )


def _sizes(header: Header, entry: ZipEntry, stored: bytes) -> bytes:
    return _u32(
        _or(header.crc, zlib.crc32(entry.data)),
        _or(header.packed_size, len(stored)),
        _or(header.size, len(entry.data)),
    )


def _or(given: _T | None, otherwise: _T) -> _T:
    return otherwise if given is None else given


def _u16(*values: int) -> bytes:
    return b"".join(value.to_bytes(2, "little") for value in values)


def _u32(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)
