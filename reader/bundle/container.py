"""The container: a zip file, stored only, of which exactly one spelling exists for a list of members.

`pack` writes that spelling. `Container` re-derives every header byte from (name, CRC, size) and compares, so a
container that it accepts is the one that `pack` would write, and no two zip programs can read it differently.
Layout of the records: PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from reader.bundle import names
from reader.bundle.limits import BUNDLE_BYTES, CENTRAL_DIRECTORY_BYTES, MEMBER_BYTES, MEMBERS, ROLE_BYTES
from reader.domain.errors import BundleRefusedError, Reason, StorageError

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_LOCAL_MAGIC: Final = b"PK\x03\x04"
_CENTRAL_MAGIC: Final = b"PK\x01\x02"
_END_MAGIC: Final = b"PK\x05\x06"
_VERSION: Final = 20
_DATE_1980: Final = 0x21
_EMPTY_ZIP_BYTES: Final = _END.size
_START_BYTES: Final = 128


@dataclass(frozen=True, slots=True)
class Member:
    """One stored file. `offset` is where its bytes begin."""

    name: str
    crc: int
    size_bytes: int
    offset: int


def _local_header(name: bytes, crc: int, size: int) -> bytes:
    return _LOCAL.pack(_LOCAL_MAGIC, _VERSION, 0, 0, 0, _DATE_1980, crc, size, size, len(name), 0) + name


def _central_header(name: bytes, crc: int, size: int, offset: int) -> bytes:
    fixed = (
        _CENTRAL_MAGIC,
        _VERSION,
        _VERSION,
        0,
        0,
        0,
        _DATE_1980,
        crc,
        size,
        size,
        len(name),
        0,
        0,
        0,
        0,
        0,
    )
    return _CENTRAL.pack(*fixed, offset) + name


def _order(name: str) -> tuple[bool, str]:
    return (name != names.MIMETYPE_NAME, name)


def pack(members: Mapping[str, bytes], mimetype: bytes = names.MIMETYPE) -> bytes:
    """The one container of these members; `mimetype` is added.

    Raises:
        BundleRefusedError: `bad-name`, `too-many` or `too-big`.
    """
    everything = {**members, names.MIMETYPE_NAME: mimetype}
    if len(everything) > MEMBERS:
        raise BundleRefusedError(Reason.TOO_MANY, f"A bundle holds at most {MEMBERS} files.")
    body = bytearray()
    directory = bytearray()
    for name in sorted(everything, key=_order):
        names.check_safe(name)
        data = everything[name]
        if len(data) > _limit(name):
            raise BundleRefusedError(Reason.TOO_BIG, f"{name} is larger than the format allows.")
        crc = zlib.crc32(data)
        directory += _central_header(name.encode("ascii"), crc, len(data), len(body))
        body += _local_header(name.encode("ascii"), crc, len(data)) + data
    end = _END.pack(_END_MAGIC, 0, 0, len(everything), len(everything), len(directory), len(body), 0)
    if len(body) + len(directory) + len(end) > BUNDLE_BYTES or len(directory) > CENTRAL_DIRECTORY_BYTES:
        raise BundleRefusedError(Reason.TOO_BIG, "The bundle is larger than the format allows.")
    return bytes(body + directory + end)


def _limit(name: str) -> int:
    inner = names.in_extract_folder(name)
    if (inner[1] if inner else name).startswith("trust/"):
        return ROLE_BYTES
    return MEMBER_BYTES.get(name.rpartition(".")[2], ROLE_BYTES)


class Container:
    """The members of a bundle file, whose form was checked in full when it was opened.

    The bytes of a member are checked against its CRC at each read and nothing else: what they are worth is for
    the trust chain to say. The file is opened for each read, never mapped.
    """

    def __init__(self, path: Path, mimetype: bytes = names.MIMETYPE) -> None:
        """Open a file and check every header byte.

        Args:
            path: The file.
            mimetype: What it must say that it is: a bundle, or a trust update.

        Raises:
            BundleRefusedError: `not-a-bundle`, `damaged`, `zip-form`, `bad-name`, `too-many` or `too-big`.
            StorageError: when the file cannot be read.
        """
        self.path = path
        try:
            with path.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                self._members = _read_members(file, size, path.name, mimetype)
        except OSError as error:
            raise StorageError(f"Cannot open {path}: {error.strerror}.") from error

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._members)

    def folder(self, name: str) -> Container:
        """The members of a folder, by their names within it: in a court extract, what one bundle gave to it."""
        part = copy(self)
        prefix = f"{name}/"
        part._members = {  # noqa: SLF001  # its own kind
            member.removeprefix(prefix): found
            for member, found in self._members.items()
            if member.startswith(prefix)
        }
        return part

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The bytes of a member.

        Raises:
            KeyError: when there is no such member.
            BundleRefusedError: `damaged` when the bytes do not fit their checksum.
            StorageError: when the file cannot be read.
        """
        data = self.read_unchecked(name)
        if zlib.crc32(data) != self._members[name].crc:
            raise BundleRefusedError(
                Reason.DAMAGED,
                f"{self.path.name} is damaged ({name} does not fit its checksum).",
            )
        return data

    def read_unchecked(self, name: str) -> bytes:
        """The bytes of a member, to be compared with a signed hash by the caller before any use.

        Raises:
            KeyError: when there is no such member.
            BundleRefusedError: `damaged` when the file became shorter.
            StorageError: when the file cannot be read.
        """
        member = self._members[name]
        try:
            with self.path.open("rb") as file:
                file.seek(member.offset)
                data = file.read(member.size_bytes)
        except OSError as error:
            raise StorageError(f"Cannot read {self.path}: {error.strerror}.") from error
        if len(data) != member.size_bytes:
            raise BundleRefusedError(Reason.DAMAGED, f"{self.path.name} was cut short.")
        return data

    def size_bytes(self, name: str) -> int:
        return self._members[name].size_bytes

    def crc(self, name: str) -> int:
        return self._members[name].crc


def _read_members(file: BinaryIO, size: int, file_name: str, mimetype: bytes) -> dict[str, Member]:
    """The members by name, in their order; see `Container` for what is refused."""
    first = _local_header(names.MIMETYPE_NAME.encode(), zlib.crc32(mimetype), len(mimetype))
    start = file.read(_START_BYTES)
    _check_kind(start, file_name, mimetype)
    begins_as_bundle = start.startswith(first + mimetype)
    looks_like_bundle = names.MIMETYPE_NAME.encode() in start[:64] or begins_as_bundle
    if size > BUNDLE_BYTES:
        raise BundleRefusedError(Reason.TOO_BIG, f"{file_name} is larger than a bundle can be.")
    end = _read_at(file, max(size - _EMPTY_ZIP_BYTES, 0), _EMPTY_ZIP_BYTES)
    if not end.startswith(_END_MAGIC) or len(end) != _EMPTY_ZIP_BYTES:
        if looks_like_bundle and start.startswith(_LOCAL_MAGIC):
            raise BundleRefusedError(Reason.DAMAGED, f"{file_name} is damaged or was not copied to its end.")
        raise _not_a_bundle(file_name)
    _, disk, start_disk, count_here, count, directory_size, directory_offset, comment = _END.unpack(end)
    if count > MEMBERS:
        raise BundleRefusedError(Reason.TOO_MANY, f"{file_name} holds more files than a bundle can.")
    if directory_size > CENTRAL_DIRECTORY_BYTES:
        raise BundleRefusedError(
            Reason.TOO_BIG, f"{file_name} has a larger directory than a bundle can have."
        )
    if disk or start_disk or comment or count_here != count:
        raise _zip_form(file_name, "its end record is not canonical")
    if directory_offset + directory_size + _EMPTY_ZIP_BYTES != size:
        if looks_like_bundle or _mimetype_leads(_read_at(file, size - _EMPTY_ZIP_BYTES - directory_size, 64)):
            raise BundleRefusedError(Reason.DAMAGED, f"{file_name} holds bytes that do not belong to it.")
        raise _not_a_bundle(file_name)
    directory = _read_at(file, directory_offset, directory_size)
    if not _mimetype_leads(directory):
        raise _not_a_bundle(file_name)
    if start.startswith(_LOCAL_MAGIC) and mimetype not in start:
        raise _not_a_bundle(file_name)  # another format that begins with a mimetype, such as EPUB
    members = _members_of_directory(directory, count, directory_offset, file_name)
    if not begins_as_bundle:
        raise _zip_form(file_name, "its first member is not as it must be")
    for member in members.values():
        encoded = member.name.encode("ascii")
        expected = _local_header(encoded, member.crc, member.size_bytes)
        if _read_at(file, member.offset - len(expected), len(expected)) != expected:
            raise _zip_form(file_name, f"the header of {member.name} is not canonical")
    return members


def _members_of_directory(directory: bytes, count: int, body_end: int, file_name: str) -> dict[str, Member]:
    members: dict[str, Member] = {}
    position, offset = 0, 0
    previous = ""
    for _ in range(count):
        header = directory[position : position + _CENTRAL.size]
        if len(header) != _CENTRAL.size:
            raise _zip_form(file_name, "its directory ends too early")
        fields = _CENTRAL.unpack(header)
        crc, size, name_length = fields[7], fields[9], fields[10]
        raw_name = directory[position + _CENTRAL.size : position + _CENTRAL.size + name_length]
        name = raw_name.decode("latin-1")
        names.check_safe(name)
        if directory[position : position + _CENTRAL.size + name_length] != _central_header(
            raw_name, crc, size, offset
        ):
            raise _zip_form(file_name, f"the directory entry of {name} is not canonical")
        if previous and _order(name) <= _order(previous):
            raise _zip_form(file_name, f"{name} stands twice or out of order")
        if size > _limit(name):
            raise BundleRefusedError(Reason.TOO_BIG, f"{file_name}: {name} is larger than the format allows.")
        offset += _LOCAL.size + name_length
        members[name] = Member(name, crc, size, offset)
        offset += size
        position += _CENTRAL.size + name_length
        previous = name
    if position != len(directory) or offset != body_end:
        raise _zip_form(file_name, "its directory does not cover the whole file")
    return members


def _mimetype_leads(directory: bytes) -> bool:
    name_end = _CENTRAL.size + len(names.MIMETYPE_NAME)
    return directory.startswith(_CENTRAL_MAGIC) and (
        directory[_CENTRAL.size : name_end] == names.MIMETYPE_NAME.encode()
    )


def _read_at(file: BinaryIO, offset: int, length: int) -> bytes:
    file.seek(max(offset, 0))
    return file.read(length)


def _not_a_bundle(file_name: str) -> BundleRefusedError:
    return BundleRefusedError(Reason.NOT_A_BUNDLE, f"{file_name} is not a manual bundle.")


def _check_kind(start: bytes, file_name: str, wanted: bytes) -> None:
    """Say so when one kind of file was given for another."""
    if wanted != names.EXTRACT_MIMETYPE and names.EXTRACT_MIMETYPE in start:
        raise BundleRefusedError(
            Reason.NOT_A_BUNDLE,
            f"{file_name} belongs to a court extract and installs nothing; `procedures verify` checks it.",
        )
    if wanted == names.EXTRACT_MIMETYPE and (names.MIMETYPE in start or names.UPDATE_MIMETYPE in start):
        raise BundleRefusedError(
            Reason.NOT_A_BUNDLE,
            f"{file_name} is a manual bundle or a trust update, not the file of an extract.",
        )
    if wanted == names.MIMETYPE and names.UPDATE_MIMETYPE in start:
        raise BundleRefusedError(
            Reason.NOT_A_BUNDLE,
            f"{file_name} is a trust update, not a manual; IT adds it with `procedures trust update`.",
        )
    if wanted == names.UPDATE_MIMETYPE and names.MIMETYPE in start:
        raise BundleRefusedError(
            Reason.NOT_A_BUNDLE,
            f"{file_name} is a manual bundle, not a trust update; it is added as a manual.",
        )


def _zip_form(file_name: str, cause: str) -> BundleRefusedError:
    return BundleRefusedError(Reason.ZIP_FORM, f"{file_name} is not packed as a bundle must be: {cause}.")
